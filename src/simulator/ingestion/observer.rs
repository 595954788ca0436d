//! What a person does and sees beside the API: edits in Partner Center, and looks at what is there. No request is logged, no fault
//! fires.
//!
//! A resource is named as people name it: `{product}/{type}` and, where there are several, `/{plan}`, `/{language}` or what else tells
//! them apart, as in `firewall/plan-listing/standard/en-us`.

use serde_json::Value;

use super::super::edit::{Edit, EditError};
use super::state::{Ingestion, Product, Tree};

/// Where content of a product can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What is worked on.
    Draft,
    /// What the publisher looks at before customers do.
    Preview,
    /// What customers have.
    Live,
}

impl Ingestion {
    /// Edits a resource of a draft as a person would in Partner Center.
    pub fn edit(&mut self, name: &str, edit: &Edit) -> Result<(), EditError> {
        let unknown = || EditError::UnknownOffer(format!("product-ingestion/{name}"));
        let (product, path) = name.split_once('/').ok_or_else(unknown)?;
        let product = self.products.values_mut().find(|one| one.external_id == product).ok_or_else(unknown)?;
        let id = product.draft.keys().find(|id| path_of(product, id) == path).cloned().ok_or_else(unknown)?;
        let resource = product.draft.get_mut(&id).ok_or_else(unknown)?;
        let mut body = Value::Object(resource.body.clone());
        edit.apply(&mut body)?;
        if let Value::Object(mut body) = body {
            self.sealer.seal_all(&mut body);
            resource.body = body;
        }
        product.leave_offer();
        Ok(())
    }

    /// The external ids of all products, sorted.
    #[must_use]
    pub fn products(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.products.values().map(|product| product.external_id.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// A resource, with secrets sealed and addresses unsigned; `None` if it is not there.
    #[must_use]
    pub fn held(&self, name: &str, place: Place) -> Option<Value> {
        let (product, path) = name.split_once('/')?;
        let product = self.product_named(product)?;
        let (_, resource) = tree(product, place)?.iter().find(|(id, _)| path_of(product, id) == path)?;
        Some(Value::Object(resource.body.clone()))
    }

    /// Whether the secret at `pointer` of a draft's resource was last given as `candidate`; `None` if this process has not seen it.
    #[must_use]
    pub fn secret_matches(&self, name: &str, pointer: &str, candidate: &str) -> Option<bool> {
        let body = self.held(name, Place::Draft)?;
        self.sealer.matches(body.pointer(pointer)?.as_str()?, candidate)
    }

    /// How many submissions of a product there were, finished ones included.
    #[must_use]
    pub fn submission_count(&self, product: &str) -> usize {
        self.product_named(product).map_or(0, |product| product.submissions.len())
    }
}

fn tree(product: &Product, place: Place) -> Option<&Tree> {
    match place {
        Place::Draft => Some(&product.draft),
        Place::Preview => product.preview.as_ref(),
        Place::Live => product.live.as_ref(),
    }
}

/// The id of a resource without GUIDs and constant parts, and with the external id of its plan.
fn path_of(product: &Product, id: &str) -> String {
    let mut parts = id.split('/');
    let kind = parts.next().unwrap_or_default();
    let plan_name = |part: &str| {
        let plan = product.draft.get(&format!("plan/{}/{part}", product.guid))?;
        Some(plan.body.get("identity")?.get("externalId")?.as_str()?.to_owned())
    };
    let constant = ["public", "main", "default"];
    let rest = parts.filter(|part| *part != product.guid && !constant.contains(part));
    let rest = rest.map(|part| plan_name(part).unwrap_or_else(|| part.to_owned()));
    std::iter::once(kind.to_owned()).chain(rest).collect::<Vec<_>>().join("/")
}

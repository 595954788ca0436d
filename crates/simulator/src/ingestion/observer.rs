//! What a person does and sees beside the API: edits in Partner Center, and looks at what is there. No request is logged, no fault
//! fires.
//!
//! A resource is named as people name it: `{product}/{type}` and, where there are several, `/{plan}`, `/{language}` or what else tells
//! them apart, as in `firewall/plan-listing/standard/en-us`.

use jiff::Timestamp;
use serde_json::Value;

use super::state::{Ending, Ingestion, JobResult, Product, Submission, Target, Tree};
use crate::edit::{Edit, EditError};
use crate::observer::{ReleaseKind, ReleaseState};
use crate::slot::Slot;

/// A submission that the service has. One that was cancelled is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Its number. A preview that goes live keeps it.
    pub number: u64,
    /// Whether it brings the draft to the preview, or the preview to customers.
    pub kind: ReleaseKind,
    /// When it was started. Together with the number and the kind, this tells it from all others.
    pub created: Timestamp,
    /// Whether it runs, waits for the publisher, or has ended, and how.
    pub state: ReleaseState,
    /// Whether its certification fails, or will.
    pub is_to_fail: bool,
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
    pub fn held(&self, name: &str, slot: Slot) -> Option<Value> {
        let (product, path) = name.split_once('/')?;
        let product = self.product_named(product)?;
        let (_, resource) = tree(product, slot)?.iter().find(|(id, _)| path_of(product, id) == path)?;
        Some(Value::Object(resource.body.clone()))
    }

    /// Whether the secret at `pointer` of a draft's resource was last given as `candidate`; `None` if this process has not seen it.
    #[must_use]
    pub fn secret_matches(&self, name: &str, pointer: &str, candidate: &str) -> Option<bool> {
        let body = self.held(name, Slot::Draft)?;
        self.sealer.matches(body.pointer(pointer)?.as_str()?, candidate)
    }

    /// The resources of a product in a slot, by their names without the product; nothing if it has none there.
    #[must_use]
    pub fn resources(&self, product: &str, slot: Slot) -> Vec<(String, Value)> {
        let Some(product) = self.product_named(product) else { return Vec::new() };
        let resources = tree(product, slot).into_iter().flatten();
        resources.map(|(id, resource)| (path_of(product, id), Value::Object(resource.body.clone()))).collect()
    }

    /// The external id of the product with this GUID.
    #[must_use]
    pub fn external_id(&self, guid: &str) -> Option<&str> {
        self.products.get(guid).map(|product| product.external_id.as_str())
    }

    /// The GUID of the product with this external id.
    #[must_use]
    pub fn guid(&self, product: &str) -> Option<&str> {
        self.product_named(product).map(|product| product.guid.as_str())
    }

    /// The submissions of a product, oldest first.
    #[must_use]
    pub fn submissions(&self, product: &str) -> Vec<Submitted> {
        let Some(product) = self.product_named(product) else { return Vec::new() };
        product.submissions.iter().map(|submission| submitted(product, submission)).collect()
    }

    /// The ids of all jobs that have not ended.
    #[must_use]
    pub fn open_jobs(&self) -> Vec<&str> {
        self.open.iter().map(String::as_str).collect()
    }

    /// The job of the submission of a product that has not ended.
    #[must_use]
    pub fn job_of_submission(&self, product: &str) -> Option<&str> {
        let guid = self.guid(product)?;
        let is_it = |id: &&String| {
            let releases = self.jobs.get(*id).and_then(|job| job.releases.as_ref());
            releases.is_some_and(|(product, _)| product == guid)
        };
        self.open.iter().find(is_it).map(String::as_str)
    }

    /// Whether a job has ended without success.
    #[must_use]
    pub fn has_failed(&self, job: &str) -> bool {
        let ended = self.jobs.get(job).and_then(|job| job.ended);
        ended.is_some_and(|(_, result)| result != JobResult::Succeeded)
    }

    /// How many submissions of a product there were, finished ones included.
    #[must_use]
    pub fn submission_count(&self, product: &str) -> usize {
        self.product_named(product).map_or(0, |product| product.submissions.len())
    }
}

fn submitted(product: &Product, submission: &Submission) -> Submitted {
    let goes_live = product.submissions.iter().any(|other| {
        other.target == Target::Live && other.number == submission.number && other.ending != Some(Ending::Failed)
    });
    let is_last = || product.last(Target::Preview).is_some_and(|last| last.number == submission.number);
    let state = match (submission.ending, submission.target) {
        (None, _) => ReleaseState::Running,
        (Some(Ending::Failed), _) => ReleaseState::Failed,
        (Some(Ending::Succeeded), Target::Preview) if !goes_live && is_last() => ReleaseState::PreviewReady,
        (Some(Ending::Succeeded), _) => ReleaseState::Completed,
    };
    Submitted {
        number: submission.number,
        kind: match submission.target {
            Target::Preview => ReleaseKind::Publish,
            Target::Live => ReleaseKind::GoLive,
        },
        created: submission.created,
        state,
        is_to_fail: submission.failure.is_some(),
    }
}

fn tree(product: &Product, slot: Slot) -> Option<&Tree> {
    match slot {
        Slot::Draft => Some(&product.draft),
        Slot::Preview => product.preview.as_ref(),
        Slot::Production => product.live.as_ref(),
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

//! One resource of a job: whom it belongs to, which id it has, and its way into the draft.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Reason;
use super::asset::host_files;
use super::catalogue::{Kind, SUPPORTED, Scope};
use super::dialect::{EditsDuringSubmission, Omitted};
use super::identity::{Reference, asset_prefix, derived_id};
use super::rule;
use super::secret::keep;
use super::skeleton::skeleton;
use super::state::{Ingestion, Item, Job, Product, Resource, Tree};

/// What is never stored: it is said by the id, or owned by the service.
const NOT_STORED: [&str; 5] = ["id", "resourceName", "validations", "$schema", "created"];

type Body = Map<String, Value>;

impl Ingestion {
    pub(super) fn write_resource(
        &mut self,
        job: &mut Job,
        kind: &'static Kind,
        item: &Item,
        at: Timestamp,
    ) -> Result<(), Reason> {
        if kind.scope == Scope::Product {
            return self.write_product(job, item, at);
        }
        let guid = self.referred_product(job, &item.body)?;
        let product = self.products.get(&guid).ok_or_else(not_found)?;
        if self.dialect.edits_during_submission == EditsDuringSubmission::Locked && product.running(at).is_some() {
            let detail = Reason::new("productLocked", "The product is locked by a submission in progress.");
            return Err(Reason::new("locked", "The product is locked.").because(detail));
        }
        let plan = match item.body.get("plan") {
            Some(reference) => Some(referred_plan(job, product, reference)?),
            None => None,
        };
        if kind.scope == Scope::Action {
            return self.update_private_audiences(job, &guid, plan.as_deref(), &item.body);
        }
        let id = match item.body.get("id").and_then(Value::as_str) {
            Some(id) => known_id(product, kind, id)?.to_owned(),
            None => self.own_id(kind, &guid, plan.as_deref(), &item.body)?,
        };
        if item.body.get("lifecycleState").and_then(Value::as_str) == Some("deleted") {
            return self.delete(job, &guid, &id);
        }
        let mut body = self.stored(item, &guid, plan.as_deref(), &id)?;
        host_files(kind.name, &mut body);
        let product = self.products.get(&guid).ok_or_else(not_found)?;
        rule::check(product, &id, &body)?;
        self.put(job, &guid, id, Resource { version: item.version.clone(), body }, item);
        Ok(())
    }

    fn write_product(&mut self, job: &mut Job, item: &Item, at: Timestamp) -> Result<(), Reason> {
        let text = |name: &str| item.body.get(name).and_then(Value::as_str).unwrap_or_default();
        let external_id = item.body.get("identity").and_then(|identity| identity.get("externalId")?.as_str());
        let external_id = external_id.unwrap_or_default().to_owned();
        let guid = match item.body.get("id").and_then(Value::as_str) {
            Some(id) => id.strip_prefix("product/").filter(|guid| self.products.contains_key(*guid)).map(str::to_owned),
            None => match self.product_named(&external_id) {
                Some(product) => Some(product.guid.clone()),
                None => Some(self.create_product(&external_id, text("type"))?),
            },
        };
        let guid = guid.ok_or_else(not_found)?;
        let product = self.products.get(&guid).ok_or_else(not_found)?;
        if product.running(at).is_some() && self.dialect.edits_during_submission == EditsDuringSubmission::Locked {
            let detail = Reason::new("productLocked", "The product is locked by a submission in progress.");
            return Err(Reason::new("locked", "The product is locked.").because(detail));
        }
        let id = product.id();
        for (name, before, now) in
            [("Type", product.kind.as_str(), text("type")), ("OfferId", product.external_id.as_str(), &external_id)]
        {
            if before != now {
                return Err(rule::locked(name));
            }
        }
        if text("lifecycleState") == "deleted" {
            return self.delete(job, &guid, &id);
        }
        let mut body = self.stored(item, &guid, None, &id)?;
        body.shift_remove("product");
        self.put(job, &guid, id, Resource { version: item.version.clone(), body }, item);
        Ok(())
    }

    /// A new product has the resources that every product of its type has (page, "Create a product").
    fn create_product(&mut self, external_id: &str, kind: &str) -> Result<String, Reason> {
        if !SUPPORTED.contains(&kind) {
            return Err(Reason::invalid("notSupported", format!("Type {kind} is not supported")));
        }
        let guid = self.random.guid();
        let product = Product {
            draft: skeleton(&guid, kind),
            guid: guid.clone(),
            external_id: external_id.to_owned(),
            kind: kind.to_owned(),
            preview: None,
            live: None,
            submissions: Vec::new(),
            offer: None,
        };
        self.products.insert(guid.clone(), product);
        Ok(guid)
    }

    /// The product that a resource refers to.
    pub(super) fn referred_product(&self, job: &Job, body: &Body) -> Result<String, Reason> {
        let id = match body.get("product").and_then(Reference::of) {
            Some(Reference::Id(id)) => Some(id),
            Some(Reference::ExternalId(name)) => self.product_named(&name).map(Product::id),
            Some(Reference::Name(name)) => job.names.get(&name).cloned(),
            None => None,
        };
        let guid = id.as_deref().and_then(|id| id.strip_prefix("product/"));
        guid.filter(|guid| self.products.contains_key(*guid)).map(str::to_owned).ok_or_else(not_found)
    }

    /// The id of a resource that is sent without one: that of the resource that it replaces, or a new one.
    fn own_id(&mut self, kind: &Kind, guid: &str, plan: Option<&str>, body: &Body) -> Result<String, Reason> {
        let incomplete = || Reason::invalid("invalidRequest", "The resource does not say what it belongs to.");
        let product = self.products.get(guid).ok_or_else(not_found)?;
        if kind.scope == Scope::Plan {
            let name = body.get("identity").and_then(|identity| identity.get("externalId")?.as_str());
            let plan = name.and_then(|name| product.plan_named(name)).map(str::to_owned);
            return Ok(format!("plan/{guid}/{}", plan.unwrap_or_else(|| self.random.guid())));
        }
        if let Some(id) = derived_id(kind, guid, plan, body) {
            return Ok(id);
        }
        let prefix = asset_prefix(kind, guid, body).ok_or_else(incomplete)?;
        let taken: Vec<(&String, &Resource)> = product.draft.iter().filter(|(id, _)| id.starts_with(&prefix)).collect();
        let key = if kind.scope == Scope::Trailer { "streamingUrl" } else { "displayOrder" };
        let is_single = kind.scope == Scope::Asset
            && body.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("azureLogo"))
            && body.get("type").and_then(Value::as_str) != Some("azureLogoScreenshot");
        let same =
            taken.iter().find(|(_, one)| is_single || (body.contains_key(key) && one.body.get(key) == body.get(key)));
        let free = || (1..=taken.len() + 1).map(|n| format!("{prefix}{n}")).find(|id| !product.draft.contains_key(id));
        same.map(|(id, _)| (*id).clone()).or_else(free).ok_or_else(incomplete)
    }

    /// The resource as it is stored: with durable ids for references, and with the secrets that were kept.
    fn stored(&self, item: &Item, guid: &str, plan: Option<&str>, id: &str) -> Result<Body, Reason> {
        let product = self.products.get(guid).ok_or_else(not_found)?;
        let before = product.draft.get(id);
        let mut body = item.body.clone();
        body.retain(|name, _| !NOT_STORED.contains(&name.as_str()));
        if self.dialect.omitted == Omitted::Preserved {
            for (name, value) in before.iter().flat_map(|before| &before.body) {
                body.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        body.insert("product".to_owned(), json!(product.id()));
        if let Some(plan) = plan {
            body.insert("plan".to_owned(), json!(format!("plan/{guid}/{plan}")));
        }
        if let Some(listing) = body.get_mut("listing") {
            let language = item.body.get("languageId").and_then(Value::as_str).unwrap_or("en-us").to_ascii_lowercase();
            *listing = json!(format!("listing/{guid}/public/main/default/{language}"));
        }
        match keep(&mut body, before.map(|before| &before.body)) {
            None => Ok(body),
            Some(place) => Err(Reason::invalid("businessValidationError", format!("{place}: no secret is stored."))),
        }
    }

    fn put(&mut self, job: &mut Job, guid: &str, id: String, resource: Resource, item: &Item) {
        if let Some(product) = self.products.get_mut(guid) {
            product.leave_offer();
            product.draft.insert(id.clone(), resource);
        }
        if let Some(name) = item.body.get("resourceName").and_then(Value::as_str) {
            job.names.insert(name.to_owned(), id.clone());
        }
        job.written.push(id);
    }

    /// Takes away what was never published: a product, a plan with all that belongs to it, or one resource.
    fn delete(&mut self, job: &mut Job, guid: &str, id: &str) -> Result<(), Reason> {
        let product = self.products.get_mut(guid).ok_or_else(not_found)?;
        if product.was_published(id) {
            let message = "A resource that was published cannot be deleted. Deprecate it instead.";
            return Err(Reason::invalid("invalidState", message));
        }
        if id == product.id() {
            self.products.remove(guid);
        } else {
            let plan = id.strip_prefix("plan/").and_then(|rest| rest.split_once('/')).map(|(_, plan)| plan.to_owned());
            product.leave_offer();
            product.draft.retain(|other, _| {
                let is_below = plan.as_deref().is_some_and(|plan| super::identity::plan_of(other) == Some(plan));
                other != id && !is_below
            });
        }
        job.written.push(id.to_owned());
        Ok(())
    }

    /// Adds and removes private audiences in draft, preview and live at once (page, "Update private audiences").
    fn update_private_audiences(
        &mut self,
        job: &mut Job,
        guid: &str,
        plan: Option<&str>,
        body: &Body,
    ) -> Result<(), Reason> {
        let id = format!("price-and-availability-plan/{guid}/{}", plan.unwrap_or_default());
        let product = self.products.get_mut(guid).ok_or_else(not_found)?;
        if !product.draft.contains_key(&id) {
            return Err(Reason::invalid("resourceNotFound", "The plan has no price and availability."));
        }
        let list = |name: &str| body.get("privateAudiences").and_then(|change| change.get(name)?.as_array()).cloned();
        let (add, remove) = (list("add").unwrap_or_default(), list("remove").unwrap_or_default());
        product.leave_offer();
        for tree in [Some(&mut product.draft), product.preview.as_mut(), product.live.as_mut()].into_iter().flatten() {
            change_audiences(tree, &id, &add, &remove);
        }
        job.written.push(id);
        Ok(())
    }
}

fn referred_plan(job: &Job, product: &Product, reference: &Value) -> Result<String, Reason> {
    let id = match Reference::of(reference) {
        Some(Reference::Id(id)) => Some(id),
        Some(Reference::ExternalId(name)) => {
            product.plan_named(&name).map(|guid| format!("plan/{}/{guid}", product.guid))
        }
        Some(Reference::Name(name)) => job.names.get(&name).cloned(),
        None => None,
    };
    let id = id.filter(|id| id.starts_with("plan/") && product.draft.contains_key(id));
    let guid = id.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
    guid.ok_or_else(|| Reason::invalid("resourceNotFound", "The plan was not found in the draft of the product."))
}

fn change_audiences(tree: &mut Tree, id: &str, add: &[Value], remove: &[Value]) {
    let Some(resource) = tree.get_mut(id) else { return };
    let key = |audience: &Value| (audience["type"].clone(), audience["id"].clone());
    let audiences = resource.body.entry("privateAudiences".to_owned()).or_insert_with(|| json!([]));
    if !audiences.is_array() {
        *audiences = json!([]);
    }
    if let Some(audiences) = audiences.as_array_mut() {
        audiences.retain(|old| !add.iter().chain(remove).any(|other| key(other) == key(old)));
        audiences.extend(add.iter().cloned());
    }
}

/// The id of a resource that is sent with one.
fn known_id<'i>(product: &Product, kind: &Kind, id: &'i str) -> Result<&'i str, Reason> {
    let is_of_kind = id.split('/').next() == Some(kind.name) && id.split('/').nth(1) == Some(product.guid.as_str());
    if !is_of_kind {
        return Err(Reason::invalid("invalidId", "The id does not fit the type or the product of the resource."));
    }
    if product.draft.contains_key(id) {
        return Ok(id);
    }
    Err(Reason::invalid("resourceNotFound", "The draft has no resource with this id."))
}

fn not_found() -> Reason {
    Reason::invalid("resourceNotFound", "The product was not found.")
}

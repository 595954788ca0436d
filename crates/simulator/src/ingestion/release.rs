//! Submissions: to the preview, from there to live, and what stands in their way.
//!
//! A submission is a resource of a job, and the job runs until the submission has ended (product-ingestion-api.md, "Submit").

use jiff::Timestamp;
use serde_json::Value;

use super::answer::Reason;
use super::catalogue::{CORE_MACHINE, MACHINE};
use super::dialect::ModularPublish;
use super::state::{Ingestion, Item, Job, Product, Resource, Submission, Target, Tree};
use crate::operation::{later, total};

impl Ingestion {
    pub(super) fn start_submission(&mut self, job: &mut Job, item: &Item, at: Timestamp) -> Result<(), Reason> {
        let guid = self.referred_product(job, &item.body)?;
        let target = item.body.get("target").and_then(|target| target.get("targetType")?.as_str()).unwrap_or_default();
        let number = item.body.get("id").and_then(Value::as_str).and_then(|id| id.rsplit('/').next()?.parse().ok());
        let is_deprecation = item.body.get("lifecycleState").and_then(Value::as_str) == Some("deprecated");
        let Some(product) = self.products.get(&guid) else { return Err(gone()) };
        if let Some(running) = product.running(at) {
            let number = running.number;
            let message = format!("An In Progress submission {number} already exists.");
            return Err(Reason::new("internalServerError", message));
        }
        match target {
            "preview" => {
                check_content(product)?;
                let content = self.to_publish(job, product);
                let number = self.next_submission();
                self.submit(job, &guid, at, (Target::Preview, number), content)
            }
            "live" if is_deprecation => self.deprecate(job, &guid, number, at),
            "live" => {
                let preview = product.last(Target::Preview).filter(|preview| preview.has_succeeded(at));
                let live =
                    product.submissions.iter().rev().find(|one| one.target == Target::Live && one.has_succeeded(at));
                let preview = preview.filter(|preview| {
                    number == Some(preview.number) && live.is_none_or(|live| live.number != preview.number)
                });
                let Some(preview) = preview else {
                    let message = "The submission cannot be pushed to live as its not the latest submission.";
                    return Err(Reason::new("conflict", message));
                };
                let (number, content) = (preview.number, product.preview.clone().unwrap_or_default());
                self.submit(job, &guid, at, (Target::Live, number), content)
            }
            _ => Err(Reason::invalid("notSupported", format!("The target '{target}' is not supported."))),
        }
    }

    fn submit(
        &mut self,
        job: &mut Job,
        guid: &str,
        at: Timestamp,
        (target, number): (Target, u64),
        content: Tree,
    ) -> Result<(), Reason> {
        let pace = job.pace;
        let steps = pace.to_preview();
        let (certified, ends) = match target {
            Target::Preview => (later(at, total(&steps[..2])), later(at, total(&steps))),
            Target::Live => (later(at, pace.live), later(at, pace.live)),
        };
        let failure = job.failure.take();
        // A failed certification ends there.
        let ends = if failure.is_some() { certified } else { ends };
        let product = self.products.get_mut(guid).ok_or_else(gone)?;
        product.leave_offer();
        product.submissions.push(Submission {
            number,
            target,
            created: at,
            begins: at,
            certified,
            ends,
            content,
            ending: None,
            failure,
        });
        job.written.push(format!("submission/{guid}/{number}"));
        job.releases = Some((guid.to_owned(), product.submissions.len() - 1));
        Ok(())
    }

    /// What a submission to the preview publishes.
    fn to_publish(&self, job: &Job, product: &Product) -> Tree {
        let of_product = |id: &&String| id.split('/').nth(1) == Some(product.guid.as_str());
        let listed: Vec<&String> = job.written.iter().filter(of_product).collect();
        let published = product.preview.as_ref().or(product.live.as_ref());
        match published {
            Some(published) if !listed.is_empty() && self.dialect.modular_publish == ModularPublish::Listed => {
                let mut content = published.clone();
                for id in listed {
                    if let Some(resource) = product.draft.get(id) {
                        content.insert(id.clone(), resource.clone());
                    }
                }
                content
            }
            _ => product.draft.clone(),
        }
    }

    /// Ends the sale of a product. It needs no preview (page, "Deprecate").
    fn deprecate(&mut self, job: &mut Job, guid: &str, number: Option<u64>, at: Timestamp) -> Result<(), Reason> {
        let product = self.products.get_mut(guid).ok_or_else(gone)?;
        let live = product.submissions.iter().rev().find(|one| one.target == Target::Live && one.has_succeeded(at));
        if live.is_none() || live.map(|live| live.number) != number {
            let message = "The submission cannot be pushed to live as its not the latest submission.";
            return Err(Reason::new("conflict", message));
        }
        let id = product.id();
        product.leave_offer();
        for tree in [Some(&mut product.draft), product.preview.as_mut(), product.live.as_mut()].into_iter().flatten() {
            if let Some(resource) = tree.get_mut(&id) {
                resource.body.insert("lifecycleState".to_owned(), "deprecated".into());
            }
        }
        job.written.push(id);
        Ok(())
    }
}

fn gone() -> Reason {
    Reason::invalid("resourceNotFound", "The product was not found.")
}

/// What a draft needs before it can be published. The list of the service is longer and in no source: this one is an assumption, but
/// for images.
fn check_content(product: &Product) -> Result<(), Reason> {
    let mut missing = Vec::new();
    let of_kind = |kind: &'static str| {
        product.draft.iter().filter(move |(id, _)| id.split('/').next() == Some(kind)).map(|(_, resource)| resource)
    };
    if of_kind("plan").next().is_none() {
        missing.push("The product has no plan.".to_owned());
    }
    let has = |listing: &Resource, name: &str| {
        listing.body.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
    };
    for name in ["title", "description"] {
        if !of_kind("listing").any(|listing| has(listing, name)) {
            missing.push(format!("The listing has no {name}."));
        }
    }
    for machine in of_kind(MACHINE).chain(of_kind(CORE_MACHINE)) {
        missing.extend(images_missing(machine));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let mut error = Reason::new("badRequest", "Invalid resource");
    error.details = missing.iter().map(|message| Reason::new("businessValidationError", message)).collect();
    Err(error)
}

/// Every SKU needs an active image of its type (seen by public clients).
fn images_missing(machine: &Resource) -> Vec<String> {
    let list = |name: &str| machine.body.get(name).and_then(Value::as_array).into_iter().flatten();
    if machine.body.contains_key("basePlan") {
        return Vec::new();
    }
    let is_active = |version: &&Value| !matches!(version["lifecycleState"].as_str(), Some("deprecated" | "deleted"));
    let has = |image_type: &Value| {
        let versions = list("vmImageVersions").filter(is_active);
        let images = versions.flat_map(|version| version["vmImages"].as_array().into_iter().flatten());
        images.into_iter().any(|image| image["imageType"] == *image_type)
    };
    let without = list("skus").filter(|sku| !has(&sku["imageType"]));
    let name = |sku: &Value| sku["skuId"].as_str().unwrap_or_default().to_owned();
    without.map(|sku| format!("The SKU '{}' has no active image.", name(sku))).collect()
}

impl Product {
    /// The product goes its own way from now on, and no longer shows what the portal has.
    pub(super) fn leave_offer(&mut self) {
        if let Some(offer) = &mut self.offer {
            offer.is_followed = false;
        }
    }
}

//! Everything that can be read: products, plans, single resources, trees and submissions.

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Outcome, Refusal, ok};
use super::catalogue::SUPPORTED;
use super::dialect::{Promoted, SubmissionList, UneditedDraft};
use super::identity::product_of;
use super::page::{page, place};
use super::route::query;
use super::show::View;
use super::state::{Ingestion, Product, Submission, Target, Tree};

/// How far a list of submissions lags in that reading.
const LAG: std::time::Duration = std::time::Duration::from_secs(30);

impl Ingestion {
    pub(super) fn list_products(&self, request: &Request<Bytes>, view: &View<'_>) -> Outcome {
        let (external_id, kind) = (query(request, "externalId"), query(request, "type"));
        let products = self.products.values().filter(|product| {
            external_id.as_ref().is_none_or(|id| *id == product.external_id)
                && kind.as_ref().is_none_or(|kind| *kind == product.kind)
        });
        let shown = products.filter_map(|product| {
            let id = product.id();
            let resource = view.resource(&id, product.draft.get(&id)?);
            Some((id, resource))
        });
        page(request, &self.dialect, view.nonce, shown.collect())
    }

    pub(super) fn list_plans(&self, request: &Request<Bytes>, view: &View<'_>) -> Outcome {
        let product = query(request, "product")
            .ok_or_else(|| Refusal::bad_request("The query parameter 'product' is required."))?;
        let product = self.product(product_of(&product).unwrap_or_default())?;
        let external_id = query(request, "externalId");
        let plans = product.draft.iter().filter(|(id, _)| id.starts_with("plan/")).filter(|(_, plan)| {
            let name = plan.body.get("identity").and_then(|identity| identity.get("externalId")?.as_str());
            external_id.as_deref().is_none_or(|wanted| name == Some(wanted))
        });
        let shown = plans.map(|(id, plan)| (id.clone(), view.resource(id, plan)));
        page(request, &self.dialect, view.nonce, shown.collect())
    }

    /// One resource of a draft.
    pub(super) fn get_resource(&self, id: &str, view: &View<'_>) -> Outcome {
        let missing = || Refusal::not_found(format!("The resource '{id}' was not found."));
        let product = self.product(product_of(id).unwrap_or_default())?;
        let resource = product.draft.get(id).ok_or_else(missing)?;
        let is_live = product.live.as_ref().is_some_and(|live| live.get(id) == Some(resource));
        let is_technical = id.split('/').next().is_some_and(|kind| kind.ends_with("technical-configuration"));
        if is_live && is_technical && self.dialect.unedited_draft == UneditedDraft::Missing {
            return Err(missing());
        }
        Ok(ok(&view.resource(id, resource)))
    }

    pub(super) fn get_tree(&self, guid: &str, request: &Request<Bytes>, view: &View<'_>) -> Outcome {
        let product = self.product(guid)?;
        if !SUPPORTED.contains(&product.kind.as_str()) {
            let mut letters = product.kind.chars();
            let kind: String =
                letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
            return Err(Refusal::bad_request(format!("Type {kind} is not supported")));
        }
        let target = query(request, "targetType").unwrap_or_else(|| "draft".to_owned());
        let none = || Refusal::bad_request(format!("The product has no target of the type {target}."));
        let (tree, submission) = match target.as_str() {
            "draft" => (&product.draft, Some(view.draft_submission(guid))),
            "preview" => (product.preview.as_ref().ok_or_else(none)?, arrived(product, Target::Preview, view)),
            "live" => (product.live.as_ref().ok_or_else(none)?, arrived(product, Target::Live, view)),
            _ => return Err(Refusal::bad_request(format!("The value '{target}' of targetType is not valid."))),
        };
        Ok(ok(&json!({
            "$schema": view.schema("resource-tree", "2022-03-01-preview2"),
            "root": product.id(),
            "target": { "targetType": target },
            "resources": show_tree(tree, submission, view),
        })))
    }

    pub(super) fn list_submissions(&self, guid: &str, request: &Request<Bytes>, view: &View<'_>) -> Outcome {
        let product = self.product(guid)?;
        let target = query(request, "targetType");
        let entries = self.active(product, view).into_iter().filter(|entry| {
            target.as_deref().is_none_or(|target| entry["target"]["targetType"].as_str() == Some(target))
        });
        // Two entries can have the same id.
        let key = |entry: &Value| format!("{} {}", text(&entry["id"]), text(&entry["target"]["targetType"]));
        page(request, &self.dialect, view.nonce, entries.map(|entry| (key(&entry), entry)).collect())
    }

    pub(super) fn get_submission(&self, guid: &str, number: &str, view: &View<'_>) -> Outcome {
        let product = self.product(guid)?;
        let id = format!("submission/{guid}/{number}");
        let found = self.active(product, view).into_iter().rev().find(|entry| entry["id"].as_str() == Some(&id));
        found.map(|entry| ok(&entry)).ok_or_else(|| Refusal::not_found(format!("The submission '{id}' was not found.")))
    }

    /// The submissions that a list shows: the draft, the current preview, what is live, and what is on its way there.
    fn active(&self, product: &Product, view: &View<'_>) -> Vec<Value> {
        let moment = match self.dialect.submission_list {
            SubmissionList::Prompt => view.now,
            SubmissionList::Lags => view.now.checked_sub(LAG).unwrap_or(view.now),
        };
        let known = || product.submissions.iter().rev().filter(|submission| submission.created <= moment);
        let last = |target| known().find(|submission| submission.target == target);
        let live = known().find(|one| one.target == Target::Live && one.has_succeeded(moment));
        let preview = last(Target::Preview).filter(|preview| {
            self.dialect.promoted == Promoted::Both || live.is_none_or(|live| live.number != preview.number)
        });
        let going_live = last(Target::Live).filter(|one| !one.has_succeeded(moment));
        let mut entries = vec![view.draft_submission(&product.guid)];
        let shown = |one: &Submission| view.submission(&product.guid, one, moment);
        entries.extend([preview, live, going_live].into_iter().flatten().map(shown));
        entries
    }

    /// The product with this GUID, or the refusal of a request that names another one.
    pub(super) fn product(&self, guid: &str) -> Result<&Product, Refusal> {
        let missing = || Refusal::not_found(format!("The product 'product/{guid}' was not found."));
        self.products.get(guid).ok_or_else(missing)
    }

    /// What answers to `request` look at.
    pub(super) fn view(&self, request: &Request<Bytes>, nonce: u64, now: Timestamp) -> View<'_> {
        let ceiling = query(request, "$version").and_then(|text| super::version::Version::parse(&text));
        View { dialect: &self.dialect, now, ceiling, nonce }
    }
}

/// The submission that brought the content of a target.
fn arrived(product: &Product, target: Target, view: &View<'_>) -> Option<Value> {
    let submissions = product.submissions.iter().rev();
    let mut arrived = submissions.filter(|one| one.target == target && one.has_succeeded(view.now));
    arrived.next().map(|one| view.submission(&product.guid, one, view.now))
}

fn show_tree(tree: &Tree, submission: Option<Value>, view: &View<'_>) -> Vec<Value> {
    let resources =
        tree.iter().map(|(id, resource)| (place(view.dialect, view.nonce, id), view.resource(id, resource)));
    let submission = submission.map(|one| (place(view.dialect, view.nonce, text(&one["id"])), one));
    let mut placed: Vec<(String, Value)> = resources.chain(submission).collect();
    placed.sort_by(|one, two| one.0.cmp(&two.0));
    placed.into_iter().map(|(_, resource)| resource).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

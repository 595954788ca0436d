//! A plan as JSON, for scripts and for `apply FILE`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::FORMAT_VERSION;
use crate::backend::FailedStep;
use crate::diff::{Cause, RedactedValue};
use crate::offer::Pointer;
use crate::offer::fields::FieldTable;
use crate::plan::release::{self, Level, ReleasePlan, ReleaseStep, Start};
use crate::plan::{self, Action, OfferPlan};

/// The schema of this document.
pub const PLAN_SCHEMA: &str = include_str!("../../../../schemas/plan.schema.json");

/// How the plan came about: what an `apply FILE` needs to make it again.
#[derive(Debug, Clone)]
pub struct PlanContext<'a> {
    /// The service it was made for.
    pub endpoint: &'a str,
    /// The paths that were given.
    pub paths: &'a [String],
    /// The globs of addresses that were given.
    pub offers: &'a [String],
    /// The publisher that was given.
    pub publisher: Option<&'a str>,
    /// The references of secrets whose values were there to be compared.
    pub compared_secrets: &'a BTreeSet<String>,
    /// The guards that were allowed, as `CODE:TARGET`.
    pub allow: Vec<String>,
    /// What is done about edits in the portal: `keep`, `revert` or `refuse`.
    pub drift: &'static str,
    /// Whether the files win conflicts.
    pub overwrite_conflicts: bool,
    /// Whether all secrets are sent anew.
    pub rotate_secrets: bool,
    /// Whether no files were fetched.
    pub no_fetch: bool,
    /// What was asked for about releases, as the plan file keeps it.
    pub release: Value,
}

/// Writes the plan. It holds no secret and no signature.
pub fn plan(plan: &plan::Plan, context: &PlanContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Plan {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        digest: plan.digest().to_string(),
        base: plan.base().map(|base| base.commit.as_str()),
        drift: context.drift,
        overwrite_conflicts: context.overwrite_conflicts,
        rotate_secrets: context.rotate_secrets,
        no_fetch: context.no_fetch,
        release: &context.release,
        no_longer_managed: plan.base().map_or_else(Vec::new, |base| {
            base.no_longer_managed.iter().map(|(address, _)| address.to_string()).collect()
        }),
        endpoint: context.endpoint,
        selection: Selection { paths: context.paths, offers: context.offers, publisher: context.publisher },
        compared_secrets: context.compared_secrets,
        allow: &context.allow,
        summary: Summary::from(plan.summary()),
        guards: plan.guards().iter().map(Guard::from).collect(),
        offers: plan.offers().iter().map(Offer::from).collect(),
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Plan<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    digest: String,
    base: Option<&'a str>,
    drift: &'static str,
    overwrite_conflicts: bool,
    rotate_secrets: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    no_fetch: bool,
    release: &'a Value,
    no_longer_managed: Vec<String>,
    endpoint: &'a str,
    selection: Selection<'a>,
    compared_secrets: &'a BTreeSet<String>,
    allow: &'a [String],
    summary: Summary,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    guards: Vec<Guard<'a>>,
    offers: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Selection<'a> {
    paths: &'a [String],
    offers: &'a [String],
    publisher: Option<&'a str>,
}

#[derive(Serialize)]
struct Summary {
    create: usize,
    update: usize,
    release: usize,
    unchanged: usize,
    blocked: usize,
    kept: usize,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the contract")]
struct Offer<'a> {
    address: String,
    publisher_id: &'a str,
    offer_id: &'a str,
    offer_type_id: &'a str,
    file: &'a str,
    action: &'static str,
    revision: Option<&'a str>,
    changes: Vec<Change<'a>>,
    release: Release<'a>,
    guards: Vec<Guard<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prices: Vec<Price<'a>>,
    notes: Vec<Note<'a>>,
    patch: Vec<PatchOperation>,
}

#[derive(Serialize)]
pub(super) struct Change<'a> {
    path: &'a str,
    sku: Option<&'a str>,
    op: &'static str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    cause: &'static str,
    /// Whether the change is made; false for what is left as it is.
    applied: bool,
    sensitive: bool,
    file: Option<&'a str>,
    line: Option<usize>,
}

#[derive(Serialize)]
pub(super) struct Release<'a> {
    from: &'static str,
    to: &'static str,
    steps: Vec<Step<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<Obstacle<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    name: &'static str,
    estimate: Option<&'a str>,
    begins: &'static str,
    /// The operation that is followed, waited for or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
}

#[derive(Serialize)]
struct Obstacle<'a> {
    kind: &'static str,
    operation: Option<&'a str>,
    #[serde(rename = "troubles", skip_serializing_if = "Vec::is_empty")]
    failed_steps: Vec<ErrorMessage<'a>>,
}

#[derive(Serialize)]
pub(super) struct ErrorMessage<'a> {
    step: &'a str,
    status: &'a str,
    messages: &'a [String],
}

#[derive(Serialize)]
struct AllowedIn<'a> {
    file: &'a str,
    line: usize,
    reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct Guard<'a> {
    code: &'a str,
    level: &'static str,
    target: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    reason: &'a str,
    source: &'a str,
    remedy: &'static str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_in: Option<AllowedIn<'a>>,
}

#[derive(Serialize)]
struct Price<'a> {
    sku: &'a str,
    market: Option<&'a str>,
    unit: &'a str,
    currency: Option<&'a str>,
    before: Option<&'a serde_json::Number>,
    after: Option<&'a serde_json::Number>,
    percent: Option<f64>,
}

#[derive(Serialize)]
struct Note<'a> {
    code: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct PatchOperation {
    op: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl From<plan::Summary> for Summary {
    fn from(summary: plan::Summary) -> Self {
        let plan::Summary { create, update, release, unchanged, blocked, kept } = summary;
        Self { create, update, release, unchanged, blocked, kept }
    }
}

impl<'a> From<&'a OfferPlan> for Offer<'a> {
    fn from(offer: &'a OfferPlan) -> Self {
        let address = offer.address();
        Self {
            address: address.to_string(),
            publisher_id: address.publisher.as_str(),
            offer_id: address.offer.as_str(),
            offer_type_id: offer.offer_type().as_str(),
            file: &offer.desired().file,
            action: match offer.action() {
                Action::Create => "create",
                Action::Update => "update",
                Action::None => "none",
            },
            revision: offer.revision().map(crate::offer::Revision::as_str),
            changes: offer.changes().iter().map(Change::from).collect(),
            release: Release::from(offer.release()),
            guards: offer.guards().iter().map(Guard::from).collect(),
            prices: offer.prices().iter().map(Price::from).collect(),
            notes: offer.notes().iter().map(|note| Note { code: note.code, text: &note.text }).collect(),
            patch: patch(offer),
        }
    }
}

impl<'a> From<&'a ReleasePlan> for Release<'a> {
    fn from(release: &'a ReleasePlan) -> Self {
        Self {
            from: level(release.from),
            to: level(release.to),
            steps: release.steps.iter().map(Step::from).collect(),
            obstacle: release.obstacle.as_ref().map(Obstacle::from),
        }
    }
}

/// How far something is released, in the words of the files.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Draft => "draft",
        Level::Preview => "preview",
        Level::Live => "live",
    }
}

impl<'a> From<&'a ReleaseStep> for Step<'a> {
    fn from(step: &'a ReleaseStep) -> Self {
        let operation = match &step.start {
            Start::Now => None,
            Start::Attach(name) | Start::AfterWaiting(name) | Start::AfterCancelling(name) => name.id.as_deref(),
        };
        Self { name: step.kind.name(), estimate: step.estimate.as_deref(), begins: step.start.name(), operation }
    }
}

impl<'a> From<&'a release::Obstacle> for Obstacle<'a> {
    fn from(obstacle: &'a release::Obstacle) -> Self {
        match obstacle {
            release::Obstacle::Busy(name) => {
                Self { kind: "busy", operation: name.id.as_deref(), failed_steps: Vec::new() }
            }
            release::Obstacle::Failed(failed) => Self {
                kind: "failed",
                operation: failed.operation.id.as_deref(),
                failed_steps: failed.steps.iter().map(ErrorMessage::from).collect(),
            },
            release::Obstacle::Unsettled(_) => Self { kind: "unsettled", operation: None, failed_steps: Vec::new() },
        }
    }
}

impl<'a> From<&'a FailedStep> for ErrorMessage<'a> {
    fn from(failed: &'a FailedStep) -> Self {
        Self { step: &failed.step, status: &failed.status, messages: &failed.messages }
    }
}

impl<'a> From<&'a plan::PlannedChange> for Change<'a> {
    fn from(planned: &'a plan::PlannedChange) -> Self {
        let change = &planned.change;
        Self {
            path: planned.path.as_str(),
            sku: change.sku.as_deref(),
            op: change.operation.name(),
            before: change.before.as_ref().map(RedactedValue::value),
            after: change.after.as_ref().map(RedactedValue::value),
            cause: match change.cause {
                Cause::Declared => "declared",
                Cause::Drift => "drift",
                Cause::Conflict => "conflict",
                Cause::Behind => "behind",
                Cause::Undetermined(_) => "undetermined",
                Cause::Unmanaged => "unmanaged",
            },
            applied: change.is_written(),
            sensitive: change.is_sensitive(),
            file: planned.origin.as_ref().map(|origin| origin.file.as_str()),
            line: planned.origin.as_ref().map(|origin| origin.line),
        }
    }
}

impl<'a> From<&'a plan::Consent> for AllowedIn<'a> {
    fn from(consent: &'a plan::Consent) -> Self {
        Self { file: &consent.origin.file, line: consent.origin.line, reason: &consent.reason }
    }
}

impl<'a> From<&'a plan::Guard> for Guard<'a> {
    fn from(guard: &'a plan::Guard) -> Self {
        Self {
            code: guard.code,
            level: match guard.level {
                plan::Level::Block => "block",
                plan::Level::OneWay => "one-way",
                plan::Level::Customer => "customer",
                plan::Level::Time => "time",
            },
            target: &guard.target,
            detail: &guard.detail,
            reason: guard.reason,
            source: guard.source,
            remedy: match guard.remedy {
                plan::Remedy::NotNeeded => "not-needed",
                plan::Remedy::Allow => "allow",
                plan::Remedy::None => "none",
            },
            allowed: guard.allowed,
            allowed_in: guard.consent.as_ref().map(AllowedIn::from),
        }
    }
}

impl<'a> From<&'a plan::PriceChange> for Price<'a> {
    fn from(price: &'a plan::PriceChange) -> Self {
        Self {
            sku: &price.sku,
            market: price.market.as_deref(),
            unit: &price.unit,
            currency: price.currency.as_deref(),
            before: price.before.as_ref(),
            after: price.after.as_ref(),
            percent: price.percent(),
        }
    }
}

/// The patch with secrets and signatures taken out.
fn patch(offer: &OfferPlan) -> Vec<PatchOperation> {
    let Some(put) = offer.put() else { return Vec::new() };
    let sealed = &put.proposal.sealed_in_patch;
    let table = FieldTable::of(offer.offer_type());
    let operations = put.proposal.patch.0.iter().enumerate();
    operations
        .map(|(position, operation)| {
            let places = sealed.get(&position).map_or(&[][..], Vec::as_slice);
            let at = Pointer::parse(operation.path().as_str()).unwrap_or_default();
            let place = table.place(at.tokens());
            let seal = |value: &Value| Some(RedactedValue::with_secrets(place, value.clone(), places).value().clone());
            let (op, value) = match operation {
                json_patch::PatchOperation::Add(add) => ("add", seal(&add.value)),
                json_patch::PatchOperation::Replace(replace) => ("replace", seal(&replace.value)),
                json_patch::PatchOperation::Remove(_) => ("remove", None),
                // Plans are made of the three above only.
                json_patch::PatchOperation::Move(_) => ("move", None),
                json_patch::PatchOperation::Copy(_) => ("copy", None),
                json_patch::PatchOperation::Test(_) => ("test", None),
            };
            PatchOperation { op, path: operation.path().to_string(), value }
        })
        .collect()
}

//! How offers stand, their operations, and what slots differ in, as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use super::plan::{Change, ErrorMessage, level};
use crate::backend::{OperationKind, OperationStep, Phase};
use crate::render::status;

/// The schema of how offers stand.
pub const STATUS_SCHEMA: &str = include_str!("../../../../schemas/status.schema.json");
/// The schema of a list of operations.
pub const OPERATIONS_SCHEMA: &str = include_str!("../../../../schemas/operations.schema.json");
/// The schema of what two slots differ in.
pub const DIFF_SCHEMA: &str = include_str!("../../../../schemas/diff.schema.json");

/// Writes how offers stand.
pub fn statuses(statuses: &status::Statuses, out: &mut dyn Write) -> io::Result<()> {
    let document = Statuses {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &statuses.endpoint,
        offers: statuses.offers.iter().map(OfferStatus::from).collect(),
    };
    super::write(&document, out)
}

/// Writes operations of offers.
pub fn operations(operations: &status::Operations, out: &mut dyn Write) -> io::Result<()> {
    let document = Operations {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &operations.endpoint,
        offers: operations.offers.iter().map(OfferOperations::from).collect(),
    };
    super::write(&document, out)
}

/// Writes what two slots or versions differ in. It holds no secret and no signature.
pub fn slot_difference(difference: &status::SlotDifference, out: &mut dyn Write) -> io::Result<()> {
    let document = SlotDifference {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &difference.endpoint,
        address: difference.address.to_string(),
        from: difference.from.to_string(),
        to: difference.to.to_string(),
        from_is_empty: difference.from_is_empty,
        changes: difference.changes.iter().map(Change::from).collect(),
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Statuses<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    offers: Vec<OfferStatus<'a>>,
}

#[derive(Serialize)]
pub(super) struct OfferStatus<'a> {
    address: String,
    exists: bool,
    offer_type_id: Option<&'a str>,
    released: Option<&'static str>,
    status: Option<&'a str>,
    draft: Option<Slot<'a>>,
    preview: Option<Slot<'a>>,
    production: Option<Slot<'a>>,
    operation: Option<Ongoing<'a>>,
    failed: Option<Failed<'a>>,
    preview_links: &'a [String],
    live_links: &'a [String],
}

#[derive(Serialize)]
struct Slot<'a> {
    version: Option<u64>,
    changed_time: Option<&'a str>,
    is_the_draft: bool,
}

#[derive(Serialize)]
struct Ongoing<'a> {
    id: Option<&'a str>,
    name: Option<&'static str>,
    phase: &'static str,
    step: Option<Step<'a>>,
    #[serde(rename = "troubles")]
    failed_steps: Vec<ErrorMessage<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    id: Option<&'a str>,
    name: Option<&'static str>,
    #[serde(rename = "troubles")]
    steps: Vec<ErrorMessage<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    name: &'a str,
    status: &'a str,
    percent: Option<u8>,
    estimate: Option<&'a str>,
    messages: &'a [String],
}

#[derive(Serialize)]
struct Operations<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    offers: Vec<OfferOperations<'a>>,
}

#[derive(Serialize)]
struct OfferOperations<'a> {
    address: String,
    operations: Vec<Operation<'a>>,
}

impl<'a> From<&'a status::OfferOperations> for OfferOperations<'a> {
    fn from(offer: &'a status::OfferOperations) -> Self {
        Self { address: offer.address.to_string(), operations: offer.operations.iter().map(Operation::from).collect() }
    }
}

#[derive(Serialize)]
struct Operation<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    status: Option<&'a str>,
    offer_version: Option<u64>,
    publishing_version: Option<u64>,
    changed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step<'a>>>,
}

#[derive(Serialize)]
struct SlotDifference<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    address: String,
    from: String,
    to: String,
    from_is_empty: bool,
    changes: Vec<Change<'a>>,
}

impl<'a> From<&'a status::OfferStatus> for OfferStatus<'a> {
    fn from(status: &'a status::OfferStatus) -> Self {
        let found = status.found.as_ref();
        Self {
            address: status.address.to_string(),
            exists: found.is_some(),
            offer_type_id: found.map(|found| found.offer_type.as_str()),
            released: found.map(|found| level(found.released)),
            status: found.map(|found| found.word.as_str()),
            draft: found.map(|found| Slot::from(&found.draft)),
            preview: found.and_then(|found| found.preview.as_ref()).map(Slot::from),
            production: found.and_then(|found| found.production.as_ref()).map(Slot::from),
            operation: found.and_then(|found| found.underway.as_ref()).map(Ongoing::from),
            failed: found.and_then(|found| found.failed.as_ref()).map(|failed| Failed {
                id: failed.operation.id.as_deref(),
                name: failed.operation.kind.map(OperationKind::name),
                steps: failed.steps.iter().map(ErrorMessage::from).collect(),
            }),
            preview_links: found.map_or(&[], |found| &found.preview_links),
            live_links: found.map_or(&[], |found| &found.live_links),
        }
    }
}

impl<'a> From<&'a status::SlotStatus> for Slot<'a> {
    fn from(slot: &'a status::SlotStatus) -> Self {
        Self { version: slot.version, changed_time: slot.changed.as_deref(), is_the_draft: slot.is_the_draft }
    }
}

impl<'a> From<&'a status::Ongoing> for Ongoing<'a> {
    fn from(ongoing: &'a status::Ongoing) -> Self {
        let (phase, steps) = match &ongoing.phase {
            Phase::Running => ("running", &[][..]),
            Phase::PreviewReady => ("preview_ready", &[][..]),
            Phase::Stuck(steps) => ("stuck", steps.as_slice()),
        };
        Self {
            id: ongoing.operation.id.as_deref(),
            name: ongoing.operation.kind.map(OperationKind::name),
            phase,
            step: ongoing.step.as_ref().map(Step::from),
            failed_steps: steps.iter().map(ErrorMessage::from).collect(),
        }
    }
}

impl<'a> From<&'a OperationStep> for Step<'a> {
    fn from(step: &'a OperationStep) -> Self {
        Self {
            name: &step.name,
            status: &step.status,
            percent: step.percent,
            estimate: step.estimate.as_deref(),
            messages: &step.messages,
        }
    }
}

impl<'a> From<&'a status::OperationDetails> for Operation<'a> {
    fn from(operation: &'a status::OperationDetails) -> Self {
        Self {
            id: operation.id.as_deref(),
            name: operation.name.as_deref(),
            status: operation.status.as_deref(),
            offer_version: operation.offer_version,
            publishing_version: operation.publishing_version,
            changed: operation.changed.map(|time| time.to_string()),
            steps: operation.steps.as_ref().map(|steps| steps.iter().map(Step::from).collect()),
        }
    }
}

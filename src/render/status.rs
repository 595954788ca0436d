//! The status of offers in the service, as values for the renderers.

use jiff::Timestamp;

use crate::backend::{FailedOperation, OperationName, OperationStep, Phase};
use crate::offer::{Content, OfferAddress};
use crate::plan::PlannedChange;
use crate::plan::release::Level;

/// The status of several offers.
#[derive(Debug)]
pub struct Statuses {
    /// The address of the service.
    pub endpoint: String,
    /// The offers, sorted by address.
    pub offers: Vec<OfferStatus>,
}

/// The status of one offer.
#[derive(Debug)]
pub struct OfferStatus {
    /// The offer.
    pub address: OfferAddress,
    /// What the service has; `None` if it has no such offer.
    pub found: Option<Found>,
}

/// What the service has of an offer.
#[derive(Debug)]
pub struct Found {
    /// The type of the offer.
    pub offer_type: String,
    /// The level to which the draft is released.
    pub released: Level,
    /// The service's own word for it.
    pub word: String,
    /// The draft.
    pub draft: SlotStatus,
    /// The preview, if there is one.
    pub preview: Option<SlotStatus>,
    /// What customers have, if they have anything.
    pub production: Option<SlotStatus>,
    /// What the service is at.
    pub underway: Option<Ongoing>,
    /// The last release, if it failed.
    pub failed: Option<FailedOperation>,
    /// Where the preview can be seen.
    pub preview_links: Vec<String>,
    /// Where the live offer can be seen.
    pub live_links: Vec<String>,
}

impl Found {
    /// Whether the service is at something, be it that it waits for somebody.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.underway.is_some()
    }

    /// Whether a release failed, or is stuck.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        let is_stuck = |ongoing: &Ongoing| matches!(ongoing.phase, Phase::Stuck(_));
        self.failed.is_some() || self.underway.as_ref().is_some_and(is_stuck)
    }
}

/// What stands in a slot.
#[derive(Debug)]
pub struct SlotStatus {
    /// Its version, as the service counts.
    pub version: Option<u64>,
    /// When it changed last, in the service's words.
    pub changed: Option<String>,
    /// Whether it holds what the draft does.
    pub is_the_draft: bool,
}

/// Something the service is at.
#[derive(Debug)]
pub struct Ongoing {
    /// The id and the kind of the operation.
    pub operation: OperationName,
    /// The phase that the operation is in.
    pub phase: Phase,
    /// The service's step.
    pub step: Option<OperationStep>,
}

/// Operations of offers.
#[derive(Debug)]
pub struct Operations {
    /// The service they run on.
    pub endpoint: String,
    /// The offers, sorted by address.
    pub offers: Vec<OfferOperations>,
}

/// Operations of one offer.
#[derive(Debug)]
pub struct OfferOperations {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The operations, newest first.
    pub operations: Vec<OperationDetails>,
}

/// One operation, with what the list and its status say of it.
#[derive(Debug)]
pub struct OperationDetails {
    /// The id of the operation; `None` if the service names none.
    pub id: Option<String>,
    /// What it does: `publish`, `go_live`, or the service's own word.
    pub name: Option<String>,
    /// The service's word for how it stands.
    pub status: Option<String>,
    /// The version of the offer.
    pub offer_version: Option<u64>,
    /// The number of the publishing.
    pub publishing_version: Option<u64>,
    /// The time of the last change.
    pub changed: Option<Timestamp>,
    /// Its steps; `None` where only the list was read.
    pub steps: Option<Vec<OperationStep>>,
}

/// What two slots or versions of an offer differ in.
#[derive(Debug)]
pub struct SlotDifference {
    /// The service they are of.
    pub endpoint: String,
    /// The address of the offer.
    pub address: OfferAddress,
    /// The old side.
    pub from: Content,
    /// The new side.
    pub to: Content,
    /// Whether the old side holds nothing.
    pub from_is_empty: bool,
    /// The changes from the old side to the new one.
    pub changes: Vec<PlannedChange>,
}

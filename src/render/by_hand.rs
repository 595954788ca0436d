//! A step that was asked for by hand, as renderers get it.

use super::status::SlotDifference;
use crate::apply::{ErrorMessage, StepReport, Verdict};
use crate::offer::OfferAddress;
use crate::plan::Guard;

/// The release step that a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// To publish the draft.
    Publish,
    /// To make the preview live.
    GoLive,
    /// To cancel what is under way.
    Cancel,
    /// To wait for what is under way.
    Wait,
}

/// What a step would change and need, and what became of it.
#[derive(Debug)]
pub struct ByHand {
    /// The service that was asked.
    pub endpoint: String,
    /// The offer that the step is about.
    pub address: OfferAddress,
    /// The step that a person asked for.
    pub request: Request,
    /// How the step ended, as the exit code says it.
    pub verdict: Verdict,
    /// Why nothing was done, or why it failed.
    pub failure: Option<ErrorMessage>,
    /// What would change in the slot; `None` if nothing is brought over.
    pub difference: Option<SlotDifference>,
    /// The guards of the step.
    pub guards: Vec<Guard>,
    /// The reports of the steps that were carried out.
    pub steps: Vec<StepReport>,
}

impl ByHand {
    /// A request of which nothing is known yet.
    #[must_use]
    pub fn new(endpoint: String, address: &OfferAddress, request: Request) -> Self {
        Self {
            endpoint,
            address: address.clone(),
            request,
            verdict: Verdict::Good,
            failure: None,
            difference: None,
            guards: Vec::new(),
            steps: Vec::new(),
        }
    }
}

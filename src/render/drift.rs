//! What a drift run found, as renderers get it.

use crate::offer::OfferAddress;
use crate::plan::{Action, OfferPlan, Plan};

/// What a drift run found.
#[derive(Debug)]
pub struct Drift {
    /// The service it looked at.
    pub endpoint: String,
    /// The plan that would bring the portal back; its changes are the drift.
    pub plan: Plan,
    /// Offers of the same publishers that no file declares.
    pub unknown: Vec<OfferAddress>,
    /// Files that are not as committed, and were not looked at.
    pub uncommitted: Vec<String>,
}

impl Drift {
    /// The offers that are not as declared. What cannot be compared is no drift.
    pub fn drifted(&self) -> impl Iterator<Item = &OfferPlan> {
        self.plan.offers().iter().filter(|offer| offer.action != Action::None)
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drifted().next().is_none()
    }
}

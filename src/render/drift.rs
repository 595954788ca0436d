//! What a drift run found, as renderers get it.

use crate::offer::OfferAddress;
use crate::plan::{Action, Note, OfferPlan, Plan};

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

    /// What is worth knowing of offers that need not have drifted: signatures that run out, or were renewed.
    pub fn signatures(&self) -> impl Iterator<Item = (&OfferAddress, &Note)> {
        self.plan.offers().iter().flat_map(|offer| {
            let ours = offer.notes.iter().filter(|note| note.code.starts_with("signature-"));
            ours.map(|note| (offer.address(), note))
        })
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drifted().next().is_none()
    }
}

//! What a drift run found, as renderers get it.

use crate::diff::Cause;
use crate::offer::OfferAddress;
use crate::plan::{Action, KnownBase, Note, OfferPlan, Plan};

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
    /// Why git could not be asked what is committed, so that the files were compared as they are.
    pub git_failure: Option<String>,
}

impl Drift {
    /// The offers that are not as declared, or not released as far. What cannot be compared is no drift, nor is what the service
    /// is at.
    pub fn drifted(&self) -> impl Iterator<Item = &OfferPlan> {
        let drifts = |offer: &&OfferPlan| offer.action() == Action::Create || unapplied_and_edited(offer).1 > 0;
        self.plan.offers().iter().filter(move |offer| drifts(offer) || offer.is_behind())
    }

    /// The offers there is something to say of: those that drifted, and those whose files are not what was applied last, which
    /// is neither drift nor a conflict.
    pub fn listed(&self) -> impl Iterator<Item = &OfferPlan> {
        self.plan.offers().iter().filter(|offer| offer.action() != Action::None || offer.is_behind())
    }

    /// What is worth knowing of offers that need not have drifted: signatures that run out, or were renewed.
    pub fn signatures(&self) -> impl Iterator<Item = (&OfferAddress, &Note)> {
        self.plan.offers().iter().flat_map(|offer| {
            let signatures = offer.notes().iter().filter(|note| note.code.starts_with("signature-"));
            signatures.map(|note| (offer.address(), note))
        })
    }

    /// How many of the differences of an offer were committed and never applied, and how many somebody made in the portal.
    #[must_use]
    pub fn unapplied_and_edited(&self, offer: &OfferPlan) -> (usize, usize) {
        unapplied_and_edited(offer)
    }

    /// What is said if git could not be asked.
    #[must_use]
    pub fn compared_as_they_are(&self) -> Option<String> {
        let failure = self.git_failure.as_ref()?;
        Some(format!("the files were compared as they are, including changes that are not committed: {failure}"))
    }

    /// Whether no offer has drift.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drifted().next().is_none()
    }
}

/// How many of the differences of an offer were never applied, and how many somebody made in the portal.
fn unapplied_and_edited(offer: &OfferPlan) -> (usize, usize) {
    let determined = offer.changes().iter().map(|planned| &planned.change).filter(|change| change.is_determined());
    let (unapplied, edited): (Vec<_>, Vec<_>) = determined.partition(|change| change.cause == Cause::Declared);
    // Without a base every difference counts as declared, so none is an edit.
    if offer.base() == KnownBase::Nothing {
        (0, unapplied.len() + edited.len())
    } else {
        (unapplied.len(), edited.len())
    }
}

//! The plan of a run: the plans of its offers together.

use super::{Action, Guard, Limit, OfferPlan};
use crate::offer::OfferAddress;

/// How many offers of a plan fall under which heading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Offers that will be created.
    pub create: usize,
    /// Offers whose draft will be replaced.
    pub update: usize,
    /// Offers that will be published or go live.
    pub release: usize,
    /// The number of offers that the plan does not change.
    pub unchanged: usize,
    /// Offers that apply refuses as the plan stands.
    pub blocked: usize,
    /// Values that were edited in the portal and are left as they are, of all offers.
    pub kept: usize,
}

/// The plan of a run: one entry for each offer, sorted by address.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub(super) offers: Vec<OfferPlan>,
    base: Option<BaseCommit>,
    /// What the plan as a whole needs somebody's yes for.
    pub(super) guards: Vec<Guard>,
}

/// The commit a plan was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseCommit {
    /// The id of the commit: 40 hexadecimal digits.
    pub commit: String,
    /// The offers that it declares and the files do not any more, with the files they were in. Nothing happens to them: the service
    /// cannot delete an offer.
    pub no_longer_managed: Vec<(OfferAddress, String)>,
}

impl Plan {
    /// Puts the plans of single offers together.
    #[must_use]
    pub fn new(mut offers: Vec<OfferPlan>) -> Self {
        offers.sort_by(|one, two| one.address().cmp(two.address()));
        Self { offers, base: None, guards: Vec::new() }
    }

    /// Says what the plan was compared with.
    #[must_use]
    pub fn with_base(self, base: Option<BaseCommit>) -> Self {
        Self { base, ..self }
    }

    /// Guards it by how many of the offers one run may update, if there is a limit.
    #[must_use]
    pub fn with_limit(self, limit: Option<Limit>) -> Self {
        let guards = limit.and_then(|limit| super::limit::judge(&self.offers, limit)).into_iter().collect();
        Self { guards, ..self }
    }

    /// What the plan as a whole needs somebody's yes for.
    #[must_use]
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// The commit it was compared with, if it was.
    #[must_use]
    pub fn base(&self) -> Option<&BaseCommit> {
        self.base.as_ref()
    }

    /// The offers, sorted by address.
    #[must_use]
    pub fn offers(&self) -> &[OfferPlan] {
        &self.offers
    }

    /// Whether there is anything to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.offers.iter().all(OfferPlan::is_quiet)
    }

    /// How many offers it does something to.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.offers.iter().filter(|offer| !offer.is_quiet()).count()
    }

    /// The counts of its last line.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |action: Action| self.offers.iter().filter(|offer| offer.action == action).count();
        Summary {
            kept: self.offers.iter().map(|offer| offer.kept().count()).sum(),
            create: count(Action::Create),
            update: count(Action::Update),
            release: self.offers.iter().filter(|offer| !offer.release.steps.is_empty()).count(),
            unchanged: self
                .offers
                .iter()
                .filter(|offer| offer.action == Action::None && offer.release.steps.is_empty())
                .count(),
            blocked: if self.guards.iter().any(Guard::refuses) {
                self.writes()
            } else {
                self.offers.iter().filter(|offer| offer.is_blocked()).count()
            },
        }
    }
}

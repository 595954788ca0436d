//! From an approved plan to the report of the run.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::run::{Error, Planned, all_are_meant};
use super::{Applying, Planner, apply};
use crate::apply::{OfferReport, Report};
use crate::backend::Requests;
use crate::plan::{self, Allowance, ApprovedPlan, Plan};
use crate::record;
use crate::secret::SecretSource;

/// What a report says of the run besides what became of the plan.
#[derive(Debug)]
pub struct About {
    /// The requests of the run.
    pub requests: Arc<Requests>,
    /// The name of the account that is signed in.
    pub identity: String,
    /// The time at which the run started.
    pub started: Timestamp,
}

/// What became of a plan.
#[derive(Debug)]
pub struct Applied {
    /// The report of the run.
    pub report: Report,
    /// Why what was applied could not be recorded.
    pub not_recorded: Option<record::Error>,
}

impl Planned {
    /// Takes the plan out, to be approved.
    #[must_use]
    pub fn take_plan(&mut self) -> Plan {
        std::mem::take(&mut self.plan)
    }

    /// Marks guards as allowed. One that is allowed and not there is an error.
    pub fn allow(&mut self, allowances: &[Allowance]) -> Result<(), Error> {
        self.plan = plan::allow(self.take_plan(), allowances);
        all_are_meant(&self.plan, allowances)
    }

    /// Whether the files are not as committed, in a repository that has commits.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.planner.recording.as_ref().is_some_and(|checkout| checkout.dirty && checkout.commit.is_some())
    }

    /// What the plan was made with: an apply plans anew with the same when an offer has moved.
    #[must_use]
    pub fn planner(&self) -> Arc<Planner> {
        Arc::clone(&self.planner)
    }

    /// Carries out the plan that was made here and approved, records what was applied, and reports.
    pub async fn carry_out(&self, approved: &ApprovedPlan, applying: Applying, about: About) -> Applied {
        let (clock, interrupt) = (Arc::clone(&applying.clock), applying.interrupt.clone());
        let mut offers = apply(Arc::new(applying), approved).await;
        assign(&mut offers, &about.requests);
        let not_recorded = self.planner.memory.keep().err();
        let checkout = self.planner.recording.clone().unwrap_or_default();
        let report = Report {
            started: about.started,
            finished: clock.now(),
            endpoint: self.planner.memory.endpoint().to_owned(),
            identity: about.identity,
            commit: checkout.commit,
            dirty: checkout.dirty,
            digest: approved.plan().digest().to_string(),
            interrupted: interrupt.is_raised(),
            offers,
        };
        Applied { report, not_recorded }
    }
}

/// Gives every offer the requests that were made about it.
fn assign(offers: &mut [OfferReport], requests: &Requests) {
    for request in requests.all() {
        let Some(offer) = offers.iter_mut().find(|offer| Some(&offer.address) == request.address.as_ref()) else {
            continue;
        };
        offer.requests.push(request);
    }
}

/// The secrets that a plan sends and whose values are not there, by reference. All of them must be there before the first write of the
/// run.
#[must_use]
pub fn missing_secrets(plan: &Plan, secrets: &dyn SecretSource) -> Vec<String> {
    let puts = plan.offers().iter().filter_map(|offer| offer.put());
    let needed = puts.flat_map(|put| put.proposal.document.sealed().values());
    let missing: BTreeSet<String> =
        needed.filter(|reference| secrets.value(reference).is_none()).map(ToString::to_string).collect();
    missing.into_iter().collect()
}

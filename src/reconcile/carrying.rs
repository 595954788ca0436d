//! From an approved plan to the report of the run.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::run::{Error, Planned, all_are_meant};
use super::{Applying, Following, Interrupt, Patience, apply};
use crate::api::{Client, Requests};
use crate::apply::{OfferReport, Progress, Report};
use crate::clock::Clock;
use crate::plan::{self, Allowance, ApprovedPlan, Plan};
use crate::record;
use crate::secret::SecretSource;

/// What it takes to carry out a plan.
#[derive(Debug)]
pub struct Carrying {
    /// Writes.
    pub client: Client,
    /// Fills in the secrets of what is sent.
    pub secrets: Arc<dyn SecretSource>,
    /// How many offers go side by side.
    pub parallelism: usize,
    /// Is told how it goes on.
    pub progress: Arc<dyn Progress>,
    /// Whether somebody asked to end.
    pub interrupt: Interrupt,
    /// Tells the time, and waits.
    pub clock: Arc<dyn Clock>,
    /// Whether releases are followed.
    pub following: Following,
    /// How long they are.
    pub patience: Patience,
    /// Whom the service writes to about them.
    pub notify: Vec<String>,
    /// The requests of the run.
    pub requests: Arc<Requests>,
    /// Who is signed in.
    pub identity: String,
    /// When the run began.
    pub started: Timestamp,
}

/// What became of a plan.
#[derive(Debug)]
pub struct Applied {
    /// The report.
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

    /// Carries out the plan that was made here and approved, records what was applied, and reports.
    pub async fn carry_out(&self, approved: &ApprovedPlan, carrying: Carrying) -> Applied {
        let (requests, clock) = (Arc::clone(&carrying.requests), Arc::clone(&carrying.clock));
        let (interrupt, identity, started) = (carrying.interrupt.clone(), carrying.identity, carrying.started);
        let applying = Applying {
            planner: Arc::clone(&self.planner),
            client: carrying.client,
            secrets: carrying.secrets,
            parallelism: carrying.parallelism,
            progress: carrying.progress,
            interrupt: carrying.interrupt,
            clock: carrying.clock,
            following: carrying.following,
            patience: carrying.patience,
            notify: carrying.notify,
        };
        let mut offers = apply(Arc::new(applying), approved).await;
        assign(&mut offers, &requests);
        let not_recorded = self.planner.memory.keep().err();
        let checkout = self.planner.recording.clone().unwrap_or_default();
        let report = Report {
            started,
            finished: clock.now(),
            endpoint: self.planner.memory.endpoint().to_owned(),
            identity,
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

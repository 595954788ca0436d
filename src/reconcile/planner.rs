//! Plans single offers: what a plan needs besides the live document, in one place, so that an apply can plan anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::Memory;
use crate::api::LiveDocument;
use crate::apply::Trouble;
use crate::artifact::Artifacts;
use crate::desired::Desired;
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::{Applied, Change, Kind, Left};
use crate::offer::fields::FieldTable;
use crate::offer::locate::locate;
use crate::offer::{OfferAddress, Pointer};
use crate::plan::{self, Action, BuildError, Checkout, Fork, Inputs, Live, Note, OfferPlan, Policy, Purpose};
use crate::record::{Copies, LastApplied, Rewrites};
use crate::rules::{self, Finding};
use crate::secret::SecretSource;
use crate::source::Sources;
use crate::workspace::Base;

/// No plan could be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A defect of this program, found before anything was sent.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Everything a plan is made of but the live documents.
#[derive(Debug)]
pub struct Planner {
    /// The offers to plan.
    pub desired: Vec<Arc<Desired>>,
    /// The texts they were read from.
    pub sources: Arc<Sources>,
    /// Where the values of comparable secrets come from.
    pub secrets: Arc<dyn SecretSource>,
    /// What is known of the service's rewrites.
    pub memory: Arc<Memory>,
    /// The files behind addresses.
    pub artifacts: Arc<Artifacts>,
    /// What the files declared before.
    pub base: Base,
    /// What is done about what the comparison finds.
    pub policy: Policy,
    /// The errors that rules find in what is declared, by offer.
    pub findings: BTreeMap<OfferAddress, Vec<Finding>>,
    /// Which files are at hand, if what is found to be applied is to be recorded.
    pub recording: Option<Checkout>,
}

/// A plan that was made before anybody looked at a file, and what it takes to make it again.
struct FirstSight {
    plan: OfferPlan,
    desired: Arc<Desired>,
    live: Option<Live>,
    /// The files whose content decides.
    files: Vec<String>,
}

/// What the files of the base declared of an offer.
fn fork_of(base: &Base, address: &OfferAddress, rewrites: &Rewrites) -> Option<Fork> {
    let Base::At { desired, earlier, .. } = base else { return None };
    let applied = rewrites.last_applied().and_then(LastApplied::clean_commit);
    let is_earlier = applied.is_some_and(|commit| earlier.contains(commit));
    let applied = if is_earlier { Applied::BeforeTheBranch } else { Applied::Elsewhere };
    desired.get(address).map(|desired| Fork { desired: Arc::clone(desired), applied })
}

impl Planner {
    /// The offers to plan.
    #[must_use]
    pub fn desired(&self) -> &[Arc<Desired>] {
        &self.desired
    }

    /// Plans one offer, with what is known of files already.
    pub fn plan(&self, desired: Arc<Desired>, live: Option<LiveDocument>) -> Result<OfferPlan, PlanError> {
        let first = self.at_first_sight(desired, live)?;
        self.with_files(first)
    }

    /// Plans one offer, and fetches the files that have to be looked at.
    pub async fn plan_fetching(
        &self,
        desired: Arc<Desired>,
        live: Option<LiveDocument>,
    ) -> Result<OfferPlan, PlanError> {
        let first = self.at_first_sight(desired, live)?;
        join_all(first.files.iter().map(|file| self.artifacts.look(file))).await;
        self.with_files(first)
    }

    fn at_first_sight(&self, desired: Arc<Desired>, live: Option<LiveDocument>) -> Result<FirstSight, PlanError> {
        let live = live.map(|live| Live { document: Arc::new(live.document), revision: live.revision });
        let rewrites = self.memory.rewrites(&desired.address);
        let plan = self.plan_knowing(Arc::clone(&desired), live.clone(), &rewrites)?;
        let files = match &live {
            Some(live) if self.artifacts.is_fetching() => plan::files_in_doubt(&plan, &live.document),
            _ => Vec::new(),
        };
        Ok(FirstSight { plan, desired, live, files })
    }

    /// The plan with what is known of the files by now.
    fn with_files(&self, first: FirstSight) -> Result<OfferPlan, PlanError> {
        let copies = self.copies(&first.files);
        if copies.is_empty() {
            return Ok(first.plan);
        }
        let rewrites = self.memory.rewrites(&first.desired.address).with_copies(copies);
        self.plan_knowing(first.desired, first.live, &rewrites)
    }

    /// What is known of `files`.
    fn copies(&self, files: &[String]) -> Copies {
        let mut copies = Copies::default();
        for file in files {
            if let Some(digest) = self.artifacts.known(file) {
                copies.learn(file, digest);
            }
        }
        copies
    }

    /// Why what the service has is not what is declared; `None` if it is.
    #[must_use]
    pub fn objection(&self, desired: &Arc<Desired>, live: LiveDocument) -> Option<String> {
        let plan = match self.plan(Arc::clone(desired), Some(live)) {
            Ok(plan) => plan,
            Err(error) => return Some(Trouble::of(&error).message),
        };
        // A secret shows nowhere: that its declaration has changed says nothing about what the service has.
        let is_left = |change: &Change| matches!(change.left, Some(Left::KeptDrift | Left::Behind));
        let differs = |change: &&Change| (change.is_determined() || is_left(change)) && change.kind != Kind::Secret;
        let paths: Vec<String> = plan
            .changes
            .iter()
            .map(|planned| &planned.change)
            .filter(differs)
            .map(|change| format!("`{}`", change.identity))
            .collect();
        let named = paths.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        match paths.len() {
            0 => None,
            1 => Some(format!("{named} differs")),
            2 | 3 => Some(format!("{named} differ")),
            more => Some(format!("{named} and {} more differ", more - 3)),
        }
    }

    /// Plans one offer with other rewrites than the remembered ones.
    fn plan_knowing(
        &self,
        desired: Arc<Desired>,
        live: Option<Live>,
        rewrites: &Rewrites,
    ) -> Result<OfferPlan, PlanError> {
        let fork = fork_of(&self.base, &desired.address, rewrites);
        let document = live.as_ref().filter(|_| self.recording.is_some()).map(|live| Arc::clone(&live.document));
        let inputs = Inputs {
            desired,
            sources: &self.sources,
            live,
            rewrites,
            secrets: self.secrets.as_ref(),
            fork,
            policy: self.policy,
        };
        let mut plan = plan::build(inputs)?;
        if let (Some(checkout), Some(document)) = (&self.recording, &document) {
            plan = plan.verified(&document.opened(), rewrites, checkout);
        }
        if self.policy.purpose == Purpose::Apply {
            plan.notes.extend(incomplete(&plan));
            plan = self.judged(plan);
        }
        Ok(plan)
    }

    /// The plan with what rules find: an error in a value that it writes stops it, one in a value that stays is pointed out.
    fn judged(&self, plan: OfferPlan) -> OfferPlan {
        let Some(findings) = self.findings.get(plan.address()) else { return plan };
        let written = written(&plan);
        let severity = |finding: &Finding| {
            let is_brought = plan.action == Action::Create || written.iter().any(|place| finding.is_brought_by(place));
            finding.severity_in_plan(is_brought)
        };
        let (brought, rest): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| severity(finding) == Severity::Error);
        let shown = |finding: &&Finding| Diagnostic {
            severity: severity(finding),
            ..rules::diagnostic(finding, &plan.desired)
        };
        let errors = brought.iter().map(shown).collect();
        // What holds only until something is published says nothing about a value that may be published already.
        let already = rest.iter().filter(|finding| finding.rule.stops_plans()).map(shown).collect();
        plan.with_findings(errors, already)
    }
}

/// The places in the declared document that a plan writes; of what it removes, the place where it would be declared.
fn written(plan: &OfferPlan) -> Vec<Pointer> {
    let changes = plan.changes.iter().map(|planned| &planned.change).filter(|change| change.is_written());
    changes.map(|change| change.edit.value.clone().unwrap_or_else(|| removed(plan, &change.identity))).collect()
}

fn removed(plan: &OfferPlan, identity: &Pointer) -> Pointer {
    let table = FieldTable::of(plan.offer_type());
    let desired = plan.desired.document.opened();
    let around = identity.parent().and_then(|around| locate(table, desired.content(), &around)).map(|(at, _)| at);
    match (around, identity.tokens().last()) {
        (Some(around), Some(last)) => around.key(&last),
        _ => identity.clone(),
    }
}

/// A note of what the offer would lack after the write. The draft takes it all the same, and a publish may not.
fn incomplete(plan: &OfferPlan) -> Option<Note> {
    let proposed = &plan.put.as_ref()?.proposal.document;
    let silences = &plan.desired.reconcile.silence;
    let mut ids: Vec<&str> = rules::missing(proposed)
        .iter()
        .filter(|finding| !rules::is_silenced(finding, silences, proposed))
        .map(|finding| finding.rule.id)
        .collect();
    ids.dedup();
    let text = match ids.as_slice() {
        [] => return None,
        [id] => format!("a publish may be refused: {id} (`offerform explain {id}`)"),
        [id, ..] => format!("a publish may be refused: {} (`offerform explain {id}` and so on)", ids.join(", ")),
    };
    Some(Note { code: "incomplete", text })
}

//! Plans single offers: what a plan needs besides the live document, in one place, so that an apply can plan anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::Memory;
use crate::api::LiveDocument;
use crate::apply::Trouble;
use crate::artifact::Artifacts;
use crate::desired::Desired;
use crate::diff::{Change, Kind};
use crate::offer::OfferAddress;
use crate::plan::{self, BaseCommit, BuildError, Inputs, Live, Note, OfferPlan, Policy, Purpose};
use crate::record::{Copies, Rewrites};
use crate::rules;
use crate::secret::SecretSource;
use crate::source::Sources;

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
}

/// What the files declared at another commit.
#[derive(Debug, Clone, Default)]
pub enum Base {
    /// Not known: every difference is a declared one.
    #[default]
    Unknown,
    /// Known.
    At {
        /// The commit.
        commit: BaseCommit,
        /// What it declares, by offer.
        desired: Arc<BTreeMap<OfferAddress, Arc<Desired>>>,
    },
}

/// A plan that was made before anybody looked at a file, and what it takes to make it again.
struct FirstSight {
    plan: OfferPlan,
    desired: Arc<Desired>,
    live: Option<Live>,
    /// The files whose content decides.
    files: Vec<String>,
}

impl Base {
    fn of(&self, address: &OfferAddress) -> Option<Arc<Desired>> {
        match self {
            Self::Unknown => None,
            Self::At { desired, .. } => desired.get(address).cloned(),
        }
    }

    /// The commit, if it is known.
    #[must_use]
    pub fn commit(&self) -> Option<&BaseCommit> {
        match self {
            Self::Unknown => None,
            Self::At { commit, .. } => Some(commit),
        }
    }
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
        let differs = |change: &&Change| change.is_determined() && change.kind != Kind::Secret;
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
        let base = self.base.of(&desired.address);
        let inputs = Inputs {
            desired,
            sources: &self.sources,
            live,
            rewrites,
            secrets: self.secrets.as_ref(),
            base,
            policy: self.policy,
        };
        let mut plan = plan::build(inputs)?;
        if self.policy.purpose == Purpose::Apply {
            plan.notes.extend(incomplete(&plan));
        }
        Ok(plan)
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

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
use crate::plan::release::Situation;
use crate::plan::{self, BaseCommit, BuildError, Inputs, Live, OfferPlan, Policy};
use crate::record::{Copies, Rewrites};
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
        let rewrites = self.memory.rewrites(&desired.address);
        let again = if self.artifacts.is_fetching() { live.clone() } else { None };
        let first = self.plan_knowing(Arc::clone(&desired), live, &rewrites)?;
        let Some(live) = again else { return Ok(first) };
        let copies = self.copies(&plan::files_in_doubt(&first, &live.document));
        if copies.is_empty() {
            Ok(first)
        } else {
            self.plan_knowing(desired, Some(live), &rewrites.with_copies(copies))
        }
    }

    /// Plans one offer, and fetches the files that have to be looked at.
    pub async fn plan_fetching(
        &self,
        desired: Arc<Desired>,
        live: Option<LiveDocument>,
    ) -> Result<OfferPlan, PlanError> {
        let rewrites = self.memory.rewrites(&desired.address);
        let again = if self.artifacts.is_fetching() { live.clone() } else { None };
        let first = self.plan_knowing(Arc::clone(&desired), live, &rewrites)?;
        let Some(live) = again else { return Ok(first) };
        let files = plan::files_in_doubt(&first, &live.document);
        join_all(files.iter().map(|file| self.artifacts.look(file))).await;
        let copies = self.copies(&files);
        if copies.is_empty() {
            Ok(first)
        } else {
            self.plan_knowing(desired, Some(live), &rewrites.with_copies(copies))
        }
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

    /// The plan with the steps that its release takes if the service shows `situation`.
    #[must_use]
    pub fn releasing(&self, offer: OfferPlan, situation: &Situation) -> OfferPlan {
        let rewrites = self.memory.rewrites(offer.address());
        offer.releasing(situation, &rewrites, self.secrets.as_ref())
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
    pub(super) fn plan_knowing(
        &self,
        desired: Arc<Desired>,
        live: Option<LiveDocument>,
        rewrites: &Rewrites,
    ) -> Result<OfferPlan, PlanError> {
        let live = live.map(|live| Live { document: live.document, revision: live.revision });
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
        Ok(plan::build(inputs)?)
    }
}

//! Plans single offers: what a plan needs besides the live document, in one place, so that an apply can plan anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::Memory;
use crate::apply::ErrorMessage;
use crate::artifact::Artifacts;
use crate::backend::{LiveDocument, Production};
use crate::desired::Desired;
use crate::diff::{Change, ChangeKind, Left};
use crate::offer::OfferAddress;
use crate::plan::{self, BuildError, Built, Checkout, Fork, Inputs, Known, Live, Lookup, Need, OfferPlan, Policy};
use crate::record::{Copies, Rewrites};
use crate::rules::Finding;
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

/// What the files of the base declared of an offer.
fn fork_of(base: &Base, address: &OfferAddress) -> Option<Fork> {
    let Base::At { desired, earlier, .. } = base else { return None };
    desired.get(address).map(|desired| Fork { desired: Arc::clone(desired), earlier: Arc::clone(earlier) })
}

impl Planner {
    /// The offers to plan.
    #[must_use]
    pub fn desired(&self) -> &[Arc<Desired>] {
        &self.desired
    }

    /// Plans one offer with what is known already: of files, and that customers have `production`. Nothing is asked, and no release is
    /// planned.
    pub fn plan_anew(
        &self,
        desired: &Arc<Desired>,
        live: Option<LiveDocument>,
        production: Production,
    ) -> Result<OfferPlan, PlanError> {
        let rewrites = self.memory.rewrites(&desired.address);
        let (live, mut known) = (live.map(draft), self.nothing_asked());
        known.releases = Lookup::Skipped;
        known.production = Lookup::Done(production);
        loop {
            match self.build(desired, live.clone(), (&rewrites, &known))? {
                Built::Plan(plan) => return Ok(*plan),
                Built::Needs(Need::Files(files)) => known.files = Lookup::Done(self.copies(&files)),
                // Everything else was answered above.
                Built::Needs(Need::Releases | Need::Version(_) | Need::Production) => known = Known::NOTHING,
            }
        }
    }

    /// Plans one offer with the files that are fetched already, without its releases and without the production slot.
    pub fn plan(&self, desired: &Arc<Desired>, live: Option<LiveDocument>) -> Result<OfferPlan, PlanError> {
        self.plan_anew(desired, live, Production::NotAsked)
    }

    /// Plans one offer as [`plan`](Self::plan) does, after fetching the files behind addresses that the comparison needs.
    pub async fn plan_fetching(
        &self,
        desired: &Arc<Desired>,
        live: Option<LiveDocument>,
    ) -> Result<OfferPlan, PlanError> {
        let rewrites = self.memory.rewrites(&desired.address);
        let known = Known { releases: Lookup::Skipped, production: Lookup::Skipped, ..self.nothing_asked() };
        if let Built::Needs(Need::Files(files)) = self.build(desired, live.clone().map(draft), (&rewrites, &known))? {
            self.fetch(&files).await;
        }
        self.plan(desired, live)
    }

    /// Fetches files behind addresses, and tells which are the same.
    pub(super) async fn fetch(&self, files: &[String]) -> Copies {
        join_all(files.iter().map(|file| self.artifacts.look(file))).await;
        self.copies(files)
    }

    /// What is known before anything is asked. Files that nobody fetches are not asked for.
    pub(super) fn nothing_asked(&self) -> Known {
        let files = if self.artifacts.is_fetching() { Lookup::Pending } else { Lookup::Skipped };
        Known { files, ..Known::default() }
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
        let plan = match self.plan(desired, Some(live)) {
            Ok(plan) => plan,
            Err(error) => return Some(ErrorMessage::of(&error).message),
        };
        // A secret shows nowhere: that its declaration has changed says nothing about what the service has.
        let is_left = |change: &Change| matches!(change.left, Some(Left::KeptDrift | Left::Behind));
        let differs =
            |change: &&Change| (change.is_determined() || is_left(change)) && change.kind != ChangeKind::Secret;
        let paths: Vec<String> = plan
            .changes()
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

    /// Plans one offer, or says what has to be known for that.
    pub(super) fn build(
        &self,
        desired: &Arc<Desired>,
        live: Option<Live>,
        (rewrites, known): (&Rewrites, &Known),
    ) -> Result<Built, PlanError> {
        Ok(plan::build(&Inputs {
            live,
            fork: fork_of(&self.base, &desired.address),
            policy: self.policy,
            findings: self.findings.get(&desired.address).map_or(&[], Vec::as_slice),
            checkout: self.recording.as_ref(),
            known,
            ..Inputs::of(Arc::clone(desired), &self.sources, rewrites, self.secrets.as_ref())
        })?)
    }
}

/// A draft as plans take it.
pub(super) fn draft(live: LiveDocument) -> Live {
    Live { document: Arc::new(live.document), revision: live.revision }
}

//! Plans single offers: what a plan needs besides the live document, in one place, so that an apply can plan anew.

use std::sync::Arc;

use super::Memory;
use crate::api::LiveDocument;
use crate::desired::Desired;
use crate::diff::Unmanaged;
use crate::plan::{self, BuildError, Inputs, Live, OfferPlan};
use crate::record::Rewrites;
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
    /// Whether values that no file declares are listed.
    pub unmanaged: Unmanaged,
}

impl Planner {
    /// The offers to plan.
    #[must_use]
    pub fn desired(&self) -> &[Arc<Desired>] {
        &self.desired
    }

    /// Plans one offer.
    pub fn plan(&self, desired: Arc<Desired>, live: Option<LiveDocument>) -> Result<OfferPlan, PlanError> {
        let rewrites = self.memory.rewrites(&desired.address);
        self.plan_knowing(desired, live, &rewrites)
    }

    /// Plans one offer with other rewrites than the remembered ones.
    pub(super) fn plan_knowing(
        &self,
        desired: Arc<Desired>,
        live: Option<LiveDocument>,
        rewrites: &Rewrites,
    ) -> Result<OfferPlan, PlanError> {
        let live = live.map(|live| Live { document: live.document, revision: live.revision });
        let inputs = Inputs {
            desired,
            sources: &self.sources,
            live,
            rewrites,
            secrets: self.secrets.as_ref(),
            unmanaged: self.unmanaged,
        };
        Ok(plan::build(inputs)?)
    }
}

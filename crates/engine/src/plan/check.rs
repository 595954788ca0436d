//! What must hold of every plan, proven anew each time one is built.
//!
//! A breach is a defect of this program. It is found before anything is sent, and it stops the run.

use super::{Action, OfferPlan, PlannedChange};
use crate::backend::Precondition;
use crate::diff::{Base, Change, Comparison, Secrecy, Unmanaged, compare, lost};
use crate::offer::IdentityPath;
use crate::offer::fields::FieldTable;
use crate::record::Rewrites;
use crate::secret::NoSecrets;

/// A plan that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// There is an action without a step, or a step without an action.
    #[error("the plan for `{0}` says one thing and would do another")]
    ActionWithoutStep(String),
    /// The condition does not go with the action.
    #[error("the plan for `{0}` has a condition that does not go with its action")]
    WrongPrecondition(String),
    /// Applying the patch to the live document does not give the proposed one.
    #[error("the patch for `{0}` does not give the proposed document")]
    PatchDiffers(String),
    /// After the PUT, something declared would still differ.
    #[error("the proposed document for `{offer}` does not hold what is declared at `{path}`")]
    NotAsDeclared {
        /// The address of the offer.
        offer: String,
        /// The path in the document.
        path: IdentityPath,
    },
    /// The PUT would change something nobody declared.
    #[error("the proposed document for `{offer}` would lose `{path}`, which no file declares")]
    Loses {
        /// The address of the offer.
        offer: String,
        /// The path in the document.
        path: IdentityPath,
    },
}

/// Proves a plan; `rewrites` are those it was built with.
pub fn check(offer: &OfferPlan, rewrites: &Rewrites) -> Result<(), Breach> {
    let name = || offer.address().to_string();
    let Some(put) = &offer.put else {
        return if offer.action == Action::None { Ok(()) } else { Err(Breach::ActionWithoutStep(name())) };
    };
    let matching = match (offer.action, &put.precondition, &offer.revision) {
        (Action::Create, Precondition::Absent, None) | (Action::Update, Precondition::SameContent, None) => true,
        (Action::Update, Precondition::Revision(planned), Some(live)) => planned == live,
        (Action::None, _, _) => return Err(Breach::ActionWithoutStep(name())),
        _ => false,
    };
    if !matching {
        return Err(Breach::WrongPrecondition(name()));
    }
    let mut patched = offer.live.as_ref().map(|live| live.content().clone()).unwrap_or_default();
    let applied = json_patch::patch(&mut patched, &put.proposal.patch);
    if applied.is_err() || patched != *put.proposal.document.content() {
        return Err(Breach::PatchDiffers(name()));
    }
    let table = FieldTable::of(offer.offer_type());
    let rest = compare(Comparison {
        table,
        desired: &offer.desired.document,
        base: Base::Live,
        live: Some(&put.proposal.document),
        rewrites,
        secrets: &NoSecrets,
        unmanaged: Unmanaged::Skipped,
        secrecy: Secrecy::Kept,
        ownership: super::ownership(&offer.desired),
    });
    let left = |change: &Change| {
        let same = |planned: &PlannedChange| planned.change.identity == change.identity;
        offer.changes.iter().any(|planned| planned.change.left.is_some() && same(planned))
    };
    if let Some(change) = rest.changes.into_iter().find(|change| change.is_determined() && !left(change)) {
        return Err(Breach::NotAsDeclared { offer: name(), path: change.identity });
    }
    let written: Vec<IdentityPath> = offer.changes.iter().map(|planned| planned.change.identity.clone()).collect();
    let lost = offer.live.as_ref().map(|live| lost(table, live.content(), put.proposal.document.content(), &written));
    match lost.into_iter().flatten().next() {
        Some(path) => Err(Breach::Loses { offer: name(), path }),
        None => Ok(()),
    }
}

//! How many of the managed offers one run may update.
//!
//! Most changes touch one offer, a few touch many on purpose. A mistake in a shared file, or a base that is not what somebody
//! believes, touches many by accident, and is seen most easily by its number.

use super::guard::{self, Guard};
use super::{Action, OfferPlan};
use crate::text::counted;

/// With fewer offers a share says nothing: one of two is half of them. It takes a base to know that there are fewer.
const FEWEST: usize = 10;

/// How many of the offers one run may update. A run may be about a few of them: all count, or a run for each few would update
/// them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The share of the offers that exist, in percent.
    pub percent: u8,
    /// How many offers exist that are not planned, as far as something other than the files at hand says so. The share is taken of
    /// these and of the planned ones: whoever adds files makes no share smaller.
    pub known: usize,
    /// How many offers there may be, planned or not.
    pub declared: usize,
    /// What `declared` was counted in.
    pub counted: Counted,
}

/// Where the offers were counted that there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// In the files of the base and in those at hand. With few offers in both, there is no limit.
    WithBase,
    /// In the files at hand alone. Files may have been deleted from them, so that few offers say nothing, and the limit always holds.
    AtHand,
}

/// The guard that `offers` trip if they update a larger share of the offers than `limit` allows.
///
/// An offer that is created is not counted, on either side: nobody has it yet.
pub(super) fn judge(offers: &[OfferPlan], limit: Limit) -> Option<Guard> {
    let count = |action: Action| offers.iter().filter(|offer| offer.action == action).count();
    let changed = count(Action::Update);
    let existing = changed + count(Action::None) + limit.known;
    let perhaps = existing.max(limit.declared.saturating_sub(count(Action::Create)));
    let percent = limit.percent;
    let is_small = limit.counted == Counted::WithBase && perhaps < FEWEST;
    if is_small || changed * 100 <= existing * usize::from(percent) {
        return None;
    }
    let share = changed * 100 / existing;
    let mut detail = format!(
        "{changed} of {} would be updated, {share} percent; the settings allow {percent} percent",
        counted(existing, ("offer", "offers"))
    );
    if perhaps > existing {
        let are = counted(perhaps - existing, ("more offer in the files is", "more offers in the files are"));
        detail = format!("{detail}; {are} not known to exist in the portal: plan all offers, or pass --base");
    } else if limit.counted == Counted::AtHand && perhaps < FEWEST {
        detail = format!("{detail}, which holds for fewer than {FEWEST} offers only without --base");
    }
    Some(Guard::new(&guard::TOO_MANY_CHANGES, format!("{changed}-of-{existing}"), detail))
}

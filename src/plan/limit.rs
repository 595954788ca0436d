//! How many of the managed offers one run may update.
//!
//! Most changes touch one offer, a few touch many on purpose. A mistake in a shared file, or a base that is not what somebody
//! believes, touches many by accident, and is seen most easily by its number.

use super::guard::{self, Guard};
use super::{Action, OfferPlan};

/// With fewer offers in the portal a share says nothing: one of two is half of them.
const FEWEST: usize = 10;

/// The guard that `offers` trip if more than `percent` percent of those that exist would be updated. The files declare
/// `declared` offers, of which a run may be about a few: all of them count, or a run for each few would update them all.
///
/// An offer that is created is not counted, on either side: nobody has it yet.
pub(super) fn judge(offers: &[OfferPlan], percent: u8, declared: usize) -> Option<Guard> {
    let count = |action: Action| offers.iter().filter(|offer| offer.action == action).count();
    let changed = count(Action::Update);
    let existing = (changed + count(Action::None)).max(declared.saturating_sub(count(Action::Create)));
    if existing < FEWEST || changed * 100 <= existing * usize::from(percent) {
        return None;
    }
    let detail = format!(
        "{changed} of {existing} offers would be updated, {} percent; the settings allow {percent} percent",
        changed * 100 / existing
    );
    Some(Guard::new(&guard::TOO_MANY_CHANGES, format!("{changed}-of-{existing}"), detail))
}

//! Pure decisions of an apply: may the plan still be carried out, and what became of a write whose answer was lost.

use serde_json::Value;

use crate::backend::Precondition;
use crate::diff::{Change, ChangeKind, Left, lost};
use crate::offer::canonical::unsigned_json;
use crate::offer::fields::FieldTable;
use crate::offer::{Document, IdentityPath};
use crate::plan::{Action, OfferPlan};

/// How a plan made now compares with the plan that was approved.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Replanned {
    /// The offer needs the same changes.
    AsPlanned,
    /// The offer needs no changes any more.
    Done,
    /// The offer needs other changes; the text says which places changed.
    Moved(String),
}

/// Compares a plan made now with the plan that was approved.
pub(super) fn compare(approved: &OfferPlan, now: &OfferPlan) -> Replanned {
    if now.fingerprint() == approved.fingerprint() {
        Replanned::AsPlanned
    } else if now.action() == Action::None && !leaves_something_new(approved, now) {
        Replanned::Done
    } else {
        Replanned::Moved(moved(approved, now))
    }
}

/// What a write whose answer was lost has done, from what is live `after` it and the plan `now` for that.
pub(super) fn settled(approved: &OfferPlan, now: &OfferPlan, after: &Document) -> Replanned {
    // A changed declaration of a secret is never seen in what is live: what else was to change tells.
    let visible = |plan: &OfferPlan| {
        plan.changes().iter().any(|planned| planned.change.is_determined() && planned.change.kind != ChangeKind::Secret)
    };
    let compared = match compare(approved, now) {
        Replanned::Moved(_) if visible(approved) && !visible(now) && !leaves_something_new(approved, now) => {
            Replanned::Done
        }
        other => other,
    };
    match compared {
        Replanned::Done => {
            let lost = approved.live().map_or_else(Vec::new, |before| lost_between(approved, before, after));
            match lost.first() {
                None => Replanned::Done,
                Some(path) => Replanned::Moved(format!("`{path}`, which is not declared, has changed as well")),
            }
        }
        other => other,
    }
}

/// Whether something differs now that is taken for an edit in the portal and was not left by the approved plan: somebody else has
/// written the offer, and not what was approved.
fn leaves_something_new(approved: &OfferPlan, now: &OfferPlan) -> bool {
    let left = |plan: &OfferPlan| -> Vec<IdentityPath> {
        let is_left = |change: &Change| matches!(change.left, Some(Left::KeptDrift | Left::Behind));
        let changes = plan.changes().iter().map(|planned| &planned.change).filter(|change| is_left(change));
        changes.map(|change| change.identity.clone()).collect()
    };
    let known = left(approved);
    left(now).iter().any(|place| !known.contains(place))
}

/// What was live before and is gone after a write, though nobody asked for it.
pub(super) fn lost_between(plan: &OfferPlan, before: &Document, after: &Document) -> Vec<IdentityPath> {
    let written: Vec<IdentityPath> = plan.changes().iter().map(|planned| planned.change.identity.clone()).collect();
    lost(FieldTable::of(plan.offer_type()), before.content(), after.content(), &written)
}

/// Whether a document read again is the one the plan was made from. Without a revision, everything must be the same:
/// version, time of change and content, signatures aside.
pub(super) fn is_the_planned(
    plan: &OfferPlan,
    precondition: &Precondition,
    now: Option<&crate::backend::LiveDocument>,
) -> bool {
    match (precondition, now) {
        (Precondition::Absent, now) => now.is_none(),
        (Precondition::Revision(planned), Some(now)) => now.revision.as_ref() == Some(planned),
        (Precondition::SameContent, Some(now)) => {
            let before = plan.live().map(crate::offer::Document::content);
            now.revision.is_none() && same_unsigned(before, Some(now.document.content()))
        }
        (_, None) => false,
    }
}

/// Whether two values are the same but for signatures, which the service renews as it likes.
pub(super) fn same_unsigned(one: Option<&Value>, two: Option<&Value>) -> bool {
    one == two || one.map(unsigned_json) == two.map(unsigned_json)
}

/// The first differences between two plans, in words.
fn moved(approved: &OfferPlan, now: &OfferPlan) -> String {
    let prints = |plan: &OfferPlan| -> Vec<(String, IdentityPath)> {
        let written = plan.changes().iter().filter(|planned| planned.change.is_reviewed());
        written.map(|planned| (planned.change.fingerprint(), planned.change.identity.clone())).collect()
    };
    let (planned, found) = (prints(approved), prints(now));
    let only = |one: &[(String, IdentityPath)], two: &[(String, IdentityPath)]| -> Vec<IdentityPath> {
        one.iter()
            .filter(|(print, _)| two.iter().all(|(other, _)| other != print))
            .map(|(_, path)| path.clone())
            .collect()
    };
    let mut paths = only(&found, &planned);
    paths.extend(only(&planned, &found));
    paths.sort();
    paths.dedup();
    let named: Vec<String> = paths.iter().take(3).map(|path| format!("`{path}`")).collect();
    let more = paths.len().saturating_sub(named.len());
    match (named.is_empty(), more) {
        (true, _) => "the offer has changed since the plan was made".to_owned(),
        (false, 0) => format!("the portal has changed since the plan was made: {}", named.join(", ")),
        (false, more) => {
            format!("the portal has changed since the plan was made: {} and {more} more", named.join(", "))
        }
    }
}

//! What a report keeps apart from the changes that were made, in sentences that every format shows.

use crate::apply::OfferReport;
use crate::plan::{Guard, PlannedChange};
use crate::text::counted;

/// How many places are named in one sentence.
const NAMED: usize = 3;

/// What was planned and not made, what was left, what could not be compared, and which guards were allowed where. The text is foreign.
pub(in crate::render) fn lists(offer: &OfferReport) -> Vec<String> {
    let mut lists = Vec::new();
    lists.extend(places("not made", &offer.not_made));
    lists.extend(places("left as it is in the portal", &offer.left));
    if !offer.not_compared.is_empty() {
        lists.push(format!("{} could not be compared", counted(offer.not_compared.len(), ("value", "values"))));
    }
    lists.extend(offer.allowed.iter().map(allowed));
    lists
}

fn places(what: &str, changes: &[PlannedChange]) -> Option<String> {
    let named: Vec<String> =
        changes.iter().take(NAMED).map(|planned| format!("`{}`", planned.change.identity)).collect();
    match changes.len().checked_sub(NAMED) {
        _ if changes.is_empty() => None,
        None | Some(0) => Some(format!("{what}: {}", named.join(", "))),
        Some(more) => Some(format!("{what}: {} and {more} more", named.join(", "))),
    }
}

fn allowed(guard: &Guard) -> String {
    match &guard.consent {
        None => format!("allowed by --allow: {}", guard.name()),
        Some(consent) => {
            let (file, line) = (&consent.origin.file, consent.origin.line);
            format!("allowed in {file}:{line}: {} ({})", guard.name(), consent.reason)
        }
    }
}

//! What has to hold whatever happens. Nothing here asks the engine: an observer watches the portal and reads what is printed.

use offerform::apply::{Outcome, Report};
use offerform::diff::RedactedValue;
use offerform::plan::PlannedChange;
use offerform::simulator::Slot;
use serde_json::Value;

use super::declared::{Commit, Habits, LONGEST_TITLE, SECRET};
use super::process::{Fields, Process};
use super::products;
use super::vocabulary::Vocabulary;
use super::world::{BY_HAND, Origin, World};

/// A write may change a declared field only from a value that the plan showed. `excused` are the fields whose value came there after the
/// process could have known of it, where the service has no lock.
pub(crate) fn nothing_is_overwritten_unseen(
    world: &World,
    process: &Process,
    offer: &str,
    (before, after): (Option<&Value>, &Value),
    excused: &dyn Fn(&str) -> bool,
) {
    let managed = world.vocabulary(offer).managed();
    let Some(before) = before else {
        process.written.lock().unwrap().push(offer.to_owned());
        for pointer in managed {
            if let Some(value) = after.pointer(&pointer) {
                world.wrote((offer, &pointer), process.origin, value);
            }
        }
        return;
    };
    if before == after {
        return;
    }
    process.written.lock().unwrap().push(offer.to_owned());
    for pointer in managed {
        let (was, is) = (before.pointer(&pointer), after.pointer(&pointer));
        if was == is {
            continue;
        }
        let is_excused = excused(&pointer);
        if !is_excused {
            what_is_behind_is_left(world, process, (offer, &pointer), was);
        }
        if let Some(is) = is {
            world.wrote((offer, &pointer), process.origin, is);
        }
        if is_excused {
            continue;
        }
        let by_hand = was.and_then(Value::as_str).is_some_and(|text| text.starts_with(BY_HAND));
        if by_hand && process.keeps_edits(offer) {
            world.broken(format!(
                "{} overwrote the edit of {offer} {pointer}, {was:?}, and was to keep it",
                process.name
            ));
        }
        let shown = process.shown_at(offer, &pointer);
        if shown.as_ref().map(Option::as_ref) != Some(was) {
            world.broken(format!(
                "{} overwrote {offer} {pointer}, which was {was:?}; the plan had shown {shown:?}",
                process.name
            ));
        }
    }
}

/// A branch leaves what it does not touch and somebody else has applied since it began.
fn what_is_behind_is_left(world: &World, process: &Process, (offer, pointer): (&str, &str), was: Option<&Value>) {
    let Some(fork) = process.fork.as_ref().filter(|_| !process.run.overwrite) else { return };
    if fork.field(offer, pointer) != process.commit.field(offer, pointer) {
        return;
    }
    // What the first commit declares may have been applied before the branch, too: nobody can tell.
    let is_of_the_first = |text: &str| text.contains("at first") || text.contains("at-first");
    if was.and_then(Value::as_str).is_none_or(is_of_the_first) {
        return;
    }
    let is_later = match was.and_then(|was| world.writer(offer, pointer, was)) {
        Some(Origin::Commit(number)) => number > fork.number,
        Some(Origin::Elsewhere) => true,
        None => false,
    };
    if is_later {
        world.broken(format!(
            "{} does not touch {offer} {pointer}, and took back {was:?}, which was applied since its branch began",
            process.name
        ));
    }
}

/// What a rule calls an error is not sent, unless it is there already.
pub(crate) fn nothing_wrong_is_sent(
    world: &World,
    process: &Process,
    offer: &str,
    before: Option<&Value>,
    after: &Value,
) {
    if products::is_wrong(after) && !before.is_some_and(products::is_wrong) {
        world.broken(format!("{} wrote a state to a plan of {offer} that there is not", process.name));
    }
    if world.is_product(offer) {
        return;
    }
    let pointer = world.vocabulary(offer).title;
    let title = |document: &Value| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let sent = title(after);
    if sent.len() > LONGEST_TITLE && before.is_none_or(|before| title(before) != sent) {
        world.broken(format!("{} wrote a title of {} characters to {offer}", process.name, sent.len()));
    }
}

/// By hand nothing is released that somebody edited in the portal and no file says, as far as that is known.
pub(crate) fn nothing_unsettled_is_brought(world: &World, process: &Process, offer: &str, brought: &Fields) {
    if !process.known.lock().unwrap().contains(offer) {
        return;
    }
    let is_by_hand =
        |value: &Option<Value>| value.as_ref().and_then(Value::as_str).is_some_and(|text| text.starts_with(BY_HAND));
    let unsettled =
        brought.iter().find(|(pointer, value)| is_by_hand(value) && process.commit.field(offer, pointer).is_some());
    if let Some((pointer, value)) = unsettled {
        world.broken(format!("{} releases {offer} with {pointer}, an edit in the portal: {value:?}", process.name));
    }
}

/// No secret in anything that is printed.
pub(crate) fn nothing_secret_is_in(world: &World, text: &str) {
    if text.contains(SECRET) || text.contains("sig=") {
        world.broken(format!("a secret is printed:\n{text}"));
    }
}

/// What a report says of writes is what happened.
pub(crate) fn the_report_is_true(world: &World, process: &Process, report: &Report, since: usize) {
    let written = process.written.lock().unwrap().clone();
    for offer in &report.offers {
        let address = offer.address.to_string();
        let wrote = written.contains(&address);
        match &offer.outcome {
            Outcome::Unchanged | Outcome::Conflict { .. } | Outcome::NotStarted if wrote => {
                world.broken(format!("{} says {:?} of {address}, and wrote it", process.name, offer.outcome));
            }
            Outcome::AlreadyDone | Outcome::Created | Outcome::Updated => {
                let vocabulary = world.vocabulary(&address);
                let is_done = |planned: &PlannedChange, document: &Value| {
                    let after = planned.change.after.as_ref().map(RedactedValue::value);
                    let path = planned.path.as_str();
                    // A part with a secret is not shown as it is; what the service does not store is nowhere to be found; and
                    // a set has no order.
                    let elsewhere = path == vocabulary.dropped && world.habits.drops
                        || path.starts_with(vocabulary.markets)
                        || after.is_none() && world.keeps_what_is_left_out(&address);
                    planned.change.is_sensitive() || elsewhere || same(world.habits, document.pointer(path), after)
                };
                let drafts = world.held_since(&address, Slot::Draft, since);
                let mut changes = offer.changes.iter().filter(|planned| planned.change.is_determined());
                // A job writes one resource after the other, and somebody may edit the first one before the last one is written.
                let is_true = if world.is_product(&address) {
                    changes.all(|planned| drafts.iter().any(|draft| is_done(planned, draft)))
                } else {
                    let changes: Vec<_> = changes.collect();
                    drafts.iter().any(|draft| changes.iter().all(|planned| is_done(planned, draft)))
                };
                if !is_true {
                    let changes: Vec<_> = offer
                        .changes
                        .iter()
                        .map(|planned| (&planned.path, planned.change.after.as_ref().map(RedactedValue::value)))
                        .collect();
                    world.broken(format!(
                        "{} says {:?} of {address}, which never had all of {changes:?}",
                        process.name, offer.outcome
                    ));
                }
            }
            _ => {}
        }
    }
}

/// Whether the portal has what was to be there: all of it, if it is a mapping, to which the portal may add.
fn same(habits: Habits, found: Option<&Value>, wanted: Option<&Value>) -> bool {
    match (found, wanted) {
        (Some(Value::String(found)), Some(Value::String(wanted))) => *found == habits.stored(wanted),
        (Some(Value::Object(found)), Some(Value::Object(wanted))) => {
            wanted.iter().all(|(key, value)| value.is_null() || same(habits, found.get(key), Some(value)))
        }
        (Some(Value::Array(found)), Some(Value::Array(wanted))) => {
            wanted.iter().all(|value| found.iter().any(|other| same(habits, Some(other), Some(value))))
        }
        (found, wanted) => found == wanted,
    }
}

/// In the end the portal has what the last commit declares.
pub(crate) fn the_portal_has_what_is_declared(world: &World, commit: &Commit) {
    for (id, fields) in &commit.offers {
        let Some(document) = world.held(&format!("contoso/{id}"), Slot::Draft) else {
            world.broken(format!("contoso/{id} was never created"));
            continue;
        };
        if !commit.is_kept_by(id, &document) {
            world.broken(format!(
                "contoso/{id} is in the end not what is declared: {:?}",
                document.pointer(Vocabulary::of_document(&document).markets)
            ));
        }
        for (pointer, value) in fields {
            if document.pointer(pointer).and_then(Value::as_str) != Some(&world.habits.stored(value)) {
                world.broken(format!("contoso/{id} {pointer} is {:?} in the end", document.pointer(pointer)));
            }
        }
    }
}

//! Leaves out what the file says is to be left out: `reconcile.ignore`.

use jiff::civil::Date;

use super::Note;
use crate::desired::Desired;
use crate::diff::{Change, ChangeSet, Left};
use crate::manifest::{Ignore, IgnoreOn};
use crate::offer::Pointer;
use crate::offer::canonical::{Form, View};
use crate::offer::fields::FieldTable;

/// What a comparison is made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To change the portal.
    #[default]
    Apply,
    /// To tell whether the portal was edited.
    Drift,
}

/// Marks the changes that are ignored, and says how many there are and whose time is over.
pub(super) fn leave_out(set: &mut ChangeSet, desired: &Desired, purpose: Purpose, today: Option<Date>) -> Vec<Note> {
    let mut notes = Vec::new();
    for ignore in desired.reconcile.ignore.iter().filter(|ignore| holds_for(ignore, purpose)) {
        let pattern = pattern(desired, &ignore.path);
        let mut count = 0;
        for change in set.changes.iter_mut().filter(|change| change.left.is_none() && matches(&pattern, change)) {
            change.left = Some(Left::Ignored);
            count += 1;
        }
        let reason = ignore.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
        if count > 0 {
            notes.push(Note { code: "ignored", text: format!("{count} ignored at {}{reason}", ignore.path) });
        }
        if let (Some(until), Some(today)) = (ignore.until, today)
            && until < today
        {
            let text = format!("{} was to be ignored until {until}, and is still ignored{reason}", ignore.path);
            notes.push(Note { code: "ignore-expired", text });
        }
    }
    notes
}

fn holds_for(ignore: &Ignore, purpose: Purpose) -> bool {
    match ignore.on {
        IgnoreOn::Both => true,
        IgnoreOn::Apply => purpose == Purpose::Apply,
        IgnoreOn::Drift => purpose == Purpose::Drift,
    }
}

/// Whether a change is at or below the pattern; `*` stands for any one part.
fn matches(pattern: &[String], change: &Change) -> bool {
    let path: Vec<String> = change.identity.tokens().collect();
    path.len() >= pattern.len() && pattern.iter().zip(&path).all(|(pattern, part)| pattern == "*" || pattern == part)
}

/// The parts of an ignored path, positions in lists turned into the identities of what stands there in the file.
fn pattern(desired: &Desired, path: &Pointer) -> Vec<String> {
    let mut place = FieldTable::of(&desired.offer_type).root();
    let mut value = Some(desired.document.content());
    path.tokens()
        .map(|token| {
            let Some(here) = value else { return token };
            let (name, next) = match View::new(place, here).form() {
                Form::Keyed(elements) => {
                    let at = |index: usize| elements.iter().find(|(_, element)| element.index == index);
                    let by_position =
                        || at(token.parse().ok()?).map(|(identity, element)| (identity.clone(), element.value));
                    let by_identity = elements
                        .get_key_value(token.as_str())
                        .map(|(identity, element)| (identity.clone(), element.value));
                    place = place.element();
                    match by_identity.or_else(by_position) {
                        Some((identity, element)) => (identity.into_owned(), Some(element)),
                        None => (token, None),
                    }
                }
                Form::Map(members) => {
                    place = place.key(&token);
                    let next = members.get(&token);
                    (token, next)
                }
                _ => (token, None),
            };
            value = next;
            name
        })
        .collect()
}

//! Secrets in the wrong place: in clear text, and so in git for ever, or in a field that is public.

use crate::diagnostic::Diagnostic;
use crate::manifest::{Node, Value};
use crate::offer::Pointer;
use crate::offer::fields::{Comparison, FieldTable, Place};

/// The places of secret fields that hold anything but a `$secret`.
pub(super) fn secrets(table: &'static FieldTable, offer: &Node) -> Vec<Pointer> {
    let mut places = Vec::new();
    below(table.root(), offer, &mut Vec::new(), &mut places);
    places
}

/// A finding for each `$secret` in a field that is neither secret nor a signed address.
pub(super) fn published(place: Place<'static>, offer: &Node, found: &mut Vec<Diagnostic>) {
    match &offer.value {
        Value::Secret(_) if place.field().comparison.can_hold_a_secret() => {}
        Value::Secret(_) => {
            let message = "`$secret` in a field that is not secret: the value would become public";
            let finding = Diagnostic::error("secret-in-public-field", message).at(offer.span, "");
            found.push(finding.help("use `$env` or `$file` for a value that everybody may see"));
        }
        Value::Mapping(mapping) => {
            mapping.members.iter().for_each(|(key, member)| published(place.key(key), &member.value, found));
        }
        Value::List(items) => items.iter().for_each(|item| published(place.element(), item, found)),
        _ => {}
    }
}

enum Step<'n> {
    Key(&'n str),
    Index(usize),
}

fn below<'n>(place: Place<'static>, node: &'n Node, path: &mut Vec<Step<'n>>, places: &mut Vec<Pointer>) {
    match &node.value {
        Value::Null | Value::Secret(_) | Value::Unknown => {}
        _ if place.field().comparison == Comparison::Secret => places.push(pointer(path)),
        Value::Mapping(mapping) => {
            for (key, member) in &mapping.members {
                path.push(Step::Key(key));
                below(place.key(key), &member.value, path, places);
                path.pop();
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                below(place.element(), item, path, places);
                path.pop();
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

fn pointer(path: &[Step<'_>]) -> Pointer {
    path.iter().fold(Pointer::root(), |pointer, step| match step {
        Step::Key(key) => pointer.key(key),
        Step::Index(index) => pointer.index(*index),
    })
}

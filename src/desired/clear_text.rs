//! Secrets that stand in a file in clear text, and so in git for ever.

use crate::manifest::{Node, Value};
use crate::offer::Pointer;
use crate::offer::fields::{Comparison, FieldTable, Place};

/// The places of secret fields that hold anything but a `$secret`.
pub(super) fn secrets(table: &'static FieldTable, offer: &Node) -> Vec<Pointer> {
    let mut places = Vec::new();
    below(table.root(), offer, &mut Vec::new(), &mut places);
    places
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

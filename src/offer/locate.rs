//! Paths through identities: finding values by them, and naming the place of a value by one.
//!
//! A path through identities names elements of lists by what they are and not by where they stand: a SKU by its `planId`,
//! an element of a set by its text. It stays the same when lists are reordered, so it is what is remembered and compared.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Pointer;
use super::canonical::{Element, Form, View};
use super::fields::FieldTable;
use crate::secret::redact;

/// The value at a path through identities in a document of this type, with its pointer by positions.
#[must_use]
pub fn locate<'a>(table: &'static FieldTable, document: &'a Value, identity: &Pointer) -> Option<(Pointer, &'a Value)> {
    let mut place = table.root();
    let mut pointer = Pointer::root();
    let mut value = document;
    for token in identity.tokens() {
        let (index, next) = match View::new(place, value).form() {
            Form::Map(members) => (None, members.get(&token)?),
            Form::Set(elements) => element(elements.iter().find(|(text, _)| element_name(text) == token)?.1),
            Form::Keyed(elements) => element(elements.get(token.as_str())?),
            Form::Sequence(elements) => {
                let index: usize = token.parse().ok()?;
                (Some(index), elements.get(index)?)
            }
            Form::Scalar => return None,
        };
        pointer = index.map_or_else(|| pointer.key(&token), |index| pointer.index(index));
        place = if index.is_some() { place.element() } else { place.key(&token) };
        value = next;
    }
    Some((pointer, value))
}

/// The path through identities of a place given by positions; `None` below a set or a sequence.
#[must_use]
pub fn identity_of(table: &'static FieldTable, document: &Value, pointer: &Pointer) -> Option<Pointer> {
    let mut place = table.root();
    let mut value = document;
    let mut identity = Pointer::root();
    for token in pointer.tokens() {
        match View::new(place, value).form() {
            Form::Keyed(elements) => {
                let index: usize = token.parse().ok()?;
                let (id, element) = elements.iter().find(|(_, element)| element.index == index)?;
                identity = identity.key(id);
                value = element.value;
                place = place.element();
            }
            Form::Map(members) => {
                identity = identity.key(&token);
                value = members.get(&token)?;
                place = place.key(&token);
            }
            _ => return None,
        }
    }
    Some(identity)
}

/// What an element of a set is called in a path: its text. If that holds something that looks like a secret, a mark stands in its
/// place, and the beginning of a hash behind, since two elements must not be taken for one.
#[must_use]
pub fn element_name(text: &str) -> Cow<'_, str> {
    match redact(text) {
        Cow::Owned(clean) if clean != text => {
            let hash = Sha256::digest(text.as_bytes());
            let [one, two, three, four, ..] = hash.as_slice() else { return Cow::Owned(clean) };
            Cow::Owned(format!("{clean} #{one:02x}{two:02x}{three:02x}{four:02x}"))
        }
        _ => Cow::Borrowed(text),
    }
}

fn element<'a>(element: &Element<'a>) -> (Option<usize>, &'a Value) {
    (Some(element.index), element.value)
}

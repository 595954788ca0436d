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

/// What a path leads to.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// The value, with its place in the field table.
    pub view: View<'a>,
    /// Where it stands, by positions.
    pub pointer: Pointer,
}

/// The value at a path through identities in a document of this type, with its pointer by positions.
#[must_use]
pub fn locate<'a>(table: &'static FieldTable, document: &'a Value, identity: &Pointer) -> Option<(Pointer, &'a Value)> {
    let (Located { view, pointer }, missing) = innermost(table, document, identity);
    missing.is_empty().then_some((pointer, view.value))
}

/// How far a path through identities leads in a document of this type: the innermost value on it that is there, and the parts of the
/// path behind that one.
#[must_use]
pub fn innermost<'a>(
    table: &'static FieldTable,
    document: &'a Value,
    identity: &Pointer,
) -> (Located<'a>, Vec<String>) {
    let mut found = Located { view: View::new(table.root(), document), pointer: Pointer::root() };
    let mut tokens = identity.tokens();
    while let Some(token) = tokens.next() {
        let Some((index, view)) = step(found.view, &token) else {
            return (found, std::iter::once(token).chain(tokens).collect());
        };
        let pointer = index.map_or_else(|| found.pointer.key(&token), |index| found.pointer.index(index));
        found = Located { view, pointer };
    }
    (found, Vec::new())
}

/// What one part of a path through identities names inside a value, with its position if the value is a list.
#[must_use]
pub fn step<'a>(view: View<'a>, token: &str) -> Option<(Option<usize>, View<'a>)> {
    let element = |element: &Element<'a>| (Some(element.index), element.value);
    let (index, value) = match view.form() {
        Form::Map(members) => (None, members.get(token)?),
        Form::Set(elements) => element(elements.iter().find(|(text, _)| element_name(text) == token)?.1),
        Form::Keyed(elements) => element(elements.get(token)?),
        Form::Sequence(elements) => {
            let index: usize = token.parse().ok()?;
            (Some(index), elements.get(index)?)
        }
        Form::Scalar => return None,
    };
    let place = if index.is_some() { view.place.element() } else { view.place.key(token) };
    Some((index, View::new(place, value)))
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

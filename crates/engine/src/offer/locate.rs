//! From an [`IdentityPath`] to the [`Pointer`] of the value in a document, and back.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::canonical::{Element, Form, View};
use super::fields::FieldTable;
use super::{IdentityPath, Pointer};
use crate::secret::redact;

/// The value that a path leads to.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// The value, with its place in the field table.
    pub view: View<'a>,
    /// The pointer of the value.
    pub pointer: Pointer,
}

/// The value at a path in a document of this type, with its pointer.
#[must_use]
pub fn locate<'a>(
    table: &'static FieldTable,
    document: &'a Value,
    identity: &IdentityPath,
) -> Option<(Pointer, &'a Value)> {
    let (Located { view, pointer }, missing) = innermost(table, document, identity);
    missing.is_empty().then_some((pointer, view.value))
}

/// The innermost value on a path that a document of this type has, and the steps of the path below that value.
#[must_use]
pub fn innermost<'a>(
    table: &'static FieldTable,
    document: &'a Value,
    identity: &IdentityPath,
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

/// The member or element that one step of a path names inside a value, with its position if the value is a list.
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

/// The path of the value at a pointer; `None` below a set or a sequence.
#[must_use]
pub fn identity_of(table: &'static FieldTable, document: &Value, pointer: &Pointer) -> Option<IdentityPath> {
    let mut place = table.root();
    let mut value = document;
    let mut identity = IdentityPath::root();
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

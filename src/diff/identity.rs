//! Finds values by paths through identities, and names what such a path goes through.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::offer::Pointer;
use crate::offer::canonical::{Element, Form, View};
use crate::offer::fields::FieldTable;
use crate::record::hex;
use crate::secret::redact;

/// The value at a path through identities in a document of this type, with its pointer by positions.
#[must_use]
pub fn live_value_of<'a>(
    table: &'static FieldTable,
    document: &'a Value,
    identity: &Pointer,
) -> Option<(Pointer, &'a Value)> {
    let mut place = table.root();
    let mut pointer = Pointer::root();
    let mut value = document;
    for token in identity.tokens() {
        let (index, next) = match View::new(place, value).form() {
            Form::Map(members) => (None, members.get(&token)?),
            Form::Set(elements) => element(elements.iter().find(|(text, _)| name(text) == token)?.1),
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

/// What an element of a set is called in a path: its text. If that holds something that looks like a secret, a mark stands in its
/// place, and the beginning of a hash behind, since two elements must not be taken for one.
pub(super) fn name(text: &str) -> Cow<'_, str> {
    match redact(text) {
        Cow::Owned(clean) if clean != text => {
            let hash = hex(&Sha256::digest(text.as_bytes()));
            Cow::Owned(format!("{clean} #{}", &hash[..8]))
        }
        _ => Cow::Borrowed(text),
    }
}

fn element<'a>(element: &Element<'a>) -> (Option<usize>, &'a Value) {
    (Some(element.index), element.value)
}

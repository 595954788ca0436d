//! Reads documents of the Cloud Partner Portal, whose names have a prefix for each type of offer.

use serde_json::{Map, Value};

/// The member of `value` with this name, whatever stands in front of its last dot.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.iter().find(|(key, _)| key.rsplit('.').next() == Some(name)).map(|(_, member)| member)
}

/// The same, if it is a text with something in it.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    field(value, name)?.as_str().filter(|text| !text.is_empty())
}

/// The elements of a list.
pub(super) fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    field(value, name).and_then(Value::as_array).into_iter().flatten()
}

/// Puts `value` into `body`, if there is one.
pub(super) fn set(body: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), value.into());
    }
}

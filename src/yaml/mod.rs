//! Writes values as YAML that every reader takes for the same values.
//!
//! A small part of YAML, on purpose: a plain scalar only if it fits a pattern that no reader of YAML 1.1 or 1.2 takes for
//! anything else than text, a literal block only if it holds nothing that editors or readers change, and else double quotes
//! with the escapes of JSON. What is written is read back in the tests by two readers that know nothing of each other.

mod block;
mod scalar;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use block::{document, element, flow, nested, styled};
pub use scalar::{Style, key, one_line, quoted};

/// How wide a line becomes at most, if it can be broken.
const WIDTH: usize = 100;

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A value without parts.
    Scalar(Value),
    /// A list.
    List(Vec<Item>),
    /// A mapping.
    Map(Vec<(String, Item)>),
    /// A short mapping that stays on its line, such as a directive.
    Inline(Vec<(String, Item)>),
    /// The content of a mapping that is merged into this one: only as a value of the key `<<`, which is written as it is.
    Merge(Box<Item>),
}

impl Item {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Value::String(text.into()))
    }

    /// A mapping on one line with one member.
    #[must_use]
    pub fn inline(key: &str, value: Self) -> Self {
        Self::Inline(vec![(key.to_owned(), value)])
    }

    /// A value as it is.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Object(members) => {
                Self::Map(members.iter().map(|(key, member)| (key.clone(), Self::of(member))).collect())
            }
            Value::Array(elements) => Self::List(elements.iter().map(Self::of).collect()),
            scalar => Self::Scalar(scalar.clone()),
        }
    }
}

//! The tree of a document: JSON's kinds of values, each with its place.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Number;

use crate::secret::SecretReference;
use crate::source::Span;

/// A value and where it is written.
///
/// Trees are at most [`DEPTH_LIMIT`](super::DEPTH_LIMIT) deep, so walking (and dropping) them may recurse.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value alone: without its key, its anchor or its tag.
    pub span: Span,
    /// The value without its place.
    pub value: Value,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An explicit `null`: it means something.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number with every digit that was written.
    Number(Number),
    /// A text, quoted or plain.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping. Boxed, as are secrets: most values are small, and there are many.
    Mapping(Box<Mapping>),
    /// Where a secret comes from. Stands only in trees whose directives were carried out.
    Secret(Box<SecretReference>),
    /// What could not be read. Why is among the findings, so nothing more is to be said about it.
    Unknown,
}

/// Members by key, in the order they are written.
pub(super) type Members = IndexMap<String, Member, RandomState>;

/// A mapping: its members by key, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    /// The members by key. A key is its own text: `1.10` and `true` are what they look like.
    pub members: Members,
    /// What the merge key `<<` holds, until it is merged.
    pub(super) merge: Option<Box<Member>>,
}

/// One member of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Where the key is written.
    pub key: Span,
    /// The value of the member.
    pub value: Node,
}

impl Node {
    /// Puts a value at a place.
    #[must_use]
    pub fn new(span: Span, value: Value) -> Self {
        Self { span, value }
    }

    /// What people call this kind of value, with an article.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "`null`",
            Value::Bool(_) => "`true` or `false`",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Secret(_) => "a secret",
            Value::Unknown => "what could not be read",
        }
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The mapping to change, if it is one.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }
}

impl Mapping {
    /// What the merge key `<<` holds, if it is not merged yet.
    #[must_use]
    pub fn merged(&self) -> Option<&Member> {
        self.merge.as_deref()
    }

    /// The member `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.members.get(key)
    }
}

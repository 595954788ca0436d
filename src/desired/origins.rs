//! Where each value of a document is written.

use std::collections::HashMap;

use crate::manifest::{Node, Value};
use crate::offer::Pointer;
use crate::source::Span;

/// Where one member of a document is written. With `$file`, aliases and merges that can be another file or
/// another part of the file than where the offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The key; `None` for an element of a list and for the whole document.
    pub key: Option<Span>,
    /// The value.
    pub value: Span,
}

/// The places of all values of one document.
#[derive(Debug)]
pub struct Origins {
    origin: Origin,
    below: Below,
}

#[derive(Debug)]
enum Below {
    Nothing,
    List(Vec<Origins>),
    Mapping(HashMap<Box<str>, Origins>),
}

impl Origins {
    /// The places in a composed tree.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        Self::with_key(None, node)
    }

    fn with_key(key: Option<Span>, node: &Node) -> Self {
        let below = match &node.value {
            Value::List(items) => Below::List(items.iter().map(Self::of).collect()),
            Value::Mapping(mapping) => Below::Mapping(
                mapping
                    .members
                    .iter()
                    .map(|(key, member)| (key.as_str().into(), Self::with_key(Some(member.key), &member.value)))
                    .collect(),
            ),
            _ => Below::Nothing,
        };
        Self { origin: Origin { key, value: node.span }, below }
    }

    /// Where the value at `pointer` is written; `None` if no file declares it.
    #[must_use]
    pub fn get(&self, pointer: &Pointer) -> Option<Origin> {
        let (found, rest) = self.walk(pointer);
        (rest == 0).then_some(found)
    }

    /// Where the value at `pointer` is written, or else the innermost value around it that a file declares.
    #[must_use]
    pub fn nearest(&self, pointer: &Pointer) -> Origin {
        self.walk(pointer).0
    }

    /// How far down `pointer` leads, and how many of its parts are left.
    fn walk(&self, pointer: &Pointer) -> (Origin, usize) {
        let mut here = self;
        let mut tokens = pointer.tokens();
        while let Some(token) = tokens.next() {
            let next = match &here.below {
                Below::Nothing => None,
                Below::List(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
                Below::Mapping(members) => members.get(token.as_str()),
            };
            match next {
                Some(next) => here = next,
                None => return (here.origin, 1 + tokens.count()),
            }
        }
        (here.origin, 0)
    }
}

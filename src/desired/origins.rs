//! Where each value of a document is written.

use std::collections::HashSet;
use std::sync::Arc;

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
///
/// One flat list: a thousand offers have a million values, and few are ever looked up.
#[derive(Debug)]
pub struct Origins(Vec<Place>);

/// One value; the values inside of it follow it in the list.
#[derive(Debug)]
struct Place {
    step: Step,
    value: Span,
    /// How many places this one and everything inside of it take.
    size: u32,
}

#[derive(Debug)]
enum Step {
    /// An element of a list, or the whole document.
    Element,
    Key(Arc<str>, Span),
}

/// Texts of keys, each kept once: offers share their vocabulary.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(HashSet<Arc<str>>);

impl Vocabulary {
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let word: Arc<str> = Arc::from(text);
        self.0.insert(Arc::clone(&word));
        word
    }
}

impl Origins {
    /// The places in a composed tree.
    pub(super) fn of(node: &Node, vocabulary: &mut Vocabulary) -> Self {
        let mut places = Vec::new();
        add(&mut places, Step::Element, node, vocabulary);
        places.shrink_to_fit();
        Self(places)
    }

    /// Where the value at `pointer` is written; `None` if no file declares it.
    #[must_use]
    pub fn get(&self, pointer: &Pointer) -> Option<Origin> {
        let (found, left) = self.walk(pointer);
        (left == 0).then(|| self.0[found].origin())
    }

    /// Where the value at `pointer` is written, or else the innermost value around it that a file declares.
    #[must_use]
    pub fn nearest(&self, pointer: &Pointer) -> Origin {
        self.0[self.walk(pointer).0].origin()
    }

    /// How far down `pointer` leads, and how many of its parts are left.
    fn walk(&self, pointer: &Pointer) -> (usize, usize) {
        let mut here = 0;
        let mut tokens = pointer.tokens();
        while let Some(token) = tokens.next() {
            match self.inside(here).enumerate().find(|(index, at)| self.0[*at].step.is(&token, *index)) {
                Some((_, next)) => here = next,
                None => return (here, 1 + tokens.count()),
            }
        }
        (here, 0)
    }

    /// The values directly inside of the one at `outer`.
    fn inside(&self, outer: usize) -> impl Iterator<Item = usize> {
        let end = outer + self.0[outer].size as usize;
        let first = Some(outer + 1).filter(|first| *first < end);
        std::iter::successors(first, move |at| Some(at + self.0[*at].size as usize).filter(|next| *next < end))
    }
}

impl Place {
    fn origin(&self) -> Origin {
        let key = match self.step {
            Step::Key(_, span) => Some(span),
            Step::Element => None,
        };
        Origin { key, value: self.value }
    }
}

impl Step {
    fn is(&self, token: &str, index: usize) -> bool {
        match self {
            Self::Key(key, _) => **key == *token,
            Self::Element => token.parse() == Ok(index),
        }
    }
}

fn add(places: &mut Vec<Place>, step: Step, node: &Node, vocabulary: &mut Vocabulary) {
    let at = places.len();
    places.push(Place { step, value: node.span, size: 1 });
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add(places, Step::Element, item, vocabulary)),
        Value::Mapping(mapping) => {
            for (key, member) in &mapping.members {
                add(places, Step::Key(vocabulary.word(key), member.key), &member.value, vocabulary);
            }
        }
        _ => {}
    }
    places[at].size = u32::try_from(places.len() - at).unwrap_or(u32::MAX);
}

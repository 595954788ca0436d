//! The path of a walk through three documents at once.

use std::borrow::Cow;

use crate::offer::part::{DEFINITION, SKUS};
use crate::offer::resource::RESOURCES;
use crate::offer::{IdentityPath, Pointer};

/// One part of the path.
#[derive(Debug, Clone)]
pub(super) enum Token<'a> {
    /// A member, whose key may be spelled differently on the two sides.
    Key {
        /// The key in the desired document.
        desired: &'a str,
        /// The key in the live document.
        live: &'a str,
    },
    /// An element of a list with identities.
    Element {
        /// What tells it from the others.
        identity: Cow<'a, str>,
        /// Its position in the desired list.
        desired: usize,
        /// Its position in the list of the base, if it is there.
        base: Option<usize>,
        /// Its position in the live list.
        live: usize,
    },
}

/// Where the walk is.
#[derive(Debug, Default)]
pub(super) struct Path<'a> {
    tokens: Vec<Token<'a>>,
}

impl<'a> Path<'a> {
    pub(super) fn push_key(&mut self, desired: &'a str, live: &'a str) {
        self.tokens.push(Token::Key { desired, live });
    }

    pub(super) fn push_element(&mut self, identity: Cow<'a, str>, desired: usize, base: Option<usize>, live: usize) {
        self.tokens.push(Token::Element { identity, desired, base, live });
    }

    pub(super) fn pop(&mut self) {
        self.tokens.pop();
    }

    /// The path of the value, with identities.
    pub(super) fn identity(&self) -> IdentityPath {
        self.tokens.iter().fold(IdentityPath::root(), |mut path, token| {
            path.push(match token {
                Token::Key { live, .. } => live,
                Token::Element { identity, .. } => identity,
            });
            path
        })
    }

    /// The path in the live document.
    pub(super) fn live(&self) -> Pointer {
        self.pointer(|pointer, token| match token {
            Token::Key { live, .. } => pointer.push(live),
            Token::Element { live, .. } => pointer.push_index(*live),
        })
    }

    /// The path in the desired document.
    pub(super) fn desired(&self) -> Pointer {
        self.pointer(|pointer, token| match token {
            Token::Key { desired, .. } => pointer.push(desired),
            Token::Element { desired, .. } => pointer.push_index(*desired),
        })
    }

    /// The path in the base; `None` if an element on the way is not in it.
    pub(super) fn base(&self) -> Option<Pointer> {
        self.tokens.iter().try_fold(Pointer::root(), |pointer, token| match token {
            Token::Key { desired, .. } => Some(pointer.key(desired)),
            Token::Element { base, .. } => base.map(|index| pointer.index(index)),
        })
    }

    /// The same path with the base in the place of the desired document; `None` if an element on the way is not in it.
    pub(super) fn in_base(&self) -> Option<Self> {
        let tokens = self.tokens.iter().cloned().map(|token| match token {
            Token::Element { identity, base, live, .. } => {
                base.map(|at| Token::Element { identity, desired: at, base, live })
            }
            key @ Token::Key { .. } => Some(key),
        });
        Some(Self { tokens: tokens.collect::<Option<_>>()? })
    }

    /// The id of the SKU the path is in.
    pub(super) fn sku(&self) -> Option<String> {
        match self.tokens.as_slice() {
            [
                Token::Key { live: DEFINITION | RESOURCES, .. },
                Token::Key { live: SKUS, .. },
                Token::Element { identity, .. },
                ..,
            ] => Some(identity.clone().into_owned()),
            _ => None,
        }
    }

    /// Whether the path is that of the list of SKUs.
    pub(super) fn is_skus(&self) -> bool {
        matches!(
            self.tokens.as_slice(),
            [Token::Key { live: DEFINITION | RESOURCES, .. }, Token::Key { live: SKUS, .. }]
        )
    }

    fn pointer(&self, push: impl Fn(&mut Pointer, &Token<'a>)) -> Pointer {
        let mut pointer = Pointer::root();
        self.tokens.iter().for_each(|token| push(&mut pointer, token));
        pointer
    }
}

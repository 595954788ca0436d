//! Paths whose steps into lists are identities.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Pointer;

/// The path of a value in which an element of a list is named by what it is and not by where it stands: a SKU by its `planId`, an
/// element of a set by its text. Written like a JSON pointer: `/definition/plans/standard/regions/NO`.
///
/// The path stays the same when a list is reordered, so it is what plans show, what the record remembers and what people write in
/// `reconcile`. [`locate`](super::locate::locate) finds the value in a document and its [`Pointer`];
/// [`identity_of`](super::locate::identity_of) is the way back.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdentityPath(Pointer);

impl IdentityPath {
    /// The path of the whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a path in text form; `None` if it is neither empty nor starts with `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Pointer::parse(text).map(Self)
    }

    /// The path of the member or element `key` of the value at this path.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        Self(self.0.key(key))
    }

    /// The path of element `index` of the list at this path, whose elements have no identity.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(self.0.index(index))
    }

    /// Appends a step to the member or element `key`.
    pub fn push(&mut self, key: &str) {
        self.0.push(key);
    }

    /// The path of the value that contains the value at this path; `None` for the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.parent().map(Self)
    }

    /// The steps of the path, unescaped, outermost first.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.tokens()
    }

    /// Whether this is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.is_within(&other.0)
    }

    /// The path in its text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for IdentityPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

//! JSON pointers (RFC 6901): the path of a value inside one document, with the positions of elements of lists.
//!
//! A path that stays the same when lists are reordered is an [`IdentityPath`](super::IdentityPath).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A JSON pointer in its text form: `""` is the whole document, `/definition/plans/0` an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a pointer in text form; `None` if it is neither empty nor starts with `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// The pointer to the member `key` of what this one points to.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + key.len() + 1);
        text.push_str(&self.0);
        let mut pointer = Self(text);
        pointer.push(key);
        pointer
    }

    /// Makes it the pointer to the member `key` of what it pointed to.
    pub fn push(&mut self, key: &str) {
        self.0.push('/');
        if key.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
            self.0.push_str(&key.replace('~', "~0").replace('/', "~1"));
        } else {
            self.0.push_str(key);
        }
    }

    /// Makes it the pointer to element `index` of the list it pointed to.
    pub fn push_index(&mut self, index: usize) {
        self.push(&index.to_string());
    }

    /// The pointer to element `index` of the list this one points to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.key(&index.to_string())
    }

    /// The pointer to what holds this value; `None` for the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|slash| Self(self.0[..slash].to_owned()))
    }

    /// The parts of the path, unescaped, outermost first.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        let unescaped = |token: &str| {
            if token.contains('~') { token.replace("~1", "/").replace("~0", "~") } else { token.to_owned() }
        };
        self.0.split('/').skip(1).map(unescaped)
    }

    /// Whether this is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The pointer in its text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_escaped_and_read_back() {
        let pointer = Pointer::root().key("a/b~c").index(3).key("");
        assert_eq!(pointer.as_str(), "/a~1b~0c/3/");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b~c", "3", ""]);
        assert_eq!(pointer.parent().unwrap().as_str(), "/a~1b~0c/3");
        let mut grown = Pointer::root();
        grown.push("a/b~c");
        grown.push_index(3);
        grown.push("");
        assert_eq!(grown, pointer);
        assert_eq!(Pointer::root().parent(), None);
        assert_eq!(Pointer::root().tokens().count(), 0);
    }

    #[test]
    fn within_respects_whole_parts() {
        let offer = Pointer::parse("/definition/offer").unwrap();
        assert!(offer.key("title").is_within(&offer));
        assert!(offer.is_within(&offer));
        assert!(!Pointer::parse("/definition/offers").unwrap().is_within(&offer));
        assert_eq!(Pointer::parse("definition"), None);
    }
}

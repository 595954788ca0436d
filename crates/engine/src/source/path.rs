//! Paths inside a repository, written the same way on every platform.

use std::fmt;

use super::Error;

/// The path of a file or folder relative to the root of its repository.
///
/// Parts are separated by `/`; there is no `.`, no `..` and no empty part. The root itself is the empty path.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelativePath(String);

impl RelativePath {
    /// The root of the repository.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a path that is relative to the root.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::root().join(text)
    }

    /// The path `text`, read relative to this folder. `..` may be used, but never to leave the root.
    ///
    /// Fails if the result lies outside of the root, or if `text` could mean something else on another platform.
    pub fn join(&self, text: &str) -> Result<Self, Error> {
        if text.contains(['\\', '\0']) {
            return Err(Error::Unusable { path: text.to_owned() });
        }
        if text.starts_with('/') {
            return Err(outside(text));
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or_else(|| outside(text))?;
                }
                name => parts.push(name),
            }
        }
        Ok(Self(parts.join("/")))
    }

    /// The path that a file system or git gives as bytes. A name that is no text, or holds a backslash, is given one that
    /// resembles it, so that the file can be named in a message; it cannot be read by that name.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        Self::parse(&text.replace('\\', "\u{fffd}")).ok()
    }

    /// Whether a file of this name cannot be read by the path that [`of_bytes`](Self::of_bytes) gives it.
    pub(super) fn is_misnamed(bytes: &[u8]) -> bool {
        std::str::from_utf8(bytes).map_or(true, |name| name.contains('\\'))
    }

    /// The folder that holds this; the root holds itself.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.rfind('/').map_or_else(String::new, |slash| self.0[..slash].to_owned()))
    }

    /// The last part of the path: the name of the file or folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// What follows the last dot of the name, in lower case; empty if there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        self.name().rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }

    /// The parts of the path, outermost first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

fn outside(path: &str) -> Error {
    Error::Outside { path: path.to_owned(), root: ".".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_relative_to_a_folder() {
        let folder = RelativePath::parse("offers/firewall").unwrap();
        for (text, expected) in [
            ("a.html", "offers/firewall/a.html"),
            ("./a//b.html", "offers/firewall/a/b.html"),
            ("../shared/x.yaml", "offers/shared/x.yaml"),
            ("../../x.yaml", "x.yaml"),
            ("", "offers/firewall"),
        ] {
            assert_eq!(folder.join(text).unwrap().as_str(), expected, "{text}");
        }
    }

    #[test]
    fn a_path_never_leaves_the_root() {
        let folder = RelativePath::parse("offers").unwrap();
        for text in ["../../x", "/etc/passwd", "../..", "a/../../../b/offers"] {
            assert!(matches!(folder.join(text), Err(Error::Outside { .. })), "{text}");
        }
        for text in ["a\\b", "a\0b"] {
            assert!(matches!(folder.join(text), Err(Error::Unusable { .. })), "{text}");
        }
    }

    #[test]
    fn a_path_knows_its_parts() {
        let path = RelativePath::parse("offers/Firewall.YAML").unwrap();
        assert_eq!((path.name(), path.extension().as_str()), ("Firewall.YAML", "yaml"));
        assert_eq!(path.parent().as_str(), "offers");
        assert_eq!(path.parent().parent(), RelativePath::root());
        assert_eq!(RelativePath::root().to_string(), ".");
        assert_eq!(RelativePath::parse("Makefile").unwrap().extension(), "");
    }
}

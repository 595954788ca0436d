//! Which state of an offer is meant: its revision, and the slot it stands in.

use std::fmt;
use std::str::FromStr;

/// The revision of a live document: its `ETag`, byte for byte as the service sent it, or a hash of its content if the service has
/// no ETags.
///
/// An ETag looks like `W/"datetime'2017-06-07T06%3A15%3A40.4771399Z'"`: the `%3A` must survive, so it is never decoded
/// or built, only carried.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision(String);

impl Revision {
    /// Takes an `ETag` as it came.
    #[must_use]
    pub fn new(etag: impl Into<String>) -> Self {
        Self(etag.into())
    }

    /// The revision of a document of a service that names none: a hash of its content.
    #[must_use]
    pub fn computed(hash: &str) -> Self {
        Self(format!("{COMPUTED}{hash}"))
    }

    /// Whether this program computed it. Then the service does not check it: it is compared right before a write.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        self.0.starts_with(COMPUTED)
    }

    /// The text of the revision.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How computed revisions begin. An ETag begins with a quotation mark or with `W/`.
const COMPUTED: &str = "sha256:";

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where content of an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The draft, which a PUT replaces.
    Draft,
    /// What the preview audience sees.
    Preview,
    /// The content that customers see.
    Production,
}

impl Slot {
    /// The slot's name in the service's URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Preview => "preview",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which content of an offer is meant: that of a slot, or a version the service keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// What stands in a slot.
    Slot(Slot),
    /// The version of that number, which the service counts up with each publish.
    Version(u64),
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slot(slot) => slot.fmt(f),
            Self::Version(number) => write!(f, "v{number}"),
        }
    }
}

/// The text names neither a slot nor a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a slot nor a version: use `draft`, `preview`, `production`, or a version such as `v3`")]
pub struct ParseContentError(String);

impl FromStr for Content {
    type Err = ParseContentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(slot) = text.parse() {
            return Ok(Self::Slot(slot));
        }
        let digits = text.strip_prefix(['v', 'V']).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        number.map(Self::Version).ok_or_else(|| ParseContentError(text.to_owned()))
    }
}

/// The text names no slot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a slot: use `draft`, `preview` or `production`")]
pub struct ParseSlotError(String);

impl FromStr for Slot {
    type Err = ParseSlotError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Draft, Self::Preview, Self::Production]
            .into_iter()
            .find(|slot| slot.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| ParseSlotError(text.to_owned()))
    }
}

//! Which state of an offer is meant: its revision, and the slot it stands in.

use std::fmt;
use std::str::FromStr;

/// The `ETag` of a live document, byte for byte as the service sent it.
///
/// It looks like `W/"datetime'2017-06-07T06%3A15%3A40.4771399Z'"`: the `%3A` must survive, so it is never decoded
/// or built, only carried.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision(String);

impl Revision {
    /// Takes an `ETag` as it came.
    #[must_use]
    pub fn new(etag: impl Into<String>) -> Self {
        Self(etag.into())
    }

    /// The `ETag` as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where content of an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// What a PUT replaces.
    Draft,
    /// What the preview audience sees.
    Preview,
    /// What customers see.
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

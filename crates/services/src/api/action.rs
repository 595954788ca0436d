//! What was being done when something happened: the words errors begin with.

use std::fmt;

use crate::auth::foreign::plain;
use crate::offer::OfferAddress;

/// How long the words may get: two ids of the longest allowed length and a sentence around them.
const LIMIT: usize = 300;

/// Something done with the service, such as "reading offer `contoso/firewall`".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    words: String,
    address: Option<Box<OfferAddress>>,
}

impl Action {
    /// Something done to no single offer. `words` begin with a verb: "reading the list of publishers".
    pub(crate) fn general(words: &str) -> Self {
        Self { words: plain(words, LIMIT), address: None }
    }

    /// Something done to one offer. `words` lack only its name: "reading offer".
    pub(crate) fn on(words: &str, address: &OfferAddress) -> Self {
        Self { words: plain(&format!("{words} `{address}`"), LIMIT), address: Some(Box::new(address.clone())) }
    }

    /// The offer it was done to, if it was a single one.
    #[must_use]
    pub fn address(&self) -> Option<&OfferAddress> {
        self.address.as_deref()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

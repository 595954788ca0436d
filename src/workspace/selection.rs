//! Which offers a run is about.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::Error;
use crate::offer::OfferAddress;

/// Which offers a run is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Files, folders and globs; none means what the settings say.
    pub paths: Vec<String>,
    /// Globs of addresses or offer ids; none means all.
    pub offers: Vec<String>,
    /// Only this publisher's offers.
    pub publisher: Option<String>,
}

impl Selection {
    /// Whether an offer is chosen, as far as its address tells.
    pub(super) fn includes(&self, address: &OfferAddress) -> bool {
        self.matcher().is_ok_and(|matcher| matcher.includes(address))
    }

    pub(super) fn matcher(&self) -> Result<Matcher, Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in &self.offers {
            let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
            set.add(
                glob.map_err(|error| Error::Pattern { pattern: pattern.clone(), problem: error.kind().to_string() })?,
            );
        }
        let globs = set
            .build()
            .map_err(|error| Error::Pattern { pattern: self.offers.join(" "), problem: error.kind().to_string() })?;
        Ok(Matcher { publisher: self.publisher.clone(), globs })
    }
}

/// A selection by address, ready to be asked.
pub(super) struct Matcher {
    publisher: Option<String>,
    globs: GlobSet,
}

impl Matcher {
    pub(super) fn includes(&self, address: &OfferAddress) -> bool {
        let is_publisher = |id: &str| id.eq_ignore_ascii_case(address.publisher.as_str());
        let (whole, id) = (address.to_string(), address.offer.as_str());
        self.publisher.as_deref().is_none_or(is_publisher)
            && (self.globs.is_empty() || self.globs.is_match(whole) || self.globs.is_match(id))
    }
}

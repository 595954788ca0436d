//! Which offers a run is about.

use super::Error;
use crate::offer::OfferAddress;
use crate::source::Pattern;

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
        let pattern = |text: &String| {
            let pattern = Pattern::new(&text.to_lowercase());
            pattern.map_err(|error| Error::Pattern { pattern: text.clone(), problem: error.to_string() })
        };
        let patterns = self.offers.iter().map(pattern).collect::<Result<_, _>>()?;
        Ok(Matcher { publisher: self.publisher.clone(), patterns })
    }
}

/// A selection by address, ready to be asked.
pub(super) struct Matcher {
    publisher: Option<String>,
    /// In lower case; none means every offer.
    patterns: Vec<Pattern>,
}

impl Matcher {
    pub(super) fn includes(&self, address: &OfferAddress) -> bool {
        let is_publisher = |id: &str| id.eq_ignore_ascii_case(address.publisher.as_str());
        let (whole, id) = (address.to_string().to_lowercase(), address.offer.as_str().to_lowercase());
        let fits = |pattern: &Pattern| pattern.matches(&whole) || pattern.matches(&id);
        self.publisher.as_deref().is_none_or(is_publisher)
            && (self.patterns.is_empty() || self.patterns.iter().any(fits))
    }
}

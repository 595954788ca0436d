//! Shared access signatures: addresses whose query says who may read what, and until when.
//!
//! Source: "Create a service SAS", learn.microsoft.com/rest/api/storageservices/create-service-sas.

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

/// An address as somebody wrote it, with or without a signature. It holds secrets, and is never shown.
pub struct SignedAddress<'a> {
    text: &'a str,
    /// `None` if it is no address.
    url: Option<Url>,
}

impl<'a> SignedAddress<'a> {
    /// Looks at a text that is meant to be an address.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self { text, url: Url::parse(text).ok() }
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What it is made of; `None` if it is no address.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// What stands before the `?`, as it was written.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.text.split('?').next().unwrap_or_default()
    }

    /// The name of the blob, as it was written.
    #[must_use]
    pub fn blob(&self) -> &'a str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// A parameter of the signature. Storage accounts do not tell upper from lower case in their names.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, value) = self.url.as_ref()?.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.into_owned())
    }

    /// Whether it has a query: a signature, or something meant to be one.
    #[must_use]
    pub fn has_query(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.query().is_some_and(|query| !query.is_empty()))
    }

    /// A moment that a parameter names: whole, without seconds, or a day alone, which means its beginning.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        let text = self.parameter(name)?;
        let whole = || text.parse::<Timestamp>().ok();
        let minutes = || format!("{}:00Z", text.strip_suffix('Z')?).parse::<Timestamp>().ok();
        let day = || format!("{text}T00:00:00Z").parse::<Timestamp>().ok();
        whole().or_else(minutes).or_else(day)
    }

    /// The day of a moment that a parameter names, as it was written.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<Date> {
        self.parameter(name)?.get(..10)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_however_its_moments_are_written() {
        let whole: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        for end in ["2026-11-21T00:00:00Z", "2026-11-21T00%3A00%3A00Z", "2026-11-21T00:00Z", "2026-11-21"] {
            let text = format!("https://contoso.blob.core.windows.net/disks/a.vhd?sp=rl&SE={end}&sig=x%3D");
            let address = SignedAddress::of(&text);
            assert_eq!(address.moment("se"), Some(whole), "{end}");
            assert_eq!(address.day("se"), Some("2026-11-21".parse().unwrap()), "{end}");
            assert_eq!((address.blob(), address.parameter("sig").as_deref()), ("a.vhd", Some("x=")));
        }
        let unsigned = SignedAddress::of("https://contoso.blob.core.windows.net/disks/a.vhd");
        assert!(!unsigned.has_query() && unsigned.moment("se").is_none());
        assert!(SignedAddress::of("no address?se=2026-11-21").url().is_none());
    }
}

//! Versions of schemas: which one is written for each resource type.
//!
//! Each resource names its schema, and each type has versions of its own. Reading names a ceiling: the service answers with the newest
//! version below it. Under a ceiling that is too low it leaves images out, so the newest known version is the ceiling of every read.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// The version of a schema, such as `2022-03-01-preview3`. Ordered by date; previews come before what has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    text: String,
    date: Date,
    /// The number of the preview; `None` for a version that is not a preview.
    preview: Option<u32>,
}

impl Version {
    /// The text as it is in addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn rank(&self) -> (Date, u32) {
        (self.date, self.preview.unwrap_or(u32::MAX))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank()).then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is not a version of a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a schema version such as `2022-03-01-preview3`")]
pub struct ParseVersionError(String);

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseVersionError(text.to_owned());
        let date: Date = text.get(..10).and_then(|date| date.parse().ok()).ok_or_else(error)?;
        let preview = match text.get(10..).unwrap_or_default() {
            "" => None,
            "-dev" => Some(0),
            rest => Some(rest.strip_prefix("-preview").and_then(|number| number.parse().ok()).ok_or_else(error)?),
        };
        Ok(Self { text: text.to_owned(), date, preview })
    }
}

/// The version that is written for each resource type.
///
/// The versions in public clients and in exports of real products differ from those that the reference lists; where they do, the one
/// that writes were seen to accept is here. Sources: product-ingestion-api.md; release-engineering/cloudpub `cloudpub/models/ms_azure.py`;
/// SUSE-Enceladus/azure-img-utils.
const KNOWN: [(&str, &str); 22] = [
    ("product", "2022-03-01-preview3"),
    ("plan", "2022-03-01-preview3"),
    ("property", "2022-03-01-preview3"),
    ("listing", "2022-03-01-preview3"),
    ("listing-asset", "2022-03-01-preview3"),
    ("listing-trailer", "2022-03-01-preview3"),
    ("plan-listing", "2022-03-01-preview3"),
    ("price-and-availability-offer", "2022-03-01-preview3"),
    ("price-and-availability-plan", "2022-03-01-preview4"),
    ("price-and-availability-custom-meter", "2022-03-01-preview3"),
    ("customer-leads", "2022-03-01-preview3"),
    ("reseller", "2022-03-01-preview2"),
    ("test-drive", "2022-03-01-preview2"),
    ("test-drive-listing", "2022-03-01-preview3"),
    ("commercial-marketplace-setup", "2022-03-01-preview2"),
    ("microsoft365-integration", "2022-03-01-preview2"),
    ("software-as-a-service-technical-configuration", "2022-03-01-preview3"),
    ("container-plan-technical-configuration", "2022-03-01-preview3"),
    ("core-virtual-machine-plan-technical-configuration", "2022-03-01-preview5"),
    ("virtual-machine-plan-technical-configuration", "2026-04-01-preview1"),
    ("submission", "2022-03-01-preview2"),
    ("configure", "2022-03-01-preview2"),
];

/// The versions of a run: the known ones, and those that the settings name instead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins(BTreeMap<String, Version>);

impl Pins {
    /// Versions by resource type that are written whatever the service returned.
    #[must_use]
    pub fn new(pins: BTreeMap<String, Version>) -> Self {
        Self(pins)
    }

    /// The version in which a resource of this type is written: the pinned one, or else the newer one of the known version and
    /// `returned`, the one in which the service returned the resource. `None` for a type of which neither is known.
    pub(super) fn written(&self, kind: &str, returned: Option<&str>) -> Option<Version> {
        if let Some(pinned) = self.0.get(kind) {
            return Some(pinned.clone());
        }
        let known = KNOWN.iter().find(|(name, _)| *name == kind).and_then(|(_, text)| text.parse().ok());
        let returned = returned.and_then(|text| text.parse().ok());
        known.max(returned)
    }

    /// The ceiling of every read: the newest version that is known of any type.
    pub(super) fn ceiling(&self) -> String {
        let known = KNOWN.iter().filter_map(|(_, text)| text.parse::<Version>().ok());
        let newest = known.chain(self.0.values().cloned()).max();
        newest.map_or_else(String::new, |version| version.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_date_and_number() {
        let ordered =
            ["2022-03-01-dev", "2022-03-01-preview2", "2022-03-01-preview10", "2022-03-01", "2026-04-01-preview1"];
        let parsed: Vec<Version> = ordered.iter().map(|text| text.parse().unwrap()).collect();
        assert!(parsed.is_sorted());
        for bad in ["", "2022", "2022-03-01preview2", "2022-03-01-preview", "2022-13-01", "2022-03-01-beta1"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_newer_version_is_kept_and_a_pinned_one_wins() {
        let written = |pins: &Pins, kind: &str, returned| pins.written(kind, returned).map(|version| version.text);
        let none = Pins::default();
        assert_eq!(written(&none, "listing", Some("2022-03-01-preview2")).unwrap(), "2022-03-01-preview3");
        assert_eq!(written(&none, "listing", Some("2022-03-01-preview5")).unwrap(), "2022-03-01-preview5");
        assert_eq!(written(&none, "new-type", Some("2030-01-01")).unwrap(), "2030-01-01");
        assert_eq!(written(&none, "new-type", None), None);
        let pinned = Pins::new([("listing".to_owned(), "2022-03-01-preview2".parse().unwrap())].into());
        assert_eq!(written(&pinned, "listing", Some("2022-03-01-preview5")).unwrap(), "2022-03-01-preview2");
        assert_eq!(none.ceiling(), "2026-04-01-preview1");
        assert!(KNOWN.iter().all(|(_, text)| text.parse::<Version>().is_ok()));
    }
}

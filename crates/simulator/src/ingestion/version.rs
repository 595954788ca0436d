//! Schema versions and the addresses of schemas: `https://{host}/schema/{type}/{version}`.
//!
//! A version is a date, optionally followed by `-preview{n}` or `-dev`. The sources give no order; the service returned
//! `2022-03-01-preview7` under the ceiling `2022-07-01`, so versions are ordered by date, then by stage.

use std::cmp::Ordering;

/// The host of schemas since 2024.
pub(super) const HOST: &str = "schema.mp.microsoft.com";
/// The host before that. Writes that name it were refused from 2025 on; answers still name it.
pub(super) const OLD_HOST: &str = "product-ingestion.azureedge.net";

/// A schema version that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(String);

impl Version {
    /// Reads a version; `None` if `text` does not have the form of one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, stage) = text.split_at_checked(10)?;
        let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        let is_stage = stage.is_empty()
            || stage == "-dev"
            || stage.strip_prefix("-preview").is_some_and(|number| number.parse::<u32>().is_ok());
        (is_date && is_stage).then(|| Self(text.to_owned()))
    }

    /// The version as it is written.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, u32) {
        let (date, stage) = self.0.split_at(10);
        let stage = match stage.strip_prefix("-preview") {
            Some(number) => number.parse().unwrap_or(0),
            None if stage.is_empty() => u32::MAX,
            None => 0,
        };
        (date, stage)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

/// The address of a schema, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SchemaUrl {
    /// Whether it is on the host that was replaced.
    pub(super) is_old: bool,
    /// The resource type.
    pub(super) kind: String,
    /// The version.
    pub(super) version: Version,
}

impl SchemaUrl {
    /// Reads the address of a schema. Blanks around it are ignored, as samples of the reference have them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (host, path) = text.trim().strip_prefix("https://")?.split_once('/')?;
        let is_old = match host {
            HOST => false,
            OLD_HOST => true,
            _ => return None,
        };
        let (kind, version) = path.strip_prefix("schema/")?.split_once('/')?;
        Some(Self { is_old, kind: kind.to_owned(), version: Version::parse(version)? })
    }
}

/// The address of the schema of `kind`.
pub(super) fn schema_url(is_old: bool, kind: &str, version: &str) -> String {
    format!("https://{}/schema/{kind}/{version}", if is_old { OLD_HOST } else { HOST })
}

#[cfg(test)]
mod tests {
    use super::{SchemaUrl, Version};

    #[test]
    fn versions_are_ordered_by_date_and_then_by_stage() {
        let in_order = [
            "2022-03-01-dev",
            "2022-03-01-preview2",
            "2022-03-01-preview10",
            "2022-03-01",
            "2022-07-01",
            "2026-04-01-preview1",
        ];
        let versions: Vec<Version> = in_order.iter().map(|text| Version::parse(text).unwrap()).collect();
        assert!(versions.is_sorted());
        for text in ["", "2022-03", "2022-03-01-previewX", "2022-03-01x", "latest"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_address_of_a_schema_has_one_of_two_hosts() {
        let new = SchemaUrl::parse(" https://schema.mp.microsoft.com/schema/plan/2022-03-01-preview2 ").unwrap();
        let old = SchemaUrl::parse("https://product-ingestion.azureedge.net/schema/plan/2022-03-01-preview2").unwrap();
        assert_eq!((new.kind.as_str(), new.version.text(), new.is_old), ("plan", "2022-03-01-preview2", false));
        assert!(old.is_old);
        assert!(SchemaUrl::parse("https://elsewhere.example/schema/plan/2022-03-01-preview2").is_none());
        assert!(SchemaUrl::parse("http://schema.mp.microsoft.com/schema/plan/2022-03-01-preview2").is_none());
    }
}

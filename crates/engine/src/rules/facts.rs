//! Facts of the service that are too long for code: markets with their currencies, categories with what is below them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::subject::OfferKind;

/// A market, and the currencies of prices for it, where there are any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Market {
    pub(super) currency: Option<&'static str>,
    pub(super) currency_v2: Option<&'static str>,
}

/// The markets, by their codes.
pub(super) static MARKETS: LazyLock<BTreeMap<&'static str, Market>> = LazyLock::new(|| {
    let known = |text: &'static str| Some(text).filter(|text| *text != "-");
    rows(include_str!("facts/markets.tsv"))
        .filter_map(|row| match row.as_slice() {
            [code, one, two] => Some((*code, Market { currency: known(one), currency_v2: known(two) })),
            _ => None,
        })
        .collect()
});

/// The categories of an offer type, and the keys below each.
pub(super) type Categories = BTreeMap<&'static str, Vec<&'static str>>;

/// The categories of virtual machines, and those of applications.
static CATEGORIES: LazyLock<BTreeMap<&'static str, Categories>> = LazyLock::new(|| {
    let mut types: BTreeMap<&'static str, Categories> = BTreeMap::new();
    for row in rows(include_str!("facts/categories.tsv")) {
        if let [kind, key, below] = row.as_slice() {
            types.entry(kind).or_default().insert(key, below.split(' ').collect());
        }
    }
    types
});

/// The categories that an offer of this type can have; `None` if they are not known.
pub(super) fn categories(kind: OfferKind) -> Option<&'static Categories> {
    CATEGORIES.get(match kind {
        OfferKind::VirtualMachine | OfferKind::CoreVirtualMachine => "virtual-machine",
        OfferKind::Application => "application",
        OfferKind::Other | OfferKind::Ingestion => return None,
    })
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_read_whole() {
        assert_eq!(MARKETS.len(), 142);
        assert_eq!(MARKETS["NO"].currency, Some("NOK"));
        assert_eq!(MARKETS["AF"].currency, None);
        assert_eq!(categories(OfferKind::VirtualMachine).unwrap().len(), 21);
        assert!(categories(OfferKind::Application).unwrap()["analytics-azure-apps"].contains(&"bigData"));
        assert!(categories(OfferKind::Other).is_none());
    }
}

//! Guards of who can see, buy and deploy a SKU.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{
    AUDIENCE_REMOVAL, AUDIENCE_SOURCE_CHANGED, CLOUD_WITHDRAWN, MARKET_ADDED, MARKET_REMOVAL, NATIONAL_CLOUD_WITHDRAWN,
    PRIVATE_TO_PUBLIC, PUBLIC_TO_PRIVATE, SKU_HIDDEN,
};
use super::evidence::{Evidence, Findings, Flag, Sides, Sku, members, same, texts, texts_or_text};
use crate::offer::canonical::{canonical_json, text};
use crate::offer::layout::{AUDIENCE, CLOUDS, HIDDEN, PRICE_BLOCKS, REGIONS, member};

/// The clouds that the pages forbid to withdraw from: public Azure and Azure Government.
const KEPT_CLOUDS: [&str; 4] = ["PublicAzure", "Fairfax", "azureGlobal", "azureGovernment"];

/// The names of the cloud of the government of the United States.
pub(super) const GOVERNMENT_CLOUDS: [&str; 2] = [KEPT_CLOUDS[1], KEPT_CLOUDS[3]];

/// The word for all markets there are.
const ALL_MARKETS: &str = "allMarkets";

/// The words that stand for many markets. Source: the schema price-and-availability-plan.
pub(super) const MANY_MARKETS: [&str; 2] = [ALL_MARKETS, "allTaxRemittedMarkets"];

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    for sku in evidence.skus() {
        markets(&sku, findings);
        audience(&sku, evidence.field(&sku, AUDIENCE), findings);
        clouds(&sku, evidence.field(&sku, CLOUDS), findings);
        let hidden = evidence.field(&sku, HIDDEN);
        if hidden.changes() && Flag::of(hidden.before) != Flag::Set && Flag::of(hidden.after) != Flag::Clear {
            findings.trip(&SKU_HIDDEN, hidden.published, &sku.target, String::new());
        }
    }
}

fn markets(sku: &Sku<'_>, findings: &mut Findings) {
    let sides = [sku.sides.live, sku.sides.before].map(sold_in);
    let named: BTreeSet<String> = sides.into_iter().chain([left_in(sku.sides.after)]).flatten().collect();
    // Whoever sells everywhere sells in each of the markets that have a name.
    let of = |mut markets: BTreeSet<String>| {
        if markets.contains(ALL_MARKETS) {
            markets.extend(named.iter().cloned());
        }
        markets
    };
    let (sold_in, left_in) = (|side| of(sold_in(side)), |side| of(left_in(side)));
    let loss = sku.sides.lost(sold_in, left_in);
    let words = if loss.gone.iter().any(|market| market == ALL_MARKETS) {
        "it was sold in all markets, and will be in those that are listed".to_owned()
    } else {
        loss.words(String::as_str, ("market", "markets"))
    };
    for market in &loss.gone {
        let target = format!("{}/{market}", sku.target);
        findings.trip(&MARKET_REMOVAL, sku.sides.published, target, words.clone());
    }
    let (live, before) = (sold_in(sku.sides.live), sold_in(sku.sides.before));
    for market in left_in(sku.sides.after).difference(&before).filter(|market| !live.contains(*market)) {
        findings.trip(&MARKET_ADDED, sku.sides.published, format!("{}/{market}", sku.target), String::new());
    }
}

/// The markets that a SKU is sold in as it is.
pub(super) fn sold_in(sku: Option<&Value>) -> BTreeSet<String> {
    sold(sku, texts_or_text, |enabled| enabled != Some(&Value::Bool(false)))
}

/// The markets that a SKU will be sold in for certain.
fn left_in(sku: Option<&Value>) -> BTreeSet<String> {
    sold(sku, texts, |enabled| enabled.is_none_or(|enabled| *enabled == Value::Bool(true)))
}

/// Whether one of `markets` is this one.
pub(super) fn is_sold_in(markets: &BTreeSet<String>, market: &str) -> bool {
    markets.contains(market) || markets.contains(ALL_MARKETS)
}

/// The markets a SKU is sold in: those that all of its lists name. Monthly prices have lists of their own, and can be
/// switched off market by market (the types of chef/azure-marketplace-publisher).
fn sold(
    sku: Option<&Value>,
    list: fn(Option<&Value>) -> BTreeSet<String>,
    is_on: fn(Option<&Value>) -> bool,
) -> BTreeSet<String> {
    let Some(sku) = sku else { return BTreeSet::new() };
    let mut sold = list(member(sku, REGIONS.name));
    for block in PRICE_BLOCKS[1].into_iter().filter_map(|block| member(sku, block)) {
        if let Some(regions) = member(block, "regions") {
            let priced = list(Some(regions));
            sold.retain(|market| priced.contains(market));
        }
        let off = members(member(block, "regionPrices")).filter(|(_, price)| !is_on(member(price, "enabled")));
        for (market, _) in off {
            sold.remove(market);
        }
    }
    sold
}

fn audience(sku: &Sku<'_>, sides: Sides<'_>, findings: &mut Findings) {
    if sku.sides.live.is_some() && !sides.changes() {
        return;
    }
    let (before, after) = (Source::of(sides.before), Source::of(sides.after));
    match (before, after) {
        // What cannot be read is everybody where that is the worst, and somebody only where that is.
        (Source::Everybody, Source::Everybody) | (Source::Unreadable, Source::Unreadable) => {}
        (Source::Unreadable, Source::Everybody) | (Source::Manual | Source::Csv, Source::Unreadable) => {
            findings.trip(&PRIVATE_TO_PUBLIC, sides.published, &sku.target, String::new());
        }
        (Source::Everybody | Source::Unreadable, _) => {
            findings.trip(&PUBLIC_TO_PRIVATE, sides.published, &sku.target, String::new());
        }
        (_, Source::Everybody) => findings.trip(&PRIVATE_TO_PUBLIC, sides.published, &sku.target, String::new()),
        (before, after) if before != after => {
            let detail = format!("{} -> {}", before.name(), after.name());
            findings.trip(&AUDIENCE_SOURCE_CHANGED, sides.published, &sku.target, detail);
        }
        (Source::Csv, Source::Csv) => {
            let files = sides.member(CSV);
            if !same(files.before, files.after) {
                let detail = "the audience in the other file is unknown".to_owned();
                findings.trip(&AUDIENCE_REMOVAL, sides.published, format!("{}/{CSV}", sku.target), detail);
            }
        }
        _ => {
            let loss = sides.lost(entries, entries);
            let words = loss.words(Entry::name, ("entry", "entries"));
            for entry in &loss.gone {
                let target = format!("{}/{}", sku.target, entry.name());
                findings.trip(&AUDIENCE_REMOVAL, sides.published, target, words.clone());
            }
        }
    }
}

const CSV: &str = "uploadedCsvUri";

const ENTRIES: &str = "manualEntries";

/// Says that an audience is one even if it is empty.
pub(super) const PRIVATE: &str = "product-ingestion.private";

/// Where the audience of a SKU comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Everybody,
    Manual,
    Csv,
    /// Neither a list by hand nor the address of a file.
    Unreadable,
}

impl Source {
    fn of(audience: Option<&Value>) -> Self {
        let Some(audience) = audience else { return Self::Everybody };
        let csv = member(audience, CSV).is_some_and(|uri| uri.as_str() != Some(""));
        match member(audience, ENTRIES) {
            _ if !audience.is_object() => Self::Unreadable,
            _ if csv => Self::Csv,
            None => Self::Everybody,
            Some(Value::Array(entries)) if entries.is_empty() && member(audience, PRIVATE).is_none() => Self::Everybody,
            Some(Value::Array(_)) => Self::Manual,
            Some(_) => Self::Unreadable,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Manual => "list by hand",
            Self::Csv => "CSV file",
            Self::Unreadable => "no readable value",
        }
    }
}

/// An entry of an audience: its id, and what else tells whom the id means. One without an id goes by its whole text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    id: String,
    of: String,
}

impl Entry {
    fn name(&self) -> &str {
        &self.id
    }
}

fn entries(audience: Option<&Value>) -> BTreeSet<Entry> {
    let entries = audience.and_then(|audience| member(audience, ENTRIES)).and_then(Value::as_array);
    let entry = |entry: &Value| match entry.get("id").and_then(Value::as_str) {
        Some(id) => Entry { id: id.to_owned(), of: entry.get("type").map(canonical_json).unwrap_or_default() },
        None => Entry { id: text(entry).into_owned(), of: String::new() },
    };
    entries.into_iter().flatten().map(entry).collect()
}

fn clouds(sku: &Sku<'_>, sides: Sides<'_>, findings: &mut Findings) {
    let loss = sides.lost(texts_or_text, texts);
    for cloud in &loss.gone {
        let kind = if KEPT_CLOUDS.iter().any(|kept| kept.eq_ignore_ascii_case(cloud)) {
            &CLOUD_WITHDRAWN
        } else {
            &NATIONAL_CLOUD_WITHDRAWN
        };
        findings.trip(kind, sku.sides.published, format!("{}/{cloud}", sku.target), String::new());
    }
}

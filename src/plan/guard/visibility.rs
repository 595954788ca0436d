//! Guards of who can see, buy and deploy a SKU.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{
    AUDIENCE_REMOVAL, AUDIENCE_SOURCE_CHANGED, CLOUD_WITHDRAWN, MARKET_ADDED, MARKET_REMOVAL, NATIONAL_CLOUD_WITHDRAWN,
    PRIVATE_TO_PUBLIC, PUBLIC_TO_PRIVATE, SKU_HIDDEN,
};
use super::evidence::{Evidence, Findings, Sku, member, members, texts};

/// The clouds that the pages forbid to withdraw from: public Azure and Azure Government.
const KEPT_CLOUDS: [&str; 2] = ["PublicAzure", "Fairfax"];

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    for sku in evidence.skus() {
        markets(&sku, findings);
        audience(&sku, findings);
        clouds(&sku, findings);
        let hidden = sku.sides.member("hideSKUForSolutionTemplate");
        if hidden.changes() && hidden.after == Some(&Value::Bool(true)) {
            findings.trip(&SKU_HIDDEN, hidden.published, &sku.target, String::new());
        }
    }
}

fn markets(sku: &Sku<'_>, findings: &mut Findings) {
    let loss = sku.sides.lost(sold_in);
    let words = loss.words(("market", "markets"));
    for market in &loss.gone {
        let target = format!("{}/{market}", sku.target);
        findings.trip(&MARKET_REMOVAL, sku.sides.published, target, words.clone());
    }
    let (live, before) = (sold_in(sku.sides.live), sold_in(sku.sides.before));
    for market in sold_in(sku.sides.after).difference(&before).filter(|market| !live.contains(*market)) {
        findings.trip(&MARKET_ADDED, sku.sides.published, format!("{}/{market}", sku.target), String::new());
    }
}

/// The markets a SKU is sold in: those that all of its lists name. Monthly prices have lists of their own, and can be
/// switched off market by market (the types of chef/azure-marketplace-publisher).
fn sold_in(sku: Option<&Value>) -> BTreeSet<String> {
    let Some(sku) = sku else { return BTreeSet::new() };
    let mut sold = texts(member(sku, "regions"));
    for block in ["monthlyPricing", "monthlyPricingV2"].into_iter().filter_map(|block| member(sku, block)) {
        if member(block, "regions").is_some() {
            let priced = texts(member(block, "regions"));
            sold.retain(|market| priced.contains(market));
        }
        let off = members(member(block, "regionPrices")).filter(|(_, price)| price["enabled"] == Value::Bool(false));
        for (market, _) in off {
            sold.remove(market);
        }
    }
    sold
}

fn audience(sku: &Sku<'_>, findings: &mut Findings) {
    let sides = sku.sides.member("restrictedAudience");
    let (live, before, after) = (Source::of(sides.live), Source::of(sides.before), Source::of(sides.after));
    if live == after && sku.sides.live.is_some() && !sides.changes() {
        return;
    }
    match (before, after) {
        (Source::Everybody, Source::Everybody) => {}
        (Source::Everybody, _) => findings.trip(&PUBLIC_TO_PRIVATE, sides.published, &sku.target, String::new()),
        (_, Source::Everybody) => findings.trip(&PRIVATE_TO_PUBLIC, sides.published, &sku.target, String::new()),
        (before, after) if before != after => {
            let detail = format!("{} -> {}", before.name(), after.name());
            findings.trip(&AUDIENCE_SOURCE_CHANGED, sides.published, &sku.target, detail);
        }
        _ => {
            let loss = sides.lost(entries);
            let words = loss.words(("entry", "entries"));
            for entry in &loss.gone {
                findings.trip(&AUDIENCE_REMOVAL, sides.published, format!("{}/{entry}", sku.target), words.clone());
            }
        }
    }
}

/// Where the audience of a SKU comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Everybody,
    Manual,
    Csv,
}

impl Source {
    fn of(audience: Option<&Value>) -> Self {
        let Some(audience) = audience else { return Self::Everybody };
        let csv = member(audience, "uploadedCsvUri").and_then(Value::as_str).is_some_and(|uri| !uri.is_empty());
        match member(audience, "manualEntries").and_then(Value::as_array) {
            _ if csv => Self::Csv,
            Some(entries) if !entries.is_empty() => Self::Manual,
            _ => Self::Everybody,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Manual => "list by hand",
            Self::Csv => "CSV file",
        }
    }
}

fn entries(audience: Option<&Value>) -> BTreeSet<String> {
    let entries = audience.and_then(|audience| member(audience, "manualEntries")).and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| entry.get("id")?.as_str()).map(str::to_owned).collect()
}

fn clouds(sku: &Sku<'_>, findings: &mut Findings) {
    let loss = sku.sides.member("cloudAvailability").lost(texts);
    for cloud in &loss.gone {
        let kind = if KEPT_CLOUDS.contains(&cloud.as_str()) { &CLOUD_WITHDRAWN } else { &NATIONAL_CLOUD_WITHDRAWN };
        findings.trip(kind, sku.sides.published, format!("{}/{cloud}", sku.target), String::new());
    }
}

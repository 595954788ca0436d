//! The prices in a price block, and in which ways it gives them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::evidence::{members, texts};
use super::ingestion::MODEL;
use crate::offer::canonical::text;
use crate::offer::layout::member;
use crate::offer::price::PRICE_SHEET;

/// The currency of each market that has prices of its own.
pub(super) fn currencies(block: Option<&Value>) -> BTreeMap<&str, String> {
    let markets = members(block.and_then(|block| member(block, "regionPrices")));
    let currency = |price: &Value| member(price, "currency").map_or("none".to_owned(), |text| self::text(text).into());
    markets.map(|(market, price)| (market.as_str(), currency(price))).collect()
}

pub(super) fn has_words(block: Option<&Value>) -> bool {
    block.is_some_and(|block| member(block, MODEL).is_some())
}

/// In which ways a block gives prices.
pub(super) fn methods(block: Option<&Value>) -> BTreeSet<String> {
    let mut methods = BTreeSet::new();
    let Some(block) = block else { return methods };
    if has_words(Some(block)) {
        return texts(member(block, MODEL));
    }
    for multiplier in MULTIPLIERS.into_iter().filter_map(|name| member(block, name)) {
        let currency = member(multiplier, "currency").map(text).unwrap_or_default();
        for way in ["single", "individually"].into_iter().filter(|way| member(multiplier, way).is_some()) {
            let way = if way == "single" { "one price" } else { "a price for each size" };
            methods.insert(format!("{way} {currency}").trim_end().to_owned());
        }
    }
    // A price sheet comes back as the prices that were read from it.
    let sheet = member(block, PRICE_SHEET).is_some_and(|sheet| member(sheet, "uri").is_some());
    if sheet || prices(Some(block)).keys().any(|(market, _)| market.is_some()) {
        methods.insert("prices by market".to_owned());
    }
    methods
}

/// The members of a block that hold prices for all markets, by hour or by month.
const MULTIPLIERS: [&str; 2] = ["coreMultiplier", "multiplier"];

/// A value that stands where a price does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Amount<'a> {
    Is(&'a Number),
    Unreadable(&'a Value),
}

impl<'a> Amount<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::Number(number) => Self::Is(number),
            other => Self::Unreadable(other),
        }
    }

    pub(super) fn number(self) -> Option<&'a Number> {
        match self {
            Self::Is(number) => Some(number),
            Self::Unreadable(_) => None,
        }
    }

    pub(super) fn value(self) -> Value {
        match self {
            Self::Is(number) => Value::Number(number.clone()),
            Self::Unreadable(value) => value.clone(),
        }
    }
}

/// Prices by market, `None` for all, and what they are the prices of. The names are those of the block.
pub(super) type Prices<'a> = BTreeMap<(Option<&'a str>, &'a str), Amount<'a>>;

pub(super) fn prices(block: Option<&Value>) -> Prices<'_> {
    let mut prices = BTreeMap::new();
    let Some(block) = block else { return prices };
    if !block.is_object() {
        prices.insert((None, "prices"), Amount::Unreadable(block));
    }
    for (name, multiplier) in MULTIPLIERS.into_iter().filter_map(|name| Some((name, member(block, name)?))) {
        if !multiplier.is_object() {
            prices.insert((None, name), Amount::Unreadable(multiplier));
        }
        if let Some(price) = member(multiplier, "single") {
            prices.insert((None, "single"), Amount::of(price));
        }
        match member(multiplier, "individually") {
            Some(sizes @ Value::Object(_)) => {
                let sizes = members(Some(sizes)).map(|(size, price)| ((None, size.as_str()), Amount::of(price)));
                prices.extend(sizes);
            }
            Some(other) => drop(prices.insert((None, "individually"), Amount::Unreadable(other))),
            None => {}
        }
    }
    match member(block, "regionPrices") {
        Some(markets @ Value::Object(_)) => {
            members(Some(markets)).for_each(|(market, inner)| by_market(market, inner, "single", &mut prices));
        }
        Some(other) => drop(prices.insert((None, "regionPrices"), Amount::Unreadable(other))),
        None => {}
    }
    prices
}

/// What stands beside the prices of a market.
const BESIDE_PRICES: [&str; 2] = ["currency", "enabled"];

/// Every value below a market that is no setting. The inside of virtual machines' prices by market is not public.
fn by_market<'a>(market: &'a str, value: &'a Value, unit: &'a str, prices: &mut Prices<'a>) {
    match value {
        Value::Object(_) => {
            for (key, value) in members(Some(value)).filter(|(key, _)| !BESIDE_PRICES.contains(&key.as_str())) {
                by_market(market, value, if key == "price" { unit } else { key }, prices);
            }
        }
        price => drop(prices.insert((Some(market), unit), Amount::of(price))),
    }
}

pub(super) fn currency(block: Option<&Value>, market: Option<&str>) -> Option<String> {
    let block = block?;
    let text = |value: &Value| Some(value.get("currency")?.as_str()?.to_owned());
    match market {
        Some(market) => text(block.get("regionPrices")?.get(market)?),
        None => MULTIPLIERS.into_iter().find_map(|name| text(block.get(name)?)),
    }
}

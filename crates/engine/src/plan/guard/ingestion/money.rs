//! The prices of a plan.
//!
//! Every amount gets a name, such as `recurrentPrice 1 month` or the size of a virtual machine, and stands in one price block: for
//! all markets in a multiplier, for single markets below the market. The ways in which prices are given stand beside it as words.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{PRICE_AND_AVAILABILITY, part, unreadable};
use crate::offer::canonical::text;
use crate::offer::layout::{PRICE_BLOCKS, member};

/// The ways in which a block gives prices, as words.
pub(in crate::plan::guard) const MODEL: &str = "product-ingestion.model";

/// What customers save by paying for longer.
const RESERVATION: &str = "softwareReservation ";

/// What is included in a price: the less, the dearer.
const INCLUDED: [&str; 2] = ["includedQuantities ", RESERVATION];

/// Whether a unit tells what customers save.
pub(in crate::plan::guard) fn is_saved(unit: &str) -> bool {
    unit.starts_with(RESERVATION)
}

/// Whether a unit tells what customers get for a price, and not the price.
pub(in crate::plan::guard) fn is_included(unit: &str) -> bool {
    INCLUDED.iter().any(|prefix| unit.starts_with(prefix))
}

/// A plan of this API with its prices in a block; anything else as it is.
pub(in crate::plan::guard) fn sku_with_prices(sku: &Value) -> Cow<'_, Value> {
    let mut form = Map::new();
    put_prices(sku, &mut |key, value| form.extend(value.map(|value| (key.to_owned(), value))));
    if form.is_empty() { Cow::Borrowed(sku) } else { Cow::Owned(Value::Object(form)) }
}

pub(super) fn put_prices(plan: &Value, put: &mut dyn FnMut(&str, Option<Value>)) {
    let Some(sold) = member(plan, PRICE_AND_AVAILABILITY) else { return };
    let pricing = part(sold, "pricing");
    let reservations = if sold.is_object() { member(sold, "softwareReservation") } else { None };
    let block = match pricing {
        Some(Value::Object(pricing)) => {
            let mut prices = Prices::default();
            for (section, value) in pricing.iter().filter(|(_, value)| !value.is_null()) {
                prices.section(section, value);
            }
            prices.reservations(reservations);
            Some(prices.block(pricing.get("licenseModel").filter(|model| !model.is_null())))
        }
        other => other.cloned(),
    };
    put(PRICE_BLOCKS[0][0], block);
}

/// The prices of one market.
#[derive(Debug, Default)]
struct Market {
    currencies: BTreeSet<String>,
    amounts: Map<String, Value>,
}

#[derive(Debug, Default)]
struct Prices {
    model: BTreeSet<String>,
    sizes: Map<String, Value>,
    everywhere: Map<String, Value>,
    markets: BTreeMap<String, Market>,
}

impl Prices {
    fn block(self, licence: Option<&Value>) -> Value {
        let mut block = json!({MODEL: self.model});
        let mut put = |key: &str, value: Value| block[key] = value;
        match licence.map(|licence| (licence, licence.as_str())) {
            None => {}
            Some((_, Some("byol"))) => put("isByol", json!(true)),
            Some((_, Some("payAsYouGo"))) => put("isByol", json!(false)),
            Some((other, _)) => put("isByol", unreadable(other)),
        }
        if !self.sizes.is_empty() {
            put("coreMultiplier", json!({"individually": self.sizes}));
        }
        if !self.everywhere.is_empty() {
            put("multiplier", json!({"individually": self.everywhere}));
        }
        if !self.markets.is_empty() {
            let market = |market: Market| {
                let currencies: Vec<String> = market.currencies.into_iter().collect();
                let mut prices = market.amounts;
                if !currencies.is_empty() {
                    prices.insert("currency".to_owned(), currencies.join(" and ").into());
                }
                Value::Object(prices)
            };
            let markets = self.markets.into_iter().map(|(name, prices)| (name, market(prices)));
            put("regionPrices", Value::Object(markets.collect()));
        }
        block
    }

    /// An amount, for all markets or for one.
    fn put(&mut self, market: Option<&str>, unit: &str, amount: &Value) {
        let amounts = match market {
            Some(market) => &mut self.markets.entry(market.to_owned()).or_default().amounts,
            None => &mut self.everywhere,
        };
        insert(amounts, unit, amount);
    }

    fn section(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("licenseModel", _) => {}
            ("corePricing", Value::Object(_)) => self.core(value),
            ("recurrentPrice", Value::Object(_)) => self.recurrent(value),
            ("customMeters", Value::Object(_)) => self.meters(value),
            (name, value) => self.other(name, value),
        }
    }

    /// Virtual machines: one price, one for each core, or one for each size. The option and what is there belong together, so the
    /// two are one way.
    fn core(&mut self, core: &Value) {
        let option = member(core, "priceInputOption").map(text).filter(|option| option != "free");
        let mut ways: BTreeSet<String> = option.map(Cow::into_owned).into_iter().collect();
        for (key, value) in present(core) {
            let way = match (key.as_str(), value) {
                ("priceInputOption", _) => continue,
                ("price", _) => "flat",
                ("pricePerCore", _) => "perCore",
                ("pricePerCoreSize", _) => "perCoreSize",
                ("prices", _) => "perMarketAndCoreSize",
                (other, value) => {
                    self.other(other, value);
                    continue;
                }
            };
            ways.insert(way.to_owned());
            match (way, value) {
                ("perCoreSize", Value::Object(_)) => {
                    present(value).for_each(|(size, price)| insert(&mut self.sizes, size, price));
                }
                ("perMarketAndCoreSize", _) => self.by_market("", value),
                (way, value) => self.put(None, way, value),
            }
        }
        if !ways.is_empty() {
            self.model.insert(ways.into_iter().collect::<Vec<_>>().join(" and "));
        }
    }

    /// A fee for each billing term, for everybody or for each user.
    fn recurrent(&mut self, recurrent: &Value) {
        for (key, value) in present(recurrent) {
            match (key.as_str(), value) {
                ("priceInputOption" | "recurrentPriceMode", word) => {
                    self.model.insert(format!("recurrentPrice {}", text(word)));
                }
                ("userLimits", _) => {}
                ("prices", Value::Array(terms)) => terms.iter().for_each(|price| self.term(price)),
                (key, value) => self.other(&format!("recurrentPrice {key}"), value),
            }
        }
    }

    fn term(&mut self, price: &Value) {
        let of = |key| member(price, key).map_or_else(String::new, term);
        let unit = match of("paymentOption") {
            payment if payment.is_empty() => format!("recurrentPrice {}", of("billingTerm")),
            payment => format!("recurrentPrice {} paid by {payment}", of("billingTerm")),
        };
        self.model.insert(unit.clone());
        self.amounts(&unit, price, &["billingTerm", "paymentOption"]);
    }

    fn meters(&mut self, meters: &Value) {
        for (key, value) in present(meters) {
            match (key.as_str(), value) {
                ("priceInputOption", word) => drop(self.model.insert(format!("customMeters {}", text(word)))),
                ("meters", Value::Object(_)) => present(value).for_each(|(id, meter)| self.meter(id, meter)),
                (key, value) => self.other(&format!("customMeters {key}"), value),
            }
        }
    }

    fn meter(&mut self, id: &str, meter: &Value) {
        let unit = format!("customMeters {id}");
        self.model.insert(unit.clone());
        self.amounts(&unit, meter, &["includedQuantities"]);
        match member(meter, "includedQuantities") {
            None => {}
            Some(Value::Array(included)) => {
                for included in included {
                    let unit = format!(
                        "includedQuantities {id} {}",
                        member(included, "billingTerm").map_or_else(String::new, term)
                    );
                    self.model.insert(unit.clone());
                    if member(included, "isInfinite") == Some(&Value::Bool(true)) {
                        self.model.insert(format!("{unit} without a limit"));
                    } else {
                        self.put(None, &unit, member(included, "quantity").unwrap_or(&Value::Null));
                    }
                }
            }
            Some(other) => self.put(None, &format!("includedQuantities {id}"), other),
        }
    }

    /// The amounts of an object with one price, or with one for each market.
    fn amounts(&mut self, unit: &str, prices: &Value, aside: &[&str]) {
        if !prices.is_object() {
            self.put(None, unit, prices);
        }
        for (key, value) in present(prices).filter(|(key, _)| !aside.contains(&key.as_str())) {
            match key.as_str() {
                "pricePerPaymentInUsd" | "price" => self.put(None, unit, value),
                "prices" => self.by_market(unit, value),
                key => self.other(&format!("{unit} {key}"), value),
            }
        }
    }

    /// A list of prices, each for the markets that it names.
    fn by_market(&mut self, unit: &str, prices: &Value) {
        let named = |rest: &str| if unit.is_empty() { rest.to_owned() } else { format!("{unit} {rest}") };
        let Some(entries) = prices.as_array() else { return self.put(None, &named("prices"), prices) };
        for entry in entries {
            let markets: Vec<Option<String>> = match member(entry, "markets") {
                None => vec![None],
                Some(Value::Array(markets)) => markets.iter().map(|market| Some(text(market).into_owned())).collect(),
                Some(other) => vec![Some(text(other).into_owned())],
            };
            for market in markets {
                let market = market.as_deref();
                if let (Some(name), Some(currency)) = (market, member(entry, "currency")) {
                    let currencies = &mut self.markets.entry(name.to_owned()).or_default().currencies;
                    currencies.insert(text(currency).into_owned());
                }
                if !entry.is_object() {
                    self.put(market, &named("prices"), entry);
                }
                for (key, value) in present(entry).filter(|(key, _)| !["markets", "currency"].contains(&key.as_str())) {
                    match (key.as_str(), value) {
                        ("prices", Value::Object(_)) => {
                            present(value).for_each(|(size, price)| self.put(market, &named(size), price));
                        }
                        ("price", _) => self.put(market, if unit.is_empty() { "flat" } else { unit }, value),
                        (key, value) => self.put(market, &named(key), value),
                    }
                }
            }
        }
    }

    /// A part of the pricing that is not known by name: each number is a price.
    fn other(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(_) => {
                for (key, value) in present(value) {
                    match key.as_str() {
                        "priceInputOption" => drop(self.model.insert(format!("{name} {}", text(value)))),
                        "price" => self.put(None, name, value),
                        "prices" if value.is_array() => self.by_market(name, value),
                        key => self.other(&format!("{name} {key}"), value),
                    }
                }
            }
            Value::Array(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.other(&format!("{name} {}", position + 1), element);
                }
            }
            Value::Number(_) => self.put(None, name, value),
            // A word where an object or a price belongs.
            other if ["corePricing", "recurrentPrice", "customMeters", "systemMeterPricing"].contains(&name) => {
                self.put(None, name, other);
            }
            other if name.split(' ').next_back().is_some_and(|key| key.starts_with("price")) => {
                self.put(None, name, other);
            }
            _ => {}
        }
    }

    /// What customers save by paying for a year or more.
    fn reservations(&mut self, reservations: Option<&Value>) {
        match reservations {
            None => {}
            Some(Value::Array(all)) => {
                for reservation in all {
                    let [kind, count] =
                        ["type", "term"].map(|key| member(reservation, key).map(text).unwrap_or_default());
                    let unit = format!("{RESERVATION}{count} {kind}");
                    self.put(None, &unit, member(reservation, "percentageSave").unwrap_or(&Value::Null));
                }
            }
            Some(other) => self.put(None, RESERVATION, other),
        }
    }
}

/// Two amounts for the same are both seen.
fn insert(amounts: &mut Map<String, Value>, unit: &str, amount: &Value) {
    let mut name = unit.to_owned();
    let mut count = 1;
    while amounts.contains_key(&name) {
        count += 1;
        name = format!("{unit} ({count})");
    }
    amounts.insert(name, amount.clone());
}

/// The members of an object that are not `null`.
fn present(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null())
}

/// `1 month`
fn term(term: &Value) -> String {
    match (member(term, "value"), member(term, "type")) {
        (Some(value), Some(kind)) => format!("{} {}", text(value), text(kind)),
        _ => text(term).into_owned(),
    }
}

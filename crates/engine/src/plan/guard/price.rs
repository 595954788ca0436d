//! Guards of money: prices, licence and pricing model, and the table of what becomes dearer or cheaper.

use std::cell::LazyCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::catalogue::{
    CORE_SIZES_MISSING, FREE_TO_PAID, LICENCE_CHANGED, PRICE_CHANGE_EXCLUDED, PRICE_CHANGE_MIXED, PRICE_LOWERED,
    PRICE_RAISED, PRICE_SHEET_CHANGED, PRICING_MODEL_CHANGED, REGION_PRICES_ONE_BLOCK,
};
use super::evidence::{Evidence, Findings, Flag, Sides, Sku, members, same, texts};
use super::ingestion::{is_included, is_saved, sku_with_prices};
use super::price_block::{Amount, Prices, currencies, currency, has_words, methods, prices};
use super::visibility::{GOVERNMENT_CLOUDS, is_sold_in, sold_in};
use crate::offer::canonical::{compare_numbers, text};
use crate::offer::layout::{CLOUDS, HIDDEN, PRICE_BLOCKS as BLOCKS, member};
use crate::offer::price::{CORE_SIZES, PRICE_SHEET};

/// How many names a detail lists.
const NAMED: usize = 5;

/// One price that changes for customers, or in the draft if it was never published.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceChange {
    /// The id of the SKU.
    pub sku: String,
    /// The market it holds in; `None` for all.
    pub market: Option<String>,
    /// What it is the price of: a core size, a core (`single`), or whatever the block calls it.
    pub unit: String,
    /// The currency, if the block names it.
    pub currency: Option<String>,
    /// The price before; `None` if there was none.
    pub before: Option<Number>,
    /// The price after; `None` if there will be none.
    pub after: Option<Number>,
    /// The code of the guard that it trips.
    pub guard: Option<&'static str>,
}

/// A price as a SKU has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// The market it holds in; `None` for all.
    pub market: Option<String>,
    /// What it is the price of, as in [`PriceChange`].
    pub unit: String,
    /// The currency, if the block names it.
    pub currency: Option<String>,
    /// The amount, with the digits of the document.
    pub amount: Number,
}

/// The prices of a SKU, given as it stands in `plans`; none if a price sheet has them. What is written twice, for both of a pair
/// of blocks, is there once.
#[must_use]
pub fn prices_of(sku: &Value) -> Vec<Price> {
    let sku = sku_with_prices(sku);
    let blocks = BLOCKS.iter().filter_map(|[one, two]| member(&sku, one).or_else(|| member(&sku, two)));
    let of = |block| {
        prices(Some(block)).into_iter().filter_map(move |((market, unit), amount)| {
            let Amount::Is(amount) = amount else { return None };
            if is_included(unit) {
                return None;
            }
            let currency = currency(Some(block), market);
            Some(Price { market: market.map(str::to_owned), unit: unit.to_owned(), currency, amount: amount.clone() })
        })
    };
    blocks.flat_map(of).collect()
}

impl PriceChange {
    /// By how many percent it changes; `None` if it comes, goes, or was free.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        let (before, after) = (self.before.as_ref()?.as_f64()?, self.after.as_ref()?.as_f64()?);
        (before > 0.0).then(|| (after - before) / before * 100.0)
    }

    /// The percentage with its sign and one digit, such as `+33.3 %`; empty if there is none.
    #[must_use]
    pub fn percent_text(&self) -> String {
        self.percent().map_or_else(String::new, |percent| format!("{percent:+.1} %"))
    }

    /// By how much it changes, and the code of the guard that this trips, such as `+100.0 % (price-raised)`.
    #[must_use]
    pub fn remark(&self) -> String {
        let guard = self.guard.map(|code| format!("({code})"));
        let parts = [Some(self.percent_text()).filter(|text| !text.is_empty()), guard];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn direction(&self) -> Option<Direction> {
        if is_included(&self.unit) {
            let before = self.before.as_ref()?;
            let Some(after) = &self.after else { return is_saved(&self.unit).then_some(Direction::Up) };
            return match compare_numbers(after, before) {
                Some(Ordering::Equal) => None,
                Some(Ordering::Greater) => Some(Direction::Down),
                Some(Ordering::Less) | None => Some(Direction::Up),
            };
        }
        let zero = Number::from(0);
        let is_free = |price: &Number| compare_numbers(price, &zero) == Some(Ordering::Equal);
        match (self.before.as_ref(), self.after.as_ref()?) {
            (None, after) if is_free(after) => None,
            (None, _) => Some(Direction::New),
            (Some(before), after) => match compare_numbers(after, before) {
                Some(Ordering::Equal) => None,
                Some(Ordering::Less) => Some(Direction::Down),
                Some(Ordering::Greater) if is_free(before) => Some(Direction::FromFree),
                // What is too large to be compared is taken to be dearer.
                Some(Ordering::Greater) | None => Some(Direction::Up),
            },
        }
    }

    fn words(&self) -> String {
        let number = |price: &Option<Number>| price.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        let market = self.market.as_ref().map_or_else(String::new, |market| format!("{market} "));
        let percent = match self.percent_text() {
            text if text.is_empty() => text,
            text => format!(" ({text})"),
        };
        format!("{market}{} {} -> {}{percent}", self.unit, number(&self.before), number(&self.after))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
    FromFree,
    /// There was no price before.
    New,
}

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) -> Vec<PriceChange> {
    let mut prices = Vec::new();
    for sku in evidence.skus() {
        let mut found = sku_prices(&sku);
        judge_prices(evidence, &sku, &mut found, findings);
        missing_sizes(&sku, findings);
        missing_in_markets(&sku, findings);
        price_sheet(evidence, &sku, findings);
        prices.extend(found.changes);
    }
    region_prices(evidence, findings);
    if prices.iter().any(|price| price.direction().is_some()) && edits_more_than_prices(evidence) {
        findings.trip(&PRICE_CHANGE_MIXED, evidence.published, evidence.address(), String::new());
    }
    prices
}

/// The sides of one price block. The service fills in the other of a pair, so where one is missing the other stands for
/// it.
fn block<'a>(sku: &Sku<'a>, pair: [&str; 2]) -> Sides<'a> {
    sku.sides.map(|sku| member(sku, pair[0]).or_else(|| member(sku, pair[1])))
}

/// What becomes of the prices of a SKU.
#[derive(Debug, Default)]
struct SkuPrices {
    /// What changes, if the licence does.
    licence: Option<String>,
    /// What changes, if the way in which prices are given does.
    model: Option<String>,
    changes: Vec<PriceChange>,
    /// Places where there is something that is not a price.
    unreadable: Vec<String>,
}

/// Licence and model, and the prices that change.
fn sku_prices(sku: &Sku<'_>) -> SkuPrices {
    let mut found = SkuPrices::default();
    for [one, two] in BLOCKS {
        for sides in [block(sku, [one, two]), block(sku, [two, one])] {
            if !sides.changes() {
                continue;
            }
            found.licence = licence(sides).or(found.licence);
            found.model = model(sides).or(found.model);
            for change in differences(sku.id, sides) {
                if !found.changes.contains(&change) {
                    found.changes.push(change);
                }
            }
            for place in unreadable(sides) {
                if !found.unreadable.contains(&place) {
                    found.unreadable.push(place);
                }
            }
        }
    }
    // Another licence or model is more than another price: single prices do not compare.
    if found.licence.is_some() || found.model.is_some() {
        found.changes.retain(|change| change.before.is_none() || change.after.is_none());
    }
    found
}

fn licence(sides: Sides<'_>) -> Option<String> {
    let of = |side: Option<&Value>| side.and_then(|side| member(side, "isByol")).cloned().unwrap_or(Value::Bool(false));
    let (live, before, after) = (of(sides.live), of(sides.before), of(sides.after));
    let name = |value: &Value| match Flag::of(Some(value)) {
        Flag::Set => "own licence".to_owned(),
        Flag::Clear => "paid by use".to_owned(),
        Flag::Unreadable => format!("`{}`, which is neither true nor false", text(value)),
    };
    // A SKU without any block of prices has no licence that could change; one that loses them is priced in another way.
    let there = sides.before.is_some() && sides.after.is_some();
    let changes = there && before != after && (live != after || sides.live.is_none());
    changes.then(|| format!("{} -> {}", name(&before), name(&after)))
}

fn model(sides: Sides<'_>) -> Option<String> {
    let (was, is) = (methods(sides.before), methods(sides.after));
    let touched = methods(sides.live) != is || sides.live.is_none();
    // Where the ways are words of the service, another one beside them brings new prices, which are judged one by one.
    let only_more = has_words(sides.after) && was.is_subset(&is);
    if was != is && touched && !was.is_empty() && !only_more {
        let is = if is.is_empty() { "no prices".to_owned() } else { joined(&is) };
        return Some(format!("{} -> {is}", joined(&was)));
    }
    let currencies = [sides.live, sides.before, sides.after].map(currencies);
    let [live, before, after] = &currencies;
    let changed: Vec<String> = before
        .iter()
        .filter_map(|(market, currency)| Some((market, currency, after.get(market)?)))
        .filter(|(market, before, after)| before != after && live.get(*market) != Some(after))
        .map(|(market, before, after)| format!("{market} {before} -> {after}"))
        .collect();
    (!changed.is_empty()).then(|| few(&changed, "currencies"))
}

fn joined(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// The places where this step puts something that is neither a price nor what was there.
fn unreadable(sides: Sides<'_>) -> Vec<String> {
    let (live, before, after) = (prices(sides.live), prices(sides.before), prices(sides.after));
    let is = |side: &Prices<'_>, key, value: &Value| side.get(key).is_some_and(|amount| amount.value() == *value);
    let mut places = Vec::new();
    for (key, amount) in &after {
        let place = || match key.0 {
            Some(market) => format!("{market} {}", key.1),
            None => key.1.to_owned(),
        };
        match (amount, before.get(key)) {
            (Amount::Unreadable(value), _) if !is(&before, key, value) && !is(&live, key, value) => {
                places.push(format!("{} -> `{}`, which is not a price", place(), text(value)));
            }
            (Amount::Is(number), Some(Amount::Unreadable(value)))
                if !is(&live, key, &Value::Number((*number).clone())) =>
            {
                places.push(format!("{} `{}`, which is not a price, -> {number}", place(), text(value)));
            }
            _ => {}
        }
    }
    places
}

/// The prices that this plan makes others than customers have.
fn differences(sku: &str, sides: Sides<'_>) -> Vec<PriceChange> {
    let numbers = |side| {
        let prices = prices(side).into_iter();
        prices.filter_map(|(key, amount)| Some((key, amount.number()?))).collect::<BTreeMap<_, _>>()
    };
    let (live, before, after) = (numbers(sides.live), numbers(sides.before), numbers(sides.after));
    let equal = |one: Option<&&Number>, two: Option<&&Number>| {
        let value = |number: Option<&&Number>| number.map(|number| Value::Number((*number).clone()));
        one == two || same(value(one).as_ref(), value(two).as_ref())
    };
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| !equal(before.get(*key), after.get(*key)) && !equal(live.get(*key), after.get(*key)))
        .map(|key| PriceChange {
            sku: sku.to_owned(),
            market: key.0.map(str::to_owned),
            unit: key.1.to_owned(),
            currency: currency(sides.after.or(sides.before), key.0),
            before: before.get(key).copied().cloned(),
            after: after.get(key).copied().cloned(),
            guard: None,
        })
        .collect()
}

fn judge_prices(evidence: &Evidence<'_>, sku: &Sku<'_>, found: &mut SkuPrices, findings: &mut Findings) {
    let published = sku.sides.published;
    if let Some(detail) = &found.licence {
        findings.trip(&LICENCE_CHANGED, published, &sku.target, detail.clone());
    } else if let Some(detail) = &found.model {
        findings.trip(&PRICING_MODEL_CHANGED, published, &sku.target, detail.clone());
    }
    if !found.unreadable.is_empty() {
        findings.trip(&PRICE_RAISED, published, &sku.target, few(&found.unreadable, "prices"));
    }
    if found.licence.is_some() || found.model.is_some() {
        return;
    }
    // A market that is new has no customers yet.
    let sold = sold_in(sku.sides.before);
    let is_new = |price: &PriceChange| price.market.as_ref().is_some_and(|market| !is_sold_in(&sold, market));
    let had_prices = LazyCell::new(|| {
        BLOCKS.into_iter().any(|pair| prices(block(sku, pair).before).keys().any(|(_, unit)| !is_included(unit)))
    });
    // What could not be read has tripped it already.
    let raised = found.unreadable.is_empty().then_some(PRICE_RAISED.code);
    for price in &mut found.changes {
        price.guard = match price.direction() {
            Some(Direction::Up) => raised,
            Some(Direction::New) if is_new(price) => None,
            Some(Direction::New) if *had_prices => raised,
            Some(Direction::New | Direction::FromFree) => Some(FREE_TO_PAID.code),
            Some(Direction::Down) => Some(PRICE_LOWERED.code),
            None => None,
        };
    }
    let of = |direction| found.changes.iter().filter(move |price| price.direction() == Some(direction));
    for kind in [&FREE_TO_PAID, &PRICE_RAISED, &PRICE_LOWERED] {
        let moved = found.changes.iter().filter(|price| price.guard == Some(kind.code));
        let moved: Vec<String> = moved.map(PriceChange::words).collect();
        if !moved.is_empty() {
            findings.trip(kind, published, &sku.target, few(&moved, "prices"));
        }
    }
    let up = of(Direction::Up).next().is_some() || !found.unreadable.is_empty();
    let hidden = Flag::of(evidence.field(sku, HIDDEN).before) != Flag::Clear;
    let is_government = |cloud: &String| GOVERNMENT_CLOUDS.iter().any(|name| name.eq_ignore_ascii_case(cloud));
    let government = texts(evidence.field(sku, CLOUDS).before).iter().any(is_government);
    let both = of(Direction::Down).next().is_some();
    if up && (hidden || government || both) {
        let why = if both { "some prices go up and some down" } else { "the SKU is hidden, or for Azure Government" };
        findings.trip(&PRICE_CHANGE_EXCLUDED, published, &sku.target, why.to_owned());
    }
}

/// Counts all, names a few.
fn few(all: &[String], what: &str) -> String {
    let named = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len() {
        0..=NAMED => named,
        count => format!("{count} {what}: {named} and {} more", count - NAMED),
    }
}

fn missing_sizes(sku: &Sku<'_>, findings: &mut Findings) {
    let list = block(sku, BLOCKS[0]).member("coreMultiplier").member("individually");
    if !list.changes() {
        return;
    }
    let names = |side| members(side).map(|(size, _)| size.clone()).collect::<BTreeSet<_>>();
    let (before, had) = (names(list.before), names(list.live.or(list.before)));
    let priced = members(list.after).filter(|(_, price)| price.is_number());
    let (live, after) = (had, priced.map(|(size, _)| size.clone()).collect::<BTreeSet<_>>());
    if after.is_empty() || live == after || before == after {
        return;
    }
    let is_listed = |size: &String| CORE_SIZES.contains(&size.as_str());
    let others = live.iter().chain(&after).filter(|size| !is_listed(size)).map(String::as_str);
    let all: Vec<&str> = CORE_SIZES.into_iter().chain(others.collect::<BTreeSet<_>>()).collect();
    let is_missing = |size: &&str| {
        let was = if live.is_empty() { true } else { live.contains(*size) && before.contains(*size) };
        was && !after.contains(*size)
    };
    // A new list with other names than these may well be complete.
    let comparable = !live.is_empty() || after.iter().any(is_listed);
    let missing: Vec<&str> = all.iter().copied().filter(is_missing).collect();
    if comparable && !missing.is_empty() {
        let detail = format!("{} of {} sizes have no price: {}", missing.len(), all.len(), missing.join(", "));
        findings.trip(&CORE_SIZES_MISSING, sku.sides.published, &sku.target, detail);
    }
}

/// Sizes that lose their price in a market that keeps others.
fn missing_in_markets(sku: &Sku<'_>, findings: &mut Findings) {
    let sides = block(sku, BLOCKS[0]);
    // Where nothing changes, or customers have already what will be there, no size loses its price.
    if sides.before == sides.after || sides.live == sides.after {
        return;
    }
    let [live, before, after] = [sides.live, sides.before, sides.after].map(prices);
    let keeps = |market: Option<&str>| market.is_some() && after.keys().any(|(other, _)| *other == market);
    let gone = before.keys().filter(|key| live.contains_key(*key) && !after.contains_key(*key) && keeps(key.0));
    let gone: Vec<String> = gone.map(|(market, size)| format!("{} {size}", market.unwrap_or_default())).collect();
    if !gone.is_empty() {
        let detail = format!("no price any more: {}", few(&gone, "sizes"));
        findings.trip(&CORE_SIZES_MISSING, sku.sides.published, &sku.target, detail);
    }
}

fn price_sheet(evidence: &Evidence<'_>, sku: &Sku<'_>, findings: &mut Findings) {
    for name in BLOCKS.as_flattened() {
        let sheet = sku.sides.member(name).member(PRICE_SHEET);
        let Some(change) = evidence.file_change(&sku.at.key(name).key(PRICE_SHEET)) else { continue };
        // In place of prices by market that customers have, a sheet is a change of them like another one.
        let had = || prices(sku.sides.member(name).before).keys().any(|(market, _)| market.is_some());
        if sheet.after.is_some() && sheet.changes() && (sheet.before.is_some() || had()) {
            findings.trip(&PRICE_SHEET_CHANGED, sku.sides.published, &sku.target, change.detail());
            return;
        }
    }
}

/// A change of `regionPrices` that came by mirroring would put one block's prices into the other block's currencies.
fn region_prices(evidence: &Evidence<'_>, findings: &mut Findings) {
    let mirrored = evidence.determined().find(|change| {
        let tokens: Vec<String> = change.identity.tokens().collect();
        let [_, _, _, block, rest @ ..] = tokens.as_slice() else { return false };
        let declared_at: Vec<String> = change.edit.value.as_ref().map_or(Vec::new(), |at| at.tokens().collect());
        let from_other = declared_at.get(3).is_some_and(|declared| declared != block);
        from_other && rest.first().is_some_and(|key| key == "regionPrices")
    });
    if let Some(change) = mirrored {
        let target = format!("{}/{}", evidence.address(), change.sku.as_deref().unwrap_or_default());
        findings.trip(&REGION_PRICES_ONE_BLOCK, evidence.published, target, String::new());
    }
}

fn edits_more_than_prices(evidence: &Evidence<'_>) -> bool {
    evidence.determined().any(|change| {
        let mut tokens = change.identity.tokens().skip(3);
        tokens.next().is_none_or(|key| !BLOCKS.as_flattened().contains(&key.as_str()))
    })
}

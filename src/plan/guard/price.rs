//! Guards of money: prices, licence and pricing model, and the table of what becomes dearer or cheaper.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::catalogue::{
    CORE_SIZES_MISSING, FREE_TO_PAID, LICENCE_CHANGED, PRICE_CHANGE_EXCLUDED, PRICE_CHANGE_MIXED, PRICE_LOWERED,
    PRICE_RAISED, PRICE_SHEET_CHANGED, PRICING_MODEL_CHANGED, REGION_PRICES_ONE_BLOCK,
};
use super::evidence::{Evidence, Findings, Sides, Sku, member, members, same, texts};

/// The price blocks of a SKU; the service keeps the two of a pair equal.
const BLOCKS: [[&str; 2]; 2] =
    [["virtualMachinePricing", "virtualMachinePricingV2"], ["monthlyPricing", "monthlyPricingV2"]];

/// The sizes that prices are given for one by one. Source: cloud-partner-portal-api-setting-price.md.
const SIZES: [&str; 25] = [
    "sharedcore",
    "1core",
    "2core",
    "4core",
    "6core",
    "8core",
    "10core",
    "12core",
    "16core",
    "20core",
    "24core",
    "32core",
    "36core",
    "40core",
    "44core",
    "48core",
    "60core",
    "64core",
    "72core",
    "80core",
    "96core",
    "120core",
    "128core",
    "208core",
    "416core",
];

/// How many names a detail lists.
const NAMED: usize = 5;

/// One price that changes for customers, or in the draft if it was never published.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceChange {
    /// The SKU.
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
    /// The price.
    pub amount: Number,
}

/// The prices of a SKU, given as it stands in `plans`; none if a price sheet has them. What is written twice, for both of a pair
/// of blocks, is there once.
#[must_use]
pub fn prices_of(sku: &Value) -> Vec<Price> {
    let blocks = BLOCKS.iter().filter_map(|[one, two]| member(sku, one).or_else(|| member(sku, two)));
    let of = |block| {
        prices(Some(block)).into_iter().map(move |((market, unit), amount)| Price {
            currency: currency(Some(block), market.as_deref()),
            market,
            unit,
            amount: amount.clone(),
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

    fn direction(&self) -> Option<Direction> {
        let (before, after) = (self.before.as_ref()?.as_f64()?, self.after.as_ref()?.as_f64()?);
        match after.partial_cmp(&before)? {
            Ordering::Greater if before > 0.0 => Some(Direction::Up),
            Ordering::Greater => Some(Direction::FromFree),
            Ordering::Less => Some(Direction::Down),
            Ordering::Equal => None,
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
}

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) -> Vec<PriceChange> {
    let mut prices = Vec::new();
    for sku in evidence.skus() {
        let found = sku_prices(&sku, findings);
        judge_prices(&sku, &found, findings);
        missing_sizes(&sku, findings);
        price_sheet(evidence, &sku, findings);
        prices.extend(found);
    }
    region_prices(evidence, findings);
    if prices.iter().any(|price| price.direction().is_some()) && edits_more_than_prices(evidence) {
        findings.trip(&PRICE_CHANGE_MIXED, evidence.published, &evidence.address, String::new());
    }
    prices
}

/// The sides of one price block. The service fills in the other of a pair, so where one is missing the other stands for
/// it.
fn block<'a>(sku: &Sku<'a>, pair: [&str; 2]) -> Sides<'a> {
    let of = |side: Option<&'a Value>| side.and_then(|side| member(side, pair[0]).or_else(|| member(side, pair[1])));
    let Sides { live, before, after, published } = sku.sides;
    Sides { live: of(live), before: of(before), after: of(after), published }
}

/// Licence and model, and the prices that change.
fn sku_prices(sku: &Sku<'_>, findings: &mut Findings) -> Vec<PriceChange> {
    let mut changes: Vec<PriceChange> = Vec::new();
    let (mut licence, mut model) = (None, None);
    for [one, two] in BLOCKS {
        for sides in [block(sku, [one, two]), block(sku, [two, one])] {
            if sides.before.is_none() || !sides.changes() {
                continue;
            }
            let is_byol = |side: Option<&Value>| side.is_some_and(|side| side["isByol"] == Value::Bool(true));
            let (live, before, after) = (is_byol(sides.live), is_byol(sides.before), is_byol(sides.after));
            if before != after && (live != after || sides.live.is_none()) {
                let name = |is_byol| if is_byol { "own licence" } else { "paid by use" };
                licence = Some(format!("{} -> {}", name(before), name(after)));
            }
            let (was, is) = (methods(sides.before), methods(sides.after));
            let touched = methods(sides.live) != is || sides.live.is_none();
            if was != is && touched && !was.is_empty() && !is.is_empty() {
                model = Some(format!("{} -> {}", joined(&was), joined(&is)));
            }
            for change in differences(sku.id, sides) {
                if !changes.contains(&change) {
                    changes.push(change);
                }
            }
        }
    }
    let (licensed, modelled) = (licence.is_some(), model.is_some());
    if let Some(detail) = licence {
        findings.trip(&LICENCE_CHANGED, sku.sides.published, &sku.target, detail);
    } else if let Some(detail) = model {
        findings.trip(&PRICING_MODEL_CHANGED, sku.sides.published, &sku.target, detail);
    }
    // Another licence or model is more than another price: single prices do not compare.
    if licensed || modelled {
        changes.retain(|change| change.before.is_none() || change.after.is_none());
    }
    changes
}

fn joined(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// In which ways a block gives prices.
fn methods(block: Option<&Value>) -> BTreeSet<String> {
    let mut methods = BTreeSet::new();
    let Some(block) = block else { return methods };
    for multiplier in ["coreMultiplier", "multiplier"].into_iter().filter_map(|name| member(block, name)) {
        let currency = multiplier["currency"].as_str().unwrap_or_default();
        for way in ["single", "individually"].into_iter().filter(|way| member(multiplier, way).is_some()) {
            let way = if way == "single" { "one price" } else { "a price for each size" };
            methods.insert(format!("{way} {currency}").trim_end().to_owned());
        }
    }
    // A price sheet comes back as the prices that were read from it.
    let sheet = member(block, "spreadSheetPricing").is_some_and(|sheet| member(sheet, "uri").is_some());
    if sheet || prices(Some(block)).keys().any(|(market, _)| market.is_some()) {
        methods.insert("prices by market".to_owned());
    }
    methods
}

type Prices<'a> = BTreeMap<(Option<String>, String), &'a Number>;

fn prices(block: Option<&Value>) -> Prices<'_> {
    let mut prices = BTreeMap::new();
    let Some(block) = block else { return prices };
    for multiplier in ["coreMultiplier", "multiplier"].into_iter().filter_map(|name| member(block, name)) {
        if let Some(Value::Number(price)) = member(multiplier, "single") {
            prices.insert((None, "single".to_owned()), price);
        }
        for (size, price) in members(member(multiplier, "individually")) {
            if let Value::Number(price) = price {
                prices.insert((None, size.clone()), price);
            }
        }
    }
    for (market, inner) in members(member(block, "regionPrices")) {
        by_market(market, inner, "single", &mut prices);
    }
    prices
}

/// Every number below a market. The inside of virtual machines' prices by market is not public.
fn by_market<'a>(market: &str, value: &'a Value, unit: &str, prices: &mut Prices<'a>) {
    match value {
        Value::Number(price) => {
            prices.insert((Some(market.to_owned()), unit.to_owned()), price);
        }
        Value::Object(inner) => {
            for (key, value) in inner {
                by_market(market, value, if key == "price" { unit } else { key }, prices);
            }
        }
        _ => {}
    }
}

/// The prices that this plan makes others than customers have.
fn differences(sku: &str, sides: Sides<'_>) -> Vec<PriceChange> {
    let (live, before, after) = (prices(sides.live), prices(sides.before), prices(sides.after));
    let equal = |one: Option<&&Number>, two: Option<&&Number>| {
        let value = |number: Option<&&Number>| number.map(|number| Value::Number((*number).clone()));
        same(value(one).as_ref(), value(two).as_ref())
    };
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| !equal(before.get(*key), after.get(*key)) && !equal(live.get(*key), after.get(*key)))
        .map(|key| PriceChange {
            sku: sku.to_owned(),
            market: key.0.clone(),
            unit: key.1.clone(),
            currency: currency(sides.after.or(sides.before), key.0.as_deref()),
            before: before.get(key).map(|price| (*price).clone()),
            after: after.get(key).map(|price| (*price).clone()),
        })
        .collect()
}

fn currency(block: Option<&Value>, market: Option<&str>) -> Option<String> {
    let block = block?;
    let text = |value: &Value| Some(value.get("currency")?.as_str()?.to_owned());
    match market {
        Some(market) => text(block.get("regionPrices")?.get(market)?),
        None => ["coreMultiplier", "multiplier"].into_iter().find_map(|name| text(block.get(name)?)),
    }
}

fn judge_prices(sku: &Sku<'_>, prices: &[PriceChange], findings: &mut Findings) {
    let of = |direction| prices.iter().filter(move |price| price.direction() == Some(direction));
    let kinds =
        [(&FREE_TO_PAID, Direction::FromFree), (&PRICE_RAISED, Direction::Up), (&PRICE_LOWERED, Direction::Down)];
    for (kind, direction) in kinds {
        let moved: Vec<String> = of(direction).map(PriceChange::words).collect();
        if !moved.is_empty() {
            findings.trip(kind, sku.sides.published, &sku.target, few(&moved));
        }
    }
    let hidden = sku.sides.member("hideSKUForSolutionTemplate").before == Some(&Value::Bool(true));
    let government = texts(sku.sides.member("cloudAvailability").before).contains("Fairfax");
    let both = of(Direction::Down).next().is_some();
    if of(Direction::Up).next().is_some() && (hidden || government || both) {
        let why = if both { "some prices go up and some down" } else { "the SKU is hidden, or for Azure Government" };
        findings.trip(&PRICE_CHANGE_EXCLUDED, sku.sides.published, &sku.target, why.to_owned());
    }
}

/// Counts all, names a few.
fn few(all: &[String]) -> String {
    let named = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len() {
        0..=NAMED => named,
        count => format!("{count} prices: {named} and {} more", count - NAMED),
    }
}

fn missing_sizes(sku: &Sku<'_>, findings: &mut Findings) {
    let list = block(sku, BLOCKS[0]).member("coreMultiplier").member("individually");
    let sizes = |side: Option<&Value>| {
        let sizes = members(side).filter(|(_, price)| price.is_number());
        sizes.map(|(size, _)| size.clone()).collect::<BTreeSet<_>>()
    };
    let (live, after) = (sizes(list.live.or(list.before)), sizes(list.after));
    if after.is_empty() || live == after {
        return;
    }
    let missing: Vec<&str> = SIZES.into_iter().filter(|size| !after.contains(*size)).collect();
    let missing: Vec<&str> =
        if live.is_empty() { missing } else { missing.into_iter().filter(|size| live.contains(*size)).collect() };
    if !missing.is_empty() {
        let detail = format!("{} of {} sizes have no price: {}", missing.len(), SIZES.len(), missing.join(", "));
        findings.trip(&CORE_SIZES_MISSING, sku.sides.published, &sku.target, detail);
    }
}

fn price_sheet(evidence: &Evidence<'_>, sku: &Sku<'_>, findings: &mut Findings) {
    for name in BLOCKS.as_flattened() {
        let sheet = sku.sides.member(name).member("spreadSheetPricing");
        let changes = evidence.changes_within(&sku.at.key(name).key("spreadSheetPricing"));
        if changes && sheet.before.is_some() && sheet.after.is_some() && sheet.changes() {
            findings.trip(&PRICE_SHEET_CHANGED, sku.sides.published, &sku.target, String::new());
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
        let target = format!("{}/{}", evidence.address, change.sku.as_deref().unwrap_or_default());
        findings.trip(&REGION_PRICES_ONE_BLOCK, evidence.published, target, String::new());
    }
}

fn edits_more_than_prices(evidence: &Evidence<'_>) -> bool {
    evidence.determined().any(|change| {
        let mut tokens = change.identity.tokens().skip(3);
        tokens.next().is_none_or(|key| !BLOCKS.as_flattened().contains(&key.as_str()))
    })
}

//! Rules about prices, markets with prices of their own, and free trials.

use serde_json::Value;

use super::application::{Sold, sold};
use super::facts::MARKETS;
use super::shape::{needed, quoted, shown, web_address};
use super::subject::{Field, Offer, Sku};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;
use crate::offer::layout::PRICE_BLOCKS;
use crate::offer::price::CORE_SIZES;

/// The price block of virtual machines and the one that took its place.
const BLOCKS: [&str; 2] = PRICE_BLOCKS[0];

pub(super) const RULES: &[Rule] = &[
    Rule::warning("price-one-method", Types::VIRTUAL_MACHINE, one_method).inferred().text(
        "prices are declared in one way: per core, for each number of cores, by market, or in a spreadsheet",
        "keep one of them",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md; release-engineering/cloudpub:schemas/azure/price-and-availability-plan-2022-03-01-preview2.json",
    ),
    Rule::warning("price-byol-exclusive", Types::VIRTUAL_MACHINE, own_licence).text(
        "a bring-your-own-licence SKU has no prices and no free trial; prices of 0 are tolerated",
        "remove the prices, and set `freeTrialDurationInMonths: 0`",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; articles/marketplace/plans-pricing.md",
    ),
    Rule::warning("price-currency-usd", Types::VIRTUAL_MACHINE, currency).text(
        "prices per core are in US dollars",
        "write `currency: USD`",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md",
    ),
    Rule::warning("price-core-keys", Types::VIRTUAL_MACHINE, core_keys).text(
        "prices for numbers of cores have keys of known sizes, such as `sharedcore` and `16core`",
        "known are `sharedcore` and 1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 36, 40, 44, 48, 60, 64, 72, 80, 96, 120, 128, 208 and 416 cores",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md",
    ),
    Rule::warning("price-core-complete", Types::VIRTUAL_MACHINE, core_complete).text(
        "prices for numbers of cores include every known size",
        "add the missing ones: Microsoft sets the price of a size that has none",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md; articles/marketplace/azure-vm-plan-manage.md",
    ),
    Rule::error("price-non-negative", Types::LISTED, non_negative).text(
        "a price is a number that is not negative",
        "write the number without quotes: US dollars per hour for virtual machines, per month for applications",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md",
    ),
    Rule::warning("price-region-complete", Types::VIRTUAL_MACHINE, region_complete).text(
        "if prices are declared by market, every market in `regions` has one",
        "add the market to `regionPrices`",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md",
    ),
    Rule::error("price-region-currency", Types::LISTED, region_currency).text(
        "the price for a market uses the currency of that market, which differs between the two price blocks",
        "the pricing page lists the currencies",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md; articles/marketplace/cloud-partner-portal/manage-offers/cpp-price-considerations.md",
    ),
    Rule::warning("price-spreadsheet-address", Types::VIRTUAL_MACHINE, spreadsheet).text(
        "the address of a price spreadsheet is absolute",
        "give the address of the `.xlsx` file",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::error("price-v2-mirror", Types::LISTED, mirror).text(
        "if both price blocks are declared, they are equal",
        "declare one of them: the service fills in the other",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal/saas-app/cpp-plans-tab.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json",
    ),
    Rule::warning("free-trial-values", Types::VIRTUAL_MACHINE, free_trial).text(
        "a free trial lasts 0, 1, 3 or 6 months",
        "choose one of these",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md; articles/marketplace/plans-pricing.md",
    ),
    Rule::warning("price-app-solution-template", Types::APPLICATION, template).text(
        "a solution template has no price",
        "remove the price: customers pay for the resources that the template creates",
        "articles/marketplace/plan-azure-app-solution-template.md",
    ),
    Rule::warning("price-app-managed", Types::APPLICATION, managed).of_the_whole().text(
        "a managed application has a monthly price, which may be 0",
        "write `monthlyPricing: { multiplier: { currency: USD, single: 0 } }`",
        "articles/marketplace/plan-azure-app-managed-app.md",
    ),
];

fn blocks<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    let of = |sku: &Sku<'a>| BLOCKS.iter().filter_map(|key| sku.plain(key)).collect::<Vec<_>>();
    offer.skus().iter().flat_map(of).collect()
}

fn cores<'a>(block: &Field<'a>) -> Option<Field<'a>> {
    block.member("coreMultiplier")?.member("individually")
}

/// The ways in which a block gives prices.
fn methods<'a>(block: &Field<'a>) -> Vec<Field<'a>> {
    let multiplier = block.member("coreMultiplier");
    let below = |key| multiplier.as_ref().and_then(|multiplier: &Field<'a>| multiplier.member(key));
    let sheet = block.member("spreadSheetPricing").and_then(|sheet| sheet.member("uri"));
    [below("single"), below("individually"), block.member("regionPrices"), sheet]
        .into_iter()
        .flatten()
        .filter(|field| !field.is_empty())
        .collect()
}

fn one_method(offer: &Offer<'_>, found: &mut Found) {
    for block in blocks(offer) {
        if let [first, second, ..] = methods(&block).as_slice() {
            found.at(second, "prices are declared in a second way").at_key().related(&first.at, "the first");
        }
    }
}

/// Whether a price is more than nothing.
fn is_priced(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|price| price != 0.0),
        Value::Object(members) => members.values().any(is_priced),
        Value::Array(elements) => elements.iter().any(is_priced),
        _ => false,
    }
}

fn own_licence(offer: &Offer<'_>, found: &mut Found) {
    for block in blocks(offer) {
        let Some(own) = block.member("isByol").filter(Field::is_true) else { continue };
        for method in methods(&block).into_iter().filter(|method| is_priced(method.value) || method.value.is_string()) {
            found.at(&method, "a bring-your-own-licence SKU has a price").at_key().related(&own.at, "its own licence");
        }
        if let Some(trial) = block.member("freeTrialDurationInMonths").filter(|trial| is_priced(trial.value)) {
            found.at(&trial, "a bring-your-own-licence SKU has a free trial").related(&own.at, "its own licence");
        }
    }
}

fn currency(offer: &Offer<'_>, found: &mut Found) {
    for block in blocks(offer) {
        let Some(currency) = block.member("coreMultiplier").and_then(|cores| cores.member("currency")) else {
            continue;
        };
        if currency.text() != Some("USD") {
            found.at(&currency, format!("prices per core are in {}", shown(currency.value)));
        }
    }
}

fn core_keys(offer: &Offer<'_>, found: &mut Found) {
    for cores in blocks(offer).iter().filter_map(cores) {
        for (key, price) in cores.members() {
            if !CORE_SIZES.contains(&key) {
                let finding = found.at(&price, format!("{} is not a known size", quoted(key))).at_key();
                if let Some(near) = nearest(key, CORE_SIZES) {
                    finding.help(format!("did you mean `{near}`?"));
                }
            }
        }
    }
}

fn core_complete(offer: &Offer<'_>, found: &mut Found) {
    for cores in blocks(offer).iter().filter_map(cores).filter(|cores| !cores.is_empty()) {
        let missing: Vec<&str> = CORE_SIZES.into_iter().filter(|key| cores.member(key).is_none()).collect();
        if !missing.is_empty() {
            found
                .at(
                    &cores,
                    format!("{} of {} sizes have no price: {}", missing.len(), CORE_SIZES.len(), missing.join(", ")),
                )
                .at_key();
        }
    }
}

/// All prices of a SKU.
fn prices<'a>(sku: &Sku<'a>) -> Vec<Field<'a>> {
    let mut prices = Vec::new();
    for block in PRICE_BLOCKS.as_flattened() {
        let Some(block) = sku.plain(block) else { continue };
        for multiplier in ["coreMultiplier", "multiplier"].iter().filter_map(|key| block.member(key)) {
            prices.extend(multiplier.member("single"));
            let cores = multiplier.member("individually").map(|cores| cores.members()).unwrap_or_default();
            prices.extend(cores.into_iter().map(|(_, price)| price));
        }
        let markets = block.member("regionPrices").map(|markets| markets.members()).unwrap_or_default();
        prices.extend(markets.iter().filter_map(|(_, market)| market.member("price")));
    }
    prices
}

fn non_negative(offer: &Offer<'_>, found: &mut Found) {
    for price in offer.skus().iter().flat_map(prices) {
        match price.value.as_f64() {
            None => {
                found.at(&price, format!("{} is not a number", shown(price.value)));
            }
            Some(number) if number < 0.0 => {
                found.at(&price, format!("the price {number} is negative"));
            }
            Some(_) => {}
        }
    }
}

fn region_complete(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        let Some(regions) = sku.plain("regions") else { continue };
        for (key, prices) in BLOCKS.iter().filter_map(|key| Some((key, sku.plain(key)?.member("regionPrices")?))) {
            if prices.is_empty() {
                continue;
            }
            for market in regions.elements() {
                let Some(code) = market.text().filter(|code| prices.member(code).is_none()) else { continue };
                // Many markets are in no table of prices: nothing could be written for them.
                if currency_of(code, key).is_none() {
                    continue;
                }
                found.at(&market, format!("the market `{code}` has no price")).related(&prices.at, "the prices");
            }
        }
    }
}

/// The currency of a market in a price block, if there are prices for it.
fn currency_of(market: &str, block: &str) -> Option<&'static str> {
    let market = MARKETS.get(market)?;
    if block.ends_with("V2") { market.currency_v2 } else { market.currency }
}

fn region_currency(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        for key in PRICE_BLOCKS.as_flattened() {
            let Some(prices) = sku.plain(key).and_then(|block| block.member("regionPrices")) else { continue };
            for (code, price) in prices.members() {
                let (Some(expected), Some(currency)) = (currency_of(code, key), price.member("currency")) else {
                    continue;
                };
                if currency.text() != Some(expected) {
                    let message = format!("{} is not the currency of `{code}` in `{key}`", shown(currency.value));
                    found.at(&currency, message).help(format!("write `{expected}`"));
                }
            }
        }
    }
}

fn spreadsheet(offer: &Offer<'_>, found: &mut Found) {
    for block in blocks(offer) {
        let Some(uri) = block.member("spreadSheetPricing").and_then(|sheet| sheet.member("uri")) else { continue };
        if !uri.is_empty() && uri.text().and_then(web_address).is_none() {
            found.at(&uri, "this is not an absolute address");
        }
    }
}

/// What two blocks both say, and say differently. Prices for markets are in other currencies, and are left out.
fn mirror(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        for [one, two] in PRICE_BLOCKS {
            let (Some(one), Some(two)) = (sku.plain(one), sku.plain(two)) else { continue };
            for key in ["isByol", "freeTrialDurationInMonths", "coreMultiplier", "multiplier"] {
                let (Some(before), Some(after)) = (one.member(key), two.member(key)) else { continue };
                if before.value != after.value {
                    let finding = found.at(&after, format!("`{key}` differs between the two price blocks")).at_key();
                    finding.related(&before.at, "the other one");
                }
            }
        }
    }
}

fn free_trial(offer: &Offer<'_>, found: &mut Found) {
    for block in blocks(offer) {
        let Some(months) = block.member("freeTrialDurationInMonths") else { continue };
        if !matches!(months.value.as_u64(), Some(0 | 1 | 3 | 6)) {
            found.at(&months, format!("a free trial of {} months", shown(months.value)));
        }
    }
}

fn template(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus().iter().filter(|sku| sold(sku) == Some(Sold::SolutionTemplate)) {
        for key in PRICE_BLOCKS[1] {
            if let Some(price) = sku.plain(key).filter(|price| is_priced(price.value)) {
                found.at(&price, "a solution template has a price").at_key();
            }
        }
    }
}

fn managed(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus().iter().filter(|sku| sold(sku) == Some(Sold::ManagedApplication)) {
        // The service fills in the other block.
        let prices = sku.plain("monthlyPricing").or_else(|| sku.plain("monthlyPricingV2"));
        needed(prices, &sku.field.at.key("monthlyPricing"), found);
    }
}

//! Prices.

use serde_json::{Value, json};

use super::super::kind::Kind::{Flag, Is, Like, OneOf};
use super::super::kind::{Choice, Field, list_of};
use super::{element, list, map_of, open, text};

/// How prices of virtual machines are given. Each way has its own property.
const CORE_INPUT: &[Choice] = &[
    ("free", "There is no price."),
    ("flat", "One price for all sizes, in `price`."),
    ("perCore", "A price for each core, in `pricePerCore`."),
    ("perCoreSize", "A price for each number of cores, in `pricePerCoreSize`."),
    ("perMarketAndCoreSize", "The same for each market, in `prices`."),
];

const METER_INPUT: &[Choice] = &[
    ("perCore", ""),
    ("perEveryCoreInCluster", ""),
    ("perNode", ""),
    ("perEveryNodeInCluster", ""),
    ("perPod", ""),
    ("perCluster", ""),
];

const INPUT: &[Choice] =
    &[("usd", "In US dollars, converted for each market."), ("perMarket", "For each market, in its currency.")];

const IN_DOLLARS: Field = ("pricePerPaymentInUsd", Is("price"), "US dollars for each payment.");

const BY_MARKET: Field = ("prices", Is("market-prices"), "The price in each market.");

/// Prices in common, and those of virtual machines.
pub(super) fn definitions() -> Vec<(&'static str, Value)> {
    let price = json!({ "$ref": "#/$defs/price" });
    let mut market_price =
        element(&[("currency", Is("currency"), "The currency."), ("price", Is("price"), "The price.")]);
    market_price["properties"]["markets"] = json!({ "$ref": "#/$defs/plan-markets" });
    market_price["properties"]["prices"] = map_of(&[], &price);
    vec![
        (
            "pricing",
            open(&[
                (
                    "licenseModel",
                    OneOf(&[
                        ("byol", "Customers bring their own licence."),
                        ("payAsYouGo", "Customers pay for what they use."),
                    ]),
                    "How a virtual machine is licensed.",
                ),
                ("corePricing", Is("core-pricing"), "Prices of a virtual machine, in US dollars an hour."),
                ("recurrentPrice", Is("recurrent-price"), "Prices of SaaS and containers for each month or year."),
                ("customMeters", Is("meter-prices"), "Prices of the meters."),
                ("systemMeterPricing", Is("system-meter"), "Prices of containers by what they use."),
            ]),
        ),
        (
            "core-pricing",
            open(&[
                (
                    "priceInputOption",
                    OneOf(CORE_INPUT),
                    "How the prices are given; only the property that belongs to it may be present.",
                ),
                ("price", Is("price"), "One price for all sizes."),
                ("pricePerCore", Is("price"), "The price of a core."),
                ("pricePerCoreSize", Is("core-sizes"), "The price of each number of cores, such as `8core`."),
                BY_MARKET,
            ]),
        ),
        (
            "core-sizes",
            map_of(&[("sharedcore", price.clone()), ("1core", price.clone()), ("2core", price.clone())], &price),
        ),
        ("market-prices", list_of(&market_price)),
        ("currency", text("^[A-Za-z]{3}$", "An ISO 4217 code, such as usd.")),
    ]
}

/// Prices of SaaS and containers.
pub(super) fn recurring() -> Vec<(&'static str, Value)> {
    let mut prices = element(&[
        ("billingTerm", Is("term"), "How long the customer is bound."),
        ("paymentOption", Is("term"), "How often the customer pays."),
        IN_DOLLARS,
    ]);
    prices["properties"]["prices"] = json!({ "$ref": "#/$defs/market-prices" });
    vec![
        ("recurrent-price", {
            let mut recurrent = open(&[
                ("priceInputOption", Like(INPUT), "How the prices are given."),
                (
                    "recurrentPriceMode",
                    Like(&[("flatRate", "A price for the whole subscription."), ("perUser", "A price for each user.")]),
                    "What the price is for.",
                ),
            ]);
            recurrent["properties"]["userLimits"] = open(&[
                ("min", Is("resource-count"), "The fewest users."),
                ("max", Is("resource-count"), "The most users."),
            ]);
            recurrent["properties"]["prices"] = list_of(&prices);
            recurrent
        }),
        ("meter-prices", {
            let mut meter = open(&[IN_DOLLARS, BY_MARKET]);
            meter["properties"]["includedQuantities"] = list(&[
                ("billingTerm", Is("term"), "For which term."),
                ("quantity", Is("resource-count"), "How many units are included."),
                ("isInfinite", Flag(None), "Whether all units are included."),
            ]);
            let mut meters = open(&[("priceInputOption", Like(INPUT), "How the prices are given.")]);
            meters["properties"]["meters"] = map_of(&[], &meter);
            meters
        }),
        (
            "system-meter",
            open(&[
                ("priceInputOption", Like(METER_INPUT), "What is counted."),
                ("price", Is("price"), "US dollars for each unit and hour."),
                BY_MARKET,
            ]),
        ),
        (
            "term",
            open(&[
                ("type", OneOf(&[("day", ""), ("week", ""), ("month", ""), ("year", "")]), "The unit."),
                ("value", Is("resource-count"), "How many of them."),
            ]),
        ),
        (
            "reservations",
            list(&[
                ("type", OneOf(&[("month", ""), ("year", "")]), "The unit of the time."),
                ("term", Is("resource-count"), "How many months or years."),
                ("percentageSave", Is("price"), "How many percent customers save."),
            ]),
        ),
    ]
}

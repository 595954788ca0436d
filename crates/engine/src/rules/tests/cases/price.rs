//! Cases of `price`: prices.

use crate::rules::tests::Case;
use crate::rules::tests::From::{App, Vm};

pub(super) static CASES: &[Case] = &[
    (
        "price-one-method",
        Vm,
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"single": 0.1}, "regionPrices": {}}"#)],
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"single": 0.1, "individually": {"1core": 0.1}}}"#)],
        "a second way",
    ),
    (
        "price-byol-exclusive",
        Vm,
        &[("P/virtualMachinePricing", r#"{"isByol": true, "coreMultiplier": {"single": 0}}"#)],
        &[("P/virtualMachinePricing", r#"{"isByol": true, "coreMultiplier": {"single": 0.1}}"#)],
        "has a price",
    ),
    (
        "price-byol-exclusive",
        Vm,
        &[],
        &[("P/virtualMachinePricing", r#"{"isByol": true, "freeTrialDurationInMonths": 1}"#)],
        "free trial",
    ),
    (
        "price-currency-usd",
        Vm,
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"currency": "USD"}}"#)],
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"currency": "EUR"}}"#)],
        "`EUR`",
    ),
    (
        "price-core-keys",
        Vm,
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"individually": {"416core": 1}}}"#)],
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"individually": {"3core": 1}}}"#)],
        "`3core`",
    ),
    (
        "price-core-complete",
        Vm,
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"individually": {}}}"#)],
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"individually": {"sharedcore": 0.1}}}"#)],
        "24 of 25 sizes",
    ),
    (
        "price-non-negative",
        Vm,
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"single": 0}}"#)],
        &[("P/virtualMachinePricing", r#"{"coreMultiplier": {"single": -0.1}}"#)],
        "is negative",
    ),
    (
        "price-non-negative",
        App,
        &[],
        &[("P/monthlyPricing", r#"{"multiplier": {"single": "10"}}"#)],
        "`10` is not a number",
    ),
    (
        "price-region-complete",
        Vm,
        &[("P/virtualMachinePricing", r#"{"regionPrices": {"US": {}, "NO": {}}}"#)],
        &[("P/virtualMachinePricing", r#"{"regionPrices": {"US": {}}}"#)],
        "`NO` has no price",
    ),
    (
        "price-region-currency",
        Vm,
        &[("P/virtualMachinePricing", r#"{"regionPrices": {"US": {"currency": "USD"}, "NO": {"currency": "NOK"}}}"#)],
        &[("P/virtualMachinePricing", r#"{"regionPrices": {"US": {}, "NO": {"currency": "EUR"}}}"#)],
        "`EUR` is not the currency of `NO`",
    ),
    (
        "price-spreadsheet-address",
        Vm,
        &[("P/virtualMachinePricing", r#"{"spreadSheetPricing": {"uri": "https://x.example/p.xlsx"}}"#)],
        &[("P/virtualMachinePricing", r#"{"spreadSheetPricing": {"uri": "p.xlsx"}}"#)],
        "not an absolute address",
    ),
    (
        "price-v2-mirror",
        Vm,
        &[("P/virtualMachinePricingV2", r#"{"isByol": true}"#)],
        &[("P/virtualMachinePricingV2", r#"{"isByol": false}"#)],
        "`isByol` differs",
    ),
    (
        "free-trial-values",
        Vm,
        &[("P/virtualMachinePricing", r#"{"freeTrialDurationInMonths": 6}"#)],
        &[("P/virtualMachinePricing", r#"{"freeTrialDurationInMonths": 2}"#)],
        "`2` months",
    ),
    (
        "price-app-solution-template",
        App,
        &[("A/skuType", r#""Solution Template""#), ("P/monthlyPricing", "")],
        &[("A/skuType", r#""solutionTemplate""#)],
        "has a price",
    ),
    (
        "price-app-managed",
        App,
        &[("P/monthlyPricing", ""), ("P/monthlyPricingV2", r#"{"multiplier": {}}"#)],
        &[("P/monthlyPricing", "")],
        "`monthlyPricing` is missing",
    ),
];

//! Changes of prices, fees, meters and free trials.

use super::{
    ALIAS, BY_MARKET, CLUSTER, Case, FLAT, HIDDEN, OFFER, STANDARD, TWELVE, USERS, app, at, core, given, service, vm,
};

pub(super) static CASES: &[Case] = &[
    // Prices of virtual machines.
    vm(
        "price-raised",
        STANDARD,
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")],
        &[(at!(CORE "/pricePerCoreSize/1core"), "1e-1"), (at!(CORE "/pricePerCoreSize/2core"), "0.20")],
    ),
    core("price-raised", TWELVE, &[(at!(CORE "/pricePerCore"), "0.06")], &[(at!(CORE "/pricePerCore"), "0.050")]),
    given(
        &[(at!(SOLD "/pricing/corePricing"), r#"{"priceInputOption": "flat", "price": 7}"#)],
        vm("price-raised", STANDARD, &[(at!(CORE "/price"), "8")], &[(at!(CORE "/price"), "6")]),
    ),
    given(
        BY_MARKET,
        vm(
            "price-raised",
            STANDARD,
            &[(at!(CORE "/prices/1/prices/2core"), "3")],
            // The same prices, in other groups.
            &[(
                at!(CORE "/prices"),
                r#"[{"currency": "nok", "markets": ["se"], "prices": {"1core": 1, "2core": 2}},
                    {"currency": "nok", "markets": ["no"], "prices": {"2core": 2, "1core": 1}},
                    {"currency": "usd", "markets": ["us"], "prices": {"1core": 0.1, "2core": 0.2}}]"#,
            )],
        ),
    ),
    vm(
        "price-raised",
        STANDARD,
        &[(at!(SOLD "/softwareReservation/0/percentageSave"), "5")],
        &[(at!(SOLD "/softwareReservation/0/percentageSave"), "15")],
    ),
    vm(
        "price-raised",
        STANDARD,
        &[(at!(SOLD "/softwareReservation"), "null")],
        &[(at!(SOLD "/softwareReservation/-"), r#"{"type": "year", "term": 3, "percentageSave": 20}"#)],
    ),
    vm(
        "price-lowered",
        STANDARD,
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.05")],
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")],
    ),
    // Fees, meters and prices of containers.
    service("price-raised", FLAT, &[(at!(FEE "/prices/1/pricePerPaymentInUsd"), "500")], ALIAS),
    service(
        "price-raised",
        FLAT,
        &[(at!(METER "/pricePerPaymentInUsd"), "0.02")],
        &[(at!(METER "/pricePerPaymentInUsd"), "0.01")],
    ),
    service(
        "price-raised",
        FLAT,
        &[(at!(METER "/includedQuantities/0/quantity"), "50")],
        &[(at!(METER "/includedQuantities/0/quantity"), "150")],
    ),
    service(
        "price-raised",
        USERS,
        &[("/resources/plans/1/price-and-availability-plan/pricing/recurrentPrice/prices/0/prices/1/price", "51")],
        &[("/resources/plans/1/price-and-availability-plan/pricing/recurrentPrice/userLimits/max", "99")],
    ),
    service(
        "price-raised",
        FLAT,
        &[(at!(FEE "/prices/-"), r#"{"billingTerm": {"type": "year", "value": 2}, "pricePerPaymentInUsd": 900}"#)],
        ALIAS,
    ),
    app("price-raised", CLUSTER, &[(at!(SYSTEM "/price"), "0.03")], &[(at!(SYSTEM "/price"), "0.01")]),
    app(
        "price-raised",
        CLUSTER,
        &[(
            at!(SOLD "/pricing/customMeters"),
            r#"{"priceInputOption": "usd", "meters": {"x": {"pricePerPaymentInUsd": 1}}}"#,
        )],
        ALIAS,
    ),
    // A part of the pricing that is not known by name.
    given(
        &[(at!(SOLD "/pricing/newPricing"), r#"{"levels": [{"fee": 1}, {"fee": 2}]}"#)],
        app("price-raised", CLUSTER, &[(at!(SOLD "/pricing/newPricing/levels/1/fee"), "3")], ALIAS),
    ),
    service("price-lowered", FLAT, &[(at!(FEE "/prices/0/pricePerPaymentInUsd"), "39")], ALIAS),
    service(
        "price-lowered",
        FLAT,
        &[(at!(METER "/includedQuantities/0/quantity"), "150")],
        &[(at!(METER "/includedQuantities/0/quantity"), "50")],
    ),
    app("price-lowered", CLUSTER, &[(at!(SYSTEM "/price"), "0.01")], &[(at!(SYSTEM "/price"), "0.03")]),
    vm(
        "price-change-excluded",
        STANDARD,
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15"), (at!(CORE "/pricePerCoreSize/2core"), "0.15")],
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")],
    ),
    given(HIDDEN, vm("price-change-excluded", STANDARD, &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")], ALIAS)),
    given(
        &[(at!(SOLD "/visibility"), r#""visible""#)],
        core("price-change-excluded", TWELVE, &[(at!(CORE "/pricePerCore"), "0.06")], ALIAS),
    ),
    vm(
        "price-change-mixed",
        OFFER,
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15"), ("/resources/listing/en-us/title", r#""New""#)],
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")],
    ),
    service(
        "price-change-mixed",
        OFFER,
        &[
            (at!(FEE "/prices/0/pricePerPaymentInUsd"), "59"),
            ("/resources/price-and-availability-custom-meter/customMeters/messages/displayName", r#""New""#),
        ],
        &[(at!(FEE "/prices/0/pricePerPaymentInUsd"), "59")],
    ),
    given(
        &[(at!(SOLD "/pricing/corePricing"), r#"{"priceInputOption": "free"}"#)],
        vm(
            "free-to-paid",
            STANDARD,
            &[(at!(SOLD "/pricing/corePricing"), r#"{"priceInputOption": "perCore", "pricePerCore": 0.1}"#)],
            ALIAS,
        ),
    ),
    given(
        &[(at!(FEE "/prices/0/pricePerPaymentInUsd"), "0")],
        service("free-to-paid", FLAT, &[(at!(FEE "/prices/0/pricePerPaymentInUsd"), "1")], ALIAS),
    ),
    given(
        &[(at!(SOLD "/pricing"), "null")],
        app(
            "free-to-paid",
            CLUSTER,
            &[(at!(SOLD "/pricing"), r#"{"systemMeterPricing": {"priceInputOption": "perPod", "price": 1}}"#)],
            ALIAS,
        ),
    ),
    vm(
        "licence-changed",
        STANDARD,
        &[(at!(SOLD "/pricing"), r#"{"licenseModel": "byol"}"#)],
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")],
    ),
    vm(
        "pricing-model-changed",
        STANDARD,
        &[(at!(SOLD "/pricing/corePricing"), r#"{"priceInputOption": "perCore", "pricePerCore": 0.1}"#)],
        &[(at!(CORE "/pricePerCoreSize/1core"), "0.15")],
    ),
    vm(
        "pricing-model-changed",
        STANDARD,
        &[(at!(SOLD "/pricing/corePricing"), r#"{"priceInputOption": "free"}"#)],
        ALIAS,
    ),
    // The same amount, for a core instead of for a machine.
    core(
        "pricing-model-changed",
        TWELVE,
        &[(at!(SOLD "/pricing/corePricing"), r#"{"priceInputOption": "flat", "price": 0.05}"#)],
        &[(at!(CORE "/pricePerCore"), "0.04")],
    ),
    given(BY_MARKET, vm("pricing-model-changed", STANDARD, &[(at!(CORE "/prices/1/currency"), r#""eur""#)], ALIAS)),
    service("pricing-model-changed", FLAT, &[(at!(FEE "/recurrentPriceMode"), r#""perUser""#)], ALIAS),
    service("pricing-model-changed", FLAT, &[(at!(FEE "/prices/0/billingTerm/type"), r#""week""#)], ALIAS),
    service("pricing-model-changed", FLAT, &[(at!(METER "/includedQuantities/1/isInfinite"), "false")], ALIAS),
    service("pricing-model-changed", FLAT, &[(at!(SOLD "/pricing/customMeters"), "null")], ALIAS),
    app("pricing-model-changed", CLUSTER, &[(at!(SYSTEM "/priceInputOption"), r#""perNode""#)], ALIAS),
    vm(
        "core-sizes-missing",
        STANDARD,
        &[(at!(CORE "/pricePerCoreSize"), r#"{"1core": 0.1}"#)],
        &[(at!(CORE "/pricePerCoreSize/4core"), "0.4")],
    ),
    given(
        &[(at!(CORE "/pricePerCoreSize"), r#"{"tiny": 1, "huge": 2}"#)],
        vm(
            "core-sizes-missing",
            STANDARD,
            &[(at!(CORE "/pricePerCoreSize"), r#"{"tiny": 1}"#)],
            &[(at!(CORE "/pricePerCoreSize/larger"), "3")],
        ),
    ),
    given(BY_MARKET, vm("core-sizes-missing", STANDARD, &[(at!(CORE "/prices/1/prices"), r#"{"1core": 1}"#)], ALIAS)),
];

//! For each guard a change that trips it and one that does not.

mod availability;
mod image;
mod listing;
mod price;

use serde_json::Value;

use super::super::cases::{Case, Edits};
use super::documents::{container, core_virtual_machine, saas, virtual_machine};

const fn case(document: fn() -> Value, code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    Case { code, target, document, given: &[], trips, rests }
}

const fn vm(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(virtual_machine, code, target, trips, rests)
}

const fn core(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(core_virtual_machine, code, target, trips, rests)
}

const fn app(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(container, code, target, trips, rests)
}

const fn service(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(saas, code, target, trips, rests)
}

const fn given(given: Edits, case: Case) -> Case {
    Case { given, ..case }
}

const OFFER: &str = "contoso/firewall";
const STANDARD: &str = "contoso/firewall/standard";
const PARTNER: &str = "contoso/firewall/partner";
const TWELVE: &str = "contoso/firewall/twelve";
const CLUSTER: &str = "contoso/firewall/cluster";
const FLAT: &str = "contoso/firewall/flat";
const USERS: &str = "contoso/firewall/users";

const TITLE: Edits = &[("/resources/listing/en-us/title", r#""New""#)];
const ALIAS: Edits = &[("/resources/plans/0/plan/alias", r#""New""#)];

/// A pointer below a place that is often named.
macro_rules! at {
    (FIRST $rest:literal) => {
        concat!("/resources/plans/0", $rest)
    };
    (SOLD $rest:literal) => {
        concat!("/resources/plans/0/price-and-availability-plan", $rest)
    };
    (PRIVATE $rest:literal) => {
        concat!("/resources/plans/1/price-and-availability-plan", $rest)
    };
    (CORE $rest:literal) => {
        concat!("/resources/plans/0/price-and-availability-plan/pricing/corePricing", $rest)
    };
    (FEE $rest:literal) => {
        concat!("/resources/plans/0/price-and-availability-plan/pricing/recurrentPrice", $rest)
    };
    (METER $rest:literal) => {
        concat!("/resources/plans/0/price-and-availability-plan/pricing/customMeters/meters/messages", $rest)
    };
    (SYSTEM $rest:literal) => {
        concat!("/resources/plans/0/price-and-availability-plan/pricing/systemMeterPricing", $rest)
    };
    (CONFIG $rest:literal) => {
        concat!("/resources/plans/0/virtual-machine-plan-technical-configuration", $rest)
    };
    (VERSIONS $rest:literal) => {
        concat!("/resources/plans/0/virtual-machine-plan-technical-configuration/vmImageVersions", $rest)
    };
    (CORE_VERSIONS $rest:literal) => {
        concat!("/resources/plans/0/core-virtual-machine-plan-technical-configuration/vmImageVersions", $rest)
    };
    (GALLERY $rest:literal) => {
        concat!(
            "/resources/plans/1/virtual-machine-plan-technical-configuration/vmImageVersions/0/vmImages/0/source",
            $rest
        )
    };
    (BUNDLES $rest:literal) => {
        concat!("/resources/plans/0/container-plan-technical-configuration", $rest)
    };
    (LEADS $rest:literal) => {
        concat!("/resources/customer-leads", $rest)
    };
}
pub(super) use at;

/// A version with one type of image.
macro_rules! version {
    ($number:literal, $kind:literal, $source:literal) => {
        concat!(
            r#"{"versionNumber": ""#,
            $number,
            r#"", "vmImages": [{"imageType": ""#,
            $kind,
            r#"", "source": "#,
            $source,
            "}]}"
        )
    };
    ($number:literal, $kind:literal) => {
        version!($number, $kind, r#"{"sourceType": "sasUri", "osDisk": {"uri": "https://disks.example/new.vhd"}}"#)
    };
}
pub(super) use version;

const DEPRECATED: &str = r#""deprecated""#;
const SCHEDULE: &str = r#"{"dateOffset": "P90D", "reason": "endOfSupport"}"#;
const PRICES_BY_MARKET: &str = r#"{"licenseModel": "payAsYouGo", "corePricing": {"priceInputOption": "perMarketAndCoreSize",
    "prices": [
        {"currency": "usd", "markets": ["us"], "prices": {"1core": 0.1, "2core": 0.2}},
        {"currency": "nok", "markets": ["no", "se"], "prices": {"1core": 1, "2core": 2}}
    ]}}"#;
const BY_MARKET: Edits = &[(at!(SOLD "/pricing"), PRICES_BY_MARKET)];
const HIDDEN: Edits = &[(at!(SOLD "/visibility"), r#""hidden""#)];
const HTTPS: &str = r#"{"leadDestination": "httpsEndpoint",
    "httpsEndpointLeadConfiguration": {"httpsEndpointUrl": "https://leads.example/"}}"#;

/// Changes of what a product and its plans are.
static IDENTITY: &[Case] = &[
    vm("offer-type-changed", OFFER, &[("/type", r#""coreVirtualMachine""#)], TITLE),
    vm("sku-renamed", STANDARD, &[(at!(FIRST "/planId"), r#""standard-2""#)], ALIAS),
    vm(
        "sku-removal",
        STANDARD,
        &[("/resources/plans", r#"[{"planId": "partner"}]"#)],
        &[("/resources/plans/-", r#"{"planId": "premium"}"#)],
    ),
    vm(
        "sku-removal",
        STANDARD,
        &[(at!(FIRST "/plan/lifecycleState"), DEPRECATED)],
        &[(at!(FIRST "/plan/lifecycleState"), r#""generallyAvailable""#)],
    ),
    vm("sku-removal", STANDARD, &[(at!(FIRST "/plan/deprecationSchedule"), SCHEDULE)], ALIAS),
    vm("sku-removal", PARTNER, &[("/resources/product/deprecationSchedule", SCHEDULE)], ALIAS),
    service("sku-removal", FLAT, &[(at!(FIRST "/plan/lifecycleState"), r#""deleted""#)], ALIAS),
    given(
        &[(at!(FIRST "/plan/deprecationSchedule"), SCHEDULE)],
        vm("sku-removal", STANDARD, &[(at!(FIRST "/plan/lifecycleState"), DEPRECATED)], ALIAS),
    ),
    vm(
        "last-sku-removal",
        STANDARD,
        &[("/resources/plans", "[]")],
        &[("/resources/plans", r#"[{"planId": "partner"}]"#)],
    ),
    vm(
        "last-sku-removal",
        PARTNER,
        &[("/resources/product/lifecycleState", DEPRECATED)],
        &[("/resources/product/lifecycleState", r#""generallyAvailable""#)],
    ),
    core(
        "generation-removal",
        "contoso/firewall/twelve/twelve-arm64",
        &[(
            "/resources/plans/0/core-virtual-machine-plan-technical-configuration/skus",
            r#"[{"imageType": "x64Gen2", "skuId": "twelve"}]"#,
        )],
        ALIAS,
    ),
    vm(
        "generation-removal",
        "contoso/firewall/standard/standard-gen2",
        &[(at!(CONFIG "/skus/1/skuId"), r#""standard-2""#)],
        &[(at!(CONFIG "/skus/-"), r#"{"imageType": "arm64Gen2", "skuId": "standard-arm"}"#)],
    ),
];

/// The cases of all guards.
pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    [IDENTITY, price::CASES, availability::CASES, listing::CASES, image::CASES].into_iter().flatten()
}

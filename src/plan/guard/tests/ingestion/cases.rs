//! For each guard a change that trips it and one that does not.

use serde_json::Value;

use super::Edits;
use super::documents::{container, core_virtual_machine, saas, virtual_machine};

/// A change that trips a guard and one that does not.
#[derive(Clone, Copy)]
pub(super) struct Case {
    pub(super) code: &'static str,
    pub(super) target: &'static str,
    pub(super) document: fn() -> Value,
    /// What is different from `document` before.
    pub(super) given: Edits,
    pub(super) trips: Edits,
    pub(super) rests: Edits,
}

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

pub(super) static CASES: &[Case] = &[
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
    // Who can buy it, and where.
    vm(
        "market-removal",
        "contoso/firewall/standard/no",
        &[(at!(SOLD "/markets"), r#"["us"]"#)],
        &[(at!(SOLD "/markets"), r#"["no", "se", "us"]"#)],
    ),
    vm(
        "market-removal",
        "contoso/firewall/standard/no",
        &[(at!(SOLD "/customerMarkets"), r#""allTaxRemittedMarkets""#), (at!(SOLD "/markets"), "null")],
        &[(at!(SOLD "/customerMarkets"), r#""allMarkets""#), (at!(SOLD "/markets"), "null")],
    ),
    vm(
        "market-removal",
        "contoso/firewall/partner/allMarkets",
        &[(at!(PRIVATE "/customerMarkets"), r#""customMarkets""#), (at!(PRIVATE "/markets"), r#"["us", "no"]"#)],
        TITLE,
    ),
    app(
        "market-removal",
        "contoso/firewall/cluster/allTaxRemittedMarkets",
        &[(at!(SOLD "/customerMarkets"), "null"), (at!(SOLD "/markets"), r#"["us"]"#)],
        &[(at!(SOLD "/customerMarkets"), r#""allMarkets""#)],
    ),
    vm(
        "market-added",
        "contoso/firewall/standard/se",
        &[(at!(SOLD "/markets"), r#"["us", "no", "se"]"#)],
        &[(at!(SOLD "/markets"), r#"["no", "us"]"#)],
    ),
    vm(
        "market-added",
        "contoso/firewall/standard/allMarkets",
        &[(at!(SOLD "/customerMarkets"), r#""allMarkets""#), (at!(SOLD "/markets"), "null")],
        // Each market was one of all before.
        &[(at!(PRIVATE "/customerMarkets"), "null"), (at!(PRIVATE "/markets"), r#"["us"]"#)],
    ),
    vm(
        "public-to-private",
        STANDARD,
        &[
            (at!(SOLD "/audience"), r#""private""#),
            (at!(SOLD "/privateAudiences"), r#"[{"type": "tenant", "id": "t"}]"#),
        ],
        &[(at!(SOLD "/privateAudiences"), "[]")],
    ),
    // Nobody is somebody else than everybody.
    vm("public-to-private", STANDARD, &[(at!(SOLD "/audience"), r#""private""#)], ALIAS),
    vm(
        "private-to-public",
        PARTNER,
        &[(at!(PRIVATE "/audience"), r#""public""#)],
        &[(at!(PRIVATE "/privateAudiences"), "[]")],
    ),
    given(
        &[(at!(PRIVATE "/privateAudiences"), "[]")],
        vm("private-to-public", PARTNER, &[(at!(PRIVATE "/audience"), r#""public""#)], ALIAS),
    ),
    vm(
        "audience-removal",
        "contoso/firewall/partner/ten-4",
        &[(at!(PRIVATE "/privateAudiences"), r#"[{"type": "subscription", "id": "sub-3"}]"#)],
        &[(at!(PRIVATE "/privateAudiences/1/label"), r#""Wingtip Inc.""#)],
    ),
    vm(
        "audience-removal",
        "contoso/firewall/partner/sub-3",
        &[(at!(PRIVATE "/privateAudiences"), "[]")],
        &[(at!(PRIVATE "/privateAudiences/-"), r#"{"type": "subscription", "id": "sub-5"}"#)],
    ),
    vm(
        "preview-audience-changed",
        OFFER,
        &[("/resources/price-and-availability-offer/previewAudiences/0/id", r#""sub-9""#)],
        &[("/resources/price-and-availability-offer/previewAudiences/0/label", r#""Another label""#)],
    ),
    service(
        "preview-audience-changed",
        OFFER,
        &[("/resources/price-and-availability-offer/previewAudiences", "[]")],
        ALIAS,
    ),
    vm(
        "preview-audience-emptied",
        OFFER,
        &[("/resources/price-and-availability-offer/previewAudiences", "null")],
        &[("/resources/price-and-availability-offer/previewAudiences", r#"[{"type": "subscription", "id": "sub-1"}]"#)],
    ),
    vm(
        "cloud-withdrawn",
        "contoso/firewall/standard/azureGlobal",
        &[(at!(FIRST "/plan/azureRegions"), r#"["azureChina"]"#)],
        &[(at!(FIRST "/plan/azureRegions"), r#"["azureGovernment", "azureGlobal"]"#)],
    ),
    core(
        "cloud-withdrawn",
        "contoso/firewall/twelve/azureGovernment",
        // Public Azure is what a plan without regions is sold in.
        &[(at!(FIRST "/plan/azureRegions"), "null")],
        ALIAS,
    ),
    vm(
        "national-cloud-withdrawn",
        "contoso/firewall/standard/azureChina",
        &[(at!(FIRST "/plan/azureRegions"), r#"["azureGlobal"]"#)],
        &[(at!(FIRST "/plan/azureRegions"), r#"["azureGlobal", "azureChina", "azureGermany"]"#)],
    ),
    vm("sku-hidden", STANDARD, HIDDEN, ALIAS),
    service("sku-hidden", USERS, &[(at!(PRIVATE "/visibility"), r#""hidden""#)], ALIAS),
    // The listing.
    vm(
        "standard-contract-left",
        OFFER,
        &[("/resources/property/termsConditions", r#""custom""#)],
        &[("/resources/property/categories", r#"{"compute": []}"#)],
    ),
    service("standard-contract-left", OFFER, &[("/resources/property", r#"{"termsConditions": "custom"}"#)], ALIAS),
    vm(
        "hero-logo-removal",
        OFFER,
        &[("/resources/listing-asset/fr-fr", "[]")],
        &[("/resources/listing-asset/fr-fr/0/url", r#""https://assets.example/other.png""#)],
    ),
    vm(
        "hero-logo-removal",
        OFFER,
        &[("/resources/listing-asset/en-us/1/lifecycleState", r#""deleted""#)],
        &[(
            "/resources/listing-asset/en-us/0",
            r#"{"type": "azureLogoLarge", "url": "https://assets.example/216.png"}"#,
        )],
    ),
    service(
        "sell-through-changed",
        OFFER,
        &[("/resources/commercial-marketplace-setup/sellThroughMicrosoft", "false")],
        &[("/resources/commercial-marketplace-setup/callToAction", r#""contactMe""#)],
    ),
    vm(
        "lead-destination-changed",
        OFFER,
        &[("/resources/customer-leads", HTTPS)],
        // The mask that goes back, and a secret that is filled in later.
        &[
            (at!(LEADS "/marketoLeadConfiguration/clientSecret"), "null"),
            ("/resources/listing/en-us/title", r#""New""#),
        ],
    ),
    vm(
        "lead-destination-changed",
        OFFER,
        &[(at!(LEADS "/marketoLeadConfiguration/formId"), r#""2""#)],
        &[(at!(LEADS "/marketoLeadConfiguration/clientSecret"), r#""***""#)],
    ),
    given(
        &[(
            "/resources/customer-leads",
            r#"{"leadDestination": "email", "emailLeadConfiguration": {"contactEmail": ["a@b.example"]}}"#,
        )],
        vm(
            "lead-destination-changed",
            OFFER,
            &[(at!(LEADS "/emailLeadConfiguration/contactEmail/0"), r#""c@d.example""#)],
            TITLE,
        ),
    ),
    given(
        &[("/resources/customer-leads", r#"{"leadDestination": "new", "newLeadConfiguration": {"at": "a"}}"#)],
        vm("lead-destination-changed", OFFER, &[(at!(LEADS "/newLeadConfiguration/at"), r#""b""#)], TITLE),
    ),
    given(
        &[(
            "/resources/customer-leads",
            r#"{"leadDestination": "dynamics", "dynamicsLeadConfiguration": {"instanceUrl": "https://crm.example", "authentication": "azureAD"}}"#,
        )],
        vm(
            "secret-not-declared",
            "contoso/firewall/dynamicsLeadConfiguration",
            &[(at!(LEADS "/dynamicsLeadConfiguration/instanceUrl"), r#""https://other.example""#)],
            TITLE,
        ),
    ),
    // Images.
    vm(
        "image-changed",
        "contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/vmImages/0/source/osDisk/uri"), r#""https://disks.example/other.vhd""#)],
        &[(at!(VERSIONS "/-"), version!("3.0.0", "x64Gen1"))],
    ),
    vm(
        "image-changed",
        "contoso/firewall/standard/standard-gen2/2.0.0",
        &[(
            at!(VERSIONS "/1/vmImages/1/source/dataDisks"),
            r#"[{"lunNumber": 0, "uri": "https://disks.example/data.vhd"}]"#,
        )],
        &[(at!(VERSIONS "/1/vmImages/1/source/dataDisks"), "null")],
    ),
    vm(
        "image-changed",
        "contoso/firewall/partner/1.0.0",
        &[(at!(GALLERY "/sharedImage/resourceId"), r#""/subscriptions/s/galleries/g/images/i/versions/2.0.0""#)],
        &[("/resources/plans/1/plan/alias", r#""New""#)],
    ),
    vm(
        "image-changed",
        "contoso/firewall/partner/1.0.0",
        &[(
            "/resources/plans/1/virtual-machine-plan-technical-configuration/vmImageVersions/0/vmImages/0/source",
            r#"{"sourceType": "sasUri", "osDisk": {"uri": "https://disks.example/1.0.0.vhd"}}"#,
        )],
        ALIAS,
    ),
    core(
        "image-changed",
        "contoso/firewall/twelve/twelve-arm64/2026.9.1",
        &[(at!(CORE_VERSIONS "/0/vmImages/1/source/osDisk/uri"), r#""https://disks.example/other.vhd""#)],
        &[(at!(CORE_VERSIONS "/0/lifecycleState"), DEPRECATED)],
    ),
    app(
        "image-changed",
        "contoso/firewall/cluster/app:latest",
        &[(at!(BUNDLES "/cnabReferences/1/digest"), r#""sha256:other""#)],
        &[(at!(BUNDLES "/cnabReferences/1/registryName"), r#""another""#)],
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/1.0.0",
        &[(at!(VERSIONS "/0/lifecycleState"), DEPRECATED)],
        &[(at!(VERSIONS "/0/lifecycleState"), r#""generallyAvailable""#)],
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/standard-gen2/1.0.0",
        &[(at!(VERSIONS "/0/deprecationSchedule"), SCHEDULE)],
        ALIAS,
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/standard-gen2/1.0.0",
        &[(
            at!(VERSIONS "/0"),
            version!(
                "1.0.0",
                "x64Gen1",
                r#"{"sourceType": "sasUri", "osDisk": {"uri": "https://disks.example/1.0.0-x64Gen1.vhd"}, "dataDisks": []}"#
            ),
        )],
        ALIAS,
    ),
    core(
        "image-removal",
        "contoso/firewall/twelve/2026.9.1",
        &[(at!(CORE_VERSIONS "/0"), version!("2026.11.1", "x64Gen2"))],
        &[(at!(CORE_VERSIONS "/-"), version!("2026.11.1", "x64Gen2"))],
    ),
    app(
        "image-removal",
        "contoso/firewall/cluster/app:1.0.0",
        &[(at!(BUNDLES "/cnabReferences/0/tag"), r#""1.1.0""#)],
        &[(at!(BUNDLES "/cnabReferences/-"), r#"{"repositoryName": "app", "tag": "0.9.0", "digest": "sha256:0.9.0"}"#)],
    ),
    app(
        "image-removal",
        "contoso/firewall/listed/app:1.0",
        &[("/resources/plans/1/container-plan-technical-configuration/imageTags", r#"["1.1"]"#)],
        ALIAS,
    ),
    vm(
        "last-image-removal",
        STANDARD,
        &[(at!(VERSIONS "/0/lifecycleState"), DEPRECATED), (at!(VERSIONS "/1/lifecycleState"), DEPRECATED)],
        // Until that day they are there.
        &[(at!(VERSIONS "/0/deprecationSchedule"), SCHEDULE), (at!(VERSIONS "/1/deprecationSchedule"), SCHEDULE)],
    ),
    vm(
        "last-image-removal",
        "contoso/firewall/standard/standard-gen2",
        &[(at!(CONFIG "/vmImageVersions"), "[]")],
        ALIAS,
    ),
    vm(
        "last-image-removal",
        STANDARD,
        &[(at!(CONFIG "/skus"), r#"[{"imageType": "x64Gen2", "skuId": "standard-gen2"}]"#)],
        ALIAS,
    ),
    app("last-image-removal", CLUSTER, &[(at!(BUNDLES "/cnabReferences"), "null")], ALIAS),
    vm(
        "image-not-newer",
        "contoso/firewall/standard/1.10.0",
        &[(at!(VERSIONS "/-"), version!("1.10.0", "x64Gen1"))],
        &[(at!(VERSIONS "/-"), version!("2.0.1", "x64Gen1"))],
    ),
    core(
        "image-not-newer",
        "contoso/firewall/twelve/twelve-arm64/2026.9.30",
        &[(at!(CORE_VERSIONS "/-"), version!("2026.9.30", "arm64Gen2"))],
        &[(at!(CORE_VERSIONS "/-"), version!("2026.10.30", "arm64Gen2"))],
    ),
    vm(
        "several-new-images",
        STANDARD,
        &[(at!(VERSIONS "/-"), version!("3.0.0", "x64Gen1")), (at!(VERSIONS "/-"), version!("4.0.0", "x64Gen1"))],
        &[(at!(VERSIONS "/-"), version!("3.0.0", "x64Gen1")), (at!(VERSIONS "/-"), version!("3.0.0", "x64Gen2"))],
    ),
    vm(
        "data-disks-changed",
        "contoso/firewall/standard/3.0.0",
        &[(
            at!(VERSIONS "/-"),
            version!(
                "3.0.0",
                "x64Gen1",
                r#"{"osDisk": {"uri": "https://disks.example/new.vhd"}, "dataDisks": [{"lunNumber": 0, "uri": "https://disks.example/data.vhd"}]}"#
            ),
        )],
        // How many disks an image of a gallery has is not to be seen.
        &[(
            at!(VERSIONS "/-"),
            version!(
                "3.0.0",
                "x64Gen1",
                r#"{"sourceType": "sharedImageGallery", "sharedImage": {"tenantId": "t", "resourceId": "r"}}"#
            ),
        )],
    ),
    service(
        "meter-changed",
        "contoso/firewall/messages",
        &[("/resources/price-and-availability-custom-meter/customMeters/messages/unitOfMeasure", r#""100 messages""#)],
        &[(
            "/resources/price-and-availability-custom-meter/customMeters/calls",
            r#"{"displayName": "Calls", "unitOfMeasure": "call"}"#,
        )],
    ),
    service(
        "meter-changed",
        "contoso/firewall/messages",
        &[("/resources/price-and-availability-custom-meter/customMeters", "{}")],
        ALIAS,
    ),
    service(
        "trial-removed",
        FLAT,
        &[(at!(SOLD "/trial"), "null")],
        &[("/resources/plans/1/price-and-availability-plan/trial", r#"{"type": "month", "value": 1}"#)],
    ),
    app(
        "extension-type-changed",
        CLUSTER,
        &[(at!(BUNDLES "/clusterExtensionType"), r#""Contoso.Other""#)],
        &[(at!(BUNDLES "/cnabReferences/-"), r#"{"repositoryName": "app", "tag": "1.1.0", "digest": "sha256:1.1.0"}"#)],
    ),
];

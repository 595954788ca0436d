//! Changes of who can buy a plan, and where.

use super::{ALIAS, Case, HIDDEN, OFFER, PARTNER, STANDARD, TITLE, USERS, app, at, core, given, service, vm};

pub(super) static CASES: &[Case] = &[
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
];

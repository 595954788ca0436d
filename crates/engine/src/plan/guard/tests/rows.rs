//! For each guard what a value does that cannot be read, is absent, of another kind, or spelled otherwise, and that a change in two
//! steps trips it as one in one step does. What trips it, what does not, and decoys are in the cases; a guard without a row of some
//! aspect has a reason.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cases::{
    CASES, Edits, IMAGE, MARKETO, OTHER_IMAGE, application, core_virtual_machine, edited, virtual_machine,
};
use super::{KINDS, codes, declared, is, knowing, plan};
use crate::plan::guard::{GuardKind, Publication, Scope};

/// What is peculiar about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Aspect {
    /// It is of the right kind, and says nothing that is understood.
    Unreadable,
    /// It is not there, before or after.
    Absent,
    /// Text where a number belongs, a mapping where a list does.
    OtherKind,
    /// Other letters, or another way to write the same number.
    OtherSpelling,
    /// Somebody put it into the draft before, and it goes live now.
    TwoSteps,
}

use Aspect::{Absent, OtherKind, OtherSpelling, TwoSteps, Unreadable};

#[derive(Clone, Copy)]
struct Row {
    aspect: Aspect,
    code: &'static str,
    /// What the guard is about, or nothing if it is not to trip.
    target: &'static str,
    document: fn() -> Value,
    /// What is different from `document` in the portal and in the files.
    given: Edits,
    edits: Edits,
}

const fn row(aspect: Aspect, code: &'static str, target: &'static str, edits: Edits) -> Row {
    Row { aspect, code, target, document: virtual_machine, given: &[], edits }
}

const fn core(aspect: Aspect, code: &'static str, target: &'static str, edits: Edits) -> Row {
    Row { document: core_virtual_machine, ..row(aspect, code, target, edits) }
}

const fn app(aspect: Aspect, code: &'static str, target: &'static str, edits: Edits) -> Row {
    Row { document: application, ..row(aspect, code, target, edits) }
}

const fn given(given: Edits, row: Row) -> Row {
    Row { given, ..row }
}

const FIREWALL: &str = "contoso/firewall";
const STANDARD: &str = "contoso/firewall/standard";
const PARTNER: &str = "contoso/firewall/partner";
const NOT: &str = "";
const HIDDEN: &str = below!(SKU "/microsoft-azure-virtualmachines.hideSKUForSolutionTemplate");
const CLOUDS: &str = below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability");
const AUDIENCE: &str = "/definition/plans/1/restrictedAudience";
const ENTRY: &str = "/definition/plans/1/restrictedAudience/manualEntries/1";
const MODE: &str = below!(SKU "/microsoft-azure-applications.deploymentMode");
const SHEET: Edits = &[(below!(PRICES "/spreadSheetPricing"), r#"{"uri": "https://files.example/one.xlsx"}"#)];
const FREE: Edits = &[(below!(CORES "/1core"), "0"), (below!(CORES "/2core"), "0")];

static ROWS: &[Row] = &[
    row(OtherSpelling, "offer-type-changed", FIREWALL, &[("/offerTypeId", r#""Microsoft-Azure-VirtualMachines""#)]),
    row(
        Unreadable,
        "marketing-identifier-changed",
        FIREWALL,
        &[(below!(OFFER ".offerMarketingUrlIdentifier"), r#""""#)],
    ),
    row(Absent, "marketing-identifier-changed", FIREWALL, &[(below!(OFFER ".offerMarketingUrlIdentifier"), "null")]),
    row(OtherKind, "marketing-identifier-changed", FIREWALL, &[(below!(OFFER ".offerMarketingUrlIdentifier"), "[7]")]),
    row(
        OtherSpelling,
        "marketing-identifier-changed",
        FIREWALL,
        &[(below!(OFFER ".offerMarketingUrlIdentifier"), r#""Contoso-Firewall""#)],
    ),
    row(OtherSpelling, "sku-renamed", STANDARD, &[(below!(SKU "/planId"), r#""Standard""#)]),
    row(
        OtherSpelling,
        "sku-removal",
        PARTNER,
        &[("/definition/plans/1", r#"{"planId": "PARTNER", "regions": ["DE"]}"#)],
    ),
    core(
        OtherSpelling,
        "generation-removal",
        "contoso/linux/twelve/twelve-arm",
        &[(below!(SKU "/diskGenerations/1/planId"), r#""twelve-ARM""#)],
    ),
    row(Unreadable, "price-raised", STANDARD, &[(below!(CORES "/1core"), "1e400")]),
    row(Absent, "price-raised", STANDARD, &[(below!(CORES "/8core"), "900")]),
    row(OtherKind, "price-raised", STANDARD, &[(below!(CORES "/1core"), r#""0.05""#)]),
    row(OtherKind, "price-raised", STANDARD, &[(below!(CORES "/1core"), "true")]),
    row(OtherSpelling, "price-raised", STANDARD, &[(below!(CORES "/1core"), "15e-2")]),
    row(OtherSpelling, "price-raised", NOT, &[(below!(CORES "/1core"), "1e-1"), (below!(CORES "/2core"), "0.200")]),
    row(OtherSpelling, "price-lowered", STANDARD, &[(below!(CORES "/1core"), "5E-2")]),
    given(
        SHEET,
        row(Unreadable, "price-sheet-changed", STANDARD, &[(below!(PRICES "/spreadSheetPricing/uri"), r#""""#)]),
    ),
    given(SHEET, row(Absent, "price-sheet-changed", STANDARD, &[(below!(PRICES "/spreadSheetPricing/uri"), "null")])),
    // Of an address alone nobody can tell whether the file is another one. What cannot be compared counts as changed.
    given(
        SHEET,
        row(
            Unreadable,
            "price-sheet-changed",
            STANDARD,
            &[
                (below!(PRICES "/spreadSheetPricing/uri"), r#""https://files.example/two.xlsx""#),
                (below!(OFFER ".title"), r#""New""#),
            ],
        ),
    ),
    given(SHEET, row(OtherKind, "price-sheet-changed", STANDARD, &[(below!(PRICES "/spreadSheetPricing"), "7")])),
    given(
        SHEET,
        row(
            OtherSpelling,
            "price-sheet-changed",
            STANDARD,
            &[(below!(PRICES "/spreadSheetPricing/Uri"), r#""https://files.example/two.xlsx""#)],
        ),
    ),
    given(
        &[(HIDDEN, r#""true""#)],
        row(OtherKind, "price-change-excluded", STANDARD, &[(below!(CORES "/1core"), "0.15")]),
    ),
    given(
        &[(CLOUDS, r#"["PublicAzure", "fairfax"]"#)],
        row(OtherSpelling, "price-change-excluded", STANDARD, &[(below!(CORES "/1core"), "0.15")]),
    ),
    given(
        &[(CLOUDS, "null"), (HIDDEN, "null")],
        row(Absent, "price-change-excluded", NOT, &[(below!(CORES "/1core"), "0.15")]),
    ),
    row(
        Unreadable,
        "price-change-excluded",
        STANDARD,
        &[(below!(CORES "/1core"), "1e400"), (below!(CORES "/2core"), "0.15")],
    ),
    given(FREE, row(Unreadable, "free-to-paid", STANDARD, &[(below!(CORES "/1core"), "1e400")])),
    given(
        &[(below!(PRICES "/coreMultiplier"), "null")],
        row(
            Absent,
            "free-to-paid",
            STANDARD,
            &[(below!(PRICES "/coreMultiplier"), r#"{"currency": "USD", "single": 0.05}"#)],
        ),
    ),
    given(FREE, row(OtherSpelling, "free-to-paid", STANDARD, &[(below!(CORES "/1core"), "1e-2")])),
    row(Absent, "licence-changed", NOT, &[(below!(PRICES "/isByol"), "null")]),
    row(Absent, "licence-changed", PARTNER, &[("/definition/plans/1/virtualMachinePricing/isByol", "null")]),
    row(OtherKind, "licence-changed", STANDARD, &[(below!(PRICES "/isByol"), "0")]),
    row(Unreadable, "pricing-model-changed", STANDARD, &[(below!(PRICES "/coreMultiplier/currency"), r#""""#)]),
    row(Absent, "pricing-model-changed", STANDARD, &[(below!(PRICES "/coreMultiplier/currency"), "null")]),
    row(OtherKind, "pricing-model-changed", STANDARD, &[(below!(PRICES "/coreMultiplier"), "[]")]),
    row(OtherSpelling, "pricing-model-changed", STANDARD, &[(below!(PRICES "/coreMultiplier/currency"), r#""usd""#)]),
    row(Absent, "core-sizes-missing", STANDARD, &[(below!(CORES "/1core"), "null")]),
    row(OtherKind, "core-sizes-missing", STANDARD, &[(below!(CORES "/1core"), "{}")]),
    row(OtherSpelling, "core-sizes-missing", STANDARD, &[(below!(CORES ""), r#"{"1Core": 0.1, "1core": null}"#)]),
    row(Unreadable, "market-removal", "contoso/firewall/standard/NO", &[(below!(SKU "/regions"), r#"["US", ["NO"]]"#)]),
    row(Absent, "market-removal", "contoso/firewall/standard/NO", &[(below!(SKU "/regions"), "null")]),
    row(OtherKind, "market-removal", "contoso/firewall/standard/NO", &[(below!(SKU "/regions"), r#"{"NO": true}"#)]),
    row(
        OtherSpelling,
        "market-removal",
        "contoso/firewall/standard/NO",
        &[(below!(SKU "/regions"), r#"["US", "no"]"#)],
    ),
    row(
        OtherSpelling,
        "market-added",
        "contoso/firewall/standard/se",
        &[(below!(SKU "/regions"), r#"["US", "NO", "se"]"#)],
    ),
    row(OtherKind, "market-added", "contoso/firewall/standard/7", &[(below!(SKU "/regions"), r#"["US", "NO", 7]"#)]),
    given(
        &[(below!(SKU "/regions"), "null")],
        row(Absent, "market-added", "contoso/firewall/standard/SE", &[(below!(SKU "/regions"), r#"["SE"]"#)]),
    ),
    row(OtherKind, "public-to-private", STANDARD, &[(below!(SKU "/restrictedAudience"), r#""sub-3""#)]),
    row(
        OtherKind,
        "public-to-private",
        STANDARD,
        &[(below!(SKU "/restrictedAudience"), r#"{"manualEntries": "sub-3"}"#)],
    ),
    row(Unreadable, "public-to-private", STANDARD, &[(below!(SKU "/restrictedAudience"), r#"{"manualEntries": [7]}"#)]),
    row(OtherSpelling, "public-to-private", NOT, &[(below!(SKU "/restrictedAudience"), r#"{"ManualEntries": []}"#)]),
    row(Unreadable, "private-to-public", PARTNER, &[(AUDIENCE, r#"{"manualEntries": []}"#)]),
    row(Absent, "private-to-public", PARTNER, &[("/definition/plans/1/restrictedAudience/manualEntries", "null")]),
    row(OtherKind, "private-to-public", PARTNER, &[(AUDIENCE, "[]")]),
    row(
        OtherSpelling,
        "private-to-public",
        PARTNER,
        &[(AUDIENCE, r#"{"manualEntries": null, "ManualEntries": [{"id": "sub-3"}, {"id": "sub-4"}]}"#)],
    ),
    row(
        OtherKind,
        "audience-source-changed",
        PARTNER,
        &[(AUDIENCE, r#"{"manualEntries": null, "uploadedCsvUri": 7}"#)],
    ),
    row(
        Unreadable,
        "audience-source-changed",
        PARTNER,
        &[(AUDIENCE, r#"{"manualEntries": null, "uploadedCsvUri": "no address"}"#)],
    ),
    row(Unreadable, "audience-removal", "contoso/firewall/partner/sub-4", &[(ENTRY, r#"{"id": ""}"#)]),
    row(
        Absent,
        "audience-removal",
        "contoso/firewall/partner/sub-4",
        &[(ENTRY, r#"{"type": "subscriptionId", "id": null}"#)],
    ),
    row(OtherKind, "audience-removal", "contoso/firewall/partner/sub-4", &[(ENTRY, r#""sub-4""#)]),
    row(
        OtherSpelling,
        "audience-removal",
        "contoso/firewall/partner/sub-4",
        &[("/definition/plans/1/restrictedAudience/manualEntries/1/id", r#""SUB-4""#)],
    ),
    row(
        Unreadable,
        "preview-audience-changed",
        FIREWALL,
        &[(below!(OFFER ".allowedSubscriptions"), r#"["sub-1", "sub-2", ""]"#)],
    ),
    row(OtherKind, "preview-audience-changed", FIREWALL, &[(below!(OFFER ".allowedSubscriptions"), r#"["sub-1", 2]"#)]),
    row(
        OtherSpelling,
        "preview-audience-changed",
        FIREWALL,
        &[(below!(OFFER ".allowedSubscriptions"), r#"["sub-1", "SUB-2"]"#)],
    ),
    row(Unreadable, "preview-audience-emptied", FIREWALL, &[(below!(OFFER ".allowedSubscriptions"), r#"["", " "]"#)]),
    row(Absent, "preview-audience-emptied", FIREWALL, &[(below!(OFFER ".allowedSubscriptions"), "null")]),
    row(OtherKind, "preview-audience-emptied", FIREWALL, &[(below!(OFFER ".allowedSubscriptions"), "[7, {}]")]),
    row(
        Unreadable,
        "cloud-withdrawn",
        "contoso/firewall/standard/PublicAzure",
        &[(CLOUDS, r#"[["PublicAzure"], "Mooncake"]"#)],
    ),
    row(Absent, "cloud-withdrawn", "contoso/firewall/standard/PublicAzure", &[(CLOUDS, "null")]),
    row(OtherKind, "cloud-withdrawn", "contoso/firewall/standard/PublicAzure", &[(CLOUDS, r#"{"PublicAzure": true}"#)]),
    row(
        OtherSpelling,
        "cloud-withdrawn",
        "contoso/firewall/standard/PublicAzure",
        &[(CLOUDS, r#"["publicAzure", "Mooncake"]"#)],
    ),
    row(
        Unreadable,
        "national-cloud-withdrawn",
        "contoso/firewall/standard/Mooncake",
        &[(CLOUDS, r#"["PublicAzure", ["Mooncake"]]"#)],
    ),
    row(Absent, "national-cloud-withdrawn", "contoso/firewall/standard/Mooncake", &[(CLOUDS, "null")]),
    row(OtherKind, "national-cloud-withdrawn", "contoso/firewall/standard/Mooncake", &[(CLOUDS, r#""PublicAzure""#)]),
    row(
        OtherSpelling,
        "national-cloud-withdrawn",
        "contoso/firewall/standard/Mooncake",
        &[(CLOUDS, r#"["PublicAzure", "mooncake"]"#)],
    ),
    row(OtherKind, "sku-hidden", STANDARD, &[(HIDDEN, r#""false""#)]),
    row(Absent, "sku-hidden", NOT, &[(HIDDEN, "null")]),
    row(Absent, "standard-contract-left", FIREWALL, &[(below!(OFFER ".useEnterpriseContract"), "null")]),
    row(OtherKind, "standard-contract-left", FIREWALL, &[(below!(OFFER ".useEnterpriseContract"), "1")]),
    row(
        Unreadable,
        "hero-logo-removal",
        FIREWALL,
        &[(below!(OFFER ".heroLogo"), r#"" ""#), (below!(OFFER ".title"), r#""New""#)],
    ),
    row(Absent, "hero-logo-removal", FIREWALL, &[(below!(OFFER ".heroLogo"), "null")]),
    row(OtherKind, "hero-logo-removal", FIREWALL, &[(below!(OFFER ".heroLogo"), "{}")]),
    row(Unreadable, "lead-destination-changed", FIREWALL, &[(below!(OFFER ".leadDestination"), r#""""#)]),
    row(Absent, "lead-destination-changed", FIREWALL, &[(below!(OFFER ".leadDestination"), "null")]),
    row(OtherKind, "lead-destination-changed", FIREWALL, &[(below!(OFFER ".leadDestination"), "[]")]),
    row(OtherSpelling, "lead-destination-changed", FIREWALL, &[(below!(OFFER ".leadDestination"), r#""NONE""#)]),
    given(
        &[(MARKETO, r#""in use""#)],
        row(
            OtherKind,
            "secret-not-declared",
            "contoso/firewall/microsoft-azure-marketplace.marketoLeadConfiguration",
            super::cases::TITLE,
        ),
    ),
    given(&[(MARKETO, "null")], row(Absent, "secret-not-declared", NOT, super::cases::TITLE)),
    given(
        &[(below!(OFFER ".leadDestination"), r#""marketo""#)],
        row(
            OtherSpelling,
            "secret-not-declared",
            "contoso/firewall/microsoft-azure-marketplace.leadDestination",
            super::cases::TITLE,
        ),
    ),
    row(Unreadable, "image-changed", "contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0/osVhdUrl"), r#""""#)]),
    row(Absent, "image-changed", "contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0/osVhdUrl"), "null")]),
    row(OtherKind, "image-changed", "contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0/osVhdUrl"), "[]")]),
    row(
        OtherSpelling,
        "image-changed",
        "contoso/firewall/standard/1.9.0",
        &[(below!(IMAGES "/1.9.0/osVhdUrl"), r#""https://disks.example/1.9.0.VHD""#)],
    ),
    row(Absent, "image-removal", "contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0"), "null")]),
    row(OtherKind, "image-removal", "contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0"), "[]")]),
    row(
        OtherSpelling,
        "image-removal",
        "contoso/firewall/standard/1.9.0",
        &[(below!(IMAGES "/1.9.0"), "null"), (below!(IMAGES "/1.9.00"), IMAGE)],
    ),
    row(Absent, "last-image-removal", STANDARD, &[(below!(IMAGES ""), "null")]),
    row(OtherKind, "last-image-removal", STANDARD, &[(below!(IMAGES ""), "[]")]),
    row(Unreadable, "image-not-newer", "contoso/firewall/standard/1.x.0", &[(below!(IMAGES "/1.x.0"), IMAGE)]),
    row(OtherSpelling, "image-not-newer", "contoso/firewall/standard/01.10.00", &[(below!(IMAGES "/01.10.00"), IMAGE)]),
    row(
        OtherSpelling,
        "several-new-images",
        STANDARD,
        &[(below!(IMAGES "/1.11.0"), IMAGE), (below!(IMAGES "/1.11.00"), OTHER_IMAGE)],
    ),
    row(
        Absent,
        "data-disks-changed",
        NOT,
        &[(below!(IMAGES "/1.11.0"), r#"{"osVhdUrl": "https://disks.example/new.vhd"}"#)],
    ),
    row(
        OtherKind,
        "data-disks-changed",
        "contoso/firewall/standard/1.11.0",
        &[(below!(IMAGES "/1.11.0"), r#"{"osVhdUrl": "https://disks.example/new.vhd", "lunVhdDetails": {}}"#)],
    ),
    app(
        Unreadable,
        "package-changed",
        "contoso/backup/managed/1.2.0",
        &[
            (below!(PACKAGE "/1.2.0/packageVersion/packageFile"), r#""https://files.example/other.zip""#),
            (below!(OFFER ".title"), r#""New""#),
        ],
    ),
    // Another signature is no other file.
    app(
        OtherSpelling,
        "package-changed",
        NOT,
        &[
            (below!(PACKAGE "/1.2.0/packageVersion/packageFile"), r#""https://files.example/1.2.0.zip?sv=1&sig=abc""#),
            (below!(OFFER ".title"), r#""New""#),
        ],
    ),
    app(
        Absent,
        "package-changed",
        "contoso/backup/managed/1.2.0",
        &[(below!(PACKAGE "/1.2.0/packageVersion"), "null")],
    ),
    app(
        OtherKind,
        "package-changed",
        "contoso/backup/managed/1.2.0",
        &[(below!(PACKAGE "/1.2.0/packageVersion"), "7")],
    ),
    app(
        OtherSpelling,
        "package-changed",
        "contoso/backup/managed/1.2.0",
        &[(below!(PACKAGE "/1.2.0/packageVersion/tenantId"), r#""ONE""#)],
    ),
    app(Unreadable, "package-not-newer", "contoso/backup/managed/v2", &[(below!(PACKAGE "/v2"), "{}")]),
    app(OtherSpelling, "package-not-newer", "contoso/backup/managed/1.02.0", &[(below!(PACKAGE "/1.02.0"), "{}")]),
    app(Unreadable, "deployment-mode-complete", "contoso/backup/managed", &[(MODE, r#""whatever""#)]),
    app(Absent, "deployment-mode-complete", NOT, &[(MODE, "null")]),
    app(OtherKind, "deployment-mode-complete", "contoso/backup/managed", &[(MODE, "true")]),
    app(OtherSpelling, "deployment-mode-complete", "contoso/backup/managed", &[(MODE, r#""COMPLETE""#)]),
];

/// Why a guard has no row of an aspect.
static DOES_NOT_APPLY: &[(&str, &[Aspect], &str)] = &[
    (
        "too-many-changes",
        &[Unreadable, Absent, OtherKind, OtherSpelling, TwoSteps],
        "it counts offers and looks at no value; tests/git has its cases",
    ),
    ("offer-type-changed", &[Unreadable, Absent, OtherKind], "a document without a type that is text is no offer"),
    ("offer-type-changed", &[TwoSteps], "the type of a draft never changes"),
    ("sku-renamed", &[Unreadable, Absent, OtherKind], "without an id that is text, skus-not-comparable trips"),
    ("sku-id-reused", &[Unreadable, Absent, OtherKind], "without an id that is text, skus-not-comparable trips"),
    ("sku-id-reused", &[OtherSpelling], "another id; that the old one goes was sku-removal"),
    ("sku-id-reused", &[TwoSteps], "it is about two steps: a test of its own has both"),
    ("sku-removal", &[Unreadable, Absent, OtherKind], "without an id that is text, skus-not-comparable trips"),
    ("last-sku-removal", &[Unreadable, OtherKind], "without an id that is text, skus-not-comparable trips"),
    ("last-sku-removal", &[Absent], "a file whose list of SKUs is none is refused"),
    ("last-sku-removal", &[OtherSpelling], "an empty list has no other spelling"),
    (
        "skus-not-comparable",
        &[Unreadable, Absent, OtherKind, OtherSpelling, TwoSteps],
        "it is the guard of what cannot be read; a test of its own has ids that are absent, numbers or there twice",
    ),
    (
        "production-unreadable",
        &[Unreadable, Absent, OtherKind, OtherSpelling, TwoSteps],
        "it is the guard of what cannot be read; a test of its own has each answer",
    ),
    ("generation-removal", &[Unreadable, OtherKind], "without an id that is text, skus-not-comparable trips"),
    ("generation-removal", &[Absent], "a file whose list of generations is none is refused"),
    ("price-lowered", &[Unreadable, Absent, OtherKind], "such a price counts as raised"),
    (
        "price-change-mixed",
        &[Unreadable, Absent, OtherKind, OtherSpelling],
        "it looks at whether something else changes, and not at what",
    ),
    ("free-to-paid", &[OtherKind], "such a price counts as raised"),
    ("core-sizes-missing", &[Unreadable], "any number is a price"),
    ("licence-changed", &[Unreadable, OtherSpelling], "`true` and `false` are all there is"),
    ("region-prices-one-block", &[Unreadable, OtherKind, OtherSpelling], "it looks at whether a block is declared"),
    ("region-prices-one-block", &[Absent], "its case is about a block that is absent"),
    ("region-prices-one-block", &[TwoSteps], "it is about files: the service keeps both blocks equal"),
    ("market-added", &[Unreadable], "any text is a market that is added"),
    ("market-added", &[TwoSteps], "it is about the prices of a save"),
    ("public-to-private", &[Absent], "no audience is everybody"),
    ("audience-source-changed", &[Absent, OtherSpelling], "then the SKU is public, which is private-to-public"),
    ("audience-source-changed", &[TwoSteps], "the service discards the earlier list when the offer is saved"),
    ("preview-audience-changed", &[Absent], "then it is emptied"),
    ("preview-audience-changed", &[TwoSteps], "it is about the preview, and no customer sees that"),
    ("preview-audience-emptied", &[OtherSpelling], "an empty list has no other spelling"),
    ("preview-audience-emptied", &[TwoSteps], "it is about the preview, and no customer sees that"),
    ("sku-hidden", &[Unreadable, OtherSpelling], "`true` and `false` are all there is"),
    ("standard-contract-left", &[Unreadable, OtherSpelling], "`true` and `false` are all there is"),
    ("hero-logo-removal", &[OtherSpelling], "any address is a logo"),
    ("secret-not-declared", &[Unreadable], "any text or mapping that is not empty is in use"),
    ("secret-not-declared", &[TwoSteps], "it is about a write, which erases the secret"),
    ("image-removal", &[Unreadable], "a version is there if it is a mapping"),
    ("last-image-removal", &[Unreadable, OtherSpelling], "an empty map has no other spelling"),
    ("image-not-newer", &[Absent, OtherKind], "a version is a key, which is text"),
    ("several-new-images", &[Unreadable, Absent, OtherKind], "a version is a key, and what is no mapping is none"),
    ("data-disks-changed", &[Unreadable, OtherSpelling], "the length of a list has no other spelling"),
    ("package-not-newer", &[Absent, OtherKind], "a version is a key, which is text"),
];

#[test]
fn every_row_trips_its_guard_or_does_not() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let live = edited((row.document)(), row.given);
        let desired = declared(edited(live.clone(), row.edits));
        let found = codes(&knowing(plan(&desired, &live), is(&live)));
        let as_expected = if row.target.is_empty() {
            found.iter().all(|name| name.split(':').next() != Some(row.code))
        } else {
            found.contains(&format!("{}:{}", row.code, row.target))
        };
        if !as_expected {
            wrong.push(format!("{} {:?} {:?}: {found:?}", row.code, row.aspect, row.edits));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_guard_has_a_row_of_each_aspect_or_a_reason() {
    let mut wanting = Vec::new();
    // What the portal does not have is tried with the documents of the other API.
    for kind in KINDS.iter().filter(|kind| kind.scope != Scope::Ingestion) {
        let mut there: BTreeSet<Aspect> =
            ROWS.iter().filter(|row| row.code == kind.code).map(|row| row.aspect).collect();
        // Each case of published content is released from a draft that somebody else made: see `releases`.
        let is_released = |case: &&super::cases::Case| {
            case.code == kind.code
                && GuardKind::of(case.code).is_some_and(|kind| kind.publication == Publication::Matters)
        };
        let is_of_files = ["offer-type-changed", "secret-not-declared", "region-prices-one-block"].contains(&kind.code);
        if !is_of_files && CASES.iter().any(|case| is_released(&case)) {
            there.insert(TwoSteps);
        }
        let excused: Vec<Aspect> = DOES_NOT_APPLY
            .iter()
            .filter(|(code, _, reason)| *code == kind.code && !reason.is_empty())
            .flat_map(|(_, aspects, _)| aspects.iter().copied())
            .collect();
        for aspect in [Unreadable, Absent, OtherKind, OtherSpelling, TwoSteps] {
            match (there.contains(&aspect), excused.contains(&aspect)) {
                (true, true) => wanting.push(format!("{}: {aspect:?} has a row and a reason for none", kind.code)),
                (false, false) => wanting.push(format!("{}: {aspect:?} is missing", kind.code)),
                _ => {}
            }
        }
    }
    let unknown = DOES_NOT_APPLY.iter().map(|(code, ..)| *code).chain(ROWS.iter().map(|row| row.code));
    wanting.extend(unknown.filter(|code| GuardKind::of(code).is_none()).map(|code| format!("{code} is no guard")));
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

//! For each guard a change that trips it and one that does not.

use serde_json::{Value, json};

pub(super) type Edits = &'static [(&'static str, &'static str)];

/// `document` with the value at each pointer replaced by JSON text; `-` appends to a list.
pub(super) fn edited(mut document: Value, edits: Edits) -> Value {
    for (pointer, text) in edits {
        let value: Value = serde_json::from_str(text).unwrap();
        let (around, last) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(around).unwrap_or_else(|| panic!("{around}")) {
            Value::Array(elements) if last == "-" => elements.push(value),
            Value::Array(elements) => elements[last.parse::<usize>().unwrap()] = value,
            Value::Object(members) => drop(members.insert(last.to_owned(), value)),
            other => panic!("{around} is {other}"),
        }
    }
    document
}

pub(super) fn virtual_machine() -> Value {
    json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": {
            "displayText": "Firewall",
            "offer": {
                "microsoft-azure-marketplace.title": "Firewall",
                "microsoft-azure-marketplace.offerMarketingUrlIdentifier": "contoso-firewall",
                "microsoft-azure-marketplace.heroLogo": "https://assets.example/hero.png",
                "microsoft-azure-marketplace.allowedSubscriptions": ["sub-1", "sub-2"],
                "microsoft-azure-marketplace.useEnterpriseContract": true,
                "microsoft-azure-marketplace.leadDestination": "None",
            },
            "plans": [
                {
                    "planId": "standard",
                    "regions": ["US", "NO"],
                    "virtualMachinePricing": {
                        "isByol": false,
                        "coreMultiplier": {"currency": "USD", "individually": {"1core": 0.1, "2core": 0.2}},
                    },
                    "microsoft-azure-virtualmachines.skuTitle": "Standard",
                    "microsoft-azure-virtualmachines.hideSKUForSolutionTemplate": false,
                    "microsoft-azure-virtualmachines.cloudAvailability": ["PublicAzure", "Mooncake"],
                    "microsoft-azure-virtualmachines.vmImages": {
                        "1.9.0": {"osVhdUrl": "https://disks.example/1.9.0.vhd", "lunVhdDetails": []},
                        "1.10.0": {"osVhdUrl": "https://disks.example/1.10.0.vhd", "lunVhdDetails": []},
                    },
                },
                {
                    "planId": "partner",
                    "regions": ["DE"],
                    "restrictedAudience": {"manualEntries": [
                        {"type": "subscriptionId", "id": "sub-3", "description": "Fabrikam"},
                        {"type": "subscriptionId", "id": "sub-4", "description": "Wingtip"},
                    ]},
                    "virtualMachinePricing": {"isByol": true},
                    "microsoft-azure-virtualmachines.skuTitle": "For partners",
                    "microsoft-azure-virtualmachines.vmImages": {
                        "2.0.0": {"osVhdUrl": "https://disks.example/2.0.0.vhd", "lunVhdDetails": []},
                    },
                },
            ],
        },
    })
}

pub(super) fn core_virtual_machine() -> Value {
    let images = |name: &str| {
        json!({
            "2026.9.1": {"osVhdUrl": format!("https://disks.example/{name}-9.vhd"), "label": name},
            "2026.10.1": {"osVhdUrl": format!("https://disks.example/{name}-10.vhd"), "label": name},
        })
    };
    json!({
        "publisherId": "contoso", "id": "linux", "offerTypeId": "microsoft-azure-corevm",
        "definition": {
            "displayText": "Linux",
            "offer": {"microsoft-azure-corevm.allowedSubscriptions": ["sub-1"]},
            "plans": [{
                "planId": "twelve",
                "microsoft-azure-corevm.skuTitle": "Twelve",
                "microsoft-azure-corevm.vmImagesPublicAzure": images("gen1"),
                "diskGenerations": [
                    {"planId": "twelve-gen2", "microsoft-azure-corevm.vmImagesPublicAzure": images("gen2")},
                    {"planId": "twelve-arm", "microsoft-azure-corevm.vmImagesPublicAzure": images("arm")},
                ],
            }],
        },
    })
}

pub(super) fn application() -> Value {
    json!({
        "publisherId": "contoso", "id": "backup", "offerTypeId": "microsoft-azure-applications",
        "definition": {
            "displayText": "Backup",
            "offer": {"microsoft-azure-marketplace.title": "Backup"},
            "plans": [{
                "planId": "managed",
                "regions": ["US", "NO"],
                "monthlyPricingV2": {
                    "multiplier": {"currency": "USD", "single": 49},
                    "regionPrices": {"NO": {"currency": "NOK", "enabled": true, "price": 499}},
                    "regions": ["US", "NO"],
                },
                "microsoft-azure-applications.package": {
                    "1.2.0": {"packageVersion": {"packageFile": "https://files.example/1.2.0.zip", "tenantId": "one"}},
                },
            }],
        },
    })
}

/// A change that trips a guard and one that does not.
#[derive(Clone, Copy)]
pub(super) struct Case {
    pub(super) code: &'static str,
    pub(super) target: &'static str,
    pub(super) document: fn() -> Value,
    /// What is different from `document` before the change, at the service and in the files.
    pub(super) given: Edits,
    pub(super) trips: Edits,
    pub(super) rests: Edits,
}

const fn case(code: &'static str, target: &'static str, document: fn() -> Value, edits: [Edits; 3]) -> Case {
    let [given, trips, rests] = edits;
    Case { code, target, document, given, trips, rests }
}

const fn vm(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(code, target, virtual_machine, [&[], trips, rests])
}

const fn core(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(code, target, core_virtual_machine, [&[], trips, rests])
}

const fn app(code: &'static str, target: &'static str, trips: Edits, rests: Edits) -> Case {
    case(code, target, application, [&[], trips, rests])
}

pub(super) const TITLE: Edits = &[("/definition/offer/microsoft-azure-marketplace.title", r#""New""#)];
pub(super) const MARKETO: &str = "/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration";
pub(super) const SKU_IMAGES: &str = "/definition/plans/0/microsoft-azure-corevm.vmImagesPublicAzure";
pub(super) const GENERATION_IMAGES: &str =
    "/definition/plans/0/diskGenerations/0/microsoft-azure-corevm.vmImagesPublicAzure";

/// A pointer below a place that is often named.
macro_rules! below {
    (CORES $rest:literal) => {
        concat!("/definition/plans/0/virtualMachinePricing/coreMultiplier/individually", $rest)
    };
    (PRICES $rest:literal) => {
        concat!("/definition/plans/0/virtualMachinePricing", $rest)
    };
    (IMAGES $rest:literal) => {
        concat!("/definition/plans/0/microsoft-azure-virtualmachines.vmImages", $rest)
    };
    (SKU $rest:literal) => {
        concat!("/definition/plans/0", $rest)
    };
    (OFFER $rest:literal) => {
        concat!("/definition/offer/microsoft-azure-marketplace", $rest)
    };
    (GENERATION $rest:literal) => {
        concat!("/definition/plans/0/diskGenerations/0/microsoft-azure-corevm.vmImagesPublicAzure", $rest)
    };
    (PACKAGE $rest:literal) => {
        concat!("/definition/plans/0/microsoft-azure-applications.package", $rest)
    };
}

pub(super) const IMAGE: &str = r#"{"osVhdUrl": "https://disks.example/new.vhd", "lunVhdDetails": []}"#;
pub(super) const OTHER_IMAGE: &str = r#"{"osVhdUrl": "https://disks.example/other.vhd", "lunVhdDetails": []}"#;
const IMAGE_WITH_DATA: &str = r#"{"osVhdUrl": "https://disks.example/new.vhd",
    "lunVhdDetails": [{"lun": 0, "vhdUrl": "https://disks.example/data.vhd"}]}"#;
pub(super) const ONLY_PARTNER: &str = r#"[{"planId": "partner"}]"#;

pub(super) static CASES: &[Case] = &[
    vm("offer-type-changed", "contoso/firewall", &[("/offerTypeId", r#""acme""#)], TITLE),
    vm(
        "marketing-identifier-changed",
        "contoso/firewall",
        &[(below!(OFFER ".offerMarketingUrlIdentifier"), r#""other""#)],
        TITLE,
    ),
    vm("sku-renamed", "contoso/firewall/standard", &[(below!(SKU "/planId"), r#""standard-2""#)], TITLE),
    vm(
        "sku-removal",
        "contoso/firewall/standard",
        &[("/definition/plans", ONLY_PARTNER)],
        &[("/definition/plans/-", r#"{"planId": "premium"}"#)],
    ),
    vm(
        "last-sku-removal",
        "contoso/firewall/standard",
        &[("/definition/plans", "[]")],
        &[("/definition/plans", ONLY_PARTNER)],
    ),
    core(
        "generation-removal",
        "contoso/linux/twelve/twelve-arm",
        &[(below!(SKU "/diskGenerations"), r#"[{"planId": "twelve-gen2"}]"#)],
        &[(below!(SKU "/diskGenerations/-"), r#"{"planId": "twelve-gen3"}"#)],
    ),
    vm(
        "price-raised",
        "contoso/firewall/standard",
        &[(below!(CORES "/1core"), "0.15")],
        &[(below!(CORES "/1core"), "0.10"), (below!(CORES "/2core"), "2e-1"), (below!(OFFER ".title"), r#""New""#)],
    ),
    app(
        "price-raised",
        "contoso/backup/managed",
        &[(below!(SKU "/monthlyPricingV2/multiplier/single"), "59")],
        &[(below!(SKU "/monthlyPricingV2/multiplier/single"), "39")],
    ),
    app(
        "price-raised",
        "contoso/backup/managed",
        &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/price"), "599")],
        &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/price"), "399")],
    ),
    vm(
        "price-lowered",
        "contoso/firewall/standard",
        &[(below!(CORES "/1core"), "0.05")],
        &[(below!(CORES "/1core"), "0.15")],
    ),
    case(
        "price-sheet-changed",
        "contoso/firewall/standard",
        virtual_machine,
        [
            &[(below!(PRICES "/spreadSheetPricing"), r#"{"uri": "https://files.example/one.xlsx", "sheet": "one"}"#)],
            &[(below!(PRICES "/spreadSheetPricing/sheet"), r#""two""#)],
            TITLE,
        ],
    ),
    vm(
        "price-change-excluded",
        "contoso/firewall/standard",
        &[(below!(CORES "/1core"), "0.15"), (below!(CORES "/2core"), "0.15")],
        &[(below!(CORES "/1core"), "0.15"), (below!(CORES "/2core"), "0.25")],
    ),
    case(
        "price-change-excluded",
        "contoso/firewall/standard",
        virtual_machine,
        [
            &[(below!(SKU "/microsoft-azure-virtualmachines.hideSKUForSolutionTemplate"), "true")],
            &[(below!(CORES "/1core"), "0.15")],
            &[(below!(CORES "/1core"), "0.05")],
        ],
    ),
    case(
        "price-change-excluded",
        "contoso/firewall/standard",
        virtual_machine,
        [
            &[(
                below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability"),
                r#"["PublicAzure", "Fairfax", "Mooncake"]"#,
            )],
            &[(below!(CORES "/1core"), "0.15")],
            &[(below!(CORES "/1core"), "0.05")],
        ],
    ),
    vm(
        "price-change-mixed",
        "contoso/firewall",
        &[(below!(CORES "/1core"), "0.15"), (below!(OFFER ".title"), r#""New""#)],
        &[(below!(CORES "/1core"), "0.15")],
    ),
    case(
        "free-to-paid",
        "contoso/firewall/standard",
        virtual_machine,
        [
            &[(below!(CORES "/1core"), "0")],
            &[(below!(CORES "/1core"), "0.01")],
            &[(below!(CORES "/1core"), "0.00"), (below!(CORES "/2core"), "0.3")],
        ],
    ),
    vm("licence-changed", "contoso/firewall/standard", &[(below!(PRICES "/isByol"), "true")], TITLE),
    vm(
        "pricing-model-changed",
        "contoso/firewall/standard",
        &[(below!(PRICES "/coreMultiplier"), r#"{"currency": "USD", "single": 0.1, "individually": null}"#)],
        &[(below!(CORES "/1core"), "0.15")],
    ),
    vm(
        "pricing-model-changed",
        "contoso/firewall/standard",
        &[(below!(PRICES "/coreMultiplier/currency"), r#""EUR""#)],
        &[(below!(CORES "/1core"), "0.15")],
    ),
    case(
        "region-prices-one-block",
        "contoso/firewall/standard",
        || {
            let mut document = virtual_machine();
            let prices = json!({"isByol": false, "regionPrices": {"NO": {"1core": 1}}});
            document["definition"]["plans"][0]["virtualMachinePricing"] = prices.clone();
            document["definition"]["plans"][0]["virtualMachinePricingV2"] = prices;
            document
        },
        [
            &[],
            // The file says nothing of the second block: see `declared`.
            &[(below!(PRICES "/regionPrices/NO/1core"), "2"), (below!(SKU "/virtualMachinePricingV2"), "\"omitted\"")],
            &[
                (below!(PRICES "/regionPrices/NO/1core"), "2"),
                (below!(SKU "/virtualMachinePricingV2/regionPrices/NO/1core"), "2"),
            ],
        ],
    ),
    vm(
        "core-sizes-missing",
        "contoso/firewall/standard",
        &[(below!(CORES "/2core"), "null")],
        &[(below!(CORES "/4core"), "0.4")],
    ),
    vm(
        "market-removal",
        "contoso/firewall/standard/NO",
        &[(below!(SKU "/regions"), r#"["US"]"#)],
        &[(below!(SKU "/regions"), r#"["NO", "SE", "US"]"#)],
    ),
    app(
        "market-removal",
        "contoso/backup/managed/NO",
        &[(below!(SKU "/monthlyPricingV2/regions"), r#"["US"]"#)],
        &[(below!(SKU "/monthlyPricingV2/regions"), r#"["NO", "SE", "US"]"#)],
    ),
    app(
        "market-removal",
        "contoso/backup/managed/NO",
        &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/enabled"), "false")],
        TITLE,
    ),
    vm(
        "market-added",
        "contoso/firewall/standard/SE",
        &[(below!(SKU "/regions"), r#"["US", "NO", "SE"]"#)],
        &[("/definition/plans/-", r#"{"planId": "premium", "regions": ["SE"]}"#)],
    ),
    vm(
        "public-to-private",
        "contoso/firewall/standard",
        &[(below!(SKU "/restrictedAudience"), r#"{"manualEntries": [{"type": "subscriptionId", "id": "sub-3"}]}"#)],
        TITLE,
    ),
    vm(
        "private-to-public",
        "contoso/firewall/partner",
        &[("/definition/plans/1/restrictedAudience", "null")],
        &[("/definition/plans/1/restrictedAudience/manualEntries/-", r#"{"type": "subscriptionId", "id": "sub-5"}"#)],
    ),
    vm(
        "audience-source-changed",
        "contoso/firewall/partner",
        &[(
            "/definition/plans/1/restrictedAudience",
            r#"{"manualEntries": null, "uploadedCsvUri": "https://files.example/audience.csv"}"#,
        )],
        &[("/definition/plans/1/restrictedAudience/manualEntries/0/description", r#""Fabrikam Inc.""#)],
    ),
    vm(
        "audience-removal",
        "contoso/firewall/partner/sub-4",
        &[(
            "/definition/plans/1/restrictedAudience/manualEntries",
            r#"[{"type": "subscriptionId", "id": "sub-3", "description": "Fabrikam"}]"#,
        )],
        &[("/definition/plans/1/restrictedAudience/manualEntries/-", r#"{"type": "subscriptionId", "id": "sub-5"}"#)],
    ),
    vm(
        "preview-audience-changed",
        "contoso/firewall",
        &[(below!(OFFER ".allowedSubscriptions"), r#"["sub-1", "sub-9"]"#)],
        &[(below!(OFFER ".allowedSubscriptions"), r#"["sub-2", "sub-1"]"#), (below!(OFFER ".title"), r#""New""#)],
    ),
    vm(
        "preview-audience-emptied",
        "contoso/firewall",
        &[(below!(OFFER ".allowedSubscriptions"), "[]")],
        &[(below!(OFFER ".allowedSubscriptions"), r#"["sub-1"]"#)],
    ),
    vm(
        "cloud-withdrawn",
        "contoso/firewall/standard/PublicAzure",
        &[(below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability"), r#"["Mooncake"]"#)],
        &[(below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability"), r#"["PublicAzure"]"#)],
    ),
    vm(
        "national-cloud-withdrawn",
        "contoso/firewall/standard/Mooncake",
        &[(below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability"), r#"["PublicAzure"]"#)],
        &[(
            below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability"),
            r#"["Mooncake", "PublicAzure", "Fairfax"]"#,
        )],
    ),
    case(
        "sku-hidden",
        "contoso/firewall/standard",
        virtual_machine,
        [
            &[],
            &[(below!(SKU "/microsoft-azure-virtualmachines.hideSKUForSolutionTemplate"), "true")],
            &[(below!(SKU "/microsoft-azure-virtualmachines.skuTitle"), r#""New""#)],
        ],
    ),
    vm("standard-contract-left", "contoso/firewall", &[(below!(OFFER ".useEnterpriseContract"), "false")], TITLE),
    vm("hero-logo-removal", "contoso/firewall", &[(below!(OFFER ".heroLogo"), "null")], TITLE),
    vm(
        "lead-destination-changed",
        "contoso/firewall",
        &[(below!(OFFER ".leadDestination"), r#""HttpsEndpoint""#)],
        TITLE,
    ),
    case(
        "lead-destination-changed",
        "contoso/firewall",
        virtual_machine,
        [
            &[(MARKETO, r#"{"formId": "1"}"#)],
            &[(below!(OFFER ".marketoLeadConfiguration/formId"), r#""2""#)],
            // The secret goes along with every write: that alone is no other destination.
            &[
                (below!(OFFER ".marketoLeadConfiguration/clientSecret"), r#"{"$secret": {"env": "MARKETO"}}"#),
                (below!(OFFER ".title"), r#""New""#),
            ],
        ],
    ),
    case(
        "secret-not-declared",
        "contoso/firewall/microsoft-azure-marketplace.marketoLeadConfiguration",
        virtual_machine,
        [
            &[(MARKETO, r#"{"formId": "1"}"#)],
            TITLE,
            &[
                (below!(OFFER ".marketoLeadConfiguration/clientSecret"), r#"{"$secret": {"env": "MARKETO"}}"#),
                (below!(OFFER ".title"), r#""New""#),
            ],
        ],
    ),
    vm(
        "image-changed",
        "contoso/firewall/standard/1.10.0",
        &[(below!(IMAGES "/1.10.0"), IMAGE)],
        &[(below!(IMAGES "/1.11.0"), IMAGE)],
    ),
    core(
        "image-changed",
        "contoso/linux/twelve/twelve-gen2/2026.9.1",
        &[(below!(GENERATION "/2026.9.1/osVhdUrl"), r#""https://disks.example/other.vhd""#)],
        &[(below!(GENERATION "/2026.9.1/label"), r#""Withdrawn""#)],
    ),
    vm(
        "image-removal",
        "contoso/firewall/standard/1.9.0",
        &[(below!(IMAGES "/1.9.0"), "null")],
        &[(below!(IMAGES "/1.11.0"), IMAGE)],
    ),
    core(
        "image-removal",
        "contoso/linux/twelve/twelve-gen2/2026.9.1",
        &[(below!(GENERATION "/2026.9.1"), "null")],
        &[(below!(GENERATION "/2026.11.1"), IMAGE)],
    ),
    vm(
        "last-image-removal",
        "contoso/firewall/standard",
        &[(below!(IMAGES "/1.9.0"), "null"), (below!(IMAGES "/1.10.0"), "null")],
        &[(below!(IMAGES "/1.9.0"), "null")],
    ),
    core(
        "last-image-removal",
        "contoso/linux/twelve/twelve-gen2",
        &[(GENERATION_IMAGES, r#"{"2026.9.1": null, "2026.10.1": null}"#)],
        &[(GENERATION_IMAGES, r#"{"2026.9.1": null}"#)],
    ),
    vm(
        "image-not-newer",
        "contoso/firewall/standard/1.9.5",
        &[(below!(IMAGES "/1.9.5"), IMAGE)],
        &[(below!(IMAGES "/1.10.1"), IMAGE)],
    ),
    core(
        "image-not-newer",
        "contoso/linux/twelve/2026.9.30",
        &[(concat!("/definition/plans/0/microsoft-azure-corevm.vmImagesPublicAzure", "/2026.9.30"), IMAGE)],
        &[(SKU_IMAGES, r#"{"2026.11.1": {"osVhdUrl": "https://disks.example/11.vhd"}}"#)],
    ),
    vm(
        "several-new-images",
        "contoso/firewall/standard",
        &[(below!(IMAGES "/1.11.0"), IMAGE), (below!(IMAGES "/1.12.0"), OTHER_IMAGE)],
        &[
            (below!(IMAGES "/1.11.0"), IMAGE),
            ("/definition/plans/1/microsoft-azure-virtualmachines.vmImages/2.1.0", IMAGE),
        ],
    ),
    vm(
        "data-disks-changed",
        "contoso/firewall/standard/1.11.0",
        &[(below!(IMAGES "/1.11.0"), IMAGE_WITH_DATA)],
        &[(below!(IMAGES "/1.11.0"), IMAGE)],
    ),
    app(
        "package-changed",
        "contoso/backup/managed/1.2.0",
        &[(below!(PACKAGE "/1.2.0/packageVersion/tenantId"), r#""two""#)],
        &[(below!(PACKAGE "/1.2.0/policies"), r#"["one"]"#)],
    ),
    app(
        "package-not-newer",
        "contoso/backup/managed/1.1.9",
        &[(below!(PACKAGE "/1.1.9"), r#"{"packageVersion": {"packageFile": "https://files.example/1.1.9.zip"}}"#)],
        &[(below!(PACKAGE "/1.10.0"), r#"{"packageVersion": {"packageFile": "https://files.example/1.10.0.zip"}}"#)],
    ),
    app(
        "deployment-mode-complete",
        "contoso/backup/managed",
        &[(below!(SKU "/microsoft-azure-applications.deploymentMode"), r#""Complete""#)],
        &[(below!(SKU "/microsoft-azure-applications.deploymentMode"), r#""Incremental""#)],
    ),
];

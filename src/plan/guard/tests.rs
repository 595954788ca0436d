//! Every guard with a change that trips it and one that does not, written by hand.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{KINDS, Kind, Level, Production, Publication, Remedy};
use crate::desired;
use crate::manifest::tests::OneVariable;
use crate::offer::{Document, Revision};
use crate::plan::{self, Inputs, Live, OfferPlan, Plan, Policy};
use crate::record::Rewrites;
use crate::secret::{SecretReference, SecretSource, SecretText};
use crate::source::MemoryTree;

#[derive(Debug)]
struct NoSecrets;

impl SecretSource for NoSecrets {
    fn value(&self, _: &SecretReference) -> Option<SecretText> {
        None
    }
}

/// The plan that makes `live` what `desired` says.
fn plan(desired: &Value, live: &Value) -> OfferPlan {
    let tree = MemoryTree::default().with("a.json", desired.to_string());
    let mut loaded = desired::load(&tree, &["a.json".to_owned()], &OneVariable);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let desired = Arc::new(loaded.desired.remove(0));
    let live = Live { document: Document::new(live.clone()), revision: Some(Revision::new("one")) };
    plan::build(Inputs {
        desired,
        sources: &loaded.sources,
        live: Some(live),
        rewrites: &Rewrites::default(),
        secrets: &NoSecrets,
        base: None,
        policy: Policy::default(),
    })
    .unwrap()
}

fn is(document: &Value) -> Production {
    Production::Is(Arc::new(Document::new(document.clone())))
}

type Edits = &'static [(&'static str, &'static str)];

/// `document` with the value at each pointer replaced by JSON text; `-` appends to a list.
fn edited(mut document: Value, edits: Edits) -> Value {
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

fn virtual_machine() -> Value {
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

fn core_virtual_machine() -> Value {
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

fn application() -> Value {
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
struct Case {
    code: &'static str,
    target: &'static str,
    document: fn() -> Value,
    /// What is different from `document` in the portal and in the files.
    given: Edits,
    trips: Edits,
    rests: Edits,
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

const TITLE: Edits = &[("/definition/offer/microsoft-azure-marketplace.title", r#""New""#)];
const MARKETO: &str = "/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration";
const SKU_IMAGES: &str = "/definition/plans/0/microsoft-azure-corevm.vmImagesPublicAzure";
const GENERATION_IMAGES: &str = "/definition/plans/0/diskGenerations/0/microsoft-azure-corevm.vmImagesPublicAzure";

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

const IMAGE: &str = r#"{"osVhdUrl": "https://disks.example/new.vhd", "lunVhdDetails": []}"#;
const OTHER_IMAGE: &str = r#"{"osVhdUrl": "https://disks.example/other.vhd", "lunVhdDetails": []}"#;
const IMAGE_WITH_DATA: &str = r#"{"osVhdUrl": "https://disks.example/new.vhd",
    "lunVhdDetails": [{"lun": 0, "vhdUrl": "https://disks.example/data.vhd"}]}"#;
const ONLY_PARTNER: &str = r#"[{"planId": "partner"}]"#;

static CASES: &[Case] = &[
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

impl Case {
    fn live(&self) -> Value {
        edited((self.document)(), self.given)
    }

    fn plan(&self, edits: Edits) -> OfferPlan {
        self.plan_from(edits, &self.live())
    }

    fn plan_from(&self, edits: Edits, live: &Value) -> OfferPlan {
        let plan = plan(&declared(edited(self.live(), edits)), live);
        assert!(plan.put.is_some(), "{}: nothing would be written", self.code);
        plan
    }

    fn trips(&self, plan: &OfferPlan) -> bool {
        plan.guards.iter().any(|guard| guard.code == self.code && guard.target == self.target)
    }

    fn is_noted(&self, plan: &OfferPlan) -> bool {
        plan.notes.iter().any(|note| note.code == self.code && note.text.starts_with(self.target))
    }

    fn kind(&self) -> &'static Kind {
        Kind::of(self.code).unwrap()
    }
}

/// A document as a file declares it: a member that is to be left out is marked.
fn declared(mut document: Value) -> Value {
    if let Some(sku) = document.pointer_mut("/definition/plans/0").and_then(Value::as_object_mut) {
        sku.retain(|_, value| value != "omitted");
    }
    document
}

fn codes(plan: &OfferPlan) -> Vec<String> {
    plan.guards.iter().map(super::Guard::name).collect()
}

#[test]
fn every_guard_is_tripped_by_a_change_of_what_is_published_and_not_by_another() {
    for case in CASES {
        let production = is(&case.live());
        let tripped = case.plan(case.trips).knowing(production.clone());
        assert!(case.trips(&tripped), "{}: {:?}", case.code, codes(&tripped));
        let rested = case.plan(case.rests).knowing(production);
        assert!(rested.guards.iter().all(|guard| guard.code != case.code), "{}: {:?}", case.code, codes(&rested));
    }
}

#[test]
fn no_guard_is_without_a_case() {
    let missing: Vec<&str> = KINDS
        .iter()
        .map(|kind| kind.code)
        // The one is tested with its history below, the other, which is about a whole plan, with its limit.
        .filter(|code| {
            !["sku-id-reused", "too-many-changes"].contains(code) && CASES.iter().all(|case| case.code != *code)
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_is_not_known_to_be_published_counts_as_published_and_is_worth_a_look() {
    for case in CASES {
        let plan = case.plan(case.trips);
        assert!(case.trips(&plan), "{}: {:?}", case.code, codes(&plan));
        if case.kind().publication == Publication::Matters {
            assert!(plan.hinges_on_production(), "{}", case.code);
        }
        let unknown = plan.knowing(Production::Unknown);
        assert!(case.trips(&unknown) && !unknown.hinges_on_production(), "{}", case.code);
    }
}

#[test]
fn what_was_never_published_is_only_noted() {
    for case in CASES {
        let matters = case.kind().publication == Publication::Matters;
        let mut draft = case.live();
        draft["status"] = json!("NeverPublished");
        let by_status = case.plan_from(case.trips, &draft);
        assert!(!by_status.hinges_on_production(), "{}: nobody has to be asked", case.code);
        for plan in [by_status, case.plan(case.trips).knowing(Production::Absent)] {
            assert_eq!(case.trips(&plan), !matters, "{}: {:?}", case.code, codes(&plan));
            assert_eq!(case.is_noted(&plan), matters, "{}: {:?}", case.code, plan.notes);
        }
    }
}

#[test]
fn a_guard_is_allowed_by_code_and_target_unless_its_sources_agree_that_it_cannot_be() {
    for case in CASES {
        let plan = case.plan(case.trips).knowing(is(&case.live()));
        let judged = |allowance: &str| {
            let plan = plan::allow(Plan::new(vec![plan.clone()]), &[allowance.parse().unwrap()]);
            let guards = plan.offers()[0].guards.clone();
            guards.into_iter().find(|guard| guard.code == case.code && guard.target == case.target).unwrap()
        };
        let allowed = judged(&format!("{}:{}", case.code, case.target));
        let expected = case.kind().remedy();
        assert_eq!(allowed.allowed, expected == Remedy::Allow, "{}", case.code);
        assert_eq!(allowed.refuses(), expected == Remedy::None, "{}", case.code);
        let elsewhere = judged(&format!("{}:{}x", case.code, case.target));
        assert_eq!(elsewhere.refuses(), expected != Remedy::NotNeeded, "{}: another target", case.code);
    }
}

#[test]
fn only_settled_blocks_cannot_be_allowed_and_only_times_need_not_be() {
    let cannot = ["price-raised", "price-lowered", "price-sheet-changed", "sku-renamed"];
    for kind in KINDS {
        let expected = match kind.level {
            Level::Time => Remedy::NotNeeded,
            Level::Block if !cannot.contains(&kind.code) => Remedy::None,
            _ => Remedy::Allow,
        };
        assert_eq!(kind.remedy(), expected, "{}", kind.code);
    }
}

/// The guards of a plan from the draft `live` to `desired` while customers have `production`.
fn between(production: &Value, live: &Value, desired: &Value) -> Vec<String> {
    codes(&plan(desired, live).knowing(is(production)))
}

#[test]
fn an_id_that_customers_have_is_reused_only_for_what_they_have() {
    let (published, other) = (virtual_machine(), json!({"planId": "standard", "regions": ["SE"], "x": 1}));
    let mut without = virtual_machine();
    without["definition"]["plans"].as_array_mut().unwrap().remove(0);
    let mut reused = virtual_machine();
    reused["definition"]["plans"][0] = other;
    let found = between(&published, &without, &reused);
    assert!(found.contains(&"sku-id-reused:contoso/firewall/standard".to_owned()), "{found:?}");
    assert_eq!(between(&published, &without, &published), [""; 0], "a SKU that comes back as it was");
    assert!(plan(&reused, &without).hinges_on_production(), "only what customers have can tell");
    assert_eq!(codes(&plan(&reused, &without)), [""; 0], "not known, so it is a new SKU");
}

#[test]
fn what_the_plan_does_not_touch_trips_nothing_and_what_leads_back_does_no_harm() {
    const RAISED: Edits = &[(below!(CORES "/1core"), "0.3"), (below!(SKU "/regions"), r#"["US"]"#)];
    let published = virtual_machine();
    let draft = edited(virtual_machine(), RAISED);
    let also = edited(draft.clone(), TITLE);
    assert_eq!(between(&published, &draft, &also), [""; 0], "somebody else raised the price in the draft");
    assert_eq!(between(&published, &draft, &published), [""; 0], "back to what customers have");
    let half = edited(draft.clone(), &[(below!(CORES "/1core"), "0.2")]);
    assert_eq!(
        between(&published, &draft, &half),
        ["price-raised:contoso/firewall/standard"],
        "lower than the draft, higher than what customers pay"
    );
}

#[test]
fn a_draft_version_that_nobody_has_may_change_and_go() {
    let published = virtual_machine();
    let draft = edited(virtual_machine(), &[(below!(IMAGES "/1.11.0"), IMAGE)]);
    let again = edited(draft.clone(), &[(below!(IMAGES "/1.11.0"), OTHER_IMAGE)]);
    assert_eq!(between(&published, &draft, &again), [""; 0]);
    let gone = edited(draft.clone(), &[(below!(IMAGES "/1.11.0"), "null")]);
    assert_eq!(between(&published, &draft, &gone), [""; 0]);
    let second = edited(draft.clone(), &[(below!(IMAGES "/1.12.0"), OTHER_IMAGE)]);
    assert_eq!(between(&published, &draft, &second), ["several-new-images:contoso/firewall/standard"]);
    assert!(plan(&second, &draft).hinges_on_production(), "it takes a look at production to see that");
}

#[test]
fn a_renewed_signature_is_no_other_image() {
    let signed = edited(
        virtual_machine(),
        &[(below!(IMAGES "/1.10.0/osVhdUrl"), r#""https://disks.example/1.10.0.vhd?sv=1&sig=new""#)],
    );
    let titled = edited(virtual_machine(), TITLE);
    assert_eq!(between(&signed, &signed, &titled), [""; 0]);
}

#[test]
fn details_name_what_is_lost() {
    let published = virtual_machine();
    let mut desired = virtual_machine();
    desired["definition"]["plans"][0]["regions"] = json!([]);
    let plan = plan(&desired, &published).knowing(is(&published));
    let details: Vec<&str> = plan.guards.iter().map(|guard| guard.detail.as_str()).collect();
    assert_eq!(details, ["2 of 2 markets lost: NO, US", "2 of 2 markets lost: NO, US"]);
    assert_eq!(
        codes(&plan),
        ["market-removal:contoso/firewall/standard/NO", "market-removal:contoso/firewall/standard/US"]
    );
}

#[test]
fn the_table_of_prices_has_each_price_once() {
    let mut published = virtual_machine();
    let block = published["definition"]["plans"][0]["virtualMachinePricing"].clone();
    published["definition"]["plans"][0]["virtualMachinePricingV2"] = block;
    let mut desired = published.clone();
    desired["definition"]["plans"][0].as_object_mut().unwrap().remove("virtualMachinePricingV2");
    let desired = edited(desired, &[(below!(CORES "/1core"), "0.15"), (below!(CORES "/4core"), "0.4")]);
    let plan = plan(&desired, &published).knowing(is(&published));
    let rows: Vec<String> = plan
        .prices
        .iter()
        .map(|price| {
            let number =
                |price: &Option<serde_json::Number>| price.as_ref().map_or("-".to_owned(), ToString::to_string);
            let (before, after) = (number(&price.before), number(&price.after));
            format!("{} {} {before} {after} {}", price.sku, price.unit, price.percent_text())
        })
        .collect();
    assert_eq!(rows, ["standard 1core 0.1 0.15 +50.0 %", "standard 4core - 0.4 "]);
    assert_eq!(codes(&plan), ["price-raised:contoso/firewall/standard"]);
    assert_eq!(plan.guards[0].detail, "1core 0.1 -> 0.15 (+50.0 %)");
}

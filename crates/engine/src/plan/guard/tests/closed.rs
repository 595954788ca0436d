//! Guards fail closed: what cannot be read counts as the worst, and what is not known to be unpublished as published.

use serde_json::{Value, json};

use super::cases::{
    Edits, IMAGE, MARKETO, OTHER_IMAGE, TITLE, application, core_virtual_machine, edited, virtual_machine,
};
use super::{between, codes, is, knowing, plan, plan_with};
use crate::backend::Production;
use crate::secret::testing::Variables;

/// A change whose value is of a kind that the field does not have, in other words than expected, or not there at all.
struct Unreadable {
    guard: &'static str,
    document: fn() -> Value,
    given: Edits,
    edits: Edits,
}

const fn vm(guard: &'static str, edits: Edits) -> Unreadable {
    Unreadable { guard, document: virtual_machine, given: &[], edits }
}

const fn app(guard: &'static str, edits: Edits) -> Unreadable {
    Unreadable { guard, document: application, given: &[], edits }
}

const HIDDEN: &str = below!(SKU "/microsoft-azure-virtualmachines.hideSKUForSolutionTemplate");
const CLOUDS: &str = below!(SKU "/microsoft-azure-virtualmachines.cloudAvailability");
const V2: &str = below!(SKU "/monthlyPricingV2");
const AUDIENCE: &str = "/definition/plans/1/restrictedAudience";
const BY_CSV: &str = r#"{"uploadedCsvUri": "https://files.example/one.csv"}"#;

static UNREADABLE: &[Unreadable] = &[
    vm("sku-hidden:contoso/firewall/standard", &[(HIDDEN, r#""true""#)]),
    vm("sku-hidden:contoso/firewall/standard", &[(HIDDEN, "1")]),
    vm("price-raised:contoso/firewall/standard", &[(below!(CORES "/1core"), r#""500""#)]),
    vm("price-raised:contoso/firewall/standard", &[(below!(CORES "/1core"), "1e400")]),
    vm("price-raised:contoso/firewall/standard", &[(below!(CORES "/1core"), "[0.05]")]),
    vm("price-raised:contoso/firewall/standard", &[(below!(CORES ""), r#""500""#)]),
    vm("price-raised:contoso/firewall/standard", &[(below!(PRICES "/regionPrices"), r#""dear""#)]),
    vm("price-raised:contoso/firewall/standard", &[(below!(CORES "/8core"), "900")]),
    vm("core-sizes-missing:contoso/firewall/standard", &[(below!(CORES "/1core"), r#""500""#)]),
    vm("licence-changed:contoso/firewall/standard", &[(below!(PRICES "/isByol"), r#""true""#)]),
    vm("pricing-model-changed:contoso/firewall/standard", &[(below!(SKU "/virtualMachinePricing"), "null")]),
    vm("pricing-model-changed:contoso/firewall/standard", &[(below!(PRICES "/coreMultiplier/currency"), "7")]),
    vm("market-removal:contoso/firewall/standard/NO", &[(below!(SKU "/regions"), r#""NO""#)]),
    vm("market-removal:contoso/firewall/standard/NO", &[(below!(SKU "/regions"), "null")]),
    vm("cloud-withdrawn:contoso/firewall/standard/PublicAzure", &[(CLOUDS, r#""PublicAzure""#)]),
    vm("national-cloud-withdrawn:contoso/firewall/standard/Mooncake", &[(CLOUDS, "null")]),
    vm("standard-contract-left:contoso/firewall", &[(below!(OFFER ".useEnterpriseContract"), r#""true""#)]),
    vm("standard-contract-left:contoso/firewall", &[(below!(OFFER ".useEnterpriseContract"), "null")]),
    vm("hero-logo-removal:contoso/firewall", &[(below!(OFFER ".heroLogo"), "7")]),
    vm("marketing-identifier-changed:contoso/firewall", &[(below!(OFFER ".offerMarketingUrlIdentifier"), "7")]),
    vm("preview-audience-emptied:contoso/firewall", &[(below!(OFFER ".allowedSubscriptions"), r#""sub-1""#)]),
    vm("lead-destination-changed:contoso/firewall", &[(below!(OFFER ".leadDestination"), "7")]),
    vm("public-to-private:contoso/firewall/standard", &[(below!(SKU "/restrictedAudience"), BY_CSV)]),
    vm("private-to-public:contoso/firewall/partner", &[(AUDIENCE, r#""everybody""#)]),
    vm("private-to-public:contoso/firewall/partner", &[(AUDIENCE, r#"{"manualEntries": "sub-3"}"#)]),
    vm(
        "audience-removal:contoso/firewall/partner/sub-4",
        &[("/definition/plans/1/restrictedAudience/manualEntries/1/type", r#""tenantId""#)],
    ),
    vm(
        "audience-removal:contoso/firewall/partner/sub-4",
        &[("/definition/plans/1/restrictedAudience/manualEntries/1/id", "4")],
    ),
    Unreadable {
        guard: "audience-removal:contoso/firewall/partner/uploadedCsvUri",
        document: virtual_machine,
        given: &[(AUDIENCE, BY_CSV)],
        edits: &[(AUDIENCE, r#"{"uploadedCsvUri": "https://files.example/two.csv"}"#)],
    },
    vm(
        "image-removal:contoso/firewall/standard/1.9.0",
        &[(below!(IMAGES "/1.9.0"), r#""https://disks.example/a.vhd""#)],
    ),
    vm("last-image-removal:contoso/firewall/standard", &[(below!(IMAGES ""), r#""none""#)]),
    vm("image-changed:contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0/osVhdUrl"), "7")]),
    vm("image-changed:contoso/firewall/standard/1.9.0", &[(below!(IMAGES "/1.9.0/lunVhdDetails"), r#""one""#)]),
    vm("image-not-newer:contoso/firewall/standard/newest", &[(below!(IMAGES "/newest"), IMAGE)]),
    vm(
        "data-disks-changed:contoso/firewall/standard/1.11.0",
        &[(below!(IMAGES "/1.11.0"), r#"{"osVhdUrl": "https://disks.example/new.vhd", "lunVhdDetails": "none"}"#)],
    ),
    app(
        "pricing-model-changed:contoso/backup/managed",
        &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/currency"), r#""USD""#)],
    ),
    app(
        "pricing-model-changed:contoso/backup/managed",
        &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/currency"), "null")],
    ),
    app("pricing-model-changed:contoso/backup/managed", &[(V2, "null")]),
    app("price-raised:contoso/backup/managed", &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/price"), r#""500""#)]),
    app(
        "price-raised:contoso/backup/managed",
        &[(below!(SKU "/monthlyPricingV2/regionPrices/US"), r#"{"price": 900}"#)],
    ),
    app(
        "market-removal:contoso/backup/managed/NO",
        &[(below!(SKU "/monthlyPricingV2/regionPrices/NO/enabled"), r#""true""#)],
    ),
    app("package-changed:contoso/backup/managed/1.2.0", &[(below!(PACKAGE "/1.2.0/packageVersion"), "7")]),
    app("package-not-newer:contoso/backup/managed/newest", &[(below!(PACKAGE "/newest"), "{}")]),
    app(
        "deployment-mode-complete:contoso/backup/managed",
        &[(below!(SKU "/microsoft-azure-applications.deploymentMode"), "7")],
    ),
    app(
        "deployment-mode-complete:contoso/backup/managed",
        &[(below!(PACKAGE "/1.2.0/deploymentMode"), r#""complete ""#)],
    ),
    Unreadable {
        guard: "free-to-paid:contoso/firewall/partner",
        document: virtual_machine,
        given: &[("/definition/plans/1/virtualMachinePricing", r#"{"isByol": false}"#)],
        edits: &[(
            "/definition/plans/1/virtualMachinePricing/coreMultiplier",
            r#"{"currency": "USD", "single": 0.05}"#,
        )],
    },
    Unreadable {
        guard: "price-sheet-changed:contoso/backup/managed",
        document: application,
        given: &[],
        edits: &[(below!(SKU "/monthlyPricingV2/spreadSheetPricing"), r#"{"uri": "https://files.example/one.xlsx"}"#)],
    },
    Unreadable {
        guard: "price-change-excluded:contoso/firewall/standard",
        document: virtual_machine,
        given: &[(HIDDEN, r#""true""#)],
        edits: &[(below!(CORES "/1core"), "0.15")],
    },
    Unreadable {
        guard: "secret-not-declared:contoso/firewall/microsoft-azure-marketplace.marketoLeadConfiguration",
        document: virtual_machine,
        given: &[(MARKETO, r#""in use""#)],
        edits: TITLE,
    },
];

#[test]
fn what_cannot_be_read_trips_the_guard() {
    for case in UNREADABLE {
        let live = edited((case.document)(), case.given);
        let found = between(&live, &live, &edited(live.clone(), case.edits));
        assert!(found.contains(&case.guard.to_owned()), "{}: {found:?}", case.guard);
        let back = between(&live, &edited(live.clone(), case.edits), &live);
        let code = |name: &String| name.split_once(':').unwrap().0.to_owned();
        // Back to what customers have is harmless, but for what tells nothing of customers, and lists nobody can read.
        let harmless = ["preview-audience-changed", "market-added", "skus-not-comparable", "secret-not-declared"];
        let left: Vec<&String> = back.iter().filter(|name| !harmless.contains(&code(name).as_str())).collect();
        assert!(left.is_empty(), "{}: restoring trips {left:?}", case.guard);
    }
}

#[test]
fn an_offer_is_published_if_anything_says_so_and_if_it_is_not_known() {
    let withdrawn = edited(virtual_machine(), &[(below!(SKU "/regions"), r#"["US"]"#)]);
    let guard = "market-removal:contoso/firewall/standard/NO".to_owned();
    for (production, status, version, is_published) in [
        (Production::Absent, json!("neverPublished"), json!(1), false),
        (Production::Absent, json!("NeverPublished"), json!(null), false),
        (Production::Absent, json!("failed"), json!(1), false),
        (Production::Absent, json!(null), json!(null), false),
        (Production::Absent, json!("succeeded"), json!(1), true),
        (Production::Absent, json!("published"), json!(1), true),
        (Production::Absent, json!("a new word"), json!(1), true),
        (Production::Absent, json!(7), json!(1), true),
        (Production::Absent, json!("neverPublished"), json!(2), true),
        (Production::Absent, json!("neverPublished"), json!("2"), true),
        (Production::Unknown, json!("neverPublished"), json!(1), true),
        (Production::Unknown, json!(null), json!(null), true),
        (is(&virtual_machine()), json!("neverPublished"), json!(1), true),
    ] {
        let mut live = virtual_machine();
        live["status"] = status.clone();
        live["version"] = version.clone();
        let found = knowing(plan(&withdrawn, &live), production.clone());
        let words = format!("{production:?} {status} {version}");
        assert_eq!(codes(&found).contains(&guard), is_published, "{words}");
        assert!(!found.hinges_on_production, "{words}");
    }
}

#[test]
fn lists_whose_elements_cannot_be_told_apart_are_guarded() {
    let (vm, core) = ("skus-not-comparable:contoso/firewall", "skus-not-comparable:contoso/linux/twelve");
    let generations = below!(SKU "/diskGenerations/-");
    for (guard, document, at, element) in [
        (vm, virtual_machine(), "/definition/plans/-", r#"{"planId": 7, "regions": ["US"]}"#),
        (vm, virtual_machine(), "/definition/plans/-", r#"{"regions": ["US"]}"#),
        (vm, virtual_machine(), "/definition/plans/-", r#"{"planId": "standard"}"#),
        (core, core_virtual_machine(), generations, r#"{"planId": "twelve-arm"}"#),
        (core, core_virtual_machine(), generations, r#"{"x": 1}"#),
    ] {
        let mut unreadable = document.clone();
        let (list, _) = at.rsplit_once('/').unwrap();
        let list = unreadable.pointer_mut(list).and_then(Value::as_array_mut).unwrap();
        list.push(serde_json::from_str(element).unwrap());
        let in_draft = between(&unreadable, &unreadable, &document);
        assert!(in_draft.contains(&guard.to_owned()), "{element} in the draft: {in_draft:?}");
        let released = super::releases::released(&is(&document), &unreadable);
        assert!(released.contains(&guard.to_owned()), "{element} in a release: {released:?}");
    }
}

#[test]
fn a_version_that_was_taken_out_comes_back_as_what_customers_have_and_not_as_another() {
    let published = virtual_machine();
    let mut draft = virtual_machine();
    draft["definition"]["plans"][0]["microsoft-azure-virtualmachines.vmImages"]
        .as_object_mut()
        .unwrap()
        .remove("1.9.0");
    let again = |image: &str| {
        let mut desired = draft.clone();
        desired["definition"]["plans"][0]["microsoft-azure-virtualmachines.vmImages"]["1.9.0"] =
            serde_json::from_str(image).unwrap();
        desired
    };
    let changed = "image-changed:contoso/firewall/standard/1.9.0".to_owned();
    assert!(between(&published, &draft, &again(OTHER_IMAGE)).contains(&changed), "another disk in clear text");
    assert_eq!(between(&published, &draft, &published), [""; 0], "the same one");
    let sealed = again(r#"{"osVhdUrl": {"$secret": {"env": "DISK"}}, "lunVhdDetails": []}"#);
    let judged = |address: &'static str| {
        let disk = Variables::from([("DISK", address)]);
        codes(&knowing(plan_with(&sealed, &draft, &disk), is(&published)))
    };
    assert_eq!(judged("https://disks.example/1.9.0.vhd?sv=1&sig=new"), [""; 0], "the same one from a secret");
    assert!(judged("https://disks.example/evil.vhd?sv=1&sig=new").contains(&changed), "another one from a secret");
    let unset = knowing(plan(&sealed, &draft), is(&published));
    assert_eq!(codes(&unset), [""; 0]);
    assert!(unset.notes.iter().any(|note| note.code == "image-not-compared"), "{:?}", unset.notes);
}

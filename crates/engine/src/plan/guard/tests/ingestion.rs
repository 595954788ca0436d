//! Every guard for offers of the Product Ingestion API, with changes that trip it and changes that do not, written by hand.

mod cases;
mod documents;
mod leads;
mod prices;
mod worst;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use cases::all;
use documents::{container, core_virtual_machine, saas, virtual_machine};

use super::cases::{Case, Edits, edited};
use crate::backend::Production;
use crate::offer::{Document, OfferTypeId};
use crate::plan::guard::evidence::{Evidence, Findings};
use crate::plan::guard::ingestion::Translation;
use crate::plan::guard::{Guard, KINDS, Publication, Scope, found, judge_release, prices_of};
use crate::secret::SecretReference;

const LIST: &str = "/resources/plans/0/virtual-machine-plan-technical-configuration/skus/-";

const PRICE: &str = "/resources/plans/0/price-and-availability-plan/pricing/corePricing/pricePerCoreSize/2core";

fn is(document: &Value) -> Production {
    Production::Is(Arc::new(Document::new(document.clone())))
}

/// What is found about a write that makes `live` what `after` says, with the secrets of `declared`.
fn judged(production: &Production, live: &Value, after: &Value, declared: &Document) -> Findings {
    let translation =
        Translation::of("contoso/firewall".to_owned(), Some(declared), [live, after], production).unwrap();
    found(&Evidence::new(translation.step())).0
}

fn written(production: &Production, live: &Value, after: &Value) -> Findings {
    judged(production, live, after, &Document::new(after.clone()))
}

fn names(guards: &[Guard]) -> Vec<String> {
    guards.iter().map(Guard::name).collect()
}

/// The guards of a write from `live` to `after` while customers have `production`.
fn between(production: &Value, live: &Value, after: &Value) -> Vec<String> {
    names(&written(&is(production), live, after).guards)
}

/// The guards of a change of what customers have.
fn changing(document: &Value, edits: Edits) -> Vec<String> {
    between(document, document, &edited(document.clone(), edits))
}

/// The guards of a release of `becoming` while customers have `production`.
fn released(production: &Production, becoming: &Value) -> Vec<String> {
    let address = "contoso/firewall".parse().unwrap();
    let offer_type = OfferTypeId::new("whatever the caller takes it for");
    names(&judge_release(&address, &offer_type, production, &Document::new(becoming.clone())))
}

impl Case {
    fn name(&self) -> String {
        format!("{}:{}", self.code, self.target)
    }
}

#[test]
fn every_guard_is_tripped_by_a_change_of_what_is_published_and_not_by_another() {
    for case in all() {
        let tripped = changing(&case.live(), case.trips);
        assert!(tripped.contains(&case.name()), "{}: {tripped:?}", case.name());
        let rested = changing(&case.live(), case.rests);
        let prefix = format!("{}:", case.code);
        assert!(!rested.iter().any(|name| name.starts_with(&prefix)), "{}: {rested:?}", case.name());
    }
}

#[test]
fn every_kind_is_tried_or_says_why_it_cannot_be() {
    for kind in KINDS {
        let tried = all().any(|case| case.code == kind.code);
        // These are tried below, or are about a whole plan.
        let elsewhere =
            ["too-many-changes", "production-unreadable", "sku-id-reused", "skus-not-comparable"].contains(&kind.code);
        match kind.scope {
            Scope::Portal(why) => assert!(!tried && !elsewhere && !why.is_empty(), "{}", kind.code),
            Scope::Both | Scope::Ingestion => assert!(tried != elsewhere, "{} has no case", kind.code),
        }
    }
}

#[test]
fn offers_of_every_type_are_tried() {
    let types: BTreeSet<String> = all().map(|case| (case.document)()["type"].as_str().unwrap().to_owned()).collect();
    let all = ["azureContainer", "azureVirtualMachine", "coreVirtualMachine", "softwareAsAService"];
    assert_eq!(types.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn what_was_never_published_is_only_noted() {
    for case in all() {
        let (live, after) = (case.live(), edited(case.live(), case.trips));
        let matters = case.kind().publication == Publication::Matters;
        for production in [Production::Absent, Production::NeverLive] {
            let findings = written(&production, &live, &after);
            assert_eq!(names(&findings.guards).contains(&case.name()), !matters, "{}", case.name());
            let noted = findings.notes.iter().any(|note| note.code == case.code && note.text.starts_with(case.target));
            assert_eq!(noted, matters, "{}", case.name());
        }
        for production in [Production::NotAsked, Production::Unknown] {
            let findings = written(&production, &live, &after);
            assert!(names(&findings.guards).contains(&case.name()), "{}", case.name());
            assert!(!matters || findings.hinge_on_production, "{}", case.name());
        }
    }
}

#[test]
fn each_guard_of_published_content_is_one_of_a_release_too() {
    for case in all().filter(|case| !["offer-type-changed", "secret-not-declared"].contains(&case.code)) {
        if case.kind().publication == Publication::DoesNotMatter {
            continue;
        }
        let found = released(&is(&case.live()), &edited(case.live(), case.trips));
        assert!(found.contains(&case.name()), "{}: {found:?}", case.name());
        let rested = released(&is(&case.live()), &edited(case.live(), case.rests));
        assert!(!rested.contains(&case.name()), "{}: {rested:?}", case.name());
    }
}

#[test]
fn what_somebody_else_changed_in_the_draft_and_what_leads_back_trips_nothing() {
    for case in all() {
        // These are about the draft itself.
        if case.kind().publication == Publication::DoesNotMatter {
            continue;
        }
        let (published, draft) = (case.live(), edited(case.live(), case.trips));
        let found = between(&published, &draft, &draft);
        assert_eq!(found, [""; 0], "{}: nothing changes", case.name());
        let back = between(&published, &draft, &published);
        let harmless = ["preview-audience-changed", "market-added"];
        let left: Vec<_> = back.iter().filter(|name| !harmless.iter().any(|code| name.starts_with(code))).collect();
        assert!(left.is_empty(), "{}: restoring trips {left:?}", case.name());
    }
}

#[test]
fn no_detail_and_no_target_speaks_the_language_of_the_portal() {
    let foreign = [
        "microsoft-azure",
        "Vhd",
        "vmImages",
        "regionPrices",
        "coreMultiplier",
        "manualEntries",
        "restrictedAudience",
        "diskGenerations",
        "hideSKU",
        "cloudAvailability",
        "product-ingestion",
        "definition",
        "useEnterprise",
        "isByol",
    ];
    for case in all() {
        let (live, after) = (case.live(), edited(case.live(), case.trips));
        for guard in written(&is(&live), &live, &after).guards {
            let text = format!("{} {}", guard.target, guard.detail);
            assert!(!foreign.iter().any(|word| text.contains(word)), "{}: {text}", guard.code);
        }
    }
}

#[test]
fn another_order_and_renewed_signatures_are_no_change() {
    for document in [virtual_machine(), core_virtual_machine(), container(), saas()] {
        let mut other = document.clone();
        reverse(&mut other);
        assert_eq!(between(&document, &document, &other), [""; 0]);
        assert_eq!(released(&is(&document), &other), [""; 0]);
    }
    let signed = |signature: &str| {
        let uri = json!(format!("https://disks.example/1.0.0.vhd?sv=1&sig={signature}"));
        let mut document = virtual_machine();
        document["resources"]["plans"][0]["virtual-machine-plan-technical-configuration"]["vmImageVersions"][0]["vmImages"]
            [0]["source"]["osDisk"]["uri"] = uri;
        document
    };
    assert_eq!(between(&signed("old"), &signed("old"), &signed("new")), [""; 0]);
}

/// Reverses every list of a document.
fn reverse(value: &mut Value) {
    match value {
        Value::Array(elements) => {
            elements.reverse();
            elements.iter_mut().for_each(reverse);
        }
        Value::Object(members) => members.values_mut().for_each(reverse),
        _ => {}
    }
}

#[test]
fn a_release_is_guarded_if_what_customers_have_cannot_be_read() {
    let guard = ["production-unreadable:contoso/firewall".to_owned()];
    assert_eq!(released(&Production::Unknown, &virtual_machine()), guard);
    assert_eq!(released(&Production::NotAsked, &virtual_machine()), guard);
    assert_eq!(released(&Production::Absent, &virtual_machine()), [""; 0]);
}

#[test]
fn an_id_that_customers_have_is_reused_only_for_what_they_have() {
    let published = virtual_machine();
    let mut draft = virtual_machine();
    let standard = draft["resources"]["plans"].as_array_mut().unwrap().remove(0);
    let mut other = draft.clone();
    other["resources"]["plans"].as_array_mut().unwrap().push(json!({"planId": "standard", "plan": {"alias": "x"}}));
    let found = between(&published, &draft, &other);
    assert!(found.contains(&"sku-id-reused:contoso/firewall/standard".to_owned()), "{found:?}");
    let mut again = draft.clone();
    again["resources"]["plans"].as_array_mut().unwrap().push(standard);
    assert_eq!(between(&published, &draft, &again), [""; 0], "a plan that comes back as it was");
}

#[test]
fn lists_whose_elements_cannot_be_told_apart_are_guarded() {
    let plans = "skus-not-comparable:contoso/firewall";
    let skus = "skus-not-comparable:contoso/firewall/standard";
    for (guard, edits) in [
        (plans, &[("/resources/plans/-", r#"{"planId": 7}"#)] as Edits),
        (plans, &[("/resources/plans/-", r#"{"plan": {"alias": "x"}}"#)]),
        (plans, &[("/resources/plans/-", r#"{"planId": "standard"}"#)]),
        (plans, &[("/resources/plans", r#""standard""#)]),
        (plans, &[("/resources", "7")]),
        (skus, &[(LIST, r#"{"imageType": "arm64Gen2"}"#)]),
        (skus, &[(LIST, r#"{"imageType": "arm64Gen2", "skuId": "standard-gen2"}"#)]),
    ] {
        let found = changing(&virtual_machine(), edits);
        assert!(found.contains(&guard.to_owned()), "{edits:?}: {found:?}");
    }
}

#[test]
fn a_plan_that_is_restored_has_the_prices_that_it_was_published_with() {
    const STATE: &str = "/resources/plans/0/plan/lifecycleState";
    let withdrawn = edited(virtual_machine(), &[(STATE, r#""deprecated""#)]);
    let restored = edited(virtual_machine(), &[(STATE, r#""generallyAvailable""#)]);
    assert_eq!(between(&withdrawn, &withdrawn, &restored), [""; 0]);
    let dearer = edited(restored, &[(PRICE, "9")]);
    let found = between(&withdrawn, &withdrawn, &dearer);
    assert!(found.contains(&"price-raised:contoso/firewall/standard".to_owned()), "{found:?}");
}

#[test]
fn a_plan_may_have_a_successor_before_it_is_deprecated() {
    let mut after = virtual_machine();
    let mut successor = after["resources"]["plans"][0].clone();
    successor["planId"] = json!("standard-2");
    after["resources"]["plans"].as_array_mut().unwrap().push(successor);
    after["resources"]["plans"][0]["plan"]["lifecycleState"] = json!("deprecated");
    let published = virtual_machine();
    let findings = written(&is(&published), &published, &after);
    assert_eq!(names(&findings.guards), ["sku-removal:contoso/firewall/standard"]);
    assert_eq!(findings.guards[0].detail, "it stays, and is deprecated");
}

#[test]
fn a_version_may_be_restored_and_a_deprecated_one_does_not_change() {
    const STATE: &str =
        "/resources/plans/0/virtual-machine-plan-technical-configuration/vmImageVersions/0/lifecycleState";
    const DISK: &str = "/resources/plans/0/virtual-machine-plan-technical-configuration/vmImageVersions/0/vmImages/0/source/osDisk/uri";
    let deprecated = edited(virtual_machine(), &[(STATE, r#""deprecated""#)]);
    assert_eq!(between(&deprecated, &deprecated, &virtual_machine()), [""; 0]);
    let found = changing(&deprecated, &[(DISK, r#""https://disks.example/other.vhd""#)]);
    assert_eq!(found, ["image-changed:contoso/firewall/standard/1.0.0"]);
}

#[test]
fn an_image_whose_secret_is_not_set_is_noted_and_not_judged() {
    const DISK: &str = "/resources/plans/0/virtual-machine-plan-technical-configuration/vmImageVersions/0/vmImages/0/source/osDisk/uri";
    let published = virtual_machine();
    let findings = written(&is(&published), &published, &edited(virtual_machine(), &[(DISK, "null")]));
    assert_eq!(names(&findings.guards), [""; 0]);
    assert_eq!(findings.notes.iter().map(|note| note.code).collect::<Vec<_>>(), ["image-not-compared"]);
}

#[test]
fn a_version_that_only_the_draft_has_is_named() {
    const VERSIONS: &str = "/resources/plans/0/virtual-machine-plan-technical-configuration/vmImageVersions/-";
    let new = |version: &str| {
        format!(
            r#"{{"versionNumber": "{version}", "vmImages": [{{"imageType": "x64Gen2", "source": {{"sourceType": "sasUri",
                "osDisk": {{"uri": "https://disks.example/{version}.vhd"}}}}}}]}}"#
        )
    };
    let published = virtual_machine();
    let add = |mut document: Value, version: &str| {
        let list = document.pointer_mut(VERSIONS.strip_suffix("/-").unwrap()).unwrap();
        list.as_array_mut().unwrap().push(serde_json::from_str(&new(version)).unwrap());
        document
    };
    let draft = add(virtual_machine(), "3.0.0");
    let after = add(draft.clone(), "4.0.0");
    let declared = Document::new(add(virtual_machine(), "4.0.0"));
    let findings = judged(&is(&published), &draft, &after, &declared);
    assert_eq!(names(&findings.guards), ["several-new-images:contoso/firewall/standard/standard-gen2"]);
    assert!(findings.guards[0].detail.contains("3.0.0 stands in the draft"), "{}", findings.guards[0].detail);
}

//! Guards of what a release brings to customers, whoever put it into the draft.

use serde_json::{Value, json};

use super::cases::{CASES, Edits, IMAGE, OTHER_IMAGE, application, edited, virtual_machine};
use super::{is, published_as};
use crate::backend::Production;
use crate::offer::{Document, OfferAddress};
use crate::plan::guard::{Guard, GuardKind, Publication, judge_release};

/// The names of the guards of a release of `becoming` while customers have `production`.
pub(super) fn released(production: &Production, becoming: &Value) -> Vec<String> {
    let becoming = Document::new(becoming.clone());
    let offer_type = becoming.offer_type().unwrap();
    let id = |key: &str| becoming.content()[key].as_str().unwrap();
    let address: OfferAddress = format!("{}/{}", id("publisherId"), id("id")).parse().unwrap();
    judge_release(&address, &offer_type, production, &becoming).iter().map(Guard::name).collect()
}

#[test]
fn what_the_portal_takes_from_customers_is_guarded_when_it_goes_live() {
    let without_sku = &[("/definition/plans", r#"[{"planId": "partner"}]"#)] as Edits;
    for (edits, guard) in [
        (without_sku, "sku-removal:contoso/firewall/standard"),
        (&[(below!(SKU "/regions"), r#"["US"]"#)], "market-removal:contoso/firewall/standard/NO"),
        (&[(below!(CORES "/1core"), "500")], "price-raised:contoso/firewall/standard"),
        (&[(below!(IMAGES "/1.9.0"), OTHER_IMAGE)], "image-changed:contoso/firewall/standard/1.9.0"),
        (&[(below!(OFFER ".useEnterpriseContract"), "false")], "standard-contract-left:contoso/firewall"),
    ] {
        let published = virtual_machine();
        let found = released(&is(&published), &edited(published, edits));
        assert!(found.contains(&guard.to_owned()), "{guard}: {found:?}");
    }
}

#[test]
fn each_guard_of_published_content_is_one_of_a_release_too() {
    // These are about the step from files to the draft, or about what no document of the service holds.
    let of_files = ["offer-type-changed", "secret-not-declared", "region-prices-one-block"];
    for case in CASES.iter().filter(|case| !of_files.contains(&case.code)) {
        if GuardKind::of(case.code).unwrap().publication == Publication::DoesNotMatter {
            continue;
        }
        let name = format!("{}:{}", case.code, case.target);
        let published = case.live();
        let found = released(&is(&published), &published_as(edited(case.live(), case.trips)));
        assert!(found.contains(&name), "{name}: {found:?}");
        // What a file leaves out stays in the draft; a document of the service that leaves it out does not have it.
        if case.code == "last-image-removal" {
            continue;
        }
        let rested = released(&is(&published), &published_as(edited(case.live(), case.rests)));
        assert!(!rested.contains(&name), "{name}: {rested:?}");
    }
}

#[test]
fn what_customers_have_already_trips_nothing() {
    for document in [virtual_machine(), application()] {
        assert_eq!(released(&is(&document), &document), [""; 0]);
    }
    let mut renewed = virtual_machine();
    renewed["definition"]["plans"].as_array_mut().unwrap().reverse();
    renewed["version"] = json!(7);
    assert_eq!(released(&is(&virtual_machine()), &renewed), [""; 0], "another order, and what the service owns");
    let with_image = edited(virtual_machine(), &[(below!(IMAGES "/1.11.0"), IMAGE)]);
    assert_eq!(released(&is(&virtual_machine()), &with_image), [""; 0], "a new image");
}

#[test]
fn a_release_is_guarded_if_what_customers_have_cannot_be_read() {
    let with_status = |status: &str| {
        let mut document = virtual_machine();
        document["status"] = json!(status);
        document
    };
    let guard = ["production-unreadable:contoso/firewall".to_owned()];
    for (production, status, expected) in [
        (Production::Unknown, "neverPublished", &guard[..]),
        (Production::NotAsked, "succeeded", &guard[..]),
        (Production::Absent, "succeeded", &guard[..]),
        (Production::Absent, "running", &[]),
        (Production::Absent, "neverPublished", &[]),
    ] {
        let found = released(&production, &with_status(status));
        assert_eq!(found, expected, "{production:?} {status}");
    }
}

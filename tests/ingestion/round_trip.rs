//! Import, an empty plan, an edit in the portal, a plan that shows exactly that, a write, an empty plan.

use offerform::apply::Outcome;
use offerform::simulator::ingestion::Dialect;
use serde_json::{Value, json};

use crate::bench::{Bench, PRODUCTS, changes, outcomes, resource_types};

/// A product, the type and the plan of a resource of it, the edit, and what a plan says that takes it back.
type Edit = (&'static str, &'static str, Option<&'static str>, fn(&mut Value), &'static str);

const EDITS: [Edit; 6] = [
    (
        "image-scanner",
        "listing",
        None,
        |listing| listing["title"] = json!("Edited by hand"),
        "Replace /resources/listing/en-us/title",
    ),
    (
        "firewall",
        "plan-listing",
        Some("standard"),
        |listing| listing["summary"] = json!("Edited by hand"),
        "Replace /resources/plans/standard/plan-listing/en-us/summary",
    ),
    (
        "firewall",
        "price-and-availability-plan",
        Some("byol"),
        |price| price["markets"].as_array_mut().unwrap().push(json!("is")),
        "Remove /resources/plans/byol/price-and-availability-plan/markets/is",
    ),
    (
        "linux-images",
        "core-virtual-machine-plan-technical-configuration",
        Some("contoso-linux-12"),
        |machine| machine["operatingSystem"]["friendlyName"] = json!("Edited by hand"),
        "Replace /resources/plans/contoso-linux-12/core-virtual-machine-plan-technical-configuration/operatingSystem/friendlyName",
    ),
    (
        "policy-console",
        "software-as-a-service-technical-configuration",
        None,
        |setup| setup["landingPageUrl"] = json!("https://edited.contoso.example/"),
        "Replace /resources/software-as-a-service-technical-configuration/landingPageUrl",
    ),
    (
        "policy-console",
        "plan",
        Some("standard"),
        |plan| plan["contoso.bigNumber"] = serde_json::from_str("9007199254740993").unwrap(),
        "",
    ),
];

async fn round_trip(dialect: Dialect) {
    for (product, kind, plan, edit, expected) in EDITS {
        let bench = Bench::speaking(dialect.clone());
        let import = bench.import(&[product]).await;
        bench.is_silent(&import.files).await;
        bench.edit(product, kind, plan, edit);
        let edited = bench.resource(product, kind, plan);
        let planned = bench.plan(&import.files).await;
        let shown = changes(&planned.offers()[0]);
        if expected.is_empty() {
            assert!(shown.is_empty(), "what no file declares stays: {shown:?}");
            continue;
        }
        assert_eq!(shown, [expected], "{product} {kind}");
        bench.forget_requests();
        let report = bench.apply(&import.files).await;
        assert_eq!(outcomes(&report), [&Outcome::Updated], "{product} {kind}: {:?}", report.offers[0].remarks);
        let writes = bench.writes();
        assert_eq!(writes.iter().map(resource_types).collect::<Vec<_>>(), [[kind]], "only what changes is sent");
        assert_ne!(bench.resource(product, kind, plan), edited);
        bench.is_silent(&import.files).await;
    }
}

#[tokio::test]
async fn an_edit_in_the_portal_is_shown_and_taken_back() {
    round_trip(Dialect::default()).await;
}

#[tokio::test]
async fn the_same_whatever_the_service_is_taken_to_do() {
    round_trip(Dialect::reports()).await;
    round_trip(Dialect::reference()).await;
}

#[tokio::test]
async fn four_kinds_of_product_are_imported_and_then_planned_empty() {
    for dialect in [Dialect::default(), Dialect::reports(), Dialect::reference()] {
        let bench = Bench::speaking(dialect);
        let import = bench.import(&PRODUCTS).await;
        assert_eq!(import.offers.len(), PRODUCTS.len());
        bench.is_silent(&import.files).await;
        assert!(bench.writes().is_empty());
        // Signatures and secrets are in no file.
        let whole = import.files.values().cloned().collect::<String>();
        assert!(!whole.contains("sig=") && !whole.contains("***"), "{whole}");
    }
}

#[tokio::test]
async fn a_plan_costs_one_request_an_offer_once_ids_are_known() {
    let bench = Bench::new();
    let import = bench.import(&PRODUCTS).await;
    bench.plan(&import.files).await;
    bench.forget_requests();
    bench.plan(&import.files).await;
    let requests = bench.requests();
    assert_eq!(requests.len(), PRODUCTS.len(), "{requests:#?}");
    assert!(requests.iter().all(|request| request.contains("/resource-tree/product/")), "{requests:#?}");
}

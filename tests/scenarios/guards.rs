//! What needs somebody's yes, and what does not.

use offerform::plan::{self, Guard};
use offerform::simulator::{Dialect, Rewrites};
use serde_json::{Value, json};

use super::bench::{Bench, DECLARED, FIREWALL, SUMMARY, exit, live};

const HEAD: &str = "\
publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition:
";

fn firewall(plans: &Value) -> Value {
    json!({"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": {"displayText": "Firewall", "offer": {}, "plans": plans}})
}

/// A portal with an offer that was never published.
fn portal(plans: &Value) -> Bench {
    let bench = Bench::empty(Dialect::default(), Rewrites::none());
    bench.has(firewall(plans));
    bench
}

/// A portal with an offer that customers have as it is.
fn market(plans: &Value) -> Bench {
    let bench = Bench::empty(Dialect::default(), Rewrites::none());
    bench.sells(firewall(plans));
    bench
}

/// The guards of a plan, and whether all of them together can be allowed.
async fn guards(bench: &Bench, manifest: &str) -> (Vec<String>, bool) {
    let plan = bench.plan(manifest).await;
    let names: Vec<String> = plan.offers()[0].guards().iter().map(Guard::name).collect();
    assert_eq!(plan::approve(plan.clone(), &[]).is_ok(), names.is_empty(), "without a yes nothing guarded is run");
    let allow: Vec<_> = names.iter().map(|name| name.parse().unwrap()).collect();
    (names, plan::approve(plan, &allow).is_ok())
}

#[tokio::test]
async fn a_sku_goes_away_only_with_a_yes_for_this_very_sku() {
    let two = json!([{"planId": "standard", "x": 1}, {"planId": "basic", "x": 1}]);
    // What is declared below `definition`, the guards, and whether a yes to them is enough.
    let cases: [(&str, &[&str], bool); 6] = [
        ("  plans: [{ planId: standard }, { planId: basic }]", &[], true),
        ("  plans: [{ planId: basic }, { planId: standard, x: 2 }]", &[], true),
        ("  displayText: By git", &[], true),
        ("  plans: [{ planId: standard }]", &["sku-removal:contoso/firewall/basic"], true),
        ("  plans: [{ planId: standard }, { planId: basic-2 }]", &["sku-removal:contoso/firewall/basic"], true),
        (
            "  plans: []",
            &["last-sku-removal:contoso/firewall/basic", "last-sku-removal:contoso/firewall/standard"],
            false,
        ),
    ];
    for (declared, expected, allowable) in cases {
        let found = guards(&market(&two), &format!("{HEAD}{declared}\n")).await;
        assert_eq!(found, (expected.iter().map(|name| (*name).to_owned()).collect(), allowable), "{declared}");
    }
    let bench = market(&two);
    let manifest = format!("{HEAD}  plans: [{{ planId: standard }}]\n");
    for (yes, expected) in [
        ("sku-removal:contoso/firewall/standard", false),
        ("sku-removal:contoso/firewall", false),
        ("secret-not-declared:contoso/firewall/basic", false),
        ("sku-removal:contoso/firewall/basic", true),
    ] {
        let plan = bench.plan(&manifest).await;
        assert_eq!(plan::approve(plan, &[yes.parse().unwrap()]).is_ok(), expected, "{yes}");
    }
    let plan = bench.plan(&manifest).await;
    let report = bench.run(&manifest, plan, &["sku-removal:contoso/firewall/basic".parse().unwrap()]).await;
    assert_eq!(exit(&report), 0);
    assert_eq!(bench.at("/definition/plans"), json!([{"planId": "standard", "x": 1}]));
}

#[tokio::test]
async fn the_type_of_an_offer_cannot_change() {
    let bench = portal(&json!([]));
    let manifest = format!("{HEAD}  displayText: By git\n").replace("virtualmachines", "corevm");
    let (found, allowable) = guards(&bench, &manifest).await;
    assert_eq!((found, allowable), (vec!["offer-type-changed:contoso/firewall".to_owned()], false));
}

#[tokio::test]
async fn prices_by_region_are_declared_in_both_blocks_or_not_at_all() {
    let block = json!({"isByol": false, "regionPrices": {"US": {"1core": 1}}});
    let live = json!([{"planId": "standard", "virtualMachinePricing": block, "virtualMachinePricingV2": block}]);
    let one = "{ isByol: false, regionPrices: { US: { 1core: 2 } } }";
    let same = "{ isByol: false, regionPrices: { US: { 1core: 1 } } }";
    let guard = "region-prices-one-block:contoso/firewall/standard";
    for (declared, expected) in [
        (format!("virtualMachinePricing: {one}"), Some(guard)),
        (format!("virtualMachinePricingV2: {one}"), Some(guard)),
        (format!("virtualMachinePricing: {one}, virtualMachinePricingV2: {one}"), None),
        (format!("virtualMachinePricing: {same}"), None),
        ("virtualMachinePricing: { isByol: true }".to_owned(), None),
    ] {
        let manifest = format!("{HEAD}  plans: [{{ planId: standard, {declared} }}]\n");
        let (found, allowable) = guards(&portal(&live), &manifest).await;
        assert_eq!(found, expected.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), "{declared}");
        assert_eq!(allowable, expected.is_none(), "{declared}");
    }
}

#[tokio::test]
async fn a_guard_of_one_offer_keeps_the_whole_run_from_starting() {
    let bench = Bench::new();
    let mut proxy = live();
    proxy["id"] = json!("proxy");
    bench.sells(proxy);
    let guarded = format!("{}  plans: []\n", HEAD.replace("id: firewall", "id: proxy"));
    let plan = bench.plan(&format!("{DECLARED}---\n{guarded}")).await;
    let refusal = plan::approve(plan, &[]).unwrap_err();
    let names: Vec<String> = refusal.guards.iter().map(Guard::name).collect();
    assert_eq!(names, ["last-sku-removal:contoso/proxy/standard"]);
    assert!(bench.puts().is_empty());
}

#[tokio::test]
async fn a_yes_is_part_of_what_was_reviewed() {
    let manifest = format!("{HEAD}  plans: [{{ planId: standard }}]\n");
    let bench = market(&json!([{"planId": "standard"}, {"planId": "basic"}]));
    let plan = bench.plan(&manifest).await;
    let allowed = plan::allow(plan.clone(), &["sku-removal:contoso/firewall/basic".parse().unwrap()]);
    assert_ne!(plan.digest(), allowed.digest(), "who adds a yes to a plan file has another plan");
}

#[tokio::test]
async fn what_a_guard_is_about_comes_from_what_is_live_at_the_moment_of_writing() {
    let bench = Bench::new();
    let plan = bench.plan(DECLARED).await;
    // Between plan and apply, somebody adds a SKU: writing what was planned would remove it.
    bench.edit("/definition/plans/-", json!({"planId": "new"}));
    let report = bench.run(DECLARED, plan, &[]).await;
    assert_eq!((exit(&report), bench.puts().len()), (3, 0));
    let ids: Vec<_> = bench.service().document(FIREWALL).unwrap()["definition"]["plans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["planId"].clone())
        .collect();
    assert_eq!(ids, [json!("standard"), json!("new")]);
    assert_eq!(bench.at(SUMMARY), "Edited by hand");
}

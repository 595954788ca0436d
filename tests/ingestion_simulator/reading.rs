//! Products, plans, single resources and trees.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Bench, of_kind};

fn names(list: &Value) -> BTreeSet<&str> {
    list["value"].as_array().unwrap().iter().map(|one| one["identity"]["externalId"].as_str().unwrap()).collect()
}

#[test]
fn products_are_listed_and_found_by_external_id_and_by_type() {
    let mut bench = Bench::new();
    let all = bench.get("product");
    assert_eq!(
        names(&all),
        BTreeSet::from(["firewall", "image-scanner", "legacy-scanner", "linux-images", "policy-console"])
    );
    // Clients spell the parameter in several ways.
    for name in ["externalId", "externalid", "externalID"] {
        assert_eq!(names(&bench.get(&format!("product?{name}=firewall"))), BTreeSet::from(["firewall"]));
    }
    assert_eq!(bench.get("product?externalId=nothing")["value"], serde_json::json!([]));
    assert_eq!(names(&bench.get("product?type=softwareAsAService")), BTreeSet::from(["policy-console"]));
    let found = &bench.get("product?externalId=image-scanner")["value"][0].clone();
    assert_eq!(found["type"], "azureContainer");
    assert_eq!(bench.get(found["id"].as_str().unwrap()), *found);
}

#[test]
fn lists_come_in_pages_and_every_entry_comes_once() {
    let mut bench = Bench::new();
    let mut seen = Vec::new();
    let mut path = "product?%24maxpagesize=2&%24version=2022-07-01".to_owned();
    let mut pages = 0;
    loop {
        let page = bench.get(&path);
        assert!(page["value"].as_array().unwrap().len() <= 2);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        pages += 1;
        let Some(next) = page["@nextLink"].as_str() else { break };
        assert!(next.contains("maxpagesize=2"), "{next}");
        path = next.split_once("/rp/product-ingestion/").unwrap().1.to_owned();
    }
    assert_eq!(pages, 3);
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 5);
    assert_eq!(bench.call("GET", "product?continuationToken=zz", "").status, 400);
    assert_eq!(bench.call("GET", "product?$maxpagesize=0", "").status, 400);
}

#[test]
fn plans_belong_to_a_product_that_must_be_named() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let plans = bench.get(&format!("plan?product=product/{product}"));
    assert_eq!(names(&plans), BTreeSet::from(["standard", "byol"]));
    let one = bench.get(&format!("plan?product=product/{product}&externalId=byol"));
    assert_eq!(names(&one), BTreeSet::from(["byol"]));
    assert_eq!(bench.call("GET", "plan", "").status, 400);
    assert_eq!(bench.call("GET", "plan?product=product/none", "").status, 404);
}

#[test]
fn every_resource_of_a_draft_can_be_read_by_its_id() {
    let mut bench = Bench::new();
    for name in ["firewall", "linux-images", "image-scanner", "policy-console"] {
        let product = bench.product(name);
        let tree = bench.get(&format!("resource-tree/product/{product}"));
        assert_eq!(tree["root"], format!("product/{product}"));
        assert_eq!(tree["target"]["targetType"], "draft");
        for resource in tree["resources"].as_array().unwrap() {
            let id = resource["id"].as_str().unwrap();
            let alone = bench.get(id);
            assert_eq!(alone["$schema"], resource["$schema"], "{id}");
            assert_eq!(alone["product"], resource["product"], "{id}");
            let kind = id.split('/').next().unwrap();
            assert!(alone["$schema"].as_str().unwrap().contains(&format!("/schema/{kind}/")), "{id}");
        }
    }
}

#[test]
fn a_virtual_machine_has_all_resources_of_its_plans() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let tree = bench.get(&format!("resource-tree/product/{product}?targetType=draft"));
    for (kind, count) in [
        ("product", 1),
        ("property", 1),
        ("listing", 1),
        ("listing-asset", 4),
        ("customer-leads", 1),
        ("reseller", 1),
        ("test-drive", 1),
        ("price-and-availability-offer", 1),
        ("plan", 2),
        ("plan-listing", 2),
        ("price-and-availability-plan", 2),
        ("virtual-machine-plan-technical-configuration", 2),
        ("submission", 1),
    ] {
        assert_eq!(of_kind(&tree, kind).len(), count, "{kind}");
    }
    let (standard, byol) = (bench.plan(&product, "standard"), bench.plan(&product, "byol"));
    assert_eq!(
        of_kind(&tree, "plan-listing")
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect::<BTreeSet<_>>(),
        BTreeSet::from([&standard, &byol].map(|plan| format!("plan-listing/{product}/public/main/{plan}/en-us")))
    );
}

#[test]
fn the_order_is_another_one_each_time_and_addresses_of_files_rotate() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let path = format!("resource-tree/product/{product}");
    let trees: Vec<Value> = (0..5).map(|_| bench.get(&path)).collect();
    let order = |tree: &Value| -> Vec<String> {
        tree["resources"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let orders: BTreeSet<Vec<String>> = trees.iter().map(order).collect();
    assert!(orders.len() > 1);
    let sorted: BTreeSet<BTreeSet<String>> = trees.iter().map(|tree| order(tree).into_iter().collect()).collect();
    assert_eq!(sorted.len(), 1, "the same resources each time");
    let addresses = |tree: &Value| -> BTreeSet<String> {
        of_kind(tree, "listing-asset").iter().map(|one| one["url"].as_str().unwrap().to_owned()).collect()
    };
    let signed: BTreeSet<String> = trees.iter().flat_map(addresses).collect();
    assert_eq!(signed.len(), 20, "another signature in each answer");
    let bare: BTreeSet<&str> = signed.iter().map(|address| address.split('?').next().unwrap()).collect();
    assert_eq!(bare.len(), 4);
    // Addresses of disks are the publisher's own: they do not change.
    let disks: BTreeSet<String> = trees
        .iter()
        .flat_map(|tree| of_kind(tree, "virtual-machine-plan-technical-configuration"))
        .map(|one| one["vmImageVersions"][0]["vmImages"][0]["source"]["osDisk"]["uri"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(disks.len(), 1);
}

#[test]
fn both_hosts_of_schemas_are_in_one_tree() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let tree = bench.get(&format!("resource-tree/product/{product}"));
    let host = |kind: &str| of_kind(&tree, kind)[0]["$schema"].as_str().unwrap().split('/').nth(2).unwrap().to_owned();
    assert_eq!(host("listing"), "product-ingestion.azureedge.net");
    assert_eq!(host("property"), "product-ingestion.azureedge.net");
    assert_eq!(host("plan"), "schema.mp.microsoft.com");
    assert_eq!(host("submission"), "schema.mp.microsoft.com");
}

#[test]
fn a_ceiling_limits_the_version_of_each_resource() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let version = |tree: &Value, kind: &str| {
        of_kind(tree, kind)[0]["$schema"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    };
    let machine = "virtual-machine-plan-technical-configuration";
    for (ceiling, expected) in [
        ("2022-03-01-preview2", ["2022-03-01-preview2", "2022-03-01-preview2", "2022-03-01-preview2"]),
        ("2022-03-01-preview5", ["2022-03-01-preview3", "2022-03-01-preview5", "2022-03-01-preview2"]),
        ("2022-07-01", ["2022-03-01-preview3", "2022-03-01-preview5", "2022-03-01-preview7"]),
    ] {
        let tree = bench.get(&format!("resource-tree/product/{product}?$version={ceiling}"));
        let found = ["listing", machine, "submission"].map(|kind| version(&tree, kind));
        assert_eq!(found, expected, "{ceiling}");
        // Images are not shown under a ceiling below the version in which they were written.
        let images = of_kind(&tree, machine)[0]["vmImageVersions"].as_array().unwrap().len();
        assert_eq!(images > 0, ceiling != "2022-03-01-preview2", "{ceiling}");
        let has_sources = of_kind(&tree, "submission")[0].get("sources").is_some();
        assert_eq!(has_sources, ceiling == "2022-07-01");
    }
    assert_eq!(bench.call("GET", "product?$version=latest", "").status, 400);
}

#[test]
fn secrets_are_masked() {
    let mut bench = Bench::new();
    for (product, kind, pointer) in [
        ("policy-console", "customer-leads", "/marketoLeadConfiguration/clientSecret"),
        ("image-scanner", "container-plan-technical-configuration", "/imageRepositoryDetails/password"),
    ] {
        let guid = bench.product(product);
        for target in ["draft", "preview", "live"] {
            let tree = bench.get(&format!("resource-tree/product/{guid}?targetType={target}"));
            let secret = of_kind(&tree, kind).into_iter().find_map(|one| one.pointer(pointer)).unwrap();
            assert_eq!(secret, "*********");
            assert!(!tree.to_string().contains("made-up"));
        }
    }
}

#[test]
fn trees_are_those_of_their_targets() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let title = |bench: &mut Bench, target: &str| {
        let tree = bench.get(&format!("resource-tree/product/{product}?targetType={target}"));
        assert_eq!(of_kind(&tree, "submission")[0]["target"]["targetType"], target);
        of_kind(&tree, "listing")[0]["searchResultSummary"].as_str().unwrap().to_owned()
    };
    assert_eq!(title(&mut bench, "draft"), "Next-generation firewall for virtual networks - now 20% off");
    assert_eq!(title(&mut bench, "preview"), "Next-generation firewall for virtual networks, managed from one console");
    assert_eq!(title(&mut bench, "live"), "Next-generation firewall for virtual networks, managed from one console");
    for wrong in ["%22preview%22", "production", "certification"] {
        let seen = bench.call("GET", &format!("resource-tree/product/{product}?targetType={wrong}"), "");
        assert_eq!(seen.status, 400, "{wrong}");
    }
    assert_eq!(bench.call("GET", "resource-tree/product/00000000-0000-4000-8000-000000000000", "").status, 404);
}

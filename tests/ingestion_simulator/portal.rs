//! An offer of the portal is a product of this API, until somebody writes to it here.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Bench, of_kind, sendable};
use bytes::Bytes;
use http::Request;
use offerform::simulator::{Edit, Reply};

fn set(pointer: &str, value: Value) -> Edit {
    Edit::Set { pointer: pointer.to_owned(), value }
}

fn listing(bench: &mut Bench, product: &str) -> Value {
    bench.get(&format!("listing/{product}/public/main/default/en-us"))
}

/// A request to the Cloud Partner Portal API.
fn portal(bench: &mut Bench, method: &str, path: &str, body: &Value) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/publishers/contoso/offers/{path}?api-version=2017-10-31"))
        .header("authorization", "Bearer token")
        .header("if-match", "*")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let Reply::Answer(answer) = bench.service.handle(&request) else { panic!("no answer") };
    answer.status().as_u16()
}

#[test]
fn a_virtual_machine_says_the_same_through_both_apis() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let tree = bench.get(&format!("resource-tree/product/{product}"));
    let one = |kind: &str| of_kind(&tree, kind)[0].clone();
    assert_eq!(one("product")["alias"], "Contoso Firewall");
    assert_eq!(
        one("property")["categories"],
        json!({"security": ["threat-protection"], "networking": ["firewalls", "connectivity"]})
    );
    assert_eq!(one("property")["termsConditions"], "custom");
    let listing = one("listing");
    assert_eq!(listing["title"], "Contoso Firewall");
    assert_eq!(listing["privacyPolicyLink"], "https://contoso.example/privacy");
    assert_eq!(
        listing["generalLinks"][0],
        json!({"displayText": "Deployment guide", "link": "https://docs.contoso.example/firewall/deploy"})
    );
    assert_eq!(listing["supportContact"]["email"], "support@contoso.example");
    assert_eq!(listing["cloudSolutionProviderContact"]["name"], "Robin Counts");
    assert_eq!(one("reseller")["resellerChannelState"], "all");
    assert_eq!(one("customer-leads")["leadDestination"], "marketo");
    assert_eq!(one("customer-leads")["marketoLeadConfiguration"]["munchkinId"], "123-ABC-456");
    assert_eq!(
        one("price-and-availability-offer")["previewAudiences"][0]["id"],
        "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11"
    );
    let plan = bench.plan(&product, "standard");
    let of_plan = |kind: &str| {
        let found = of_kind(&tree, kind).into_iter().find(|one| one["plan"] == format!("plan/{product}/{plan}"));
        found.unwrap().clone()
    };
    assert_eq!(of_plan("plan-listing")["name"], "Standard");
    let price = of_plan("price-and-availability-plan");
    assert_eq!(price["visibility"], "visible");
    let markets: BTreeSet<&str> =
        price["markets"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(markets, BTreeSet::from(["au", "ca", "ch", "de", "fr", "gb", "ie", "jp", "nl", "se", "us"]));
    assert_eq!(price["pricing"]["licenseModel"], "payAsYouGo");
    assert_eq!(price["pricing"]["corePricing"]["pricePerCoreSize"]["4core"].to_string(), "0.28");
    assert_eq!(price["trial"], json!({"type": "month", "value": 1}));
    let machine = of_plan("virtual-machine-plan-technical-configuration");
    assert_eq!(
        machine["operatingSystem"],
        json!({"family": "linux", "type": "ubuntu", "friendlyName": "Ubuntu 22.04 LTS"})
    );
    assert_eq!(machine["skus"], json!([{"imageType": "x64Gen1", "skuId": "standard"}]));
    let versions: Vec<&str> = machine["vmImageVersions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["versionNumber"].as_str().unwrap())
        .collect();
    assert_eq!(versions, ["1.9.2", "1.9.4"]);
    let source = &machine["vmImageVersions"][1]["vmImages"][0]["source"];
    assert!(
        source["osDisk"]["uri"]
            .as_str()
            .unwrap()
            .starts_with("https://sandbox.blob.core.windows.net/secrets/FIREWALL_VHD_1_9_4.vhd?")
    );
    let byol = bench.plan(&product, "byol");
    let price = bench.get(&format!("price-and-availability-plan/{product}/{byol}"));
    assert_eq!(price["pricing"], json!({"licenseModel": "byol"}));
}

#[test]
fn a_core_virtual_machine_has_a_sku_for_each_generation() {
    let mut bench = Bench::new();
    let product = bench.product("linux-images");
    let tree = bench.get(&format!("resource-tree/product/{product}"));
    assert_eq!(of_kind(&tree, "product")[0]["type"], "coreVirtualMachine");
    let machine = of_kind(&tree, "core-virtual-machine-plan-technical-configuration")[0];
    assert_eq!(
        machine["skus"],
        json!([
            {"imageType": "x64Gen1", "skuId": "contoso-linux-12"},
            {"imageType": "x64Gen2", "skuId": "contoso-linux-12-gen2"},
            {"imageType": "arm64Gen2", "skuId": "contoso-linux-12-arm64"}
        ])
    );
    let versions = machine["vmImageVersions"].as_array().unwrap();
    let images: Vec<(&str, usize)> = versions
        .iter()
        .map(|one| (one["versionNumber"].as_str().unwrap(), one["vmImages"].as_array().unwrap().len()))
        .collect();
    assert_eq!(images, [("2026.9.15", 2), ("2026.10.13", 3)]);
    assert_eq!(of_kind(&tree, "property")[0]["categories"], json!({"compute": ["operating-systems"]}));
}

#[test]
fn an_edit_in_the_portal_shows_here_until_something_is_written_here() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let plan = bench.plan(&product, "byol");
    let submissions = bench.get(&format!("submission/{product}?targetType=live"))["value"][0]["id"].clone();
    let pointer = "/definition/offer/microsoft-azure-marketplace.title";
    bench.service.edit("contoso/firewall", &set(pointer, json!("First"))).unwrap();
    assert_eq!(listing(&mut bench, &product)["title"], "First");
    assert_eq!(bench.product("firewall"), product, "the same GUIDs");
    assert_eq!(bench.plan(&product, "byol"), plan);
    assert_eq!(bench.get(&format!("submission/{product}?targetType=live"))["value"][0]["id"], submissions);

    let mut changed = sendable(&listing(&mut bench, &product));
    changed["title"] = json!("Written here");
    bench.write(&[changed]);
    bench.service.edit("contoso/firewall", &set(pointer, json!("Second"))).unwrap();
    assert_eq!(listing(&mut bench, &product)["title"], "Written here");
    let document = bench.service.document("contoso/firewall").unwrap();
    assert_eq!(document.pointer(pointer).unwrap(), "Second", "and nothing that is written here shows there");
}

#[test]
fn a_new_offer_of_the_portal_appears_and_an_application_is_a_product_without_a_tree() {
    let mut bench = Bench::new();
    let offer = |id: &str, kind: &str| {
        json!({"publisherId": "contoso", "id": id, "offerTypeId": kind, "definition": {"displayText": "New one",
            "offer": {}, "plans": [{"planId": "only", "regions": ["US"]}]}})
    };
    assert_eq!(portal(&mut bench, "PUT", "brand-new", &offer("brand-new", "microsoft-azure-virtualmachines")), 201);
    assert_eq!(portal(&mut bench, "PUT", "solution", &offer("solution", "microsoft-azure-applications")), 201);
    let product = bench.product("brand-new");
    bench.plan(&product, "only");
    let application = bench.product("solution");
    let seen = bench.call("GET", &format!("resource-tree/product/{application}"), "");
    assert_eq!((seen.status, seen.message()), (400, "Type AzureApplication is not supported"));
    // A type that is not in the enumeration is not in the account.
    assert_eq!(bench.get("product?externalId=data-stream")["value"], json!([]));
}

#[test]
fn a_product_of_the_portal_is_published_here_like_any_other() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    assert_eq!(bench.publish(&product)["jobResult"], "succeeded");
    let preview = bench.entries(&product, "preview")[0].0.clone();
    assert_eq!(bench.go_live(&product, &preview)["jobResult"], "succeeded");
    let tree = bench.get(&format!("resource-tree/product/{product}?targetType=live"));
    assert_eq!(
        of_kind(&tree, "listing")[0]["searchResultSummary"],
        "Next-generation firewall for virtual networks - now 20% off"
    );
}

#[test]
fn a_release_in_the_portal_shows_here_once_it_has_arrived() {
    let mut bench = Bench::new();
    let product = bench.product("firewall");
    let old = bench.entries(&product, "live")[0].0.clone();
    assert_eq!(bench.entries(&product, "preview")[0].0, old);
    let body = json!({"metadata": {"notification-emails": "a@contoso.example"}});
    assert_eq!(portal(&mut bench, "POST", "firewall/publish", &body), 202);
    bench.wait(Duration::from_hours(24 * 6));
    let preview = bench.entries(&product, "preview")[0].0.clone();
    assert_ne!(preview, old, "a new preview waits");
    assert_eq!(bench.entries(&product, "live")[0].0, old, "what is live keeps its submission");
    assert_eq!(portal(&mut bench, "POST", "firewall/golive", &body), 202);
    bench.wait(Duration::from_hours(24 * 6));
    assert_eq!(bench.entries(&product, "live")[0].0, preview, "and it is that of the preview that went live");
    assert_eq!(bench.entries(&product, "preview")[0].0, preview);
}

//! What a configure request writes: references, ids, replacement, secrets, files, deletion, private audiences.

use serde_json::{Value, json};

use super::{Bench, of_kind, resource, sendable};

fn draft(bench: &mut Bench, product: &str) -> Value {
    bench.get(&format!("resource-tree/product/{product}"))
}

#[test]
fn a_new_product_has_a_skeleton_and_is_built_up_by_names_in_any_order() {
    let mut bench = Bench::new();
    // The plan's listing comes before the plan, and the plan before the product: dependencies decide, not the order.
    let status = bench.done(&[
        resource(
            "plan-listing/preview3",
            json!({"kind": "azureVM-plan", "languageId": "en-us", "name": "Basic", "summary": "s", "description": "d",
                   "product": {"resourceName": "new"}, "plan": {"resourceName": "basic"}}),
        ),
        resource(
            "plan/preview3",
            json!({"resourceName": "basic", "product": {"resourceName": "new"}, "identity": {"externalId": "basic"},
                   "alias": "Basic"}),
        ),
        resource(
            "product/preview3",
            json!({"resourceName": "new", "identity": {"externalId": "sensor"}, "type": "azureVirtualMachine",
                   "alias": "Sensor"}),
        ),
    ]);
    assert_eq!(status["jobResult"], "succeeded", "{status}");
    let product = bench.product("sensor");
    let tree = draft(&mut bench, &product);
    for kind in ["property", "listing", "customer-leads", "reseller", "test-drive", "price-and-availability-offer"] {
        assert_eq!(of_kind(&tree, kind).len(), 1, "{kind}");
    }
    assert_eq!(of_kind(&tree, "customer-leads")[0]["leadDestination"], "none");
    assert_eq!(of_kind(&tree, "plan-listing")[0]["plan"], of_kind(&tree, "plan")[0]["id"]);
    assert!(of_kind(&tree, "plan")[0].get("resourceName").is_none(), "names are not stored");
    // Nothing is published.
    for target in ["preview", "live"] {
        let seen = bench.call("GET", &format!("resource-tree/product/{product}?targetType={target}"), "");
        assert_eq!(seen.status, 400);
    }
    // The result lists all that was written, with ids.
    let job = status["jobId"].as_str().unwrap();
    let detail = bench.get(&format!("configure/{job}"));
    assert!(detail["$schema"].as_str().unwrap().contains("/configure-detail/"));
    assert_eq!(detail["resources"].as_array().unwrap().len(), 3);
}

#[test]
fn the_three_forms_of_a_reference_name_the_same_plan() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let plan = bench.plan(&product, "standard");
    let listing = |product: Value, plan: Value, name: &str| {
        let body =
            json!({"kind": "azureSaaS-plan", "product": product, "plan": plan, "languageId": "en-us", "name": name});
        resource("plan-listing/preview3", body)
    };
    let id = format!("plan-listing/{product}/public/main/{plan}/en-us");
    bench.write(&[listing(json!(format!("product/{product}")), json!(format!("plan/{product}/{plan}")), "One")]);
    assert_eq!(bench.get(&id)["name"], "One");
    bench.write(&[listing(json!({"externalId": "policy-console"}), json!({"externalId": "standard"}), "Two")]);
    assert_eq!(bench.get(&id)["name"], "Two");
    let again = resource(
        "plan/preview3",
        json!({"resourceName": "p", "product": {"externalId": "policy-console"}, "identity": {"externalId": "standard"},
               "alias": "Standard"}),
    );
    bench.write(&[listing(json!({"externalId": "policy-console"}), json!({"resourceName": "p"}), "Three"), again]);
    assert_eq!(bench.get(&id)["name"], "Three");
    assert_eq!(bench.plan(&product, "standard"), plan, "matched by its external id, and not made again");
}

#[test]
fn only_what_is_sent_changes_and_it_is_replaced_as_a_whole() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let before = draft(&mut bench, &product);
    let listing = json!({"kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us",
        "title": "Console", "unknownToUs": 9_007_199_254_740_993_u64});
    bench.write(&[resource("listing/preview3", listing)]);
    let after = bench.get(&format!("listing/{product}/public/main/default/en-us"));
    assert_eq!(after["title"], "Console");
    assert!(after.get("description").is_none(), "what is not sent is gone");
    assert_eq!(after["unknownToUs"].to_string(), "9007199254740993");
    let tree = draft(&mut bench, &product);
    assert_eq!(of_kind(&tree, "property"), of_kind(&before, "property"));
    // Live is as it was.
    let live = bench.get(&format!("resource-tree/product/{product}?targetType=live"));
    assert_eq!(of_kind(&live, "listing")[0]["title"], "Contoso Policy Console");
}

#[test]
fn what_was_read_can_be_sent_back_with_and_without_ids() {
    let mut bench = Bench::new();
    for name in ["firewall", "linux-images", "image-scanner", "policy-console"] {
        let product = bench.product(name);
        let before = draft(&mut bench, &product);
        let is_product = |one: &&Value| !one["id"].as_str().unwrap().starts_with("submission/");
        let all: Vec<Value> = before["resources"].as_array().unwrap().iter().filter(is_product).cloned().collect();
        let without: Vec<Value> = all.iter().map(sendable).collect();
        bench.write(&without);
        let with: Vec<Value> = all
            .iter()
            .map(|one| {
                let mut resource = sendable(one);
                resource["id"] = one["id"].clone();
                resource
            })
            .collect();
        bench.write(&with);
        let unsigned = |tree: &Value| {
            let mut found: Vec<String> = tree["resources"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    let mut one = one.clone();
                    if let Some(url) = one["url"].as_str().map(|url| url.split('?').next().unwrap().to_owned()) {
                        one["url"] = json!(url);
                    }
                    let mut members: Vec<_> =
                        one.as_object().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
                    members.sort();
                    members.join(" ")
                })
                .collect();
            found.sort();
            found
        };
        assert_eq!(unsigned(&draft(&mut bench, &product)), unsigned(&before), "{name}");
    }
}

#[test]
fn a_mask_keeps_the_stored_secret_and_another_value_replaces_it() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let leads = |secret: &str| {
        let body = json!({"product": format!("product/{product}"), "leadDestination": "marketo",
            "marketoLeadConfiguration": {"munchkinId": "123-ABC-456", "formId": "7", "clientId": "c", "clientSecret": secret}});
        resource("customer-leads/preview3", body)
    };
    let name = "policy-console/customer-leads";
    let pointer = "/marketoLeadConfiguration/clientSecret";
    bench.write(&[leads("first")]);
    assert_eq!(bench.service.ingestion().secret_matches(name, pointer, "first"), Some(true));
    bench.write(&[leads("*********")]);
    assert_eq!(bench.service.ingestion().secret_matches(name, pointer, "first"), Some(true));
    bench.write(&[leads("second")]);
    assert_eq!(bench.service.ingestion().secret_matches(name, pointer, "first"), Some(false));
    assert_eq!(bench.service.ingestion().secret_matches(name, pointer, "second"), Some(true));
    // A mask for another destination keeps nothing, because nothing is stored there.
    let other = json!({"product": format!("product/{product}"), "leadDestination": "table",
        "tableLeadConfiguration": {"storageAccountConnectionString": "*********"}});
    let status = bench.done(&[resource("customer-leads/preview3", other)]);
    assert_eq!(status["jobResult"], "failed");
}

#[test]
fn a_file_is_copied_and_its_address_is_not_the_one_that_was_sent() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let asset = |kind: &str, file: &str| {
        let body = json!({"kind": "azure", "product": format!("product/{product}"), "languageId": "en-us", "type": kind,
            "listing": format!("listing/{product}/public/main/default/en-us"), "url": format!("https://c.example/{file}")});
        resource("listing-asset/preview3", body)
    };
    bench.write(&[asset("azureLogoSmall", "new.png"), asset("azureLogoScreenshot", "two.png")]);
    let tree = draft(&mut bench, &product);
    let mut ids: Vec<&str> = of_kind(&tree, "listing-asset").iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let place = format!("listing-asset/{product}/public/main/default/en-us");
    // A logo takes the place of the old one; a screenshot is one more.
    let expected = ["azurelogolarge/1", "azurelogoscreenshot/1", "azurelogoscreenshot/2", "azurelogosmall/1"];
    assert_eq!(ids, expected.map(|end| format!("{place}/{end}")));
    let url = bench.get(&format!("{place}/azurelogosmall/1"))["url"].as_str().unwrap().to_owned();
    assert!(url.contains("/new.png?") && !url.contains("c.example"), "{url}");
}

#[test]
fn deleting_is_for_what_was_never_published() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let plan = |id: &str, state: &str| {
        let body = json!({"product": format!("product/{product}"), "identity": {"externalId": id}, "alias": id,
            "lifecycleState": state});
        resource("plan/preview3", body)
    };
    bench.write(&[plan("trial", "generallyAvailable")]);
    bench.write(&[plan("trial", "deleted")]);
    let found = bench.get(&format!("plan?product=product/{product}&externalId=trial"));
    assert_eq!(found["value"], json!([]));
    let status = bench.done(&[plan("standard", "deleted")]);
    assert_eq!(status["jobResult"], "failed");
    assert_eq!(status["errors"][0]["details"][0]["code"], "invalidState");
}

#[test]
fn private_audiences_change_everywhere_at_once() {
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let plan = bench.plan(&product, "partner");
    bench.write(&[resource(
        "price-and-availability-update-private-audiences/preview3",
        json!({"product": format!("product/{product}"), "plan": {"externalId": "partner"}, "privateAudiences": {
            "add": [{"type": "tenant", "id": "11111111-2222-4333-8444-555555555555", "label": "Fabrikam"}],
            "remove": [{"type": "tenant", "id": "0f8fad5b-d9cb-469f-a165-70867728950e"}]}}),
    )]);
    let id = format!("price-and-availability-plan/{product}/{plan}");
    for target in ["draft", "preview", "live"] {
        let tree = bench.get(&format!("resource-tree/product/{product}?targetType={target}"));
        let found = of_kind(&tree, "price-and-availability-plan").into_iter().find(|one| one["id"] == id).unwrap();
        let labels: Vec<&Value> =
            found["privateAudiences"].as_array().unwrap().iter().map(|one| &one["label"]).collect();
        assert_eq!(labels, ["Fabrikam"], "{target}");
    }
}

//! The conversation of a public client with the simulator: cloudpub 1.7.6, unchanged but for the host, added an image to a plan, published
//! it and went live on 2026-11-29, with and without its modular push. What it sent is written down here.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Bench, HOST, of_kind};

const CEILING: &str = "%24version=2022-07-01";

fn tree(bench: &mut Bench, product: &str, target: &str) -> Value {
    bench.get(&format!("resource-tree/product/{product}?targetType={target}&{CEILING}"))
}

/// It sends what it read, with ids, on the new host.
fn sent(read: &Value) -> Value {
    let mut resource = super::sendable(read);
    resource["id"] = read["id"].clone();
    resource
}

fn configure(bench: &mut Bench, resources: &[Value], days: u32) -> Value {
    let body = json!({ "$schema": format!("{HOST}/configure/2022-07-01"), "resources": resources });
    let accepted = bench.call("POST", &format!("configure?{CEILING}"), &body.to_string());
    assert_eq!(accepted.status, 202, "{}", accepted.json);
    bench.wait(Duration::from_hours(24) * days + Duration::from_mins(5));
    bench.get(&format!("configure/{}/status?{CEILING}", accepted.json["jobId"].as_str().unwrap()))
}

/// The submission that was read, with another target; its schema is always the same one.
fn submitted(bench: &mut Bench, product: &str, from: &str, to: &str) -> Value {
    let list = bench.get(&format!("submission/{product}?{CEILING}"));
    let found = list["value"].as_array().unwrap().iter().find(|one| one["target"]["targetType"] == from).unwrap();
    json!({ "$schema": format!("{HOST}/submission/2022-03-01-preview2"), "id": found["id"],
        "product": found["product"], "target": { "targetType": to } })
}

#[test]
fn cloudpub_adds_an_image_publishes_it_and_goes_live() {
    for is_modular in [false, true] {
        let mut bench = Bench::new();
        let list = bench.get(&format!("product?{CEILING}"));
        let found = list["value"].as_array().unwrap().iter().find(|one| one["identity"]["externalId"] == "firewall");
        let product = found.unwrap()["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let live = tree(&mut bench, &product, "live");
        let one = |kind: &str| sent(of_kind(&live, kind)[0]);
        let plan = of_kind(&live, "plan").into_iter().find(|one| one["identity"]["externalId"] == "standard").unwrap();
        let machine = "virtual-machine-plan-technical-configuration";
        let found = of_kind(&live, machine).into_iter().find(|one| one["plan"] == plan["id"]).unwrap();
        let mut machine = sent(found);
        machine["vmImageVersions"].as_array_mut().unwrap().push(json!({
            "versionNumber": "1.10.0", "lifecycleState": "generallyAvailable", "vmImages": [{"imageType": "x64Gen1", "source": {
                "sourceType": "sasUri", "dataDisks": [], "osDisk": {"uri": "https://c.example/new.vhd?sp=r&sig=x"}}}]}));
        let status = configure(&mut bench, std::slice::from_ref(&machine), 0);
        assert_eq!(status["jobResult"], "succeeded", "{status}");

        let preview = submitted(&mut bench, &product, "draft", "preview");
        let resources = if is_modular {
            vec![one("product"), one("property"), sent(plan), machine, preview]
        } else {
            vec![preview]
        };
        let status = configure(&mut bench, &resources, 6);
        assert_eq!(status["jobResult"], "succeeded", "{status}");
        let go_live = submitted(&mut bench, &product, "preview", "live");
        let status = configure(&mut bench, &[go_live], 6);
        assert_eq!(status["jobResult"], "succeeded", "{status}");

        let live = tree(&mut bench, &product, "live");
        let versions = |tree: &Value| -> Vec<String> {
            let found = of_kind(tree, "virtual-machine-plan-technical-configuration");
            let found = found.into_iter().find(|one| one["plan"] == plan["id"]).unwrap();
            let versions = found["vmImageVersions"].as_array().unwrap().iter();
            versions.map(|one| one["versionNumber"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(versions(&live), ["1.9.2", "1.9.4", "1.10.0"]);
        // The summary that was edited in the draft goes live only with the whole draft.
        let summary = of_kind(&live, "listing")[0]["searchResultSummary"].as_str().unwrap().to_owned();
        assert_eq!(summary.ends_with("now 20% off"), !is_modular, "{summary}");
    }
}

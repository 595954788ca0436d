//! The folder of a sandbox keeps products, jobs and submissions, and neither signatures nor secrets.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Bench, resource, submission};
use offerform::clock::Clock;
use offerform::simulator::store::Store;

fn reopened(bench: Bench, folder: &std::path::Path) -> Bench {
    let Bench { clock, mut service } = bench;
    let store = Store::open(folder).unwrap();
    store.save(&mut service).unwrap();
    let shared: Arc<dyn Clock> = clock.clone();
    let service = store.load(shared).unwrap().unwrap();
    Bench { clock, service }
}

#[test]
fn jobs_and_submissions_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let listing = json!({"kind": "azureSaaS", "product": format!("product/{product}"), "languageId": "en-us",
        "title": "New", "description": "d"});
    let edit = bench.start(&[resource("listing/preview3", listing)]);
    let mut bench = reopened(bench, folder.path());
    bench.wait(Duration::from_mins(5));
    assert_eq!(bench.status(&edit)["jobResult"], "succeeded");
    let publish = bench.start(&[submission(&product, "preview", None)]);
    bench.wait(Duration::from_hours(24));
    let mut bench = reopened(bench, folder.path());
    assert_eq!(bench.entries(&product, "preview")[0].1, "running");
    bench.wait(Duration::from_hours(24 * 5));
    assert_eq!(bench.status(&publish)["jobResult"], "succeeded");
    let id = format!("listing/{product}/public/main/default/en-us");
    assert_eq!(bench.get(&id)["title"], "New");
    assert_eq!(bench.product("policy-console"), product);
    let firewall = bench.product("firewall");
    let mut bench = reopened(bench, folder.path());
    assert_eq!(bench.product("firewall"), firewall);
}

#[test]
fn nothing_secret_reaches_the_folder_and_a_kept_secret_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::new();
    let product = bench.product("policy-console");
    let leads = |secret: &str| {
        let body = json!({"product": format!("product/{product}"), "leadDestination": "marketo", "marketoLeadConfiguration":
            {"munchkinId": "123-ABC-456", "formId": "7", "clientId": "c", "clientSecret": secret}});
        resource("customer-leads/preview3", body)
    };
    let firewall = bench.product("firewall");
    let plan = bench.plan(&firewall, "standard");
    let machine = bench.get(&format!("virtual-machine-plan-technical-configuration/{firewall}/{plan}"));
    let mut machine = super::sendable(&machine);
    let mut version = machine["vmImageVersions"][0].clone();
    version["versionNumber"] = json!("9.9.9");
    version["vmImages"][0]["source"]["osDisk"]["uri"] = json!("https://c.example/new.vhd?sp=r&sig=GIVEN%3D&se=2099");
    machine["vmImageVersions"].as_array_mut().unwrap().push(version);
    bench.start(&[leads("HIDDEN"), machine]);
    let mut bench = reopened(bench, folder.path());
    let check = |folder: &std::path::Path| {
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = String::from_utf8(std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
            for secret in ["HIDDEN", "sig=", "GIVEN", "made-up"] {
                assert!(!text.contains(secret), "{secret}");
            }
        }
    };
    check(folder.path());
    bench.wait(Duration::from_mins(5));
    // A mask keeps the secret that an earlier process was given.
    bench.write(&[leads("****")]);
    let read = bench.get(&format!("customer-leads/{product}"));
    assert_eq!(read["marketoLeadConfiguration"]["clientSecret"], "*********");
    let kept = bench.service.ingestion().secret_matches(
        "policy-console/customer-leads",
        "/marketoLeadConfiguration/clientSecret",
        "HIDDEN",
    );
    assert_eq!(kept, None, "another process was given it");
    drop(reopened(bench, folder.path()));
    check(folder.path());
}

#[test]
fn a_folder_of_an_older_version_gets_the_products() {
    let folder = tempfile::tempdir().unwrap();
    let bench = reopened(Bench::new(), folder.path());
    let path = folder.path().join("state.json");
    let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let members = state.as_object_mut().unwrap();
    members.remove("ingestion").unwrap();
    // It had no pace for this API either.
    members["pace"].as_object_mut().unwrap().remove("resource").unwrap();
    std::fs::write(&path, state.to_string()).unwrap();
    let shared: Arc<dyn Clock> = bench.clock.clone();
    let service = Store::open(folder.path()).unwrap().load(shared).unwrap().unwrap();
    let mut bench = Bench { clock: bench.clock, service };
    assert_eq!(bench.get("product")["value"].as_array().unwrap().len(), 5);
    let product = bench.product("firewall");
    assert_eq!(bench.get(&format!("resource-tree/product/{product}"))["root"], format!("product/{product}"));
}

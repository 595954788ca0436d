//! The examples load without a finding and without a variable, and the sandbox's portal differs from them in what
//! `crates/simulator/src/seed/README.md` lists, and in nothing else.
//!
//! The comparison here is a plain one of its own: it shows that examples and seeds agree, not that the program
//! compares rightly.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

#[path = "support/environment.rs"]
mod environment;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use offerform::desired::{self, Desired};
use offerform::offer::Pointer;
use offerform::secret::SecretLocation;
use offerform::source::WorkTree;
use serde_json::{Map, Value};

use environment::NoVariableIsRead;

const OFFERS: [&str; 6] = ["backup-app", "data-stream", "firewall", "image-scanner", "linux-images", "policy-console"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn examples() -> BTreeMap<String, Desired> {
    let tree = WorkTree::discover(&root()).unwrap();
    let loaded = desired::load(&tree, &["examples/offers".to_owned()], &NoVariableIsRead);
    let findings: Vec<String> = loaded.diagnostics.iter().map(|finding| format!("{finding:?}")).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    loaded.desired.into_iter().map(|desired| (desired.address.offer.to_string(), desired)).collect()
}

fn seed(offer: &str) -> Value {
    let path = root().join(format!("crates/simulator/src/seed/{offer}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn every_example_is_an_offer_and_parts_are_none() {
    let examples = examples();
    assert_eq!(examples.keys().collect::<Vec<_>>(), OFFERS);
    assert!(examples.values().all(|desired| desired.address.publisher.as_str() == "contoso"));
}

#[test]
fn parts_and_notations_come_out_as_they_are_meant() {
    let examples = examples();
    let offer = |name: &str, key: &str| {
        let key = Pointer::root().key("definition").key("offer").key(&format!("microsoft-azure-marketplace.{key}"));
        examples[name].document.get(&key).cloned().unwrap()
    };
    assert_eq!(offer("firewall", "supportContactName"), "Contoso Support", "from the shared part");
    assert_eq!(offer("backup-app", "supportContactName"), "Contoso Backup Support", "beside the shared part");
    assert_eq!(offer("firewall", "engineeringContactName"), offer("backup-app", "engineeringContactName"));
    assert!(offer("firewall", "description").as_str().unwrap().starts_with("<p>Contoso Firewall protects"));
    let plans = &examples["firewall"].document.content()["definition"]["plans"];
    assert!(plans[0]["regions"].as_array().unwrap().contains(&"NO".into()), "Norway is text");
    assert!(plans[0]["microsoft-azure-virtualmachines.vmImages"].get("1.10.0").is_some(), "a version is text");
    assert_eq!(plans[0]["virtualMachinePricing"], plans[0]["virtualMachinePricingV2"], "an alias");
    let stream =
        &examples["data-stream"].document.content()["definition"]["offer"]["microsoft-azure-datastreams.stream"];
    assert_eq!(stream["retentionBytes"].to_string(), "9223372036854775807");
}

#[test]
fn the_sandbox_differs_from_the_examples_in_what_its_readme_says() {
    let images = "microsoft-azure-virtualmachines.vmImages";
    let expected: [(&str, &[&str]); 3] = [
        ("data-stream", &[]),
        (
            "firewall",
            &[
                "/definition/offer/microsoft-azure-marketplace.summary",
                "/definition/plans/standard/regions",
                &format!("/definition/plans/standard/{images}/1.10.0"),
            ],
        ),
        (
            "linux-images",
            &["/definition/plans/contoso-linux-12/diskGenerations/contoso-linux-12-gen2/\
                microsoft-azure-corevm.vmImagesPublicAzure/2026.10.13/label"],
        ),
    ];
    let examples = examples();
    for (offer, expected) in expected {
        let mut found = Vec::new();
        let wanted = with_stand_ins(&examples[offer]);
        differences(&wanted, &seed(offer)["draft"], &mut String::new(), &mut found);
        assert_eq!(found, expected, "{offer}");
    }
    assert!(!root().join("crates/simulator/src/seed/backup-app.json").exists(), "the portal does not have it yet");
}

#[test]
fn the_products_of_the_sandbox_differ_from_the_examples_in_what_its_readme_says() {
    let expected: [(&str, &str, &[&str]); 2] = [
        ("image-scanner", "container", &["/plans/free/container-plan-technical-configuration/imageTags"]),
        (
            "policy-console",
            "saas",
            &["/listing/en-us/generalLinks", "/plans/standard/price-and-availability-plan/markets"],
        ),
    ];
    let examples = examples();
    for (offer, file, expected) in expected {
        let content = examples[offer].document.content();
        let mut found = Vec::new();
        for resource in seed(&format!("product-ingestion/{file}"))["resources"].as_array().unwrap() {
            let resource_type = resource["$schema"].as_str().unwrap().split('/').nth(4).unwrap();
            let Some(mut path) = place(resource_type, resource) else { continue };
            let declared = plans_by_id(&content["resources"]).pointer(&path).cloned();
            let declared = declared.unwrap_or_else(|| panic!("{offer}: no {path}"));
            differences(&without_secrets(&declared), resource, &mut path, &mut found);
        }
        assert_eq!(found, expected, "{offer}");
    }
}

/// Where a file declares a resource. Files of a listing are left out: the service hosts them elsewhere.
fn place(resource_type: &str, resource: &Value) -> Option<String> {
    let plan =
        ["/plan/resourceName", "/identity/externalId"].map(|name| resource.pointer(name).and_then(Value::as_str));
    let place = match (resource_type, plan) {
        ("listing-asset", _) => return None,
        ("plan", [_, Some(id)]) | (_, [Some(id), _]) => format!("/plans/{id}/{resource_type}"),
        _ => format!("/{resource_type}"),
    };
    Some(match resource["languageId"].as_str() {
        Some(language) => format!("{place}/{language}"),
        None => place,
    })
}

fn plans_by_id(resources: &Value) -> Value {
    let mut resources = resources.clone();
    let plans = resources["plans"].as_array().unwrap().iter();
    let plans: Map<String, Value> =
        plans.map(|plan| (plan["planId"].as_str().unwrap().to_owned(), plan.clone())).collect();
    resources["plans"] = plans.into();
    resources
}

fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| !["password", "clientSecret"].contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_secrets(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn a_seed_holds_no_secret_and_no_signature() {
    for offer in ["data-stream", "firewall", "legacy-scanner", "linux-images"] {
        let text = seed(offer).to_string();
        assert!(!text.contains("sig=") && !text.contains("clientSecret"), "{offer}");
    }
}

/// The document with the sandbox's stand-ins for disk addresses; other secrets stay away, as they do in the portal.
fn with_stand_ins(desired: &Desired) -> Value {
    let mut content = desired.document.content().clone();
    for (pointer, reference) in desired.document.sealed() {
        let SecretLocation::Env(name) = &reference.location else { panic!("{reference}") };
        let key = pointer.tokens().last().unwrap();
        let parent = content.pointer_mut(pointer.parent().unwrap().as_str()).unwrap().as_object_mut().unwrap();
        parent.remove(&key);
        if key == "osVhdUrl" {
            let query = "sp=rl&st=2024-11-04T00%3A00%3A00Z&se=2099-12-31T00%3A00%3A00Z&sv=2024-11-04&sr=c";
            parent.insert(key, format!("https://sandbox.blob.core.windows.net/secrets/{name}.vhd?{query}").into());
        }
    }
    content
}

/// Collects where `wanted` says something else than `live`. Logos are left out: the service hosts them elsewhere.
fn differences(wanted: &Value, live: &Value, path: &mut String, found: &mut Vec<String>) {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => members(wanted, live, path, found),
        (Value::Array(wanted), Value::Array(live)) => elements(wanted, live, path, found),
        _ if wanted == live => {}
        _ => found.push(path.clone()),
    }
}

fn members(wanted: &Map<String, Value>, live: &Map<String, Value>, path: &mut String, found: &mut Vec<String>) {
    for (key, value) in wanted.iter().filter(|(key, _)| !key.ends_with("Logo")) {
        below(path, key, |path| match live.get(key) {
            Some(live) => differences(value, live, path, found),
            None => found.push(path.clone()),
        });
    }
}

fn elements(wanted: &[Value], live: &[Value], path: &mut String, found: &mut Vec<String>) {
    let name =
        |value: &Value| ["planId", "categoryL1"].iter().find_map(|key| value.get(key)?.as_str().map(str::to_owned));
    if let Some(names) = wanted.iter().map(name).collect::<Option<Vec<_>>>().filter(|names| !names.is_empty()) {
        assert_eq!(names, live.iter().filter_map(name).collect::<Vec<_>>(), "{path}");
        for ((name, wanted), live) in names.iter().zip(wanted).zip(live) {
            below(path, name, |path| differences(wanted, live, path, found));
        }
        return;
    }
    let sorted = |list: &[Value]| {
        let mut texts: Vec<String> = list.iter().map(ToString::to_string).collect();
        if ["/regions", "/markets"].iter().any(|set| path.ends_with(set)) {
            texts.sort();
        }
        texts
    };
    if sorted(wanted) != sorted(live) {
        found.push(path.clone());
    }
}

fn below(path: &mut String, part: &str, visit: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(part);
    visit(path);
    path.truncate(length);
}

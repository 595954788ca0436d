//! Files behind addresses: when the program looks at them, and what it says about it.

use serde_json::json;

use crate::sealed::Sealed;
use crate::stand_in::{Asked, StandIn};

const OFFER: &str = "publisherId: contoso\nid: firewall\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  offer:\n    \
                     microsoft-azure-marketplace.smallLogo: https://127.0.0.1:9/declared.png\n";

fn portal() -> StandIn {
    StandIn::start(|_: &Asked| {
        let logo = "https://127.0.0.1:9/hosted.png?sv=1&sig=hidden";
        let offer = json!({ "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
            "definition": { "offer": { "microsoft-azure-marketplace.smallLogo": logo }, "plans": [] } });
        (200, "etag: \"1\"\r\n".to_owned(), offer.to_string())
    })
}

#[test]
fn what_is_not_public_is_not_fetched_and_stays_in_doubt() {
    let (sealed, portal) = (Sealed::empty(), portal());
    sealed.write("offers/firewall.yaml", OFFER);
    for (flags, told) in [("", true), ("--no-fetch", false)] {
        let line = format!("-v --endpoint {} plan {flags}", portal.endpoint);
        let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t")], &line);
        assert_eq!(ran.last_line(), "Plan: 0 to create, 0 to update, 0 to release, 1 unchanged.", "{}", ran.stderr);
        let unseen = ran.stdout.lines().find(|line| line.contains("not compared"));
        assert!(unseen.is_some_and(|line| line.contains("smallLogo")), "{}", ran.stdout);
        let why = "the host is not on the public internet";
        assert_eq!(ran.stderr.contains(why), told, "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("fetched=0 failed=2"), told, "{}", ran.stderr);
        assert!(!ran.stderr.contains("hidden") && !ran.stderr.contains("sig="), "{}", ran.stderr);
    }
}

#[test]
fn a_plan_file_says_that_nothing_was_fetched_and_an_apply_keeps_to_it() {
    let (sealed, portal) = (Sealed::empty(), portal());
    sealed.write("offers/firewall.yaml", OFFER);
    let token = [("OFFERFORM_TOKEN", "t")];
    let run = |line: &str| sealed.run_with(&token, &format!("-v --endpoint {} {line}", portal.endpoint));
    assert_eq!(run("plan --out fetched.json").exit, 0);
    assert!(!sealed.read("fetched.json").contains("no_fetch"));
    assert_eq!(run("plan --no-fetch --out plan.json").exit, 0);
    assert!(sealed.read("plan.json").contains("\"no_fetch\": true"));
    let applied = run("apply plan.json --auto-approve");
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    assert!(applied.stderr.contains("fetched=0 failed=0"), "{}", applied.stderr);
    assert_eq!(run("apply plan.json --no-fetch --auto-approve").exit, 1, "a plan file goes alone");
}

#[test]
fn the_sandbox_fetches_nothing() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("-v --sandbox plan");
    assert!(ran.stdout.contains("fields not compared"), "{}", ran.stdout);
    assert!(ran.stderr.contains("fetched=0 failed=0"), "{}", ran.stderr);
}

/// Image addresses are secrets that can be compared where their variables are set, and most places have no need to set them.
#[test]
fn image_addresses_whose_variables_are_not_set_are_one_line() {
    let image =
        |version: u32| format!("          1.0.{version}: {{ osVhdUrl: {{ $secret: {{ env: VHD_{version} }} }} }}\n");
    let images: String = (0..10).map(image).collect();
    let sealed = Sealed::empty();
    sealed.write(
        "offers/firewall.yaml",
        &format!(
            "{OFFER}  plans:\n    - planId: one\n      microsoft-azure-virtualmachines:\n        vmImages:\n{images}"
        ),
    );
    let portal = StandIn::start(|_: &Asked| {
        let image = |version: u32| {
            (format!("1.0.{version}"), json!({ "osVhdUrl": format!("https://x.example/{version}?sig=a&sv=1") }))
        };
        let images: serde_json::Map<String, serde_json::Value> = (0..10).map(image).collect();
        let logo = "https://127.0.0.1:9/declared.png";
        let offer = json!({ "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
            "definition": { "offer": { "microsoft-azure-marketplace.smallLogo": logo },
                "plans": [{ "planId": "one", "microsoft-azure-virtualmachines.vmImages": images }] } });
        (200, "etag: \"1\"\r\n".to_owned(), offer.to_string())
    });
    let line = format!("--endpoint {} plan --no-fetch", portal.endpoint);
    let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t")], &line);
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.contains("VHD_")).collect();
    assert_eq!(lines.len(), 1, "{}", ran.stdout);
    assert!(lines[0].contains("10 image addresses"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("the portal has what the files declare"), "ten values are not known: {}", ran.stdout);
    assert!(ran.stdout.contains("No changes in what could be compared"), "{}", ran.stdout);
    assert_eq!(ran.last_line(), "Plan: 0 to create, 0 to update, 0 to release, 1 unchanged.");
}

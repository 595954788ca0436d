//! Every example, through the shipped program and over HTTP: the first plan shows the differences that
//! `crates/simulator/src/seed/README.md` lists, apply removes them, and an edit in the portal is shown as exactly that edit.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

#[path = "scenarios/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::Folder;

/// One change as a plan tells it: operation, path, before, after.
type Told = (&'static str, &'static str, Value, Value);

/// An edit in the portal, and the change that undoes it.
struct ByHand {
    pointer: &'static str,
    /// `None` removes what is there.
    value: Option<&'static str>,
    undone_by: Told,
}

fn by_hand(pointer: &'static str, value: &'static str, undone_by: Told) -> ByHand {
    ByHand { pointer, value: Some(value), undone_by }
}

fn example(name: &str) -> String {
    format!("examples/offers/{name}.yaml")
}

/// The plan of one example, as JSON, and the exit status that tells of changes.
fn plan(folder: &Folder, name: &str) -> (Value, i32) {
    plan_with(folder, name, &[])
}

fn plan_with(folder: &Folder, name: &str, variables: &[(&str, &str)]) -> (Value, i32) {
    let ran = folder.run(&["--sandbox", "plan", &example(name), "--format", "json", "--detailed-exitcode"], variables);
    assert!([0, 2].contains(&ran.code), "{}", ran.stderr);
    let mut plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["offers"].as_array().unwrap().len(), 1);
    (plan["offers"][0].take(), ran.code)
}

fn changes(offer: &Value, undetermined: bool) -> Vec<(String, String, Value, Value)> {
    let wanted = |change: &&Value| (change["cause"] == "undetermined") == undetermined;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    offer["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(wanted)
        .map(|change| (text(&change["op"]), text(&change["path"]), change["before"].clone(), change["after"].clone()))
        .collect()
}

fn told(expected: Vec<Told>) -> Vec<(String, String, Value, Value)> {
    let owned = |(op, path, before, after): Told| (op.to_owned(), path.to_owned(), before, after);
    expected.into_iter().map(owned).collect()
}

fn apply(folder: &Folder, name: &str, last_line: &str) {
    apply_with(folder, name, last_line, &[]);
}

/// Edits in the portal are replaced.
const REVERTING: &[(&str, &str)] = &[("OFFERFORM_DRIFT", "revert")];

fn apply_with(folder: &Folder, name: &str, last_line: &str, variables: &[(&str, &str)]) {
    let ran = folder.run(&["--sandbox", "apply", &example(name), "--auto-approve"], variables);
    assert_eq!((ran.code, ran.stdout.lines().last()), (0, Some(last_line)), "{}{}", ran.stdout, ran.stderr);
}

const UPDATED: &str = "Apply: 0 created, 1 updated, 0 unchanged, 0 refused, 0 failed.";

fn is_silent(folder: &Folder, name: &str, times: usize) {
    for _ in 0..times {
        let (offer, code) = plan(folder, name);
        assert_eq!((code, &offer["action"], changes(&offer, false)), (0, &json!("none"), vec![]));
        assert_eq!(offer["patch"], json!([]));
    }
}

fn edit(folder: &Folder, name: &str, edit: &ByHand) {
    let address = format!("contoso/{name}");
    let mut arguments = vec!["sandbox", "edit", &address, edit.pointer];
    arguments.push(edit.value.unwrap_or("--remove"));
    let ran = folder.run(&arguments, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// Each edit alone is shown, and nothing else; then it is undone.
fn survives(folder: &Folder, name: &str, edits: Vec<ByHand>) {
    is_silent(folder, name, 10);
    for by_hand in edits {
        edit(folder, name, &by_hand);
        let (offer, code) = plan(folder, name);
        assert_eq!((code, &offer["action"]), (0, &json!("none")), "{}: it is left by default", by_hand.pointer);
        assert_eq!(changes(&offer, false).len(), 1, "{}: and shown", by_hand.pointer);
        let (offer, code) = plan_with(folder, name, REVERTING);
        assert_eq!((code, &offer["action"]), (2, &json!("update")), "{}", by_hand.pointer);
        assert_eq!(changes(&offer, false), told(vec![by_hand.undone_by.clone()]), "{}", by_hand.pointer);
        assert_eq!(changes(&offer, true), [], "what the service made of it is known by now");
        apply_with(folder, name, UPDATED, REVERTING);
        is_silent(folder, name, 1);
    }
}

const SUMMARY: &str = "/definition/offer/microsoft-azure-marketplace.summary";

#[test]
fn firewall() {
    let folder = Folder::with_examples();
    let (offer, _) = plan(&folder, "firewall");
    assert_eq!(offer["action"], "update");
    let expected = told(vec![
        (
            "replace",
            SUMMARY,
            json!("Next-generation firewall for virtual networks - now 20% off"),
            json!("Next-generation firewall for virtual networks, managed from one console"),
        ),
        ("add", "/definition/plans/0/regions/11", Value::Null, json!("NO")),
        (
            "add",
            "/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.10.0",
            Value::Null,
            json!({"osVhdUrl": "(redacted: env FIREWALL_VHD_1_10_0)", "lunVhdDetails": []}),
        ),
    ]);
    assert_eq!(changes(&offer, false), expected);
    let logos: Vec<String> = changes(&offer, true).into_iter().map(|(_, path, ..)| path).collect();
    let logo = |size: &str| format!("/definition/offer/microsoft-azure-marketplace.{size}Logo");
    assert_eq!(logos, ["small", "medium", "large", "wide"].map(logo));

    apply(&folder, "firewall", UPDATED);
    let hand = json!("By hand");
    let image = "/definition/plans/1/microsoft-azure-virtualmachines.vmImages/1.9.2";
    survives(
        &folder,
        "firewall",
        vec![
            by_hand(
                "/definition/displayText",
                "By hand",
                ("replace", "/definition/displayText", hand, json!("Contoso Firewall")),
            ),
            by_hand(
                "/definition/plans/0/regions/-",
                "BR",
                ("remove", "/definition/plans/0/regions/12", json!("BR"), Value::Null),
            ),
            by_hand(
                "/definition/plans/0/virtualMachinePricing/coreMultiplier/individually/8core",
                "0.6",
                (
                    "replace",
                    "/definition/plans/0/virtualMachinePricing/coreMultiplier/individually/8core",
                    json!(0.6),
                    json!(0.52),
                ),
            ),
            ByHand {
                pointer: image,
                value: None,
                undone_by: (
                    "add",
                    image,
                    Value::Null,
                    json!({"osVhdUrl": "(redacted: env FIREWALL_VHD_1_9_2)", "lunVhdDetails": []}),
                ),
            },
        ],
    );
    // What no file declares is nobody's business.
    let kit = by_hand(
        "/definition/offer/microsoft-azure-virtualmachines.gtmMaterials",
        "https://partners.contoso.example/firewall/kit-2.pdf",
        ("", "", Value::Null, Value::Null),
    );
    edit(&folder, "firewall", &kit);
    is_silent(&folder, "firewall", 1);
}

#[test]
fn linux_images() {
    let folder = Folder::with_examples();
    let (offer, _) = plan(&folder, "linux-images");
    let label = |generation: usize| {
        format!(
            "/definition/plans/0/diskGenerations/{generation}/microsoft-azure-corevm.vmImagesPublicAzure/2026.10.13/label"
        )
    };
    let expected = vec![(
        "replace".to_owned(),
        label(0),
        json!("Contoso Linux 12, generation 2 (2026-10-12)"),
        json!("Contoso Linux 12, generation 2 (2026-10-13)"),
    )];
    assert_eq!(changes(&offer, false), expected);
    let logos: Vec<String> = changes(&offer, true).into_iter().map(|(_, path, ..)| path).collect();
    let logo = |size: &str| format!("/definition/plans/0/microsoft-azure-corevm.{size}Logo");
    assert_eq!(logos, ["small", "medium", "large", "wide"].map(logo));

    apply(&folder, "linux-images", UPDATED);
    let arm = "/definition/plans/0/diskGenerations/1/microsoft-azure-corevm.vmImagesPublicAzure/2026.10.13/label";
    let title = "/definition/offer/microsoft-azure-corevm.title";
    survives(
        &folder,
        "linux-images",
        vec![
            by_hand(arm, "For Arm", ("replace", arm, json!("For Arm"), json!("Contoso Linux 12 for Arm (2026-10-13)"))),
            by_hand(title, "By hand", ("replace", title, json!("By hand"), json!("Contoso Linux"))),
        ],
    );
}

#[test]
fn data_stream() {
    let folder = Folder::with_examples();
    let (offer, _) = plan(&folder, "data-stream");
    assert_eq!((&offer["action"], &offer["changes"]), (&json!("none"), &json!([])));
    let ran = folder.run(&["--sandbox", "apply", &example("data-stream"), "--auto-approve"], &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);

    let bytes = "/definition/offer/microsoft-azure-datastreams.stream/retentionBytes";
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    survives(
        &folder,
        "data-stream",
        vec![
            // As doubles the two numbers are one.
            by_hand(
                bytes,
                "9223372036854775806",
                ("replace", bytes, number("9223372036854775806"), number("9223372036854775807")),
            ),
            by_hand(
                "/definition/plans/1/regions",
                "[\"NO\", \"US\"]",
                ("add", "/definition/plans/1/regions/2", Value::Null, json!("DE")),
            ),
        ],
    );
}

#[test]
fn backup_app_which_is_created_by_the_tool() {
    let folder = Folder::with_examples();
    let (offer, _) = plan(&folder, "backup-app");
    assert_eq!((&offer["action"], &offer["revision"]), (&json!("create"), &Value::Null));
    apply(&folder, "backup-app", "Apply: 1 created, 0 updated, 0 unchanged, 0 refused, 0 failed.");
    let price = "/definition/plans/0/monthlyPricingV2/multiplier/single";
    let address = "/definition/plans/0/microsoft-azure-applications.package/1.2.0/packageVersion/tenantId";
    survives(
        &folder,
        "backup-app",
        vec![
            by_hand(price, "59", ("replace", price, json!(59), json!(49))),
            by_hand(
                address,
                "another",
                ("replace", address, json!("another"), json!("0f3c2a58-77e4-4a0d-9c5e-1b6a2d9e8f30")),
            ),
        ],
    );
}

#[test]
fn image_scanner_of_the_product_ingestion_api() {
    let folder = Folder::with_examples();
    let (offer, _) = plan(&folder, "image-scanner");
    assert_eq!((&offer["action"], &offer["revision"]["lock"]), (&json!("update"), &Value::Null));
    let tags = "/resources/plans/0/container-plan-technical-configuration/imageTags/2";
    assert_eq!(changes(&offer, false), told(vec![("add", tags, Value::Null, json!("2.5.0"))]));
    assert_eq!(changes(&offer, true).len(), 3, "the logos and the screenshot");
    apply(&folder, "image-scanner", UPDATED);
    is_silent(&folder, "image-scanner", 3);
}

#[test]
fn policy_console_of_the_product_ingestion_api() {
    let folder = Folder::with_examples();
    let (offer, _) = plan(&folder, "policy-console");
    let links = "/resources/listing/en-us/generalLinks";
    let documentation = json!({"displayText": "Documentation", "link": "https://docs.contoso.example/policy-console"});
    let notes = json!({"displayText": "Release notes", "link": "https://docs.contoso.example/policy-console/releases"});
    let expected = vec![
        ("replace", links, json!([documentation]), json!([documentation, notes])),
        ("add", "/resources/plans/1/price-and-availability-plan/markets/3", Value::Null, json!("se")),
    ];
    assert_eq!(changes(&offer, false), told(expected));
    apply(&folder, "policy-console", UPDATED);
    is_silent(&folder, "policy-console", 3);
}

#[test]
fn all_of_them_together() {
    let folder = Folder::with_examples();
    let last = |ran: &shell::Ran| ran.stdout.lines().last().unwrap_or_default().to_owned();
    let ran = folder.run(&["--sandbox", "plan", "--detailed-exitcode"], &[]);
    assert_eq!((ran.code, last(&ran).as_str()), (2, "Plan: 1 to create, 4 to update, 0 to release, 1 unchanged."));
    let ran = folder.run(&["--sandbox", "apply", "--auto-approve"], &[]);
    assert_eq!((ran.code, last(&ran).as_str()), (0, "Apply: 1 created, 4 updated, 1 unchanged, 0 refused, 0 failed."));
    let ran = folder.run(&["--sandbox", "plan", "--detailed-exitcode"], &[]);
    assert_eq!((ran.code, last(&ran).as_str()), (0, "Plan: 0 to create, 0 to update, 0 to release, 6 unchanged."));
    let ran = folder.run(&["sandbox", "log", "--format", "json"], &[]);
    let log: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sent = |method: &str| log.iter().filter(|entry| entry["method"] == method).collect::<Vec<_>>();
    let (puts, posts) = (sent("PUT"), sent("POST"));
    assert_eq!((puts.len(), posts.len()), (3, 2), "one for each offer that was to change");
    assert!(puts.iter().all(|put| put["if_match"] != "any"));
    assert!(posts.iter().all(|post| post["path"] == "/rp/product-ingestion/configure"), "{posts:?}");
}

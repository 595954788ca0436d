//! A reviewed plan is carried out as it was reviewed, or not at all: through the shipped program, with its sandbox.

use serde_json::{Value, json};

use super::shell::{Folder, Ran};

const SUMMARY: &str = "/definition/offer/microsoft-azure-marketplace.summary";

/// A folder with a saved plan of the firewall.
fn reviewed() -> Folder {
    let folder = Folder::with_examples();
    let ran = sandbox(&folder, &["plan", "examples/offers/firewall.yaml", "--out", "plan.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder
}

fn sandbox(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut all = vec!["--sandbox"];
    all.extend(arguments);
    folder.run(&all, &[])
}

fn apply(folder: &Folder, more: &[&str]) -> Ran {
    let mut arguments = vec!["apply", "plan.json", "--auto-approve"];
    arguments.extend(more);
    sandbox(folder, &arguments)
}

fn edit(folder: &Folder, pointer: &str, value: &str) {
    assert_eq!(sandbox(folder, &["sandbox", "edit", "contoso/firewall", pointer, value]).code, 0);
}

fn writes(folder: &Folder) -> usize {
    let log = sandbox(folder, &["sandbox", "log", "--format", "json"]).stdout;
    log.lines().filter(|line| serde_json::from_str::<Value>(line).unwrap()["method"] == "PUT").count()
}

fn change_plan(folder: &Folder, change: impl FnOnce(&mut Value)) {
    let path = folder.path("plan.json");
    let mut plan: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut plan);
    std::fs::write(path, plan.to_string()).unwrap();
}

#[test]
fn it_is_carried_out_if_it_still_holds() {
    let folder = reviewed();
    edit(
        &folder,
        "/definition/offer/microsoft-azure-virtualmachines.gtmMaterials",
        "https://contoso.example/kit-3.pdf",
    );
    let ran = apply(&folder, &[]);
    assert_eq!((ran.code, writes(&folder)), (0, 1), "an edit of what nobody manages spoils no review: {}", ran.stderr);
    let again = apply(&folder, &[]);
    assert_eq!((again.code, writes(&folder)), (3, 1), "it does not hold a second time");
}

#[test]
fn it_is_refused_with_the_difference_if_it_does_not() {
    let declared = "examples/offers/firewall.yaml";
    for (pointer, value, shown) in [
        (
            "/definition/displayText",
            "By another",
            "/definition/displayText: not in the reviewed plan, now \"By another\" -> \"Contoso Firewall\"",
        ),
        (SUMMARY, "By another", "/definition/offer/microsoft-azure-marketplace.summary: reviewed as"),
        (SUMMARY, "Next-generation firewall for virtual networks, managed from one console", "now unchanged"),
    ] {
        let folder = reviewed();
        edit(&folder, pointer, value);
        let ran = apply(&folder, &[]);
        assert_eq!((ran.code, writes(&folder)), (3, 0), "{pointer}: {}", ran.stderr);
        assert!(ran.stderr.contains(shown), "{pointer}: {}", ran.stderr);
    }
    let folder = reviewed();
    let text = std::fs::read(folder.path(declared)).unwrap();
    let text = String::from_utf8(text).unwrap().replace("managed from one console", "managed from two consoles");
    std::fs::write(folder.path(declared), text).unwrap();
    let ran = apply(&folder, &[]);
    assert_eq!((ran.code, writes(&folder)), (3, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("microsoft-azure-marketplace.summary"), "{}", ran.stderr);
}

#[test]
fn a_tampered_one_is_worth_nothing() {
    // Who changes what decides, or what a reviewer reads: refused.
    let tampered: [fn(&mut Value); 6] = [
        |plan| plan["offers"][0]["changes"][0]["after"] = json!("Tampered"),
        |plan| plan["digest"] = json!(format!("sha256:{}", "0".repeat(64))),
        |plan| plan["selection"]["paths"] = json!(["examples/offers/linux-images.yaml"]),
        |plan| plan["selection"]["paths"] = json!(["examples/offers"]),
        |plan| plan["compared_secrets"] = json!([]),
        |plan| plan["endpoint"] = json!("https://elsewhere.example"),
    ];
    for (position, change) in tampered.into_iter().enumerate() {
        let folder = reviewed();
        change_plan(&folder, change);
        let ran = apply(&folder, &[]);
        assert_eq!((ran.code, writes(&folder)), (3, 0), "{position}: {}{}", ran.stdout, ran.stderr);
    }
    // Who changes the patch, which is for programs: the files decide all the same.
    let folder = reviewed();
    change_plan(&folder, |plan| {
        plan["offers"][0]["patch"] = json!([{"op": "replace", "path": SUMMARY, "value": "Tampered"}]);
    });
    assert_eq!(apply(&folder, &[]).code, 0);
    let plan = sandbox(&folder, &["plan", "examples/offers/firewall.yaml", "--detailed-exitcode"]);
    assert_eq!(plan.code, 0, "the portal has what the files declare: {}", plan.stdout);
}

/// The firewall without its second SKU.
fn without_byol(folder: &Folder) {
    let path = folder.path("examples/offers/firewall.yaml");
    let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    let (head, rest) = text.split_once("    - planId: byol").unwrap();
    let (_, tail) = rest.split_once("# For offerform").unwrap();
    std::fs::write(path, format!("{head}\n# For offerform{tail}")).unwrap();
}

#[test]
fn a_guard_is_allowed_by_the_review_or_by_who_applies_and_not_by_who_touches_the_file() {
    let yes = "sku-removal:contoso/firewall/byol";
    let plan = ["plan", "examples/offers/firewall.yaml", "--out", "plan.json"];
    let guarded = || {
        let folder = Folder::with_examples();
        without_byol(&folder);
        folder
    };
    let folder = guarded();
    assert_eq!(sandbox(&folder, &plan).code, 0);
    assert_eq!((apply(&folder, &[]).code, writes(&folder)), (3, 0), "nobody said yes");
    change_plan(&folder, |plan| plan["allow"] = json!([yes]));
    assert_eq!((apply(&folder, &[]).code, writes(&folder)), (3, 0), "nor did the reviewer, whatever the file says now");

    let folder = guarded();
    assert_eq!(sandbox(&folder, &plan).code, 0);
    let ran = apply(&folder, &["--allow", yes]);
    assert_eq!((ran.code, writes(&folder)), (0, 1), "who applies said yes: {}", ran.stderr);

    let folder = guarded();
    let mut allowed = plan.to_vec();
    allowed.extend(["--allow", yes]);
    assert_eq!(sandbox(&folder, &allowed).code, 0);
    let ran = apply(&folder, &[]);
    assert_eq!((ran.code, writes(&folder)), (0, 1), "the reviewer said yes: {}", ran.stderr);
}

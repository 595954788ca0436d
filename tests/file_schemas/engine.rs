//! The schemas know what the engine knows, and the program carries all of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use offerform::desired;
use offerform::offer::fields::{FieldPlace, FieldTable};
use offerform::offer::{Api, OfferTypeId};
use offerform::source::MemoryTree;
use serde_json::{Value, json};

use crate::{root, schema, text};

/// The paths of the field table, `*` for any key or element.
fn rows(place: FieldPlace<'_>, at: &str, depth: usize, into: &mut Vec<String>) {
    // Deeper than any row; what lies below a place the table does not know has no members.
    if depth > 8 {
        return;
    }
    for (key, _) in place.members() {
        let path = format!("{at}/{key}");
        rows(place.key(key), &path, depth + 1, into);
        into.push(path);
    }
    rows(place.element(), &format!("{at}/*"), depth + 1, into);
}

/// The schemas that say something about the member or element `key` of what `schema` describes.
fn below<'s>(whole: &'s Value, schema: &'s Value, key: &str) -> Vec<&'s Value> {
    let mut found = Vec::new();
    for part in parts(whole, schema) {
        if key == "*" {
            let any = [&part["items"], &part["additionalProperties"]];
            found.extend(any.into_iter().filter(|schema| schema.is_object()));
            found.extend(part["patternProperties"].as_object().into_iter().flat_map(|patterns| patterns.values()));
        } else {
            found.extend(part["properties"].get(key));
        }
    }
    found
}

/// A schema and what it refers to.
fn parts<'s>(whole: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let mut all = vec![schema];
    if let Some(reference) = schema["$ref"].as_str() {
        all.extend(parts(whole, whole.pointer(&reference[1..]).unwrap()));
    }
    for one in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(parts(whole, one));
    }
    all
}

/// Rows of the field table that hold for every type, and that offers of this type have never been seen with.
fn is_of_another_type(offer_type: &str, path: &str) -> bool {
    let others: &[&str] = match offer_type {
        "microsoft-azure-corevm" => &["virtualMachinePricing", "monthlyPricing", "microsoft-azure-marketplace"],
        "microsoft-azure-virtualmachines" => &["monthlyPricing"],
        _ => &["virtualMachinePricing"],
    };
    others.iter().any(|other| path.contains(other))
}

#[test]
fn every_key_of_the_field_table_is_known_to_the_schema_of_its_type() {
    for (offer_type, name) in [
        ("microsoft-azure-virtualmachines", "offer-virtual-machine"),
        ("microsoft-azure-corevm", "offer-core-vm"),
        ("microsoft-azure-applications", "offer-application"),
        ("azureVirtualMachine", "offer-product-ingestion"),
    ] {
        let schema = schema(name);
        let mut paths = Vec::new();
        let api = if name == "offer-product-ingestion" { Api::ProductIngestion } else { Api::CloudPartnerPortal };
        rows(FieldTable::of(&OfferTypeId::of(api, offer_type)).root(), "", 0, &mut paths);
        assert!(paths.len() > 50, "{offer_type}: {}", paths.len());
        let unknown: BTreeSet<&String> = paths
            .iter()
            .filter(|path| !is_of_another_type(offer_type, path))
            // How a data disk looks is documented nowhere, so its schema is open.
            .filter(|path| !path.contains("/lunVhdDetails/"))
            // Every type, and every property of a machine: rows of the table, not keys of a file.
            .filter(|path| !["/resources/*", "/resources/plans/*/*"].contains(&path.as_str()))
            .filter(|path| !path.ends_with("/vmProperties/*") && !path.ends_with("/deprecationSchedule/date"))
            // In the schema of the service, `authentication` is a text; the table is prepared for a mapping.
            .filter(|path| !path.contains("/authentication/"))
            .filter(|path| {
                let mut here = vec![&schema];
                for key in path.split('/').skip(1) {
                    here = here.into_iter().flat_map(|one| below(&schema, one, key)).collect();
                }
                here.is_empty()
            })
            .collect();
        assert!(unknown.is_empty(), "{name} does not know {unknown:#?}");
    }
}

/// The words that editors propose are those that the rules know.
#[test]
fn markets_and_categories_are_those_of_the_rules() {
    let facts = |name: &str| text(&root().join("crates/engine/src/rules/facts").join(name));
    let rows = |table: &str| -> Vec<Vec<String>> {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    };
    let schema = schema("offer");
    let words = |of: &Value| -> BTreeSet<String> {
        let words = of["anyOf"][0]["enum"].as_array().unwrap();
        words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let known: BTreeSet<String> = rows(&facts("markets.tsv")).into_iter().map(|mut row| row.remove(0)).collect();
    assert_eq!(words(&schema["$defs"]["markets"]["items"]), known);
    for (group, definition) in [("virtual-machine", "categories"), ("application", "application-categories")] {
        let members = &schema["$defs"][definition]["items"]["properties"];
        let table = rows(&facts("categories.tsv"));
        let table: Vec<_> = table.iter().filter(|row| row[0] == group).collect();
        let keys: BTreeSet<String> = table.iter().map(|row| row[1].clone()).collect();
        assert_eq!(words(&members["categoryL1"]), keys, "{group}");
        for row in table {
            let below: BTreeSet<String> = row[2].split(' ').map(str::to_owned).collect();
            assert_eq!(words(&members[format!("categoryL2-{}", row[1])]["items"]), below, "{group}: {}", row[1]);
        }
    }
}

/// The findings about an offer with this `reconcile` block.
fn findings(reconcile: &Value) -> String {
    let offer = json!({
        "publisherId": "contoso", "id": "x", "offerTypeId": "contoso-robots", "definition": {}, "reconcile": reconcile,
    });
    let tree = MemoryTree::default().with("a.json", offer.to_string());
    format!("{:?}", desired::load(&tree, &["a.json".to_owned()], &desired::NoVariables).diagnostics)
}

#[test]
fn the_loader_takes_every_key_and_word_of_the_reconcile_block() {
    let nothing = findings(&json!({}));
    let schema = schema("offer");
    let block = &schema["$defs"]["reconcile"]["properties"];
    let known = |members: &Value| -> BTreeSet<String> {
        members.as_object().unwrap().keys().filter(|key| !key.starts_with('$')).cloned().collect()
    };
    assert_eq!(known(block), ["allow", "ignore", "ownership", "release", "silence"].map(str::to_owned).into());
    for key in ["release", "ownership"] {
        for word in block[key]["anyOf"][0]["enum"].as_array().unwrap() {
            assert_eq!(findings(&json!({ key: word })), nothing, "{key}: {word}");
        }
    }
    for on in block["ignore"]["items"]["properties"]["on"]["anyOf"][0]["enum"].as_array().unwrap() {
        let ignore = json!({ "path": "/definition/x", "on": on, "reason": "r", "until": "2027-01-31" });
        assert_eq!(findings(&json!({ "ignore": [ignore] })), nothing, "{on}");
        assert_eq!(known(&block["ignore"]["items"]["properties"]), known(&ignore));
    }
    for (key, element) in [
        ("allow", json!({ "code": "sku-removal", "target": "a/b/c", "reason": "r" })),
        ("silence", json!({ "rule": "x", "path": "/definition/x", "value": 1, "reason": "r" })),
    ] {
        assert_eq!(findings(&json!({ key: [element] })), nothing, "{key}");
        assert_eq!(known(&block[key]["items"]["properties"]), known(&element), "{key}");
    }
    assert_ne!(findings(&json!({ "relase": "draft" })), nothing);
}

fn offerform(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_offerform")).args(arguments).current_dir(folder).env_clear().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_settings_are_those_that_the_program_reads() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    std::fs::write(folder.path().join("offerform.yaml"), "unheard: of\n").unwrap();
    let (exit, _, stderr) = offerform(folder.path(), &["--sandbox", "plan"]);
    assert_eq!(exit, 1);
    let hint = stderr.lines().find_map(|line| line.strip_prefix("hint: known settings are ")).unwrap();
    let told: BTreeSet<&str> = hint.split(", ").flat_map(|word| word.split(" and ")).collect();
    let schema = schema("offerform");
    let known: BTreeSet<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).filter(|key| *key != "$schema").collect();
    assert_eq!(known, told);
    let methods = &crate::schema("whoami")["properties"]["method"]["enum"];
    assert_eq!(&schema["properties"]["auth"]["enum"], methods);
}

#[test]
fn the_program_prints_every_schema() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut printed = BTreeSet::new();
    let (_, help, _) = offerform(folder.path(), &["schema", "--help"]);
    let names = help.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_once(':')).map(|(name, _)| name);
    for name in names.filter(|name| !["auto", "always", "never"].contains(name)) {
        let (exit, stdout, stderr) = offerform(folder.path(), &["schema", name]);
        assert_eq!((exit, stderr.as_str()), (0, ""), "{name}");
        printed.insert(stdout);
    }
    for entry in std::fs::read_dir(root().join("schemas")).unwrap() {
        let path = entry.unwrap().path();
        assert!(printed.remove(&text(&path)), "no name leads to {}: add it to src/cli/schema.rs", path.display());
    }
    assert!(printed.is_empty(), "a schema is not in schemas/");
    for (name, same) in [("microsoft-azure-virtualmachines", "virtual-machine"), ("microsoft-azure-corevm", "core-vm")]
    {
        assert_eq!(offerform(folder.path(), &["schema", name]), offerform(folder.path(), &["schema", same]));
    }
    assert_eq!(offerform(folder.path(), &["schema"]), offerform(folder.path(), &["schema", "offer"]));
}

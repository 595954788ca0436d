//! The examples and the offers of the sandbox's portal pass, and the examples tell an editor where their schema is.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::editor::documents;
use crate::{root, schema, text, validator};

const MODELINE: &str = "# yaml-language-server: $schema=";

/// Every YAML file below `examples`.
fn examples() -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root().join("examples")).sort_by_file_name();
    let paths = entries.into_iter().map(|entry| entry.unwrap().into_path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect()
}

/// The name of the schema that the first line of a file leads to.
fn named(path: &Path, text: &str) -> String {
    let first = text.lines().next().unwrap();
    let target = first.strip_prefix(MODELINE).unwrap_or_else(|| panic!("{} begins with {first}", path.display()));
    let target = path.parent().unwrap().join(target).canonicalize().unwrap();
    assert!(target.starts_with(root().canonicalize().unwrap().join("schemas")), "{}", target.display());
    target.file_name().unwrap().to_str().unwrap().trim_end_matches(".schema.json").to_owned()
}

fn assert_valid(name: &str, what: &str, instance: &Value) {
    let validator = validator(name);
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what} against {name}: {errors:#?}");
}

#[test]
fn every_example_names_its_schema_and_keeps_to_it() {
    let examples = examples();
    assert!(examples.len() >= 5, "{examples:?}");
    for path in examples {
        let text = text(&path);
        let name = named(&path, &text);
        for document in documents(&text) {
            assert_valid(&name, &path.display().to_string(), &document);
            if let Some(own) = own_schema(&document) {
                assert_valid(own, &path.display().to_string(), &document);
            }
        }
    }
}

fn own_schema(document: &Value) -> Option<&'static str> {
    if document["api"] == "product-ingestion" {
        return Some("offer-product-ingestion");
    }
    match document["offerTypeId"].as_str()? {
        "microsoft-azure-virtualmachines" => Some("offer-virtual-machine"),
        "microsoft-azure-corevm" => Some("offer-core-vm"),
        "microsoft-azure-applications" => Some("offer-application"),
        _ => None,
    }
}

/// JSON that was exported passes when it is pasted into a file.
#[test]
fn what_the_service_returns_keeps_to_the_schema() {
    let mut count = 0;
    for name in ["firewall", "linux-images", "data-stream", "legacy-scanner"] {
        let path = root().join("crates/simulator/src/seed").join(format!("{name}.json"));
        let seed: Value = serde_json::from_str(&text(&path)).unwrap();
        for slot in ["draft", "preview", "production"] {
            if seed[slot].is_object() {
                assert_valid("offer", &format!("{name} {slot}"), &seed[slot]);
                count += 1;
            }
        }
    }
    assert!(count >= 4, "{count} documents");
}

#[test]
fn the_types_of_the_examples_are_those_that_the_schema_knows() {
    let known = &schema("offer")["$defs"]["envelope"]["properties"]["offerTypeId"]["anyOf"][0]["enum"];
    let used: Vec<Value> = examples()
        .iter()
        .flat_map(|path| documents(&text(path)))
        .map(|mut document| document["offerTypeId"].take())
        .collect();
    for offer_type in known.as_array().unwrap() {
        assert!(used.contains(offer_type), "no example is {offer_type}");
    }
}

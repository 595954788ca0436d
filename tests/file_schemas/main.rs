//! The schemas of the files that people write: they are what the tables in `make` say, they know what the engine
//! knows, and they take and refuse what they should.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod bad;
mod editor;
mod engine;
mod examples;
mod forms;
mod good;
mod make;
mod resources;
mod snippets;

use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).unwrap()
}

/// A schema as it is shipped.
fn schema(name: &str) -> Value {
    serde_json::from_str(&text(&root().join("schemas").join(format!("{name}.schema.json")))).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema(name)).unwrap()
}

#[test]
fn the_schemas_are_what_the_tables_say() {
    let mut differ = Vec::new();
    for (name, schema) in make::all() {
        let path = root().join("schemas").join(format!("{name}.schema.json"));
        if std::fs::read(&path).ok() != Some(make::print(&schema).into_bytes()) {
            differ.push(name);
        }
    }
    assert!(differ.is_empty(), "{differ:?} differ; `cargo test --test file_schemas -- --ignored` writes them anew");
}

#[test]
#[ignore = "writes schemas/: run it after a change of the tables, and read the difference"]
fn write_the_schemas() {
    for (name, schema) in make::all() {
        let path = root().join("schemas").join(format!("{name}.schema.json"));
        std::fs::write(path, make::print(&schema)).unwrap();
    }
}

#[test]
fn every_schema_is_one_of_2020_12_and_needs_no_other() {
    let mut ids = Vec::new();
    for (name, schema) in make::all() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        let references = references(&schema);
        assert!(references.iter().all(|reference| reference.starts_with("#/$defs/")), "{name}: {references:?}");
        for reference in references {
            assert!(schema.pointer(&reference[1..]).is_some(), "{name}: {reference} leads nowhere");
        }
        for definition in schema["$defs"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(schema.to_string().contains(&format!("#/$defs/{definition}")), "{name}: nothing uses {definition}");
        }
        ids.push(schema["$id"].as_str().unwrap().to_owned());
    }
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "an `$id` is there twice");
}

fn references(schema: &Value) -> Vec<&str> {
    match schema {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

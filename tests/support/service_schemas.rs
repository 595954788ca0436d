//! The JSON Schemas of the Product Ingestion API. They are not part of this repository: the variable `OFFERFORM_INGESTION_SCHEMAS` names a
//! folder with them, as files `{type}-2022-03-01-preview2.json`. Test programs include this file with `#[path]`.

use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};

/// The version of the schemas.
pub(crate) const VERSION: &str = "2022-03-01-preview2";

const OLD: &str = "https://product-ingestion.azureedge.net/schema";

/// The folder with the schemas, if there is one.
#[expect(clippy::disallowed_methods, reason = "a test that is told where files are")]
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("OFFERFORM_INGESTION_SCHEMAS").map(PathBuf::from)
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Checks resources of a type.
pub(crate) fn validator(folder: &std::path::Path, kind: &str) -> Validator {
    let mut schema = read(&folder.join(format!("{kind}-{VERSION}.json")));
    if schema.get("$defs").is_none() {
        schema["$defs"] = json!({});
    }
    let parts = schema["$defs"].as_object_mut().unwrap();
    // Each file brings what it refers to, but not all do, and none brings the schema of masks.
    let mask = format!("{OLD}/masked-secret/{VERSION}");
    parts.insert(mask.clone(), json!({"$id": mask, "type": "string", "pattern": "^\\*+$"}));
    for entry in std::fs::read_dir(folder).unwrap() {
        let other = read(&entry.unwrap().path());
        for (name, part) in
            other["$defs"].as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("https"))
        {
            parts.entry(name.clone()).or_insert_with(|| part.clone());
        }
    }
    jsonschema::draft202012::options().build(&schema).unwrap()
}

//! Answers against the JSON Schemas of the service. They are not part of this repository: the variable
//! `OFFERFORM_INGESTION_SCHEMAS` names a folder with them, as files `{type}-2022-03-01-preview2.json`.

use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Bench;
use offerform::simulator::ingestion::{Dialect, ImagesBelowCeiling, SchemaHost};

const VERSION: &str = "2022-03-01-preview2";
const OLD: &str = "https://product-ingestion.azureedge.net/schema";

/// Types that these schemas describe for virtual machines only, in this version.
const DESCRIBED: [&str; 13] = [
    "product",
    "plan",
    "property",
    "listing",
    "listing-asset",
    "plan-listing",
    "price-and-availability-offer",
    "price-and-availability-plan",
    "customer-leads",
    "test-drive",
    "reseller",
    "submission",
    "virtual-machine-plan-technical-configuration",
];

#[expect(clippy::disallowed_methods, reason = "a test that is told where files are")]
fn folder() -> Option<PathBuf> {
    std::env::var_os("OFFERFORM_INGESTION_SCHEMAS").map(PathBuf::from)
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn validator(folder: &std::path::Path, kind: &str) -> Validator {
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

#[test]
fn answers_fit_the_schemas_of_the_service() {
    let Some(folder) = folder() else {
        println!("skipped: OFFERFORM_INGESTION_SCHEMAS does not name a folder with the schemas of the service");
        return;
    };
    let dialect =
        Dialect { schema_host: SchemaHost::Old, images_below_ceiling: ImagesBelowCeiling::Shown, ..Dialect::default() };
    let mut bench = Bench::speaking(dialect);
    for product in ["firewall", "legacy-scanner"] {
        let guid = bench.product(product);
        for target in ["draft", "preview", "live"] {
            let tree = bench.get(&format!("resource-tree/product/{guid}?targetType={target}&$version={VERSION}"));
            let errors = |kind: &str, value: &Value| -> Vec<String> {
                let found = validator(&folder, kind);
                found.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
            };
            assert_eq!(errors("resource-tree", &tree), Vec::<String>::new());
            for resource in tree["resources"].as_array().unwrap() {
                let id = resource["id"].as_str().unwrap();
                let kind = id.split('/').next().unwrap();
                assert!(DESCRIBED.contains(&kind), "{id}");
                // The offer has the settings of Marketo that came with 2022-03-01-preview3; this version requires others.
                if kind != "customer-leads" || product != "firewall" {
                    assert_eq!(errors(kind, resource), Vec::<String>::new(), "{id}\n{resource:#}");
                }
            }
        }
    }
}

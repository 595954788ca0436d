//! Answers against the JSON Schemas of the service. They are not part of this repository: the variable
//! `OFFERFORM_INGESTION_SCHEMAS` names a folder with them, as files `{type}-2022-03-01-preview2.json`.

use serde_json::Value;

use super::Bench;
use super::service_schemas::{VERSION, folder, validator};
use offerform::simulator::ingestion::{Dialect, ImagesBelowCeiling, SchemaHost};

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

//! Files of the Product Ingestion API: good and bad ones, by hand, and what the schema knows of what the engine knows.

use jsonschema::Validator;
use offerform::desired::{self, NoVariables};
use offerform::diagnostic::Severity;
use offerform::offer::resource::TYPES;
use offerform::source::MemoryTree;
use serde_json::Value;

use crate::editor::document;
use crate::{schema, validator};

const ENVELOPE: &str = "api: product-ingestion\npublisherId: contoso\nid: sample\ntype: azureVirtualMachine\n";

/// What stands below the envelope.
const GOOD: &[&str] = &[
    "resources: {}",
    "resources: { product: { alias: Sample }, plans: [] }",
    "resources: { $file: resources.yaml }",
    "resources: { property: { $file: property.yaml } }",
    "resources: { plans: [{ $file: plan.yaml }] }",
    "resources: { plans: { $file: plans.yaml } }",
    // Properties and types that are not known here.
    "resources: { product: { news: 1 }, some-new-type: { anything: [1] } }",
    "resources: { plans: [{ planId: a, some-new-type: { anything: [1] } }] }",
    "resources: { listing: { de-de: { title: T, description: { $file: t.html } }, en-us: ~ } }",
    "resources: { listing-asset: { en-us: [{ type: azureLogoSmall, url: { $secret: { env: LOGO } } }] } }",
    "resources: { listing-trailer: [{ streamingUrl: 'https://a.example', assets: { en-us: { imageList: [{ url: 'https://b.example' }] } } }] }",
    "resources: { customer-leads: { leadDestination: email, emailLeadConfiguration: { contactEmail: [a@contoso.example] } } }",
    "resources: { plans: [{ planId: a, price-and-availability-plan: { markets: [us, no], pricing: { licenseModel: byol } } }] }",
    "resources: { plans: [{ planId: a, price-and-availability-plan: { trial: ~, pricing: { corePricing: { pricePerCoreSize: { 999core: 1 } } } } }] }",
    "resources: { plans: [{ planId: a, virtual-machine-plan-technical-configuration: { skus: [{ skuId: a, imageType: x64Gen9 }] } }] }",
    "resources: { plans: [{ planId: a, virtual-machine-plan-technical-configuration: { vmImageVersions: [{ versionNumber: 1.0.0, \
     vmImages: [{ imageType: x64Gen2, source: { sourceType: sasUri, osDisk: { uri: { $secret: { env: DISK } } } } }] }] } }] }",
    "resources: { plans: [{ planId: a, core-virtual-machine-plan-technical-configuration: { softwareType: operatingSystem } }] }",
    "{ resources: {}, reconcile: { release: preview } }",
];

/// What stands below the envelope, where it is refused, and a word of why.
const BAD: &[(&str, &str, &str)] = &[
    ("", "", "resources"),
    ("{ resources: {}, definition: {} }", "", "definition"),
    ("{ resources: {}, offerTypeId: x }", "", "offerTypeId"),
    ("resources: []", "/resources", "object"),
    ("resources: { product: ~ }", "/resources/product", "null"),
    ("resources: { product: { alias: 5 } }", "/resources/product/alias", "5"),
    ("resources: { plan: { alias: A } }", "/resources/plan", "not allowed"),
    ("resources: { submission: {} }", "/resources/submission", "not allowed"),
    ("resources: { plans: [{ planId: a, listing: {} }] }", "/resources/plans/0/listing", "not allowed"),
    ("resources: { plans: [{ plan: { alias: A } }] }", "/resources/plans/0", "planId"),
    ("resources: { plans: [{ planId: A }] }", "/resources/plans/0/planId", "match"),
    ("resources: { listing: [] }", "/resources/listing", "object"),
    ("resources: { listing: { en-us: [] } }", "/resources/listing/en-us", "object"),
    ("resources: { listing: { en-us: { title: true } } }", "/resources/listing/en-us/title", "true"),
    ("resources: { listing-asset: { en-us: {} } }", "/resources/listing-asset/en-us", "property"),
    ("resources: { listing-asset: { en-us: [{ url: logo.png }] } }", "/resources/listing-asset/en-us/0/url", "match"),
    ("resources: { listing-asset: { en-us: [~] } }", "/resources/listing-asset/en-us/0", "null"),
    (
        "resources: { customer-leads: { leadDestination: postcard } }",
        "/resources/customer-leads/leadDestination",
        "postcard",
    ),
    (
        "resources: { plans: [{ planId: a, price-and-availability-plan: { markets: [NO] } }] }",
        "/resources/plans/0/price-and-availability-plan/markets/0",
        "match",
    ),
    (
        "resources: { plans: [{ planId: a, price-and-availability-plan: { visibility: shown } }] }",
        "/resources/plans/0/price-and-availability-plan/visibility",
        "shown",
    ),
    (
        "resources: { plans: [{ planId: a, price-and-availability-plan: { pricing: { corePricing: { price: -1 } } } }] }",
        "/resources/plans/0/price-and-availability-plan/pricing/corePricing/price",
        "minimum",
    ),
    (
        "resources: { plans: [{ planId: a, virtual-machine-plan-technical-configuration: { vmImageVersions: [{ versionNumber: '1.0' }] } }] }",
        "/resources/plans/0/virtual-machine-plan-technical-configuration/vmImageVersions/0/versionNumber",
        "match",
    ),
    (
        "resources: { plans: [{ planId: a, container-plan-technical-configuration: { imageTags: [2.5] } }] }",
        "/resources/plans/0/container-plan-technical-configuration/imageTags/0",
        "2.5",
    ),
    ("{ resources: {}, reconcile: { release: prod } }", "/reconcile/release", "prod"),
];

fn written(rest: &str) -> String {
    let rest = if rest.starts_with('{') { format!("<<: {rest}") } else { rest.to_owned() };
    format!("{ENVELOPE}{rest}\n")
}

fn both() -> [(&'static str, Validator); 2] {
    ["offer", "offer-product-ingestion"].map(|name| (name, validator(name)))
}

fn errors(validator: &Validator, instance: &Value) -> Vec<(String, String)> {
    validator.iter_errors(instance).map(|error| (error.instance_path().to_string(), error.to_string())).collect()
}

#[test]
fn what_is_good_passes_both_schemas() {
    for (name, validator) in both() {
        for rest in GOOD {
            assert_eq!(errors(&validator, &document(&written(rest))), [], "{name}: {rest}");
        }
    }
}

#[test]
fn what_is_good_loads() {
    let parts = [("resources.yaml", "{}"), ("property.yaml", "{}"), ("plan.yaml", "planId: a"), ("plans.yaml", "[]")];
    let parts = parts.into_iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text));
    for rest in GOOD {
        let tree = parts.clone().with("t.html", "<p>T</p>").with("a.yaml", written(rest));
        let loaded = desired::load(&tree, &["a.yaml".to_owned()], &NoVariables);
        let errors = loaded.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
        assert_eq!(errors.map(|finding| finding.message.as_str()).collect::<Vec<_>>(), [""; 0], "{rest}");
        assert_eq!(loaded.desired.len(), 1, "{rest}");
    }
}

#[test]
fn what_is_bad_is_refused_where_it_is() {
    for (name, validator) in both() {
        for (rest, place, word) in BAD {
            let found = errors(&validator, &document(&written(rest)));
            let is_expected = |(at, why): &(String, String)| at == place && why.contains(word);
            assert!(found.iter().any(is_expected), "{name}: {rest}: {found:#?}");
        }
    }
}

#[test]
fn a_file_of_one_api_has_no_keys_of_the_other() {
    let portal = "publisherId: contoso\nid: x\nofferTypeId: contoso-robots\ndefinition: {}\n";
    let offer = validator("offer");
    assert_eq!(errors(&offer, &document(portal)), []);
    assert_eq!(errors(&offer, &document(&format!("api: cloud-partner-portal\n{portal}"))), []);
    assert_ne!(errors(&offer, &document(&format!("api: product-ingestion\n{portal}"))), []);
    assert_eq!(errors(&offer, &document(&format!("api: ingestion\n{portal}")))[0].0, "/api");
    assert_ne!(errors(&validator("offer-product-ingestion"), &document(portal)), []);
}

/// The types of resources that the engine knows are proposed where they belong, and in no other place.
#[test]
fn the_schema_knows_the_types_that_the_engine_knows() {
    let schema = schema("offer-product-ingestion");
    let of_product = &schema["$defs"]["resources"]["properties"];
    let of_plan = &schema["$defs"]["resource-plans"]["items"]["properties"];
    for kind in TYPES {
        let (here, there) = if kind.is_of_plan { (of_plan, of_product) } else { (of_product, of_plan) };
        assert!(here[kind.name].is_object() && here[kind.name]["not"].is_null(), "{}", kind.name);
        assert!(there[kind.name]["not"].is_object(), "{} belongs elsewhere", kind.name);
    }
}

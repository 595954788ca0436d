//! Files of the Product Ingestion API: the envelope, and where the resources of each type belong.
//!
//! Sources: product-ingestion-api.md of MicrosoftDocs/azure-docs; the schemas of the service in release-engineering/cloudpub
//! (`schemas/azure`) and that client's models; the samples of Azure/partnercenter-cli-extension.

mod machine;
mod plan;
mod price;
mod product;

use serde_json::{Map, Value, json};

use super::envelope::{id, schema_key, unless_merged};
use super::kind::Kind::{Is, Like, OneOf, Text};
use super::kind::{Choice, Field, described, field, list_of, object};
use super::scope::{Keys, firm_mapping, mapping, members, with_directives};
use super::{HOME, shared, without_unused};

/// The value of `api` in these files.
pub(crate) const API: &str = "product-ingestion";

/// The definition of a file as a whole.
pub(crate) const FILE: &str = "product-ingestion";

/// Source: the schema `product`. The pattern is that of the service.
const PRODUCT_ID: &str = "^[a-z0-9][a-z0-9_-]{2,49}$";

/// Source: the schema `plan`.
const PLAN_ID: &str = "^[a-z0-9_-]{1,50}$";

const TYPES: &[Choice] = &[
    ("azureVirtualMachine", "A virtual machine."),
    ("coreVirtualMachine", "A core virtual machine."),
    ("azureContainer", "A container."),
    ("softwareAsAService", "Software as a service."),
];

/// The states of a resource. Source: the schema `resource-lifecycle-state`, and what each type takes of it.
const STATES: &[Choice] = &[
    ("generallyAvailable", "It is offered (the default)."),
    ("deprecated", "It is no longer sold; customers who have it keep it."),
    ("deleted", "It is deleted. Only possible if it was never published, and cannot be undone."),
];

/// The states that a file can ask for, of what can be retired.
const STATE: Field = ("lifecycleState", OneOf(STATES), "Whether it is offered, retired or deleted.");

const SCHEDULE: Field = ("deprecationSchedule", Is("deprecation"), "When it is retired, and why.");

/// How many resources of a type there are in its place.
#[derive(Clone, Copy)]
enum Several {
    One,
    ByLanguage,
    ListByLanguage,
    List,
}

/// A resource type, with the properties that are known.
struct Resource {
    name: &'static str,
    several: Several,
    says: &'static str,
    fields: &'static [Field],
}

/// The schema of files whose offers are all of this API.
pub(crate) fn schema() -> Value {
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{HOME}/offer-product-ingestion.json"),
        "title": "Offer of the Product Ingestion API",
        "description": "An offer file of offerform whose offers are all read and written through the Product Ingestion API.",
        "$ref": format!("#/$defs/{FILE}"),
    });
    let mut all = shared();
    all.extend(definitions());
    whole["$defs"] = Value::Object(all);
    without_unused(whole)
}

/// The definitions that a file needs, besides those that all offers share.
pub(crate) fn definitions() -> Vec<(String, Value)> {
    let all = vec![(FILE, file()), ("resources", resources()), ("resource-plans", plans())];
    let kinds = product::RESOURCES.iter().chain(plan::RESOURCES);
    let mut all: Vec<(String, Value)> = all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    all.extend(kinds.map(|resource| (resource.definition(), resource.schema())));
    let below = [
        product::definitions(),
        product::leads(),
        plan::definitions(),
        price::definitions(),
        price::recurring(),
        machine::definitions(),
    ];
    all.extend(below.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema)));
    all
}

fn file() -> Value {
    let mut all = object(json!({
        "$schema": schema_key(),
        "api": { "description": "The API through which the offer is read and written.", "const": API },
        "publisherId": { "$ref": "#/$defs/envelope/properties/publisherId" },
        "id": id(
            "The id of the offer, which the API calls the external id of the product. It cannot be changed once the offer exists.",
            PRODUCT_ID,
            "3 to 50 lower-case letters, digits, - and _, starting with a letter or a digit.",
        ),
        "type": field(Like(TYPES), "The type of the offer. It cannot be changed once the offer exists."),
        "resources": { "$ref": "#/$defs/resources" },
        "reconcile": { "$ref": "#/$defs/reconcile" },
    }));
    all = with_directives(all);
    let mut schema = json!({ "type": "object", "properties": all });
    schema.as_object_mut().unwrap().extend(unless_merged(&["api", "publisherId", "id", "type", "resources"]));
    schema["additionalProperties"] = json!(false);
    schema
}

fn resources() -> Value {
    let mut all = places(product::RESOURCES);
    all.insert("plans".to_owned(), json!({ "$ref": "#/$defs/resource-plans" }));
    for resource in plan::RESOURCES {
        all.insert(
            resource.name.to_owned(),
            refused("This resource belongs to a plan: write it in an element of plans."),
        );
    }
    all.insert("submission".to_owned(), refused(NO_SUBMISSION));
    let mut schema = firm_mapping(all, Keys::Open);
    schema["description"] =
        json!("The resources of the product, by type. Types that are not listed pass: they are sent as they are.");
    schema
}

fn plans() -> Value {
    let mut all = object(json!({
        "planId": id(
            "The id of the plan, which the API calls its external id. It cannot be changed once it was published.",
            PLAN_ID,
            "1 to 50 lower-case letters, digits, - and _.",
        ),
    }));
    all.extend(places(plan::RESOURCES));
    for resource in product::RESOURCES {
        all.insert(
            resource.name.to_owned(),
            refused("This resource belongs to the product: write it directly below resources."),
        );
    }
    all.insert("submission".to_owned(), refused(NO_SUBMISSION));
    let mut element = firm_mapping(all, Keys::Open);
    element.as_object_mut().unwrap().extend(unless_merged(&["planId"]));
    json!({
        "description": "The plans of the product, each with its resources. Each has its own planId.",
        "type": ["array", "object"],
        "items": element,
        "allOf": [{ "$ref": "#/$defs/directive" }],
    })
}

const NO_SUBMISSION: &str = "A file has no submission: offerform releases the offer as reconcile.release says.";

/// A key that must not be here.
fn refused(why: &str) -> Value {
    json!({ "not": {}, "errorMessage": why, "doNotSuggest": true })
}

fn places(resources: &[Resource]) -> Map<String, Value> {
    resources.iter().map(|resource| (resource.name.to_owned(), resource.place())).collect()
}

impl Resource {
    fn definition(&self) -> String {
        format!("resource-{}", self.name)
    }

    fn schema(&self) -> Value {
        let all = members(self.fields);
        let mut schema = described(self.says);
        // The service always has a resource of which there is one, and elements of lists are never `null`.
        schema.extend(object(match self.several {
            Several::ByLanguage => mapping(all, Keys::Open),
            Several::One | Several::List | Several::ListByLanguage => firm_mapping(all, Keys::Open),
        }));
        Value::Object(schema)
    }

    fn place(&self) -> Value {
        let one = json!({ "$ref": format!("#/$defs/{}", self.definition()) });
        match self.several {
            Several::One => one,
            Several::ByLanguage => by_language(self.says, &one),
            Several::ListByLanguage => by_language(self.says, &list_of(&one)),
            Several::List => {
                let mut list = list_of(&one);
                list["description"] = json!(self.says);
                list
            }
        }
    }
}

fn by_language(says: &str, one: &Value) -> Value {
    let mut schema = described(says);
    schema.extend(object(map_of(&[("en-us", one.clone())], one)));
    Value::Object(schema)
}

/// A mapping with keys of the publisher's own choice, some of which are proposed.
fn map_of(proposed: &[(&str, Value)], value: &Value) -> Value {
    let proposed = proposed.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let mut schema = mapping(proposed, Keys::Open);
    schema["additionalProperties"] = value.clone();
    schema
}

/// A mapping with these fields, and any others.
fn open(fields: &[Field]) -> Value {
    mapping(members(fields), Keys::Open)
}

/// An element of a list with these fields, and any others.
fn element(fields: &[Field]) -> Value {
    firm_mapping(members(fields), Keys::Open)
}

/// A list of mappings with these fields.
fn list(fields: &[Field]) -> Value {
    list_of(&element(fields))
}

/// A text with a pattern.
fn text(pattern: &str, message: &str) -> Value {
    json!({ "$ref": "#/$defs/text", "pattern": pattern, "patternErrorMessage": message })
}

/// At most so many elements.
fn limited(mut list: Value, limit: u32) -> Value {
    list["maxItems"] = json!(limit);
    list
}

/// Names of things in a storage account or a registry.
const WHERE: [Field; 4] = [
    ("subscriptionId", Text, "The Azure subscription of the registry."),
    ("resourceGroupName", Text, "The resource group of the registry."),
    ("registryName", Text, "The name of the registry in Azure Container Registry."),
    ("repositoryName", Text, "The repository in the registry."),
];

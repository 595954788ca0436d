//! Makes the schemas of the files that people write, out of the tables in this folder.
//!
//! What is said once here is written out in `schemas/` as often as an editor needs it: every namespaced key in its
//! nested and its dotted form, and `$file`, `$env` and `$secret` wherever a value may stand.

mod application;
mod common;
mod core;
mod envelope;
mod kind;
mod listing;
mod machine;
mod print;
mod resource;
mod scope;
mod settings;
mod sku;
mod words;

use serde_json::{Map, Value, json};

pub(crate) use print::print;

/// Where the addresses begin that the schemas call themselves by. Nothing is fetched from there.
const HOME: &str = "https://offerform.dev/schemas";

/// An offer type whose fields are known.
struct OfferType {
    /// `offerTypeId`.
    id: &'static str,
    /// What it is called in names of files and definitions.
    name: &'static str,
    title: &'static str,
    definitions: fn() -> Vec<(&'static str, Value)>,
}

const TYPES: [OfferType; 3] = [
    OfferType {
        id: "microsoft-azure-virtualmachines",
        name: "virtual-machine",
        title: "Virtual machine",
        definitions: machine::definitions,
    },
    OfferType {
        id: "microsoft-azure-corevm",
        name: "core-vm",
        title: "Core virtual machine",
        definitions: core::definitions,
    },
    OfferType {
        id: "microsoft-azure-applications",
        name: "application",
        title: "Azure application",
        definitions: application::definitions,
    },
];

/// The schemas, each with the name of its file in `schemas/`.
pub(crate) fn all() -> Vec<(String, Value)> {
    let mut schemas = vec![
        ("offer".to_owned(), offer()),
        ("offerform".to_owned(), settings::schema()),
        ("part-listing".to_owned(), part_listing()),
    ];
    schemas.push(("offer-product-ingestion".to_owned(), resource::schema()));
    schemas.extend(TYPES.iter().map(|offer_type| (format!("offer-{}", offer_type.name), offer_of(offer_type))));
    schemas
}

/// The schema of every offer: dispatches on `api`, then on `offerTypeId`.
fn offer() -> Value {
    let mut definitions = shared();
    let mut branches = Vec::new();
    for offer_type in &TYPES {
        let is_this =
            json!({ "required": ["offerTypeId"], "properties": { "offerTypeId": { "const": offer_type.id } } });
        branches.push(json!({ "if": is_this, "then": { "$ref": format!("#/$defs/{}", offer_type.name) } }));
        for (name, schema) in (offer_type.definitions)() {
            let before = definitions.insert(name.to_owned(), schema.clone());
            assert!(before.is_none_or(|before| before == schema), "{name} is defined in two ways");
        }
        definitions.insert(offer_type.name.to_owned(), envelope::of_type(offer_type.name));
    }
    for (name, schema) in resource::definitions() {
        assert!(definitions.insert(name.clone(), schema).is_none(), "{name} is defined twice");
    }
    let is_a_product = json!({ "required": ["api"], "properties": { "api": { "const": resource::API } } });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{HOME}/offer.json"),
        "title": "Offer",
        "description": "An offer file of offerform: one offer of the Microsoft commercial marketplace in each document. Which \
            fields it can have depends on `api` and `offerTypeId`; of a type that is not known here, only the envelope is checked.",
        "if": is_a_product,
        "then": { "$ref": format!("#/$defs/{}", resource::FILE) },
        "else": { "$ref": "#/$defs/envelope", "allOf": branches },
        "$defs": definitions,
    })
}

/// The schema of offers of one type, with all it needs inside.
fn offer_of(offer_type: &OfferType) -> Value {
    let mut definitions = shared();
    definitions.extend((offer_type.definitions)().into_iter().map(|(name, schema)| (name.to_owned(), schema)));
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{HOME}/offer-{}.json", offer_type.name),
        "title": format!("{} offer", offer_type.title),
        "description": format!("An offer file of offerform whose offers are all of the type `{}`.", offer_type.id),
    });
    let members = schema.as_object_mut().unwrap();
    members.extend(envelope::of_type(offer_type.name).as_object().unwrap().clone());
    members["properties"]["offerTypeId"] = json!({
        "description": "The type of the offer. It cannot be changed once the offer exists.",
        "const": offer_type.id,
    });
    members.insert("$defs".to_owned(), Value::Object(definitions));
    without_unused(schema)
}

/// The schema of a part with keys of the listing, which offers of several types merge.
fn part_listing() -> Value {
    let (_, listing) = listing::namespace("listing", "categories", scope::Keys::Closed).definition();
    let mut definitions = shared();
    for (name, definition) in listing::definitions().into_iter().chain([listing::machine_categories()]) {
        definitions.insert(name.to_owned(), definition);
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{HOME}/part-listing.json"),
        "title": "Part of a listing",
        "description": "A file with keys of `microsoft-azure-marketplace` that several offers merge into theirs:             `<<: { $file: parts/contacts.yaml }`.",
    });
    let members = schema.as_object_mut().unwrap();
    for (key, value) in kind::object(listing) {
        members.entry(key).or_insert(value);
    }
    members.insert("$defs".to_owned(), Value::Object(definitions));
    members["properties"]["$schema"] = envelope::schema_key();
    without_unused(schema)
}

fn shared() -> Map<String, Value> {
    let groups = [common::definitions(), envelope::definitions()];
    groups.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// Takes out definitions that nothing leads to.
fn without_unused(mut schema: Value) -> Value {
    loop {
        let text = schema.to_string();
        let definitions = schema["$defs"].as_object_mut().unwrap();
        let before = definitions.len();
        definitions.retain(|name, _| {
            text.contains(&format!("\"#/$defs/{name}\"")) || text.contains(&format!("\"#/$defs/{name}/"))
        });
        if definitions.len() == before {
            return schema;
        }
    }
}

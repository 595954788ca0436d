//! What every offer has, whatever its type, and the `reconcile` block.

use offerform::manifest::SERVER_OWNED_KEYS;
use offerform::plan::Remedy;
use offerform::plan::guard::{GuardKind, KINDS, Scope};
use offerform::rules::{self, OfferKind};
use serde_json::{Map, Value, json};

use super::TYPES;
use super::kind::{Choice, Kind, described, field, like, object};
use super::scope::{Keys, firm_mapping, with_directives};

/// Ids become parts of addresses. Source: `articles/marketplace/cloud-partner-portal/virtual-machine/cpp-offer-settings-tab.md`.
const OFFER_ID: &str = "^[a-z0-9]([a-z0-9_-]*[a-z0-9_])?$";

/// Source: `articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md`.
const PLAN_ID: &str = "^[a-z0-9_-]{0,49}[a-z0-9_]$";

/// Whatever can be part of an address.
const ANY_ID: &str = r"^[^\s/\\?#%]+$";

pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    let mut envelope = json!({ "type": "object", "properties": members("any-definition") });
    envelope.as_object_mut().unwrap().extend(required());
    vec![
        ("envelope", envelope),
        ("server-owned", server_owned()),
        ("plan-id", plan_id()),
        ("any-definition", any_definition()),
        ("reconcile", reconcile()),
    ]
}

/// The whole of an offer whose `definition` is described by the definitions `NAME-offer` and `NAME-plan`.
pub(crate) fn of_type(name: &str) -> Value {
    let mut definition = Map::new();
    definition.insert("displayText".to_owned(), display_text());
    definition.insert("offer".to_owned(), json!({ "$ref": format!("#/$defs/{name}-offer") }));
    definition.insert("plans".to_owned(), plans(&json!({ "$ref": format!("#/$defs/{name}-plan") })));
    definition.insert("changedTime".to_owned(), json!({ "$ref": "#/$defs/server-owned" }));
    let mut own = firm_mapping(definition, keys_of(name));
    own["description"] = json!("The offer itself.");
    let mut all: Map<String, Value> = members("")
        .into_iter()
        .map(|(key, _)| {
            let schema = json!({ "$ref": format!("#/$defs/envelope/properties/{key}") });
            (key, schema)
        })
        .collect();
    all.insert("definition".to_owned(), own);
    let mut schema = json!({ "type": "object", "properties": all });
    schema.as_object_mut().unwrap().extend(required());
    if keys_of(name) == Keys::Closed {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// Whether all keys of a type are known.
fn keys_of(name: &str) -> Keys {
    if name == "application" { Keys::Open } else { Keys::Closed }
}

/// Members that have to be there, unless a file is merged in that may have them.
pub(crate) fn unless_merged(required: &[&str]) -> Map<String, Value> {
    object(json!({ "if": { "not": { "required": ["$file"] } }, "then": { "required": required } }))
}

fn required() -> Map<String, Value> {
    unless_merged(&["publisherId", "id", "offerTypeId", "definition"])
}

fn members(definition: &str) -> Map<String, Value> {
    let mut all = object(json!({
        "$schema": schema_key(),
        "publisherId": id("The publisher's id, as the portal shows it.", ANY_ID, "No white space and none of / \\ ? # %."),
        "id": id(
            "The offer's id. It cannot be changed once the offer exists, and is part of its address in the marketplace.",
            OFFER_ID,
            "At most 50 lower-case letters, digits, - and _; not a dash at the end.",
        ),
        "api": {
            "description": "The API through which the offer is read and written. Left out, it is the Cloud Partner Portal API.",
            "enum": ["cloud-partner-portal", "product-ingestion"],
        },
        "offerTypeId": offer_type(),
        "offerTypeVersions": {
            "description": "Versions of the parts of the offer type, as the API has them. Can be left out.",
            "type": "object",
        },
        "definition": { "$ref": format!("#/$defs/{definition}") },
        "reconcile": { "$ref": "#/$defs/reconcile" },
    }));
    all["id"]["maxLength"] = json!(50);
    for key in SERVER_OWNED_KEYS {
        all.insert(key.to_owned(), json!({ "$ref": "#/$defs/server-owned" }));
    }
    with_directives(all)
}

/// What JSON files name their schema by.
pub(crate) fn schema_key() -> Value {
    json!({ "description": "Where your editor finds this schema. Not sent.", "type": "string" })
}

pub(crate) fn id(says: &str, pattern: &str, message: &str) -> Value {
    let mut schema = field(Kind::Is("word"), says);
    schema["pattern"] = json!(pattern);
    schema["patternErrorMessage"] = json!(message);
    schema
}

fn offer_type() -> Value {
    let mut schema = described(
        "The type of the offer. It cannot be changed once the offer exists. Types that are not listed \
        pass: their fields are sent as they are.",
    );
    let known: Vec<Choice> = TYPES.iter().map(|one| (one.id, one.title)).collect();
    schema.insert("pattern".to_owned(), json!(ANY_ID));
    schema.extend(object(like("word", &known)));
    Value::Object(schema)
}

fn server_owned() -> Value {
    json!({
        "description": "Set by the service. It comes along with exported offers and is ignored.",
        "deprecated": true,
        "deprecationMessage": "The service sets this key; it is ignored here and can be removed.",
        "doNotSuggest": true,
    })
}

fn plan_id() -> Value {
    let mut schema = id(
        "The id of the SKU, unique within the offer. It cannot be changed once it was published.",
        PLAN_ID,
        "At most 50 lower-case letters, digits, - and _; not a dash at the end.",
    );
    schema["maxLength"] = json!(50);
    schema
}

fn display_text() -> Value {
    field(Kind::Limited(120), "The offer's name inside of the portal. Customers do not see it.")
}

fn plans(element: &Value) -> Value {
    json!({
        "description": "The SKUs, which the API calls plans. Each has a planId of its own.",
        "type": ["array", "object"],
        "items": element,
        "maxItems": 100,
        "allOf": [{ "$ref": "#/$defs/directive" }],
    })
}

fn any_definition() -> Value {
    let mut plan = object(json!({ "type": "object" }));
    let plan_id = json!({ "planId": { "$ref": "#/$defs/plan-id" } });
    plan.insert("properties".to_owned(), Value::Object(with_directives(object(plan_id))));
    plan.extend(unless_merged(&["planId"]));
    let mut all = Map::new();
    all.insert("displayText".to_owned(), display_text());
    all.insert(
        "offer".to_owned(),
        json!({ "description": "The offer's fields, as the API names them.", "type": "object" }),
    );
    all.insert("plans".to_owned(), plans(&Value::Object(plan)));
    let mut schema = firm_mapping(all, Keys::Open);
    schema["description"] = json!("The offer itself.");
    schema
}

/// Sources: docs/offer-file.md, and `crates/engine/src/manifest/reconcile.rs`, whose tests hold the same keys.
fn reconcile() -> Value {
    let release = Kind::OneOf(&[
        ("draft", "Not at all (the default)."),
        ("preview", "To the preview audience: it is published."),
        ("live", "To customers: it is published, and goes live."),
    ]);
    let ownership = Kind::OneOf(&[
        ("declared", "Keys that no file mentions are left alone (the default)."),
        ("exact", "Keys that no file mentions are removed."),
    ]);
    let mut all = Map::new();
    all.insert("release".to_owned(), firm(release, "How far the draft is released by itself.", "draft"));
    all.insert("ownership".to_owned(), firm(ownership, "Who owns the keys that no file mentions.", "declared"));
    all.insert("ignore".to_owned(), list("Places that are not compared, and not written.", &ignore()));
    all.insert("allow".to_owned(), list("Guards that may be passed, each with a reason.", &allow()));
    all.insert("silence".to_owned(), list("Rules that are not applied, each with a reason.", &silence()));
    let mut schema = firm_mapping(all, Keys::Closed);
    schema["description"] = json!("What this file says to offerform. Never sent to the service.");
    schema
}

fn firm(kind: Kind, says: &str, default: &str) -> Value {
    let mut schema = field(kind, says);
    schema["anyOf"][1] = json!({ "type": "object", "allOf": [{ "$ref": "#/$defs/directive" }] });
    schema["default"] = json!(default);
    schema
}

fn list(says: &str, element: &Value) -> Value {
    json!({ "description": says, "type": "array", "items": element })
}

fn pointer() -> Value {
    let mut schema = field(
        Kind::Is("word"),
        "A JSON pointer into the offer, such as `/definition/plans/standard/regions`; a SKU can be named by its id, and `*` \
         stands for any one part.",
    );
    schema["pattern"] = json!("^/.");
    schema["patternErrorMessage"] = json!("A JSON pointer, such as /definition/plans/standard/regions.");
    schema
}

fn reason() -> Value {
    field(Kind::Is("word"), "Why, for the next reader.")
}

fn entry(members: Value, required: &[&str]) -> Value {
    let mut schema = firm_mapping(object(members), Keys::Closed);
    schema.as_object_mut().unwrap().extend(unless_merged(required));
    schema
}

fn ignore() -> Value {
    let mut on = firm(
        Kind::OneOf(&[
            ("drift", "When looking for drift."),
            ("apply", "When planning and applying."),
            ("both", "Always (the default)."),
        ]),
        "When it is ignored.",
        "both",
    );
    on["description"] = json!("When the place is ignored.");
    let mut until = field(Kind::Is("word"), "The last day on which it is ignored.");
    until["pattern"] = json!("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    until["patternErrorMessage"] = json!("A date such as 2027-01-31.");
    let members = json!({ "path": pointer(), "on": on, "reason": reason(), "until": until });
    let mut schema = entry(members, &["path"]);
    schema["type"] = json!(["string", "object"]);
    schema["pattern"] = json!("^/.");
    schema["patternErrorMessage"] = json!("A JSON pointer, such as /definition/plans/standard/regions.");
    schema["if"] = json!({ "type": "object", "not": { "required": ["$file"] } });
    schema
}

fn allow() -> Value {
    let is_of_portal = |kind: &&GuardKind| kind.scope != Scope::Ingestion;
    let allowed = KINDS.iter().filter(is_of_portal).filter(|kind| kind.remedy() == Remedy::Allow);
    let codes: Vec<Choice> = allowed.map(|kind| (kind.code, kind.reason)).collect();
    let mut code = like("word", &codes);
    code["description"] = json!("The guard's code, as a plan shows it.");
    entry(
        json!({
            "code": code,
            "target": field(Kind::Is("word"), "What it is allowed for, as a plan shows it, such as `contoso/firewall/standard`."),
            "reason": reason(),
        }),
        &["code", "target", "reason"],
    )
}

fn silence() -> Value {
    let rules = rules::all().filter(|rule| rule.types.kinds() != [OfferKind::Ingestion]);
    let rules: Vec<Choice> = rules.map(|rule| (rule.id, rule.says)).collect();
    let mut rule = like("word", &rules);
    rule["description"] = json!("The rule's id, as a finding shows it.");
    let value = json!({
        "description": "The value that this is for, or how many there are; with another one it silences nothing. A long value is named \
                        by its digest, `sha256:` and 16 digits, as `import` writes it.",
        "type": ["string", "number", "boolean"],
    });
    entry(json!({ "rule": rule, "path": pointer(), "value": value, "reason": reason() }), &["rule", "reason"])
}

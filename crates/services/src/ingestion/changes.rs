//! From a document to the resources that have to be sent: those that differ from what the service has, each of them whole.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use super::tree::{Key, Resource, SAME_KIND, Tree, flatten};
use super::version::{Pins, Version};
use crate::offer::canonical::unsigned_json;
use crate::offer::resource::{self, PLAN, PRODUCT, TYPE};

/// The address of schemas. Writes that name the former host are refused. Source: Azure/partnercenter-cli-extension, issue 235.
const SCHEMAS: &str = "https://schema.mp.microsoft.com/schema";

/// How many resources are named where a message lists some.
const NAMED: usize = 5;

/// What is sent to the service.
pub(super) struct Request {
    /// The body. Holds secrets.
    pub(super) body: Value,
    /// The ceiling of the request: the newest version in it.
    pub(super) version: String,
}

/// Nothing of the body, which holds secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("version", &self.version).finish_non_exhaustive()
    }
}

/// A document cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwritable {
    /// Nobody knows which schema a resource has.
    #[error("the schema version of resource type `{0}` is unknown; name it under `schemas` in offerform.yaml")]
    UnknownType(String),
    /// A resource that the service has and the document has not, of a type that cannot be deleted.
    #[error("a resource of type `{0}` cannot be deleted; set its properties instead")]
    CannotDelete(String),
    /// The document is no document of this API.
    #[error("the document is not one of the Product Ingestion API")]
    NoDocument,
}

/// The request that makes a new product of a document.
pub(super) fn creation(wanted: &Value, pins: &Pins) -> Result<Request, Unwritable> {
    let bodies = flatten(wanted);
    let all = bodies.iter().map(|(key, body)| (key, body, None)).collect();
    Composer { wanted, pins, tree: None }.request(all)
}

/// The request that makes the draft in `tree`, whose document is `before`, the one that is wanted; `None` if it is that already.
pub(super) fn update(tree: &Tree, before: &Value, wanted: &Value, pins: &Pins) -> Result<Option<Request>, Unwritable> {
    let (old, new) = (flatten(before), flatten(wanted));
    let existing = tree.by_key(before);
    let is_same = |key: &Key, body: &Map<String, Value>| old.get(key).is_some_and(|old| same(old, body));
    let changed = new.iter().filter(|(key, body)| !is_same(key, body));
    let mut all: Vec<_> = changed.map(|(key, body)| (key, body, existing.get(key).copied())).collect();
    let deleted = deleted(&old, &new)?;
    all.extend(deleted.iter().map(|(key, body)| (*key, body, existing.get(*key).copied())));
    if all.is_empty() {
        return Ok(None);
    }
    Composer { wanted, pins, tree: Some(tree) }.request(all).map(Some)
}

/// Whether two resources are the same but for signatures, which the service renews in each answer.
fn same(one: &Map<String, Value>, two: &Map<String, Value>) -> bool {
    one == two || unsigned_json(&Value::Object(one.clone())) == unsigned_json(&Value::Object(two.clone()))
}

/// Resources by their places.
type Bodies = BTreeMap<Key, Map<String, Value>>;

/// A resource that is deleted: where it is, and its body with the state that deletes it.
type Deleted<'k> = (&'k Key, Map<String, Value>);

/// What is to be deleted. What belongs to a plan goes with the plan.
fn deleted<'k>(old: &'k Bodies, new: &Bodies) -> Result<Vec<Deleted<'k>>, Unwritable> {
    let is_gone = |plan: &str| new.keys().all(|key| key.plan.as_deref() != Some(plan));
    let mut found = Vec::new();
    for (key, body) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
        if key.kind != PLAN && key.plan.as_deref().is_some_and(is_gone) {
            continue;
        }
        if !resource::is_deletable(&key.kind) {
            return Err(Unwritable::CannotDelete(key.kind.clone()));
        }
        let mut body = body.clone();
        body.insert("lifecycleState".to_owned(), json!("deleted"));
        found.push((key, body));
    }
    Ok(found)
}

struct Composer<'a> {
    wanted: &'a Value,
    pins: &'a Pins,
    /// What the service has; `None` for a product that is new.
    tree: Option<&'a Tree>,
}

type Part<'a> = (&'a Key, &'a Map<String, Value>, Option<&'a Resource>);

impl Composer<'_> {
    fn request(&self, mut parts: Vec<Part<'_>>) -> Result<Request, Unwritable> {
        // What others refer to comes first.
        let rank = |key: &Key| match key.kind.as_str() {
            PRODUCT => 0,
            PLAN => 1,
            "listing" => 2,
            _ => 3,
        };
        parts.sort_by(|(one, ..), (two, ..)| rank(one).cmp(&rank(two)).then_with(|| one.cmp(two)));
        let configure = self.version("configure", None)?;
        let mut newest = configure.clone();
        let mut resources = Vec::with_capacity(parts.len());
        for (key, body, existing) in parts {
            let version = self.version(&key.kind, existing.and_then(|existing| existing.version.as_deref()))?;
            resources.push(self.resource((key, body, existing), &version)?);
            newest = newest.max(version);
        }
        let body = json!({ "$schema": schema("configure", &configure), "resources": resources });
        Ok(Request { body, version: newest.as_str().to_owned() })
    }

    fn version(&self, kind: &str, returned: Option<&str>) -> Result<Version, Unwritable> {
        self.pins.written(kind, returned).ok_or_else(|| Unwritable::UnknownType(kind.to_owned()))
    }

    /// A resource as it is sent.
    ///
    /// It is identified by what it belongs to. Its own id is sent only for products and plans, and where there are several of a type in
    /// one place: clients were refused for the ids of resources that belong to a plan.
    fn resource(&self, (key, body, existing): Part<'_>, version: &Version) -> Result<Value, Unwritable> {
        let mut resource = Map::new();
        resource.insert("$schema".to_owned(), json!(schema(&key.kind, version)));
        let id = existing.and_then(|existing| existing.id.clone());
        let is_named = [PRODUCT, PLAN].contains(&key.kind.as_str());
        if let Some(id) = id.filter(|_| is_named || key.element.is_some()) {
            resource.insert("id".to_owned(), json!(id));
        } else if let Some(name) = self.resource_name(key) {
            resource.insert("resourceName".to_owned(), json!(name));
        }
        if key.kind == PRODUCT {
            let text = |name: &str| self.wanted.get(name).cloned().ok_or(Unwritable::NoDocument);
            resource.insert("identity".to_owned(), json!({ "externalId": text("id")? }));
            resource.insert(TYPE.to_owned(), text(TYPE)?);
        } else {
            resource.insert("product".to_owned(), self.product());
        }
        match &key.plan {
            Some(plan) if key.kind == PLAN => {
                drop(resource.insert("identity".to_owned(), json!({ "externalId": plan })));
            }
            Some(plan) => drop(resource.insert("plan".to_owned(), self.plan(plan))),
            None => {}
        }
        if let Some(language) = &key.language {
            resource.insert("languageId".to_owned(), json!(language));
        }
        if let Some((_, kind)) = SAME_KIND.iter().find(|(name, _)| *name == key.kind) {
            resource.insert("kind".to_owned(), json!(kind));
            let language = key.language.as_deref().unwrap_or(LANGUAGE);
            resource.insert("listing".to_owned(), self.listing(language));
        }
        resource.extend(body.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(Value::Object(resource))
    }

    /// The name by which other resources of the request refer to one that is new.
    fn resource_name(&self, key: &Key) -> Option<String> {
        match key.kind.as_str() {
            PRODUCT => Some(PRODUCT.to_owned()),
            PLAN => key.plan.as_deref().map(|plan| self.plan_name(plan)),
            "listing" => {
                key.language.as_deref().filter(|language| self.listing_id(language).is_none()).map(listing_name)
            }
            _ => None,
        }
    }

    /// Names have at most 50 characters, and the id of a plan may have as many; so a plan goes by its number.
    fn plan_name(&self, plan: &str) -> String {
        let plans = self.wanted.pointer("/resources/plans").and_then(Value::as_array).into_iter().flatten();
        let number = plans.into_iter().position(|one| one.get("planId").and_then(Value::as_str) == Some(plan));
        format!("plan-{}", number.unwrap_or_default() + 1)
    }

    fn product(&self) -> Value {
        match self.tree.and_then(Tree::product_id) {
            Some(id) => json!(id),
            None => json!({ "resourceName": PRODUCT }),
        }
    }

    fn plan(&self, plan: &str) -> Value {
        match self.tree.and_then(|tree| tree.plan_id(plan)) {
            Some(id) => json!(id),
            None => json!({ "resourceName": self.plan_name(plan) }),
        }
    }

    fn listing(&self, language: &str) -> Value {
        match self.listing_id(language) {
            Some(id) => json!(id),
            None => json!({ "resourceName": listing_name(language) }),
        }
    }

    fn listing_id(&self, language: &str) -> Option<&str> {
        self.tree?.listing_id(language)
    }
}

/// The language of what names none. Trailers are in English only.
const LANGUAGE: &str = "en-us";

fn listing_name(language: &str) -> String {
    format!("listing-{language}")
}

/// The address of the schema of a resource type.
pub(super) fn schema(kind: &str, version: &Version) -> String {
    format!("{SCHEMAS}/{kind}/{version}")
}

/// The resources of a document that another one has not, or has otherwise, in words.
pub(super) fn differing(one: &Value, other: &Value) -> String {
    let (one, other) = (flatten(one), flatten(other));
    let is_other = |key: &&Key| match (one.get(*key), other.get(*key)) {
        (Some(one), Some(other)) => !same(one, other),
        _ => true,
    };
    let mut keys: Vec<&Key> = one.keys().chain(other.keys()).filter(is_other).collect();
    keys.sort();
    keys.dedup();
    let words = |key: &&Key| match &key.plan {
        Some(plan) => format!("`{}` of plan `{plan}`", key.kind),
        None => format!("`{}`", key.kind),
    };
    let named: Vec<String> = keys.iter().take(NAMED).map(words).collect();
    match keys.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

//! The resources of a product, and the document that is made of them.
//!
//! The order of a tree is not stable, both hosts of schemas appear in it, and unknown types and properties are there: none of it is a
//! difference, and nothing that a publisher wrote is dropped.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::offer::layout::{OFFER_ID, PLAN_ID, PUBLISHER_ID};
use crate::offer::resource::{self, API, PLAN, PLANS, PRODUCT, RESOURCES, SUBMISSION, Several, TYPE};
use crate::offer::{Api, OfferAddress, key_order};

/// The properties of a resource that its place in the document says, or that the service owns.
const STRUCTURE: [&str; 7] = ["$schema", "id", "resourceName", "product", "plan", "validations", "created"];

/// The resource types whose `kind` is the same for every product, so that files need not say it.
pub(super) const SAME_KIND: [(&str, &str); 2] = [("listing-asset", "azure"), ("listing-trailer", "azure")];

/// A resource as the service returned it.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// The name of the resource's type, as in `offer::resource::TYPES`.
    pub(super) kind: String,
    /// The version of its schema.
    pub(super) version: Option<String>,
    /// The durable id that the service gave the resource; `None` until it is created.
    pub(super) id: Option<String>,
    body: Map<String, Value>,
}

/// All resources of a product, for one target.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    resources: Vec<Resource>,
    /// The submission whose content this is, if the answer names it.
    pub(super) submission: Option<String>,
}

/// Why an answer is not the tree of a product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(String);

/// A resource with its place in the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    /// The plan it belongs to, by the id that the publisher gave.
    pub(super) plan: Option<String>,
    /// The name of the resource's type, as in `offer::resource::TYPES`.
    pub(super) kind: String,
    /// Its language, if there is one for each.
    pub(super) language: Option<String>,
    /// Which one of a list it is.
    pub(super) element: Option<String>,
}

impl Tree {
    /// Reads the answer to a request for a resource tree.
    pub(super) fn read(answer: &Value) -> Result<Self, Unreadable> {
        let list = answer.get("resources").and_then(Value::as_array);
        let list = list.ok_or_else(|| Unreadable("expected a resource tree with `resources`".to_owned()))?;
        let mut resources = list.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let is_submission = |resource: &Resource| resource.kind == SUBMISSION;
        let submission = resources.iter().find(|resource| is_submission(resource)).and_then(|found| found.id.clone());
        resources.retain(|resource| !is_submission(resource));
        resources.sort_by(|one, two| (&one.kind, &one.id).cmp(&(&two.kind, &two.id)));
        let tree = Self { resources, submission };
        if tree.product().is_none() {
            return Err(Unreadable("the tree has no resource of type `product`".to_owned()));
        }
        Ok(tree)
    }

    fn product(&self) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.kind == PRODUCT)
    }

    /// The id that the publisher gave to the product.
    pub(super) fn external_id(&self) -> Option<&str> {
        external_id(&self.product()?.body)
    }

    /// The plans: the id that the publisher gave, by durable id.
    fn plans(&self) -> BTreeMap<&str, &str> {
        let plans = self.resources.iter().filter(|resource| resource.kind == PLAN);
        plans.filter_map(|plan| Some((plan.id.as_deref()?, external_id(&plan.body)?))).collect()
    }

    /// The durable id of a plan.
    pub(super) fn plan_id(&self, plan: &str) -> Option<&str> {
        self.plans().into_iter().find(|(_, name)| *name == plan).map(|(id, _)| id)
    }

    /// The durable id of the listing in a language.
    pub(super) fn listing_id(&self, language: &str) -> Option<&str> {
        let mut listings = self.resources.iter().filter(|resource| resource.kind == "listing");
        listings.find(|listing| self::language(&listing.body).as_deref() == Some(language))?.id.as_deref()
    }

    /// The durable id of the product.
    pub(super) fn product_id(&self) -> Option<&str> {
        self.product()?.id.as_deref()
    }

    /// The document of the offer.
    pub(super) fn document(&self, address: &OfferAddress) -> Result<Value, Unreadable> {
        let (mut of_product, mut plans) = (Map::new(), BTreeMap::<String, Map<String, Value>>::new());
        let names = self.plans();
        for name in names.values() {
            let plan = plans.entry((*name).to_owned()).or_default();
            plan.insert(PLAN_ID.to_owned(), json!(name));
        }
        for resource in &self.resources {
            let owner = match plan_of(resource, &names)? {
                Some(plan) => plans.entry(plan.to_owned()).or_default(),
                None => &mut of_product,
            };
            put(owner, resource, self.is_single(resource))?;
        }
        let mut plans: Vec<(String, Map<String, Value>)> = plans.into_iter().collect();
        plans.sort_by(|(one, _), (two, _)| key_order::natural(one, two));
        let plans: Vec<Value> = plans.into_iter().map(|(_, plan)| Value::Object(plan)).collect();
        if !plans.is_empty() {
            of_product.insert(PLANS.to_owned(), Value::Array(plans));
        }
        let kind = self.product().and_then(|product| product.body.get(TYPE)).cloned().unwrap_or_default();
        Ok(json!({
            API: Api::ProductIngestion.name(),
            PUBLISHER_ID: address.publisher.as_str(),
            OFFER_ID: self.external_id().unwrap_or(address.offer.as_str()),
            TYPE: kind,
            RESOURCES: of_product,
        }))
    }

    /// Whether a resource of an unknown type is the only one of its type that its product or plan has.
    fn is_single(&self, resource: &Resource) -> bool {
        let owner = |one: &Resource| one.body.get(PLAN).cloned();
        let alike = |other: &&Resource| other.kind == resource.kind && owner(other) == owner(resource);
        self.resources.iter().filter(alike).count() == 1
    }

    /// The resources by their places in the document.
    pub(super) fn by_key(&self, document: &Value) -> BTreeMap<Key, &Resource> {
        let bodies = flatten(document);
        let names = self.plans();
        let mut found = BTreeMap::new();
        for (key, body) in &bodies {
            let same = self.resources.iter().find(|resource| {
                let plan = plan_of(resource, &names).ok().flatten();
                resource.kind == key.kind
                    && plan == key.plan.as_deref()
                    && (key.language.is_none() || language(&resource.body) == key.language)
                    && inner(resource) == *body
            });
            if let Some(resource) = same {
                found.insert(key.clone(), resource);
            }
        }
        found
    }
}

/// The resources of a document by their places.
pub(super) fn flatten(document: &Value) -> BTreeMap<Key, Map<String, Value>> {
    let mut all = BTreeMap::new();
    let Some(resources) = document.get(RESOURCES).and_then(Value::as_object) else { return all };
    for (kind, value) in resources.iter().filter(|(kind, _)| *kind != PLANS) {
        collect(None, kind, value, &mut all);
    }
    for plan in resources.get(PLANS).and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = plan.get(PLAN_ID).and_then(Value::as_str) else { continue };
        for (kind, value) in plan.as_object().into_iter().flatten().filter(|(kind, _)| *kind != PLAN_ID) {
            collect(Some(name), kind, value, &mut all);
        }
    }
    all
}

fn collect(plan: Option<&str>, kind: &str, value: &Value, all: &mut BTreeMap<Key, Map<String, Value>>) {
    let key = |language: Option<&str>, element: Option<String>| Key {
        plan: plan.map(str::to_owned),
        kind: kind.to_owned(),
        language: language.map(str::to_owned),
        element,
    };
    let mut list = |language: Option<&str>, elements: &[Value]| {
        for (index, element) in elements.iter().enumerate() {
            let name = asset_name(kind, element).unwrap_or_else(|| index.to_string());
            if let Value::Object(body) = element {
                all.insert(key(language, Some(name)), body.clone());
            }
        }
    };
    let several = resource::known(kind).map(|known| known.several);
    match (several, value) {
        (Some(Several::ByLanguage), Value::Object(languages)) => {
            for (language, body) in languages {
                if let Value::Object(body) = body {
                    all.insert(key(Some(language), None), body.clone());
                }
            }
        }
        (Some(Several::ListByLanguage), Value::Object(languages)) => {
            for (language, elements) in languages {
                list(Some(language), elements.as_array().map(Vec::as_slice).unwrap_or_default());
            }
        }
        (_, Value::Array(elements)) => list(None, elements),
        (_, Value::Object(body)) => drop(all.insert(key(None, None), body.clone())),
        _ => {}
    }
}

/// What distinguishes the assets of one language: their type, and of several of the same type the number of their place.
fn asset_name(kind: &str, asset: &Value) -> Option<String> {
    use crate::offer::fields::ListMeaning;
    if kind != "listing-asset" {
        return None;
    }
    ListMeaning::NumberedBy("type", "displayOrder").identity(asset).map(std::borrow::Cow::into_owned)
}

fn read(resource: &Value) -> Result<Resource, Unreadable> {
    let body = resource.as_object().ok_or_else(|| Unreadable("a resource is no object".to_owned()))?;
    let schema = body.get("$schema").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let mut parts = schema.rsplit('/');
    let (version, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let id = body.get("id").and_then(Value::as_str).map(str::trim);
    // The id of a resource begins with its type as well.
    let kind = if kind.is_empty() { id.and_then(|id| id.split('/').next()).unwrap_or_default() } else { kind };
    if kind.is_empty() {
        return Err(Unreadable("a resource names no `$schema`, so its type is unknown".to_owned()));
    }
    Ok(Resource {
        kind: kind.to_owned(),
        version: Some(version.to_owned()).filter(|version| !version.is_empty()),
        id: id.map(str::to_owned),
        body: body.clone(),
    })
}

/// The value of a member whose name the reference spells in several ways: `externalId` and `externalID`.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn external_id(body: &Map<String, Value>) -> Option<&str> {
    member(member(body, "identity")?.as_object()?, "externalId")?.as_str()
}

fn language(body: &Map<String, Value>) -> Option<String> {
    member(body, "languageId")?.as_str().map(str::to_ascii_lowercase)
}

/// The plan that a resource belongs to, by the id that the publisher gave.
fn plan_of<'t>(resource: &'t Resource, names: &BTreeMap<&'t str, &'t str>) -> Result<Option<&'t str>, Unreadable> {
    if resource.kind == PLAN {
        let name = external_id(&resource.body);
        return name.map(Some).ok_or_else(|| Unreadable("a plan has no `identity.externalId`".to_owned()));
    }
    let reference = match resource.body.get(PLAN) {
        None | Some(Value::Null) => return Ok(None),
        Some(reference) => reference,
    };
    let by_id = reference.as_str().and_then(|id| names.get(id).copied());
    let by_name = || member(reference.as_object()?, "externalId")?.as_str();
    let unknown =
        || Unreadable(format!("a resource of type `{}` belongs to a plan that is not in the tree", resource.kind));
    by_id.or_else(by_name).map(Some).ok_or_else(unknown)
}

/// What a publisher wrote of a resource.
fn inner(resource: &Resource) -> Map<String, Value> {
    let known = resource::known(&resource.kind);
    let has_language =
        known.is_some_and(|known| matches!(known.several, Several::ByLanguage | Several::ListByLanguage));
    let is_named = [PRODUCT, PLAN].contains(&resource.kind.as_str());
    let same_kind = SAME_KIND.iter().find(|(kind, _)| *kind == resource.kind).map(|(_, kind)| *kind);
    let is_structure = |key: &str, value: &Value| {
        STRUCTURE.contains(&key)
            || value.is_null()
            || is_named && key.eq_ignore_ascii_case("identity")
            || has_language && key.eq_ignore_ascii_case("languageId")
            || key == "listing" && same_kind.is_some()
            || key == "kind" && same_kind.is_some() && value.as_str() == same_kind
            || key == TYPE && resource.kind == PRODUCT
    };
    let kept = resource.body.iter().filter(|(key, value)| !is_structure(key, value));
    kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect()
}

/// The value without members that are `null`, which mean the same as none and which the service refuses.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            kept.map(|(key, member)| (key.clone(), without_nulls(member))).collect()
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Puts a resource to its place in the document.
fn put(owner: &mut Map<String, Value>, resource: &Resource, is_single: bool) -> Result<(), Unreadable> {
    let body = Value::Object(inner(resource));
    let twice = || Unreadable(format!("the tree has two resources of type `{}` in the same place", resource.kind));
    let no_language = || Unreadable(format!("a resource of type `{}` names no language", resource.kind));
    let several = resource::known(&resource.kind)
        .map_or(if is_single { Several::One } else { Several::List }, |known| known.several);
    match several {
        Several::One => {
            if owner.insert(resource.kind.clone(), body).is_some() {
                return Err(twice());
            }
        }
        Several::ByLanguage | Several::ListByLanguage => {
            let language = language(&resource.body).ok_or_else(no_language)?;
            let languages = owner.entry(resource.kind.clone()).or_insert_with(|| json!({}));
            let Value::Object(languages) = languages else { return Err(twice()) };
            if several == Several::ListByLanguage {
                push(languages.entry(language).or_insert_with(|| json!([])), body);
            } else if languages.insert(language, body).is_some() {
                return Err(twice());
            }
        }
        Several::List => push(owner.entry(resource.kind.clone()).or_insert_with(|| json!([])), body),
    }
    Ok(())
}

fn push(list: &mut Value, body: Value) {
    if let Value::Array(list) = list {
        list.push(body);
    }
}

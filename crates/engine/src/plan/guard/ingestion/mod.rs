//! Offers of the Product Ingestion API in the form that guards read.
//!
//! The documents of that API consist of resources. Guards read the SKUs, prices and images of a Cloud Partner Portal document, so
//! each document is brought into that shape, and the changes between the documents are computed anew on it. Then the same code
//! finds the same guards. Names that a guard shows (plans, versions, markets, lead systems) stay those of the service.
//!
//! A value of a wrong kind is passed on as it is, or as text, so that the guard for it decides what it is taken for.
//!
//! Sources: the schemas of the service (release-engineering/cloudpub, `schemas/azure`), and product-ingestion-api.md of
//! Partner Center's documentation.

mod availability;
mod image;
mod money;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

pub(super) use availability::Availability;
pub(super) use image::{BUNDLES, GALLERY};
pub(super) use money::{MODEL, is_included, is_saved, sku_with_prices};

use super::evidence::{Step, Vocabulary};
use crate::backend::Production;
use crate::offer::canonical::text;
use crate::offer::fields::FieldTable;
use crate::offer::layout::{
    AUDIENCE, CLOUDS, HERO_LOGO, HIDDEN, LEAD_DESTINATION, Layout, OFFER_TYPE, PLAN_ID, PREVIEW_SUBSCRIPTIONS, REGIONS,
    STANDARD_CONTRACT, member,
};
use crate::offer::part::{DEFINITION, OFFER, SKUS};
use crate::offer::resource::{API, PLAN, PLANS, PRODUCT, RESOURCES, TYPE};
use crate::offer::{Api, Document, OfferPart, OfferTypeId, Pointer};
use crate::plan::{PlannedChange, release};
use crate::secret::without_sas;

/// What keys begin with that only the form has.
const OWN: &str = "product-ingestion";

/// The resource with the prices, markets and audience of a plan.
const PRICE_AND_AVAILABILITY: &str = "price-and-availability-plan";

/// The resource with the lead system.
const LEADS: &str = "customer-leads";

/// Whether a SaaS offer is sold through Microsoft.
pub(super) const SELL_THROUGH: &str = "product-ingestion.sellThroughMicrosoft";

/// The name under which a Kubernetes application is deployed.
pub(super) const EXTENSION_TYPE: &str = "product-ingestion.clusterExtensionType";

/// The meters of the offer, by id.
pub(super) const METERS: &str = "product-ingestion.customMeters";

/// The free trial of a plan.
pub(super) const TRIAL: &str = "product-ingestion.trial";

/// Whether a document is one of this API.
pub(super) fn is_one(document: &Value) -> bool {
    document.get(API).and_then(Value::as_str) == Some(Api::ProductIngestion.name())
}

/// Everything that a step is judged by, in the form that guards read.
pub(super) struct Translation {
    address: String,
    offer_type: OfferTypeId,
    type_name: String,
    declared: Option<Document>,
    live: Document,
    after: Document,
    changes: Vec<PlannedChange>,
    production: Production,
}

impl Translation {
    /// Brings the documents of a step from `live` to `after` into that form; `None` if they are none of this API.
    pub(super) fn of(
        address: String,
        declared: Option<&Document>,
        [live, after]: [&Value; 2],
        production: &Production,
    ) -> Option<Self> {
        if ![live, after].into_iter().any(is_one) {
            return None;
        }
        let named = |document: &Value| member(document, TYPE).map(text).map(Into::into);
        let type_name: String =
            declared.and_then(|one| named(one.content())).or_else(|| named(after)).unwrap_or_default();
        let offer_type = OfferTypeId::new(portal_type(&type_name));
        let form = Form { layout: Layout::of(&offer_type) };
        let (live, after) = (Document::new(form.document(live)), Document::new(form.document(after)));
        let changes = release::differences(FieldTable::of(&offer_type), &after, &live);
        let production = match production {
            Production::Is(document) => {
                Production::Is(Arc::new(Document::new(form.document(document.opened().content()))))
            }
            other => other.clone(),
        };
        let declared = declared.map(|document| form.declared(document));
        Some(Self { address, offer_type, type_name, declared, live, after, changes, production })
    }

    pub(super) fn step(&self) -> Step<'_> {
        Step {
            address: self.address.clone(),
            vocabulary: Vocabulary::Ingestion,
            offer_type: &self.offer_type,
            type_name: &self.type_name,
            declared: self.declared.as_ref(),
            live: self.live.content(),
            after: self.after.content(),
            changes: self.changes.iter().map(|planned| &planned.change).collect(),
            production: &self.production,
        }
    }
}

/// The offer type whose layout is used. A type that the portal does not have keeps its name.
fn portal_type(product_type: &str) -> &str {
    match product_type {
        "azureVirtualMachine" => "microsoft-azure-virtualmachines",
        "coreVirtualMachine" => "microsoft-azure-corevm",
        other => other,
    }
}

/// How documents are brought into the form.
struct Form {
    layout: Layout,
}

impl Form {
    fn document(&self, document: &Value) -> Value {
        let (offer, plans) = match member(document, RESOURCES) {
            Some(resources @ Value::Object(_)) => (self.offer(resources), self.plans(resources)),
            Some(other) => (json!({}), other.clone()),
            None => (json!({}), Value::Null),
        };
        let mut form = Map::new();
        if let Some(name) = member(document, TYPE) {
            form.insert(OFFER_TYPE.to_owned(), Value::String(text(name).into_owned()));
        }
        form.insert(DEFINITION.to_owned(), json!({OFFER: offer, SKUS: plans}));
        Value::Object(form)
    }

    /// What is declared, with the places of the secrets of lead systems. Disks are judged by what is sent.
    fn declared(&self, document: &Document) -> Document {
        let form = self.document(document.content());
        let at = Pointer::root().key(RESOURCES).key(LEADS);
        let moved = document.sealed().iter().filter_map(|(pointer, reference)| {
            let below = pointer.is_within(&at).then(|| pointer.tokens().skip(2).collect::<Vec<_>>())?;
            let (system, rest) = below.split_first()?;
            let place = OfferPart::Offer.pointer().key(&format!("{}{system}", lead_prefix(&self.layout)));
            let place = rest.iter().fold(place, |place, key| place.key(key));
            (form.pointer(place.as_str()) == Some(&Value::Null)).then(|| (place, reference.clone()))
        });
        let sealed: BTreeMap<_, _> = moved.collect();
        Document::with_sealed(form, sealed)
    }

    fn offer(&self, resources: &Value) -> Value {
        let mut offer = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                offer.insert(key.to_owned(), value);
            }
        };
        let property = member(resources, "property");
        put(&self.layout.key(STANDARD_CONTRACT), property.and_then(standard_contract));
        put(&self.layout.key(HERO_LOGO), member(resources, "listing-asset").and_then(hero_logos));
        let audiences = member(resources, "price-and-availability-offer").map(|offer| part(offer, "previewAudiences"));
        put(&self.layout.key(PREVIEW_SUBSCRIPTIONS), audiences.flatten().map(preview_audience));
        let setup = member(resources, "commercial-marketplace-setup");
        let meters = member(resources, "price-and-availability-custom-meter");
        put(METERS, meters.and_then(|meters| part(meters, "customMeters")).cloned());
        put(SELL_THROUGH, setup.and_then(|setup| part(setup, "sellThroughMicrosoft")).cloned());
        match member(resources, LEADS) {
            Some(Value::Object(leads)) => {
                for (key, value) in leads {
                    put(&format!("{}{key}", lead_prefix(&self.layout)), Some(value.clone()));
                }
            }
            Some(other) => put(&self.layout.key(LEAD_DESTINATION), Some(other.clone())),
            None => {}
        }
        // Everything else only tells whether more than prices changes.
        for (name, resource) in resources.as_object().into_iter().flatten() {
            if ![LEADS, PLANS].contains(&name.as_str()) {
                put(&format!("{OWN}.{name}"), Some(without_signatures(resource)));
            }
        }
        Value::Object(offer)
    }

    fn plans(&self, resources: &Value) -> Value {
        let product = member(resources, PRODUCT).map_or(Availability::OnSale, Availability::of);
        match member(resources, PLANS) {
            Some(Value::Array(plans)) => plans.iter().map(|plan| self.plan(plan, product)).collect(),
            Some(other) => other.clone(),
            None => Value::Null,
        }
    }

    fn plan(&self, plan: &Value, product: Availability) -> Value {
        let Some(members) = plan.as_object() else { return plan.clone() };
        let mut sku = Map::new();
        if let Some(id) = members.get(PLAN_ID) {
            sku.insert(PLAN_ID.to_owned(), id.clone());
        }
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                sku.insert(key.to_owned(), value);
            }
        };
        let own = member(plan, PLAN);
        product.min(own.map_or(Availability::OnSale, Availability::of)).mark(&mut put);
        put(&self.layout.key(CLOUDS), Some(clouds(own)));
        if let Some(sold) = member(plan, PRICE_AND_AVAILABILITY) {
            put(REGIONS.name, markets(sold));
            put(AUDIENCE.name, audience(sold));
            put(&self.layout.key(HIDDEN), part(sold, "visibility").map(hidden));
            put(TRIAL, part(sold, "trial").cloned());
        }
        money::put_prices(plan, &mut put);
        image::put_images(plan, &self.layout, &mut put);
        let container = member(plan, "container-plan-technical-configuration");
        put(EXTENSION_TYPE, container.and_then(|config| part(config, "clusterExtensionType")).cloned());
        for (name, resource) in members.iter().filter(|(name, _)| *name != PLAN_ID) {
            put(&format!("{OWN}.{name}"), Some(without_signatures(&rest(name, resource))));
        }
        Value::Object(sku)
    }
}

/// The members of resources that stand elsewhere in the form.
const TAKEN: [(&str, &[&str]); 4] = [
    (PLAN, &["azureRegions", "lifecycleState", "deprecationSchedule"]),
    (
        PRICE_AND_AVAILABILITY,
        &["visibility", "audience", "privateAudiences", "markets", "customerMarkets", "pricing", "softwareReservation"],
    ),
    ("virtual-machine-plan-technical-configuration", &["skus", "vmImageVersions"]),
    ("core-virtual-machine-plan-technical-configuration", &["skus", "vmImageVersions"]),
];

/// What of a resource stands nowhere else in the form.
fn rest(name: &str, resource: &Value) -> Value {
    let mut rest = resource.clone();
    if let (Some((_, taken)), Some(members)) = (TAKEN.iter().find(|(of, _)| *of == name), rest.as_object_mut()) {
        members.retain(|key, value| !taken.contains(&key.as_str()) && !value.is_null());
    }
    rest
}

/// The value with every address freed of its signature: the service signs its copies of files anew all the time.
fn without_signatures(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_sas(text).into_owned()),
        Value::Array(elements) => elements.iter().map(without_signatures).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), without_signatures(value))).collect(),
        other => other.clone(),
    }
}

/// What stands in front of the keys of lead systems.
pub(super) fn lead_prefix(layout: &Layout) -> String {
    let key = layout.key(LEAD_DESTINATION);
    key.strip_suffix(LEAD_DESTINATION.name).unwrap_or_default().to_owned()
}

/// The member of a resource. A resource that is no object stands for each of its members: then none of them can be read.
fn part<'a>(resource: &'a Value, key: &str) -> Option<&'a Value> {
    if resource.is_object() { member(resource, key) } else { Some(resource).filter(|value| !value.is_null()) }
}

/// A value as text, which is what a flag that cannot be read is.
fn unreadable(value: &Value) -> Value {
    Value::String(text(value).into_owned())
}

fn standard_contract(property: &Value) -> Option<Value> {
    if Availability::of(property) == Availability::Withdrawn {
        return None;
    }
    part(property, "termsConditions").map(|terms| match terms.as_str() {
        Some("standardMicrosoft") => Value::Bool(true),
        Some("custom") => Value::Bool(false),
        _ => unreadable(terms),
    })
}

/// The hero logo of each language that has one.
fn hero_logos(assets: &Value) -> Option<Value> {
    let is_hero = |asset: &&Value| {
        asset.get("type").and_then(Value::as_str) == Some("azureLogoHero")
            && Availability::of(asset) != Availability::Withdrawn
    };
    let languages = assets.as_object().into_iter().flatten();
    let of = |(language, assets): (&String, &Value)| {
        let hero = assets.as_array()?.iter().find(is_hero)?;
        Some((language.clone(), member(hero, "url").cloned().unwrap_or(Value::Bool(true))))
    };
    let logos: Map<_, _> = languages.filter_map(of).collect();
    (!logos.is_empty()).then_some(Value::Object(logos))
}

/// Who sees the preview, each as one text.
fn preview_audience(audiences: &Value) -> Value {
    let Some(entries) = audiences.as_array() else { return audiences.clone() };
    let entry =
        |entry: &Value| match (entry.get("type").and_then(Value::as_str), entry.get("id").and_then(Value::as_str)) {
            (Some(kind), Some(id)) if !id.trim().is_empty() => Value::String(format!("{kind} {id}")),
            _ => entry.clone(),
        };
    entries.iter().map(entry).collect()
}

/// The clouds of a plan. One that names none is sold in public Azure.
fn clouds(plan: Option<&Value>) -> Value {
    let regions = plan.and_then(|plan| part(plan, "azureRegions"));
    regions.cloned().unwrap_or_else(|| json!(["azureGlobal"]))
}

/// The markets of a plan. A word for many of them stands for itself.
fn markets(sold: &Value) -> Option<Value> {
    match part(sold, "customerMarkets") {
        Some(Value::String(word)) if word == "customMarkets" => part(sold, "markets").cloned(),
        Some(Value::String(word)) if super::visibility::MANY_MARKETS.contains(&word.as_str()) => Some(json!([word])),
        Some(other) => Some(unreadable(other)),
        None => part(sold, "markets").cloned(),
    }
}

/// The audience of a plan: none if everybody is.
fn audience(sold: &Value) -> Option<Value> {
    let audience = part(sold, "audience")?;
    match audience.as_str() {
        Some("public") => None,
        Some("private") => {
            let entries = part(sold, "privateAudiences").cloned().unwrap_or_else(|| json!([]));
            Some(json!({super::visibility::PRIVATE: true, "manualEntries": entries}))
        }
        _ => Some(unreadable(audience)),
    }
}

fn hidden(visibility: &Value) -> Value {
    match visibility.as_str() {
        Some("hidden") => Value::Bool(true),
        Some("visible") => Value::Bool(false),
        _ => unreadable(visibility),
    }
}

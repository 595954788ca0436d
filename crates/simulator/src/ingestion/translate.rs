//! Virtual machine offers of the Cloud Partner Portal as resources of this API: the same offer, seen through the other interface.
//!
//! Which field is which follows from the names and from what public clients of both APIs write. Where the sources say nothing, the
//! choice is an assumption, and `docs/simulator.md` says so.

use serde_json::{Map, Value, json};

use super::asset::host_files;
use super::catalogue::{CORE_MACHINE, Kind, MACHINE, kinds_of};
use super::identity::{asset_prefix, derived_id};
use super::machine::technical_configuration;
use super::offer_field::{field, list, set, text};
use super::price::price_and_availability;
use super::state::{Resource, Tree};

/// The type of the product that an offer of the portal is; `None` if this API does not know it.
pub(super) fn product_type(offer_type: &str) -> Option<&'static str> {
    match offer_type {
        "microsoft-azure-virtualmachines" => Some("azureVirtualMachine"),
        "microsoft-azure-corevm" => Some("coreVirtualMachine"),
        "microsoft-azure-applications" => Some("azureApplication"),
        _ => None,
    }
}

/// What is being translated.
pub(super) struct Source<'a> {
    pub(super) guid: &'a str,
    /// The type of the product.
    pub(super) kind: &'a str,
    /// The external id of the product.
    pub(super) external_id: &'a str,
    pub(super) document: &'a Value,
    /// JSON pointers of secret fields that hold a value.
    pub(super) given: &'a [&'a str],
}

/// The resources of an offer; `plan_guid` gives each plan the same GUID every time.
pub(super) fn translate(source: &Source<'_>, plan_guid: &mut dyn FnMut(&str) -> String) -> Tree {
    let definition = field(source.document, "definition").unwrap_or(&Value::Null);
    let offer = field(definition, "offer").unwrap_or(&Value::Null);
    let plans: Vec<&Value> = list(definition, "plans").collect();
    let mut tree = Tree::new();
    let alias = text(definition, "displayText").unwrap_or(source.external_id);
    tree.insert(
        format!("product/{}", source.guid),
        resource(
            "2022-03-01-preview3",
            json!({"identity": {"externalId": source.external_id}, "type": source.kind, "alias": alias}),
        ),
    );
    if source.kind == "azureApplication" {
        return tree;
    }
    let mut out = Out { source, tree };
    // A core virtual machine has its categories, files and terms in its plans.
    let shop = if source.kind == "coreVirtualMachine" { plans.first().copied().unwrap_or(offer) } else { offer };
    out.put("property", None, property(offer, shop, source.kind));
    out.put("listing", None, listing(offer, shop, source.kind));
    out.files(shop);
    out.put("customer-leads", None, customer_leads(offer, source.given));
    out.put("reseller", None, reseller(offer));
    out.put("test-drive", None, json!({"enabled": false}));
    out.put("price-and-availability-offer", None, json!({"previewAudiences": preview_audiences(offer)}));
    for plan in plans {
        let Some(id) = text(plan, "planId") else { continue };
        let guid = plan_guid(id);
        out.plan(plan, id, &guid);
    }
    out.tree
}

struct Out<'s> {
    source: &'s Source<'s>,
    tree: Tree,
}

impl Out<'_> {
    fn put(&mut self, name: &str, plan: Option<&str>, body: Value) {
        let product = self.source.guid;
        let (Some(kind), Value::Object(mut body)) = (Kind::named(name), body) else { return };
        body.insert("product".to_owned(), json!(format!("product/{product}")));
        if let Some(plan) = plan {
            body.insert("plan".to_owned(), json!(format!("plan/{product}/{plan}")));
        }
        // The versions in which real trees come.
        let version = match name {
            "price-and-availability-plan" => "2022-03-01-preview4",
            MACHINE | CORE_MACHINE => "2022-03-01-preview5",
            "test-drive" | "reseller" => "2022-03-01-preview2",
            _ => "2022-03-01-preview3",
        };
        if let Some(id) = derived_id(kind, product, plan, &body) {
            self.tree.insert(id, resource(version, Value::Object(body)));
        }
    }

    fn files(&mut self, shop: &Value) {
        let logos = [
            ("smallLogo", "azureLogoSmall"),
            ("mediumLogo", "azureLogoMedium"),
            ("largeLogo", "azureLogoLarge"),
            ("wideLogo", "azureLogoWide"),
        ];
        for (name, kind) in logos {
            if let Some(address) = text(shop, name) {
                self.file(kind, 1, address);
            }
        }
        for (index, screenshot) in list(shop, "screenshots").enumerate() {
            let address =
                screenshot.as_str().or_else(|| text(screenshot, "imageUrl").or_else(|| text(screenshot, "image")));
            if let Some(address) = address {
                self.file("azureLogoScreenshot", index + 1, address);
            }
        }
    }

    fn file(&mut self, asset: &str, number: usize, address: &str) {
        let product = self.source.guid;
        let body = json!({
            "kind": "azure",
            "languageId": "en-us",
            "type": asset,
            "url": address,
            "displayOrder": number - 1,
            "product": format!("product/{product}"),
            "listing": format!("listing/{product}/public/main/default/en-us"),
        });
        let (Some(kind), Value::Object(mut body)) = (Kind::named("listing-asset"), body) else { return };
        host_files(kind.name, &mut body);
        if let Some(prefix) = asset_prefix(kind, product, &body) {
            self.tree.insert(format!("{prefix}{number}"), resource("2022-03-01-preview3", Value::Object(body)));
        }
    }

    fn plan(&mut self, plan: &Value, id: &str, guid: &str) {
        let product = self.source.guid;
        let alias = text(plan, "skuTitle").unwrap_or(id);
        let mut body = json!({
            "identity": {"externalId": id},
            "alias": alias,
            "azureRegions": clouds(plan),
            "product": format!("product/{product}"),
        });
        let certifications: Vec<Value> = list(plan, "certificationsFairfax").cloned().collect();
        if !certifications.is_empty() {
            body["azureGovernmentCertifications"] = json!(certifications);
        }
        self.tree.insert(format!("plan/{product}/{guid}"), resource("2022-03-01-preview3", body));
        let mut listing = Map::new();
        listing.insert("kind".to_owned(), json!(kinds_of(self.source.kind).1));
        listing.insert("languageId".to_owned(), json!("en-us"));
        listing.insert("name".to_owned(), json!(alias));
        set(&mut listing, "summary", text(plan, "skuSummary"));
        set(
            &mut listing,
            "description",
            text(plan, "skuDescription").or_else(|| text(plan, "skuDescriptionPublicAzure")),
        );
        self.put("plan-listing", Some(guid), Value::Object(listing));
        self.put("price-and-availability-plan", Some(guid), price_and_availability(plan));
        let name = if self.source.kind == "coreVirtualMachine" { CORE_MACHINE } else { MACHINE };
        self.put(name, Some(guid), technical_configuration(plan, id));
    }
}

fn resource(version: &str, body: Value) -> Resource {
    let body = if let Value::Object(body) = body { body } else { Map::new() };
    Resource { version: version.to_owned(), body }
}

fn clouds(plan: &Value) -> Vec<&'static str> {
    let cloud = |name: &str| match name.to_ascii_lowercase().as_str() {
        "fairfax" => "azureGovernment",
        "blackforest" => "azureGermany",
        "mooncake" => "azureChina",
        _ => "azureGlobal",
    };
    let clouds: Vec<&str> = list(plan, "cloudAvailability").filter_map(Value::as_str).map(cloud).collect();
    if clouds.is_empty() { vec!["azureGlobal"] } else { clouds }
}

fn property(offer: &Value, shop: &Value, product_type: &str) -> Value {
    let mut categories = Map::new();
    for category in list(shop, "categoryMap") {
        let Some(name) = text(category, "categoryL1") else { continue };
        let below: Vec<Value> = list(category, &format!("categoryL2-{name}")).cloned().collect();
        categories.insert(name.to_owned(), json!(below));
    }
    let is_standard = field(offer, "useEnterpriseContract") == Some(&Value::Bool(true));
    let mut body = Map::new();
    body.insert("kind".to_owned(), json!(kinds_of(product_type).0));
    body.insert("categories".to_owned(), Value::Object(categories));
    body.insert("termsConditions".to_owned(), json!(if is_standard { "standardMicrosoft" } else { "custom" }));
    set(&mut body, "termsOfUse", text(offer, "termsOfUse"));
    set(&mut body, "termsOfUseUrl", text(shop, "termsOfUseURL"));
    set(&mut body, "standardContractAmendment", text(offer, "universalAmendmentTerms"));
    set(&mut body, "customAmendments", field(offer, "customAmendments").filter(|value| value.is_array()).cloned());
    Value::Object(body)
}

fn listing(offer: &Value, shop: &Value, product_type: &str) -> Value {
    let mut body = Map::new();
    body.insert("kind".to_owned(), json!(kinds_of(product_type).0));
    body.insert("languageId".to_owned(), json!("en-us"));
    for (name, source) in [
        ("title", "title"),
        ("searchResultSummary", "summary"),
        ("shortDescription", "longSummary"),
        ("description", "description"),
        ("cloudSolutionProviderMarketingMaterials", "gtmMaterials"),
        ("globalSupportWebsite", "publicAzureSupportUrl"),
        ("governmentSupportWebsite", "fairfaxSupportUrl"),
    ] {
        set(&mut body, name, text(offer, source));
    }
    set(&mut body, "privacyPolicyLink", text(shop, "privacyURL"));
    let links = list(shop, "usefulLinks")
        .filter_map(|link| Some(json!({"displayText": text(link, "linkTitle")?, "link": text(link, "linkUrl")?})));
    let links: Vec<Value> = links.collect();
    set(&mut body, "generalLinks", (!links.is_empty()).then_some(links));
    for (name, source) in [
        ("supportContact", "supportContact"),
        ("engineeringContact", "engineeringContact"),
        ("cloudSolutionProviderContact", "managerContact"),
    ] {
        let mut contact = Map::new();
        for part in ["Name", "Email", "Phone"] {
            set(&mut contact, &part.to_ascii_lowercase(), text(offer, &format!("{source}{part}")));
        }
        // A contact needs a name.
        set(&mut body, name, contact.contains_key("name").then_some(contact));
    }
    Value::Object(body)
}

fn preview_audiences(offer: &Value) -> Vec<Value> {
    let subscriptions = list(offer, "allowedSubscriptions").filter_map(Value::as_str);
    subscriptions.map(|id| json!({"type": "subscription", "id": id, "label": ""})).collect()
}

fn reseller(offer: &Value) -> Value {
    let is_in = field(offer, "cspOfferOptIn") == Some(&Value::Bool(true));
    json!({"resellerChannelState": if is_in { "all" } else { "none" }, "audiences": []})
}

/// Destinations: as the portal names them, in small letters; the word of this API; and where the portal has its settings.
const DESTINATIONS: [(&str, &str, &str); 7] = [
    ("azuretable", "table", "tableLeadConfiguration"),
    ("azureblob", "blob", "blobLeadConfiguration"),
    ("salesforce", "salesforce", "salesForceLeadConfiguration"),
    ("crm", "dynamics", "crmLeadConfiguration"),
    ("dynamicscrmonline", "dynamics", "crmLeadConfiguration"),
    ("httpsendpoint", "httpsEndpoint", "httpsEndpointLeadConfiguration"),
    ("marketo", "marketo", "marketoLeadConfiguration"),
];

fn customer_leads(offer: &Value, given: &[&str]) -> Value {
    let wanted = text(offer, "leadDestination").unwrap_or("None").to_ascii_lowercase();
    let Some((_, destination, settings)) = DESTINATIONS.iter().find(|(name, ..)| *name == wanted) else {
        return json!({"leadDestination": "none"});
    };
    let mut body = Map::new();
    body.insert("leadDestination".to_owned(), json!(destination));
    let mut configuration = field(offer, settings).and_then(Value::as_object).cloned().unwrap_or_default();
    for secret in given.iter().filter_map(|pointer| pointer.rsplit_once('.')?.1.strip_prefix(settings)) {
        // The portal knows that a secret was given, and nobody knows which.
        configuration.insert(secret.trim_start_matches('/').to_owned(), json!("{secret of the portal}"));
    }
    body.insert(format!("{destination}LeadConfiguration"), Value::Object(configuration));
    Value::Object(body)
}

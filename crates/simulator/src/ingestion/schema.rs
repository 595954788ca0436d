//! What a resource must look like to be taken: the part of the public JSON Schemas that clients trip over, in words of our own.
//!
//! The service lists its findings in one text, each with the place (seen in issues of public clients).

use serde_json::{Map, Value, json};

use super::catalogue::{Kind, PRODUCT_TYPES};
use super::identity::Reference;

type Body = Map<String, Value>;

const ENUM: &str = "Expected value to match one of the values specified by the enum";

/// What is wrong with the shape of a resource; an empty list if nothing is.
pub(super) fn findings(kind: &Kind, version: &str, body: &Body) -> Vec<String> {
    let mut found = Vec::new();
    let mut required: Vec<&str> = kind.required.to_vec();
    if kind.name == "submission" && version == "2022-03-01-preview7" {
        required.push("sources");
    }
    required.retain(|name| !body.contains_key(*name));
    if !required.is_empty() {
        found.push(format!("Required properties {} were not present #", json!(required)));
    }
    for name in ["product", "plan", "listing"] {
        if body.get(name).is_some_and(|reference| Reference::of(reference).is_none()) {
            found.push(format!("#/{name}: Expected exactly one schema of oneOf to match;"));
        }
    }
    for (name, member) in body {
        closed_values(kind.name, name, member, &format!("#/{name}"), &mut found);
    }
    names(body, kind.name, &mut found);
    companions(kind.name, body, &mut found);
    found
}

/// Enumerations and switches, wherever they are in a resource: a value that is none of them, or null.
fn closed_values(kind: &str, name: &str, value: &Value, place: &str, found: &mut Vec<String>) {
    let allowed = allowed(kind, name, place);
    let is_switch = ["supports", "requires"].iter().any(|start| name.starts_with(start))
        || ["enabled", "isNetworkVirtualAppliance"].contains(&name);
    match value {
        Value::Null if allowed.is_some() => found.push(format!("{place}: Value is \"null\" but should be \"string\";")),
        Value::Null if is_switch => found.push(format!("{place}: Value is \"null\" but should be \"boolean\";")),
        Value::String(text) if allowed.is_some_and(|allowed| !allowed.contains(&text.as_str())) => {
            found.push(format!("{place}: {ENUM};"));
        }
        Value::Object(members) => {
            for (name, member) in members {
                closed_values(kind, name, member, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                // An element of a list is named by the list.
                closed_values(kind, name, element, &format!("{place}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The values of an enumeration, by its name and the type of the resource.
fn allowed(kind: &str, name: &str, place: &str) -> Option<&'static [&'static str]> {
    let is_top = place.matches('/').count() == 1;
    Some(match (kind, name) {
        ("product", "type") if is_top => &PRODUCT_TYPES,
        ("product" | "plan", "lifecycleState") => &["generallyAvailable", "deprecated", "deleted"],
        ("submission", "lifecycleState") => &["generallyAvailable", "deprecated"],
        ("virtual-machine-plan-technical-configuration", "lifecycleState") => {
            &["generallyAvailable", "deprecated", "deleted"]
        }
        (_, "lifecycleState") if is_top => &["generallyAvailable", "deleted"],
        (_, "reason") if place.contains("deprecationSchedule") => &["criticalSecurityIssue", "endOfSupport", "other"],
        ("price-and-availability-plan", "visibility") => &["visible", "hidden"],
        ("price-and-availability-plan", "audience") if is_top => &["public", "private"],
        ("price-and-availability-plan", "customerMarkets") => &["customMarkets", "allMarkets", "allTaxRemittedMarkets"],
        ("price-and-availability-plan", "licenseModel") => &["byol", "payAsYouGo"],
        ("plan", "azureRegions") => &["azureGlobal", "azureGovernment", "azureGermany", "azureChina"],
        ("property", "kind") => &["azureVM", "azureSaaS", "azureContainer"],
        ("listing", "kind") => &["azureVM", "azureSaaS", "azureContainer", "xbox360NonBackCompat"],
        ("plan-listing", "kind") => &["azureVM-plan", "azureSaaS-plan", "azureCoreVM-plan", "azureContainer-plan"],
        ("listing-asset" | "listing-trailer", "kind") => &["azure"],
        ("listing-asset", "type") => &[
            "azureLogoSmall",
            "azureLogoMedium",
            "azureLogoLarge",
            "azureLogoWide",
            "azureLogoScreenshot",
            "azureLogoHero",
            "pdfDocument",
        ],
        ("property", "termsConditions") => &["custom", "standardMicrosoft"],
        ("customer-leads", "leadDestination") => &DESTINATIONS,
        ("reseller", "resellerChannelState") => &["notSet", "none", "some", "all", "terminated"],
        (_, "imageType") => &["x64Gen1", "x64Gen2", "arm64Gen2"],
        (_, "sourceType") => &["sharedImageGallery", "sasUri"],
        (_, "family") => &["windows", "linux"],
        (_, "protocol") => &["tcp", "udp", "both"],
        ("container-plan-technical-configuration", "payloadType") => &["image", "cnab"],
        (_, "targetType") => &["flight", "sandbox", "draft", "preview", "live", "certification", "retail"],
        _ => return None,
    })
}

const DESTINATIONS: [&str; 8] =
    ["none", "blob", "dynamics", "email", "httpsEndpoint", "marketo", "salesforce", "table"];

/// Ids and names that have a form.
fn names(body: &Body, kind: &str, found: &mut Vec<String>) {
    let mut check = |place: &str, is_fine: bool| {
        if !is_fine {
            found.push(format!("#/{place}: The string value is not a match for the indicated regular expression;"));
        }
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if let Some(name) = text("resourceName") {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        check("resourceName", (1..=50).contains(&name.len()) && name.chars().all(is_plain));
    }
    if let Some(id) = body.get("identity").and_then(|identity| identity.get("externalId")?.as_str()) {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let least = if kind == "product" { 3 } else { 1 };
        let starts = kind != "product" || id.starts_with(|c: char| c.is_ascii_alphanumeric());
        check("identity/externalId", (least..=50).contains(&id.len()) && id.chars().all(is_plain) && starts);
    } else if body.contains_key("identity") && matches!(kind, "product" | "plan") {
        found.push("Required properties [\"externalId\"] were not present #/identity".to_owned());
        return;
    }
    let versions = body.get("vmImageVersions").and_then(Value::as_array).into_iter().flatten().enumerate();
    for (index, version) in versions {
        let number = version.get("versionNumber").and_then(Value::as_str).unwrap_or_default();
        let parts: Vec<&str> = number.split('.').collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_fine = number.len() <= 32 && parts.len() == 3 && parts.iter().all(is_number);
        check(&format!("vmImageVersions/{index}/versionNumber"), is_fine);
    }
}

/// Properties that need or exclude each other.
fn companions(kind: &str, body: &Body, found: &mut Vec<String>) {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    match kind {
        "price-and-availability-plan" => {
            let is_everywhere = matches!(text("customerMarkets"), "allMarkets" | "allTaxRemittedMarkets");
            if is_everywhere && body.contains_key("markets") {
                found.push("#: Schema in not is matched but is not expected to;".to_owned());
            }
            if let Some(pricing) = body.get("pricing") {
                core_pricing(pricing, found);
            }
        }
        "customer-leads" => {
            for destination in DESTINATIONS.iter().skip(1) {
                let is_wanted = *destination == text("leadDestination");
                if body.contains_key(&format!("{destination}LeadConfiguration")) != is_wanted {
                    found.push("#: Expected exactly one schema of oneOf to match;".to_owned());
                    return;
                }
            }
        }
        "test-drive" => {
            let is_enabled = body.get("enabled") == Some(&Value::Bool(true));
            if body.contains_key("type") != is_enabled {
                found.push("#: Expected exactly one schema of oneOf to match;".to_owned());
            }
        }
        _ => sources(body, found),
    }
}

fn core_pricing(pricing: &Value, found: &mut Vec<String>) {
    let Some(core) = pricing.get("corePricing").and_then(Value::as_object) else { return };
    let place = "#/pricing/corePricing";
    let option = core.get("priceInputOption").and_then(Value::as_str).unwrap_or_default();
    let companion = match option {
        "free" => "",
        "flat" => "price",
        "perCore" => "pricePerCore",
        "perCoreSize" => "pricePerCoreSize",
        "perMarketAndCoreSize" => "prices",
        _ => return found.push(format!("{place}/priceInputOption: {ENUM};")),
    };
    for name in ["price", "pricePerCore", "pricePerCoreSize", "prices"] {
        match (core.contains_key(name), name == companion) {
            (true, false) => found.push(format!("{place}: Schema in not is matched but is not expected to;")),
            (false, true) => found.push(format!("Required properties {} were not present {place}", json!([name]))),
            _ => {}
        }
    }
}

/// The source of an image is a disk or a version in a gallery, and not both.
fn sources(body: &Body, found: &mut Vec<String>) {
    let versions = body.get("vmImageVersions").and_then(Value::as_array).into_iter().flatten().enumerate();
    for (index, version) in versions {
        let images = version.get("vmImages").and_then(Value::as_array);
        if !images.is_some_and(|images| (1..=3).contains(&images.len())) {
            found.push(format!("#/vmImageVersions/{index}/vmImages: The number of items is not in the allowed range;"));
        }
        for (image, value) in images.into_iter().flatten().enumerate() {
            let source = value.get("source").cloned().unwrap_or_default();
            let has = |name: &str| source.get(name).is_some();
            let is_fine = match source.get("sourceType").and_then(Value::as_str) {
                Some("sasUri") => has("osDisk") && !has("sharedImage"),
                Some("sharedImageGallery") => has("sharedImage") && !has("osDisk") && !has("dataDisks"),
                _ => has("sharedImage") != has("osDisk"),
            };
            if !is_fine {
                let place = format!("#/vmImageVersions/{index}/vmImages/{image}/source");
                found.push(format!("{place}: Expected exactly one schema of oneOf to match;"));
            }
        }
    }
}

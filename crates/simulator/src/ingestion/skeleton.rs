//! The resources that a new product has before anybody wrote them.
//!
//! The page says that a tree shows "the skeleton of all applicable resources"; what is in each of them is an assumption.

use serde_json::{Value, json};

use super::catalogue::{Kind, kinds_of};
use super::identity::derived_id;
use super::state::{Resource, Tree};

/// The resources of a new product, but for the product itself.
pub(super) fn skeleton(guid: &str, product_type: &str) -> Tree {
    let (kind, _) = kinds_of(product_type);
    let mut resources = vec![
        ("property", json!({ "kind": kind, "categories": {}, "termsConditions": "standardMicrosoft" })),
        ("listing", json!({ "kind": kind, "languageId": "en-us" })),
        ("customer-leads", json!({ "leadDestination": "none" })),
        ("reseller", json!({ "resellerChannelState": "none", "audiences": [] })),
        ("price-and-availability-offer", json!({ "previewAudiences": [] })),
    ];
    match product_type {
        "softwareAsAService" => {
            resources.push(("commercial-marketplace-setup", json!({ "sellThroughMicrosoft": true })));
            resources.push(("microsoft365-integration", json!({})));
            resources.push(("software-as-a-service-technical-configuration", json!({})));
            resources.push(("price-and-availability-custom-meter", json!({ "customMeters": {} })));
        }
        "azureContainer" => {
            resources.push(("commercial-marketplace-setup", json!({ "sellThroughMicrosoft": true })));
            resources.push(("price-and-availability-custom-meter", json!({ "customMeters": {} })));
        }
        _ => resources.push(("test-drive", json!({ "enabled": false }))),
    }
    resources.into_iter().filter_map(|(name, body)| entry(name, guid, body)).collect()
}

/// A resource of a product with its id.
fn entry(name: &str, guid: &str, body: Value) -> Option<(String, Resource)> {
    let kind = Kind::named(name)?;
    let Value::Object(mut body) = body else { return None };
    body.insert("product".to_owned(), json!(format!("product/{guid}")));
    let id = derived_id(kind, guid, None, &body)?;
    // Trees of real products have this version, or the only one there is.
    let version = if kind.versions.contains(&"2022-03-01-preview3") { "2022-03-01-preview3" } else { kind.versions[0] };
    Some((id, Resource { version: version.to_owned(), body }))
}

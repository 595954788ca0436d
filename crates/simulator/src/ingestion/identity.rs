//! Durable ids, and the three forms of a reference: a durable id, an external id, or the name of a resource in the same request.

use serde_json::{Map, Value};

use super::catalogue::{Kind, Scope};

/// What a property such as `product` or `plan` refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reference {
    Id(String),
    ExternalId(String),
    Name(String),
}

impl Reference {
    /// Reads a reference. Names of properties are exact: `externalID` is refused (seen in a public client's issue).
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(id) if is_durable_id(id) => Some(Self::Id(id.clone())),
            Value::Object(members) => {
                let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
                text("externalId").map(Self::ExternalId).or_else(|| text("resourceName").map(Self::Name))
            }
            _ => None,
        }
    }
}

/// Whether a text has the form `{type}/{segment}/…`.
pub(super) fn is_durable_id(text: &str) -> bool {
    let Some((kind, rest)) = text.split_once('/') else { return false };
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    kind.starts_with(|c: char| c.is_ascii_lowercase())
        && kind.bytes().all(is_plain)
        && !rest.is_empty()
        && rest.bytes().all(|byte| is_plain(byte) || byte == b'/')
}

/// The product's GUID in a durable id.
pub(super) fn product_of(id: &str) -> Option<&str> {
    id.split('/').nth(1)
}

/// The plan's GUID in a durable id, if the resource belongs to a plan.
pub(super) fn plan_of(id: &str) -> Option<&str> {
    match Kind::of_id(id)?.scope {
        Scope::Plan | Scope::OfPlan => id.split('/').nth(2),
        Scope::PlanListing => id.split('/').nth(4),
        _ => None,
    }
}

/// The id of a resource that its references and its language decide; `None` if more is needed.
pub(super) fn derived_id(kind: &Kind, product: &str, plan: Option<&str>, body: &Map<String, Value>) -> Option<String> {
    let name = kind.name;
    let language = || body.get("languageId").and_then(Value::as_str).map(str::to_ascii_lowercase);
    Some(match kind.scope {
        Scope::OfProduct => format!("{name}/{product}"),
        Scope::Property => format!("{name}/{product}/public/main"),
        Scope::OfPlan => format!("{name}/{product}/{}", plan?),
        Scope::Listing => format!("{name}/{product}/public/main/default/{}", language()?),
        Scope::PlanListing => format!("{name}/{product}/public/main/{}/{}", plan?, language()?),
        Scope::Product | Scope::Plan | Scope::Asset | Scope::Trailer | Scope::Submission | Scope::Action => {
            return None;
        }
    })
}

/// What the ids of the files of a kind in a listing start with; a number follows.
pub(super) fn asset_prefix(kind: &Kind, product: &str, body: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_ascii_lowercase);
    match kind.scope {
        Scope::Asset => {
            Some(format!("{}/{product}/public/main/default/{}/{}/", kind.name, text("languageId")?, text("type")?))
        }
        Scope::Trailer => Some(format!("{}/{product}/public/main/default/", kind.name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Reference, is_durable_id, plan_of, product_of};

    #[test]
    fn a_reference_has_three_forms_and_letters_count() {
        for (value, expected) in [
            (json!("product/6d4c"), Some(Reference::Id("product/6d4c".into()))),
            (json!({"externalId": "vm"}), Some(Reference::ExternalId("vm".into()))),
            (json!({"resourceName": "New"}), Some(Reference::Name("New".into()))),
            (json!({"externalID": "vm"}), None),
            (json!("vm"), None),
            (json!(1), None),
        ] {
            assert_eq!(Reference::of(&value), expected, "{value}");
        }
        assert!(!is_durable_id("Product/1") && !is_durable_id("product/") && !is_durable_id("product/A"));
    }

    #[test]
    fn ids_name_their_product_and_plan() {
        let listing = "plan-listing/p1/public/main/q1/en-us";
        assert_eq!((product_of(listing), plan_of(listing)), (Some("p1"), Some("q1")));
        assert_eq!(plan_of("virtual-machine-plan-technical-configuration/p1/q1"), Some("q1"));
        assert_eq!(plan_of("property/p1/public/main"), None);
    }
}

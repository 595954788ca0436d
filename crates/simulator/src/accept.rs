//! What the service refuses of a document that is PUT.
//!
//! Source: cloud-partner-portal-api-creating-offer.md for the envelope; the message for a missing member and the
//! refusal of the legacy keys of core VMs as clients saw them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::answer::Refusal;
use super::dialect::LegacyKeys;
use super::route::Address;

/// Keys of a core VM offer that only the service sets.
const LEGACY: [&str; 2] = ["microsoft-azure-corevm.legacyOfferId", "microsoft-azure-corevm.legacyPublisherId"];

/// No offer comes near. The JSON reader stops at 128, and a document that is stored stands some levels deep itself.
const DEPTH_LIMIT: usize = 64;

/// Reads a body and checks it against the address it was sent to and the draft that the offer has, if it exists.
pub(super) fn accept(
    body: &[u8],
    address: &Address,
    draft: Option<&Value>,
    legacy_keys: LegacyKeys,
) -> Result<Value, Refusal> {
    let document: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("The request body is not valid JSON: {error}")))?;
    if !document.is_object() {
        return Err(Refusal::bad_request("The request body must be a JSON object."));
    }
    if depth(&document) > DEPTH_LIMIT {
        return Err(Refusal::bad_request("The request body is nested too deeply."));
    }
    same(&document, "publisherId", &address.publisher)?;
    same(&document, "id", &address.offer)?;
    let offer_type = member(&document, "offerTypeId")?;
    let known_type = draft.and_then(|draft| draft.get("offerTypeId")?.as_str());
    if let Some(known) = known_type.filter(|known| *known != offer_type) {
        return Err(Refusal::bad_request(format!("The offerTypeId of the offer is '{known}' and cannot be changed.")));
    }
    definition(&document)?;
    check_legacy_keys(&document, draft, legacy_keys)?;
    Ok(document)
}

/// How many objects and lists stand in one another.
fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        Value::Array(elements) => 1 + elements.iter().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

fn member<'a>(document: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    match document.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        None | Some(Value::Null | Value::String(_)) => {
            Err(Refusal::bad_request(format!("The argument cannot be null or empty: {name}")))
        }
        Some(_) => Err(Refusal::bad_request(format!("The argument must be a string: {name}"))),
    }
}

fn same(document: &Value, name: &str, expected: &str) -> Result<(), Refusal> {
    let found = member(document, name)?;
    if found == expected {
        return Ok(());
    }
    Err(Refusal::bad_request(format!("The {name} in the body is '{found}', in the address it is '{expected}'.")))
}

fn definition(document: &Value) -> Result<(), Refusal> {
    let Some(definition) = document.get("definition").and_then(Value::as_object) else {
        return Err(Refusal::bad_request("The argument cannot be null or empty: definition"));
    };
    if definition.get("offer").is_some_and(|offer| !offer.is_object()) {
        return Err(Refusal::bad_request("definition.offer must be an object."));
    }
    match definition.get("plans") {
        None => Ok(()),
        Some(Value::Array(plans)) => check_plans(plans),
        Some(_) => Err(Refusal::bad_request("definition.plans must be an array.")),
    }
}

fn check_legacy_keys(document: &Value, draft: Option<&Value>, legacy_keys: LegacyKeys) -> Result<(), Refusal> {
    for key in LEGACY {
        let value = |document: &Value| document.get("definition")?.get("offer")?.get(key).cloned();
        let Some(sent) = value(document) else { continue };
        if legacy_keys == LegacyKeys::Refused || draft.and_then(value) != Some(sent) {
            return Err(Refusal::bad_request(format!("The property '{key}' is read-only.")));
        }
    }
    Ok(())
}

fn check_plans(plans: &[Value]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for plan in plans {
        let id = plan.get("planId").and_then(Value::as_str).filter(|id| !id.is_empty());
        let Some(id) = id else {
            return Err(Refusal::bad_request("Every plan must have a planId."));
        };
        if !seen.insert(id) {
            return Err(Refusal::bad_request(format!("The planId '{id}' is used more than once.")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Address, LegacyKeys, accept};

    #[test]
    fn a_document_that_the_service_would_not_take_is_refused_with_a_reason() {
        let address = Address { publisher: "contoso".into(), offer: "firewall".into() };
        let envelope = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut document = json!({"publisherId": "contoso", "id": "firewall", "offerTypeId": "t",
                "definition": {"offer": {}, "plans": [{"planId": "a"}]}});
            change(&mut document);
            document.to_string()
        };
        let deep =
            |levels: usize| serde_json::from_str::<serde_json::Value>(&("[".repeat(levels) + &"]".repeat(levels)));
        let draft =
            json!({"offerTypeId": "t", "definition": {"offer": {"microsoft-azure-corevm.legacyPublisherId": ""}}});
        let cases: [(String, Option<&str>); 19] = [
            (envelope(&|d| d["unknown"] = deep(63).unwrap()), None),
            (envelope(&|d| d["unknown"] = deep(64).unwrap()), Some("nested too deeply")),
            (envelope(&|_| ()), None),
            (envelope(&|d| d["unknown"] = json!({"x": 1})), None),
            ("{".into(), Some("not valid JSON")),
            ("[]".into(), Some("must be a JSON object")),
            (envelope(&|d| d["publisherId"] = json!("fabrikam")), Some("publisherId in the body is 'fabrikam'")),
            (envelope(&|d| d["id"] = json!("other")), Some("id in the body is 'other'")),
            (envelope(&|d| d["id"] = json!(null)), Some("cannot be null or empty: id")),
            (envelope(&|d| d["offerTypeId"] = json!("")), Some("cannot be null or empty: offerTypeId")),
            (envelope(&|d| d["offerTypeId"] = json!(4)), Some("must be a string: offerTypeId")),
            (envelope(&|d| d["offerTypeId"] = json!("other")), Some("is 't' and cannot be changed")),
            (envelope(&|d| d["definition"] = json!(null)), Some("cannot be null or empty: definition")),
            (envelope(&|d| d["definition"]["plans"] = json!({})), Some("must be an array")),
            (envelope(&|d| d["definition"]["plans"] = json!([{}])), Some("must have a planId")),
            (
                envelope(&|d| d["definition"]["plans"] = json!([{"planId": "a"}, {"planId": "a"}])),
                Some("'a' is used more than once"),
            ),
            (
                envelope(&|d| d["definition"]["offer"]["microsoft-azure-corevm.legacyOfferId"] = json!("x")),
                Some("'microsoft-azure-corevm.legacyOfferId' is read-only"),
            ),
            (envelope(&|d| d["definition"]["offer"]["microsoft-azure-corevm.legacyPublisherId"] = json!("")), None),
            (
                envelope(&|d| d["definition"]["offer"]["microsoft-azure-corevm.legacyPublisherId"] = json!("x")),
                Some("'microsoft-azure-corevm.legacyPublisherId' is read-only"),
            ),
        ];
        for (body, expected) in cases {
            let refusal = accept(body.as_bytes(), &address, Some(&draft), LegacyKeys::default()).err();
            match (refusal, expected) {
                (None, None) => {}
                (Some(refusal), Some(part)) => {
                    assert_eq!(refusal.status, 400);
                    assert!(refusal.message.contains(part), "{}", refusal.message);
                }
                (refusal, expected) => panic!("{body}: {refusal:?} instead of {expected:?}"),
            }
        }
    }
}

//! Rules that the service applies while it handles a resource. Most are known from messages that public clients met.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::answer::Reason;
use super::catalogue::{CORE_MACHINE, MACHINE};
use super::identity::plan_of;
use super::state::{Product, Resource};

type Body = Map<String, Value>;

/// Refuses a resource that breaks a rule.
pub(super) fn check(product: &Product, id: &str, body: &Body) -> Result<(), Reason> {
    match id.split('/').next().unwrap_or_default() {
        "plan" => check_plan(product, id, body),
        "plan-listing" => check_name(product, id, body),
        MACHINE | CORE_MACHINE => check_machine(product, id, body),
        _ => Ok(()),
    }
}

/// A property that cannot change any more.
pub(super) fn locked(property: &str) -> Reason {
    Reason::invalid("invalidResource", format!("The property '{property}' is locked by a previous submission"))
}

fn broken(message: impl Into<String>) -> Reason {
    Reason::invalid("businessValidationError", message)
}

fn check_plan(product: &Product, id: &str, body: &Body) -> Result<(), Reason> {
    let name = |body: &Body| body.get("identity").and_then(|identity| identity.get("externalId")).cloned();
    let published = [&product.live, &product.preview].into_iter().flatten().find_map(|tree| tree.get(id));
    if published.is_some_and(|published| name(&published.body) != name(body)) {
        return Err(locked("PlanId"));
    }
    let plans = product.draft.iter().filter(|(other, _)| other.starts_with("plan/") && *other != id);
    if plans.into_iter().any(|(_, plan)| name(&plan.body) == name(body)) {
        return Err(broken("Another plan of the product has the same id."));
    }
    Ok(())
}

/// Names of plans are unique in a product.
fn check_name(product: &Product, id: &str, body: &Body) -> Result<(), Reason> {
    let key = |body: &Body| (body.get("languageId").cloned(), body.get("name").cloned());
    let mut others = product.draft.iter().filter(|(other, _)| other.starts_with("plan-listing/") && *other != id);
    let is_same = others.any(|(_, other)| body.contains_key("name") && key(&other.body) == key(body));
    if is_same { Err(broken("The plan name must be unique within the offer.")) } else { Ok(()) }
}

fn check_machine(product: &Product, id: &str, body: &Body) -> Result<(), Reason> {
    let plan = plan_of(id).unwrap_or_default();
    let plan_id = product.draft.get(&format!("plan/{}/{plan}", product.guid));
    let plan_id = plan_id.and_then(|plan| plan.body.get("identity")?.get("externalId")?.as_str()).unwrap_or_default();
    if body.contains_key("basePlan") {
        return Ok(());
    }
    if !body.contains_key("operatingSystem") {
        return Err(broken("The operating system is required."));
    }
    let skus = sku_ids(body);
    if skus.is_empty() {
        return Err(broken("At least one SKU is required."));
    }
    if !skus.iter().any(|(sku, _)| *sku == plan_id) {
        return Err(broken(format!("One of the SkuIds should match plan Id {plan_id}")));
    }
    let others = product.draft.iter().filter(|(other, _)| is_machine(other) && *other != id);
    let mut taken: BTreeSet<&str> = others.flat_map(|(_, other)| sku_ids(&other.body)).map(|(sku, _)| sku).collect();
    let twice = skus.iter().map(|(sku, _)| *sku).find(|sku| !taken.insert(*sku));
    if let Some(sku) = twice {
        return Err(broken(format!("The SkuId {sku} must be unique within the offer.")));
    }
    match product.live.as_ref().and_then(|live| live.get(id)) {
        Some(live) => check_against_live(live, body, &skus),
        None => Ok(()),
    }
}

fn is_machine(id: &str) -> bool {
    matches!(id.split('/').next(), Some(MACHINE | CORE_MACHINE))
}

/// The SKUs of a technical configuration with their image types.
fn sku_ids(body: &Body) -> Vec<(&str, &str)> {
    let skus = body.get("skus").and_then(Value::as_array).into_iter().flatten();
    skus.filter_map(|sku| Some((sku["skuId"].as_str()?, sku["imageType"].as_str().unwrap_or_default()))).collect()
}

/// What is live stays as it is: SKUs, images of a version, and schedules of a deprecation.
fn check_against_live(live: &Resource, body: &Body, skus: &[(&str, &str)]) -> Result<(), Reason> {
    for (sku, image_type) in sku_ids(&live.body) {
        if !skus.contains(&(sku, image_type)) {
            let message = format!("The SKU '{sku}' of type '{image_type}' is live and cannot be changed or removed.");
            return Err(broken(message));
        }
    }
    for before in versions(&live.body) {
        let number = before["versionNumber"].as_str().unwrap_or_default();
        let is_deprecated = before["lifecycleState"] == "deprecated" || before.get("deprecationSchedule").is_some();
        let Some(now) = versions(body).find(|version| version["versionNumber"] == before["versionNumber"]) else {
            if is_deprecated {
                let message = format!(
                    "Image '{number}' cannot be restored because it was deprecated before it was published to live."
                );
                return Err(broken(message));
            }
            continue;
        };
        if before.get("deprecationSchedule").is_some()
            && before.get("deprecationSchedule") != now.get("deprecationSchedule")
        {
            let image_type = before["vmImages"][0]["imageType"].as_str().unwrap_or_default();
            return Err(broken(format!(
                "The deprecation schedule for image '{number}' of type '{image_type}' is already published and can not be \
                 changed in draft."
            )));
        }
        if images(before) != images(now) {
            return Err(broken(format!("The image version '{number}' is live and cannot be changed.")));
        }
    }
    Ok(())
}

fn versions(body: &Body) -> impl Iterator<Item = &Value> {
    body.get("vmImageVersions").and_then(Value::as_array).into_iter().flatten()
}

/// The images of a version without the signatures of their disks: another signature is the same disk.
fn images(version: &Value) -> Value {
    let mut images = version["vmImages"].clone();
    unsign(&mut images);
    images
}

fn unsign(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("https://") => {
            text.truncate(text.find('?').unwrap_or(text.len()));
        }
        Value::Array(elements) => elements.iter_mut().for_each(unsign),
        Value::Object(members) => members.values_mut().for_each(unsign),
        _ => {}
    }
}

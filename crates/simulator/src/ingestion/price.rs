//! Markets, visibility and prices of a virtual machine plan of the portal, as this API has them.

use serde_json::{Map, Value, json};

use super::offer_field::{field, list};

/// The body of a `price-and-availability-plan`, but for its references.
pub(super) fn price_and_availability(plan: &Value) -> Value {
    let is_hidden = field(plan, "hideSKUForSolutionTemplate") == Some(&Value::Bool(true));
    let audiences =
        field(plan, "restrictedAudience").map(|audience| list(audience, "manualEntries").collect::<Vec<_>>());
    let mut body = json!({
        "visibility": if is_hidden { "hidden" } else { "visible" },
        "audience": if audiences.is_some() { "private" } else { "public" },
        "customerMarkets": "customMarkets",
        "markets": list(plan, "regions").filter_map(Value::as_str).map(str::to_ascii_lowercase).collect::<Vec<_>>(),
    });
    if let Some(audiences) = audiences {
        body["privateAudiences"] = audiences.into_iter().map(private_audience).collect();
    }
    let Some(pricing) = field(plan, "virtualMachinePricingV2").or_else(|| field(plan, "virtualMachinePricing")) else {
        return body;
    };
    if field(pricing, "isByol") == Some(&Value::Bool(true)) {
        body["pricing"] = json!({"licenseModel": "byol"});
    } else {
        body["pricing"] = json!({"licenseModel": "payAsYouGo", "corePricing": core_pricing(pricing)});
    }
    let trial = field(pricing, "freeTrialDurationInMonths").and_then(Value::as_u64).filter(|months| *months > 0);
    if let Some(months) = trial {
        body["trial"] = json!({"type": "month", "value": months});
    }
    body
}

fn private_audience(entry: &Value) -> Value {
    let label = field(entry, "label").or_else(|| field(entry, "description")).cloned().unwrap_or_else(|| json!(""));
    let is_tenant = field(entry, "type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("tenant"));
    let kind = if is_tenant { "tenant" } else { "subscription" };
    json!({"type": kind, "id": field(entry, "id").cloned().unwrap_or_default(), "label": label})
}

fn core_pricing(pricing: &Value) -> Value {
    let Some(multiplier) = field(pricing, "coreMultiplier") else { return json!({"priceInputOption": "free"}) };
    if let Some(single) = field(multiplier, "single").filter(|single| !single.is_null()) {
        return json!({"priceInputOption": "perCore", "pricePerCore": single});
    }
    let sizes = field(multiplier, "individually").and_then(Value::as_object);
    let sizes: Map<String, Value> = sizes.cloned().unwrap_or_default();
    json!({"priceInputOption": "perCoreSize", "pricePerCoreSize": sizes})
}

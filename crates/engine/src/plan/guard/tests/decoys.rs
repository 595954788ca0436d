//! Decoys: members with the name of a field in another namespace, or in other letters. No guard looks at them.

use serde_json::{Map, Value, json};

use super::cases::{CASES, edited};
use super::{codes, declared, is, knowing, plan};
use crate::offer::OfferTypeId;
use crate::offer::layout::{Holder, Layout, fields};

/// `members` with decoys of every field, before and behind what is there; `what` varies their values.
fn with_decoys(members: &Value, holder: Holder, layout: &Layout, what: usize) -> Value {
    let values =
        [json!(true), json!(["US", "NO", "PublicAzure", "sub-1"]), json!({"single": 0, "isByol": true}), json!("x")];
    let mut decoys = Map::new();
    let mut put = |key: String, position: usize| {
        if members.get(&key).is_none() {
            decoys.insert(key, values[(position + what) % values.len()].clone());
        }
    };
    for (position, field) in fields().filter(|field| field.holder == holder).enumerate() {
        put(format!("a-decoy.{}", field.name), position);
        put(format!("zz.microsoft-azure-marketplace.{}", field.name), position);
        put(layout.key(field).to_ascii_uppercase(), position);
        put(format!("{}.{}", layout.key(field), field.name), position);
    }
    let mut all = decoys.clone();
    all.extend(members.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

fn disguised(document: &Value, what: usize) -> Value {
    let layout = Layout::of(&OfferTypeId::new(document["offerTypeId"].as_str().unwrap()));
    let mut document = document.clone();
    document["definition"]["offer"] = with_decoys(&document["definition"]["offer"], Holder::Offer, &layout, what);
    for sku in document["definition"]["plans"].as_array_mut().into_iter().flatten() {
        *sku = with_decoys(sku, Holder::Sku, &layout, what);
        for generation in sku.get_mut("diskGenerations").and_then(Value::as_array_mut).into_iter().flatten() {
            *generation = with_decoys(generation, Holder::Sku, &layout, what);
        }
    }
    document
}

/// Everything that trips in a plan, but for the one warning that any other change beside a price brings.
fn tripped(live: &Value, desired: &Value, production: &Value) -> Vec<String> {
    let mut found = codes(&knowing(plan(&declared(desired.clone()), live), is(production)));
    found.retain(|name| !name.starts_with("price-change-mixed"));
    found
}

#[test]
fn decoys_change_no_guard_wherever_they_stand() {
    for (position, case) in CASES.iter().enumerate() {
        let (live, desired) = (case.live(), edited(case.live(), case.trips));
        let expected = tripped(&live, &desired, &live);
        let [live_too, desired_too] = [&live, &desired].map(|document| disguised(document, position));
        let in_files = tripped(&live, &desired_too, &live);
        assert_eq!(in_files, expected, "{}: decoys in the files", case.code);
        let everywhere = tripped(&live_too, &desired_too, &live_too);
        assert_eq!(everywhere, expected, "{}: decoys everywhere", case.code);
    }
}

//! Laws of plans: what is sent holds what is declared and leaves the rest alone; what is shown is what happens; the digest
//! moves with what is managed and with nothing else.

use offerform::diff::{Base, Operation, Unmanaged};
use offerform::offer::{Document, IdentityPath, Pointer};
use offerform::plan::{Action, OfferPlan};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::anything::any_pair;
use crate::comparing::shuffled;
use crate::world::{Leaf, Pair, flat, identity, pair};

fn proposed(plan: &OfferPlan) -> &Document {
    &plan.put().unwrap().proposal.document
}

/// The pair after the PUT, if the service kept everything as it was sent.
fn afterwards(pair: &Pair, plan: &OfferPlan) -> Pair {
    plan.put().map_or_else(|| pair.clone(), |_| pair.with_live(proposed(plan).content().clone()))
}

/// The paths through names where two documents differ.
fn differing(before: &Value, after: &Document) -> Vec<IdentityPath> {
    let (one, two) = (flat(before), flat(after.content()));
    let secret = |place: &Pointer| after.sealed().keys().any(|sealed| sealed.is_within(place));
    let leaf = |side: &std::collections::BTreeMap<IdentityPath, (Leaf, Pointer)>, name| {
        side.get(name).map(|(leaf, _): &(Leaf, Pointer)| leaf.clone())
    };
    let mut names: Vec<&IdentityPath> = one.keys().chain(two.keys()).collect();
    names.dedup();
    names
        .into_iter()
        .filter(|name| leaf(&one, name) != leaf(&two, name))
        .filter(|name| !two.get(name).is_some_and(|(_, place)| secret(place)))
        .cloned()
        .collect()
}

/// What the service returns and does not take back.
fn is_refused(name: &IdentityPath) -> bool {
    let offer = "/definition/offer/microsoft-azure-corevm";
    let keys =
        ["legacyOfferId", "legacyPublisherId"].map(|key| IdentityPath::parse(&format!("{offer}.{key}")).unwrap());
    keys.iter().any(|key| name.is_within(key))
}

/// Prices that the service worked out from a price sheet of which a change says that it is another one.
fn is_outdated(name: &IdentityPath, said: &[&IdentityPath]) -> bool {
    let Some((prices, _)) = name.as_str().split_once("/regionPrices") else { return false };
    let sheet = IdentityPath::parse(&format!("{prices}/spreadSheetPricing")).unwrap();
    said.iter().any(|identity| identity.is_within(&sheet) || sheet.is_within(identity))
}

/// Maps that both sides have, reached by maps and SKUs: where a new key is nobody's business.
fn shared_maps(desired: &Value, live: &Value, at: Pointer, maps: &mut Vec<Pointer>) {
    let (Value::Object(one), Value::Object(two)) = (desired, live) else { return };
    for (key, value) in one {
        let below = at.key(key);
        match (value, two.get(key)) {
            (_, None) => {}
            // What is in a lead object decides whether a secret is missing.
            _ if key.ends_with("LeadConfiguration") => {}
            // And whether an audience is empty decides whether a SKU is private.
            _ if key == "restrictedAudience" => {}
            // What stands where a price does is one, be it readable or not.
            _ if key.contains("Pricing") => {}
            (Value::Array(one), Some(Value::Array(two))) if key == "plans" && identity(two) == Some("planId") => {
                for (index, live) in two.iter().enumerate() {
                    if let Some(desired) = one.iter().find(|desired| desired["planId"] == live["planId"]) {
                        shared_maps(desired, live, below.index(index), maps);
                    }
                }
            }
            (value, Some(live)) => shared_maps(value, live, below, maps),
        }
    }
    maps.push(at);
}

proptest! {
    #[test]
    fn a_plan_can_always_be_made(pair in pair()) {
        for live in [pair.live.clone(), None] {
            let pair = Pair { live, ..pair.clone() };
            let built = pair.build(Unmanaged::Listed);
            prop_assert!(built.is_ok(), "{:?}", built.unwrap_err());
        }
    }

    #[test]
    fn after_the_write_nothing_is_left_to_do(pair in pair(), exists in any::<bool>()) {
        let pair = if exists { pair } else { Pair { live: None, ..pair } };
        let plan = pair.plan();
        prop_assert_eq!(plan.action() == Action::Create, !exists);
        let rest = afterwards(&pair, &plan).compare(Base::Live, Unmanaged::Skipped);
        let at_secrets = |place: &Pointer| plan.put().is_some() && proposed(&plan).sealed().contains_key(place);
        for change in rest.iter().filter(|change| change.is_determined() && !at_secrets(&change.edit.target)) {
            prop_assert!(false, "{change:?}");
        }
    }

    #[test]
    fn a_write_changes_only_what_a_change_says(pair in pair()) {
        let plan = pair.plan();
        let Some(put) = plan.put() else { return Ok(()) };
        let said: Vec<&IdentityPath> = plan.changes().iter().map(|planned| &planned.change.identity).collect();
        for name in differing(pair.live_content(), &put.proposal.document) {
            let is_said = said.iter().any(|identity| name.is_within(identity)) || is_refused(&name) || is_outdated(&name, &said);
            prop_assert!(is_said, "{name} differs, and the changes are {said:?}");
        }
    }

    #[test]
    fn the_patch_gives_what_is_sent(pair in prop_oneof![pair(), any_pair()], exists in any::<bool>()) {
        let pair = if exists { pair } else { Pair { live: None, ..pair } };
        let plan = pair.plan();
        let Some(put) = plan.put() else { return Ok(()) };
        let mut content = pair.live.as_ref().map_or(Value::Null, |live| live.content().clone());
        json_patch::patch(&mut content, &put.proposal.patch).unwrap();
        prop_assert_eq!(&content, put.proposal.document.content());
        for place in put.proposal.document.sealed().keys() {
            prop_assert_eq!(content.pointer(place.as_str()), Some(&Value::Null), "{}", place);
        }
    }

    #[test]
    fn every_secret_is_sent_or_was_compared(pair in pair()) {
        let plan = pair.plan();
        let Some(put) = plan.put() else { return Ok(()) };
        let sent: Vec<String> = put.proposal.document.sealed().values().map(ToString::to_string).collect();
        for (place, reference) in pair.desired.sealed() {
            let returned = place.as_str().ends_with("/osVhdUrl");
            prop_assert!(returned || sent.contains(&reference.to_string()), "{place} of {sent:?}");
        }
    }

    #[test]
    fn the_paths_that_are_shown_lead_to_the_values_that_are_shown(pair in pair()) {
        let plan = pair.build(Unmanaged::Listed).unwrap();
        for planned in plan.changes() {
            let change = &planned.change;
            let path = planned.path.as_str();
            if change.operation == Operation::Add {
                let Some(put) = plan.put() else { continue };
                let there = put.proposal.document.content().pointer(path);
                prop_assert!(there.is_some(), "{path} of {change:?}");
                if !change.is_sensitive() {
                    prop_assert_eq!(change.after.as_ref().map(|sealed| sealed.value().clone()), there.cloned(), "{}", path);
                }
            } else {
                let there = pair.live_content().pointer(path);
                let before = change.before.as_ref().unwrap();
                prop_assert!(there.is_some(), "{path} of {change:?}");
                if !before.is_sensitive() {
                    prop_assert_eq!(Some(before.value()), there, "{}", path);
                }
            }
        }
    }

    #[test]
    fn the_same_offers_have_the_same_digest_in_any_order(pair in pair(), turn in 0_usize..3) {
        let digest = pair.digest();
        prop_assert_eq!(pair.digest(), digest.clone());
        prop_assert_eq!(pair.with_live(shuffled(pair.live_content(), turn)).digest(), digest.clone());
        if pair.desired.sealed().is_empty() {
            let desired = Document::new(shuffled(pair.desired.content(), turn));
            prop_assert_eq!(Pair { desired, ..pair }.digest(), digest);
        }
    }

    #[test]
    fn an_edit_that_is_nobodys_business_leaves_the_digest_alone(pair in pair(), place: prop::sample::Index) {
        let mut maps = Vec::new();
        shared_maps(pair.desired.content(), pair.live_content(), Pointer::root(), &mut maps);
        let mut live = pair.live_content().clone();
        live.pointer_mut(maps[place.index(maps.len())].as_str()).unwrap()["acme.elsewhere"] = json!("edited");
        live["changedTime"] = json!("2027-01-01T00:00:00Z");
        live["version"] = json!(99);
        let digest = pair.digest();
        prop_assert_eq!(pair.with_live(live).digest(), digest);
    }

    #[test]
    fn an_edit_of_what_is_declared_changes_the_digest(pair in pair(), place: prop::sample::Index) {
        let mut maps = Vec::new();
        shared_maps(pair.desired.content(), pair.live_content(), Pointer::root(), &mut maps);
        let declared = maps.iter().map(|map| map.key("displayText"));
        let declared: Vec<Pointer> = declared
            .filter(|place| pair.live_content().pointer(place.as_str()).is_some())
            .filter(|place| place.as_str().ends_with("definition/displayText") || !is_null_in_desired(&pair, place))
            .collect();
        let mut live = pair.live_content().clone();
        *live.pointer_mut(declared[place.index(declared.len())].as_str()).unwrap() = json!("edited in the portal");
        let edited = pair.with_live(live).digest();
        prop_assert_ne!(pair.digest(), edited);
    }
}

/// Whether the SKU that holds `place` in the live document declares no text there.
fn is_null_in_desired(pair: &Pair, place: &Pointer) -> bool {
    let sku = place.parent().unwrap();
    let id = &pair.live_content().pointer(sku.as_str()).unwrap()["planId"];
    let skus = pair.desired.content()["definition"]["plans"].as_array();
    let declared = skus.into_iter().flatten().find(|sku| sku["planId"] == *id);
    declared.is_none_or(|sku| sku["displayText"].is_null())
}

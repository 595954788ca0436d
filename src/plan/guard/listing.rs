//! Guards of the listing: public address, contract, logo, preview audience, and where leads go.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{
    HERO_LOGO_REMOVAL, LEAD_DESTINATION_CHANGED, MARKETING_IDENTIFIER_CHANGED, PREVIEW_AUDIENCE_CHANGED,
    PREVIEW_AUDIENCE_EMPTIED, SECRET_NOT_DECLARED, STANDARD_CONTRACT_LEFT,
};
use super::evidence::{Evidence, Findings, Flag, same, texts};
use crate::offer::OfferPart;
use crate::offer::canonical;
use crate::offer::fields::{Comparison, FieldTable, Place};
use crate::offer::layout::{
    HERO_LOGO, LEAD_DESTINATION, LEAD_SYSTEMS, MARKETING_IDENTIFIER, PREVIEW_SUBSCRIPTIONS, STANDARD_CONTRACT, member,
    offer,
};

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    let address = evidence.address();
    let identifier = evidence.offer_field(MARKETING_IDENTIFIER);
    if let (true, Some(before)) = (identifier.changes(), identifier.before) {
        let after = identifier.after.map_or("nothing".into(), canonical::text);
        let detail = format!("{} -> {after}", canonical::text(before));
        findings.trip(&MARKETING_IDENTIFIER_CHANGED, identifier.published, address, detail);
    }
    let contract = evidence.offer_field(STANDARD_CONTRACT);
    // What is neither true nor false before is taken for the standard contract, and for none after.
    if contract.changes() && Flag::of(contract.before) != Flag::Clear && Flag::of(contract.after) != Flag::Set {
        findings.trip(&STANDARD_CONTRACT_LEFT, contract.published, address, String::new());
    }
    let logo = evidence.offer_field(HERO_LOGO);
    let was_there = |side: Option<&Value>| side.is_some_and(|logo| logo.as_str() != Some(""));
    let is_there = |side: Option<&Value>| side.and_then(Value::as_str).is_some_and(|url| !url.trim().is_empty());
    if was_there(logo.live) && was_there(logo.before) && !is_there(logo.after) {
        findings.trip(&HERO_LOGO_REMOVAL, logo.published, address, String::new());
    }
    preview(evidence, findings);
    leads(evidence, findings);
    undeclared_secrets(evidence, findings);
}

fn preview(evidence: &Evidence<'_>, findings: &mut Findings) {
    let sides = evidence.offer_field(PREVIEW_SUBSCRIPTIONS);
    let (before, after) = (texts(sides.live), texts(sides.after));
    if before == after {
        return;
    }
    // What is no text, and what is blank, is nobody's subscription.
    let is_somebody = |one: &Value| one.as_str().is_some_and(|text| !text.trim().is_empty());
    let is_left = sides.after.and_then(Value::as_array).is_some_and(|list| list.iter().any(is_somebody));
    let emptied = !is_left && evidence.layout.is_previewed_by_subscription();
    let kind = if emptied { &PREVIEW_AUDIENCE_EMPTIED } else { &PREVIEW_AUDIENCE_CHANGED };
    let count = |one: &BTreeSet<String>, two| one.difference(two).count();
    let detail = format!("{} added, {} of {} removed", count(&after, &before), count(&before, &after), before.len());
    findings.trip(kind, sides.published, evidence.address(), detail);
}

/// Where leads go. Secrets are left out: they stand in no document, and are a guard of their own.
fn leads(evidence: &Evidence<'_>, findings: &mut Findings) {
    let at = OfferPart::Offer.pointer();
    let changed: Vec<&str> = [LEAD_DESTINATION]
        .into_iter()
        .chain(LEAD_SYSTEMS)
        .filter(|field| evidence.changes_within(&at.key(&evidence.layout.key(*field))))
        .filter(|field| {
            let sides = evidence.offer_field(*field);
            let [before, after] = [sides.before, sides.after].map(|side| side.map(without_nulls));
            !same(before.as_ref(), after.as_ref())
        })
        .map(|field| field.name)
        .collect();
    if !changed.is_empty() {
        let mut changed = changed;
        changed.sort_unstable();
        findings.trip(&LEAD_DESTINATION_CHANGED, evidence.published, evidence.address(), changed.join(", "));
    }
}

/// A place without a value is a place of a secret: no document of the service has it.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            kept.map(|(key, member)| (key.clone(), without_nulls(member))).collect()
        }
        other => other.clone(),
    }
}

/// Lead objects that are in use live and hold a secret that is not declared; or the destination of leads, if nothing of
/// its object is to be seen: then all that it holds is a secret.
fn undeclared_secrets(evidence: &Evidence<'_>, findings: &mut Findings) {
    let (Some(desired), Some(live)) = (evidence.step.declared, offer(evidence.step.live)) else { return };
    let at = OfferPart::Offer.pointer();
    let place = FieldTable::of(evidence.step.offer_type).place(&at);
    let declares_secret = |key: &str| desired.sealed().keys().any(|sealed| sealed.is_within(&at.key(key)));
    let is_removed = |key: &str| desired.get(&at.key(key)).is_some_and(Value::is_null);
    // An object that is none cannot be looked into.
    let in_use = |value: &Value| value.as_object().is_none_or(|object| !object.is_empty());
    let systems = LEAD_SYSTEMS.map(|field| evidence.layout.key(field));
    let mut keys: Vec<String> = systems
        .iter()
        .filter(|key| member(live, key).is_some_and(in_use) && holds_secret(place.key(key)))
        .filter(|key| !declares_secret(key) && !is_removed(key))
        .map(ToString::to_string)
        .collect();
    let unseen = systems.iter().all(|key| !member(live, key).is_some_and(in_use) && !declares_secret(key));
    if unseen {
        let key = evidence.layout.key(LEAD_DESTINATION);
        let kept = || desired.get(&at.key(&key)).is_none_or(is_destination);
        if member(live, &key).is_some_and(is_destination) && kept() {
            keys.push(key.into_owned());
        }
    }
    for key in keys {
        let target = format!("{}/{key}", evidence.address());
        findings.trip(&SECRET_NOT_DECLARED, evidence.published, target, String::new());
    }
}

fn is_destination(value: &Value) -> bool {
    value.as_str().is_none_or(|text| !text.is_empty() && !text.eq_ignore_ascii_case("none"))
}

fn holds_secret(place: Place<'static>) -> bool {
    place.members().any(|(_, field)| field.comparison == Comparison::Secret)
}

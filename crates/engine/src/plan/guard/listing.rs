//! Guards of the listing: public address, contract, logo, preview audience, and where leads go.

use std::collections::BTreeSet;

use serde_json::Value;

use super::catalogue::{
    HERO_LOGO_REMOVAL, LEAD_DESTINATION_CHANGED, MARKETING_IDENTIFIER_CHANGED, PREVIEW_AUDIENCE_CHANGED,
    PREVIEW_AUDIENCE_EMPTIED, SECRET_NOT_DECLARED, SELL_THROUGH_CHANGED, STANDARD_CONTRACT_LEFT,
};
use super::evidence::{Evidence, Findings, Flag, Sides, Vocabulary, members, same, texts};
use super::ingestion::{SELL_THROUGH, lead_prefix};
use crate::offer::OfferPart;
use crate::offer::canonical;
use crate::offer::fields::{Comparison, FieldPlace, FieldTable};
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
    let sale = evidence.offer().member(SELL_THROUGH);
    if let (true, Some(before)) = (sale.changes(), sale.before) {
        let after = sale.after.map_or("nothing".into(), canonical::text);
        let detail = format!("{} -> {after}", canonical::text(before));
        findings.trip(&SELL_THROUGH_CHANGED, sale.published, address, detail);
    }
    hero_logo(evidence, findings);
    preview(evidence, findings);
    leads(evidence, findings);
    undeclared_secrets(evidence, findings);
}

/// The hero logo; of an offer with a listing for each language, that of each.
fn hero_logo(evidence: &Evidence<'_>, findings: &mut Findings) {
    let logo = evidence.offer_field(HERO_LOGO);
    let was_there = |side: Option<&Value>| side.is_some_and(|logo| logo.as_str() != Some(""));
    let is_there = |side: Option<&Value>| side.and_then(Value::as_str).is_some_and(|url| !url.trim().is_empty());
    let languages: BTreeSet<&String> =
        [logo.live, logo.before].into_iter().flat_map(members).map(|(name, _)| name).collect();
    let is_lost =
        |logo: Sides<'_>| logo.changes() && was_there(logo.live) && was_there(logo.before) && !is_there(logo.after);
    let lost: Vec<&str> =
        languages.iter().filter(|name| is_lost(logo.member(name))).map(|name| name.as_str()).collect();
    if !lost.is_empty() || (languages.is_empty() && is_lost(logo)) {
        findings.trip(&HERO_LOGO_REMOVAL, logo.published, evidence.address(), lost.join(", "));
    }
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
    let changed = changed_leads(evidence);
    if !changed.is_empty() {
        let prefix = lead_prefix(&evidence.layout);
        let mut names: Vec<&str> = changed.iter().map(|key| key.strip_prefix(&prefix).unwrap_or(key)).collect();
        names.sort_unstable();
        findings.trip(&LEAD_DESTINATION_CHANGED, evidence.published, evidence.address(), names.join(", "));
    }
}

/// The keys of where leads go that change, secrets aside.
fn changed_leads(evidence: &Evidence<'_>) -> Vec<String> {
    let at = OfferPart::Offer.path();
    let destination = evidence.layout.key(LEAD_DESTINATION).into_owned();
    let keys = systems(evidence).into_iter().chain([destination]).filter(|key| evidence.changes_within(&at.key(key)));
    keys.filter(|key| {
        let sides = evidence.offer().member(key);
        let [before, after] = [sides.before, sides.after].map(|side| side.map(without_secrets));
        !same(before.as_ref(), after.as_ref())
    })
    .collect()
}

/// The keys of lead systems, known ones and those that any side has.
fn systems(evidence: &Evidence<'_>) -> BTreeSet<String> {
    let prefix = lead_prefix(&evidence.layout);
    let is_system = |key: &&String| {
        let name = key.strip_prefix(&prefix);
        name.is_some_and(|name| name.ends_with("LeadConfiguration") && !name.contains('.'))
    };
    let sides = evidence.offer();
    let there = [sides.live, sides.before, sides.after].into_iter().flat_map(members).map(|(key, _)| key);
    let known = LEAD_SYSTEMS.map(|field| evidence.layout.key(field).into_owned());
    there.filter(is_system).cloned().chain(known).collect()
}

/// A place without a value is a place of a secret: no document of the portal has it, and one of the other API masks it.
fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null() && !is_mask(member));
            kept.map(|(key, member)| (key.clone(), without_secrets(member))).collect()
        }
        other => other.clone(),
    }
}

/// Whether a value is what the service shows of a secret. To send it back keeps the secret. Source: the schema customer-leads,
/// which takes either the secret or its mask.
fn is_mask(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty() && text.chars().all(|letter| letter == '*'))
}

/// Lead objects that are in use live and hold a secret that is not declared; or the destination of leads, if nothing of
/// its object is to be seen: then all that it holds is a secret.
fn undeclared_secrets(evidence: &Evidence<'_>, findings: &mut Findings) {
    let (Some(desired), Some(live)) = (evidence.step.declared, offer(evidence.step.live)) else { return };
    let is_sent = match evidence.step.vocabulary {
        Vocabulary::Portal => true,
        // A resource that does not change is not sent.
        Vocabulary::Ingestion => !changed_leads(evidence).is_empty(),
    };
    if !is_sent {
        return;
    }
    let at = OfferPart::Offer.pointer();
    let place = FieldTable::of(evidence.step.offer_type).place(at.tokens());
    let prefix = lead_prefix(&evidence.layout);
    let declares_secret = |key: &str| desired.sealed().keys().any(|sealed| sealed.is_within(&at.key(key)));
    let is_removed = |key: &str| desired.get(&at.key(key)).is_some_and(Value::is_null) || evidence.drops(key);
    // An object that is none cannot be looked into.
    let in_use = |value: &Value| value.as_object().is_none_or(|object| !object.is_empty());
    let holds = |key: &str, value: &Value| {
        holds_secret(place.key(key), key.strip_prefix(&prefix).unwrap_or(key))
            && !is_kept(value, evidence.step.vocabulary)
    };
    let systems = systems(evidence);
    let mut keys: Vec<String> = systems
        .iter()
        .filter(|key| member(live, key).is_some_and(|value| in_use(value) && holds(key, value)))
        .filter(|key| !declares_secret(key) && !is_removed(key))
        .cloned()
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
        let name = match evidence.step.vocabulary {
            Vocabulary::Portal => key.as_str(),
            Vocabulary::Ingestion => key.strip_prefix(&prefix).unwrap_or(&key),
        };
        findings.trip(
            &SECRET_NOT_DECLARED,
            evidence.published,
            format!("{}/{name}", evidence.address()),
            String::new(),
        );
    }
}

/// Whether what the draft has of a lead system is enough to send its secret back: it shows a mask of it, or is of the form that has
/// none. Source of the form: the schema customer-leads/2022-03-01-preview2, which has `serverId` and no secret of Marketo.
fn is_kept(system: &Value, vocabulary: Vocabulary) -> bool {
    let is_old_form = vocabulary == Vocabulary::Ingestion && member(system, "serverId").is_some();
    shows_mask(system) || is_old_form
}

fn shows_mask(value: &Value) -> bool {
    is_mask(value) || members(Some(value)).any(|(_, value)| shows_mask(value))
}

fn is_destination(value: &Value) -> bool {
    value.as_str().is_none_or(|text| !text.is_empty() && !text.eq_ignore_ascii_case("none"))
}

/// The lead system with secrets that only one of the two APIs calls so. Source: the schema customer-leads.
const DYNAMICS: &str = "dynamicsLeadConfiguration";

fn holds_secret(place: FieldPlace<'static>, name: &str) -> bool {
    name == DYNAMICS || place.members().any(|(_, field)| field.comparison == Comparison::Secret)
}

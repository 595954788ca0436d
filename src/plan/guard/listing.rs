//! Guards of the listing: contract, logo, preview audience, and where leads go.

use serde_json::Value;

use super::catalogue::{
    HERO_LOGO_REMOVAL, LEAD_DESTINATION_CHANGED, PREVIEW_AUDIENCE_CHANGED, PREVIEW_AUDIENCE_EMPTIED,
    SECRET_NOT_DECLARED, STANDARD_CONTRACT_LEFT,
};
use super::evidence::{Evidence, Findings, last, members, same, texts};
use crate::offer::Pointer;
use crate::offer::fields::{Comparison, FieldTable, Place};

/// The types whose preview nobody sees without a subscription. IoT Edge modules may go without, of others it is not known.
const PREVIEWED_BY_SUBSCRIPTION: [&str; 3] =
    ["microsoft-azure-virtualmachines", "microsoft-azure-corevm", "microsoft-azure-applications"];

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    let (offer, address) = (evidence.offer(), &evidence.address);
    let contract = offer.member("useEnterpriseContract");
    if contract.changes() && contract.before == Some(&Value::Bool(true)) {
        findings.trip(&STANDARD_CONTRACT_LEFT, contract.published, address, String::new());
    }
    let logo = offer.member("heroLogo");
    let is_there = |side: Option<&Value>| side.and_then(Value::as_str).is_some_and(|url| !url.is_empty());
    if is_there(logo.live) && is_there(logo.before) && !is_there(logo.after) {
        findings.trip(&HERO_LOGO_REMOVAL, logo.published, address, String::new());
    }
    preview(evidence, findings);
    leads(evidence, findings);
    undeclared_secrets(evidence, findings);
}

fn preview(evidence: &Evidence<'_>, findings: &mut Findings) {
    let sides = evidence.offer().member("allowedSubscriptions");
    let (before, after) = (texts(sides.live), texts(sides.after));
    if before == after {
        return;
    }
    let emptied = after.is_empty() && PREVIEWED_BY_SUBSCRIPTION.contains(&evidence.desired.offer_type.as_str());
    let kind = if emptied { &PREVIEW_AUDIENCE_EMPTIED } else { &PREVIEW_AUDIENCE_CHANGED };
    let count = |one: &std::collections::BTreeSet<String>, two| one.difference(two).count();
    let detail = format!("{} added, {} of {} removed", count(&after, &before), count(&before, &after), before.len());
    findings.trip(kind, sides.published, &evidence.address, detail);
}

/// Where leads go. Secrets are left out: they stand in no document, and are a guard of their own.
fn leads(evidence: &Evidence<'_>, findings: &mut Findings) {
    let offer = evidence.offer();
    let at = Pointer::root().key("definition").key("offer");
    let keys = members(offer.after).chain(members(offer.live)).map(|(key, _)| key.as_str());
    let mut changed: Vec<&str> = keys
        .filter(|key| last(key) == LEAD_DESTINATION || key.ends_with(LEAD_OBJECT))
        .filter(|key| evidence.changes_within(&at.key(key)))
        .filter(|key| {
            let part = |side: Option<&Value>| side.and_then(|side| side.get(key)).map(without_nulls);
            !same(part(offer.before).as_ref(), part(offer.after).as_ref())
        })
        .map(last)
        .collect();
    changed.sort_unstable();
    changed.dedup();
    if !changed.is_empty() {
        findings.trip(&LEAD_DESTINATION_CHANGED, offer.published, &evidence.address, changed.join(", "));
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
    let desired = evidence.desired;
    let place = FieldTable::of(&desired.offer_type).root().key("definition").key("offer");
    let at = Pointer::root().key("definition").key("offer");
    let live: Vec<(&str, &Value)> = members(evidence.live.get(&at)).map(|(key, value)| (key.as_str(), value)).collect();
    let declares_secret = |key: &str| desired.document.sealed().keys().any(|sealed| sealed.is_within(&at.key(key)));
    let is_removed = |key: &str| desired.document.get(&at.key(key)).is_some_and(Value::is_null);
    let in_use = |value: &Value| value.as_object().is_some_and(|object| !object.is_empty());
    let objects = || live.iter().copied().filter(|(key, _)| key.ends_with(LEAD_OBJECT));
    let mut keys: Vec<&str> = objects()
        .filter(|(key, value)| holds_secret(place.key(key)) && in_use(value))
        .map(|(key, _)| key)
        .filter(|key| !declares_secret(key) && !is_removed(key))
        .collect();
    let unseen = objects().all(|(_, value)| !in_use(value))
        && desired.document.sealed().keys().all(|sealed| !sealed.tokens().any(|token| token.ends_with(LEAD_OBJECT)));
    if unseen {
        let chosen = live.iter().filter(|(key, value)| last(key) == LEAD_DESTINATION && is_destination(value));
        let kept = |key: &&str| desired.document.get(&at.key(key)).is_none_or(is_destination);
        keys.extend(chosen.map(|(key, _)| *key).filter(kept));
    }
    for key in keys {
        let target = format!("{}/{key}", evidence.address);
        findings.trip(&SECRET_NOT_DECLARED, evidence.published, target, String::new());
    }
}

/// Names of lead objects end like this, whatever their namespace. Source: vm_create_valid_response.json.
const LEAD_OBJECT: &str = "LeadConfiguration";

/// The field that chooses among them. Source: cloud-partner-portal-api-creating-offer.md, which shows `None`.
const LEAD_DESTINATION: &str = "leadDestination";

fn is_destination(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty() && !text.eq_ignore_ascii_case("none"))
}

fn holds_secret(place: Place<'static>) -> bool {
    place.members().any(|(_, field)| field.comparison == Comparison::Secret)
}

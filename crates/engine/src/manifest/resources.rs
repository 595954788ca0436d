//! The envelope of an offer of the Product Ingestion API: what every such file has, whatever the type of the product.
//!
//! Keys are the service's own resource types and property names. What the service owns (ids, schemas, references, states of
//! submissions) is taken away; everything else passes through.

use super::identifier::check_plans;
use super::kind::wrong_kind;
use super::yaml::FINDING_LIMIT;
use super::{Mapping, Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::offer::layout::{OFFER_ID, PUBLISHER_ID};
use crate::offer::resource::{
    API, PLAN, PLANS, PRODUCT, RESOURCES, SUBMISSION, Several, TYPE, TYPES, is_deletable, known,
};
use crate::source::Span;

/// The keys of the envelope.
const KNOWN: [&str; 5] = [API, PUBLISHER_ID, OFFER_ID, TYPE, RESOURCES];

/// The properties of resources that come with an export and are never sent from a file.
///
/// Source: the schema `resource` of the service.
const SERVER_OWNED: [&str; 4] = ["$schema", "resourceName", "validations", "created"];

/// Checks an offer, and takes away what the service owns.
pub(super) fn check(mapping: &mut Mapping, start: Span, findings: &mut Diagnostics) {
    let unknown = mapping.members.iter().filter(|(key, _)| !KNOWN.contains(&key.as_str()));
    for (key, member) in unknown.take(FINDING_LIMIT) {
        let near = nearest(key, KNOWN).map_or_else(
            || format!("an offer has only `{}` and `reconcile`", KNOWN.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        findings.push(
            Diagnostic::error("unknown-key", format!("unknown key `{key}` in an offer")).at(member.key, "").help(near),
        );
    }
    let Some(member) = mapping.members.get_mut(RESOURCES) else {
        findings
            .push(Diagnostic::error("missing-key", format!("the offer has no `{RESOURCES}`")).at(start, "this offer"));
        return;
    };
    let Some(resources) = member.value.as_mapping_mut() else {
        wrong_kind(&member.value, &format!("`{RESOURCES}`"), "a mapping", findings);
        return;
    };
    check_types(resources, false, findings);
    let Some(plans) = resources.members.get_mut(PLANS) else { return };
    check_plans(&plans.value, &format!("`{RESOURCES}.{PLANS}`"), findings);
    if let Value::List(plans) = &mut plans.value.value {
        plans.iter_mut().filter_map(Node::as_mapping_mut).for_each(|plan| check_types(plan, true, findings));
    }
}

/// Checks the resources of a product or of a plan.
fn check_types(resources: &mut Mapping, is_plan: bool, findings: &mut Diagnostics) {
    if let Some(member) = resources.get(SUBMISSION) {
        let message = "a file has no `submission`: offerform starts releases as `reconcile.release` says";
        findings.push(Diagnostic::error("unknown-key", message).at(member.key, ""));
    }
    let keys: Vec<String> = resources.members.keys().cloned().collect();
    for key in keys.into_iter().filter(|key| key != PLANS && key != "planId") {
        let Some(member) = resources.members.get_mut(&key) else { continue };
        let Some(kind) = known(&key) else {
            if let Some(near) = misspelled(&key) {
                let message = format!("unknown resource type `{key}`");
                let help = format!("did you mean `{near}`? it is sent as it is");
                findings.push(Diagnostic::warning("unknown-key", message).at(member.key, "").help(help));
            }
            drop_server_owned(&mut member.value);
            continue;
        };
        if kind.is_of_plan != is_plan {
            let message = if is_plan {
                format!("`{key}` belongs to the product: write it below `{RESOURCES}`")
            } else {
                format!("`{key}` belongs to a plan: write it in an element of `{RESOURCES}.{PLANS}`")
            };
            findings.push(Diagnostic::error("wrong-place", message).at(member.key, ""));
            continue;
        }
        let is_gone = matches!(member.value.value, Value::Null);
        if is_gone && (!is_deletable(&key) || [PRODUCT, PLAN].contains(&key.as_str())) {
            let message = format!("`{key}` cannot be removed: the service always has it");
            let help = "set its properties instead, or leave the key out to keep what the portal has";
            findings.push(Diagnostic::error("not-removable", message).at(member.value.span, "").help(help));
            continue;
        }
        check_kind(&key, kind.several, &mut member.value, findings);
    }
}

/// Checks that resources of a type are given as one, by language, or as a list.
fn check_kind(key: &str, several: Several, value: &mut Node, findings: &mut Diagnostics) {
    if matches!(value.value, Value::Null | Value::Unknown) {
        return;
    }
    let what = format!("`{key}`");
    match several {
        Several::One => {
            if value.as_mapping().is_none() {
                wrong_kind(value, &what, "a mapping", findings);
            }
            drop_server_owned(value);
        }
        Several::List => each(value, &what, findings),
        Several::ByLanguage | Several::ListByLanguage => {
            let Some(languages) = value.as_mapping_mut() else {
                wrong_kind(value, &what, "a mapping by language, such as `en-us`", findings);
                return;
            };
            for (language, member) in &mut languages.members {
                let what = format!("`{key}.{language}`");
                let is_removed = matches!(member.value.value, Value::Null | Value::Unknown);
                if several == Several::ListByLanguage && !is_removed {
                    each(&mut member.value, &what, findings);
                } else if !is_removed && member.value.as_mapping().is_none() {
                    wrong_kind(&member.value, &what, "a mapping", findings);
                } else {
                    drop_server_owned(&mut member.value);
                }
            }
        }
    }
}

fn each(value: &mut Node, what: &str, findings: &mut Diagnostics) {
    let Value::List(elements) = &mut value.value else {
        wrong_kind(value, what, "a list", findings);
        return;
    };
    for element in elements {
        if element.as_mapping().is_none() {
            wrong_kind(element, &format!("an element of {what}"), "a mapping", findings);
        }
        drop_server_owned(element);
    }
}

/// The resource type that an unknown one may be meant for.
fn misspelled(key: &str) -> Option<&'static str> {
    nearest(key, TYPES.map(|kind| kind.name))
}

fn drop_server_owned(resource: &mut Node) {
    if let Some(mapping) = resource.as_mapping_mut() {
        mapping.members.retain(|key, _| !SERVER_OWNED.contains(&key.as_str()));
    }
}

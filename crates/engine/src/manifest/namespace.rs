//! Namespaces: `microsoft-azure-marketplace: { title: … }` is another way to write the API's key
//! `microsoft-azure-marketplace.title`.
//!
//! They are written out in `definition.offer`, in each of `definition.plans`, and in each `diskGenerations` of
//! a plan: the places where the API has dotted keys (cloud-partner-portal-api-retrieve-specific-offer.md).

use super::kind::wrong_kind;
use super::yaml::{add_member, duplicate_key};
use super::{Mapping, Member, Node, Value};
use crate::diagnostic::Diagnostics;
use crate::offer::layout::DISK_GENERATIONS;
use crate::offer::part::{OFFER, SKUS};
use crate::offer::{OfferPart, Pointer};

/// Whether a key without a dot can be a namespace in an offer of type `offer_type`.
///
/// The modules of the API are `microsoft-azure-marketplace`, `microsoft-azure-marketplace-testdrive` and the offer
/// types themselves, whose ids have the same beginning or are the offer's own.
#[must_use]
pub fn is_namespace(key: &str, offer_type: &str) -> bool {
    let is_word = |rest: &str| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    !key.contains('.') && (key == offer_type || key.strip_prefix("microsoft-azure-").is_some_and(is_word))
}

/// The namespace of a key of the API and what stands below it, if it has one.
#[must_use]
pub fn split<'k>(key: &'k str, offer_type: &str) -> Option<(&'k str, &'k str)> {
    key.split_once('.').filter(|(namespace, _)| is_namespace(namespace, offer_type))
}

/// Writes out the namespaces of a `definition`.
pub(super) fn write_out(definition: &mut Mapping, offer_type: &str, findings: &mut Diagnostics) {
    if let Some(offer) = definition.members.get_mut(OFFER).and_then(|member| member.value.as_mapping_mut()) {
        flatten(offer, offer_type, findings);
    }
    each_mapping(definition, SKUS, |plan| {
        flatten(plan, offer_type, findings);
        each_mapping(plan, DISK_GENERATIONS, |generation| flatten(generation, offer_type, findings));
    });
}

fn each_mapping(parent: &mut Mapping, key: &str, mut visit: impl FnMut(&mut Mapping)) {
    if let Some(Member { value: Node { value: Value::List(items), .. }, .. }) = parent.members.get_mut(key) {
        items.iter_mut().filter_map(Node::as_mapping_mut).for_each(&mut visit);
    }
}

fn flatten(mapping: &mut Mapping, offer_type: &str, findings: &mut Diagnostics) {
    if !mapping.members.keys().any(|key| is_namespace(key, offer_type)) {
        return;
    }
    let members = std::mem::take(&mut mapping.members);
    mapping.members.reserve(members.len());
    for (key, member) in members {
        match member.value.value {
            Value::Mapping(inner) if is_namespace(&key, offer_type) => {
                for (name, inner) in inner.members {
                    add_member(mapping, format!("{key}.{name}"), inner.key, inner.value, findings);
                }
            }
            _ => {
                if is_namespace(&key, offer_type) {
                    wrong_kind(&member.value, &format!("`{key}` is a namespace, so it"), "a mapping", findings);
                }
                // Not `insert`: the dotted form of a key may have come before from a namespace.
                match mapping.get(&key) {
                    Some(first) => findings.push(duplicate_key(&key, member.key, first.key)),
                    None => drop(mapping.members.insert(key, member)),
                }
            }
        }
    }
}

/// The pointer in the API's form; one that ends at a namespace stays as it is.
#[must_use]
pub fn dotted(written: &Pointer, offer_type: &str) -> Pointer {
    pointer(written, offer_type).unwrap_or_else(|()| written.clone())
}

/// The pointer in the API's form: a namespace and the key below it are one part.
///
/// `Err` if the pointer ends at a namespace, which is many keys and none.
pub(super) fn pointer(written: &Pointer, offer_type: &str) -> Result<Pointer, ()> {
    let (part, rest) = OfferPart::of(written);
    let Some(namespace) = rest.first().filter(|first| part.has_namespaces() && is_namespace(first, offer_type)) else {
        return Ok(written.clone());
    };
    let Some(key) = rest.get(1) else { return Err(()) };
    let dotted = part.pointer().key(&format!("{namespace}.{key}"));
    Ok(rest[2..].iter().fold(dotted, |pointer, part| pointer.key(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_that_can_be_modules_are_namespaces() {
        for key in ["microsoft-azure-marketplace", "microsoft-azure-new-thing2", "vs-extensions"] {
            assert!(is_namespace(key, "vs-extensions"), "{key}");
        }
        for key in ["microsoft-azure-", "microsoft-azure-x.title", "Microsoft-Azure-X", "virtualMachinePricing", ""] {
            assert!(!is_namespace(key, "vs-extensions"), "{key}");
        }
    }

    #[test]
    fn a_pointer_may_be_written_in_both_forms() {
        for (written, expected) in [
            (
                "/definition/offer/microsoft-azure-marketplace/title",
                Some("/definition/offer/microsoft-azure-marketplace.title"),
            ),
            (
                "/definition/offer/microsoft-azure-marketplace.title",
                Some("/definition/offer/microsoft-azure-marketplace.title"),
            ),
            ("/definition/plans/0/own-type/vmImages/1.0~1x", Some("/definition/plans/0/own-type.vmImages/1.0~1x")),
            (
                "/definition/plans/a/diskGenerations/b/own-type/x/y",
                Some("/definition/plans/a/diskGenerations/b/own-type.x/y"),
            ),
            ("/definition/plans/0", Some("/definition/plans/0")),
            ("/definition/displayText", Some("/definition/displayText")),
            ("", Some("")),
            ("/definition/offer/microsoft-azure-marketplace", None),
        ] {
            let found = pointer(&Pointer::parse(written).unwrap(), "own-type");
            assert_eq!(found.as_ref().ok().map(Pointer::as_str), expected, "{written}");
        }
    }
}

//! Guards of what an offer and its SKUs are called.

use serde_json::Value;

use super::catalogue::{OFFER_TYPE_CHANGED, SKU_ID_REUSED, SKUS_NOT_COMPARABLE};
use super::evidence::{Evidence, Findings, Published, is_identified, members};
use super::removal::{ALIKE, likeness};
use crate::offer::layout::{GENERATIONS, OFFER_TYPE};

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    let address = evidence.address();
    let live = evidence.step.live.get(OFFER_TYPE).and_then(Value::as_str);
    if let Some(live) = live.filter(|live| *live != evidence.step.type_name) {
        let detail = format!("{live} -> {}", evidence.step.type_name);
        findings.trip(&OFFER_TYPE_CHANGED, evidence.published, address, detail);
    }
    for sku in evidence.skus() {
        let (None, Some(before), Some(after)) = (sku.sides.live, sku.sides.before, sku.sides.after) else { continue };
        // What a file leaves out was filled in by the service, or nobody declares it: it makes no other SKU.
        let common = members(Some(after)).filter(|(key, _)| before.get(*key).is_some());
        let common: Value = common.map(|(key, value)| (key.clone(), value.clone())).collect();
        let alike = likeness(before, after).max(likeness(&common, before));
        if sku.sides.published == Published::Yes && alike < ALIKE {
            let detail = "customers still have a SKU with this id, and its content differs from this one".to_owned();
            findings.trip(&SKU_ID_REUSED, Published::Yes, sku.target, detail);
        }
    }
    // Whether the id of a new SKU is a published one, only what customers have can tell.
    if evidence.published == Published::Assumed && !evidence.new_skus().is_empty() {
        findings.hinge_on_production = true;
    }
    lists(evidence, findings);
}

/// Lists whose elements cannot be distinguished, so what becomes of each of them is unknown.
fn lists(evidence: &Evidence<'_>, findings: &mut Findings) {
    let lists = evidence.lists();
    if lists.changes() && ![lists.live, lists.before, lists.after].into_iter().all(is_identified) {
        findings.trip(&SKUS_NOT_COMPARABLE, evidence.published, evidence.address(), "SKUs".to_owned());
    }
    for sku in evidence.skus() {
        let lists = evidence.field(&sku, GENERATIONS);
        if lists.changes() && ![lists.live, lists.before, lists.after].into_iter().all(is_identified) {
            findings.trip(&SKUS_NOT_COMPARABLE, lists.published, &sku.target, "disk generations".to_owned());
        }
    }
}

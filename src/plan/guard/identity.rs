//! Guards of what an offer and its SKUs are called.

use serde_json::Value;

use super::catalogue::{MARKETING_IDENTIFIER_CHANGED, OFFER_TYPE_CHANGED, SKU_ID_REUSED};
use super::evidence::{Evidence, Findings, Published};
use super::removal::{ALIKE, likeness};

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    let address = &evidence.address;
    let live = evidence.live.offer_type();
    if let Some(live) = live.filter(|live| *live != evidence.desired.offer_type) {
        let detail = format!("{live} -> {}", evidence.desired.offer_type);
        findings.trip(&OFFER_TYPE_CHANGED, evidence.published, address, detail);
    }
    let identifier = evidence.offer().member("offerMarketingUrlIdentifier");
    if let (true, Some(Value::String(before))) = (identifier.changes(), identifier.before) {
        let after = identifier.after.and_then(Value::as_str).unwrap_or("nothing");
        let detail = format!("{before} -> {after}");
        findings.trip(&MARKETING_IDENTIFIER_CHANGED, identifier.published, address, detail);
    }
    for sku in evidence.skus() {
        let (None, Some(before), Some(after)) = (sku.sides.live, sku.sides.before, sku.sides.after) else { continue };
        if sku.sides.published == Published::Yes && likeness(before, after) < ALIKE {
            let detail = "customers still have a SKU with this id, and it is another one".to_owned();
            findings.trip(&SKU_ID_REUSED, Published::Yes, sku.target, detail);
        }
    }
    // Whether the id of a new SKU is a published one, only what customers have can tell.
    if evidence.published == Published::Assumed && !evidence.new_skus().is_empty() {
        findings.hinge_on_production = true;
    }
}

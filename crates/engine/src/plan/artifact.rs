//! The files that would have to be looked at to decide what a comparison of addresses left open.

use serde_json::Value;

use super::OfferPlan;
use crate::diff::{Cause, Doubt};
use crate::offer::Document;
use crate::offer::fields::FieldTable;
use crate::offer::locate::locate;
use crate::secret::without_sas;

/// The addresses of files, declared and live, of which nobody could tell whether they are the same. `live` is the document the plan was
/// made from. Addresses of the service may hold a signature: they are for fetching, and for nothing else.
pub(super) fn files_in_doubt(offer: &OfferPlan, live: &Document) -> Vec<String> {
    let table = FieldTable::of(offer.offer_type());
    let hosted = offer
        .changes
        .iter()
        .map(|planned| &planned.change)
        .filter(|change| change.cause == Cause::Undetermined(Doubt::Hosted) && change.left.is_none());
    let mut files = Vec::new();
    let mut desired = None;
    for change in hosted {
        let desired = desired.get_or_insert_with(|| offer.desired.document.working_copy());
        let declared = change.edit.value.as_ref().and_then(|at| desired.content().pointer(at.as_str()));
        let live = locate(table, live.content(), &change.identity).map(|(_, value)| value);
        if let (Some(declared), Some(live)) = (declared, live) {
            pairs(declared, live, &mut files);
        }
    }
    files.sort();
    files.dedup();
    files
}

fn pairs(declared: &Value, live: &Value, files: &mut Vec<String>) {
    match (declared, live) {
        (Value::String(declared), Value::String(live)) if without_sas(declared) != without_sas(live) => {
            files.extend([declared.clone(), live.clone()]);
        }
        (Value::Array(declared), Value::Array(live)) => {
            declared.iter().zip(live).for_each(|(declared, live)| pairs(declared, live, files));
        }
        _ => {}
    }
}

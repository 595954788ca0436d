//! Everything in an offer that has versions of an image.

use serde_json::Value;

use super::holder::Holder;
use super::machine;
use crate::offer::layout::{DISK_GENERATIONS, Layout, PLAN_ID, skus};
use crate::offer::{Api, OfferPart, OfferTypeId, Pointer};

/// All SKUs of a document and their disk generations, in their order. Empty for an offer type without images.
#[must_use]
pub fn holders(offer_type: &OfferTypeId, document: &Value) -> Vec<Holder> {
    if offer_type.api() == Api::ProductIngestion {
        return machine::holders(document);
    }
    let Some(key) = Layout::of(offer_type).images() else { return Vec::new() };
    let mut found = Vec::new();
    for (at, sku, value) in identified(skus(document), &OfferPart::Skus.pointer()) {
        found.push(Holder { sku: sku.to_owned(), generation: None, at: at.clone(), key: key.clone() });
        for (below, id, _) in identified(value.get(DISK_GENERATIONS), &at.key(DISK_GENERATIONS)) {
            found.push(Holder { sku: sku.to_owned(), generation: Some(id.to_owned()), at: below, key: key.clone() });
        }
    }
    found
}

/// The elements of a list that have an id.
fn identified<'a>(list: Option<&'a Value>, at: &Pointer) -> Vec<(Pointer, &'a str, &'a Value)> {
    let elements = list.and_then(Value::as_array).into_iter().flatten().enumerate();
    elements.filter_map(|(index, element)| Some((at.index(index), element.get(PLAN_ID)?.as_str()?, element))).collect()
}

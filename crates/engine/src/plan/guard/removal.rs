//! Guards of SKUs and disk generations that go away.

use std::collections::BTreeMap;

use serde_json::Value;

use super::catalogue::{GENERATION_REMOVAL, LAST_SKU_REMOVAL, SKU_REMOVAL, SKU_RENAMED};
use super::evidence::{Evidence, Findings, elements};
use super::ingestion::Availability;
use crate::offer::canonical;
use crate::offer::layout::{GENERATIONS, is_sku_id, skus};

/// From which share of equal values on two SKUs are taken to be the same one, in hundredths.
pub(super) const ALIKE: usize = 80;

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    let removed = evidence.removed_skus();
    let left = elements(skus(evidence.step.after)).any(|(_, sku)| Availability::marked(Some(sku)).is_left());
    if !left && !removed.is_empty() {
        for sku in removed {
            let detail = Availability::words(sku.sides.after).to_owned();
            findings.trip(&LAST_SKU_REMOVAL, evidence.published, sku.target, detail);
        }
        return;
    }
    let new = evidence.new_skus();
    for sku in removed {
        let like = |after: &Value| sku.sides.live.map_or(0, |live| likeness(live, after));
        // One that stays, and is deprecated, may well have a successor of the same kind.
        let stays = sku.sides.after.is_some();
        let successor =
            new.iter().max_by_key(|(_, after)| like(after)).filter(|(_, after)| !stays && like(after) >= ALIKE);
        if let Some((id, _)) = successor {
            let detail = format!("`{}` is removed, and `{id}` is added with nearly the same content", sku.id);
            findings.trip(&SKU_RENAMED, sku.sides.published, sku.target, detail);
        } else {
            let detail = Availability::words(sku.sides.after).to_owned();
            findings.trip(&SKU_REMOVAL, sku.sides.published, sku.target, detail);
        }
    }
    for sku in evidence.skus() {
        let generations = evidence.field(&sku, GENERATIONS);
        let ids = |list| elements(list).map(|(id, _)| id.to_owned()).collect();
        let lost = generations.lost(ids, ids);
        for generation in lost.gone {
            let target = format!("{}/{generation}", sku.target);
            findings.trip(&GENERATION_REMOVAL, sku.sides.published, target, String::new());
        }
    }
}

/// How many hundredths of the values of `before` are the same in `after`. Ids do not count, and neither do secrets that
/// have yet to be filled in.
pub(super) fn likeness(before: &Value, after: &Value) -> usize {
    let (before, after) = (leaves(before), leaves(after));
    let is_secret = |text: &String| text == "null";
    let known = before.iter().filter(|(path, text)| !is_secret(text) && !after.get(*path).is_some_and(is_secret));
    let (same, all) =
        known.fold((0, 0), |(same, all), (path, value)| (same + usize::from(after.get(path) == Some(value)), all + 1));
    (same * 100).checked_div(all).unwrap_or_default()
}

fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    collect(value, String::new(), &mut leaves);
    leaves
}

fn collect(value: &Value, path: String, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(key, _)| !is_sku_id(key)) {
                collect(member, format!("{path}/{key}"), leaves);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                let text = canonical::text(element).into_owned();
                leaves.insert(format!("{path}/{text}"), text);
            }
        }
        scalar => {
            leaves.insert(path, canonical::canonical_json(scalar));
        }
    }
}

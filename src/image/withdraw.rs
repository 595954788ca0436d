//! Withdrawing versions: taking old ones out, and hiding one from new customers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Image;
use super::add::find;
use super::holders::holders;
use super::pattern::SHOWN;
use super::refusal::Refusal;
use crate::desired::Desired;
use crate::offer::Document;
use crate::offer::layout::Layout;

/// What an offer is to declare without old versions.
#[derive(Debug)]
pub struct Pruned {
    /// What is to be declared.
    pub document: Document,
    /// The versions that are taken out, in the order of the offer.
    pub images: Vec<Image>,
}

/// What an offer is to declare with the `keep` newest versions of each SKU and disk generation, and with those in `protected`.
pub(super) fn prune(desired: &Desired, keep: usize, protected: &BTreeSet<Image>) -> Result<Pruned, Refusal> {
    if Layout::of(&desired.offer_type).images().is_none() {
        return Err(Refusal::NoImages(desired.offer_type.clone()));
    }
    let before = desired.document.working_copy();
    let (mut content, mut sealed) = (before.content().clone(), before.sealed().clone());
    let mut images = Vec::new();
    for holder in holders(&desired.offer_type, before.content()) {
        let versions = holder.versions(before.content());
        // The last one stays, whatever is asked for.
        for (version, _) in &versions[..versions.len().saturating_sub(keep.max(1))] {
            let image = Image { holder: holder.clone(), version: (*version).to_owned() };
            if protected.contains(&image) {
                continue;
            }
            let place = holder.images();
            if let Some(Value::Object(map)) = content.pointer_mut(place.as_str()) {
                map.shift_remove(*version);
            }
            let gone = place.key(version);
            sealed.retain(|at, _| !at.is_within(&gone));
            images.push(image);
        }
    }
    Ok(Pruned { document: Document::with_sealed(content, sealed), images })
}

/// What an offer is to declare so that new customers do not see a version any more, in all SKUs and disk generations or in those
/// that are named.
pub(super) fn deprecate(desired: &Desired, version: &str, skus: &[String]) -> Result<Pruned, Refusal> {
    if Layout::of(&desired.offer_type).images().is_none() {
        return Err(Refusal::NoImages(desired.offer_type.clone()));
    }
    let before = desired.document.working_copy();
    let all = holders(&desired.offer_type, before.content());
    let numbers = skus.iter().map(|sku| find(&all, sku)).collect::<Result<BTreeSet<_>, _>>()?;
    let mut content = before.content().clone();
    let (mut images, mut hidden, mut known) = (Vec::new(), false, BTreeSet::new());
    for (_, holder) in all.iter().enumerate().filter(|(number, _)| skus.is_empty() || numbers.contains(number)) {
        let versions = holder.versions(before.content());
        known.extend(versions.iter().map(|(version, _)| (*version).to_owned()));
        let is_shown = |image: &serde_json::Map<String, Value>| image.get(SHOWN) != Some(&Value::Bool(false));
        let Some((_, image)) = versions.iter().find(|(other, _)| *other == version) else { continue };
        if !is_shown(image) {
            hidden = true;
            continue;
        }
        if versions.iter().filter(|(_, image)| is_shown(image)).count() == 1 {
            return Err(Refusal::LastShown { holder: holder.to_string(), version: version.to_owned() });
        }
        if let Some(image) = content.pointer_mut(holder.images().key(version).as_str()) {
            image[SHOWN] = json!(false);
        }
        images.push(Image { holder: holder.clone(), version: version.to_owned() });
    }
    if images.is_empty() {
        let holder = if skus.is_empty() { desired.address.to_string() } else { skus.join(", ") };
        let (version, known) = (version.to_owned(), known.into_iter().collect());
        return Err(if hidden {
            Refusal::Deprecated { version }
        } else {
            Refusal::NoVersion { holder, version, known }
        });
    }
    Ok(Pruned { document: Document::with_sealed(content, before.sealed().clone()), images })
}

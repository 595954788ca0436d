//! Edits of the image versions of virtual machines of the Product Ingestion API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Image;
use super::add::{Added, Disk, Order, Source, find, gaps, wanted};
use super::holder::Holder;
use super::machine::{DEPRECATED, IMAGES, NUMBER, SOURCE, STATE, TYPE, VERSIONS, holders, image_type, list, versions};
use super::refusal::Refusal;
use super::withdraw::Pruned;
use crate::desired::Desired;
use crate::offer::disk::DATA_DISKS;
use crate::offer::version::{LENGTH, numbers};
use crate::offer::{Document, Pointer};

/// What an offer is to declare with one more version.
pub(super) fn add(desired: &Desired, order: &Order) -> Result<Added, Refusal> {
    let before = desired.document.working_copy();
    let all = holders(before.content());
    if all.is_empty() {
        return Err(Refusal::NoImages(desired.offer_type.clone()));
    }
    if numbers(&order.version).is_none() || order.version.len() > LENGTH {
        return Err(Refusal::NotAVersion(order.version.clone()));
    }
    if let Some(text) = order.texts.given() {
        return Err(Refusal::NoText(text));
    }
    let wanted = wanted(&all, order)?;
    gaps(&order.data_disks)?;
    let (mut content, mut sealed) = (before.content().clone(), before.sealed().clone());
    for (holder, source) in &wanted {
        may_follow(before.content(), holder, order)?;
        let image_type = image_type(before.content(), holder);
        let image_type = image_type.ok_or_else(|| Refusal::NotAMapping(holder.to_string()))?;
        let list = holder.images();
        let versions = content.pointer_mut(holder.at.as_str()).and_then(Value::as_object_mut);
        let versions = versions.map(|machine| machine.entry(VERSIONS).or_insert_with(|| json!([])));
        let versions =
            versions.and_then(Value::as_array_mut).ok_or_else(|| Refusal::NotAMapping(holder.to_string()))?;
        let known =
            versions.iter().position(|version| version.get(NUMBER).and_then(Value::as_str) == Some(&order.version));
        let index = known.unwrap_or_else(|| {
            versions.push(json!({ NUMBER: order.version, IMAGES: [] }));
            versions.len() - 1
        });
        let Some(images) = versions[index].get_mut(IMAGES).and_then(Value::as_array_mut) else {
            return Err(Refusal::NotAMapping(holder.to_string()));
        };
        let at = list.index(index).key(IMAGES).index(images.len()).key(SOURCE);
        let (source, secrets) = built(source, order)?;
        images.push(json!({ TYPE: image_type, SOURCE: source }));
        for (below, disk) in secrets {
            sealed.insert(below.tokens().fold(at.clone(), |around, token| around.key(&token)), disk);
        }
    }
    let is_wanted = |holder: &&Holder| wanted.iter().any(|(one, _)| one == *holder);
    let in_wanted_plan = |holder: &&Holder| wanted.iter().any(|(one, _)| one.sku == holder.sku);
    let without = all.iter().filter(|holder| !is_wanted(holder) && in_wanted_plan(holder)).cloned().collect();
    let images = wanted.into_iter().map(|(holder, _)| Image { holder, version: order.version.clone() }).collect();
    Ok(Added { document: Document::with_sealed(content, sealed), images, without })
}

/// The source of a new image, and the addresses that belong into it by their places in it.
fn built(source: &Source, order: &Order) -> Result<(Value, Vec<(Pointer, Disk)>), Refusal> {
    let disk = match source {
        Source::Disk(disk) => disk,
        Source::Gallery { .. } if !order.data_disks.is_empty() => return Err(Refusal::GalleryDisks),
        Source::Gallery { tenant, resource } => {
            let image = json!({ "tenantId": tenant, "resourceId": resource });
            return Ok((json!({ "sourceType": "sharedImageGallery", "sharedImage": image }), Vec::new()));
        }
    };
    let mut built = json!({ "sourceType": "sasUri", "osDisk": { "uri": null } });
    let mut secrets = vec![(Pointer::root().key("osDisk").key("uri"), disk.clone())];
    if !order.data_disks.is_empty() {
        let disks = order.data_disks.keys().map(|number| json!({ "lunNumber": number, "uri": null }));
        built["dataDisks"] = disks.collect();
        let places = order.data_disks.values().enumerate();
        let place = |index: usize| Pointer::root().key("dataDisks").index(index).key("uri");
        secrets.extend(places.map(|(index, disk)| (place(index), disk.clone())));
    }
    Ok((built, secrets))
}

/// Whether a version can come after those that are there, with as many data disks.
fn may_follow(document: &Value, holder: &Holder, order: &Order) -> Result<(), Refusal> {
    let version = &order.version;
    let versions = versions(document, holder);
    let same = |other: &str| numbers(other) == numbers(version);
    if versions.iter().any(|(other, _)| same(other)) {
        return Err(Refusal::Exists { holder: holder.to_string(), version: version.clone() });
    }
    let Some((newest, image)) = versions.last() else { return Ok(()) };
    if numbers(newest) > numbers(version) {
        let (holder, version, newest) = (holder.to_string(), version.clone(), newest.clone());
        return Err(Refusal::NotNewer { holder, version, newest });
    }
    let expected = image.get(DATA_DISKS).and_then(Value::as_array).map_or(0, Vec::len);
    if expected != order.data_disks.len() {
        return Err(Refusal::DataDisks { holder: holder.to_string(), expected, given: order.data_disks.len() });
    }
    Ok(())
}

/// What an offer is to declare with the `keep` newest versions of each plan, and with those in `protected`.
pub(super) fn prune(desired: &Desired, keep: usize, protected: &BTreeSet<Image>) -> Result<Pruned, Refusal> {
    let before = desired.document.working_copy();
    let plans: Vec<Holder> = plans(before.content());
    if plans.is_empty() {
        return Err(Refusal::NoImages(desired.offer_type.clone()));
    }
    let mut content = before.content().clone();
    let mut images = Vec::new();
    for plan in plans {
        let mut known: Vec<&str> = list(before.content(), &plan).map(|(_, number, _)| number).collect();
        known.sort_by_key(|number| numbers(number));
        for version in &known[..known.len().saturating_sub(keep.max(1))] {
            let image = Image { holder: plan.clone(), version: (*version).to_owned() };
            if !protected.contains(&image) {
                images.push(image);
            }
        }
    }
    let gone =
        |holder: &Holder, number: &str| images.iter().any(|image| image.holder == *holder && image.version == number);
    let mut sealed = before.sealed().clone();
    for plan in images.iter().map(|image| &image.holder) {
        let places =
            list(before.content(), plan).map(|(index, number, _)| (plan.images().index(index), gone(plan, number)));
        let places: Vec<(Pointer, bool)> = places.collect();
        let Some(versions) = content.pointer_mut(plan.images().as_str()).and_then(Value::as_array_mut) else {
            continue;
        };
        if versions.len() != places.len() {
            continue;
        }
        versions.retain(|version| version.get(NUMBER).and_then(Value::as_str).is_none_or(|number| !gone(plan, number)));
        sealed = moved(&sealed, &places, &plan.images());
    }
    Ok(Pruned { document: Document::with_sealed(content, sealed), images })
}

type Sealed = BTreeMap<Pointer, Disk>;

/// The places of secrets once elements of a list are gone, given the places of the elements and which of them go.
fn moved(sealed: &Sealed, places: &[(Pointer, bool)], list: &Pointer) -> Sealed {
    let now = |at: &Pointer| {
        let Some(found) = places.iter().position(|(place, _)| at.is_within(place)) else { return Some(at.clone()) };
        let (place, is_gone) = &places[found];
        let before = places[..found].iter().filter(|(_, gone)| *gone).count();
        let rest = Pointer::parse(&at.as_str()[place.as_str().len()..])?;
        let moved = rest.tokens().fold(list.index(found - before), |around, token| around.key(&token));
        (!is_gone).then_some(moved)
    };
    sealed.iter().filter_map(|(at, reference)| Some((now(at)?, reference.clone()))).collect()
}

/// The plans with images, without their image types.
fn plans(document: &Value) -> Vec<Holder> {
    holders(document).into_iter().filter(|holder| holder.generation.is_none()).collect()
}

/// What an offer is to declare so that new customers do not see a version any more, in all plans or in those that are named.
pub(super) fn deprecate(desired: &Desired, version: &str, skus: &[String]) -> Result<Pruned, Refusal> {
    let before = desired.document.working_copy();
    let all = plans(before.content());
    if all.is_empty() {
        return Err(Refusal::NoImages(desired.offer_type.clone()));
    }
    let chosen = skus.iter().map(|sku| find(&all, sku)).collect::<Result<Vec<_>, _>>()?;
    let mut content = before.content().clone();
    let (mut images, mut is_hidden) = (Vec::new(), false);
    let mut known = BTreeSet::new();
    for (_, plan) in all.iter().enumerate().filter(|(number, _)| skus.is_empty() || chosen.contains(number)) {
        let is_shown = |found: &Value| found.get(STATE).and_then(Value::as_str) != Some(DEPRECATED);
        let versions: Vec<_> = list(before.content(), plan).collect();
        known.extend(versions.iter().map(|(_, number, _)| (*number).to_owned()));
        let Some((index, _, found)) = versions.iter().find(|(_, number, _)| *number == version) else { continue };
        if !is_shown(found) {
            is_hidden = true;
            continue;
        }
        if versions.iter().filter(|(.., found)| is_shown(found)).count() == 1 {
            return Err(Refusal::LastShown { holder: plan.to_string(), version: version.to_owned() });
        }
        if let Some(found) = content.pointer_mut(plan.images().index(*index).as_str()) {
            found[STATE] = json!(DEPRECATED);
        }
        images.push(Image { holder: plan.clone(), version: version.to_owned() });
    }
    if images.is_empty() {
        let holder = if skus.is_empty() { desired.address.to_string() } else { skus.join(", ") };
        let (version, known) = (version.to_owned(), known.into_iter().collect());
        return Err(if is_hidden {
            Refusal::Deprecated { version }
        } else {
            Refusal::NoVersion { holder, version, known }
        });
    }
    Ok(Pruned { document: Document::with_sealed(content, before.sealed().clone()), images })
}

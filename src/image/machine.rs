//! Image versions of virtual machines of the Product Ingestion API.
//!
//! A plan has a list of versions, and a version has one image for each image type, such as `x64Gen2`. Which types a plan has, its `skus`
//! say. The SKU that has the id of the plan is the plan's own; the others are what disk generations are in the other API, and are called by
//! their ids as well.
//!
//! Source: virtual-machine-plan-technical-configuration of the service's schemas.

use serde_json::{Map, Value, json};

use super::holder::Holder;
use super::pattern::SHOWN;
use crate::offer::disk::{DATA_DISKS, SYSTEM_DISK};
use crate::offer::layout::PLAN_ID;
use crate::offer::version::numbers;
use crate::offer::{OfferPart, Pointer};

/// The resource types that have images.
const MACHINES: [&str; 2] =
    ["virtual-machine-plan-technical-configuration", "core-virtual-machine-plan-technical-configuration"];

const SKU_ID: &str = "skuId";
pub(super) const VERSIONS: &str = "vmImageVersions";
pub(super) const NUMBER: &str = "versionNumber";
pub(super) const IMAGES: &str = "vmImages";
pub(super) const TYPE: &str = "imageType";
pub(super) const SOURCE: &str = "source";
pub(super) const STATE: &str = "lifecycleState";
pub(super) const DEPRECATED: &str = "deprecated";

/// The plans with images of a document, and their image types.
pub(super) fn holders(document: &Value) -> Vec<Holder> {
    let list = OfferPart::Plans.pointer();
    let plans = document.pointer(list.as_str()).and_then(Value::as_array).into_iter().flatten().enumerate();
    let mut found = Vec::new();
    for (index, plan) in plans {
        let Some(id) = plan.get(PLAN_ID).and_then(Value::as_str) else { continue };
        for kind in MACHINES {
            let Some(machine) = plan.get(kind) else { continue };
            let at = list.index(index).key(kind);
            let holder = |generation: Option<&str>| Holder {
                sku: id.to_owned(),
                generation: generation.map(str::to_owned),
                at: at.clone(),
                key: VERSIONS.to_owned(),
            };
            found.push(holder(None));
            let skus = machine.get("skus").and_then(Value::as_array).into_iter().flatten();
            let others = skus.filter_map(|sku| sku.get(SKU_ID)?.as_str()).filter(|sku| *sku != id);
            found.extend(others.map(|sku| holder(Some(sku))));
        }
    }
    found
}

/// The image type of a holder: that of its SKU, or of the only one.
pub(super) fn image_type(document: &Value, holder: &Holder) -> Option<String> {
    let skus = document.pointer(holder.at.key("skus").as_str())?.as_array()?;
    let own = skus.iter().find(|sku| sku.get(SKU_ID).and_then(Value::as_str) == Some(holder.id()));
    own.or_else(|| skus.first().filter(|_| holder.generation.is_none()))?.get(TYPE)?.as_str().map(str::to_owned)
}

pub(super) fn list<'a>(document: &'a Value, holder: &Holder) -> impl Iterator<Item = (usize, &'a str, &'a Value)> {
    let list = document.pointer(holder.images().as_str()).and_then(Value::as_array).into_iter().flatten().enumerate();
    list.filter_map(|(index, version)| Some((index, version.get(NUMBER)?.as_str()?, version)))
}

fn image_of<'a>(version: &'a Value, image_type: Option<&str>) -> Option<(usize, &'a Value)> {
    let images = version.get(IMAGES)?.as_array()?;
    images.iter().enumerate().find(|(_, image)| image.get(TYPE).and_then(Value::as_str) == image_type)
}

/// Where a version of a holder is, by positions; the place of the list if it has no such version.
fn place(document: &Value, holder: &Holder, version: &str) -> Pointer {
    let images = holder.images();
    list(document, holder)
        .find(|(_, number, _)| *number == version)
        .map_or(images.clone(), |(index, ..)| images.index(index))
}

/// The places of the disks of a version, by positions.
pub(super) fn image_place(document: &Value, holder: &Holder, version: &str) -> Option<Pointer> {
    let own = image_type(document, holder);
    let (index, _, found) = list(document, holder).find(|(_, number, _)| *number == version)?;
    let (image, _) = image_of(found, own.as_deref())?;
    Some(holder.images().index(index).key(IMAGES).index(image))
}

/// The versions of a holder, oldest first, each in the form that images of the other API have: its disks, and whether it is shown.
pub(super) fn versions(document: &Value, holder: &Holder) -> Vec<(String, Map<String, Value>)> {
    let own = image_type(document, holder);
    let mut all: Vec<(String, Map<String, Value>)> = list(document, holder)
        .filter_map(|(_, number, version)| {
            let (_, image) = image_of(version, own.as_deref())?;
            let source = image.get(SOURCE).unwrap_or(&Value::Null);
            let mut shown = Map::new();
            shown.insert(SYSTEM_DISK.to_owned(), source.pointer("/osDisk/uri").cloned().unwrap_or_default());
            shown.insert(DATA_DISKS.to_owned(), source.get("dataDisks").cloned().unwrap_or_else(|| json!([])));
            shown.insert(SHOWN.to_owned(), json!(version.get(STATE).and_then(Value::as_str) != Some(DEPRECATED)));
            Some((number.to_owned(), shown))
        })
        .collect();
    all.sort_by_key(|(number, _)| numbers(number));
    all
}

impl Holder {
    /// Where a version is in a document, by position; where it would be, if it is not there.
    #[must_use]
    pub fn place(&self, document: &Value, version: &str) -> Pointer {
        match OfferPart::of(&self.at).0 {
            OfferPart::Plan(_) => place(document, self, version),
            _ => self.images().key(version),
        }
    }
}

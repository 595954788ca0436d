//! The images of virtual machines and the bundles of containers.
//!
//! The image whose `skuId` is the id of the plan stands at the plan, and the other ones are disk generations named by their `skuId`,
//! as the portal has them. A type of image without a `skuId` is a generation named by the type.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Availability, part, unreadable};
use crate::offer::canonical::text;
use crate::offer::disk::{DATA_DISKS, SYSTEM_DISK};
use crate::offer::layout::{DISK_GENERATIONS, IMAGES, Layout, PLAN_ID, member};

/// Where a version comes from that has no address of its own, such as an image of a gallery.
pub(in crate::plan::guard) const GALLERY: &str = "product-ingestion.source";

/// The bundles of a container plan by repository and tag.
pub(in crate::plan::guard) const BUNDLES: &str = "product-ingestion.bundles";

/// The resources with images.
const CONFIGURATIONS: [&str; 2] =
    ["virtual-machine-plan-technical-configuration", "core-virtual-machine-plan-technical-configuration"];

/// The images by their type, and by version.
type Images = BTreeMap<String, Map<String, Value>>;

pub(super) fn put_images(plan: &Value, layout: &Layout, put: &mut dyn FnMut(&str, Option<Value>)) {
    for config in CONFIGURATIONS.iter().filter_map(|name| member(plan, name)) {
        let key = layout.images().unwrap_or_else(|| layout.key(IMAGES[0]).into_owned());
        let versions = part(config, "vmImageVersions");
        let images = versions.map_or_else(|| Ok(Images::new()), by_type);
        let of = |kind: Option<&str>| match (&images, kind) {
            (Ok(images), Some(kind)) => Value::Object(images.get(kind).cloned().unwrap_or_default()),
            (Ok(_), None) => json!({}),
            (Err(other), _) => other.clone(),
        };
        let skus = part(config, "skus");
        let listed = skus.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let named = |element: &Value, key: &str| element.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
        let mut generations = Vec::new();
        for element in listed {
            let (id, kind) = (named(element, "skuId"), named(element, "imageType"));
            if id.is_some() && id == named(plan, PLAN_ID) {
                put(&key, Some(of(kind.as_deref())));
            } else {
                let mut generation = Map::from_iter([(key.clone(), of(kind.as_deref()))]);
                generation.extend(element.get("skuId").map(|id| (PLAN_ID.to_owned(), id.clone())));
                generations.push(Value::Object(generation));
            }
        }
        let has_sku = |kind: &str| listed.iter().any(|element| named(element, "imageType").as_deref() == Some(kind));
        if let Ok(images) = &images {
            for (kind, versions) in images.iter().filter(|(kind, _)| !has_sku(kind)) {
                generations.push(json!({PLAN_ID: kind, key.as_str(): versions}));
            }
        }
        let list = match skus {
            Some(skus) if !skus.is_array() => skus.clone(),
            _ => Value::Array(generations),
        };
        put(DISK_GENERATIONS, Some(list));
    }
    if let Some(config) = member(plan, "container-plan-technical-configuration") {
        put(BUNDLES, Some(bundles(config)));
    }
}

/// The images by their type; the value itself if it is no list.
fn by_type(versions: &Value) -> Result<Images, Value> {
    let Some(versions) = versions.as_array() else { return Err(unreadable(versions)) };
    let mut types = Images::new();
    for version in versions {
        let number = member(version, "versionNumber").map_or_else(|| "no version".into(), text);
        let images = member(version, "vmImages").and_then(Value::as_array);
        for image in images.into_iter().flatten() {
            let kind = member(image, "imageType").map_or_else(|| "no type".into(), text);
            let versions = types.entry(kind.into_owned()).or_default();
            versions.insert(free(versions, &number), image_of(image, Availability::of(version)));
        }
    }
    Ok(types)
}

/// `name`, or the first name after it that is not taken.
fn free(members: &Map<String, Value>, name: &str) -> String {
    let names = (1..).map(|count| if count == 1 { name.to_owned() } else { format!("{name} ({count})") });
    names.into_iter().find(|name| !members.contains_key(name)).unwrap_or_default()
}

fn image_of(image: &Value, availability: Availability) -> Value {
    let mut members = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(key.to_owned(), value);
        }
    };
    match member(image, "source") {
        Some(Value::Object(source)) => {
            // The address is null where a secret has yet to be filled in.
            let address = |disk: &Value| disk.get("uri").cloned().unwrap_or_else(|| disk.clone());
            put(SYSTEM_DISK, source.get("osDisk").filter(|disk| !disk.is_null()).map(address));
            put(DATA_DISKS, source.get("dataDisks").filter(|disks| !disks.is_null()).map(in_order));
            let known = ["sourceType", "osDisk", "dataDisks"];
            let others = source.iter().filter(|(key, value)| !known.contains(&key.as_str()) && !value.is_null());
            let others: Map<_, _> = others.map(|(key, value)| (key.clone(), value.clone())).collect();
            put(GALLERY, (!others.is_empty()).then_some(Value::Object(others)));
        }
        other => put(SYSTEM_DISK, other.cloned()),
    }
    availability.mark(&mut put);
    Value::Object(members)
}

/// Data disks by their number.
fn in_order(disks: &Value) -> Value {
    let Some(disks) = disks.as_array() else { return disks.clone() };
    let mut disks = disks.clone();
    disks.sort_by_key(|disk| disk.get("lunNumber").and_then(Value::as_u64));
    Value::Array(disks)
}

/// The bundles, or images, of a container plan. What stands behind a tag is its digest, if it is named.
fn bundles(config: &Value) -> Value {
    let mut bundles = Map::new();
    let repository = member(config, "imageRepositoryDetails").and_then(|details| member(details, "repositoryName"));
    for (list, repository) in [("cnabReferences", None), ("imageTags", repository)] {
        match part(config, list) {
            None => {}
            Some(Value::Array(elements)) => {
                for element in elements {
                    let repository = member(element, "repositoryName").or(repository).map_or_else(|| "".into(), text);
                    let tag = member(element, "tag").map_or_else(|| text(element), text);
                    let name = free(&bundles, format!("{repository}:{tag}").trim_start_matches(':'));
                    let content = member(element, "digest").unwrap_or(element);
                    bundles.insert(name, json!({"packageVersion": content}));
                }
            }
            Some(other) => return unreadable(other),
        }
    }
    Value::Object(bundles)
}

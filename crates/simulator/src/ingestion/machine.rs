//! The technical side of a virtual machine plan of the portal, as this API has it: images, SKUs, properties, ports.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::offer_field::{field, list, set, text};

/// The body of the technical configuration of a plan, but for its references.
pub(super) fn technical_configuration(plan: &Value, plan_id: &str) -> Value {
    let generations = generations(plan, plan_id);
    let skus: Vec<Value> =
        generations.iter().map(|one| json!({"imageType": one.image_type, "skuId": one.sku})).collect();
    let mut body = Map::new();
    body.insert("operatingSystem".to_owned(), operating_system(plan));
    body.insert("recommendedVmSizes".to_owned(), list(plan, "recommendedVMSizes").take(6).cloned().collect());
    body.insert("openPorts".to_owned(), list(plan, "openPorts").filter_map(port).collect());
    body.insert("vmProperties".to_owned(), properties(plan));
    body.insert("skus".to_owned(), json!(skus));
    body.insert("vmImageVersions".to_owned(), json!(versions(&generations)));
    Value::Object(body)
}

/// The images of one generation and architecture: a SKU of its own.
struct Generation<'a> {
    sku: String,
    image_type: &'static str,
    images: Vec<(&'a String, &'a Value)>,
}

fn generations<'a>(plan: &'a Value, plan_id: &str) -> Vec<Generation<'a>> {
    let own = generation(plan, plan_id);
    let others = list(plan, "diskGenerations").filter_map(|other| Some(generation(other, text(other, "planId")?)));
    std::iter::once(own).chain(others).collect()
}

fn generation<'a>(value: &'a Value, sku: &str) -> Generation<'a> {
    let is_arm = text(value, "vmImagesArchitecture").is_some_and(|name| name.eq_ignore_ascii_case("arm64"));
    let image_type = match (is_arm, text(value, "generation")) {
        (true, _) => "arm64Gen2",
        (false, Some("2")) => "x64Gen2",
        (false, _) => "x64Gen1",
    };
    let images = field(value, "vmImages").or_else(|| field(value, "vmImagesPublicAzure"));
    let images = images.and_then(Value::as_object).into_iter().flatten().collect();
    Generation { sku: sku.to_owned(), image_type, images }
}

/// Versions in the order in which the first generation has them, then those that only others have.
fn versions(generations: &[Generation<'_>]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let names = generations.iter().flat_map(|one| one.images.iter().map(|(name, _)| *name));
    let names: Vec<&String> = names.filter(|name| seen.insert(*name)).collect();
    let version = |name: &&String| {
        let mut is_hidden = true;
        let mut images = Vec::new();
        for generation in generations {
            for (_, image) in generation.images.iter().filter(|(other, _)| other == name) {
                is_hidden &= field(image, "showInGui") == Some(&Value::Bool(false));
                images.push(json!({"imageType": generation.image_type, "source": source(image)}));
            }
        }
        // What the portal hides is what this API calls deprecated.
        let state = if is_hidden { "deprecated" } else { "generallyAvailable" };
        json!({"versionNumber": name, "vmImages": images, "lifecycleState": state})
    };
    names.iter().map(version).collect()
}

fn source(image: &Value) -> Value {
    let disks = list(image, "lunVhdDetails").enumerate().filter_map(|(index, disk)| {
        let uri = ["lunVhdUrl", "vhdUrl", "uri"].iter().find_map(|name| text(disk, name))?;
        let number = field(disk, "lun").or_else(|| field(disk, "lunNumber"));
        let number = number.and_then(|number| number.as_u64().or_else(|| number.as_str()?.parse().ok()));
        Some(json!({"lunNumber": number.unwrap_or(index as u64), "uri": uri}))
    });
    json!({
        "sourceType": "sasUri",
        "osDisk": {"uri": text(image, "osVhdUrl").unwrap_or_default()},
        "dataDisks": disks.collect::<Vec<_>>(),
    })
}

fn operating_system(plan: &Value) -> Value {
    let family = text(plan, "operatingSystemFamily").unwrap_or("Linux").to_ascii_lowercase();
    let kind = text(plan, "osType").or_else(|| text(plan, "windowsOSType")).unwrap_or("other");
    let mut letters = kind.chars();
    let kind: String = letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect());
    let names = ["operationSystem", "operatingSystem", "osFriendlyName"];
    let friendly = names.iter().find_map(|name| text(plan, name)).unwrap_or(&kind);
    json!({"family": family, "type": kind, "friendlyName": friendly})
}

fn properties(plan: &Value) -> Value {
    let mut properties = Map::new();
    for name in [
        "supportsExtensions",
        "supportsBackup",
        "supportsAcceleratedNetworking",
        "isNetworkVirtualAppliance",
        "supportsNVMe",
        "supportsCloudInit",
        "supportsHibernation",
    ] {
        set(&mut properties, name, field(plan, name).filter(|value| value.is_boolean()).cloned());
    }
    let custom = field(plan, "isCustomArmTemplateRequired").filter(|value| value.is_boolean());
    set(&mut properties, "requiresCustomArmTemplate", custom.cloned());
    if let Some(locked) = field(plan, "isLockedDown").and_then(Value::as_bool) {
        properties.insert("supportsRemoteConnection".to_owned(), json!(!locked));
    }
    Value::Object(properties)
}

fn port(port: &Value) -> Option<Value> {
    let range = ["portRange", "port", "publicPort"].iter().find_map(|name| field(port, name))?;
    let range = range.as_str().map_or_else(|| range.to_string(), str::to_owned);
    let label = text(port, "label").or_else(|| text(port, "name")).unwrap_or("port");
    let protocol = text(port, "protocol").unwrap_or("tcp").to_ascii_lowercase();
    Some(json!({"label": label, "portRange": range, "protocol": protocol}))
}

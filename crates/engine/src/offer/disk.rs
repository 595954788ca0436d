//! The disks of an image: under which keys they and their addresses stand.
//!
//! Public samples show data disks only as an empty list, so the keys in an element are the ones that clients and the backend's
//! schema name. Whoever looks for the address of a disk (rules, guards, the list of images, the field table) uses these.

use serde_json::{Map, Value};

use super::Pointer;

/// The address of the disk with the operating system.
pub const SYSTEM_DISK: &str = "osVhdUrl";

/// The list of data disks.
pub const DATA_DISKS: &str = "lunVhdDetails";

/// The keys of the address of a data disk. The first is the one in the style of its neighbours, the last the one of the backend's
/// schema (release-engineering/cloudpub: `schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json`).
pub const DATA_DISK_ADDRESSES: [&str; 3] = ["lunVhdUrl", "vhdUrl", "uri"];

/// The keys of the number of a data disk, from the same sources.
pub const DATA_DISK_NUMBERS: [&str; 2] = ["lun", "lunNumber"];

/// The addresses of the disks of an image that are there, `null` among them, each with its place below the image: the system disk
/// first, then the data disks.
#[must_use]
pub fn addresses(image: &Map<String, Value>) -> Vec<(Pointer, &Value)> {
    let system = image.get(SYSTEM_DISK).map(|value| (Pointer::root().key(SYSTEM_DISK), value));
    let disks = image.get(DATA_DISKS).and_then(Value::as_array).into_iter().flatten().enumerate();
    let data = disks.flat_map(|(index, disk)| {
        let at = Pointer::root().key(DATA_DISKS).index(index);
        let found = DATA_DISK_ADDRESSES.into_iter().filter_map(move |key| Some((at.key(key), disk.get(key)?)));
        found.collect::<Vec<_>>()
    });
    system.into_iter().chain(data).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_disk_is_found_whichever_key_its_address_has() {
        let image = json!({
            "osVhdUrl": null, "label": "x",
            "lunVhdDetails": [{"lun": 0, "lunVhdUrl": "a"}, {"lunNumber": 1, "uri": "b"}, {"vhdUrl": "c"}, {"lun": 3}, 4],
        });
        let found = addresses(image.as_object().unwrap());
        let found: Vec<(&str, &Value)> = found.iter().map(|(at, value)| (at.as_str(), *value)).collect();
        assert_eq!(
            found,
            [
                ("/osVhdUrl", &json!(null)),
                ("/lunVhdDetails/0/lunVhdUrl", &json!("a")),
                ("/lunVhdDetails/1/uri", &json!("b")),
                ("/lunVhdDetails/2/vhdUrl", &json!("c")),
            ]
        );
        assert!(addresses(&Map::new()).is_empty());
    }
}

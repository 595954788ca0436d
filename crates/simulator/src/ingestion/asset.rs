//! Files of listings: the service copies them to its own storage and returns addresses there, signed anew in each answer.
//!
//! Clients see addresses on a storage account of the service. Here they are on a domain that belongs to nobody.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::artifact::hex;
use crate::stamp::Stamp;

/// Where the simulated service keeps files.
pub(super) const HOST: &str = "https://ingestion-artifacts.sandbox.example/file/";

/// Replaces the addresses of files in a resource of `kind` by those of the copies.
pub(super) fn host_files(kind: &str, body: &mut Map<String, Value>) {
    match kind {
        "listing-asset" => body.get_mut("url").into_iter().for_each(host_url),
        "listing-trailer" => {
            let languages = body.get_mut("assets").and_then(Value::as_object_mut).into_iter().flatten();
            for (_, language) in languages {
                let images = language.get_mut("imageList").and_then(Value::as_array_mut).into_iter().flatten();
                images.filter_map(|image| image.get_mut("url")).for_each(host_url);
            }
        }
        _ => {}
    }
}

fn host_url(url: &mut Value) {
    if let Value::String(address) = url {
        *address = hosted(address);
    }
}

/// The bare address of the copy of the file at `address`.
fn hosted(address: &str) -> String {
    let bare = address.split('?').next().unwrap_or_default();
    if bare.starts_with(HOST) {
        return bare.to_owned();
    }
    let name: String = bare.rsplit('/').next().unwrap_or_default().chars().filter(|c| is_plain(*c)).collect();
    format!("{HOST}{}/{name}", &hex(&Sha256::digest(bare))[..24])
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

/// Adds a signature to every address of a copy. Another `nonce` gives another signature.
pub(super) fn sign(body: &mut Map<String, Value>, nonce: u64, now: Timestamp) {
    for member in body.values_mut() {
        sign_below(member, nonce, now);
    }
}

fn sign_below(value: &mut Value, nonce: u64, now: Timestamp) {
    match value {
        Value::String(text) if text.starts_with(HOST) && !text.contains('?') => {
            let digest = hex(&Sha256::digest(format!("{text} {nonce}")));
            let start = Stamp::at(now).text();
            let start = utf8_percent_encode(&start, NON_ALPHANUMERIC);
            *text = format!("{text}?sv=2020-02-10&st={start}&sr=b&sp=r&sig={}%3D", &digest[..43]);
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| sign_below(element, nonce, now)),
        Value::Object(members) => sign(members, nonce, now),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{HOST, host_files, sign};

    #[test]
    fn a_file_keeps_its_address_and_its_signature_changes() {
        let now = "2026-11-29T10:00:00Z".parse().unwrap();
        let asset = |url: &str| json!({"type": "azureLogoSmall", "url": url}).as_object().unwrap().clone();
        let mut hosted = asset("https://c.example/logo.png?v=1");
        host_files("listing-asset", &mut hosted);
        let bare = hosted["url"].as_str().unwrap().to_owned();
        assert!(bare.starts_with(HOST) && bare.ends_with("/logo.png"), "{bare}");
        let (mut one, mut two) = (hosted.clone(), hosted.clone());
        sign(&mut one, 1, now);
        sign(&mut two, 2, now);
        assert_ne!(one, two);
        let mut again = one;
        host_files("listing-asset", &mut again);
        assert_eq!(again, hosted);
        let mut disk = json!({"osDisk": {"uri": "https://c.example/disk.vhd?sig=x"}}).as_object().unwrap().clone();
        let before = disk.clone();
        sign(&mut disk, 1, now);
        assert_eq!(disk, before);
    }
}

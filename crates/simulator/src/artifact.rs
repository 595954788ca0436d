//! Files the service fetches and hosts itself: logos, screenshots, packages, price sheets.
//!
//! Later GETs return an address in the marketplace's own storage with a signature of its own, new on each PUT
//! (cloud-partner-portal-api-creating-offer.md). The portal keeps the bare address; the signature is made when it
//! answers.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::redaction::each_text;
use super::stamp::Stamp;

/// Where hosted files stand; the domain belongs to nobody.
pub(super) const HOST: &str = "https://marketplace-artifacts.sandbox.example/";

/// Names whose text is the address of a file.
const FILES: [&str; 6] = ["smallLogo", "mediumLogo", "largeLogo", "wideLogo", "heroLogo", "packageFile"];

/// Parameters that sign an address; a file is the same file under another signature.
const SIGNING: [&str; 9] = ["sv", "sr", "sig", "se", "sp", "st", "spr", "sip", "si"];

/// Replaces the addresses of files in `document` by those under which the service hosts them.
pub(super) fn host_files(document: &mut Value, folder: &str) {
    match document {
        Value::Object(members) => {
            for (name, member) in members {
                match name.rsplit('.').next().unwrap_or(name) {
                    short if FILES.contains(&short) => host_text(member, folder),
                    "screenshots" => each_text(member, &|text| hosted(text, folder)),
                    "spreadSheetPricing" => {
                        if let Some(uri) = member.get_mut("uri") {
                            host_text(uri, folder);
                        }
                    }
                    _ => host_files(member, folder),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| host_files(element, folder)),
        _ => {}
    }
}

fn host_text(value: &mut Value, folder: &str) {
    if let Value::String(text) = value
        && let Some(address) = hosted(text, folder)
    {
        *text = address;
    }
}

/// The bare address under which the file at `address` is hosted; `None` if it is not the address of a file.
fn hosted(address: &str, folder: &str) -> Option<String> {
    if !(address.starts_with("https://") || address.starts_with("http://")) {
        return None;
    }
    let (bare, query) = address.split_once('?').unwrap_or((address, ""));
    if bare.starts_with(HOST) {
        return Some(bare.to_owned());
    }
    let mut hash = Sha256::new_with_prefix(bare);
    for pair in query.split('&').filter(|pair| !SIGNING.contains(&pair.split('=').next().unwrap_or_default())) {
        hash.update(pair);
    }
    let name: String = bare.rsplit('/').next().unwrap_or_default().chars().filter(|c| is_plain(*c)).collect();
    let name = if name.is_empty() { "artifact".to_owned() } else { name };
    Some(format!("{HOST}{folder}/{}/{name}", &hex(&hash.finalize())[..12]))
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

/// Adds a signature to every hosted address in `document`; `moment` decides which.
pub(super) fn sign_hosted(document: &mut Value, moment: Stamp) {
    each_text(document, &|text| {
        (text.starts_with(HOST) && !text.contains('?')).then(|| format!("{text}?{}", signature(text, moment)))
    });
}

/// `sv, sr=b, sig, se, sp=r`, in the order the service writes them.
fn signature(address: &str, moment: Stamp) -> String {
    let text = moment.text();
    let digest = hex(&Sha256::digest(format!("{address} {text}")));
    let year = text.get(..4).and_then(|year| year.parse::<u16>().ok()).unwrap_or(2026) + 10;
    let expiry = format!("{year}-01-01T00:00:00Z");
    format!("sv=2017-04-17&sr=b&sig={}%3D&se={}&sp=r", &digest[..43], utf8_percent_encode(&expiry, NON_ALPHANUMERIC))
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{HOST, host_files, hosted, sign_hosted};
    use crate::stamp::Stamp;

    #[test]
    fn every_kind_of_file_is_hosted_and_nothing_else() {
        let mut document = json!({
            "microsoft-azure-marketplace.smallLogo": "https://c.example/small.png",
            "microsoft-azure-marketplace.screenshots": ["https://c.example/1.png", {"name": "x", "image": "http://c.example/2.png"}],
            "plans": [{"spreadSheetPricing": {"uri": "https://c.example/p.xlsx"}, "packageFile": "https://c.example/p.zip"}],
            "microsoft-azure-marketplace.privacyURL": "https://c.example/privacy",
            "osVhdUrl": "https://c.example/disk.vhd"
        });
        host_files(&mut document, "contoso/firewall");
        for (pointer, file) in [
            ("/microsoft-azure-marketplace.smallLogo", "/small.png"),
            ("/microsoft-azure-marketplace.screenshots/0", "/1.png"),
            ("/microsoft-azure-marketplace.screenshots/1/image", "/2.png"),
            ("/plans/0/spreadSheetPricing/uri", "/p.xlsx"),
            ("/plans/0/packageFile", "/p.zip"),
        ] {
            let address = document.pointer(pointer).unwrap().as_str().unwrap();
            assert!(address.starts_with(&format!("{HOST}contoso/firewall/")) && address.ends_with(file), "{address}");
        }
        assert_eq!(document["microsoft-azure-marketplace.privacyURL"], "https://c.example/privacy");
        assert_eq!(document["osVhdUrl"], "https://c.example/disk.vhd");
        assert_eq!(document["microsoft-azure-marketplace.screenshots"][1]["name"], "x");
    }

    #[test]
    fn a_file_keeps_its_place_when_only_the_signature_changes() {
        let first = hosted("https://c.example/a.png?v=1&sv=1&sig=a", "f").unwrap();
        assert_eq!(hosted("https://c.example/a.png?v=1&sv=2&sig=b", "f").unwrap(), first);
        assert_ne!(hosted("https://c.example/a.png?v=2", "f").unwrap(), first);
        assert_eq!(hosted(&format!("{first}?sv=1&sig=x"), "f").unwrap(), first, "what is hosted already stays");
        assert_eq!(hosted("not an address", "f"), None);
    }

    #[test]
    fn a_signature_has_the_parts_the_service_uses_and_changes_with_the_moment() {
        let signed = |text: &str| {
            let mut document = json!([format!("{HOST}a/b/logo.png"), "https://other.example/x"]);
            sign_hosted(&mut document, Stamp::parse(text).unwrap());
            assert_eq!(document[1], "https://other.example/x");
            document[0].as_str().unwrap().to_owned()
        };
        let first = signed("2026-11-21T10:00:00Z");
        for part in ["?sv=", "&sr=b", "&sig=", "&se=2036", "&sp=r"] {
            assert!(first.contains(part), "{part} in {first}");
        }
        assert_ne!(first, signed("2026-11-21T10:00:01Z"));
    }
}

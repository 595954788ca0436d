//! How long the signatures of image addresses are good, and which of two declares the later end.
//!
//! Signatures are no difference: the same image with another one is the same. But an image whose signature has run out cannot be
//! published, and that is seen before it happens only by somebody who looks.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Note;
use crate::offer::canonical::{Form, View};
use crate::offer::fields::{Comparison, FieldTable};
use crate::offer::locate::locate;
use crate::offer::sas::SignedAddress;
use crate::offer::{Document, IdentityPath};
use crate::secret::{SecretSource, without_sas};

/// How long a signature has to be good yet, in days. Source: the pages of 2019 and later ask for three weeks at least
/// (articles/marketplace/cloud-partner-portal/virtual-machine/cpp-get-sas-uri.md).
const DAYS: i64 = 21;

/// What may be said about the signatures in a live document, one note of a kind.
pub(super) fn notes(
    table: &'static FieldTable,
    desired: &Document,
    live: &Document,
    secrets: &dyn SecretSource,
    today: Date,
) -> Vec<Note> {
    let mut signed = Vec::new();
    addresses(View::new(table.root(), live.content()), &IdentityPath::root(), &mut signed);
    let soon = today.saturating_add(DAYS.days());
    let mut said: BTreeMap<Validity, Vec<String>> = BTreeMap::new();
    for (place, address) in signed {
        let Some(declared) = declared_at(table, desired, &place, secrets) else { continue };
        let (Some(end), same) = (end_of(address), without_sas(&declared) == without_sas(address)) else { continue };
        let declared_end = end_of(&declared).filter(|_| same);
        let kind = match declared_end {
            Some(later) if later > end => Validity::RenewedInFiles,
            Some(earlier) if earlier < end => Validity::RenewedInPortal,
            _ if same && end < today => Validity::Expired,
            _ if same && end < soon => Validity::Expiring,
            _ => continue,
        };
        let between = match (kind, declared_end) {
            (Validity::RenewedInFiles | Validity::RenewedInPortal, Some(declared)) => {
                format!("{end} in the portal, {declared} in the files")
            }
            _ => end.to_string(),
        };
        said.entry(kind).or_default().push(format!("{place} ({between})"));
    }
    said.into_iter().map(|(kind, places)| note(kind, &places)).collect()
}

/// What is said about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Validity {
    Expired,
    Expiring,
    RenewedInFiles,
    RenewedInPortal,
}

fn note(kind: Validity, places: &[String]) -> Note {
    let (code, text) = match kind {
        Validity::Expired => {
            ("signature-expired", "no longer valid, which matters for versions that are not published yet")
        }
        Validity::Expiring => (
            "signature-expiring",
            "valid for less than three weeks, which matters for versions that are not published yet",
        ),
        Validity::RenewedInFiles => ("signature-renewed", "renewed in the files; it is sent with the next change"),
        Validity::RenewedInPortal => ("signature-renewed", "renewed in the portal; the files have an older one"),
    };
    Note { code, text: format!("signature {text}: {}", places.join(", ")) }
}

/// The signed addresses below a value, with their paths.
fn addresses<'a>(view: View<'a>, at: &IdentityPath, found: &mut Vec<(IdentityPath, &'a str)>) {
    match view.form() {
        Form::Scalar => {
            if let Some(address) = view.value.as_str()
                && view.field().comparison == Comparison::SignedUrl
            {
                found.push((at.clone(), address));
            }
        }
        Form::Map(members) => {
            for (key, value) in members {
                addresses(View::new(view.place.key(key), value), &at.key(key), found);
            }
        }
        Form::Keyed(elements) => {
            for (identity, element) in elements {
                addresses(View::new(view.place.element(), element.value), &at.key(&identity), found);
            }
        }
        // Such as the data disks of an image.
        Form::Sequence(elements) => {
            for (index, element) in elements.iter().enumerate() {
                addresses(View::new(view.place.element(), element), &at.index(index), found);
            }
        }
        // No signed address stands in a set.
        Form::Set(_) => {}
    }
}

/// The declared address at a place, if it can be known.
fn declared_at(
    table: &'static FieldTable,
    desired: &Document,
    place: &IdentityPath,
    secrets: &dyn SecretSource,
) -> Option<String> {
    let (at, value) = locate(table, desired.content(), place)?;
    match desired.sealed().get(&at) {
        Some(reference) => Some(secrets.comparable(reference)?.expose().to_owned()),
        None => value.as_str().map(ToOwned::to_owned),
    }
}

/// The last day of a signature. Source: `se` in "Create a service SAS", learn.microsoft.com/rest/api/storageservices/create-service-sas.
fn end_of(address: &str) -> Option<Date> {
    SignedAddress::of(address).day("se")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::offer::OfferTypeId;
    use crate::secret::NoSecrets;

    const KEY: &str = "microsoft-azure-virtualmachines.vmImages";

    fn document(address: &str) -> Document {
        let images = json!({"1.0.0": {"osVhdUrl": address}});
        Document::new(json!({"definition": {"plans": [{"planId": "standard", KEY: images}]}}))
    }

    #[test]
    fn renewed_expiring_and_expired_signatures_are_told_apart() {
        let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        let signed = |end: &str| format!("https://disks.example/a.vhd?sv=1&se={end}T00%3A00%3A00Z&sig=hidden");
        let today = "2026-11-21".parse().unwrap();
        for (declared, live, expected) in [
            (signed("2027-06-30"), signed("2027-06-30"), None),
            (signed("2026-12-12"), signed("2026-12-12"), None),
            (signed("2026-12-11"), signed("2026-12-11"), Some(("signature-expiring", "(2026-12-11)"))),
            (signed("2026-11-20"), signed("2026-11-20"), Some(("signature-expired", "(2026-11-20)"))),
            (
                signed("2027-06-30"),
                signed("2026-11-20"),
                Some(("signature-renewed", "(2026-11-20 in the portal, 2027-06-30 in the files)")),
            ),
            (signed("2026-12-01"), signed("2027-06-30"), Some(("signature-renewed", "renewed in the portal"))),
            ("https://disks.example/b.vhd?sig=x&se=2027-01-01".to_owned(), signed("2026-11-20"), None),
            ("https://disks.example/a.vhd".to_owned(), "https://disks.example/a.vhd".to_owned(), None),
            (signed("soon"), signed("soon"), None),
        ] {
            let notes = notes(table, &document(&declared), &document(&live), &NoSecrets, today);
            let found = notes.first().map(|note| (note.code, note.text.as_str()));
            match expected {
                None => assert_eq!(found, None, "{declared} {live}"),
                Some((code, text)) => {
                    let (found, said) = found.unwrap();
                    assert_eq!(found, code, "{said}");
                    assert!(said.contains(text) && said.contains("/1.0.0/osVhdUrl"), "{said}");
                    assert!(!said.contains("hidden"), "{said}");
                }
            }
        }
    }

    #[test]
    fn the_addresses_of_data_disks_are_looked_at_whichever_key_they_have() {
        let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        for key in ["lunVhdUrl", "vhdUrl", "uri"] {
            let image = |end: &str| {
                let disk = json!({"lun": 0, key: format!("https://disks.example/data.vhd?se={end}&sig=hidden")});
                let images = json!({"1.0.0": {"lunVhdDetails": [disk]}});
                Document::new(json!({"definition": {"plans": [{"planId": "standard", KEY: images}]}}))
            };
            let (old, new) = (image("2026-11-20"), image("2027-06-30"));
            let said = |desired, live| notes(table, desired, live, &NoSecrets, "2026-11-21".parse().unwrap());
            assert_eq!(said(&new, &old).first().map(|note| note.code), Some("signature-renewed"), "{key}");
            let expired = said(&old, &old);
            assert_eq!(expired.first().map(|note| note.code), Some("signature-expired"), "{key}");
            assert!(expired[0].text.contains(&format!("/lunVhdDetails/0/{key}")), "{}", expired[0].text);
        }
    }

    #[test]
    fn what_no_file_declares_is_not_looked_at() {
        let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        let nothing = Document::new(json!({"definition": {"plans": []}}));
        let live = document("https://disks.example/a.vhd?se=2020-01-01&sig=x");
        assert_eq!(notes(table, &nothing, &live, &NoSecrets, "2026-11-21".parse().unwrap()), []);
    }
}

//! The portal a sandbox starts with: the shipped examples, as a portal would hold them that people have worked in.
//!
//! The documents stand in `seed/`, one file per offer, exactly as a GET returns them; what signs an address is left
//! out there and added here.

use serde::Deserialize;
use serde_json::Value;

use super::portal::{Content, Migration, Offer, strip_server_owned};
use super::redaction::{Fingerprints, sign_addresses, take_secrets};
use super::service::Service;
use super::stamp::Stamp;

const PUBLISHERS: &str = include_str!("seed/publishers.json");
const OFFERS: [(&str, &str); 4] = [
    ("data-stream.json", include_str!("seed/data-stream.json")),
    ("firewall.json", include_str!("seed/firewall.json")),
    ("legacy-scanner.json", include_str!("seed/legacy-scanner.json")),
    ("linux-images.json", include_str!("seed/linux-images.json")),
];

/// A seed that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The file is not JSON of the agreed form.
    #[error("`{file}` of the seed cannot be read")]
    Syntax {
        /// The file's name.
        file: String,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// A document names no publisher or no id.
    #[error("`{file}` of the seed has a document without `publisherId` or `id`")]
    Nameless {
        /// The file's name.
        file: String,
    },
    /// The Product Ingestion API does not take one of its products.
    #[error(transparent)]
    Product(#[from] super::ingestion::SeedError),
}

/// An offer as the seed has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedOffer {
    /// The document as a GET returns it.
    pub draft: Value,
    /// What is in the preview.
    pub preview: Option<Value>,
    /// What customers see.
    pub production: Option<Value>,
    /// For people: why this differs from what git says.
    pub changed_by: String,
}

/// The shipped offers.
pub fn shipped() -> Result<Vec<SeedOffer>, SeedError> {
    OFFERS.iter().map(|(file, text)| read(file, text)).collect()
}

fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SeedError> {
    serde_json::from_str(text).map_err(|source| SeedError::Syntax { file: file.to_owned(), source })
}

/// Puts the shipped publishers and offers into `service`, and the products that only the Product Ingestion API has.
pub fn fill(service: &mut Service) -> Result<(), SeedError> {
    for publisher in read::<Vec<Value>>("publishers.json", PUBLISHERS)? {
        service.add_publisher(publisher);
    }
    for (file, text) in OFFERS {
        let offer = read(file, text)?;
        service.add_offer(offer).ok_or_else(|| SeedError::Nameless { file: file.to_owned() })?;
    }
    let now = service.clock.now();
    service.ingestion.fill(now)?;
    Ok(())
}

impl Service {
    /// Puts an offer into the portal as it is, past all checks and rewrites; the answer is its address
    /// `publisher/offer`, or `None` if the draft does not name one.
    pub fn add_offer(&mut self, seed: SeedOffer) -> Option<String> {
        let name = |key: &str| seed.draft.get(key).and_then(Value::as_str).map(str::to_owned);
        let (publisher, id) = (name("publisherId")?, name("id")?);
        let migrated = seed.draft.get("pcMigrationStatus").and_then(Value::as_str) == Some("migrated");
        let mut fingerprints = Fingerprints::default();
        let (draft, given) = self.content(seed.draft, &mut fingerprints);
        let mut offer = Offer::new(&publisher, &id, Value::Null, draft.changed);
        offer.given = given.into_iter().collect();
        offer.migration = if migrated { Migration::Migrated } else { Migration::None };
        offer.publishing_version = draft.version;
        offer.draft = draft;
        offer.preview = seed.preview.map(|document| self.content(document, &mut fingerprints).0);
        offer.production = seed.production.map(|document| self.content(document, &mut fingerprints).0);
        for content in offer.production.iter().chain(&offer.preview) {
            offer.versions.insert(content.version, content.clone());
        }
        let key = format!("{publisher}/{id}");
        self.portal.offers.insert(key.clone(), offer);
        Some(key)
    }

    fn content(&mut self, mut document: Value, fingerprints: &mut Fingerprints) -> (Content, Vec<String>) {
        let changed = document.get("changedTime").and_then(Value::as_str).and_then(Stamp::parse);
        let changed = changed.unwrap_or_else(|| self.next_stamp());
        let version = document.get("version").and_then(Value::as_u64).unwrap_or(1);
        strip_server_owned(&mut document);
        sign_addresses(&mut document);
        let given = take_secrets(&mut document, fingerprints);
        (Content { document, version, changed }, given)
    }
}

#[cfg(test)]
mod tests {
    use super::{fill, shipped};
    use crate::testing::Bench;

    #[test]
    fn every_shipped_offer_can_be_read_and_says_why_it_is_there() {
        for offer in shipped().unwrap() {
            assert!(!offer.changed_by.is_empty());
            assert!(!offer.draft.to_string().contains("sig="), "the seed is in git");
        }
    }

    #[test]
    fn the_seeded_portal_answers_with_signed_addresses_and_no_secret() {
        let mut bench = Bench::new();
        bench.service.portal.publishers.clear();
        fill(&mut bench.service).unwrap();
        assert!(bench.service.offers().count() > 0);
        let addresses: Vec<String> = bench.service.offers().map(str::to_owned).collect();
        for address in addresses {
            let (publisher, offer) = address.split_once('/').unwrap();
            let seen = bench.get(&format!("/api/publishers/{publisher}/offers/{offer}"));
            assert_eq!(seen.status, 200, "{address}");
            assert!(!seen.text.contains("sandbox.example/contoso/firewall/logo-48.png\""), "no bare hosted address");
            assert!(seen.header("etag").is_some());
        }
    }
}

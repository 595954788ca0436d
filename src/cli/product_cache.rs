//! The ids of products, remembered on this machine: a service finds a product by its own id, and looking that up is a request.
//!
//! Every run that asks the Product Ingestion API reads and writes it, also those that write no record. It may be lost, out of date or
//! wrong: whoever uses an id looks it up again if the service does not know it. So nothing that goes wrong here stops a run. Each service
//! has a file of its own, without secrets. The files are in the folder for caches of the user, never in the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::environment::Environment;
use crate::backend::Ledger;
use crate::file;
use crate::offer::OfferAddress;
use crate::record::hex;
use crate::text::chain;

/// The version of the format. A file with another one counts as empty, and is replaced.
const VERSION: u32 = 1;

/// A larger file counts as empty: 10,000 products take about a megabyte.
const LIMIT: usize = 8 * 1024 * 1024;

/// What is remembered of the products of one service.
#[derive(Debug)]
pub(super) struct ProductCache {
    path: PathBuf,
    service: String,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    facts: Facts,
    /// What this run learned: it is put on top of what is in the file by then. An empty value is one to forget.
    learned: Facts,
}

/// The facts of each offer, by name.
type Facts = BTreeMap<String, BTreeMap<String, String>>;

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    version: u32,
    service: String,
    products: Facts,
}

impl ProductCache {
    /// What `folder` has of `service`, which is an address without a query.
    pub(super) fn open(folder: &Path, service: &str) -> Self {
        let name = hex(&Sha256::digest(service.as_bytes()));
        let path = folder.join(format!("products-{}.json", name.get(..16).unwrap_or_default()));
        let facts = read(&path, service);
        let known = Mutex::new(Known { facts, learned: Facts::default() });
        Self { path, service: service.to_owned(), known }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts what was learned on top of what is in the file. If two runs do this at once, one of them wins.
    fn write(&self, learned: Facts) -> Result<(), file::Error> {
        let mut products = read(&self.path, &self.service);
        merge(&mut products, learned);
        let content = Content { version: VERSION, service: self.service.clone(), products };
        let Ok(mut text) = serde_json::to_vec_pretty(&content) else { return Ok(()) };
        text.push(b'\n');
        file::make_folder(self.path.parent().unwrap_or(Path::new(".")), None)?;
        file::write(&self.path, &text)
    }
}

impl Ledger for ProductCache {
    fn recall(&self, address: &OfferAddress, name: &str) -> Option<String> {
        self.known().facts.get(&key(address))?.get(name).cloned()
    }

    fn remember(&self, address: &OfferAddress, name: &str, value: &str) {
        let one = || Facts::from([(key(address), BTreeMap::from([(name.to_owned(), value.to_owned())]))]);
        let mut known = self.known();
        merge(&mut known.facts, one());
        known.learned.entry(key(address)).or_default().insert(name.to_owned(), value.to_owned());
    }

    fn keep(&self) {
        let learned = std::mem::take(&mut self.known().learned);
        if learned.is_empty() {
            return;
        }
        if let Err(error) = self.write(learned) {
            tracing::debug!("the ids of products could not be remembered: {}", chain(&error));
        }
    }
}

/// External ids are the same in any letter case.
fn key(address: &OfferAddress) -> String {
    address.to_string().to_lowercase()
}

fn merge(facts: &mut Facts, learned: Facts) {
    for (offer, values) in learned {
        let of_offer = facts.entry(offer.clone()).or_default();
        of_offer.extend(values);
        of_offer.retain(|_, value| !value.is_empty());
        if of_offer.is_empty() {
            facts.remove(&offer);
        }
    }
}

/// What a file has of a service; nothing if it cannot be read or is not of that service.
fn read(path: &Path, service: &str) -> Facts {
    let bytes = match file::read_own(path, LIMIT) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            tracing::debug!("the remembered ids of products cannot be read: {}", chain(&error));
            return Facts::default();
        }
    };
    let content = serde_json::from_slice::<Content>(&bytes).ok();
    let current = content.filter(|content| content.version == VERSION && content.service == service);
    current.map(|content| content.products).unwrap_or_default()
}

/// The folder for caches of this program; `None` if the environment names no absolute folder.
pub(super) fn cache_folder(environment: &Environment) -> Option<PathBuf> {
    let folder = |name: &str| environment.get(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let of_system = || match std::env::consts::OS {
        "windows" => folder("LOCALAPPDATA"),
        "macos" => folder("HOME").map(|home| home.join("Library").join("Caches")),
        _ => folder("HOME").map(|home| home.join(".cache")),
    };
    Some(folder("XDG_CACHE_HOME").or_else(of_system)?.join("offerform"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "https://graph.example/rp/product-ingestion";

    fn offer(text: &str) -> OfferAddress {
        OfferAddress::new("contoso", text)
    }

    fn file_in(folder: &Path) -> PathBuf {
        ProductCache::open(folder, SERVICE).path
    }

    #[test]
    fn an_id_is_known_to_the_next_run_of_the_same_service_only() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("missing/offerform");
        let cache = ProductCache::open(&folder, SERVICE);
        cache.remember(&offer("gateway"), "product", "guid-1");
        assert!(!folder.exists(), "nothing is written before it is kept");
        cache.keep();
        let next = ProductCache::open(&folder, SERVICE);
        assert_eq!(next.recall(&offer("Gateway"), "product").as_deref(), Some("guid-1"));
        assert_eq!(next.recall(&offer("other"), "product"), None);
        assert_eq!(ProductCache::open(&folder, "http://127.0.0.1:1/x").recall(&offer("gateway"), "product"), None);
    }

    #[test]
    fn what_two_runs_learn_is_kept_and_what_is_forgotten_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (ProductCache::open(folder.path(), SERVICE), ProductCache::open(folder.path(), SERVICE));
        one.remember(&offer("a"), "product", "guid-a");
        two.remember(&offer("b"), "product", "guid-b");
        one.keep();
        two.keep();
        let next = ProductCache::open(folder.path(), SERVICE);
        assert_eq!(next.recall(&offer("a"), "product").as_deref(), Some("guid-a"));
        assert_eq!(next.recall(&offer("b"), "product").as_deref(), Some("guid-b"));
        next.remember(&offer("a"), "product", "");
        assert_eq!(next.recall(&offer("a"), "product"), None);
        next.keep();
        let text = String::from_utf8(std::fs::read(file_in(folder.path())).unwrap()).unwrap();
        assert!(!text.contains("contoso/a") && text.contains("contoso/b"), "{text}");
    }

    #[test]
    fn a_file_that_is_broken_or_of_something_else_counts_as_empty_and_is_replaced() {
        let of = |version: u32, service: &str| {
            let products = serde_json::json!({ "contoso/a": { "product": "guid" } });
            serde_json::json!({ "version": version, "service": service, "products": products }).to_string()
        };
        for (text, expected) in [
            (of(1, SERVICE), Some("guid")),
            (of(2, SERVICE), None),
            (of(1, "https://other.example"), None),
            ("{ half".to_owned(), None),
            (String::new(), None),
            ("[]".to_owned(), None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(file_in(folder.path()), &text).unwrap();
            let cache = ProductCache::open(folder.path(), SERVICE);
            assert_eq!(cache.recall(&offer("a"), "product").as_deref(), expected, "{text}");
            cache.remember(&offer("b"), "product", "new");
            cache.keep();
            let next = ProductCache::open(folder.path(), SERVICE);
            assert_eq!(next.recall(&offer("b"), "product").as_deref(), Some("new"), "{text}");
            assert_eq!(next.recall(&offer("a"), "product").as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("file");
        std::fs::write(&taken, "not a folder").unwrap();
        let cache = ProductCache::open(&taken.join("offerform"), SERVICE);
        cache.remember(&offer("a"), "product", "guid");
        cache.keep();
        assert_eq!(cache.recall(&offer("a"), "product").as_deref(), Some("guid"));
        assert_eq!(String::from_utf8(std::fs::read(&taken).unwrap()).unwrap(), "not a folder");
    }
}

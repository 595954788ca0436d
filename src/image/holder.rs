//! What has versions of an image: a SKU, or a disk generation of one.

use std::fmt;

use serde_json::{Map, Value};

use crate::offer::version::numbers;
use crate::offer::{IdentityPath, OfferPart, Pointer};

/// A SKU, or a disk generation of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// The id of the SKU.
    pub sku: String,
    /// The id of the disk generation, if it is one.
    pub generation: Option<String>,
    /// Where it stands, by position.
    pub at: Pointer,
    /// The key of its images.
    pub key: String,
}

impl Holder {
    /// The `planId` of the SKU or disk generation.
    #[must_use]
    pub fn id(&self) -> &str {
        self.generation.as_deref().unwrap_or(&self.sku)
    }

    /// Where its images stand, by position.
    #[must_use]
    pub fn images(&self) -> Pointer {
        self.at.key(&self.key)
    }

    /// The path of a version.
    #[must_use]
    pub fn identity(&self, version: &str) -> IdentityPath {
        if let (OfferPart::Plan(_), rest) = OfferPart::of(&self.at) {
            let plan = OfferPart::Plan(self.sku.clone()).path();
            return rest.iter().fold(plan, |at, key| at.key(key)).key(&self.key).key(version);
        }
        let sku = self.sku.clone();
        let own = match self.generation.clone() {
            Some(generation) => OfferPart::Generation(sku, generation),
            None => OfferPart::Sku(sku),
        };
        own.path().key(&self.key).key(version)
    }

    /// Its versions in a document, oldest first. One that is explicitly `null` is none.
    pub(super) fn versions<'a>(&self, document: &'a Value) -> Vec<(&'a str, &'a Map<String, Value>)> {
        let map = document.pointer(self.images().as_str()).and_then(Value::as_object);
        let mut all: Vec<_> = map
            .into_iter()
            .flatten()
            .filter_map(|(version, image)| Some((version.as_str(), image.as_object()?)))
            .collect();
        // What is no version counts as the oldest.
        all.sort_by_key(|(version, _)| numbers(version));
        all
    }

    /// Whether two documents mean the same by it.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.sku == other.sku && self.generation == other.generation
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.generation {
            Some(generation) => write!(f, "{}/{generation}", self.sku),
            None => f.write_str(&self.sku),
        }
    }
}

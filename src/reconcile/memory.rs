//! The record as a run uses it: loaded once, written whenever something was learned.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::backend::Ledger;
use crate::offer::{Api, OfferAddress};
use crate::record::{Error, LastApplied, Record, Rewrites, Store};

/// The rewrites known at one service.
#[derive(Debug)]
pub struct Memory {
    endpoint: String,
    /// The name of the service of offers that are managed through the Product Ingestion API.
    ingestion: String,
    store: Option<Store>,
    record: Mutex<Record>,
    /// What this run noted. Notes are written once, at its end: each takes a push.
    noted: Mutex<Record>,
}

impl Memory {
    /// Remembers in `store`, and tells what was in the way of reading it.
    #[must_use]
    pub fn open(endpoint: impl Into<String>, store: Store) -> (Self, Vec<Error>) {
        let loaded = store.load();
        let record = Mutex::new(loaded.record);
        (Self { store: Some(store), record, ..Self::empty(endpoint) }, loaded.errors)
    }

    /// This memory with the endpoint of the Product Ingestion API. What is remembered of an offer at one endpoint says nothing about the
    /// offer of the same name at another.
    #[must_use]
    pub fn with_ingestion(self, endpoint: impl Into<String>) -> Self {
        Self { ingestion: endpoint.into(), ..self }
    }

    fn service(&self, address: &OfferAddress) -> &str {
        match address.api {
            Api::CloudPartnerPortal => &self.endpoint,
            Api::ProductIngestion => &self.ingestion,
        }
    }

    /// Starts with nothing remembered and keeps nothing.
    #[must_use]
    pub fn empty(endpoint: impl Into<String>) -> Self {
        let ingestion = Api::ProductIngestion.name().to_owned();
        let (record, noted) = (Mutex::default(), Mutex::default());
        Self { endpoint: endpoint.into(), ingestion, store: None, record, noted }
    }

    /// The endpoint of the service, by which the record keeps its offers.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What is remembered of one offer.
    #[must_use]
    pub fn rewrites(&self, address: &OfferAddress) -> Rewrites {
        locked(&self.record).rewrites(self.service(address), address)
    }

    /// Whether it is remembered that an offer was applied, so that it is known to exist.
    #[must_use]
    pub fn was_applied(&self, address: &OfferAddress) -> bool {
        self.rewrites(address).last_applied().is_some()
    }

    /// Remembers from now on, also for the next run.
    pub fn learn(&self, address: &OfferAddress, rewrites: Rewrites) -> Result<(), Error> {
        locked(&self.record).set(self.service(address), address, rewrites);
        self.note(address);
        match &self.store {
            // Even if this run is killed.
            Some(Store::File(_)) => self.keep(),
            Some(Store::Notes(_)) | None => Ok(()),
        }
    }

    /// Remembers what was applied of an offer. It is kept with [`keep`](Self::keep).
    pub fn applied(&self, address: &OfferAddress, applied: LastApplied) {
        let unchanged = self.rewrites(address).last_applied() == Some(&applied);
        if !unchanged {
            locked(&self.record).set_last_applied(self.service(address), address, applied);
            self.note(address);
        }
    }

    /// Remembers the revision of the draft that was published. It is kept with [`keep`](Self::keep).
    pub fn published(&self, address: &OfferAddress, revision: &str) {
        locked(&self.record).set_published(self.service(address), address, revision);
        self.note(address);
    }

    /// Writes what was not written yet.
    pub fn keep(&self) -> Result<(), Error> {
        let noted = std::mem::take(&mut *locked(&self.noted));
        let Some(store) = self.store.as_ref().filter(|_| noted.entries().next().is_some()) else { return Ok(()) };
        store.update(&|record| record.merge(noted.clone()))
    }

    fn note(&self, address: &OfferAddress) {
        let mut noted = Record::default();
        noted.copy(self.service(address), address, &locked(&self.record));
        locked(&self.noted).merge(noted);
    }
}

impl Ledger for Memory {
    fn recall(&self, address: &OfferAddress, name: &str) -> Option<String> {
        self.rewrites(address).fact(name).map(ToOwned::to_owned)
    }

    fn remember(&self, address: &OfferAddress, name: &str, value: &str) {
        locked(&self.record).set_fact(self.service(address), address, name, value);
        self.note(address);
    }

    fn keep(&self) {
        if let Err(error) = Self::keep(self) {
            tracing::warn!("the record could not be written: {}", crate::text::chain(&error));
        }
    }
}

fn locked(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}

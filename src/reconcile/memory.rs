//! The record as a run uses it: loaded once, written whenever something was learned.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::offer::OfferAddress;
use crate::record::{Error, LastApplied, Record, Rewrites, Store};

/// The rewrites known at one service.
#[derive(Debug)]
pub struct Memory {
    endpoint: String,
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
        let (record, noted) = (Mutex::new(loaded.record), Mutex::default());
        (Self { endpoint: endpoint.into(), store: Some(store), record, noted }, loaded.troubles)
    }

    /// Starts with nothing remembered and keeps nothing.
    #[must_use]
    pub fn empty(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), store: None, record: Mutex::default(), noted: Mutex::default() }
    }

    /// The service's name.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What is remembered of one offer.
    #[must_use]
    pub fn rewrites(&self, address: &OfferAddress) -> Rewrites {
        locked(&self.record).rewrites(&self.endpoint, address)
    }

    /// Whether it is remembered that an offer was applied, so that it is known to exist.
    #[must_use]
    pub fn was_applied(&self, address: &OfferAddress) -> bool {
        self.rewrites(address).last_applied().is_some()
    }

    /// Remembers from now on, also for the next run.
    pub fn learn(&self, address: &OfferAddress, rewrites: Rewrites) -> Result<(), Error> {
        locked(&self.record).set(&self.endpoint, address, rewrites);
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
            locked(&self.record).set_last_applied(&self.endpoint, address, applied);
            self.note(address);
        }
    }

    /// Remembers the revision of the draft that was published. It is kept with [`keep`](Self::keep).
    pub fn published(&self, address: &OfferAddress, revision: &str) {
        locked(&self.record).set_published(&self.endpoint, address, revision);
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
        noted.copy(&self.endpoint, address, &locked(&self.record));
        locked(&self.noted).merge(noted);
    }
}

fn locked(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The record as a run uses it: loaded once, written whenever something was learned.

use std::sync::{Mutex, PoisonError};

use crate::offer::OfferAddress;
use crate::record::{Error, File, Record, Rewrites};

/// The rewrites known at one service.
#[derive(Debug)]
pub struct Memory {
    endpoint: String,
    file: Option<File>,
    record: Mutex<Record>,
}

impl Memory {
    /// Remembers in `file`, or only for this run.
    pub fn open(endpoint: impl Into<String>, file: Option<File>) -> Result<Self, Error> {
        let record = file.as_ref().map(File::load).transpose()?.unwrap_or_default();
        Ok(Self { endpoint: endpoint.into(), file, record: Mutex::new(record) })
    }

    /// Starts with nothing remembered and keeps nothing.
    #[must_use]
    pub fn empty(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), file: None, record: Mutex::default() }
    }

    /// What is remembered of one offer.
    #[must_use]
    pub fn rewrites(&self, address: &OfferAddress) -> Rewrites {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).rewrites(&self.endpoint, address)
    }

    /// Remembers from now on, also for the next run.
    pub fn learn(&self, address: &OfferAddress, rewrites: Rewrites) -> Result<(), Error> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.set(&self.endpoint, address, rewrites);
        self.file.as_ref().map_or(Ok(()), |file| file.save(&record))
    }
}

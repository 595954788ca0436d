//! Which product an offer is: the service knows products by ids of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::client::Reading;
use crate::api::{Error, Failure};
use crate::backend::Ledger;
use crate::offer::OfferAddress;

/// The name under which the id of a product is remembered.
const PRODUCT: &str = "product";

/// The name under which the job of the last release is remembered: its kind, its id, and the revision that it releases.
const JOB: &str = "job";

/// The ids of products that are certain: in this run, the service confirmed that they belong to the external id.
#[derive(Debug, Default)]
pub(super) struct Directory(Mutex<HashMap<OfferAddress, String>>);

/// The id of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) guid: String,
    /// Whether the service confirmed it in this run. One that is only remembered may be of a product that was deleted, or of another
    /// product or account.
    is_certain: bool,
}

impl Known {
    /// Whether this failure of a request about the product can mean that the id is wrong.
    fn may_be_wrong(&self, error: &Error) -> bool {
        let is_unreadable = matches!(error.failure(), Some(Failure::Unreadable { .. }));
        let is_unknown = error.is_bad_request() || error.is_forbidden() || is_unreadable || error.failure().is_none();
        error.is_not_found() || (!self.is_certain && is_unknown)
    }
}

impl Directory {
    /// The id of the product behind an offer, from memory or from the service. `None` if the service has no such product.
    pub(super) async fn product(&self, reading: &Reading, address: &OfferAddress) -> Result<Option<Known>, Error> {
        match self.known(reading, address) {
            Some(known) => Ok(Some(known)),
            None => self.looked_up(reading, address).await,
        }
    }

    /// The id of the product behind an offer, confirmed by the service in this run. `None` if the service has no such product.
    pub(super) async fn certain(&self, reading: &Reading, address: &OfferAddress) -> Result<Option<Known>, Error> {
        match self.known(reading, address) {
            Some(known) if known.is_certain => Ok(Some(known)),
            _ => self.looked_up(reading, address).await,
        }
    }

    /// Another id of the product, after a request with the id `known` failed with `error`. `None` if the service has no such product.
    ///
    /// An id that is only remembered may be wrong: its product was deleted, and perhaps another one has its external id now. So the id is
    /// looked up if that explains the failure. The error is returned if it does not, and if the service has the same id.
    pub(super) async fn corrected(
        &self,
        reading: &Reading,
        address: &OfferAddress,
        known: Known,
        error: Error,
    ) -> Result<Option<String>, Error> {
        if !known.may_be_wrong(&error) {
            return Err(error);
        }
        let found = self.looked_up(reading, address).await?;
        if found.as_ref().is_some_and(|found| found.guid == known.guid) {
            Err(error)
        } else {
            Ok(found.map(|found| found.guid))
        }
    }

    /// The id that the service has for the product now.
    async fn looked_up(&self, reading: &Reading, address: &OfferAddress) -> Result<Option<Known>, Error> {
        let Some(found) = reading.product(address).await? else {
            self.forget(reading, address);
            return Ok(None);
        };
        self.learn(reading, address, &found.guid);
        Ok(Some(Known { guid: found.guid, is_certain: true }))
    }

    fn known(&self, reading: &Reading, address: &OfferAddress) -> Option<Known> {
        if let Some(guid) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address) {
            return Some(Known { guid: guid.clone(), is_certain: true });
        }
        // Every run corrects the cache, but only some correct the record.
        let mut remembered = ledgers(reading).into_iter().filter_map(|ledger| ledger.recall(address, PRODUCT));
        let guid = remembered.find(|guid| !guid.is_empty())?;
        Some(Known { guid, is_certain: false })
    }

    /// Knows the id of a product, which the service listed. It may be of an offer that no file declares, so no record of it is kept.
    pub(super) fn note(&self, reading: &Reading, address: &OfferAddress, guid: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(address.clone(), guid.to_owned());
        remember(&reading.connection.cache, address, guid);
    }

    /// Remembers the id of a product, which the service confirmed.
    pub(super) fn learn(&self, reading: &Reading, address: &OfferAddress, guid: &str) {
        self.note(reading, address, guid);
        remember(ledger(reading), address, guid);
    }

    /// Forgets the id of a product that the service does not have.
    fn forget(&self, reading: &Reading, address: &OfferAddress) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(address);
        for ledger in ledgers(reading) {
            if ledger.recall(address, PRODUCT).is_some_and(|guid| !guid.is_empty()) {
                ledger.remember(address, PRODUCT, "");
            }
        }
    }
}

fn remember(ledger: &Arc<dyn Ledger>, address: &OfferAddress, guid: &str) {
    if ledger.recall(address, PRODUCT).as_deref() != Some(guid) {
        ledger.remember(address, PRODUCT, guid);
    }
}

/// What remembers the ids of products, in the order in which it is asked.
fn ledgers(reading: &Reading) -> [&Arc<dyn Ledger>; 2] {
    [&reading.connection.cache, ledger(reading)]
}

fn ledger(reading: &Reading) -> &Arc<dyn Ledger> {
    &reading.connection.ledger
}

/// The job of a release that this program started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StartedJob {
    pub(super) id: String,
    /// The revision of what it releases, if it was looked at.
    pub(super) of: Option<String>,
}

/// Remembers the job of a release, before anything waits for it.
pub(super) fn remember_job(reading: &Reading, address: &OfferAddress, kind: &str, job: &StartedJob) {
    let of = job.of.as_deref().unwrap_or_default();
    ledger(reading).remember(address, JOB, &format!("{kind} {} {of}", job.id));
    ledger(reading).keep();
}

/// The job of the last release of an offer that this program started, if it is of this kind.
pub(super) fn job(reading: &Reading, address: &OfferAddress, kind: &str) -> Option<StartedJob> {
    let known = ledger(reading).recall(address, JOB)?;
    let mut parts = known.split(' ');
    let (known_kind, id, of) = (parts.next()?, parts.next()?, parts.next().filter(|of| !of.is_empty()));
    (known_kind == kind).then(|| StartedJob { id: id.to_owned(), of: of.map(str::to_owned) })
}

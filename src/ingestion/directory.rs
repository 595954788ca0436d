//! Which product an offer is: the service knows products by ids of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::client::Reading;
use crate::api::Error;
use crate::backend::Ledger;
use crate::offer::OfferAddress;

/// The name under which the id of a product is remembered.
const PRODUCT: &str = "product";

/// The name under which the job of the last release is remembered: its kind, its id, and the revision that it releases.
const JOB: &str = "job";

/// The ids of products and jobs that are known.
#[derive(Debug, Default)]
pub(super) struct Directory(Mutex<HashMap<OfferAddress, String>>);

impl Directory {
    /// The id of the product behind an offer, from memory or from the service; and whether it comes from memory. `None` if the service has
    /// no such product.
    pub(super) async fn product(
        &self,
        reading: &Reading,
        address: &OfferAddress,
    ) -> Result<Option<(String, bool)>, Error> {
        if let Some(guid) = self.known(reading, address) {
            return Ok(Some((guid, true)));
        }
        let found = reading.product(address).await?;
        Ok(found.map(|product| {
            self.learn(reading, address, &product.guid);
            (product.guid, false)
        }))
    }

    fn known(&self, reading: &Reading, address: &OfferAddress) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned();
        known.or_else(|| ledger(reading).recall(address, PRODUCT).filter(|guid| !guid.is_empty()))
    }

    /// Knows the id of a product for this run.
    pub(super) fn note(&self, address: &OfferAddress, guid: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(address.clone(), guid.to_owned());
    }

    /// Remembers the id of a product.
    pub(super) fn learn(&self, reading: &Reading, address: &OfferAddress, guid: &str) {
        self.note(address, guid);
        if ledger(reading).recall(address, PRODUCT).as_deref() != Some(guid) {
            ledger(reading).remember(address, PRODUCT, guid);
        }
    }

    /// Forgets the id of a product that the service does not have.
    pub(super) fn forget(&self, reading: &Reading, address: &OfferAddress) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(address);
        ledger(reading).remember(address, PRODUCT, "");
    }
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

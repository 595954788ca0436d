//! Reads from the Cloud Partner Portal.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::meaning;
use super::operation::{listed, status};
use super::situation;
use crate::api::{OperationLocation, ReadOnlyClient};
use crate::backend::{
    Activity, Error, ErrorKind, Handle, ListedOperation, LiveDocument, OperationStatus, Publisher, Reader, Releases,
    StatusLocation,
};
use crate::clock::Bounds;
use crate::offer::{Api, OfferAddress, PublisherId, Slot};

/// Reads from the Cloud Partner Portal.
#[derive(Debug, Clone)]
pub struct PortalReader(ReadOnlyClient);

impl PortalReader {
    /// A reader that asks through `client`.
    #[must_use]
    pub fn new(client: ReadOnlyClient) -> Self {
        Self(client)
    }
}

/// The id is not one that the API can be asked about.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a valid operation id")]
struct NoOperationId(String);

#[async_trait]
impl Reader for PortalReader {
    fn bounded(&self, bounds: Bounds) -> Arc<dyn Reader> {
        Arc::new(Self(self.0.bounded(bounds)))
    }

    fn shortest_pause(&self, _address: &OfferAddress) -> Duration {
        Duration::ZERO
    }

    async fn publishers(&self) -> Result<Vec<Publisher>, Error> {
        let rows = self.0.publishers().await.map_err(meaning)?;
        Ok(rows.into_iter().map(|row| Publisher { id: row.id, name: row.name }).collect())
    }

    async fn time(&self) -> Result<Option<Timestamp>, Error> {
        self.0.time().await.map_err(meaning)
    }

    async fn offers(&self, publisher: &PublisherId, _api: Api) -> Result<Vec<OfferAddress>, Error> {
        let rows = self.0.offers(publisher).await.map_err(meaning)?;
        Ok(rows.into_iter().map(|row| row.address).collect())
    }

    async fn draft(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        self.0.offer(address).await.map_err(meaning)
    }

    async fn slot(&self, address: &OfferAddress, slot: Slot) -> Result<Option<LiveDocument>, Error> {
        match slot {
            Slot::Draft => self.0.offer(address).await.map_err(meaning),
            Slot::Preview | Slot::Production => self.0.slot(address, slot).await.map_err(meaning),
        }
    }

    async fn version(&self, address: &OfferAddress, number: u64) -> Result<Option<LiveDocument>, Error> {
        self.0.version(address, number).await.map_err(meaning)
    }

    async fn released_by(
        &self,
        address: &OfferAddress,
        operation: &ListedOperation,
    ) -> Result<Option<LiveDocument>, Error> {
        match operation.offer_version {
            Some(number) => self.version(address, number).await,
            None => Ok(None),
        }
    }

    async fn releases(&self, address: &OfferAddress) -> Result<Releases, Error> {
        situation::releases(&self.0, address).await.map_err(meaning)
    }

    async fn activity(&self, address: &OfferAddress) -> Result<Activity, Error> {
        situation::activity(&self.0, address).await.map_err(meaning)
    }

    async fn operations(&self, address: &OfferAddress) -> Result<Vec<ListedOperation>, Error> {
        Ok(self.0.submissions(address).await.map_err(meaning)?.iter().map(listed).collect())
    }

    async fn operation(&self, address: &OfferAddress, handle: &mut Handle) -> Result<OperationStatus, Error> {
        let location = match &handle.location {
            StatusLocation::Named(text) => OperationLocation::from_text(text),
            StatusLocation::OfId => handle.id.as_deref().and_then(|id| OperationLocation::of(address, id)),
            StatusLocation::Offer => None,
        };
        if let Some(location) = location {
            match self.0.operation(address, &location).await {
                Err(error) if error.is_not_found() => handle.location = StatusLocation::Offer,
                answer => return answer.map(|operation| status(&operation)).map_err(meaning),
            }
        }
        let id = handle.id.as_deref();
        situation::status_by_row(&self.0, address, id).await.map(|operation| status(&operation)).map_err(meaning)
    }

    async fn operation_by_id(&self, address: &OfferAddress, id: &str) -> Result<OperationStatus, Error> {
        let place = OperationLocation::of(address, id)
            .ok_or_else(|| Error::new(ErrorKind::Failed, NoOperationId(id.to_owned())))?;
        Ok(status(&self.0.operation(address, &place).await.map_err(meaning)?))
    }

    async fn status(&self, address: &OfferAddress) -> Result<OperationStatus, Error> {
        Ok(status(&self.0.status(address).await.map_err(meaning)?))
    }
}

//! Several services as one: each offer goes to the service that it is managed through.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Activity, CancelOutcome, Error, Handle, ListedOperation, LiveDocument, OperationKind, OperationStatus,
    Precondition, Publisher, Reader, Releases, StartOutcome, WriteOutcome, Writer,
};
use crate::clock::Bounds;
use crate::offer::{Api, OfferAddress, PublisherId, RequestBody, Revision, Slot};

/// Reads from the service that an offer is managed through.
#[derive(Debug, Clone)]
pub struct ReaderRouter {
    /// The Cloud Partner Portal API.
    pub portal: Arc<dyn Reader>,
    /// The Product Ingestion API.
    pub ingestion: Arc<dyn Reader>,
    /// The API of questions that are about no offer.
    pub default: Api,
}

impl ReaderRouter {
    fn of(&self, api: Api) -> &dyn Reader {
        match api {
            Api::CloudPartnerPortal => self.portal.as_ref(),
            Api::ProductIngestion => self.ingestion.as_ref(),
        }
    }
}

#[async_trait]
impl Reader for ReaderRouter {
    fn bounded(&self, bounds: Bounds) -> Arc<dyn Reader> {
        Arc::new(Self {
            portal: self.portal.bounded(bounds.clone()),
            ingestion: self.ingestion.bounded(bounds),
            default: self.default,
        })
    }

    fn shortest_pause(&self, address: &OfferAddress) -> Duration {
        self.of(address.api).shortest_pause(address)
    }

    async fn publishers(&self) -> Result<Vec<Publisher>, Error> {
        self.of(self.default).publishers().await
    }

    async fn time(&self) -> Result<Option<Timestamp>, Error> {
        self.of(self.default).time().await
    }

    async fn offers(&self, publisher: &PublisherId, api: Api) -> Result<Vec<OfferAddress>, Error> {
        self.of(api).offers(publisher, api).await
    }

    async fn draft(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        self.of(address.api).draft(address).await
    }

    async fn slot(&self, address: &OfferAddress, slot: Slot) -> Result<Option<LiveDocument>, Error> {
        self.of(address.api).slot(address, slot).await
    }

    async fn version(&self, address: &OfferAddress, number: u64) -> Result<Option<LiveDocument>, Error> {
        self.of(address.api).version(address, number).await
    }

    async fn released_by(
        &self,
        address: &OfferAddress,
        operation: &ListedOperation,
    ) -> Result<Option<LiveDocument>, Error> {
        self.of(address.api).released_by(address, operation).await
    }

    async fn releases(&self, address: &OfferAddress) -> Result<Releases, Error> {
        self.of(address.api).releases(address).await
    }

    async fn activity(&self, address: &OfferAddress) -> Result<Activity, Error> {
        self.of(address.api).activity(address).await
    }

    async fn operations(&self, address: &OfferAddress) -> Result<Vec<ListedOperation>, Error> {
        self.of(address.api).operations(address).await
    }

    async fn operation(&self, address: &OfferAddress, handle: &mut Handle) -> Result<OperationStatus, Error> {
        self.of(address.api).operation(address, handle).await
    }

    async fn operation_by_id(&self, address: &OfferAddress, id: &str) -> Result<OperationStatus, Error> {
        self.of(address.api).operation_by_id(address, id).await
    }

    async fn status(&self, address: &OfferAddress) -> Result<OperationStatus, Error> {
        self.of(address.api).status(address).await
    }
}

/// Writes to the service that an offer is managed through.
#[derive(Debug, Clone)]
pub struct WriterRouter {
    /// The Cloud Partner Portal API.
    pub portal: Arc<dyn Writer>,
    /// The Product Ingestion API.
    pub ingestion: Arc<dyn Writer>,
    /// The API of questions that are about no offer.
    pub default: Api,
}

impl WriterRouter {
    fn of(&self, address: &OfferAddress) -> &dyn Writer {
        match address.api {
            Api::CloudPartnerPortal => self.portal.as_ref(),
            Api::ProductIngestion => self.ingestion.as_ref(),
        }
    }
}

#[async_trait]
impl Writer for WriterRouter {
    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(ReaderRouter {
            portal: self.portal.reader(),
            ingestion: self.ingestion.reader(),
            default: self.default,
        })
    }

    fn bounded(&self, bounds: Bounds) -> Arc<dyn Writer> {
        Arc::new(Self {
            portal: self.portal.bounded(bounds.clone()),
            ingestion: self.ingestion.bounded(bounds),
            default: self.default,
        })
    }

    async fn write_draft(
        &self,
        address: &OfferAddress,
        body: RequestBody,
        precondition: &Precondition,
    ) -> WriteOutcome {
        self.of(address).write_draft(address, body, precondition).await
    }

    async fn start(
        &self,
        address: &OfferAddress,
        kind: OperationKind,
        of: Option<&Revision>,
        notify: &[String],
    ) -> StartOutcome {
        self.of(address).start(address, kind, of, notify).await
    }

    async fn cancel(&self, address: &OfferAddress, notify: &[String]) -> CancelOutcome {
        self.of(address).cancel(address, notify).await
    }
}

//! Reading from a service.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Error, Handle, ListedOperation, LiveDocument, OperationName, OperationStatus, Phase, Publisher, Situation,
};
use crate::clock::Bounds;
use crate::offer::{Api, OfferAddress, PublisherId, Slot};

/// Reads from a service. No method changes anything, and no [`Writer`](super::Writer) can be had from it.
#[async_trait]
pub trait Reader: Debug + Send + Sync {
    /// The same reader, which repeats failed requests within `bounds` only.
    fn bounded(&self, bounds: Bounds) -> Arc<dyn Reader>;

    /// The shortest pause between two looks at an operation of an offer.
    fn shortest_pause(&self, address: &OfferAddress) -> Duration;

    /// The publisher accounts that the signed-in principal can see.
    async fn publishers(&self) -> Result<Vec<Publisher>, Error>;

    /// The time of the service; `None` if no answer names it.
    async fn time(&self) -> Result<Option<Timestamp>, Error>;

    /// The offers that `api` has of a publisher, in the order of the service.
    async fn offers(&self, publisher: &PublisherId, api: Api) -> Result<Vec<OfferAddress>, Error>;

    /// The draft of an offer; `None` if the service has no such offer.
    async fn draft(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error>;

    /// The content of a slot of an offer; `None` if the slot is empty.
    async fn slot(&self, address: &OfferAddress, slot: Slot) -> Result<Option<LiveDocument>, Error>;

    /// A version of an offer; `None` if the service has no such version.
    async fn version(&self, address: &OfferAddress, number: u64) -> Result<Option<LiveDocument>, Error>;

    /// What an operation brings, or was to bring, to the preview or to customers; `None` if the service does not tell.
    async fn released_by(
        &self,
        address: &OfferAddress,
        operation: &ListedOperation,
    ) -> Result<Option<LiveDocument>, Error>;

    /// Everything that the service shows of the releases of an offer that exists, slots included.
    async fn releases(&self, address: &OfferAddress) -> Result<Releases, Error>;

    /// The operation that is under way for an offer, and all that were ever started. Slots are not read.
    async fn activity(&self, address: &OfferAddress) -> Result<Activity, Error>;

    /// The operations that were ever started for an offer, in the order of the service.
    async fn operations(&self, address: &OfferAddress) -> Result<Vec<ListedOperation>, Error>;

    /// The status of one operation. If the service knows no operation of this handle (any more), the status of the offer as a whole
    /// answers, and the handle forgets its place.
    async fn operation(&self, address: &OfferAddress, handle: &mut Handle) -> Result<OperationStatus, Error>;

    /// The status of the operation with this id; an error of kind [`NotFound`](super::ErrorKind::NotFound) if there is none.
    async fn operation_by_id(&self, address: &OfferAddress, id: &str) -> Result<OperationStatus, Error>;

    /// The status of the last release of an offer.
    async fn status(&self, address: &OfferAddress) -> Result<OperationStatus, Error>;
}

/// Everything that a service shows of the releases of an offer.
#[derive(Debug)]
pub struct Releases {
    /// What is in the slots, what is under way and what was started before.
    pub situation: Situation,
    /// The status of the last release.
    pub status: OperationStatus,
}

/// What a service is doing for an offer, and what it was asked for before.
#[derive(Debug)]
pub struct Activity {
    /// The operation that is not over; `None` if there is none.
    pub running: Option<Running>,
    /// Whether the service says that it is cancelling.
    pub is_cancelling: bool,
    /// The operations that were ever started, in the order of the service.
    pub operations: Vec<ListedOperation>,
}

/// An operation that is not over, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The name of the operation.
    pub operation: OperationName,
    /// The phase that the operation is in.
    pub phase: Phase,
    /// The version of the offer that it releases.
    pub version: Option<u64>,
}

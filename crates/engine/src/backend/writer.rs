//! Writing to a service.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Error, Handle, OperationKind, Precondition, Reader};
use crate::clock::Bounds;
use crate::offer::{OfferAddress, RequestBody, Revision};

/// Writes to a service. Nothing is sent twice that may have been carried out once.
#[async_trait]
pub trait Writer: Debug + Send + Sync {
    /// The part that cannot change anything.
    fn reader(&self) -> Arc<dyn Reader>;

    /// The same writer, which repeats failed requests within `bounds` only.
    fn bounded(&self, bounds: Bounds) -> Arc<dyn Writer>;

    /// Creates an offer or replaces its draft, if `precondition` holds.
    async fn write_draft(&self, address: &OfferAddress, body: RequestBody, precondition: &Precondition)
    -> WriteOutcome;

    /// Starts a release of what was looked at: `of` is the revision of the draft for a publish, and of the preview for a go-live. A service
    /// that can name a preview refuses to release another one. `notify` are the e-mail addresses that the service writes to about a publish.
    async fn start(
        &self,
        address: &OfferAddress,
        kind: OperationKind,
        of: Option<&Revision>,
        notify: &[String],
    ) -> StartOutcome;

    /// Cancels the operation that is under way.
    async fn cancel(&self, address: &OfferAddress, notify: &[String]) -> CancelOutcome;
}

/// The outcome of a write.
#[derive(Debug)]
pub enum WriteOutcome {
    /// The service accepted it.
    Accepted(WriteAnswer),
    /// The precondition does not hold; nothing was written.
    Overtaken(Error),
    /// The service refused the write, and nothing was written.
    Refused(Error),
    /// The service stopped in the middle. Some of it may be written; nothing more will be.
    Stopped(Error),
    /// Only reading tells.
    Unknown(Error),
}

/// What the service answered to a write that it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteAnswer {
    /// The revision of the offer after the write; `None` if the answer names none.
    pub revision: Option<Revision>,
}

/// The outcome of a request to start an operation.
#[derive(Debug)]
pub enum StartOutcome {
    /// The operation was started. The handle has neither id nor place if the answer names none.
    Started(Handle),
    /// The service refused the request, and nothing was started.
    Refused(Error),
    /// Only reading tells.
    Unknown(Error),
}

/// The outcome of a request to cancel.
#[derive(Debug)]
pub enum CancelOutcome {
    /// The service accepted the request. It may still be cancelling; or the operation ended just before by itself.
    Accepted {
        /// Whether the service says that it is still cancelling.
        is_going_on: bool,
    },
    /// The service refused the request, and nothing was cancelled.
    Refused(Error),
    /// Only reading tells.
    Unknown(Error),
}

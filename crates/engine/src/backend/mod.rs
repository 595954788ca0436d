//! What every marketplace service has in common, so that plans, releases and output do not depend on one of them.
//!
//! A [`Reader`] reads offers and the state of their releases; it has no method that changes anything, and none that returns a
//! [`Writer`]. Planning gets a `Reader`, so it cannot write: that is its type, not a promise. A `Writer` writes drafts and starts and
//! cancels releases; only carrying out an approved plan gets one.
//!
//! Whatever belongs to one service (addresses, headers, status words, locks) is below these traits, in the room that implements
//! them: `portal` for the Cloud Partner Portal API. [`Revision`](crate::offer::Revision), [`StatusLocation::Named`] and the texts of
//! [`Error`] are opaque to everything above.

mod account;
mod document;
mod error;
mod ledger;
mod operation;
mod production;
mod reader;
mod request_log;
mod router;
mod situation;
mod writer;

pub use account::Publisher;
pub use document::{LiveDocument, Precondition};
pub use error::{Error, ErrorKind};
pub use ledger::{Ledger, NoLedger};
pub use operation::{
    Ending, FailedOperation, FailedStep, Handle, ListedOperation, OperationKind, OperationName, OperationState,
    OperationStatus, OperationStep, StatusLocation,
};
pub use production::Production;
pub use reader::{Activity, Reader, Releases, Running};
pub use request_log::{NoLog, RequestLog, RequestRecord, Requests};
pub use router::{ReaderRouter, WriterRouter};
pub use situation::{Arrived, Estimates, FailedRelease, Phase, Situation, Underway, VersionContent};
pub use writer::{CancelOutcome, StartOutcome, WriteAnswer, WriteOutcome, Writer};

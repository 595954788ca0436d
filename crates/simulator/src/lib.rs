//! The service, played: what the sandbox runs against, and what the tests hold the client against.
//!
//! It is written from the public facts of the Cloud Partner Portal API alone and shares no code with the engine. If
//! it did, a wrong belief about the service would stand on both sides and every test would still pass.
//!
//! * [`Service`] is a state machine: a request in, a [`Reply`] out. It has no input, output or time of its own.
//! * [`ingestion`] is the other API under the same address, the Product Ingestion API.
//! * [`http_server`] puts it on a loopback port.
//! * [`Dialect`] holds every point on which the reference and the clients disagree.
//! * [`Rewrites`] is what the service makes of a document it is given.
//! * [`FaultRule`]s say what goes wrong, and when.
//! * [`seed`] is the portal a sandbox starts with.
//! * [`store`] keeps it in a folder between runs, without signatures and secrets.
//!
//! What is played, on what evidence, and what is not: `docs/simulator.md`.

mod accept;
mod answer;
mod artifact;
mod broken;
pub mod control;
mod dialect;
mod edit;
mod fault;
pub mod http_server;
pub mod ingestion;
mod log;
mod observer;
mod operation;
mod portal;
mod price;
mod product_service;
mod read;
mod redaction;
mod release;
mod rewrite;
mod route;
pub mod seed;
mod service;
mod slot;
mod stamp;
mod status;
pub mod store;
mod switch;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod word;
mod write;

pub use answer::Reply;
pub use dialect::{
    ArtifactSignature, Busy, Cancel, CancelAfterGoLive, CancelNothing, ChangedTime, ContentType, Create, Dialect,
    EmailKey, ErrorBody, EtagKey, EtagOnPublish, EtagPlace, LegacyKeys, Letters, MissingIfMatch, Notification,
    OperationAddress, OperationBody, OperationHeader, PreviewAfterLive, PreviewReady, PublishAtSignOff, SlotContent,
    SubmissionOffer, TimeForm, Words,
};
pub use edit::{Edit, EditError};
pub use fault::{Fault, FaultRule, RetryAfter, Timing, When};
pub use log::{IfMatch, LogEntry};
pub use observer::{Held, Release, ReleaseKind, ReleaseState};
pub use operation::{FailedOperation, Failure, Pace, StepEnding};
pub use rewrite::{Rewrite, Rewrites};
pub use seed::SeedOffer;
pub use service::Service;
pub use slot::Slot;

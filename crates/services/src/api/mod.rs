//! The Cloud Partner Portal API: the only room that knows the service's addresses, headers and words.
//!
//! Where the service's pages and its clients disagree, both readings are accepted. Answers are typed only where
//! something is done with them (status, operations, submissions, lists); an offer is an opaque
//! [`Document`](crate::offer::Document) in which nothing is dropped.
//!
//! A [`ReadOnlyClient`] can send GET and nothing else: that is its type, not a promise. A [`Client`] writes, and lends its reader.
//! What must not be sent twice is not sent twice: see [`retry`].

mod action;
mod endpoint;
mod error;
mod exchange;
mod headers;
mod json;
mod operation;
mod read;
mod refusal;
pub mod retry;
mod seen;
mod status;
mod summary;
mod transport;
mod write;

pub use action::Action;
pub use endpoint::{Endpoint, OperationLocation, ParseEndpointError};
pub use error::{Error, Failure};
pub use exchange::Connection;
pub(crate) use exchange::{Answer, Reader as HttpReader, Writer as HttpWriter};
pub use headers::{HeaderError, Headers};
pub use operation::{Message, Operation, Step, Submission, SubmissionKind};
pub use read::ReadOnlyClient;
pub use refusal::Refusal;
pub(crate) use refusal::said;
pub use status::{State, Status};
pub use summary::{OfferSummary, PublisherSummary};
pub use transport::{HttpTransport, Limits, SetupError, Transport, TransportError};
pub use write::{Cancellation, Client, Precondition, PutAnswer, Started};

/// The version of the API that is spoken; a query parameter of every call.
///
/// Source: cloud-partner-portal-api-overview.md.
pub const API_VERSION: &str = "2017-10-31";

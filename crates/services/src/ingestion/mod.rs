//! The Product Ingestion API of Partner Center behind the traits of `backend`.
//!
//! The service has an offer as a *product* with resources that refer to each other. `tree` makes one document of them, and from a
//! document `changes` works out which resources have to be sent. A write is a job: it is accepted at once, carried out later, and may
//! stop half way; `job` waits for it. A release is a *submission*, which is a resource too.
//!
//! The service has no ETags. The revision of a draft is a hash of its content, and a writer reads the draft again right before it
//! sends anything: see [`IngestionWriter`].
//!
//! Requests are sent and repeated by the policy of `api`. Facts and their sources: docs/product-ingestion.md.

mod changes;
mod client;
mod directory;
mod endpoint;
mod error;
mod job;
mod reader;
mod submission;
mod tree;
mod version;
mod writer;

pub use client::Connection;
pub use endpoint::{Endpoint, ParseEndpointError};
pub use error::OTHER_TYPES;
pub use reader::IngestionReader;
pub use version::{Pins, Version};
pub use writer::IngestionWriter;

/// Where the API is below its host. Source: product-ingestion-api.md, "Base URL".
pub const PATH: &str = "/rp/product-ingestion";

/// What tokens for this API are asked for.
///
/// Source: product-ingestion-api.md, "Get an Azure AD access token"; the Entra v2 form of the resource.
pub const SCOPE: &str = "https://graph.microsoft.com/.default";

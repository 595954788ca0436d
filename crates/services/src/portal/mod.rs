//! The Cloud Partner Portal API as a [`backend`](crate::backend): what its statuses, lists and refusals mean.
//!
//! [`api`](crate::api) knows how the service is asked; this room knows what the answers mean. A [`PortalReader`] is made of the client
//! that sends nothing but GET, so it cannot write either.

mod error;
mod operation;
mod reader;
mod situation;
mod writer;

pub use reader::PortalReader;
pub use writer::PortalWriter;

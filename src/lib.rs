//! `offerform` keeps Microsoft commercial-marketplace offers in git.
//!
//! The rooms of the house, lowest first; each may use only those above it in this list (held by
//! `tests/architecture.rs`, explained in `docs/architecture.md`).

pub use offerform_simulator as simulator;
pub use offerform_system::{clock, file};

pub mod adopt;
pub mod api;
pub mod apply;
pub mod artifact;
pub mod auth;
pub mod backend;
pub mod cli;
pub mod contents;
pub mod desired;
pub mod diagnostic;
pub mod diff;
pub mod git;
pub mod image;
pub mod import;
pub mod ingestion;
pub mod live;
pub mod manifest;
pub mod migrate;
pub mod offer;
pub mod plan;
pub mod portal;
pub mod reconcile;
pub mod record;
pub mod render;
pub mod rules;
pub mod secret;
pub mod source;
pub mod storage;
pub mod text;
pub mod tls;
pub mod workspace;
pub mod yaml;

//! `offerform` keeps Microsoft commercial-marketplace offers in git.
//!
//! The modules, which are called rooms, and which of them may use which are in `docs/architecture.md`; `tests/architecture.rs`
//! checks that. Those of the packages below are exported here, so that each has one path.

pub use offerform_engine::{
    backend, desired, diagnostic, diff, git, manifest, offer, plan, record, rules, secret, source, text, workspace,
};
pub use offerform_services::{api, artifact, auth, ingestion, live, portal, storage, tls};
pub use offerform_simulator as simulator;
pub use offerform_system::{clock, file};

pub mod adopt;
pub mod apply;
pub mod cli;
pub mod contents;
pub mod image;
pub mod import;
pub mod migrate;
pub mod reconcile;
pub mod render;
pub mod yaml;

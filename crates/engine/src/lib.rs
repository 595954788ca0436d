//! From the files of a repository and the documents of a marketplace service to plans.
//!
//! It cannot send a request: no crate that it uses opens a connection, and the services are behind the traits of [`backend`].
//! The modules, which are called rooms, and which of them may use which are in `docs/architecture.md`.

use offerform_system::{clock, file};

pub mod backend;
pub mod desired;
pub mod diagnostic;
pub mod diff;
pub mod git;
pub mod manifest;
pub mod offer;
pub mod plan;
pub mod record;
pub mod rules;
pub mod secret;
pub mod source;
pub mod text;
pub mod workspace;

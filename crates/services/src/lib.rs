//! The services that offerform talks to, over HTTP: both marketplace APIs, signing in, the keys of storage accounts, and the
//! files behind the addresses in an offer.
//!
//! [`portal`] and [`ingestion`] carry out the traits of `backend`, a module of the engine. The modules, which are called
//! rooms, and which of them may use which are in `docs/architecture.md`.

use offerform_engine::{backend, offer, record, secret, text};
use offerform_system::clock;

pub mod api;
pub mod artifact;
pub mod auth;
pub mod ingestion;
pub mod live;
pub mod portal;
pub mod storage;
pub mod tls;

//! The engine against the simulated Product Ingestion API, in one process: offers are imported, edited, written and released through it.
//!
//! Expectations are written by hand; nothing here asks the engine what it should do.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod bench;
#[path = "../support/clock.rs"]
mod clock;
mod creation;
#[path = "../support/engine.rs"]
mod engine;
#[path = "../support/environment.rs"]
mod environment;
mod guards;
#[path = "../support/in_process.rs"]
mod in_process;
mod losses;
mod releases;
mod round_trip;
mod rules;
#[path = "../support/service_schemas.rs"]
mod service_schemas;
mod stories;
mod writing;

//! The Product Ingestion API of Partner Center, simulated.
//!
//! Like the Cloud Partner Portal API, it is a state machine that is written from public facts alone and shares no code with the engine.
//! Requests are those below `/rp/product-ingestion`; [`Service::handle`](crate::Service::handle) brings them here.
//!
//! * [`Ingestion`] is the state: products, submissions and jobs.
//! * [`Dialect`] holds every point on which the sources disagree.
//! * [`Ingestion::held`] looks at a resource in a [`Slot`](crate::Slot) without a request.
//!
//! What is simulated, on what evidence, and what is not: `docs/simulator.md`.

mod answer;
mod asset;
mod catalogue;
mod configure;
mod dialect;
mod handle;
mod identity;
mod machine;
mod observer;
mod offer_field;
mod page;
mod portal;
mod price;
mod read;
mod readings;
mod release;
mod route;
mod rule;
mod schema;
mod secret;
mod seed;
mod settle;
mod show;
mod skeleton;
mod state;
mod translate;
mod version;
mod write;

pub(super) use configure::Fate;
pub use dialect::{
    Accepted, AfterFailure, Body, CancelSubmission, Case, Dialect, EarlyResult, EditsDuringSubmission, FailedResult,
    FirstStatus, ImagesBelowCeiling, JobEnd, MachineProperties, MachineVersion, ModularPublish, NextLink, OldHost,
    Omitted, Order, PlanScopedId, Promoted, ReadVersion, SchemaFailure, SchemaHost, SubmissionList, Terms,
    Unauthorized, UneditedDraft, VersionParameter,
};
pub use observer::Submitted;
pub(super) use portal::PortalOffer;
pub(super) use route::is_for;
pub use seed::SeedError;
pub use state::{Ingestion, ResourceFailure};

//! The pipelines that are ready to be copied, run step by step as they stand in their files, against a portal that is served over HTTP:
//! `action.yml` and examples/workflows.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "scripts find their programs by the PATH of the tests")]
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod azure;
mod condition;
mod expression;
mod files;
mod github;
mod image;
mod stories;
mod world;

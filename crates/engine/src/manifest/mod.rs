//! What the user wrote: YAML or JSON as a tree in which every key and every value knows its place, with the
//! directives `$file`, `$env`, `$secret` and `$sas` carried out and namespaces written out.
//!
//! Nothing here knows which fields an offer type has. Files are reached through [`Tree`](crate::source::Tree)
//! only. Problems in files are diagnostics, as many as can be found in one run; a file or a document with an
//! error is left out and the others are read all the same.

mod compose;
pub mod credentials;
mod draft;
mod envelope;
mod identifier;
mod input;
mod json;
mod kind;
mod layout;
mod library;
mod named;
mod namespace;
mod node;
mod offsets;
mod reconcile;
mod resources;
mod sas;
mod scalar;
mod text;
mod yaml;

pub use compose::{Composer, Environment, NoVariables, directive, escaped};
pub use envelope::{Manifest, SERVER_OWNED_KEYS, looks_like_an_offer};
pub use identifier::is_id;
pub use library::{Library, Parsed, unreadable};
pub use named::Named;
pub use namespace::{dotted, is_namespace, split};
pub use node::{Mapping, Member, Node, Value};
pub use reconcile::{Allow, Ignore, IgnoreOn, Ownership, Reconcile, Release, Setting, Silence};
pub use text::content;

/// How deep values may be nested, after aliases and files are put in. Real offers have less than a dozen levels.
pub const DEPTH_LIMIT: usize = 64;

/// How many documents one file may hold.
const DOCUMENT_LIMIT: usize = 1_000;

/// How many values one file may hold, and one document after aliases and files are put in.
const VALUE_LIMIT: usize = 500_000;

#[cfg(test)]
pub(crate) mod tests;

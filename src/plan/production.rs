//! What customers have.

use std::sync::Arc;

use crate::offer::Document;

/// What customers have of an offer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Production {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// The service shows nothing.
    Absent,
    /// The service shows nothing, and of all that it was ever asked for, nothing was a go-live.
    NeverLive,
    /// This.
    Is(Arc<Document>),
    /// It was asked for and could not be read: everything is taken to be published.
    Unknown,
}

//! What customers have.

use std::sync::Arc;

use super::{ListedOperation, OperationKind};
use crate::offer::Document;

/// What customers have of an offer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Production {
    /// The slot was not read.
    #[default]
    NotAsked,
    /// The service has no document in the slot.
    Absent,
    /// The service shows nothing, and of all that it was ever asked for, nothing was a go-live.
    NeverLive,
    /// The slot contains this document.
    Is(Arc<Document>),
    /// It was asked for and could not be read: everything is taken to be published.
    Unknown,
}

impl Production {
    /// What an empty production slot means: whether a go-live was ever started, as far as the kinds of `operations` are known.
    #[must_use]
    pub fn of_empty_slot(operations: &[ListedOperation]) -> Self {
        let is_publish = |operation: &ListedOperation| operation.kind == Some(OperationKind::Publish);
        if !operations.is_empty() && operations.iter().all(is_publish) { Self::NeverLive } else { Self::Absent }
    }
}

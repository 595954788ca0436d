//! An offer as a service has it, and the lock under which it is written.

use crate::offer::{Document, Revision};

/// An offer as the service has it.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveDocument {
    /// Its content, with nothing dropped.
    pub document: Document,
    /// Its revision. Without one, only the weak lock is left: comparing the content just before writing.
    pub revision: Option<Revision>,
}

/// The condition under which a draft may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// The offer does not exist.
    Absent,
    /// The offer is still at this revision.
    Revision(Revision),
    /// The service named no revision. The content was compared just before, and nothing else protects an edit that comes between.
    SameContent,
}

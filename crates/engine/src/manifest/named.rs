//! A text and where it is written.

use crate::source::Span;

/// A text and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The text as written in the file.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

//! The parts of a page.

/// A part of a page, and what of it may be left out.
#[derive(Debug)]
pub(super) enum Part {
    /// Text that is kept whole when the page is shortened.
    Text(String),
    /// Where the HTML report can be read.
    Report,
    /// Rows from the last one on.
    Table { head: String, rows: Vec<String> },
    /// Entries from the last one on.
    List(Vec<String>),
    /// Lines from the last one on, or all of it; then it is counted.
    Folded { head: String, text: String, foot: String },
}

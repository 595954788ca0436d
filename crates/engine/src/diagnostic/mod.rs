//! Findings about the user's files: collected and shown together, never thrown.
//!
//! A finding says what is wrong and where; how it looks on a terminal or in a file is decided by `render`.

mod nearest;

use std::collections::HashSet;

pub use nearest::nearest;

use crate::source::{Sources, Span};

/// How much a finding matters. The worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The files cannot be used like this.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Information that needs no action.
    Note,
}

impl Severity {
    /// The severity in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place, and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The place that the label is about.
    pub span: Span,
    /// A few words; may be empty if the message says it all.
    pub text: String,
}

/// The finding whose place holds a secret: what stands there is never shown.
pub const SECRET_IN_CLEAR_TEXT: &str = "secret-in-clear-text";

/// A finding in a file of the user, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// The stable name of the kind of finding, such as `duplicate-key`.
    pub code: &'static str,
    /// Whether the finding is an error, a warning or a note.
    pub severity: Severity,
    /// One sentence: lower case, no full stop, values in backticks.
    pub message: String,
    /// Where it is; `None` if it is not about a place in a file.
    pub primary: Option<Label>,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding that makes the files unusable.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A finding that is probably a mistake.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// Something that is good to know.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self { code, severity, message, primary: None, related: Vec::new(), help: None }
    }

    /// Says where it is; `text` may be empty.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: text.into() });
        self
    }

    /// Adds another place that explains it.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// The findings of a run.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds the findings of another collection.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Sorts by file, position and code, and drops what was found twice. Findings without a place come first.
    pub fn arrange(&mut self, sources: &Sources) {
        let place = |diagnostic: &Diagnostic| {
            let span = diagnostic.primary.as_ref().map(|label| label.span);
            span.map(|span| (sources.name(span.source).to_owned(), span.source, span.start, span.end))
        };
        self.0.sort_by_cached_key(|diagnostic| (place(diagnostic), diagnostic.code, diagnostic.message.clone()));
        let mut seen = HashSet::new();
        self.0.retain(|diagnostic| seen.insert(diagnostic.clone()));
    }

    /// The findings, in the order of the last [`arrange`](Self::arrange).
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Whether there is no finding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(findings: T) -> Self {
        Self(findings.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_sorted_by_file_and_place_and_told_once() {
        let mut sources = Sources::default();
        let late = sources.add("z.yaml", "text");
        let early = sources.add("a.yaml", "text");
        let found = |code, source, at| Diagnostic::error(code, "m").at(sources.span(source, at..at + 1), "");
        let mut all = Diagnostics::default();
        for one in [
            found("b", late, 0),
            found("b", early, 2),
            found("a", early, 2),
            found("b", early, 2),
            Diagnostic::warning("w", "m"),
            found("c", early, 0),
        ] {
            all.push(one);
        }
        all.arrange(&sources);
        let arranged: Vec<_> = all
            .iter()
            .map(|one| {
                (one.code, one.primary.as_ref().map(|label| (sources.name(label.span.source), label.span.start)))
            })
            .collect();
        assert_eq!(
            arranged,
            [
                ("w", None),
                ("c", Some(("a.yaml", 0))),
                ("a", Some(("a.yaml", 2))),
                ("b", Some(("a.yaml", 2))),
                ("b", Some(("z.yaml", 0))),
            ]
        );
        assert!(all.has_errors());
    }
}

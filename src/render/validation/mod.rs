//! What is wrong with files, in every format that somebody reads.

mod annotations;
mod junit;
mod sarif;

use std::io::{self, Write};

pub use annotations::annotations;
pub use junit::junit;
pub use sarif::sarif;

use super::{Style, diagnostics};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::{Sources, Span};
use crate::text::counted;

/// What an examination of files found.
#[derive(Debug, Clone, Copy)]
pub struct Validation<'a> {
    /// What was found, in the order of files and places.
    pub found: &'a Diagnostics,
    /// The texts the places are in.
    pub sources: &'a Sources,
    /// How many offers were judged: those that could be read.
    pub offers: usize,
}

/// A place in a file, as programs want it: from 1, columns in characters, the end behind the last character.
#[derive(Debug, Clone, Copy)]
pub(in crate::render) struct Region<'a> {
    pub(in crate::render) file: &'a str,
    pub(in crate::render) start: (usize, usize),
    pub(in crate::render) end: (usize, usize),
}

impl<'a> Validation<'a> {
    /// How many findings are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The last line, for people: what was looked at, and what was found.
    #[must_use]
    pub fn summary(&self) -> String {
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        format!("Validate: {}, {}.", counted(self.offers, ("offer", "offers")), diagnostics::problems(errors, warnings))
    }

    pub(in crate::render) fn region(&self, span: Span) -> Region<'a> {
        let end = Span { start: span.end, ..span };
        let sources = self.sources;
        Region { file: sources.name(span.source), start: sources.line_column(span), end: sources.line_column(end) }
    }

    pub(in crate::render) fn place(&self, finding: &Diagnostic) -> Option<Region<'a>> {
        finding.primary.as_ref().map(|label| self.region(label.span))
    }
}

/// Writes the findings for people, each at its place, and the last line.
pub fn human(validation: &Validation<'_>, out: &mut dyn Write, style: Style) -> io::Result<()> {
    diagnostics::each(validation.found, validation.sources, out, style)?;
    writeln!(out, "{}", validation.summary())
}

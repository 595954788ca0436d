//! Findings as annotations of GitHub Actions.

use std::io::{self, Write};

use super::Validation;
use crate::diagnostic::Severity;
use crate::render::workflow::{Annotation, Volume, property};

/// Writes an annotation for each finding, the worst first.
pub fn annotations(validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<_> = validation.found.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    for finding in findings {
        let volume = match finding.severity {
            Severity::Error => Volume::Error,
            Severity::Warning => Volume::Warning,
            Severity::Note => Volume::Notice,
        };
        let mut properties = Vec::new();
        if let Some(place) = validation.place(finding) {
            properties.push(format!("file={}", property(place.file)));
            properties.push(format!("line={},endLine={}", place.start.0, place.end.0));
            // With several lines the service ignores columns.
            if place.start.0 == place.end.0 {
                properties.push(format!("col={},endColumn={}", place.start.1, place.end.1));
            }
        }
        let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let message = format!("{}{help}", finding.message);
        Annotation { volume, properties, title: finding.code.to_owned(), message }.write(out)?;
    }
    Ok(())
}

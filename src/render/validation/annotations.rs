//! Findings as annotations of GitHub Actions. Source: docs.github.com "Workflow commands for GitHub Actions".
//!
//! Of each kind and step ten are shown: errors come first.

use std::io::{self, Write};

use super::Validation;
use crate::diagnostic::Severity;
use crate::render::visible;

/// Writes a workflow command for each finding, the worst first.
pub fn annotations(validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<_> = validation.found.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
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
        properties.push(format!("title={}", property(finding.code)));
        let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        writeln!(out, "::{command} {}::{}", properties.join(","), message(&format!("{}{help}", finding.message)))?;
    }
    Ok(())
}

/// A message: line breaks stay, and are no end of the command.
fn message(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// The value of a property, which a colon or a comma would end.
fn property(text: &str) -> String {
    visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

//! Findings as a report of tests, as JUnit writes it: a file is a suite, and a finding a test that failed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Validation;
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::visible;

/// Writes the report. An error is a test that failed; a warning one that passed and has something to say. A file without a
/// finding is one test that passed.
pub fn junit(validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<&str, Vec<&Diagnostic>> =
        validation.sources.names().map(|name| (name, Vec::new())).collect();
    for finding in validation.found {
        let file = validation.place(finding).map_or("", |place| place.file);
        files.entry(file).or_default().push(finding);
    }
    let tests: usize = files.values().map(|findings| findings.len().max(1)).sum();
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer
        .create_element("testsuites")
        .with_attribute(("name", "offerform validate"))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", validation.count(Severity::Error).to_string().as_str()));
    suites.write_inner_content(|writer| {
        files.iter().try_for_each(|(file, findings)| suite(validation, writer, file, findings))
    })?;
    writer.into_inner().write_all(b"\n")
}

fn suite<W: Write>(
    validation: &Validation<'_>,
    writer: &mut Writer<W>,
    file: &str,
    findings: &[&Diagnostic],
) -> io::Result<()> {
    let failures = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let name = visible(if file.is_empty() { "(no file)" } else { file });
    let suite = writer
        .create_element("testsuite")
        .with_attribute(("name", &*name))
        .with_attribute(("tests", findings.len().max(1).to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()));
    suite.write_inner_content(|writer| {
        if findings.is_empty() {
            let case = writer.create_element("testcase").with_attribute(("classname", &*name));
            case.with_attribute(("name", "valid")).write_empty()?;
        }
        findings.iter().try_for_each(|finding| case(validation, writer, &name, finding))
    })?;
    Ok(())
}

fn case<W: Write>(
    validation: &Validation<'_>,
    writer: &mut Writer<W>,
    file: &str,
    finding: &Diagnostic,
) -> io::Result<()> {
    let place = validation.place(finding);
    let line = place.map_or_else(String::new, |place| format!(" at {}:{}", place.start.0, place.start.1));
    let message = visible(&finding.message);
    let help = finding.help.as_deref().map(|help| format!("\nhelp: {}", visible(help))).unwrap_or_default();
    let text = format!("{file}{line}: {}[{}]: {message}{help}", finding.severity.word(), finding.code);
    let case = writer
        .create_element("testcase")
        .with_attribute(("classname", file))
        .with_attribute(("name", format!("{}{line}", finding.code).as_str()));
    case.write_inner_content(|writer| {
        let inner = if finding.severity == Severity::Error {
            writer
                .create_element("failure")
                .with_attribute(("type", finding.code))
                .with_attribute(("message", &*message))
        } else {
            writer.create_element("system-out")
        };
        inner.write_text_content(BytesText::new(&text)).map(drop)
    })?;
    Ok(())
}

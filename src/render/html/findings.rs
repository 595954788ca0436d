//! What is wrong with files, as a page: file by file, each finding with its lines.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use maud::{Markup, html};

use super::sheet::{self, Sheet};
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::validation::Validation;
use crate::render::{Style, diagnostics};
use crate::text::counted;

const KINDS: &[(&str, &str)] = &[("error", "errors"), ("warning", "warnings"), ("note", "notes")];

/// A finding, and what people are rendered about it.
type Rendered<'a> = (&'a Diagnostic, String);

/// Writes findings, file by file. Secrets in the lines that are shown are stars.
pub fn validation(validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<Option<&str>, Vec<Rendered<'_>>> = BTreeMap::new();
    for (finding, rendered) in diagnostics::texts(validation.found, validation.sources, Style::plain()) {
        let file = validation.place(finding).map(|place| place.file);
        files.entry(file).or_default().push((finding, rendered));
    }
    let head = html! { p { strong { (validation.summary()) } } };
    let body = html! {
        h2 { "Files" }
        @if files.is_empty() { p { "Nothing is wrong." } }
        @for (file, rendered) in &files { (section(*file, rendered)) }
    };
    Sheet { name: "Validate", of: "files", kinds: KINDS, head, body, foot: html! {}, hosts: BTreeSet::new() }.write(out)
}

fn section(file: Option<&str>, rendered: &[Rendered<'_>]) -> Markup {
    let count = |severity| rendered.iter().filter(|(finding, _)| finding.severity == severity).count();
    let counts =
        [Severity::Error, Severity::Warning, Severity::Note].map(|severity| (severity.word(), count(severity)));
    let present = || counts.iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = present().map(|(word, count)| counted(*count, (word, &format!("{word}s")))).collect();
    let kinds: Vec<&str> = present().map(|(word, _)| *word).collect();
    let summary = html! {
        strong { @match file { Some(file) => (crate::render::visible(file)), None => "in no file" } }
        ": " (words.join(", "))
    };
    let body = html! {
        @for (finding, rendered) in rendered {
            pre.(finding.severity.word()) { (rendered) }
        }
    };
    sheet::section(&kinds, &summary, &body)
}

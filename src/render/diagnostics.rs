//! Findings for people, each with its place in the file underlined.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Colour, Style, visible};
use crate::diagnostic::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::Sources;

/// Writes every finding, and a line that counts them.
pub fn diagnostics(found: &Diagnostics, sources: &Sources, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let renderer = if style.colour == Colour::On { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    for diagnostic in found {
        writeln!(out, "{}\n", one(diagnostic, sources, &renderer))?;
    }
    let count = |severity: Severity| found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        writeln!(out, "{} {}, {} {}", errors, plural(errors, "error"), warnings, plural(warnings, "warning"))?;
    }
    Ok(())
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = visible(&diagnostic.message).into_owned();
    let title = level.primary_title(&*message).id(diagnostic.code);
    let texts: Vec<String> = labels(diagnostic).map(|label| visible(&label.text).into_owned()).collect();
    let mut group = Group::with_title(title);
    let mut texts = texts.iter();
    if let (Some(primary), Some(text)) = (&diagnostic.primary, texts.next()) {
        group = group.element(snippet(primary, text, sources, AnnotationKind::Primary));
    }
    for (label, text) in diagnostic.related.iter().zip(texts) {
        group = group.element(snippet(label, text, sources, AnnotationKind::Context));
    }
    let help = diagnostic.help.as_deref().map(visible);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    renderer.render(&[group])
}

fn labels(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    diagnostic.primary.iter().chain(&diagnostic.related)
}

fn snippet<'a>(
    label: &Label,
    text: &'a str,
    sources: &'a Sources,
    kind: AnnotationKind,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = label.span.source;
    let mut annotation = kind.span(label.span.range());
    if !text.is_empty() {
        annotation = annotation.label(text);
    }
    Snippet::source(sources.text(source)).path(sources.name(source)).annotation(annotation)
}

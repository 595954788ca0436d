//! Findings for people, each with its place in the file underlined.

use std::borrow::Cow;
use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::visible::{self, visible};
use super::{Colour, Style};
use crate::diagnostic::{Diagnostic, Diagnostics, Label, SECRET_IN_CLEAR_TEXT, Severity};
use crate::secret::{mask, stars};
use crate::source::{SourceId, Sources, Span};
use crate::text::counted;

/// Writes every finding, and a line that counts them.
pub fn diagnostics(found: &Diagnostics, sources: &Sources, out: &mut dyn Write, style: Style) -> io::Result<()> {
    each(found, sources, out, style)?;
    let count = |severity: Severity| found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        writeln!(out, "{}", problems(errors, warnings))?;
    }
    Ok(())
}

/// Writes every finding.
pub(super) fn each(found: &Diagnostics, sources: &Sources, out: &mut dyn Write, style: Style) -> io::Result<()> {
    texts(found, sources, style).try_for_each(|(_, text)| writeln!(out, "{text}\n"))
}

/// Every finding with what there is to say about it.
pub(super) fn texts<'a>(
    found: &'a Diagnostics,
    sources: &'a Sources,
    style: Style,
) -> impl Iterator<Item = (&'a Diagnostic, String)> {
    let renderer = if style.colour == Colour::On { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    let shown = Shown::new(found, sources);
    found.iter().map(move |diagnostic| (diagnostic, one(diagnostic, &shown, &renderer)))
}

/// How many errors and warnings there are.
pub(super) fn problems(errors: usize, warnings: usize) -> String {
    format!("{}, {}", counted(errors, ("error", "errors")), counted(warnings, ("warning", "warnings")))
}

fn one(diagnostic: &Diagnostic, shown: &Shown<'_>, renderer: &Renderer) -> String {
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
        group = group.element(snippet(primary, text, shown, AnnotationKind::Primary));
    }
    for (label, text) in diagnostic.related.iter().zip(texts) {
        group = group.element(snippet(label, text, shown, AnnotationKind::Context));
    }
    let help = diagnostic.help.as_deref().map(visible);
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    visible::marked(&renderer.render(&[group])).into_owned()
}

/// The texts of the files as they may be shown: secrets in them are stars, and positions stay what they are.
struct Shown<'a> {
    sources: &'a Sources,
    secrets: Vec<Span>,
}

impl<'a> Shown<'a> {
    fn new(found: &Diagnostics, sources: &'a Sources) -> Self {
        let secrets = found.iter().filter(|diagnostic| diagnostic.code == SECRET_IN_CLEAR_TEXT);
        let secrets = secrets.filter_map(|diagnostic| Some(diagnostic.primary.as_ref()?.span)).collect();
        Self { sources, secrets }
    }

    fn text(&self, source: SourceId) -> Cow<'_, str> {
        let mut text = mask(self.sources.text(source));
        for span in self.secrets.iter().filter(|span| span.source == source) {
            if let Some(secret) = text.get(span.range()).map(stars) {
                text.to_mut().replace_range(span.range(), &secret);
            }
        }
        text
    }
}

fn labels(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    diagnostic.primary.iter().chain(&diagnostic.related)
}

fn snippet<'a>(
    label: &Label,
    text: &'a str,
    shown: &'a Shown<'_>,
    kind: AnnotationKind,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = label.span.source;
    let mut annotation = kind.span(label.span.range());
    if !text.is_empty() {
        annotation = annotation.label(text);
    }
    Snippet::source(shown.text(source)).path(visible(shown.sources.name(source))).annotation(annotation)
}

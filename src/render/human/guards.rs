//! Guards explained: one in full, or all in a list.

use std::io::{self, Write};

use crate::plan::Remedy;
use crate::plan::guard::{GuardKind, Publication, Scope, SourceAgreement};
use crate::render::{Style, words};

/// Where the paths that guards name as their source stand.
const SOURCES: &str = "https://github.com/MicrosoftDocs/azure-docs";

/// Explains one kind of guard.
pub fn guard(kind: &GuardKind, out: &mut dyn Write, style: Style) -> io::Result<()> {
    writeln!(out, "{} ({})", style.strong(kind.code), kind.level)?;
    let mut paragraph = |name: &str, text: &str| paragraph(out, style, name, text);
    paragraph("when", kind.when)?;
    paragraph("why", kind.reason)?;
    if kind.publication == Publication::Matters {
        paragraph("drafts", "only a note if the value was never published")?;
    }
    match kind.remedy() {
        Remedy::NotNeeded => paragraph("allow", "not needed: it only warns")?,
        Remedy::None => paragraph("allow", "cannot be allowed")?,
        Remedy::Allow => paragraph("allow", &format!("--allow {}:TARGET, as the plan names it", kind.code))?,
    }
    match kind.scope {
        Scope::Both => {}
        Scope::Portal(why) => {
            paragraph("api", &format!("Cloud Partner Portal API only; of the Product Ingestion API: {why}"))?;
        }
        Scope::Ingestion => paragraph("api", "Product Ingestion API only")?,
    }
    if let SourceAgreement::Disputed(why) = kind.agreement {
        paragraph("disputed", why)?;
    }
    for (name, list) in kind.sources_of_types {
        paragraph("source", &format!("for offers of type {name}:"))?;
        list.split("; ").try_for_each(|source| paragraph("", source))?;
    }
    sources(kind.source, out, style)
}

/// A text behind its name, in as many lines as it takes.
pub(super) fn paragraph(out: &mut dyn Write, style: Style, name: &str, text: &str) -> io::Result<()> {
    let lines = words::wrapped(text, style.width.saturating_sub(12));
    lines.into_iter().enumerate().try_for_each(|(position, line)| {
        let name = if position == 0 { name } else { "" };
        writeln!(out, "  {name:<8}  {line}")
    })
}

/// Where something is said publicly.
pub(super) fn sources(list: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for (position, source) in list.split("; ").enumerate() {
        let name = if position == 0 { "source" } else { "" };
        writeln!(out, "  {name:<8}  {source}")?;
    }
    writeln!(out, "  {}", style.faint(format!("          (in {SOURCES})")))
}

/// Lists kinds of guards.
pub fn guards(kinds: &[GuardKind], out: &mut dyn Write, style: Style) -> io::Result<()> {
    table(kinds.iter().map(|kind| (kind.code, kind.level.to_string(), kind.when)).collect(), out, style)
}

/// A name, a word, and a text that is wrapped, in columns.
pub(super) fn table(
    rows: Vec<(&'static str, String, &'static str)>,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let longest = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
    for (name, word, text) in rows {
        let head = format!("{name:<longest$}  {word:<8}  ");
        let lines = words::wrapped(text, style.width.saturating_sub(head.len()));
        for (position, line) in lines.into_iter().enumerate() {
            let lead = if position == 0 { head.clone() } else { " ".repeat(head.len()) };
            writeln!(out, "{lead}{line}")?;
        }
    }
    Ok(())
}

//! Guards explained: one in full, or all in a list.

use std::io::{self, Write};

use crate::plan::Remedy;
use crate::plan::guard::{Kind, Publication, Standing};
use crate::render::{Style, words};

/// Where the paths that guards name as their source stand.
const SOURCES: &str = "https://github.com/MicrosoftDocs/azure-docs";

/// Explains one kind of guard.
pub fn guard(kind: &Kind, out: &mut dyn Write, style: Style) -> io::Result<()> {
    writeln!(out, "{} ({})", style.strong(kind.code), kind.level)?;
    let mut paragraph = |name: &str, text: &str| {
        let lines = words::wrapped(text, style.width.saturating_sub(12));
        lines.into_iter().enumerate().try_for_each(|(position, line)| {
            let name = if position == 0 { name } else { "" };
            writeln!(out, "  {name:<8}  {line}")
        })
    };
    paragraph("when", kind.when)?;
    paragraph("why", kind.reason)?;
    if kind.publication == Publication::Matters {
        paragraph("drafts", "a note only, as long as what it is about was never published")?;
    }
    match kind.remedy() {
        Remedy::NotNeeded => paragraph("allow", "not needed: it only warns")?,
        Remedy::None => paragraph("allow", "cannot be allowed")?,
        Remedy::Allow => paragraph("allow", &format!("--allow {}:TARGET, as the plan names it", kind.code))?,
    }
    if let Standing::Disputed(why) = kind.standing {
        paragraph("disputed", why)?;
    }
    for (position, source) in kind.source.split("; ").enumerate() {
        let name = if position == 0 { "source" } else { "" };
        writeln!(out, "  {name:<8}  {source}")?;
    }
    writeln!(out, "  {}", style.faint(format!("          (in {SOURCES})")))
}

/// Lists kinds of guards.
pub fn guards(kinds: &[Kind], out: &mut dyn Write, style: Style) -> io::Result<()> {
    let longest = kinds.iter().map(|kind| kind.code.len()).max().unwrap_or_default();
    for kind in kinds {
        let head = format!("{:<longest$}  {:<8}  ", kind.code, kind.level.to_string());
        let lines = words::wrapped(kind.when, style.width.saturating_sub(head.len()));
        for (position, line) in lines.into_iter().enumerate() {
            let lead = if position == 0 { head.clone() } else { " ".repeat(head.len()) };
            writeln!(out, "{lead}{line}")?;
        }
    }
    Ok(())
}

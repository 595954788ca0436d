//! What there is to say about rules.

use std::io::{self, Write};

use super::guards::{paragraph, sources, table};
use crate::render::Style;
use crate::rules::{Basis, Confidence, OfferKind, Rule};

/// Writes the full explanation of a rule: severity, requirement, help and sources.
pub fn rule(rule: &Rule, out: &mut dyn Write, style: Style) -> io::Result<()> {
    writeln!(out, "{} ({})", style.strong(rule.id), rule.severity.word())?;
    let mut paragraph = |name: &str, text: &str| paragraph(out, style, name, text);
    paragraph("rule", rule.says)?;
    if rule.written != rule.severity {
        paragraph("written", "an error in a value that a plan writes")?;
    }
    if !rule.hint.is_empty() {
        paragraph("help", rule.hint)?;
    }
    let kinds = rule.types.kinds();
    if kinds == OfferKind::PORTAL {
        paragraph("types", "all of the Cloud Partner Portal API")?;
    } else if kinds.len() < OfferKind::PORTAL.len() {
        let types: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        paragraph("types", &types.join(", "))?;
    }
    if rule.basis == Basis::File {
        paragraph("when", "with `validate --online`, which downloads the files that an offer names")?;
    } else if rule.basis == Basis::Whole {
        paragraph(
            "when",
            "in files with `ownership: exact`, because other files may declare a part; and in values that a plan would write, as a note",
        )?;
    }
    if rule.confidence == Confidence::Inferred {
        paragraph("sure", "partly: concluded from what the sources say")?;
    }
    paragraph("silence", &format!("reconcile: {{ silence: [{{ rule: {}, path: …, reason: … }}] }}", rule.id))?;
    sources(rule.source, out, style)
}

/// Writes one line per rule: id, severity and requirement.
pub fn rules(rules: impl Iterator<Item = &'static Rule>, out: &mut dyn Write, style: Style) -> io::Result<()> {
    table(rules.map(|rule| (rule.id, rule.severity.word().to_owned(), rule.says)).collect(), out, style)
}

//! One file, read and parsed on its own.

use std::ops::Range;

use super::{Node, json, layout, text, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{self, FILE_LIMIT, RelativePath, SourceId, Tree};

/// A file on its way into the [`Library`](super::Library).
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) documents: Vec<Node>,
    pub(super) findings: Diagnostics,
}

impl Draft {
    /// Reads and parses one file, which is to become the source `id`.
    pub(super) fn read(tree: &dyn Tree, id: SourceId, path: &RelativePath) -> Result<Self, source::Error> {
        let mut findings = Diagnostics::default();
        let text = text::decode(tree.read(path, FILE_LIMIT)?).unwrap_or_else(|problem| {
            let (shown, finding) = problem.report(id);
            findings.push(finding);
            shown
        });
        if let Some((at, character)) = text::control_character(&text) {
            let message = format!("control character U+{:04X}", u32::from(character));
            findings.push(Diagnostic::error("not-text", message).at(id.span(at..at + 1), ""));
        }
        let mut documents = if findings.is_empty() { parse(id, path, &text, &mut findings) } else { Vec::new() };
        if findings.has_errors()
            && let Some(at) = layout::template(&text)
        {
            // What else is wrong follows from this.
            findings = [template(id, at)].into_iter().collect();
            documents = Vec::new();
        }
        Ok(Self { text, documents, findings })
    }
}

fn template(id: SourceId, at: Range<usize>) -> Diagnostic {
    let finding = Diagnostic::error("template", "this is a template, not an offer file").at(id.span(at), "");
    finding.help("fill in the template first and pass the result to offerform; text that contains `{{` needs quotes")
}

fn parse(id: SourceId, path: &RelativePath, text: &str, findings: &mut Diagnostics) -> Vec<Node> {
    let blank = text.trim_start_matches(text::BYTE_ORDER_MARK).trim().is_empty();
    let mut documents = match path.extension().as_str() {
        _ if blank => Vec::new(),
        "json" => json::parse(id, text, findings).into_iter().collect(),
        _ => yaml::parse(id, text, findings),
    };
    // Editors find the schema of a JSON file by this key; it is no directive and says nothing to us.
    for mapping in documents.iter_mut().filter_map(Node::as_mapping_mut) {
        mapping.members.shift_remove("$schema");
    }
    if documents.is_empty() && findings.is_empty() {
        findings.push(Diagnostic::error("empty-file", "the file is empty").at(id.span(0..0), ""));
    }
    documents
}

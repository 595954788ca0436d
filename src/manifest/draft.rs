//! One file, read and parsed on its own.

use super::{Node, json, text, yaml};
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
        let documents = if findings.is_empty() { parse(id, path, &text, &mut findings) } else { Vec::new() };
        Ok(Self { text, documents, findings })
    }
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

//! The files of one run: each is read and parsed once, however often it is asked for.

use std::collections::HashMap;
use std::error::Error;
use std::rc::Rc;

use super::text::{self, NotText};
use super::{Node, json, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{self, FILE_LIMIT, RelativePath, SourceId, Sources, Tree};

/// A file of offers, or of parts of them.
#[derive(Debug)]
pub struct Parsed {
    /// The file.
    pub id: SourceId,
    /// Its documents; empty ones are left out.
    pub documents: Vec<Node>,
    /// Whether all of the file could be read. If not, the findings say why.
    pub sound: bool,
}

/// Reads files of a tree and keeps what it read.
#[derive(Debug)]
pub struct Library<'t> {
    tree: &'t dyn Tree,
    sources: Sources,
    findings: Diagnostics,
    parsed: HashMap<RelativePath, Rc<Parsed>>,
    texts: HashMap<RelativePath, Option<Rc<str>>>,
}

impl<'t> Library<'t> {
    /// An empty library.
    #[must_use]
    pub fn new(tree: &'t dyn Tree) -> Self {
        Self {
            tree,
            sources: Sources::default(),
            findings: Diagnostics::default(),
            parsed: HashMap::new(),
            texts: HashMap::new(),
        }
    }

    /// Where the files come from.
    #[must_use]
    pub fn tree(&self) -> &'t dyn Tree {
        self.tree
    }

    /// What was found so far; more can be added.
    pub fn findings(&mut self) -> &mut Diagnostics {
        &mut self.findings
    }

    /// What was read so far.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The texts and the findings, when nothing more is to be read.
    #[must_use]
    pub fn finish(mut self) -> (Sources, Diagnostics) {
        self.findings.arrange(&self.sources);
        (self.sources, self.findings)
    }

    /// The documents of a YAML or JSON file.
    ///
    /// # Errors
    /// The file cannot be read at all; what is wrong inside of it goes to the findings.
    pub fn parsed(&mut self, path: &RelativePath) -> Result<Rc<Parsed>, source::Error> {
        if let Some(parsed) = self.parsed.get(path) {
            return Ok(Rc::clone(parsed));
        }
        let bytes = self.tree.read(path, FILE_LIMIT)?;
        let parsed = Rc::new(self.parse(path, bytes));
        self.parsed.insert(path.clone(), Rc::clone(&parsed));
        Ok(parsed)
    }

    fn parse(&mut self, path: &RelativePath, bytes: Vec<u8>) -> Parsed {
        let name = self.tree.shown(path);
        let text = match text::decode(bytes) {
            Ok(text) => text,
            Err(problem) => {
                let id = self.not_text(problem, name);
                return Parsed { id, documents: Vec::new(), sound: false };
            }
        };
        let control = text::control_character(&text);
        let id = self.sources.add(name, text);
        if let Some((at, character)) = control {
            let message = format!("control character U+{:04X}", u32::from(character));
            let span = self.sources.span(id, at..at + 1);
            self.findings.push(Diagnostic::error("not-text", message).at(span, ""));
            return Parsed { id, documents: Vec::new(), sound: false };
        }
        let mut findings = Diagnostics::default();
        let text = self.sources.text(id);
        let blank = text.trim_start_matches(text::BYTE_ORDER_MARK).trim().is_empty();
        let mut documents = match path.extension().as_str() {
            _ if blank => Vec::new(),
            "json" => json::parse(id, text, &mut findings).into_iter().collect(),
            _ => yaml::parse(id, text, &mut findings),
        };
        // Editors find the schema of a JSON file by this key; it is no directive and says nothing to us.
        for mapping in documents.iter_mut().filter_map(Node::as_mapping_mut) {
            mapping.members.shift_remove("$schema");
        }
        if documents.is_empty() && findings.is_empty() {
            let span = self.sources.span(id, 0..0);
            findings.push(Diagnostic::error("empty-file", "the file is empty").at(span, ""));
        }
        let sound = !findings.has_errors();
        self.findings.append(findings);
        Parsed { id, documents, sound }
    }

    /// The content of a text file, as [`content`](text::content) has it; `None` if it is no text, which is
    /// reported.
    pub(super) fn text(&mut self, path: &RelativePath) -> Result<Option<Rc<str>>, source::Error> {
        if let Some(known) = self.texts.get(path) {
            return Ok(known.clone());
        }
        let content = match text::decode(self.tree.read(path, FILE_LIMIT)?) {
            Ok(text) => Some(Rc::from(text::content(&text))),
            Err(problem) => {
                self.not_text(problem, self.tree.shown(path));
                None
            }
        };
        self.texts.insert(path.clone(), content.clone());
        Ok(content)
    }

    fn not_text(&mut self, problem: NotText, name: String) -> SourceId {
        let (id, diagnostic) = problem.report(&mut self.sources, name);
        self.findings.push(diagnostic);
        id
    }
}

/// The finding that a file cannot be read, with the system's own words.
#[must_use]
pub fn unreadable(error: &source::Error) -> Diagnostic {
    let message = match error.source() {
        Some(inner) => format!("{error}: {inner}"),
        None => error.to_string(),
    };
    Diagnostic::error("unreadable-file", message)
}

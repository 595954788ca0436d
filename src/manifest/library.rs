//! The files of one run: each is read and parsed once, however often it is asked for.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::rc::Rc;

use super::{Draft, Node, text};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{self, FILE_LIMIT, RelativePath, SourceId, Sources, Tree};

/// A file of offers, or of parts of them.
#[derive(Debug, Clone)]
pub struct Parsed {
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
    ids: HashMap<RelativePath, SourceId>,
    parsed: HashMap<RelativePath, Rc<Parsed>>,
    /// The files whose text and findings are kept.
    told: HashSet<SourceId>,
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
            ids: HashMap::new(),
            parsed: HashMap::new(),
            told: HashSet::new(),
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

    /// Gives each of `files` its number, in their order, before any of them is read.
    pub fn reserve(&mut self, files: &[RelativePath]) -> Vec<(SourceId, RelativePath)> {
        files.iter().map(|file| (self.id(file), file.clone())).collect()
    }

    /// Takes in a file that was read elsewhere, unless it is known already. One that could not be read is read again,
    /// and told about, when it is asked for.
    pub fn receive(&mut self, id: SourceId, path: &RelativePath, draft: Result<Draft, source::Error>) {
        if let Ok(draft) = draft
            && !self.told.contains(&id)
        {
            self.keep(id, path, draft);
        }
    }

    /// The documents of a YAML or JSON file, which the library keeps.
    ///
    /// # Errors
    /// The file cannot be read at all; what is wrong inside of it goes to the findings.
    pub fn parsed(&mut self, path: &RelativePath) -> Result<Rc<Parsed>, source::Error> {
        if let Some(parsed) = self.parsed.get(path) {
            return Ok(Rc::clone(parsed));
        }
        let id = self.id(path);
        let draft = Draft::read(self.tree, id, path)?;
        Ok(self.keep(id, path, draft))
    }

    /// The same, for the last time: trees take much memory. Should the file be asked for again, it is read again.
    ///
    /// # Errors
    /// As [`parsed`](Self::parsed).
    pub fn take(&mut self, path: &RelativePath) -> Result<Parsed, source::Error> {
        let parsed = self.parsed(path)?;
        self.parsed.remove(path);
        Ok(Rc::unwrap_or_clone(parsed))
    }

    fn id(&mut self, path: &RelativePath) -> SourceId {
        if let Some(id) = self.ids.get(path) {
            return *id;
        }
        let id = self.sources.add(self.tree.shown(path), "");
        self.ids.insert(path.clone(), id);
        id
    }

    fn keep(&mut self, id: SourceId, path: &RelativePath, draft: Draft) -> Rc<Parsed> {
        let parsed = Rc::new(Parsed { sound: !draft.findings.has_errors(), documents: draft.documents });
        if self.told.insert(id) {
            self.sources.set(id, draft.text);
            self.findings.append(draft.findings);
        }
        self.parsed.insert(path.clone(), Rc::clone(&parsed));
        parsed
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
                let id = self.id(path);
                let (shown, finding) = problem.report(id);
                self.sources.set(id, shown);
                self.findings.push(finding);
                None
            }
        };
        self.texts.insert(path.clone(), content.clone());
        Ok(content)
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

//! The files of one run, shared by all threads that read.
//!
//! Every file gets one number, and is reported about once, however often and by whom it is asked for. Parts and texts, which
//! many offers share, are kept; offers are handed over.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::draft::Draft;
use super::{Node, text};
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
    shelves: Mutex<Shelves>,
}

/// Nothing is read or parsed while these are held.
#[derive(Debug, Default)]
struct Shelves {
    sources: Sources,
    findings: Diagnostics,
    ids: HashMap<RelativePath, SourceId>,
    parsed: HashMap<RelativePath, Arc<Parsed>>,
    /// The files whose text and findings are kept.
    reported: HashSet<SourceId>,
    texts: HashMap<RelativePath, Option<Arc<str>>>,
}

impl<'t> Library<'t> {
    /// Creates a library of the files in `tree`, with nothing loaded yet.
    #[must_use]
    pub fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, shelves: Mutex::default() }
    }

    /// Where the files come from.
    #[must_use]
    pub fn tree(&self) -> &'t dyn Tree {
        self.tree
    }

    /// Adds findings to those of the files that were loaded.
    pub fn report(&self, findings: Diagnostics) {
        self.shelves().findings.append(findings);
    }

    /// The texts and the findings, when nothing more is to be read.
    #[must_use]
    pub fn finish(self) -> (Sources, Diagnostics) {
        let Shelves { sources, mut findings, .. } = self.shelves.into_inner().unwrap_or_else(PoisonError::into_inner);
        findings.arrange(&sources);
        (sources, findings)
    }

    /// Gives each of `files` its number, in their order, before any of them is read.
    pub fn reserve(&self, files: &[RelativePath]) {
        for file in files {
            self.id(file);
        }
    }

    /// The documents of a YAML or JSON file, which the library keeps.
    ///
    /// # Errors
    /// The file cannot be read at all; what is wrong inside of it goes to the findings.
    pub fn parsed(&self, path: &RelativePath) -> Result<Arc<Parsed>, source::Error> {
        if let Some(parsed) = self.shelves().parsed.get(path) {
            return Ok(Arc::clone(parsed));
        }
        let parsed = Arc::new(self.parse(path)?);
        self.keep(path, Arc::clone(&parsed));
        Ok(parsed)
    }

    /// The documents of a file, which the library does not keep: trees take much memory, and most files are read once.
    ///
    /// # Errors
    /// As [`parsed`](Self::parsed).
    pub fn take(&self, path: &RelativePath) -> Result<Parsed, source::Error> {
        let known = self.shelves().parsed.remove(path);
        known.map_or_else(|| self.parse(path), |parsed| Ok(Arc::unwrap_or_clone(parsed)))
    }

    /// Keeps what was taken: others may ask for it.
    pub fn keep(&self, path: &RelativePath, parsed: Arc<Parsed>) {
        self.shelves().parsed.entry(path.clone()).or_insert(parsed);
    }

    fn parse(&self, path: &RelativePath) -> Result<Parsed, source::Error> {
        let id = self.id(path);
        let Draft { text, documents, findings } = Draft::read(self.tree, id, path)?;
        let sound = !findings.has_errors();
        self.tell(id, text, findings);
        Ok(Parsed { documents, sound })
    }

    /// Keeps the text of a file and what was found in it, the first time.
    fn tell(&self, id: SourceId, text: String, findings: Diagnostics) {
        let mut shelves = self.shelves();
        if shelves.reported.insert(id) {
            shelves.sources.set(id, text);
            shelves.findings.append(findings);
        }
    }

    fn id(&self, path: &RelativePath) -> SourceId {
        let mut shelves = self.shelves();
        if let Some(id) = shelves.ids.get(path) {
            return *id;
        }
        let id = shelves.sources.add(self.tree.shown(path), "");
        shelves.ids.insert(path.clone(), id);
        id
    }

    /// The content of a text file, as [`content`](text::content) has it; `None` if it is no text, which is
    /// reported.
    pub(super) fn text(&self, path: &RelativePath) -> Result<Option<Arc<str>>, source::Error> {
        if let Some(known) = self.shelves().texts.get(path) {
            return Ok(known.clone());
        }
        let content = match text::decode(self.tree.read(path, FILE_LIMIT)?) {
            Ok(text) => Some(Arc::from(text::content(&text))),
            Err(problem) => {
                let id = self.id(path);
                let (shown, finding) = problem.report(id);
                self.tell(id, shown, [finding].into_iter().collect());
                None
            }
        };
        self.shelves().texts.insert(path.clone(), content.clone());
        Ok(content)
    }

    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        // A thread that panicked while it held them left them whole: every change is one call.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The finding that a file cannot be read, with the system's own words.
#[must_use]
pub fn unreadable(error: &source::Error) -> Diagnostic {
    Diagnostic::error("unreadable-file", crate::text::chain(error))
}

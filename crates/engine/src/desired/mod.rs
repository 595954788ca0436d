//! What git wants: one [`Desired`] for each offer that the selected files declare.
//!
//! From here on there are documents with the API's keys; where a value was written is remembered beside them.

mod clear_text;
mod document;
mod origins;
mod select;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub use clear_text::{ClearText, Suspicion};
pub use origins::{Origin, Origins, Places};
pub use select::may_be_an_offer;

use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::manifest::{Composer, Library, Manifest, Node, Reconcile, looks_like_an_offer, unreadable};
pub use crate::manifest::{Environment, NoVariables};
use crate::offer::fields::FieldTable;
use crate::offer::{Document, OfferAddress, OfferTypeId};
use crate::source::{RelativePath, Sources, Span, Tree};

/// How many threads read files, at most.
const READERS: usize = 8;

/// How many secrets in public fields are reported of one offer at most.
const PUBLISHED_LIMIT: usize = 100;

/// One offer as the files declare it.
#[derive(Debug, Clone)]
pub struct Desired {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The type of the offer.
    pub offer_type: OfferTypeId,
    /// What the files say about it: dotted keys, secrets sealed. An explicit `null` is a value; a place that is
    /// `null` because a secret belongs there is in [`Document::sealed`].
    pub document: Document,
    /// Where each value is written.
    pub origins: Origins,
    /// Where a secret stands in clear text.
    pub clear_text_secrets: Vec<ClearText>,
    /// What the file says to offerform.
    pub reconcile: Reconcile,
    /// The file, as people call it.
    pub file: String,
}

impl Desired {
    /// The same offer in as little memory as can be: there may be thousands.
    #[must_use]
    pub fn packed(self) -> Self {
        Self { document: self.document.packed(), ..self }
    }

    /// The offer to look into for once: itself if there is a tree, otherwise a copy whose tree goes with it.
    #[must_use]
    pub fn opened(self: &Arc<Self>) -> Arc<Self> {
        match self.document.opened() {
            Cow::Borrowed(_) => Arc::clone(self),
            Cow::Owned(document) => Arc::new(self.with(document)),
        }
    }

    /// A copy to look into, so that this one stays packed.
    #[must_use]
    pub fn working_copy(&self) -> Self {
        self.with(self.document.working_copy())
    }

    /// This offer with another document. Cloning the offer first could clone a tree.
    fn with(&self, document: Document) -> Self {
        Self {
            address: self.address.clone(),
            offer_type: self.offer_type.clone(),
            document,
            origins: self.origins.clone(),
            clear_text_secrets: self.clear_text_secrets.clone(),
            reconcile: self.reconcile.clone(),
            file: self.file.clone(),
        }
    }
}

/// Everything that was found in the selected files.
#[derive(Debug)]
pub struct Loaded<T = Desired> {
    /// The texts that spans point into.
    pub sources: Sources,
    /// The offers without an error, or what was kept of each, in the order of files and documents.
    pub desired: Vec<T>,
    /// The findings, sorted. If one is an error, `desired` may lack an offer.
    pub diagnostics: Diagnostics,
}

/// Reads the offers that `selection` names: files, folders (all `.yaml`, `.yml` and `.json` files below them) and
/// globs, relative to where the person is. Nothing here fails: what goes wrong is among the diagnostics. The offers are
/// [packed](Desired::packed).
#[must_use]
pub fn load(tree: &dyn Tree, selection: &[String], environment: &dyn Environment) -> Loaded {
    load_each(tree, selection, environment, &Desired::packed)
}

/// Reads the offers that `selection` names, as [`load`] does, and returns what `keep` makes of each while its document is a tree: to
/// look into a packed document takes longer than to read its file. `keep` is called on several threads, also for an offer that turns
/// out to be declared twice; of that only the first is returned.
#[must_use]
pub fn load_each<T: Send>(
    tree: &dyn Tree,
    selection: &[String],
    environment: &dyn Environment,
    keep: &(dyn Fn(Desired) -> T + Sync),
) -> Loaded<T> {
    let library = Library::new(tree);
    let mut findings = Diagnostics::default();
    let files = select::files(tree, selection, &mut findings);
    library.reserve(&files);
    let (read, parts) = read_all(&library, &files, environment, keep);
    let mut desired = Vec::with_capacity(files.len());
    let mut declared = HashMap::new();
    for (number, candidates) in read {
        for candidate in candidates {
            match candidate {
                Candidate::Offer(offer) => desired.extend(offer.unless_declared(&mut declared, &mut findings)),
                // Fine if another file uses it as a part.
                Candidate::Stray(finding) if parts.contains(&files[number]) => drop(finding),
                Candidate::Stray(finding) => findings.push(finding),
            }
        }
    }
    library.report(findings);
    let (sources, diagnostics) = library.finish();
    Loaded { sources, desired, diagnostics }
}

/// What a document of a file turned out to be.
enum Candidate<T> {
    Offer(Box<Declaration<T>>),
    Stray(Diagnostic),
}

/// What a file holds, with the file's number among the selected ones.
type Numbered<T> = (usize, Vec<Candidate<T>>);

/// An offer with an address; whether it is the only one with that address is not known yet.
struct Declaration<T> {
    address: OfferAddress,
    /// Where its id is written.
    id: Span,
    /// What is kept of the offer, if nothing is wrong with it.
    kept: Option<T>,
}

impl<T> Declaration<T> {
    /// The offer, if it was not declared before. The service does not tell upper from lower case.
    fn unless_declared(self, declared: &mut HashMap<String, Span>, findings: &mut Diagnostics) -> Option<T> {
        let Some(first) = declared.get(&self.address.to_string().to_lowercase()) else {
            declared.insert(self.address.to_string().to_lowercase(), self.id);
            return self.kept;
        };
        let finding = Diagnostic::error("duplicate-offer", format!("the offer `{}` is declared twice", self.address));
        findings.push(finding.at(self.id, "again here").related(*first, "first here"));
        None
    }
}

/// What the files hold, in their order, and the files that were put into others.
fn read_all<T: Send>(
    library: &Library<'_>,
    files: &[RelativePath],
    environment: &dyn Environment,
    keep: &(dyn Fn(Desired) -> T + Sync),
) -> (Vec<Numbered<T>>, HashSet<RelativePath>) {
    let readers = thread::available_parallelism().map_or(1, |cores| cores.get().min(READERS)).min(files.len());
    let next = AtomicUsize::new(0);
    let read = || {
        let mut reader = Reader { library, composer: Composer::new(library, environment), keep };
        let mut found = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(number) else { return (found, reader.composer.into_parts()) };
            found.push((number, reader.file(file)));
        }
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..readers).map(|_| scope.spawn(read)).collect();
        let (mut all, mut parts) = (Vec::with_capacity(files.len()), HashSet::new());
        for reader in readers {
            let (found, used) = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            all.extend(found);
            parts.extend(used);
        }
        all.sort_unstable_by_key(|(number, _)| *number);
        (all, parts)
    })
}

/// What one thread reads files with.
struct Reader<'a, 't, T> {
    library: &'a Library<'t>,
    composer: Composer<'a, 't>,
    keep: &'a (dyn Fn(Desired) -> T + Sync),
}

impl<T> Reader<'_, '_, T> {
    fn file(&mut self, file: &RelativePath) -> Vec<Candidate<T>> {
        let parsed = match self.library.take(file) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.library.report([unreadable(&error)].into_iter().collect());
                return Vec::new();
            }
        };
        if !parsed.documents.iter().any(looks_like_an_offer) {
            let strays = parsed.documents.iter().map(|document| Candidate::Stray(not_an_offer(document))).collect();
            self.library.keep(file, parsed.into());
            return strays;
        }
        let sound = parsed.sound;
        let read = |document: Node| {
            if looks_like_an_offer(&document) {
                self.offer(file, document, sound)
            } else {
                Some(Candidate::Stray(not_an_offer(&document)))
            }
        };
        parsed.documents.into_iter().filter_map(read).collect()
    }

    fn offer(&mut self, file: &RelativePath, document: Node, sound: bool) -> Option<Candidate<T>> {
        let (document, complete) = self.composer.compose(document, file);
        let mut findings = Diagnostics::default();
        let manifest = Manifest::read(document, &mut findings);
        if let Some(manifest) = &manifest {
            let table = FieldTable::of(&OfferTypeId::of(manifest.api, manifest.offer_type.text.as_str()));
            let mut published = Vec::new();
            clear_text::published(table.root(), &manifest.offer, &mut published);
            published.into_iter().take(PUBLISHED_LIMIT).for_each(|finding| findings.push(finding));
        }
        let usable = sound && complete && !findings.has_errors();
        self.library.report(findings);
        let manifest = manifest?;
        let address =
            OfferAddress::new(manifest.publisher.text.clone(), manifest.id.text.clone()).through(manifest.api);
        let id = manifest.id.span;
        let kept = usable.then(|| (self.keep)(desired(manifest, self.library.tree().shown(file))));
        Some(Candidate::Offer(Box::new(Declaration { address, id, kept })))
    }
}

fn not_an_offer(document: &Node) -> Diagnostic {
    let finding =
        Diagnostic::error("not-an-offer", "this is not an offer: it has no `offerTypeId` and no `definition`");
    let Some(mapping) = document.as_mapping() else {
        let message = format!("this is not an offer, but {}", document.kind());
        return Diagnostic { message, ..finding }.at(document.span, "");
    };
    let typo =
        mapping.members.iter().find_map(|(key, member)| Some((member, nearest(key, ["offerTypeId", "definition"])?)));
    match (typo, mapping.members.values().next()) {
        (Some((member, near)), _) => finding.at(member.key, "").help(format!("did you mean `{near}`?")),
        (None, Some(first)) => {
            finding.at(first.key, "").help("a file with a part of an offer must be used by another file with `$file`")
        }
        (None, None) => finding.at(document.span, ""),
    }
}

/// The offer, not packed yet.
fn desired(manifest: Manifest, file: String) -> Desired {
    let offer_type = OfferTypeId::of(manifest.api, manifest.offer_type.text);
    Desired {
        address: OfferAddress::new(manifest.publisher.text, manifest.id.text).through(manifest.api),
        clear_text_secrets: clear_text::secrets(FieldTable::of(&offer_type), &manifest.offer),
        offer_type,
        origins: Origins::of(&manifest.offer),
        document: document::build(manifest.offer),
        reconcile: manifest.reconcile,
        file,
    }
}

#[cfg(test)]
mod tests;

//! Edits in the portal, written back into the files they contradict.
//!
//! Pure: documents and texts in, texts out. A text is edited where the value stands and nowhere else; then everything is loaded again
//! from the edited texts, and an offer that is not exactly what it was meant to become is left as it was. What cannot be written
//! back (a secret, a value that several places share) is left, and reported with its place.

mod choice;
mod differences;
mod edit;
mod ends;
mod file;
mod insert;
mod reverse;
mod rewrite;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use choice::{Before, Choice, Conflicts, Filter, Lead, lead};
use reverse::Step;
pub use rewrite::{Obstacle, Rewrite, rewrite};
use serde_json::Value;
use texts::{Attempt, Texts};

use crate::desired::{self, Desired, Environment};
use crate::diff::Change;
use crate::offer::fields::FieldTable;
use crate::offer::locate::innermost;
use crate::offer::{Document, IdentityPath, OfferAddress, Pointer};
use crate::source::{self, EntryKind, RelativePath, Sources, Tree};

/// Why a change is not written back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// What stands there is a secret, or a reference to one.
    #[error("this is a secret: set its variable, and raise its `version:`")]
    Secret,
    /// The live value holds a signature or a token.
    #[error("the live value contains a signature, which must not be in a file")]
    Signature,
    /// It was changed here, too.
    #[error("also changed in the files: resolve it by hand, or take the portal's value with --overwrite-conflicts")]
    Conflict,
    /// The value comes from the environment.
    #[error("the value comes from an environment variable: change the variable")]
    Variable,
    /// Other places have the same text: an anchor that is used again, a part or a text of several offers.
    #[error("other places share the same text: change it by hand")]
    Shared,
    /// The place cannot be edited safely.
    #[error("the notation cannot be edited safely: change it by hand")]
    ByHand,
    /// No file holds what would have to be changed.
    #[error("no file contains this value")]
    NoPlace,
    /// The text of a file cannot say this.
    #[error("a text file cannot contain this value: line endings or bytes would change")]
    NotAText,
    /// The file does not say any more what was compared.
    #[error("the file was changed during this run: run the command again")]
    Meanwhile,
    /// What came of the edits was not what was meant.
    #[error("the edited files would not declare the intended values; nothing of this offer was written")]
    NotProven,
}

impl Why {
    /// The reason's stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Signature => "signature",
            Self::Conflict => "conflict",
            Self::Variable => "variable",
            Self::Shared => "shared",
            Self::ByHand => "by_hand",
            Self::NoPlace => "no_place",
            Self::NotAText => "not_a_text",
            Self::Meanwhile => "meanwhile",
            Self::NotProven => "not_proven",
        }
    }
}

/// An offer with what is to be written back.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// What is declared.
    pub desired: Arc<Desired>,
    /// What is live.
    pub live: &'a Document,
    /// The differences to be written back.
    pub changes: Vec<&'a Change>,
    /// Those that were changed here, too, and are left.
    pub conflicts: Vec<&'a Change>,
}

/// Everything that is declared, and the files it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// The files.
    pub tree: &'a dyn Tree,
    /// What was loaded from them: also the offers that nothing is done about.
    pub offers: &'a [Arc<Desired>],
    /// The texts that were loaded.
    pub sources: &'a Sources,
    /// The paths they were loaded by.
    pub selection: &'a [String],
    /// The variables they were loaded with.
    pub environment: &'a dyn Environment,
}

/// A change that was written back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Adopted {
    /// Which offer.
    pub address: OfferAddress,
    /// The path of the value.
    pub place: IdentityPath,
    /// The file, as the user knows it.
    pub file: String,
    /// The line, from 1, before the edit.
    pub line: usize,
}

/// A change that was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which offer.
    pub address: OfferAddress,
    /// The path of the value.
    pub place: IdentityPath,
    /// The file and the line that would have to be changed, or what is around them.
    pub at: (String, usize),
    /// Why.
    pub why: Why,
}

/// What became of the changes.
#[derive(Debug, Default)]
pub struct Adoption {
    /// The offers that were edited in the portal, in their order.
    pub offers: Vec<OfferAddress>,
    /// Those that are written back.
    pub adopted: Vec<Adopted>,
    /// Those that are not.
    pub left: Vec<Left>,
    /// The new texts of the files.
    pub files: BTreeMap<RelativePath, String>,
}

/// What an offer is to declare.
struct Meant<'a> {
    /// Its number.
    subject: usize,
    desired: &'a Desired,
    content: &'a Value,
    /// How secrets are written that are not declared yet.
    directives: BTreeMap<Pointer, Value>,
}

/// The step of one change, with the change's path for people.
#[derive(Clone)]
struct Job<'a> {
    subject: usize,
    change: &'a Change,
    step: Step,
}

/// What is in the way of a text.
#[derive(Debug)]
struct Blame {
    subject: usize,
    /// A place in the declared document.
    place: Pointer,
    /// Whether something was to be put inside of what is there.
    inside: bool,
    why: Why,
}

impl Blame {
    fn is_about(&self, job: &Job<'_>) -> bool {
        let at = job.step.place();
        let about = match job.step {
            Step::Set(..) | Step::Remove(_) => self.place.is_within(at) || (!self.inside && at.is_within(&self.place)),
            Step::Add(..) | Step::Append(..) if self.inside => self.place == *at,
            Step::Add(..) | Step::Append(..) => at.is_within(&self.place),
        };
        self.subject == job.subject && about
    }
}

/// Works out how the files have to be written for the changes to be none. Nothing is touched on disk.
#[must_use]
pub fn adopt(declared: Declared<'_>, subjects: &[Subject<'_>]) -> Adoption {
    let offers = subjects.iter().map(|subject| subject.desired.address.clone()).collect();
    let mut adoption = Adoption { offers, ..Adoption::default() };
    let texts = Texts::new(declared);
    let mut jobs = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        let table = FieldTable::of(&subject.desired.offer_type);
        for change in &subject.changes {
            match reverse::step(table, &subject.desired.document, subject.live, change) {
                Ok(Some(step)) => jobs.push(Job { subject: number, change, step }),
                Ok(None) => {}
                Err(why) => adoption.left.push(left(&texts, subject, change, why)),
            }
        }
        let conflicts = subject.conflicts.iter().map(|change| left(&texts, subject, change, Why::Conflict));
        adoption.left.extend(conflicts);
    }
    // Each round leaves out what is in the way; there is at most one round for each job.
    while !jobs.is_empty() {
        let expected = expected(subjects, &jobs);
        let blamed: Vec<(usize, Why)> = match texts.attempt(&meant(subjects, &expected)) {
            Attempt::Written(files) => match unproven(declared, subjects, &expected, &files) {
                offers if offers.is_empty() => {
                    adoption.adopted =
                        jobs.iter().map(|job| adopted(&texts, &files, &subjects[job.subject], job)).collect();
                    adoption.adopted.sort();
                    adoption.files = files;
                    break;
                }
                offers => {
                    let culprits = offers.into_iter().flat_map(|one| culprits(declared, &texts, subjects, &jobs, one));
                    culprits.map(|number| (number, Why::NotProven)).collect()
                }
            },
            Attempt::Blocked(blamed) => {
                let why =
                    |job: &Job<'_>| blamed.iter().find(|blame| blame.is_about(job)).map(|blame| blame.why.clone());
                jobs.iter().enumerate().filter_map(|(number, job)| Some((number, why(job)?))).collect()
            }
        };
        // If nobody is to blame for what is in the way, nothing is done.
        let all = blamed.is_empty();
        let mut number = 0;
        jobs.retain(|job| {
            let why = blamed.iter().find(|(one, _)| *one == number).map(|(_, why)| why.clone());
            number += 1;
            let Some(why) = why.or(all.then_some(Why::NotProven)) else { return true };
            adoption.left.push(left(&texts, &subjects[job.subject], job.change, why));
            false
        });
    }
    adoption
}

/// The jobs of a subject that cannot be done, found by doing more and more of them.
fn culprits(
    declared: Declared<'_>,
    texts: &Texts<'_>,
    subjects: &[Subject<'_>],
    jobs: &[Job<'_>],
    subject: usize,
) -> Vec<usize> {
    let own: Vec<usize> = (0..jobs.len()).filter(|number| jobs[*number].subject == subject).collect();
    let sound = |done: &[usize]| {
        let done: Vec<Job<'_>> = done.iter().map(|number| jobs[*number].clone()).collect();
        let expected = expected(subjects, &done);
        match texts.attempt(&meant(subjects, &expected)) {
            Attempt::Written(files) => unproven(declared, subjects, &expected, &files).is_empty(),
            Attempt::Blocked(_) => false,
        }
    };
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    // Each look at all files takes its time: halves are tried first.
    let mut waiting = vec![own.clone()];
    while let Some(part) = waiting.pop() {
        let more = [done.as_slice(), part.as_slice()].concat();
        match part.as_slice() {
            [] => {}
            _ if sound(&more) => done = more,
            [one] => failed.push(*one),
            several => {
                let (first, second) = several.split_at(several.len() / 2);
                waiting.extend([second.to_vec(), first.to_vec()]);
            }
        }
    }
    if failed.is_empty() { own } else { failed }
}

/// The subjects that something is done about.
fn meant<'a>(subjects: &'a [Subject<'_>], expected: &'a [Option<Value>]) -> Vec<Meant<'a>> {
    let of = |(subject, (one, content)): (usize, (&'a Subject<'_>, &'a Option<Value>))| {
        let content = content.as_ref()?;
        Some(Meant { subject, desired: &one.desired, content, directives: BTreeMap::new() })
    };
    subjects.iter().zip(expected).enumerate().filter_map(of).collect()
}

/// What each subject is to declare; `None` for one that nothing is done about.
fn expected(subjects: &[Subject<'_>], jobs: &[Job<'_>]) -> Vec<Option<Value>> {
    let of = |number: usize| -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for job in jobs.iter().filter(|job| job.subject == number) {
            if !steps.contains(&job.step) {
                steps.push(job.step.clone());
            }
        }
        steps
    };
    let next = |(number, subject): (usize, &Subject<'_>)| {
        let steps = of(number);
        (!steps.is_empty()).then(|| reverse::apply(subject.desired.document.working_copy().content(), &steps))
    };
    subjects.iter().enumerate().map(next).collect()
}

/// The subjects that the edited files do not declare as they were meant to; all of them if another offer would change.
fn unproven(
    declared: Declared<'_>,
    subjects: &[Subject<'_>],
    expected: &[Option<Value>],
    files: &BTreeMap<RelativePath, String>,
) -> Vec<usize> {
    let edited = Edited { tree: declared.tree, files };
    let loaded = desired::load(&edited, declared.selection, declared.environment);
    let all = || (0..subjects.len()).filter(|number| expected[*number].is_some()).collect::<Vec<_>>();
    if loaded.diagnostics.has_errors() || loaded.desired.len() != declared.offers.len() {
        return all();
    }
    let mut unproven = BTreeSet::new();
    for (before, after) in declared.offers.iter().zip(&loaded.desired) {
        let subject = subjects.iter().position(|subject| subject.desired.address == before.address);
        let meant = subject.and_then(|number| expected[number].as_ref());
        let (before, after) = (before.working_copy(), after.working_copy());
        let content = meant.unwrap_or_else(|| before.document.content());
        // Places of secrets move with the elements around them; which secrets there are does not, but for those that went.
        let known: Vec<_> = before.document.sealed().values().collect();
        let sealed = after.document.sealed().values().all(|reference| known.contains(&reference));
        let as_many = meant.is_some() || before.document.sealed() == after.document.sealed();
        let same = after.document.content() == content && sealed && as_many && before.address == after.address;
        match subject.filter(|number| expected[*number].is_some()) {
            _ if same => {}
            Some(number) => drop(unproven.insert(number)),
            None => return all(),
        }
    }
    unproven.into_iter().collect()
}

fn adopted(texts: &Texts<'_>, files: &BTreeMap<RelativePath, String>, subject: &Subject<'_>, job: &Job<'_>) -> Adopted {
    let (file, line) = place(texts, subject, job.step.place(), files);
    Adopted { address: subject.desired.address.clone(), place: job.change.identity.clone(), file, line }
}

fn left(texts: &Texts<'_>, subject: &Subject<'_>, change: &Change, why: Why) -> Left {
    let desired = &subject.desired.document;
    let around = || innermost(desired.field_table(), desired.content(), &change.identity).0.pointer;
    let at = change.edit.value.clone().unwrap_or_else(around);
    let at = place(texts, subject, &at, &BTreeMap::new());
    Left { address: subject.desired.address.clone(), place: change.identity.clone(), at, why }
}

/// The file and line of a place, or of what is around it. A text in a file of its own is there, at the first line that becomes
/// another one.
fn place(
    texts: &Texts<'_>,
    subject: &Subject<'_>,
    at: &Pointer,
    files: &BTreeMap<RelativePath, String>,
) -> (String, usize) {
    let Declared { tree, sources, .. } = texts.declared();
    let origin = subject.desired.origins.places().nearest(at);
    if let Some(target) = texts.text_file(origin.value) {
        let old = tree.read(&target, source::FILE_LIMIT).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let line = old.zip(files.get(&target)).map_or(1, |(old, new)| first_difference(&old, new));
        return (tree.shown(&target), line);
    }
    let span = origin.key.unwrap_or(origin.value);
    (sources.name(span.source).to_owned(), sources.line_column(span).0)
}

/// The first line that is another one, from 1.
fn first_difference(old: &str, new: &str) -> usize {
    1 + old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count()
}

/// The files with some texts in place of theirs.
#[derive(Debug)]
pub struct Edited<'a> {
    /// All files as they are.
    pub tree: &'a dyn Tree,
    /// The new texts.
    pub files: &'a BTreeMap<RelativePath, String>,
}

impl Tree for Edited<'_> {
    fn read(&self, path: &RelativePath, limit: usize) -> Result<Vec<u8>, source::Error> {
        match self.files.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.tree.read(path, limit),
        }
    }

    fn files(&self, folder: &RelativePath) -> Result<Vec<RelativePath>, source::Error> {
        self.tree.files(folder)
    }

    fn kind(&self, path: &RelativePath) -> Option<EntryKind> {
        self.tree.kind(path)
    }

    fn locate(&self, text: &str) -> Result<RelativePath, source::Error> {
        self.tree.locate(text)
    }

    fn shown(&self, path: &RelativePath) -> String {
        self.tree.shown(path)
    }
}

//! Learns from a read after a write what the service makes of declared values.
//!
//! A service with revisions says which document a write made, so every difference is its own doing. Without revisions, somebody may have
//! edited the offer between the write and the read. Then a difference is taken for the service's doing only if it says the same in another
//! form, or if two writes in a row did not change the value that was there before. Anything else may be an edit, and is not recorded: what is
//! recorded once is not shown again.

use super::Planner;
use super::form;
use super::readback::ReadRevision;
use super::settle::same_unsigned;
use super::unchanged::{self, Declared, KeptValue, Unchanged};
use crate::apply::{ErrorMessage, Remark, RemarkKind};
use crate::diff::{Cause, Change, ChangeKind};
use crate::offer::fields::FieldTable;
use crate::offer::locate::locate;
use crate::offer::{Document, IdentityPath, Revision};
use crate::plan::{OfferPlan, Written};
use crate::record::Rewrites;
use serde_json::Value;

/// Whether what a write did not change may be written once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// The write was the first one.
    Once,
    /// The write was the second one.
    Never,
}

/// A read after a write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read<'a> {
    /// The revision of the document that was read.
    pub(super) revision: Option<&'a Revision>,
    /// Whose document it is.
    pub(super) seen: ReadRevision,
    /// Whether the write can be repeated.
    pub(super) repeat: Repeat,
}

/// What a read after a write tells of a value that differs from what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The service makes this value of what is declared.
    Rewritten(Unchanged),
    /// The value is the one from before, and not what the service makes of what is declared.
    NotApplied,
    /// It is unknown whether the service or somebody else changed the value.
    Unclear,
}

impl Read<'_> {
    /// Judges a value: what it was `before` the write, and what it `became`.
    fn verdict(
        &self,
        (current, change, known): (&OfferPlan, &Change, &Rewrites),
        (before, became): (Option<&Value>, Option<&Value>),
    ) -> Verdict {
        let table = FieldTable::of(current.offer_type());
        let declared = declared_value(current, change);
        let is_settled = matches!(self.seen, ReadRevision::Written | ReadRevision::Unversioned);
        let is_unversioned = self.seen == ReadRevision::Unversioned;
        if same_unsigned(before, became) {
            let can_be_judged = is_settled && is_certain(change) && change.kind != ChangeKind::File;
            // Without revisions, what was to be taken out and is still there may have been put back.
            let may_be_back = is_unversioned && matches!(declared, Some(Declared::Nothing)) && became.is_some();
            if !can_be_judged || may_be_back {
                return Verdict::NotApplied;
            }
            return match unchanged::judge((table, known), &change.identity, declared.as_ref(), became) {
                Unchanged::NotApplied => Verdict::NotApplied,
                Unchanged::Kept | Unchanged::Dropped if is_unversioned && self.repeat == Repeat::Once => {
                    Verdict::Unclear
                }
                how => Verdict::Rewritten(how),
            };
        }
        let says_the_same = || match (&declared, became) {
            (Some(Declared::Value(declared)), Some(became)) => form::says_the_same(declared, became),
            _ => false,
        };
        if self.seen == ReadRevision::Written || is_unversioned && says_the_same() {
            Verdict::Rewritten(Unchanged::No)
        } else {
            Verdict::Unclear
        }
    }
}

/// Whether a difference is known for certain.
fn is_certain(change: &Change) -> bool {
    !matches!(change.cause, Cause::Undetermined(_) | Cause::Unmanaged)
}

/// What is declared for a change; `None` if it holds a secret.
fn declared_value(plan: &OfferPlan, change: &Change) -> Option<Declared> {
    let Some(at) = &change.edit.value else { return Some(Declared::Nothing) };
    let part = plan.desired().document.part(at)?;
    part.sealed().is_empty().then(|| Declared::Value(part.content().clone()))
}

/// Remembers what the service made of declared values, as far as it was the service. Returns remarks for the report, and the values that
/// are taken for the service's form of what is declared only because nothing speaks against it.
pub(super) fn learn(
    planner: &Planner,
    current: &OfferPlan,
    now: &OfferPlan,
    after: &Document,
    read: &Read<'_>,
) -> (Vec<Remark>, Vec<KeptValue>) {
    let address = current.address();
    let table = FieldTable::of(current.offer_type());
    let is_unversioned = read.seen == ReadRevision::Unversioned;
    let mut rewrites = planner.memory.rewrites(address);
    let known = rewrites.clone();
    let (mut remarks, mut learned, mut kept, mut doubtful) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let changes = now.changes().iter().map(|planned| &planned.change);
    for change in changes.filter(|change| unchanged::is_of_service(current, change)) {
        let path = change.identity.clone();
        let before = current.live().and_then(|live| locate(table, live.content(), &path)).map(|(_, value)| value);
        let became = locate(table, after.content(), &path).map(|(_, value)| value);
        let (kind, text) = match read.verdict((current, change, &known), (before, became)) {
            Verdict::NotApplied => {
                // Where it is not known what became of an earlier write, another one of the same will tell.
                let is_unseen = known.last_applied().is_some_and(|applied| applied.is_unseen(&path));
                doubtful.extend((is_unversioned && is_unseen).then(|| path.clone()));
                (RemarkKind::NotApplied, not_applied(&path, is_unversioned))
            }
            Verdict::Unclear => {
                if is_unversioned {
                    rewrites.forget(&path);
                    doubtful.push(path.clone());
                }
                let text = format!(
                    "`{path}` differs from what was sent; it is unknown whether the service or somebody else changed it"
                );
                (RemarkKind::NotVerified, text)
            }
            Verdict::Rewritten(how) => {
                learned.push(path.clone());
                // Of a secret not even a hash is kept.
                let then = match declared_value(current, change) {
                    None => "the value depends on a secret and is not recorded, so the next plan shows it again",
                    Some(declared) => {
                        rewrites.learn(path.clone(), declared.value(), became);
                        "it is remembered"
                    }
                };
                if how == Unchanged::Kept {
                    kept.push(KeptValue { path: path.clone(), value: became.cloned() });
                }
                (RemarkKind::Rewritten, format!("{}; {then}", how.words(&path, became)))
            }
        };
        remarks.extend(is_certain(change).then_some(Remark { kind, path, text }));
    }
    match read.seen {
        ReadRevision::Written | ReadRevision::Unversioned => {}
        ReadRevision::Later => return (remarks, kept),
        ReadRevision::Unnamed => {
            record(planner, now, after);
            return (remarks, kept);
        }
    }
    if let Some(checkout) = &planner.recording {
        let written = Written::Plan { learned: &learned, doubtful: &doubtful };
        rewrites.set_last_applied(now.applied(after, &rewrites, written, checkout));
    }
    if let Some(revision) = read.revision {
        rewrites.set_revision(revision.as_str());
    }
    if let Err(error) = planner.memory.learn(address, rewrites) {
        let text = format!("{}; the next plan may show what the service rewrote", ErrorMessage::of(&error).message);
        remarks.push(Remark { kind: RemarkKind::NotVerified, path: IdentityPath::root(), text });
    }
    (remarks, kept)
}
/// Records what is declared and live as applied, where the two are the same.
pub(super) fn record(planner: &Planner, now: &OfferPlan, live: &Document) {
    if let Some(checkout) = &planner.recording {
        let rewrites = planner.memory.rewrites(now.address());
        planner.memory.applied(now.address(), now.applied(live, &rewrites, Written::Nothing, checkout));
    }
}

fn not_applied(path: &IdentityPath, is_unversioned: bool) -> String {
    if is_unversioned {
        format!("`{path}` was sent, but the portal still has, or has again, the value from before")
    } else {
        format!("`{path}` was sent, but the service did not change it")
    }
}

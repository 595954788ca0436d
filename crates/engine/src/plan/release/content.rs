//! In what two documents of the service differ, and whether they do.

use super::{Level, Next, ReleasePlan, ReleaseRequest, decide};
use crate::backend::Situation;
use crate::diff::{Base, Change, ChangeKind, Comparison, Ownership, Secrecy, Unmanaged, compare};
use crate::offer::Document;
use crate::offer::fields::FieldTable;
use crate::plan::PlannedChange;
use crate::record::Rewrites;
use crate::secret::{NoSecrets, SecretSource};

/// Whether `slot` holds what `next` does. What the service owns does not count, nor do its copies of artifacts, which move
/// by themselves; a secret is in neither of them.
#[must_use]
pub fn is_same(
    table: &'static FieldTable,
    next: &Document,
    slot: &Document,
    rewrites: &Rewrites,
    secrets: &dyn SecretSource,
) -> bool {
    !changes(table, next, slot, rewrites, secrets)
        .iter()
        .any(|change| change.is_determined() && change.kind != ChangeKind::Secret)
}

/// What changes in `to` if `from` takes its place, both being documents as the service has them.
#[must_use]
pub fn differences(table: &'static FieldTable, from: &Document, to: &Document) -> Vec<PlannedChange> {
    let changes = changes(table, from, to, &Rewrites::default(), &NoSecrets);
    let planned = |change: Change| PlannedChange { path: change.edit.target.clone(), change, origin: None };
    changes.into_iter().map(planned).collect()
}

fn changes(
    table: &'static FieldTable,
    next: &Document,
    slot: &Document,
    rewrites: &Rewrites,
    secrets: &dyn SecretSource,
) -> Vec<Change> {
    let comparison = Comparison {
        table,
        desired: next,
        base: Base::Live,
        live: Some(slot),
        rewrites,
        secrets,
        unmanaged: Unmanaged::Skipped,
        secrecy: Secrecy::Kept,
        ownership: Ownership::Exact,
    };
    compare(comparison).changes
}

/// A draft, as the measure of how far it is released. Every command asks it, so that none can say something else.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What the draft is, or will be when the plan is carried out.
    pub document: &'a Document,
    /// Its revision; `None` if it is still to be written, or the service names none.
    pub revision: Option<&'a str>,
    /// What is known of how the service rewrites it, and of what was published.
    pub rewrites: &'a Rewrites,
    /// Where the values of comparable secrets come from.
    pub secrets: &'a dyn SecretSource,
    /// Whether it is to be released though a slot holds the same: a changed secret shows in none.
    pub hides_a_secret: bool,
}

impl Draft<'_> {
    /// Whether a slot holds the same.
    #[must_use]
    pub fn is_in(&self, slot: &Document) -> bool {
        let table = self.document.field_table();
        !self.hides_a_secret && is_same(table, self.document, slot, self.rewrites, self.secrets)
    }

    /// The release of the content to `level`: the steps that are missing, or what prevents them.
    #[must_use]
    pub fn decide(&self, level: Level, release_request: ReleaseRequest, situation: &Situation) -> ReleasePlan {
        let is_in = |slot: &Document| self.is_in(slot);
        let was_published =
            !self.hides_a_secret && self.revision.is_some() && self.rewrites.published() == self.revision;
        let plan = decide(level, release_request, situation, Next { is_in: &is_in, was_published });
        ReleasePlan { renews: self.hides_a_secret, ..plan }
    }

    /// The level to which the content is released.
    #[must_use]
    pub fn released(&self, situation: &Situation) -> Level {
        self.decide(Level::Live, ReleaseRequest::default(), situation).from
    }
}

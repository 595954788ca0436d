//! In what two documents of the service differ, and whether they do.

use std::sync::Arc;

use crate::diff::{Base, Change, Comparison, Kind, Ownership, Secrecy, Unmanaged, compare};
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
        .any(|change| change.is_determined() && change.kind != Kind::Secret)
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

/// The comparison of a document of the service with others: what [`decide`](super::decide) asks for.
pub fn holds_same(table: &'static FieldTable, next: Arc<Document>) -> impl Fn(&Document) -> bool {
    move |slot| is_same(table, &next, slot, &Rewrites::default(), &NoSecrets)
}

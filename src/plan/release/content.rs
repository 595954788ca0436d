//! Whether two documents of the service hold the same content.

use crate::diff::{Base, Comparison, Kind, Ownership, Secrecy, Unmanaged, compare};
use crate::offer::Document;
use crate::offer::fields::FieldTable;
use crate::record::Rewrites;
use crate::secret::SecretSource;

/// Whether `slot` holds what `next` does. What the service owns does not count, nor do its copies of artifacts, which move
/// by themselves; a secret is in neither of them.
pub(in crate::plan) fn is_same(
    table: &'static FieldTable,
    next: &Document,
    slot: &Document,
    rewrites: &Rewrites,
    secrets: &dyn SecretSource,
) -> bool {
    let set = compare(Comparison {
        table,
        desired: next,
        base: Base::Live,
        live: Some(slot),
        rewrites,
        secrets,
        unmanaged: Unmanaged::Skipped,
        secrecy: Secrecy::Kept,
        ownership: Ownership::Exact,
    });
    !set.changes.iter().any(|change| change.is_determined() && change.kind != Kind::Secret)
}

//! What the point where a branch began adds to a comparison with what was applied last.
//!
//! A comparison with the last-applied record tells a new declaration from an edit in the portal. A branch that does not touch
//! a value must still not write it: somebody else's change may have been applied since the branch began.

use serde_json::Value;

use super::change::{Cause, Change};
use super::{ChangeSet, Left};
use crate::offer::canonical::View;
use crate::offer::fields::FieldTable;
use crate::offer::locate::{identity_of, locate};
use crate::offer::{Document, IdentityPath, Pointer};

/// Whether what was applied last is older than the point where the branch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is: what the branch began with was never applied, so it still has to be.
    BeforeTheBranch,
    /// It is not, or nobody can tell.
    Elsewhere,
}

impl ChangeSet {
    /// Leaves the changes that come from what was applied elsewhere since the branch began with `fork`, and tells them apart
    /// from conflicts: what the branch does not touch cannot conflict with it. `applied` says of a place how old what was applied
    /// there is.
    pub fn leave_untouched(&mut self, desired: &Document, fork: &Document, applied: &dyn Fn(&IdentityPath) -> Applied) {
        let table = desired.field_table();
        for change in &mut self.changes {
            match change.cause {
                Cause::Declared
                    if is_untouched(table, change, desired, fork)
                        && applied(&change.identity) == Applied::Elsewhere =>
                {
                    change.cause = Cause::Behind;
                    change.left = Some(Left::Behind);
                }
                Cause::Conflict if is_untouched(table, change, desired, fork) => change.cause = Cause::Drift,
                _ => {}
            }
        }
    }
}

/// Whether both documents declare the same at the place of a change.
fn is_untouched(table: &'static FieldTable, change: &Change, desired: &Document, fork: &Document) -> bool {
    let named = change.edit.value.as_ref().and_then(|at| identity_of(table, desired.content(), at));
    // The service may have the field under another name. Elements of sets are named by the change alone.
    let identity = named.unwrap_or_else(|| change.identity.clone());
    match (declared(table, desired, &identity), declared(table, fork, &identity)) {
        (None, None) => true,
        (Some((one_at, one)), Some((two_at, two))) => {
            let place = table.place(identity.tokens());
            let (one_secrets, two_secrets) = (secrets(desired, &one_at), secrets(fork, &two_at));
            one_secrets == two_secrets && View::new(place, one).same(View::new(place, two))
        }
        _ => false,
    }
}

fn declared<'a>(
    table: &'static FieldTable,
    document: &'a Document,
    identity: &IdentityPath,
) -> Option<(Pointer, &'a Value)> {
    locate(table, document.content(), identity)
}

/// The references below a place, in the order of their places.
fn secrets(document: &Document, at: &Pointer) -> Vec<String> {
    document.sealed_within(at).map(|(_, reference)| reference.to_string()).collect()
}

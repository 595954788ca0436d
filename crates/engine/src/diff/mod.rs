//! Compares what is declared with what is live and says what differs, why, and what would be written.
//!
//! Pure: documents in, a change set out. What is special about a field stands in the field table, never here.

mod branch;
mod cause;
mod change;
mod compare;
mod comparison;
mod lists;
mod members;
mod path;
mod preserved;
mod secrets;
mod sides;
#[cfg(test)]
mod tests;
mod verdict;
mod walk;

pub use branch::Applied;
pub use change::{Cause, Change, ChangeKind, Doubt, Edit, Left, Operation, RedactedValue};
pub use compare::compare;
pub use comparison::{Base, Comparison, Ownership, Secrecy, Unmanaged};
pub use preserved::lost;

/// All differences of one offer, in the order in which their edits are made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangeSet {
    /// The differences.
    pub changes: Vec<Change>,
}

impl ChangeSet {
    /// Leaves the changes that have `cause` as they are.
    pub fn leave(&mut self, cause: &Cause, why: &Left) {
        for change in self.changes.iter_mut().filter(|change| change.cause == *cause) {
            change.left = Some(why.clone());
        }
    }

    /// Leaves what would go only because of changes that are all left themselves.
    pub fn settle(&mut self) {
        for position in 0..self.changes.len() {
            let change = &self.changes[position];
            if change.displaced_by.is_empty() || change.left.is_some() {
                continue;
            }
            let causes = |other: &&Change| change.displaced_by.iter().any(|by| other.identity.is_within(by));
            let causes: Vec<&Change> = self.changes.iter().filter(causes).collect();
            if !causes.iter().any(|cause| cause.is_written()) {
                self.changes[position].left = causes.iter().find_map(|cause| cause.left.clone());
            }
        }
    }

    /// Whether there is something to write: changes in doubt alone are not.
    #[must_use]
    pub fn is_update(&self) -> bool {
        self.changes.iter().any(Change::is_determined)
    }
}

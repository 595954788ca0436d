//! Where a comparison starts.

use serde_json::json;

use super::ChangeSet;
use super::change::Cause;
use super::comparison::{Base, Comparison};
use super::path::Path;
use super::sides::{BaseValue, Trio};
use super::walk::Walk;
use crate::offer::Document;

/// Compares, and lists what differs in the order in which it has to be written.
#[must_use]
pub fn compare(comparison: Comparison<'_>) -> ChangeSet {
    // An offer that does not exist is compared with an empty one, so that a create is listed field by field.
    let nothing = json!({"definition": {"offer": {}, "plans": []}});
    let live = comparison.live.map_or(&nothing, Document::content);
    let base = match comparison.base {
        Base::Live => BaseValue::Live,
        Base::Declared(document) => BaseValue::Is(Some(document.content())),
    };
    let mut walk = Walk { comparison, path: Path::default(), changes: Vec::new() };
    walk.visit(comparison.table.root(), Trio { desired: Some(comparison.desired.content()), base, live: Some(live) });
    let mut changes = walk.changes;
    if comparison.live.is_none() {
        // An offer that does not exist holds nobody's edit: an earlier run could not create it, or it was never tried.
        let edited = changes.iter_mut().filter(|change| matches!(change.cause, Cause::Conflict | Cause::Drift));
        edited.for_each(|change| change.cause = Cause::Declared);
    }
    ChangeSet { changes }
}

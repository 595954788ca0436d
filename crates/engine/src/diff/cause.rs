//! The three-way table, and what is known of two values.

use serde_json::Value;

use super::change::{Cause, Doubt};
use super::sides::BaseValue;
use crate::offer::canonical::View;
use crate::offer::fields::FieldPlace;

/// What is known of two values.
pub(super) enum Verdict {
    Same,
    Different,
    Doubt(Doubt),
}

/// The three-way table for one value.
pub(super) fn cause(place: FieldPlace<'static>, desired: &Value, base: BaseValue<'_>, live: Option<&Value>) -> Cause {
    let base = match base {
        BaseValue::Live => return Cause::Declared,
        // An explicit `null` said that the value must not be there: the same as its absence.
        BaseValue::Is(base) => base.filter(|base| !base.is_null()),
    };
    let live = live.filter(|live| !live.is_null());
    let same = |one: Option<&Value>, two: Option<&Value>| match (one, two) {
        (Some(one), Some(two)) => View::new(place, one).same(View::new(place, two)),
        (one, two) => one.is_none() && two.is_none(),
    };
    if same(base, live) {
        Cause::Declared
    } else if same(base, Some(desired)) {
        Cause::Drift
    } else {
        Cause::Conflict
    }
}

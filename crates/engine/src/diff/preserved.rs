//! Whether a write left alone what it had to leave alone.

use serde_json::Value;

use crate::offer::IdentityPath;
use crate::offer::canonical::{Form, View};
use crate::offer::fields::{Comparison, FieldPlace, FieldTable};
use crate::offer::locate::element_name;
use crate::secret::without_sas;

/// The paths where `before` had a value that `after` has not: neither changed on purpose (`written`) nor owned by the service. What the service added does not count.
#[must_use]
pub fn lost(table: &'static FieldTable, before: &Value, after: &Value, written: &[IdentityPath]) -> Vec<IdentityPath> {
    let mut search = Search { written, lost: Vec::new() };
    search.visit(table.root(), &IdentityPath::root(), before, Some(after));
    search.lost
}

struct Search<'a> {
    written: &'a [IdentityPath],
    lost: Vec<IdentityPath>,
}

impl Search<'_> {
    fn visit(&mut self, place: FieldPlace<'static>, at: &IdentityPath, before: &Value, after: Option<&Value>) {
        let field = place.field();
        let volatile = matches!(field.comparison, Comparison::ServerOwned | Comparison::Secret | Comparison::Artifact);
        if volatile || self.written.iter().any(|written| at.is_within(written)) {
            return;
        }
        let Some(after) = after else {
            if !before.is_null() && !field.is_default(before) && !self.holds_written(at) {
                self.lost.push(at.clone());
            }
            return;
        };
        match (View::new(place, before).form(), View::new(place, after).form()) {
            (Form::Map(one), Form::Map(two)) => {
                let derived: Vec<&str> =
                    one.keys().chain(two.keys()).filter_map(|key| place.key(key).field().derives).collect();
                for (key, value) in one.iter().filter(|(key, _)| !derived.contains(&key.as_str())) {
                    let other = two.get(key).or_else(|| two.get(place.key(key).field().alias?));
                    self.visit(place.key(key), &at.key(key), value, other);
                }
            }
            (Form::Keyed(one), Form::Keyed(two)) => {
                for (identity, element) in &one {
                    let other = two.get(identity).map(|element| element.value);
                    self.visit(place.element(), &at.key(identity), element.value, other);
                }
            }
            (Form::Set(one), Form::Set(two)) => {
                for text in one.keys().filter(|text| !two.contains_key(*text)) {
                    let element = at.key(&element_name(text));
                    if !self.written.contains(&element) {
                        self.lost.push(element);
                    }
                }
            }
            _ => {
                if !View::new(place, before).same(View::new(place, after)) && !differ_in_signature(before, after) {
                    self.lost.push(at.clone());
                }
            }
        }
    }

    /// Whether something below this place was written on purpose, so that its absence may be on purpose too.
    fn holds_written(&self, at: &IdentityPath) -> bool {
        self.written.iter().any(|written| written.is_within(at))
    }
}

/// Whether two texts are one address under two signatures: the service signs what it hosts anew, also in fields nobody knows.
fn differ_in_signature(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::String(one), Value::String(two)) => without_sas(one) == without_sas(two),
        _ => false,
    }
}

//! One walk through desired, base and live, and the changes it finds.

use indexmap::IndexMap;
use serde_json::Value;

use super::cause::{Verdict, cause};
use super::change::{Cause, Change, ChangeKind, Doubt, Edit, Operation, RedactedValue};
use super::comparison::Comparison;
use super::path::Path;
use super::sides::{BaseValue, Trio};
use crate::offer::canonical::{Form, View};
use crate::offer::fields::{self, FieldPlace};
use crate::offer::{IdentityPath, Pointer};

/// The walk, and what it found so far.
pub(super) struct Walk<'a> {
    pub(super) comparison: Comparison<'a>,
    pub(super) path: Path<'a>,
    pub(super) changes: Vec<Change>,
}

impl<'a> Walk<'a> {
    pub(super) fn visit(&mut self, place: FieldPlace<'static>, trio: Trio<'a>) {
        match place.field().comparison {
            fields::Comparison::ServerOwned => return,
            fields::Comparison::Secret => return self.secret(trio),
            _ => {}
        }
        match (trio.desired, trio.live) {
            (None, _) => self.undeclared(place, trio),
            (Some(desired @ Value::Null), _) if self.sealed(desired).is_none() => self.explicit_null(place, trio),
            (Some(desired), Some(live)) => self.both(place, desired, trio.base, live),
            (Some(desired), None) => self.leaf(place, desired, trio.base, None),
        }
    }

    fn both(&mut self, place: FieldPlace<'static>, desired: &'a Value, base: BaseValue<'a>, live: &'a Value) {
        match (View::new(place, desired).form(), View::new(place, live).form()) {
            (Form::Map(one), Form::Map(two)) => self.members(place, one, base, two),
            (Form::Set(one), Form::Set(two)) => self.set(place, &one, base, (&two, live)),
            (Form::Keyed(one), Form::Keyed(two)) => {
                let base = match base {
                    BaseValue::Live => None,
                    BaseValue::Is(value) => Some(match value.map(|value| View::new(place, value).form()) {
                        Some(Form::Keyed(elements)) => elements,
                        _ => IndexMap::new(),
                    }),
                };
                self.keyed(place, &one, base.as_ref(), &two);
            }
            _ => self.leaf(place, desired, base, Some(live)),
        }
    }

    pub(super) fn leaf(
        &mut self,
        place: FieldPlace<'static>,
        desired: &'a Value,
        base: BaseValue<'a>,
        live: Option<&'a Value>,
    ) {
        let mut is_other_file = false;
        let cause = match self.verdict(place, desired, live) {
            Verdict::Same => return,
            Verdict::Doubt(doubt) => match base {
                // The declared value is all there is to compare: it changed, or it did not.
                BaseValue::Is(Some(base)) if doubt == Doubt::Hosted => {
                    if View::new(place, desired).same(View::new(place, base)) {
                        return;
                    }
                    Cause::Declared
                }
                _ => match self.same_file(&doubt, desired, live) {
                    Some(true) => return,
                    Some(false) => {
                        is_other_file = true;
                        cause(place, desired, base, live)
                    }
                    None => Cause::Undetermined(doubt),
                },
            },
            Verdict::Different => match self.sealed(desired) {
                Some(reference) => self.sealed_cause(place, reference, base, live),
                None if self.became(base, live) => Cause::Declared,
                None => cause(place, desired, base, live),
            },
        };
        let at = self.path.desired();
        let after = self.declared(place, &at);
        let before = live.map(|live| self.sealed_alike(place, &at, live));
        let operation = if live.is_some() { Operation::Replace } else { Operation::Add };
        let edit = Edit { target: self.path.live(), value: Some(at) };
        self.push(self.here(), operation, cause, (before, after), edit);
        if place.field().markup == fields::Markup::Html {
            self.is_about(ChangeKind::Html);
        } else if is_other_file {
            self.is_about(ChangeKind::File);
        }
    }

    pub(super) fn removal(&mut self, place: FieldPlace<'static>, cause: Cause, live: &Value) {
        let edit = Edit { target: self.path.live(), value: None };
        let before =
            if self.sealed_in_base().is_some() { RedactedValue::secret() } else { RedactedValue::new(place, live) };
        self.push(self.here(), Operation::Remove, cause, (Some(before), None), edit);
    }

    /// The place of the walk, and the SKU it is in.
    pub(super) fn here(&self) -> (IdentityPath, Option<String>) {
        (self.path.identity(), self.path.sku())
    }

    /// Records a change at a place, and in which SKU it is.
    pub(super) fn push(
        &mut self,
        (identity, sku): (IdentityPath, Option<String>),
        operation: Operation,
        cause: Cause,
        (before, after): (Option<RedactedValue>, Option<RedactedValue>),
        edit: Edit,
    ) {
        self.changes.push(Change {
            identity,
            sku,
            operation,
            cause,
            before,
            after,
            edit,
            kind: ChangeKind::Value,
            left: None,
            displaced_by: Vec::new(),
        });
    }

    /// Says what kind of value the latest change is about.
    pub(super) fn is_about(&mut self, kind: ChangeKind) {
        if let Some(change) = self.changes.last_mut() {
            change.kind = kind;
        }
    }

    /// The declared part at a place, as it may be shown.
    pub(super) fn declared(&self, place: FieldPlace<'static>, at: &Pointer) -> Option<RedactedValue> {
        Some(RedactedValue::declared(place, &self.comparison.desired.part(at)?))
    }

    /// The live value of what is declared at `at`, as it may be shown: without what is declared as a secret, even if the service
    /// returns it.
    fn sealed_alike(&self, place: FieldPlace<'static>, at: &Pointer, live: &Value) -> RedactedValue {
        let below = self.comparison.desired.sealed_within(at).map(|(below, _)| below);
        let places: Vec<Pointer> = below.collect();
        if places.is_empty() {
            return RedactedValue::new(place, live);
        }
        RedactedValue::with_secrets(place, live.clone(), &places)
    }
}

//! Lists that mean sets, and lists whose elements have identities. All others are compared as one value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::cause;
use super::change::{Cause, Edit, Operation, RedactedValue};
use super::comparison::Ownership;
use super::sides::{BaseValue, Trio};
use super::walk::Walk;
use crate::offer::canonical::{Element, Form, View};
use crate::offer::fields::FieldPlace;
use crate::offer::locate::element_name;
use crate::record::Memory;

impl<'a> Walk<'a> {
    pub(super) fn set(
        &mut self,
        place: FieldPlace<'static>,
        desired: &BTreeMap<Cow<'a, str>, Element<'a>>,
        base: BaseValue<'a>,
        (live, list): (&BTreeMap<Cow<'a, str>, Element<'a>>, &'a Value),
    ) {
        let base = match base {
            BaseValue::Live => None,
            BaseValue::Is(value) => Some(match value.map(|value| View::new(place, value).form()) {
                Some(Form::Set(elements)) => elements,
                _ => BTreeMap::new(),
            }),
        };
        let cause = |moved: bool| if moved { Cause::Drift } else { Cause::Declared };
        // From the back, so that positions stay right while elements go; a value that is there twice goes twice.
        for (index, value) in list.as_array().map_or(&[][..], Vec::as_slice).iter().enumerate().rev() {
            let text = crate::offer::canonical::text(value);
            if desired.contains_key(&text) || self.recall(&text, None, Some(value)) == Memory::AsRecorded {
                continue;
            }
            let moved = base.as_ref().is_some_and(|base| !base.contains_key(&text));
            let edit = Edit { target: self.path.live().index(index), value: None };
            self.element(
                &element_name(&text),
                Operation::Remove,
                cause(moved),
                (Some(RedactedValue::new(place.element(), value)), None),
                edit,
            );
        }
        for (text, element) in desired.iter().filter(|(text, _)| !live.contains_key(*text)) {
            if self.recall(text, Some(element.value), None) == Memory::AsRecorded || self.is_dropped(text) {
                continue;
            }
            let moved = base.as_ref().is_some_and(|base| base.contains_key(text));
            let edit =
                Edit { target: self.path.live().key("-"), value: Some(self.path.desired().index(element.index)) };
            self.element(
                &element_name(text),
                Operation::Add,
                cause(moved),
                (None, Some(RedactedValue::new(place.element(), element.value))),
                edit,
            );
        }
    }

    pub(super) fn keyed(
        &mut self,
        place: FieldPlace<'static>,
        desired: &IndexMap<Cow<'a, str>, Element<'a>>,
        base: Option<&IndexMap<Cow<'a, str>, Element<'a>>>,
        live: &IndexMap<Cow<'a, str>, Element<'a>>,
    ) {
        let before = |identity: &str| {
            base.map_or(BaseValue::Live, |base| BaseValue::Is(base.get(identity).map(|element| element.value)))
        };
        for (identity, element) in desired {
            let Some(other) = live.get(identity) else { continue };
            let in_base = base.and_then(|base| base.get(identity)).map(|element| element.index);
            self.path.push_element(identity.clone(), element.index, in_base, other.index);
            self.visit(
                place.element(),
                Trio { desired: Some(element.value), base: before(identity), live: Some(other.value) },
            );
            self.path.pop();
        }
        let mut gone: Vec<_> = live.iter().filter(|(identity, _)| !desired.contains_key(*identity)).collect();
        gone.sort_by_key(|(_, element)| std::cmp::Reverse(element.index));
        for (identity, element) in gone {
            let cause = match before(identity) {
                BaseValue::Live => Cause::Declared,
                BaseValue::Is(None) => Cause::Drift,
                BaseValue::Is(Some(before)) => {
                    let at = base.and_then(|base| base.get(identity)).map_or(element.index, |element| element.index);
                    self.path.push_element(identity.clone(), at, Some(at), element.index);
                    let sides = (before, element.value);
                    let kept = self.is_as_declared(place.element(), sides, Ownership::Declared);
                    self.path.pop();
                    if kept { Cause::Declared } else { Cause::Conflict }
                }
            };
            let edit = Edit { target: self.path.live().index(element.index), value: None };
            self.element(
                identity,
                Operation::Remove,
                cause,
                (Some(RedactedValue::new(place.element(), element.value)), None),
                edit,
            );
        }
        for (identity, element) in desired.iter().filter(|(identity, _)| !live.contains_key(*identity)) {
            let cause = cause::cause(place.element(), element.value, before(identity), None);
            let from = self.path.desired().index(element.index);
            let after = self.declared(place.element(), &from);
            let edit = Edit { target: self.path.live().key("-"), value: Some(from) };
            self.element(identity, Operation::Add, cause, (None, after), edit);
        }
    }

    /// Records a change to an element of a list, named by its identity.
    fn element(
        &mut self,
        identity: &str,
        operation: Operation,
        cause: Cause,
        (before, after): (Option<RedactedValue>, Option<RedactedValue>),
        edit: Edit,
    ) {
        let at = self.path.identity();
        // An element of the list of SKUs is a SKU itself.
        let is_sku = self.path.is_skus();
        let sku = self.path.sku().or_else(|| is_sku.then(|| identity.to_owned()));
        self.push((at.key(identity), sku), operation, cause, (before, after), edit);
    }

    /// Whether the service is known to store no such element.
    fn is_dropped(&self, element: &str) -> bool {
        let applied = self.comparison.rewrites.last_applied();
        applied.is_some_and(|applied| applied.is_dropped(&self.path.identity().key(&element_name(element))))
    }

    fn recall(&self, element: &str, declared: Option<&Value>, live: Option<&Value>) -> Memory {
        if self.comparison.rewrites.is_empty() {
            return Memory::None;
        }
        self.comparison.rewrites.recall(&self.path.identity().key(element), declared, live)
    }
}

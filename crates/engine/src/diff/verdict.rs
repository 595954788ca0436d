//! Whether two values mean the same, as far as that is known, and why they differ if they do not.

use serde_json::Value;

use super::cause::Verdict;
use super::change::{Cause, Change, Doubt};
use super::comparison::{Base, Comparison, Ownership, Secrecy, Unmanaged};
use super::sides::{BaseValue, Trio};
use super::walk::Walk;
use crate::offer::Pointer;
use crate::offer::canonical::View;
use crate::offer::fields::{self, Fate, FieldPlace};
use crate::record::Memory;
use crate::secret::SecretReference;

impl<'a> Walk<'a> {
    /// Whether a declared value and a live one mean the same, as far as that is known.
    pub(super) fn verdict(&self, place: FieldPlace<'static>, desired: &Value, live: Option<&Value>) -> Verdict {
        let field = place.field();
        if let Some(reference) = self.sealed(desired) {
            return self.sealed_verdict(place, reference, live);
        }
        if let Some(verdict) = live.and_then(|live| self.list_verdict(place, desired, live)) {
            return verdict;
        }
        let same = match live {
            Some(live) => View::new(place, desired).same(View::new(place, live)),
            None => field.is_default(desired),
        };
        if same {
            return Verdict::Same;
        }
        match self.comparison.rewrites.recall(&self.path.identity(), Some(desired), live) {
            Memory::AsRecorded => return Verdict::Same,
            Memory::DeclaredChanged => return Verdict::Different,
            Memory::None | Memory::LiveChanged | Memory::Outdated => {}
        }
        if self.was_applied(desired, live) {
            return Verdict::Same;
        }
        match live {
            None if field.fate == Fate::MayBeDropped && self.comparison.live.is_some() => {
                Verdict::Doubt(Doubt::Dropped)
            }
            Some(live) if hosted(place, desired, live) => Verdict::Doubt(Doubt::Hosted),
            _ => Verdict::Different,
        }
    }

    /// Whether exactly this was applied here, and the service made exactly this of it.
    fn was_applied(&self, desired: &Value, live: Option<&Value>) -> bool {
        let applied = self.comparison.rewrites.last_applied();
        applied.is_some_and(|applied| applied.holds(self.comparison.table, &self.path.identity(), desired, live))
    }

    /// What somebody who looked at the files themselves can tell.
    pub(super) fn same_file(&self, doubt: &Doubt, desired: &Value, live: Option<&Value>) -> Option<bool> {
        let live = live.filter(|_| *doubt == Doubt::Hosted)?;
        self.comparison.rewrites.same_file(desired, live)
    }

    fn sealed_verdict(&self, place: FieldPlace<'static>, reference: &SecretReference, live: Option<&Value>) -> Verdict {
        match (live, self.comparison.secrets.comparable(reference)) {
            (None, _) => Verdict::Different,
            (Some(_), None) => Verdict::Doubt(Doubt::SecretNotSet(reference.clone())),
            (Some(live), Some(secret)) => {
                let value = Value::String(secret.expose().to_owned());
                if View::new(place, &value).same(View::new(place, live)) { Verdict::Same } else { Verdict::Different }
            }
        }
    }

    /// The verdict on a list with secrets in it, such as the data disks of an image, if it is the same as far as its secrets are
    /// known here.
    fn list_verdict(&self, place: FieldPlace<'static>, desired: &Value, live: &Value) -> Option<Verdict> {
        if !desired.is_array() {
            return None;
        }
        let here = self.path.desired();
        let sealed: Vec<(Pointer, &SecretReference)> = self.comparison.desired.sealed_within(&here).collect();
        if sealed.is_empty() {
            return None;
        }
        let (mut filled, mut unknown) = (desired.clone(), None);
        for (below, reference) in sealed {
            let below = below.as_str();
            let value = if let Some(secret) = self.comparison.secrets.comparable(reference) {
                Value::String(secret.expose().to_owned())
            } else {
                unknown.get_or_insert_with(|| reference.clone());
                live.pointer(below).cloned().unwrap_or_default()
            };
            if let Some(place) = filled.pointer_mut(below) {
                *place = value;
            }
        }
        let is_same = View::new(place, &filled).same(View::new(place, live));
        is_same.then(|| unknown.map_or(Verdict::Same, |reference| Verdict::Doubt(Doubt::SecretNotSet(reference))))
    }

    /// Whether the service is known to have made the live value from the one that was declared before. Then nobody edited it.
    pub(super) fn became(&self, base: BaseValue<'a>, live: Option<&Value>) -> bool {
        let BaseValue::Is(Some(base)) = base else { return false };
        self.comparison.rewrites.recall(&self.path.identity(), Some(base), live) == Memory::AsRecorded
    }

    /// Whether what is live is what was declared before, as far as anybody can tell: then nobody edited it. With
    /// [`Ownership::Exact`], nobody put anything beside it either.
    pub(super) fn is_as_declared(
        &self,
        place: FieldPlace<'static>,
        (base, live): (&'a Value, &'a Value),
        ownership: Ownership,
    ) -> bool {
        let (Base::Declared(document), Some(path)) = (self.comparison.base, self.path.in_base()) else { return false };
        let (unmanaged, secrecy) = (Unmanaged::Skipped, Secrecy::Kept);
        let comparison =
            Comparison { desired: document, base: Base::Live, ownership, unmanaged, secrecy, ..self.comparison };
        let mut walk = Walk { comparison, path, changes: Vec::new() };
        walk.visit(place, Trio { desired: Some(base), base: BaseValue::Live, live: Some(live) });
        !walk.changes.iter().any(Change::is_determined)
    }

    /// Why a sealed value differs. What it was before is known only if the base holds the value that the service has.
    pub(super) fn sealed_cause(
        &self,
        place: FieldPlace<'static>,
        reference: &SecretReference,
        base: BaseValue<'a>,
        live: Option<&Value>,
    ) -> Cause {
        match (base, self.sealed_in_base(), live) {
            (BaseValue::Is(_), Some(before), _) if before == reference => Cause::Drift,
            (BaseValue::Is(Some(before)), None, Some(live)) if !before.is_null() => {
                if View::new(place, before).same(View::new(place, live)) { Cause::Declared } else { Cause::Conflict }
            }
            _ => Cause::Declared,
        }
    }
}

/// Whether two values that are not the same may differ only because the service hosts a copy.
fn hosted(place: FieldPlace<'static>, desired: &Value, live: &Value) -> bool {
    match (desired, live) {
        (Value::String(desired), Value::String(live)) => {
            place.field().comparison == fields::Comparison::Artifact && !desired.is_empty() && !live.is_empty()
        }
        (Value::Array(one), Value::Array(two)) => {
            let place = place.element();
            let alike = |(one, two): (&Value, &Value)| {
                View::new(place, one).same(View::new(place, two)) || hosted(place, one, two)
            };
            one.len() == two.len() && one.iter().zip(two).all(alike)
        }
        _ => false,
    }
}

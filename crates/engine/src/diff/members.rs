//! Mappings: keys under two names, keys that go, and keys that nobody declares.

use serde_json::{Map, Value};

use super::change::{Cause, Edit, Operation, RedactedValue};
use super::comparison::{Ownership, Unmanaged};
use super::sides::{BaseValue, Trio};
use super::walk::Walk;
use crate::offer::canonical::{Form, View};
use crate::offer::fields::{self, FieldPlace};
use crate::record::Memory;

impl<'a> Walk<'a> {
    pub(super) fn members(
        &mut self,
        place: FieldPlace<'static>,
        desired: &'a Map<String, Value>,
        base: BaseValue<'a>,
        live: &'a Map<String, Value>,
    ) {
        for (key, value) in desired {
            let field = place.key(key).field();
            // The service may have renamed the key: then the value is compared, and written, under the name it has there.
            let live_key = match field.alias {
                Some(alias) if !live.contains_key(key) && !desired.contains_key(alias) && live.contains_key(alias) => {
                    alias
                }
                _ => key,
            };
            let first = self.changes.len();
            let was = match field.alias {
                Some(alias) if !desired.contains_key(alias) => base.member_or(key, alias),
                _ => base.member(key),
            };
            self.member(place, (key, live_key), Trio { desired: Some(value), base: was, live: live.get(live_key) });
            if let Some(cause) = self.cause_since(first) {
                self.displace(place, (key, field.excludes), &cause, desired, (base, live));
                for other in [field.mirror, field.alias].into_iter().flatten().filter(|other| *other != live_key) {
                    self.follow(place, (key, other), (desired, value), base, live);
                }
            }
        }
        let before = base.members();
        for (key, value) in before.into_iter().flatten().filter(|(key, _)| !desired.contains_key(*key)) {
            let renamed = place.key(key).field().alias.is_some_and(|alias| desired.contains_key(alias));
            let identity = self.path.identity().key(key);
            let goes = self.changes.iter().any(|change| change.identity == identity && !change.displaced_by.is_empty());
            if !renamed && !goes {
                self.member(
                    place,
                    (key, key),
                    Trio { desired: None, base: BaseValue::Is(Some(value)), live: live.get(key) },
                );
            }
        }
        let exact = self.comparison.ownership == Ownership::Exact;
        if exact || self.comparison.unmanaged == Unmanaged::Listed {
            let declared =
                |key: &String| desired.contains_key(key) || before.is_some_and(|base| base.contains_key(key));
            for (key, value) in live.iter().filter(|(key, _)| !declared(key)) {
                self.undeclared_member((place.key(key), key), value, desired, base);
            }
        }
    }

    /// Gives a value that changed under one name to its other name, if the service has that too and nobody declares it.
    fn follow(
        &mut self,
        place: FieldPlace<'static>,
        (key, other): (&'a str, &'a str),
        (declared, value): (&Map<String, Value>, &'a Value),
        base: BaseValue<'a>,
        live: &'a Map<String, Value>,
    ) {
        let goes = base.members().is_some_and(|base| base.contains_key(other) && base.contains_key(key));
        if declared.contains_key(other) || !live.contains_key(other) || goes {
            return;
        }
        let trio = Trio { desired: Some(value), base: base.member_or(other, key), live: live.get(other) };
        self.member(place, (key, other), trio);
    }

    /// Why something changes for certain since the change at `first`; an edit in the portal only if nothing else.
    fn cause_since(&self, first: usize) -> Option<Cause> {
        let causes = self.changes[first..].iter().filter(|change| change.is_determined()).map(|change| &change.cause);
        causes
            .min_by_key(|cause| [Cause::Conflict, Cause::Declared].iter().position(|one| one == *cause).unwrap_or(2))
            .cloned()
    }

    /// Takes out the live siblings that a changed value would contradict, if no file says anything about them.
    fn displace(
        &mut self,
        place: FieldPlace<'static>,
        (by, siblings): (&'a str, &[&str]),
        cause: &Cause,
        desired: &Map<String, Value>,
        (base, live): (BaseValue<'a>, &'a Map<String, Value>),
    ) {
        let by = self.path.identity().key(by);
        for (key, value) in siblings.iter().filter_map(|key| live.get_key_value(*key)) {
            let is_empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
            let is_declared = desired.contains_key(key) || self.was_edited(place.key(key), key, (base, value));
            if is_empty || is_declared || self.comparison.ownership == Ownership::Exact {
                continue;
            }
            let identity = self.path.identity().key(key);
            if let Some(change) = self.changes.iter_mut().find(|change| change.identity == identity) {
                change.displaced_by.push(by.clone());
                continue;
            }
            self.path.push_key(key, key);
            let place = identity.tokens().fold(self.comparison.table.root(), |place, token| place.key(&token));
            self.removal(place, cause.clone(), value);
            self.path.pop();
            if let Some(change) = self.changes.last_mut() {
                change.displaced_by.push(by.clone());
            }
        }
    }

    /// Whether a member was declared before, and is not in the portal as it was declared.
    fn was_edited(
        &mut self,
        place: FieldPlace<'static>,
        key: &'a str,
        (base, live): (BaseValue<'a>, &'a Value),
    ) -> bool {
        let Some(before) = base.members().and_then(|members| members.get(key)) else { return false };
        self.path.push_key(key, key);
        let same = self.is_as_declared(place, (before, live), Ownership::Declared);
        self.path.pop();
        !same
    }

    fn member(&mut self, place: FieldPlace<'static>, (desired, live): (&'a str, &'a str), trio: Trio<'a>) {
        self.path.push_key(desired, live);
        self.visit(place.key(live), trio);
        self.path.pop();
    }

    /// A live member that no file declares: somebody else's, or too much if the file owns mappings whole.
    fn undeclared_member(
        &mut self,
        (place, key): (FieldPlace<'static>, &'a str),
        value: &'a Value,
        desired: &Map<String, Value>,
        base: BaseValue<'a>,
    ) {
        let field = place.field();
        let shadow = [field.alias, field.mirror].into_iter().flatten().any(|other| desired.contains_key(other));
        let silent = matches!(field.comparison, fields::Comparison::ServerOwned | fields::Comparison::Secret);
        let is_kept = field.is_permanent && self.comparison.ownership == Ownership::Exact;
        if silent || shadow || is_kept || value.is_null() || field.is_default(value) {
            return;
        }
        self.path.push_key(key, key);
        match (self.comparison.ownership, base) {
            (Ownership::Exact, BaseValue::Live) => self.removal(place, Cause::Declared, value),
            // It was not there when the files were written like this: somebody put it there since.
            (Ownership::Exact, BaseValue::Is(_)) => self.removal(place, Cause::Drift, value),
            (Ownership::Declared, _) => {
                let sealed = RedactedValue::new(place, value);
                let edit = Edit { target: self.path.live(), value: None };
                self.push(
                    self.here(),
                    Operation::Replace,
                    Cause::Unmanaged,
                    (Some(sealed.clone()), Some(sealed)),
                    edit,
                );
            }
        }
        self.path.pop();
    }

    pub(super) fn explicit_null(&mut self, place: FieldPlace<'static>, trio: Trio<'a>) {
        let Some(live) = trio.live else { return };
        // The service puts a default back at once: asking it to go away would be a change for ever.
        if live.is_null() || place.field().is_default(live) {
            return;
        }
        // The service may have answered the removal with a value of its own.
        if self.comparison.rewrites.recall(&self.path.identity(), None, Some(live)) == Memory::AsRecorded {
            return;
        }
        let cause = match trio.base {
            BaseValue::Live => Cause::Declared,
            BaseValue::Is(Some(Value::Null)) if self.sealed_in_base().is_none() => Cause::Drift,
            BaseValue::Is(Some(base)) if self.is_as_declared(place, (base, live), Ownership::Declared) => {
                Cause::Declared
            }
            base if self.became(base, trio.live) => Cause::Declared,
            BaseValue::Is(_) => Cause::Conflict,
        };
        self.removal(place, cause, live);
    }

    /// A value that no file declares any more, or never did.
    pub(super) fn undeclared(&mut self, place: FieldPlace<'static>, trio: Trio<'a>) {
        let (BaseValue::Is(Some(base)), Some(live)) = (trio.base, trio.live) else { return };
        let is_null = base.is_null() && self.sealed_in_base().is_none();
        if is_null || live.is_null() || place.field().is_default(live) || place.field().is_permanent {
            return;
        }
        let untouched = self.is_as_declared(place, (base, live), Ownership::Exact);
        let (was, is) = (View::new(place, base), View::new(place, live));
        if let (Form::Map(declared), Form::Map(now)) = (was.form(), is.form())
            && !untouched
        {
            // Only what was declared goes; members that others put beside it stay.
            for (key, value) in declared {
                let trio = Trio { desired: None, base: BaseValue::Is(Some(value)), live: now.get(key) };
                self.member(place, (key, key), trio);
            }
            return;
        }
        let cause = if untouched || self.became(trio.base, trio.live) { Cause::Declared } else { Cause::Conflict };
        self.removal(place, cause, live);
    }
}

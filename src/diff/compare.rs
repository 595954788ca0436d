//! The comparison itself: one walk through desired, base and live.

use std::borrow::Cow;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::ChangeSet;
use super::change::{Cause, Change, Doubt, Edit, Kind, Operation, Sealed};
use super::walk::Path;
use crate::offer::canonical::{Element, Form, View};
use crate::offer::fields::{self, Fate, FieldTable, Place};
use crate::offer::{Document, Pointer};
use crate::record::{Memory, Rewrites};
use crate::secret::{SecretReference, SecretSource, redact, without_sas};

/// What a comparison is made of.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// What is special about the fields of this offer type.
    pub table: &'static FieldTable,
    /// What the files declare.
    pub desired: &'a Document,
    /// What the files declared before.
    pub base: Base<'a>,
    /// What the service has; `None` if the offer does not exist.
    pub live: Option<&'a Document>,
    /// What is known of how the service rewrites this offer.
    pub rewrites: &'a Rewrites,
    /// Where the values of secrets that can be compared come from.
    pub secrets: &'a dyn SecretSource,
    /// Whether values that no file declares are listed too.
    pub unmanaged: Unmanaged,
    /// Whether every declared secret is taken to have changed.
    pub secrecy: Secrecy,
    /// Who owns the keys that no file mentions.
    pub ownership: Ownership,
}

/// Who owns the keys that no file mentions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ownership {
    /// The portal: they are left alone.
    #[default]
    Declared,
    /// The files: they are removed.
    Exact,
}

/// Whether declared secrets are taken to have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Secrecy {
    /// Only if their declaration did.
    #[default]
    Kept,
    /// All of them: `--rotate-secrets`.
    Rotated,
}

/// What the files declared before this change.
#[derive(Debug, Clone, Copy)]
pub enum Base<'a> {
    /// Not known: taken to be what is live, so every difference is declared.
    Live,
    /// Known.
    Declared(&'a Document),
}

/// Whether live values that no file declares are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unmanaged {
    /// They are.
    Listed,
    /// They are not.
    #[default]
    Skipped,
}

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
        // There is nobody's edit to overwrite: an earlier run could not create it, or it was never tried.
        let conflicts = changes.iter_mut().filter(|change| change.cause == Cause::Conflict);
        conflicts.for_each(|change| change.cause = Cause::Declared);
    }
    ChangeSet { changes }
}

/// The value at a path through identities in a document of this type, with its pointer by positions.
#[must_use]
pub fn live_value_of<'a>(
    table: &'static FieldTable,
    document: &'a Value,
    identity: &Pointer,
) -> Option<(Pointer, &'a Value)> {
    let mut place = table.root();
    let mut pointer = Pointer::root();
    let mut value = document;
    for token in identity.tokens() {
        let (index, next) = match View::new(place, value).form() {
            Form::Map(members) => (None, members.get(&token)?),
            Form::Set(elements) => element(elements.iter().find(|(text, _)| name(text) == token)?.1),
            Form::Keyed(elements) => element(elements.get(token.as_str())?),
            Form::Sequence(elements) => {
                let index: usize = token.parse().ok()?;
                (Some(index), elements.get(index)?)
            }
            Form::Scalar => return None,
        };
        pointer = index.map_or_else(|| pointer.key(&token), |index| pointer.index(index));
        place = if index.is_some() { place.element() } else { place.key(&token) };
        value = next;
    }
    Some((pointer, value))
}

/// What an element is called in a path: its identity, without what may not be shown.
pub(super) fn name(identity: &str) -> Cow<'_, str> {
    match without_sas(identity) {
        Cow::Borrowed(text) => redact(text),
        Cow::Owned(text) => Cow::Owned(redact(&text).into_owned()),
    }
}

fn element<'a>(element: &Element<'a>) -> (Option<usize>, &'a Value) {
    (Some(element.index), element.value)
}

/// The base at one place.
#[derive(Debug, Clone, Copy)]
enum BaseValue<'a> {
    Live,
    Is(Option<&'a Value>),
}

impl<'a> BaseValue<'a> {
    fn member(self, key: &str) -> Self {
        match self {
            Self::Live => Self::Live,
            Self::Is(value) => Self::Is(value.and_then(|value| value.get(key))),
        }
    }

    /// The member under the first of two names, or else under the second.
    fn member_or(self, key: &str, other: &str) -> Self {
        let known = self.members().is_none_or(|members| members.contains_key(key));
        self.member(if known { key } else { other })
    }

    fn members(self) -> Option<&'a Map<String, Value>> {
        match self {
            Self::Live => None,
            Self::Is(value) => value.and_then(Value::as_object),
        }
    }
}

/// The three values at one place.
#[derive(Debug, Clone, Copy)]
struct Trio<'a> {
    desired: Option<&'a Value>,
    base: BaseValue<'a>,
    live: Option<&'a Value>,
}

/// What is known of two values.
enum Verdict {
    Same,
    Different,
    Doubt(Doubt),
}

struct Walk<'a> {
    comparison: Comparison<'a>,
    path: Path<'a>,
    changes: Vec<Change>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, place: Place<'static>, trio: Trio<'a>) {
        match place.field().comparison {
            fields::Comparison::ServerOwned => return,
            fields::Comparison::Secret => return self.secret(trio),
            _ => {}
        }
        match (trio.desired, trio.live) {
            (None, _) => self.undeclared(place, trio),
            (Some(Value::Null), _) if self.sealed().is_none() => self.explicit_null(place, trio),
            (Some(desired), Some(live)) => self.both(place, desired, trio.base, live),
            (Some(desired), None) => self.leaf(place, desired, trio.base, None),
        }
    }

    fn both(&mut self, place: Place<'static>, desired: &'a Value, base: BaseValue<'a>, live: &'a Value) {
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

    fn members(
        &mut self,
        place: Place<'static>,
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
            if self.changes[first..].iter().any(Change::is_determined) {
                for other in [field.mirror, field.alias].into_iter().flatten().filter(|other| *other != live_key) {
                    self.follow(place, (key, other), (desired, value), base, live);
                }
            }
        }
        let before = base.members();
        for (key, value) in before.into_iter().flatten().filter(|(key, _)| !desired.contains_key(*key)) {
            let renamed = place.key(key).field().alias.is_some_and(|alias| desired.contains_key(alias));
            if !renamed {
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
        place: Place<'static>,
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

    fn member(&mut self, place: Place<'static>, (desired, live): (&'a str, &'a str), trio: Trio<'a>) {
        self.path.push_key(desired, live);
        self.visit(place.key(live), trio);
        self.path.pop();
    }

    /// A live member that no file declares: somebody else's, or too much if the file owns mappings whole.
    fn undeclared_member(
        &mut self,
        (place, key): (Place<'static>, &'a str),
        value: &'a Value,
        desired: &Map<String, Value>,
        base: BaseValue<'a>,
    ) {
        let field = place.field();
        let shadow = [field.alias, field.mirror].into_iter().flatten().any(|other| desired.contains_key(other));
        let silent = matches!(field.comparison, fields::Comparison::ServerOwned | fields::Comparison::Secret);
        if silent || shadow || value.is_null() || field.is_default(value) {
            return;
        }
        self.path.push_key(key, key);
        match (self.comparison.ownership, base) {
            (Ownership::Exact, BaseValue::Live) => self.removal(Cause::Declared, value),
            // It was not there when the files were written like this: somebody put it there since.
            (Ownership::Exact, BaseValue::Is(_)) => self.removal(Cause::Drift, value),
            (Ownership::Declared, _) => {
                let sealed = Sealed::new(value);
                let edit = Edit { target: self.path.live(), value: None };
                self.push(Operation::Replace, Cause::Unmanaged, (Some(sealed.clone()), Some(sealed)), edit);
            }
        }
        self.path.pop();
    }

    fn set(
        &mut self,
        place: Place<'static>,
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
            self.element(&text, Operation::Remove, cause(moved), (Some(Sealed::new(value)), None), edit);
        }
        for (text, element) in desired.iter().filter(|(text, _)| !live.contains_key(*text)) {
            if self.recall(text, Some(element.value), None) == Memory::AsRecorded {
                continue;
            }
            let moved = base.as_ref().is_some_and(|base| base.contains_key(text));
            let edit =
                Edit { target: self.path.live().key("-"), value: Some(self.path.desired().index(element.index)) };
            self.element(text, Operation::Add, cause(moved), (None, Some(Sealed::new(element.value))), edit);
        }
    }

    fn keyed(
        &mut self,
        place: Place<'static>,
        desired: &IndexMap<&'a str, Element<'a>>,
        base: Option<&IndexMap<&'a str, Element<'a>>>,
        live: &IndexMap<&'a str, Element<'a>>,
    ) {
        let before = |identity: &str| {
            base.map_or(BaseValue::Live, |base| BaseValue::Is(base.get(identity).map(|element| element.value)))
        };
        for (identity, element) in desired {
            let Some(other) = live.get(identity) else { continue };
            let in_base = base.and_then(|base| base.get(identity)).map(|element| element.index);
            self.path.push_element(identity, element.index, in_base, other.index);
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
                BaseValue::Is(Some(base)) => {
                    let kept = View::new(place.element(), base).covered_by(View::new(place.element(), element.value));
                    if kept { Cause::Declared } else { Cause::Conflict }
                }
            };
            let edit = Edit { target: self.path.live().index(element.index), value: None };
            self.element(identity, Operation::Remove, cause, (Some(Sealed::new(element.value)), None), edit);
        }
        for (identity, element) in desired.iter().filter(|(identity, _)| !live.contains_key(*identity)) {
            let cause = if matches!(before(identity), BaseValue::Is(Some(_))) { Cause::Drift } else { Cause::Declared };
            let place = self.path.desired().index(element.index);
            let after = self.declared(&place);
            let edit = Edit { target: self.path.live().key("-"), value: Some(place) };
            self.element(identity, Operation::Add, cause, (None, after), edit);
        }
    }

    /// Records a change to an element of a list, named by its identity.
    fn element(
        &mut self,
        identity: &str,
        operation: Operation,
        cause: Cause,
        (before, after): (Option<Sealed>, Option<Sealed>),
        edit: Edit,
    ) {
        let path = self.path.identity().key(&name(identity));
        // An element of the list of SKUs is a SKU itself.
        let sku = self
            .path
            .sku()
            .or_else(|| (self.path.identity().as_str() == "/definition/plans").then(|| identity.to_owned()));
        let change =
            Change { identity: path, sku, operation, cause, before, after, edit, kind: Kind::Value, left: None };
        self.changes.push(change);
    }

    fn leaf(&mut self, place: Place<'static>, desired: &'a Value, base: BaseValue<'a>, live: Option<&'a Value>) {
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
                _ => Cause::Undetermined(doubt),
            },
            Verdict::Different => match self.sealed() {
                Some(reference) => self.sealed_cause(&reference, base),
                None => cause(place, desired, base, live),
            },
        };
        let at = self.path.desired();
        let after = self.declared(&at);
        let operation = if live.is_some() { Operation::Replace } else { Operation::Add };
        let edit = Edit { target: self.path.live(), value: Some(at) };
        self.push(operation, cause, (live.map(Sealed::new), after), edit);
        if place.field().markup == fields::Markup::Html {
            self.is_about(Kind::Html);
        }
    }

    /// Whether a declared value and a live one mean the same, as far as that can be told.
    fn verdict(&self, place: Place<'static>, desired: &Value, live: Option<&Value>) -> Verdict {
        let field = place.field();
        if let Some(reference) = self.sealed() {
            return self.sealed_verdict(place, &reference, live);
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
        match live {
            None if field.fate == Fate::MayBeDropped && self.comparison.live.is_some() => {
                Verdict::Doubt(Doubt::Dropped)
            }
            Some(live) if hosted(place, desired, live) => Verdict::Doubt(Doubt::Hosted),
            _ => Verdict::Different,
        }
    }

    fn sealed_verdict(&self, place: Place<'static>, reference: &SecretReference, live: Option<&Value>) -> Verdict {
        match (live, self.comparison.secrets.value(reference)) {
            (None, _) => Verdict::Different,
            (Some(_), None) => Verdict::Doubt(Doubt::SecretNotSet(reference.clone())),
            (Some(live), Some(secret)) => {
                let value = Value::String(secret.expose().to_owned());
                if View::new(place, &value).same(View::new(place, live)) { Verdict::Same } else { Verdict::Different }
            }
        }
    }

    /// Why a sealed value differs. What it was before is not known, only where it came from.
    fn sealed_cause(&self, reference: &SecretReference, base: BaseValue<'a>) -> Cause {
        match (base, self.sealed_in_base()) {
            (BaseValue::Is(_), Some(before)) if before == *reference => Cause::Drift,
            _ => Cause::Declared,
        }
    }

    fn explicit_null(&mut self, place: Place<'static>, trio: Trio<'a>) {
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
            BaseValue::Is(Some(Value::Null)) => Cause::Drift,
            BaseValue::Is(Some(base)) if View::new(place, base).covered_by(View::new(place, live)) => Cause::Declared,
            BaseValue::Is(_) => Cause::Conflict,
        };
        self.removal(cause, live);
    }

    /// A value that no file declares any more, or never did.
    fn undeclared(&mut self, place: Place<'static>, trio: Trio<'a>) {
        let (BaseValue::Is(Some(base)), Some(live)) = (trio.base, trio.live) else { return };
        if base.is_null() || live.is_null() || place.field().is_default(live) {
            return;
        }
        let (was, is) = (View::new(place, base), View::new(place, live));
        if let (Form::Map(declared), Form::Map(now)) = (was.form(), is.form())
            && !is.same(was)
        {
            // Only what was declared goes; members that others put beside it stay.
            for (key, value) in declared {
                let trio = Trio { desired: None, base: BaseValue::Is(Some(value)), live: now.get(key) };
                self.member(place, (key, key), trio);
            }
            return;
        }
        let cause = if was.covered_by(is) { Cause::Declared } else { Cause::Conflict };
        self.removal(cause, live);
    }

    fn removal(&mut self, cause: Cause, live: &Value) {
        let edit = Edit { target: self.path.live(), value: None };
        self.push(Operation::Remove, cause, (Some(Sealed::new(live)), None), edit);
    }

    fn push(
        &mut self,
        operation: Operation,
        cause: Cause,
        (before, after): (Option<Sealed>, Option<Sealed>),
        edit: Edit,
    ) {
        let (identity, sku) = (self.path.identity(), self.path.sku());
        self.changes.push(Change {
            identity,
            sku,
            operation,
            cause,
            before,
            after,
            edit,
            kind: Kind::Value,
            left: None,
        });
    }

    /// Says what kind of value the latest change is about.
    fn is_about(&mut self, kind: Kind) {
        if let Some(change) = self.changes.last_mut() {
            change.kind = kind;
        }
    }

    /// A secret is never compared with what is live, which nobody sees. Only its declaration can change: another place, another
    /// `version`, or none before.
    fn secret(&mut self, trio: Trio<'a>) {
        let Some(reference) = self.sealed() else { return };
        let before = match trio.base {
            BaseValue::Is(_) => self.sealed_in_base(),
            BaseValue::Live => Some(reference.clone()),
        };
        if before.as_ref() == Some(&reference) && self.comparison.secrecy == Secrecy::Kept {
            return;
        }
        let operation = if before.is_some() { Operation::Replace } else { Operation::Add };
        let edit = Edit { target: self.path.live(), value: Some(self.path.desired()) };
        let before = before.map(|_| Sealed::secret());
        self.push(operation, Cause::Declared, (before, Some(Sealed::secret())), edit);
        self.is_about(Kind::Secret);
    }

    /// The secret that was declared here before, if one was.
    fn sealed_in_base(&self) -> Option<SecretReference> {
        let Base::Declared(document) = self.comparison.base else { return None };
        self.path.base().and_then(|at| document.sealed().get(&at).cloned())
    }

    /// The declared part at a place, as it may be shown.
    fn declared(&self, at: &Pointer) -> Option<Sealed> {
        let part = self.comparison.desired.part(at)?;
        let places: Vec<Pointer> = part.sealed().keys().cloned().collect();
        Some(Sealed::with_secrets(part.content().clone(), &places))
    }

    /// The secret that is declared here, if one is.
    fn sealed(&self) -> Option<SecretReference> {
        let sealed = self.comparison.desired.sealed();
        if sealed.is_empty() { None } else { sealed.get(&self.path.desired()).cloned() }
    }

    fn recall(&self, element: &str, declared: Option<&Value>, live: Option<&Value>) -> Memory {
        if self.comparison.rewrites.is_empty() {
            return Memory::None;
        }
        self.comparison.rewrites.recall(&self.path.identity().key(element), declared, live)
    }
}

/// The three-way table for one value.
fn cause(place: Place<'static>, desired: &Value, base: BaseValue<'_>, live: Option<&Value>) -> Cause {
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

/// Whether two values that are not the same may differ only because the service hosts a copy.
fn hosted(place: Place<'static>, desired: &Value, live: &Value) -> bool {
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

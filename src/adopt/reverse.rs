//! From a change to what would have to be declared for it not to be one.

use serde_json::{Map, Value};

use super::Why;
use crate::diff::{Change, ChangeKind, Operation};
use crate::offer::canonical::{Form, View};
use crate::offer::fields::{Comparison, FieldPlace, FieldTable};
use crate::offer::locate::{Located, innermost, locate};
use crate::offer::{Document, IdentityPath, Pointer};
use crate::secret::{is_signed, without_sas};

/// One step from what is declared to what is live.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// The value at a place becomes another one.
    Set(Pointer, Value),
    /// A mapping gets one more member.
    Add(Pointer, String, Value),
    /// A list gets one more element.
    Append(Pointer, Value),
    /// A member or an element goes.
    Remove(Pointer),
}

impl Step {
    /// The place it is about, in the declared document.
    pub(super) fn place(&self) -> &Pointer {
        match self {
            Self::Set(at, _) | Self::Add(at, ..) | Self::Append(at, _) | Self::Remove(at) => at,
        }
    }
}

/// The step that undoes a change on the side of the files; `None` if there is nothing to do for this one alone.
pub(super) fn step(
    table: &'static FieldTable,
    desired: &Document,
    live: &Document,
    change: &Change,
) -> Result<Option<Step>, Why> {
    // It is there only because of another change, and is none if that one is adopted.
    if !change.displaced_by.is_empty() {
        return Ok(None);
    }
    if change.kind == ChangeKind::Secret {
        return Err(Why::Secret);
    }
    match other_name(table, desired, live, &change.identity) {
        Some(Other::Live) => return Ok(None),
        Some(Other::Gone(at)) => return added(table, desired, live, &at).map(Some),
        None => {}
    }
    match (change.operation, &change.edit.value) {
        (Operation::Replace, Some(at)) => {
            if desired.sealed().keys().any(|sealed| sealed.is_within(at) || at.is_within(sealed)) {
                return Err(Why::Secret);
            }
            let value = shown(table, live, &change.identity)?;
            Ok(Some(Step::Set(at.clone(), value)))
        }
        // To take it out would leave the file without the value.
        (Operation::Add, Some(_)) if has_moved(table, desired, live, &change.identity) => Err(Why::ByHand),
        (Operation::Add, Some(at)) => Ok(Some(Step::Remove(at.clone()))),
        (Operation::Remove, _) => added(table, desired, live, &change.identity).map(Some),
        (Operation::Replace | Operation::Add, None) => Err(Why::NoPlace),
    }
}

/// The other name of a value, which is the one that is declared.
enum Other {
    /// It is live as well: what is live there counts.
    Live,
    /// Only the name at this place is live.
    Gone(IdentityPath),
}

/// Whether a place is no declared one, and gets its value from another name.
fn other_name(
    table: &'static FieldTable,
    desired: &Document,
    live: &Document,
    identity: &IdentityPath,
) -> Option<Other> {
    let mut at = IdentityPath::root();
    let mut place = table.root();
    let (mut declared, mut real) = (desired.content(), live.content());
    for token in identity.tokens() {
        let next = match (View::new(place, declared).form(), View::new(place, real).form()) {
            (Form::Map(one), Form::Map(two)) => {
                place = place.key(&token);
                let field = place.field();
                if !one.contains_key(&token) {
                    let declared = |other: &&str| one.contains_key(*other);
                    let is_live = |other: &str| two.contains_key(other);
                    if [field.mirror, field.alias].into_iter().flatten().filter(declared).any(is_live) {
                        return Some(Other::Live);
                    }
                    // Where the service gives a name another one, the value alone is written back.
                    return field.mirror.filter(declared).map(|_| Other::Gone(at.key(&token)));
                }
                one.get(&token).zip(two.get(&token))
            }
            (Form::Keyed(one), Form::Keyed(two)) => {
                place = place.element();
                let one = one.get(token.as_str()).map(|element| element.value);
                one.zip(two.get(token.as_str()).map(|element| element.value))
            }
            _ => None,
        };
        (declared, real) = next?;
        at = at.key(&token);
    }
    None
}

/// Whether a declared value is live, as it is declared, under its other name only, which nobody declares. Under that name there is no
/// change then that would write it back.
fn has_moved(table: &'static FieldTable, desired: &Document, live: &Document, identity: &IdentityPath) -> bool {
    let (Some(around), Some(key)) = (identity.parent(), identity.tokens().last()) else { return false };
    let (Located { view: real, .. }, missing) = innermost(table, live.content(), &around);
    let place = real.place.key(&key);
    let Some(other) = place.field().mirror.filter(|_| missing.is_empty()) else { return false };
    let Some((_, declared)) = locate(table, desired.content(), &around) else { return false };
    match (declared.get(&key), declared.get(other), real.value.get(other)) {
        (Some(one), None, Some(two)) => View::new(place, one).same(View::new(place, two)),
        _ => false,
    }
}

/// A member that is not declared is added to what is around it.
fn added(
    table: &'static FieldTable,
    desired: &Document,
    live: &Document,
    identity: &IdentityPath,
) -> Result<Step, Why> {
    let value = shown(table, live, identity)?;
    let around = identity.parent().unwrap_or_default();
    let (around, found) = locate(table, desired.content(), &around).ok_or(Why::NoPlace)?;
    let key = identity.tokens().last().unwrap_or_default();
    match found {
        Value::Object(members) if members.contains_key(&key) => Ok(Step::Set(around.key(&key), value)),
        Value::Object(_) => Ok(Step::Add(around, key, value)),
        Value::Array(_) => Ok(Step::Append(around, value)),
        _ => Err(Why::NoPlace),
    }
}

/// The live value as a file would declare it.
fn shown(table: &'static FieldTable, live: &Document, identity: &IdentityPath) -> Result<Value, Why> {
    let (Located { view, .. }, missing) = innermost(table, live.content(), identity);
    if missing.is_empty() { bare(view.place, view.value) } else { Err(Why::NoPlace) }
}

/// The value without what the service owns and what it adds by itself.
fn bare(place: FieldPlace<'static>, value: &Value) -> Result<Value, Why> {
    match value {
        Value::String(text) => match place.field().comparison {
            Comparison::Secret => Err(Why::Secret),
            Comparison::SignedUrl if !text.is_empty() => Err(Why::Secret),
            Comparison::Artifact if !is_signed(&without_sas(text)) => Ok(without_sas(text).into_owned().into()),
            _ if is_signed(text) => Err(Why::Signature),
            _ => Ok(value.clone()),
        },
        Value::Array(elements) => elements.iter().map(|element| bare(place.element(), element)).collect(),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (key, member) in members {
                let below = place.key(key);
                let owned = matches!(below.field().comparison, Comparison::ServerOwned | Comparison::Secret);
                if is_signed(key) {
                    return Err(Why::Signature);
                }
                if !owned && !member.is_null() && !below.field().is_default(member) {
                    kept.insert(key.clone(), bare(below, member)?);
                }
            }
            Ok(Value::Object(kept))
        }
        // A file has no other zero.
        Value::Number(number) if number.as_str() == "-0" => Ok(Value::from(0)),
        scalar => Ok(scalar.clone()),
    }
}

/// What would be declared after all steps. They are for the document as it is: positions are those of before.
pub(super) fn apply(document: &Value, steps: &[Step]) -> Value {
    let mut next = document.clone();
    let mut removals = Vec::new();
    for step in steps {
        match step {
            Step::Set(at, value) => {
                if let Some(place) = next.pointer_mut(at.as_str()) {
                    *place = value.clone();
                }
            }
            Step::Add(at, key, value) => {
                if let Some(Value::Object(members)) = next.pointer_mut(at.as_str()) {
                    members.insert(key.clone(), value.clone());
                }
            }
            Step::Append(..) => {}
            Step::Remove(at) => removals.push(at),
        }
    }
    // Elements that only the portal has are found from the back.
    for step in steps.iter().rev() {
        if let Step::Append(at, value) = step
            && let Some(Value::Array(elements)) = next.pointer_mut(at.as_str())
        {
            elements.push(value.clone());
        }
    }
    // From the inside, and from the back, so that no position moves before its turn.
    removals.sort_by_key(|at| {
        let index = at.tokens().last().and_then(|token| token.parse::<usize>().ok());
        std::cmp::Reverse((at.tokens().count(), index))
    });
    for at in removals {
        let (Some(around), Some(last)) = (at.parent(), at.tokens().last()) else { continue };
        match next.pointer_mut(around.as_str()) {
            Some(Value::Object(members)) => drop(members.shift_remove(&last)),
            Some(Value::Array(elements)) => {
                if let Some(index) = last.parse().ok().filter(|index| *index < elements.len()) {
                    elements.remove(index);
                }
            }
            _ => {}
        }
    }
    next
}

//! What a PUT will contain: the live document with the changes laid over it.

use std::collections::BTreeMap;
use std::fmt;

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, Patch, PatchOperation, RemoveOperation, ReplaceOperation};
use serde_json::Value;

use crate::diff::{Change, ChangeKind, Operation};
use crate::offer::fields::{Comparison, Fate, FieldPlace, FieldTable};
use crate::offer::locate::{Located, identity_of, innermost, locate};
use crate::offer::{Api, Document, IdentityPath, Pointer, resource};
use crate::secret::SecretReference;

/// What is sent, and the RFC 6902 patch that makes it from what is live.
#[derive(Clone)]
pub struct Proposal {
    /// The whole document to send.
    pub document: Document,
    /// The patch from the live document (from nothing, for a create) to the content of `document`.
    pub patch: Patch,
    /// The places of secrets inside the value of each operation of `patch`, by its position.
    pub sealed_in_patch: BTreeMap<usize, Vec<Pointer>>,
    /// What is taken out because the service works it out again from a value that is replaced.
    pub outdated: Vec<Pointer>,
}

/// Says how much there is, and nothing of it: the patch can hold signatures.
impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proposal").field("operations", &self.patch.0.len()).finish_non_exhaustive()
    }
}

/// The changes do not fit the document they were computed for. This is a defect of the program, found before anything
/// was sent.
#[derive(Debug, thiserror::Error)]
#[error("the changes do not fit the live document")]
pub struct ProposeError(#[from] json_patch::PatchError);

/// What is declared, without the keys that the service refuses to take: they are neither shown nor sent.
pub(super) fn sendable(table: &'static FieldTable, declared: Document) -> Document {
    let refused = refused(table.root(), declared.content(), &Pointer::root());
    if refused.is_empty() {
        return declared;
    }
    let mut content = declared.content().clone();
    json_patch::patch(&mut content, &Patch(refused)).expect("invariant: only keys that are there are taken out");
    let mut sealed = declared.sealed().clone();
    sealed.retain(|at, _| content.pointer(at.as_str()).is_some());
    Document::with_sealed(content, sealed)
}

/// Lays `changes` over `live`.
pub(super) fn propose(
    table: &'static FieldTable,
    desired: &Document,
    live: Option<&Document>,
    changes: &[Change],
) -> Result<Proposal, ProposeError> {
    let Some(live) = live else { return Ok(create(desired)) };
    let all: Vec<&Change> = changes.iter().filter(|change| change.is_written()).collect();
    // A secret goes in below; a change of its declaration only makes that happen.
    let changes: Vec<&Change> = all.iter().copied().filter(|change| change.kind != ChangeKind::Secret).collect();
    let changes = changes.as_slice();
    let mut patch = Patch(edits(desired, changes));
    let mut content = live.content().clone();
    json_patch::patch(&mut content, &patch)?;
    let written: Vec<&Pointer> = changes.iter().filter_map(|change| change.edit.value.as_ref()).collect();
    let mut sealed = relocated(table, desired, &content, changes);
    let mut later = refused(table.root(), &content, &Pointer::root());
    let outdated = outdated(table, desired, &content, changes);
    later.extend(outdated.iter().map(|at| PatchOperation::Remove(RemoveOperation { path: pointer(at) })));
    later.extend(secrets(table, desired, &content, (&written, &all), &mut sealed));
    json_patch::patch(&mut content, &Patch(later.clone()))?;
    let secrets = later.iter().enumerate().filter(|(_, operation)| is_null(operation));
    let first = patch.0.len();
    let mut sealed_in_patch: BTreeMap<usize, Vec<Pointer>> =
        secrets.map(|(position, _)| (first + position, vec![Pointer::root()])).collect();
    for (position, change) in changes.iter().enumerate() {
        let part = change.edit.value.as_ref().and_then(|at| desired.part(at));
        let places: Vec<Pointer> = part.iter().flat_map(|part| part.sealed().keys().cloned()).collect();
        if !places.is_empty() {
            sealed_in_patch.insert(position, places);
        }
    }
    patch.0.extend(later);
    Ok(Proposal { document: Document::with_sealed(content, sealed), patch, sealed_in_patch, outdated })
}

/// The operations behind the edits write `null` only where a secret is filled in later.
fn is_null(operation: &PatchOperation) -> bool {
    matches!(
        operation,
        PatchOperation::Add(AddOperation { value: Value::Null, .. })
            | PatchOperation::Replace(ReplaceOperation { value: Value::Null, .. })
    )
}

fn create(desired: &Document) -> Proposal {
    let document = desired.part(&Pointer::root()).unwrap_or_else(|| desired.clone());
    let whole = AddOperation { path: PointerBuf::new(), value: document.content().clone() };
    let sealed_in_patch = BTreeMap::from([(0, document.sealed().keys().cloned().collect())]);
    Proposal { document, patch: Patch(vec![PatchOperation::Add(whole)]), sealed_in_patch, outdated: Vec::new() }
}

fn edits(desired: &Document, changes: &[&Change]) -> Vec<PatchOperation> {
    changes
        .iter()
        .map(|change| {
            let path = pointer(&change.edit.target);
            let part = change.edit.value.as_ref().and_then(|at| desired.part(at));
            let value = part.map_or(Value::Null, |part| part.content().clone());
            match change.operation {
                Operation::Add => PatchOperation::Add(AddOperation { path, value }),
                Operation::Replace => PatchOperation::Replace(ReplaceOperation { path, value }),
                Operation::Remove => PatchOperation::Remove(RemoveOperation { path }),
            }
        })
        .collect()
}

/// Where the secrets inside the edits have come to stand.
fn relocated(
    table: &'static FieldTable,
    desired: &Document,
    content: &Value,
    changes: &[&Change],
) -> BTreeMap<Pointer, SecretReference> {
    let mut sealed = BTreeMap::new();
    for change in changes {
        let Some(part) = change.edit.value.as_ref().and_then(|at| desired.part(at)) else { continue };
        if part.sealed().is_empty() {
            continue;
        }
        let Some((place, _)) = locate(table, content, &change.identity) else { continue };
        for (below, reference) in part.sealed() {
            let whole = below.tokens().fold(place.clone(), |pointer, token| pointer.key(&token));
            sealed.insert(whole, reference.clone());
        }
    }
    sealed
}

/// Whether a secret is sent in a write of `changes`.
///
/// The Cloud Partner Portal API takes whole documents and never returns secrets, so a PUT that leaves one out would erase it. The Product
/// Ingestion API returns a mask, which keeps what is stored; and a resource that does not change is not sent, so its secrets are not.
fn is_sent(desired: &Document, identity: &IdentityPath, changes: &[&Change]) -> bool {
    let of = resource::around(identity);
    desired.api() != Api::ProductIngestion
        || changes.iter().any(|change| of.is_none() || resource::around(&change.identity) == of)
}

/// The secrets that no edit contains and that are sent all the same.
fn secrets(
    table: &'static FieldTable,
    desired: &Document,
    content: &Value,
    (written, changes): (&[&Pointer], &[&Change]),
    sealed: &mut BTreeMap<Pointer, SecretReference>,
) -> Vec<PatchOperation> {
    let mut operations = Vec::new();
    let mut made: Vec<Pointer> = Vec::new();
    for (pointer, reference) in desired.sealed() {
        let inside_an_edit = written.iter().any(|edit| pointer.is_within(edit));
        if inside_an_edit || table.place(pointer.tokens()).field().comparison != Comparison::Secret {
            continue;
        }
        let Some(identity) = identity_of(table, desired.content(), pointer) else { continue };
        if !is_sent(desired, &identity, changes) {
            continue;
        }
        let (Located { pointer: mut at, .. }, missing) = innermost(table, content, &identity);
        let Some((last, maps)) = missing.split_last() else {
            let replace = ReplaceOperation { path: self::pointer(&at), value: Value::Null };
            operations.push(PatchOperation::Replace(replace));
            sealed.insert(at, reference.clone());
            continue;
        };
        for key in maps {
            at = at.key(key);
            if !made.contains(&at) {
                let value = Value::Object(serde_json::Map::new());
                operations.push(PatchOperation::Add(AddOperation { path: self::pointer(&at), value }));
                made.push(at.clone());
            }
        }
        at = at.key(last);
        operations.push(PatchOperation::Add(AddOperation { path: self::pointer(&at), value: Value::Null }));
        sealed.insert(at, reference.clone());
    }
    operations
}

/// What the service returns and refuses to take back.
fn refused(place: FieldPlace<'static>, value: &Value, at: &Pointer) -> Vec<PatchOperation> {
    let Value::Object(members) = value else { return Vec::new() };
    let mut operations = Vec::new();
    for (key, field) in place.members() {
        let Some(member) = members.get(key) else { continue };
        let below = at.key(key);
        if field.fate == Fate::RefusedInPut {
            operations.push(PatchOperation::Remove(RemoveOperation { path: pointer(&below) }));
        } else {
            operations.extend(refused(place.key(key), member, &below));
        }
    }
    operations.sort_by_key(|operation| operation.path().to_string());
    operations
}

/// What the service worked out from a value that is being replaced: sent back, it would contradict the new one.
fn outdated(table: &'static FieldTable, desired: &Document, content: &Value, changes: &[&Change]) -> Vec<Pointer> {
    let mut places: Vec<Pointer> = Vec::new();
    for change in changes {
        let (mut place, mut around) = (table.root(), IdentityPath::root());
        for token in change.identity.tokens() {
            if let Some(derived) = place.key(&token).field().derives {
                let identity = around.key(derived);
                // A price that is mirrored from the other block is declared there.
                let mirrored =
                    changes.iter().any(|change| change.edit.value.is_some() && change.identity.is_within(&identity));
                let declared = mirrored || locate(table, desired.content(), &identity).is_some();
                let found = locate(table, content, &identity).filter(|_| !declared);
                places.extend(found.map(|(at, _)| at).filter(|at| !places.contains(at)));
            }
            place = place.key(&token);
            around = around.key(&token);
        }
    }
    places
}

fn pointer(pointer: &Pointer) -> PointerBuf {
    PointerBuf::parse(pointer.as_str()).expect("invariant: our pointers are well-formed")
}

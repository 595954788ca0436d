//! The result of a comparison: what differs, why, and what would be written.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::offer::canonical::View;
use crate::offer::fields::{Comparison, FieldPlace};
use crate::offer::{Document, IdentityPath, Pointer};
use crate::record::hex;
use crate::secret::{REDACTED, SecretReference, redact, without_sas};

/// What happens to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The declared value is added; the live document has none.
    Add,
    /// The declared value replaces the live one.
    Replace,
    /// The live value is removed.
    Remove,
}

impl Operation {
    /// The stable name of the operation, in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Remove => "remove",
        }
    }
}

/// Why a value differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The files say something new.
    Declared,
    /// The files say what they said before; somebody edited the portal.
    Drift,
    /// The files and the portal both moved away from what the files said before.
    Conflict,
    /// The files say what they said where this branch began, and something else was applied since, from elsewhere.
    Behind,
    /// Whether it differs is unknown.
    Undetermined(Doubt),
    /// No file says anything about it; it is left alone.
    Unmanaged,
}

/// Why it is unknown whether a value differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The service hosts a copy under a URL of its own.
    Hosted,
    /// The service is known to drop the value.
    Dropped,
    /// The declared value is a secret that is not set here.
    SecretNotSet(SecretReference),
}

/// A value without its secrets and signatures, which are removed when it is created: it can be shown, and does not contain them.
///
/// The field table decides what is removed: the values of secret fields, and the signatures of addresses in fields with signed
/// addresses. Everything else is shown. A text that only looks like a secret is replaced by a visible placeholder; two such values
/// still compare as different.
#[derive(Debug, Clone, PartialEq)]
pub struct RedactedValue {
    value: Value,
    /// A hash of all that is no secret and no signature; `None` if nothing is left.
    whole: Option<[u8; 32]>,
    sensitive: bool,
}

impl RedactedValue {
    /// Seals a value of the service, or a declared one without secrets, as it stands at a place of the field table.
    #[must_use]
    pub fn new(place: FieldPlace<'static>, value: &Value) -> Self {
        let mut sensitive = false;
        let known = known(View::new(place, value), &mut sensitive);
        let whole = Some(Sha256::digest(View::new(place, &known).json()).into());
        let value = without_suspects(known, &mut sensitive);
        Self { value, whole, sensitive }
    }

    /// Stands for a value that is not shown at all.
    #[must_use]
    pub fn secret() -> Self {
        Self { value: Value::String(REDACTED.to_owned()), whole: None, sensitive: true }
    }

    /// Stands for a declared secret: where it comes from is shown, the value is not.
    #[must_use]
    pub fn of_secret(reference: &SecretReference) -> Self {
        Self { value: Value::String(mark(reference)), ..Self::secret() }
    }

    /// A value with the parts of it that are secrets, given by pointer, taken out.
    #[must_use]
    pub fn with_secrets(place: FieldPlace<'static>, mut value: Value, places: &[Pointer]) -> Self {
        for place in places {
            if let Some(place) = value.pointer_mut(place.as_str()) {
                *place = Value::String(REDACTED.to_owned());
            }
        }
        let sealed = Self::new(place, &value);
        Self { sensitive: sealed.sensitive || !places.is_empty(), ..sealed }
    }

    /// A declared part of a document. In the place of each secret stands where it comes from: which disk gets which of two addresses
    /// is reviewed, though no address is shown.
    #[must_use]
    pub fn declared(place: FieldPlace<'static>, part: &Document) -> Self {
        let places: Vec<Pointer> = part.sealed().keys().cloned().collect();
        let mut sealed = Self::with_secrets(place, part.content().clone(), &places);
        for (at, reference) in part.sealed() {
            if let Some(place) = sealed.value.pointer_mut(at.as_str()) {
                *place = Value::String(mark(reference));
            }
        }
        sealed
    }

    /// The value with secrets and signatures masked.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Whether something was taken out.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// A text that is equal for values that are the same but for secrets and signatures.
    pub(super) fn fingerprint(&self) -> String {
        self.whole.map_or_else(String::new, |whole| hex(&whole))
    }
}

/// What stands for a declared secret.
fn mark(reference: &SecretReference) -> String {
    format!("(redacted: {reference})")
}

/// The value without what the field table calls secret.
fn known(view: View<'_>, sensitive: &mut bool) -> Value {
    let place = view.place;
    match view.value {
        Value::Null => Value::Null,
        _ if view.field().comparison == Comparison::Secret => {
            *sensitive = true;
            Value::String(REDACTED.to_owned())
        }
        Value::String(text) if view.field().is_signed() => {
            let unsigned = without_sas(text);
            *sensitive |= unsigned != text.as_str();
            Value::String(unsigned.into_owned())
        }
        Value::Array(elements) => {
            elements.iter().map(|element| known(View::new(place.element(), element), sensitive)).collect()
        }
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), known(View::new(place.key(key), member), sensitive)))
            .collect(),
        scalar => scalar.clone(),
    }
}

/// The value with a mark in place of everything in it that looks like a secret.
fn without_suspects(value: Value, sensitive: &mut bool) -> Value {
    match value {
        Value::String(text) => match redact(&text) {
            Cow::Owned(clean) if clean != text => {
                *sensitive = true;
                Value::String(clean)
            }
            _ => Value::String(text),
        },
        Value::Array(elements) => elements.into_iter().map(|element| without_suspects(element, sensitive)).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(key, member)| (key, without_suspects(member, sensitive))).collect()
        }
        scalar => scalar,
    }
}

/// Where a change writes, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The place, with positions as they are when this edit's turn comes: edits are made in the order of their changes;
    /// `-` as last part appends to a list.
    pub target: Pointer,
    /// Where in the desired document the new value stands; `None` for a removal.
    pub value: Option<Pointer>,
}

/// Why a change that could be made is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// The portal was edited, and the edit is to be kept.
    KeptDrift,
    /// It was applied from elsewhere, and this branch does not touch it.
    Behind,
    /// The file says that it is not to be looked at.
    Ignored,
}

/// One difference between the desired and the live document.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The path of the value.
    pub identity: IdentityPath,
    /// The SKU it is in.
    pub sku: Option<String>,
    /// Whether the value is added, replaced or removed.
    pub operation: Operation,
    /// Why the values differ.
    pub cause: Cause,
    /// The live value, redacted; `None` for an addition.
    pub before: Option<RedactedValue>,
    /// The declared value, redacted; `None` for a removal.
    pub after: Option<RedactedValue>,
    /// The edit of the live document that makes the change.
    pub edit: Edit,
    /// What kind of value it is.
    pub kind: ChangeKind,
    /// Why it is not made, if it is not.
    pub left: Option<Left>,
    /// For a removal that nobody asked for: the changed siblings that it would contradict.
    pub displaced_by: Vec<IdentityPath>,
}

/// The kind of value that changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChangeKind {
    /// A value that is neither a secret nor a file.
    #[default]
    Value,
    /// A text that is HTML.
    Html,
    /// The address of a file whose content was compared with the service's copy.
    File,
    /// A secret the service never returns: what changed is its declaration.
    Secret,
}

impl Change {
    /// Whether applying the plan is for its sake: neither in doubt nor unmanaged, nor left.
    #[must_use]
    pub fn is_determined(&self) -> bool {
        !matches!(self.cause, Cause::Undetermined(_) | Cause::Unmanaged) && self.left.is_none()
    }

    /// Whether it is sent when the offer is PUT. A value the service hosts or drops is; an unmanaged one stays as it is, and so
    /// does one that a secret would replace which nobody could compare: guards have not seen it.
    #[must_use]
    pub fn is_written(&self) -> bool {
        let unseen = matches!(self.cause, Cause::Unmanaged | Cause::Undetermined(Doubt::SecretNotSet(_)));
        !unseen && self.left.is_none()
    }

    /// Whether it is part of what a review is about. A value the service hosts a copy of comes into doubt by itself, whenever
    /// somebody saves the offer and the copy moves; what is declared for it is reviewed with the declared document.
    #[must_use]
    pub fn is_reviewed(&self) -> bool {
        !matches!(self.cause, Cause::Unmanaged | Cause::Undetermined(Doubt::Hosted)) && self.left.is_none()
    }

    /// Whether a secret or signature was taken out of what it shows.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(RedactedValue::is_sensitive)
    }

    /// A text that is equal for changes that do the same to the same value, wherever the value stands.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let side =
            |sealed: &Option<RedactedValue>| sealed.as_ref().map_or_else(String::new, RedactedValue::fingerprint);
        let verdict = match &self.cause {
            // The service's copy of an artifact moves with every save of the offer, whoever saves it: its address says nothing.
            Cause::Undetermined(_) => return format!("undetermined\n{}\n{}", self.identity, side(&self.after)),
            // Nor does it here: what was found out is that the files differ.
            Cause::Declared if self.kind == ChangeKind::File => {
                return format!("other file\n{}\n{}", self.identity, side(&self.after));
            }
            Cause::Unmanaged => "unmanaged",
            Cause::Declared | Cause::Drift | Cause::Conflict | Cause::Behind => "determined",
        };
        format!("{verdict}\n{:?}\n{}\n{}\n{}", self.operation, self.identity, side(&self.before), side(&self.after))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::offer::OfferTypeId;
    use crate::offer::fields::FieldTable;

    fn images() -> FieldPlace<'static> {
        let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        let path = ["definition", "plans", "0", "microsoft-azure-virtualmachines.vmImages"];
        path.into_iter().fold(table.root(), FieldPlace::key)
    }

    #[test]
    fn signatures_are_taken_out_of_fields_that_are_signed() {
        let image = |address: &str| json!({"1.0.0": {"osVhdUrl": address, "label": "one"}});
        let sealed = RedactedValue::new(images(), &image("https://x/a.vhd?sv=1&sig=abc"));
        assert_eq!(sealed.value(), &image("https://x/a.vhd"));
        assert!(sealed.is_sensitive());
        let renewed = RedactedValue::new(images(), &image("https://x/a.vhd?sv=2&sig=def"));
        assert_eq!(renewed.fingerprint(), sealed.fingerprint());
        assert!(!RedactedValue::new(FieldPlace::default(), &json!("https://x/a.png?v=2")).is_sensitive());
    }

    #[test]
    fn anything_else_is_told_apart_even_where_a_mark_stands_for_a_part_of_it() {
        let title = |text: &str| RedactedValue::new(FieldPlace::default(), &json!(text));
        let (one, other) = (title("Firewall?sig=1&sv=a"), title("Firewall?sig=1&sv=CLICK https://evil.example"));
        assert_eq!(other.value(), &json!("Firewall?sig=(redacted)&sv=CLICK https://evil.example"));
        assert_ne!(one.value(), other.value());
        assert_ne!(title("x?sig=1").fingerprint(), title("x?sig=2").fingerprint());
        assert_ne!(title("https://x/y?sig=1").fingerprint(), title("https://x/y?sig=2").fingerprint());
    }

    #[test]
    fn the_value_of_a_secret_field_is_not_shown_whoever_returns_it() {
        let table = FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        let offer = table.root().key("definition").key("offer");
        let live =
            json!({"microsoft-azure-marketplace.marketoLeadConfiguration": {"clientSecret": "hunter2", "formId": "1"}});
        let sealed = RedactedValue::new(offer, &live);
        assert!(sealed.is_sensitive());
        assert!(!sealed.value().to_string().contains("hunter2") && sealed.value().to_string().contains("formId"));
    }

    #[test]
    fn secrets_are_taken_out_by_place() {
        let places = [Pointer::parse("/a").unwrap()];
        let sealed = RedactedValue::with_secrets(FieldPlace::default(), json!({"a": null, "b": 1}), &places);
        assert_eq!(sealed.value(), &json!({"a": "(redacted)", "b": 1}));
        assert!(sealed.is_sensitive());
    }
}

//! The result of a comparison: what differs, why, and what would be written.

use serde_json::Value;

use crate::offer::Pointer;
use crate::offer::canonical::View;
use crate::offer::fields::FieldTable;
use crate::secret::{REDACTED, SecretReference, redact, without_sas};

/// What happens to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It appears.
    Add,
    /// It becomes another value.
    Replace,
    /// It goes away.
    Remove,
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
    /// Whether it differs cannot be told.
    Undetermined(Doubt),
    /// No file says anything about it; it is left alone.
    Unmanaged,
}

/// Why it cannot be told whether a value differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The service hosts a copy under a URL of its own.
    Hosted,
    /// The service is known to drop the value.
    Dropped,
    /// The declared value is a secret that is not set here.
    SecretNotSet(SecretReference),
}

/// A value as it may be shown: secrets and signatures are taken out when it is made, and cannot come back.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    value: Value,
    sensitive: bool,
}

impl Sealed {
    /// Seals a value of the service, or a declared one without secrets.
    #[must_use]
    pub fn new(value: &Value) -> Self {
        let mut sensitive = false;
        let value = seal(value, &mut sensitive);
        Self { value, sensitive }
    }

    /// Stands for a value that is not shown at all.
    #[must_use]
    pub fn secret() -> Self {
        Self { value: Value::String(REDACTED.to_owned()), sensitive: true }
    }

    /// A value with the parts of it that are secrets, given by pointer, taken out.
    #[must_use]
    pub fn with_secrets(mut value: Value, places: &[Pointer]) -> Self {
        for place in places {
            if let Some(place) = value.pointer_mut(place.as_str()) {
                *place = Value::String(REDACTED.to_owned());
            }
        }
        let sealed = Self::new(&value);
        Self { sensitive: sealed.sensitive || !places.is_empty(), ..sealed }
    }

    /// What may be shown.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Whether something was taken out.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }
}

fn seal(value: &Value, sensitive: &mut bool) -> Value {
    match value {
        Value::String(text) => {
            let unsigned = without_sas(text);
            let clean = redact(&unsigned);
            *sensitive |= clean != text.as_str();
            Value::String(clean.into_owned())
        }
        Value::Array(elements) => elements.iter().map(|element| seal(element, sensitive)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, member)| (key.clone(), seal(member, sensitive))).collect())
        }
        scalar => scalar.clone(),
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
    /// The file says that it is not to be looked at.
    Ignored,
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The place, through identities: SKUs by id, elements of sets by value. Stable when lists are reordered.
    pub identity: Pointer,
    /// The SKU it is in.
    pub sku: Option<String>,
    /// What happens.
    pub operation: Operation,
    /// Why.
    pub cause: Cause,
    /// The live value.
    pub before: Option<Sealed>,
    /// The declared value.
    pub after: Option<Sealed>,
    /// What applying it writes.
    pub edit: Edit,
    /// What kind of value it is.
    pub kind: Kind,
    /// Why it is not made, if it is not.
    pub left: Option<Left>,
    /// For a removal that nobody asked for: the changed siblings that it would contradict.
    pub displaced_by: Vec<Pointer>,
}

/// What kind of value a change is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Any value.
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
        [&self.before, &self.after].into_iter().flatten().any(Sealed::is_sensitive)
    }

    /// A text that is equal for changes that do the same to the same value, wherever the value stands.
    #[must_use]
    pub fn fingerprint(&self, table: &'static FieldTable) -> String {
        let place = self.identity.tokens().fold(table.root(), |place, token| place.key(&token));
        let side = |sealed: &Option<Sealed>| {
            sealed.as_ref().map_or_else(String::new, |sealed| View::new(place, sealed.value()).json())
        };
        let verdict = match &self.cause {
            // The service's copy of an artifact moves with every save of the offer, whoever saves it: its address says nothing.
            Cause::Undetermined(_) => return format!("undetermined\n{}\n{}", self.identity, side(&self.after)),
            // Nor does it here: what was found out is that the files differ.
            Cause::Declared if self.kind == Kind::File => {
                return format!("other file\n{}\n{}", self.identity, side(&self.after));
            }
            Cause::Unmanaged => "unmanaged",
            Cause::Declared | Cause::Drift | Cause::Conflict => "determined",
        };
        format!("{verdict}\n{:?}\n{}\n{}\n{}", self.operation, self.identity, side(&self.before), side(&self.after))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn signatures_are_taken_out_at_any_depth() {
        let sealed = Sealed::new(&json!({"1.0.0": {"osVhdUrl": "https://x/a.vhd?sv=1&sig=abc", "label": "one"}}));
        assert_eq!(sealed.value(), &json!({"1.0.0": {"osVhdUrl": "https://x/a.vhd", "label": "one"}}));
        assert!(sealed.is_sensitive());
        assert!(!Sealed::new(&json!("https://x/a.png?v=2")).is_sensitive());
    }

    #[test]
    fn secrets_are_taken_out_by_place() {
        let sealed = Sealed::with_secrets(json!({"a": null, "b": 1}), &[Pointer::parse("/a").unwrap()]);
        assert_eq!(sealed.value(), &json!({"a": "(redacted)", "b": 1}));
        assert!(sealed.is_sensitive());
    }
}

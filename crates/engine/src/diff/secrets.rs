//! Secrets: of what the service never returns, only the declaration is compared.

use serde_json::Value;

use super::change::{Cause, ChangeKind, Edit, Operation, RedactedValue};
use super::comparison::{Base, Secrecy};
use super::sides::{BaseValue, Trio};
use super::walk::Walk;
use crate::secret::SecretReference;

impl<'a> Walk<'a> {
    /// A secret is never compared with what is live, which nobody sees. Only its declaration can change: another place, another
    /// `version`, or none before.
    pub(super) fn secret(&mut self, trio: Trio<'a>) {
        let Some(reference) = trio.desired.and_then(|desired| self.sealed(desired)) else { return };
        let before = match trio.base {
            BaseValue::Is(_) => self.sealed_in_base(),
            BaseValue::Live => Some(reference),
        };
        if before == Some(reference) && self.comparison.secrecy == Secrecy::Kept {
            return;
        }
        let operation = if before.is_some() { Operation::Replace } else { Operation::Add };
        let edit = Edit { target: self.path.live(), value: Some(self.path.desired()) };
        let before = before.map(|_| RedactedValue::secret());
        self.push(self.here(), operation, Cause::Declared, (before, Some(RedactedValue::of_secret(reference))), edit);
        self.is_about(ChangeKind::Secret);
    }

    /// The secret that was declared here before, if one was.
    pub(super) fn sealed_in_base(&self) -> Option<&'a SecretReference> {
        let Base::Declared(document) = self.comparison.base else { return None };
        self.path.base().and_then(|at| document.sealed().get(&at))
    }

    /// The secret that is declared here, if one is: then the document holds `null` here.
    pub(super) fn sealed(&self, desired: &Value) -> Option<&'a SecretReference> {
        let sealed = self.comparison.desired.sealed();
        // A pointer for every value would be a good part of a comparison.
        if sealed.is_empty() || !desired.is_null() { None } else { sealed.get(&self.path.desired()) }
    }
}

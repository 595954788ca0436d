//! Secrets in the wrong place: in clear text, and so in git for ever, or in a field that is public.

use crate::diagnostic::Diagnostic;
use crate::manifest::{Node, Value};
use crate::offer::Pointer;
use crate::offer::fields::{Comparison, Field, FieldPlace, FieldTable};
use crate::secret::{SecretLocation, looks_secret, without_sas};

/// A secret in clear text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearText {
    /// The pointer of the value.
    pub at: Pointer,
    /// Why it is taken for one.
    pub why: Suspicion,
}

/// Why a text is taken for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspicion {
    /// The field table says that the field contains a secret.
    Field,
    /// It looks like one, or holds something that does, in a field that everybody can read.
    Look,
}

/// The places of secret fields that hold anything but a `$secret`, and of texts and keys that look like a secret elsewhere. What
/// is shown of a text that looks like a secret is not all of it, so it could not be reviewed.
pub(super) fn secrets(table: &'static FieldTable, offer: &Node) -> Vec<ClearText> {
    let mut found = Vec::new();
    below(table.root(), offer, &mut Vec::new(), &mut found);
    found
}

/// A finding for each `$secret` in a field that is neither secret nor a signed address.
pub(super) fn published(place: FieldPlace<'static>, offer: &Node, found: &mut Vec<Diagnostic>) {
    match &offer.value {
        Value::Secret(_) => in_public(place, offer, None, found),
        Value::Mapping(mapping) => {
            for (key, member) in &mapping.members {
                match &member.value.value {
                    Value::Secret(_) => in_public(place.key(key), &member.value, meant(place, key), found),
                    _ => published(place.key(key), &member.value, found),
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| published(place.element(), item, found)),
        _ => {}
    }
}

/// The finding about one `$secret`. `meant` is the key that its key was perhaps meant to be.
fn in_public(place: FieldPlace<'static>, node: &Node, meant: Option<&str>, found: &mut Vec<Diagnostic>) {
    let comparison = place.field().comparison;
    let is_sas =
        matches!(&node.value, Value::Secret(reference) if matches!(reference.location, SecretLocation::Sas(_)));
    if is_sas && comparison != Comparison::SignedUrl {
        let message = "`$sas` in a field that does not hold the signed address of a disk";
        let help = "use it for `osVhdUrl` and for the addresses of data disks";
        found.push(Diagnostic::error("secret-in-public-field", message).at(node.span, "").help(help));
        return;
    }
    if comparison.can_hold_a_secret() {
        return;
    }
    let message = "`$secret` in a field that is not secret: the value would become public";
    let help = meant.map_or_else(
        || "use `$env` or `$file` for a value that is public".to_owned(),
        |key| format!("did you mean the key `{key}`? letter case matters"),
    );
    found.push(Diagnostic::error("secret-in-public-field", message).at(node.span, "").help(help));
}

/// The key of a field here that can hold a secret and differs from `key` in the case of letters only.
fn meant(place: FieldPlace<'static>, key: &str) -> Option<&'static str> {
    let is_meant =
        |(name, field): &(&'static str, &Field)| field.comparison.can_hold_a_secret() && name.eq_ignore_ascii_case(key);
    place.members().find(is_meant).map(|(name, _)| name)
}

enum Step<'n> {
    Key(&'n str),
    Index(usize),
}

fn below<'n>(place: FieldPlace<'static>, node: &'n Node, path: &mut Vec<Step<'n>>, found: &mut Vec<ClearText>) {
    match &node.value {
        Value::Null | Value::Secret(_) | Value::Unknown => {}
        _ if place.field().comparison == Comparison::Secret => {
            found.push(ClearText { at: pointer(path), why: Suspicion::Field });
        }
        Value::Mapping(mapping) => {
            for (key, member) in &mapping.members {
                path.push(Step::Key(key));
                if looks_secret(key) {
                    found.push(ClearText { at: pointer(path), why: Suspicion::Look });
                }
                below(place.key(key), &member.value, path, found);
                path.pop();
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                below(place.element(), item, path, found);
                path.pop();
            }
        }
        Value::Text(text) if shows_a_secret(place.field(), text) => {
            found.push(ClearText { at: pointer(path), why: Suspicion::Look });
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// Whether a text would be shown with something that looks like a secret. The signature of an address is not shown where
/// addresses are signed.
fn shows_a_secret(field: &Field, text: &str) -> bool {
    let shown = if field.is_signed() { without_sas(text) } else { text.into() };
    looks_secret(&shown)
}

fn pointer(path: &[Step<'_>]) -> Pointer {
    path.iter().fold(Pointer::root(), |pointer, step| match step {
        Step::Key(key) => pointer.key(key),
        Step::Index(index) => pointer.index(*index),
    })
}

//! What it means that a value is after a write what it was before, although another one was sent.
//!
//! Either the service makes this value of what is declared, and an earlier write brought it there, whose record is lost. Or it did
//! not take what was sent, and somebody else wrote what stands there. The read-back looks the same. What is remembered of earlier
//! writes tells the two apart; where nothing is, the value is taken for a rewrite, which is said once, and nothing is released with
//! it that is not released already.

use serde_json::Value;

use super::form;
use super::settle::same_unsigned;
use crate::backend::Reader;
use crate::diff::{Change, ChangeKind, Left};
use crate::offer::fields::FieldTable;
use crate::offer::locate::locate;
use crate::offer::{Document, IdentityPath, OfferAddress, Slot};
use crate::plan::OfferPlan;
use crate::plan::release::{ReleasePlan, Start};
use crate::record::Rewrites;

/// What is declared for a change.
#[derive(Debug)]
pub(super) enum Declared {
    /// That nothing is there.
    Nothing,
    /// This.
    Value(Value),
}

impl Declared {
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            Self::Nothing => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// What a value is after a write, compared with what it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unchanged {
    /// Something else than before.
    No,
    /// What it was, and it says what is declared in another form.
    Form,
    /// What it was: nothing. The service does not store what is declared.
    Dropped,
    /// What it was, in other words than what is declared.
    Kept,
    /// What it was, and it is known not to be made of what is declared.
    NotApplied,
}

impl Unchanged {
    /// What the service did, in words.
    pub(super) fn words(self, path: &IdentityPath, became: Option<&Value>) -> String {
        match (self, became) {
            (Self::No, None) | (Self::Dropped, _) => format!("the service does not store `{path}`"),
            (Self::No | Self::NotApplied, _) => format!("the service changed `{path}`"),
            (Self::Form, _) => format!("the service stores `{path}` in another form"),
            (Self::Kept, _) => format!(
                "the service answered `{path}` with the value that the portal had before, which is taken for its form of \
                 what is declared: compare the two"
            ),
        }
    }
}

/// A value that is taken for the service's form of what is declared only because nothing speaks against it.
#[derive(Debug)]
pub(super) struct KeptValue {
    pub(super) path: IdentityPath,
    pub(super) value: Option<Value>,
}

/// Whether a difference after a write is the service's doing. What a comparison takes for an edit in the portal is, too, unless the plan
/// that was carried out left it already: nobody else wrote in between.
pub(super) fn is_of_service(current: &OfferPlan, change: &Change) -> bool {
    let was_left = || {
        let left = current.changes().iter().filter(|planned| planned.change.left.is_some());
        left.into_iter().any(|planned| planned.change.identity == change.identity)
    };
    let seems_edited = matches!(change.left, Some(Left::KeptDrift | Left::Behind));
    change.kind != ChangeKind::Secret && (change.is_written() || seems_edited && !was_left())
}

/// Judges a value that this program wrote and found again as it was before.
pub(super) fn judge(
    (table, known): (&'static FieldTable, &Rewrites),
    path: &IdentityPath,
    declared: Option<&Declared>,
    became: Option<&Value>,
) -> Unchanged {
    // Of a secret nothing is remembered, so it cannot be recognised either.
    let Some(declared) = declared else { return Unchanged::NotApplied };
    match (declared.value(), became) {
        (Some(declared), Some(became)) if form::says_the_same(declared, became) => Unchanged::Form,
        (declared, became) if known.speaks_against(table, path, declared, became) => Unchanged::NotApplied,
        (_, None) => Unchanged::Dropped,
        (_, Some(_)) => Unchanged::Kept,
    }
}

/// Why a draft must not be released in this run, if it holds values that are taken for the service's form of what is declared: they
/// may be an edit in the portal, and become public. What is released already changes nothing for anybody.
pub(super) async fn objection(
    client: &dyn Reader,
    address: &OfferAddress,
    plan: &ReleasePlan,
    kept: &[KeptValue],
) -> Option<String> {
    let sends = plan.steps.iter().any(|step| !matches!(step.start, Start::Attach(_)));
    if kept.is_empty() || !sends {
        return None;
    }
    let mut new: Vec<&KeptValue> = kept.iter().collect();
    for slot in [Slot::Preview, Slot::Production] {
        // What cannot be read counts as not released.
        if let Ok(Some(released)) = client.slot(address, slot).await {
            new.retain(|kept| !is_in(&released.document, kept));
        }
    }
    let first = new.first()?;
    Some(format!(
        "the portal still has a value of its own for `{}`, and releasing the draft would publish that value; compare it with the file, \
         and run apply again to publish it as the portal has it",
        first.path
    ))
}

fn is_in(released: &Document, kept: &KeptValue) -> bool {
    let found = locate(released.field_table(), released.content(), &kept.path).map(|(_, value)| value);
    same_unsigned(found, kept.value.as_ref())
}

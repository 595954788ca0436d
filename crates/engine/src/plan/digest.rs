//! What binds an apply to the plan that was reviewed.

use std::fmt;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{OfferPlan, Plan};
use crate::offer::canonical::{View, canonical_json};
use crate::offer::fields::FieldTable;
use crate::offer::locate::identity_of;
use crate::offer::{Document, IdentityPath, Pointer};
use crate::record::hex;
use crate::secret::SecretReference;

/// The digest of a plan: `sha256:` and 64 digits.
///
/// It covers what is declared, every change with its values, guards and release steps. It leaves out the revision and
/// the names of causes, so a portal edit outside of what is managed does not spoil a review. Secrets go in as references,
/// signed URLs without their signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(String);

impl Plan {
    /// What binds an apply to the review of this plan.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self)
    }
}

impl Digest {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"offerform plan 1\n");
        for guard in plan.guards() {
            hasher.update(format!("{} {}\n", guard.name(), guard.allowed).as_bytes());
        }
        for offer in plan.offers() {
            hasher.update(of_offer(offer).as_bytes());
            // Who says yes to what is part of what was reviewed, or a plan file could be given a yes behind the reviewer's back.
            let allowed: Vec<String> =
                offer.guards.iter().filter(|guard| guard.allowed).map(super::Guard::name).collect();
            hasher.update(format!("\n{:?} {:?} {allowed:?}\n", offer.on_conflict, offer.on_drift).as_bytes());
            if let Some(release) = offer.release.fingerprint() {
                hasher.update(format!("release {release}\n").as_bytes());
            }
        }
        Self(format!("sha256:{}", hex(&hasher.finalize())))
    }

    /// The digest as it is printed and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is equal for documents that declare the same.
pub(super) fn of_declared(table: &'static FieldTable, desired: &Document) -> String {
    let secret = |(at, from): (&Pointer, &SecretReference)| {
        let identity = identity_of(table, desired.content(), at);
        format!("{}\n{from}", identity.as_ref().map_or(at.as_str(), IdentityPath::as_str))
    };
    let mut secrets: Vec<String> = desired.sealed().iter().map(secret).collect();
    secrets.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(View::new(table.root(), desired.content()).unsigned_json().as_bytes());
    hasher.update(canonical_json(&json!(secrets)).as_bytes());
    hex(&hasher.finalize())
}

pub(super) fn of_offer(offer: &OfferPlan) -> String {
    let mut changes: Vec<String> = offer
        .changes
        .iter()
        .filter(|planned| planned.change.is_reviewed())
        .map(|planned| planned.change.fingerprint())
        .collect();
    changes.sort_unstable();
    let mut guards: Vec<String> = offer.guards.iter().map(super::Guard::name).collect();
    guards.sort_unstable();
    let whole = json!({
        "address": offer.address().to_string(),
        "type": offer.offer_type().as_str(),
        "action": format!("{:?}", offer.action),
        "declared": offer.declared,
        "changes": changes,
        "guards": guards,
    });
    hex(&Sha256::digest(canonical_json(&whole).as_bytes()))
}

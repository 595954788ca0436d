//! Offers that are to declare something else, for whatever reason: the new texts of their files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::texts::{Attempt, Texts};
use super::{Declared, Edited, Meant, Why};
use crate::desired::{self, Desired};
use crate::manifest;
use crate::offer::{Document, OfferAddress, Pointer};
use crate::source::RelativePath;

/// An offer that is to declare something else.
#[derive(Debug)]
pub struct Rewrite {
    /// The offer as the files declare it now.
    pub desired: Arc<Desired>,
    /// What is to be declared. No element of a list stands at another position than before.
    pub document: Document,
}

/// Why an offer cannot be written as it is meant. Nothing is written then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{at}` cannot be written: {why}")]
pub struct Obstacle {
    /// The offer whose file it is.
    pub address: OfferAddress,
    /// The value in the declared document that cannot be written; the root if it is unknown which.
    pub at: Pointer,
    /// Why the file cannot be made to say it.
    pub why: Why,
}

/// Works out how the files have to be written for `offers` to declare what they are meant to, all of them. An edit touches what
/// it is about and nothing else; what comes of it is loaded again and compared. Nothing is touched on disk.
pub fn rewrite(declared: Declared<'_>, offers: &[Rewrite]) -> Result<BTreeMap<RelativePath, String>, Vec<Obstacle>> {
    let texts = Texts::new(declared);
    let mut meant = Vec::new();
    for (subject, Rewrite { desired, document }) in offers.iter().enumerate() {
        let mut directives = BTreeMap::new();
        let before = desired.document.sealed();
        for (at, reference) in document.sealed().iter().filter(|(at, _)| !before.contains_key(*at)) {
            let obstacle = || vec![Obstacle { address: desired.address.clone(), at: at.clone(), why: Why::Secret }];
            directives.insert(at.clone(), manifest::directive(reference).ok_or_else(obstacle)?);
        }
        meant.push(Meant { subject, desired, content: document.content(), directives });
    }
    match texts.attempt(&meant) {
        Attempt::Blocked(blamed) => Err(blamed
            .into_iter()
            .map(|blame| Obstacle {
                address: offers[blame.subject].desired.address.clone(),
                at: blame.place,
                why: blame.why,
            })
            .collect()),
        Attempt::Written(files) if is_proven(declared, offers, &files) => Ok(files),
        Attempt::Written(_) => Err(offers
            .iter()
            .map(|offer| Obstacle { address: offer.desired.address.clone(), at: Pointer::root(), why: Why::NotProven })
            .collect()),
    }
}

/// Whether the edited files declare what is meant, and nothing else changes.
fn is_proven(declared: Declared<'_>, offers: &[Rewrite], files: &BTreeMap<RelativePath, String>) -> bool {
    let edited = Edited { tree: declared.tree, files };
    let loaded = desired::load(&edited, declared.selection, declared.environment);
    if loaded.diagnostics.has_errors() || loaded.desired.len() != declared.offers.len() {
        return false;
    }
    declared.offers.iter().zip(&loaded.desired).all(|(before, after)| {
        let rewrite = offers.iter().find(|offer| offer.desired.address == before.address);
        let document = rewrite.map_or_else(|| before.document.working_copy(), |rewrite| rewrite.document.clone());
        before.address == after.address && after.document.working_copy() == document
    })
}

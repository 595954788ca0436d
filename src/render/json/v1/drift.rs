//! Drift as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use super::plan::{Change, Release};
use crate::offer::OfferAddress;
use crate::plan::{self, Action, OfferPlan};
use crate::render::drift;

/// The schema of this document.
pub const DRIFT_SCHEMA: &str = include_str!("../../../../schemas/drift.schema.json");

/// Writes the drift. It holds no secret and no signature.
pub fn drift(drift: &drift::Drift, out: &mut dyn Write) -> io::Result<()> {
    let differ = drift.drifted().count();
    let document = Drift {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &drift.endpoint,
        commit: drift.plan.base().map(|base| base.commit.as_str()),
        compared: if drift.plan.base().is_some() { "commit" } else { "work_tree" },
        git_failure: drift.git_failure.as_deref(),
        summary: Summary { differ, in_sync: drift.plan.offers().len() - differ, unknown: drift.unknown.len() },
        offers: drift.listed().map(|offer| Offer::new(drift, offer)).collect(),
        notes: drift.signatures().map(Note::from).collect(),
        unknown: drift.unknown.iter().map(ToString::to_string).collect(),
        uncommitted: &drift.uncommitted,
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Drift<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    commit: Option<&'a str>,
    compared: &'static str,
    #[serde(rename = "git_trouble")]
    git_failure: Option<&'a str>,
    summary: Summary,
    offers: Vec<Offer<'a>>,
    notes: Vec<Note<'a>>,
    unknown: Vec<String>,
    uncommitted: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    differ: usize,
    in_sync: usize,
    unknown: usize,
}

/// Something about an offer that is no drift.
#[derive(Serialize)]
struct Note<'a> {
    address: String,
    code: &'a str,
    text: &'a str,
}

impl<'a> From<(&OfferAddress, &'a plan::Note)> for Note<'a> {
    fn from((address, note): (&OfferAddress, &'a plan::Note)) -> Self {
        Self { address: address.to_string(), code: note.code, text: &note.text }
    }
}

#[derive(Serialize)]
struct Offer<'a> {
    address: String,
    file: &'a str,
    state: &'static str,
    release: Release<'a>,
    revision: Option<&'a str>,
    changed_time: Option<&'a str>,
    changes: Vec<Change<'a>>,
}

impl<'a> Offer<'a> {
    fn new(drift: &'a drift::Drift, offer: &'a OfferPlan) -> Self {
        Self {
            address: offer.address().to_string(),
            file: &offer.desired().file,
            state: match drift.unapplied_and_edited(offer) {
                _ if offer.action() == Action::Create => "missing",
                _ if offer.action() == Action::None => "not_released",
                (1.., 0) => "not_applied",
                _ => "differs",
            },
            release: Release::from(offer.release()),
            revision: offer.revision().map(crate::offer::Revision::as_str),
            changed_time: offer.changed_time(),
            changes: offer.changes().iter().map(Change::from).collect(),
        }
    }
}

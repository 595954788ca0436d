//! Plans, drift, reports, findings and how offers stand, each as one HTML file: to look at in a browser, to send to whoever decides.
//!
//! The file needs nothing else and sends nothing anywhere: its policy allows the script and the styles that are in it, by their
//! digests, and pictures from the hosts of the logos that it shows. Text from elsewhere is escaped; the HTML of descriptions is
//! cleaned of all but a few plain tags, and shown in frames in which nothing runs. Addresses are shown as text and are no links.

mod findings;
mod listing;
mod offer;
mod run;
mod sheet;
mod standing;
mod texts;

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{Markup, html};

pub use findings::validation;
pub use run::report;
pub use standing::standings;

use super::drift::Drift;
use super::human::{drift_line, last_line};
use super::visible;
use crate::plan::release::StepTrouble;
use crate::plan::{Guard, OfferPlan, Plan};
use sheet::Sheet;

const FRAME_STYLE: &str = include_str!("frame.css");

/// What offers of a plan can be told apart by.
const KINDS: &[(&str, &str)] =
    &[("yes", "needs a yes"), ("create", "to create"), ("update", "to update"), ("release", "to release")];

/// Writes a plan: what needs a yes, and each offer with its changes, prices and listing.
pub fn plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let offers: Vec<&OfferPlan> = plan.offers().iter().collect();
    let blocked = plan.summary().blocked;
    let head = html! {
        p { strong { (last_line(plan.summary())) } }
        @if blocked > 0 { p.warn { "apply would refuse this plan: " (blocked) " of the offers cannot be applied as they are." } }
        @if let Some(base) = plan.base() {
            p.faint { "Compared with commit " code { (text(&base.commit)) } "." }
            @for (address, file) in &base.no_longer_managed {
                p { (text(&address.to_string())) " is no longer managed; it stays in the portal as it is (was in " code { (text(file)) } ")." }
            }
        }
        p.faint { "Digest " code { (plan.digest().as_str()) } }
    };
    let (body, hosts) = offers_of(plan.guards(), &offers);
    Sheet { name: "Plan", of: "offers", kinds: KINDS, head, body, foot: html! {}, hosts }.write(out)
}

/// Writes what a drift run found.
pub fn drift(drift: &Drift, out: &mut dyn Write) -> io::Result<()> {
    let offers: Vec<&OfferPlan> = drift.drifted().collect();
    let head = html! {
        p { strong { (drift_line(drift)) } }
        p.faint { "Before is what is in the portal, after is what is in git: what an apply would do." }
    };
    let foot = html! {
        @for (address, note) in drift.signatures() { p { (text(&address.to_string())) ": " (text(&note.text)) } }
        @for address in &drift.unknown { p { (text(&address.to_string())) ": only in the portal, in no file" } }
        @for file in &drift.uncommitted { p { "not committed, so not looked at: " code { (text(file)) } } }
    };
    let (body, hosts) = offers_of(&[], &offers);
    Sheet { name: "Drift", of: "offers", kinds: KINDS, head, body, foot, hosts }.write(out)
}

/// Text from elsewhere, with what deceives written out; line feeds stay. Maud escapes it.
fn text(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// The offers of a plan, and the origins of the pictures in them.
fn offers_of(guards: &[Guard], offers: &[&OfferPlan]) -> (Markup, BTreeSet<String>) {
    let (busy, quiet): (Vec<&OfferPlan>, Vec<&OfferPlan>) = offers.iter().partition(|offer| is_busy(offer));
    let mut hosts = BTreeSet::new();
    let offers: Vec<Markup> = busy.iter().map(|offer| offer::section(offer, &mut hosts)).collect();
    let all: Vec<&Guard> = guards.iter().chain(busy.iter().flat_map(|offer| &offer.guards)).collect();
    let body = html! {
        @if !all.is_empty() { h2 { "What needs a yes" } (offer::guards(&all)) }
        h2 { "Offers" }
        @for offer in offers { (offer) }
        (sheet::quiet(quiet.iter().map(|offer| offer.address().to_string())))
    };
    (body, hosts)
}

fn is_busy(offer: &OfferPlan) -> bool {
    !offer.changes.is_empty() || !offer.release.is_empty() || !offer.guards.is_empty()
}

/// What the service says about steps that went wrong: its own words, as text.
fn troubles(troubles: &[StepTrouble]) -> Markup {
    html! {
        @for trouble in troubles {
            p { strong { (text(if trouble.step.is_empty() { "the whole" } else { &trouble.step })) } ": " (text(&trouble.status)) }
            @for message in &trouble.messages { div.value { (text(message)) } }
        }
    }
}

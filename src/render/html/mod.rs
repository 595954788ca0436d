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
mod status;
mod texts;

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{Markup, html};

pub use findings::validation;
pub use run::report;
pub use status::statuses;

use super::drift::Drift;
use super::human::{Newer, drift_line, last_line};
use super::outline;
use super::visible;
use crate::backend::FailedStep;
use crate::plan::{Guard, OfferPlan, Plan};
use crate::text::counted;
use sheet::Sheet;

const FRAME_STYLE: &str = include_str!("frame.css");

/// What distinguishes the offers of a plan.
const KINDS: &[(&str, &str)] =
    &[("yes", "refused"), ("create", "to create"), ("update", "to update"), ("release", "to release")];

/// Writes a plan: its guards, and each offer with its changes, prices and listing.
pub fn plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let offers: Vec<&OfferPlan> = plan.offers().iter().collect();
    let blocked = plan.summary().blocked;
    let head = html! {
        p { strong { (outline::customers(plan, text)) } }
        p { (last_line(plan.summary())) }
        @if blocked > 0 { p.warn { "apply will refuse this plan: " (counted(blocked, ("offer cannot be applied", "offers cannot be applied"))) "." } }
        @if let Some(base) = plan.base() {
            p.faint { "Compared with commit " code { (text(&base.commit)) } "." }
            @for (address, file) in &base.no_longer_managed {
                p { (text(&address.to_string())) " is no longer managed; it stays in the portal as it is (was in " code { (text(file)) } ")." }
            }
        }
        p.faint { "Digest " code { (plan.digest().as_str()) } }
    };
    let (body, hosts) = offers_of(plan.guards(), &offers, Newer::Files);
    Sheet { name: "Plan", of: "offers", kinds: KINDS, head, body, foot: html! {}, hosts }.write(out)
}

/// Writes what a drift run found.
pub fn drift(drift: &Drift, out: &mut dyn Write) -> io::Result<()> {
    let offers: Vec<&OfferPlan> = drift.drifted().collect();
    let head = html! {
        p { strong { (drift_line(drift)) } }
        p.faint { "Before is what git has, after is what the portal has." }
    };
    let foot = html! {
        @for (address, note) in drift.signatures() { p { (text(&address.to_string())) ": " (text(&note.text)) } }
        @for address in &drift.unknown { p { (text(&address.to_string())) ": only in the portal, in no file" } }
        @if let Some(compared) = drift.compared_as_they_are() { p { (text(&compared)) } }
        @for file in &drift.uncommitted { p { "not committed, so not compared: " code { (text(file)) } } }
    };
    let (body, hosts) = offers_of(&[], &offers, Newer::Portal);
    Sheet { name: "Drift", of: "offers", kinds: KINDS, head, body, foot, hosts }.write(out)
}

/// Text from elsewhere, with what deceives written out; line feeds stay. Maud escapes it.
fn text(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// The offers of a plan, and the origins of the pictures in them.
fn offers_of(guards: &[Guard], offers: &[&OfferPlan], newer: Newer) -> (Markup, BTreeSet<String>) {
    let (busy, quiet): (Vec<&OfferPlan>, Vec<&OfferPlan>) = offers.iter().partition(|offer| outline::is_busy(offer));
    let mut hosts = BTreeSet::new();
    let offers: Vec<Markup> = busy.iter().map(|offer| offer::section(offer, newer, &mut hosts)).collect();
    let of_all: Vec<&Guard> = guards.iter().collect();
    let body = html! {
        @if !of_all.is_empty() { h2 { "Guards" } (offer::guards(None, &of_all)) }
        h2 { "Offers" }
        @for offer in offers { (offer) }
        (sheet::quiet(quiet.iter().map(|offer| offer.address().to_string())))
    };
    (body, hosts)
}

/// What the service says about steps that went wrong: its own words, as text.
fn failed_steps(steps: &[FailedStep]) -> Markup {
    html! {
        @for failed in steps {
            p { strong { (text(if failed.step.is_empty() { "the whole" } else { &failed.step })) } ": " (text(&failed.status)) }
            @for message in &failed.messages { div.value { (text(message)) } }
        }
    }
}

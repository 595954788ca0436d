//! Plans and drift as one HTML file: to look at in a browser, to send to whoever decides.
//!
//! The file needs nothing else and sends nothing anywhere: its policy allows the script and the styles that are in it, by their
//! digests, and pictures from the hosts of the logos that it shows. Text from elsewhere is escaped; the HTML of descriptions is
//! cleaned of all but a few plain tags, and shown in frames in which nothing runs.

mod listing;
mod offer;
mod texts;

use std::collections::BTreeSet;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::drift::Drift;
use super::human::{drift_line, last_line};
use super::visible;
use crate::plan::{Action, Guard, OfferPlan, Plan};

const STYLE: &str = include_str!("report.css");
const FRAME_STYLE: &str = include_str!("frame.css");
const SCRIPT: &str = include_str!("report.js");

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
    page("Plan", &head, plan.guards(), &offers, &html! {}, out)
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
    page("Drift", &head, &[], &offers, &foot, out)
}

/// Text from elsewhere, with what deceives written out; line feeds stay. Maud escapes it.
fn text(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

fn page(
    name: &str,
    head: &Markup,
    guards: &[Guard],
    offers: &[&OfferPlan],
    foot: &Markup,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (busy, quiet): (Vec<&OfferPlan>, Vec<&OfferPlan>) = offers.iter().partition(|offer| is_busy(offer));
    let mut hosts = BTreeSet::new();
    let offers: Vec<Markup> = busy.iter().map(|offer| offer::section(offer, &mut hosts)).collect();
    let all: Vec<&Guard> = guards.iter().chain(busy.iter().flat_map(|offer| &offer.guards)).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&hosts));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (name) " · offerform" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { (name) } (head) }
                (tools())
                main {
                    @if !all.is_empty() { h2 { "What needs a yes" } (offer::guards(&all)) }
                    h2 { "Offers" }
                    @for offer in offers { (offer) }
                    @if !quiet.is_empty() {
                        h2 { "Unchanged" }
                        ul { @for offer in quiet { li { (text(&offer.address().to_string())) } } }
                    }
                }
                footer { (foot) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    writeln!(out, "{}", page.into_string())
}

fn is_busy(offer: &OfferPlan) -> bool {
    !offer.changes.is_empty() || !offer.release.is_empty() || !offer.guards.is_empty()
}

/// What the report can be filtered by; hidden until its script runs.
fn tools() -> Markup {
    html! {
        form id="tools" role="search" hidden {
            input id="search" type="search" placeholder="Search (press /)" aria-label="Search the offers";
            select id="kind" aria-label="Which offers" {
                option value="" { "all" }
                option value="yes" { "needs a yes" }
                option value="create" { "to create" }
                option value="update" { "to update" }
                option value="release" { "to release" }
            }
            button id="unfold" type="button" { "Unfold all" }
            button id="fold" type="button" { "Fold all" }
            span id="shown" aria-live="polite" {}
        }
    }
}

/// What an offer is found by.
fn kinds(offer: &OfferPlan) -> String {
    let action = match offer.action {
        Action::Create => "create",
        Action::Update => "update",
        Action::None => "",
    };
    let release = if offer.release.steps.is_empty() { "" } else { "release" };
    let yes = if offer.is_blocked() { "yes" } else { "" };
    [action, release, yes].into_iter().filter(|kind| !kind.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a browser may load and run. Hosts are origins, whose writing holds no space or semicolon.
fn policy(hosts: &BTreeSet<String>) -> String {
    let pictures =
        if hosts.is_empty() { "'none'".to_owned() } else { hosts.iter().cloned().collect::<Vec<_>>().join(" ") };
    format!(
        "default-src 'none'; script-src {}; style-src {} {}; img-src {pictures}; base-uri 'none'; form-action 'none'",
        source(SCRIPT),
        source(STYLE),
        source(FRAME_STYLE)
    )
}

fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

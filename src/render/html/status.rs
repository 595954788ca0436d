//! How offers stand, as a page.

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{Markup, html};

use super::sheet::{self, Sheet};
use super::{failed_steps, text};
use crate::plan::release::Level;
use crate::render::human::{reached, status_rows, statuses_line};
use crate::render::status::{Found, OfferStatus, Statuses};

const KINDS: &[(&str, &str)] = &[
    ("live", "live"),
    ("preview", "in preview"),
    ("draft", "not published"),
    ("missing", "not in the portal"),
    ("busy", "under way"),
    ("failed", "failed"),
];

/// Writes how offers stand: draft, preview, production, and what is under way.
pub fn statuses(statuses: &Statuses, out: &mut dyn Write) -> io::Result<()> {
    let head = html! {
        p { strong { (statuses_line(statuses)) } }
        p.faint { "At " code { (text(&statuses.endpoint)) } }
    };
    let body = html! {
        h2 { "Offers" }
        @for status in &statuses.offers { (section(status)) }
    };
    Sheet { name: "Status", of: "offers", kinds: KINDS, head, body, foot: html! {}, hosts: BTreeSet::new() }.write(out)
}

fn section(status: &OfferStatus) -> Markup {
    let address = text(&status.address.to_string());
    let Some(found) = &status.found else {
        let summary = html! { strong { (address) } ": " span.warn { "not in the portal" } };
        return sheet::section(&["missing"], &summary, &html! {});
    };
    let summary = html! {
        strong { (address) } ": " (reached(found))
        " " span.faint { (text(&found.offer_type)) }
        @if found.is_failed() { " " span.warn { "failed" } }
    };
    let body = html! {
        div.wide { table { tbody { @for row in status_rows(found) { tr {
            th scope="row" { (row.name) }
            td { (text(&row.text)) (failed_steps(row.failed_steps)) }
        } } } } }
    };
    sheet::section(&kinds(found), &summary, &body)
}

fn kinds(found: &Found) -> Vec<&'static str> {
    let mut kinds = vec![match found.released {
        Level::Draft => "draft",
        Level::Preview => "preview",
        Level::Live => "live",
    }];
    kinds.extend(found.is_under_way().then_some("busy"));
    kinds.extend(found.is_failed().then_some("failed"));
    kinds
}

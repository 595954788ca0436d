//! The frame of every page: its policy, its style, what it can be filtered by, and one section for each thing it is about.

use std::collections::BTreeSet;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::{FRAME_STYLE, text};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// A page.
pub(super) struct Sheet {
    /// What it shows, such as `Plan`.
    pub(super) name: &'static str,
    /// What a section is about, such as `offers`.
    pub(super) of: &'static str,
    /// What distinguishes the sections: the word in [`section`], and the words for people.
    pub(super) kinds: &'static [(&'static str, &'static str)],
    /// What stands above all.
    pub(super) head: Markup,
    /// The sections, with what stands around them.
    pub(super) body: Markup,
    /// What stands below all.
    pub(super) foot: Markup,
    /// The origins that pictures are loaded from.
    pub(super) hosts: BTreeSet<String>,
}

impl Sheet {
    pub(super) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(&self.hosts));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (self.name) " · offerform" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header { h1 { (self.name) } (self.head) }
                    (self.tools())
                    main { (self.body) }
                    footer { (self.foot) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        writeln!(out, "{}", page.into_string())
    }

    /// What the sections can be filtered by; hidden until the script runs.
    fn tools(&self) -> Markup {
        let label = |what: &str| format!("{what} {}", self.of);
        html! {
            form id="tools" role="search" data-of=(self.of) hidden {
                input id="search" type="search" placeholder="Search (press /)" aria-label=(label("Search the"));
                select id="kind" aria-label=(label("Which")) {
                    option value="" { "all" }
                    @for (kind, words) in self.kinds { option value=(kind) { (words) } }
                }
                button id="unfold" type="button" { "Unfold all" }
                button id="fold" type="button" { "Fold all" }
                span id="shown" aria-live="polite" {}
            }
        }
    }
}

/// A section that opens and closes; `kinds` are words of [`Sheet::kinds`].
pub(super) fn section(kinds: &[&str], summary: &Markup, body: &Markup) -> Markup {
    html! {
        details.item open data-kinds=(kinds.join(" ")) {
            summary { (summary) }
            div { (body) }
        }
    }
}

/// The names of what there is nothing to tell of.
pub(super) fn quiet(addresses: impl Iterator<Item = String>) -> Markup {
    let mut addresses = addresses.peekable();
    html! {
        @if addresses.peek().is_some() {
            h2 { "Unchanged" }
            ul { @for address in addresses { li { (text(&address)) } } }
        }
    }
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

//! Checks of the simple HTML of descriptions. Nothing is ever changed here.

use super::Found;
use super::shape::quoted;
use super::subject::Offer;
use crate::offer::markup::DESCRIPTION_TAGS;
use crate::text::html::{Piece, StartTag, pieces};

/// Elements that do something.
const ACTIVE: [&str; 9] = ["script", "style", "iframe", "object", "embed", "form", "frame", "link", "base"];

/// Whether a text has tags.
pub(super) fn has_tags(text: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Start(_) | Piece::End { .. }))
}

/// Finds tags that are not allowed, each once.
pub(super) fn tags(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, pieces)) = offer.description() else { return };
    let mut seen = Vec::new();
    for piece in pieces {
        let (Piece::Start(StartTag { name, .. }) | Piece::End { name, .. }) = piece else { continue };
        let is_other = !DESCRIPTION_TAGS.contains(&name.as_str()) && !ACTIVE.contains(&name.as_str());
        if is_other && !seen.contains(&name) {
            found.at(&field, format!("the tag {} is not allowed in a description", tag(name)));
            seen.push(name);
        }
    }
}

/// Finds the first tag that is not closed, or closed where it is not open.
pub(super) fn balance(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, pieces)) = offer.description() else { return };
    let mut open: Vec<&str> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Start(StartTag { name, is_closed_in_itself: false, .. }) if name != "br" => open.push(name),
            Piece::End { name, .. } if name != "br" => {
                if open.last() == Some(&name.as_str()) {
                    open.pop();
                    continue;
                }
                let message = match open.last() {
                    Some(last) => format!("found {}, expected {}", end_tag(name), end_tag(last)),
                    None => format!("{} has no opening tag", end_tag(name)),
                };
                found.at(&field, message);
                return;
            }
            _ => {}
        }
    }
    if let Some(last) = open.last() {
        found.at(&field, format!("{} is never closed", tag(last)));
    }
}

/// A start tag as it is shown.
fn tag(name: &str) -> String {
    quoted(&format!("<{name}>"))
}

fn end_tag(name: &str) -> String {
    quoted(&format!("</{name}>"))
}

/// Finds what would do something in a browser.
pub(super) fn unsafe_parts(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, pieces)) = offer.description() else { return };
    for piece in pieces {
        let Piece::Start(StartTag { name, attributes, .. }) = piece else { continue };
        if ACTIVE.contains(&name.as_str()) {
            found.at(&field, format!("the description has a {}", tag(name)));
        } else if let Some((handler, _)) = attributes.iter().find(|(key, _)| key.len() > 2 && key.starts_with("on")) {
            found.at(&field, format!("the description has the event handler {} in a {}", quoted(handler), tag(name)));
        } else if attributes.iter().any(|(_, value)| is_script(value)) {
            found.at(&field, format!("the description has a script in the address of a {}", tag(name)));
        }
    }
}

/// Whether a browser takes an address for a script. It skips white space and control characters.
fn is_script(address: &str) -> bool {
    let read: String = address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    read.to_ascii_lowercase().contains("javascript:")
}

/// The sentence that a description in another language begins with.
const AVAILABLE_IN: &str = "This application is available only in";

/// Finds a text that is mostly not in Latin letters, and does not say so.
pub(super) fn language(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, pieces)) = offer.description() else { return };
    let shown: String = texts(pieces).collect();
    let letters = shown.chars().filter(|c| c.is_alphabetic()).collect::<Vec<_>>();
    let foreign = letters.iter().filter(|c| u32::from(**c) > 0x24F).count();
    if letters.len() >= 20 && foreign * 5 > letters.len() && !shown.contains(AVAILABLE_IN) {
        found.at(&field, "the description is not in English, and does not say so");
    }
}

fn texts<'p>(pieces: &'p [Piece<'_>]) -> impl Iterator<Item = &'p str> {
    pieces.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
}

/// Finds a description of one paragraph.
pub(super) fn paragraphs(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, pieces)) = offer.description() else { return };
    let count = |names: &[&str]| {
        let is_one = |piece: &&Piece<'_>| matches!(piece, Piece::Start(tag) if names.contains(&tag.name.as_str()));
        pieces.iter().filter(is_one).count()
    };
    let blocks = count(&["p", "ul", "ol", "h1", "h2", "h3"]);
    let breaks = count(&["br"]);
    let text = field.text().unwrap_or_default();
    let lines = text.split("\n\n").filter(|part| !part.trim().is_empty()).count();
    if !text.trim().is_empty() && blocks.max(breaks + 1).max(lines) < 2 {
        found.at(&field, "the description is a single paragraph");
    }
}

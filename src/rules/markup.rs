//! Checks of the simple HTML of descriptions.
//!
//! This is no parser of HTML: it finds tags the way the service's reviewers write about them, and leaves alone what it does not
//! understand. Nothing is ever changed here.

use super::Found;
use super::shape::quoted;
use super::subject::{Field, Offer};
use crate::offer::markup::DESCRIPTION_TAGS;

/// Elements that do something.
const ACTIVE: [&str; 9] = ["script", "style", "iframe", "object", "embed", "form", "frame", "link", "base"];

/// A tag of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) name: String,
    pub(super) is_end: bool,
    is_closed_in_itself: bool,
    attributes: &'a str,
}

/// The tags of a text, in their order; comments are none.
pub(super) fn elements(text: &str) -> impl Iterator<Item = Element<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('<')?;
            let tail = &rest[start + 1..];
            if let Some(comment) = tail.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let Some(end) = end_of_tag(tail) else {
                rest = tail;
                continue;
            };
            rest = &tail[end + 1..];
            if let Some(element) = element(&tail[..end]) {
                return Some(element);
            }
        }
    })
}

/// Where a tag ends; not at a `>` in quotes.
fn end_of_tag(tail: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tail.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '<') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn element(tag: &str) -> Option<Element<'_>> {
    let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
    let length = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = tag[..length].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(Element { name, is_end, is_closed_in_itself: tag.ends_with('/'), attributes: &tag[length..] })
}

fn description<'a>(offer: &Offer<'a>) -> Option<(Field<'a>, &'a str)> {
    let field = offer.listing("description")?;
    let text = field.text()?;
    Some((field, text))
}

/// Finds tags that are not allowed, each once.
pub(super) fn tags(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, text)) = description(offer) else { return };
    let mut seen = Vec::new();
    for element in elements(text).filter(|element| !DESCRIPTION_TAGS.contains(&element.name.as_str())) {
        if !ACTIVE.contains(&element.name.as_str()) && !seen.contains(&element.name) {
            found.at(&field, format!("the tag `<{}>` is not allowed in a description", element.name));
            seen.push(element.name);
        }
    }
}

/// Finds the first tag that is not closed, or closed where it is not open.
pub(super) fn balance(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, text)) = description(offer) else { return };
    let mut open: Vec<String> = Vec::new();
    for element in elements(text).filter(|element| element.name != "br" && !element.is_closed_in_itself) {
        if !element.is_end {
            open.push(element.name);
        } else if open.last() == Some(&element.name) {
            open.pop();
        } else {
            let message = match open.last() {
                Some(last) => format!("`</{}>` stands where `</{last}>` is expected", element.name),
                None => format!("`</{}>` closes nothing", element.name),
            };
            found.at(&field, message);
            return;
        }
    }
    if let Some(last) = open.last() {
        found.at(&field, format!("`<{last}>` is never closed"));
    }
}

/// Finds what would do something in a browser.
pub(super) fn unsafe_parts(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, text)) = description(offer) else { return };
    for element in elements(text) {
        if ACTIVE.contains(&element.name.as_str()) {
            if !element.is_end {
                found.at(&field, format!("the description has a `<{}>`", element.name));
            }
        } else if let Some(handler) = handler(element.attributes) {
            found.at(
                &field,
                format!("the description has the event handler {} in a `<{}>`", quoted(&handler), element.name),
            );
        } else if element.attributes.to_ascii_lowercase().contains("javascript:") {
            found.at(&field, format!("the description has a script in the address of a `<{}>`", element.name));
        }
    }
}

/// The name of an attribute such as `onclick`.
fn handler(attributes: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let mut names = lower.split(|c: char| c.is_whitespace() || c == '/').filter_map(|part| part.split_once('='));
    names.find(|(name, _)| name.len() > 2 && name.starts_with("on")).map(|(name, _)| name.to_owned())
}

/// The sentence that a description in another language begins with.
const AVAILABLE_IN: &str = "This application is available only in";

/// Finds a text that is mostly not in Latin letters, and does not say so.
pub(super) fn language(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, text)) = description(offer) else { return };
    let letters = plain(text).chars().filter(|c| c.is_alphabetic()).collect::<Vec<_>>();
    let foreign = letters.iter().filter(|c| u32::from(**c) > 0x24F).count();
    if letters.len() >= 20 && foreign * 5 > letters.len() && !text.contains(AVAILABLE_IN) {
        found.at(&field, "the description is not in English, and does not say so");
    }
}

/// Finds a description of one paragraph.
pub(super) fn paragraphs(offer: &Offer<'_>, found: &mut Found) {
    let Some((field, text)) = description(offer) else { return };
    let starts = elements(text).filter(|element| !element.is_end);
    let blocks = starts.filter(|element| ["p", "ul", "ol", "h1", "h2", "h3"].contains(&element.name.as_str())).count();
    let breaks = elements(text).filter(|element| element.name == "br").count();
    let lines = text.split("\n\n").filter(|part| !part.trim().is_empty()).count();
    if !text.trim().is_empty() && blocks.max(breaks + 1).max(lines) < 2 {
        found.at(&field, "the description is a single paragraph");
    }
}

/// The text without its tags.
fn plain(text: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        let was = inside;
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ => {}
        }
        !was && !inside
    };
    text.chars().filter(keep).collect()
}

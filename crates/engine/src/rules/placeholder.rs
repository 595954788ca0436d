//! The rule about placeholders that were never filled in: texts from templates and samples.

use serde_json::Value;

use super::place::{Part, Place};
use super::subject::{Field, Offer};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[Rule::warning("placeholder", Types::PORTAL, placeholders).inferred().text(
    "no text of an offer contains a placeholder, such as `{{…}}`, `${…}`, `TODO` or `<your …>`",
    "write the text for customers",
    "articles/marketplace/marketplace-criteria-content-validation.md",
)];

fn placeholders(offer: &Offer<'_>, found: &mut Found) {
    if let Some(definition) = offer.root().member("definition") {
        visit(definition.value, &mut vec![Part::Key("definition".into())], found);
    }
}

fn visit<'a>(value: &'a Value, steps: &mut Vec<Part<'a>>, found: &mut Found) {
    match value {
        Value::String(text) => {
            if let Some(placeholder) = placeholder(text) {
                let at = steps.iter().cloned().fold(Place::root(), Place::below);
                found.at(&Field { at, value }, format!("`{placeholder}` looks like a placeholder"));
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                steps.push(Part::Index(index));
                visit(element, steps, found);
                steps.pop();
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                steps.push(Part::Key(key.into()));
                visit(member, steps, found);
                steps.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The longest placeholder there is, in bytes: anything longer between two signs is a text.
const LONGEST: usize = 60;

/// The first placeholder of a text.
fn placeholder(text: &str) -> Option<&str> {
    let between = |start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        let length = rest.find(end).filter(|length| (1..=LONGEST).contains(length))?;
        let from = text.len() - rest.len() - start.len();
        Some(&text[from..from + start.len() + length + end.len()])
    };
    between("{{", "}}").or_else(|| between("${", "}")).or_else(|| word(text)).or_else(|| bracketed(text))
}

/// A word that says that something is to be written yet.
fn word(text: &str) -> Option<&str> {
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words().find(|word| matches!(*word, "TODO" | "TBD" | "FIXME" | "CHANGEME" | "CHANGE_ME"))
}

/// Text in angle brackets that is no tag: all there is (`<description1>`), or an invitation (`<your company>`).
fn bracketed(text: &str) -> Option<&str> {
    const INVITATIONS: [&str; 7] = ["your", "insert", "enter", "replace", "add", "put", "placeholder"];
    let whole = text.trim();
    let inner = |part: &str| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
        part.starts_with(char::is_alphabetic) && part.len() <= LONGEST && part.chars().all(plain)
    };
    if whole.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(inner) {
        return Some(whole);
    }
    text.match_indices('<').find_map(|(from, _)| {
        let rest = &text[from + 1..];
        let part = &rest[..rest.find('>')?];
        let first = part.split([' ', '_', '-']).next()?.to_ascii_lowercase();
        let invites = part.len() > first.len() && INVITATIONS.contains(&first.as_str());
        (invites && inner(part)).then(|| &text[from..from + part.len() + 2])
    })
}

//! Shapes that values have: lengths, addresses, ids, versions.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use email_address::EmailAddress;
use foldhash::fast::RandomState;
use serde_json::Value;
use url::Url;

use super::finding::Found;
use super::place::Place;
use super::subject::Field;
pub(super) use crate::offer::version::numbers as version;

/// How much of a value a message repeats, in characters.
const QUOTED: usize = 60;

/// A text in backticks, shortened, without signatures.
pub(super) fn quoted(text: &str) -> String {
    let text = crate::secret::without_sas(text);
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// A value in backticks.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| quoted(&value.to_string()), quoted)
}

/// Finds a text that has more than `limit` characters, as people count them.
pub(super) fn longest(field: Option<Field<'_>>, limit: usize, found: &mut Found) {
    let Some(field) = field else { return };
    let length = field.text().map_or(0, |text| text.chars().count());
    if length > limit {
        found.at(&field, format!("{length} characters, and at most {limit} are allowed"));
    }
}

/// Finds a list that has more than `limit` elements.
pub(super) fn most(field: Option<Field<'_>>, limit: usize, found: &mut Found) {
    let Some(field) = field else { return };
    let count = field.value.as_array().map_or(0, Vec::len);
    if count > limit {
        found.at(&field, format!("{count} elements, and at most {limit} are allowed")).by_count();
    }
}

/// Finds that a text, list or mapping is missing or says nothing.
pub(super) fn needed(field: Option<Field<'_>>, place: &Place<'_>, found: &mut Found) {
    let name = place.last().unwrap_or_default();
    match field {
        None => {
            found.push(place.pointer(), format!("`{name}` is missing"));
        }
        Some(field) if field.is_empty() => {
            found.at(&field, format!("`{name}` is empty"));
        }
        Some(_) => {}
    }
}

/// Finds a value that is there and neither `true` nor `false`.
pub(super) fn yes_or_no(field: Option<Field<'_>>, found: &mut Found) {
    if let Some(field) = field.filter(|field| !field.value.is_boolean()) {
        found.at(&field, format!("{} is neither `true` nor `false`", shown(field.value)));
    }
}

/// Finds texts of a list that are there twice.
pub(super) fn twice<'a>(fields: impl IntoIterator<Item = Field<'a>>, what: &str, found: &mut Found) {
    let mut seen: HashMap<String, Place<'_>, RandomState> = HashMap::default();
    for field in fields {
        let Some(text) = field.text() else { continue };
        match seen.entry(text.to_ascii_lowercase()) {
            Entry::Occupied(first) => {
                let message = format!("duplicate {what} {}", quoted(text));
                found.at(&field, message).related(first.get(), "first here");
            }
            Entry::Vacant(free) => {
                free.insert(field.at);
            }
        }
    }
}

/// An absolute address with a host, by http or https.
pub(super) fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host() && text.trim() == text).then_some(url)
}

/// A GUID: 8, 4, 4, 4 and 12 hexadecimal digits.
pub(super) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Finds a GUID that is none.
pub(super) fn guid(field: &Field<'_>, found: &mut Found) {
    let Some(text) = field.text() else {
        found.at(field, format!("{} is not a GUID as text", shown(field.value)));
        return;
    };
    if !is_guid(text) {
        found.at(field, format!("{} is not a GUID", quoted(text)));
    }
}

/// Finds a GUID with capital letters.
pub(super) fn capital_guid(field: &Field<'_>, found: &mut Found) {
    let Some(text) = field.text().filter(|text| is_guid(text)) else { return };
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        found
            .at(field, format!("{} has capital letters", quoted(text)))
            .help(format!("write `{}`", text.to_lowercase()));
    }
}

/// Whether mail could be sent there.
pub(super) fn is_email(text: &str) -> bool {
    EmailAddress::is_valid(text) && text.split_once('@').is_some_and(|(_, host)| host.contains('.'))
}

/// Whether it is a telephone number: digits, and what is written between them.
pub(super) fn is_phone(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let known = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '-' | '.' | '/');
    rest.chars().filter(char::is_ascii_digit).count() >= 3 && rest.chars().all(known)
}

//! What a new version says, taken from an older one as a pattern.
//!
//! Keys and their order stay. In texts the old version and the old date become the new ones, in the forms people write them.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::offer::disk::{DATA_DISKS, SYSTEM_DISK};
use crate::offer::version::numbers;

/// The day of a version, as month, day and year.
pub(super) const DATE: &str = "publishedDate";
/// The name of the disk in the service, different for each version.
pub(super) const MEDIA_NAME: &str = "mediaName";
/// Whether customers see the version.
pub(super) const SHOWN: &str = "showInGui";

/// How the service writes a day.
const DATE_FORM: &str = "%m/%d/%Y";

/// The forms in which a day stands in names and texts.
const DATE_FORMS: [&str; 6] = ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%Y.%m.%d", "%Y_%m_%d", "%-d %B %Y"];

/// The part of a version that distinguishes it from others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    /// The image version, such as `1.10.0`.
    pub(super) version: &'a str,
    /// Its day, if it has one.
    pub(super) day: Option<Date>,
}

/// The day that the service shows for an image.
pub(super) fn day_of(image: &Map<String, Value>) -> Option<Date> {
    Date::strptime(DATE_FORM, image.get(DATE)?.as_str()?).ok()
}

/// The day as the service takes it.
pub(super) fn written(day: Date) -> Value {
    day.strftime(DATE_FORM).to_string().into()
}

/// The day that a version such as `2026.11.28` names.
pub(super) fn day_named(version: &str) -> Option<Date> {
    let [year, month, day] = numbers(version)?;
    Date::new(year.try_into().ok().filter(|year| *year > 1999)?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// An image with the texts of another one, made to fit a new version.
pub(super) fn like(image: &Map<String, Value>, old: Named<'_>, new: Named<'_>) -> Map<String, Value> {
    let phrases = phrases(old, new);
    let member = |(key, value): (&String, &Value)| {
        let value = match (key.as_str(), value) {
            (DATE, Value::String(text)) if !text.is_empty() => new.day.map_or_else(|| value.clone(), written),
            (SHOWN, _) => Value::Bool(true),
            (MEDIA_NAME, Value::String(text)) if !text.is_empty() => {
                let renewed = renewed(text, &phrases);
                // It has to be another one.
                if renewed == *text { format!("{text}-{}", new.version) } else { renewed }.into()
            }
            (_, Value::String(text)) => renewed(text, &phrases).into(),
            _ => value.clone(),
        };
        (key.clone(), value)
    };
    image.iter().filter(|(key, value)| *key == SYSTEM_DISK || !value.is_null()).map(member).collect()
}

/// The image of a SKU that has none yet.
pub(super) fn first(is_core: bool, (id, title): (&str, &str), new: Named<'_>) -> Map<String, Value> {
    let mut image = Map::new();
    image.insert(SYSTEM_DISK.to_owned(), Value::Null);
    if is_core {
        image.insert("label".to_owned(), format!("{title} {}", new.version).into());
        image.insert("description".to_owned(), "".into());
        image.insert(MEDIA_NAME.to_owned(), format!("{id}-{}", new.version).into());
        image.insert(DATE.to_owned(), new.day.map_or_else(|| "".into(), written));
        image.insert(SHOWN.to_owned(), json!(true));
    }
    image.insert(DATA_DISKS.to_owned(), json!([]));
    image
}

/// What stands in texts for the old version, and what for the new one; longer phrases come first.
fn phrases(old: Named<'_>, new: Named<'_>) -> Vec<(String, String)> {
    let mut phrases = vec![(old.version.to_owned(), new.version.to_owned())];
    for joint in ["-", "_"] {
        phrases.push((old.version.replace('.', joint), new.version.replace('.', joint)));
    }
    if let (Some(old), Some(new)) = (old.day, new.day) {
        for form in DATE_FORMS {
            phrases.push((old.strftime(form).to_string(), new.strftime(form).to_string()));
        }
    }
    phrases.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
    phrases
}

/// A text with each phrase in it replaced once, from the left. A phrase inside of a longer number is none.
fn renewed(text: &str, phrases: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let before = out.chars().next_back();
        let found = phrases.iter().find(|(old, _)| {
            let after = rest.strip_prefix(old.as_str());
            let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let goes_on = |after: &str| {
                let mut after = after.chars();
                let first = after.next();
                is_digit(first) || (first == Some('.') && is_digit(after.next()))
            };
            after.is_some_and(|after| !goes_on(after)) && !is_digit(before)
        });
        let length = if let Some((old, new)) = found {
            out.push_str(new);
            old.len()
        } else {
            out.push(next);
            next.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_days_in_texts_become_the_new_ones_and_other_numbers_stay() {
        let day = |text: &str| Some(text.parse().unwrap());
        let old = Named { version: "1.9.4", day: day("2026-10-13") };
        let new = Named { version: "1.10.0", day: day("2026-11-28") };
        let phrases = phrases(old, new);
        for (text, expected) in [
            ("Firewall 1.9.4", "Firewall 1.10.0"),
            ("v1.9.4 of 2026-10-13", "v1.10.0 of 2026-11-28"),
            ("firewall-1-9-4-20261013", "firewall-1-10-0-20261128"),
            ("1.9.4.2, 11.9.4 and 1.9.40", "1.9.4.2, 11.9.4 and 1.9.40"),
            ("ends in 1.9.4. Next", "ends in 1.10.0. Next"),
            ("built 13 October 2026", "built 28 November 2026"),
            ("(10/13/2026)", "(11/28/2026)"),
            ("Ubuntu 22.04 für 世界", "Ubuntu 22.04 für 世界"),
        ] {
            assert_eq!(renewed(text, &phrases), expected);
        }
    }
}

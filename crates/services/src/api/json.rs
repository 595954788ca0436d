//! Reading single members of the service's answers, forgiving about everything that is not needed.
//!
//! Members may be absent, `null`, or (numbers) written as text. Derived readers stumble over each of these, and those that
//! flatten lose the digits of large numbers.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use super::Status;

/// The text of a member; `None` if it is absent or no text.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// A number, exact however large.
pub(super) fn number(value: &Value, name: &str) -> Option<Number> {
    match value.get(name)? {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A small whole number.
pub(super) fn integer(value: &Value, name: &str) -> Option<u64> {
    number(value, name)?.as_u64()
}

/// The elements of a list; none if it is absent or no list.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The texts in a list; of objects, their address.
pub(super) fn texts(value: &Value, name: &str) -> Vec<String> {
    let one = |element: &Value| match element {
        Value::String(text) => Some(text.clone()),
        other => ["uri", "url", "linkUrl", "href"].iter().find_map(|name| text(other, name)),
    };
    list(value, name).iter().filter_map(one).collect()
}

/// A word for how something stands.
pub(super) fn status(value: &Value, name: &str) -> Option<Status> {
    text(value, name).map(|text| Status::read(&text))
}

/// A moment. The service writes up to seven digits of a second, and sometimes leaves the zone out: it is UTC then.
pub(super) fn moment(value: &Value, name: &str) -> Option<Timestamp> {
    let text = value.get(name)?.as_str()?.trim();
    let without_zone = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(without_zone)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moments_have_up_to_seven_digits_with_or_without_a_zone() {
        let exact: Timestamp = "2018-01-16T18:57:38.7184322Z".parse().unwrap();
        for text in ["2018-01-16T18:57:38.7184322Z", "2018-01-16T18:57:38.7184322", "2018-01-16T19:57:38.7184322+01:00"]
        {
            assert_eq!(moment(&json!({"at": text}), "at"), Some(exact), "{text}");
        }
        for (text, same) in [
            ("2022-06-02T12:25:56.651", "2022-06-02T12:25:56.651Z"),
            ("2022-06-02T12:25:56.6", "2022-06-02T12:25:56.600Z"),
            ("2022-06-02T12:25:56", "2022-06-02T12:25:56Z"),
            ("2022-06-02T12:25:56Z", "2022-06-02T12:25:56Z"),
            ("2022-06-02T12:25:56.6512345+00:00", "2022-06-02T12:25:56.6512345Z"),
        ] {
            assert_eq!(moment(&json!({"at": text}), "at"), same.parse().ok(), "{text}");
        }
        for other in [json!(null), json!(5), json!("yesterday"), json!("0001-13-01T00:00:00")] {
            assert_eq!(moment(&json!({"at": other}), "at"), None, "{other}");
        }
    }

    #[test]
    fn numbers_stay_exact_and_may_be_written_as_text() {
        let value: Value = serde_json::from_str(r#"{"n": 9223372036854775807123, "t": "42", "f": 1.5}"#).unwrap();
        assert_eq!(number(&value, "n").unwrap().to_string(), "9223372036854775807123");
        assert_eq!(integer(&value, "n"), None);
        assert_eq!(integer(&value, "t"), Some(42));
        assert_eq!(integer(&value, "f"), None);
        assert_eq!(integer(&value, "absent"), None);
    }

    #[test]
    fn links_are_texts_or_objects() {
        let value = json!({"links": ["https://a", {"url": "https://b"}, 5, null], "none": null});
        assert_eq!(texts(&value, "links"), ["https://a", "https://b"]);
        assert!(texts(&value, "none").is_empty());
    }
}

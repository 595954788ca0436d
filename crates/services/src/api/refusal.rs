//! What the service says when it refuses, in any of the forms it says it.
//!
//! Known bodies: `{"error":{"code","message"}}`, `{"Message":…}`, problem details (RFC 9457), nothing at all, and the HTML page
//! of a proxy. All of it is untrusted text: it is shown as plain, bounded, redacted text.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use jiff::{Timestamp, fmt::rfc2822};
use serde_json::Value;

use crate::auth::foreign::{plain, plain_html};

/// How long a message may get, in characters. Validation messages list many problems, so it is generous.
const MESSAGE_LIMIT: usize = 2000;
const CODE_LIMIT: usize = 100;

/// The header that names a request to Microsoft's support.
///
/// Source: cloud-partner-portal-api-troubleshooting-authentication-errors.md.
const CORRELATION: &str = "x-ms-correlation-request-id";

/// An answer that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The service's word for what is wrong, such as `InvalidAPIVersion`.
    pub code: Option<String>,
    /// The service's explanation, as plain text.
    pub message: Option<String>,
    /// The id by which Microsoft's support finds the request.
    pub correlation_id: Option<String>,
    /// How long the service asks to wait.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// Reads an answer that came at `now`.
    #[must_use]
    pub fn read(status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Self {
        let (code, message) = words(body);
        Self {
            status: status.as_u16(),
            code,
            message,
            correlation_id: correlation_id(headers),
            retry_after: retry_after(headers, now),
        }
    }

    /// This refusal with `change` applied to the code and the message of the service.
    #[must_use]
    pub fn map_text(self, change: impl Fn(&str) -> String) -> Self {
        let change = |text: Option<String>| text.map(|text| change(&text));
        Self { code: change(self.code), message: change(self.message), ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        let reason = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        if let Some(reason) = reason {
            write!(f, " {reason}")?;
        }
        if let Some(code) = &self.code {
            write!(f, ", `{code}`")?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        if let Some(wait) = self.retry_after.filter(|wait| !wait.is_zero()) {
            write!(f, "; it asks to wait {}", length(wait))?;
        }
        if let Some(id) = &self.correlation_id {
            write!(f, " (correlation id {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Takes the id of the request out of the headers if `redact` finds a secret in it.
pub(super) fn forget_correlation_id(headers: &mut HeaderMap, redact: impl Fn(&str) -> String) {
    if headers.get(CORRELATION).and_then(|id| id.to_str().ok()).is_some_and(|id| redact(id) != id) {
        headers.remove(CORRELATION);
    }
}

/// The id by which support finds the request.
pub(super) fn correlation_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CORRELATION)?.to_str().ok()?;
    Some(plain(text, CODE_LIMIT)).filter(|text| !text.is_empty())
}

/// A time to wait, in the largest units that say it exactly enough.
fn length(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3600)),
    }
}

/// How long to wait from `now` on, if the header says so in seconds or as a date. A fraction of a second is rounded up.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if let Ok(seconds) = whole.parse::<u64>()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        let more = u64::from(fraction.bytes().any(|byte| byte != b'0'));
        return Some(Duration::from_secs(seconds.saturating_add(more)));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    // A date that has passed means now.
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// Code and message of a body, in whichever form it is.
fn words(body: &[u8]) -> (Option<String>, Option<String>) {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let message = if text.starts_with('<') { plain_html(text, 300) } else { plain(text, 300) };
        return (None, Some(message).filter(|message| !message.is_empty()));
    };
    // The object, if there is one, else the body itself: some answers have no wrapping.
    let inner = member(&value, "error").filter(|error| error.is_object()).unwrap_or(&value);
    let code = member(inner, "code").and_then(|code| line(code, CODE_LIMIT));
    let message = ["message", "error_description"].iter().find_map(|name| member(inner, name));
    let message = message.or_else(|| member(inner, "error")).or(inner.is_string().then_some(inner));
    match message {
        Some(message) => (code, with_details(line(message, MESSAGE_LIMIT), inner)),
        None => (code.or_else(|| problem_type(inner)), problem(inner)),
    }
}

/// What problem details (RFC 9457) say: title, detail, and the findings of a validation below `errors`.
fn problem(value: &Value) -> Option<String> {
    let parts = ["title", "detail"].iter().filter_map(|name| line(member(value, name)?, MESSAGE_LIMIT));
    let findings =
        member(value, "errors").and_then(Value::as_object).into_iter().flatten().flat_map(|(name, texts)| {
            let texts = texts.as_array().map_or(std::slice::from_ref(texts), Vec::as_slice);
            texts.iter().filter_map(move |text| Some(format!("{name}: {}", line(text, MESSAGE_LIMIT)?)))
        });
    let all: Vec<String> = parts.chain(findings).collect();
    (!all.is_empty()).then(|| plain(&all.join("; "), MESSAGE_LIMIT))
}

/// The name of a kind of problem: the end of its `type`, which is an address.
fn problem_type(value: &Value) -> Option<String> {
    let text = member(value, "type")?.as_str()?;
    let name = text.rsplit(['/', '#', ':']).next().filter(|name| !name.is_empty() && *name != "blank")?;
    Some(plain(name, CODE_LIMIT))
}

/// How deep findings of a validation are looked for in each other.
const DETAIL_DEPTH: usize = 8;

/// The message, followed by those of `details`, where single findings of a validation would stand. Details have details of their own,
/// and the innermost say most.
fn with_details(message: Option<String>, inner: &Value) -> Option<String> {
    let mut all: Vec<String> = message.into_iter().collect();
    details(inner, DETAIL_DEPTH, &mut all);
    (!all.is_empty()).then(|| plain(&all.join("; "), MESSAGE_LIMIT))
}

fn details(error: &Value, depth: usize, all: &mut Vec<String>) {
    let list = member(error, "details").and_then(Value::as_array).filter(|_| depth > 0);
    for detail in list.into_iter().flatten() {
        let message = member(detail, "message").and_then(|message| line(message, MESSAGE_LIMIT));
        all.extend(message.filter(|message| !all.contains(message)));
        details(detail, depth - 1, all);
    }
}

/// What an error object says, in the form of the bodies of refusals: its code, its message, and the messages of its details.
pub(crate) fn said(error: &Value) -> String {
    let code = member(error, "code").and_then(|code| line(code, CODE_LIMIT));
    let message = with_details(member(error, "message").and_then(|message| line(message, MESSAGE_LIMIT)), error);
    message.or(code).unwrap_or_else(|| "no reason given".to_owned())
}

fn line(value: &Value, limit: usize) -> Option<String> {
    let text = match value {
        Value::String(text) if text.trim_start().starts_with('<') => plain_html(text, limit),
        Value::String(text) => plain(text, limit),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// The member of an object whose name is `name` in any letter case.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn refusal(status: u16, body: &str, headers: &[(&'static str, &'static str)]) -> Refusal {
        let headers =
            headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        let now = "2030-01-01T00:00:00Z".parse().unwrap();
        Refusal::read(StatusCode::from_u16(status).unwrap(), &headers.collect(), body.as_bytes(), now)
    }

    #[test]
    fn every_form_of_body_is_understood() {
        let page = "<html><head><title>Bad Gateway</title></head><body>try later</body></html>";
        let cases = [
            (
                r#"{"error":{"code":"InvalidResourceId","message":"Id exists."}}"#,
                "409 Conflict, `InvalidResourceId`: Id exists.",
            ),
            (r#"{"Message":"Authorization has been denied."}"#, "409 Conflict: Authorization has been denied."),
            (r#"{"message":"lower"}"#, "409 Conflict: lower"),
            (r#"{"error":"invalid_request","error_description":"words"}"#, "409 Conflict: words"),
            (r#"{"error":"only this"}"#, "409 Conflict: only this"),
            (r#"{"error":{"code":5,"message":null}}"#, "409 Conflict, `5`"),
            (r#"{"error":{"message":"a","details":[{"message":"b"},{"message":"c"}]}}"#, "409 Conflict: a; b; c"),
            (
                r#"{"error":{"message":"a","details":[{"message":"b","details":[{"message":"d"}]},{"message":"b"}]}}"#,
                "409 Conflict: a; b; d",
            ),
            (r#"{"title":"Conflict","status":409,"detail":"Busy."}"#, "409 Conflict: Conflict; Busy."),
            (
                r#"{"type":"https://errors.example/kinds/in-progress","title":"Busy","instance":"/x"}"#,
                "409 Conflict, `in-progress`: Busy",
            ),
            (
                r#"{"type":"about:blank","title":"Wrong","errors":{"$.id":["a","b"],"$.title":"c"}}"#,
                "409 Conflict: Wrong; $.id: a; $.id: b; $.title: c",
            ),
            (r#""bare text""#, "409 Conflict: bare text"),
            ("", "409 Conflict"),
            ("  \r\n", "409 Conflict"),
            ("{}", "409 Conflict"),
            ("[1,2]", "409 Conflict"),
            ("\u{feff}{\"Message\":\"marked\"}", "409 Conflict: marked"),
            ("{\"error\":{\"code\":\"Cut", "409 Conflict: {\"error\":{\"code\":\"Cut"),
            (page, "409 Conflict: Bad Gateway try later"),
        ];
        for (body, shown) in cases {
            assert_eq!(refusal(409, body, &[]).to_string(), shown, "{body}");
        }
        assert_eq!(refusal(599, "", &[]).to_string(), "599", "a status without a name");
    }

    #[test]
    fn what_the_service_says_is_made_harmless() {
        let body =
            r#"{"error":{"code":"A\u001b[31mB","message":"see https://x/y?sv=1&sig=abc%3D\r\n::error::x \u202e"}}"#;
        let shown = refusal(400, body, &[]).to_string();
        assert_eq!(shown, "400 Bad Request, `A[31mB`: see https://x/y?sv=1&sig=(redacted) ::error::x");
        let long = format!(r#"{{"Message":"{}"}}"#, "x".repeat(100_000));
        assert_eq!(refusal(400, &long, &[]).message.unwrap().chars().count(), MESSAGE_LIMIT + 1);
    }

    #[test]
    fn a_wait_that_is_asked_for_is_shown() {
        for (asked, shown) in [
            ("0", "429 Too Many Requests"),
            ("90", "429 Too Many Requests; it asks to wait 90 s"),
            ("600", "429 Too Many Requests; it asks to wait 10 min"),
            ("86400", "429 Too Many Requests; it asks to wait 24 h"),
            ("-1", "429 Too Many Requests"),
        ] {
            assert_eq!(refusal(429, "", &[("retry-after", asked)]).to_string(), shown, "{asked}");
        }
    }

    #[test]
    fn the_correlation_id_is_always_shown() {
        let shown = refusal(500, "", &[("x-ms-correlation-request-id", "c-1")]).to_string();
        assert_eq!(shown, "500 Internal Server Error (correlation id c-1)");
    }

    #[test]
    fn waiting_is_asked_for_in_seconds_or_by_a_date() {
        let wait = |text| refusal(429, "", &[("retry-after", text)]).retry_after;
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait(" 0 "), Some(Duration::ZERO));
        assert_eq!(wait("Tue, 01 Jan 2030 00:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(wait("Mon, 31 Dec 2029 23:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("1.5"), Some(Duration::from_secs(2)));
        assert_eq!(wait("86400"), Some(Duration::from_hours(24)));
        for nonsense in ["soon", "-1", "1.5s", "1,5", "99999999999999999999999"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
        assert_eq!(refusal(429, "", &[]).retry_after, None);
    }
}

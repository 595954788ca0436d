//! Errors that a fault script asks for.

use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use jiff::Timestamp;

use super::answer::Refusal;
use super::dialect::ErrorBody;
use super::fault::RetryAfter;
use super::ingestion::is_for;
use super::operation::later;

/// The error a fault script asks for.
pub(super) fn broken(
    path: &str,
    (status, retry_after, body): (u16, Option<RetryAfter>, ErrorBody),
    now: Timestamp,
) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // The two APIs spell their codes in different ways.
    let (portal, products) = match status {
        StatusCode::UNAUTHORIZED => ("Unauthorized", "unauthorized"),
        StatusCode::FORBIDDEN => ("Forbidden", "forbidden"),
        StatusCode::NOT_FOUND => ("BadRequest", "notFound"),
        StatusCode::CONFLICT => ("BadRequest", "conflict"),
        StatusCode::LOCKED => ("BadRequest", "locked"),
        StatusCode::TOO_MANY_REQUESTS => ("TooManyRequests", "tooManyRequests"),
        StatusCode::SERVICE_UNAVAILABLE => ("InternalServerError", "serviceUnavailable"),
        _ if status.is_server_error() => ("InternalServerError", "internalServerError"),
        _ => ("BadRequest", "badRequest"),
    };
    let code = if is_for(path) { products } else { portal };
    let mut answer = Refusal::new(status, code, "The fault script of the sandbox says so.").answer(body);
    let value = retry_after.map(|retry_after| match retry_after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::DateIn(seconds) => http_date(later(now, Duration::from_secs(u64::from(seconds)))),
    });
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
        answer.headers_mut().insert(RETRY_AFTER, value);
    }
    answer
}

/// `Sat, 21 Nov 2026 10:00:00 GMT` (RFC 9110).
pub(super) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

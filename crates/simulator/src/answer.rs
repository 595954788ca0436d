//! What goes back over the wire: answers, refusals in the five forms of an error's body, and lost connections.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::dialect::ErrorBody;

/// What happens to a request; anything but an answer is the doing of a fault script or of a set latency.
#[derive(Debug)]
pub enum Reply {
    /// The answer.
    Answer(Response<Bytes>),
    /// The request never arrived: nothing was done, and the connection closes.
    LoseRequest,
    /// The request was acted upon, but the connection closes without an answer.
    LoseAnswer,
    /// The answer breaks off after so many bytes of its body.
    Truncate(Response<Bytes>, usize),
    /// The reply inside comes after this time.
    Delay(Duration, Box<Reply>),
}

/// A request the service does not grant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// One entry per finding, for a failed validation.
    pub(super) details: Vec<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Vec::new() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }

    /// The answer that says so, with a body of the given form.
    pub(super) fn answer(&self, form: ErrorBody) -> Response<Bytes> {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.details.is_empty() {
            error["details"] =
                self.details.iter().map(|detail| json!({ "code": self.code, "message": detail })).collect();
        }
        match form {
            ErrorBody::ErrorObject => json_answer(self.status, &json!({ "error": error })),
            ErrorBody::Message => json_answer(self.status, &json!({ "Message": self.message })),
            ErrorBody::Empty => empty_answer(self.status),
            ErrorBody::Html => html_answer(self.status),
            ErrorBody::Problem => self.problem(),
        }
    }

    /// Problem details (RFC 9457), the findings of a validation below `errors`.
    fn problem(&self) -> Response<Bytes> {
        let mut problem = json!({
            "type": format!("https://errors.sandbox.example/{}", self.code),
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.message,
        });
        if !self.details.is_empty() {
            problem["errors"] = json!({ "offer": self.details });
        }
        let mut answer = json_answer(self.status, &problem);
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        answer
    }
}

/// What an endpoint gives: an answer, or a refusal whose body the dialect forms.
pub(super) type Outcome = Result<Response<Bytes>, Refusal>;

/// An answer with a JSON body.
pub(super) fn json_answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    json_bytes(status, Bytes::from(body.to_string()))
}

/// An answer whose JSON body is already written.
pub(super) fn json_bytes(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    answer
}

/// An answer without a body.
pub(super) fn empty_answer(status: StatusCode) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

/// The page a gateway in front of the service would show.
fn html_answer(status: StatusCode) -> Response<Bytes> {
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<html><head><title>{title}</title></head><body><h1>{} {title}</h1><hr>gateway</body></html>",
        status.as_u16()
    );
    let mut answer = Response::new(Bytes::from(page));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    answer
}

/// 405 with the methods that would do.
pub(super) fn method_not_allowed(allowed: &'static str, form: ErrorBody) -> Response<Bytes> {
    let refusal = Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        format!("The requested resource supports only {allowed}."),
    );
    let mut answer = refusal.answer(form);
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    answer
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::{ErrorBody, Refusal};

    #[test]
    fn an_error_comes_in_five_forms() {
        let refusal = Refusal::new(StatusCode::FORBIDDEN, "Forbidden", "no");
        for (form, expected) in [
            (ErrorBody::ErrorObject, r#"{"error":{"code":"Forbidden","message":"no"}}"#),
            (ErrorBody::Message, r#"{"Message":"no"}"#),
            (ErrorBody::Empty, ""),
            (
                ErrorBody::Problem,
                concat!(
                    r#"{"type":"https://errors.sandbox.example/Forbidden","title":"Forbidden","status":403,"#,
                    r#""detail":"no"}"#
                ),
            ),
            (
                ErrorBody::Html,
                "<html><head><title>Forbidden</title></head><body><h1>403 Forbidden</h1><hr>gateway</body></html>",
            ),
        ] {
            let answer = refusal.answer(form);
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
            assert_eq!(answer.body().as_ref(), expected.as_bytes());
        }
    }
}

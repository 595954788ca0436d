//! Errors and answers of the Product Ingestion API.
//!
//! An error has an outer code and a message; its reason is in nested `details`, each with an inner code
//! (product-ingestion-api.md, "Error codes", and the public schema of inner errors).

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::dialect::{Body, Case, Dialect};
use crate::answer::json_answer;

/// One error, as jobs and refused requests have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reason {
    /// What the error is about: a durable id, or the reference that the request used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resource_id: Option<Box<Value>>,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) details: Vec<Reason>,
}

impl Reason {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { resource_id: None, code: code.to_owned(), message: message.into(), details: Vec::new() }
    }

    /// The same error with a reason.
    pub(super) fn because(mut self, detail: Self) -> Self {
        self.details.push(detail);
        self
    }

    /// The same error about a resource.
    pub(super) fn about(mut self, resource: Option<Value>) -> Self {
        self.resource_id = resource.map(Box::new);
        self
    }

    /// A resource that breaks a rule: the real reason is one level down.
    pub(super) fn invalid(code: &str, reason: impl Into<String>) -> Self {
        Self::new("badRequest", "Invalid resource").because(Self::new(code, reason))
    }

    /// The error as a job shows it.
    pub(super) fn show(&self, dialect: &Dialect) -> Value {
        let details: Vec<Value> = self.details.iter().map(|detail| detail.show(dialect)).collect();
        let mut shown = json!({ "code": spell(&self.code, dialect), "message": self.message, "details": details });
        if let (Some(members), Some(resource)) = (shown.as_object_mut(), &self.resource_id) {
            members.shift_insert(0, "resourceId".to_owned(), Value::clone(resource));
        }
        shown
    }
}

/// A request that is not granted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) reason: Reason,
    /// Whether the body names the error alone: some refusals have no `details` in any reading.
    pub(super) is_bare: bool,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, reason: Reason::new(code, message), is_bare: false }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "badRequest", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", message)
    }

    /// The same refusal without `details`.
    pub(super) fn bare(mut self) -> Self {
        self.is_bare = true;
        self
    }

    /// The answer that says so.
    pub(super) fn answer(&self, dialect: &Dialect) -> Response<Bytes> {
        if dialect.body == Body::Problem {
            return self.problem();
        }
        let mut error = self.reason.show(dialect);
        if let Some(members) = error.as_object_mut()
            && (self.is_bare || dialect.body == Body::NoDetails)
        {
            members.shift_remove("details");
            if let Some(first) = self.reason.details.first() {
                members.insert("message".to_owned(), json!(first.message));
            }
        }
        json_answer(self.status, &json!({ "error": error }))
    }

    /// Problem details as ASP.NET writes them: findings below `errors`, each under the place that it is about.
    fn problem(&self) -> Response<Bytes> {
        let findings: Vec<&str> = self.reason.details.iter().map(|detail| detail.message.as_str()).collect();
        let findings = if findings.is_empty() { vec![self.reason.message.as_str()] } else { findings };
        let body = json!({
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": self.status.as_u16(),
            "errors": { "resources": findings },
        });
        let mut answer = json_answer(self.status, &body);
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
        answer
    }
}

/// What an endpoint gives.
pub(super) type Outcome = Result<Response<Bytes>, Refusal>;

/// 200 with a body.
pub(super) fn ok(body: &Value) -> Response<Bytes> {
    json_answer(StatusCode::OK, body)
}

/// A state or a code in the letter case of a dialect.
pub(super) fn spell(word: &str, dialect: &Dialect) -> String {
    match dialect.case {
        Case::Camel => word.to_owned(),
        Case::Pascal => {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

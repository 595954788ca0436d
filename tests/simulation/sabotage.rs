//! Deliberate faults of the engine, as the portal would see them: each has to be caught, or the promises are worth nothing.

mod products;

use bytes::Bytes;
use http::header::IF_MATCH;
use http::{HeaderValue, Method, Request, Response};
use offerform::api::TransportError;
use offerform::apply::OfferReport;
use serde_json::{Value, json};

use super::products as product_requests;
use super::wire::Wire;

/// What comes back for a request.
type Sent = Result<Response<Bytes>, TransportError>;

/// What an engine might do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    /// It writes under `If-Match: *`; or, where there is no lock, without reading the draft again.
    AnyRevision,
    /// It sends all resources, and not only those that it changes.
    SendsEverything,
    /// It repeats a write whose answer was lost, without looking, under any revision.
    RepeatedPut,
    /// It takes a refusal because of the revision for a success.
    IgnoredRefusal,
    /// It never looks at what the service made of a write.
    TrustedWrite,
    /// It repeats a publish, go-live or cancel whose answer was lost, without looking.
    RepeatedPost,
    /// It takes one whose answer was lost for begun.
    TrustedPost,
    /// It takes a refusal of one for a success.
    IgnoredRefusalOfPost,
    /// It takes the first status word of an answer for that of the whole.
    FirstWord,
    /// It does not see what waits for the publisher.
    UnseenPreview,
    /// It does not look at what was begun before.
    UnseenSubmissions,
    /// It takes what has failed for a success.
    FailureIsSuccess,
    /// It does not look at what is in the preview before it goes live with it.
    UncheckedPreview,
    /// It does not look at the draft before it publishes it.
    UncheckedDraft,
    /// It does not look at what was applied last, nor at what was declared before.
    IgnoredBase,
    /// It writes what was applied from elsewhere since a branch began.
    BehindIsWritten,
    /// It does not see which markets customers have, so that no guard stands before a go-live.
    UnseenMarkets,
    /// It passes every guard by hand, as if somebody had said yes.
    PassesGuards,
    /// It writes what a rule calls an error.
    NoRules,
    /// It leaves a change out of its report.
    LyingReport,
}

/// A report that leaves something out.
pub(crate) fn lie(report: &mut OfferReport) {
    report.changes.pop();
}

impl Sabotage {
    /// Each with the first seed that catches it. Another one may do so after a change of the engine or of the stories.
    pub(crate) const CAUGHT_BY: [(Self, u64); 19] = [
        (Self::AnyRevision, 2),
        (Self::RepeatedPut, 36),
        (Self::IgnoredRefusal, 2),
        (Self::TrustedWrite, 162),
        (Self::RepeatedPost, 36),
        (Self::TrustedPost, 10),
        (Self::IgnoredRefusalOfPost, 46),
        (Self::FirstWord, 6),
        (Self::UnseenPreview, 0),
        (Self::UnseenSubmissions, 0),
        (Self::FailureIsSuccess, 14),
        (Self::UncheckedPreview, 22),
        (Self::UncheckedDraft, 0),
        (Self::IgnoredBase, 0),
        (Self::BehindIsWritten, 42),
        (Self::UnseenMarkets, 0),
        (Self::PassesGuards, 0),
        (Self::NoRules, 4),
        (Self::LyingReport, 0),
    ];

    pub(crate) fn of_request(self, wire: &Wire, mut request: Request<Bytes>) -> Request<Bytes> {
        if product_requests::is_for(&request) {
            return self.of_request_to_products(wire, request);
        }
        if self == Self::AnyRevision && request.headers().contains_key(IF_MATCH) {
            request.headers_mut().insert(IF_MATCH, HeaderValue::from_static("*"));
        }
        request
    }

    pub(crate) async fn of_answer(self, wire: &Wire, request: Request<Bytes>, answer: Sent) -> Sent {
        if product_requests::is_for(&request) {
            return self.of_answer_of_products(wire, request, answer).await;
        }
        match *request.method() {
            Method::PUT => self.of_put(wire, request, answer).await,
            Method::POST => self.of_post(wire, request, answer).await,
            _ => answer.map(|answer| self.of_reading(wire, request.uri().path(), answer)),
        }
    }

    async fn of_put(self, wire: &Wire, mut request: Request<Bytes>, answer: Sent) -> Sent {
        let good =
            || Response::builder().status(200).header("etag", "\"sabotage\"").body(request.body().clone()).unwrap();
        match (self, &answer) {
            (Self::RepeatedPut, Err(_)) => {
                if request.headers().contains_key(IF_MATCH) {
                    request.headers_mut().insert(IF_MATCH, HeaderValue::from_static("*"));
                }
                wire.once(request).await
            }
            (Self::IgnoredRefusal, Ok(refused)) if refused.status() == 412 => Ok(good()),
            (Self::TrustedWrite, Err(_)) => Ok(good()),
            _ => answer,
        }
    }

    async fn of_post(self, wire: &Wire, request: Request<Bytes>, answer: Sent) -> Sent {
        let begun = || Ok(Response::builder().status(202).body(Bytes::new()).unwrap());
        match (self, &answer) {
            (Self::RepeatedPost, Err(_)) => wire.once(request).await,
            (Self::TrustedPost, Err(_)) => begun(),
            (Self::IgnoredRefusalOfPost, Ok(refused)) if refused.status().is_client_error() => begun(),
            _ => answer,
        }
    }

    fn of_reading(self, wire: &Wire, path: &str, answer: Response<Bytes>) -> Response<Bytes> {
        let path = path.trim_end_matches('/');
        let tells = path.contains("/operations/") || path.ends_with("/status") || path.ends_with("/submissions");
        if tells && answer.status().is_success() {
            return answer.map(|body| match serde_json::from_slice(&body) {
                Ok(value) => Bytes::from(self.of_status(value).to_string()),
                Err(_) => body,
            });
        }
        if self == Self::UnseenMarkets && path.ends_with("/slot/production") && answer.status().is_success() {
            return answer.map(|body| wire.without_lost_markets(path, &body));
        }
        // What the engine believes to be there is what it declares: as if it had not looked.
        let unchecked = match self {
            Self::UncheckedPreview => path.ends_with("/slot/preview"),
            Self::UncheckedDraft => wire.just_before_a_publish(path),
            _ => false,
        };
        if unchecked { answer.map(|body| wire.as_declared(&body)) } else { answer }
    }

    fn of_status(self, value: Value) -> Value {
        match (self, value) {
            (Self::UnseenSubmissions, Value::Array(rows)) if rows.iter().any(is_row) => json!([]),
            (Self::FirstWord, Value::Object(mut whole)) => {
                let first = whole.get("steps").and_then(|steps| steps.pointer("/0/status")).cloned();
                whole.extend(first.map(|word| ("status".to_owned(), word)));
                Value::Object(whole)
            }
            (Self::UnseenPreview | Self::FailureIsSuccess, value) => {
                let words: &[(&str, &str)] = if self == Self::UnseenPreview {
                    &[("waitingforpublisherreview", "completed")]
                } else {
                    &[("failed", "completed"), ("blocked", "completed"), ("rejected", "completed")]
                };
                with_words(value, words)
            }
            (Self::FirstWord, Value::Array(rows)) => rows.into_iter().map(|row| self.of_status(row)).collect(),
            (_, value) => value,
        }
    }
}

fn is_row(row: &Value) -> bool {
    row.get("submissionType").is_some()
}

/// The same with other words for how things stand.
fn with_words(value: Value, words: &[(&str, &str)]) -> Value {
    match value {
        Value::Array(elements) => elements.into_iter().map(|element| with_words(element, words)).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, with_words(member, words))).collect(),
        Value::String(text) => {
            let other = words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
            Value::String(other.map_or(text, |(_, other)| (*other).to_owned()))
        }
        other => other,
    }
}

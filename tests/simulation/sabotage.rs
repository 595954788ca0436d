//! Deliberate faults of the engine, as the portal would see them: each has to be caught, or the promises are worth nothing.

use bytes::Bytes;
use http::header::IF_MATCH;
use http::{HeaderValue, Method, Request, Response};
use offerform::api::TransportError;

use super::wire::Wire;

/// What an engine might do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    /// It writes under `If-Match: *`.
    AnyRevision,
    /// It repeats a write whose answer was lost, without looking, under any revision.
    RepeatedPut,
    /// It takes a refusal because of the revision for a success.
    IgnoredRefusal,
    /// It never looks at what the service made of a write.
    TrustedWrite,
}

impl Sabotage {
    /// Each with the number of seeds within which it is caught: a few times the number it was when this was written.
    pub(crate) const CAUGHT_WITHIN: [(Self, u64); 4] =
        [(Self::AnyRevision, 200), (Self::RepeatedPut, 200), (Self::IgnoredRefusal, 200), (Self::TrustedWrite, 200)];

    pub(crate) fn of_request(self, mut request: Request<Bytes>) -> Request<Bytes> {
        if self == Self::AnyRevision && request.headers().contains_key(IF_MATCH) {
            request.headers_mut().insert(IF_MATCH, HeaderValue::from_static("*"));
        }
        request
    }

    pub(crate) async fn of_answer(
        self,
        wire: &Wire,
        mut request: Request<Bytes>,
        answer: Result<Response<Bytes>, TransportError>,
    ) -> Result<Response<Bytes>, TransportError> {
        if request.method() != Method::PUT {
            return answer;
        }
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
}

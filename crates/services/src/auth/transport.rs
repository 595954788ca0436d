//! What all sign-in traffic goes through: bounded answers, and repetition of what is worth repeating.
//!
//! Repetition stands here and not in the library's pipeline, because here it follows the clock that is handed in, sees the status of
//! answers that are no JSON, and holds for GitHub's address too. Asking for a token twice does no harm, so any failure that may pass
//! is repeated, a bounded number of times.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::Bytes;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::HeaderName;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use futures_util::StreamExt;

use crate::clock::Clock;

/// The most bytes an answer may have. Tokens have some kilobytes; a megabyte is no token.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// How often a request is repeated: what does not pass in some seconds is worth telling.
const REPETITIONS: u32 = 2;

/// The first pause between two tries; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause that a `Retry-After` is followed for; a longer one is reported as the failure it is.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

const RETRY_AFTER: HeaderName = HeaderName::from_static("retry-after");

/// Bounds and repeats what goes through it.
#[derive(Debug)]
pub(super) struct CarefulTransport {
    inner: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
}

impl CarefulTransport {
    pub(super) fn new(inner: Arc<dyn HttpClient>, clock: Arc<dyn Clock>) -> Self {
        Self { inner, clock }
    }

    async fn once(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let (status, headers, mut body) = self.inner.execute_request(request).await?.deconstruct();
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await {
            bytes.extend_from_slice(&chunk?);
            if bytes.len() > ANSWER_LIMIT {
                return Err(Error::with_message(ErrorKind::Other, "the answer is too large for a token"));
            }
        }
        Ok(AsyncRawResponse::from_bytes(status, headers, Bytes::from(bytes)))
    }
}

#[async_trait]
impl HttpClient for CarefulTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..REPETITIONS {
            let outcome = self.once(request).await;
            let Some(asked) = worth_repeating(&outcome) else {
                return outcome;
            };
            let wait = asked.max(pause);
            if wait > LONGEST_PAUSE {
                return outcome;
            }
            tracing::debug!(seconds = wait.as_secs(), "signing in again after a pause");
            self.clock.sleep(wait).await;
            pause *= 2;
        }
        self.once(request).await
    }
}

/// `None` if `outcome` is final; otherwise how long the other side asks to wait, zero if it does not say so in seconds.
fn worth_repeating(outcome: &azure_core::Result<AsyncRawResponse>) -> Option<Duration> {
    match outcome {
        Ok(answer) if matches!(u16::from(answer.status()), 408 | 429 | 500..=599) => {
            let seconds = answer.headers().get_optional_string(&RETRY_AFTER);
            let seconds = seconds.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
            Some(Duration::from_secs(seconds))
        }
        Ok(_) => None,
        Err(error) => matches!(error.kind(), ErrorKind::Connection | ErrorKind::Io).then_some(Duration::ZERO),
    }
}

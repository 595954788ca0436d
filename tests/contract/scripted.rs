//! A transport that answers by a script and keeps what was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use offerform::api::{Transport, TransportError};
use offerform::auth::foreign::Reason;

pub(crate) type Outcome = Result<Response<Bytes>, TransportError>;

/// Answers by its script, and when that is at its end with the last outcome again.
#[derive(Debug)]
pub(crate) struct Scripted {
    script: Mutex<VecDeque<Outcome>>,
    sent: Mutex<Vec<Request<Bytes>>>,
}

impl Scripted {
    pub(crate) fn new(script: impl IntoIterator<Item = Outcome>) -> Arc<Self> {
        Arc::new(Self { script: Mutex::new(script.into_iter().collect()), sent: Mutex::default() })
    }

    pub(crate) fn sent(&self) -> Vec<Request<Bytes>> {
        self.sent.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Bytes>) -> Outcome {
        self.sent.lock().unwrap().push(request);
        let mut script = self.script.lock().unwrap();
        if script.len() > 1 { script.pop_front().unwrap() } else { script[0].clone() }
    }
}

/// An answer with headers.
#[expect(clippy::unnecessary_wraps, reason = "an outcome among others, of which some are errors")]
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Outcome {
    let mut response = Response::builder().status(status).header("x-ms-correlation-request-id", "c-1");
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(Bytes::from(body.to_owned())).unwrap())
}

/// An answer without further headers.
pub(crate) fn status(status: u16) -> Outcome {
    answer(status, &[], "")
}

/// An offer.
pub(crate) fn offer() -> Outcome {
    answer(200, &[("etag", "W/\"1\"")], r#"{"id":"fw"}"#)
}

pub(crate) fn not_sent() -> Outcome {
    Err(TransportError::NotSent(Reason::new("refused")))
}

pub(crate) fn lost() -> Outcome {
    Err(TransportError::Lost(Reason::new("reset")))
}

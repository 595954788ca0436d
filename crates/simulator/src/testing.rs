//! A bench for tests: a portal with one publisher, a clock that stands still until a test advances it, and short calls.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};

use super::{Dialect, Pace, Reply, Rewrites, Service};
use offerform_system::clock::ManualClock;

/// The moment at which every bench starts.
pub(super) const START: &str = "2026-11-21T10:00:00Z";

/// A service with what a test needs to talk to it.
pub(super) struct Bench {
    pub(super) clock: Arc<ManualClock>,
    pub(super) service: Service,
}

/// An answer, read.
#[derive(Debug)]
pub(super) struct ReadAnswer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) text: String,
    /// `Null` if the body is not JSON.
    pub(super) json: Value,
}

impl ReadAnswer {
    fn of(answer: &Response<Bytes>) -> Self {
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        Self {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::speaking(Dialect::default())
    }

    pub(super) fn speaking(dialect: Dialect) -> Self {
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        let mut service = Service::new(clock.clone(), dialect, 1).with_pace(Pace::real());
        service.add_publisher(json!({"id": "contoso", "version": 1, "definition": {"displayText": "Contoso"}}));
        Self { clock, service }
    }

    pub(super) fn rewriting(rewrites: Rewrites) -> Self {
        let bench = Self::new();
        Self { service: bench.service.with_rewrites(rewrites), ..bench }
    }

    /// A bench around what `load` makes with the bench's clock.
    pub(super) fn around(load: impl FnOnce(Arc<ManualClock>) -> Service) -> Self {
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        Self { service: load(clock.clone()), clock }
    }

    pub(super) fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// What becomes of a request that carries a token.
    pub(super) fn reply(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{path}{joint}api-version=2017-10-31"))
            .header("authorization", "Bearer token")
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.service.handle(&request.body(Bytes::from(body.to_owned())).unwrap())
    }

    /// The answer to such a request; no fault may be in its way.
    pub(super) fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> ReadAnswer {
        match self.reply(method, path, headers, body) {
            Reply::Answer(answer) => ReadAnswer::of(&answer),
            other => panic!("{method} {path}: {other:?}"),
        }
    }

    pub(super) fn get(&mut self, path: &str) -> ReadAnswer {
        self.call("GET", path, &[], "")
    }

    pub(super) fn put(&mut self, path: &str, if_match: Option<&str>, document: &Value) -> ReadAnswer {
        let headers: Vec<(&str, &str)> = if_match.map(|etag| ("if-match", etag)).into_iter().collect();
        self.call("PUT", path, &headers, &document.to_string())
    }

    /// A POST with an address for notifications.
    pub(super) fn post(&mut self, path: &str) -> ReadAnswer {
        self.call("POST", path, &[], r#"{"metadata":{"notification-emails":"a@contoso.example"}}"#)
    }

    /// Sends a request exactly as it is.
    pub(super) fn raw(&mut self, request: &Request<Bytes>) -> ReadAnswer {
        match self.service.handle(request) {
            Reply::Answer(answer) => ReadAnswer::of(&answer),
            other => panic!("{other:?}"),
        }
    }
}

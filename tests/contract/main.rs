//! The client against services of three kinds: scripted answers, broken networks, and the simulator in both readings of
//! the API. Time is a clock that moves by sleeping, so nothing here waits.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod endpoints;
mod network;
mod played;
mod recorded;
mod repeating;
mod scripted;
mod trust;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use offerform::api::{Connection, Endpoint, Transport};
use offerform::auth::{self, BearerToken, Identity, Method, TokenProvider};
use offerform::backend::Requests;
use offerform::clock::Clock;
use offerform::offer::{Document, OfferAddress, RequestBody};
use offerform::secret::{NoSecrets, SecretText};
use serde_json::Value;

/// What every token here begins with: it must not be seen anywhere but in a header.
const TOKEN: &str = "eyJ-contract-token";

/// A clock that starts in 2030 and moves only by sleeping, which takes no time.
#[derive(Debug)]
pub(crate) struct TestClock {
    now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
}

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { now: Mutex::new("2030-01-01T00:00:00Z".parse().unwrap()), slept: Mutex::default() })
    }

    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
        self.slept.lock().unwrap().push(duration);
    }
}

/// Gives `eyJ-contract-token-1`, and after each refusal the next one.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    refused: AtomicU32,
}

impl Tokens {
    fn text(&self) -> String {
        format!("{TOKEN}-{}", self.refused.load(Ordering::Relaxed) + 1)
    }
}

#[async_trait]
impl TokenProvider for Tokens {
    async fn token(&self) -> Result<BearerToken, auth::Error> {
        Ok(BearerToken::new(SecretText::new(self.text()), None))
    }

    fn invalidate(&self, token: &BearerToken) {
        if token.expose() == self.text() {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn describe(&self) -> Identity {
        Identity::of(Method::Token)
    }
}

/// A connection over `transport`, with what it notes and what it sleeps on.
pub(crate) struct Bench {
    pub(crate) connection: Connection,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) requests: Arc<Requests>,
}

impl Bench {
    pub(crate) fn new(endpoint: Endpoint, transport: Arc<dyn Transport>) -> Self {
        Self::with_clock(endpoint, transport, TestClock::new())
    }

    pub(crate) fn with_clock(endpoint: Endpoint, transport: Arc<dyn Transport>, clock: Arc<TestClock>) -> Self {
        let requests = Arc::new(Requests::default());
        let shared: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let mut connection = Connection::new(endpoint, transport, Arc::new(Tokens::default()), shared);
        connection.log = Arc::<Requests>::clone(&requests);
        Self { connection, clock, requests }
    }
}

pub(crate) fn address() -> OfferAddress {
    OfferAddress::new("contoso", "fw")
}

/// A document with nothing sealed, as bytes.
pub(crate) fn body(document: &Document) -> RequestBody {
    document.body(&NoSecrets).unwrap()
}

pub(crate) fn body_of(content: &Value) -> RequestBody {
    body(&Document::new(content.clone()))
}

/// An error with all that caused it, as people see it.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

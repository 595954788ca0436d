//! What was sent: a record of every request, for the report of a run and for the trace.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::offer::OfferAddress;

/// One request that was sent, repetitions each by themselves. Holds no header, no body and no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// `GET`, `PUT` or `POST`.
    pub method: String,
    /// The path below the endpoint.
    pub path: String,
    /// The offer it was about, if it was about a single one.
    pub address: Option<OfferAddress>,
    /// The number of the attempt, from 1: a request that is repeated has several.
    pub attempt: u32,
    /// The status of the answer; `None` if none came.
    pub status: Option<u16>,
    /// The id by which Microsoft's support finds it.
    pub correlation_id: Option<String>,
    /// The time at which the request was sent.
    pub started: Timestamp,
    /// How long the answer took.
    pub duration: Duration,
}

/// Receives every request.
pub trait RequestLog: Debug + Send + Sync {
    /// Takes note of a request that was answered or failed.
    fn record(&self, request: RequestRecord);
}

/// A log that discards requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLog;

impl RequestLog for NoLog {
    fn record(&self, _request: RequestRecord) {}
}

/// Keeps every record, in the order in which answers came.
#[derive(Debug, Default)]
pub struct Requests(Mutex<Vec<RequestRecord>>);

impl Requests {
    /// What was recorded so far.
    #[must_use]
    pub fn all(&self) -> Vec<RequestRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl RequestLog for Requests {
    fn record(&self, request: RequestRecord) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    }
}

//! The request log: what was asked and answered, and nothing of what was in it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::redaction::without_signatures;

/// How many entries are kept in memory; older ones are forgotten.
const KEPT: usize = 100_000;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Counts requests since the state was made.
    pub number: u64,
    /// When it came.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its query, without signatures; empty if it had none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// Whether it carried `If-Match`.
    pub if_match: IfMatch,
    /// The status it was answered with; `None` if no answer was sent.
    pub status: Option<u16>,
    /// The value of `x-ms-correlation-request-id`.
    pub correlation_id: String,
    /// How long the answer was held back, in milliseconds.
    pub milliseconds: u64,
    /// What a fault script did to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// The `If-Match` header of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfMatch {
    /// There was none.
    Absent,
    /// `*`.
    Any,
    /// An ETag.
    Etag,
}

impl IfMatch {
    /// Classifies the header's value.
    pub(super) fn of(value: Option<&[u8]>) -> Self {
        match value {
            None => Self::Absent,
            Some(b"*") => Self::Any,
            Some(_) => Self::Etag,
        }
    }
}

/// The log of a service.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: std::collections::VecDeque<LogEntry>,
    next: u64,
}

impl Log {
    /// A log that goes on after `next` earlier requests.
    pub(super) fn starting_at(next: u64) -> Self {
        Self { entries: std::collections::VecDeque::new(), next }
    }

    /// The number the next entry gets.
    pub(super) fn next_number(&self) -> u64 {
        self.next
    }

    /// Adds an entry under the next number.
    pub(super) fn add(&mut self, mut entry: LogEntry) {
        entry.number = self.next;
        entry.path = without_signatures(&entry.path).into_owned();
        entry.query = without_signatures(&entry.query).into_owned();
        self.next += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Entries from `number` on.
    pub(super) fn since(&self, number: u64) -> impl Iterator<Item = &LogEntry> {
        self.entries.iter().filter(move |entry| entry.number >= number)
    }
}

//! Errors of a service, without the form in which it reports them.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A request failed. Its text and its sources are those of the error that the backend met.
#[derive(Debug, Clone)]
pub struct Error {
    source: Arc<dyn StdError + Send + Sync>,
    kind: ErrorKind,
    hint: Option<String>,
    correlation_id: Option<String>,
    retry_after: Option<Duration>,
}

/// What a failed request means for what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// It is not known whether the request was carried out. Only reading tells.
    Ambiguous,
    /// The service has nothing of this name.
    NotFound,
    /// The principal is not signed in, or not permitted to do this.
    NotPermitted,
    /// The offer is not in the state that the request requires: somebody changed it, or something is already under way. The service
    /// uses the same answers for requests that are wrong in themselves; reading tells which it is.
    WrongState,
    /// The service does not manage offers of this type.
    Unsupported,
    /// Nothing was done, for another reason.
    Failed,
}

impl Error {
    /// Wraps the error that a backend met.
    #[must_use]
    pub fn new(kind: ErrorKind, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(source), kind, hint: None, correlation_id: None, retry_after: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// Adds the id by which the support of the service finds the request.
    #[must_use]
    pub fn with_correlation_id(mut self, id: Option<String>) -> Self {
        self.correlation_id = id;
        self
    }

    /// Adds how long the service asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, pause: Option<Duration>) -> Self {
        self.retry_after = pause;
        self
    }

    /// What the error means for what happens next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }

    /// The id by which the support of the service finds the request.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }

    /// How long the service asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}

//! Error messages of a run, and how far an outcome is from what was planned.

use crate::backend;

/// An error as it is shown: what failed, why, and what to do next. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorMessage {
    /// What was tried, and why it failed, outermost first.
    pub message: String,
    /// What the user can do next; `None` if that is unknown.
    pub hint: Option<String>,
    /// The id by which Microsoft's support finds the request.
    pub correlation_id: Option<String>,
}

impl ErrorMessage {
    /// Puts an error and its sources into words.
    #[must_use]
    pub fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        let message = crate::text::chain(error);
        Self { message: crate::secret::redact(&message).into_owned(), hint: None, correlation_id: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// A failed request, with its hint and its correlation id.
impl From<&backend::Error> for ErrorMessage {
    fn from(error: &backend::Error) -> Self {
        let message = Self::of(error).with_hint(error.hint());
        Self { correlation_id: error.correlation_id().map(ToOwned::to_owned), ..message }
    }
}

/// How an outcome counts for the exit code of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The portal has what is declared.
    Good,
    /// Refused for safety; nothing was written.
    Refused,
    /// The write or the release failed.
    Bad,
}

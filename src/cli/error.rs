//! Errors on their way to a person: what happened, what to do next, and the exit code that goes with it.

use super::Exit;
use crate::apply::ErrorMessage;

/// Why a command failed.
#[derive(Debug)]
pub(super) struct CliError {
    failure: ErrorMessage,
    exit: Exit,
}

impl CliError {
    /// Something failed.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { failure: ErrorMessage { message: message.into(), hint: None, correlation_id: None }, exit: Exit::Error }
    }

    /// What a request met.
    fn of(failure: ErrorMessage) -> Self {
        Self { failure, exit: Exit::Error }
    }

    /// Something was refused, and nothing was written.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, ..Self::failed(message) }
    }

    fn classified(error: &(dyn std::error::Error + 'static), is_refusal: bool) -> Self {
        let exit = if is_refusal { Exit::Refused } else { Exit::Error };
        Self { failure: ErrorMessage::of(error), exit }
    }

    /// Adds what to do next.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.failure.hint = Some(hint.into());
        self
    }

    /// Adds what to do next, if that is known.
    pub(super) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.failure.hint = hint.or(self.failure.hint);
        self
    }

    /// What happened.
    pub(super) fn failure(&self) -> &ErrorMessage {
        &self.failure
    }

    /// How the program ends.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }
}

impl<E: std::error::Error + 'static> From<&E> for CliError {
    fn from(error: &E) -> Self {
        Self { failure: ErrorMessage::of(error), exit: Exit::Error }
    }
}

impl From<ErrorMessage> for CliError {
    fn from(failure: ErrorMessage) -> Self {
        Self::of(failure)
    }
}

impl From<crate::backend::Error> for CliError {
    fn from(error: crate::backend::Error) -> Self {
        Self::of(ErrorMessage::from(&error))
    }
}

impl From<crate::auth::Error> for CliError {
    fn from(error: crate::auth::Error) -> Self {
        Self::from(&error).maybe_hint(error.hint())
    }
}

impl From<crate::workspace::Error> for CliError {
    fn from(error: crate::workspace::Error) -> Self {
        Self::classified(&error, error.is_refusal()).maybe_hint(error.hint())
    }
}

impl From<crate::reconcile::Error> for CliError {
    fn from(error: crate::reconcile::Error) -> Self {
        Self::classified(&error, error.is_refusal()).maybe_hint(error.hint())
    }
}

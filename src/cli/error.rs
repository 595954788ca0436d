//! Errors on their way to a person: what happened, what to do next, and the exit code that goes with it.

use super::Exit;
use crate::apply::ErrorMessage;

/// Why a command failed.
#[derive(Debug)]
pub(super) struct CliError {
    trouble: ErrorMessage,
    exit: Exit,
}

impl CliError {
    /// Something failed.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { trouble: ErrorMessage { message: message.into(), hint: None, correlation_id: None }, exit: Exit::Error }
    }

    /// What a request met.
    fn of(trouble: ErrorMessage) -> Self {
        Self { trouble, exit: Exit::Error }
    }

    /// Something was refused, and nothing was written.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, ..Self::failed(message) }
    }

    fn classified(error: &(dyn std::error::Error + 'static), is_refusal: bool) -> Self {
        let exit = if is_refusal { Exit::Refused } else { Exit::Error };
        Self { trouble: ErrorMessage::of(error), exit }
    }

    /// Adds what to do next.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.trouble.hint = Some(hint.into());
        self
    }

    /// Adds what to do next, if that is known.
    pub(super) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.trouble.hint = hint.or(self.trouble.hint);
        self
    }

    /// What happened.
    pub(super) fn trouble(&self) -> &ErrorMessage {
        &self.trouble
    }

    /// How the program ends.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }
}

impl<E: std::error::Error + 'static> From<&E> for CliError {
    fn from(error: &E) -> Self {
        Self { trouble: ErrorMessage::of(error), exit: Exit::Error }
    }
}

impl From<ErrorMessage> for CliError {
    fn from(trouble: ErrorMessage) -> Self {
        Self::of(trouble)
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

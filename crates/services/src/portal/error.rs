//! What the errors of the API mean.

use crate::api;
use crate::backend::{Error, ErrorKind};

/// What an error of the API means for what happens next.
pub(super) fn meaning(error: api::Error) -> Error {
    let kind = if error.is_ambiguous() {
        ErrorKind::Ambiguous
    } else if error.is_not_found() {
        ErrorKind::NotFound
    } else if error.is_unauthorized() || error.is_forbidden() {
        ErrorKind::NotPermitted
    } else if error.is_precondition_failed() || error.is_bad_request() || error.is_conflict() {
        ErrorKind::WrongState
    } else {
        ErrorKind::Failed
    };
    let (hint, pause) = (error.hint(), error.retry_after());
    let correlation_id = error.correlation_id().map(ToOwned::to_owned);
    Error::new(kind, error).with_hint(hint).with_correlation_id(correlation_id).with_retry_after(pause)
}

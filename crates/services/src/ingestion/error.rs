//! What the errors of the service mean.

use crate::api;
use crate::backend::{Error, ErrorKind};

/// What an error of a request means for what happens next.
pub(super) fn meaning(error: api::Error) -> Error {
    let status = error.status();
    if is_of_other_type(&error) {
        let (correlation_id, hint) = (error.correlation_id().map(ToOwned::to_owned), Some(OTHER_TYPES.to_owned()));
        let unsupported = Error::new(ErrorKind::Unsupported, Unsupported(error));
        return unsupported.with_hint(hint).with_correlation_id(correlation_id);
    }
    let kind = if error.is_ambiguous() {
        ErrorKind::Ambiguous
    } else {
        match status {
            Some(404) => ErrorKind::NotFound,
            Some(401 | 403) => ErrorKind::NotPermitted,
            Some(400 | 409 | 412) => ErrorKind::WrongState,
            _ => ErrorKind::Failed,
        }
    };
    let hint = hint(status).map(str::to_owned).or_else(|| error.hint());
    let pause = error.retry_after();
    let correlation_id = error.correlation_id().map(ToOwned::to_owned);
    Error::new(kind, error).with_hint(hint).with_correlation_id(correlation_id).with_retry_after(pause)
}

/// Whether the service refuses because it does not manage offers of this type: it says `Type AzureApplication is not supported`.
/// Source: a report of 2026 for `GET resource-tree`; the list of products contains these products.
fn is_of_other_type(error: &api::Error) -> bool {
    let message =
        error.refusal().filter(|refusal| refusal.status == 400).and_then(|refusal| refusal.message.as_deref());
    message.is_some_and(|message| message.contains("Type ") && message.contains(" is not supported"))
}

/// Which types of offers the service manages.
pub const OTHER_TYPES: &str = "the Product Ingestion API manages virtual machine, container and SaaS offers only; other types stay with the Cloud Partner Portal API";

/// The service refuses a product because of its type.
#[derive(Debug, thiserror::Error)]
#[error("the Product Ingestion API does not manage offers of this type")]
struct Unsupported(#[source] api::Error);

/// What usually helps. Source: product-ingestion-api.md, "Prerequisites".
fn hint(status: Option<u16>) -> Option<&'static str> {
    match status? {
        401 => Some(
            "the token was not accepted: it may have expired, or be for another audience than `https://graph.microsoft.com`; \
             `offerform whoami --api product-ingestion` shows what it is for",
        ),
        403 => Some(
            "the application must be added in Partner Center under Account settings > User management > Microsoft Entra applications, \
             with the role Manager",
        ),
        _ => None,
    }
}

/// Something else than a failed request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// The draft is not what the plan was made from.
    #[error("the draft has changed since it was read: {0}")]
    Moved(String),
    /// The draft is not what was looked at.
    #[error("somebody edited the draft just before it was published")]
    Edited,
    /// There is such a product.
    #[error("a product with this id already exists")]
    Exists,
    /// There is no such product.
    #[error("the service has no product with this id")]
    NoProduct,
    /// The service accepted a configure job and ended it with a failure; a part of its resources may have been saved.
    #[error("the service stopped job `{job}`: {}", .reasons.join("; "))]
    Stopped {
        /// The id that the service gave the job.
        job: String,
        /// Why, in the words of the service.
        reasons: Vec<String>,
    },
    /// A job was cancelled by somebody.
    #[error("job `{0}` was cancelled")]
    Cancelled(String),
    /// A job has not ended in time.
    #[error("job `{0}` has not ended yet")]
    NotEnded(String),
    /// Whether a request was carried out is not known, since the answer to it was lost.
    #[error("the answer to the write was lost")]
    Lost,
    /// The preview is not the one that was looked at.
    #[error("the preview is no longer submission `{expected}`, but {}", .found.as_ref().map_or("none".to_owned(), |found| format!("`{found}`")))]
    OtherPreview {
        /// The id of the submission that was looked at.
        expected: String,
        /// The id of the submission that is in the preview now.
        found: Option<String>,
    },
    /// No preview waits for a go-live.
    #[error("no preview is waiting for a go-live")]
    NoPreview,
    /// A preview that waits cannot be cancelled.
    #[error(
        "the preview is complete and waits for a go-live; the service cannot cancel that, and the next publish replaces it"
    )]
    Waiting,
    /// The id of the job is needed and not known.
    #[error("the service cancels by the id of the job, which is not recorded for this release")]
    NoJob,
    /// There is no such version; this service keeps none.
    #[error("no operation has the id `{0}`")]
    NoOperation(String),
}

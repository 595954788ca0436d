//! What can go wrong with the service, and what to do about it.

use std::time::Duration;

use super::Action;
use super::refusal::Refusal;
use super::transport::TransportError;
use crate::auth;
use crate::auth::foreign::Reason;

/// Why a call of the API failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was certainly not done.
    #[error("{action} failed")]
    Failed {
        /// What was tried.
        action: Action,
        /// Why it failed.
        #[source]
        failure: Box<Failure>,
    },
    /// It may or may not have been done: the request was sent, and the answer does not tell. Read before doing
    /// anything else.
    #[error("{action}: unknown whether it was done")]
    Ambiguous {
        /// What was tried.
        action: Action,
        /// Why it is not known.
        #[source]
        failure: Box<Failure>,
    },
    /// An id that leads to another address, such as `..` or none at all. Nothing was sent.
    #[error("{action} failed: an id is empty, or cannot stand in an address")]
    Unaddressable {
        /// What was tried.
        action: Action,
    },
}

/// Why a single request failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// There is no token to send.
    #[error(transparent)]
    SignIn(#[from] auth::Error),
    /// No answer came, or no complete one.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service answered with a status that is not a success.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer sends elsewhere. That is not followed: the token is for the configured endpoint.
    #[error("the answer ({status}) redirects to `{to}`, which is not followed")]
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Where to, without its query.
        to: String,
    },
    /// The answer ends in the middle.
    #[error("the answer ends in the middle{}", named(.correlation_id.as_deref()))]
    CutOff {
        /// The id by which Microsoft's support finds the request.
        correlation_id: Option<String>,
    },
    /// The answer is not what the service is known to answer.
    #[error("the answer cannot be understood: {problem}{}", named(.correlation_id.as_deref()))]
    Unreadable {
        /// What is wrong with it.
        problem: Reason,
        /// The id by which Microsoft's support finds the request.
        correlation_id: Option<String>,
    },
    /// The service names an operation that lies outside the configured endpoint. It has been started all the same.
    #[error("the operation's address lies outside the endpoint, at `{to}`, where the token must not go")]
    Elsewhere {
        /// Where, without its query.
        to: String,
    },
}

fn named(correlation_id: Option<&str>) -> String {
    correlation_id.map(|id| format!(" (correlation id {id})")).unwrap_or_default()
}

impl Failure {
    /// How long the service asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            _ => None,
        }
    }

    /// Whether the service cannot have acted, whatever was asked. Only the service's own clear refusal and a
    /// request that was never sent are certain.
    pub(super) fn is_certain(&self) -> bool {
        match self {
            Self::SignIn(_) | Self::Transport(TransportError::NotSent(_) | TransportError::Untrusted(_)) => true,
            Self::Refused(refusal) => matches!(refusal.status, 400..=499) && refusal.status != 408,
            _ => false,
        }
    }

    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Error {
    /// The call that failed, in words.
    #[must_use]
    pub fn action(&self) -> &Action {
        match self {
            Self::Failed { action, .. } | Self::Ambiguous { action, .. } | Self::Unaddressable { action } => action,
        }
    }

    /// Why it failed.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed { failure, .. } | Self::Ambiguous { failure, .. } => Some(failure),
            Self::Unaddressable { .. } => None,
        }
    }

    /// The service's refusal, if it refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.failure()?.refusal()
    }

    /// The HTTP status of the refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        Some(self.refusal()?.status)
    }

    /// The id by which Microsoft's support finds the request.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        match self.failure()? {
            Failure::Refused(Refusal { correlation_id, .. })
            | Failure::CutOff { correlation_id }
            | Failure::Unreadable { correlation_id, .. } => correlation_id.as_deref(),
            _ => None,
        }
    }

    /// How long the service asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure()?.retry_after()
    }

    /// Whether only reading can tell what happened.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }

    /// 400: the service found the request wrong. An update of an existing offer without a revision can be answered so.
    #[must_use]
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(400)
    }

    /// Whether the service answered 401: the token is not valid.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    /// Whether the service answered 403: the account lacks a permission.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// Whether the service answered 404.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// 409: a create came too late, or the service works on the offer.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// 412: the offer is not at the revision any more.
    #[must_use]
    pub fn is_precondition_failed(&self) -> bool {
        self.status() == Some(412)
    }

    /// 422: the offer failed the service's validation.
    #[must_use]
    pub fn is_validation_failed(&self) -> bool {
        self.status() == Some(422)
    }

    /// 429: too many requests, even after waiting.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.status() == Some(429)
    }

    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self.failure()? {
            Failure::SignIn(error) => return error.hint(),
            Failure::Refused(refusal) => return refused_hint(refusal).map(str::to_owned),
            Failure::Transport(TransportError::NotSent(_)) => "check the endpoint, the network, and any proxy",
            Failure::Transport(TransportError::Untrusted(_)) => {
                "if a proxy opens TLS here, its certificate must be among the system's, or be named by `SSL_CERT_FILE`"
            }
            Failure::Redirected { .. } | Failure::Unreadable { .. } => {
                "check the endpoint, and whether a proxy or a login page answers in its place"
            }
            Failure::Elsewhere { .. } => "`offerform operations list OFFER` shows what was started",
            Failure::Transport(TransportError::Slow(_)) => {
                "raise `timeouts.read` or `timeouts.write` in the settings if the service needs longer, and run the command again: it \
                 reads first what was done"
            }
            Failure::Transport(TransportError::TooLarge(_)) => {
                "check the endpoint: no answer of the service is that large"
            }
            Failure::Transport(TransportError::Lost(_)) | Failure::CutOff { .. } => {
                "run the command again: it reads first what was done"
            }
        };
        Some(hint.to_owned())
    }
}

/// The usual causes.
///
/// Source: cloud-partner-portal-api-troubleshooting-authentication-errors.md.
fn refused_hint(refusal: &Refusal) -> Option<&'static str> {
    match refusal.status {
        401 => Some(
            "the token was not accepted: it may have expired, be for another audience than `https://cloudpartner.azure.com`, \
             or belong to another tenant; `offerform whoami` tells what it is for",
        ),
        403 => Some(
            "the signed-in principal must be owner or contributor of this publisher account; of a service principal, the \
             account needs the object id of the enterprise application in your own tenant, not that of the app registration",
        ),
        412 => Some("the offer was changed after it was read: run plan again"),
        429 => Some("the service limits the number of requests: try later, or with less parallelism"),
        _ => None,
    }
}

//! Why there is no key, and what to do about it.

use serde_json::Value;

use crate::api::TransportError;
use crate::auth;
use crate::auth::foreign::Reason;
use crate::text::counted;

/// Why the key of a storage account could not be got.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody could be signed in for this service.
    #[error("signing in to Azure, to get the key of a storage account")]
    SignIn {
        /// Why no token could be got.
        #[source]
        source: auth::Error,
    },
    /// The account is in none of the subscriptions.
    #[error("no storage account `{account}` in the {} that can be seen", counted(*subscriptions, ("subscription", "subscriptions")))]
    NotFound {
        /// The name of the storage account.
        account: String,
        /// How many subscriptions were looked at.
        subscriptions: usize,
    },
    /// A name cannot be a part of an address.
    #[error("getting the key of the storage account `{account}`: its subscription or resource group is not a name")]
    Unaddressable {
        /// The name of the storage account.
        account: String,
    },
    /// No answer came: the request or the answer was lost.
    #[error("getting the key of the storage account `{account}`")]
    Lost {
        /// The name of the storage account.
        account: String,
        /// What went wrong on the way.
        #[source]
        source: TransportError,
    },
    /// Azure refused the request.
    #[error("getting the key of the storage account `{account}` was answered with status {status}")]
    Refused {
        /// The name of the storage account; empty where subscriptions were listed.
        account: String,
        /// The status of the answer.
        status: u16,
        /// What Azure said.
        #[source]
        reason: Reason,
    },
    /// The answer is not JSON. It may hold a key, and is not repeated.
    #[error("the answer about the storage account `{account}` cannot be read")]
    Unreadable {
        /// The name of the storage account.
        account: String,
    },
    /// The answer names no key that can sign.
    #[error("the storage account `{account}` has no key with full permissions")]
    NoKey {
        /// The name of the storage account.
        account: String,
    },
}

impl Error {
    /// Whether the same may work a moment later.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Lost { source, .. } => !matches!(source, TransportError::Untrusted(_) | TransportError::TooLarge(_)),
            Self::Refused { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::SignIn { source } => return source.hint(),
            Self::NotFound { account, .. } => format!(
                "give the principal of this run the role `Storage Account Key Operator Service Role` on `{account}`, or name the place \
                 in the file: `key: {{ from: azure, subscription: ID, resource_group: NAME }}`"
            ),
            Self::Refused { status: 401 | 403, .. } => {
                "give the principal of this run the role `Storage Account Key Operator Service Role` on the account; a lock or a policy \
                 that forbids shared keys stands in the way, too"
                    .to_owned()
            }
            Self::Refused { status: 404, .. } | Self::Unaddressable { .. } => {
                "compare `account`, `subscription` and `resource_group` in the file with the portal of Azure".to_owned()
            }
            Self::NoKey { .. } => "allow access by account key in the configuration of the account".to_owned(),
            Self::Lost { .. } | Self::Refused { .. } | Self::Unreadable { .. } => {
                "try again; or set the key in a variable: `key: { env: VARIABLE }`".to_owned()
            }
        })
    }
}

/// What Azure said, as plain text.
pub(super) fn said(body: &[u8]) -> Reason {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| answer["error"][name].as_str().unwrap_or_default().to_owned();
    let words = format!("{}: {}", text("code"), text("message"));
    Reason::new(if words == ": " { "the answer gives no reason" } else { &words })
}

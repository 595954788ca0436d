//! Why there is no key, and what to do about it.

use crate::api::Failure;
use crate::auth;
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
    #[error("no storage account `{account}` in the {} that the principal can see", counted(*subscriptions, ("subscription", "subscriptions")))]
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
    /// No answer came, or one that says no or cannot be read.
    #[error("getting the key of the storage account `{account}`")]
    Failed {
        /// The name of the storage account; empty where subscriptions were listed.
        account: String,
        /// What went wrong.
        #[source]
        failure: Box<Failure>,
    },
    /// The answer names no key that can sign.
    #[error("the storage account `{account}` has no key with full permissions")]
    NoKey {
        /// The name of the storage account.
        account: String,
    },
}

impl Error {
    /// The error that a request about `account` failed.
    pub(super) fn of(account: &str, failure: Failure) -> Self {
        match failure {
            Failure::SignIn(source) => Self::SignIn { source },
            failure => Self::Failed { account: account.to_owned(), failure: Box::new(failure) },
        }
    }

    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let status = match self {
            Self::Failed { failure, .. } => match &**failure {
                Failure::Refused(refusal) => Some(refusal.status),
                _ => None,
            },
            _ => None,
        };
        Some(match self {
            Self::SignIn { source } => return source.hint(),
            Self::NotFound { account, .. } => format!(
                "give the principal of this run the role `Storage Account Key Operator Service Role` on `{account}`, or name the place \
                 in the file: `key: {{ from: azure, subscription: ID, resource_group: NAME }}`"
            ),
            Self::Failed { .. } if matches!(status, Some(401 | 403)) => {
                "give the principal of this run the role `Storage Account Key Operator Service Role` on the account; a lock, or a policy \
                 that forbids shared keys, also prevents this"
                    .to_owned()
            }
            Self::Failed { .. } if status == Some(404) => COMPARE.to_owned(),
            Self::Unaddressable { .. } => COMPARE.to_owned(),
            Self::NoKey { .. } => "allow account key access in the configuration of the account".to_owned(),
            Self::Failed { .. } => "try again; or set the key in a variable: `key: { env: VARIABLE }`".to_owned(),
        })
    }
}

/// What to do if a place is not where the file says.
const COMPARE: &str = "compare `account`, `subscription` and `resource_group` in the file with the Azure portal";

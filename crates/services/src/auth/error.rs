//! Why signing in failed, and what to do about it.

use super::Method;
use super::foreign::Reason;

/// Why signing in failed.
///
/// It can be cloned, because all requests that wait for the same sign-in get the same error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Variables that the way of signing in needs are not set.
    #[error("signing in with `{method}` needs {}", list(.variables))]
    Missing {
        /// The sign-in method.
        method: Method,
        /// The variables that are not set.
        variables: Vec<&'static str>,
    },
    /// What a variable holds cannot be used.
    #[error("`{variable}` cannot be used to sign in: {problem}")]
    Unusable {
        /// The variable with an unusable value.
        variable: &'static str,
        /// The problem with the value, without the value.
        problem: &'static str,
    },
    /// A ready token is for the portal, and something else was wanted.
    #[error("the token of `OFFERFORM_TOKEN` is only for the portal and is not sent to other services")]
    OnlyPortal,
    /// No token was given.
    #[error("signing in with `{method}` failed")]
    Refused {
        /// The sign-in method.
        method: Method,
        /// What the other side or the library said.
        #[source]
        reason: Reason,
    },
    /// No token came in time.
    #[error("signing in with `{method}` took longer than {seconds} seconds")]
    Slow {
        /// The sign-in method.
        method: Method,
        /// The time limit, in seconds.
        seconds: u64,
    },
}

fn list(variables: &[&str]) -> String {
    variables.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What Entra's error codes usually come from.
///
/// Source: "Microsoft Entra authentication and authorization error codes",
/// learn.microsoft.com/entra/identity-platform/reference-error-codes.
const CAUSES: [(&str, &str); 9] = [
    (
        "7000215",
        "the client secret is wrong: `AZURE_CLIENT_SECRET` must contain the secret's value, not its id; if the value is lost, create a new secret for the application in Entra",
    ),
    ("7000222", "the client secret has expired: create a new one for the application in Entra"),
    (
        "700016",
        "the application is not known in this tenant: `AZURE_CLIENT_ID` must be the application's id, not its object id, and \
         `AZURE_TENANT_ID` the tenant that it is registered in",
    ),
    ("90002", "the tenant is not known: check `AZURE_TENANT_ID`"),
    (
        "700024",
        "the assertion of this job has expired, or is not valid yet: check the clock of this machine, and run again; offerform reads a new assertion at every sign-in, so the program that writes `AZURE_FEDERATED_TOKEN_FILE` must renew it",
    ),
    ("70021", "no federated credential of the application matches this job: compare issuer, subject and audience"),
    (
        "500011",
        "the Cloud Partner Portal API (`https://cloudpartner.azure.com`) is not known in this tenant: `AZURE_TENANT_ID` must be the \
         tenant of the publisher account; if it is, an administrator of the tenant must add the API's service principal",
    ),
    (
        "53003",
        "a conditional access policy of the tenant forbids this sign-in: the sign-in log of Entra shows the policy; ask an administrator to let this principal sign in from this machine",
    ),
    ("50076", "the tenant asks for a second factor: run `az login` again, or use a service principal"),
];

impl Error {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { method: Method::Github, .. } => {
                Some("the job needs `permissions: id-token: write`, and both ids in its environment".to_owned())
            }
            Self::Missing { method: Method::Pipelines, .. } => Some(
                "run inside a task with a service connection and map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)`"
                    .to_owned(),
            ),
            Self::Missing { .. } => Some("set it, or choose another method with `--auth`".to_owned()),
            Self::Unusable { .. } => Some("correct the variable, or choose another method with `--auth`".to_owned()),
            Self::OnlyPortal => Some(
                "use another method, such as `--auth cli`; or set the key of the account in a variable: `key: { env: VARIABLE }`"
                    .to_owned(),
            ),
            Self::Refused { method, reason } => refused_hint(*method, reason.as_str()),
            Self::Slow { .. } => {
                Some("check the network and any proxy, or choose another method with `--auth`".to_owned())
            }
        }
    }
}

fn refused_hint(method: Method, reason: &str) -> Option<String> {
    // By their start: AADSTS700213 is AADSTS70021 (no matching federated identity) with more detail.
    let by_code = CAUSES.iter().find(|(code, _)| reason.contains(&format!("AADSTS{code}")));
    let by_method = match method {
        Method::Cli => Some("install the Azure CLI and run `az login`, or choose another method with `--auth`"),
        Method::Managed => Some("this machine may have no managed identity: choose another method with `--auth`"),
        _ => None,
    };
    match by_code {
        Some((_, hint)) => Some((*hint).to_owned()),
        None => by_method.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_follow_the_codes_of_entra() {
        let hint = |method, reason: &str| Error::Refused { method, reason: Reason::new(reason) }.hint();
        let starts = |hint: Option<String>, start: &str| hint.is_some_and(|hint| hint.starts_with(start));
        assert!(starts(hint(Method::Secret, "AADSTS7000215: Invalid client secret"), "the client secret is wrong"));
        assert!(starts(hint(Method::Github, "AADSTS700213: No matching"), "no federated credential"));
        assert!(starts(hint(Method::Github, "AADSTS70021: No matching"), "no federated credential"));
        assert!(starts(hint(Method::Secret, "AADSTS700016: Application"), "the application is not known"));
        assert!(starts(hint(Method::Cli, "az not found on PATH"), "install the Azure CLI"));
        assert_eq!(hint(Method::Secret, "something else"), None);
    }

    #[test]
    fn missing_variables_are_all_named() {
        let error = Error::Missing { method: Method::Secret, variables: vec!["AZURE_TENANT_ID", "AZURE_CLIENT_ID"] };
        assert_eq!(error.to_string(), "signing in with `secret` needs `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`");
    }
}

//! The ways of signing in, and which one an environment calls for.

use std::fmt;
use std::str::FromStr;

/// A way of signing in, as `--auth` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// A ready token in `OFFERFORM_TOKEN`.
    Token,
    /// A service principal with a client secret.
    Secret,
    /// Workload identity: a federated token in a file, as on Kubernetes.
    Workload,
    /// The OIDC token of a GitHub Actions job, exchanged by federation.
    Github,
    /// The managed identity of the machine.
    Managed,
    /// The service connection of an Azure Pipelines job.
    Pipelines,
    /// Whoever is signed in to the Azure CLI.
    Cli,
}

impl Method {
    /// All ways, in the order in which an environment is searched for them.
    pub const ALL: [Self; 7] =
        [Self::Token, Self::Secret, Self::Github, Self::Workload, Self::Managed, Self::Pipelines, Self::Cli];

    /// The word for it in `--auth`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Secret => "secret",
            Self::Workload => "workload",
            Self::Github => "github",
            Self::Managed => "managed",
            Self::Pipelines => "pipelines",
            Self::Cli => "cli",
        }
    }

    /// The way that the environment calls for, found from variables alone: nothing is asked over the network.
    ///
    /// A client secret or a federated token file is enough to choose its way, even if other variables are missing:
    /// going on to another identity without a word would write to the wrong account. Where a variable may be set for
    /// other reasons (GitHub's and Azure Pipelines' are), all that the way needs must be there.
    #[must_use]
    pub fn found_in(environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| present(environment, name).is_some();
        let called_for = |method: &Self| match method {
            Self::Token => set(variable::TOKEN),
            Self::Secret => set(variable::CLIENT_SECRET),
            Self::Workload => set(variable::FEDERATED_TOKEN_FILE),
            Self::Github => method.variables().iter().all(|name| set(name)),
            // Only App Service's kind: the library knows no other that announces itself by variables. Azure Arc has no
            // header, Service Fabric has a thumbprint, and in the Cloud Shell the CLI is signed in.
            Self::Managed => set("IDENTITY_ENDPOINT") && set("IDENTITY_HEADER") && !set("IDENTITY_SERVER_THUMBPRINT"),
            Self::Pipelines => set("SYSTEM_OIDCREQUESTURI") && method.variables().iter().all(|name| set(name)),
            Self::Cli => true,
        };
        Self::ALL.into_iter().find(called_for).unwrap_or(Self::Cli)
    }

    /// The variables it cannot do without.
    #[must_use]
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Token => &[variable::TOKEN],
            Self::Secret => &[variable::TENANT, variable::CLIENT, variable::CLIENT_SECRET],
            Self::Workload => &[variable::TENANT, variable::CLIENT, variable::FEDERATED_TOKEN_FILE],
            Self::Github => &[variable::TENANT, variable::CLIENT, variable::GITHUB_URL, variable::GITHUB_TOKEN],
            Self::Pipelines => &[
                variable::PIPELINES_TENANT,
                variable::PIPELINES_CLIENT,
                variable::PIPELINES_CONNECTION,
                variable::PIPELINES_TOKEN,
            ],
            Self::Managed | Self::Cli => &[],
        }
    }
}

/// The value of a variable; one that is set to nothing counts as not set, since CI systems do so with absent secrets.
pub(super) fn present(environment: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    environment(name).filter(|value| !value.trim().is_empty())
}

/// The names of the variables.
///
/// Sources: the `azure_identity` crate's documentation, "Configuring OpenID Connect in Azure" (docs.github.com), and
/// "Predefined variables" (learn.microsoft.com/azure/devops/pipelines/build/variables).
pub(super) mod variable {
    pub(in super::super) const TOKEN: &str = "OFFERFORM_TOKEN";
    pub(in super::super) const TENANT: &str = "AZURE_TENANT_ID";
    pub(in super::super) const CLIENT: &str = "AZURE_CLIENT_ID";
    pub(in super::super) const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
    pub(in super::super) const FEDERATED_TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
    pub(in super::super) const GITHUB_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
    pub(in super::super) const GITHUB_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
    pub(in super::super) const PIPELINES_TENANT: &str = "AZURESUBSCRIPTION_TENANT_ID";
    pub(in super::super) const PIPELINES_CLIENT: &str = "AZURESUBSCRIPTION_CLIENT_ID";
    pub(in super::super) const PIPELINES_CONNECTION: &str = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID";
    pub(in super::super) const PIPELINES_TOKEN: &str = "SYSTEM_ACCESSTOKEN";
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no way of signing in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a sign-in method: use one of `token`, `secret`, `workload`, `github`, `managed`, `pipelines`, `cli`"
)]
pub struct ParseMethodError(String);

impl FromStr for Method {
    type Err = ParseMethodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|method| method.as_str() == text).ok_or_else(|| ParseMethodError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[&str]) -> Method {
        Method::found_in(&|name| variables.contains(&name).then(|| "value".to_owned()))
    }

    #[test]
    fn the_environment_decides_without_any_probe() {
        let github =
            ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
        let pipelines = [
            "SYSTEM_OIDCREQUESTURI",
            "SYSTEM_ACCESSTOKEN",
            "AZURESUBSCRIPTION_TENANT_ID",
            "AZURESUBSCRIPTION_CLIENT_ID",
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
        ];
        let cases: [(&[&str], Method); 12] = [
            (&[], Method::Cli),
            (&["OFFERFORM_TOKEN", "AZURE_CLIENT_SECRET"], Method::Token),
            (&["AZURE_CLIENT_SECRET"], Method::Secret),
            (&["AZURE_FEDERATED_TOKEN_FILE"], Method::Workload),
            (&github, Method::Github),
            (&github[1..], Method::Cli),
            (&["IDENTITY_ENDPOINT", "IDENTITY_HEADER"], Method::Managed),
            (&["IDENTITY_ENDPOINT", "IMDS_ENDPOINT"], Method::Cli),
            (&["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"], Method::Cli),
            (&["MSI_ENDPOINT"], Method::Cli),
            (&pipelines, Method::Pipelines),
            (&pipelines[..4], Method::Cli),
        ];
        for (variables, method) in cases {
            assert_eq!(found(variables), method, "{variables:?}");
        }
    }

    #[test]
    fn a_variable_set_to_nothing_is_not_set() {
        assert_eq!(Method::found_in(&|_| Some(" ".to_owned())), Method::Cli);
    }

    #[test]
    fn every_way_reads_as_it_prints() {
        for method in Method::ALL {
            assert_eq!(method.to_string().parse(), Ok(method));
        }
        let error = "magic".parse::<Method>().unwrap_err().to_string();
        for method in Method::ALL {
            assert!(error.contains(&format!("`{method}`")), "{error}");
        }
    }
}

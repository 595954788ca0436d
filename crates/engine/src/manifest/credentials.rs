//! Variables that hold credentials of the machine: what runs offerform, signs it in, or builds it.
//!
//! Whoever can change an offer file could name one of them, and its value would be in the offer, in the plan, and in a comment
//! below a pull request. So no file can. This list is the only one; docs/offer-file.md shows it.

/// Variables of this program, of signing in to Azure, and of build systems: neither `$env` nor `$secret` reads them.
pub const OF_THE_RUN: [&str; 31] = [
    "OFFERFORM_TOKEN",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_FEDERATED_TOKEN",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_USERNAME",
    "AZURE_PASSWORD",
    "AZURE_ACCESS_TOKEN",
    "AZURE_CREDENTIALS",
    "AZURE_DEVOPS_EXT_PAT",
    "ARM_CLIENT_SECRET",
    "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "ARM_OIDC_TOKEN",
    "ARM_OIDC_REQUEST_TOKEN",
    "IDENTITY_HEADER",
    "MSI_SECRET",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_RUNTIME_TOKEN",
    "SYSTEM_ACCESSTOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "CI_JOB_TOKEN",
    "CARGO_REGISTRY_TOKEN",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
];

/// How the names of more such variables begin: service connections of Azure Pipelines, and settings of git, which can hold
/// headers with tokens.
pub const OF_THE_RUN_BEGINNINGS: [&str; 3] = ["ENDPOINT_AUTH_", "GIT_CONFIG_", "SECUREFILE_TICKET_"];

/// Variables of other services and of proxies. What they hold can be meant for a secret field, and never for a public one: only
/// `$secret` reads them.
pub const OF_SERVICES: [&str; 16] = [
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_SAS_TOKEN",
    "ARM_ACCESS_KEY",
    "ARM_SAS_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "DOCKER_AUTH_CONFIG",
    "KUBECONFIG",
    "SSH_AUTH_SOCK",
    "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// Words that say of a variable, whatever its name begins with, that it holds a credential: `GH_PAT`, `DEPLOY_TOKEN`. They can be meant
/// for a secret field, and never for a public one.
pub const WORDS: [&str; 8] =
    ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "PAT", "CREDENTIAL", "CREDENTIALS"];

/// Whether neither `$env` nor `$secret` may read the variable. Windows does not tell upper from lower case, so nothing here does.
#[must_use]
pub fn is_of_the_run(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    OF_THE_RUN.contains(&upper.as_str()) || OF_THE_RUN_BEGINNINGS.iter().any(|beginning| upper.starts_with(beginning))
}

/// Whether `$env` may not read the variable.
pub(super) fn is_credential(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    is_of_the_run(name) || OF_SERVICES.contains(&upper.as_str()) || upper.split('_').any(|word| WORDS.contains(&word))
}

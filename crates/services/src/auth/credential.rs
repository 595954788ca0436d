//! One way of signing in, with everything it needs: makes the library's credential and asks it for a token.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{
    ClientMethodOptions, ClientOptions, HttpClient, Method as HttpMethod, Request, RetryOptions, Transport, Url,
};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzurePipelinesCredential, AzurePipelinesCredentialOptions,
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, Executor, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use jiff::Timestamp;
use serde_json::Value;

use super::foreign::Reason;
use super::method::{present, variable};
use super::transport::CarefulTransport;
use super::{BearerToken, Error, Identity, Method, Options};
use crate::secret::{REDACTED, SecretText};

/// Who receives the assertion of a GitHub job.
///
/// Source: "Configuring OpenID Connect in Azure", docs.github.com.
const GITHUB_AUDIENCE: &str = "api://AzureADTokenExchange";

/// A way of signing in and what it needs.
#[derive(Debug)]
pub(super) struct Credential {
    settings: Settings,
    transport: Arc<dyn HttpClient>,
    executor: Option<Arc<dyn Executor>>,
    scope: &'static str,
}

/// What each way needs, taken from the environment once.
#[derive(Debug, Clone)]
enum Settings {
    Secret { tenant: String, client: String, secret: SecretText },
    Workload { tenant: String, client: String, file: PathBuf },
    Github { tenant: String, client: String, url: Url, token: SecretText },
    Managed { client: Option<String> },
    Pipelines { tenant: String, client: String, connection: String, token: SecretText },
    Cli,
}

impl Credential {
    /// Takes what `method` needs from `environment`, where all that [`Method::variables`] names is set.
    pub(super) fn new(
        method: Method,
        environment: &dyn Fn(&str) -> Option<String>,
        options: &Options,
    ) -> Result<Self, Error> {
        let value = |name| present(environment, name).map(|value| value.trim().to_owned()).unwrap_or_default();
        let secret = |name| SecretText::new(value(name));
        let (tenant, client) = (value(variable::TENANT), value(variable::CLIENT));
        let settings = match method {
            Method::Secret => Settings::Secret { tenant, client, secret: secret(variable::CLIENT_SECRET) },
            Method::Workload => {
                Settings::Workload { tenant, client, file: PathBuf::from(value(variable::FEDERATED_TOKEN_FILE)) }
            }
            Method::Github => {
                let url = github_address(&value(variable::GITHUB_URL))?;
                Settings::Github { tenant, client, url, token: secret(variable::GITHUB_TOKEN) }
            }
            Method::Managed => Settings::Managed { client: Some(client).filter(|client| !client.is_empty()) },
            Method::Pipelines => Settings::Pipelines {
                tenant: value(variable::PIPELINES_TENANT),
                client: value(variable::PIPELINES_CLIENT),
                connection: value(variable::PIPELINES_CONNECTION),
                token: secret(variable::PIPELINES_TOKEN),
            },
            // A ready token needs no credential; `choose` has dealt with it.
            Method::Token | Method::Cli => Settings::Cli,
        };
        let transport = CarefulTransport::new(Arc::clone(&options.transport), Arc::clone(&options.clock));
        let (executor, scope) = (options.executor.clone(), options.audience.scope);
        let credential = Self { settings, transport: Arc::new(transport), executor, scope };
        // Made once to see that it can be made: a malformed tenant id is reported before any work is done.
        if method != Method::Workload {
            credential.make().map_err(|error| credential.refused(&error))?;
        }
        Ok(credential)
    }

    pub(super) fn method(&self) -> Method {
        match self.settings {
            Settings::Secret { .. } => Method::Secret,
            Settings::Workload { .. } => Method::Workload,
            Settings::Github { .. } => Method::Github,
            Settings::Managed { .. } => Method::Managed,
            Settings::Pipelines { .. } => Method::Pipelines,
            Settings::Cli => Method::Cli,
        }
    }

    /// Who it signs in, as far as that is configured.
    pub(super) fn identity(&self) -> Identity {
        let mut identity = Identity::of(self.method());
        match &self.settings {
            Settings::Secret { tenant, client, .. }
            | Settings::Workload { tenant, client, .. }
            | Settings::Github { tenant, client, .. }
            | Settings::Pipelines { tenant, client, .. } => {
                identity.tenant = Some(tenant.clone());
                identity.client = Some(client.clone());
            }
            Settings::Managed { client } => identity.client.clone_from(client),
            Settings::Cli => {}
        }
        identity
    }

    /// Signs in with this method and returns a new token.
    pub(super) async fn sign_in(&self) -> Result<BearerToken, Error> {
        let credential = self.make().map_err(|error| self.refused(&error))?;
        let token = credential.get_token(&[self.scope], None).await.map_err(|error| self.refused(&error))?;
        let text = token.token.secret();
        // The library takes any JSON for a token, even one without a token in it.
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Refused { method: self.method(), reason: Reason::new("the answer contains no token") });
        }
        let expires = Timestamp::from_second(token.expires_on.unix_timestamp()).ok();
        tracing::debug!(method = %self.method(), expires = expires.map(tracing::field::display), "signed in");
        Ok(BearerToken::new(SecretText::new(text), expires))
    }

    fn refused(&self, error: &azure_core::Error) -> Error {
        let said = Reason::of(error);
        let secret = match &self.settings {
            Settings::Secret { secret, .. } => Some(secret),
            Settings::Github { token, .. } | Settings::Pipelines { token, .. } => Some(token),
            Settings::Workload { .. } | Settings::Managed { .. } | Settings::Cli => None,
        };
        // No message is known to repeat a secret. Should one start to, it still does not get out.
        let text =
            secret.map_or_else(|| said.as_str().to_owned(), |secret| said.as_str().replace(secret.expose(), REDACTED));
        Error::Refused { method: self.method(), reason: Reason::new(&text) }
    }

    /// The library's credential. Making one costs no request.
    fn make(&self) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let client_options = self.client_options();
        let assertion_options = ClientAssertionCredentialOptions { client_options: client_options.clone() };
        Ok(match self.settings.clone() {
            Settings::Secret { tenant, client, secret } => {
                let options = ClientSecretCredentialOptions { client_options };
                ClientSecretCredential::new(&tenant, client, Secret::new(secret.expose().to_owned()), Some(options))?
            }
            Settings::Workload { tenant, client, file } => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: assertion_options,
                    client_id: Some(client),
                    tenant_id: Some(tenant),
                    token_file_path: Some(file),
                }))?
            }
            Settings::Github { tenant, client, url, token } => {
                let assertion = GithubAssertion { url, token, transport: Arc::clone(&self.transport) };
                ClientAssertionCredential::new(tenant, client, assertion, Some(assertion_options))?
            }
            Settings::Managed { client } => ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                user_assigned_id: client.map(UserAssignedId::ClientId),
                client_options,
            }))?,
            Settings::Pipelines { tenant, client, connection, token } => {
                let options = AzurePipelinesCredentialOptions { credential_options: assertion_options };
                let token = Secret::new(token.expose().to_owned());
                AzurePipelinesCredential::new(tenant, client, &connection, token, Some(options))?
            }
            Settings::Cli => AzureCliCredential::new(Some(AzureCliCredentialOptions {
                executor: self.executor.clone(),
                ..Default::default()
            }))?,
        })
    }

    fn client_options(&self) -> ClientOptions {
        ClientOptions {
            // The transport repeats what is worth repeating, on the clock that is handed in.
            retry: RetryOptions::none(),
            transport: Some(Transport::new(Arc::clone(&self.transport))),
            ..ClientOptions::default()
        }
    }
}

/// The address a GitHub job asks for its assertion; the job's token is sent there, so it must be https.
fn github_address(text: &str) -> Result<Url, Error> {
    let unusable = |problem| Error::Unusable { variable: variable::GITHUB_URL, problem };
    let mut url = Url::parse(text).map_err(|_| unusable("it is not a URL"))?;
    if url.scheme() != "https" {
        return Err(unusable("it is not https"));
    }
    url.query_pairs_mut().append_pair("audience", GITHUB_AUDIENCE);
    Ok(url)
}

/// Asks GitHub for a signed statement of which job this is. A new one is asked for at every sign-in: it lives for minutes.
#[derive(Clone)]
struct GithubAssertion {
    url: Url,
    token: SecretText,
    transport: Arc<dyn HttpClient>,
}

impl fmt::Debug for GithubAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubAssertion").finish_non_exhaustive()
    }
}

#[async_trait]
impl ClientAssertion for GithubAssertion {
    async fn secret(&self, _options: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let mut request = Request::new(self.url.clone(), HttpMethod::Get);
        request.insert_header("authorization", format!("Bearer {}", self.token.expose()));
        request.insert_header("accept", "application/json");
        let answer = self.transport.execute_request(&request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?;
        let value = serde_json::from_slice::<Value>(&body).ok();
        match value.as_ref().and_then(|body| body.get("value")).and_then(Value::as_str) {
            Some(assertion) if status.is_success() => Ok(assertion.to_owned()),
            _ => Err(azure_core::Error::with_message(
                azure_core::error::ErrorKind::Credential,
                format!("GitHub returned no OIDC token for this job: it answered {}", u16::from(status)),
            )),
        }
    }
}

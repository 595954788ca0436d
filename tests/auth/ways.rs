//! The ways of signing in: what each one sends, and what `whoami` can tell of it.

use std::ffi::OsStr;
use std::io;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use azure_identity::Executor;
use offerform::auth::{self, Error, Method, Options, TokenProvider};
use offerform::clock::Clock;

use super::{Answer, Endpoint, SECRET, SECRET_VARIABLES, clock_from_now, environment, signing_in};

const TOKEN_ADDRESS: &str = "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token";
const SCOPE: &str = "scope=https%3A%2F%2Fcloudpartner.azure.com%2F.default";

// {"tid":"tenant-9","appid":"client-9","exp":1893456000} between two parts nobody reads.
const JWT: &str = "e30.eyJ0aWQiOiJ0ZW5hbnQtOSIsImFwcGlkIjoiY2xpZW50LTkiLCJleHAiOjE4OTM0NTYwMDB9.c2ln";

#[tokio::test]
async fn a_client_secret_is_exchanged_for_a_token() {
    let endpoint = Endpoint::start([Answer::token(JWT, 3600)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &SECRET_VARIABLES);
    assert_eq!(tokens.describe().to_string(), "secret, client client-1, tenant tenant-1");
    assert_eq!(tokens.token().await.unwrap().expose(), JWT);
    let received = endpoint.received();
    assert_eq!(received[0].url, TOKEN_ADDRESS);
    for part in ["grant_type=client_credentials", "client_id=client-1", &format!("client_secret={SECRET}"), SCOPE] {
        assert!(received[0].body.split('&').any(|pair| pair == part), "{part}: {}", received[0].body);
    }
    let identity = tokens.describe();
    assert_eq!(identity.to_string(), "secret, client client-9, tenant tenant-9", "as the token says");
    assert!(identity.expires.is_some());
}

#[tokio::test]
async fn a_federated_token_file_is_exchanged_for_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "kubernetes-assertion").unwrap();
    let endpoint = Endpoint::start([Answer::token("token-1", 3600)]).await;
    let file = file.to_str().unwrap();
    let variables =
        [("AZURE_TENANT_ID", "tenant-1"), ("AZURE_CLIENT_ID", "client-1"), ("AZURE_FEDERATED_TOKEN_FILE", file)];
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &variables);
    assert_eq!(tokens.describe().method, Method::Workload);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    assert!(endpoint.received()[0].body.contains("client_assertion=kubernetes-assertion"));
    // It lives for minutes, and is written anew by whoever keeps it: each sign-in reads it anew.
    std::fs::write(file, "renewed-assertion").unwrap();
    tokens.invalidate(&tokens.token().await.unwrap());
    tokens.token().await.unwrap();
    assert!(endpoint.received()[1].body.contains("client_assertion=renewed-assertion"));
}

const GITHUB_VARIABLES: [(&str, &str); 4] = [
    ("AZURE_TENANT_ID", "tenant-1"),
    ("AZURE_CLIENT_ID", "client-1"),
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://vstoken.actions.example/oidc?api-version=2.0"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "github-job-token-of-the-run"),
];

#[tokio::test]
async fn every_github_sign_in_asks_for_a_new_assertion() {
    let endpoint = Endpoint::start([
        Answer::json(200, r#"{"value":"assertion-1"}"#),
        Answer::token("token-1", 3600),
        Answer::json(200, r#"{"value":"assertion-2"}"#),
        Answer::token("token-2", 3600),
    ])
    .await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &GITHUB_VARIABLES);
    let token = tokens.token().await.unwrap();
    tokens.invalidate(&token);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-2");
    let received = endpoint.received();
    assert_eq!(
        received[0].url,
        "https://vstoken.actions.example/oidc?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange"
    );
    assert_eq!(received[0].authorization.as_deref(), Some("Bearer github-job-token-of-the-run"));
    assert_eq!(received[1].url, TOKEN_ADDRESS);
    assert!(received[1].authorization.is_none(), "GitHub's token is for GitHub");
    assert!(received[1].body.contains("client_assertion=assertion-1"));
    assert!(received[3].body.contains("client_assertion=assertion-2"));
}

#[tokio::test]
async fn a_job_that_github_refuses_learns_why() {
    let endpoint = Endpoint::start([Answer::json(403, r#"{"message":"no id-token permission"}"#)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &GITHUB_VARIABLES);
    let error = tokens.token().await.unwrap_err();
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(reason.contains("GitHub returned no OIDC token for this job: it answered 403"), "{reason}");
    for shown in [reason, format!("{error:?} {tokens:?}")] {
        assert!(!shown.contains("github-job-token"), "{shown}");
    }
}

#[tokio::test]
async fn a_managed_identity_is_asked_for_only_by_name() {
    let body = r#"{"access_token":"token-1","expires_on":"4102444800","resource":"r","token_type":"Bearer"}"#;
    let endpoint = Endpoint::start([Answer::json(200, body)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), Some(Method::Managed), &[("AZURE_CLIENT_ID", "client-1")]);
    assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    let url = &endpoint.received()[0].url;
    assert!(url.starts_with("http://169.254.169.254/metadata/identity/oauth2/token?"), "{url}");
    assert!(url.contains("client_id=client-1"), "{url}");
    assert_eq!(tokens.describe().client.as_deref(), Some("client-1"));
}

/// Stands in for `az`.
#[derive(Debug)]
struct FakeCli {
    runs: AtomicUsize,
    stdout: &'static str,
    stderr: &'static str,
}

#[async_trait]
impl Executor for FakeCli {
    async fn run(&self, _program: &OsStr, arguments: &[&OsStr]) -> io::Result<Output> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let line = arguments.last().unwrap().to_str().unwrap();
        assert!(line.ends_with("az account get-access-token -o json --scope https://cloudpartner.azure.com/.default"));
        // The status of a program that did what it should, or did not, is made by running one.
        let program = if self.stderr.is_empty() { "true" } else { "false" };
        let status = std::process::Command::new(program).status()?;
        Ok(Output { status, stdout: self.stdout.into(), stderr: self.stderr.into() })
    }
}

async fn through_cli(stdout: &'static str, stderr: &'static str) -> (Arc<FakeCli>, Arc<dyn TokenProvider>) {
    let endpoint = Endpoint::start([Answer::page(500)]).await;
    let cli = Arc::new(FakeCli { runs: AtomicUsize::new(0), stdout, stderr });
    let clock: Arc<dyn Clock> = clock_from_now();
    let executor: Arc<dyn Executor> = Arc::<FakeCli>::clone(&cli);
    let options = Options { executor: Some(executor), ..Options::new(clock, endpoint.transport()) };
    let tokens = auth::choose(None, &environment(&[]), &options).unwrap();
    (cli, tokens)
}

#[cfg(unix)]
#[tokio::test]
async fn the_azure_cli_is_started_once_for_many_requests() {
    let stdout = r#"{"accessToken":"token-1","expires_on":4102444800,"tokenType":"Bearer"}"#;
    let (cli, tokens) = through_cli(stdout, "").await;
    for _ in 0..3 {
        assert_eq!(tokens.token().await.unwrap().expose(), "token-1");
    }
    assert_eq!(cli.runs.load(Ordering::Relaxed), 1);
    assert_eq!(tokens.describe().method, Method::Cli);
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_azure_cli_complains_about_is_told() {
    let (_, tokens) = through_cli("", "ERROR: Please run 'az login' to setup account.\n").await;
    let error = tokens.token().await.unwrap_err();
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(reason.contains("Please run 'az login' to setup account."), "{reason}");
    assert!(error.hint().unwrap().contains("az login"));
}

#[tokio::test]
async fn a_ready_token_is_used_as_it_is() {
    let endpoint = Endpoint::start([Answer::page(500)]).await;
    let tokens = signing_in(&endpoint, &clock_from_now(), None, &[("OFFERFORM_TOKEN", JWT)]);
    let token = tokens.token().await.unwrap();
    tokens.invalidate(&token);
    assert_eq!(tokens.token().await.unwrap().expose(), JWT);
    let identity = tokens.describe();
    assert_eq!(identity.to_string(), "token, client client-9, tenant tenant-9");
    assert_eq!(identity.expires, Some("2030-01-01T00:00:00Z".parse().unwrap()));
    assert!(endpoint.received().is_empty());
    assert!(!format!("{tokens:?}").contains(JWT));
}

#[tokio::test]
async fn what_is_missing_or_unusable_is_told_before_any_request() {
    let endpoint = Endpoint::start([Answer::page(500)]).await;
    let options = Options::new(clock_from_now(), endpoint.transport());
    let choose = |method, variables: &[(&'static str, &str)]| {
        auth::choose(method, &environment(variables), &options).map(|tokens| tokens.describe()).unwrap_err()
    };
    let error = choose(None, &[("AZURE_CLIENT_SECRET", SECRET)]);
    assert_eq!(error.to_string(), "signing in with `secret` needs `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`");
    let error = choose(Some(Method::Token), &[("OFFERFORM_TOKEN", "")]);
    assert_eq!(error.to_string(), "signing in with `token` needs `OFFERFORM_TOKEN`");
    let error = choose(None, &[("OFFERFORM_TOKEN", "two words")]);
    assert!(matches!(error, Error::Unusable { .. }));
    assert!(!format!("{error} {error:?}").contains("two words"));
    let mut variables = GITHUB_VARIABLES;
    variables[2].1 = "http://vstoken.actions.example/oidc";
    assert_eq!(
        choose(None, &variables).to_string(),
        "`ACTIONS_ID_TOKEN_REQUEST_URL` cannot be used to sign in: it is not https"
    );
    let mut variables = SECRET_VARIABLES;
    variables[0].1 = "not/a tenant";
    assert!(matches!(choose(None, &variables), Error::Refused { .. }));
    assert!(endpoint.received().is_empty());
}

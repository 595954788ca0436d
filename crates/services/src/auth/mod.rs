//! Signing in: where the bearer token comes from.
//!
//! The ways are those of `azure_identity` plus a ready token; [`choose`] picks one, by name or by what the environment
//! holds, and never asks a metadata address to find out. Tokens are kept in memory and renewed before they expire;
//! many requests at once cause one sign-in. All traffic goes through the HTTP client that is handed in.
//!
//! Nothing here writes a token, a secret or an assertion anywhere.

mod cache;
mod credential;
mod error;
pub mod foreign;
mod method;
mod token;
mod transport;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::http::HttpClient;
use azure_identity::Executor;
use jiff::Timestamp;

pub use error::Error;
pub use method::{Method, ParseMethodError};
pub use token::{BearerToken, Identity};

use crate::clock::Clock;
use crate::secret::SecretText;
use cache::Cached;
use credential::Credential;
use method::{present, variable};
use token::Claims;

/// What a token is asked for: the Cloud Partner Portal.
///
/// Source: cloud-partner-portal-api-prerequisites.md; the Entra v2 form of the resource.
pub const SCOPE: &str = "https://cloudpartner.azure.com/.default";

/// A source of bearer tokens for the requests of a run.
#[async_trait]
pub trait TokenProvider: Debug + Send + Sync {
    /// A token that is good now: a kept one, or a new one.
    async fn token(&self) -> Result<BearerToken, Error>;

    /// Says that the service refused `token`, so that the next call of [`TokenProvider::token`] asks for a new one.
    ///
    /// Takes the refused token because many requests are refused at once when one expires: a late refusal of the old token must
    /// not throw away the new one.
    fn invalidate(&self, token: &BearerToken);

    /// Who is signed in, as far as it is known by now; complete once a token was given.
    fn describe(&self) -> Identity;
}

/// A service that tokens are for. A token is sent to this service and to no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// What tokens are asked for.
    pub scope: &'static str,
    /// The environment variable that holds a ready token for the service; `None` if no variable does.
    pub token_variable: Option<&'static str>,
}

impl Audience {
    /// The Cloud Partner Portal.
    pub const PORTAL: Self = Self { scope: SCOPE, token_variable: Some(variable::TOKEN) };
}

/// What signing in needs from outside.
#[derive(Debug, Clone)]
pub struct Options {
    /// Tells when tokens expire, and waits between tries.
    pub clock: Arc<dyn Clock>,
    /// Carries all requests: the program's one `reqwest::Client`, or in tests a stand-in that leads the https addresses of the
    /// library to a local port. It must not follow redirects.
    pub transport: Arc<dyn HttpClient>,
    /// Runs the Azure CLI; `None` starts it as a process.
    pub executor: Option<Arc<dyn Executor>>,
    /// The service that tokens are for.
    pub audience: Audience,
}

impl Options {
    /// Options for the portal, with the Azure CLI as a process.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, transport: Arc<dyn HttpClient>) -> Self {
        Self { clock, transport, executor: None, audience: Audience::PORTAL }
    }
}

/// The way named by `method`, or else the one `environment` calls for.
///
/// Only checks that what is needed is there; no request is made before the first token is wanted.
pub fn choose(
    method: Option<Method>,
    environment: &dyn Fn(&str) -> Option<String>,
    options: &Options,
) -> Result<Arc<dyn TokenProvider>, Error> {
    let token_variable = options.audience.token_variable;
    let wants_token = match method {
        Some(method) => method == Method::Token,
        None => present(environment, variable::TOKEN).is_some(),
    };
    if token_variable.is_none() && wants_token {
        return Err(Error::OnlyPortal);
    }
    // A ready token is for one service: each has a variable of its own.
    let given = environment;
    let environment = &|name: &str| given(if name == variable::TOKEN { token_variable? } else { name });
    let method = method.unwrap_or_else(|| Method::found_in(environment));
    let absent = method.variables().iter().copied().filter(|name| present(environment, name).is_none());
    let name = |name| if name == variable::TOKEN { token_variable.unwrap_or(name) } else { name };
    let variables: Vec<_> = absent.map(name).collect();
    if !variables.is_empty() {
        return Err(Error::Missing { method, variables });
    }
    if method == Method::Token {
        let text = present(environment, variable::TOKEN).unwrap_or_default();
        return Ok(Arc::new(StaticToken::of(name(variable::TOKEN), &text)?));
    }
    let credential = Credential::new(method, environment, options)?;
    Ok(Arc::new(Cached::new(credential, Arc::clone(&options.clock))))
}

/// A token that was given ready-made: the one of `OFFERFORM_TOKEN`, or the sandbox's.
#[derive(Debug, Clone)]
pub struct StaticToken(BearerToken);

impl StaticToken {
    /// Takes a token; white space around it does not count.
    ///
    /// # Errors
    /// It holds characters that no token has, such as a line break in the middle.
    pub fn new(text: &str) -> Result<Self, Error> {
        Self::of(variable::TOKEN, text)
    }

    /// Takes the token in `variable`; an error names the variable.
    fn of(variable: &'static str, text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Unusable {
                variable,
                problem: "it must be the bare token: letters, digits and punctuation, without spaces",
            });
        }
        let expires = Claims::read(text).expires;
        Ok(Self(BearerToken::new(SecretText::new(text), expires)))
    }

    /// Until when it says it is good.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.0.expires()
    }
}

#[async_trait]
impl TokenProvider for StaticToken {
    async fn token(&self) -> Result<BearerToken, Error> {
        Ok(self.0.clone())
    }

    /// Changes nothing: there is no other token to be had.
    fn invalidate(&self, _token: &BearerToken) {}

    fn describe(&self) -> Identity {
        Identity::of(Method::Token).completed(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ready_token_must_be_fit_for_a_header() {
        for bad in ["", "  ", "two words", "line\nbreak", "ünicode", "Bearer abc"] {
            assert!(matches!(StaticToken::new(bad), Err(Error::Unusable { .. })), "{bad:?}");
        }
        assert!(StaticToken::new(" abc.def-_~+/= \n").is_ok());
    }
}

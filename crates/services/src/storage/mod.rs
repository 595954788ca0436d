//! The keys of storage accounts, as Azure Resource Manager gives them to whoever may list them.
//!
//! It is another service than the portal, with tokens of its own: the portal's never come here, and these go nowhere else. Only two things
//! are asked: where an account is, if that is not declared, and for its keys. Nothing is changed.
//!
//! Sources: "Storage Accounts - List Keys" and "Storage Accounts - List", learn.microsoft.com/rest/api/storagerp/storage-accounts;
//! "Subscriptions - List", learn.microsoft.com/rest/api/resources/subscriptions/list.

mod error;

use std::sync::Arc;

use bytes::Bytes;
pub use error::Error;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use serde_json::Value;

use crate::api::retry::{self, Policy, Safety};
use crate::api::{Endpoint, Failure, Refusal, Transport, TransportError};
use crate::auth::TokenProvider;
use crate::auth::foreign::Reason;
use crate::clock::{Bounds, Clock};
use crate::secret::{AccountPlace, REDACTED, SecretText};

/// What a token is asked for.
pub const SCOPE: &str = "https://management.azure.com/.default";

/// The endpoint of Azure Resource Manager.
pub const ENDPOINT: &str = "https://management.azure.com";

/// The version of the calls about storage accounts.
const STORAGE_VERSION: &str = "2023-01-01";

/// The version of the list of subscriptions.
const SUBSCRIPTIONS_VERSION: &str = "2022-12-01";

/// How many pages of a list are read at most: a service that goes on for ever is not followed.
const PAGES: usize = 200;

/// A client that reads the keys of storage accounts from Azure.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The endpoint of the service.
    pub endpoint: Endpoint,
    /// Carries the requests.
    pub transport: Arc<dyn Transport>,
    /// Gives tokens for [`SCOPE`].
    pub tokens: Arc<dyn TokenProvider>,
    /// Waits between tries.
    pub clock: Arc<dyn Clock>,
}

impl Accounts {
    /// The key of an account. Where it is, is looked for if `place` does not say it.
    pub async fn key(&self, account: &str, place: &AccountPlace) -> Result<SecretText, Error> {
        let (subscription, group) = match (&place.subscription, &place.resource_group) {
            (Some(subscription), Some(group)) => (subscription.clone(), group.clone()),
            (Some(subscription), None) => self.find(account, vec![subscription.clone()]).await?,
            (None, _) => self.find(account, self.subscriptions().await?).await?,
        };
        let path = format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}/listKeys\
             ?api-version={STORAGE_VERSION}"
        );
        let answer = self.ask(&Method::POST, &path, account).await?;
        let keys = answer["keys"].as_array().into_iter().flatten();
        let is_whole = |key: &&Value| key["permissions"].as_str().is_none_or(|all| all.eq_ignore_ascii_case("full"));
        let mut values = keys.filter(is_whole).filter_map(|key| key["value"].as_str()).filter(|key| !key.is_empty());
        values.next().map(SecretText::new).ok_or_else(|| Error::NoKey { account: account.to_owned() })
    }

    /// The subscriptions that whoever is signed in can see.
    async fn subscriptions(&self) -> Result<Vec<String>, Error> {
        let rows = self.list(format!("/subscriptions?api-version={SUBSCRIPTIONS_VERSION}"), "").await?;
        Ok(rows
            .iter()
            .filter_map(|row| row["subscriptionId"].as_str())
            .filter(|id| is_name(id))
            .map(str::to_owned)
            .collect())
    }

    /// The subscription and the resource group of an account. The names of accounts are unique in all of Azure.
    async fn find(&self, account: &str, subscriptions: Vec<String>) -> Result<(String, String), Error> {
        let count = subscriptions.len();
        for subscription in subscriptions {
            let path = format!(
                "/subscriptions/{subscription}/providers/Microsoft.Storage/storageAccounts?api-version={STORAGE_VERSION}"
            );
            for row in self.list(path, account).await? {
                let is_account = row["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(account));
                if let Some(group) = row["id"].as_str().filter(|_| is_account).and_then(group_of) {
                    return Ok((subscription, group.to_owned()));
                }
            }
        }
        Err(Error::NotFound { account: account.to_owned(), subscriptions: count })
    }

    /// All pages of a list.
    async fn list(&self, path: String, account: &str) -> Result<Vec<Value>, Error> {
        let mut rows = Vec::new();
        let mut next = Some(path);
        for _ in 0..PAGES {
            let Some(path) = next else { break };
            let mut answer = self.ask(&Method::GET, &path, account).await?;
            if let Some(Value::Array(page)) = answer.get_mut("value").map(Value::take) {
                rows.extend(page);
            }
            next = answer["nextLink"].as_str().and_then(|link| self.below(link));
        }
        Ok(rows)
    }

    /// What stands behind the host in an address of this service; `None` if it leads elsewhere, where the token must not go.
    fn below(&self, link: &str) -> Option<String> {
        let path = link.strip_prefix(self.endpoint.as_str())?;
        path.starts_with('/').then(|| path.to_owned())
    }

    /// The JSON that a request is answered with. All requests only read, so each may be sent again.
    async fn ask(&self, method: &Method, path: &str, account: &str) -> Result<Value, Error> {
        let uri: Uri = format!("{}{path}", self.endpoint.as_str())
            .parse()
            .map_err(|_| Error::Unaddressable { account: account.to_owned() })?;
        let (bounds, seed) = (Bounds::default(), retry::seed_for(0, method, &uri));
        let attempt = || self.send(method, &uri);
        let answer = retry::run((Policy::default(), &bounds), &self.clock, seed, Safety::Reading, attempt).await;
        answer.map_err(|failure| Error::of(account, failure))
    }

    async fn send(&self, method: &Method, uri: &Uri) -> Result<Value, Failure> {
        let token = self.tokens.token().await?;
        let unfit =
            |_| TransportError::NotSent(Reason::new("the token contains characters that cannot be sent in a header"));
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(unfit)?;
        authorization.set_sensitive(true);
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, authorization);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        let answer = self.transport.send(request).await?;
        if answer.status() != StatusCode::OK {
            let refusal = Refusal::read(answer.status(), answer.headers(), answer.body(), self.clock.now());
            return Err(refusal.map_text(|text| text.replace(token.expose(), REDACTED)).into());
        }
        // The answer may hold a key, and is not repeated.
        let problem = || Reason::new("it is not JSON");
        serde_json::from_slice(answer.body())
            .map_err(|_| Failure::Unreadable { problem: problem(), correlation_id: None })
    }
}

/// Whether a text can be a part of an address as it is.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.()".contains(c)) && !text.starts_with('.')
}

/// The resource group in the id of an account.
fn group_of(id: &str) -> Option<&str> {
    let mut parts = id.split('/');
    parts.find(|part| part.eq_ignore_ascii_case("resourceGroups"))?;
    parts.next().filter(|group| is_name(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_group_is_read_from_an_id_and_nothing_else() {
        let id = |group: &str| {
            format!("/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/a")
        };
        assert_eq!(group_of(&id("images (old)_1.x")), None, "a blank cannot stand in an address");
        assert_eq!(group_of(&id("images-(old)_1.x")), Some("images-(old)_1.x"));
        for hostile in ["", "..", "a?b", "a#b", "a%2fb"] {
            assert_eq!(group_of(&id(hostile)), None, "{hostile}");
        }
        assert_eq!(group_of("/subscriptions/s"), None);
    }
}

//! Bearer tokens and who they are for.
//!
//! The claims inside a token are read for display only. Nothing is decided by them: whether a token is good is for the
//! service to say.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::Method;
use super::foreign::plain;
use crate::secret::SecretText;

/// A token to send as `Authorization: Bearer …`. It cannot be printed.
#[derive(Debug, Clone)]
pub struct BearerToken {
    text: SecretText,
    expires: Option<Timestamp>,
}

impl BearerToken {
    /// A token, and until when it is good if that is known.
    #[must_use]
    pub fn new(text: SecretText, expires: Option<Timestamp>) -> Self {
        Self { text, expires }
    }

    /// The token's text, for the one moment it is put into a header.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// Until when it is good, if that is known.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether `other` is the same token.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

/// Who is signed in, and how: what `offerform whoami` tells. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The way of signing in.
    pub method: Method,
    /// The Entra tenant.
    pub tenant: Option<String>,
    /// The application (client) id.
    pub client: Option<String>,
    /// The user's name, if a person is signed in.
    pub user: Option<String>,
    /// Until when the present token is good.
    pub expires: Option<Timestamp>,
}

impl Identity {
    /// An identity of which only the way is known.
    #[must_use]
    pub fn of(method: Method) -> Self {
        Self { method, tenant: None, client: None, user: None, expires: None }
    }

    /// This identity, completed by what `token` says about itself.
    #[must_use]
    pub(super) fn completed(mut self, token: &BearerToken) -> Self {
        let claims = Claims::read(token.expose());
        self.tenant = claims.tenant.or(self.tenant);
        self.client = claims.client.or(self.client);
        self.user = claims.user.or(self.user);
        self.expires = token.expires().or(claims.expires);
        self
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.method)?;
        for (word, value) in [("user", &self.user), ("client", &self.client), ("tenant", &self.tenant)] {
            if let Some(value) = value {
                write!(f, ", {word} {value}")?;
            }
        }
        Ok(())
    }
}

/// What a token says about itself.
///
/// Source: "Access token claims reference", learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
#[derive(Debug, Default)]
pub(super) struct Claims {
    tenant: Option<String>,
    client: Option<String>,
    user: Option<String>,
    pub(super) expires: Option<Timestamp>,
}

impl Claims {
    /// Reads the claims without checking the signature. A token of any other form has none.
    pub(super) fn read(token: &str) -> Self {
        let Some(Value::Object(claims)) = token.split('.').nth(1).and_then(part) else {
            return Self::default();
        };
        let text = |names: &[&str]| {
            let value = names.iter().find_map(|name| claims.get(*name)?.as_str())?;
            Some(plain(value, 200))
        };
        Self {
            tenant: text(&["tid"]),
            client: text(&["appid", "azp"]),
            user: text(&["upn", "preferred_username", "unique_name"]),
            expires: claims.get("exp").and_then(Value::as_i64).and_then(|second| Timestamp::from_second(second).ok()),
        }
    }
}

/// One part of a JSON web token.
fn part(text: &str) -> Option<Value> {
    // Parts come without padding, which the decoder insists on.
    let padded = format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
    let bytes = azure_core::base64::decode_url_safe(padded).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"tid":"t-1","appid":"a-1","upn":"ann@contoso.example","exp":1893456000} between two parts nobody reads.
    const JWT: &str =
        "e30.eyJ0aWQiOiJ0LTEiLCJhcHBpZCI6ImEtMSIsInVwbiI6ImFubkBjb250b3NvLmV4YW1wbGUiLCJleHAiOjE4OTM0NTYwMDB9.c2ln";

    #[test]
    fn claims_complete_an_identity() {
        let token = BearerToken::new(SecretText::new(JWT), None);
        let identity = Identity::of(Method::Token).completed(&token);
        assert_eq!(identity.to_string(), "token, user ann@contoso.example, client a-1, tenant t-1");
        assert_eq!(identity.expires, Some("2030-01-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn text_that_is_no_jwt_has_no_claims() {
        for text in ["", "opaque", "a.b.c", "..", "e30.bm9qc29u.x", "é.é.é"] {
            let token = BearerToken::new(SecretText::new(text), None);
            assert_eq!(Identity::of(Method::Cli).completed(&token), Identity::of(Method::Cli), "{text}");
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = BearerToken::new(SecretText::new("abc.def"), None);
        assert!(!format!("{token:?}").contains("abc"));
    }
}

//! Addresses of the service: the configured endpoint and the paths below it.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::api;

/// What stays as it is in a path: ids consist of these characters and slashes.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// What stays as it is in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the service is. Source: product-ingestion-api.md, "Base URL".
const SERVICE: &str = "https://graph.microsoft.com/rp/product-ingestion";

/// Where the service is: https anywhere, or http to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    origin: api::Endpoint,
    base: String,
}

impl Endpoint {
    /// Scheme, host and port: what the token is sent to.
    #[must_use]
    pub fn origin(&self) -> &api::Endpoint {
        &self.origin
    }

    /// The address of a path below the endpoint; `None` if it cannot be one.
    pub(super) fn uri(&self, path: &str, query: &[(&str, &str)]) -> Option<Uri> {
        let is_safe = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let mut text = format!("{}{}/{}", self.origin, self.base, utf8_percent_encode(path, PATH));
        for (index, (name, value)) in query.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.extend([name, "="]);
            text.extend(utf8_percent_encode(value, QUERY));
        }
        text.parse().ok().filter(|_| is_safe)
    }

    /// The address of the next page of a list, which an answer names. Only its query is used: the token goes to this endpoint, wherever
    /// the answer points.
    pub(super) fn next(&self, path: &str, link: &str) -> Option<Uri> {
        let (_, query) = link.split_once('?')?;
        let query = query.split('#').next().unwrap_or_default();
        format!("{}{}/{}?{query}", self.origin, self.base, utf8_percent_encode(path, PATH)).parse().ok()
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        SERVICE.parse().expect("invariant: a constant that parses")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.base)
    }
}

/// The text cannot be used as the address of the service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseEndpointError {
    /// The scheme, the host or the port is not one that tokens are sent to.
    #[error(transparent)]
    Origin(#[from] api::ParseEndpointError),
    /// A query or a fragment.
    #[error("the endpoint `{0}` must end after its path")]
    TooLong(String),
}

impl FromStr for Endpoint {
    type Err = ParseEndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| api::ParseEndpointError::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(api::ParseEndpointError::Credentials.into());
        }
        let origin = url.origin().ascii_serialization();
        if url.query().is_some() || url.fragment().is_some() {
            return Err(ParseEndpointError::TooLong(format!("{origin}{}", url.path())));
        }
        Ok(Self { origin: origin.parse()?, base: url.path().trim_end_matches('/').to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_over_https_or_stays_on_this_machine() {
        for good in [SERVICE, "http://127.0.0.1:8080/rp/product-ingestion", "https://proxy.example:8443"] {
            assert_eq!(good.parse::<Endpoint>().unwrap().to_string(), good);
        }
        for bad in ["http://graph.microsoft.com/rp", "https://a:b@graph.microsoft.com", "https://x/?a=b", "nonsense"] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_leads_to_another_path_or_host() {
        let endpoint = Endpoint::default();
        let uri = |path: &str| endpoint.uri(path, &[("$version", "2022-07-01")]).map(|uri| uri.to_string());
        assert_eq!(uri("product/p").unwrap(), format!("{SERVICE}/product/p?$version=2022-07-01"));
        assert_eq!(uri("product/a b?c").unwrap(), format!("{SERVICE}/product/a%20b%3Fc?$version=2022-07-01"));
        assert_eq!((uri("product/.."), uri("product//x")), (None, None));
        let next = endpoint.next("product", "https://elsewhere.example/x?continuationToken=a%3D#b").unwrap();
        assert_eq!(next.to_string(), format!("{SERVICE}/product?continuationToken=a%3D"));
        assert_eq!(endpoint.next("product", "https://elsewhere.example/x"), None);
    }
}

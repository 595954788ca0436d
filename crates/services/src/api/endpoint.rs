//! Addresses of the service: the configured endpoint, the paths below it, and the places of operations.
//!
//! The token goes to the endpoint's origin and nowhere else, so every address that a request is sent to is made here.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use super::API_VERSION;
use crate::offer::OfferAddress;

/// Everything but the unreserved characters of RFC 3986, and `$`, which the ids of operations hold and the service's own
/// addresses show as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'$');

/// The origin of the service: https anywhere, or http to this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Whether it is reached without encryption, which only this machine is.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Whether it is this machine itself.
    #[must_use]
    pub fn is_of_this_machine(&self) -> bool {
        self.0.host().is_some_and(|host| is_this_machine(&host))
    }

    /// Scheme, host and port, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The address of `path` with the API version and `query` added.
    pub(super) fn uri(&self, path: &Path, query: &[(&str, &str)]) -> Option<Uri> {
        let mut text = format!("{}{}?api-version={API_VERSION}", self.as_str(), path.0);
        for (name, value) in query {
            text.extend(["&", name, "="]);
            text.extend(utf8_percent_encode(value, SEGMENT));
        }
        text.parse().ok()
    }

    /// The address of an operation, with the API version added if it lacks one.
    pub(super) fn operation_uri(&self, location: &OperationLocation) -> Option<Uri> {
        let mut url = self.0.join(&location.0).ok().filter(|url| url.origin() == self.0.origin())?;
        if !url.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case("api-version")) {
            url.query_pairs_mut().append_pair("api-version", API_VERSION);
        }
        url.as_str().parse().ok()
    }

    /// The place of the operation that `header` names, as the answer to a request sent to `asked`.
    ///
    /// `None` if it lies outside this endpoint: the token must not follow it there.
    pub(super) fn location(&self, asked: &Uri, header: &str) -> Option<OperationLocation> {
        let asked = Url::parse(&asked.to_string()).ok()?;
        let url = asked.join(header.trim()).ok()?;
        let inside = url.origin() == self.0.origin() && url.username().is_empty() && url.password().is_none();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        (inside && url.path().starts_with("/api/")).then(|| OperationLocation(format!("{}{query}", url.path())))
    }
}

impl Default for Endpoint {
    /// The service itself. Source: cloud-partner-portal-api-overview.md.
    fn default() -> Self {
        Self(Url::parse("https://cloudpartner.azure.com/").expect("invariant: a constant that parses"))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.as_str())
    }
}

/// The text cannot be used as the service's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseEndpointError {
    /// Not a URL with a host.
    #[error("the endpoint is not a URL such as `https://cloudpartner.azure.com`")]
    NotAUrl,
    /// Not https, nor http to this machine.
    #[error("the endpoint `{0}` would send the token unencrypted: use https, or http to this machine only")]
    Unprotected(String),
    /// A user name or password. It is not repeated here.
    #[error("the endpoint must not contain a user name or a password")]
    Credentials,
    /// A path, query or fragment.
    #[error("the endpoint `{0}` must end after the host and port")]
    TooLong(String),
}

impl FromStr for Endpoint {
    type Err = ParseEndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| ParseEndpointError::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ParseEndpointError::Credentials);
        }
        let origin = url.origin().ascii_serialization();
        match (url.scheme(), url.host()) {
            (_, None) => return Err(ParseEndpointError::NotAUrl),
            ("https", _) => {}
            ("http", Some(host)) if is_this_machine(&host) => {}
            ("http", _) => return Err(ParseEndpointError::Unprotected(origin)),
            _ => return Err(ParseEndpointError::NotAUrl),
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(ParseEndpointError::TooLong(origin));
        }
        Ok(Self(url))
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A path below the endpoint, each part of it encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(String);

impl Path {
    /// The start of every path.
    pub(super) fn api() -> Self {
        Self("/api".to_owned())
    }

    /// Appends a segment of the path that needs no escaping.
    pub(super) fn then(mut self, part: &str) -> Self {
        self.0.push('/');
        self.0.push_str(part);
        self
    }

    /// Adds an id. `None` if it would lead to another path: an empty one, or one of dots, which no encoding can hold.
    pub(super) fn id(mut self, id: &str) -> Option<Self> {
        if matches!(id, "" | "." | "..") {
            return None;
        }
        self.0.push('/');
        self.0.extend(utf8_percent_encode(id, SEGMENT));
        Some(self)
    }

    /// The path of an offer.
    pub(super) fn offer(address: &OfferAddress) -> Option<Self> {
        Self::api().then("publishers").id(address.publisher.as_str())?.then("offers").id(address.offer.as_str())
    }
}

/// Where an operation of the service can be asked about: a path below the endpoint, with its query.
///
/// Two forms are known, and both are followed as given: `/api/operations/{p}${o}$2$preview` for offers that
/// were not migrated to Partner Center, `/api/publishers/{p}/offers/{o}/operations/{guid}` for those that were.
/// Source: cloud-partner-portal-api-publish-offer.md.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OperationLocation(String);

impl OperationLocation {
    /// The place of the operation `id` of an offer: ids with `$` belong to the form for offers that were not migrated.
    ///
    /// `None` if an id cannot stand in an address.
    #[must_use]
    pub fn of(address: &OfferAddress, id: &str) -> Option<Self> {
        let path = if id.contains('$') {
            Path::api().then("operations").id(id)?
        } else {
            Path::offer(address)?.then("operations").id(id)?
        };
        Some(Self(format!("{}?api-version={API_VERSION}", path.0)))
    }

    /// The place that [`as_str`](Self::as_str) gave; `None` for any other text.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        text.starts_with("/api/").then(|| Self(text.to_owned()))
    }

    /// The operation's id: the last part of the path, decoded.
    #[must_use]
    pub fn id(&self) -> String {
        let path = self.0.split('?').next().unwrap_or_default();
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
    }

    /// The path and the query of the request, escaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperationLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_over_https_or_stays_on_this_machine() {
        for good in [
            "https://cloudpartner.azure.com",
            "https://proxy.contoso.example:8443/",
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://localhost:1",
            "http://[::1]:8080",
        ] {
            assert_eq!(good.parse::<Endpoint>().unwrap().to_string(), good.trim_end_matches('/'));
        }
        for bad in [
            "http://cloudpartner.azure.com",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://0.0.0.0",
            "http://[::ffff:8.8.8.8]",
        ] {
            assert!(matches!(bad.parse::<Endpoint>(), Err(ParseEndpointError::Unprotected(_))), "{bad}");
        }
        for bad in ["", "cloudpartner.azure.com", "ftp://localhost", "file:///etc", "https://"] {
            assert_eq!(bad.parse::<Endpoint>(), Err(ParseEndpointError::NotAUrl), "{bad}");
        }
        for bad in ["https://x.example/api", "https://x.example?a=b", "https://x.example#a"] {
            assert!(matches!(bad.parse::<Endpoint>(), Err(ParseEndpointError::TooLong(_))), "{bad}");
        }
    }

    #[test]
    fn a_password_in_the_endpoint_is_refused_and_not_repeated() {
        let error = "https://ann:hunter2@x.example".parse::<Endpoint>().unwrap_err();
        assert_eq!(error, ParseEndpointError::Credentials);
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert_eq!("http://localhost@evil.example".parse::<Endpoint>(), Err(ParseEndpointError::Credentials));
    }

    #[test]
    fn ids_are_encoded_and_cannot_lead_elsewhere() {
        let uri = |publisher: &str, offer: &str| {
            let path = Path::offer(&OfferAddress::new(publisher, offer))?;
            Endpoint::default().uri(&path, &[]).map(|uri| uri.to_string())
        };
        let prefix = "https://cloudpartner.azure.com/api/publishers/";
        for (publisher, offer, path) in [
            ("contoso", "fw-1", "contoso/offers/fw-1"),
            ("a/b", "c?d#e", "a%2Fb/offers/c%3Fd%23e"),
            ("ü", "a b%2e", "%C3%BC/offers/a%20b%252e"),
        ] {
            assert_eq!(uri(publisher, offer), Some(format!("{prefix}{path}?api-version=2017-10-31")));
        }
        for (publisher, offer) in [("", "x"), ("x", ""), ("..", "x"), ("x", ".")] {
            assert_eq!(uri(publisher, offer), None);
        }
    }

    #[test]
    fn the_place_of_an_operation_lies_within_the_endpoint() {
        let endpoint: Endpoint = "http://127.0.0.1:8080".parse().unwrap();
        let asked = "http://127.0.0.1:8080/api/publishers/p/offers/o/publish?api-version=2017-10-31".parse().unwrap();
        let place = |header: &str| endpoint.location(&asked, header).map(|place| place.to_string());
        let guid = "/api/publishers/p/offers/o/operations/9b4b?api-version=2017-10-31";
        for (header, found) in [
            (guid, Some(guid)),
            ("http://127.0.0.1:8080/api/operations/p$o$2$preview", Some("/api/operations/p$o$2$preview")),
            ("operations/7", Some("/api/publishers/p/offers/o/operations/7")),
            ("https://evil.example/api/operations/1", None),
            ("//evil.example/api/operations/1", None),
            ("\\\\evil.example/api/operations/1", None),
            ("https://127.0.0.1:8080/api/operations/1", None),
            ("http://127.0.0.1:8081/api/operations/1", None),
            ("http://ann@127.0.0.1:8080/api/operations/1", None),
            ("/elsewhere", None),
            ("/api/../elsewhere", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(place(header).as_deref(), found, "{header}");
        }
    }

    #[test]
    fn an_operation_is_found_by_either_form_of_id() {
        let address = OfferAddress::new("contoso", "fw");
        let old = OperationLocation::of(&address, "contoso$fw$2$preview").unwrap();
        assert_eq!(old.as_str(), "/api/operations/contoso$fw$2$preview?api-version=2017-10-31");
        assert_eq!(old.id(), "contoso$fw$2$preview");
        let new = OperationLocation::of(&address, "9b4b-11").unwrap();
        assert_eq!(new.as_str(), "/api/publishers/contoso/offers/fw/operations/9b4b-11?api-version=2017-10-31");
        assert_eq!(new.id(), "9b4b-11");
        assert_eq!(OperationLocation::of(&address, ".."), None);
    }

    #[test]
    fn the_version_is_named_once_in_every_operation_address() {
        let endpoint = Endpoint::default();
        for place in ["/api/operations/1", "/api/operations/1?api-version=2017-10-31"] {
            let uri = endpoint.operation_uri(&OperationLocation(place.to_owned())).unwrap();
            assert_eq!(uri.to_string(), "https://cloudpartner.azure.com/api/operations/1?api-version=2017-10-31");
        }
    }
}

//! Carries one request and brings back its answer, within bounds of time and size.
//!
//! What matters to those above is not only that a request failed but whether it can have reached the service: only then may it
//! not simply be sent again. [`TransportError`] tells the two apart.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::Endpoint;
use crate::auth::foreign::Reason;

/// Carries requests. The network is one; a simulator in the same process is another.
#[async_trait]
pub trait Transport: Debug + Send + Sync {
    /// Sends `request`, whose address is absolute, once, and returns the whole answer. Follows no redirect.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// No answer, or none that is complete.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The service never saw the request.
    #[error("no connection could be made")]
    NotSent(#[source] Reason),
    /// The service never saw the request, since it could not show who it is. That does not pass by itself.
    #[error("the certificate of the other side is not trusted")]
    Untrusted(#[source] Reason),
    /// The service may have seen the request, and may have acted on it.
    #[error("the connection broke before the answer was complete")]
    Lost(#[source] Reason),
    /// The service may have acted; it did not answer in time.
    #[error("no complete answer came within {0} seconds")]
    Slow(u64),
    /// The service answered, with more than is taken.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// The limits of a request: times and the size of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of an answer's body, after decompression.
    pub body: usize,
    /// How long making a connection may take.
    pub connect: Duration,
    /// How long a whole request that reads may take.
    pub read: Duration,
    /// How long a whole request that writes may take.
    pub write: Duration,
}

impl Limits {
    fn time_of(&self, method: &http::Method) -> Duration {
        if method.is_safe() { self.read } else { self.write }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Large offers have a megabyte (price matrices of every region and currency); a list of a thousand summaries has less. 64
            // leaves room for growth, and with 32 offers in flight it still cannot take a CI machine's whole memory.
            body: 64 * 1024 * 1024,
            // Three of TCP's tries to connect (at 0, 1 and 3 seconds) and a TLS handshake over a bad line.
            connect: Duration::from_secs(10),
            // Gateways in front of such services give up after two to four minutes; whoever waits longer only learns it later.
            read: Duration::from_mins(2),
            // The service downloads every artifact before it answers a PUT: large packages take minutes.
            write: Duration::from_mins(10),
        }
    }
}

/// The network could not be set up, for example because the machine has no CA certificates.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct SetupError(#[source] Reason);

/// A transport over the network.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// For an endpoint on this machine: goes past any proxy, which would see the token in plain text.
    direct: Option<reqwest::Client>,
    limits: Limits,
}

impl HttpTransport {
    /// Creates a transport for the API at `endpoint`. An endpoint in plain HTTP is reached without a proxy.
    pub fn new(endpoint: &Endpoint, limits: Limits) -> Result<Self, SetupError> {
        let build = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| SetupError(Reason::of(&error)));
        let client = build(builder(limits))?;
        let direct = endpoint.is_plain().then(|| build(builder(limits).no_proxy())).transpose()?;
        Ok(Self { client, direct, limits })
    }

    /// The HTTP client, to be shared with signing in: one pool, one set of certificates, one set of proxies.
    #[must_use]
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    fn failed(error: reqwest::Error, time: Duration) -> TransportError {
        // The address is known to whoever asked, and need not be in every message.
        let error = error.without_url();
        let reason = Reason::of(&error);
        if error.is_builder() {
            TransportError::NotSent(reason)
        } else if error.is_connect() {
            let certificate = reason.as_str().to_ascii_lowercase().contains("certificate");
            if certificate { TransportError::Untrusted(reason) } else { TransportError::NotSent(reason) }
        } else if error.is_timeout() {
            TransportError::Slow(time.as_secs())
        } else {
            TransportError::Lost(reason)
        }
    }
}

fn builder(limits: Limits) -> reqwest::ClientBuilder {
    crate::tls::choose_cryptography();
    reqwest::Client::builder()
        .user_agent(concat!("offerform/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        // For signing in; a request to the service has its own limit.
        .timeout(limits.read)
        // Load balancers forget a connection that is silent for some minutes, and a PUT may take longer.
        .tcp_keepalive(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Repetition has one place, and it is not here.
        .retry(reqwest::retry::never())
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let client = self.direct.as_ref().unwrap_or(&self.client);
        let time = self.limits.time_of(request.method());
        let failed = |error| Self::failed(error, time);
        let mut request = reqwest::Request::try_from(request).map_err(failed)?;
        *request.timeout_mut() = Some(time);
        let mut answer = client.execute(request).await.map_err(failed)?;
        let too_large = TransportError::TooLarge(self.limits.body);
        let announced = answer.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |length| length > self.limits.body) {
            return Err(too_large);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(too_large);
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = http::Response::new(body.freeze());
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }
}

//! Fetches files over https: bounded, without credentials, and never from a host that is not public.
//!
//! Names are resolved here, so that the addresses that are checked are those that are connected to. Proxies are not used: behind
//! one, nobody here could tell what is connected to.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use super::{Fetch, Reach};
use crate::secret::redact;

/// Bounds of one fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a file, after decompression.
    pub body: usize,
    /// How long it may take in all, redirects included.
    pub time: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // Logos and screenshots have kilobytes, packages a few megabytes; a hosted file answers in a second.
        Self { body: 10_000_000, time: Duration::from_secs(10), redirects: 3 }
    }
}

/// Why a file could not be fetched. Holds no address: addresses hold signatures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not an address that is fetched.
    #[error("{0}")]
    Address(&'static str),
    /// The host is not one of the public internet.
    #[error("the host is not on the public internet")]
    NotPublic,
    /// There was no answer, or it broke off.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// There was no complete answer in time.
    #[error("no complete answer came within {0:?}")]
    Slow(Duration),
    /// The host was not asked, because it never answers.
    #[error("the host gave no answer {0} times")]
    GivenUp(usize),
    /// The answer is not the file.
    #[error("the answer was {0}")]
    Status(u16),
    /// The answer is a page, such as one to sign in, and no file.
    #[error("the answer is a page or empty, and no file")]
    NoFile,
    /// The file is too large.
    #[error("the file is larger than {0} bytes")]
    TooLarge(usize),
    /// One redirect led to another.
    #[error("there are more than {0} redirects")]
    Redirects(usize),
}

/// Fetches over the network.
#[derive(Debug, Clone)]
pub struct HttpFetch {
    client: reqwest::Client,
    reach: Reach,
    limits: Limits,
}

impl HttpFetch {
    /// A client of its own: it has never heard of tokens, cookies or proxies.
    pub fn new(reach: Reach, limits: Limits) -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("offerform/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .https_only(reach == Reach::Public)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .dns_resolver(Arc::new(PublicNames(reach)))
            .connect_timeout(limits.time)
            .timeout(limits.time)
            .build()
            .map_err(|error| failed(error, limits))?;
        Ok(Self { client, reach, limits })
    }

    async fn fetch(&self, address: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
        let limit = self.limits.time;
        tokio::time::timeout(limit, self.follow(address, sink)).await.unwrap_or(Err(Error::Slow(limit)))
    }

    async fn follow(&self, address: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
        let mut url = Url::parse(address).map_err(|_| Error::Address("it is not an address"))?;
        for _ in 0..=self.limits.redirects {
            self.admit(&url)?;
            let mut answer = self.client.get(url.clone()).send().await.map_err(|error| failed(error, self.limits))?;
            if answer.status().is_redirection() {
                let location = answer.headers().get(http::header::LOCATION).and_then(|value| value.to_str().ok());
                let next = location.and_then(|location| url.join(location).ok());
                url = next.ok_or(Error::Status(answer.status().as_u16()))?;
                continue;
            }
            if answer.status() != http::StatusCode::OK {
                return Err(Error::Status(answer.status().as_u16()));
            }
            return self.read(&mut answer, sink).await;
        }
        Err(Error::Redirects(self.limits.redirects))
    }

    /// Whether `url` may be asked; called for every hop. Names are looked at when they are resolved.
    fn admit(&self, url: &Url) -> Result<(), Error> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(Error::Address("it names no host")),
        };
        if literal.is_some_and(|address| !self.reach.allows(address)) {
            return Err(Error::NotPublic);
        }
        // Without TLS only this machine is asked, and only by tests.
        let plain = self.reach == Reach::PublicAndLoopback && url.scheme() == "http" && literal.is_some();
        if url.scheme() != "https" && !plain {
            return Err(Error::Address("only https is fetched"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Address("it holds a name or a password, and none are sent"));
        }
        Ok(())
    }

    async fn read(&self, answer: &mut reqwest::Response, sink: &mut Sink<'_>) -> Result<(), Error> {
        let kind = answer.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html")) {
            return Err(Error::NoFile);
        }
        let most = self.limits.body;
        if answer.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |length| length > most)) {
            return Err(Error::TooLarge(most));
        }
        let mut length = 0_usize;
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(error, self.limits))? {
            length = length.saturating_add(chunk.len());
            if length > most {
                return Err(Error::TooLarge(most));
            }
            sink(&chunk);
        }
        if length == 0 { Err(Error::NoFile) } else { Ok(()) }
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn digest(&self, address: &str) -> Result<String, Error> {
        let mut hasher = Sha256::new();
        self.fetch(address, &mut |bytes| hasher.update(bytes)).await?;
        Ok(format!("{:x}", hasher.finalize()))
    }

    async fn content(&self, address: &str) -> Result<Vec<u8>, Error> {
        let mut content = Vec::new();
        self.fetch(address, &mut |bytes| content.extend_from_slice(bytes)).await?;
        Ok(content)
    }
}

/// Takes what is read, piece by piece.
type Sink<'s> = dyn FnMut(&[u8]) + Send + 's;

/// Resolves names, and refuses those that lead to anything that is not public.
#[derive(Debug, Clone, Copy)]
struct PublicNames(Reach);

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // A name that leads to both is a trick, not a host of files.
            if found.iter().all(|address| reach.allows(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(Error::NotPublic.into())
            }
        })
    }
}

/// What went wrong, without the address.
fn failed(error: reqwest::Error, limits: Limits) -> Error {
    let error = error.without_url();
    let mut inner: Option<&(dyn StdError + 'static)> = Some(&error);
    let mut last = String::new();
    while let Some(error) = inner {
        if matches!(error.downcast_ref::<Error>(), Some(Error::NotPublic)) {
            return Error::NotPublic;
        }
        last = error.to_string();
        inner = error.source();
    }
    if error.is_timeout() {
        return Error::Slow(limits.time);
    }
    let plain: String = redact(&last).chars().filter(|letter| !letter.is_control()).take(200).collect();
    Error::NoAnswer(plain)
}

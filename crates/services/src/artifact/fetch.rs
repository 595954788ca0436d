//! Fetches files over https: bounded, without credentials, and never from a host that is not public.
//!
//! Names are resolved here, so that the addresses that are checked are those that are connected to. Proxies are not used: behind
//! one, nobody here could tell what is connected to.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderName, Method, StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use super::{Fetch, Parts, Reach, Wanted};
use crate::secret::redact;
use crate::text::plain_character;

/// The limits of a fetch: times and the number of bytes.
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

/// How many bytes a host gives in a second at least, if a large file is to be fetched.
const SLOWEST: u64 = 1_000_000;

/// What kind of blob a file is.
const BLOB_TYPE: HeaderName = HeaderName::from_static("x-ms-blob-type");

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
    #[error("the answer is a page or empty, not a file")]
    NoFile,
    /// The file is too large.
    #[error("the file is larger than {0} bytes")]
    TooLarge(usize),
    /// The host does not say how long a file is, or gives no parts of it.
    #[error("the host does not return parts of files")]
    OnlyWhole,
    /// One redirect led to another.
    #[error("there are more than {0} redirects")]
    Redirects(usize),
}

/// A [`Fetch`] over the network.
#[derive(Debug, Clone)]
pub struct HttpFetch {
    client: reqwest::Client,
    reach: Reach,
    limits: Limits,
}

impl HttpFetch {
    /// A client of its own: it has never heard of tokens, cookies or proxies.
    pub fn new(reach: Reach, limits: Limits) -> Result<Self, Error> {
        crate::tls::choose_cryptography();
        let client = reqwest::Client::builder()
            .user_agent(concat!("offerform/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .https_only(reach == Reach::Public)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .dns_resolver(Arc::new(PublicNames(reach)))
            .connect_timeout(limits.time)
            .build()
            .map_err(|error| failed(error, limits))?;
        Ok(Self { client, reach, limits })
    }

    async fn fetch(&self, address: &str, limits: Limits, sink: &mut Sink<'_>) -> Result<(), Error> {
        let read = async {
            let mut answer = self.follow(address, Method::GET, None).await?;
            match answer.status() {
                StatusCode::OK => read(&mut answer, limits, sink).await,
                other => Err(Error::Status(other.as_u16())),
            }
        };
        tokio::time::timeout(limits.time, read).await.unwrap_or(Err(Error::Slow(limits.time)))
    }

    /// Asks for a file, or a part of it, wherever it has moved to.
    async fn follow(&self, address: &str, method: Method, range: Option<&str>) -> Result<reqwest::Response, Error> {
        let mut url = Url::parse(address).map_err(|_| Error::Address("it is not an address"))?;
        for _ in 0..=self.limits.redirects {
            self.admit(&url)?;
            let mut request = self.client.request(method.clone(), url.clone());
            if method == Method::HEAD || range.is_some() {
                // Lengths and ranges are those of the file, and not those of a compressed answer.
                request = request.header(header::ACCEPT_ENCODING, "identity");
            }
            if let Some(range) = range {
                request = request.header(header::RANGE, range);
            }
            let answer = request.send().await.map_err(|error| failed(error, self.limits))?;
            if !answer.status().is_redirection() {
                return Ok(answer);
            }
            let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok());
            url = next.ok_or(Error::Status(answer.status().as_u16()))?;
        }
        Err(Error::Redirects(self.limits.redirects))
    }

    async fn some_parts(&self, address: &str, wanted: Wanted) -> Result<Parts, Error> {
        let head = self.follow(address, Method::HEAD, None).await?;
        match head.status() {
            StatusCode::OK => {}
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => return Err(Error::OnlyWhole),
            other => return Err(Error::Status(other.as_u16())),
        }
        let text = |name: HeaderName| head.headers().get(name).and_then(|value| value.to_str().ok());
        let length: u64 =
            text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()).ok_or(Error::OnlyWhole)?;
        let blob = text(BLOB_TYPE).map(|kind| kind.chars().filter(char::is_ascii_alphanumeric).take(20).collect());
        let start = self.part(address, 0, wanted.start.min(usize::try_from(length).unwrap_or(usize::MAX))).await?;
        let end = wanted.end.min(usize::try_from(length).unwrap_or(usize::MAX));
        let end = self.part(address, length - end as u64, end).await?;
        Ok(Parts { length, blob, start, end })
    }

    /// So many bytes from a place on. A host that answers with the whole file is not listened to.
    async fn part(&self, address: &str, from: u64, count: usize) -> Result<Vec<u8>, Error> {
        let Some(last) = (from + count as u64).checked_sub(1).filter(|_| count > 0) else { return Ok(Vec::new()) };
        let range = format!("bytes={from}-{last}");
        let mut answer = self.follow(address, Method::GET, Some(&range)).await?;
        match answer.status() {
            StatusCode::PARTIAL_CONTENT => {}
            StatusCode::OK => return Err(Error::OnlyWhole),
            other => return Err(Error::Status(other.as_u16())),
        }
        let given = answer.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
        if !given.is_some_and(|given| given.starts_with(&format!("bytes {from}-{last}/"))) {
            return Err(Error::OnlyWhole);
        }
        let mut part = Vec::with_capacity(count);
        let limits = Limits { body: count, ..self.limits };
        read(&mut answer, limits, &mut |bytes| part.extend_from_slice(bytes)).await?;
        if part.len() == count { Ok(part) } else { Err(Error::NoAnswer("the connection broke".to_owned())) }
    }

    /// Whether `url` may be asked; called for every hop. Names are looked at when they are resolved.
    fn admit(&self, url: &Url) -> Result<(), Error> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(Error::Address("it has no host")),
        };
        if literal.is_some_and(|address| !self.reach.allows(address)) {
            return Err(Error::NotPublic);
        }
        // Without TLS only this machine is asked, and only by tests.
        let plain = self.reach == Reach::PublicAndLoopback && url.scheme() == "http" && literal.is_some();
        if url.scheme() != "https" && !plain {
            return Err(Error::Address("only https is allowed"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Address("it contains a name or a password, which are not sent"));
        }
        Ok(())
    }
}

/// Reads an answer, if it is a file and no larger than allowed.
async fn read(answer: &mut reqwest::Response, limits: Limits, sink: &mut Sink<'_>) -> Result<(), Error> {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html")) {
        return Err(Error::NoFile);
    }
    let most = limits.body;
    if answer.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |length| length > most)) {
        return Err(Error::TooLarge(most));
    }
    let mut length = 0_usize;
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(error, limits))? {
        length = length.saturating_add(chunk.len());
        if length > most {
            return Err(Error::TooLarge(most));
        }
        sink(&chunk);
    }
    if length == 0 { Err(Error::NoFile) } else { Ok(()) }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn digest(&self, address: &str) -> Result<String, Error> {
        let mut hasher = Sha256::new();
        self.fetch(address, self.limits, &mut |bytes| hasher.update(bytes)).await?;
        Ok(format!("{:x}", hasher.finalize()))
    }

    async fn content(&self, address: &str, most: usize) -> Result<Vec<u8>, Error> {
        let mut content = Vec::new();
        let time = self.limits.time.max(Duration::from_secs(most as u64 / SLOWEST));
        let limits = Limits { body: most, time, ..self.limits };
        self.fetch(address, limits, &mut |bytes| content.extend_from_slice(bytes)).await?;
        Ok(content)
    }

    async fn parts(&self, address: &str, wanted: Wanted) -> Result<Parts, Error> {
        let limit = self.limits.time;
        tokio::time::timeout(limit, self.some_parts(address, wanted)).await.unwrap_or(Err(Error::Slow(limit)))
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
    let plain: String = redact(&last).chars().filter_map(plain_character).take(200).collect();
    Error::NoAnswer(plain)
}

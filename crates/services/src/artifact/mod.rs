//! Looks at the files behind addresses, to tell whether a copy of the service's is what is declared.
//!
//! Addresses come from files and from the service, so nothing here trusts them: see `reach`. Of what is compared only
//! the SHA-256 goes on; the bytes of what is judged go to the rules, which look at them and at nothing behind them.

mod fetch;
mod reach;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

pub use fetch::{Error, HttpFetch, Limits};
pub use reach::{Reach, is_public};

use crate::secret::{SecretText, without_sas};

/// How many files are fetched side by side, whatever hosts they come from.
const PARALLEL: usize = 8;

/// How often a host may give no answer before it is not asked any more in this run. Where a firewall swallows what goes out, thousands of
/// files would else take ten seconds each.
const PATIENCE: usize = 3;

/// The way to fetch a file from an address.
#[async_trait]
pub trait Fetch: Debug + Send + Sync {
    /// The SHA-256 of the file at `address`, as hexadecimal digits.
    async fn digest(&self, address: &str) -> Result<String, Error>;

    /// The file behind an address, if it has at most `most` bytes.
    async fn content(&self, address: &str, most: usize) -> Result<Vec<u8>, Error>;

    /// The beginning and the end of a file, which may be far too large to be fetched whole; a file that is shorter is taken whole.
    async fn parts(&self, address: &str, wanted: Wanted) -> Result<Parts, Error>;
}

/// How many bytes of a file are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The number of bytes from the beginning of the file.
    pub start: usize,
    /// The number of bytes from the end of the file.
    pub end: usize,
}

/// A few bytes of a file, and how long it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The length of the file, in bytes.
    pub length: u64,
    /// What kind of blob a storage account says it is, such as `PageBlob`. Source: "Get Blob Properties",
    /// learn.microsoft.com/rest/api/storageservices/get-blob-properties.
    pub blob: Option<String>,
    /// The first bytes of the file.
    pub start: Vec<u8>,
    /// The last bytes of the file.
    pub end: Vec<u8>,
}

/// How a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// All of it, if it has at most so many bytes.
    Whole(usize),
    /// A few bytes of it.
    Parts(Wanted),
}

/// What was seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// The whole file.
    Whole(Vec<u8>),
    /// A few bytes of it.
    Parts(Parts),
    /// Nothing: it is larger than what is fetched, or the host gives files only whole. Its length, if that is known.
    NotFetched(Option<u64>),
}

/// How many files a run looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that were fetched whole.
    pub fetched: usize,
    /// Those that could not be.
    pub failed: usize,
}

/// The digest of one file, once somebody asked for it.
type Cell = Arc<OnceCell<Option<String>>>;

/// What is behind addresses, each looked up at most once in a run.
#[derive(Debug, Default)]
pub struct Artifacts {
    source: Option<Source>,
    /// By address without its signature, which the service renews whenever it likes.
    seen: Mutex<BTreeMap<String, Cell>>,
}

#[derive(Debug)]
struct Source {
    fetch: Arc<dyn Fetch>,
    permits: Semaphore,
    /// How often each host gave no answer.
    silences: Mutex<BTreeMap<String, usize>>,
}

impl Source {
    fn new(fetch: Arc<dyn Fetch>) -> Self {
        Self { fetch, permits: Semaphore::new(PARALLEL), silences: Mutex::default() }
    }

    async fn digest(&self, address: &str) -> Result<String, Error> {
        self.patiently(address, self.fetch.digest(address)).await
    }

    async fn look(&self, address: &str, look: Look) -> Result<FileContent, Error> {
        let seen = match look {
            Look::Whole(most) => self.fetch.content(address, most).await.map(FileContent::Whole),
            Look::Parts(wanted) => self.fetch.parts(address, wanted).await.map(FileContent::Parts),
        };
        match seen {
            Err(Error::TooLarge(_)) => {
                let parts = self.fetch.parts(address, Wanted { start: 0, end: 0 }).await;
                Ok(FileContent::NotFetched(parts.ok().map(|parts| parts.length)))
            }
            Err(Error::OnlyWhole) => Ok(FileContent::NotFetched(None)),
            seen => seen,
        }
    }

    /// Waits for an answer, a few at a time, and not for a host that never gives one.
    async fn patiently<T>(&self, address: &str, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        // The semaphore is never closed.
        let _permit = self.permits.acquire().await;
        let host = host_of(address);
        if self.silences().get(&host).is_some_and(|count| *count >= PATIENCE) {
            return Err(Error::GivenUp(PATIENCE));
        }
        let answer = answer.await;
        if matches!(answer, Err(Error::NoAnswer(_) | Error::Slow(_))) {
            *self.silences().entry(host).or_default() += 1;
        }
        answer
    }

    fn silences(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.silences.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
}

/// Looks at the files behind addresses, and makes of each what `taken` makes of its number and what was seen, as soon as that is there.
/// The answers come in the order of the addresses.
pub async fn look_at<T>(
    fetch: Arc<dyn Fetch>,
    files: impl IntoIterator<Item = (SecretText, Look)>,
    taken: impl Fn(usize, FileContent) -> T,
) -> Vec<Result<T, Error>> {
    let (source, taken) = (&Source::new(fetch), &taken);
    let looks = files.into_iter().enumerate().map(|(number, (address, look))| async move {
        let address = address.expose();
        source.patiently(address, source.look(address, look)).await.map(|seen| taken(number, seen))
    });
    join_all(looks).await
}

impl Artifacts {
    /// Fetches nothing, so nothing is ever known.
    #[must_use]
    pub fn unseen() -> Self {
        Self::default()
    }

    /// Files that are fetched through `fetch`, each once.
    #[must_use]
    pub fn fetched_by(fetch: Arc<dyn Fetch>) -> Self {
        Self { source: Some(Source::new(fetch)), seen: Mutex::default() }
    }

    /// Whether anything can be fetched.
    #[must_use]
    pub fn is_fetching(&self) -> bool {
        self.source.is_some()
    }

    /// Fetches `address`, unless it was fetched before. What cannot be fetched stays unknown for this run.
    pub async fn look(&self, address: &str) {
        let Some(source) = &self.source else { return };
        let key = without_sas(address).into_owned();
        let cell = Arc::clone(self.seen().entry(key).or_default());
        cell.get_or_init(|| async {
            match source.digest(address).await {
                Ok(digest) => Some(digest),
                Err(error) => {
                    tracing::info!(file = %without_query(address), %error, "a file could not be compared");
                    None
                }
            }
        })
        .await;
    }

    /// The SHA-256 of the file at `address`, if it was fetched in this run.
    #[must_use]
    pub fn known(&self, address: &str) -> Option<String> {
        self.seen().get(without_sas(address).as_ref()).and_then(|cell| cell.get().cloned().flatten())
    }

    /// How many files were looked at so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let seen = self.seen();
        let answers = seen.values().filter_map(|cell| cell.get());
        let (fetched, failed): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.is_some());
        Counts { fetched: fetched.len(), failed: failed.len() }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Cell>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address as it may be shown: a query can hold a signature under any name.
fn without_query(address: &str) -> String {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    bare.chars().filter(char::is_ascii_graphic).take(200).collect()
}

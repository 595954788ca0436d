//! Fetches what the service has.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use crate::api::{self, LiveDocument, OfferSummary, ReadOnlyClient};
use crate::offer::{OfferAddress, PublisherId};

/// Why an offer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service did not give it.
    #[error(transparent)]
    Read(#[from] api::Error),
    /// The service's list of offers, needed to be sure that an offer does not exist, could not be read.
    #[error(
        "the service has no offer `{address}`, and whether that is so cannot be checked against its list of offers"
    )]
    List {
        /// The offer.
        address: OfferAddress,
        /// Why the list could not be read.
        #[source]
        source: Arc<api::Error>,
    },
    /// The service contradicts itself.
    #[error("the service says that there is no offer `{0}`, and lists it all the same")]
    Contradiction(OfferAddress),
}

impl Error {
    /// What to do next, where that can be told.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.hint(),
            Self::List { source, .. } => source.hint(),
            Self::Contradiction(_) => Some("nothing was written; try again in a few minutes".to_owned()),
        }
    }
}

type Listing = Arc<OnceCell<Result<Vec<OfferSummary>, Arc<api::Error>>>>;

/// Reads offers, and the list of a publisher's offers at most once.
#[derive(Debug)]
pub struct Fetcher {
    client: ReadOnlyClient,
    listings: Mutex<BTreeMap<PublisherId, Listing>>,
}

impl Fetcher {
    /// A fetcher that reads through `client`.
    #[must_use]
    pub fn new(client: ReadOnlyClient) -> Self {
        Self { client, listings: Mutex::default() }
    }

    /// What it reads through.
    #[must_use]
    pub fn client(&self) -> &ReadOnlyClient {
        &self.client
    }

    /// The draft of an offer; `None` only if the service says so twice: by 404, and by a list that lacks it.
    ///
    /// A create is never risked on the word of a single answer, which a wrong permission can also cause.
    pub async fn fetch(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        if let Some(live) = self.client.offer(address).await? {
            return Ok(Some(live));
        }
        let listing = Arc::clone(self.listings.lock().await.entry(address.publisher.clone()).or_default());
        let offers = listing.get_or_init(|| async { self.client.offers(&address.publisher).await.map_err(Arc::new) });
        match offers.await {
            Err(source) => Err(Error::List { address: address.clone(), source: Arc::clone(source) }),
            Ok(offers) => {
                let listed =
                    |row: &OfferSummary| row.address.offer.as_str().eq_ignore_ascii_case(address.offer.as_str());
                if offers.iter().any(listed) { Err(Error::Contradiction(address.clone())) } else { Ok(None) }
            }
        }
    }

    /// The draft of an offer as it is now, on the word of one answer: for settling what became of a write.
    pub async fn read_again(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, api::Error> {
        self.client.offer(address).await
    }
}

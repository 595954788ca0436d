//! Fetches what the service has.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use crate::backend::{self, LiveDocument, Reader};
use crate::offer::{Api, OfferAddress, PublisherId};

/// Why an offer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service did not give it.
    #[error(transparent)]
    Read(#[from] backend::Error),
    /// The service's list of offers, needed to be sure that an offer does not exist, could not be read.
    #[error("the service returned no offer `{address}`, and its list of offers could not be read to confirm that")]
    List {
        /// The offer.
        address: OfferAddress,
        /// Why the list could not be read.
        #[source]
        source: backend::Error,
    },
    /// The service contradicts itself.
    #[error("the service returned no offer `{0}`, but its list of offers contains it")]
    Contradiction(OfferAddress),
}

impl Error {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.hint(),
            Self::List { source, .. } => source.hint(),
            Self::Contradiction(_) => Some("nothing was written; try again in a few minutes".to_owned()),
        }
    }

    /// The id by which the support of the service finds the request that failed.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Self::Read(error) | Self::List { source: error, .. } => error.correlation_id(),
            Self::Contradiction(_) => None,
        }
    }
}

/// A publisher and the API that is asked for its offers.
type Account = (PublisherId, Api);

type Listing = Arc<OnceCell<Result<Vec<OfferAddress>, backend::Error>>>;

/// Reads offers, and the list of a publisher's offers at most once.
#[derive(Debug)]
pub struct Fetcher {
    client: Arc<dyn Reader>,
    listings: Mutex<BTreeMap<Account, Listing>>,
}

impl Fetcher {
    /// A fetcher that reads through `client`.
    #[must_use]
    pub fn new(client: Arc<dyn Reader>) -> Self {
        Self { client, listings: Mutex::default() }
    }

    /// The reader of the service.
    #[must_use]
    pub fn client(&self) -> &dyn Reader {
        self.client.as_ref()
    }

    /// The draft of an offer; `None` only if the service says so twice: by 404, and by a list that lacks it.
    ///
    /// A create is never risked on the word of a single answer, which a wrong permission can also cause.
    pub async fn fetch(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        if let Some(live) = self.client.draft(address).await? {
            return Ok(Some(live));
        }
        let account = (address.publisher.clone(), address.api);
        let listing = Arc::clone(self.listings.lock().await.entry(account).or_default());
        let offers = listing.get_or_init(|| async { self.client.offers(&address.publisher, address.api).await });
        match offers.await {
            Err(source) => Err(Error::List { address: address.clone(), source: source.clone() }),
            Ok(offers) => {
                let listed = |row: &OfferAddress| row.offer.as_str().eq_ignore_ascii_case(address.offer.as_str());
                if offers.iter().any(listed) { Err(Error::Contradiction(address.clone())) } else { Ok(None) }
            }
        }
    }
}

//! Which endpoint a path names, and which methods it knows.
//!
//! Source: the pages cloud-partner-portal-api-*.md, one per endpoint; the list of offer types is named by
//! cloud-partner-portal-api-considerations.md.

use percent_encoding::percent_decode_str;

/// An offer by publisher and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) publisher: String,
    pub(super) offer: String,
}

impl Address {
    /// `publisher/offer`: how the portal files it.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.publisher, self.offer)
    }
}

/// An endpoint with the names in its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Publishers,
    OfferTypes,
    Offers(String),
    Offer(Address),
    Version(Address, String),
    Slot(Address, String),
    Status(Address),
    Publish(Address),
    GoLive(Address),
    Cancel(Address),
    Submissions(Address),
    /// By GUID, under the offer.
    Operation(Address, String),
    /// By `{publisher}${offer}${n}$preview`.
    OperationOfOffer(String),
}

impl Route {
    /// The endpoint behind `path`, or `None` if there is none.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let segments: Vec<String> = path
            .strip_prefix("/api/")?
            .trim_end_matches('/')
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["publishers"] => Some(Self::Publishers),
            ["offerTypes"] => Some(Self::OfferTypes),
            ["operations", key] => Some(Self::OperationOfOffer((*key).to_owned())),
            ["publishers", publisher, "offers"] => Some(Self::Offers((*publisher).to_owned())),
            ["publishers", publisher, "offers", offer, rest @ ..] => {
                Self::below_offer(Address { publisher: (*publisher).to_owned(), offer: (*offer).to_owned() }, rest)
            }
            _ => None,
        }
    }

    fn below_offer(address: Address, rest: &[&str]) -> Option<Self> {
        Some(match rest {
            [] => Self::Offer(address),
            ["versions", version] => Self::Version(address, (*version).to_owned()),
            ["slot", slot] => Self::Slot(address, (*slot).to_owned()),
            ["status"] => Self::Status(address),
            ["publish"] => Self::Publish(address),
            ["golive"] => Self::GoLive(address),
            ["cancel"] => Self::Cancel(address),
            ["submissions"] => Self::Submissions(address),
            ["operations", id] => Self::Operation(address, (*id).to_owned()),
            _ => return None,
        })
    }

    /// The methods this endpoint knows, as in an `Allow` header.
    pub(super) fn methods(&self) -> &'static str {
        match self {
            Self::Offer(_) => "GET, PUT",
            Self::Publish(_) | Self::GoLive(_) | Self::Cancel(_) => "POST",
            _ => "GET",
        }
    }

    /// The publisher in whose name the call is made, if the path names one.
    pub(super) fn publisher(&self) -> Option<&str> {
        match self {
            Self::Publishers | Self::OfferTypes => None,
            Self::Offers(publisher) => Some(publisher),
            Self::OperationOfOffer(key) => key.split('$').next(),
            Self::Offer(address)
            | Self::Version(address, _)
            | Self::Slot(address, _)
            | Self::Status(address)
            | Self::Publish(address)
            | Self::GoLive(address)
            | Self::Cancel(address)
            | Self::Submissions(address)
            | Self::Operation(address, _) => Some(&address.publisher),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Route};

    fn firewall() -> Address {
        Address { publisher: "contoso".into(), offer: "firewall".into() }
    }

    #[test]
    fn every_endpoint_is_found_by_its_path() {
        let offer = "/api/publishers/contoso/offers/firewall";
        for (path, expected) in [
            ("/api/publishers".to_owned(), Some(Route::Publishers)),
            ("/api/offerTypes".to_owned(), Some(Route::OfferTypes)),
            ("/api/publishers/contoso/offers".to_owned(), Some(Route::Offers("contoso".into()))),
            (offer.to_owned(), Some(Route::Offer(firewall()))),
            (format!("{offer}/versions/3"), Some(Route::Version(firewall(), "3".into()))),
            (format!("{offer}/slot/PREVIEW"), Some(Route::Slot(firewall(), "PREVIEW".into()))),
            (format!("{offer}/status"), Some(Route::Status(firewall()))),
            (format!("{offer}/publish"), Some(Route::Publish(firewall()))),
            (format!("{offer}/golive"), Some(Route::GoLive(firewall()))),
            (format!("{offer}/cancel"), Some(Route::Cancel(firewall()))),
            (format!("{offer}/submissions/"), Some(Route::Submissions(firewall()))),
            (format!("{offer}/submissions"), Some(Route::Submissions(firewall()))),
            (format!("{offer}/operations/1-2"), Some(Route::Operation(firewall(), "1-2".into()))),
            (
                "/api/operations/contoso%24firewall$2$preview".to_owned(),
                Some(Route::OperationOfOffer("contoso$firewall$2$preview".into())),
            ),
            (format!("{offer}/other"), None),
            ("/publishers".to_owned(), None),
            ("/".to_owned(), None),
        ] {
            assert_eq!(Route::parse(&path), expected, "{path}");
        }
    }
}

//! How an offer is named: `publisher/offer`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; what a well-formed id looks like is a matter of validation.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier! {
    /// The id of a publisher account, such as `contoso`.
    PublisherId
}
identifier! {
    /// The id of an offer, unique below its publisher.
    OfferId
}

/// A service through which offers are managed, as files name it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Api {
    /// The Cloud Partner Portal API. A file that names no API means this one.
    #[default]
    CloudPartnerPortal,
    /// The Product Ingestion API of Partner Center.
    ProductIngestion,
}

impl Api {
    /// Both APIs, the portal's first.
    pub const ALL: [Self; 2] = [Self::CloudPartnerPortal, Self::ProductIngestion];

    /// The name in files, on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudPartnerPortal => "cloud-partner-portal",
            Self::ProductIngestion => "product-ingestion",
        }
    }
}

/// Writes the name of the API as Microsoft's documentation has it.
impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CloudPartnerPortal => "Cloud Partner Portal API",
            Self::ProductIngestion => "Product Ingestion API",
        })
    }
}

/// The text names no API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an API: use `cloud-partner-portal` or `product-ingestion`")]
pub struct ParseApiError(String);

impl FromStr for Api {
    type Err = ParseApiError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|api| api.name() == text).ok_or_else(|| ParseApiError(text.to_owned()))
    }
}

/// The type of an offer, such as `microsoft-azure-virtualmachines`, and the API whose word it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferTypeId {
    api: Api,
    id: String,
}

impl OfferTypeId {
    /// A type of the Cloud Partner Portal API. The text is taken as it is.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::of(Api::CloudPartnerPortal, text)
    }

    /// A type of an API. The text is taken as it is.
    #[must_use]
    pub fn of(api: Api, text: impl Into<String>) -> Self {
        Self { api, id: text.into() }
    }

    /// The API whose word it is.
    #[must_use]
    pub fn api(&self) -> Api {
        self.api
    }

    /// The id as the service writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for OfferTypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// The name of one offer, and the API through which it is managed. Printed and parsed as `publisher/offer`, without the API; ordered
/// the same way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferAddress {
    /// The id of the publisher.
    pub publisher: PublisherId,
    /// Which of the publisher's offers it is.
    pub offer: OfferId,
    /// Through which API it is read and written.
    pub api: Api,
}

impl OfferAddress {
    /// An offer of the Cloud Partner Portal API.
    #[must_use]
    pub fn new(publisher: impl Into<String>, offer: impl Into<String>) -> Self {
        Self { publisher: PublisherId::new(publisher), offer: OfferId::new(offer), api: Api::default() }
    }

    /// The offer of the same name in `api`.
    #[must_use]
    pub fn through(self, api: Api) -> Self {
        Self { api, ..self }
    }
}

impl fmt::Display for OfferAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.publisher, self.offer)
    }
}

/// The text is not of the form `publisher/offer`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an offer address of the form `publisher/offer`")]
pub struct ParseAddressError(String);

impl FromStr for OfferAddress {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((publisher, offer)) if !publisher.is_empty() && !offer.is_empty() && !offer.contains('/') => {
                Ok(Self::new(publisher, offer))
            }
            _ => Err(ParseAddressError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_prints() {
        let address: OfferAddress = "contoso/firewall".parse().unwrap();
        assert_eq!(address, OfferAddress::new("contoso", "firewall"));
        assert_eq!(address.to_string(), "contoso/firewall");
        for bad in ["", "contoso", "/x", "x/", "a/b/c"] {
            assert!(bad.parse::<OfferAddress>().is_err(), "{bad}");
        }
    }
}

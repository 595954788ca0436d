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
identifier! {
    /// The type of an offer, such as `microsoft-azure-virtualmachines`.
    OfferTypeId
}

/// The name of one offer. Printed and parsed as `publisher/offer`; ordered the same way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferAddress {
    /// Whose offer it is.
    pub publisher: PublisherId,
    /// Which of the publisher's offers it is.
    pub offer: OfferId,
}

impl OfferAddress {
    /// Puts the two ids together.
    #[must_use]
    pub fn new(publisher: impl Into<String>, offer: impl Into<String>) -> Self {
        Self { publisher: PublisherId::new(publisher), offer: OfferId::new(offer) }
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

//! Offers as people name them.

use super::{Error, Repository, Selection};
use crate::offer::{Api, OfferAddress};

/// Why a name is not taken for an offer.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// It is not `publisher/offer`.
    #[error(transparent)]
    Malformed(#[from] crate::offer::ParseAddressError),
    /// It is an id alone, and nothing says of which publisher.
    #[error("the publisher of `{0}` is not known")]
    UnknownPublisher(String),
    /// It is the id of offers of several publishers.
    #[error("`{name}` names several offers: {offers}")]
    Several {
        /// The offer id as it was written.
        name: String,
        /// The offers that have this id, each as `publisher/offer`.
        offers: String,
    },
    /// Offers are to be taken from files, and there are none.
    #[error("there are no offer files: `{0}` does not exist, or is empty")]
    NoFiles(String),
    /// Offers are to be taken from files, and those cannot be used.
    #[error(transparent)]
    Files(#[from] Error),
}

impl NameError {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Malformed(_) | Self::Several { .. } => "write `publisher/offer`",
            Self::UnknownPublisher(_) => "write `publisher/offer`, or name the publisher with --publisher",
            Self::NoFiles(_) => {
                "name an offer as `publisher/offer`, or run `offerform import --all` to write the files"
            }
            Self::Files(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}

impl Repository {
    /// The offer that a person means by `name`: `publisher/offer`, or its id alone if the publisher is set or one file declares it. Without
    /// a named `api` it is managed as the file says that declares it.
    pub fn address(&self, name: &str, publisher: Option<&str>, api: Option<Api>) -> Result<OfferAddress, NameError> {
        let address = self.named(name, publisher)?;
        match api {
            Some(api) => Ok(address.through(api)),
            None => Ok(self.declared(&address).unwrap_or(address)),
        }
    }

    /// The same offer as the files declare it, if they do.
    fn declared(&self, address: &OfferAddress) -> Option<OfferAddress> {
        if self.missing_offers().is_some() {
            return None;
        }
        let selection = Selection { offers: vec![address.to_string()], ..Selection::default() };
        let declared = self.open(&selection).ok()?.desired;
        let same = |one: &OfferAddress| one.to_string().eq_ignore_ascii_case(&address.to_string());
        declared.iter().map(|one| &one.address).find(|one| same(one)).cloned()
    }

    fn named(&self, name: &str, publisher: Option<&str>) -> Result<OfferAddress, NameError> {
        if name.is_empty() || name.contains('/') {
            return Ok(name.parse()?);
        }
        if let Some(publisher) = publisher {
            return Ok(OfferAddress::new(publisher, name));
        }
        let unknown = || NameError::UnknownPublisher(name.to_owned());
        if self.missing_offers().is_some() {
            return Err(unknown());
        }
        let selection = Selection { offers: vec![name.to_owned()], ..Selection::default() };
        let declared = self.open(&selection).map_err(|_| unknown())?.desired;
        match declared.as_slice() {
            [one] => Ok(one.address.clone()),
            [] => Err(unknown()),
            several => {
                let offers: Vec<String> = several.iter().map(|one| format!("`{}`", one.address)).collect();
                Err(NameError::Several { name: name.to_owned(), offers: offers.join(", ") })
            }
        }
    }

    /// The offers that are named, or else those that the files declare, sorted.
    pub fn addresses(
        &self,
        names: &[String],
        publisher: Option<&str>,
        api: Option<Api>,
    ) -> Result<Vec<OfferAddress>, NameError> {
        let mut addresses = if names.is_empty() {
            if let Some(missing) = self.missing_offers() {
                return Err(NameError::NoFiles(missing));
            }
            let selection = Selection { publisher: publisher.map(ToOwned::to_owned), ..Selection::default() };
            self.open(&selection)?.desired.iter().map(|desired| desired.address.clone()).collect()
        } else {
            names.iter().map(|name| self.address(name, publisher, api)).collect::<Result<Vec<_>, _>>()?
        };
        addresses.sort();
        addresses.dedup();
        Ok(addresses)
    }
}

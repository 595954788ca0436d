//! One marketplace offer, in the words everything else uses: how it is addressed, what its content is, which
//! revision of it is meant, and in which slot it stands.

pub mod address;
pub mod canonical;
pub mod disk;
pub mod document;
pub mod fields;
mod identity_path;
pub mod key_order;
pub mod layout;
pub mod listing;
pub mod locate;
pub mod markup;
pub mod part;
pub mod pointer;
pub mod price;
pub mod resource;
mod revision;
pub mod sas;
pub mod version;

pub use address::{Api, OfferAddress, OfferId, OfferTypeId, ParseAddressError, ParseApiError, PublisherId};
pub use document::{Document, RequestBody};
pub use identity_path::IdentityPath;
pub use part::OfferPart;
pub use pointer::Pointer;
pub use revision::{Content, Revision, Slot};

//! Versions of images in offer files: adding one, withdrawing old ones, and listing where each of them stands.
//!
//! Pure: what is declared in, what is to be declared out. The files are edited by `adopt`, and the change reaches the service
//! like any other, through `plan` and `apply`. Nothing here decides whether a change may be made: guards do.

mod add;
mod holder;
mod holders;
mod list;
mod machine;
mod machine_edit;
mod pattern;
mod refusal;
#[cfg(test)]
mod tests;
mod withdraw;

pub use add::{Added, Disk, Order, Source, Texts};
pub use holder::Holder;
pub use holders::holders;
pub use list::{Listing, OfferImages, Presence, Row, Sides, Until, images};
pub use refusal::Refusal;
pub use withdraw::Pruned;

use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::offer::Api;
use crate::offer::layout::Layout;

/// What an offer is to declare with one more version.
pub fn add(desired: &Desired, order: &Order) -> Result<Added, Refusal> {
    match desired.offer_type.api() {
        Api::CloudPartnerPortal => add::add(desired, order),
        Api::ProductIngestion => machine_edit::add(desired, order),
    }
}

/// What an offer is to declare with the `keep` newest versions of everything that has versions, and with those in `protected`.
pub fn prune(desired: &Desired, keep: usize, protected: &BTreeSet<Image>) -> Result<Pruned, Refusal> {
    match desired.offer_type.api() {
        Api::CloudPartnerPortal => withdraw::prune(desired, keep, protected),
        Api::ProductIngestion => machine_edit::prune(desired, keep, protected),
    }
}

/// What an offer is to declare so that new customers do not see a version any more, in everything that has it or in `skus` only.
pub fn deprecate(desired: &Desired, version: &str, skus: &[String]) -> Result<Pruned, Refusal> {
    match desired.offer_type.api() {
        Api::CloudPartnerPortal => withdraw::deprecate(desired, version, skus),
        Api::ProductIngestion => machine_edit::deprecate(desired, version, skus),
    }
}

/// Whether an offer can have images: by its type, or by what it declares.
#[must_use]
pub fn has_images(desired: &Desired) -> bool {
    match desired.offer_type.api() {
        Api::CloudPartnerPortal => Layout::of(&desired.offer_type).images().is_some(),
        Api::ProductIngestion => !holders(&desired.offer_type, desired.document.opened().content()).is_empty(),
    }
}

/// A version of one holder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Image {
    /// The SKU or disk generation.
    pub holder: Holder,
    /// The image version, such as `1.10.0`.
    pub version: String,
}

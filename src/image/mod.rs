//! Versions of images in offer files: adding one, withdrawing old ones, and listing where each of them stands.
//!
//! Pure: what is declared in, what is to be declared out. The files are edited by `adopt`, and the service is told by `plan` and
//! `apply` like of any other change. Nothing here decides whether a change may be made: guards do.

mod add;
mod holder;
mod list;
mod machine;
mod pattern;
mod refusal;
#[cfg(test)]
mod tests;
mod withdraw;

pub use add::{Added, Disk, Order, Source, Texts, add};
pub use holder::{Holder, holders};
pub use list::{Listing, OfferImages, Presence, Row, Sides, Until, images};
pub use refusal::Refusal;
pub use withdraw::{Pruned, deprecate, prune};

use crate::desired::Desired;
use crate::offer::Api;
use crate::offer::layout::Layout;

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

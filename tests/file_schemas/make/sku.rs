//! Fields that SKUs of several offer types have.

use super::kind::Field;
use super::kind::Kind::{Is, Limited, List};

/// Titles and descriptions, in the namespace of the offer type.
pub(crate) const TITLE: Field =
    ("skuTitle", Limited(100), "The name of the SKU. Some places cut it after 50 characters.");
pub(crate) const SUMMARY: Field = ("skuSummary", Limited(100), "One line of plain text.");
pub(crate) const DESCRIPTION: Field = ("skuDescription", Limited(3000), "The description of the SKU, in simple HTML.");

pub(crate) const CLOUD_AVAILABILITY: Field =
    ("cloudAvailability", Is("clouds"), "The clouds it is sold in. Of a published SKU none can be taken away.");
pub(crate) const CERTIFICATIONS_FAIRFAX: Field =
    ("certificationsFairfax", List(100), "Certifications for Azure Government: mappings of a name and a link.");
pub(crate) const LEGACY_PLAN_ID: Field = ("legacyPlanId", Is("server-owned"), "");

/// Keys of the SKU itself, outside every namespace.
pub(crate) const PLAN_ID: Field = (
    "planId",
    Is("plan-id"),
    "The id of the SKU, unique within the offer. It cannot be changed once it was published.",
);
pub(crate) const REGIONS: Field = (
    "regions",
    Is("markets"),
    "The markets it is sold in, as two capital letters. `NO` is Norway and needs no quotation marks.",
);
pub(crate) const RESTRICTED_AUDIENCE: Field = (
    "restrictedAudience",
    Is("audience"),
    "Who can see a private SKU. A SKU with this key is private; one that was public cannot become private.",
);

/// The key of the prices for the newer price list, which has the form of that for the older one.
pub(crate) const fn newer_prices(key: &'static str, definition: &'static str) -> Field {
    (key, Is(definition), "The same for the markets of the newer price list. If both are there they have to agree.")
}

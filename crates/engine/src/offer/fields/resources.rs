//! The rows of the field table for documents of the Product Ingestion API, by resource type.
//!
//! Sources: the resource pages of product-ingestion-api.md; the schemas of the service as kept in release-engineering/cloudpub
//! (`schemas/azure`); what that client treats as equal (`cloudpub/ms_azure`).

use super::table::{
    ARTIFACT, EMPTY_LIST, EMPTY_SET, EMPTY_TEXT, FALSE, HTML, Row, SECRET, SERVER_OWNED, SET, SIGNED_URL, TRUE,
    default, keyed_by,
};
use super::{Field, ListMeaning, PLAIN};

const AVAILABLE: Field = default("\"generallyAvailable\"");
/// People have a list of ids; the service orders it as it likes.
const AUDIENCES: Field = Field { default: Some("[]"), ..keyed_by("id") };
const ASSETS: Field = Field { list: ListMeaning::NumberedBy("type", "displayOrder"), default: Some("[]"), ..PLAIN };

/// A product and a plan always have one resource of each of these types.
const PERMANENT: Field = Field { is_permanent: true, ..PLAIN };

/// The rows for documents of every product type.
pub(super) const ROWS: &[Row] = &[
    ("resources/*", PERMANENT),
    ("resources/product", PERMANENT),
    ("resources/property", PERMANENT),
    ("resources/listing", PERMANENT),
    ("resources/price-and-availability-offer", PERMANENT),
    ("resources/customer-leads", PERMANENT),
    ("resources/reseller", PERMANENT),
    ("resources/test-drive", PERMANENT),
    ("resources/plans/*/*", PERMANENT),
    ("resources/plans/*/plan", PERMANENT),
    ("resources/plans/*/plan-listing", PERMANENT),
    ("resources/plans/*/price-and-availability-plan", PERMANENT),
    ("resources/plans/*/container-plan-technical-configuration", PERMANENT),
    ("resources/plans/*/virtual-machine-plan-technical-configuration", PERMANENT),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration", PERMANENT),
    ("resources/product/lifecycleState", AVAILABLE),
    ("resources/product/deprecationSchedule/date", SERVER_OWNED),
    ("resources/property/lifecycleState", AVAILABLE),
    ("resources/property/categories/*", SET),
    ("resources/property/industries/*", SET),
    ("resources/property/cloudIndustries/*", SET),
    ("resources/property/customAmendments", EMPTY_LIST),
    ("resources/property/standardContractAmendment", EMPTY_TEXT),
    ("resources/listing/*/lifecycleState", AVAILABLE),
    ("resources/listing/*/description", HTML),
    ("resources/listing/*/gettingStartedInstructions", HTML),
    ("resources/listing/*/generalLinks", EMPTY_LIST),
    ("resources/listing/*/searchKeywords", EMPTY_SET),
    ("resources/listing-asset/*", ASSETS),
    ("resources/listing-asset/*/*/kind", default("\"azure\"")),
    ("resources/listing-asset/*/*/url", ARTIFACT),
    ("resources/listing-asset/*/*/displayOrder", default("0")),
    ("resources/listing-asset/*/*/lifecycleState", AVAILABLE),
    ("resources/listing-trailer/*/kind", default("\"azure\"")),
    ("resources/listing-trailer/*/lifecycleState", AVAILABLE),
    ("resources/listing-trailer/*/assets/*/imageList/*/url", ARTIFACT),
    ("resources/price-and-availability-offer/previewAudiences", AUDIENCES),
    ("resources/customer-leads/blobLeadConfiguration/storageAccountConnectionString", SECRET),
    ("resources/customer-leads/tableLeadConfiguration/storageAccountConnectionString", SECRET),
    ("resources/customer-leads/dynamicsLeadConfiguration/applicationKey", SECRET),
    ("resources/customer-leads/dynamicsLeadConfiguration/password", SECRET),
    ("resources/customer-leads/dynamicsLeadConfiguration/authentication/applicationKey", SECRET),
    ("resources/customer-leads/dynamicsLeadConfiguration/authentication/password", SECRET),
    ("resources/customer-leads/marketoLeadConfiguration/clientSecret", SECRET),
    ("resources/reseller/audiences", EMPTY_LIST),
    ("resources/test-drive/enabled", FALSE),
    ("resources/plans", keyed_by("planId")),
    ("resources/plans/*/plan/azureRegions", SET),
    ("resources/plans/*/plan/lifecycleState", AVAILABLE),
    ("resources/plans/*/plan/displayRank", default("2147483647")),
    ("resources/plans/*/plan/azureGovernmentCertifications", EMPTY_LIST),
    ("resources/plans/*/plan/deprecationSchedule/date", SERVER_OWNED),
    ("resources/plans/*/plan-listing/*/lifecycleState", AVAILABLE),
    ("resources/plans/*/price-and-availability-plan/markets", SET),
    ("resources/plans/*/price-and-availability-plan/customerMarkets", default("\"customMarkets\"")),
    ("resources/plans/*/price-and-availability-plan/privateAudiences", AUDIENCES),
    ("resources/plans/*/price-and-availability-plan/softwareReservation", EMPTY_LIST),
    ("resources/plans/*/price-and-availability-plan/pricing/corePricing/prices/*/markets", SET),
    ("resources/plans/*/container-plan-technical-configuration/imageRepositoryDetails/password", SECRET),
    ("resources/plans/*/container-plan-technical-configuration/imageTags", SET),
    ("resources/plans/*/container-plan-technical-configuration/cnabReferences", EMPTY_LIST),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/recommendedVmSizes", EMPTY_SET),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/openPorts", EMPTY_LIST),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/skus", keyed_by("skuId")),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/skus/*/securityType", EMPTY_SET),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions", keyed_by("versionNumber")),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions/*/lifecycleState", AVAILABLE),
    (
        "resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions/*/deprecationSchedule/date",
        SERVER_OWNED,
    ),
    (
        "resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages",
        keyed_by("imageType"),
    ),
    (
        "resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages/*/source/osDisk/uri",
        SIGNED_URL,
    ),
    (
        "resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages/*/source/dataDisks",
        EMPTY_LIST,
    ),
    (
        "resources/plans/*/virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages/*/source/dataDisks/*/uri",
        SIGNED_URL,
    ),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/vmProperties/supportsExtensions", TRUE),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/vmProperties/supportsRemoteConnection", TRUE),
    ("resources/plans/*/virtual-machine-plan-technical-configuration/vmProperties/*", FALSE),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/recommendedVmSizes", EMPTY_SET),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/openPorts", EMPTY_LIST),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/skus", keyed_by("skuId")),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/skus/*/securityType", EMPTY_SET),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions", keyed_by("versionNumber")),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions/*/lifecycleState", AVAILABLE),
    (
        "resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions/*/deprecationSchedule/date",
        SERVER_OWNED,
    ),
    (
        "resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages",
        keyed_by("imageType"),
    ),
    (
        "resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages/*/source/osDisk/uri",
        SIGNED_URL,
    ),
    (
        "resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages/*/source/dataDisks",
        EMPTY_LIST,
    ),
    (
        "resources/plans/*/core-virtual-machine-plan-technical-configuration/vmImageVersions/*/vmImages/*/source/dataDisks/*/uri",
        SIGNED_URL,
    ),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/vmProperties/supportsExtensions", TRUE),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/vmProperties/supportsRemoteConnection", TRUE),
    ("resources/plans/*/core-virtual-machine-plan-technical-configuration/vmProperties/*", FALSE),
];

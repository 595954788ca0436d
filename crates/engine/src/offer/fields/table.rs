//! The rows of the field table.
//!
//! Sources, named in the rows' groups: the public reference pages of the Cloud Partner Portal publishing API
//! (`cloud-partner-portal-api-*.md` in MicrosoftDocs/azure-docs), recorded answers in microsoft/az-partner-center-cli
//! (`tests/test_data/vm_create_valid_response.json`), the types of devigned/pub (`pkg/partner/types.go`), and
//! Debian's image publisher.

use super::{Comparison, Fate, Field, ListMeaning, Markup, PLAIN};

/// A path below the document (`*`: any key or element) and what is special there.
pub(super) type Row = (&'static str, Field);

pub(super) const SERVER_OWNED: Field = Field { comparison: Comparison::ServerOwned, ..PLAIN };
pub(super) const SECRET: Field = Field { comparison: Comparison::Secret, ..PLAIN };
pub(super) const ARTIFACT: Field = Field { comparison: Comparison::Artifact, ..PLAIN };
pub(super) const SIGNED_URL: Field = Field { comparison: Comparison::SignedUrl, ..PLAIN };
pub(super) const SET: Field = Field { list: ListMeaning::Set, ..PLAIN };
pub(super) const HTML: Field = Field { markup: Markup::Html, ..PLAIN };
const REFUSED: Field = Field { comparison: Comparison::ServerOwned, fate: Fate::RefusedInPut, ..PLAIN };

pub(super) const fn keyed_by(key: &'static str) -> Field {
    Field { list: ListMeaning::KeyedBy(key), ..PLAIN }
}

pub(super) const fn default(text: &'static str) -> Field {
    Field { default: Some(text), ..PLAIN }
}

/// Its prices come back evaluated. Source: cloud-partner-portal-api-setting-price.md.
const PRICE_SHEET: Field = Field { derives: Some("regionPrices"), excludes: &["coreMultiplier"], ..PLAIN };

/// Prices are given in one of these ways: one price, one for each size, or a sheet. Source: as above.
const PRICES_BY_CORE: Field = excluding(&["spreadSheetPricing"]);
const ONE_PRICE: Field = excluding(&["individually"]);
const PRICE_FOR_EACH_SIZE: Field = excluding(&["single"]);
/// As long as there is a sheet, they are worked out from it.
const PRICES_BY_MARKET: Field = Field { excludes: &["spreadSheetPricing"], ..EMPTY_MAP };

const fn excluding(siblings: &'static [&'static str]) -> Field {
    Field { excludes: siblings, ..PLAIN }
}

const EMPTY_MAP: Field = default("{}");
pub(super) const EMPTY_LIST: Field = default("[]");
pub(super) const EMPTY_SET: Field = Field { default: Some("[]"), ..SET };
pub(super) const EMPTY_TEXT: Field = default("\"\"");
pub(super) const FALSE: Field = default("false");
pub(super) const TRUE: Field = default("true");
const NULL: Field = default("null");

/// The groups of rows of each offer type that has rows of its own.
pub(super) static TYPES: &[(&str, &[&[Row]])] = &[
    ("microsoft-azure-virtualmachines", &[ENVELOPE, LISTING, VIRTUAL_MACHINES]),
    ("microsoft-azure-corevm", &[ENVELOPE, LISTING, CORE_VIRTUAL_MACHINES, CORE_GENERATIONS]),
    ("microsoft-azure-applications", &[ENVELOPE, LISTING, APPLICATIONS]),
];

/// The groups of rows of every other offer type.
pub(super) static OTHER: &[&[Row]] = &[ENVELOPE, LISTING];

/// Every offer. Source: cloud-partner-portal-api-retrieve-specific-offer.md; vm_create_valid_response.json.
const ENVELOPE: &[Row] = &[
    ("version", SERVER_OWNED),
    ("status", SERVER_OWNED),
    ("changedTime", SERVER_OWNED),
    ("eTag", SERVER_OWNED),
    ("Etag", SERVER_OWNED),
    ("lockStatus", SERVER_OWNED),
    ("pcMigrationStatus", SERVER_OWNED),
    ("pcRedirectUri", SERVER_OWNED),
    ("isvUpgradeRequest", SERVER_OWNED),
    ("offerTypeVersions", SERVER_OWNED),
    ("offerTypeVersionsOverride", SERVER_OWNED),
    ("offerTypeChanges", SERVER_OWNED),
    ("pricingNotRecalculatedRegions", SERVER_OWNED),
    ("definition/changedTime", SERVER_OWNED),
    ("definition/plans", keyed_by("planId")),
    ("definition/plans/*/regions", SET),
    ("definition/plans/*/restrictedAudience/manualEntries", keyed_by("id")),
    ("definition/plans/*/virtualMachinePricing", Field { mirror: Some("virtualMachinePricingV2"), ..PLAIN }),
    ("definition/plans/*/virtualMachinePricingV2", Field { mirror: Some("virtualMachinePricing"), ..PLAIN }),
    ("definition/plans/*/virtualMachinePricing/regionPrices", PRICES_BY_MARKET),
    ("definition/plans/*/virtualMachinePricing/coreMultiplier", PRICES_BY_CORE),
    ("definition/plans/*/virtualMachinePricing/coreMultiplier/single", ONE_PRICE),
    ("definition/plans/*/virtualMachinePricing/coreMultiplier/individually", PRICE_FOR_EACH_SIZE),
    ("definition/plans/*/virtualMachinePricingV2/regionPrices", PRICES_BY_MARKET),
    ("definition/plans/*/virtualMachinePricingV2/coreMultiplier", PRICES_BY_CORE),
    ("definition/plans/*/virtualMachinePricingV2/coreMultiplier/single", ONE_PRICE),
    ("definition/plans/*/virtualMachinePricingV2/coreMultiplier/individually", PRICE_FOR_EACH_SIZE),
    ("definition/plans/*/virtualMachinePricing/spreadSheetPricing", PRICE_SHEET),
    ("definition/plans/*/virtualMachinePricingV2/spreadSheetPricing", PRICE_SHEET),
    ("definition/plans/*/virtualMachinePricing/spreadSheetPricing/uri", ARTIFACT),
    ("definition/plans/*/virtualMachinePricingV2/spreadSheetPricing/uri", ARTIFACT),
    ("definition/plans/*/monthlyPricing", Field { mirror: Some("monthlyPricingV2"), ..PLAIN }),
    ("definition/plans/*/monthlyPricingV2", Field { mirror: Some("monthlyPricing"), ..PLAIN }),
    ("definition/plans/*/monthlyPricing/regions", SET),
    ("definition/plans/*/monthlyPricingV2/regions", SET),
];

/// The marketplace listing and the test drive. Source: cloud-partner-portal-api-creating-offer.md;
/// what is added or dropped: vm_create_valid_response.json against the request that made it.
const LISTING: &[Row] = &[
    ("definition/offer/microsoft-azure-marketplace.description", HTML),
    ("definition/offer/microsoft-azure-marketplace.termsOfUse", HTML),
    ("definition/offer/microsoft-azure-marketplace.smallLogo", ARTIFACT),
    ("definition/offer/microsoft-azure-marketplace.mediumLogo", ARTIFACT),
    ("definition/offer/microsoft-azure-marketplace.largeLogo", ARTIFACT),
    ("definition/offer/microsoft-azure-marketplace.wideLogo", ARTIFACT),
    (
        "definition/offer/microsoft-azure-marketplace.heroLogo",
        Field { comparison: Comparison::Artifact, fate: Fate::MayBeDropped, ..PLAIN },
    ),
    ("definition/offer/microsoft-azure-marketplace.screenshots", EMPTY_LIST),
    ("definition/offer/microsoft-azure-marketplace.screenshots/*", ARTIFACT),
    ("definition/offer/microsoft-azure-marketplace.videos", EMPTY_LIST),
    ("definition/offer/microsoft-azure-marketplace.usefulLinks", EMPTY_LIST),
    ("definition/offer/microsoft-azure-marketplace.allowedSubscriptions", EMPTY_SET),
    ("definition/offer/microsoft-azure-marketplace.categories", EMPTY_SET),
    ("definition/offer/microsoft-azure-marketplace.categoryMap", keyed_by("categoryL1")),
    ("definition/offer/microsoft-azure-marketplace.categoryMap/*/*", SET),
    ("definition/offer/microsoft-azure-marketplace.leadNotificationEmails", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-marketplace.universalAmendmentTerms", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-marketplace.customAmendments", NULL),
    ("definition/offer/microsoft-azure-marketplace.publicAzureSupportUrl", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-marketplace.fairfaxSupportUrl", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-marketplace.tableLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-marketplace.tableLeadConfiguration/storageAccountConnectionString", SECRET),
    ("definition/offer/microsoft-azure-marketplace.blobLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-marketplace.blobLeadConfiguration/storageAccountConnectionString", SECRET),
    ("definition/offer/microsoft-azure-marketplace.salesForceLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-marketplace.salesForceLeadConfiguration/password", SECRET),
    ("definition/offer/microsoft-azure-marketplace.crmLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-marketplace.crmLeadConfiguration/password", SECRET),
    ("definition/offer/microsoft-azure-marketplace.crmLeadConfiguration/applicationKey", SECRET),
    ("definition/offer/microsoft-azure-marketplace.httpsEndpointLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration/clientSecret", SECRET),
    ("definition/offer/microsoft-azure-marketplace-testdrive.enabled", FALSE),
    ("definition/offer/microsoft-azure-marketplace-testdrive.videos", EMPTY_LIST),
    ("definition/offer/microsoft-azure-marketplace-testdrive.description", NULL),
    ("definition/offer/microsoft-azure-marketplace-testdrive.accessInformation", NULL),
    ("definition/offer/microsoft-azure-marketplace-testdrive.userManual", EMPTY_TEXT),
];

/// Virtual machines. Source: as above; the names of images and prices from cloud-partner-portal-api-setting-price.md.
const VIRTUAL_MACHINES: &[Row] = &[
    ("definition/offer/microsoft-azure-virtualmachines.managerContactName", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-virtualmachines.managerContactEmail", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-virtualmachines.managerContactPhone", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-virtualmachines.gtmMaterials", EMPTY_TEXT),
    ("definition/plans/*/microsoft-azure-virtualmachines.legacyPlanId", SERVER_OWNED),
    ("definition/plans/*/microsoft-azure-virtualmachines.cloudAvailability", SET),
    ("definition/plans/*/microsoft-azure-virtualmachines.certificationsFairfax", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-virtualmachines.recommendedVMSizes", SET),
    ("definition/plans/*/microsoft-azure-virtualmachines.openPorts", EMPTY_LIST),
    (
        "definition/plans/*/microsoft-azure-virtualmachines.windowsOSType",
        Field { alias: Some("microsoft-azure-virtualmachines.osType"), ..PLAIN },
    ),
    (
        "definition/plans/*/microsoft-azure-virtualmachines.osType",
        Field { alias: Some("microsoft-azure-virtualmachines.windowsOSType"), ..PLAIN },
    ),
    ("definition/plans/*/microsoft-azure-virtualmachines.vmImages/*/osVhdUrl", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-virtualmachines.vmImages/*/lunVhdDetails", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-virtualmachines.vmImages/*/lunVhdDetails/*/lunVhdUrl", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-virtualmachines.vmImages/*/lunVhdDetails/*/vhdUrl", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-virtualmachines.vmImages/*/lunVhdDetails/*/uri", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-virtualmachines.generation", default("\"1\"")),
    ("definition/plans/*/microsoft-azure-virtualmachines.supportsExtensions", TRUE),
    ("definition/plans/*/microsoft-azure-virtualmachines.allowOnlyManagedDiskDeployments", TRUE),
    ("definition/plans/*/microsoft-azure-virtualmachines.supportsAcceleratedNetworking", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.supportsCloudInit", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.supportsBackup", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.supportsHibernation", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.supportsNVMe", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.isNetworkVirtualAppliance", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.isLockedDown", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.isCustomArmTemplateRequired", FALSE),
    ("definition/plans/*/microsoft-azure-virtualmachines.patchOptions", default("{\"supportsHotpatch\":false}")),
    ("definition/plans/*/microsoft-azure-virtualmachines.patchOptions/supportsHotpatch", FALSE),
];

/// Core virtual machines: the listing stands under the type's own prefix, partly per SKU. Source: devigned/pub
/// `pkg/partner/types.go`; the two keys a PUT refuses: Debian's image publisher.
const CORE_VIRTUAL_MACHINES: &[Row] = &[
    ("definition/offer/microsoft-azure-corevm.legacyOfferId", REFUSED),
    ("definition/offer/microsoft-azure-corevm.legacyPublisherId", REFUSED),
    ("definition/offer/microsoft-azure-corevm.description", HTML),
    ("definition/offer/microsoft-azure-corevm.allowedSubscriptions", EMPTY_SET),
    ("definition/offer/microsoft-azure-corevm.leadNotificationEmails", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-corevm.tableLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-corevm.tableLeadConfiguration/storageAccountConnectionString", SECRET),
    ("definition/offer/microsoft-azure-corevm.blobLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-corevm.blobLeadConfiguration/storageAccountConnectionString", SECRET),
    ("definition/offer/microsoft-azure-corevm.salesForceLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-corevm.salesForceLeadConfiguration/password", SECRET),
    ("definition/offer/microsoft-azure-corevm.crmLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-corevm.crmLeadConfiguration/password", SECRET),
    ("definition/offer/microsoft-azure-corevm.crmLeadConfiguration/applicationKey", SECRET),
    ("definition/offer/microsoft-azure-corevm.httpsEndpointLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-corevm.marketoLeadConfiguration", EMPTY_MAP),
    ("definition/offer/microsoft-azure-corevm.marketoLeadConfiguration/clientSecret", SECRET),
    ("definition/plans/*/microsoft-azure-corevm.legacyPlanId", SERVER_OWNED),
    ("definition/plans/*/microsoft-azure-corevm.cloudAvailability", SET),
    ("definition/plans/*/microsoft-azure-corevm.certificationsFairfax", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-corevm.deploymentModels", SET),
    ("definition/plans/*/microsoft-azure-corevm.recommendedVMSizes", EMPTY_SET),
    ("definition/plans/*/microsoft-azure-corevm.supportedExtensions", EMPTY_SET),
    ("definition/plans/*/microsoft-azure-corevm.openPorts", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-corevm.categories", EMPTY_SET),
    ("definition/plans/*/microsoft-azure-corevm.categoryMap", keyed_by("categoryL1")),
    ("definition/plans/*/microsoft-azure-corevm.categoryMap/*/*", SET),
    ("definition/plans/*/microsoft-azure-corevm.smallLogo", ARTIFACT),
    ("definition/plans/*/microsoft-azure-corevm.mediumLogo", ARTIFACT),
    ("definition/plans/*/microsoft-azure-corevm.largeLogo", ARTIFACT),
    ("definition/plans/*/microsoft-azure-corevm.wideLogo", ARTIFACT),
    ("definition/plans/*/microsoft-azure-corevm.screenshots", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-corevm.screenshots/*", ARTIFACT),
    ("definition/plans/*/microsoft-azure-corevm.videos", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-corevm.generation", default("\"1\"")),
    ("definition/plans/*/microsoft-azure-corevm.supportsExtensions", TRUE),
    ("definition/plans/*/microsoft-azure-corevm.allowOnlyManagedDiskDeployments", TRUE),
    ("definition/plans/*/microsoft-azure-corevm.patchOptions", default("{\"supportsHotpatch\":false}")),
    ("definition/plans/*/microsoft-azure-corevm.patchOptions/supportsHotpatch", FALSE),
    ("definition/plans/*/microsoft-azure-corevm.vmImagesPublicAzure/*/osVhdUrl", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails/*/lunVhdUrl", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails/*/vhdUrl", SIGNED_URL),
    ("definition/plans/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails/*/uri", SIGNED_URL),
    ("definition/plans/*/diskGenerations", keyed_by("planId")),
];

/// The generations inside a SKU of a core virtual machine: elements like SKUs themselves.
const CORE_GENERATIONS: &[Row] = &[
    ("definition/plans/*/diskGenerations/*/microsoft-azure-corevm.legacyPlanId", SERVER_OWNED),
    ("definition/plans/*/diskGenerations/*/microsoft-azure-corevm.vmImagesPublicAzure/*/osVhdUrl", SIGNED_URL),
    ("definition/plans/*/diskGenerations/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails", EMPTY_LIST),
    (
        "definition/plans/*/diskGenerations/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails/*/lunVhdUrl",
        SIGNED_URL,
    ),
    (
        "definition/plans/*/diskGenerations/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails/*/vhdUrl",
        SIGNED_URL,
    ),
    (
        "definition/plans/*/diskGenerations/*/microsoft-azure-corevm.vmImagesPublicAzure/*/lunVhdDetails/*/uri",
        SIGNED_URL,
    ),
];

/// Azure applications. Source: the types of chef/azure-marketplace-publisher.
const APPLICATIONS: &[Row] = &[
    ("definition/offer/microsoft-azure-applications.managerContactName", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-applications.managerContactEmail", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-applications.managerContactPhone", EMPTY_TEXT),
    ("definition/offer/microsoft-azure-applications.gtmMaterials", EMPTY_TEXT),
    ("definition/plans/*/microsoft-azure-applications.legacyPlanId", SERVER_OWNED),
    ("definition/plans/*/microsoft-azure-applications.cloudAvailability", SET),
    ("definition/plans/*/microsoft-azure-applications.certificationsAzureGovernment", EMPTY_LIST),
    ("definition/plans/*/microsoft-azure-applications.package/*/packageVersion/packageFile", ARTIFACT),
];

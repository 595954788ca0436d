//! Every kind of guard there is: what trips it, how serious it is, and where that is said publicly.
//!
//! `docs/guards.md` is made from this list; a test compares. Sources are paths below
//! `https://github.com/MicrosoftDocs/azure-docs`, at a revision before the pages moved, or in the repository that is named.

use super::Level;
use super::kind::GuardKind;
use crate::offer::resource::{CONTAINER, SAAS};

pub(super) const OFFER_TYPE_CHANGED: GuardKind = GuardKind::new(
    "offer-type-changed",
    Level::Block,
    [
        "`offerTypeId`, or `type`, in the file is not that of the offer in the portal",
        "the type of an existing offer cannot change; create a new offer",
        "articles/marketplace/includes/change-offer-type.md",
    ],
)
.for_drafts_too();

/// The only kind that is about a whole plan.
pub(in crate::plan) const TOO_MANY_CHANGES: GuardKind = GuardKind::new(
    "too-many-changes",
    Level::Customer,
    [
        "more than `guards.max_changed_percent` of the offers in the portal would be updated in one run; fewer than ten offers are not counted if `--base` shows that there are no more",
        "a mistake in a shared file, or a wrong base, changes many offers at once; check that all of them are intended",
        "the settings of your repository, `guards.max_changed_percent`",
    ],
)
.for_drafts_too();

pub(super) const MARKETING_IDENTIFIER_CHANGED: GuardKind = GuardKind::new(
    "marketing-identifier-changed",
    Level::Customer,
    [
        "`offerMarketingUrlIdentifier` changes",
        "the identifier is part of the public address of the offer, so links to the old address break",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ],
)
.only_in_portal("it has no such identifier");

pub(super) const SKU_RENAMED: GuardKind = GuardKind::new(
    "sku-renamed",
    Level::Block,
    [
        "a SKU is removed, and one with nearly the same content is added under another id",
        "the id of a published SKU is fixed: customers stay on the old one, and their scripts and templates name it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ],
)
.disputed("offerform concludes from the content that it is the same SKU; the service sees a removal and an addition");

pub(super) const SKU_ID_REUSED: GuardKind = GuardKind::new(
    "sku-id-reused",
    Level::OneWay,
    [
        "a SKU is added whose id customers still have, with other content",
        "a published id belongs to the published content; a new SKU needs a new id",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md",
    ],
);

pub(super) const SKU_REMOVAL: GuardKind = GuardKind::new(
    "sku-removal",
    Level::Customer,
    [
        "a SKU is removed, is deprecated, or gets a `deprecationSchedule`",
        "after the next publish, nobody can buy the SKU, and scale sets that use it cannot grow",
        "articles/marketplace/cloud-partner-portal/manage-offers/cpp-delete-offer.md",
    ],
);

pub(super) const LAST_SKU_REMOVAL: GuardKind = GuardKind::new(
    "last-sku-removal",
    Level::Block,
    [
        "no SKU would be left, or the product is deprecated",
        "an offer keeps at least one SKU; stop selling the offer in Partner Center instead",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ],
);

pub(super) const SKUS_NOT_COMPARABLE: GuardKind = GuardKind::new(
    "skus-not-comparable",
    Level::Customer,
    [
        "a list of SKUs or disk generations changes, and its elements have no `planId`, one that is not text, or a duplicate one",
        "changes of single elements cannot be determined, so other guards do not check all of them; give each element its own `planId`",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ],
);

pub(super) const PRODUCTION_UNREADABLE: GuardKind = GuardKind::new(
    "production-unreadable",
    Level::Customer,
    [
        "a release would reach customers, and the production slot cannot be read",
        "it is unknown what the release takes away from customers; run the command again when the service returns the production slot",
        "articles/marketplace/cloud-partner-portal-api-retrieve-specific-offer.md",
    ],
);

pub(super) const GENERATION_REMOVAL: GuardKind = GuardKind::new(
    "generation-removal",
    Level::Customer,
    [
        "a disk generation of a SKU, or an element of `skus`, is removed, with all its images",
        "nobody can deploy the images of this generation any more, including existing customers",
        "articles/marketplace/deprecate-vm.md",
    ],
);

pub(super) const PRICE_RAISED: GuardKind = GuardKind::new(
    "price-raised",
    Level::Block,
    [
        "a price goes up, or less is included in it",
        "the price of a published SKU cannot go up through the API; create a new SKU, or change the price in Partner Center",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-update-existing-offer.md; \
     articles/marketplace/price-changes.md",
    ],
)
.disputed("at first never possible; since 2022 possible on the web pages of Partner Center, with 90 days' notice");

pub(super) const PRICE_LOWERED: GuardKind = GuardKind::new(
    "price-lowered",
    Level::Block,
    [
        "a price goes down, or more is included in it",
        "documentation of different years disagrees whether a published price may go down, and customers may be due a refund",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-update-existing-offer.md; \
     articles/marketplace/azure-vm-create-plans.md; articles/marketplace/price-changes.md",
    ],
)
.disputed("allowed at first; refused by the documentation of 2020; since 2022 possible on the web pages of Partner Center");

pub(super) const PRICE_SHEET_CHANGED: GuardKind = GuardKind::new(
    "price-sheet-changed",
    Level::Block,
    [
        "a SKU gets another price sheet",
        "offerform cannot see whether the prices go up or down, and published prices have their own rules",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md; articles/marketplace/price-changes.md",
    ],
)
.disputed("it depends on the content of the sheet; see price-raised and price-lowered")
.only_in_portal("it has no price sheets");

pub(super) const PRICE_CHANGE_EXCLUDED: GuardKind = GuardKind::new(
    "price-change-excluded",
    Level::Block,
    [
        "a price goes up while another price of the SKU goes down, or a price of a hidden or Azure Government SKU goes up",
        "the rules of no year allow this change of a published price; create a new SKU",
        "articles/marketplace/price-changes.md",
    ],
);

pub(super) const PRICE_CHANGE_MIXED: GuardKind = GuardKind::new(
    "price-change-mixed",
    Level::Time,
    [
        "prices change together with other values",
        "price changes alone are certified faster; together with other changes, the offer goes through the whole certification",
        "articles/marketplace/price-changes.md",
    ],
);

pub(super) const FREE_TO_PAID: GuardKind = GuardKind::new(
    "free-to-paid",
    Level::Block,
    [
        "a free SKU gets a price",
        "a SKU that was published for free can never cost anything; create a new SKU",
        "articles/marketplace/price-changes.md",
    ],
);

pub(super) const LICENCE_CHANGED: GuardKind = GuardKind::new(
    "licence-changed",
    Level::Block,
    [
        "`isByol`, or `licenseModel`, changes",
        "the licence model is fixed when the SKU is published; create a new SKU",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-update-existing-offer.md",
    ],
);

pub(super) const PRICING_MODEL_CHANGED: GuardKind = GuardKind::new(
    "pricing-model-changed",
    Level::Block,
    [
        "prices are declared in another way: per core, for each size, by market, for other billing terms or meters, or in another currency",
        "the pricing model is fixed when the SKU is published; create a new SKU",
        "articles/marketplace/plans-pricing.md",
    ],
);

pub(super) const REGION_PRICES_ONE_BLOCK: GuardKind = GuardKind::new(
    "region-prices-one-block",
    Level::Block,
    [
        "prices by market are declared in only one of the two price blocks",
        "the two price blocks use different currencies in many regions: declare `regionPrices` in both",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md",
    ],
)
.for_drafts_too()
.only_in_portal("prices stand in one place");

pub(super) const CORE_SIZES_MISSING: GuardKind = GuardKind::new(
    "core-sizes-missing",
    Level::Customer,
    [
        "sizes are dropped from a price list, or a new price list leaves some out",
        "Microsoft sets the price of every size that has none",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md; articles/marketplace/azure-vm-plan-manage.md",
    ],
);

pub(super) const MARKET_REMOVAL: GuardKind = GuardKind::new(
    "market-removal",
    Level::Customer,
    [
        "a SKU is no longer sold in a market, or no longer in all of them",
        "customers there can no longer deploy the SKU or scale it up; running machines stay",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md",
    ],
);

pub(super) const MARKET_ADDED: GuardKind = GuardKind::new(
    "market-added",
    Level::Time,
    [
        "an existing SKU is sold in one more market",
        "the service computes the price in that market with the exchange rate at the time of the save and keeps it; check the price before you publish",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md; \
     articles/marketplace/marketplace-geo-availability-currencies.md",
    ],
)
.with_sources_of(&[
    (
        SAAS,
        "articles/marketplace/create-new-saas-offer-plans.md; articles/marketplace/marketplace-geo-availability-currencies.md",
    ),
    (CONTAINER, "articles/marketplace/marketplace-geo-availability-currencies.md"),
    ("microsoft-azure-applications", "articles/marketplace/marketplace-geo-availability-currencies.md"),
])
.for_drafts_too();

pub(super) const PUBLIC_TO_PRIVATE: GuardKind = GuardKind::new(
    "public-to-private",
    Level::Block,
    [
        "a public SKU gets a `restrictedAudience`, or `audience: private`",
        "a public SKU cannot become private; create a new SKU",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md; \
     articles/marketplace/azure-vm-plan-pricing-and-availability.md",
    ],
);

pub(super) const PRIVATE_TO_PUBLIC: GuardKind = GuardKind::new(
    "private-to-public",
    Level::OneWay,
    [
        "a private SKU loses its `restrictedAudience`, or gets `audience: public`",
        "the SKU becomes public permanently, and everybody sees its price",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md; \
     articles/marketplace/azure-vm-plan-pricing-and-availability.md",
    ],
);

pub(super) const AUDIENCE_SOURCE_CHANGED: GuardKind = GuardKind::new(
    "audience-source-changed",
    Level::OneWay,
    [
        "an audience changes from a list to a CSV file, or back",
        "the service discards the earlier list when the offer is saved",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md",
    ],
)
.for_drafts_too()
.only_in_portal("an audience is always a list");

pub(super) const AUDIENCE_REMOVAL: GuardKind = GuardKind::new(
    "audience-removal",
    Level::Customer,
    [
        "a customer is removed from the audience of a private SKU",
        "this customer loses access to the SKU",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md",
    ],
);

pub(super) const PREVIEW_AUDIENCE_CHANGED: GuardKind = GuardKind::new(
    "preview-audience-changed",
    Level::Time,
    [
        "the subscriptions that see the preview change",
        "the preview audience changes only with the next publish",
        "articles/marketplace/azure-vm-preview-audience.md",
    ],
)
.for_drafts_too();

pub(super) const PREVIEW_AUDIENCE_EMPTIED: GuardKind = GuardKind::new(
    "preview-audience-emptied",
    Level::Block,
    [
        "no subscription that sees the preview is left",
        "an offer with images or a package needs at least one subscription that can see its preview",
        "articles/marketplace/azure-vm-preview-audience.md; articles/marketplace/azure-app-preview.md",
    ],
)
.for_drafts_too();

pub(super) const CLOUD_WITHDRAWN: GuardKind = GuardKind::new(
    "cloud-withdrawn",
    Level::Block,
    [
        "`PublicAzure` or `Fairfax` is removed from `cloudAvailability`, or `azureGlobal` or `azureGovernment` from `azureRegions`",
        "a published SKU cannot be withdrawn from public Azure or Azure Government",
        "articles/marketplace/azure-vm-plan-setup.md; articles/marketplace/azure-app-plans.md",
    ],
);

pub(super) const NATIONAL_CLOUD_WITHDRAWN: GuardKind = GuardKind::new(
    "national-cloud-withdrawn",
    Level::Customer,
    [
        "another cloud is removed from `cloudAvailability`, or from `azureRegions`",
        "customers in this cloud can no longer deploy the SKU; the documentation only describes public Azure and Azure Government",
        "articles/marketplace/azure-vm-plan-setup.md",
    ],
);

pub(super) const SKU_HIDDEN: GuardKind = GuardKind::new(
    "sku-hidden",
    Level::Customer,
    [
        "`hideSKUForSolutionTemplate` becomes true, or `visibility` becomes `hidden`",
        "customers can no longer find the SKU, its preview has no link, and its prices can no longer change",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md; articles/marketplace/price-changes.md",
    ],
);

pub(super) const STANDARD_CONTRACT_LEFT: GuardKind = GuardKind::new(
    "standard-contract-left",
    Level::Block,
    [
        "`useEnterpriseContract` is no longer true, or `termsConditions` no longer `standardMicrosoft`",
        "an offer that was published under Microsoft's standard contract cannot have its own terms",
        "articles/marketplace/azure-vm-properties.md",
    ],
);

pub(super) const HERO_LOGO_REMOVAL: GuardKind = GuardKind::new(
    "hero-logo-removal",
    Level::Block,
    [
        "`heroLogo`, or the `azureLogoHero` of a language, is removed",
        "a published hero logo can be replaced, but not removed",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ],
);

pub(super) const LEAD_DESTINATION_CHANGED: GuardKind = GuardKind::new(
    "lead-destination-changed",
    Level::Customer,
    [
        "`leadDestination` or one of the `…LeadConfiguration` changes",
        "leads go to another destination; the service tests the connection with a test lead during the publish",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ],
);

pub(super) const SECRET_NOT_DECLARED: GuardKind = GuardKind::new(
    "secret-not-declared",
    Level::OneWay,
    [
        "the portal uses a lead system whose secret no file declares; in the Product Ingestion API, if the draft shows no mask of it and `customer-leads` changes",
        "the service does not return this secret, so a write that does not declare it erases it",
        "articles/marketplace/cloud-partner-portal-api-retrieve-specific-offer.md",
    ],
)
.for_drafts_too();

pub(super) const IMAGE_CHANGED: GuardKind = GuardKind::new(
    "image-changed",
    Level::Block,
    [
        "the disks, or the source, of a published image version change, or what stands behind a published tag of a container",
        "a published version stays as it is; add a new one",
        "articles/marketplace/azure-vm-create-plans.md",
    ],
);

pub(super) const IMAGE_REMOVAL: GuardKind = GuardKind::new(
    "image-removal",
    Level::Customer,
    [
        "an image version is removed, is deprecated, or gets a `deprecationSchedule`; or a bundle of a container is removed",
        "nobody can deploy this version or scale it out any more, including existing customers, and after a while it cannot be restored",
        "articles/marketplace/deprecate-vm.md; \
     articles/marketplace/cloud-partner-portal/manage-offers/cpp-delete-offer.md",
    ],
);

pub(super) const LAST_IMAGE_REMOVAL: GuardKind = GuardKind::new(
    "last-image-removal",
    Level::Block,
    [
        "no image version of a SKU, or of a disk generation, or no bundle of a container, would be left",
        "a published SKU keeps at least one image version",
        "articles/marketplace/azure-vm-plan-technical-configuration.md",
    ],
);

pub(super) const IMAGE_NOT_NEWER: GuardKind = GuardKind::new(
    "image-not-newer",
    Level::Block,
    [
        "a new image version is not greater than all others",
        "a version that is not the greatest is never offered to customers",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-update-existing-offer.md",
    ],
);

pub(super) const SEVERAL_NEW_IMAGES: GuardKind = GuardKind::new(
    "several-new-images",
    Level::Block,
    [
        "a SKU has more than one image version that is not published yet",
        "a submission can contain one new version for each SKU; publish them one after the other",
        "articles/marketplace/azure-vm-plan-technical-configuration.md",
    ],
);

pub(super) const DATA_DISKS_CHANGED: GuardKind = GuardKind::new(
    "data-disks-changed",
    Level::Block,
    [
        "a new image version has a different number of data disks",
        "all versions of a SKU must have the same number of data disks",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-update-existing-offer.md",
    ],
);

pub(super) const PACKAGE_CHANGED: GuardKind = GuardKind::new(
    "package-changed",
    Level::Block,
    [
        "the file of a published package version changes",
        "a published version stays as it is; add a greater one",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-update-existing-offer.md",
    ],
)
.only_in_portal(NO_APPLICATIONS);

pub(super) const PACKAGE_NOT_NEWER: GuardKind = GuardKind::new(
    "package-not-newer",
    Level::Block,
    [
        "a new package version is not greater than all others",
        "versions only go up; add a greater one",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-update-existing-offer.md",
    ],
)
.only_in_portal(NO_APPLICATIONS);

pub(super) const DEPLOYMENT_MODE_COMPLETE: GuardKind = GuardKind::new(
    "deployment-mode-complete",
    Level::Customer,
    [
        "`deploymentMode` of a managed application becomes `Complete`",
        "an update then deletes all resources of the customer that the template does not name",
        "articles/marketplace/azure-app-managed.md",
    ],
)
.only_in_portal(NO_APPLICATIONS);

/// Why kinds about Azure applications do not hold for offers of the other API.
const NO_APPLICATIONS: &str = "it does not support Azure applications";

pub(super) const SELL_THROUGH_CHANGED: GuardKind = GuardKind::new(
    "sell-through-changed",
    Level::Block,
    [
        "`sellThroughMicrosoft` changes",
        "whether a published offer is sold through Microsoft is fixed; create a new offer, and stop selling this one",
        "articles/marketplace/partner-center-portal/saas-metered-billing.md; articles/marketplace/create-new-saas-offer.md",
    ],
)
.disputed("by the first page the option is fixed; by the second one, an offer that is only listed may be sold through Microsoft later, and never the other way round")
.only_in_ingestion();

pub(super) const METER_CHANGED: GuardKind = GuardKind::new(
    "meter-changed",
    Level::Block,
    [
        "an entry of `customMeters` of the offer is removed, or its `displayName` or `unitOfMeasure` changes",
        "what a published meter measures is fixed; add a new meter, and use it in a new plan",
        "articles/marketplace/partner-center-portal/saas-metered-billing.md",
    ],
)
.only_in_ingestion();

pub(super) const TRIAL_REMOVED: GuardKind = GuardKind::new(
    "trial-removed",
    Level::Block,
    [
        "the `trial` of a plan of a SaaS offer is removed",
        "a plan that was published with a free trial keeps it; create a new plan",
        "articles/marketplace/create-new-saas-offer-plans.md",
    ],
)
.only_in_ingestion();

pub(super) const EXTENSION_TYPE_CHANGED: GuardKind = GuardKind::new(
    "extension-type-changed",
    Level::Block,
    [
        "`clusterExtensionType` changes",
        "the name is fixed when the plan is published to preview, and is what the customers' clusters have installed; create a new plan",
        "articles/marketplace/azure-container-plan-technical-configuration-kubernetes.md",
    ],
)
.only_in_ingestion();

/// Every kind of guard there is, by theme.
pub static KINDS: &[GuardKind] = &[
    TOO_MANY_CHANGES,
    OFFER_TYPE_CHANGED,
    MARKETING_IDENTIFIER_CHANGED,
    SKU_RENAMED,
    SKU_ID_REUSED,
    SKU_REMOVAL,
    LAST_SKU_REMOVAL,
    SKUS_NOT_COMPARABLE,
    PRODUCTION_UNREADABLE,
    GENERATION_REMOVAL,
    PRICE_RAISED,
    PRICE_LOWERED,
    PRICE_SHEET_CHANGED,
    PRICE_CHANGE_EXCLUDED,
    PRICE_CHANGE_MIXED,
    FREE_TO_PAID,
    LICENCE_CHANGED,
    PRICING_MODEL_CHANGED,
    REGION_PRICES_ONE_BLOCK,
    CORE_SIZES_MISSING,
    MARKET_REMOVAL,
    MARKET_ADDED,
    PUBLIC_TO_PRIVATE,
    PRIVATE_TO_PUBLIC,
    AUDIENCE_SOURCE_CHANGED,
    AUDIENCE_REMOVAL,
    PREVIEW_AUDIENCE_CHANGED,
    PREVIEW_AUDIENCE_EMPTIED,
    CLOUD_WITHDRAWN,
    NATIONAL_CLOUD_WITHDRAWN,
    SKU_HIDDEN,
    STANDARD_CONTRACT_LEFT,
    SELL_THROUGH_CHANGED,
    HERO_LOGO_REMOVAL,
    LEAD_DESTINATION_CHANGED,
    SECRET_NOT_DECLARED,
    IMAGE_CHANGED,
    IMAGE_REMOVAL,
    LAST_IMAGE_REMOVAL,
    IMAGE_NOT_NEWER,
    SEVERAL_NEW_IMAGES,
    DATA_DISKS_CHANGED,
    PACKAGE_CHANGED,
    PACKAGE_NOT_NEWER,
    DEPLOYMENT_MODE_COMPLETE,
    EXTENSION_TYPE_CHANGED,
    METER_CHANGED,
    TRIAL_REMOVED,
];

impl GuardKind {
    /// The kind with this code; `None` if there is none.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code)
    }
}

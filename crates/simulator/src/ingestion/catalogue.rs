//! The resource types of the API: which versions their schemas have, what belongs to what, and which properties are required.
//!
//! Source: the resource pages of the Product Ingestion API (product-ingestion-api.md) and its public schemas.

use super::version::Version;

/// What a resource belongs to, and so how its id is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// It is the product.
    Product,
    /// It is a plan.
    Plan,
    /// One for each product: `{type}/{product}`.
    OfProduct,
    /// One for each product, under `public/main`: `property`.
    Property,
    /// One for each plan: `{type}/{product}/{plan}`.
    OfPlan,
    /// One for each language.
    Listing,
    /// A file of a listing.
    Asset,
    /// A video of a listing.
    Trailer,
    /// One for each plan and language.
    PlanListing,
    /// A release, and no part of the draft.
    Submission,
    /// A command that leaves no resource behind.
    Action,
}

/// A resource type.
#[derive(Debug)]
pub(super) struct Kind {
    /// As it is in the address of its schema and in front of ids.
    pub(super) name: &'static str,
    pub(super) scope: Scope,
    /// Versions that can be read and written, oldest first.
    pub(super) versions: &'static [&'static str],
    /// Versions that the index of schemas lists, but that a write does not find.
    pub(super) announced: &'static [&'static str],
    /// What must be there, besides `$schema`.
    pub(super) required: &'static [&'static str],
}

const P2: &str = "2022-03-01-preview2";
const P3: &str = "2022-03-01-preview3";
const P4: &str = "2022-03-01-preview4";
const P5: &str = "2022-03-01-preview5";
const P7: &str = "2022-03-01-preview7";
const GA: &str = "2022-07-01";
const A26: &str = "2026-04-01-preview1";

const fn kind(
    name: &'static str,
    scope: Scope,
    versions: &'static [&'static str],
    required: &'static [&'static str],
) -> Kind {
    Kind { name, scope, versions, announced: &[], required }
}

/// The technical configuration of a virtual machine plan.
pub(super) const MACHINE: &str = "virtual-machine-plan-technical-configuration";
/// The same for core virtual machines.
pub(super) const CORE_MACHINE: &str = "core-virtual-machine-plan-technical-configuration";

const KINDS: [Kind; 24] = [
    kind("product", Scope::Product, &[P2, P3, GA], &["identity", "type", "alias"]),
    Kind { announced: &[P4], ..kind("plan", Scope::Plan, &[P2, P3, GA], &["product", "identity", "alias"]) },
    kind("property", Scope::Property, &[P2, P3, P5], &["kind", "product", "categories", "termsConditions"]),
    kind("listing", Scope::Listing, &[P2, P3, P5], &["kind", "product", "languageId"]),
    kind("listing-asset", Scope::Asset, &[P2, P3, P5], &["kind", "product", "languageId", "type", "listing"]),
    kind("listing-trailer", Scope::Trailer, &[P2, P3, P5], &["kind", "product", "listing"]),
    kind("plan-listing", Scope::PlanListing, &[P2, P3, P5], &["kind", "product", "plan", "languageId"]),
    kind("price-and-availability-offer", Scope::OfProduct, &[P2, P3], &["product", "previewAudiences"]),
    kind("price-and-availability-plan", Scope::OfPlan, &[P2, P4], &["product", "plan", "visibility", "audience"]),
    kind("price-and-availability-custom-meter", Scope::OfProduct, &[P3], &["product"]),
    kind(
        "price-and-availability-update-private-audiences",
        Scope::Action,
        &[P2, P3],
        &["product", "plan", "privateAudiences"],
    ),
    kind("customer-leads", Scope::OfProduct, &[P2, P3], &["product", "leadDestination"]),
    kind("reseller", Scope::OfProduct, &[P2], &["product", "resellerChannelState", "audiences"]),
    kind("test-drive", Scope::OfProduct, &[P2], &["product", "enabled"]),
    kind("test-drive-listing", Scope::OfProduct, &[P2, P3], &["product"]),
    kind("azure-test-drive-technical-configuration", Scope::OfProduct, &[P2, P3], &["product"]),
    kind("virtual-machine-test-drive-technical-configuration", Scope::OfProduct, &[P2, P3], &["product"]),
    kind("commercial-marketplace-setup", Scope::OfProduct, &[P2], &["product"]),
    kind("microsoft365-integration", Scope::OfProduct, &[P2], &["product"]),
    kind("software-as-a-service-technical-configuration", Scope::OfProduct, &[P3], &["product"]),
    kind(MACHINE, Scope::OfPlan, &[P2, P3, P5, A26], &["product", "plan"]),
    kind(CORE_MACHINE, Scope::OfPlan, &[P5], &["product", "plan"]),
    kind("container-plan-technical-configuration", Scope::OfPlan, &[P3], &["product", "plan", "payloadType"]),
    kind("submission", Scope::Submission, &[P2, P7], &["product", "target"]),
];

/// The types of products; only some of them can be written by this API.
pub(super) const PRODUCT_TYPES: [&str; 16] = [
    "azureApplication",
    "azureContainer",
    "azureVirtualMachine",
    "consultingService",
    "containerApp",
    "coreVirtualMachine",
    "cosellOnly",
    "dynamics365BusinessCentral",
    "dynamics365ForCustomerEngagement",
    "dynamics365ForOperations",
    "iotEdgeModule",
    "managedService",
    "powerBiApp",
    "powerBiVisual",
    "softwareAsAService",
    "xbox360NonBackcompat",
];

/// The product types that this API supports.
pub(super) const SUPPORTED: [&str; 4] =
    ["azureVirtualMachine", "coreVirtualMachine", "azureContainer", "softwareAsAService"];

impl Kind {
    /// The type with this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The type of the resource with this durable id.
    pub(super) fn of_id(id: &str) -> Option<&'static Self> {
        Self::named(id.split('/').next().unwrap_or_default())
    }

    /// Whether a resource of this version can be written.
    pub(super) fn has(&self, version: &Version) -> bool {
        self.versions.contains(&version.text())
    }

    /// The newest version up to `ceiling`; the oldest if all are newer (an assumption).
    pub(super) fn newest(&self, ceiling: Option<&Version>) -> Option<Version> {
        let mut versions = self.versions.iter().filter_map(|text| Version::parse(text));
        let oldest = versions.next()?;
        Some(versions.take_while(|version| ceiling.is_none_or(|ceiling| version <= ceiling)).last().unwrap_or(oldest))
    }

    /// Resources are handled in this order, whatever the order of a request: what others refer to comes first.
    pub(super) fn rank(&self) -> u8 {
        match self.scope {
            Scope::Product => 0,
            Scope::Plan => 1,
            Scope::Listing => 2,
            Scope::Submission => 9,
            _ => 3,
        }
    }
}

/// The `kind` that property and listing have for a product type, and that of plan listings.
pub(super) fn kinds_of(product_type: &str) -> (&'static str, &'static str) {
    match product_type {
        "azureContainer" => ("azureContainer", "azureContainer-plan"),
        "softwareAsAService" => ("azureSaaS", "azureSaaS-plan"),
        "coreVirtualMachine" => ("azureVM", "azureCoreVM-plan"),
        _ => ("azureVM", "azureVM-plan"),
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Kind};
    use crate::ingestion::version::Version;

    #[test]
    fn every_version_can_be_read_and_they_stand_in_order() {
        for kind in &KINDS {
            let versions: Vec<Version> = kind.versions.iter().map(|text| Version::parse(text).unwrap()).collect();
            assert!(versions.is_sorted() && !versions.is_empty(), "{}", kind.name);
        }
    }

    #[test]
    fn a_ceiling_decides_which_version_is_the_newest() {
        let kind = Kind::named("submission").unwrap();
        for (ceiling, expected) in [
            (None, "2022-03-01-preview7"),
            (Some("2022-07-01"), "2022-03-01-preview7"),
            (Some("2022-03-01-preview5"), "2022-03-01-preview2"),
            (Some("2021-01-01"), "2022-03-01-preview2"),
        ] {
            let ceiling = ceiling.and_then(Version::parse);
            assert_eq!(kind.newest(ceiling.as_ref()).unwrap().text(), expected);
        }
    }
}

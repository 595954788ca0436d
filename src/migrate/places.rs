//! Which place of the new document holds what a place of the old one held.
//!
//! Only places whose value has the same meaning in both documents have a counterpart, and only if the product has a value there.
//!
//! Sources: the fields of the Cloud Partner Portal API as in `offer::layout`; product-ingestion-api.md and the schemas of the service.

use serde_json::Value;

use super::carry::renamed;
use crate::offer::fields::FieldTable;
use crate::offer::layout::{
    AUDIENCE, CLOUDS, DESCRIPTION, Field, HIDDEN, Holder, IMAGES, LEAD_DESTINATION, LEAD_SYSTEMS, LONG_SUMMARY, Layout,
    Namespace, PREVIEW_SUBSCRIPTIONS, PRICES, REGIONS, SKU_SUMMARY, SKU_TITLE, STANDARD_CONTRACT, SUMMARY, TITLE,
};
use crate::offer::locate::locate;
use crate::offer::part::{DEFINITION, OFFER, SKUS};
use crate::offer::resource::{PLANS, RESOURCES};
use crate::offer::{Document, IdentityPath, OfferTypeId};

/// The language of the listing of the old document, which has one only.
const LANGUAGE: &str = "en-us";

const fn field(holder: Holder, namespace: Namespace, name: &'static str) -> Field {
    Field { holder, namespace, name }
}

const PRIVACY: Field = field(Holder::Offer, Namespace::Listing, "privacyURL");
const TERMS: Field = field(Holder::Offer, Namespace::Listing, "termsOfUse");

/// The fields of the offer, and the path of each below `resources`. `{language}` is the language of the listing.
const OF_OFFER: [(Field, &str); 9] = [
    (TITLE, "listing/{language}/title"),
    (SUMMARY, "listing/{language}/searchResultSummary"),
    (LONG_SUMMARY, "listing/{language}/shortDescription"),
    (DESCRIPTION, "listing/{language}/description"),
    (PRIVACY, "listing/{language}/privacyPolicyLink"),
    (TERMS, "property/termsOfUse"),
    (STANDARD_CONTRACT, "property/termsConditions"),
    (LEAD_DESTINATION, "customer-leads/leadDestination"),
    (PREVIEW_SUBSCRIPTIONS, "price-and-availability-offer/previewAudiences"),
];

const SKU_DESCRIPTION: Field = field(Holder::Sku, Namespace::Type, "skuDescription");
const CORE_SKU_DESCRIPTION: Field = field(Holder::Sku, Namespace::Type, "skuDescriptionPublicAzure");

/// The fields of a SKU, and the path of each below the plan.
const OF_SKU: [(Field, &str); 12] = [
    (SKU_TITLE, "plan-listing/{language}/name"),
    (SKU_SUMMARY, "plan-listing/{language}/summary"),
    (SKU_DESCRIPTION, "plan-listing/{language}/description"),
    (CORE_SKU_DESCRIPTION, "plan-listing/{language}/description"),
    (CLOUDS, "plan/azureRegions"),
    (REGIONS, "price-and-availability-plan/markets"),
    (AUDIENCE, "price-and-availability-plan/privateAudiences"),
    (HIDDEN, "price-and-availability-plan/visibility"),
    (PRICES[0], "price-and-availability-plan/pricing"),
    (PRICES[1], "price-and-availability-plan/pricing"),
    (IMAGES[0], "virtual-machine-plan-technical-configuration/vmImageVersions"),
    (IMAGES[1], "core-virtual-machine-plan-technical-configuration/vmImageVersions"),
];

/// The fields whose elements have the same names in both documents, apart from the letter case of markets and the names of clouds.
const WITH_ELEMENTS: [Field; 4] = [REGIONS, CLOUDS, IMAGES[0], IMAGES[1]];

/// The places of a product.
pub(super) struct Places<'a> {
    layout: Layout,
    table: &'static FieldTable,
    product: &'a Value,
}

impl<'a> Places<'a> {
    /// The places of `product`, for an old document of the type `offer_type`.
    pub(super) fn of(offer_type: &OfferTypeId, product: &'a Document) -> Self {
        Self { layout: Layout::of(offer_type), table: product.field_table(), product: product.content() }
    }

    /// The place of the product for a place of the old document, by path; `None` if there is none.
    pub(super) fn counterpart(&self, old: &IdentityPath) -> Option<IdentityPath> {
        let tokens: Vec<String> = old.tokens().collect();
        let parts: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let resources = IdentityPath::root().key(RESOURCES);
        let found = match parts.as_slice() {
            [DEFINITION, "displayText"] => resources.key("product").key("alias"),
            [DEFINITION, OFFER, key] => self.offer_field(&resources, key)?,
            [DEFINITION, SKUS, sku] => resources.key(PLANS).key(sku),
            [DEFINITION, SKUS, sku, key, rest @ ..] => self.sku_field(&resources.key(PLANS).key(sku), key, rest)?,
            _ => return None,
        };
        locate(self.table, self.product, &found).map(|_| found)
    }

    fn offer_field(&self, resources: &IdentityPath, key: &str) -> Option<IdentityPath> {
        // The settings of lead systems have the same names.
        if let Some(system) = LEAD_SYSTEMS.iter().find(|system| self.layout.key(**system) == key) {
            return Some(resources.key("customer-leads").key(system.name));
        }
        let (_, path) = OF_OFFER.iter().find(|(field, _)| self.layout.key(*field) == key)?;
        Some(self.below(resources, path))
    }

    fn sku_field(&self, plan: &IdentityPath, key: &str, rest: &[&str]) -> Option<IdentityPath> {
        let (field, path) = OF_SKU.iter().find(|(field, _)| self.layout.key(*field) == key)?;
        let place = self.below(plan, path);
        match rest {
            [] => Some(place),
            [element] if WITH_ELEMENTS.contains(field) => Some(place.key(&renamed(element))),
            _ => None,
        }
    }

    fn below(&self, place: &IdentityPath, path: &str) -> IdentityPath {
        let parts = path.split('/').map(|part| if part == "{language}" { self.language() } else { part });
        parts.fold(place.clone(), |place, part| place.key(part))
    }

    /// The language of the listing: the only one, or else English.
    fn language(&self) -> &str {
        let listing = self.product.get(RESOURCES).and_then(|resources| resources.get("listing")?.as_object());
        let mut languages = listing.into_iter().flat_map(|listing| listing.keys());
        match (languages.next(), languages.next()) {
            (Some(only), None) => only,
            _ => LANGUAGE,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_has_a_counterpart_if_the_product_has_the_same_value() {
        let product = Document::new(json!({"api": "product-ingestion", "publisherId": "c", "id": "o",
        "type": "azureVirtualMachine", "resources": {
            "product": {"alias": "O"},
            "listing": {"en-gb": {"title": "T", "searchResultSummary": "S"}},
            "customer-leads": {"marketoLeadConfiguration": {"formId": "1"}},
            "plans": [{"planId": "byol", "plan": {"azureRegions": ["azureGlobal"]},
                "plan-listing": {"en-gb": {"name": "N"}},
                "price-and-availability-plan": {"markets": ["us"], "pricing": {}},
                "virtual-machine-plan-technical-configuration": {"vmImageVersions": [{"versionNumber": "1.0.0"}]}}],
        }}));
        let places = Places::of(&OfferTypeId::new("microsoft-azure-virtualmachines"), &product);
        for (old, new) in [
            ("/definition/displayText", Some("/resources/product/alias")),
            ("/definition/offer/microsoft-azure-marketplace.title", Some("/resources/listing/en-gb/title")),
            (
                "/definition/offer/microsoft-azure-marketplace.summary",
                Some("/resources/listing/en-gb/searchResultSummary"),
            ),
            (
                "/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration",
                Some("/resources/customer-leads/marketoLeadConfiguration"),
            ),
            ("/definition/plans/byol", Some("/resources/plans/byol")),
            (
                "/definition/plans/byol/microsoft-azure-virtualmachines.skuTitle",
                Some("/resources/plans/byol/plan-listing/en-gb/name"),
            ),
            ("/definition/plans/byol/regions", Some("/resources/plans/byol/price-and-availability-plan/markets")),
            (
                "/definition/plans/byol/virtualMachinePricingV2",
                Some("/resources/plans/byol/price-and-availability-plan/pricing"),
            ),
            (
                "/definition/plans/byol/microsoft-azure-virtualmachines.vmImages/1.0.0",
                Some("/resources/plans/byol/virtual-machine-plan-technical-configuration/vmImageVersions/1.0.0"),
            ),
            // Not in the product.
            ("/definition/plans/other", None),
            ("/definition/plans/byol/microsoft-azure-virtualmachines.vmImages/2.0.0", None),
            ("/definition/offer/microsoft-azure-marketplace.description", None),
            // Not the same value, or of another namespace.
            ("/definition/plans/byol/virtualMachinePricingV2/coreMultiplier", None),
            ("/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration/formId", None),
            ("/definition/offer/microsoft-azure-virtualmachines.title", None),
            ("/definition/offer/title", None),
            ("/definition/offer", None),
            ("/offerTypeVersions", None),
        ] {
            let found = places.counterpart(&IdentityPath::parse(old).unwrap());
            assert_eq!(found, new.map(|new| IdentityPath::parse(new).unwrap()), "{old}");
        }
    }
}

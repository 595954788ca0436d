//! Where the fields of an offer stand, by its type.
//!
//! A key of an offer has a namespace in front of its name, such as `microsoft-azure-marketplace.title`, and which namespace
//! that is depends on the offer type. Code that looks for a field asks the [`Layout`] for its whole key. It never compares the
//! last part of a key or its letters in another case: a key of another namespace is another field, whatever it is called.
//!
//! Source: the samples of cloud-partner-portal-api-creating-offer.md (virtual machines), devigned/pub `pkg/partner/types.go`
//! (core virtual machines), the types of chef/azure-marketplace-publisher (applications). In all three the namespace of a type
//! is its id, so a type without public samples is taken to follow the same pattern.

use std::borrow::Cow;

use serde_json::Value;

use super::{Api, OfferTypeId, resource};

/// The namespace of the listing, for every type but core virtual machines.
pub const MARKETPLACE: &str = "microsoft-azure-marketplace";

/// The key of the id of the publisher, in the document itself.
pub const PUBLISHER_ID: &str = "publisherId";

/// The key of the id of the offer, in the document itself.
pub const OFFER_ID: &str = "id";

/// The key of the type of the offer, in the document itself.
pub const OFFER_TYPE: &str = "offerTypeId";

/// The key of the type of the offer in documents of `api`.
#[must_use]
pub fn type_key(api: Api) -> &'static str {
    match api {
        Api::CloudPartnerPortal => OFFER_TYPE,
        Api::ProductIngestion => resource::TYPE,
    }
}

/// The type whose listing stands in the namespace of the type.
const CORE_VIRTUAL_MACHINE: &str = "microsoft-azure-corevm";

/// The types whose listing stands in [`MARKETPLACE`].
const LISTED: [&str; 2] = ["microsoft-azure-virtualmachines", "microsoft-azure-applications"];

/// The key of the list of disk generations of a SKU.
pub const DISK_GENERATIONS: &str = "diskGenerations";

/// The key that identifies a SKU or a disk generation.
pub const PLAN_ID: &str = "planId";

/// The keys that identify the elements of a list: SKUs and disk generations, categories, and everything that has an `id`.
pub const ELEMENT_IDS: [&str; 3] = [PLAN_ID, "categoryL1", "id"];

/// The pairs of price blocks of a SKU; the service keeps the two of a pair equal.
pub const PRICE_BLOCKS: [[&str; 2]; 2] =
    [["virtualMachinePricing", "virtualMachinePricingV2"], ["monthlyPricing", "monthlyPricingV2"]];

/// Which object a field is a member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// `definition.offer`.
    Offer,
    /// An element of `definition.plans`; a disk generation has the same fields.
    Sku,
}

/// The namespace in front of a field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// The key has no namespace.
    None,
    /// The namespace of the listing.
    Listing,
    /// That of the offer type.
    Type,
}

/// A field that this program knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The object that has the field: the offer or a SKU.
    pub holder: Holder,
    /// What stands in front of its name.
    pub namespace: Namespace,
    /// Its name without a namespace.
    pub name: &'static str,
}

const fn listed(name: &'static str) -> Field {
    Field { holder: Holder::Offer, namespace: Namespace::Listing, name }
}

const fn of_sku(name: &'static str) -> Field {
    Field { holder: Holder::Sku, namespace: Namespace::Type, name }
}

const fn plain(name: &'static str) -> Field {
    Field { holder: Holder::Sku, namespace: Namespace::None, name }
}

/// The title of the listing.
pub const TITLE: Field = listed("title");
/// The one line of a search result.
pub const SUMMARY: Field = listed("summary");
/// The short description.
pub const LONG_SUMMARY: Field = listed("longSummary");
/// The description, in HTML.
pub const DESCRIPTION: Field = listed("description");
/// The small logo.
pub const SMALL_LOGO: Field = listed("smallLogo");
/// The medium logo.
pub const MEDIUM_LOGO: Field = listed("mediumLogo");
/// The large logo.
pub const LARGE_LOGO: Field = listed("largeLogo");
/// The wide logo.
pub const WIDE_LOGO: Field = listed("wideLogo");
/// The logo behind the title.
pub const HERO_LOGO: Field = listed("heroLogo");
/// The last part of the public address of the offer.
pub const MARKETING_IDENTIFIER: Field = listed("offerMarketingUrlIdentifier");
/// The subscriptions that see the preview.
pub const PREVIEW_SUBSCRIPTIONS: Field = listed("allowedSubscriptions");
/// Whether Microsoft's standard contract holds.
pub const STANDARD_CONTRACT: Field = listed("useEnterpriseContract");
/// Which lead system is used.
pub const LEAD_DESTINATION: Field = listed("leadDestination");
/// The settings of the lead systems. Source: vm_create_valid_response.json.
pub const LEAD_SYSTEMS: [Field; 6] = [
    listed("tableLeadConfiguration"),
    listed("blobLeadConfiguration"),
    listed("salesForceLeadConfiguration"),
    listed("crmLeadConfiguration"),
    listed("httpsEndpointLeadConfiguration"),
    listed("marketoLeadConfiguration"),
];

/// The id of a SKU.
pub const SKU_ID: Field = plain(PLAN_ID);
/// The markets that a SKU is sold in.
pub const REGIONS: Field = plain("regions");
/// Who sees a private SKU.
pub const AUDIENCE: Field = plain("restrictedAudience");
/// The disk generations of a SKU of core virtual machines.
pub const GENERATIONS: Field = plain(DISK_GENERATIONS);
/// The title of a SKU.
pub const SKU_TITLE: Field = of_sku("skuTitle");
/// The summary of a SKU.
pub const SKU_SUMMARY: Field = of_sku("skuSummary");
/// Whether a SKU is hidden.
pub const HIDDEN: Field = of_sku("hideSKUForSolutionTemplate");
/// The clouds that a SKU can be deployed in.
pub const CLOUDS: Field = of_sku("cloudAvailability");
/// The packages of an application, by version.
pub const PACKAGE: Field = of_sku("package");
/// How the resources of a managed application are updated.
pub const DEPLOYMENT_MODE: Field = of_sku("deploymentMode");
/// The image versions of a SKU or disk generation. Core virtual machines have a map for each cloud, named as their other
/// fields that differ by cloud; of these only the one for public Azure is seen in public sources.
pub const IMAGES: [Field; 5] = [
    of_sku("vmImages"),
    of_sku("vmImagesPublicAzure"),
    of_sku("vmImagesFairfax"),
    of_sku("vmImagesMooncake"),
    of_sku("vmImagesBlackforest"),
];
/// The price blocks, as in [`PRICE_BLOCKS`].
pub const PRICES: [Field; 4] =
    [plain(PRICE_BLOCKS[0][0]), plain(PRICE_BLOCKS[0][1]), plain(PRICE_BLOCKS[1][0]), plain(PRICE_BLOCKS[1][1])];

/// The logos.
pub const LOGOS: [Field; 5] = [SMALL_LOGO, MEDIUM_LOGO, LARGE_LOGO, WIDE_LOGO, HERO_LOGO];

const OTHERS: [Field; 18] = [
    TITLE,
    SUMMARY,
    LONG_SUMMARY,
    DESCRIPTION,
    MARKETING_IDENTIFIER,
    PREVIEW_SUBSCRIPTIONS,
    STANDARD_CONTRACT,
    LEAD_DESTINATION,
    SKU_ID,
    REGIONS,
    AUDIENCE,
    GENERATIONS,
    SKU_TITLE,
    SKU_SUMMARY,
    HIDDEN,
    CLOUDS,
    PACKAGE,
    DEPLOYMENT_MODE,
];

/// Every field that is known by name.
pub fn fields() -> impl Iterator<Item = Field> {
    OTHERS.into_iter().chain(LOGOS).chain(LEAD_SYSTEMS).chain(IMAGES).chain(PRICES)
}

/// Where the fields of offers of one type stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    listing: Cow<'static, str>,
    own: String,
}

impl Layout {
    /// The layout of an offer type. For a type without public samples it is one of [`all`](Self::all).
    #[must_use]
    pub fn of(offer_type: &OfferTypeId) -> Self {
        let own = offer_type.as_str().to_owned();
        let listing = if own == CORE_VIRTUAL_MACHINE { CORE_VIRTUAL_MACHINE } else { MARKETPLACE };
        Self { listing: Cow::Borrowed(listing), own }
    }

    /// The layouts that an offer type may have. Of a type without public samples nobody knows whether its listing stands in the
    /// namespace that others share or in its own, as it does for core virtual machines.
    #[must_use]
    pub fn all(offer_type: &OfferTypeId) -> Vec<Self> {
        let layout = Self::of(offer_type);
        let own = Self { listing: Cow::Owned(layout.own.clone()), own: layout.own.clone() };
        if own == layout || LISTED.contains(&layout.own.as_str()) { vec![layout] } else { vec![layout, own] }
    }

    /// The layout that `document` has: of those that its type may have, the first that its title fits.
    #[must_use]
    pub fn of_document(offer_type: &OfferTypeId, document: &Value) -> Self {
        let has_title = |layout: &Self| offer(document).is_some_and(|offer| layout.get(offer, TITLE).is_some());
        Self::all(offer_type).into_iter().find(has_title).unwrap_or_else(|| Self::of(offer_type))
    }

    /// The whole key of a field.
    #[must_use]
    pub fn key(&self, field: Field) -> Cow<'static, str> {
        match field.namespace {
            Namespace::None => Cow::Borrowed(field.name),
            Namespace::Listing => Cow::Owned(format!("{}.{}", self.listing, field.name)),
            Namespace::Type => Cow::Owned(format!("{}.{}", self.own, field.name)),
        }
    }

    /// The key of the images that customers in public Azure get; `None` for a type without images.
    #[must_use]
    pub fn images(&self) -> Option<String> {
        let field = match self.own.as_str() {
            "microsoft-azure-virtualmachines" => IMAGES[0],
            CORE_VIRTUAL_MACHINE => IMAGES[1],
            _ => return None,
        };
        Some(self.key(field).into_owned())
    }

    /// Whether SKUs of this type have disk generations.
    #[must_use]
    pub fn has_generations(&self) -> bool {
        self.own == CORE_VIRTUAL_MACHINE
    }

    /// Whether nobody sees the preview of an offer of this type without a subscription. IoT Edge modules may go without; of other
    /// types it is not known.
    #[must_use]
    pub fn is_previewed_by_subscription(&self) -> bool {
        self.own == CORE_VIRTUAL_MACHINE || LISTED.contains(&self.own.as_str())
    }

    /// The value of a field in the object that holds it; `null` counts as absent.
    #[must_use]
    pub fn get<'a>(&self, holder: &'a Value, field: Field) -> Option<&'a Value> {
        member(holder, &self.key(field))
    }
}

/// The member of an object with exactly this key; `null` counts as absent.
#[must_use]
pub fn member<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// Whether a document was moved to Partner Center. The service says so in a word; for an offer that was not moved, that is `none`.
///
/// Source: cloud-partner-portal-api-overview.md.
#[must_use]
pub fn is_migrated(document: &Value) -> bool {
    let word = document.get("pcMigrationStatus").and_then(Value::as_str);
    word.is_some_and(|word| !word.is_empty() && !word.eq_ignore_ascii_case("none"))
}

/// Whether a key of a SKU is that of an id. The service adds the former id of a SKU in the namespace of its type.
#[must_use]
pub fn is_sku_id(key: &str) -> bool {
    key == PLAN_ID || key.strip_prefix("microsoft-azure-").is_some_and(|key| key.ends_with(".legacyPlanId"))
}

/// Whether a key of a SKU holds prices, in either block of a pair.
#[must_use]
pub fn is_price_block(key: &str) -> bool {
    PRICE_BLOCKS.as_flattened().contains(&key)
}

/// The namespace of a key and the name below it. `short` is the namespace without the words that all of them begin with; `None` for
/// the namespaces of the listing and of `offer_type`, which go without saying.
#[must_use]
pub fn named<'k>(key: &'k str, offer_type: &str) -> (Option<&'k str>, &'k str) {
    match key.split_once('.') {
        Some((namespace, name)) if namespace == offer_type || namespace == MARKETPLACE => (None, name),
        Some((namespace, name)) => match namespace.strip_prefix("microsoft-azure-") {
            Some(short) => (Some(short), name),
            None => (None, key),
        },
        None => (None, key),
    }
}

/// The object that holds the fields of the offer as a whole.
#[must_use]
pub fn offer(document: &Value) -> Option<&Value> {
    document.pointer("/definition/offer")
}

/// The list of SKUs.
#[must_use]
pub fn skus(document: &Value) -> Option<&Value> {
    document.pointer("/definition/plans")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_namespace_depends_on_the_type() {
        for (offer_type, title, clouds) in [
            (
                "microsoft-azure-virtualmachines",
                "microsoft-azure-marketplace.title",
                "microsoft-azure-virtualmachines.cloudAvailability",
            ),
            ("microsoft-azure-corevm", "microsoft-azure-corevm.title", "microsoft-azure-corevm.cloudAvailability"),
            (
                "microsoft-azure-applications",
                "microsoft-azure-marketplace.title",
                "microsoft-azure-applications.cloudAvailability",
            ),
            ("acme", "microsoft-azure-marketplace.title", "acme.cloudAvailability"),
        ] {
            let layout = Layout::of(&OfferTypeId::new(offer_type));
            assert_eq!(layout.key(TITLE), title);
            assert_eq!(layout.key(CLOUDS), clouds);
            assert_eq!(layout.key(REGIONS), "regions");
        }
    }

    #[test]
    fn a_field_is_found_by_its_whole_key_only() {
        let layout = Layout::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
        let offer = json!({
            "microsoft-azure-marketplace-testdrive.title": "decoy", "title": "decoy",
            "Microsoft-Azure-Marketplace.Title": "decoy", "microsoft-azure-marketplace.title": "Firewall",
        });
        assert_eq!(layout.get(&offer, TITLE), Some(&json!("Firewall")));
        assert_eq!(layout.get(&json!({"decoy.regions": ["US"], "Regions": ["US"]}), REGIONS), None);
        assert_eq!(layout.get(&json!({"regions": null}), REGIONS), None);
    }
}

//! Which offers of a story are managed through which API, and where their fields are in the documents of each.

use offerform::offer::{Api, OfferAddress};
use serde_json::Value;

/// The APIs that the offers of a story are managed through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    /// All through the Cloud Partner Portal API.
    Portal,
    /// All through the Product Ingestion API.
    Products,
    /// The first one through the Product Ingestion API, the others through the Cloud Partner Portal API.
    Both,
}

impl Cast {
    /// The API of an offer; `offer` is `publisher/offer` or the id alone.
    pub(crate) fn api(self, offer: &str) -> Api {
        let is_product = match self {
            Self::Portal => false,
            Self::Products => true,
            Self::Both => id_of(offer) == "firewall",
        };
        if is_product { Api::ProductIngestion } else { Api::CloudPartnerPortal }
    }

    /// The address of the offer with this id.
    pub(crate) fn address(self, id: &str) -> OfferAddress {
        OfferAddress::new("contoso", id).through(self.api(id))
    }
}

/// The id in `publisher/offer`.
pub(crate) fn id_of(offer: &str) -> &str {
    offer.rsplit('/').next().unwrap_or_default()
}

/// JSON pointers into the document of an offer.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// A text that every commit declares.
    pub(crate) title: &'static str,
    display: &'static str,
    sku_title: &'static str,
    /// Declared by some commits and not by others; the service publishes an offer without them.
    pub(crate) optional: [&'static str; 2],
    /// Declared by every commit of a varied story, with markup in it that the service may tidy.
    pub(crate) description: &'static str,
    /// Declared by every commit of a varied story; the service may keep it in other words.
    pub(crate) words: &'static str,
    /// A key that the service may not store.
    pub(crate) dropped: &'static str,
    /// The markets. They mean a set.
    pub(crate) markets: &'static str,
    /// Fields that no commit ever declares: they belong to the portal.
    pub(crate) unmanaged: [&'static str; 3],
}

static PORTAL: Vocabulary = Vocabulary {
    title: "/definition/offer/microsoft-azure-marketplace.title",
    display: "/definition/displayText",
    sku_title: "/definition/plans/0/microsoft-azure-virtualmachines.skuTitle",
    optional: [
        "/definition/offer/microsoft-azure-marketplace.publicAzureSupportUrl",
        "/definition/offer/microsoft-azure-marketplace.engineeringContactName",
    ],
    description: "/definition/offer/microsoft-azure-marketplace.description",
    words: "/definition/offer/contoso.words",
    dropped: "/definition/offer/contoso.dropped",
    markets: "/definition/plans/0/regions",
    unmanaged: [
        "/definition/offer/microsoft-azure-marketplace.engineeringContactPhone",
        "/definition/offer/contoso.unknown",
        "/definition/plans/0/contoso.note",
    ],
};

/// One of the fields that belong to the portal is in a resource that no commit changes, the others are in resources that commits change.
static PRODUCTS: Vocabulary = Vocabulary {
    title: "/resources/listing/en-us/title",
    display: "/resources/product/alias",
    sku_title: "/resources/plans/0/plan-listing/en-us/name",
    optional: ["/resources/listing/en-us/globalSupportWebsite", "/resources/property/termsOfUseUrl"],
    description: "/resources/listing/en-us/description",
    words: "/resources/listing/en-us/contoso.words",
    dropped: "/resources/listing/en-us/contoso.dropped",
    markets: "/resources/plans/0/price-and-availability-plan/markets",
    unmanaged: [
        "/resources/listing/en-us/contoso.unknown",
        "/resources/reseller/contoso.note",
        "/resources/plans/0/plan-listing/en-us/contoso.note",
    ],
};

impl Vocabulary {
    /// The vocabulary of an API.
    pub(crate) fn of(api: Api) -> &'static Self {
        match api {
            Api::CloudPartnerPortal => &PORTAL,
            Api::ProductIngestion => &PRODUCTS,
        }
    }

    /// The vocabulary of a document.
    pub(crate) fn of_document(document: &Value) -> &'static Self {
        if document.get("resources").is_some() { &PRODUCTS } else { &PORTAL }
    }

    /// The texts that every commit declares: the title, the name in the portal, and the title of the SKU.
    pub(crate) fn always(&self) -> [&'static str; 3] {
        [self.title, self.display, self.sku_title]
    }

    /// The fields that somebody edits in the portal around the requests of a run.
    pub(crate) fn edited(&self) -> Vec<String> {
        self.always().into_iter().chain(self.optional).map(str::to_owned).collect()
    }

    /// All fields that some commit may declare, and that hold a text.
    pub(crate) fn managed(&self) -> Vec<String> {
        self.edited().into_iter().chain([self.description, self.words].map(str::to_owned)).collect()
    }
}

//! Azure applications. Of these less is known, so keys that are not known pass.
//!
//! Sources: the types of chef/azure-marketplace-publisher; limits: `articles/marketplace/plan-azure-app-managed-app.md`.

use serde_json::{Map, Value, json};

use super::kind::Kind::{Flag, Is, Like, List, OneOf, Text};
use super::kind::{Choice, Field, list_of};
use super::listing::{self, RESALE};
use super::scope::{Keys, Namespace, firm_mapping, mapping, members, place, sku_of};
use super::sku;
use super::words::category_map;

/// The words of the portal's successor; those of this API are not documented.
const SKU_TYPES: &[Choice] = &[
    ("managedApplication", "Run by the publisher in the customer's subscription."),
    ("solutionTemplate", "Deployed by the customer."),
];

const PLAN: &[Field] = &[
    sku::TITLE,
    sku::SUMMARY,
    sku::DESCRIPTION,
    (
        "skuType",
        Like(SKU_TYPES),
        "What the SKU is. The API's words are not documented: take yours from an exported offer.",
    ),
    sku::CLOUD_AVAILABILITY,
    ("certificationsAzureGovernment", List(100), "Certifications for Azure Government."),
    (
        "package",
        Is("packages"),
        "The packages, by version, such as `1.2.0`. A new one has to be greater than all others.",
    ),
    sku::LEGACY_PLAN_ID,
];

const PLAIN: &[Field] = &[
    sku::PLAN_ID,
    sku::REGIONS,
    sku::RESTRICTED_AUDIENCE,
    ("monthlyPricing", Is("monthly-prices"), "Prices in US dollars a month, for the markets of the older price list."),
    sku::newer_prices("monthlyPricingV2", "monthly-prices"),
];

const PACKAGE_FILE: &[Field] = &[
    ("packageFile", Is("url"), "The address of a .zip with mainTemplate.json and createUiDefinition.json in its root."),
    ("tenantId", Is("guid"), "The tenant of those who run a managed application."),
];

const AUTHORIZATION: &[Field] = &[
    ("principalId", Is("guid"), "Who: a user, a group or an application."),
    ("roleDefinitionId", Is("guid"), "The role, such as b24988ac-6180-42a0-ab88-20f7382dd24c for contributors."),
];

pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    let listing = listing::namespace("application-listing", "application-categories", Keys::Open);
    let test_drive = listing::test_drive();
    let namespace = |definition, says, fields| Namespace {
        prefix: "microsoft-azure-applications",
        definition,
        says,
        fields,
        keys: Keys::Open,
    };
    let offer = namespace("application-resale", "What only offers of applications have.", RESALE.to_vec());
    let plan = namespace("application-sku", "What a SKU of an application has.", PLAN.to_vec());
    let mut definitions = vec![listing.definition(), test_drive.definition(), offer.definition(), plan.definition()];
    definitions.push(("application-offer", place(Map::new(), &[listing, test_drive, offer], Keys::Open)));
    definitions.push(("application-plan", sku_of(place(members(PLAIN), &[plan], Keys::Open))));
    definitions.extend([packages(), monthly_prices(), ("application-categories", category_map("application"))]);
    definitions.extend(listing::definitions());
    definitions.push(listing::audience());
    definitions.extend(super::machine::properties());
    definitions
}

fn packages() -> (&'static str, Value) {
    let switch = |key, says| mapping(members(&[(key, Flag(None), says)]), Keys::Open);
    let mut package = Map::new();
    package.insert("packageVersion".to_owned(), mapping(members(PACKAGE_FILE), Keys::Open));
    package.insert("authorizations".to_owned(), list_of(&firm_mapping(members(AUTHORIZATION), Keys::Open)));
    package.extend(members(&[("policies", List(5), "Policies for customers' subscriptions, at most 5.")]));
    package.insert(
        "publisherJitAccessPolicy".to_owned(),
        switch("jitAccessEnabled", "Whether the publisher asks before each access."),
    );
    package.insert(
        "ApplicationLockingPolicies".to_owned(),
        switch("CanEnableCustomerActions", "Whether customers may do some things themselves."),
    );
    let mut schema = mapping(Map::new(), Keys::Open);
    schema["additionalProperties"] = mapping(package, Keys::Open);
    ("packages", schema)
}

fn monthly_prices() -> (&'static str, Value) {
    let one_price: &[Field] = &[
        ("currency", OneOf(&[("USD", "US dollars.")]), "Always US dollars."),
        ("single", Is("price"), "US dollars a month."),
    ];
    let in_a_market: &[Field] = &[
        ("currency", Text, "The currency of the market."),
        ("enabled", Flag(None), "Whether it is sold there."),
        ("price", Is("price"), "The price a month."),
    ];
    let mut all = Map::new();
    all.insert("multiplier".to_owned(), mapping(members(one_price), Keys::Open));
    let mut by_market = mapping(Map::new(), Keys::Open);
    by_market["description"] = json!("Prices by market, such as US.");
    by_market["additionalProperties"] = mapping(members(in_a_market), Keys::Open);
    all.insert("regionPrices".to_owned(), by_market);
    all.extend(members(&[("regions", Is("markets"), "The markets the prices are for.")]));
    ("monthly-prices", mapping(all, Keys::Open))
}

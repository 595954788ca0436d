//! Azure applications. Of these less is known, so keys that are not known pass.
//!
//! Sources: the types of chef/azure-marketplace-publisher; limits: `articles/marketplace/plan-azure-app-managed-app.md`.

use serde_json::{Map, Value, json};

use super::kind::Kind::{Flag, Is, Like, Limited, List, OneOf, Text};
use super::kind::{Choice, Field, list_of};
use super::listing::{self, AUDIENCE, RESALE};
use super::scope::{Keys, Namespace, firm_mapping, mapping, members, place, sku};
use super::words::category_map;

/// The words of the portal's successor; those of this API are not documented.
const SKU_TYPES: &[Choice] = &[
    ("managedApplication", "Run by the publisher in the customer's subscription."),
    ("solutionTemplate", "Deployed by the customer."),
];

const PLAN: &[Field] = &[
    ("skuTitle", Limited(100), "The name of the SKU. Some places cut it after 50 characters."),
    ("skuSummary", Limited(100), "One line of plain text."),
    ("skuDescription", Limited(3000), "The description of the SKU, in simple HTML."),
    (
        "skuType",
        Like(SKU_TYPES),
        "What the SKU is. The API's words are not documented: take yours from an exported offer.",
    ),
    ("cloudAvailability", Is("clouds"), "The clouds it is sold in. Of a published SKU none can be taken away."),
    ("certificationsAzureGovernment", List(100), "Certifications for Azure Government."),
    (
        "package",
        Is("packages"),
        "The packages, by version, such as `1.2.0`. A new one has to be greater than all others.",
    ),
    ("legacyPlanId", Is("server-owned"), ""),
];

const PLAIN: &[Field] = &[
    (
        "planId",
        Is("plan-id"),
        "The id of the SKU, unique within the offer. It cannot be changed once it was published.",
    ),
    (
        "regions",
        Is("markets"),
        "The markets it is sold in, as two capital letters. `NO` is Norway and needs no quotation marks.",
    ),
    ("restrictedAudience", Is("audience"), AUDIENCE),
    ("monthlyPricing", Is("monthly-prices"), "Prices in US dollars a month, for the markets of the older price list."),
    (
        "monthlyPricingV2",
        Is("monthly-prices"),
        "The same for the markets of the newer price list. If both are there they have to agree.",
    ),
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
    definitions.push(("application-plan", sku(place(members(PLAIN), &[plan], Keys::Open))));
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

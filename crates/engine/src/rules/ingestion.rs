//! Rules about the resources of the Product Ingestion API.
//!
//! The schemas of the service are one source, and they change from version to version; so most findings here warn.

use super::shape::{longest, most, quoted, shown, twice, version};
use super::subject::{Field, MACHINES, Offer};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;
use crate::offer::resource::{PLAN, PRODUCT, Several, TYPE, TYPES};

pub(super) const RULES: &[Rule] = &[
    Rule::warning("product-type-known", Types::INGESTION, product_type).text(
        "`type` is one of the product types of the API",
        "write it as the service does, such as `azureVirtualMachine`",
        "release-engineering/cloudpub:schemas/azure/product-2022-03-01-preview2.json",
    ),
    Rule::warning("resource-required", Types::INGESTION, required).of_the_whole().text(
        "a resource has the keys that its schema requires",
        "add the key",
        "release-engineering/cloudpub:schemas/azure",
    ),
    Rule::warning("resource-enum", Types::INGESTION, words).text(
        "a value of a fixed set of words is one of them, in the same letters",
        "newer schemas may have more words: silence this rule for a value that the service accepts",
        "release-engineering/cloudpub:schemas/azure; release-engineering/cloudpub:cloudpub/models/ms_azure.py",
    ),
    Rule::error("lifecycle-state-enum", Types::INGESTION, states).text(
        "`lifecycleState` is `generallyAvailable`, `deprecated` or `deleted`",
        "write one of these, or leave it out: then it is `generallyAvailable`",
        "articles/marketplace/product-ingestion-api.md; release-engineering/cloudpub:schemas/azure/plan-2022-03-01-preview2.json",
    ),
    Rule::warning("plan-alias-length", Types::INGESTION, alias).text(
        "the `alias` of a plan has at most 125 characters",
        "shorten it: it is the name in the portal, which customers do not see",
        "release-engineering/cloudpub:schemas/azure/plan-2022-03-01-preview2.json",
    ),
    Rule::warning("plan-name-unique", Types::INGESTION, plan_names).text(
        "the plans of an offer have different names in each language",
        "describe in the `name` how they differ",
        "articles/marketplace/plans-pricing.md",
    ),
    Rule::warning("price-option-exclusive", Types::INGESTION, other_prices).text(
        "`priceInputOption` says which prices there are: `price` for `flat`, `pricePerCore` for `perCore`, `pricePerCoreSize` for `perCoreSize`, `prices` for `perMarketAndCoreSize`, and none for `free`",
        "remove the other prices: `null` takes one out of the draft",
        "release-engineering/cloudpub:schemas/azure/price-and-availability-plan-2022-03-01-preview2.json",
    ),
    Rule::warning("price-option-required", Types::INGESTION, no_prices).of_the_whole().text(
        "the prices that `priceInputOption` names are there",
        "add them",
        "release-engineering/cloudpub:schemas/azure/price-and-availability-plan-2022-03-01-preview2.json",
    ),
    Rule::warning("byol-without-prices", Types::INGESTION, byol).text(
        "a plan with `licenseModel: byol` has no `corePricing`",
        "remove `corePricing`",
        "release-engineering/cloudpub:schemas/azure/price-and-availability-plan-2022-03-01-preview2.json; articles/marketplace/plans-pricing.md",
    ),
    Rule::warning("markets-exclusive", Types::INGESTION, markets_of_all).text(
        "a plan for all markets, or for all in which Microsoft remits taxes, has no list of `markets`",
        "remove `markets`, or write `customerMarkets: customMarkets`",
        "release-engineering/cloudpub:schemas/azure/price-and-availability-plan-2022-03-01-preview2.json",
    ),
    Rule::warning("markets-lower-case", Types::INGESTION, markets).text(
        "a market is a code of two or three lower-case letters",
        "write it in lower case, such as `no`",
        "release-engineering/cloudpub:schemas/azure/price-and-availability-plan-2022-03-01-preview2.json",
    ),
    Rule::warning("lead-configuration-exclusive", Types::INGESTION, other_leads).text(
        "only the configuration of the `leadDestination` is there",
        "remove the other one: `null` takes it out of the draft",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json",
    ),
    Rule::warning("lead-configuration-required", Types::INGESTION, no_leads).of_the_whole().text(
        "the configuration of the `leadDestination` is there",
        "add it, or write `leadDestination: none`",
        "release-engineering/cloudpub:schemas/azure/customer-leads-2022-03-01-preview2.json",
    ),
    Rule::error("image-version-format", Types::INGESTION, versions).text(
        "the `versionNumber` of an image is three numbers, such as `1.10.0`",
        "add the missing number: `1.10` and `1.1` differ, and neither is a version",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::warning("image-source", Types::INGESTION, sources).text(
        "an image comes either from disks with signed addresses or from a gallery",
        "keep `osDisk` and `dataDisks`, or keep `sharedImage`",
        "release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::warning("sku-of-plan", Types::INGESTION, own_sku).of_the_whole().text(
        "one `skuId` of a plan is its `planId`",
        "give the first element of `skus` the id of the plan",
        "robe070/cookbooks:scripts/Add-MarketplaceGen2Image.ps1",
    ),
    Rule::warning("sku-id-unique", Types::INGESTION, sku_ids).text(
        "a `skuId` is unique in an offer",
        "change the second one, unless it is published",
        "robe070/cookbooks:scripts/Add-MarketplaceGen2Image.ps1",
    ),
    Rule::error("recommended-sizes-max", Types::INGESTION, sizes).text(
        "a plan recommends at most 6 machine sizes",
        "keep the six that fit best",
        "articles/marketplace/azure-vm-plan-technical-configuration.md; release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
];

const PRICES: &str = "price-and-availability-plan";
const LEADS: &str = "customer-leads";

/// Source: the enum of the schema.
const PRODUCT_TYPES: [&str; 16] = [
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

/// The keys that resources need besides those that say where they belong.
const REQUIRED: [(&str, &[&str]); 9] = [
    (PRODUCT, &["alias"]),
    ("property", &["kind", "categories", "termsConditions"]),
    ("listing", &["kind"]),
    ("listing-asset", &["type"]),
    (PLAN, &["alias"]),
    ("plan-listing", &["kind"]),
    (PRICES, &["visibility", "audience"]),
    (LEADS, &["leadDestination"]),
    ("reseller", &["resellerChannelState"]),
];

const AUDIENCES: &[&str] = &["none", "subscription", "ea", "msdn", "tenant", "email"];
const IMAGE_TYPES: &[&str] = &["x64Gen1", "x64Gen2", "arm64Gen2"];
const DESTINATIONS: &[&str] = &["none", "blob", "dynamics", "email", "httpsEndpoint", "marketo", "salesforce", "table"];
const STATES: &[&str] = &["generallyAvailable", "deprecated", "deleted"];

/// Values that are one of a few words: the resource, the path in it (`*`: every element), and the words.
const WORDS: [(&str, &str, &[&str]); 19] = [
    ("property", "termsConditions", &["custom", "standardMicrosoft"]),
    (
        "listing-asset",
        "type",
        &[
            "azureLogoSmall",
            "azureLogoMedium",
            "azureLogoLarge",
            "azureLogoWide",
            "azureLogoScreenshot",
            "azureLogoHero",
            "pdfDocument",
        ],
    ),
    ("price-and-availability-offer", "previewAudiences/*/type", AUDIENCES),
    (LEADS, "leadDestination", DESTINATIONS),
    ("reseller", "resellerChannelState", &["notSet", "none", "some", "all", "terminated"]),
    (PLAN, "azureRegions/*", &["azureGlobal", "azureGovernment", "azureGermany", "azureChina"]),
    (PRICES, "visibility", &["visible", "hidden"]),
    (PRICES, "audience", &["public", "private"]),
    (PRICES, "customerMarkets", &["customMarkets", "allMarkets", "allTaxRemittedMarkets"]),
    (PRICES, "privateAudiences/*/type", AUDIENCES),
    (PRICES, "pricing/licenseModel", &["byol", "payAsYouGo"]),
    (
        PRICES,
        "pricing/corePricing/priceInputOption",
        &["free", "flat", "perCore", "perCoreSize", "perMarketAndCoreSize"],
    ),
    ("container-plan-technical-configuration", "payloadType", &["cnab", "image"]),
    (MACHINES[0], "skus/*/imageType", IMAGE_TYPES),
    (MACHINES[1], "skus/*/imageType", IMAGE_TYPES),
    (MACHINES[0], "vmImageVersions/*/vmImages/*/imageType", IMAGE_TYPES),
    (MACHINES[1], "vmImageVersions/*/vmImages/*/imageType", IMAGE_TYPES),
    (MACHINES[0], "vmImageVersions/*/vmImages/*/source/sourceType", &["sasUri", "sharedImageGallery"]),
    (MACHINES[1], "vmImageVersions/*/vmImages/*/source/sourceType", &["sasUri", "sharedImageGallery"]),
];

/// Where a `lifecycleState` may be, besides in resources themselves.
const VERSION_STATES: [(&str, &str); 2] =
    [(MACHINES[0], "vmImageVersions/*/lifecycleState"), (MACHINES[1], "vmImageVersions/*/lifecycleState")];

/// Every resource of a type, wherever it is.
fn resources<'a>(offer: &Offer<'a>, name: &str) -> Vec<Field<'a>> {
    let Some(kind) = TYPES.iter().find(|kind| kind.name == name) else { return Vec::new() };
    let holders: Vec<Field<'a>> = if kind.is_of_plan {
        offer.skus().iter().filter_map(|plan| plan.plain(name)).collect()
    } else {
        offer.resource(name).into_iter().collect()
    };
    let by_language = |holder: &Field<'a>| holder.members().into_iter().map(|(_, field)| field).collect::<Vec<_>>();
    let of = |holder: Field<'a>| match kind.several {
        Several::One => vec![holder],
        Several::ByLanguage => by_language(&holder),
        Several::List => holder.elements(),
        Several::ListByLanguage => by_language(&holder).iter().flat_map(Field::elements).collect(),
    };
    holders.into_iter().flat_map(of).collect()
}

/// Finds a value that is none of `words`.
fn word(field: &Field<'_>, words: &[&'static str], found: &mut Found) {
    let text = field.text().unwrap_or_default();
    if !words.contains(&text) {
        let finding = found.at(field, format!("{} is none of {}", shown(field.value), words.join(", ")));
        if let Some(near) = nearest(text, words.iter().copied()) {
            finding.help(format!("did you mean `{near}`?"));
        }
    }
}

fn product_type(offer: &Offer<'_>, found: &mut Found) {
    if let Some(field) = offer.root().member(TYPE) {
        word(&field, &PRODUCT_TYPES, found);
    }
}

fn required(offer: &Offer<'_>, found: &mut Found) {
    for (name, keys) in REQUIRED {
        for resource in resources(offer, name).iter().filter(|resource| resource.value.is_object()) {
            for key in keys.iter().filter(|key| resource.member(key).is_none()) {
                found.lacks(resource, key, format!("this {name} has no `{key}`"));
            }
        }
    }
}

fn words(offer: &Offer<'_>, found: &mut Found) {
    for (name, path, words) in WORDS {
        for resource in resources(offer, name) {
            for field in resource.below(path) {
                word(&field, words, found);
            }
        }
    }
}

fn states(offer: &Offer<'_>, found: &mut Found) {
    let own = TYPES.iter().map(|kind| (kind.name, "lifecycleState"));
    for (name, path) in own.chain(VERSION_STATES) {
        for resource in resources(offer, name) {
            for field in resource.below(path) {
                word(&field, STATES, found);
            }
        }
    }
}

fn alias(offer: &Offer<'_>, found: &mut Found) {
    for plan in resources(offer, PLAN) {
        longest(plan.member("alias"), 125, found);
    }
}

fn plan_names(offer: &Offer<'_>, found: &mut Found) {
    let listings: Vec<Field<'_>> = offer.skus().iter().filter_map(|plan| plan.plain("plan-listing")).collect();
    let mut languages: Vec<&str> = listings.iter().flat_map(Field::members).map(|(language, _)| language).collect();
    languages.sort_unstable();
    languages.dedup();
    for language in languages {
        let names = listings.iter().filter_map(|listing| listing.member(language)?.member("name"));
        twice(names.collect::<Vec<_>>(), "name", found);
    }
}

/// Each option of core prices with the key of its prices.
const OPTIONS: [(&str, &str); 4] = [
    ("flat", "price"),
    ("perCore", "pricePerCore"),
    ("perCoreSize", "pricePerCoreSize"),
    ("perMarketAndCoreSize", "prices"),
];

/// The core prices that name their option, with its name.
fn priced<'a>(offer: &Offer<'a>) -> Vec<(Field<'a>, &'a str)> {
    let prices = resources(offer, PRICES).into_iter().flat_map(|sold| sold.below("pricing/corePricing"));
    prices.filter_map(|core| Some((core.clone(), core.member("priceInputOption")?.text()?))).collect()
}

fn other_prices(offer: &Offer<'_>, found: &mut Found) {
    for (core, option) in priced(offer) {
        for (_, key) in OPTIONS.iter().filter(|(name, _)| *name != option) {
            if let Some(field) = core.member(key) {
                found.at(&field, format!("`{key}` is here, and the option is {}", quoted(option))).at_key();
            }
        }
    }
}

fn no_prices(offer: &Offer<'_>, found: &mut Found) {
    for (core, option) in priced(offer) {
        for (_, key) in OPTIONS.iter().filter(|(name, key)| *name == option && core.member(key).is_none()) {
            found.lacks(&core, key, format!("the option is {}, and `{key}` is missing", quoted(option)));
        }
    }
}

fn byol(offer: &Offer<'_>, found: &mut Found) {
    for pricing in resources(offer, PRICES).into_iter().flat_map(|sold| sold.below("pricing")) {
        let is_byol = pricing.member("licenseModel").is_some_and(|model| model.text() == Some("byol"));
        if let Some(core) = pricing.member("corePricing").filter(|_| is_byol) {
            found.at(&core, "customers bring their own license, and there are prices").at_key();
        }
    }
}

fn markets_of_all(offer: &Offer<'_>, found: &mut Found) {
    for sold in resources(offer, PRICES) {
        let word = sold.member("customerMarkets").and_then(|word| word.text());
        if let (Some(markets), Some(word @ ("allMarkets" | "allTaxRemittedMarkets"))) = (sold.member("markets"), word) {
            found.at(&markets, format!("`markets` is here, and `customerMarkets` is `{word}`")).at_key();
        }
    }
}

fn markets(offer: &Offer<'_>, found: &mut Found) {
    for market in resources(offer, PRICES).into_iter().flat_map(|sold| sold.below("markets/*")) {
        let code = market.text().unwrap_or_default();
        if !(2..=3).contains(&code.len()) || !code.bytes().all(|letter| letter.is_ascii_lowercase()) {
            found.at(&market, format!("{} is not a code of two or three lower-case letters", shown(market.value)));
        }
    }
}

/// The key of the configuration of a destination.
fn configuration(destination: &str) -> String {
    format!("{destination}LeadConfiguration")
}

/// The lead system with the name of its destination, if that is known.
fn leads<'a>(offer: &Offer<'a>) -> Option<(Field<'a>, &'a str)> {
    let leads = offer.resource(LEADS)?;
    let destination = leads.member("leadDestination")?.text()?;
    DESTINATIONS.contains(&destination).then_some((leads, destination))
}

fn other_leads(offer: &Offer<'_>, found: &mut Found) {
    let Some((leads, destination)) = leads(offer) else { return };
    let own = configuration(destination);
    for (key, field) in leads.members() {
        if key.ends_with("LeadConfiguration") && key != own {
            found.at(&field, format!("`{key}` is here, and leads go to {}", quoted(destination))).at_key();
        }
    }
}

fn no_leads(offer: &Offer<'_>, found: &mut Found) {
    let Some((leads, destination)) = leads(offer).filter(|(_, destination)| *destination != "none") else { return };
    let key = configuration(destination);
    if leads.member(&key).is_none() {
        found.lacks(&leads, &key, format!("leads go to {}, and `{key}` is missing", quoted(destination)));
    }
}

fn of_machines<'a>(offer: &Offer<'a>, path: &str) -> Vec<Field<'a>> {
    offer.machines().into_iter().flat_map(|(_, config)| config.below(path)).collect()
}

fn versions(offer: &Offer<'_>, found: &mut Found) {
    for field in of_machines(offer, "vmImageVersions/*/versionNumber") {
        if field.text().and_then(version).is_none() {
            found.at(&field, format!("{} is not a version of three numbers", shown(field.value)));
        }
    }
}

fn sources(offer: &Offer<'_>, found: &mut Found) {
    for source in of_machines(offer, "vmImageVersions/*/vmImages/*/source") {
        let disks = ["osDisk", "dataDisks"].iter().find_map(|key| source.member(key).filter(|disks| !disks.is_empty()));
        if let (Some(image), Some(_)) = (source.member("sharedImage"), disks) {
            found.at(&image, "there are disks and an image of a gallery").at_key();
        }
    }
}

fn own_sku(offer: &Offer<'_>, found: &mut Found) {
    for (plan, config) in offer.machines() {
        let (Some(id), Some(skus)) = (plan.member("planId"), config.member("skus")) else { continue };
        if !skus.below("*/skuId").iter().any(|sku| sku.text() == id.text()) {
            found.at(&skus, format!("no `skuId` is {}, the id of the plan", shown(id.value)));
        }
    }
}

fn sku_ids(offer: &Offer<'_>, found: &mut Found) {
    twice(of_machines(offer, "skus/*/skuId"), "skuId", found);
}

fn sizes(offer: &Offer<'_>, found: &mut Found) {
    for (_, config) in offer.machines() {
        most(config.member("recommendedVmSizes"), 6, found);
    }
}

//! Rules about who sees an offer before it goes live, and who sees a private SKU.

use super::shape::{capital_guid, guid, longest, most, needed, quoted, twice, web_address};
use super::subject::{Field, Offer, Sku};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::warning("preview-required", Types::KNOWN, required).of_the_whole().text(
        "an offer has a subscription that sees the preview",
        "add one of your own to `allowedSubscriptions`: nobody else can see the preview",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-marketplace-tab.md",
    ),
    Rule::warning("preview-count", Types::PORTAL, |offer, found| most(offer.listing("allowedSubscriptions"), 100, found)).text(
        "at most 100 subscriptions see the preview",
        "keep the subscriptions of the people who check the preview",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-marketplace-tab.md",
    ),
    Rule::error("preview-guid", Types::PORTAL, |offer, found| {
        for subscription in subscriptions(offer) {
            guid(&subscription, found);
        }
    })
    .text(
        "the id of a subscription is a GUID",
        "copy it from the Azure portal",
        "articles/marketplace/azure-vm-create-plans.md; articles/marketplace/azure-app-managed.md; articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::warning("guid-capital-letters", Types::PORTAL, capitals).text(
        "the ids of subscriptions and tenants are lower case",
        "write it in lower case",
        "articles/marketplace/azure-vm-create-plans.md; articles/marketplace/azure-app-managed.md",
    ),
    Rule::warning("preview-unique", Types::PORTAL, |offer, found| twice(subscriptions(offer), "subscription", found))
        .inferred()
        .text(
            "no subscription is listed twice",
            "remove one of them",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
        ),
    Rule::warning("audience-one-source", Types::LISTED, one_source).text(
        "the audience of a private SKU is either listed or comes from a file",
        "keep either `manualEntries` or `uploadedCsvUri`: the service drops the other",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md",
    ),
    Rule::error("audience-manual-max", Types::LISTED, manual).text(
        "a listed audience has 1 to 10 entries",
        "put a longer audience into a CSV file, and give its address in `uploadedCsvUri`",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md; articles/marketplace/azure-vm-create-plans.md",
    ),
    Rule::warning("audience-csv-address", Types::LISTED, csv).text(
        "the address of an audience file is absolute",
        "give the address of the CSV file",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::error("audience-type", Types::LISTED, entries).text(
        "an entry of an audience has a `type`, `subscriptionId` or `tenantId`, and an `id`, a GUID; its description has at most 1,000 characters",
        "write `{ type: subscriptionId, id: …, description: … }`",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md; articles/marketplace/azure-vm-plan-pricing-and-availability.md",
    ),
];

fn required(offer: &Offer<'_>, found: &mut Found) {
    needed(offer.listing("allowedSubscriptions"), &offer.listing_place("allowedSubscriptions"), found);
}

fn subscriptions<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    offer.listing("allowedSubscriptions").map(|list| list.elements()).unwrap_or_default()
}

fn capitals(offer: &Offer<'_>, found: &mut Found) {
    let listed = audiences(offer).into_iter().filter_map(|audience| audience.member("manualEntries"));
    let ids = listed.flat_map(|list| list.elements()).filter_map(|entry| entry.member("id"));
    for id in subscriptions(offer).into_iter().chain(ids) {
        capital_guid(&id, found);
    }
}

fn audiences<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    let audience = |sku: &Sku<'a>| sku.plain("restrictedAudience").filter(|audience| !audience.is_empty());
    offer.skus().iter().filter_map(audience).collect()
}

fn one_source(offer: &Offer<'_>, found: &mut Found) {
    for audience in audiences(offer) {
        let listed = audience.member("manualEntries").filter(|list| !list.is_empty());
        let file = audience.member("uploadedCsvUri").filter(|file| !file.is_empty());
        match (listed, file) {
            (Some(listed), Some(file)) => {
                found.at(&file, "the audience is both listed and read from a file").related(&listed.at, "listed here");
            }
            (None, None) => {
                found.at(&audience, "the audience has neither `manualEntries` nor `uploadedCsvUri`");
            }
            _ => {}
        }
    }
}

fn manual(offer: &Offer<'_>, found: &mut Found) {
    for audience in audiences(offer) {
        most(audience.member("manualEntries"), 10, found);
    }
}

fn csv(offer: &Offer<'_>, found: &mut Found) {
    for audience in audiences(offer) {
        let Some(file) = audience.member("uploadedCsvUri").filter(|file| !file.is_empty()) else { continue };
        if file.text().and_then(web_address).is_none() {
            found.at(&file, "this is not an absolute address");
        }
    }
}

fn entries(offer: &Offer<'_>, found: &mut Found) {
    let lists = audiences(offer).into_iter().filter_map(|audience| audience.member("manualEntries"));
    for entry in lists.flat_map(|list| list.elements()) {
        match entry.member("type") {
            Some(kind) if matches!(kind.text(), Some("subscriptionId" | "tenantId")) => {}
            Some(kind) => {
                let text = kind.text().unwrap_or_default();
                found.at(&kind, format!("{} is neither `subscriptionId` nor `tenantId`", quoted(text)));
            }
            None => {
                found.lacks(&entry, "type", "this entry has no `type`");
            }
        }
        match entry.member("id") {
            Some(id) => guid(&id, found),
            None => {
                found.lacks(&entry, "id", "this entry has no `id`");
            }
        }
        longest(entry.member("description"), 1000, found);
    }
}

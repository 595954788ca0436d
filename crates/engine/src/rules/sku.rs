//! Rules about SKUs: their ids, how they are listed, where they are sold.

use std::collections::BTreeSet;

use super::facts::MARKETS;
use super::place::Place;
use super::shape::{longest, most, needed, quoted, shown, twice, web_address, yes_or_no};
use super::subject::{Field, Offer, OfferKind, Sku};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;

pub(super) const RULES: &[Rule] = &[
    Rule::error("plans-min", Types::KNOWN, |offer, found| {
        needed(offer.plans(), &Place::root().key("definition").key("plans"), found);
    })
    .of_the_whole()
    .text(
        "an offer has at least one SKU",
        "add an element to `plans`",
        "articles/marketplace/azure-vm-create-plans.md; articles/marketplace/cloud-partner-portal/saas-app/cpp-plans-tab.md",
    ),
    Rule::warning("plans-max", Types::EVERY, count).text(
        "an offer has at most 100 SKUs, and at most 45 of them are private",
        "use a second offer",
        "articles/marketplace/azure-vm-create-plans.md; articles/marketplace/plans-pricing.md",
    ),
    Rule::error("plan-id-required", Types::EVERY, id_required).text(
        "every element of `plans` has a `planId`",
        "add a `planId`: it identifies the SKU",
        "articles/marketplace/azure-vm-create-plans.md; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::error("plan-id-format", Types::EVERY, id_format).text(
        "a `planId` has 1 to 50 characters: lower-case letters, digits, `-` and `_`",
        "choose another id: it cannot be changed after the first publish",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; release-engineering/cloudpub:schemas/azure/plan-2022-03-01-preview2.json",
    ),
    Rule::warning("plan-id-end", Types::PORTAL, id_end).text(
        "a `planId` does not end with `-`: the documentation of the Cloud Partner Portal refuses it, newer schemas accept it",
        "choose another id, unless the SKU exists",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::warning("plan-id-underscore", Types::VIRTUAL_MACHINE, id_underscore).text(
        "a `planId` has no `_`: the documentation of the Cloud Partner Portal refuses it, the service accepts it",
        "use `-`, unless the SKU exists",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-skus-tab.md",
    ),
    Rule::error("plan-id-unique", Types::EVERY, |offer, found| twice(ids(offer), "planId", found)).text(
        "a `planId` is unique in an offer, including those of disk generations",
        "change the second id",
        "articles/marketplace/azure-vm-create-plans.md; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("sku-title-required", Types::KNOWN, |offer, found| required(offer, "skuTitle", found))
        .of_the_whole()
        .text(
            "a SKU has a title",
            "write the name that customers see",
            "articles/marketplace/azure-vm-plan-listing.md; articles/marketplace/create-new-saas-offer-plans.md",
        ),
    Rule::error("sku-title-length", Types::KNOWN, |offer, found| each(offer, "skuTitle", 100, found)).text(
        "the title of a SKU has at most 100 characters",
        "shorten it",
        "articles/marketplace/azure-vm-plan-listing.md; articles/marketplace/create-new-saas-offer-plans.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::warning("sku-title-length-cpp", Types::KNOWN, |offer, found| each(offer, "skuTitle", 50, found)).text(
        "the title of a SKU has at most 50 characters, according to older documentation",
        "shorten it, unless the service accepts it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-skus-tab.md",
    ),
    Rule::error("sku-summary-required", Types::LISTED, |offer, found| required(offer, "skuSummary", found))
        .of_the_whole()
        .text(
            "a SKU has a summary",
            "describe in one line how it differs from the others",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/azure-vm-plan-listing.md",
        ),
    Rule::error("sku-summary-length", Types::KNOWN, |offer, found| each(offer, "skuSummary", 100, found)).text(
        "the summary of a SKU has at most 100 characters",
        "shorten it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/azure-vm-plan-listing.md",
    ),
    Rule::warning("sku-description-required", Types::LISTED, |offer, found| required(offer, "skuDescription", found))
        .of_the_whole()
        .text(
            "a SKU has a description",
            "describe what it contains",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-skus-tab.md",
        ),
    Rule::error("sku-description-length", Types::LISTED, |offer, found| each(offer, "skuDescription", 3000, found)).text(
        "the description of a SKU has at most 3,000 characters",
        "shorten it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-skus-tab.md; articles/marketplace/azure-vm-plan-listing.md",
    ),
    Rule::warning("sku-description-length-pc", Types::LISTED, |offer, found| each(offer, "skuDescription", 2000, found))
        .text(
            "the description of a SKU has at most 2,000 characters, according to newer documentation",
            "shorten it, unless the service accepts it",
            "articles/marketplace/azure-vm-plan-listing.md; articles/marketplace/azure-app-plans.md",
    ),
    Rule::warning("sku-title-unique", Types::KNOWN, |offer, found| {
        twice(offer.skus().iter().filter_map(|sku| sku.own("skuTitle")), "title", found);
    })
    .text(
        "the SKUs of an offer have different titles",
        "describe in the title how they differ",
        "articles/marketplace/azure-vm-create-plans.md",
    ),
    Rule::warning("sku-hidden", Types::IMAGES, hidden).text(
        "`hideSKUForSolutionTemplate` is `true` or `false`",
        "write `true` if customers get it only through a template; it is then hidden",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md; articles/marketplace/price-changes.md",
    ),
    Rule::error("cloud-enum", Types::KNOWN, clouds).text(
        "the clouds of a SKU are `PublicAzure`, `Fairfax`, `Mooncake`; `Blackforest` is closed",
        "write one of these",
        "devigned/pub:pkg/partner/types.go; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::warning("cloud-closed", Types::KNOWN, closed_cloud).text(
        "`Blackforest`, Azure in Germany, is closed",
        "remove it, unless the SKU was published there: a cloud cannot be withdrawn",
        "devigned/pub:pkg/partner/types.go; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::error("gov-certifications", Types::LISTED, certifications).text(
        "an offer has at most 100 certifications for Azure Government; a name has 1 to 255 characters, a link at most 1,000",
        "shorten the list or the names",
        "articles/marketplace/azure-vm-plan-setup.md; release-engineering/cloudpub:schemas/azure/plan-2022-03-01-preview2.json",
    ),
    Rule::error("regions-required", Types::VIRTUAL_MACHINE, regions_required).of_the_whole().text(
        "a SKU is sold in at least one market",
        "add a market to `regions`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/azure-vm-plan-pricing-and-availability.md",
    ),
    Rule::error("regions-known", Types::LISTED, regions).text(
        "a market is a code of two capital letters, for a market in which offers are sold",
        "write the ISO 3166 code in capital letters, such as `NO`",
        "articles/marketplace/marketplace-geo-availability-currencies.md; microsoft/az-partner-center-cli:template.vm.listing.json",
    ),
    Rule::warning("regions-twice", Types::LISTED, regions_twice).inferred().text(
        "no market is listed twice",
        "remove the duplicate",
        "articles/marketplace/marketplace-geo-availability-currencies.md; microsoft/az-partner-center-cli:template.vm.listing.json",
    ),
    Rule::warning("regions-china", Types::VIRTUAL_MACHINE, china).text(
        "in `CN`, only free and bring-your-own-licence SKUs are sold",
        "remove `CN`, or set `isByol: true`",
        "articles/marketplace/azure-vm-plan-pricing-and-availability.md; articles/marketplace/marketplace-geo-availability-currencies.md",
    ),
];

fn ids<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    let own = |sku: &Sku<'a>| {
        let generations = sku.plain("diskGenerations").map(|list| list.elements()).unwrap_or_default();
        // A generation may be called like the SKU it is in.
        let name = sku.id().and_then(|id| id.text());
        let below = generations.iter().filter_map(|generation| generation.member("planId"));
        let below = below.filter(|id| id.text() != name).collect::<Vec<_>>();
        sku.id().into_iter().chain(below).collect::<Vec<_>>()
    };
    offer.skus().iter().flat_map(own).collect()
}

fn count(offer: &Offer<'_>, found: &mut Found) {
    most(offer.plans(), 100, found);
    let private = offer.skus().iter().filter(|sku| sku.is_private()).count();
    if let (Some(plans), true) = (offer.plans(), private > 45) {
        found.at(&plans, format!("{private} SKUs are private, and at most 45 are allowed")).by_count();
    }
}

fn id_required(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        match sku.id() {
            None => {
                found.lacks(&sku.field, "planId", "this SKU has no `planId`");
            }
            Some(id) if id.text().is_none() || id.is_empty() => {
                found.at(&id, "this SKU has no `planId`");
            }
            Some(_) => {}
        }
    }
}

fn id_format(offer: &Offer<'_>, found: &mut Found) {
    for field in ids(offer).iter().filter(|field| !field.is_empty()) {
        let id = field.text().unwrap_or_default();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if id.len() > 50 || !id.chars().all(allowed) {
            found.at(field, format!("{} cannot be the id of a SKU", quoted(id)));
        }
    }
}

fn id_end(offer: &Offer<'_>, found: &mut Found) {
    for field in ids(offer) {
        if let Some(id) = field.text().filter(|id| id.ends_with('-')) {
            found.at(&field, format!("{} ends in a dash", quoted(id)));
        }
    }
}

fn id_underscore(offer: &Offer<'_>, found: &mut Found) {
    for field in ids(offer) {
        if let Some(id) = field.text().filter(|id| id.contains('_')) {
            found.at(&field, format!("{} has an underscore", quoted(id)));
        }
    }
}

fn required(offer: &Offer<'_>, key: &str, found: &mut Found) {
    for sku in offer.skus() {
        needed(sku.own(key), &sku.own_place(key), found);
    }
}

fn each(offer: &Offer<'_>, key: &str, limit: usize, found: &mut Found) {
    for sku in offer.skus() {
        longest(sku.own(key), limit, found);
    }
}

fn hidden(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        yes_or_no(sku.own("hideSKUForSolutionTemplate"), found);
    }
}

fn cloud_fields<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    offer.skus().iter().filter_map(|sku| sku.own("cloudAvailability")).flat_map(|clouds| clouds.elements()).collect()
}

fn clouds(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        if let Some(clouds) = sku.own("cloudAvailability").filter(Field::is_empty) {
            found.at(&clouds, "the SKU is not sold in any cloud");
        }
    }
    for cloud in cloud_fields(offer) {
        let text = cloud.text().unwrap_or_default();
        let known = ["PublicAzure", "Fairfax", "Mooncake", "Blackforest"];
        if !known.contains(&text) {
            let finding = found.at(&cloud, format!("{} is not a cloud", shown(cloud.value)));
            if let Some(near) = nearest(text, known) {
                finding.help(format!("did you mean `{near}`?"));
            }
        }
    }
}

fn closed_cloud(offer: &Offer<'_>, found: &mut Found) {
    for cloud in cloud_fields(offer).into_iter().filter(|cloud| cloud.text() == Some("Blackforest")) {
        found.at(&cloud, "this cloud is closed");
    }
}

fn certifications(offer: &Offer<'_>, found: &mut Found) {
    let key =
        if offer.kind == OfferKind::Application { "certificationsAzureGovernment" } else { "certificationsFairfax" };
    for list in offer.skus().iter().filter_map(|sku| sku.own(key)) {
        most(Some(list.clone()), 100, found);
        for certification in list.elements() {
            longest(certification.member("name"), 255, found);
            longest(certification.member("link"), 1000, found);
            if let Some(link) = certification.member("link").filter(|link| link.text().and_then(web_address).is_none())
            {
                found.at(&link, format!("{} is not an absolute address", shown(link.value)));
            }
        }
    }
}

fn regions_required(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        needed(sku.plain("regions"), &sku.field.at.key("regions"), found);
    }
}

fn markets<'a>(sku: &Sku<'a>) -> Vec<Field<'a>> {
    sku.plain("regions").map(|regions| regions.elements()).unwrap_or_default()
}

fn regions(offer: &Offer<'_>, found: &mut Found) {
    // The whole list is reported once.
    let mut is_listed = false;
    for sku in offer.skus() {
        for market in markets(&sku) {
            let code = market.text().unwrap_or_default();
            if MARKETS.contains_key(code) {
                continue;
            }
            let finding = found.at(&market, format!("{} is not a market", shown(market.value)));
            if let Some(near) = nearest_market(code) {
                finding.help(format!("did you mean `{near}`?"));
            } else if !is_listed {
                is_listed = true;
                let codes: Vec<&str> = MARKETS.keys().copied().collect();
                finding.help(format!("the markets are {}", codes.join(" ")));
            }
        }
    }
}

fn regions_twice(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        twice(markets(&sku), "market", found);
    }
}

/// The market that was probably meant: its code in other letters, with one letter too many as in codes of three letters, or
/// another name of it, such as machines make in translating.
fn nearest_market(code: &str) -> Option<&'static str> {
    const OTHER_NAMES: [(&str, &str); 7] =
        [("UK", "GB"), ("GBR", "GB"), ("USA", "US"), ("EUA", "US"), ("EEUU", "US"), ("EL", "GR"), ("AUT", "AT")];
    let letters: Vec<char> = code.trim().to_uppercase().chars().collect();
    let known =
        |letters: &[char]| MARKETS.get_key_value(letters.iter().collect::<String>().as_str()).map(|(code, _)| *code);
    let other = OTHER_NAMES.iter().find(|(name, _)| name.chars().eq(letters.iter().copied())).map(|(_, code)| *code);
    let shorter: BTreeSet<&str> = (0..letters.len())
        .filter(|_| letters.len() == 3)
        .filter_map(|index| known(&[&letters[..index], &letters[index + 1..]].concat()))
        .collect();
    // With two candidates one of them would be wrong.
    let only = shorter.first().copied().filter(|_| shorter.len() == 1);
    known(&letters).or(other).or(only)
}

fn china(offer: &Offer<'_>, found: &mut Found) {
    for sku in offer.skus() {
        let Some(market) = markets(&sku).into_iter().find(|market| market.text() == Some("CN")) else { continue };
        let Some(pricing) = sku.plain("virtualMachinePricing") else { continue };
        let multiplier = pricing.member("coreMultiplier");
        let numbers = multiplier.iter().flat_map(|multiplier| {
            let single = multiplier.member("single").into_iter();
            single.chain(
                multiplier
                    .member("individually")
                    .into_iter()
                    .flat_map(|cores| cores.members().into_iter().map(|(_, price)| price).collect::<Vec<_>>()),
            )
        });
        let priced = numbers.into_iter().find(|price| price.value.as_f64().is_some_and(|price| price > 0.0));
        let own_licence = pricing.member("isByol").is_some_and(|own| own.is_true());
        if let (Some(price), false) = (priced, own_licence) {
            found
                .at(&market, "in China, only free and bring-your-own-licence SKUs are sold")
                .related(&price.at, "a price");
        }
    }
}

//! Rules about the categories an offer is listed in.

use super::facts::{self, Categories};
use super::shape::{most, needed, quoted};
use super::subject::{Field, Offer, OfferKind};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;

pub(super) const RULES: &[Rule] = &[
    Rule::error("category-required", Types::LISTED, required).of_the_whole().text(
        "an offer is in at least one category",
        "add an element to `categoryMap`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::error("category-max", Types::KNOWN, |offer, found| maps(offer).into_iter().for_each(|map| most(Some(map), 2, found)))
        .text(
            "an offer is in at most 2 categories",
            "keep the two that fit best",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-vm-properties.md",
        ),
    Rule::warning("category-sub-max", Types::KNOWN, below_max).text(
        "an offer has at most 2 subcategories in each category; the service has accepted 3",
        "keep the two that fit best",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::error("category-shape", Types::PORTAL, shape).text(
        "an element of `categoryMap` has `categoryL1` and, for its value X, a list `categoryL2-X`; nothing else",
        "write `- categoryL1: security`, and below it `categoryL2-security: [threat-protection]`",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json",
    ),
    Rule::warning("category-key-known", Types::KNOWN, known).text(
        "categories and subcategories are known for the offer type, including letter case; the service has accepted others",
        "the keys differ between offer types: docs/rules.md lists the sources",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json",
    ),
    Rule::warning("category-legacy-max", Types::LISTED, |offer, found| most(offer.listing("categories"), 5, found)).text(
        "the old list `categories` has at most 5 elements",
        "use `categoryMap`, which replaced it",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-api-creating-offer.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md",
    ),
    Rule::warning("category-corevm-at-plan", Types::CORE, at_sku).text(
        "a core virtual machine declares categories, pictures and legal addresses in each SKU, not in the offer",
        "move it below each element of `plans`",
        "devigned/pub:pkg/partner/types_test.go",
    ),
];

/// The category maps: one for the offer, or for a core virtual machine one for each SKU.
fn maps<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    if offer.kind == OfferKind::CoreVirtualMachine {
        offer.skus().iter().filter_map(|sku| sku.own("categoryMap")).collect()
    } else {
        offer.listing("categoryMap").into_iter().collect()
    }
}

fn elements<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    maps(offer).iter().flat_map(Field::elements).collect()
}

/// The category of an element, and the list of what is below it.
fn category<'a>(element: &Field<'a>) -> Option<(Field<'a>, &'a str, Option<Field<'a>>)> {
    let key = element.member("categoryL1")?;
    let text = key.text()?;
    Some((key, text, element.member(&format!("categoryL2-{text}"))))
}

fn required(offer: &Offer<'_>, found: &mut Found) {
    needed(offer.listing("categoryMap"), &offer.listing_place("categoryMap"), found);
}

fn below_max(offer: &Offer<'_>, found: &mut Found) {
    for element in elements(offer) {
        most(category(&element).and_then(|(_, _, below)| below), 2, found);
    }
}

fn shape(offer: &Offer<'_>, found: &mut Found) {
    for element in elements(offer) {
        let Some((_, key, below)) = category(&element) else {
            found.lacks(&element, "categoryL1", "this element has no `categoryL1`");
            continue;
        };
        if below.is_some_and(|below| !below.value.is_array()) {
            found.at(&element, format!("`categoryL2-{key}` is not a list"));
        }
        let expected = format!("categoryL2-{key}");
        for (name, member) in element.members() {
            if name != "categoryL1" && name != expected {
                let finding = found.at(&member, format!("{} does not belong to the category `{key}`", quoted(name)));
                finding.by_key().help(format!("its subcategories belong in `{expected}`"));
            }
        }
    }
}

fn known(offer: &Offer<'_>, found: &mut Found) {
    let Some(categories) = facts::categories(offer.kind) else { return };
    for element in elements(offer) {
        let Some((field, key, below)) = category(&element) else { continue };
        let Some(known) = categories.get(key) else {
            let finding = found.at(&field, format!("the category {} is not known for this type of offer", quoted(key)));
            suggest(finding, key, categories);
            continue;
        };
        for field in below.iter().flat_map(Field::elements) {
            let text = field.text().unwrap_or_default();
            if !known.contains(&text) {
                let finding = found.at(&field, format!("{} is not known below `{key}`", quoted(text)));
                let near = nearest(text, known.iter().copied());
                finding.help(near.map_or_else(|| format!("known are `{}`", known.join("`, `")), did_you_mean));
            }
        }
    }
}

fn suggest(finding: &mut super::Finding, key: &str, categories: &Categories) {
    let similar = || categories.keys().find(|known| known.starts_with(key) || key.starts_with(**known)).copied();
    if let Some(near) = nearest(key, categories.keys().copied()).or_else(similar) {
        finding.help(did_you_mean(near));
    }
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

fn at_sku(offer: &Offer<'_>, found: &mut Found) {
    let keys = [
        "categoryMap",
        "categories",
        "smallLogo",
        "mediumLogo",
        "largeLogo",
        "wideLogo",
        "screenshots",
        "videos",
        "privacyURL",
        "termsOfUseURL",
    ];
    for key in keys {
        if let Some(field) = offer.listing(key) {
            found.at(&field, format!("`{key}` is declared in the offer")).at_key();
        }
    }
}

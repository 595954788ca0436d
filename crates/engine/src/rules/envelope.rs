//! Rules about what an offer is called and what it is.

use super::place::Place;
use super::shape::{longest, needed, quoted};
use super::subject::{Offer, OfferKind};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;

/// How the known types begin.
const MICROSOFT: &str = "microsoft-azure-";

pub(super) const RULES: &[Rule] = &[
    Rule::warning("offer-type-id-known", Types::PORTAL, type_is_known).text(
        "the keys of the offer type are publicly known; other types pass with few checks",
        "the service lists its types at `GET /api/offerTypes`",
        "articles/marketplace/cloud-partner-portal-api-considerations.md; articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::error("offer-id-format", Types::EVERY, id_format).text(
        "an offer id has 1 to 50 characters: lower-case letters, digits, `-` and `_`, the first a letter or digit",
        "choose another id: it cannot be changed once the offer is saved",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-offer-settings-tab.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-offer-settings-tab.md; articles/marketplace/azure-vm-offer-setup.md; release-engineering/cloudpub:schemas/azure/product-2022-03-01-preview2.json",
    ),
    Rule::warning("offer-id-end", Types::PORTAL, id_end).text(
        "an offer id ends with a letter or digit: the documentation of the Cloud Partner Portal refuses others, newer schemas accept them",
        "choose another id: it cannot be changed once the offer is saved",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-offer-settings-tab.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-offer-settings-tab.md",
    ),
    Rule::warning("offer-id-underscore", Types::LISTED, id_underscore).text(
        "an offer id has no `_`: the documentation of the Cloud Partner Portal refuses it, Partner Center accepts it",
        "use `-`, unless the offer exists",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-offer-settings-tab.md; articles/marketplace/azure-vm-offer-setup.md",
    ),
    Rule::warning("offer-id-min-length", Types::EVERY, id_length).text(
        "an offer id has at least 3 characters",
        "choose a longer id: it cannot be changed once the offer is saved",
        "release-engineering/cloudpub:schemas/azure/product-2022-03-01-preview2.json",
    ),
    Rule::warning("display-text-length", Types::EVERY, |offer, found| longest(offer.display_text(), 120, found)).text(
        "`displayText`, or the `alias` of a product, has at most 120 characters",
        "shorten it: it is the name in the portal, which customers do not see",
        "release-engineering/cloudpub:schemas/azure/product-2022-03-01-preview2.json",
    ),
    Rule::warning("display-text-length-cpp", Types::PORTAL, |offer, found| longest(offer.display_text(), 50, found)).text(
        "`displayText` has at most 50 characters, according to older documentation",
        "shorten it: it is the name in the portal, which customers do not see",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-offer-settings-tab.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-offer-settings-tab.md",
    ),
    Rule::warning("display-text-required", Types::PORTAL, display_text).of_the_whole().text(
        "an offer has a `displayText`",
        "add the name of the offer in the portal, which customers do not see",
        "release-engineering/cloudpub:schemas/azure/product-2022-03-01-preview2.json",
    ),
    Rule::warning("corevm-legacy-keys-unwritable", Types::CORE, legacy_keys).text(
        "`legacyOfferId` and `legacyPublisherId` are not declared: the service sets them; one client omits them because they cannot be written, others send them back",
        "remove the key: it is never sent",
        "salsa.debian.org/cloud-team/debian-cloud-images",
    ),
];

fn type_is_known(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.root().member("offerTypeId").filter(|_| offer.kind == OfferKind::Other) else { return };
    let id = field.text().unwrap_or_default();
    let finding = found.at(&field, format!("the offer type {} is not known here", quoted(id)));
    // They all begin alike: only the rest tells whether one is near to another.
    let rest = |id: &'static str| id.strip_prefix(MICROSOFT).unwrap_or(id);
    let known = OfferKind::PORTAL.iter().filter_map(|kind| kind.id()).map(rest);
    if let Some(near) = nearest(id.strip_prefix(MICROSOFT).unwrap_or(id), known) {
        finding.help(format!("did you mean `{MICROSOFT}{near}`?"));
    }
}

fn id_format(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.root().member("id") else { return };
    let id = field.text().unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if id.len() > 50 || !id.starts_with(plain) || !id.chars().all(|c| plain(c) || matches!(c, '-' | '_')) {
        found.at(&field, format!("{} cannot be the id of an offer", quoted(id)));
    }
}

fn id_end(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.root().member("id") else { return };
    if let Some(id) = field.text().filter(|id| id.ends_with(['-', '_'])) {
        found.at(&field, format!("{} does not end with a letter or digit", quoted(id)));
    }
}

fn id_underscore(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.root().member("id") else { return };
    if let Some(id) = field.text().filter(|id| id.contains('_')) {
        found.at(&field, format!("{} has an underscore", quoted(id)));
    }
}

fn id_length(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.root().member("id") else { return };
    if let Some(id) = field.text().filter(|id| id.len() < 3) {
        found.at(&field, format!("{} has fewer than 3 characters", quoted(id)));
    }
}

fn display_text(offer: &Offer<'_>, found: &mut Found) {
    needed(offer.display_text(), &Place::root().key("definition").key("displayText"), found);
}

fn legacy_keys(offer: &Offer<'_>, found: &mut Found) {
    for key in ["microsoft-azure-corevm.legacyOfferId", "microsoft-azure-corevm.legacyPublisherId"] {
        if let Some(field) = offer.offer(key) {
            found.at(&field, format!("`{key}` is set by the service and never sent")).by_key();
        }
    }
}

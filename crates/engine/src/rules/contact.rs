//! Rules about the people customers and Microsoft can turn to.

use super::shape::{is_email, is_phone, needed, shown, web_address};
use super::subject::{Field, Offer};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::warning("contact-engineering", Types::LISTED, |offer, found| contact(offer, "engineering", found))
        .of_the_whole()
        .text(
            "an offer names an engineering contact, with mail address and telephone",
            "write all three",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-support-tab.md",
        ),
    Rule::warning("contact-support", Types::LISTED, |offer, found| contact(offer, "support", found))
        .of_the_whole()
        .text(
            "an offer names a support contact, with mail address and telephone",
            "write all three",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-support-tab.md",
        ),
    Rule::warning("contact-email", Types::PORTAL, email).text(
        "the mail address of a contact is valid",
        "write one address and nothing else",
        "release-engineering/cloudpub:schemas/azure/listing-2022-03-01-preview2.json",
    ),
    Rule::warning("contact-phone", Types::PORTAL, phone).text(
        "the telephone number of a contact has digits, `+`, spaces, parentheses and dashes",
        "write it like `+1 425 555 0100`",
        "articles/marketplace/cloud-partner-portal/saas-app/cpp-contacts-tab.md",
    ),
    Rule::warning("contact-support-url", Types::LISTED, support_addresses).text(
        "the addresses of support pages are absolute",
        "write the whole address",
        "articles/marketplace/azure-app-offer-listing.md; articles/marketplace/cloud-partner-portal/saas-app/cpp-contacts-tab.md",
    ),
    Rule::warning("contact-fairfax-url", Types::LISTED, government).inferred().text(
        "an offer with a SKU for Azure Government has a `fairfaxSupportUrl`",
        "give the address of the support page for those customers",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-support-tab.md; articles/marketplace/azure-container-offer-listing.md",
    ),
];

fn contact(offer: &Offer<'_>, who: &str, found: &mut Found) {
    for what in ["Name", "Email", "Phone"] {
        let key = format!("{who}Contact{what}");
        needed(offer.listing(&key), &offer.listing_place(&key), found);
    }
}

/// Fields of `definition.offer` whose names end like this and that say something.
fn ending<'a>(offer: &Offer<'a>, end: &str) -> Vec<Field<'a>> {
    let fields = offer.offer_fields().into_iter();
    fields.filter(|(key, field)| key.ends_with(end) && !field.is_empty()).map(|(_, field)| field).collect()
}

fn email(offer: &Offer<'_>, found: &mut Found) {
    for field in ending(offer, "ContactEmail") {
        if !field.text().is_some_and(is_email) {
            found.at(&field, format!("{} is not a mail address", shown(field.value)));
        }
    }
}

fn phone(offer: &Offer<'_>, found: &mut Found) {
    for field in ending(offer, "ContactPhone") {
        if !field.text().is_some_and(is_phone) {
            found.at(&field, format!("{} is not a telephone number", shown(field.value)));
        }
    }
}

fn support_addresses(offer: &Offer<'_>, found: &mut Found) {
    for key in ["publicAzureSupportUrl", "fairfaxSupportUrl"] {
        let Some(field) = offer.listing(key).filter(|field| !field.is_empty()) else { continue };
        if field.text().and_then(web_address).is_none() {
            found.at(&field, format!("{} is not an absolute address", shown(field.value)));
        }
    }
}

fn government(offer: &Offer<'_>, found: &mut Found) {
    let Some(url) = offer.listing("fairfaxSupportUrl").filter(Field::is_empty) else { return };
    let clouds = offer.skus().into_iter().filter_map(|sku| sku.own("cloudAvailability"));
    let fairfax = clouds.flat_map(|clouds| clouds.elements()).find(|cloud| cloud.text() == Some("Fairfax"));
    if let Some(fairfax) = fairfax {
        found.at(&url, "there is no support address for Azure Government").related(&fairfax.at, "sold there");
    }
}

//! Rules about what customers read: title, summaries, description, links, pictures, terms.

use super::markup;
use super::shape::{longest, most, needed, quoted, shown, web_address, yes_or_no};
use super::subject::{Field, Offer, OfferKind};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::warning("title-required", Types::LISTED, |offer, found| required(offer, "title", found)).of_the_whole().text(
        "an offer has a title",
        "write the name that customers see",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::error("title-length", Types::KNOWN, |offer, found| longest(offer.listing("title"), 200, found)).text(
        "a title has at most 200 characters",
        "shorten it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::warning("title-length-cpp", Types::KNOWN, |offer, found| longest(offer.listing("title"), 50, found)).text(
        "a title has at most 50 characters, according to documentation until 2021",
        "shorten it, unless the service accepts it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/containers/cpp-marketplace-tab.md",
    ),
    Rule::warning("title-no-emoji", Types::IMAGES, title_emoji).text(
        "a title has no emoji; trademark and copyright signs are allowed",
        "remove the emoji",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/azure-container-offer-listing.md",
    ),
    Rule::error("summary-required", Types::KNOWN, |offer, found| required(offer, "summary", found)).of_the_whole().text(
        "an offer has a summary",
        "describe in one line what it does, and for whom",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-app-offer-listing.md",
    ),
    Rule::error("summary-length", Types::PORTAL, |offer, found| longest(offer.listing("summary"), 100, found)).text(
        "a summary has at most 100 characters",
        "shorten it: search results cut off the rest",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-app-offer-listing.md",
    ),
    Rule::warning("summary-single-line", Types::PORTAL, summary_line).text(
        "a summary is one line of plain text",
        "remove line breaks and tags",
        "articles/marketplace/plan-saas-offer.md; articles/marketplace/cloud-partner-portal/consulting-services/cpp-consulting-service-storefront-details.md",
    ),
    Rule::error("long-summary-required", Types::LISTED, |offer, found| required(offer, "longSummary", found))
        .of_the_whole()
        .text(
            "an offer has a long summary",
            "it may be the same as the summary",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-app-offer-listing.md",
        ),
    Rule::error("long-summary-length", Types::PORTAL, |offer, found| longest(offer.listing("longSummary"), 256, found)).text(
        "a long summary has at most 256 characters",
        "shorten it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-app-offer-listing.md",
    ),
    Rule::warning("description-required", Types::KNOWN, |offer, found| required(offer, "description", found))
        .of_the_whole()
        .text(
            "an offer has a description",
            "describe in two or three paragraphs what it is, and for whom",
            "articles/marketplace/azure-app-offer-listing.md",
        ),
    Rule::error("description-length", Types::LISTED, |offer, found| longest(offer.listing("description"), 5000, found)).text(
        "a description has at most 5,000 characters, including tags",
        "shorten it, or link to your own page",
        "articles/marketplace/azure-app-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::warning("description-length-cpp", Types::KNOWN, |offer, found| {
        longest(offer.listing("description"), 3000, found);
    })
    .text(
        "a description has at most 3,000 characters including tags, according to older documentation",
        "shorten it, unless the service accepts it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/containers/cpp-marketplace-tab.md",
    ),
    Rule::warning("description-html-tags", Types::KNOWN, markup::tags).text(
        "a description has only the tags `p`, `br`, `b`, `i`, `em`, `u`, `ul`, `ol`, `li` and `h1` to `h6`",
        "use one of those: the service removes or refuses others",
        "articles/marketplace/includes/long-description-3.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md",
    ),
    Rule::warning("description-html-balanced", Types::KNOWN, markup::balance).text(
        "every tag except `br` is closed, and tags are nested correctly",
        "close the tag in the right place",
        "articles/marketplace/includes/long-description-3.md; articles/marketplace/plan-saas-offer.md",
    ),
    Rule::error("description-html-unsafe", Types::PORTAL, markup::unsafe_parts).inferred().text(
        "a description has no script, no style, no frame and no event handler",
        "remove it: the service removes it, or refuses the description",
        "articles/marketplace/includes/long-description-3.md",
    ),
    Rule::warning("description-non-english", Types::PORTAL, markup::language).text(
        "a description that is not in English begins with `This application is available only in` and the language",
        "begin with that sentence",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/azure-app-offer-listing.md",
    ),
    Rule::warning("description-two-paragraphs", Types::LISTED, markup::paragraphs).text(
        "a description has two or three paragraphs, which name the audience and what they gain",
        "reviewers expect a second paragraph",
        "articles/marketplace/marketplace-criteria-content-validation.md",
    ),
    Rule::warning("marketing-id-required", Types::LISTED, marketing_id).of_the_whole().text(
        "an offer has an `offerMarketingUrlIdentifier`",
        "it is the end of the public address, after the publisher's id",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md",
    ),
    Rule::warning("marketing-id-length", Types::PORTAL, |offer, found| {
        longest(offer.listing("offerMarketingUrlIdentifier"), 50, found);
    })
    .text(
        "an `offerMarketingUrlIdentifier` has at most 50 characters",
        "shorten it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md",
    ),
    Rule::warning("marketing-id-chars", Types::PORTAL, marketing_characters).inferred().text(
        "an `offerMarketingUrlIdentifier` has only letters, digits, `-` and `_`, and begins with a letter or digit",
        "it is the end of the public address",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md",
    ),
    Rule::warning("csp-opt-in-set", Types::LISTED, |offer, found| yes_or_no(offer.listing("cspOfferOptIn"), found)).text(
        "`cspOfferOptIn` is `true` or `false`: the portal requires the choice",
        "write `true` if resellers may sell it, otherwise `false`",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/marketplace-virtual-machines.md",
    ),
    Rule::warning("csp-no-preview", Types::APPLICATION, csp_preview).text(
        "an application that resellers may sell has no preview audience, because it would not work",
        "remove the subscriptions, or do not opt in",
        "articles/marketplace/azure-app-preview.md",
    ),
    Rule::error("useful-links-shape", Types::PORTAL, useful_links).text(
        "a useful link has a `linkTitle`, and a `linkUrl` that begins with `https://` or `http://`",
        "write both",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; articles/marketplace/azure-container-offer-listing.md",
    ),
    Rule::warning("useful-links-title-length", Types::APPLICATION, link_titles).text(
        "the title of a useful link has at most 255 characters, and its address starts with `https://`",
        "shorten it, or use https for the link",
        "articles/marketplace/azure-app-offer-listing.md",
    ),
    Rule::warning("useful-links-docs", Types::APPLICATION, |offer, found| required(offer, "usefulLinks", found))
        .of_the_whole()
        .text(
            "an application links at least to its documentation",
            "add the link",
            "articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-create-technical-assets.md",
    ),
    Rule::warning("logo-required", Types::LISTED, logos).of_the_whole().text(
        "an offer has a small, a medium, a large and a wide logo; newer documentation requires only the large one",
        "give the addresses of the four pictures",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/cloud-partner-portal/iot-edge-module/cpp-marketplace-tab.md",
    ),
    Rule::error("logo-address", Types::PORTAL, logo_addresses).text(
        "a logo has an absolute address, from which the service downloads it without signing in",
        "give the address of the picture",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json",
    ),
    Rule::error("screenshot-count", Types::PORTAL, |offer, found| most(offer.listing("screenshots"), 5, found)).text(
        "an offer has at most 5 screenshots",
        "leave some out",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/plan-saas-offer.md",
    ),
    Rule::warning("video-count", Types::PORTAL, videos).text(
        "an offer has at most 5 videos, an application at most 4",
        "leave some out",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/azure-container-offer-listing.md",
    ),
    Rule::error("video-host", Types::PORTAL, video_hosts).text(
        "a video is on YouTube or Vimeo",
        "give its address there",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-vm-offer-listing.md",
    ),
    Rule::error("privacy-url-required", Types::LISTED, |offer, found| required(offer, "privacyURL", found))
        .of_the_whole()
        .text(
            "an offer links to its privacy policy",
            "give the address of the policy",
            "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-app-offer-listing.md",
        ),
    Rule::error("privacy-url", Types::PORTAL, privacy).text(
        "the address of the privacy policy is absolute; for an application, it uses https",
        "write the whole address",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-app-offer-listing.md",
    ),
    Rule::error("terms-present", Types::LISTED, terms).of_the_whole().text(
        "an offer has its own terms, or uses the standard contract",
        "write `termsOfUse`, or set `useEnterpriseContract: true`, which cannot be undone",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-vm-properties.md",
    ),
    Rule::warning("terms-length", Types::PORTAL, |offer, found| longest(offer.listing("termsOfUse"), 10_000, found)).text(
        "terms of use have at most 10,000 characters, or are a single address",
        "publish them on your own page, and give its address",
        "articles/marketplace/azure-vm-properties.md; articles/marketplace/includes/legal-contracts-custom.md",
    ),
    Rule::warning("terms-and-contract-exclusive", Types::LISTED, two_contracts).text(
        "the standard contract replaces your own terms, which are then only needed for resellers",
        "remove one of the two, unless resellers sell the offer",
        "articles/marketplace/azure-vm-properties.md; articles/marketplace/standard-contract.md",
    ),
    Rule::warning("amendments-need-contract", Types::LISTED, amendments).inferred().text(
        "amendments require the standard contract: without `useEnterpriseContract: true` they have no effect",
        "use the standard contract, or remove them",
        "articles/marketplace/includes/legal-contracts-amendments.md",
    ),
    Rule::warning("custom-amendments-max", Types::LISTED, |offer, found| most(offer.listing("customAmendments"), 10, found))
        .text(
            "an offer has at most 10 amendments for single customers",
            "merge some",
            "articles/marketplace/includes/legal-contracts-amendments.md; articles/marketplace/azure-vm-properties.md",
        ),
];

/// Finds that a field of the listing is missing or empty.
fn required(offer: &Offer<'_>, key: &str, found: &mut Found) {
    needed(offer.listing(key), &offer.listing_place(key), found);
}

fn title_emoji(offer: &Offer<'_>, found: &mut Found) {
    let Some(title) = offer.listing("title") else { return };
    if let Some(emoji) = title.text().and_then(|text| text.chars().find(|c| is_emoji(*c))) {
        found.at(&title, format!("the title has the emoji `{emoji}`"));
    }
}

/// The blocks of pictographs; the signs of trademark and copyright are not in them.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B05..=0x2B07 | 0x2B1B..=0x2B55 | 0xFE0F)
}

fn summary_line(offer: &Offer<'_>, found: &mut Found) {
    let Some(summary) = offer.listing("summary") else { return };
    let text = summary.text().unwrap_or_default();
    if text.trim_end().contains('\n') {
        found.at(&summary, "the summary has a line break");
    } else if markup::has_tags(text) {
        found.at(&summary, "the summary has tags, which are shown as they are");
    }
}

fn marketing_id(offer: &Offer<'_>, found: &mut Found) {
    required(offer, "offerMarketingUrlIdentifier", found);
}

fn marketing_characters(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.listing("offerMarketingUrlIdentifier").filter(|field| !field.is_empty()) else { return };
    let text = field.text().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric();
    if !text.starts_with(plain) || !text.chars().all(|c| plain(c) || matches!(c, '-' | '_')) {
        found.at(&field, format!("{} cannot be the last part of an address", quoted(text)));
    }
}

fn csp_preview(offer: &Offer<'_>, found: &mut Found) {
    let opted_in = offer.listing("cspOfferOptIn").filter(Field::is_true);
    let audience = offer.listing("allowedSubscriptions").filter(|audience| !audience.is_empty());
    if let (Some(opted_in), Some(audience)) = (opted_in, audience) {
        found
            .at(&audience, "the preview audience of an offer that resellers may sell does not work")
            .related(&opted_in.at, "opted in here");
    }
}

fn links<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    offer.listing("usefulLinks").map(|links| links.elements()).unwrap_or_default()
}

fn useful_links(offer: &Offer<'_>, found: &mut Found) {
    for link in links(offer) {
        let (title, url) = (link.member("linkTitle"), link.member("linkUrl"));
        if !title.is_some_and(|title| title.text().is_some() && !title.is_empty()) {
            found.lacks(&link, "linkTitle", "this link has no `linkTitle`");
        }
        match url {
            None => {
                found.lacks(&link, "linkUrl", "this link has no `linkUrl`");
            }
            Some(url) if url.text().and_then(web_address).is_none() => {
                found.at(&url, format!("{} is not an absolute address", shown(url.value)));
            }
            Some(_) => {}
        }
    }
}

fn link_titles(offer: &Offer<'_>, found: &mut Found) {
    for link in links(offer) {
        longest(link.member("linkTitle"), 255, found);
        if let Some(url) =
            link.member("linkUrl").filter(|url| url.text().is_some_and(|text| text.starts_with("http://")))
        {
            found.at(&url, "the link does not use https");
        }
    }
}

const LOGOS: [&str; 4] = ["smallLogo", "mediumLogo", "largeLogo", "wideLogo"];

fn logos(offer: &Offer<'_>, found: &mut Found) {
    for logo in LOGOS {
        required(offer, logo, found);
    }
}

fn logo_addresses(offer: &Offer<'_>, found: &mut Found) {
    for logo in LOGOS.into_iter().chain(["heroLogo"]) {
        let Some(field) = offer.listing(logo).filter(|field| !field.is_empty()) else { continue };
        if field.text().and_then(web_address).is_none() {
            found.at(&field, format!("{} is not an absolute address", shown(field.value)));
        }
    }
}

fn videos(offer: &Offer<'_>, found: &mut Found) {
    let limit = if offer.kind == OfferKind::Application { 4 } else { 5 };
    most(offer.listing("videos"), limit, found);
}

/// The address of a video: how an element looks is not documented, so each text in it that is an address counts.
fn video_hosts(offer: &Offer<'_>, found: &mut Found) {
    let videos = offer.listing("videos").map(|videos| videos.elements()).unwrap_or_default();
    for video in videos {
        let address = video
            .text()
            .map(|_| video.clone())
            .or_else(|| ["link", "url", "videoLink", "videoUrl"].iter().find_map(|key| video.member(key)));
        let Some(address) = address else { continue };
        let host = address.text().and_then(web_address).and_then(|url| url.host_str().map(str::to_lowercase));
        let known = ["youtube.com", "youtu.be", "vimeo.com"];
        let is_known = |host: &str| known.iter().any(|known| host == *known || host.ends_with(&format!(".{known}")));
        if !host.as_deref().is_some_and(is_known) {
            found.at(&address, format!("{} is not on YouTube or Vimeo", shown(address.value)));
        }
    }
}

fn privacy(offer: &Offer<'_>, found: &mut Found) {
    let Some(field) = offer.listing("privacyURL").filter(|field| !field.is_empty()) else { return };
    match field.text().and_then(web_address) {
        None => {
            found.at(&field, format!("{} is not an absolute address", shown(field.value)));
        }
        Some(url) if offer.kind == OfferKind::Application && url.scheme() != "https" => {
            found.at(&field, "the link to the privacy policy does not use https");
        }
        Some(_) => {}
    }
}

fn terms(offer: &Offer<'_>, found: &mut Found) {
    let own = offer.listing("termsOfUse").is_some_and(|terms| !terms.is_empty());
    let standard = offer.listing("useEnterpriseContract").is_some_and(|contract| contract.is_true());
    if !own && !standard {
        found.push(offer.listing_place("termsOfUse").pointer(), "there are no terms of use, and no standard contract");
    }
}

fn two_contracts(offer: &Offer<'_>, found: &mut Found) {
    let own = offer.listing("termsOfUse").filter(|terms| !terms.is_empty());
    let standard = offer.listing("useEnterpriseContract").filter(Field::is_true);
    let resold = offer.listing("cspOfferOptIn").is_some_and(|resold| resold.is_true());
    if let (Some(own), Some(standard), false) = (own, standard, resold) {
        found
            .at(&own, "the offer has both these terms and the standard contract")
            .related(&standard.at, "the standard contract");
    }
}

fn amendments(offer: &Offer<'_>, found: &mut Found) {
    let Some(contract) = offer.listing("useEnterpriseContract").filter(|contract| !contract.is_true()) else { return };
    for key in ["universalAmendmentTerms", "customAmendments"] {
        if let Some(field) = offer.listing(key).filter(|field| !field.is_empty()) {
            found.at(&field, format!("`{key}` amends a contract that is not used")).related(&contract.at, "not used");
        }
    }
}

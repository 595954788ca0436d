//! Rules about the files behind addresses: pictures, manuals, audiences. They need somebody who fetches them.

use std::collections::BTreeMap;

use imagesize::{ImageType, blob_size, image_type};

use super::subject::{Field, Offer, OfferKind};
use super::{Circumstances, Finding, Found, Rule, Types};
use crate::offer::{Document, Pointer};

/// What was fetched, by address: the content, or why there is none.
pub type Files = BTreeMap<String, Result<Vec<u8>, String>>;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    SmallLogo,
    MediumLogo,
    LargeLogo,
    WideLogo,
    HeroLogo,
    Screenshot,
    UserManual,
    Audience,
    Spreadsheet,
    Package,
}

/// A file that an offer names.
#[derive(Debug)]
pub(super) struct File<'a> {
    at: Pointer,
    purpose: Purpose,
    kind: OfferKind,
    content: Result<&'a [u8], &'a str>,
}

pub(super) const RULES: &[Rule] = &[
    Rule::of_files("asset-url-fetchable", Types::ALL, fetchable).text(
        "pictures and files can be fetched from their addresses without signing in",
        "the service copies them when the offer is saved or published: publish the file where everybody can read it",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md",
    ),
    Rule::of_files("logo-format-png", Types::ALL, png).text(
        "a logo is a PNG",
        "save it as PNG",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md; articles/marketplace/azure-vm-offer-listing.md",
    ),
    Rule::of_files("logo-size-small", Types::ALL, |file, found| size(file, Purpose::SmallLogo, &[(48, 48)], found)).text(
        "a small logo has 48 by 48 pixels",
        "scale it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("logo-size-medium", Types::ALL, |file, found| size(file, Purpose::MediumLogo, &[(90, 90)], found))
        .text("a medium logo has 90 by 90 pixels", "scale it", "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-vm-offer-listing.md"),
    Rule::of_files("logo-size-large", Types::ALL, large).text(
        "a large logo is square, of 216 to 350 pixels",
        "scale it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("logo-size-wide", Types::ALL, |file, found| size(file, Purpose::WideLogo, &[(255, 115)], found)).text(
        "a wide logo has 255 by 115 pixels",
        "scale it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/plan-saas-offer.md",
    ),
    Rule::of_files("logo-size-hero", Types::ALL, |file, found| size(file, Purpose::HeroLogo, &[(815, 290)], found)).text(
        "a hero logo has 815 by 290 pixels",
        "scale it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("screenshot-size", Types::ALL, screenshot).text(
        "a screenshot is a PNG of 1,280 by 720 pixels",
        "take it again in that size",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("picture-size-old", Types::ALL, old_size).warns().text(
        "a picture has the size of pages since 2019: small logos of 40, large ones of 115 and screenshots of 533 by 324 pixels are old",
        "scale it, unless the service takes it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("td-user-manual", Types::LISTED, manual).text(
        "the user manual of a test drive is a PDF",
        "save it as PDF",
        "articles/marketplace/test-drive-technical-configuration.md",
    ),
    Rule::of_files("audience-csv", Types::LISTED, audience).text(
        "the file of an audience has the columns `type,id,description`, and at most 20,000 rows, 10,000 for an application",
        "write the three names into the first line",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md; articles/marketplace/azure-app-managed.md",
    ),
    Rule::of_files("price-spreadsheet", Types::VIRTUAL_MACHINE, spreadsheet).text(
        "a spreadsheet of prices is an `.xlsx` file",
        "export it from the portal, and fill that in",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md",
    ),
];

/// The files that a document names: where, what for, and their addresses.
fn named<'a>(offer: &Offer<'a>) -> Vec<(Field<'a>, Purpose)> {
    const LOGOS: [(&str, Purpose); 5] = [
        ("smallLogo", Purpose::SmallLogo),
        ("mediumLogo", Purpose::MediumLogo),
        ("largeLogo", Purpose::LargeLogo),
        ("wideLogo", Purpose::WideLogo),
        ("heroLogo", Purpose::HeroLogo),
    ];
    let mut named = Vec::new();
    let skus = offer.skus();
    for (key, purpose) in LOGOS {
        let fields = offer.listing(key).into_iter().chain(skus.iter().filter_map(|sku| sku.own(key)));
        named.extend(fields.map(|field| (field, purpose)));
    }
    let shots = offer.listing("screenshots").into_iter().chain(skus.iter().filter_map(|sku| sku.own("screenshots")));
    named.extend(shots.flat_map(|list| list.elements()).map(|field| (field, Purpose::Screenshot)));
    let manual = offer.offer("microsoft-azure-marketplace-testdrive.userManual");
    named.extend(manual.map(|field| (field, Purpose::UserManual)));
    for sku in &skus {
        let audience = sku.plain("restrictedAudience").and_then(|audience| audience.member("uploadedCsvUri"));
        named.extend(audience.map(|field| (field, Purpose::Audience)));
        for key in ["virtualMachinePricing", "virtualMachinePricingV2"] {
            let sheet = sku.plain(key).and_then(|block| block.member("spreadSheetPricing")?.member("uri"));
            named.extend(sheet.map(|field| (field, Purpose::Spreadsheet)));
        }
        let packages = sku.own("package").map(|package| package.members()).unwrap_or_default();
        let files = packages.iter().filter_map(|(_, package)| package.member("packageVersion")?.member("packageFile"));
        named.extend(files.map(|field| (field, Purpose::Package)));
    }
    named.retain(|(field, _)| field.text().is_some_and(|text| super::shape::web_address(text).is_some()));
    named
}

/// The addresses of the files that a document names.
#[must_use]
pub fn addresses(document: &Document, circumstances: Circumstances<'_>) -> Vec<String> {
    let offer = Offer::new(document, circumstances);
    named(&offer).into_iter().filter_map(|(field, _)| field.text().map(ToOwned::to_owned)).collect()
}

/// Judges the files that were fetched.
pub(super) fn findings(offer: &Offer<'_>, files: &Files) -> Vec<Finding> {
    let mut found = Found::default();
    for (field, purpose) in named(offer) {
        let Some(content) = field.text().and_then(|address| files.get(address)) else { continue };
        let content = content.as_ref().map(Vec::as_slice).map_err(String::as_str);
        let file = File { at: field.at, purpose, kind: offer.kind, content };
        for rule in RULES.iter().filter(|rule| rule.types.kinds().contains(&offer.kind)) {
            found.under(rule);
            rule.check_file(&file, &mut found);
        }
    }
    found.into_findings()
}

fn fetchable(file: &File<'_>, found: &mut Found) {
    if let Err(why) = file.content {
        found.push(file.at.clone(), format!("the file cannot be fetched: {why}"));
    }
}

fn is_logo(purpose: Purpose) -> bool {
    !matches!(
        purpose,
        Purpose::Screenshot | Purpose::UserManual | Purpose::Audience | Purpose::Spreadsheet | Purpose::Package
    )
}

fn is_png(content: &[u8]) -> bool {
    matches!(image_type(content), Ok(ImageType::Png))
}

fn png(file: &File<'_>, found: &mut Found) {
    if let Ok(content) = file.content
        && is_logo(file.purpose)
        && !is_png(content)
    {
        found.push(file.at.clone(), "the logo is no PNG");
    }
}

/// Width and height of a picture, if it is one.
fn pixels(file: &File<'_>) -> Option<(usize, usize)> {
    let size = blob_size(file.content.ok()?).ok()?;
    Some((size.width, size.height))
}

/// The sizes that older pages ask for.
fn is_old(purpose: Purpose, size: (usize, usize)) -> bool {
    let old = match purpose {
        Purpose::SmallLogo => (40, 40),
        Purpose::LargeLogo => (115, 115),
        Purpose::Screenshot => (533, 324),
        _ => return false,
    };
    old == size
}

fn size(file: &File<'_>, purpose: Purpose, sizes: &[(usize, usize)], found: &mut Found) {
    let Some(size) = pixels(file).filter(|_| file.purpose == purpose) else { return };
    if !sizes.contains(&size) && !is_old(purpose, size) {
        found.push(file.at.clone(), format!("the picture has {} by {} pixels", size.0, size.1));
    }
}

fn large(file: &File<'_>, found: &mut Found) {
    let Some((width, height)) = pixels(file).filter(|_| file.purpose == Purpose::LargeLogo) else { return };
    let fits = width == height && (216..=350).contains(&width);
    if !fits && !is_old(file.purpose, (width, height)) {
        found.push(file.at.clone(), format!("the picture has {width} by {height} pixels"));
    }
}

fn screenshot(file: &File<'_>, found: &mut Found) {
    size(file, Purpose::Screenshot, &[(1280, 720)], found);
    if let Ok(content) = file.content
        && file.purpose == Purpose::Screenshot
        && !is_png(content)
    {
        found.push(file.at.clone(), "the screenshot is no PNG");
    }
}

fn old_size(file: &File<'_>, found: &mut Found) {
    if let Some(size) = pixels(file).filter(|size| is_old(file.purpose, *size)) {
        found.push(file.at.clone(), format!("the picture has {} by {} pixels", size.0, size.1));
    }
}

fn manual(file: &File<'_>, found: &mut Found) {
    if let (Ok(content), Purpose::UserManual) = (file.content, file.purpose)
        && !content.starts_with(b"%PDF-")
    {
        found.push(file.at.clone(), "the user manual is no PDF");
    }
}

fn audience(file: &File<'_>, found: &mut Found) {
    let (Ok(content), Purpose::Audience) = (file.content, file.purpose) else { return };
    let text = String::from_utf8_lossy(content);
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    let names = lines.next().unwrap_or_default().to_ascii_lowercase();
    if names.split(',').map(str::trim).collect::<Vec<_>>() != ["type", "id", "description"] {
        found.push(file.at.clone(), "the first line of the audience is not `type,id,description`");
    }
    let most = if file.kind == OfferKind::Application { 10_000 } else { 20_000 };
    let rows = lines.count();
    if rows > most {
        found.push(file.at.clone(), format!("the audience has {rows} rows, and at most {most} are allowed"));
    }
}

fn spreadsheet(file: &File<'_>, found: &mut Found) {
    // A workbook is a ZIP archive. Source: ECMA-376, part 2.
    if let (Ok(content), Purpose::Spreadsheet) = (file.content, file.purpose)
        && !content.starts_with(b"PK\x03\x04")
    {
        found.push(file.at.clone(), "the spreadsheet is no `.xlsx` file");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::NoSecrets;

    /// The beginning of a PNG: signature, and a header with width and height. Source: the PNG specification, 5.2 and 11.2.2.
    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    fn judged(key: &str, content: Result<Vec<u8>, String>) -> Vec<&'static str> {
        const ADDRESS: &str = "https://files.contoso.example/it";
        let mut offer = json!({
            "offerTypeId": "microsoft-azure-virtualmachines",
            "definition": { "offer": {}, "plans": [{}] }
        });
        let place = match key {
            "uploadedCsvUri" => {
                offer["definition"]["plans"][0]["restrictedAudience"] = json!({});
                &mut offer["definition"]["plans"][0]["restrictedAudience"]["uploadedCsvUri"]
            }
            "uri" => {
                offer["definition"]["plans"][0]["virtualMachinePricing"] = json!({ "spreadSheetPricing": {} });
                &mut offer["definition"]["plans"][0]["virtualMachinePricing"]["spreadSheetPricing"]["uri"]
            }
            "screenshots" => {
                offer["definition"]["offer"]["microsoft-azure-marketplace.screenshots"] = json!([null]);
                &mut offer["definition"]["offer"]["microsoft-azure-marketplace.screenshots"][0]
            }
            "userManual" => &mut offer["definition"]["offer"]["microsoft-azure-marketplace-testdrive.userManual"],
            logo => &mut offer["definition"]["offer"][format!("microsoft-azure-marketplace.{logo}")],
        };
        *place = json!(ADDRESS);
        let document = Document::new(offer);
        let circumstances = Circumstances { now: jiff::Timestamp::UNIX_EPOCH, secrets: &NoSecrets };
        assert_eq!(addresses(&document, circumstances), [ADDRESS]);
        let files = Files::from([(ADDRESS.to_owned(), content)]);
        findings(&Offer::new(&document, circumstances), &files).into_iter().map(|finding| finding.rule.id).collect()
    }

    #[test]
    fn every_rule_is_kept_by_one_file_and_broken_by_another() {
        for (rule, key, good, bad) in [
            ("logo-format-png", "smallLogo", png_of(48, 48), b"GIF89a\x30\0\x30\0".to_vec()),
            ("logo-size-small", "smallLogo", png_of(48, 48), png_of(49, 48)),
            ("logo-size-medium", "mediumLogo", png_of(90, 90), png_of(48, 48)),
            ("logo-size-large", "largeLogo", png_of(350, 350), png_of(351, 351)),
            ("logo-size-large", "largeLogo", png_of(216, 216), png_of(216, 300)),
            ("logo-size-wide", "wideLogo", png_of(255, 115), png_of(115, 255)),
            ("logo-size-hero", "heroLogo", png_of(815, 290), png_of(815, 291)),
            ("screenshot-size", "screenshots", png_of(1280, 720), png_of(1920, 1080)),
            ("picture-size-old", "screenshots", png_of(1280, 720), png_of(533, 324)),
            ("picture-size-old", "smallLogo", png_of(48, 48), png_of(40, 40)),
            ("td-user-manual", "userManual", b"%PDF-1.7".to_vec(), b"PK\x03\x04".to_vec()),
            ("audience-csv", "uploadedCsvUri", b"Type, ID,Description\r\n".to_vec(), b"id,type\n".to_vec()),
            (
                "audience-csv",
                "uploadedCsvUri",
                format!("type,id,description\n{}", "a\n".repeat(20_000)).into_bytes(),
                format!("type,id,description\n{}", "a\n".repeat(20_001)).into_bytes(),
            ),
            ("price-spreadsheet", "uri", b"PK\x03\x04".to_vec(), b"country;price".to_vec()),
        ] {
            assert_eq!(judged(key, Ok(good)), Vec::<&str>::new(), "{rule}");
            let found = judged(key, Ok(bad));
            assert!(found.contains(&rule), "{rule}: {found:?}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_fetched_is_the_only_finding_about_it() {
        assert_eq!(judged("smallLogo", Err("it answers 404".to_owned())), ["asset-url-fetchable"]);
    }
}

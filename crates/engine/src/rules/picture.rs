//! Rules about pictures: logos, screenshots and thumbnails.

use imagesize::{ImageType, blob_size, image_type};

use super::file::{File, Purpose};
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::of_files("logo-format-png", Types::PORTAL, png).text(
        "a logo is a PNG",
        "save it as PNG",
        "articles/marketplace/cloud-partner-portal/azure-applications/cpp-marketplace-tab.md; articles/marketplace/azure-vm-offer-listing.md",
    ),
    Rule::of_files("logo-size-small", Types::PORTAL, |file, found| size(file, Purpose::SmallLogo, &[(48, 48)], found)).text(
        "a small logo has 48 by 48 pixels",
        "scale it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("logo-size-medium", Types::PORTAL, |file, found| size(file, Purpose::MediumLogo, &[(90, 90)], found))
        .text("a medium logo has 90 by 90 pixels", "scale it", "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/azure-vm-offer-listing.md"),
    Rule::of_files("logo-size-large", Types::PORTAL, large).text(
        "a large logo is square, of 216 to 350 pixels",
        "scale it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("logo-size-wide", Types::PORTAL, |file, found| size(file, Purpose::WideLogo, &[(255, 115)], found)).text(
        "a wide logo has 255 by 115 pixels",
        "scale it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md; articles/marketplace/plan-saas-offer.md",
    ),
    Rule::of_files("logo-size-hero", Types::PORTAL, |file, found| size(file, Purpose::HeroLogo, &[(815, 290)], found)).warns().text(
        "a hero logo has 815 by 290 pixels",
        "scale it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("screenshot-size", Types::PORTAL, |file, found| exact(file, Purpose::Screenshot, (1280, 720), found)).text(
        "a screenshot is a PNG of 1,280 by 720 pixels",
        "take the picture again in that size",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
    Rule::of_files("video-thumbnail", Types::PORTAL, |file, found| exact(file, Purpose::Thumbnail, (1280, 720), found))
        .warns()
        .text(
            "the thumbnail of a video is a PNG of 1,280 by 720 pixels; its key is not documented, so all keys with `thumbnail` count",
            "take the picture again in that size",
            "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
        ),
    Rule::of_files("td-video-thumbnail", Types::LISTED, |file, found| {
        exact(file, Purpose::TestDriveThumbnail, (533, 324), found);
    })
    .warns()
    .text(
        "the thumbnail of a test drive's video is a PNG of 533 by 324 pixels",
        "scale it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-test-drive-tab.md; articles/marketplace/test-drive-technical-configuration.md",
    ),
    Rule::of_files("picture-size-old", Types::PORTAL, old_size).warns().text(
        "a picture has the size required since 2019: small logos of 40, large logos of 115, screenshots and thumbnails of 533 by 324 pixels are outdated",
        "scale it, unless the service accepts it",
        "articles/marketplace/azure-vm-offer-listing.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-marketplace-tab.md",
    ),
];

fn is_png(content: &[u8]) -> bool {
    matches!(image_type(content), Ok(ImageType::Png))
}

fn png(file: &File<'_>, found: &mut Found) {
    if file.purpose.is_logo() && file.bytes().is_some_and(|content| !is_png(content)) {
        file.say(found, "the logo is not a PNG");
    }
}

/// Width and height of a picture, if it is one.
fn pixels(file: &File<'_>) -> Option<(usize, usize)> {
    let size = blob_size(file.bytes()?).ok()?;
    Some((size.width, size.height))
}

/// The sizes that older pages ask for.
fn is_old(purpose: Purpose, size: (usize, usize)) -> bool {
    let old = match purpose {
        Purpose::SmallLogo => (40, 40),
        Purpose::LargeLogo => (115, 115),
        Purpose::Screenshot | Purpose::Thumbnail => (533, 324),
        _ => return false,
    };
    old == size
}

fn size(file: &File<'_>, purpose: Purpose, sizes: &[(usize, usize)], found: &mut Found) {
    let Some(size) = pixels(file).filter(|_| file.purpose == purpose) else { return };
    if !sizes.contains(&size) && !is_old(purpose, size) {
        file.say(found, format!("the picture has {} by {} pixels", size.0, size.1));
    }
}

fn large(file: &File<'_>, found: &mut Found) {
    let Some((width, height)) = pixels(file).filter(|_| file.purpose == Purpose::LargeLogo) else { return };
    let fits = width == height && (216..=350).contains(&width);
    if !fits && !is_old(file.purpose, (width, height)) {
        file.say(found, format!("the picture has {width} by {height} pixels"));
    }
}

/// A picture that has to be a PNG of one size.
fn exact(file: &File<'_>, purpose: Purpose, pixels: (usize, usize), found: &mut Found) {
    size(file, purpose, &[pixels], found);
    if file.purpose == purpose && file.bytes().is_some_and(|content| !is_png(content)) {
        file.say(found, "the picture is not a PNG");
    }
}

fn old_size(file: &File<'_>, found: &mut Found) {
    if let Some(size) = pixels(file).filter(|size| is_old(file.purpose, *size)) {
        file.say(found, format!("the picture has {} by {} pixels", size.0, size.1));
    }
}

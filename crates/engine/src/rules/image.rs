//! Rules about versions of images and their disks.

use super::shape::{needed, quoted, shown, version};
use super::subject::{Field, Offer, Sku};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;
use crate::offer::disk::{DATA_DISK_NUMBERS, DATA_DISKS, SYSTEM_DISK};
use crate::offer::version::LENGTH;
use crate::text::counted;

pub(super) const RULES: &[Rule] = &[
    Rule::error("vm-images-present", Types::IMAGES, present).of_the_whole().text(
        "a SKU has at least one image version",
        "add a version with the address of its disk",
        "articles/marketplace/update-existing-offer.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::error("vm-version-format", Types::IMAGES, format).text(
        "the version of an image is three numbers, such as `1.10.0`",
        "add the missing number: `1.10` and `1.1` differ, and neither is a version",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::warning("vm-version-length", Types::IMAGES, length).text(
        "the version of an image has at most 32 characters, according to newer schemas",
        "shorten the numbers",
        "release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::warning("vm-version-leading-zero", Types::VIRTUAL_MACHINE, zeros).inferred().text(
        "the numbers of a version have no leading zeros",
        "versions are compared number by number: `01` and `1` are the same",
        "SUSE-Enceladus/azure-img-utils@f1e1d1a^:azure_img_utils/cloud_partner.py",
    ),
    Rule::warning("vm-version-count", Types::VIRTUAL_MACHINE, count).text(
        "a SKU has at most 8 versions",
        "remove old versions that nobody needs",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::error("data-disks-max", Types::IMAGES, data_disks).text(
        "a version has at most 16 data disks",
        "customers can attach more disks themselves",
        "articles/marketplace/azure-vm-plan-technical-configuration.md; articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md",
    ),
    Rule::warning("data-disk-numbers", Types::IMAGES, disk_numbers).text(
        "the data disks of a version are numbered 0, 1, 2 and so on, without a gap",
        "number them from 0",
        "articles/marketplace/azure-vm-create-certification-faq.md",
    ),
    Rule::error("data-disks-constant", Types::IMAGES, same_disks).text(
        "all versions of a SKU have the same number of data disks",
        "create another SKU for a machine with other disks",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-update-existing-offer.md; articles/marketplace/marketplace-virtual-machines.md",
    ),
    Rule::warning("image-without-disk", Types::IMAGES, without_disk).blocks_when_written().text(
        "a new version of an image has the address of its disk, `osVhdUrl`",
        "write `osVhdUrl: { $secret: { env: NAME } }`, and set NAME to the signed address",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("corevm-image-fields", Types::CORE, fields).text(
        "an image has `label`, `mediaName`, and a `publishedDate` such as `11/21/2026` or none",
        "write them as the portal shows them",
        "SUSE-Enceladus/azure-img-utils@f1e1d1a^:azure_img_utils/cloud_partner.py; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("corevm-media-name", Types::CORE, media_names).text(
        "a `mediaName` is unique in an offer",
        "include the version and the generation in the name",
        "SUSE-Enceladus/azure-img-utils@f1e1d1a^:azure_img_utils/cloud_partner.py; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("corevm-generation-parity", Types::CORE, parity).inferred().text(
        "a disk generation has the same versions as its SKU",
        "add the version to both",
        "salsa.debian.org/cloud-team/debian-cloud-images",
    ),
];

/// The maps of versions: that of each SKU, and those of its disk generations.
fn maps<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    let key = offer.images_key();
    let namespaced = format!("{}.{key}", offer.kind.id().unwrap_or_default());
    let of = |sku: &Sku<'a>| {
        let generations = sku.plain("diskGenerations").map(|list| list.elements()).unwrap_or_default();
        let below = generations.iter().filter_map(|generation| generation.member(&namespaced)).collect::<Vec<_>>();
        sku.own(key).into_iter().chain(below).collect::<Vec<_>>()
    };
    offer.skus().iter().flat_map(of).collect()
}

fn images<'a>(offer: &Offer<'a>) -> Vec<(&'a str, Field<'a>)> {
    maps(offer).iter().flat_map(Field::members).collect()
}

fn present(offer: &Offer<'_>, found: &mut Found) {
    let key = offer.images_key();
    for sku in offer.skus() {
        if sku.plain("diskGenerations").is_none_or(|generations| generations.is_empty()) {
            needed(sku.own(key), &sku.own_place(key), found);
        }
    }
}

fn format(offer: &Offer<'_>, found: &mut Found) {
    for (text, image) in images(offer) {
        if version(text).is_none() {
            found.at(&image, format!("{} is not a version", quoted(text))).by_key();
        }
    }
}

fn length(offer: &Offer<'_>, found: &mut Found) {
    for (text, image) in images(offer) {
        if text.len() > LENGTH {
            let message = format!("{} has {} characters, and at most {LENGTH} are expected", quoted(text), text.len());
            found.at(&image, message).by_key();
        }
    }
}

fn zeros(offer: &Offer<'_>, found: &mut Found) {
    for (text, image) in images(offer) {
        if text.split('.').any(|number| number.len() > 1 && number.starts_with('0')) {
            found.at(&image, format!("{} has a number with a leading zero", quoted(text))).at_key();
        }
    }
}

fn count(offer: &Offer<'_>, found: &mut Found) {
    for map in maps(offer) {
        let versions = map.members().len();
        if versions > 8 {
            found.at(&map, format!("{versions} versions, and at most 8 are expected")).at_key().by_count();
        }
    }
}

fn data_disks(offer: &Offer<'_>, found: &mut Found) {
    for (_, image) in images(offer) {
        let disks = image.data_disks();
        if let (Some(list), true) = (image.member(DATA_DISKS), disks.len() > 16) {
            found.at(&list, format!("{} data disks, and at most 16 are allowed", disks.len())).by_count();
        }
    }
}

fn disk_numbers(offer: &Offer<'_>, found: &mut Found) {
    for (_, image) in images(offer) {
        let disks = image.data_disks();
        let mut numbers: Vec<(u64, &Field<'_>)> = disks.iter().filter_map(number).collect();
        numbers.sort_by_key(|(number, _)| *number);
        let gap = numbers.iter().zip(0..).find(|((number, _), expected)| number != expected);
        if let Some(((number, disk), expected)) = gap {
            found.at(disk, format!("found data disk {number}, expected {expected}"));
        }
    }
}

/// The number of a data disk.
fn number<'f, 'a>(disk: &'f Field<'a>) -> Option<(u64, &'f Field<'a>)> {
    let value = DATA_DISK_NUMBERS.iter().find_map(|key| disk.member(key))?;
    let number = value.value.as_u64().or_else(|| value.text()?.parse().ok())?;
    Some((number, disk))
}

fn same_disks(offer: &Offer<'_>, found: &mut Found) {
    for map in maps(offer) {
        let mut first: Option<(usize, Field<'_>)> = None;
        for (text, image) in map.members() {
            let Some(list) = image.member(DATA_DISKS) else { continue };
            let count = image.data_disks().len();
            match &first {
                None => first = Some((count, list)),
                Some((expected, other)) if *expected != count => {
                    let message = format!(
                        "the version `{text}` has {}, and another has {expected}",
                        counted(count, ("data disk", "data disks"))
                    );
                    found.at(&list, message).by_count().related(&other.at, "the other");
                }
                Some(_) => {}
            }
        }
    }
}

fn without_disk(offer: &Offer<'_>, found: &mut Found) {
    for (version, image) in images(offer) {
        if image.member_or_null(SYSTEM_DISK).is_some() || !image.value.is_object() {
            continue;
        }
        let message = format!("the image {} has no `{SYSTEM_DISK}`", quoted(version));
        let finding = found.lacks(&image, SYSTEM_DISK, message).at_key();
        let others = image.members();
        let known = [DATA_DISKS, "label", "description", "mediaName", "publishedDate", "showInGui"];
        let near = others.iter().find(|(key, _)| !known.contains(key) && nearest(key, [SYSTEM_DISK]).is_some());
        if let Some((key, member)) = near {
            finding
                .related(&member.at, "this key is not read")
                .help(format!("rename {} to `{SYSTEM_DISK}`", quoted(key)));
        }
    }
}

fn fields(offer: &Offer<'_>, found: &mut Found) {
    for (_, image) in images(offer) {
        for key in ["label", "mediaName"] {
            if image.member_or_null(key).is_none() {
                found.lacks(&image, key, format!("this image has no `{key}`")).at_key();
            }
        }
        let Some(date) = image.member("publishedDate").filter(|date| !date.is_empty()) else { continue };
        if !date.text().is_some_and(is_date) {
            found.at(&date, format!("{} is not a date like `11/21/2026`", shown(date.value)));
        }
    }
}

/// A date as month, day and year.
fn is_date(text: &str) -> bool {
    jiff::civil::Date::strptime("%m/%d/%Y", text).is_ok()
}

fn media_names(offer: &Offer<'_>, found: &mut Found) {
    let names = images(offer).into_iter().filter_map(|(_, image)| image.member("mediaName"));
    super::shape::twice(names.filter(|name| !name.is_empty()), "mediaName", found);
}

fn parity(offer: &Offer<'_>, found: &mut Found) {
    let key = |name: &str| format!("microsoft-azure-corevm.{name}");
    for sku in offer.skus() {
        let Some(own) = sku.own("vmImagesPublicAzure") else { continue };
        let architecture = sku.own("vmImagesArchitecture").and_then(|field| field.text());
        for generation in sku.plain("diskGenerations").iter().flat_map(Field::elements) {
            let other = generation.member(&key("vmImagesArchitecture")).and_then(|field| field.text());
            let Some(map) = generation.member(&key("vmImagesPublicAzure")).filter(|_| other == architecture) else {
                continue;
            };
            for (version, image) in own.members().iter().filter(|(version, _)| map.member(version).is_none()) {
                let message = format!("this disk generation does not have the version `{version}`");
                found.lacks(&map, version, message).at_key().related(&image.at, "the SKU has it");
            }
        }
    }
}

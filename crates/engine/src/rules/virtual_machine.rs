//! Rules about the machines that customers get: operating system, sizes, generations.

use super::shape::{most, needed, quoted, shown, twice, yes_or_no};
use super::subject::{Field, Offer, OfferKind};
use super::{Found, Rule, Types};
use crate::diagnostic::nearest;

pub(super) const RULES: &[Rule] = &[
    Rule::error("os-family", Types::IMAGES, family).text(
        "`operatingSystemFamily` is `Windows` or `Linux`",
        "write it with a capital letter",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("os-type", Types::IMAGES, os_type).text(
        "the type of the operating system is one of those the service lists",
        "use `Other` for types that are not listed",
        "devigned/pub:pkg/partner/types_test.go; release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::error("os-friendly-name-required", Types::IMAGES, os_name_required).of_the_whole().text(
        "a SKU names its operating system: `operationSystem` (spelled like that), or `osFriendlyName` of a core virtual machine",
        "write its name and version",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::warning("os-friendly-name", Types::IMAGES, os_name).text(
        "the name of the operating system has 1 to 100 characters, according to newer schemas",
        "shorten it",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json",
    ),
    Rule::error("vm-sizes-count", Types::IMAGES, sizes).text(
        "a SKU recommends 1 to 6 machine sizes; for a core virtual machine they are optional",
        "keep the six that fit best: the first is the default",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/azure-vm-plan-technical-configuration.md",
    ),
    Rule::warning("vm-sizes-twice", Types::IMAGES, sizes_twice).inferred().text(
        "no machine size is recommended twice",
        "remove the duplicate",
        "articles/marketplace/cloud-partner-portal/virtual-machine/cpp-skus-tab.md; articles/marketplace/azure-vm-plan-technical-configuration.md",
    ),
    Rule::warning("vm-sizes-format", Types::IMAGES, size_names).text(
        "a size is written in lower case with dashes, like `d2s-standard-v3`",
        "Azure's `Standard_D2s_v3` is `d2s-standard-v3` here",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::error("open-ports", Types::IMAGES, |offer, found| {
        offer.skus().iter().for_each(|sku| most(sku.own("openPorts"), 100, found));
    })
    .inferred()
    .text(
        "a SKU opens at most 100 ports",
        "leave some out",
        "release-engineering/cloudpub:schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json; articles/marketplace/azure-vm-plan-technical-configuration.md",
    ),
    Rule::error("vm-generation", Types::IMAGES, generation).text(
        "`generation` is the text `\"1\"` or `\"2\"`",
        "write it in quotes",
        "microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("vm-architecture", Types::CORE, architecture).inferred().text(
        "`vmImagesArchitecture` is `X64` or `Arm64`",
        "write it like that",
        "devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("corevm-default-image-size", Types::CORE, image_size).text(
        "`defaultImageSizeGB` is a number as text, such as `\"30\"`",
        "write the number in quotes",
        "devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("corevm-deployment-models", Types::CORE, models).text(
        "`deploymentModels` has `ARM`, or `RDFE`, which is retired",
        "write `[ARM]`",
        "devigned/pub:pkg/partner/types.go",
    ),
    Rule::warning("corevm-disk-generations", Types::CORE, generations).text(
        "each element of `diskGenerations` has a `planId`, a generation and images; the service has accepted elements without",
        "write the missing key; `generation` is `\"1\"` or `\"2\"`",
        "salsa.debian.org/cloud-team/debian-cloud-images; SUSE-Enceladus/azure-img-utils@f1e1d1a^:azure_img_utils/cloud_partner.py",
    ),
    Rule::warning("vm-flags", Types::IMAGES, flags).text(
        "features of a machine are `true` or `false`",
        "write it without quotes",
        "microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json; devigned/pub:pkg/partner/types_test.go",
    ),
    Rule::warning("vm-flags-review", Types::IMAGES, review).text(
        "a machine that is locked down, or needs its own template, cannot be certified by the usual tests",
        "run the test tool yourself, and send its report or the template to support",
        "articles/marketplace/azure-vm-create-certification-faq.md; articles/marketplace/azure-vm-plan-technical-configuration.md",
    ),
];

/// SKUs, and the disk generations of a core virtual machine, which have the same fields.
fn machines<'a>(offer: &Offer<'a>, key: &str) -> Vec<Field<'a>> {
    let namespaced = format!("{}.{key}", offer.kind.id().unwrap_or_default());
    let of = |sku: &super::subject::Sku<'a>| {
        let generations = sku.plain("diskGenerations").map(|list| list.elements()).unwrap_or_default();
        let below = generations.iter().filter_map(|generation| generation.member(&namespaced));
        sku.own(key).into_iter().chain(below.collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    offer.skus().iter().flat_map(of).collect()
}

fn family(offer: &Offer<'_>, found: &mut Found) {
    for family in machines(offer, "operatingSystemFamily") {
        if !matches!(family.text(), Some("Windows" | "Linux")) {
            found.at(&family, format!("{} is neither `Windows` nor `Linux`", shown(family.value)));
        }
    }
}

/// Types of operating systems, in the letters of the backend's schema.
const OS_TYPES: [&str; 23] = [
    "other",
    "windowsServer2008R2",
    "windowsServer2012",
    "windowsServer2012R2",
    "windowsServer2012R2Datacenter",
    "windowsServer2016",
    "windowsServer2019",
    "windowsServer2022",
    "windowsServer2022DatacenterAzureEdition",
    "windowsServerVersion20H2",
    "windowsServerVersion2004",
    "debian",
    "centos",
    "openSolaris",
    "redHat",
    "ubuntu",
    "suse",
    "cblMariner",
    "oracleLinux",
    "coreOS",
    "freeBSD",
    "openSuse",
    "windows",
];

fn os_type(offer: &Offer<'_>, found: &mut Found) {
    for key in ["osType", "windowsOSType"] {
        for kind in machines(offer, key) {
            let text = kind.text().unwrap_or_default();
            if !OS_TYPES.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                let finding = found.at(&kind, format!("{} is not a known type of operating system", shown(kind.value)));
                if let Some(near) = nearest(text, OS_TYPES) {
                    finding.help(format!("did you mean `{near}`?"));
                }
            }
        }
    }
}

fn os_name_key(offer: &Offer<'_>) -> &'static str {
    if offer.kind == OfferKind::CoreVirtualMachine { "osFriendlyName" } else { "operationSystem" }
}

fn os_name_required(offer: &Offer<'_>, found: &mut Found) {
    let key = os_name_key(offer);
    for sku in offer.skus() {
        if sku.own("operatingSystem").is_none() {
            needed(sku.own(key), &sku.own_place(key), found);
        }
    }
}

fn os_name(offer: &Offer<'_>, found: &mut Found) {
    for name in machines(offer, os_name_key(offer)) {
        if name.is_empty() {
            found.at(&name, "the operating system has no name");
        }
        super::shape::longest(Some(name), 100, found);
    }
}

fn sizes(offer: &Offer<'_>, found: &mut Found) {
    for sizes in machines(offer, "recommendedVMSizes") {
        most(Some(sizes.clone()), 6, found);
        if sizes.is_empty() && offer.kind == OfferKind::VirtualMachine {
            found.at(&sizes, "no size is recommended");
        }
    }
}

fn sizes_twice(offer: &Offer<'_>, found: &mut Found) {
    for sizes in machines(offer, "recommendedVMSizes") {
        twice(sizes.elements(), "size", found);
    }
}

fn size_names(offer: &Offer<'_>, found: &mut Found) {
    for size in machines(offer, "recommendedVMSizes").iter().flat_map(Field::elements) {
        let text = size.text().unwrap_or_default();
        let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
        let digits = text.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
        let rest = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if letters == 0 || digits == 0 || !rest {
            found.at(&size, format!("{} does not have the form of a size", shown(size.value)));
        }
    }
}

fn generation(offer: &Offer<'_>, found: &mut Found) {
    for generation in machines(offer, "generation") {
        if !matches!(generation.text(), Some("1" | "2")) {
            found.at(&generation, format!("{} is not a generation", shown(generation.value)));
        }
    }
}

fn architecture(offer: &Offer<'_>, found: &mut Found) {
    for architecture in machines(offer, "vmImagesArchitecture") {
        if !matches!(architecture.text(), Some("X64" | "Arm64")) {
            found.at(&architecture, format!("{} is not a known architecture", shown(architecture.value)));
        }
    }
}

fn image_size(offer: &Offer<'_>, found: &mut Found) {
    for size in machines(offer, "defaultImageSizeGB") {
        if !size.text().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())) {
            found.at(&size, format!("{} is not a number as text", shown(size.value)));
        }
    }
}

fn models(offer: &Offer<'_>, found: &mut Found) {
    for model in machines(offer, "deploymentModels").iter().flat_map(Field::elements) {
        match model.text() {
            Some("ARM") => {}
            Some("RDFE") => {
                found.at(&model, "`RDFE` is retired");
            }
            _ => {
                found.at(&model, format!("{} is not a deployment model", shown(model.value)));
            }
        }
    }
}

fn generations(offer: &Offer<'_>, found: &mut Found) {
    let lists = offer.skus().into_iter().filter_map(|sku| sku.plain("diskGenerations"));
    for element in lists.flat_map(|list| list.elements()) {
        for key in ["planId", "microsoft-azure-corevm.generation", "microsoft-azure-corevm.vmImagesPublicAzure"] {
            if element.member_or_null(key).is_none() {
                found.lacks(&element, key, format!("this disk generation has no {}", quoted(key)));
            }
        }
    }
}

/// Fields that say yes or no.
const FLAGS: [&str; 17] = [
    "supportsAcceleratedNetworking",
    "supportsCloudInit",
    "supportsBackup",
    "supportsExtensions",
    "supportsHibernation",
    "supportsNVMe",
    "supportsHubOnOffSwitch",
    "supportsClientHub",
    "supportsHub",
    "supportsSriov",
    "supportsAADLogin",
    "isNetworkVirtualAppliance",
    "isLockedDown",
    "isCustomArmTemplateRequired",
    "allowOnlyManagedDiskDeployments",
    "hardened",
    "freeTierEligible",
];

fn flags(offer: &Offer<'_>, found: &mut Found) {
    for flag in FLAGS.iter().flat_map(|key| machines(offer, key)) {
        yes_or_no(Some(flag), found);
    }
}

fn review(offer: &Offer<'_>, found: &mut Found) {
    for key in ["isLockedDown", "isCustomArmTemplateRequired"] {
        for flag in machines(offer, key).into_iter().filter(Field::is_true) {
            found.at(&flag, format!("`{key}` requires another kind of certification"));
        }
    }
}

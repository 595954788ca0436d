//! Core virtual machines: images of operating systems, from those who make them.
//!
//! Sources: devigned/pub `pkg/partner/types.go` and its fixtures, SUSE's azure-img-utils, Debian's image publisher.

use serde_json::{Map, Value};

use super::kind::Kind::{Flag, Is, Like, Limited, List, OneOf, Text};
use super::kind::{Choice, Field, like, list_of, set_of};
use super::listing::{self, LEADS};
use super::machine::{self, FAMILIES, GENERATIONS, SYSTEMS};
use super::scope::{Keys, Namespace, members, place, sku_of};
use super::sku;

const OFFER: &[Field] = &[
    ("title", Limited(200), "The name that customers see."),
    ("summary", Limited(100), "One line of plain text, for search results."),
    ("description", Limited(5000), "The description, in simple HTML."),
    ("allowedSubscriptions", Is("subscriptions"), "The preview audience: ids of subscriptions. 1 to 100."),
    ("legacyOfferId", Is("server-owned"), ""),
    ("legacyPublisherId", Is("server-owned"), ""),
];

const WORDS: &[Field] = &[
    sku::TITLE,
    sku::SUMMARY,
    ("skuLongSummary", Limited(256), "A short description in plain text."),
    sku::DESCRIPTION,
    ("skuDescriptionPublicAzure", Limited(3000), "The description in Azure, in simple HTML."),
    ("skuDescriptionFairfax", Limited(3000), "The description in Azure Government, in simple HTML."),
    ("skuDescriptionMooncake", Limited(3000), "The description in Azure in China, in simple HTML."),
    ("skuDescriptionBlackforest", Limited(3000), "The description in Azure in Germany, which was closed."),
    ("usefulLinksPublicAzure", Is("links"), "Links, in Azure."),
    ("usefulLinksFairfax", Is("links"), "Links, in Azure Government."),
    ("usefulLinksMooncake", Is("links"), "Links, in Azure in China."),
    ("usefulLinksBlackforest", Is("links"), "Links, in Azure in Germany, which was closed."),
    ("pricingDetailsUrl", Is("url"), "The address of a page about prices."),
    ("privacyURL", Is("url"), "The address of the privacy policy."),
    ("termsOfUseURL", Is("url"), "The address of the terms of use."),
    ("termsOfUse", Limited(10_000), "The terms of use, known from one client."),
    ("leadGenerationId", Text, "The id that leads carry."),
    ("categories", Is("words"), "The older, flat list of categories, replaced by `categoryMap`."),
    ("categoryMap", Is("categories"), listing::CATEGORY_MAP),
];

const TECHNICAL: &[Field] = &[
    ("cloudAvailability", Is("clouds"), "The clouds it is there for. Of a published SKU none can be taken away."),
    sku::CERTIFICATIONS_FAIRFAX,
    ("deploymentModels", Is("deployment-models"), "How it can be deployed."),
    ("imageType", Like(&[("VmImage", "The image of a machine.")]), "What the images are of."),
    ("imageVisibility", Flag(None), "Whether the images can be seen."),
    ("hideSKUForSolutionTemplate", Flag(None), "Whether the SKU is hidden."),
    ("operatingSystemFamily", OneOf(FAMILIES), "The kind of operating system."),
    ("osType", Like(SYSTEMS), "The operating system, in the service's words."),
    ("osFriendlyName", Limited(100), "The operating system, in words for people."),
    ("recommendedVMSizes", Is("sizes"), "At most 6 sizes, such as `d2s-standard-v3`. The first is the default."),
    ("openPorts", List(100), "Ports that are opened. How an element looks is not documented."),
    ("supportedExtensions", List(100), "Extensions that work with it."),
    ("generation", OneOf(GENERATIONS), "The generation of the machine, as text: `\"1\"` or `\"2\"`."),
    ("vmImagesArchitecture", Like(ARCHITECTURES), "The kind of processor."),
    ("defaultImageSizeGB", Is("whole-number-text"), "The size of the image, as text: `\"30\"`."),
    (
        "vmImagesPublicAzure",
        Is("core-images"),
        "The images, by version, such as `2026.10.13`. A new one has to be greater than all others.",
    ),
    ("patchOptions", Is("patch-options"), "How it is patched."),
    sku::LEGACY_PLAN_ID,
];

const DEPLOYMENT_MODELS: &[Choice] = &[("ARM", "Azure Resource Manager."), ("RDFE", "Classic, which was retired.")];

const ARCHITECTURES: &[Choice] = &[("X64", "Intel and AMD."), ("Arm64", "Arm.")];

const PROPERTIES: &[Field] = &[
    ("hardened", Flag(None), "Whether it is hardened."),
    ("freeTierEligible", Flag(None), "Whether it can be used in the free tier."),
    ("isPremiumThirdParty", Flag(None), "Whether it costs money."),
    ("migratedOffer", Flag(None), "Whether it came from another offer."),
    ("supportsHubOnOffSwitch", Flag(None), "Whether the hybrid benefit can be switched on and off."),
    ("supportsClientHub", Flag(None), "Whether the hybrid benefit is there for clients."),
    ("supportsHub", Flag(None), "Whether the hybrid benefit is there."),
    ("supportsBackup", Flag(None), "Whether Azure Backup works with it."),
    ("supportsSriov", Flag(None), "Whether it works with SR-IOV."),
    ("supportsAADLogin", Flag(None), "Whether people can sign in with Azure AD."),
    ("supportsAcceleratedNetworking", Flag(None), "Whether it works with accelerated networking."),
    ("supportsCloudInit", Flag(None), "Whether it reads what cloud-init is given."),
    ("supportsExtensions", Flag(Some(true)), "Whether extensions work; on Linux that needs the Azure Linux Agent."),
    ("supportsHibernation", Flag(None), "Whether it can hibernate."),
    ("supportsNVMe", Flag(None), "Whether it works with NVMe disks."),
    ("isNetworkVirtualAppliance", Flag(None), "Whether it is a network appliance."),
    ("isLockedDown", Flag(None), "Whether nobody can sign in."),
    ("isCustomArmTemplateRequired", Flag(None), "Whether it can be deployed with a template of yours only."),
    ("allowOnlyManagedDiskDeployments", Flag(Some(true)), "Whether it is deployed with managed disks only."),
];

const IMAGE: &[Field] = &[
    (
        "osVhdUrl",
        Text,
        "The address of the disk, with a signature (SAS) that allows reading and listing and holds for three weeks at least. It is a \
         secret: `{ $secret: { env: NAME } }`.",
    ),
    ("label", Text, "The name of the image."),
    ("description", Text, "What is new in it."),
    ("mediaName", Text, "A name that no other version and generation has."),
    ("publishedDate", Is("american-date"), "When it was published: MM/DD/YYYY, or nothing."),
    ("showInGui", Flag(None), "Whether it is proposed. `false` is how images are deprecated."),
    (
        "lunVhdDetails",
        List(16),
        "The data disks, the same number in every version. How an element looks is not documented.",
    ),
];

const PLAIN: &[Field] = &[
    sku::PLAN_ID,
    ("regions", Is("markets"), "The markets it is there for, as two capital letters."),
    sku::RESTRICTED_AUDIENCE,
    (
        "diskGenerations",
        Is("generations"),
        "The same for other machines. Each has a planId, a generation and images of its own.",
    ),
];

pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    let prefix = "microsoft-azure-corevm";
    let namespace = |definition, says, fields| Namespace { prefix, definition, says, fields, keys: Keys::Closed };
    let says = "The listing, the preview audience and leads: this type has them under its own name.";
    let offer = namespace("core", says, [OFFER, LEADS].concat());
    let fields = [WORDS, TECHNICAL, PROPERTIES, &listing::of_each_sku()].concat();
    let plan = namespace("core-plan", "What a SKU of a core virtual machine has.", fields);
    let generation =
        sku_of(place(members(&PLAIN[..1]), &[namespace("core-plan", "", plan.fields.clone())], Keys::Closed));
    let mut definitions = vec![offer.definition(), plan.definition()];
    definitions.push(("core-vm-offer", machine::offer_place(&[offer])));
    definitions.push(("core-vm-plan", sku_of(place(members(PLAIN), &[plan], Keys::Closed))));
    definitions.push(("generations", list_of(&generation)));
    definitions.push(("core-images", machine::versions(IMAGE)));
    definitions.extend(words());
    definitions.extend(listing::definitions());
    definitions.extend([listing::machine_categories(), listing::audience()]);
    definitions.extend(machine::properties());
    definitions
}

fn words() -> Vec<(&'static str, Value)> {
    let text = |pattern: &str, message: &str| {
        let mut schema = Map::new();
        schema.insert("pattern".to_owned(), pattern.into());
        schema.insert("patternErrorMessage".to_owned(), message.into());
        schema.insert("$ref".to_owned(), "#/$defs/text".into());
        Value::Object(schema)
    };
    vec![
        ("american-date", text("^([0-9]{2}/[0-9]{2}/[0-9]{4})?$", "A date such as 10/13/2026.")),
        ("whole-number-text", text("^[0-9]+$", "A whole number in quotation marks.")),
        ("deployment-models", set_of(&like("word", DEPLOYMENT_MODELS))),
    ]
}

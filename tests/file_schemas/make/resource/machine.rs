//! The technical configuration of virtual machines.

use serde_json::{Value, json};

use super::super::kind::Kind::{Any, Flag, Is, Like, Limited, OneOf, Text};
use super::super::kind::{Choice, Field, like, list_of, set_of};
use super::super::machine::SIZES;
use super::{SCHEDULE, STATE, element, limited, list, open, text};

const SYSTEMS: &[Choice] = &[
    ("ubuntu", ""),
    ("debian", ""),
    ("centos", ""),
    ("redHat", ""),
    ("suse", ""),
    ("oracleLinux", ""),
    ("cblMariner", ""),
    ("windowsServer2019", ""),
    ("windowsServer2022", ""),
    ("other", ""),
];

const IMAGES: &[Choice] =
    &[("x64Gen1", "Starts with a BIOS."), ("x64Gen2", "Starts with UEFI."), ("arm64Gen2", "For Arm processors.")];

const IMAGE_TYPE: Field = ("imageType", Like(IMAGES), "For which machines the image is.");

macro_rules! configuration {
    ($($more:expr),*) => {
        &[
            ("operatingSystem", Is("operating-system"), "The operating system."),
            ("recommendedVmSizes", Is("machine-sizes"), "Up to 6 sizes, such as `d2s-standard-v3`. The first is the default."),
            ("openPorts", Is("ports"), "Ports that are opened."),
            ("vmProperties", Is("machine-properties"), "What the images support."),
            ("skus", Is("skus"), "One SKU for each kind of image. One of them has the id of the plan."),
            ("vmImageVersions", Is("image-versions"), "The image versions. A published version cannot be changed or removed, only deprecated."),
            ("basePlan", Any, "The plan whose images this plan uses."),
            (
                "reuseTechnicalConfigurationState",
                OneOf(&[("enable", "It uses those of the other plan."), ("detach", "It has its own again.")]),
                "Whether the plan uses the images of another plan.",
            ),
            $($more),*
        ]
    };
}

pub(super) const CONFIGURATION: &[Field] = configuration!();

pub(super) const CORE_CONFIGURATION: &[Field] = configuration!((
    "softwareType",
    Like(&[("operatingSystem", "An operating system."), ("solution", "A solution.")]),
    "What the images contain."
));

const PROPERTIES: &[Field] = &[
    ("supportsExtensions", Flag(Some(true)), "Whether it supports extensions of virtual machines."),
    ("supportsBackup", Flag(Some(false)), "Whether it supports Azure Backup."),
    ("supportsAcceleratedNetworking", Flag(Some(false)), "Whether it supports accelerated networking."),
    ("isNetworkVirtualAppliance", Flag(Some(false)), "Whether it is a network virtual appliance."),
    ("supportsNVMe", Flag(Some(false)), "Whether it supports disks with NVMe."),
    ("supportsCloudInit", Flag(Some(false)), "Whether it is configured by cloud-init."),
    ("supportsAadLogin", Flag(Some(false)), "Whether users can sign in with Microsoft Entra."),
    ("supportsHibernation", Flag(Some(false)), "Whether it supports hibernation."),
    ("supportsRemoteConnection", Flag(Some(true)), "Whether it can be reached by RDP or SSH."),
    ("requiresCustomArmTemplate", Flag(Some(false)), "Whether it can be deployed only with a template."),
];

pub(super) fn definitions() -> Vec<(&'static str, Value)> {
    let disk: &[Field] = &[("uri", Is("url"), "The signed address: `$secret`, or `$sas` to sign it when it is sent.")];
    let mut version =
        element(&[("versionNumber", Is("version-number"), "The version, greater than all others."), STATE, SCHEDULE]);
    let mut image = element(&[IMAGE_TYPE]);
    let mut source = open(&[(
        "sourceType",
        OneOf(&[
            ("sasUri", "A disk with a signed address."),
            ("sharedImageGallery", "A version in a compute gallery."),
        ]),
        "Where the image is.",
    )]);
    source["properties"]["osDisk"] = open(disk);
    source["properties"]["dataDisks"] =
        limited(list(&[("lunNumber", Is("resource-count"), "The number of the disk, from 0 to 15."), disk[0]]), 16);
    source["properties"]["sharedImage"] = open(&[
        ("tenantId", Text, "The tenant of the gallery."),
        ("resourceId", Text, "The id of the version in the gallery."),
    ]);
    image["properties"]["source"] = source;
    version["properties"]["vmImages"] = list_of(&image);
    vec![
        (
            "operating-system",
            open(&[
                ("family", OneOf(&[("linux", ""), ("windows", "")]), "The kind of operating system."),
                ("type", Like(SYSTEMS), "The operating system."),
                ("friendlyName", Limited(100), "Its name for people."),
            ]),
        ),
        ("machine-sizes", limited(set_of(&like("word", SIZES)), 6)),
        (
            "ports",
            limited(
                list(&[
                    ("label", Text, "The name of the rule."),
                    (
                        "portRange",
                        Is("port-range"),
                        "A port, or a range such as `8000-8080`. A text: write it in quotes.",
                    ),
                    ("protocol", OneOf(&[("tcp", ""), ("udp", ""), ("both", "")]), "The protocol."),
                ]),
                100,
            ),
        ),
        ("port-range", text("^[0-9]{1,5}(-[0-9]{1,5})?$", "A port, or a range such as 8000-8080.")),
        ("machine-properties", open(PROPERTIES)),
        ("skus", {
            let security =
                json!({ "type": ["string", "object"], "anyOf": [{ "enum": ["trusted", "confidential"] }, {}] });
            let mut sku = element(&[
                IMAGE_TYPE,
                ("skuId", Is("sku-id"), "The id that customers deploy, unique within the offer."),
            ]);
            sku["properties"]["securityType"] = list_of(&security);
            list_of(&sku)
        }),
        ("sku-id", text("^[a-z0-9_-]+$", "Lower-case letters, digits, - and _.")),
        ("image-versions", list_of(&version)),
        ("version-number", text(r"^[0-9]+\.[0-9]+\.[0-9]+$", "A version such as 1.10.0.")),
    ]
}

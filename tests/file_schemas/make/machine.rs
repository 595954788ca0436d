//! Virtual machines.
//!
//! Sources: as for the listing, and `cloud-partner-portal-api-setting-price.md`; `cloud-partner-portal-azure-private-skus.md`.

use offerform::offer::price::CORE_SIZES;
use serde_json::{Map, Value, json};

use super::kind::Kind::{Flag, Is, Like, Limited, List, OneOf, Text};
use super::kind::{Choice, Field, choice, like, set_of};
use super::listing::{self, RESALE, limited};
use super::scope::{Keys, Namespace, mapping, members, place};
use super::sku;

pub(crate) const CLOUDS: &[Choice] = &[
    ("PublicAzure", "Azure."),
    ("Fairfax", "Azure Government, in the United States."),
    ("Mooncake", "Azure in China."),
    ("Blackforest", "Azure in Germany, which was closed."),
];

pub(crate) const FAMILIES: &[Choice] = &[("Windows", ""), ("Linux", "")];

pub(crate) const GENERATIONS: &[Choice] = &[("1", "Starts with a BIOS."), ("2", "Starts with UEFI.")];

/// Seen in requests and answers, then those of the portal's successor. Others pass.
pub(crate) const SYSTEMS: &[Choice] = &[
    ("Other", ""),
    ("Ubuntu", ""),
    ("debian", ""),
    ("centos", ""),
    ("redHat", ""),
    ("suse", ""),
    ("oracleLinux", ""),
    ("cblMariner", ""),
    ("windowsServer2019", ""),
    ("windowsServer2022", ""),
];

pub(crate) const SIZES: &[Choice] = &[
    ("a1-standard", ""),
    ("b2s-standard", ""),
    ("d2s-standard-v3", ""),
    ("d4s-standard-v3", ""),
    ("ds2-standard-v2", ""),
];

const WORDS: &[Field] = &[
    sku::TITLE,
    sku::SUMMARY,
    sku::DESCRIPTION,
    (
        "hideSKUForSolutionTemplate",
        Flag(None),
        "Whether the SKU is hidden: it can be deployed by those who know it, and by solution templates.",
    ),
    sku::CLOUD_AVAILABILITY,
    sku::CERTIFICATIONS_FAIRFAX,
    sku::LEGACY_PLAN_ID,
    ("operatingSystemFamily", OneOf(FAMILIES), "The kind of operating system."),
    ("osType", Like(SYSTEMS), "The operating system, in the service's words."),
    ("windowsOSType", Like(SYSTEMS), "Another name of `osType` that the service takes and answers with `osType`."),
    ("operationSystem", Limited(100), "The operating system, in words for people. (The API spells the key like this.)"),
    ("operatingSystem", Limited(100), "Another spelling of `operationSystem`, known from one client."),
    ("recommendedVMSizes", Is("sizes"), "At most 6 sizes, such as `d2s-standard-v3`. The first is the default."),
    ("openPorts", List(100), "Ports that are opened. How an element looks is not documented."),
    (
        "vmImages",
        Is("images"),
        "The images, by version, such as `1.10.0`. A new one has to be greater than all others.",
    ),
];

const PROPERTIES: &[Field] = &[
    ("supportsAcceleratedNetworking", Flag(Some(false)), "Whether it works with accelerated networking."),
    ("supportsCloudInit", Flag(Some(false)), "Whether it reads what cloud-init is given."),
    ("supportsBackup", Flag(Some(false)), "Whether Azure Backup works with it."),
    ("supportsExtensions", Flag(Some(true)), "Whether extensions work; on Linux that needs the Azure Linux Agent."),
    ("supportsHibernation", Flag(Some(false)), "Whether it can hibernate."),
    ("supportsNVMe", Flag(Some(false)), "Whether it works with NVMe disks."),
    ("isNetworkVirtualAppliance", Flag(Some(false)), "Whether it is a network appliance."),
    (
        "isLockedDown",
        Flag(Some(false)),
        "Whether nobody can sign in. Certification then needs a report of the test tool.",
    ),
    (
        "isCustomArmTemplateRequired",
        Flag(Some(false)),
        "Whether it can be deployed with a template of yours only. Certification then needs that template.",
    ),
    ("allowOnlyManagedDiskDeployments", Flag(Some(true)), "Whether it is deployed with managed disks only."),
    ("generation", OneOf(GENERATIONS), "The generation of the machine, as text: `\"1\"` or `\"2\"`."),
    ("patchOptions", Is("patch-options"), "How it is patched."),
];

const IMAGE: &[Field] = &[
    (
        "osVhdUrl",
        Text,
        "The address of the disk, with a signature (SAS) that allows reading and listing and holds for three weeks at least. It is a \
         secret: `{ $secret: { env: NAME } }`.",
    ),
    (
        "lunVhdDetails",
        List(16),
        "The data disks, the same number in every version. How an element looks is not documented.",
    ),
];

const PRICE: &[Field] = &[
    ("isByol", Flag(None), "Whether customers bring a licence of their own. It cannot change once it was published."),
    ("freeTrialDurationInMonths", Is("trial"), "How many months are free: 0, 1, 3 or 6."),
    ("coreMultiplier", Is("core-prices"), "Prices by the number of cores."),
    ("regionPrices", Is("open"), "Prices by market. Their form is not documented for machines."),
    ("spreadSheetPricing", Is("price-sheet"), "Prices in a spreadsheet. Comes alone: it replaces all others."),
];

const PLAIN: &[Field] = &[
    sku::PLAN_ID,
    sku::REGIONS,
    sku::RESTRICTED_AUDIENCE,
    (
        "virtualMachinePricing",
        Is("hourly-prices"),
        "Prices in US dollars an hour, for the markets of the older price list.",
    ),
    sku::newer_prices("virtualMachinePricingV2", "hourly-prices"),
];

pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    let listing = listing::namespace("listing", "categories", Keys::Closed);
    let test_drive = listing::test_drive();
    let offer = Namespace {
        prefix: "microsoft-azure-virtualmachines",
        definition: "machine",
        says: "What only offers of virtual machines have.",
        fields: RESALE.to_vec(),
        keys: Keys::Closed,
    };
    let plan = Namespace {
        prefix: "microsoft-azure-virtualmachines",
        definition: "machine-plan",
        says: "What a SKU of a virtual machine has.",
        fields: [WORDS, PROPERTIES].concat(),
        keys: Keys::Closed,
    };
    let mut definitions = vec![listing.definition(), test_drive.definition(), offer.definition(), plan.definition()];
    definitions.push(("virtual-machine-offer", offer_place(&[listing, test_drive, offer])));
    definitions.push(("virtual-machine-plan", super::scope::sku_of(place(members(PLAIN), &[plan], Keys::Closed))));
    definitions.push(("images", versions(IMAGE)));
    definitions.extend(prices());
    definitions.extend(listing::definitions());
    definitions.extend([listing::machine_categories(), listing::audience()]);
    definitions.extend(properties());
    definitions
}

/// The place `definition.offer`.
pub(crate) fn offer_place(namespaces: &[Namespace]) -> Value {
    let mut schema = place(Map::new(), namespaces, Keys::Closed);
    schema["description"] = json!(
        "What holds for all SKUs. A namespace can be written once with its keys below it, or with \
        each of its keys, with a dot."
    );
    schema
}

/// Images by version.
pub(crate) fn versions(image: &[Field]) -> Value {
    let mut schema = mapping(Map::new(), Keys::Closed);
    schema["additionalProperties"] = mapping(members(image), Keys::Closed);
    schema
}

/// Definitions that both types of machines use.
pub(crate) fn properties() -> Vec<(&'static str, Value)> {
    let hotpatch: &[Field] = &[("supportsHotpatch", Flag(Some(false)), "Whether it is patched without a restart.")];
    vec![
        (
            "clouds",
            set_of(
                &json!({ "anyOf": [choice(CLOUDS), { "type": "object", "allOf": [{ "$ref": "#/$defs/directive" }] }] }),
            ),
        ),
        ("sizes", limited(set_of(&like("word", SIZES)), 6)),
        ("patch-options", mapping(members(hotpatch), Keys::Closed)),
    ]
}

fn prices() -> Vec<(&'static str, Value)> {
    let cores: Map<String, Value> =
        CORE_SIZES.iter().map(|cores| ((*cores).to_owned(), json!({ "$ref": "#/$defs/price" }))).collect();
    let mut individually = mapping(cores, Keys::Open);
    individually["description"] =
        json!("US dollars an hour for each number of cores. Of what is missing, Microsoft makes the price.");
    individually["additionalProperties"] = json!({ "$ref": "#/$defs/price" });
    let mut core_prices = members(&[
        ("currency", OneOf(&[("USD", "US dollars.")]), "Always US dollars."),
        ("single", Is("price"), "US dollars for each core and hour; all prices are worked out from it."),
    ]);
    core_prices.insert("individually".to_owned(), individually);
    let sheet: &[Field] = &[("uri", Is("url"), "The address of the spreadsheet (.xlsx).")];
    vec![
        ("hourly-prices", mapping(members(PRICE), Keys::Closed)),
        ("trial", json!({ "anyOf": [{ "enum": [0, 1, 3, 6] }, { "$ref": "#/$defs/replaced" }] })),
        ("core-prices", mapping(core_prices, Keys::Closed)),
        ("price-sheet", mapping(members(sheet), Keys::Closed)),
        ("open", mapping(Map::new(), Keys::Open)),
    ]
}

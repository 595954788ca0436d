//! The JSON Schemas in `schemas/`, which the program carries with it.

use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::render::json::v1 as json;
use crate::rules::vocabulary;

/// A schema: its name, other names for it, what it describes, and its text.
pub(super) struct Schema {
    name: &'static str,
    aliases: &'static [&'static str],
    of: &'static str,
    pub(super) text: &'static str,
}

/// A schema of the JSON that a command prints or writes.
const fn output(name: &'static str, of: &'static str, text: &'static str) -> Schema {
    Schema { name, aliases: &[], of, text }
}

/// The schema of offer files of any type.
pub(super) const OFFER: &str = include_str!("../../schemas/offer.schema.json");

const SCHEMAS: [Schema; 25] = [
    Schema { name: "offer", aliases: &[], of: "Offer files of any type", text: OFFER },
    Schema {
        name: "virtual-machine",
        aliases: &["microsoft-azure-virtualmachines"],
        of: "Offers of the type microsoft-azure-virtualmachines",
        text: vocabulary::VIRTUAL_MACHINE,
    },
    Schema {
        name: "core-vm",
        aliases: &["microsoft-azure-corevm"],
        of: "Offers of the type microsoft-azure-corevm",
        text: vocabulary::CORE_VIRTUAL_MACHINE,
    },
    Schema {
        name: "application",
        aliases: &["microsoft-azure-applications"],
        of: "Offers of the type microsoft-azure-applications",
        text: vocabulary::APPLICATION,
    },
    Schema {
        name: "product-ingestion",
        aliases: &[],
        of: "Offers of the Product Ingestion API",
        text: include_str!("../../schemas/offer-product-ingestion.schema.json"),
    },
    Schema {
        name: "listing",
        aliases: &["microsoft-azure-marketplace"],
        of: "Parts of offer files: keys of microsoft-azure-marketplace",
        text: include_str!("../../schemas/part-listing.schema.json"),
    },
    Schema {
        name: "settings",
        aliases: &["offerform"],
        of: "The settings file offerform.yaml",
        text: include_str!("../../schemas/offerform.schema.json"),
    },
    output("plan", "`plan --format json` and plan files", json::PLAN_SCHEMA),
    output("apply-report", "`apply --format json` and `apply --report`", json::REPORT_SCHEMA),
    output("drift", "`drift --format json`", json::DRIFT_SCHEMA),
    output("status", "`status --format json`", json::STATUS_SCHEMA),
    output("show", "`show --format json`", json::SHOW_SCHEMA),
    output("operations", "`operations list` and `show`, with --format json", json::OPERATIONS_SCHEMA),
    output("diff", "`diff --format json`", json::DIFF_SCHEMA),
    output("image", "`image add`, `prune` and `deprecate`, with --format json", json::IMAGE_SCHEMA),
    output("image-list", "`image list --format json`", json::IMAGE_LIST_SCHEMA),
    output("release", "`publish`, `go-live`, `cancel` and `operations wait`, with --format json", json::RELEASE_SCHEMA),
    output("init", "`init --format json`", json::INIT_SCHEMA),
    output("import", "`import --format json`", json::IMPORT_SCHEMA),
    output("migrate", "`migrate --format json`", json::MIGRATE_SCHEMA),
    output("adopt", "`adopt --format json`", json::ADOPT_SCHEMA),
    output("validate", "`validate --format json`", json::VALIDATE_SCHEMA),
    output("doctor", "`doctor --format json`", json::DOCTOR_SCHEMA),
    output("record", "`record show --format json`", json::RECORD_SCHEMA),
    output("whoami", "`whoami --format json`", json::WHOAMI_SCHEMA),
];

/// The names that can be asked for.
pub(super) fn types() -> PossibleValuesParser {
    let value =
        |schema: &Schema| PossibleValue::new(schema.name).aliases(schema.aliases.iter().copied()).help(schema.of);
    PossibleValuesParser::new(SCHEMAS.iter().map(value))
}

/// The schema that is asked for by its name, or by another name for it.
pub(super) fn named(name: &str) -> Option<&'static Schema> {
    SCHEMAS.iter().find(|schema| schema.name == name || schema.aliases.contains(&name))
}

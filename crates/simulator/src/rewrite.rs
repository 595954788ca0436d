//! What the service makes of a document it is given, one rewrite at a time.
//!
//! Sources: samples of cloud-partner-portal-api-creating-offer.md and cloud-partner-portal-api-setting-price.md
//! (hosted files, empty defaults, evaluated prices), and recorded traffic of microsoft/az-partner-center-cli
//! (renames, drops, values added) and of Debian's cloud image publisher (legacy keys of core VMs).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::redaction::{Fingerprints, take_secrets};
use super::route::Address;
use super::{artifact, price};

const VIRTUAL_MACHINES: &str = "microsoft-azure-virtualmachines";
const CORE_VIRTUAL_MACHINES: &str = "microsoft-azure-corevm";
const APPLICATIONS: &str = "microsoft-azure-applications";
const MARKETPLACE: &str = "microsoft-azure-marketplace";
const TEST_DRIVE: &str = "microsoft-azure-marketplace-testdrive";

/// One thing the service does to what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rewrite {
    /// Markup is tidied: `<br>` comes back as `<br />`. Played only if it is asked for.
    TidyMarkup,
    /// Logos, screenshots, packages and price sheets are hosted by the service, under a signature of its own.
    HostArtifacts,
    /// Values of secret-type fields are not returned.
    HideSecrets,
    /// `windowsOSType` comes back as `osType`.
    RenameOsType,
    /// `heroLogo` is gone.
    DropHeroLogo,
    /// Prices of a price sheet stand beside its address.
    EvaluatePriceSheets,
    /// Core sizes that are new get a price.
    PriceNewCores,
    /// One of the two price blocks is declared, both come back.
    MirrorPrices,
    /// Empty objects and lists are added for what was not given.
    EmptyDefaults,
    /// Values are added for what was not given.
    ValueDefaults,
    /// Lists that mean sets come back in another order.
    ReorderSets,
    /// Core VM offers come back with `legacyOfferId` and `legacyPublisherId`, which only the service sets.
    AddLegacyKeys,
}

impl Rewrite {
    /// All of them, in the order in which they are applied.
    pub const ALL: [Self; 12] = [
        Self::TidyMarkup,
        Self::HideSecrets,
        Self::RenameOsType,
        Self::DropHeroLogo,
        Self::HostArtifacts,
        Self::EvaluatePriceSheets,
        Self::PriceNewCores,
        Self::MirrorPrices,
        Self::EmptyDefaults,
        Self::ValueDefaults,
        Self::ReorderSets,
        Self::AddLegacyKeys,
    ];
}

/// The rewrites that are played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rewrites(BTreeSet<Rewrite>);

impl Default for Rewrites {
    fn default() -> Self {
        Self::only(Rewrite::ALL).without(Rewrite::TidyMarkup)
    }
}

impl Rewrites {
    /// None but these.
    #[must_use]
    pub fn only(rewrites: impl IntoIterator<Item = Rewrite>) -> Self {
        Self(rewrites.into_iter().collect())
    }

    /// None at all: what is PUT comes back as it is.
    #[must_use]
    pub fn none() -> Self {
        Self::only([])
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, rewrite: Rewrite) -> Self {
        self.0.insert(rewrite);
        self
    }

    /// The same without one.
    #[must_use]
    pub fn without(mut self, rewrite: Rewrite) -> Self {
        self.0.remove(&rewrite);
        self
    }

    /// Whether this one is played.
    #[must_use]
    pub fn contains(&self, rewrite: Rewrite) -> bool {
        self.0.contains(&rewrite)
    }

    /// Rewrites `document` and returns the places where a secret was given.
    pub(super) fn apply(&self, document: &mut Value, address: &Address, seen: &mut Fingerprints) -> Vec<String> {
        let mut given = Vec::new();
        for rewrite in Rewrite::ALL.into_iter().filter(|rewrite| self.contains(*rewrite)) {
            match rewrite {
                Rewrite::TidyMarkup => document.get_mut("definition").into_iter().for_each(tidy_markup),
                Rewrite::HideSecrets => given = take_secrets(document, seen),
                Rewrite::RenameOsType => each_plan(document, rename_os_type),
                Rewrite::DropHeroLogo => drop_hero_logo(document),
                Rewrite::HostArtifacts => artifact::host_files(document, &address.key()),
                Rewrite::EvaluatePriceSheets => each_plan(document, price::evaluate_sheets),
                Rewrite::PriceNewCores => each_plan(document, price::price_new_cores),
                Rewrite::MirrorPrices => each_plan(document, mirror_prices),
                Rewrite::EmptyDefaults => add_defaults(document, Defaults::Empty),
                Rewrite::ValueDefaults => add_defaults(document, Defaults::Values),
                Rewrite::ReorderSets => each_plan(document, reorder_sets),
                Rewrite::AddLegacyKeys => add_legacy_keys(document, address),
            }
        }
        given
    }
}

fn each_plan(document: &mut Value, change: fn(&mut Map<String, Value>)) {
    if let Some(plans) = document.pointer_mut("/definition/plans").and_then(Value::as_array_mut) {
        plans.iter_mut().filter_map(Value::as_object_mut).for_each(change);
    }
}

fn offer_keys(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/definition/offer").and_then(Value::as_object_mut)
}

fn offer_type(document: &Value) -> &str {
    document.get("offerTypeId").and_then(Value::as_str).unwrap_or_default()
}

/// The written name gives way to the read one, in its place. If both are there, the written one counts.
fn rename_os_type(plan: &mut Map<String, Value>) {
    let (written, read) = (format!("{VIRTUAL_MACHINES}.windowsOSType"), format!("{VIRTUAL_MACHINES}.osType"));
    if !plan.contains_key(&written) {
        return;
    }
    plan.shift_remove(&read);
    *plan = std::mem::take(plan)
        .into_iter()
        .map(|(name, value)| if name == written { (read.clone(), value) } else { (name, value) })
        .collect();
}

/// Writes line breaks in texts as XHTML has them.
fn tidy_markup(value: &mut Value) {
    match value {
        Value::String(text) if text.contains("<br>") => *text = text.replace("<br>", "<br />"),
        Value::Array(elements) => elements.iter_mut().for_each(tidy_markup),
        Value::Object(members) => members.iter_mut().for_each(|(_, member)| tidy_markup(member)),
        _ => {}
    }
}

fn drop_hero_logo(document: &mut Value) {
    if let Some(offer) = offer_keys(document) {
        offer.shift_remove(&format!("{MARKETPLACE}.heroLogo"));
    }
}

fn mirror_prices(plan: &mut Map<String, Value>) {
    let [old, new] = price::BLOCKS;
    for (from, to) in [(old, new), (new, old)] {
        if let (Some(block), None) = (plan.get(from).cloned(), plan.get(to)) {
            plan.insert(to.to_owned(), block);
        }
    }
}

/// An order that is nobody's: by the reversed text, so that it differs from most that are written and is stable.
fn reorder_sets(plan: &mut Map<String, Value>) {
    for (name, value) in plan.iter_mut() {
        if matches!(name.rsplit('.').next(), Some("regions" | "recommendedVMSizes"))
            && let Some(elements) = value.as_array_mut()
        {
            elements.sort_by_cached_key(|element| element.to_string().chars().rev().collect::<String>());
        }
    }
}

fn add_legacy_keys(document: &mut Value, address: &Address) {
    if offer_type(document) != CORE_VIRTUAL_MACHINES {
        return;
    }
    if let Some(offer) = offer_keys(document) {
        offer.insert(format!("{CORE_VIRTUAL_MACHINES}.legacyOfferId"), json!(address.offer));
        offer.insert(format!("{CORE_VIRTUAL_MACHINES}.legacyPublisherId"), json!(address.publisher));
    }
}

/// Which of the two kinds of defaults.
#[derive(Clone, Copy)]
enum Defaults {
    Empty,
    Values,
}

fn add_defaults(document: &mut Value, kind: Defaults) {
    let offer_type = offer_type(document).to_owned();
    if ![VIRTUAL_MACHINES, CORE_VIRTUAL_MACHINES, APPLICATIONS].contains(&offer_type.as_str()) {
        return;
    }
    if let Some(offer) = offer_keys(document) {
        for (name, value) in offer_defaults(&offer_type, kind) {
            offer.entry(name).or_insert(value);
        }
    }
    let plans = document.pointer_mut("/definition/plans").and_then(Value::as_array_mut);
    for plan in plans.into_iter().flatten().filter_map(Value::as_object_mut) {
        for (name, value) in plan_defaults(&offer_type, kind, plan.get("planId")) {
            plan.entry(name).or_insert(value);
        }
    }
}

/// Core VMs do not use the marketplace's names: they repeat some of them under their own.
fn offer_defaults(offer_type: &str, kind: Defaults) -> Vec<(String, Value)> {
    let core = offer_type == CORE_VIRTUAL_MACHINES;
    let listing = if core { CORE_VIRTUAL_MACHINES } else { MARKETPLACE };
    let mut defaults = Vec::new();
    let mut add = |prefix: &str, names: &[&str], value: Value| {
        defaults.extend(names.iter().map(|name| (format!("{prefix}.{name}"), value.clone())));
    };
    match kind {
        Defaults::Empty => {
            add(listing, &LEAD_OBJECTS, json!({}));
            if !core {
                add(MARKETPLACE, &["categories", "screenshots", "videos"], json!([]));
                add(TEST_DRIVE, &["videos"], json!([]));
            }
        }
        Defaults::Values => {
            add(listing, &["leadNotificationEmails"], json!(""));
            if !core {
                add(MARKETPLACE, &["universalAmendmentTerms"], json!(""));
                add(MARKETPLACE, &["customAmendments"], Value::Null);
                add(TEST_DRIVE, &["enabled"], json!(false));
                add(TEST_DRIVE, &["description", "accessInformation"], Value::Null);
                add(TEST_DRIVE, &["userManual"], json!(""));
                add(offer_type, &CHANNEL_CONTACTS, json!(""));
            }
        }
    }
    defaults
}

const LEAD_OBJECTS: [&str; 6] = [
    "tableLeadConfiguration",
    "blobLeadConfiguration",
    "salesForceLeadConfiguration",
    "crmLeadConfiguration",
    "httpsEndpointLeadConfiguration",
    "marketoLeadConfiguration",
];
const CHANNEL_CONTACTS: [&str; 4] =
    ["managerContactName", "managerContactEmail", "managerContactPhone", "gtmMaterials"];
const SWITCHES_OFF: [&str; 8] = [
    "supportsAcceleratedNetworking",
    "supportsCloudInit",
    "supportsBackup",
    "supportsHibernation",
    "supportsNVMe",
    "isNetworkVirtualAppliance",
    "isLockedDown",
    "isCustomArmTemplateRequired",
];

fn plan_defaults(offer_type: &str, kind: Defaults, plan_id: Option<&Value>) -> Vec<(String, Value)> {
    let named = |name: &str, value: Value| (format!("{offer_type}.{name}"), value);
    match (kind, offer_type == APPLICATIONS) {
        (Defaults::Empty, true) => vec![named("certificationsAzureGovernment", json!([]))],
        (Defaults::Empty, false) => vec![named("certificationsFairfax", json!([]))],
        (Defaults::Values, true) => Vec::new(),
        (Defaults::Values, false) => [
            named("legacyPlanId", plan_id.cloned().unwrap_or_default()),
            named("generation", json!("1")),
            named("supportsExtensions", json!(true)),
            named("allowOnlyManagedDiskDeployments", json!(true)),
            named("patchOptions", json!({ "supportsHotpatch": false })),
        ]
        .into_iter()
        .chain(SWITCHES_OFF.map(|name| named(name, json!(false))))
        .collect(),
    }
}

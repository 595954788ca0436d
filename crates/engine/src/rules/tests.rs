//! Each rule with an example that keeps it and one that breaks it, written by hand.

mod cases;
mod files;
mod habits;
mod judging;
mod silences;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::desired;
use crate::diagnostic::Diagnostic;
use crate::manifest::tests::OneVariable;
use crate::offer::{Document, Pointer};
use crate::secret::testing::Variables;
use crate::secret::{NoSecrets, SecretLocation, SecretReference};
use crate::source::MemoryTree;

const NOW: &str = "2026-11-21T12:00:00Z";

fn circumstances(secrets: &dyn SecretSource) -> Circumstances<'_> {
    Circumstances { now: NOW.parse().unwrap(), secrets }
}

/// A disk whose address nothing is wrong with.
const DISK: &str = "https://contoso.blob.core.windows.net/disks/firewall-1.0.0.vhd?sp=rl&st=2026-11-01T00%3A00%3A00Z\
                    &se=2027-03-01T00%3A00%3A00Z&sv=2024-11-04&sr=c&sig=c2lnbmF0dXJl";

fn virtual_machine() -> Value {
    json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": {
            "displayText": "Firewall",
            "offer": listing(),
            "plans": [{
                "planId": "standard", "regions": ["US", "NO"],
                "virtualMachinePricing": { "isByol": true, "freeTrialDurationInMonths": 0 },
                "microsoft-azure-virtualmachines.skuTitle": "Standard",
                "microsoft-azure-virtualmachines.skuSummary": "For everybody",
                "microsoft-azure-virtualmachines.skuDescription": "All of it",
                "microsoft-azure-virtualmachines.hideSKUForSolutionTemplate": false,
                "microsoft-azure-virtualmachines.cloudAvailability": ["PublicAzure"],
                "microsoft-azure-virtualmachines.operatingSystemFamily": "Linux",
                "microsoft-azure-virtualmachines.osType": "Ubuntu",
                "microsoft-azure-virtualmachines.operationSystem": "Ubuntu 24.04",
                "microsoft-azure-virtualmachines.recommendedVMSizes": ["d2s-standard-v3"],
                "microsoft-azure-virtualmachines.vmImages": { "1.0.0": { "osVhdUrl": null, "lunVhdDetails": [] } }
            }]
        }
    })
}

fn listing() -> Value {
    let logo = "https://assets.contoso.example/logo.png";
    let fields = json!({
        "title": "Contoso Firewall", "summary": "Filters traffic", "longSummary": "Filters traffic between networks",
        "description": "<p>Filters traffic.</p><p>For everybody who has networks.</p>",
        "offerMarketingUrlIdentifier": "contoso-firewall", "cspOfferOptIn": false,
        "allowedSubscriptions": ["5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11"],
        "categoryMap": [{ "categoryL1": "security", "categoryL2-security": ["threat-protection"] }],
        "usefulLinks": [{ "linkTitle": "Guide", "linkUrl": "https://docs.contoso.example" }],
        "smallLogo": logo, "mediumLogo": logo, "largeLogo": logo, "wideLogo": logo,
        "privacyURL": "https://contoso.example/privacy", "useEnterpriseContract": false, "termsOfUse": "Be kind",
        "engineeringContactName": "A", "engineeringContactEmail": "a@contoso.example", "engineeringContactPhone": "+1 425 555 0100",
        "supportContactName": "B", "supportContactEmail": "b@contoso.example", "supportContactPhone": "(425) 555-0100",
        "leadDestination": "None"
    });
    let fields = fields.as_object().unwrap().clone();
    fields.into_iter().map(|(key, value)| (format!("microsoft-azure-marketplace.{key}"), value)).collect()
}

fn core_virtual_machine() -> Value {
    json!({
        "publisherId": "debian", "id": "debian-13", "offerTypeId": "microsoft-azure-corevm",
        "definition": {
            "displayText": "Debian 13",
            "offer": {
                "microsoft-azure-corevm.title": "Debian 13", "microsoft-azure-corevm.summary": "The universal system",
                "microsoft-azure-corevm.description": "<p>Debian.</p><p>For everybody.</p>",
                "microsoft-azure-corevm.allowedSubscriptions": ["5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11"]
            },
            "plans": [{
                "planId": "13",
                "microsoft-azure-corevm.skuTitle": "Debian 13",
                "microsoft-azure-corevm.generation": "1",
                "microsoft-azure-corevm.osFriendlyName": "Debian 13",
                "microsoft-azure-corevm.vmImagesArchitecture": "X64",
                "microsoft-azure-corevm.defaultImageSizeGB": "30",
                "microsoft-azure-corevm.deploymentModels": ["ARM"],
                "microsoft-azure-corevm.vmImagesPublicAzure": { "0.1.2": image("one") },
                "diskGenerations": [{
                    "planId": "13-gen2", "microsoft-azure-corevm.generation": "2",
                    "microsoft-azure-corevm.vmImagesArchitecture": "X64",
                    "microsoft-azure-corevm.vmImagesPublicAzure": { "0.1.2": image("two") }
                }]
            }]
        }
    })
}

fn image(name: &str) -> Value {
    json!({ "osVhdUrl": null, "label": "Debian", "mediaName": name, "publishedDate": "11/21/2026", "lunVhdDetails": [] })
}

fn application() -> Value {
    let mut offer = virtual_machine();
    offer["id"] = json!("backup");
    offer["offerTypeId"] = json!("microsoft-azure-applications");
    offer["definition"]["offer"]["microsoft-azure-marketplace.categoryMap"] =
        json!([{ "categoryL1": "storage-azure-apps", "categoryL2-storage-azure-apps": [] }]);
    offer["definition"]["plans"] = json!([{
        "planId": "managed", "regions": ["US"],
        "monthlyPricing": { "multiplier": { "currency": "USD", "single": 10 } },
        "microsoft-azure-applications.skuType": "managedApplication",
        "microsoft-azure-applications.skuTitle": "Managed",
        "microsoft-azure-applications.skuSummary": "We run it",
        "microsoft-azure-applications.skuDescription": "All of it",
        "microsoft-azure-applications.package": { "1.0.0": {
            "packageVersion": { "packageFile": "https://assets.contoso.example/app.zip", "tenantId": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11" },
            "authorizations": [], "policies": []
        }}
    }]);
    offer
}

/// A virtual machine of the Product Ingestion API.
fn resources() -> Value {
    let disk = |kind: &str| json!({"imageType": kind, "source": {"sourceType": "sasUri", "osDisk": {"uri": null}, "dataDisks": []}});
    json!({
        "api": "product-ingestion", "publisherId": "contoso", "id": "firewall", "type": "azureVirtualMachine",
        "resources": {
            "product": { "alias": "Firewall" },
            "property": { "kind": "azureVM", "termsConditions": "standardMicrosoft", "categories": { "security": ["threat-protection"] } },
            "listing": { "en-us": { "kind": "azureVM", "title": "Contoso Firewall", "description": "<p>Filters traffic.</p>" } },
            "listing-asset": { "en-us": [{ "type": "azureLogoSmall", "url": "https://assets.contoso.example/logo.png" }] },
            "price-and-availability-offer": { "previewAudiences": [{ "type": "subscription", "id": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11" }] },
            "customer-leads": { "leadDestination": "email", "emailLeadConfiguration": { "contactEmail": ["a@contoso.example"] } },
            "plans": [
                {
                    "planId": "standard",
                    "plan": { "alias": "Standard", "azureRegions": ["azureGlobal"] },
                    "plan-listing": { "en-us": { "kind": "azureVM-plan", "name": "Standard", "summary": "For everybody", "description": "All of it" } },
                    "price-and-availability-plan": {
                        "visibility": "visible", "audience": "public", "markets": ["us", "no"],
                        "pricing": { "licenseModel": "payAsYouGo", "corePricing": { "priceInputOption": "perCore", "pricePerCore": 0.1 } }
                    },
                    "virtual-machine-plan-technical-configuration": {
                        "operatingSystem": { "family": "linux", "type": "ubuntu", "friendlyName": "Ubuntu 24.04" },
                        "recommendedVmSizes": ["d2s-standard-v3"],
                        "skus": [{ "imageType": "x64Gen1", "skuId": "standard" }, { "imageType": "x64Gen2", "skuId": "standard-gen2" }],
                        "vmImageVersions": [{ "versionNumber": "1.0.0", "vmImages": [disk("x64Gen1"), disk("x64Gen2")] }]
                    }
                },
                {
                    "planId": "partner",
                    "plan": { "alias": "Partner" },
                    "plan-listing": { "en-us": { "kind": "azureVM-plan", "name": "Partner" } },
                    "price-and-availability-plan": {
                        "visibility": "hidden", "audience": "private", "customerMarkets": "allMarkets",
                        "pricing": { "licenseModel": "byol" }
                    },
                    "core-virtual-machine-plan-technical-configuration": {
                        "skus": [{ "imageType": "x64Gen2", "skuId": "partner" }],
                        "vmImageVersions": [{ "versionNumber": "1.0.0", "vmImages": [{
                            "imageType": "x64Gen2",
                            "source": { "sourceType": "sharedImageGallery", "sharedImage": { "tenantId": "t", "resourceId": "r" } }
                        }] }]
                    }
                }
            ]
        }
    })
}

/// Which document an example is made from.
#[derive(Debug, Clone, Copy)]
pub(super) enum From {
    Vm,
    Core,
    App,
    Resources,
}

impl From {
    fn document(self) -> Value {
        match self {
            Self::Vm => virtual_machine(),
            Self::Core => core_virtual_machine(),
            Self::App => application(),
            Self::Resources => resources(),
        }
    }
}

/// Values at places, as JSON; nothing takes the value away.
pub(super) type Edits = &'static [(&'static str, &'static str)];

/// A rule, a document, what keeps the rule, what breaks it, and what is said then.
pub(super) type Case = (&'static str, From, Edits, Edits, &'static str);

/// A whole pointer: the first letter tells where it begins.
fn pointer(short: &str) -> String {
    let (start, rest) = short.split_once('/').unwrap();
    let begin = match start {
        "L" => "/definition/offer/microsoft-azure-marketplace.",
        "O" => "/definition/offer/",
        "P" => "/definition/plans/0/",
        "V" => "/definition/plans/0/microsoft-azure-virtualmachines.",
        "C" => "/definition/plans/0/microsoft-azure-corevm.",
        "G" => "/definition/plans/0/diskGenerations/0/microsoft-azure-corevm.",
        "A" => "/definition/plans/0/microsoft-azure-applications.",
        "D" => "/definition/",
        "R" => "/resources/",
        "Q" => "/resources/plans/0/",
        "S" => "/resources/plans/0/price-and-availability-plan/",
        "M" => "/resources/plans/0/virtual-machine-plan-technical-configuration/",
        "" => "/",
        other => panic!("{other} begins nothing"),
    };
    format!("{begin}{rest}")
}

fn edited(mut document: Value, edits: &[(&str, &str)]) -> Value {
    for (short, text) in edits {
        let pointer = pointer(short);
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} is nowhere"));
        let value: Option<Value> = (!text.is_empty()).then(|| serde_json::from_str(&expanded(text)).unwrap());
        match (parent, value) {
            (Value::Object(members), Some(value)) => drop(members.insert(key.to_owned(), value)),
            (Value::Object(members), None) => drop(members.shift_remove(key)),
            (Value::Array(elements), Some(value)) => elements.push(value),
            _ => panic!("{pointer} cannot be edited"),
        }
    }
    document
}

/// `text` with `⟨x·200⟩` written out: long texts and lists are hard to read.
fn expanded(text: &str) -> String {
    let Some((before, rest)) = text.split_once('⟨') else { return text.to_owned() };
    let (inside, after) = rest.split_once('⟩').unwrap();
    let (what, count) = inside.split_once('·').unwrap();
    format!("{before}{}{}", what.repeat(count.parse().unwrap()).trim_end_matches(','), expanded(after))
}

fn found(document: Value, extent: Extent) -> Vec<(&'static str, String, String)> {
    let found = findings_in(&Document::new(document), extent, circumstances(&NoSecrets));
    found.into_iter().map(|finding| (finding.rule.id, finding.spot.pointer.to_string(), finding.message)).collect()
}

#[test]
fn nothing_is_found_in_the_documents_that_examples_are_made_from() {
    for from in [From::Vm, From::Core, From::App, From::Resources] {
        assert_eq!(found(from.document(), Extent::Whole), [], "{from:?}");
    }
}

#[test]
fn every_rule_is_kept_by_one_example_and_broken_by_another() {
    let mut wrong = Vec::new();
    for (id, from, good, bad, message) in cases::all() {
        let of_rule = |edits: Edits| {
            let found = found(edited(from.document(), edits), Extent::Whole);
            found.into_iter().filter(|(rule, _, _)| rule == id).map(|(_, _, said)| said).collect::<Vec<_>>()
        };
        assert_eq!(of_rule(good), Vec::<String>::new(), "{id}: {good:?}");
        let said = of_rule(bad);
        if !said.iter().any(|said| said.contains(message)) {
            wrong.push(format!("{id}: {bad:?} says {said:?}, not `{message}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rule_is_without_an_example() {
    // Those about files have theirs in a table of their own.
    let without: Vec<&str> = all()
        .filter(|rule| rule.basis != Basis::File)
        .map(|rule| rule.id)
        .filter(|id| !cases::all().any(|(case, ..)| case == id))
        .collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn ids_are_there_once_and_texts_are_sentences() {
    let mut seen = BTreeSet::new();
    for rule in all() {
        assert!(seen.insert(rule.id), "{} is there twice", rule.id);
        for text in [rule.says, rule.source] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}: `{text}`", rule.id);
        }
        assert!(rule.confidence == Confidence::Certain || rule.severity == Severity::Warning, "{}", rule.id);
    }
}

/// Who says it: pages about one portal were written from each other, and count once.
fn voice(source: &str) -> &str {
    match source.split_once(':').map_or(source, |(repository, _)| repository) {
        page if page.starts_with("articles/marketplace/cloud-partner-portal-api-") => "the API reference",
        page if page.starts_with("articles/marketplace/cloud-partner-portal") => {
            "the pages of the Cloud Partner Portal"
        }
        page if page.starts_with("articles/marketplace/") => "the pages of Partner Center",
        repository => repository,
    }
}

#[test]
fn only_what_two_independent_sources_say_is_an_error() {
    for rule in all().filter(|rule| rule.severity.min(rule.written) == Severity::Error) {
        let voices: BTreeSet<&str> = rule.source.split("; ").map(voice).collect();
        assert!(voices.len() > 1, "{} is an error by {voices:?} alone", rule.id);
    }
}

#[test]
fn what_is_missing_is_found_only_in_a_whole_offer() {
    let nothing = json!({"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines"});
    assert_eq!(found(nothing.clone(), Extent::Part), []);
    let missing: Vec<String> = found(nothing, Extent::Whole).into_iter().map(|(rule, ..)| rule.to_owned()).collect();
    assert!(missing.contains(&"title-required".to_owned()), "{missing:?}");
}

#[test]
fn a_type_that_is_not_known_is_checked_for_what_all_have_in_common() {
    let mut offer = virtual_machine();
    offer["offerTypeId"] = json!("microsoft-azure-datastreams");
    offer["definition"]["plans"][0]["regions"] = json!(["XX"]);
    offer["definition"]["offer"]["microsoft-azure-marketplace.supportContactEmail"] = json!("nobody");
    let ids: Vec<&str> = found(offer, Extent::Whole).into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(ids, ["offer-type-id-known", "contact-email"]);
}

#[test]
fn a_value_that_is_about_to_be_removed_breaks_no_rule() {
    let document = edited(virtual_machine(), &[("L/title", "null"), ("P/regions", "null")]);
    assert_eq!(found(document, Extent::Part), []);
}

#[test]
fn the_address_of_a_disk_is_judged_by_its_secret_if_that_is_set_and_never_shown() {
    let at = Pointer::parse("/definition/plans/0/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl").unwrap();
    let reference = SecretReference { location: SecretLocation::Env("DISK".to_owned()), version: None };
    let document = Document::with_sealed(virtual_machine(), [(at.clone(), reference)].into());
    let judged = |secrets: &dyn SecretSource| findings_in(&document, Extent::Part, circumstances(secrets));
    assert!(judged(&NoSecrets).is_empty());
    assert!(judged(&Variables::from([("DISK", DISK)])).is_empty(), "{:?}", judged(&Variables::from([("DISK", DISK)])));
    let found =
        judged(&Variables::from([("DISK", "https://contoso.blob.core.windows.net/disks/hush.vhd?sp=r&sig=hush")]));
    assert!(found.iter().any(|finding| finding.rule.id == "sas-permissions" && finding.spot.pointer == at));
    assert!(found.iter().all(|finding| !finding.message.contains("hush")), "{found:?}");
}

/// The codes of what `judge` says about the first offer of the files, with these secrets.
fn judged_with(loaded: &desired::Loaded, secrets: &dyn SecretSource) -> Vec<&'static str> {
    let found = judge(&loaded.desired[0], circumstances(secrets), None);
    found.iter().map(|finding| finding.code).collect()
}

/// What `judge` says about a file: code and place.
fn judged(manifest: &str) -> Vec<String> {
    let tree = MemoryTree::default().with("a.yaml", manifest);
    let loaded = desired::load(&tree, &["a.yaml".to_owned()], &OneVariable);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let mut found = judge(&loaded.desired[0], circumstances(&NoSecrets), None);
    found.arrange(&loaded.sources);
    let line = |finding: &Diagnostic| {
        let (line, column) = loaded.sources.line_column(finding.primary.as_ref().unwrap().span);
        format!("{line}:{column} {}", finding.code)
    };
    found.iter().map(line).collect()
}

const MANIFEST: &str = "publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Firewall
  plans:
    - planId: standard
      regions: [XX, YY]
      microsoft-azure-virtualmachines: { vmImages: { 1.10: { osVhdUrl: { $secret: { env: DISK } } } } }
";

#[test]
fn a_finding_stands_at_the_value_or_at_the_key() {
    assert_eq!(judged(MANIFEST), ["8:17 regions-known", "8:21 regions-known", "9:54 vm-version-format"]);
}

#[test]
fn a_silence_takes_away_one_rule_at_one_place_and_is_missed_if_it_does_nothing() {
    for (silence, expected) in [
        ("{ rule: regions-known, reason: new }", &["9:54 vm-version-format"][..]),
        (
            "{ rule: regions-known, path: /definition/plans/0/regions/1, reason: new }",
            &["8:17 regions-known", "9:54 vm-version-format"],
        ),
        (
            "{ rule: regions-known, path: /definition/plans/standard/regions/0, reason: new }",
            &["8:21 regions-known", "9:54 vm-version-format"],
        ),
        ("{ rule: regions-known, path: /definition/plans/*/regions, reason: new }", &["9:54 vm-version-format"]),
        (
            "{ rule: regions-known, path: /definition/plans/premium, reason: new }",
            &["8:17 regions-known", "8:21 regions-known", "9:54 vm-version-format", "11:13 unused-silence"],
        ),
        (
            "{ rule: title-required, reason: for the plan }",
            &["8:17 regions-known", "8:21 regions-known", "9:54 vm-version-format"],
        ),
        (
            "{ rule: title-length, reason: new }",
            &["8:17 regions-known", "8:21 regions-known", "9:54 vm-version-format", "11:13 unused-silence"],
        ),
        (
            "{ rule: region-known, reason: new }",
            &["8:17 regions-known", "8:21 regions-known", "9:54 vm-version-format", "11:21 unused-silence"],
        ),
    ] {
        assert_eq!(judged(&format!("{MANIFEST}reconcile:\n  silence: [{silence}]\n")), expected, "{silence}");
    }
}

#[test]
fn what_is_missing_is_found_in_a_file_that_owns_the_whole_offer() {
    let found = judged(&format!("{MANIFEST}reconcile: {{ ownership: exact }}\n"));
    assert!(found.iter().any(|line| line.ends_with("title-required")), "{found:?}");
}

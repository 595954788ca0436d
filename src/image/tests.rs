//! Edits of images, on small files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::desired::{Desired, NoVariables, load};
use crate::offer::Document;
use crate::secret::{NoSecrets, SecretLocation, SecretReference, SecretSource, SecretText};
use crate::source::MemoryTree;

const CORE: &str = r"
publisherId: contoso
id: linux
offerTypeId: microsoft-azure-corevm
definition:
  displayText: Linux
  plans:
    - planId: twelve
      microsoft-azure-corevm:
        skuTitle: Linux 12
        vmImagesPublicAzure:
          2026.9.15: { osVhdUrl: { $secret: { env: A } }, label: Linux 2026.9.15, mediaName: linux-20260915, publishedDate: 09/15/2026, showInGui: false }
          2026.10.13: { osVhdUrl: { $secret: { env: B } }, label: Linux 2026.10.13, mediaName: linux-20261013, publishedDate: 10/13/2026, showInGui: true, acme: kept }
      diskGenerations:
        - planId: twelve-gen2
          microsoft-azure-corevm.vmImagesPublicAzure:
            2026.9.15: { osVhdUrl: { $secret: { env: A2 } }, label: Linux, mediaName: x, lunVhdDetails: [{ lun: 0, lunVhdUrl: { $secret: { env: D } } }] }
    - planId: empty
      microsoft-azure-corevm.skuTitle: Empty
";

fn offer(text: &str) -> Arc<Desired> {
    let mut loaded = load(&MemoryTree::default().with("a.yaml", text), &["a.yaml".to_owned()], &NoVariables);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    Arc::new(loaded.desired.remove(0))
}

fn disk(name: &str) -> SecretReference {
    SecretReference { location: SecretLocation::Env(name.to_owned()), version: None }
}

fn order(version: &str, skus: &[&str]) -> Order {
    Order {
        version: version.to_owned(),
        skus: skus.iter().map(|sku| (*sku).to_owned()).collect(),
        generations: Vec::new(),
        source: super::Source::Disk(disk("NEW")),
        data_disks: BTreeMap::new(),
        from: None,
        texts: Texts::default(),
        today: "2026-11-20".parse().unwrap(),
    }
}

fn image_in(added: &Added, at: &str) -> Value {
    added.document.content().pointer(at).cloned().unwrap()
}

const OWN: &str = "/definition/plans/0/microsoft-azure-corevm.vmImagesPublicAzure/2026.11.28";
const SECOND: &str = "/definition/plans/0/diskGenerations/0/microsoft-azure-corevm.vmImagesPublicAzure/2026.11.28";

#[test]
fn a_version_is_like_the_newest_one_with_its_own_number_and_day() {
    let added = add(&offer(CORE), &order("2026.11.28", &["twelve"])).unwrap();
    assert_eq!(
        image_in(&added, OWN),
        json!({
            "osVhdUrl": null, "label": "Linux 2026.11.28", "mediaName": "linux-20261128", "publishedDate": "11/28/2026",
            "showInGui": true, "acme": "kept",
        })
    );
    let without: Vec<String> = added.without.iter().map(ToString::to_string).collect();
    assert_eq!(without, ["twelve/twelve-gen2"]);
    let sealed = added.document.sealed().iter().find(|(at, _)| at.as_str().starts_with(OWN)).unwrap();
    assert_eq!(sealed.1, &disk("NEW"));
}

#[test]
fn a_disk_generation_gets_its_own_disk_and_all_data_disks() {
    let mut order = order("2026.11.28", &["twelve-gen2"]);
    let error = add(&offer(CORE), &order).unwrap_err();
    assert_eq!(error, Refusal::DataDisks { holder: "twelve/twelve-gen2".into(), expected: 1, given: 0 });
    order.data_disks.insert(0, disk("DATA"));
    let added = add(&offer(CORE), &order).unwrap();
    assert_eq!(image_in(&added, SECOND)["lunVhdDetails"], json!([{ "lun": 0, "lunVhdUrl": null }]));
    // What has neither the version nor the day in it gets the version.
    assert_eq!(image_in(&added, SECOND)["mediaName"], "x-2026.11.28");
    order.data_disks.insert(2, disk("DATA"));
    assert_eq!(add(&offer(CORE), &order).unwrap_err(), Refusal::Gap(1));
}

#[test]
fn a_pattern_and_texts_can_be_named() {
    let mut order = order("2027.1.5", &["twelve"]);
    order.from = Some("2026.9.15".to_owned());
    order.texts.description = Some("New".to_owned());
    order.texts.date = Some("2027-02-01".parse().unwrap());
    let image = image_in(&add(&offer(CORE), &order).unwrap(), &OWN.replace("2026.11.28", "2027.1.5"));
    assert_eq!(
        image,
        json!({
            "osVhdUrl": null, "label": "Linux 2027.1.5", "mediaName": "linux-20270201", "publishedDate": "02/01/2027",
            "showInGui": true, "description": "New",
        })
    );
    order.from = Some("1.0.0".to_owned());
    assert!(matches!(add(&offer(CORE), &order), Err(Refusal::NoVersion { .. })));
}

#[test]
fn the_first_version_has_what_the_type_wants() {
    let added = add(&offer(CORE), &order("1.0.0", &["empty"])).unwrap();
    assert_eq!(
        image_in(&added, "/definition/plans/1/microsoft-azure-corevm.vmImagesPublicAzure/1.0.0"),
        json!({
            "osVhdUrl": null, "label": "Empty 1.0.0", "description": "", "mediaName": "empty-1.0.0",
            "publishedDate": "11/20/2026", "showInGui": true, "lunVhdDetails": [],
        })
    );
}

#[test]
fn bad_orders_are_refused() {
    let refusal = |version: &str, skus: &[&str]| add(&offer(CORE), &order(version, skus)).unwrap_err().to_string();
    for (version, sku, expected) in [
        ("2026.11", "twelve", "is not a version"),
        ("v2026.11.28", "twelve", "is not a version"),
        ("2026.11.28-rc1", "twelve", "is not a version"),
        ("1234567890123456789.1234567890123.1", "twelve", "is not a version"),
        ("2026.10.13", "twelve", "already has the version `2026.10.13`"),
        ("2026.010.13", "twelve", "already has the version `2026.010.13`"),
        ("2026.9.30", "twelve", "is not greater than `2026.10.13`"),
        ("2026.11.28", "twelv", "is not a SKU or disk generation"),
    ] {
        let found = refusal(version, &[sku]);
        assert!(found.contains(expected), "{version} {sku}: {found}");
    }
    assert_eq!(refusal("2026.11.28", &["twelve", "TWELVE"]), "`TWELVE` is given twice");
    let mut order = order("2026.11.28", &["empty"]);
    order.generations.push(("twelve-gen2".to_owned(), None));
    assert!(matches!(add(&offer(CORE), &order), Err(Refusal::UnknownGeneration { .. })));
    let other =
        offer("publisherId: c\nid: o\nofferTypeId: microsoft-azure-applications\ndefinition: { displayText: x }\n");
    assert!(matches!(add(&other, &order), Err(Refusal::NoImages(_))));
}

#[test]
fn old_versions_are_taken_out_with_their_secrets_and_the_last_one_stays() {
    let offer = offer(CORE);
    let pruned = prune(&offer, 1, &BTreeSet::new()).unwrap();
    let gone: Vec<String> = pruned.images.iter().map(|image| format!("{} {}", image.holder, image.version)).collect();
    assert_eq!(gone, ["twelve 2026.9.15"]);
    assert!(
        pruned
            .document
            .sealed()
            .keys()
            .all(|at| !at.as_str().contains("plans/0/microsoft-azure-corevm.vmImagesPublicAzure/2026.9.15"))
    );
    assert_eq!(prune(&offer, 0, &BTreeSet::new()).unwrap().images, pruned.images);
    let protected = pruned.images.into_iter().collect();
    assert_eq!(prune(&offer, 1, &protected).unwrap().images, []);
}

#[test]
fn a_version_is_hidden_unless_it_is_the_last_one_that_is_seen() {
    let offer = offer(CORE);
    assert_eq!(
        deprecate(&offer, "2026.10.13", &[]).unwrap_err(),
        Refusal::LastShown { holder: "twelve".into(), version: "2026.10.13".into() }
    );
    assert_eq!(
        deprecate(&offer, "2026.9.15", &["twelve".to_owned()]).unwrap_err(),
        Refusal::Deprecated { version: "2026.9.15".into() }
    );
    assert!(matches!(deprecate(&offer, "1.2.3", &[]), Err(Refusal::NoVersion { .. })));
}

/// The keys of the images of the only SKU.
fn order_of(versions: &str, new: &str) -> Vec<String> {
    let text = format!(
        "publisherId: contoso\nid: fw\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  plans:\n    - planId: std\n      \
         microsoft-azure-virtualmachines.vmImages: {versions}\n"
    );
    let added = add(&offer(&text), &order(new, &["std"])).unwrap();
    let images = image_in(&added, "/definition/plans/0/microsoft-azure-virtualmachines.vmImages");
    images.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_version_stands_where_the_order_of_the_file_has_it() {
    let image = "{ osVhdUrl: { $secret: { env: A } } }";
    for (versions, expected) in [
        (vec!["1.9.0", "1.10.0"], vec!["1.9.0", "1.10.0", "1.11.0"]),
        (vec!["1.10.0", "1.9.0"], vec!["1.11.0", "1.10.0", "1.9.0"]),
        (vec!["1.10.0", "1.8.0", "1.9.0"], vec!["1.10.0", "1.8.0", "1.9.0", "1.11.0"]),
        (vec!["1.10.0"], vec!["1.10.0", "1.11.0"]),
        (vec![], vec!["1.11.0"]),
    ] {
        let members: Vec<String> = versions.iter().map(|version| format!("{version}: {image}")).collect();
        assert_eq!(order_of(&format!("{{ {} }}", members.join(", ")), "1.11.0"), expected, "{versions:?}");
    }
    // A version that was withdrawn has its place in the order, too.
    assert_eq!(order_of(&format!("{{ 2.0.0: null, 1.0.0: {image} }}"), "1.1.0"), ["2.0.0", "1.1.0", "1.0.0"]);
}

/// The addresses of two disks, by the names of their environment variables.
#[derive(Debug)]
struct Disks;

impl SecretSource for Disks {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        match &reference.location {
            SecretLocation::Env(name) if name == "A2" => {
                Some(SecretText::new("https://x.blob.core.windows.net/vhds/a.vhd?se=2027-05-01T00:00:00Z&sig=x"))
            }
            SecretLocation::Env(name) if name == "D" => {
                Some(SecretText::new("https://x.blob.core.windows.net/vhds/d.vhd?se=2026-12-01T00:00:00Z&sig=x"))
            }
            _ => None,
        }
    }
}

#[test]
fn a_version_is_good_until_the_first_of_its_disks_runs_out() {
    let signed = |end: &str| format!("https://x.blob.core.windows.net/vhds/a.vhd?se={end}T00:00:00Z&sig=x");
    let desired = offer(CORE);
    let until = |draft: Option<&Document>, secrets: &dyn SecretSource| {
        let sides = Sides { file: Some(&desired), asked: true, draft, ..Sides::default() };
        let listed = images((&desired.address, &desired.offer_type), sides, secrets);
        let row = listed.rows.iter().find(|row| row.holder.id() == "twelve-gen2").unwrap();
        row.until
    };
    let day = |text: &str| Until::Day(text.parse().unwrap());
    assert_eq!(until(None, &Disks), day("2026-12-01"), "the data disk, by what the files name");
    for key in ["lunVhdUrl", "vhdUrl", "uri"] {
        let image = json!({"osVhdUrl": signed("2027-05-01"), "lunVhdDetails": [{"lun": 0, key: signed("2026-11-30")}]});
        let generation =
            json!({"planId": "twelve-gen2", "microsoft-azure-corevm.vmImagesPublicAzure": {"2026.9.15": image}});
        let plans = json!([{"planId": "twelve", "diskGenerations": [generation]}]);
        let draft = Document::new(json!({"offerTypeId": "microsoft-azure-corevm", "definition": {"plans": plans}}));
        assert_eq!(until(Some(&draft), &NoSecrets), day("2026-11-30"), "{key}");
    }
}

//! How long a comparison takes, beside the time `serde_json` needs to read the same documents.
//!
//! `cargo bench --bench compare`

#![expect(clippy::unwrap_used, reason = "a benchmark: what is not as expected ends it")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

mod offers;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use divan::Bencher;
use offerform::diff::{Base, ChangeSet, Comparison, Ownership, Secrecy, Unmanaged, compare};
use offerform::offer::fields::FieldTable;
use offerform::offer::{Document, OfferTypeId};
use offerform::record::Rewrites;
use offerform::secret::NoSecrets;
use serde_json::{Value, json};

/// So many SKUs make a document of one megabyte.
const SKUS: usize = 135;

fn main() {
    let size = offers::offer(1, SKUS).to_string().len();
    println!("documents of {size} bytes");
    divan::main();
}

fn changes(desired: &Document, base: Base<'_>, live: &Document) -> ChangeSet {
    compare(Comparison {
        table: FieldTable::of(&OfferTypeId::new("microsoft-azure-virtualmachines")),
        desired,
        base,
        live: Some(live),
        rewrites: &Rewrites::default(),
        secrets: &NoSecrets,
        unmanaged: Unmanaged::Skipped,
        secrecy: Secrecy::Kept,
        ownership: Ownership::default(),
    })
}

fn pair() -> (Document, Document) {
    let desired = offers::offer(0, SKUS);
    let live = offers::live(desired.clone(), 0);
    (Document::new(desired), Document::new(live))
}

/// An offer whose one SKU holds `list` under `key`.
fn with_list(key: &str, list: &[Value]) -> Document {
    Document::new(json!({"definition": {"plans": [{"planId": "a", key: list}]}}))
}

#[divan::bench]
fn parse_two_documents(bencher: Bencher) {
    let (desired, live) = pair();
    let (one, two) = (desired.content().to_string(), live.content().to_string());
    bencher.bench(|| (serde_json::from_str::<Value>(&one).unwrap(), serde_json::from_str::<Value>(&two).unwrap()));
}

#[divan::bench]
fn compare_two_documents(bencher: Bencher) {
    let (desired, live) = pair();
    assert_eq!(changes(&desired, Base::Live, &live).changes.len(), 1);
    bencher.bench(|| changes(&desired, Base::Live, &live));
}

#[divan::bench]
fn compare_three_ways(bencher: Bencher) {
    let (desired, live) = pair();
    let base = desired.clone();
    bencher.bench(|| changes(&desired, Base::Declared(&base), &live));
}

fn skus(count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| json!({"planId": format!("sku-{number}"), "title": "one", "regions": ["NO", "DE"]}))
        .collect()
}

fn with_skus(skus: &[Value]) -> Document {
    Document::new(json!({"definition": {"plans": skus}}))
}

#[divan::bench(args = [500, 5_000])]
fn shuffled_list_with_identities(bencher: Bencher, length: usize) {
    let desired = skus(length);
    // 1,237 has no factor in common with the lengths, so this visits every element once.
    let live: Vec<Value> = (0..length).map(|position| desired[position * 1_237 % length].clone()).collect();
    let (desired, live) = (with_skus(&desired), with_skus(&live));
    assert_eq!(changes(&desired, Base::Live, &live).changes.len(), 0);
    bencher.bench(|| changes(&desired, Base::Live, &live));
}

#[divan::bench(args = [500, 5_000])]
fn one_insertion_into_a_list_with_identities(bencher: Bencher, length: usize) {
    let desired = skus(length);
    let mut live = desired.clone();
    live.remove(length / 2);
    let (desired, live) = (with_skus(&desired), with_skus(&live));
    assert_eq!(changes(&desired, Base::Live, &live).changes.len(), 1);
    bencher.bench(|| changes(&desired, Base::Live, &live));
}

#[divan::bench(args = [500, 5_000])]
fn one_insertion_into_a_sequence(bencher: Bencher, length: usize) {
    let desired: Vec<Value> = (0..length).map(|number| json!({"port": number})).collect();
    let mut live = desired.clone();
    live.remove(length / 2);
    let key = "microsoft-azure-virtualmachines.openPorts";
    let (desired, live) = (with_list(key, &desired), with_list(key, &live));
    assert_eq!(changes(&desired, Base::Live, &live).changes.len(), 1);
    bencher.bench(|| changes(&desired, Base::Live, &live));
}

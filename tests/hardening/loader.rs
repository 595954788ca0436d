//! Any bytes where an offer file or a part of one should be.

use fastrand::Rng;
use offerform::desired::{self, Desired, Environment, Loaded};
use offerform::diff::{Comparison, compare};
use offerform::offer::Document;
use offerform::offer::fields::FieldTable;
use offerform::render::{Colour, Style, diagnostics};
use offerform::rules::{self, Circumstances};
use offerform::secret::NoSecrets;
use offerform::source::{MemoryTree, Span};

use crate::Tell;
use crate::corpus::{EXAMPLES, SNIPPETS};
use crate::mutate::{bytes, one_of};

/// Knows every second variable.
#[derive(Debug)]
struct SomeVariables;

impl Environment for SomeVariables {
    fn variable(&self, name: &str) -> Option<String> {
        (name.len().is_multiple_of(2)).then(|| format!("value of {name}"))
    }
}

/// The examples with one file bent, or a snippet beside them.
pub(crate) fn attempt(case: u64, tell: Tell<'_>) {
    let mut random = Rng::with_seed(case);
    let others: Vec<&[u8]> =
        EXAMPLES.iter().map(|(_, bytes)| bytes.as_slice()).chain(SNIPPETS.map(str::as_bytes)).collect();
    let (name, start): (&str, &[u8]) = if random.bool() {
        let (name, bytes) = one_of(&mut random, &EXAMPLES);
        (name, bytes)
    } else {
        (if random.bool() { "a.yaml" } else { "a.json" }, one_of(&mut random, &SNIPPETS).as_bytes())
    };
    let bent = bytes(&mut random, start, &others);
    tell(format_args!("{name}:\n{}", String::from_utf8_lossy(&bent)));
    check(name, &bent);
}

/// Loads the examples with this file among them; nothing about it may be wrong but the file itself.
pub(crate) fn check(name: &str, bytes: &[u8]) {
    let tree = EXAMPLES.iter().fold(MemoryTree::default(), |tree, (path, bytes)| tree.with(path, bytes.clone()));
    check_in(tree, name, bytes);
}

/// Loads all that is in `tree`, with this file.
pub(crate) fn check_in(tree: MemoryTree, name: &str, bytes: &[u8]) {
    let tree = tree.with(name, bytes);
    let load = || desired::load(&tree, &[".".to_owned()], &SomeVariables);
    let loaded = load();
    assert_places(&loaded);
    let shown = findings(&loaded);
    assert_eq!(shown, findings(&load()), "the same file is told in two ways");
    for offer in &loaded.desired {
        let table = FieldTable::of(&offer.offer_type);
        assert_same(table, &offer.document);
        assert_eq!(judged(offer), judged(offer), "the same offer is judged in two ways");
    }
}

/// What the rules find, with the places it is found at.
fn judged(offer: &Desired) -> String {
    let circumstances = Circumstances { now: "2026-11-21T12:00:00Z".parse().unwrap(), secrets: &NoSecrets };
    format!("{:?}", rules::judge(offer, circumstances, None))
}

fn assert_places(loaded: &Loaded) {
    let lies_in_its_file = |span: Span| loaded.sources.text(span.source).get(span.range()).is_some();
    for finding in &loaded.diagnostics {
        for label in finding.primary.iter().chain(&finding.related) {
            assert!(lies_in_its_file(label.span), "{:?} in {finding:?}", label.span);
        }
    }
}

/// The findings as they are shown: in all widths and colours without harm, and plain ones without anything a terminal obeys.
fn findings(loaded: &Loaded) -> String {
    let shown = |colour, width| {
        let mut out = Vec::new();
        diagnostics::diagnostics(&loaded.diagnostics, &loaded.sources, &mut out, Style { colour, width }).unwrap();
        String::from_utf8(out).unwrap()
    };
    shown(Colour::On, 40);
    let plain = shown(Colour::Off, 100);
    let obeyed = plain.chars().find(|c| c.is_control() && *c != '\n' || matches!(c, '\u{202e}' | '\u{2028}'));
    assert_eq!(obeyed, None, "{plain:?}");
    plain
}

/// A document does not differ from itself.
fn assert_same(table: &'static FieldTable, document: &Document) {
    let same = Document::new(document.content().clone());
    let compared = compare(Comparison::plain(table, document, &same));
    if document.sealed().is_empty() {
        let differ: Vec<String> = compared.changes.iter().map(|change| change.identity.to_string()).collect();
        assert!(differ.is_empty(), "{differ:?} differ from themselves");
    }
}

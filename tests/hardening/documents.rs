//! Any two documents where offers should be: their canonical form, their comparison, and the plan that follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use offerform::desired::{self, Desired, NoVariables};
use offerform::diff::{Base, Comparison, Unmanaged, compare};
use offerform::offer::canonical::canonical_json;
use offerform::offer::fields::FieldTable;
use offerform::offer::{Document, OfferTypeId, Pointer, Revision};
use offerform::plan::{self, Fork, Inputs, Live, Plan, Policy};
use offerform::record::Rewrites;
use offerform::render::{Style, human};
use offerform::rules::{self, Circumstances, Extent};
use offerform::secret::{SecretLocation, SecretReference, SecretSource, SecretText};
use offerform::source::MemoryTree;
use serde_json::Value;

use crate::Tell;
use crate::corpus::OFFERS;
use crate::mutate::{one_of, value};
use crate::pointers::pointers;

const KINDS: [&str; 4] =
    ["microsoft-azure-virtualmachines", "microsoft-azure-corevm", "microsoft-azure-applications", "contoso-robots"];

/// What no output may hold.
const SIGNATURE: &str = "Q2FuIHlvdSByZWFkIHRoaXM";

/// Every secret is an address with a signature.
#[derive(Debug)]
struct Signed;

impl SecretSource for Signed {
    fn value(&self, _: &SecretReference) -> Option<SecretText> {
        Some(SecretText::new(format!("https://x.blob.core.windows.net/v/a.vhd?sv=1&sig={SIGNATURE}")))
    }
}

/// What is declared, what is live, and what was declared before.
struct Case {
    kind: &'static str,
    desired: Document,
    live: Value,
    base: Value,
}

pub(crate) fn attempt(case: u64, tell: Tell<'_>) {
    let mut random = Rng::with_seed(case);
    let start = one_of(&mut random, &OFFERS).clone();
    let mut bent = || if random.u8(..4) == 0 { start.clone() } else { value(&mut random, &start, &OFFERS) };
    let (desired, live, base) = (bent(), bent(), bent());
    let kind = one_of(&mut random, &KINDS);
    let case = Case { kind, desired: sealed(&mut random, desired), live, base };
    let sealed: Vec<&str> = case.desired.sealed().keys().map(Pointer::as_str).collect();
    tell(format_args!(
        "{kind}\ndesired {}\nsealed {sealed:?}\nlive {}\nbase {}",
        case.desired.content(),
        case.live,
        case.base
    ));
    check(&case);
}

/// A few texts stand for secrets; `null` is what a document holds in their place.
fn sealed(random: &mut Rng, mut content: Value) -> Document {
    let places = pointers(&content, "");
    let mut sealed = BTreeMap::new();
    for _ in 0..random.usize(..3) {
        let place = one_of(random, &places);
        if let Some(here) = content.pointer_mut(place).filter(|here| here.is_string()) {
            *here = Value::Null;
            let reference = SecretReference { location: SecretLocation::Env("A".to_owned()), version: None };
            sealed.insert(Pointer::parse(place).unwrap(), reference);
        }
    }
    Document::with_sealed(content, sealed)
}

/// Tries documents that came from elsewhere; the number says which kind of offer they are.
pub(crate) fn check_all(number: usize, desired: Value, live: Value, base: Value) {
    check(&Case { kind: KINDS[number % KINDS.len()], desired: Document::new(desired), live, base });
}

fn check(case: &Case) {
    for content in [case.desired.content(), &case.live] {
        let text = canonical_json(content);
        let again: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(canonical_json(&again), text, "the canonical form has another canonical form");
    }
    let live = Document::new(case.live.clone());
    for document in [&case.desired, &live] {
        let circumstances = Circumstances { now: "2026-11-21T12:00:00Z".parse().unwrap(), secrets: &Signed };
        for finding in rules::findings_in(document, Extent::Whole, circumstances) {
            assert!(!finding.message.contains(SIGNATURE), "a signature is told: {}", finding.message);
        }
    }
    assert_eq!(changes(case.kind, &live, &live, Base::Live), 0, "the live document differs from itself");
    let base = Document::new(case.base.clone());
    changes(case.kind, &case.desired, &live, Base::Declared(&base));
    // Half of what is planned is planned with a base.
    for base in [None, Some(&base)] {
        shown(&plan(case, Some(live.clone()), base));
    }
    shown(&plan(case, None, None));
}

fn changes(kind: &str, desired: &Document, live: &Document, base: Base<'_>) -> usize {
    let plain = Comparison::plain(FieldTable::of(&OfferTypeId::new(kind)), desired, live);
    compare(Comparison { base, secrets: &Signed, ..plain }).changes.len()
}

fn plan(case: &Case, live: Option<Document>, base: Option<&Document>) -> Plan {
    let text = format!("publisherId: contoso\nid: x\nofferTypeId: {}\ndefinition: {{}}\n", case.kind);
    let tree = MemoryTree::default().with("offer.yaml", text);
    let mut loaded = desired::load(&tree, &["offer.yaml".to_owned()], &NoVariables);
    let first = loaded.desired.remove(0);
    let with = |document: &Document| Desired { document: document.clone(), ..first.clone() };
    let live = live.map(|document| Live { document: Arc::new(document), revision: Some(Revision::new("\"1\"")) });
    let built = plan::build(&Inputs {
        live,
        fork: base.map(|base| Fork { desired: Arc::new(with(base)), earlier: Arc::default() }),
        policy: Policy { unmanaged: Unmanaged::Listed, ..Policy::default() },
        ..Inputs::of(Arc::new(with(&case.desired)), &loaded.sources, &Rewrites::default(), &Signed)
    });
    match built {
        Ok(built) => Plan::new(vec![built.plan().unwrap()]),
        Err(error) => panic!("{error}: {}", std::error::Error::source(&error).unwrap()),
    }
}

fn shown(plan: &Plan) {
    let mut out = Vec::new();
    human::plan(plan, &mut out, Style::plain()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains(SIGNATURE), "a signature is shown: {text}");
}

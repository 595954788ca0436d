//! What a difference is called, by what is declared (D), what was declared where the branch began (F), what was applied last
//! (R) and what the portal has (L). The table is written by hand.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]
#![expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]

#[path = "support/environment.rs"]
mod environment;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use offerform::artifact::Artifacts;
use offerform::backend::LiveDocument;
use offerform::desired::{self, Desired};
use offerform::diff::{Cause, Left};
use offerform::offer::{Document, IdentityPath, OfferAddress, Revision};
use offerform::plan::{BaseCommit, OfferPlan, Policy};
use offerform::reconcile::{Base, Memory, Planner};
use offerform::record::{LastApplied, Unsettled};
use offerform::secret::NoSecrets;
use offerform::source::MemoryTree;
use serde_json::{Value, json};

use environment::NoVariableIsRead;

/// One value of an offer in each of its forms, from a letter: `-` is absent.
type Kind = fn(char) -> Value;

fn offer(members: Value, plans: Value) -> Value {
    let mut offer = json!({"microsoft-azure-marketplace.title": "Contoso Firewall"});
    offer.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
        "definition": {"displayText": "Firewall", "offer": offer, "plans": plans},
    })
}

fn sku(members: Value) -> Value {
    let mut sku = json!({"planId": "s", "microsoft-azure-virtualmachines.skuTitle": "S"});
    sku.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!([sku])
}

fn scalar(letter: char) -> Value {
    let value = if letter == '-' { json!({}) } else { json!({"k": format!("text {letter}")}) };
    offer(value, sku(json!({})))
}

fn map(letter: char) -> Value {
    let value = if letter == '-' { json!({}) } else { json!({"m": {"inner": letter.to_string(), "same": 1}}) };
    offer(value, sku(json!({})))
}

fn set(letter: char) -> Value {
    let regions = if letter == '-' { json!(["US"]) } else { json!(["US", "DE"]) };
    offer(json!({}), sku(json!({ "regions": regions })))
}

fn keyed(letter: char) -> Value {
    let mut plans = sku(json!({}));
    if letter != '-' {
        plans.as_array_mut().unwrap().push(json!({"planId": "t", "x": letter.to_string()}));
    }
    offer(json!({}), plans)
}

fn sequence(letter: char) -> Value {
    let value = if letter == '-' { json!({}) } else { json!({"l": [{"n": letter.to_string()}, {"n": "z"}]}) };
    offer(value, sku(json!({})))
}

fn loaded(declared: &Value) -> Arc<Desired> {
    let tree = MemoryTree::default().with("a.json", declared.to_string());
    let loaded = desired::load(&tree, &["a.json".to_owned()], &NoVariableIsRead);
    Arc::new(loaded.desired.into_iter().next().unwrap())
}

fn commit(number: u8) -> String {
    format!("{number:040}")
}

/// The plan, with `forked` as what the branch began with at commit 5 and `applied` as what was applied at commit `at`.
fn plan(declared: &Value, forked: Option<&Value>, applied: Option<(&Value, u8)>, live: &Value) -> OfferPlan {
    let record = applied.map(|(applied, at)| {
        let before = loaded(applied);
        let stored = Document::new(stored(applied));
        LastApplied::after(None, (&before.document, &stored), Unsettled::default(), (Some(commit(at)), false))
    });
    planned(declared, forked, record, live)
}

fn planned(declared: &Value, forked: Option<&Value>, record: Option<LastApplied>, live: &Value) -> OfferPlan {
    let desired = loaded(declared);
    let memory = Memory::empty("here");
    let address = OfferAddress::new("contoso", "firewall");
    if let Some(record) = record {
        memory.applied(&address, record);
    }
    let base = forked.map_or(Base::Unknown, |forked| Base::At {
        commit: BaseCommit { commit: commit(5), no_longer_managed: Vec::new() },
        desired: Arc::new([(address, loaded(forked))].into()),
        earlier: Arc::new((0..=5).map(commit).collect::<BTreeSet<_>>()),
    });
    let planner = Planner {
        desired: vec![Arc::clone(&desired)],
        sources: Arc::default(),
        secrets: Arc::new(NoSecrets),
        memory: Arc::new(memory),
        artifacts: Arc::new(Artifacts::unseen()),
        base,
        policy: Policy::default(),
        recording: None,
        findings: BTreeMap::new(),
    };
    let live = LiveDocument { document: Document::new(stored(live)), revision: Some(Revision::new("one")) };
    planner.plan(&desired, Some(live)).unwrap()
}

/// What the service makes of a document: it does not return secrets, and does not store `null`.
fn stored(declared: &Value) -> Value {
    let mut stored = declared.clone();
    stored["definition"]["offer"].as_object_mut().unwrap().retain(|key, value| key != "secret" && !value.is_null());
    stored
}

/// The cause of the only difference, and whether it is left; `-` if there is none.
fn found(plan: &OfferPlan) -> &'static str {
    let changes: Vec<_> = plan.changes().iter().map(|planned| &planned.change).collect();
    if changes.is_empty() {
        return "-";
    }
    // Of a map of which one member is in conflict, the others go or stay with it.
    let conflict = changes.iter().find(|change| change.cause == Cause::Conflict);
    let change = conflict.unwrap_or(&changes[0]);
    assert!(conflict.is_some() || changes.iter().all(|other| other.cause == change.cause), "{changes:?}");
    match (&change.cause, &change.left) {
        (Cause::Declared, None) => "declared",
        (Cause::Drift, Some(Left::KeptDrift)) => "drift, left",
        (Cause::Conflict, None) => "conflict",
        (Cause::Behind, Some(Left::Behind)) => "behind, left",
        other => panic!("{other:?}"),
    }
}

/// The applied commit: of this branch's history, or of elsewhere.
const OURS: u8 = 3;
const ELSEWHERE: u8 = 9;

/// D, F (`.` for none), R (`.` for none), L, and what the difference is called.
const TABLE: [(&str, u8, &str); 34] = [
    // D = L: nothing, whatever was before.
    ("a . . a", OURS, "-"),
    ("a b . a", OURS, "-"),
    ("a . b a", OURS, "-"),
    ("a b c a", OURS, "-"),
    // Neither F nor R: the files win.
    ("a . . b", OURS, "declared"),
    ("a . . -", OURS, "declared"),
    // F alone.
    ("a b . b", OURS, "declared"),
    ("a a . b", OURS, "drift, left"),
    ("a b . c", OURS, "conflict"),
    ("a - . -", OURS, "declared"),
    ("a - . b", OURS, "conflict"),
    ("a a . -", OURS, "drift, left"),
    ("a b . -", OURS, "conflict"),
    ("- a . a", OURS, "declared"),
    ("- a . b", OURS, "conflict"),
    ("- a . -", OURS, "-"),
    // R alone.
    ("a . b b", OURS, "declared"),
    ("a . a b", OURS, "drift, left"),
    ("a . b c", OURS, "conflict"),
    ("a . a -", OURS, "drift, left"),
    ("a . - -", OURS, "declared"),
    ("- . a a", OURS, "declared"),
    ("- . a b", OURS, "conflict"),
    ("- . a -", OURS, "-"),
    // Both, and the branch does not touch it.
    ("a a b b", ELSEWHERE, "behind, left"),
    ("a a b c", ELSEWHERE, "drift, left"),
    ("a a a b", ELSEWHERE, "drift, left"),
    ("- - b b", ELSEWHERE, "behind, left"),
    ("a a - -", ELSEWHERE, "behind, left"),
    // The same, but what was applied is older than the branch: the commit between was never applied.
    ("a a b b", OURS, "declared"),
    // Both, and the branch touches it.
    ("a b b b", ELSEWHERE, "declared"),
    ("a b a c", ELSEWHERE, "drift, left"),
    ("a b c c", ELSEWHERE, "declared"),
    ("a b c d", ELSEWHERE, "conflict"),
];

fn check(name: &str, kind: Kind, is_binary: bool) {
    for (row, at, expected) in TABLE {
        let letters: Vec<char> = row.split(' ').map(|letter| letter.chars().next().unwrap()).collect();
        // Of an element of a set there is only: in it, or not.
        if is_binary && row.contains(['b', 'c', 'd']) {
            continue;
        }
        let side = |letter: char| (letter != '.').then(|| kind(letter));
        let [d, f, r, l] = [0, 1, 2, 3].map(|index| side(letters[index]));
        let plan = plan(&d.unwrap(), f.as_ref(), r.as_ref().map(|applied| (applied, at)), &l.unwrap());
        assert_eq!(found(&plan), expected, "{name}: D F R L = {row}");
    }
}

#[test]
fn the_table_for_a_scalar() {
    check("scalar", scalar, false);
}

#[test]
fn the_table_for_a_member_of_a_map() {
    check("map", map, false);
}

#[test]
fn the_table_for_a_sku() {
    check("keyed", keyed, false);
}

#[test]
fn the_table_for_a_sequence() {
    check("sequence", sequence, false);
}

#[test]
fn the_table_for_an_element_of_a_set() {
    check("set", set, true);
    // What only a set has: `x` is in it, `-` is not.
    for (row, at, expected) in [
        ("- . . a", OURS, "declared"),
        ("- - . a", OURS, "drift, left"),
        ("- . - a", OURS, "drift, left"),
        ("- a . a", OURS, "declared"),
        ("- . a a", OURS, "declared"),
        ("- - a a", ELSEWHERE, "behind, left"),
        ("a a - -", ELSEWHERE, "behind, left"),
        ("a - a -", ELSEWHERE, "drift, left"),
    ] {
        let letters: Vec<char> = row.split(' ').map(|letter| letter.chars().next().unwrap()).collect();
        let side = |letter: char| (letter != '.').then(|| set(letter));
        let [d, f, r, l] = [0, 1, 2, 3].map(|index| side(letters[index]));
        let plan = plan(&d.unwrap(), f.as_ref(), r.as_ref().map(|applied| (applied, at)), &l.unwrap());
        assert_eq!(found(&plan), expected, "set: D F R L = {row}");
    }
}

/// An explicit `null` says that the value is to be absent.
#[test]
fn the_table_for_an_explicit_null() {
    let null = || offer(json!({"k": null}), sku(json!({})));
    for (forked, applied, live, at, expected) in [
        (None, None, 'b', OURS, "declared"),
        (Some(null()), None, 'b', OURS, "drift, left"),
        (Some(scalar('b')), None, 'b', OURS, "declared"),
        (Some(scalar('a')), None, 'b', OURS, "conflict"),
        (None, Some(null()), 'b', OURS, "drift, left"),
        (None, Some(scalar('b')), 'b', OURS, "declared"),
        (None, Some(scalar('a')), 'b', OURS, "conflict"),
        (Some(null()), Some(scalar('b')), 'b', ELSEWHERE, "behind, left"),
        (Some(null()), Some(scalar('a')), 'b', ELSEWHERE, "drift, left"),
        (None, Some(scalar('a')), '-', OURS, "-"),
    ] {
        let applied = applied.as_ref().map(|applied| (applied, at));
        let plan = plan(&null(), forked.as_ref(), applied, &scalar(live));
        assert_eq!(found(&plan), expected, "{forked:?} {applied:?} {live}");
    }
}

/// The service returns nothing of it: only references are compared.
#[test]
fn the_table_for_a_secret() {
    let secret = |version: Option<&str>| {
        let reference = version.map_or(json!({"env": "S"}), |version| json!({"env": "S", "version": version}));
        let lead = json!({"clientSecret": {"$secret": reference}, "formId": "1"});
        offer(json!({"microsoft-azure-marketplace.marketoLeadConfiguration": lead}), sku(json!({})))
    };
    let live = {
        let lead = json!({"formId": "1"});
        offer(json!({"microsoft-azure-marketplace.marketoLeadConfiguration": lead}), sku(json!({})))
    };
    let (one, two) = (secret(Some("1")), secret(Some("2")));
    for (declared, forked, applied, at, expected) in [
        (&one, None, None, OURS, "-"),
        (&one, None, Some(&one), OURS, "-"),
        (&two, None, Some(&one), OURS, "declared"),
        (&two, Some(&one), None, OURS, "declared"),
        (&two, Some(&two), Some(&one), OURS, "declared"),
        (&one, Some(&one), Some(&two), ELSEWHERE, "behind, left"),
        (&one, Some(&two), Some(&two), ELSEWHERE, "declared"),
    ] {
        let plan = plan(declared, forked, applied.map(|applied| (applied, at)), &live);
        assert_eq!(found(&plan), expected, "D {declared} F {forked:?} R {applied:?}");
    }
}

/// What is kept is no change: nothing is written, and the digest does not depend on it.
#[test]
fn kept_drift_is_no_change() {
    let edited = plan(&scalar('a'), None, Some((&scalar('a'), OURS)), &scalar('b'));
    assert!(edited.is_quiet());
    assert!(!edited.is_blocked());
    assert_eq!(edited.kept().count(), 1);
    let again = plan(&scalar('a'), None, Some((&scalar('a'), OURS)), &scalar('c'));
    assert_eq!(edited.fingerprint(), again.fingerprint());
}

/// What an apply leaves as it is stays a value of the commit that applied it, also for the next branch, and as it is written down.
#[test]
fn what_is_left_stays_of_the_commit_that_applied_it() {
    let (declared, elsewhere) = (loaded(&scalar('a')), loaded(&scalar('b')));
    let stored = Document::new(stored(&scalar('b')));
    let place = [IdentityPath::root().key("definition").key("offer").key("k")];
    for (by, dirty, expected) in [
        (ELSEWHERE, false, "behind, left"),
        (OURS, false, "declared"),
        // Nobody can tell which files these were.
        (OURS, true, "behind, left"),
    ] {
        let first =
            LastApplied::after(None, (&elsewhere.document, &stored), Unsettled::default(), (Some(commit(by)), dirty));
        let second = LastApplied::after(
            Some(&first),
            (&declared.document, &stored),
            Unsettled { kept: &place, ..Unsettled::default() },
            (Some(commit(4)), false),
        );
        let text = serde_json::to_string(&second).unwrap();
        let read: LastApplied = serde_json::from_str(&text).unwrap();
        assert_eq!(read, second);
        let plan = planned(&scalar('a'), Some(&scalar('a')), Some(read), &scalar('b'));
        assert_eq!(found(&plan), expected, "applied by {by}, dirty: {dirty}: {text}");
    }
}

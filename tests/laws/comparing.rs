//! Laws of comparing: sameness, canonical text, order, and the three ways.

use offerform::diff::{Base, Cause, Change, Unmanaged};
use offerform::offer::Document;
use offerform::offer::canonical::canonical_json;
use proptest::prelude::*;
use serde_json::Value;

use crate::anything::{any_json, any_pair};
use crate::world::{Pair, pair};

/// Lists whose order means nothing: of texts, and of elements with an identity.
const UNORDERED: [&str; 15] = [
    "plans",
    "regions",
    "manualEntries",
    "diskGenerations",
    "categoryL2-networking",
    "microsoft-azure-marketplace.allowedSubscriptions",
    "microsoft-azure-marketplace.categories",
    "microsoft-azure-marketplace.categoryMap",
    "microsoft-azure-corevm.allowedSubscriptions",
    "microsoft-azure-corevm.categoryMap",
    "microsoft-azure-corevm.cloudAvailability",
    "microsoft-azure-corevm.recommendedVMSizes",
    "microsoft-azure-virtualmachines.cloudAvailability",
    "microsoft-azure-virtualmachines.recommendedVMSizes",
    "microsoft-azure-applications.cloudAvailability",
];

/// The document with every list that has no order turned around or rotated.
pub(crate) fn shuffled(value: &Value, turn: usize) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.reverse();
            let shuffled = |(key, member): (&String, &Value)| {
                let mut member = shuffled(member, turn);
                if let (true, Value::Array(elements)) = (UNORDERED.contains(&key.as_str()), &mut member) {
                    elements.reverse();
                    let turn = turn % elements.len().max(1);
                    elements.rotate_left(turn);
                }
                (key.clone(), member)
            };
            Value::Object(members.into_iter().map(shuffled).collect())
        }
        // Elements keep their place: only named lists are known to have no order.
        Value::Array(elements) => elements.iter().map(|element| shuffled(element, turn)).collect(),
        scalar => scalar.clone(),
    }
}

/// What the changes do, whatever their order.
fn effect(changes: &[Change]) -> Vec<String> {
    let mut all: Vec<String> =
        changes.iter().map(|change| format!("{:?} {} {:?}", change.operation, change.identity, change.cause)).collect();
    all.sort();
    all
}

fn with_itself(pair: &Pair) -> Pair {
    let desired = Document::new(pair.live_content().clone());
    Pair { kind: pair.kind, live: Some(desired.clone()), desired }
}

proptest! {
    #[test]
    fn a_document_does_not_differ_from_itself(pair in prop_oneof![pair(), any_pair()]) {
        let same = with_itself(&pair);
        prop_assert_eq!(same.compare(Base::Live, Unmanaged::Listed), []);
        prop_assert_eq!(same.compare(Base::Declared(&same.desired), Unmanaged::Listed), []);
    }

    #[test]
    fn canonical_text_is_its_own_canonical_text(value in any_json()) {
        let text = canonical_json(&value);
        let again: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(canonical_json(&again), text);
    }

    #[test]
    fn order_means_nothing_where_it_has_no_meaning(pair in pair(), turn in 0_usize..3) {
        let expected = effect(&pair.compare(Base::Live, Unmanaged::Listed));
        let other = pair.with_live(shuffled(pair.live_content(), turn));
        prop_assert_eq!(effect(&other.compare(Base::Live, Unmanaged::Listed)), expected.clone());
        if pair.desired.sealed().is_empty() {
            let desired = Document::new(shuffled(pair.desired.content(), turn));
            let other = Pair { desired, ..pair };
            prop_assert_eq!(effect(&other.compare(Base::Live, Unmanaged::Listed)), expected);
        }
    }

    #[test]
    fn what_the_files_always_said_can_only_have_drifted(pair in pair()) {
        for change in pair.compare(Base::Declared(&pair.desired), Unmanaged::Skipped) {
            prop_assert!(matches!(change.cause, Cause::Drift | Cause::Undetermined(_)), "{change:?}");
        }
    }

    #[test]
    fn what_is_live_as_the_files_said_has_neither_drifted_nor_a_conflict(pair in pair()) {
        let base = pair.live.clone().unwrap();
        for change in pair.compare(Base::Declared(&base), Unmanaged::Skipped) {
            prop_assert!(matches!(change.cause, Cause::Declared | Cause::Undetermined(_)), "{change:?}");
        }
    }

    #[test]
    fn what_nobody_declares_is_listed_and_never_written(pair in pair()) {
        let managed = pair.compare(Base::Live, Unmanaged::Skipped);
        let (unmanaged, rest): (Vec<_>, Vec<_>) =
            pair.compare(Base::Live, Unmanaged::Listed).into_iter().partition(|change| change.cause == Cause::Unmanaged);
        prop_assert_eq!(rest, managed);
        for change in unmanaged {
            prop_assert_eq!(change.before, change.after);
            prop_assert_eq!(change.edit.value, None);
        }
    }
}

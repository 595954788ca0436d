//! Any JSON at all: lists whose elements have the same identity or none, values of the wrong kind, deep nesting.

use std::collections::BTreeMap;

use offerform::diff::{Base, Unmanaged};
use offerform::manifest::DEPTH_LIMIT;
use offerform::offer::{Document, Pointer};
use offerform::secret::{SecretLocation, SecretReference};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::offers;
use crate::world::Pair;

/// Keys that mean something somewhere.
const KEYS: [&str; 20] = [
    "definition",
    "plans",
    "offer",
    "planId",
    "regions",
    "id",
    "version",
    "categoryL1",
    "0",
    "-",
    "",
    "a/b~c",
    "microsoft-azure-marketplace.categoryMap",
    "microsoft-azure-marketplace.smallLogo",
    "microsoft-azure-marketplace.screenshots",
    "microsoft-azure-marketplace.crmLeadConfiguration",
    "microsoft-azure-virtualmachines.osType",
    "microsoft-azure-virtualmachines.windowsOSType",
    "virtualMachinePricing",
    "virtualMachinePricingV2",
];

fn leaf() -> BoxedStrategy<Value> {
    const WORDS: &[&str] = &["a", "b", "1", "null", "", "password", "https://x/a?sig=SIGNATURE&v=1", "sig=SIGNATURE"];
    prop_oneof![
        3 => select(WORDS).prop_map(Value::from),
        1 => offers::number(),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
    .boxed()
}

pub(crate) fn any_json() -> BoxedStrategy<Value> {
    leaf()
        .prop_recursive(6, 60, 5, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                vec((select(&KEYS[..]), inner), 0..5).prop_map(|members| Value::Object(
                    members.into_iter().map(|(key, value)| (key.into(), value)).collect()
                )),
            ]
        })
        .boxed()
}

/// Anything where an offer would be, with the envelope around it half of the time.
fn any_document() -> BoxedStrategy<Value> {
    let object = |key: &'static str| any_json().prop_map(move |value| json!({key: value}));
    let list = vec(any_json(), 0..4).prop_map(Value::from);
    prop_oneof![
        object("definition"),
        (any_json(), list).prop_map(|(offer, plans)| json!({"definition": {"offer": offer, "plans": plans}})),
        vec((select(&KEYS[..]), any_json()), 0..5)
            .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())),
    ]
    .boxed()
}

fn nulls(value: &Value, at: &Pointer, places: &mut Vec<Pointer>) {
    match value {
        Value::Null => places.push(at.clone()),
        Value::Object(members) => members.iter().for_each(|(key, member)| nulls(member, &at.key(key), places)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| nulls(element, &at.index(index), places));
        }
        _ => {}
    }
}

/// Every second `null` that is declared stands for a secret.
fn sealed(content: Value, first: usize) -> Document {
    let mut places = Vec::new();
    nulls(&content, &Pointer::root(), &mut places);
    let reference = |name: &str| SecretReference { location: SecretLocation::Env(name.into()), version: None };
    let names = ["KNOWN", "OTHER", "UNSET"];
    let every_second = places.into_iter().skip(first).step_by(2).enumerate();
    let sealed: BTreeMap<_, _> =
        every_second.map(|(position, place)| (place, reference(names[position % names.len()]))).collect();
    Document::with_sealed(content, sealed)
}

pub(crate) fn any_pair() -> impl Strategy<Value = Pair> {
    (offers::kind(), any_document(), any_document(), 0_usize..3).prop_map(|(kind, declared, live, first)| Pair {
        kind,
        desired: sealed(declared, first),
        live: Some(Document::new(live)),
    })
}

/// Maps and lists in each other, as deep as the loader lets a file be.
fn deep(innermost: Value, shape: u64) -> Value {
    (0..DEPTH_LIMIT).fold(innermost, |value, level| match shape >> (level % 64) & 1 {
        0 => json!([value]),
        _ => json!({KEYS[level % KEYS.len()]: value}),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn nothing_makes_a_plan_fail(pair in any_pair()) {
        let built = pair.build(Unmanaged::Listed);
        prop_assert!(built.is_ok(), "{:?}", built.unwrap_err());
        let created = Pair { live: None, ..pair }.build(Unmanaged::Listed);
        prop_assert!(created.is_ok(), "{:?}", created.unwrap_err());
    }

    #[test]
    fn nothing_makes_a_comparison_with_a_base_panic(pair in any_pair(), base in any_document()) {
        let base = Document::new(base);
        pair.compare(Base::Declared(&base), Unmanaged::Listed);
    }
}

proptest! {
    #[test]
    fn nesting_does_no_harm(one in leaf(), two in leaf(), shapes in (any::<u64>(), any::<u64>(), any::<bool>())) {
        let (shape, other, same) = shapes;
        let live = deep(two, if same { shape } else { other });
        let pair = Pair { kind: offers::VM, desired: Document::new(deep(one, shape)), live: Some(Document::new(live)) };
        let built = pair.build(Unmanaged::Listed);
        prop_assert!(built.is_ok(), "{:?}", built.unwrap_err());
    }
}

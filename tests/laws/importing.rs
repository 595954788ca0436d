//! Laws of importing: what is written and read again is what is live, so a plan of it has nothing to do.

use std::sync::Arc;

use offerform::desired::{self, Desired, NoVariables};
use offerform::import::{Import, Manner, Sharing, Variable, import};
use offerform::offer::{Document, OfferAddress};
use offerform::plan::{self, Action, Inputs, Live};
use offerform::record::Rewrites;
use offerform::secret::{SecretLocation, SecretReference, SecretSource, SecretText};
use offerform::source::MemoryTree;
use proptest::prelude::*;
use serde_json::Value;

use crate::anything::any_json;
use crate::world::pair;

/// The variables as somebody sets them who looks at the portal.
#[derive(Debug)]
struct Set(Vec<Variable>);

impl SecretSource for Set {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        let SecretLocation::Env(name) = &reference.location else { return None };
        self.0.iter().find(|variable| variable.name == *name)?.value.clone()
    }
}

fn imported(live: &Document) -> Import {
    let offers = [(OfferAddress::new("contoso", "firewall"), live.clone())];
    import(&offers, Manner { schema: "../offer.schema.json", sharing: Sharing::Apart })
}

/// What a plan loads, and the texts it came from.
fn loaded(import: &Import) -> (Desired, offerform::source::Sources) {
    let tree = import.files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()));
    assert_eq!(import.refused, []);
    let mut loaded = desired::load(&tree, &[import.offers[0].file.clone()], &NoVariables);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    (loaded.desired.remove(0), loaded.sources)
}

fn planned(import: &Import, live: &Document) -> plan::OfferPlan {
    let (desired, sources) = loaded(import);
    let (rewrites, secrets) = (Rewrites::default(), Set(import.offers[0].variables.clone()));
    let inputs = Inputs {
        live: Some(Live { document: live.clone().into(), revision: None }),
        ..Inputs::of(Arc::new(desired), &sources, &rewrites, &secrets)
    };
    plan::build(&inputs).unwrap().plan().unwrap()
}

/// Members that mean nothing to anybody: they have to be there as they are, but for `null`, which is as much as absent.
fn is_kept(live: &Value, written: &Value) -> Result<(), TestCaseError> {
    let (Some(live), Some(written)) = (live.as_object(), written.as_object()) else { return Ok(()) };
    for (key, value) in live.iter().filter(|(key, value)| is_nobodys(key) && says_something(value)) {
        prop_assert_eq!(written.get(key).map(bare), Some(bare(value)), "{}", key);
    }
    Ok(())
}

fn is_nobodys(key: &str) -> bool {
    key.starts_with("acme.") || matches!(key, "a/b~c" | "" | "0" | "displayText")
}

/// Whether anything is left of a value without `null` and what holds a signature.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(members) => members.is_empty() || members.values().any(says_something),
        Value::Array(_) => !value.to_string().contains("sig="),
        Value::String(text) => !text.contains("sig="),
        _ => true,
    }
}

fn bare(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(_, member)| says_something(member))
                .map(|(key, member)| (key.clone(), bare(member)))
                // Of a mapping in a list that holds only `null`, an empty one is left, which means the same.
                .filter(|(_, member)| member.as_object().is_none_or(|members| !members.is_empty()))
                .collect(),
        ),
        Value::Array(elements) => elements.iter().map(bare).collect(),
        Value::Number(number) if matches!(number.as_str(), "-0" | "0") => Value::from(0),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_plan_of_an_imported_offer_has_nothing_to_do(pair in pair()) {
        let live = pair.live.unwrap();
        let import = imported(&live);
        prop_assert_eq!(&import.refused, &[]);
        let plan = planned(&import, &live);
        prop_assert_eq!(plan.action(), Action::None, "{}", import.files["firewall.yaml"]);
        prop_assert!(plan.changes().is_empty());
        for text in import.files.values() {
            prop_assert!(!text.contains("SIGNATURE"), "{}", text);
        }
        let (desired, _) = loaded(&import);
        let (written, live) = (&desired.document.content()["definition"], &live.content()["definition"]);
        is_kept(&live["offer"], &written["offer"])?;
        for (live, written) in live["plans"].as_array().into_iter().flatten().zip(written["plans"].as_array().into_iter().flatten()) {
            prop_assert_eq!(&live["planId"], &written["planId"]);
            is_kept(live, written)?;
        }
    }

    #[test]
    fn an_edit_after_an_import_is_what_a_plan_shows(pair in pair()) {
        let live = pair.live.clone().unwrap();
        let import = imported(&live);
        let mut edited = live.content().clone();
        edited["definition"]["displayText"] = "edited in the portal".into();
        let plan = planned(&import, &Document::new(edited));
        let places: Vec<String> = plan.changes().iter().map(|planned| planned.path.to_string()).collect();
        prop_assert_eq!(places, ["/definition/displayText"]);
    }

    #[test]
    fn nothing_makes_an_import_panic_or_lie(definition in any_json(), other in any_json()) {
        let live = Document::new(serde_json::json!({
            "publisherId": "contoso", "id": "firewall", "offerTypeId": crate::offers::VM,
            "definition": {"offer": {"x": other}, "plans": [{"planId": "a", "x": definition}], "other": definition},
        }));
        let import = imported(&live);
        prop_assert_eq!(&import.refused, &[]);
        prop_assert_eq!(planned(&import, &live).action(), Action::None);
        let odd = Document::new(serde_json::json!({
            "publisherId": "contoso", "id": "firewall", "offerTypeId": crate::offers::VM, "definition": definition,
        }));
        if let [_] = imported(&odd).offers.as_slice() {
            prop_assert_eq!(planned(&imported(&odd), &odd).action(), Action::None);
        }
    }
}

#[test]
fn what_holds_a_signature_is_left_out_and_its_neighbours_are_not() {
    let live = serde_json::json!({
        "publisherId": "contoso", "id": "firewall", "offerTypeId": crate::offers::UNKNOWN,
        "definition": {"displayText": "x", "offer": {"acme.a": {"b": [1, "sig=x"]}, "acme.b": 1}},
    });
    let import = imported(&Document::new(live));
    let (desired, _) = loaded(&import);
    assert_eq!(desired.document.content()["definition"]["offer"], serde_json::json!({"acme.b": 1}));
    assert_eq!(import.offers[0].left_out.len(), 1);
}

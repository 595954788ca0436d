//! The same thing written in several forms: nested or dotted, as it is or through a directive.

use serde_json::{Map, Value, json};

use crate::editor::documents;
use crate::{root, schema, text, validator};

fn offer(offer_type: &str, definition: &Value) -> Value {
    json!({ "publisherId": "contoso", "id": "x", "offerTypeId": offer_type, "definition": definition })
}

/// A value of every kind, and a few that only some fields take.
fn values() -> Vec<Value> {
    vec![
        json!("text"),
        json!("https://contoso.example"),
        json!("a@contoso.example"),
        json!("1"),
        json!("Linux"),
        json!("x".repeat(300)),
        json!("x".repeat(20_000)),
        json!(5),
        json!(true),
        json!(null),
        json!([]),
        json!(["PublicAzure"]),
        json!([1]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "1.0.0": { "osVhdUrl": "x" } }),
        json!({ "$file": "a.txt" }),
        json!({ "$env": "A" }),
        json!({ "$secret": { "env": "A" } }),
        json!({ "$file": 1 }),
    ]
}

#[test]
fn nested_and_dotted_keys_take_the_same_values() {
    let schema = schema("offer");
    let validator = validator("offer");
    let mut compared = 0;
    for (offer_type, name) in [
        ("microsoft-azure-virtualmachines", "virtual-machine"),
        ("microsoft-azure-corevm", "core-vm"),
        ("microsoft-azure-applications", "application"),
    ] {
        for place in ["offer", "plan"] {
            let members = schema["$defs"][format!("{name}-{place}")]["properties"].as_object().unwrap();
            for (key, _) in members.iter().filter(|(key, _)| key.contains('.')) {
                let (namespace, field) = key.split_once('.').unwrap();
                for value in values() {
                    let put = |mut member: Value| {
                        if place == "offer" {
                            return offer(offer_type, &json!({ "offer": member }));
                        }
                        member["planId"] = json!("a");
                        offer(offer_type, &json!({ "plans": [member] }))
                    };
                    let dotted = validator.is_valid(&put(json!({ key: value })));
                    let nested = validator.is_valid(&put(json!({ namespace: { field: value } })));
                    assert_eq!(dotted, nested, "{key}: {value}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 4_000, "{compared}");
}

/// Calls `visit` with a copy of `document` for every value in it that `pick` chooses, replaced by what it gives.
fn with_each(document: &Value, pick: &dyn Fn(&str, &Value) -> Option<Value>, visit: &mut dyn FnMut(&str, &Value)) {
    let mut pointers = Vec::new();
    collect(document, String::new(), &mut pointers);
    for pointer in pointers {
        let mut copy = document.clone();
        let place = copy.pointer_mut(&pointer).unwrap();
        if let Some(other) = pick(&pointer, place) {
            *place = other;
            visit(&pointer, &copy);
        }
    }
}

fn collect(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                collect(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                collect(value, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
    into.push(at);
}

fn examples() -> Vec<Value> {
    let names = ["backup-app", "data-stream", "firewall", "image-scanner", "linux-images", "policy-console"];
    names.iter().flat_map(|name| documents(&text(&root().join(format!("examples/offers/{name}.yaml"))))).collect()
}

fn is_below_definition(pointer: &str) -> bool {
    (pointer.starts_with("/definition/") || pointer.starts_with("/resources/")) && !pointer.contains('$')
}

#[test]
fn a_directive_may_stand_in_place_of_any_value() {
    let validator = validator("offer");
    let mut count = 0;
    let mut visit = |pointer: &str, document: &Value| {
        let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{pointer}: {errors:?}");
        count += 1;
    };
    for document in examples() {
        let part = |pointer: &str, _: &Value| is_below_definition(pointer).then(|| json!({ "$file": "part.yaml" }));
        with_each(&document, &part, &mut visit);
        for directive in [json!({ "$env": "NAME" }), json!({ "$secret": { "file": "secret.txt", "version": 2 } })] {
            let leaf = |pointer: &str, value: &Value| {
                (is_below_definition(pointer) && !value.is_object() && !value.is_array()).then(|| directive.clone())
            };
            with_each(&document, &leaf, &mut visit);
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn null_removes_any_key_but_not_an_element_or_an_id() {
    let validator = validator("offer");
    let mut removed = 0;
    for document in examples().into_iter().filter(|document| document["offerTypeId"] != "microsoft-azure-datastreams") {
        let key = |pointer: &str, value: &Value| {
            let last = pointer.rsplit('/').next().unwrap();
            let fixed = ["displayText", "offer", "plans", "planId", "categoryL1"].contains(&last);
            let namespace = last.starts_with("microsoft-azure-") && !last.contains('.');
            let element = last.parse::<usize>().is_ok();
            // `/resources/TYPE` and `/resources/plans/0/TYPE`: the service always has them.
            let parts: Vec<&str> = pointer.split('/').collect();
            let resource = matches!(parts[..], ["", "resources", _] | ["", "resources", "plans", _, _]);
            let null = is_below_definition(pointer) && !(fixed || namespace || element || resource || value.is_null());
            null.then_some(Value::Null)
        };
        with_each(&document, &key, &mut |pointer, document| {
            let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{pointer}: {errors:?}");
            removed += 1;
        });
        let element = |pointer: &str, _: &Value| {
            let in_a_list = pointer.ends_with("/0") && !pointer.contains("polic");
            (is_below_definition(pointer) && in_a_list).then_some(Value::Null)
        };
        with_each(&document, &element, &mut |pointer, document| {
            assert!(!validator.is_valid(document), "{pointer} is an element");
        });
    }
    assert!(removed > 200, "{removed}");
}

#[test]
fn text_is_never_a_number_or_a_boolean() {
    let validator = validator("offer");
    let mut count = 0;
    for document in examples().into_iter().filter(|document| document["offerTypeId"] != "microsoft-azure-datastreams") {
        // What is known of leads and of packages is too little to be strict.
        let known = |pointer: &str| is_below_definition(pointer) && !pointer.contains("roleDefinitionId");
        for other in [json!(12), json!(1.5), json!(true)] {
            let pick = |pointer: &str, value: &Value| (known(pointer) && value.is_string()).then(|| other.clone());
            with_each(&document, &pick, &mut |pointer, document| {
                assert!(!validator.is_valid(document), "{pointer} takes {other}");
                count += 1;
            });
        }
    }
    assert!(count > 300, "{count}");
}

/// Nothing is said about the keys of a type that nobody knows.
#[test]
fn an_unknown_type_passes_whatever_it_holds() {
    let validator = validator("offer");
    let mut offer_members = Map::new();
    for (position, value) in values().into_iter().enumerate() {
        offer_members.insert(format!("key{position}"), value.clone());
        offer_members.insert(format!("contoso-robots.key{position}"), value);
    }
    let mut plan = offer_members.clone();
    plan.insert("planId".to_owned(), json!("a"));
    let instance = offer("contoso-robots", &json!({ "offer": offer_members, "plans": [plan], "news": 1 }));
    assert!(validator.is_valid(&instance));
}

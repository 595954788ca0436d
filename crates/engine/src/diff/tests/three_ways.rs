//! What a change is called when base, desired and live are known: tables written by hand.

use serde_json::json;

use super::*;

#[test]
fn the_three_way_table_for_a_mapping_key() {
    let side = |value: i32| match value {
        0 => json!({}),
        -1 => json!({"k": null}),
        other => json!({"k": other}),
    };
    let k = "/definition/offer/k";
    for (base, desired, live, expected) in [
        (1, 1, 1, None),
        (1, 2, 1, Some(format!("~ {k} 1 2"))),
        (1, 1, 2, Some(format!("~ {k} 2 1 Drift"))),
        (1, 2, 3, Some(format!("~ {k} 3 2 Conflict"))),
        (1, 2, 2, None),
        (1, 1, 0, Some(format!("+ {k} 1 Drift"))),
        (1, 2, 0, Some(format!("+ {k} 2 Conflict"))),
        (0, 1, 0, Some(format!("+ {k} 1"))),
        (0, 1, 1, None),
        (0, 1, 2, Some(format!("~ {k} 2 1 Conflict"))),
        (1, 0, 1, Some(format!("- {k} 1"))),
        (1, 0, 2, Some(format!("- {k} 2 Conflict"))),
        (1, 0, 0, None),
        (0, 0, 1, None),
        (1, -1, 1, Some(format!("- {k} 1"))),
        (1, -1, 2, Some(format!("- {k} 2 Conflict"))),
        (1, -1, 0, None),
        (-1, -1, 1, Some(format!("- {k} 1 Drift"))),
        (-1, -1, 0, None),
        (-1, 0, 1, None),
        (-1, 1, 0, Some(format!("+ {k} 1"))),
    ] {
        let mut case = case(document(side(desired), json!([])), document(side(live), json!([])));
        case.base = Some(document(side(base), json!([])));
        assert_eq!(case.lines(), Vec::from_iter(expected), "base {base}, desired {desired}, live {live}");
    }
}

/// Each letter is an element that is present.
#[test]
fn the_three_way_table_for_an_element_of_a_set() {
    let side = |text: &str| json!([{"planId": "s", "regions": text.chars().map(String::from).collect::<Vec<_>>()}]);
    let at = "/definition/plans/0/regions";
    for (base, desired, live, expected) in [
        ("ab", "ab", "ab", vec![]),
        ("a", "ab", "a", vec![format!(r#"+ {at}/- "b""#)]),
        ("ab", "ab", "a", vec![format!(r#"+ {at}/- "b" Drift"#)]),
        ("ab", "a", "ab", vec![format!(r#"- {at}/1 "b""#)]),
        ("a", "a", "ab", vec![format!(r#"- {at}/1 "b" Drift"#)]),
        ("ab", "a", "a", vec![]),
    ] {
        let mut case = case(document(json!({}), side(desired)), document(json!({}), side(live)));
        case.base = Some(document(json!({}), side(base)));
        assert_eq!(case.lines(), expected, "base {base}, desired {desired}, live {live}");
    }
}

#[test]
fn the_three_way_table_for_a_sku() {
    // 1 and 2 are contents, 0 is absent.
    let side = |content: i32| if content == 0 { json!([]) } else { json!([{"planId": "s", "x": content}]) };
    let at = "/definition/plans";
    for (base, desired, live, expected) in [
        (1, 0, 1, Some(format!(r#"- {at}/0 {{"planId":"s","x":1}}"#))),
        (1, 0, 2, Some(format!(r#"- {at}/0 {{"planId":"s","x":2}} Conflict"#))),
        (0, 0, 1, Some(format!(r#"- {at}/0 {{"planId":"s","x":1}} Drift"#))),
        (1, 1, 0, Some(format!(r#"+ {at}/- {{"planId":"s","x":1}} Drift"#))),
        (0, 1, 0, Some(format!(r#"+ {at}/- {{"planId":"s","x":1}}"#))),
        (1, 2, 1, Some(format!("~ {at}/0/x 1 2"))),
    ] {
        let mut case = case(document(json!({}), side(desired)), document(json!({}), side(live)));
        case.base = Some(document(json!({}), side(base)));
        assert_eq!(case.lines(), Vec::from_iter(expected), "base {base}, desired {desired}, live {live}");
    }
}

#[test]
fn a_live_null_is_an_absence_in_three_ways_too() {
    let mut case = case(document(json!({"k": 1}), json!([])), document(json!({"k": null}), json!([])));
    case.base = Some(document(json!({}), json!([])));
    assert_eq!(case.lines(), ["~ /definition/offer/k null 1"]);
}

#[test]
fn an_offer_that_does_not_exist_is_in_conflict_with_nobody() {
    let table = [
        // The files changed since the base; the run that was to create the offer failed.
        (json!({"a": 1}), json!({"a": 2}), vec!["+ /definition/offer/a 2"]),
        (json!({}), json!({"a": 2}), vec!["+ /definition/offer/a 2"]),
        // They did not: then it is gone, or was never there.
        (json!({"a": 1}), json!({"a": 1}), vec!["+ /definition/offer/a 1"]),
    ];
    for (base, desired, expected) in table {
        let mut case = case(document(desired, json!([])), document(json!({}), json!([])));
        case.base = Some(document(base, json!([])));
        case.live = None;
        let lines = case.lines();
        let found: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.contains("/offer/a")).collect();
        assert_eq!(found, expected);
    }
}

/// 0 is absent; a sequence is compared, and written, as a whole.
#[test]
fn the_three_way_table_for_a_sequence() {
    let side = |value: i32| match value {
        0 => json!({}),
        other => json!({"s": [{"n": other}, {"n": 9}]}),
    };
    let s = "/definition/offer/s";
    let list = |value: i32| format!(r#"[{{"n":{value}}},{{"n":9}}]"#);
    for (base, desired, live, expected) in [
        (0, 0, 0, None),
        (0, 0, 1, None),
        (0, 1, 0, Some(format!("+ {s} {}", list(1)))),
        (0, 1, 1, None),
        (0, 1, 2, Some(format!("~ {s} {} {} Conflict", list(2), list(1)))),
        (1, 0, 0, None),
        (1, 0, 1, Some(format!("- {s} {}", list(1)))),
        (1, 0, 2, Some(format!("- {s} {} Conflict", list(2)))),
        (1, 1, 0, Some(format!("+ {s} {} Drift", list(1)))),
        (1, 1, 1, None),
        (1, 1, 2, Some(format!("~ {s} {} {} Drift", list(2), list(1)))),
        (1, 2, 0, Some(format!("+ {s} {} Conflict", list(2)))),
        (1, 2, 1, Some(format!("~ {s} {} {}", list(1), list(2)))),
        (1, 2, 2, None),
        (1, 2, 3, Some(format!("~ {s} {} {} Conflict", list(3), list(2)))),
    ] {
        let mut case = case(document(side(desired), json!([])), document(side(live), json!([])));
        case.base = Some(document(side(base), json!([])));
        assert_eq!(case.lines(), Vec::from_iter(expected), "base {base}, desired {desired}, live {live}");
    }
}

/// 0 is absent, otherwise the value of the one key in the mapping; a mapping is compared key by key.
#[test]
fn the_three_way_table_for_a_mapping() {
    let side = |value: i32| match value {
        0 => json!({}),
        other => json!({"m": {"k": other}}),
    };
    let m = "/definition/offer/m";
    for (base, desired, live, expected) in [
        (0, 0, 0, None),
        (0, 0, 1, None),
        (0, 1, 0, Some(format!(r#"+ {m} {{"k":1}}"#))),
        (0, 1, 1, None),
        (0, 1, 2, Some(format!("~ {m}/k 2 1 Conflict"))),
        (1, 0, 0, None),
        (1, 0, 1, Some(format!(r#"- {m} {{"k":1}}"#))),
        (1, 0, 2, Some(format!("- {m}/k 2 Conflict"))),
        (1, 1, 0, Some(format!(r#"+ {m} {{"k":1}} Drift"#))),
        (1, 1, 1, None),
        (1, 1, 2, Some(format!("~ {m}/k 2 1 Drift"))),
        (1, 2, 0, Some(format!(r#"+ {m} {{"k":2}} Conflict"#))),
        (1, 2, 1, Some(format!("~ {m}/k 1 2"))),
        (1, 2, 2, None),
        (1, 2, 3, Some(format!("~ {m}/k 3 2 Conflict"))),
    ] {
        let mut case = case(document(side(desired), json!([])), document(side(live), json!([])));
        case.base = Some(document(side(base), json!([])));
        assert_eq!(case.lines(), Vec::from_iter(expected), "base {base}, desired {desired}, live {live}");
    }
}

/// The rest of the table for a SKU, and for a set that is there as a whole or not at all.
#[test]
fn the_three_way_table_for_lists_that_come_and_go() {
    let skus = |content: i32| if content == 0 { json!([]) } else { json!([{"planId": "s", "x": content}]) };
    let at = "/definition/plans";
    for (base, desired, live, expected) in [
        (0, 0, 0, None),
        (0, 1, 1, None),
        (0, 1, 2, Some(format!("~ {at}/0/x 2 1 Conflict"))),
        (1, 0, 0, None),
        (1, 1, 1, None),
        (1, 1, 2, Some(format!("~ {at}/0/x 2 1 Drift"))),
        (1, 2, 0, Some(format!(r#"+ {at}/- {{"planId":"s","x":2}} Conflict"#))),
        (1, 2, 2, None),
        (1, 2, 3, Some(format!("~ {at}/0/x 3 2 Conflict"))),
    ] {
        let mut case = case(document(json!({}), skus(desired)), document(json!({}), skus(live)));
        case.base = Some(document(json!({}), skus(base)));
        assert_eq!(case.lines(), Vec::from_iter(expected), "base {base}, desired {desired}, live {live}");
    }
    let set = |text: &str| match text {
        "" => json!([{"planId": "s"}]),
        text => json!([{"planId": "s", "regions": text.chars().map(String::from).collect::<Vec<_>>()}]),
    };
    let at = "/definition/plans/0/regions";
    for (base, desired, live, expected) in [
        ("", "", "a", vec![]),
        ("", "a", "", vec![format!(r#"+ {at} ["a"]"#)]),
        ("a", "", "a", vec![format!(r#"- {at} ["a"]"#)]),
        ("a", "a", "", vec![format!(r#"+ {at} ["a"] Drift"#)]),
        ("a", "ab", "b", vec![format!(r#"+ {at}/- "a" Drift"#)]),
        ("a", "b", "c", vec![format!(r#"- {at}/0 "c" Drift"#), format!(r#"+ {at}/- "b""#)]),
    ] {
        let mut case = case(document(json!({}), set(desired)), document(json!({}), set(live)));
        case.base = Some(document(json!({}), set(base)));
        assert_eq!(case.lines(), expected, "base {base}, desired {desired}, live {live}");
    }
}

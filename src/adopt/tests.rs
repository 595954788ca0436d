//! Files, what is live, and what becomes of the files, written by hand.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::diff::{Comparison, Ownership, compare};
use crate::manifest;
use crate::source::MemoryTree;

const VM: &str = "microsoft-azure-virtualmachines";

#[derive(Debug)]
struct Variables;

impl Environment for Variables {
    fn variable(&self, name: &str) -> Option<String> {
        (name == "SET").then(|| "from the environment".to_owned())
    }
}

const HEAD: &str = "publisherId: contoso\nid: fw\nofferTypeId: microsoft-azure-virtualmachines\n";

/// Adopts what `edit` does to what the files declare.
fn adopted(files: &[(&str, &str)], edit: impl Fn(&str, &mut Value)) -> Adoption {
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, *text));
    let selection = [".".to_owned()];
    let loaded = desired::load(&tree, &selection, &Variables);
    let found: Vec<_> = loaded.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    assert_eq!(found, [""; 0]);
    let offers: Vec<Arc<Desired>> = loaded.desired.into_iter().map(Arc::new).collect();
    let live: Vec<Document> = offers
        .iter()
        .map(|offer| {
            let mut live = offer.document.part(&Pointer::root()).unwrap().content().clone();
            edit(offer.address.offer.as_str(), &mut live);
            Document::new(live)
        })
        .collect();
    let changes: Vec<_> = offers.iter().zip(&live).map(|(offer, live)| changes(offer, live)).collect();
    let subjects: Vec<Subject<'_>> = offers
        .iter()
        .zip(&live)
        .zip(&changes)
        .map(|((offer, live), changes)| Subject {
            desired: Arc::clone(offer),
            live,
            changes: changes.iter().filter(|change| change.is_determined()).collect(),
            conflicts: Vec::new(),
        })
        .collect();
    let declared = Declared {
        tree: &tree,
        offers: &offers,
        sources: &loaded.sources,
        selection: &selection,
        environment: &Variables,
    };
    let adoption = adopt(declared, &subjects);
    // What was adopted is no difference any more, and the rest still is.
    let edited = Edited { tree: &tree, files: &adoption.files };
    let again = desired::load(&edited, &selection, &Variables);
    let left: usize = again
        .desired
        .iter()
        .zip(&live)
        .map(|(offer, live)| {
            changes_of(offer, live)
                .into_iter()
                .filter(|change| change.is_determined() && change.displaced_by.is_empty())
                .count()
        })
        .sum();
    assert_eq!(left, adoption.left.len(), "{:?}", adoption.left);
    adoption
}

fn changes(offer: &Arc<Desired>, live: &Document) -> Vec<Change> {
    changes_of(offer, live)
}

fn changes_of(offer: &Desired, live: &Document) -> Vec<Change> {
    let exact = offer.reconcile.ownership.value == manifest::Ownership::Exact;
    let ownership = if exact { Ownership::Exact } else { Ownership::Declared };
    let plain = Comparison::plain(FieldTable::of(&offer.offer_type), &offer.document, live);
    compare(Comparison { ownership, ..plain }).changes
}

/// The file after `value` was put at `at` in the portal, below `definition`; all of it adopted.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn edited(body: &str, at: &str, value: Value) -> String {
    let text = format!("{HEAD}{body}");
    let adoption = adopted(&[("fw.yaml", &text)], |_, live| set(live, at, value.clone()));
    assert_eq!(adoption.left, [], "{at}");
    let path = RelativePath::parse("fw.yaml").unwrap();
    adoption.files.get(&path).unwrap_or(&text).strip_prefix(HEAD).unwrap().to_owned()
}

/// Puts a value into a document; `Null` removes, `-` appends.
fn set(live: &mut Value, at: &str, value: Value) {
    let at = format!("/definition{at}");
    let (around, last) = at.rsplit_once('/').unwrap();
    match live.pointer_mut(around).unwrap_or_else(|| panic!("{around}")) {
        Value::Object(members) if value.is_null() => drop(members.shift_remove(last)),
        Value::Object(members) => drop(members.insert(last.to_owned(), value)),
        Value::Array(elements) if last == "-" => elements.push(value),
        Value::Array(elements) if value.is_null() => drop(elements.remove(last.parse().unwrap())),
        Value::Array(elements) => elements[last.parse::<usize>().unwrap()] = value,
        _ => panic!("{around}"),
    }
}

/// The portal has the prices under their other name only. To take the declared ones out would leave the file without any.
#[test]
fn prices_that_are_live_under_their_other_name_are_left() {
    let block = "{ coreMultiplier: { currency: USD, single: 1 } }";
    for reconcile in ["", "reconcile: { ownership: exact }\n"] {
        let text =
            format!("{HEAD}definition: {{ plans: [{{ planId: a, virtualMachinePricing: {block} }}] }}\n{reconcile}");
        let adoption = adopted(&[("fw.yaml", &text)], |_, live| {
            let plan = live["definition"]["plans"][0].as_object_mut().unwrap();
            let block = plan.shift_remove("virtualMachinePricing").unwrap();
            plan.insert("virtualMachinePricingV2".to_owned(), block);
        });
        assert!(adoption.files.is_empty(), "{:?}", adoption.files);
        assert_eq!(adoption.left.iter().map(|left| &left.why).collect::<Vec<_>>(), [&Why::ByHand]);
    }
}

#[test]
fn a_value_keeps_its_place_its_comment_and_its_quotes() {
    for (old, value, new) in [
        ("Plain text # why", json!("Other text"), "Other text # why"),
        ("'single' # why", json!("it's"), "'it''s' # why"),
        ("\"double\"", json!("other"), "\"other\""),
        ("\"double\"", json!("a\nb\t\"c\""), "\"a\\nb\\t\\\"c\\\"\""),
        ("Plain text", json!("NO"), "\"NO\""),
        ("Plain text", json!("a: b # c"), "\"a: b # c\""),
        ("Plain text", json!(1.5), "1.5"),
        ("1.10 # number", json!("1.10"), "\"1.10\" # number"),
        ("&anchor old # c", json!("new"), "&anchor new # c"),
        ("true", json!(false), "false"),
        ("|-\n    one\n    two\n  # comment", json!("three\nfour"), "|-\n    three\n    four\n  # comment"),
        (">-\n      one\n      two", json!("three, four"), ">-\n      three, four"),
        ("|\n    one\n    two", json!("trailing \nspace"), "\"trailing \\nspace\""),
        ("'multi\n    line'", json!("one"), "'one'"),
    ] {
        let body = |text: &str| format!("definition:\n  # first\n  displayText: {text}\n  other: [1, 2] # kept\n");
        assert_eq!(edited(&body(old), "/displayText", value), body(new), "{old}");
    }
}

#[test]
fn lists_change_by_element_in_brackets_and_in_blocks() {
    let block = |regions: &str| {
        format!("definition:\n  plans:\n    - planId: a # the first\n      regions:\n{regions}      x: 1\n")
    };
    let three = block("        - US # one\n        - \"DE\"\n        - CH # three\n");
    assert_eq!(edited(&three, "/plans/0/regions/1", Value::Null), block("        - US # one\n        - CH # three\n"));
    assert_eq!(
        edited(&three, "/plans/0/regions/-", json!("FR")),
        block("        - US # one\n        - \"DE\"\n        - CH # three\n        - FR\n")
    );
    assert_eq!(
        edited(&three, "/plans/0/regions", json!(["DE", "SE", "IE"])),
        block("        - \"DE\"\n        - SE\n        - IE\n")
    );
    let flow = |regions: &str| format!("definition:\n  plans:\n    - planId: a\n      regions: {regions} # c\n");
    for (live, expected) in [
        (json!(["US", "DE"]), "[US, 'DE']"),
        (json!(["CH"]), "[CH]"),
        (json!(["US"]), "[US]"),
        (json!(["US", "DE", "CH", "NO", "FR"]), "[US, 'DE', CH, \"NO\", FR]"),
        (json!([]), "[]"),
        (json!(["US", "DE", "SE"]), "[US, 'DE', SE]"),
        (json!(["SE", "DE", "CH"]), "['DE', CH, SE]"),
        (json!(["SE", "FI", "CH"]), "[CH, SE, FI]"),
    ] {
        assert_eq!(edited(&flow("[US, 'DE', CH]"), "/plans/0/regions", live.clone()), flow(expected), "{live}");
    }
    assert_eq!(edited(&flow("[]"), "/plans/0/regions", json!(["US", "DE"])), flow("[US, DE]"));
}

#[test]
fn skus_come_and_go_whole() {
    let a = "    # about a\n    - planId: a\n      x: 1\n";
    let b = "    - x: 2 # b\n      planId: b\n";
    let body = |skus: &str| format!("definition:\n  plans:\n{skus}  displayText: T\n");
    assert_eq!(edited(&body(&format!("{a}{b}")), "/plans/1", Value::Null), body(a));
    assert_eq!(
        edited(&body(a), "/plans/-", json!({"planId": "c", "regions": ["DE"], "y": {"z": [{"w": 1}]}})),
        body(&format!("{a}    - planId: c\n      regions: [DE]\n      \"y\":\n        z:\n          - w: 1\n"))
    );
    assert_eq!(
        edited(&body(&format!("{a}{b}")), "/plans", json!([{"planId": "b", "x": 3}])),
        body("    # about a\n    - x: 3 # b\n      planId: b\n")
    );
}

#[test]
fn nested_and_dotted_namespaces_are_edited_where_they_are() {
    let body = |title: &str, url: &str| {
        format!(
            "definition:\n  offer:\n    microsoft-azure-marketplace: # listing\n      title: {title} # t\n    microsoft-azure-marketplace.privacyURL: {url}\n"
        )
    };
    let place = |key: &str| format!("/offer/microsoft-azure-marketplace.{key}");
    assert_eq!(edited(&body("One", "https://x"), &place("title"), json!("Two")), body("Two", "https://x"));
    assert_eq!(edited(&body("One", "https://x"), &place("privacyURL"), json!("https://y")), body("One", "https://y"));
    assert_eq!(
        edited(&body("One", "https://x"), &place("title"), Value::Null),
        "definition:\n  offer:\n    microsoft-azure-marketplace.privacyURL: https://x\n"
    );
    let flow = "definition: { offer: { microsoft-azure-marketplace: { title: One, summary: \"S\" } } }\n";
    assert_eq!(edited(flow, &place("title"), json!("a, b")), flow.replace("One", "\"a, b\""));
    assert_eq!(edited(flow, &place("summary"), Value::Null), flow.replace(", summary: \"S\"", ""));
}

#[test]
fn under_exact_ownership_what_was_added_is_added() {
    let body = |offer: &str| format!("definition:\n  offer:\n{offer}reconcile:\n  ownership: exact\n");
    let old = "    microsoft-azure-marketplace:\n      title: One # t\n    acme.a: { b: 1 }\n";
    assert_eq!(
        edited(&body(old), "/offer/microsoft-azure-marketplace.summary", json!("S: 1")),
        body("    microsoft-azure-marketplace:\n      title: One # t\n      summary: \"S: 1\"\n    acme.a: { b: 1 }\n")
    );
    assert_eq!(
        edited(&body(old), "/offer/acme.a/$file", json!("x")),
        body(&old.replace("{ b: 1 }", "{ b: 1, $$file: x }"))
    );
    assert_eq!(
        edited(&body(old), "/offer/acme.c", json!([1, [2]])),
        body(&format!("{old}    acme.c:\n      - 1\n      - [2]\n"))
    );
}

#[test]
fn an_explicit_null_takes_what_is_there() {
    let body = |text: &str| format!("definition:\n  offer:\n    acme.a:{text}\n    acme.b: 1\n");
    assert_eq!(edited(&body(" ~ # gone"), "/offer/acme.a", json!("back")), body(" back # gone"));
    assert_eq!(edited(&body(""), "/offer/acme.a", json!({"x": [1]})), body(" { x: [1] }"));
}

#[test]
fn line_ends_and_missing_line_breaks_stay() {
    let text =
        format!("{HEAD}definition:\n  displayText: One # c\n  plans:\n    - planId: a\n      regions:\n        - US");
    let crlf = text.replace('\n', "\r\n");
    for (text, expected) in [(text.clone(), "One # c\n"), (crlf, "Two # c\r\n")] {
        let adoption = adopted(&[("fw.yaml", &text)], |_, live| {
            set(live, "/displayText", json!("Two"));
            set(live, "/plans/0/regions/-", json!("DE"));
        });
        let new = adoption.files.values().next().unwrap();
        assert!(new.contains(&expected.replace("One", "Two")), "{new:?}");
        assert!(new.ends_with("- US\n        - DE") || new.ends_with("- US\r\n        - DE"), "{new:?}");
        assert_eq!(
            new.matches('\n').count(),
            new.matches("\r\n").count().max(if text.contains('\r') { 0 } else { new.matches('\n').count() })
        );
    }
}

#[test]
fn json_files_stay_json() {
    let text = "{\n  \"publisherId\": \"contoso\", \"id\": \"fw\",\n  \"offerTypeId\": \"microsoft-azure-virtualmachines\",\n  \"definition\": {\n    \"displayText\": \"One\",\n    \"plans\": [\n      {\"planId\": \"a\", \"regions\": [\"US\"]}\n    ]\n  }\n}\n";
    let adoption = adopted(&[("fw.json", text)], |_, live| {
        set(live, "/displayText", json!("\"Two\"\n"));
        set(live, "/plans/0/regions/-", json!("NO"));
        set(live, "/plans/-", json!({"planId": "b"}));
    });
    let expected = text
        .replace("\"One\"", "\"\\\"Two\\\"\\n\"")
        .replace("[\"US\"]}", "[\"US\", \"NO\"]},\n      {\"planId\":\"b\"}");
    assert_eq!(adoption.files.values().next().unwrap(), &expected);
}

#[test]
fn a_text_goes_back_into_its_file() {
    let body =
        format!("{HEAD}definition:\n  offer:\n    microsoft-azure-marketplace.description: {{ $file: text.html }}\n");
    let at = "/offer/microsoft-azure-marketplace.description";
    for (old, value, new, line) in [
        ("<p>a</p>\n", "<p>b</p>", "<p>b</p>\n", 1),
        ("<p>a</p>", "<p>b</p>", "<p>b</p>", 1),
        ("a\r\nb\r\n", "c\nd", "c\r\nd\r\n", 1),
        ("a\nb\r\nc\n", "a\nb\nd", "a\nb\r\nd\n", 3),
        ("a\nb\n", "a\nb\nc", "a\nb\nc\n", 3),
        ("a\nb\nc\n", "a", "a\n", 2),
        ("\u{feff}a\n", "b\n", "\u{feff}b\n\n", 1),
    ] {
        let adoption = adopted(&[("fw.yaml", &body), ("text.html", old)], |_, live| set(live, at, json!(value)));
        let files: Vec<_> = adoption.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(files, [("text.html", new)]);
        assert_eq!((adoption.adopted[0].file.as_str(), adoption.adopted[0].line), ("text.html", line), "{old:?}");
    }
    let adoption = adopted(&[("fw.yaml", &body), ("text.html", "a\n")], |_, live| set(live, at, json!("a\r\nb")));
    assert_eq!((adoption.left[0].why.clone(), adoption.files.len()), (Why::NotAText, 0));
    assert_eq!(adoption.left[0].at, ("text.html".to_owned(), 1));
}

#[test]
fn what_cannot_be_written_back_is_told_and_the_rest_is() {
    let body = format!(
        "{HEAD}definition:\n  displayText: {{ $env: SET }}\n  offer:\n    acme.a: &a {{ x: 1 }}\n    acme.b: *a\n    acme.c: 1\n  plans:\n    - planId: a\n      {VM}.vmImages: {{ 1.0.0: {{ osVhdUrl: https://x/a.vhd }} }}\n"
    );
    let adoption = adopted(&[("fw.yaml", &body)], |_, live| {
        set(live, "/displayText", json!("edited"));
        set(live, "/offer/acme.a/x", json!(2));
        set(live, "/offer/acme.c", json!(3));
        set(live, &format!("/plans/0/{VM}.vmImages/1.0.0/osVhdUrl"), json!("https://x/b.vhd?sv=1&sig=SIGNATURE"));
    });
    let mut left: Vec<_> = adoption.left.iter().map(|left| (left.at.1, left.why.clone())).collect();
    left.sort_by_key(|(line, _)| *line);
    assert_eq!(left, [(5, Why::Variable), (7, Why::Shared), (12, Why::Secret)]);
    assert_eq!(adoption.files.values().next().unwrap(), &body.replace("acme.c: 1", "acme.c: 3"));
}

/// A removal has no place in the file: the line is that of the SKU, not that of the list of SKUs.
#[test]
fn a_removal_that_is_left_names_the_line_of_its_sku() {
    let text = format!(
        "{HEAD}reconcile: {{ ownership: exact }}\ndefinition:\n  plans:\n  - planId: a\n    x: 1\n  - planId: b\n    y: 1\n"
    );
    let signed = json!("https://contoso.blob.core.windows.net/disks/a.vhd?sig=c2lnbmF0dXJl");
    let adoption = adopted(&[("fw.yaml", &text)], |_, live| set(live, "/plans/1/z", signed.clone()));
    let left: Vec<_> = adoption.left.iter().map(|left| (left.place.as_str(), left.at.1)).collect();
    assert_eq!(left, [("/definition/plans/b/z", 9)]);
}

#[test]
fn what_several_places_share_is_edited_if_all_of_them_changed_alike() {
    let body = format!("{HEAD}definition:\n  offer:\n    acme.a: &a {{ x: 1 }}\n    acme.b: *a\n");
    let adoption = adopted(&[("fw.yaml", &body)], |_, live| {
        set(live, "/offer/acme.a/x", json!(2));
        set(live, "/offer/acme.b/x", json!(2));
    });
    assert_eq!(adoption.left, []);
    assert_eq!(adoption.files.values().next().unwrap(), &body.replace("x: 1", "x: 2"));

    let offer = |id: &str| {
        format!(
            "{}definition:\n  offer:\n    acme.a:\n      <<: {{ $file: parts/a.yaml }}\n      own: 1\n",
            HEAD.replace("fw", id)
        )
    };
    let (one, two) = (offer("one"), offer("two"));
    let files = [("one.yaml", one.as_str()), ("two.yaml", two.as_str()), ("parts/a.yaml", "x: 1 # shared\n")];
    let adoption = adopted(&files, |_, live| set(live, "/offer/acme.a/x", json!(2)));
    let written: Vec<_> = adoption.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(written, [("parts/a.yaml", "x: 2 # shared\n")]);
    let adoption = adopted(&files, |id, live| {
        if id == "one" {
            set(live, "/offer/acme.a/x", json!(2));
        }
    });
    assert_eq!((adoption.left[0].why.clone(), adoption.files.len()), (Why::Shared, 0));
    assert_eq!(adoption.left[0].at, ("parts/a.yaml".to_owned(), 1));
    let adoption = adopted(&files, |id, live| {
        if id == "one" {
            set(live, "/offer/acme.a/own", json!(2));
        }
    });
    assert_eq!(adoption.files.values().next().unwrap(), &one.replace("own: 1", "own: 2"));
}

#[test]
fn several_edits_of_one_file_do_not_get_into_each_others_way() {
    let body = "definition:\n  offer:\n    acme.a: one\n    acme.b: [1, 2, 3]\n    acme.c:\n      d: 4\n  plans:\n    - planId: a\n      regions: [US, DE]\n    - planId: b\n      x: |\n        text\n        more\n\n    - planId: c\n";
    let text = format!("{HEAD}{body}");
    let adoption = adopted(&[("fw.yaml", &text)], |_, live| {
        set(live, "/offer/acme.a", json!("two"));
        set(live, "/offer/acme.b", json!([2, 3, 4, 5]));
        set(live, "/offer/acme.c/d", json!("x: y"));
        set(live, "/plans/0/regions", json!(["CH"]));
        set(live, "/plans/1/x", json!("other\ntext\n"));
        set(live, "/plans/2", Value::Null);
        set(live, "/plans/-", json!({"planId": "d"}));
    });
    assert_eq!(adoption.left, []);
    let expected = "definition:\n  offer:\n    acme.a: two\n    acme.b: [2, 3, 4, 5]\n    acme.c:\n      d: \"x: y\"\n  plans:\n    - planId: a\n      regions: [CH]\n    - planId: b\n      x: |\n        other\n        text\n\n    - planId: d\n";
    assert_eq!(adoption.files.values().next().unwrap(), &format!("{HEAD}{expected}"));
}

#[test]
fn a_mapping_of_which_nothing_stays_is_written_anew() {
    let old =
        "definition:\n  displayText: T\n  offer:\n    microsoft-azure-marketplace:\n      title: One\n  plans: []\n";
    let adoption = adopted(&[("fw.yaml", &format!("{HEAD}{old}reconcile: {{ ownership: exact }}\n"))], |_, live| {
        live["definition"]["offer"] = json!({"microsoft-azure-marketplace.summary": "two", "x": {"y": []}});
    });
    assert_eq!(adoption.left, []);
    let new = "definition:\n  displayText: T\n  offer:\n    microsoft-azure-marketplace.summary: two\n    x:\n      \"y\": []\n  plans: []\n";
    assert_eq!(adoption.files.values().next().unwrap(), &format!("{HEAD}{new}reconcile: {{ ownership: exact }}\n"));
}

#[test]
fn a_value_with_two_names_is_taken_from_the_one_that_is_declared() {
    let body = |price: &str| {
        format!(
            "definition:\n  plans:\n    - planId: a\n      virtualMachinePricingV2: {{ coreMultiplier: {{ single: {price} }} }}\n"
        )
    };
    let adoption = adopted(&[("fw.yaml", &format!("{HEAD}{}", body("1")))], |_, live| {
        set(live, "/plans/0/virtualMachinePricingV2/coreMultiplier/single", json!(2));
        set(live, "/plans/0/virtualMachinePricing", json!({"coreMultiplier": {"single": 3}}));
    });
    assert_eq!(adoption.left, []);
    assert_eq!(adoption.files.values().next().unwrap(), &format!("{HEAD}{}", body("2")));
}

#[test]
fn what_is_put_in_at_one_place_stays_in_what_it_belongs_to() {
    let old = "definition:\n  plans:\n    - planId: a\n      microsoft-azure-corevm:\n        skuTitle: T\n        gone:\n          - 1\n          - 2\n";
    let head = HEAD.replace("virtualmachines", "corevm");
    let text = format!("{head}{old}reconcile: {{ ownership: exact }}\n");
    let adoption = adopted(&[("fw.yaml", &text)], |_, live| {
        set(live, "/plans/0/acme.list", json!(["x"]));
        set(live, "/plans/0/microsoft-azure-corevm.generation", json!("2"));
        set(live, "/plans/0/microsoft-azure-corevm.gone", json!([]));
        set(live, "/plans/-", json!({"planId": "b"}));
    });
    assert_eq!(adoption.left, []);
    let new = "definition:\n  plans:\n    - planId: a\n      microsoft-azure-corevm:\n        skuTitle: T\n        gone: []\n        generation: \"2\"\n      acme.list: [x]\n    - planId: b\n";
    let new = format!("{head}{new}reconcile: {{ ownership: exact }}\n");
    assert_eq!(adoption.files.values().next().unwrap(), &new);
}

#[test]
fn a_value_that_went_to_its_other_name_goes_there_in_the_file() {
    let old =
        "definition:\n  plans:\n    - planId: a\n      virtualMachinePricingV2: { isByol: true } # price\n      x: 1\n";
    let text = format!("{HEAD}{old}reconcile: {{ ownership: exact }}\n");
    let adoption = adopted(&[("fw.yaml", &text)], |_, live| {
        set(live, "/plans/0/virtualMachinePricingV2", Value::Null);
        set(live, "/plans/0/virtualMachinePricing", json!({"isByol": false}));
    });
    assert_eq!(adoption.left, []);
    // In brackets, as what it takes the place of.
    let new = "definition:\n  plans:\n    - planId: a\n      x: 1\n      virtualMachinePricing: { isByol: false }\n";
    assert_eq!(adoption.files.values().next().unwrap(), &format!("{HEAD}{new}reconcile: {{ ownership: exact }}\n"));
}

#[test]
fn blocks_of_text_in_lists_come_and_go_whole() {
    let body = |list: &str| format!("definition:\n  offer:\n    acme.a: # about\n{list}    acme.b: 1\n");
    let old =
        body("    # one\n    - |-\n      first \n    # two\n    - &x >-\n      second\n      text\n    - third # c\n");
    let at = "/offer/acme.a";
    assert_eq!(
        edited(&old, at, json!(["first ", "second text", "third", "same", "same"])),
        old.replace("third # c\n", "third # c\n    - same\n    - same\n")
    );
    assert_eq!(edited(&old, at, json!(["second text", "third"])), old.replace("    - |-\n      first \n", ""));
    assert_eq!(
        edited(&old, at, json!(["first ", "third"])),
        old.replace("    - &x >-\n      second\n      text\n", "")
    );
}

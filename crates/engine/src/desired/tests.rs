//! Tables of offer files and what they come to.

use serde_json::{Value as Json, json};

use super::{Desired, Loaded, Origin, load, load_each};
use crate::manifest::tests::{OneVariable, summaries};
use crate::manifest::{Ignore, IgnoreOn, Ownership, Reconcile, Release, Silence};
use crate::offer::Pointer;
use crate::source::{MemoryTree, Span};

/// An envelope whose `definition` is still to come.
const HEAD: &str = "publisherId: contoso\nid: firewall\nofferTypeId: microsoft-azure-virtualmachines\n";

fn load_all(files: &[(&str, &str)], selection: &[&str]) -> (Loaded, Vec<String>) {
    let tree = files.iter().fold(MemoryTree::default(), |tree, (name, text)| tree.with(name, *text));
    let selection: Vec<String> = selection.iter().map(ToString::to_string).collect();
    let loaded = load(&tree, &selection, &OneVariable);
    let found = summaries(&loaded.diagnostics, &loaded.sources);
    (loaded, found)
}

fn load_one(text: &str) -> (Loaded, Vec<String>) {
    load_all(&[("a.yaml", text)], &["a.yaml"])
}

/// The document of the only offer in `text`, which has no finding.
#[track_caller]
fn document(text: &str) -> Json {
    let (loaded, found) = load_one(text);
    assert_eq!(found, [""; 0], "{text}");
    loaded.desired[0].document.content().clone()
}

/// Checks what is found in an offer file.
#[track_caller]
fn assert_finds(text: &str, expected: &[&str]) {
    assert_eq!(load_one(text).1, expected, "{text}");
}

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).unwrap()
}

#[test]
fn an_offer_comes_with_everything_the_files_say_about_it() {
    let text = format!(
        "{HEAD}definition:\n  displayText: Firewall\n  offer: {{ a.b: ~ }}\nreconcile: {{ release: preview }}\n"
    );
    let (loaded, found) = load_one(&text);
    assert_eq!(found, [""; 0]);
    let desired = &loaded.desired[0];
    assert_eq!(desired.address.to_string(), "contoso/firewall");
    assert_eq!(desired.offer_type.as_str(), "microsoft-azure-virtualmachines");
    assert_eq!(desired.file, "a.yaml");
    assert_eq!(
        desired.document.content(),
        &json!({
            "publisherId": "contoso",
            "id": "firewall",
            "offerTypeId": "microsoft-azure-virtualmachines",
            "definition": {"displayText": "Firewall", "offer": {"a.b": null}},
        })
    );
    assert_eq!(desired.reconcile.release.value, Release::Preview);
    assert_eq!(loaded.sources.slice(desired.reconcile.release.span.unwrap()), "preview");
}

#[test]
fn a_namespace_is_another_way_to_write_dotted_keys() {
    let nested = "
definition:
  offer:
    before: 1
    microsoft-azure-marketplace:
      title: T
      leads: { microsoft-azure-marketplace: { deep: 1 } }
    microsoft-azure-marketplace.summary: S
    microsoft-azure-marketplace-testdrive: {}
  plans:
    - planId: p
      microsoft-azure-virtualmachines: { skuTitle: P }
      virtualMachinePricing: { isByol: true }
      diskGenerations:
        - planId: g
          microsoft-azure-virtualmachines: { vmImages: { 1.10: {} } }
";
    let expected = json!({
        "offer": {
            "before": 1,
            "microsoft-azure-marketplace.title": "T",
            "microsoft-azure-marketplace.leads": {"microsoft-azure-marketplace": {"deep": 1}},
            "microsoft-azure-marketplace.summary": "S",
        },
        "plans": [{
            "planId": "p",
            "microsoft-azure-virtualmachines.skuTitle": "P",
            "virtualMachinePricing": {"isByol": true},
            "diskGenerations": [{"planId": "g", "microsoft-azure-virtualmachines.vmImages": {"1.10": {}}}],
        }],
    });
    // As text, so that the order counts.
    assert_eq!(document(&format!("{HEAD}{nested}"))["definition"].to_string(), expected.to_string());
}

#[test]
fn the_offer_type_is_a_namespace_whatever_it_is_called() {
    let text = "publisherId: c\nid: o\nofferTypeId: own\ndefinition: { offer: { own: { a: 1 }, other: { b: 2 } } }";
    assert_eq!(document(text)["definition"]["offer"], json!({"own.a": 1, "other": {"b": 2}}));
}

#[test]
fn a_key_in_both_forms_is_there_twice() {
    for (offer, expected) in [
        (
            "microsoft-azure-x: { a: 1 }\n    microsoft-azure-x.a: 2",
            "a.yaml:7:5 duplicate-key: duplicate key `microsoft-azure-x.a` [a.yaml:6:26 first here]",
        ),
        (
            "microsoft-azure-x.a: 2\n    microsoft-azure-x: { a: 1 }",
            "a.yaml:7:26 duplicate-key: duplicate key `microsoft-azure-x.a` [a.yaml:6:5 first here]",
        ),
        (
            "microsoft-azure-x: text",
            "a.yaml:6:24 wrong-kind: `microsoft-azure-x` is a namespace, so it must be a mapping, not text",
        ),
    ] {
        let (loaded, found) = load_one(&format!("{HEAD}definition:\n  offer:\n    {offer}\n"));
        assert_eq!((found, loaded.desired.len()), (vec![expected.to_owned()], 0));
    }
}

#[test]
fn a_secret_is_sealed_and_a_null_is_not() {
    let text = format!(
        "{HEAD}definition:\n  offer:\n    microsoft-azure-marketplace:\n      smallLogo: {{ $secret: {{ env: KEY, version: 2 }} }}\n      b: ~\n"
    );
    let (loaded, found) = load_one(&text);
    assert_eq!(found, [""; 0]);
    let document = &loaded.desired[0].document;
    assert_eq!(
        document.content()["definition"]["offer"],
        json!({"microsoft-azure-marketplace.smallLogo": null, "microsoft-azure-marketplace.b": null})
    );
    let sealed: Vec<_> = document.sealed().iter().map(|(at, reference)| format!("{at} {reference}")).collect();
    assert_eq!(sealed, ["/definition/offer/microsoft-azure-marketplace.smallLogo env KEY (version 2)"]);
}

#[test]
fn every_value_knows_where_it_is_written() {
    let files = [
        (
            "a.yaml",
            &*format!(
                "{HEAD}definition:\n  offer:\n    microsoft-azure-x: {{ <<: {{ $file: b.yaml }}, own: &o [1, 2] }}\n    copy: *o\n  plans:\n  - planId: p\n"
            ),
        ),
        ("b.yaml", "contact: Me\n"),
    ];
    let (loaded, found) = load_all(&files, &["a.yaml"]);
    assert_eq!(found, [""; 0]);
    let origins = loaded.desired[0].origins.places();
    let place = |span: Span| {
        let (line, column) = loaded.sources.line_column(span);
        format!("{}:{line}:{column} {}", loaded.sources.name(span.source), loaded.sources.slice(span))
    };
    let shown = |Origin { key, value }: Origin| (key.map(place), place(value));
    for (at, key, value) in [
        ("/definition/offer/microsoft-azure-x.own/1", None, "a.yaml:6:61 2"),
        ("/definition/offer/microsoft-azure-x.own", Some("a.yaml:6:49 own"), "a.yaml:6:57 [1, 2]"),
        ("/definition/offer/microsoft-azure-x.contact", Some("b.yaml:1:1 contact"), "b.yaml:1:10 Me"),
        ("/definition/offer/copy/0", None, "a.yaml:6:58 1"),
        ("/definition/plans/0/planId", Some("a.yaml:9:5 planId"), "a.yaml:9:13 p"),
        ("/id", Some("a.yaml:2:1 id"), "a.yaml:2:5 firewall"),
    ] {
        let found = origins.get(&pointer(at)).map(shown);
        assert_eq!(found, Some((key.map(str::to_owned), value.to_owned())), "{at}");
    }
    assert_eq!(origins.get(&pointer("/definition/plans/1/planId")), None);
    let around = shown(origins.nearest(&pointer("/definition/plans/1/planId")));
    assert_eq!(around, (Some("a.yaml:8:3 plans".to_owned()), "a.yaml:9:3 - planId: p".to_owned()));
    assert!(origins.nearest(&pointer("/elsewhere")).key.is_none());
}

#[test]
fn the_envelope_is_checked() {
    for (text, expected) in [
        (
            "offerTypeId: t\n",
            vec![
                "a.yaml:1:1 missing-key: the offer has no `definition`",
                "a.yaml:1:1 missing-key: the offer has no `id`",
                "a.yaml:1:1 missing-key: the offer has no `publisherId`",
            ],
        ),
        (
            "publisherId: 12\nid: [x]\nofferTypeId:\ndefinition: text",
            vec![
                "a.yaml:1:14 wrong-kind: `publisherId` must be text, not a number (put it in quotes)",
                "a.yaml:2:5 wrong-kind: `id` must be text, not a list",
                "a.yaml:3:13 wrong-kind: `offerTypeId` must be text, not `null`",
                "a.yaml:4:13 wrong-kind: `definition` must be a mapping, not text",
            ],
        ),
        (
            "publisherId: a/b\nid: 'a b'\nofferTypeId: ''\ndefinition: {}",
            vec![
                "a.yaml:1:14 bad-id: `publisherId` must not contain `/`",
                "a.yaml:2:5 bad-id: `id` must not contain white space or control characters (U+0020)",
                "a.yaml:3:14 bad-id: `offerTypeId` is empty",
            ],
        ),
        (
            "publisherId: '..'\nid: { $secret: { env: X } }\nofferTypeId: \"a\\tb\"\ndefinition: {}",
            vec![
                "a.yaml:1:14 bad-id: `publisherId` must not be `..`",
                "a.yaml:2:5 wrong-kind: `id` must be text, not a secret",
                "a.yaml:3:14 bad-id: `offerTypeId` must not contain white space or control characters (U+0009)",
            ],
        ),
        (
            "publisherId: a\nid: b\nofferTypeId: t\ndefinition:\n  offer: []\n  plans: {}\n",
            vec![
                "a.yaml:5:10 wrong-kind: `definition.offer` must be a mapping, not a list",
                "a.yaml:6:10 wrong-kind: `definition.plans` must be a list, not a mapping",
            ],
        ),
        (
            "publisherId: a\nid: b\nofferTypeId: t\ndefinition:\n  plans:\n  - planId: p\n    diskGenerations: [{planId: g}, {planId: g}]\n  - other: 1\n  - 5\n  - planId: P\n  - planId: a/b\n",
            vec![
                "a.yaml:7:45 duplicate-plan: duplicate `planId` `g` in `diskGenerations` [a.yaml:7:32 first here]",
                "a.yaml:8:5 missing-key: an element of `definition.plans` has no `planId`",
                "a.yaml:9:5 wrong-kind: an element of `definition.plans` must be a mapping, not a number",
                "a.yaml:10:13 duplicate-plan: duplicate `planId` `P` in `definition.plans` [a.yaml:6:13 first here]",
                "a.yaml:11:13 bad-id: `planId` must not contain `/`",
            ],
        ),
    ] {
        let (loaded, found) = load_one(text);
        assert_eq!(found, expected);
        assert_eq!(loaded.desired.len(), 0);
    }
}

#[test]
fn what_the_service_owns_is_left_out_and_what_nobody_knows_is_kept() {
    let text = format!(
        "{HEAD}version: 3\nstatus: succeeded\neTag: x\nEtag: y\ndefinition: {{ changedTime: now, displayText: a }}\nofferTypeVersions: {{ x: 1 }}\nreconsile: 1\n"
    );
    let (loaded, found) = load_one(&text);
    assert_eq!(
        found,
        [
            "a.yaml:4:1 server-owned-key: `version`, `status`, `eTag`, `Etag`, `changedTime` are set by the service and are ignored [a.yaml:5:1 ] [a.yaml:6:1 ] [a.yaml:7:1 ] [a.yaml:8:15 ] (remove what is ignored)",
            "a.yaml:10:1 unknown-key: unknown key `reconsile` in an offer (did you mean `reconcile`? it is sent as it is)",
        ]
    );
    let content = loaded.desired[0].document.content();
    assert_eq!(content["definition"], json!({"displayText": "a"}));
    assert_eq!(content["offerTypeVersions"], json!({"x": 1}));
    let keys: Vec<&String> = content.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["publisherId", "id", "offerTypeId", "definition", "offerTypeVersions", "reconsile"]);
}

fn reconcile(block: &str) -> (Option<Reconcile>, Vec<String>) {
    let (mut loaded, found) = load_one(&format!("{HEAD}definition: {{}}\nreconcile:\n{block}"));
    (loaded.desired.pop().map(|desired| desired.reconcile), found)
}

#[test]
fn the_reconcile_block_is_read_whole() {
    let block = "  release: live
  ownership: exact
  ignore:
    - /definition/offer/microsoft-azure-marketplace.screenshots
    - path: /definition/plans/0/microsoft-azure-virtualmachines/vmImages
      on: drift
      reason: rolled by another job
      until: 2027-01-31
  allow:
    - { code: sku-removal, target: contoso/firewall/standard, reason: retired }
  silence:
    - { rule: title-length, reason: agreed }
    - { rule: regions, path: /definition/plans, reason: agreed }
";
    let (reconcile, found) = reconcile(block);
    assert_eq!(found, [""; 0]);
    let reconcile = reconcile.unwrap();
    assert_eq!((reconcile.release.value, reconcile.ownership.value), (Release::Live, Ownership::Exact));
    let ignore: Vec<_> = reconcile
        .ignore
        .iter()
        .map(|Ignore { path, on, reason, until, .. }| {
            (path.as_str(), *on, reason.as_deref(), until.map(|day| day.to_string()))
        })
        .collect();
    assert_eq!(
        ignore,
        [
            ("/definition/offer/microsoft-azure-marketplace.screenshots", IgnoreOn::Both, None, None),
            (
                "/definition/plans/0/microsoft-azure-virtualmachines.vmImages",
                IgnoreOn::Drift,
                Some("rolled by another job"),
                Some("2027-01-31".to_owned())
            ),
        ]
    );
    let allow = &reconcile.allow[0];
    assert_eq!(
        [&allow.code.text, &allow.target.text, &allow.reason.text],
        ["sku-removal", "contoso/firewall/standard", "retired"]
    );
    let silence: Vec<_> = reconcile
        .silence
        .iter()
        .map(|Silence { rule, path, reason, .. }| {
            (rule.text.as_str(), path.as_ref().map(Pointer::as_str), reason.text.as_str())
        })
        .collect();
    assert_eq!(silence, [("title-length", None, "agreed"), ("regions", Some("/definition/plans"), "agreed")]);
}

#[test]
fn a_file_without_a_reconcile_block_has_the_defaults() {
    let (loaded, _) = load_one(&format!("{HEAD}definition: {{}}"));
    assert_eq!(loaded.desired[0].reconcile, Reconcile::default());
    assert_eq!(loaded.desired[0].reconcile.release.value, Release::Draft);
    assert_eq!(loaded.desired[0].reconcile.ownership.value, Ownership::Declared);
}

#[test]
fn the_reconcile_block_is_checked() {
    for (block, expected) in [
        ("  relaese: live", "6:3 unknown-key: `reconcile` has no key `relaese` (did you mean `release`?)"),
        (
            "  elephant: 1",
            "6:3 unknown-key: `reconcile` has no key `elephant` (known are `release`, `ownership`, `ignore`, `allow`, `silence`)",
        ),
        ("  release: prevew", "6:12 reconcile-value: `release` cannot be `prevew` (did you mean `preview`?)"),
        ("  release: now", "6:12 reconcile-value: `release` cannot be `now` (use one of `draft`, `preview`, `live`)"),
        ("  release: true", "6:12 wrong-kind: `release` must be text, not `true` or `false` (put it in quotes)"),
        ("  release: ''", "6:12 reconcile-value: `release` is empty"),
        ("  ownership: exactly", "6:14 reconcile-value: `ownership` cannot be `exactly` (did you mean `exact`?)"),
        ("  ignore: /definition", "6:11 wrong-kind: `ignore` must be a list, not text"),
        ("  ignore: [definition]", "6:12 reconcile-value: `definition` is not a path such as `/definition/plans`"),
        ("  ignore: [1]", "6:12 wrong-kind: an element of `ignore` must be a mapping, not a number"),
        ("  ignore: [{ on: drift }]", "6:12 missing-key: an element of `ignore` has no `path`"),
        (
            "  ignore: [{ path: /a, on: never }]",
            "6:28 reconcile-value: `on` cannot be `never` (use one of `drift`, `apply`, `both`)",
        ),
        (
            "  ignore: [{ path: /a, until: soon }]",
            "6:31 reconcile-value: `until` must be a date such as `2027-01-31`, not `soon`",
        ),
        (
            "  ignore: [{ path: /a, until: 2027-02-30 }]",
            "6:31 reconcile-value: `until` must be a date such as `2027-01-31`, not `2027-02-30`",
        ),
        (
            "  ignore: [{ path: /a, why: x }]",
            "6:24 unknown-key: an element of `ignore` has no key `why` (known are `path`, `on`, `reason`, `until`)",
        ),
        (
            "  ignore: [/definition/offer/microsoft-azure-marketplace]",
            "6:12 reconcile-value: `/definition/offer/microsoft-azure-marketplace` is a namespace with many keys: list each key",
        ),
        ("  allow: [{ code: a, target: b }]", "6:11 missing-key: an element of `allow` has no `reason`"),
        ("  allow: [{ code: a, target: b, reason: [] }]", "6:41 wrong-kind: `reason` must be text, not a list"),
        ("  allow: [text]", "6:11 wrong-kind: an element of `allow` must be a mapping, not text"),
        ("  silence: [{ rule: x }]", "6:13 missing-key: an element of `silence` has no `reason`"),
        ("  silence: [x]", "6:13 wrong-kind: an element of `silence` must be a mapping, not text"),
        ("  []", "6:3 wrong-kind: `reconcile` must be a mapping, not a list"),
    ] {
        let (reconcile, found) = reconcile(block);
        assert_eq!((found, reconcile), (vec![format!("a.yaml:{expected}")], None), "{block}");
    }
}

#[test]
fn several_offers_in_a_file_and_one_broken_file_among_many() {
    let offer = |id: &str| format!("publisherId: c\nid: {id}\nofferTypeId: t\ndefinition: {{}}\n");
    let both = format!("{}---\n{}", offer("one"), offer("two"));
    let half = format!("{}---\n{}", offer("three"), "offerTypeId: t\n");
    let (loaded, found) = load_all(
        &[
            ("offers/a.yaml", &both),
            ("offers/b.yaml", "a: ["),
            ("offers/c.yaml", &half),
            ("offers/d.json", r#"{"offerTypeId": 1}"#),
        ],
        &["offers"],
    );
    let addresses: Vec<_> = loaded.desired.iter().map(|desired| desired.address.to_string()).collect();
    assert_eq!(addresses, ["c/one", "c/two", "c/three"]);
    let places: Vec<_> = found.iter().map(|finding| finding.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "offers/b.yaml:1:5 yaml-syntax",
            "offers/c.yaml:6:1 missing-key",
            "offers/c.yaml:6:1 missing-key",
            "offers/c.yaml:6:1 missing-key",
            "offers/d.json:1:2 missing-key",
            "offers/d.json:1:2 missing-key",
            "offers/d.json:1:2 missing-key",
            "offers/d.json:1:17 wrong-kind",
        ]
    );
}

#[test]
fn of_each_usable_offer_is_kept_what_is_wanted_in_the_order_of_files() {
    let offer = |id: &str| format!("publisherId: contoso\nid: {id}\nofferTypeId: t\ndefinition: {{}}\n");
    let tree = MemoryTree::default()
        .with("a.yaml", offer("one"))
        .with("b.yaml", format!("{}---\n{}", offer("two"), offer("ONE")))
        .with("c.yaml", offer("broken").replace("{}", "{ $env: NOT_SET }"))
        .with("d.yaml", offer("three"));
    let keep = |offer: Desired| offer.document.content()["id"].to_string();
    let loaded = load_each(&tree, &[".".to_owned()], &OneVariable, &keep);
    assert_eq!(loaded.desired, ["\"one\"", "\"two\"", "\"three\""]);
    assert_eq!(loaded.diagnostics.iter().count(), 2, "one is declared twice, and one is broken");
}

#[test]
fn two_files_that_declare_the_same_offer_are_both_named() {
    let offer = |id: &str| format!("publisherId: Contoso\nid: {id}\nofferTypeId: t\ndefinition: {{}}\n");
    let (loaded, found) = load_all(&[("a.yaml", &offer("one")), ("b.yaml", &offer("ONE"))], &["."]);
    assert_eq!(
        found,
        ["b.yaml:2:5 duplicate-offer: the offer `Contoso/ONE` is declared twice [a.yaml:2:5 first here]"]
    );
    assert_eq!(loaded.desired.len(), 1);
}

#[test]
fn a_part_is_no_offer_and_anything_else_is_told_so() {
    let offer = format!("{HEAD}definition: {{ $file: parts/p.yaml }}");
    let files = [("offers/a.yaml", &*offer), ("offers/parts/p.yaml", "displayText: x"), ("offers/parts/q.yaml", "- x")];
    let (loaded, found) = load_all(&files, &["offers"]);
    assert_eq!(found, ["offers/parts/q.yaml:1:1 not-an-offer: this is not an offer, but a list"]);
    assert_eq!(loaded.desired[0].document.content()["definition"], json!({"displayText": "x"}));

    for (text, expected) in [
        (
            "a: 1\nofferTypeID: t",
            "2:1 not-an-offer: this is not an offer: it has no `offerTypeId` and no `definition` (did you mean `offerTypeId`?)",
        ),
        (
            "a: 1",
            "1:1 not-an-offer: this is not an offer: it has no `offerTypeId` and no `definition` (a file with a part of an offer must be used by another file with `$file`)",
        ),
        ("{}", "1:1 not-an-offer: this is not an offer: it has no `offerTypeId` and no `definition`"),
        ("just text", "1:1 not-an-offer: this is not an offer, but text"),
    ] {
        assert_finds(text, &[&format!("a.yaml:{expected}")]);
    }
}

#[test]
fn what_is_wrong_in_a_file_is_told_once_however_often_it_is_used() {
    let offer =
        |id: &str| format!("publisherId: c\nid: {id}\nofferTypeId: t\ndefinition: {{ x: {{ $file: z.yaml }} }}\n");
    let whole = "publisherId: c\nid: e\nofferTypeId: t\ndefinition: { $file: b.yaml, y: 1 }\n";
    let files = [("a.yaml", &*offer("a")), ("b.yaml", &offer("b")), ("e.yaml", whole), ("z.yaml", "a: 1\na: 2\n")];
    let (loaded, found) = load_all(&files, &["."]);
    assert_eq!(
        found,
        [
            "e.yaml:4:15 directive: `$file` must be the only key in its mapping (move the other keys)",
            "z.yaml:2:1 duplicate-key: duplicate key `a` [z.yaml:1:1 first here]",
        ]
    );
    assert_eq!(loaded.desired.len(), 0);

    let files = [
        ("a.yaml", &*offer("a").replace("z.yaml", "b.yaml")),
        ("b.yaml", &offer("b").replace("$file: z.yaml", "y: 1")),
    ];
    let (loaded, found) = load_all(&files, &["b.yaml", "a.yaml"]);
    assert_eq!(found, [""; 0], "an offer can be a part of another, read before or after it");
    assert_eq!(loaded.desired[1].document.content()["definition"]["x"]["id"], "b");
}

#[test]
fn a_whole_offer_may_be_merged_from_a_part() {
    let files = [
        ("a.yaml", "<<: { $file: base.yaml }\nid: a\n"),
        ("base.yaml", "publisherId: c\nofferTypeId: t\ndefinition: { displayText: x }\nid: base\n"),
    ];
    let (loaded, found) = load_all(&files, &["a.yaml"]);
    assert_eq!(found, [""; 0]);
    assert_eq!(loaded.desired[0].address.to_string(), "c/a");
}

#[test]
fn paths_folders_and_globs_select_files() {
    let offer = |id: &str| format!("publisherId: c\nid: {id}\nofferTypeId: t\ndefinition: {{}}\n");
    let (one, two, three, four) = (offer("one"), offer("two"), offer("three"), offer("four"));
    let files = [
        ("offers/one.yaml", &*one),
        ("offers/deep/two.yml", &two),
        (
            "offers/three.json",
            r#"{"$schema": "x", "publisherId": "c", "id": "three", "offerTypeId": "t", "definition": {}}"#,
        ),
        ("offers/text.html", "<p>"),
        ("offers/.hidden/four.yaml", &four),
        ("offers/offerform.yaml", "endpoint: x"),
        ("other/three.txt", &three),
    ];
    for (selection, expected) in [
        (vec!["offers"], vec!["two", "one", "three"]),
        (vec!["."], vec!["two", "one", "three"]),
        (vec!["offers/*"], vec!["one", "three"]),
        (vec!["offers/**"], vec!["two", "one", "three"]),
        (vec!["offers/**/*.yml", "offers"], vec!["two", "one", "three"]),
        (vec!["offers/{one,two}.yaml"], vec!["one"]),
        (vec!["o*/one.yaml", "offers/one.yaml"], vec!["one"]),
        (vec!["other/three.txt"], vec!["three"]),
    ] {
        let (loaded, found) = load_all(&files, &selection);
        assert_eq!(found, [""; 0], "{selection:?}");
        let ids: Vec<_> = loaded.desired.iter().map(|desired| desired.address.offer.as_str()).collect();
        assert_eq!(ids, expected, "{selection:?}");
    }
}

#[test]
fn a_selection_that_matches_nothing_is_named() {
    let files = [("offers/text.html", "<p>"), ("x.yaml", "a")];
    let help = "(offer files end with `.yaml`, `.yml` or `.json`)";
    for (pattern, expected) in [
        ("offers", &*format!("- no-match: the folder `offers` contains no offer file {help}")),
        ("offers/*.yaml", &format!("- no-match: the pattern `offers/*.yaml` contains no offer file {help}")),
        ("nowhere/*", &format!("- no-match: the pattern `nowhere/*` contains no offer file {help}")),
        ("none.yaml", "- unreadable-file: `none.yaml` does not exist"),
        ("offers/none.yaml", "- unreadable-file: `offers/none.yaml` does not exist"),
        (
            "contoso/none",
            "- unreadable-file: `contoso/none` does not exist (if `contoso/none` is meant as an offer, write `--offer contoso/none`)",
        ),
        ("../x.yaml", "- unreadable-file: `../x.yaml` is outside of the repository `.`"),
        ("a[", "- no-match: `a[` is not a pattern: unclosed character class; missing ']'"),
    ] {
        assert_eq!(load_all(&files, &[pattern]).1, [expected], "{pattern}");
    }
}

#[test]
fn a_secret_stands_only_where_it_stays_one() {
    let vm = |place: &str| format!("{HEAD}definition: {{ {place} }}\n");
    let secret = "{ $secret: { env: A } }";
    for place in [
        format!("offer: {{ microsoft-azure-marketplace.marketoLeadConfiguration: {{ clientSecret: {secret} }} }}"),
        format!("offer: {{ microsoft-azure-marketplace: {{ smallLogo: {secret}, screenshots: [{secret}] }} }}"),
        format!(
            "plans: [{{ planId: a, microsoft-azure-virtualmachines.vmImages: {{ 1.0.0: {{ osVhdUrl: {secret}, lunVhdDetails: [{{ lunVhdUrl: {secret} }}] }} }} }}]"
        ),
    ] {
        assert_finds(&vm(&place), &[]);
    }
    for place in [
        format!("offer: {{ microsoft-azure-marketplace.title: {secret} }}"),
        format!("displayText: {secret}"),
        format!("offer: {{ microsoft-azure-marketplace.marketoLeadConfiguration: {{ munchkinId: {secret} }} }}"),
        format!("offer: {{ decoy.clientSecret: {secret} }}"),
        format!("plans: [{{ planId: a, regions: [{secret}] }}]"),
    ] {
        let (loaded, found) = load_one(&vm(&place));
        assert!(found.len() == 1 && found[0].contains(" secret-in-public-field: "), "{place}: {found:?}");
        assert_eq!(loaded.desired.len(), 0);
    }
}

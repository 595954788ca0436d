//! Laws of the loader: what any text comes to, compared with a second reader (`serde_yaml`, `serde_json`), and that
//! no text at all makes it panic or point outside of a file.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use offerform::desired::{self, Environment, Loaded, NoVariables};
use offerform::diagnostic::Diagnostics;
use offerform::manifest::{Composer, Library, Node, Value};
use offerform::source::{MemoryTree, RelativePath, Sources, Span, WorkTree};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

#[derive(Debug)]
struct AnyVariable;

impl Environment for AnyVariable {
    fn variable(&self, name: &str) -> Option<String> {
        Some(format!("value of {name}"))
    }
}

/// What the file `name` holds, and the texts and findings that go with it.
fn parse(name: &str, bytes: impl Into<Vec<u8>>) -> (Vec<Node>, Sources, Diagnostics) {
    let tree = MemoryTree::default().with(name, bytes);
    let library = Library::new(&tree);
    let documents = library.parsed(&RelativePath::parse(name).unwrap()).unwrap().documents.clone();
    let (sources, findings) = library.finish();
    (documents, sources, findings)
}

fn load(name: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    desired::load(&MemoryTree::default().with(name, bytes), &[".".to_owned()], &NoVariables)
}

/// The tree as JSON, places forgotten.
fn json_of(node: &Node) -> Json {
    match &node.value {
        Value::Null | Value::Unknown => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(number) => Json::Number(number.clone()),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Mapping(mapping) => {
            Json::Object(mapping.members.iter().map(|(key, member)| (key.clone(), json_of(&member.value))).collect())
        }
        Value::Secret(_) => panic!("no directive was carried out"),
    }
}

/// Every place in the tree, with the node it belongs to; keys come as text nodes.
fn visit(node: &Node, see: &mut impl FnMut(Span, Option<&Node>, &str)) {
    see(node.span, Some(node), "");
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Mapping(mapping) => {
            for (key, member) in &mapping.members {
                see(member.key, None, key);
                visit(&member.value, see);
            }
        }
        _ => {}
    }
}

fn assert_places(sources: &Sources, span: Span) {
    let text = sources.text(span.source);
    assert!(text.get(span.range()).is_some(), "{span:?} does not lie in a text of {} bytes", text.len());
}

/// JSON of any shape, a few levels deep, whose numbers every reader keeps.
fn any_json(text: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = Json> {
    // No `<`: the plain key `<<` is no key of the document.
    let key = "[a-zA-Z0-9 .~$é😀-]{0,8}";
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        text.prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            proptest::collection::vec((key, inner), 0..5)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// The same as a value of the second reader. Not through `Serialize`: numbers of any size would turn into mappings.
fn yaml_of(value: &Json) -> serde_yaml::Value {
    match value {
        Json::Null => serde_yaml::Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => number
            .as_i64()
            .map(Into::into)
            .or_else(|| number.as_u64().map(Into::into))
            .unwrap_or_else(|| panic!("{number}")),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => items.iter().map(yaml_of).collect::<Vec<_>>().into(),
        Json::Object(members) => serde_yaml::Value::Mapping(
            members.iter().map(|(key, value)| (key.as_str().into(), yaml_of(value))).collect(),
        ),
    }
}

proptest! {
    #[test]
    fn json_text_is_read_as_serde_json_reads_it(value in any_json(any::<String>()), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let (documents, _, findings) = parse("a.json", text.clone());
        prop_assert!(findings.is_empty(), "{findings:?} in {text}");
        prop_assert_eq!(json_of(&documents[0]), value);
    }

    #[test]
    fn json_text_means_the_same_in_a_yaml_file(value in any_json(any::<String>())) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let (documents, _, findings) = parse("a.yaml", text.clone());
        prop_assert!(findings.is_empty(), "{findings:?} in {text}");
        prop_assert_eq!(json_of(&documents[0]), value);
    }

    #[test]
    fn yaml_by_another_writer_is_read_as_it_was_meant(value in any_json("[ -~é€😀\n]{0,40}")) {
        let text = serde_yaml::to_string(&yaml_of(&value)).unwrap();
        let (documents, _, findings) = parse("a.yaml", text.clone());
        prop_assert!(findings.is_empty(), "{findings:?} in {text}");
        prop_assert_eq!(json_of(&documents[0]), value, "{}", text);
    }

    #[test]
    fn what_two_readers_accept_means_the_same_to_both(
        text in "(( |  )?(- |[ab]: |\\? |: |)(- |)(\"c\\\\n é\"|'c''d'|\\[a, b: c,\\]|c d|c\n  e|c #d|c#d|\\{a: b\\}|>-\n   x\n   y|\\|\n   x\n|)\n){1,3}",
    ) {
        let (documents, _, findings) = parse("a.yaml", text.clone());
        let other = serde_yaml::from_str::<serde_yaml::Value>(&text);
        if let (false, Ok(other), [document]) = (findings.has_errors(), other, documents.as_slice()) {
            prop_assert_eq!(stringly(&yaml_of(&json_of(document))), stringly(&other), "{}", text);
        }
    }

    #[test]
    fn merges_come_to_what_the_second_reader_makes_of_them(
        maps in proptest::collection::vec(proptest::collection::btree_map("[a-e]", 0..9_u8, 0..4), 2..4),
        own in proptest::collection::btree_map("[a-e]", 10..19_u8, 0..4),
        single in any::<bool>(),
    ) {
        let mapping = |map: &std::collections::BTreeMap<String, u8>| serde_json::to_string(map).unwrap();
        let mut text = String::new();
        for (index, map) in maps.iter().enumerate() {
            text = format!("{text}- &m{index} {}\n", mapping(map));
        }
        let merged = if single { "*m0" } else { "[*m0, *m1]" };
        text = format!("{text}- own: {}\n  <<: {merged}\n", mapping(&own));
        for (key, value) in &own {
            text = format!("{text}  {key}: {value}\n");
        }
        let tree = MemoryTree::default().with("a.yaml", text.clone());
        let library = Library::new(&tree);
        let path = RelativePath::parse("a.yaml").unwrap();
        let document = library.parsed(&path).unwrap().documents[0].clone();
        let (composed, complete) = Composer::new(&library, &NoVariables).compose(document, &path);
        prop_assert!(complete);
        let mut other: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        other.apply_merge().unwrap();
        prop_assert_eq!(yaml_of(&json_of(&composed)), other, "{}", text);
    }

    #[test]
    fn every_place_lies_in_its_file_and_shows_what_was_written(
        members in proptest::collection::btree_map("[a-zé][a-zé0-9😀]{0,6}", "[a-zé€][a-zé€0-9 😀]{0,12}[a-z]", 1..6),
        indentation in 0_usize..3,
        mark in any::<bool>(),
    ) {
        let mut text = if mark { "\u{feff}list:\n" } else { "# é\nlist:\n" }.to_owned();
        for (key, value) in &members {
            let space = " ".repeat(indentation);
            let flow = format!("[{value}, &b !!str {value} ] ");
            text = format!("{text}{space}- {key}: {value}  # ü\n{space}  quoted: \"{value}\"\n{space}  &a{key} flow: {flow}\n");
        }
        let (documents, sources, findings) = parse("a.yaml", text.clone());
        prop_assert!(findings.is_empty(), "{findings:?} in {text}");
        visit(&documents[0], &mut |span, node, key| {
            assert_places(&sources, span);
            let slice = sources.slice(span);
            match node.map(|node| &node.value) {
                None => assert_eq!(slice, key),
                Some(Value::Text(value)) => assert_eq!(slice.trim_matches('"'), value, "{text}"),
                Some(Value::List(_)) if slice.starts_with('[') => assert!(slice.ends_with(']'), "{slice:?} {text}"),
                _ => assert!(slice.ends_with(']'), "{slice:?} in {text}"),
            }
        });
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), json in any::<bool>()) {
        let loaded = load(if json { "a.json" } else { "a.yaml" }, bytes);
        prop_assert!(loaded.diagnostics.has_errors());
    }

    #[test]
    fn no_text_makes_it_panic_or_point_elsewhere(
        text in "([a-zé😀]|[-:?,\\[\\]{}#&*!|>'\"%@`~<$\\\\/]|[ \t\r\n]|\n  |- |: |&a |\\*a|<<: |---\n|!!str |\\$file: |0x1F|\u{85}|\u{2028}|\u{feff}){0,60}",
        json in any::<bool>(),
    ) {
        let name = if json { "a.json" } else { "a.yaml" };
        let (documents, sources, findings) = parse(name, text.clone());
        for document in &documents {
            visit(document, &mut |span, _, _| assert_places(&sources, span));
        }
        let labels = findings.iter().flat_map(|finding| finding.primary.iter().chain(&finding.related));
        labels.for_each(|label| assert_places(&sources, label.span));
        let _ = load(name, text);
    }
}

/// The value with every scalar as text, and an absent value as none: the readers differ in 1.1 and 1.2 words.
fn stringly(value: &serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Null => "".into(),
        Yaml::Bool(value) => value.to_string().into(),
        Yaml::Number(number) => number.to_string().into(),
        Yaml::Sequence(items) => items.iter().map(stringly).collect::<Vec<_>>().into(),
        Yaml::Mapping(members) => {
            Yaml::Mapping(members.iter().map(|(key, value)| (stringly(key), stringly(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn the_shipped_examples_load_without_a_finding() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let selection = ["examples/offers".to_owned()];
    let tree = WorkTree::open(root, &selection).unwrap();
    let loaded = desired::load(&tree, &selection, &NoVariables);
    assert_eq!(loaded.diagnostics.iter().collect::<Vec<_>>(), Vec::<&offerform::diagnostic::Diagnostic>::new());
    let addresses: Vec<String> = loaded.desired.iter().map(|offer| offer.address.to_string()).collect();
    assert_eq!(
        addresses,
        [
            "contoso/backup-app",
            "contoso/data-stream",
            "contoso/firewall",
            "contoso/image-scanner",
            "contoso/linux-images",
            "contoso/policy-console"
        ]
    );
}

#[test]
fn the_examples_of_the_reference_are_right() {
    let page = include_str!("../docs/offer-file.md");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [whole, reconcile] = blocks.as_slice() else { panic!("{} examples", blocks.len()) };
    let other = whole.split("reconcile:").next().unwrap().replace("id: firewall", "id: other") + reconcile;
    let tree = MemoryTree::default()
        .with("a.yaml", *whole)
        .with("b.yaml", other)
        .with("parts/contacts.yaml", "engineeringContactName: Ada\ntitle: Shared\n")
        .with("firewall/description.html", "<p>Text</p>\n");
    let loaded = desired::load(&tree, &["*.yaml".to_owned()], &AnyVariable);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let [first, second] = loaded.desired.as_slice() else { panic!("{} offers", loaded.desired.len()) };
    let offer = &first.document.content()["definition"]["offer"];
    assert_eq!(offer["microsoft-azure-marketplace.title"], "Contoso Firewall");
    assert_eq!(offer["microsoft-azure-marketplace.engineeringContactName"], "Ada");
    assert_eq!(offer["microsoft-azure-marketplace.description"], "<p>Text</p>");
    assert_eq!(offer.get("microsoft-azure-marketplace.videos"), Some(&Json::Null));
    assert_eq!(first.reconcile.ignore.len(), 2);
    assert_eq!((second.reconcile.allow.len(), second.reconcile.silence.len()), (1, 2));
}

//! What is written is what is read, by two readers that know nothing of each other.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::manifest::{Library, Node, Value as Loaded};
use crate::source::{MemoryTree, RelativePath};

/// Texts that YAML, or an editor, takes for something else if they are written carelessly.
const ODD: [&str; 66] = [
    "",
    " ",
    "null",
    "Null",
    "~",
    "true",
    "False",
    "NO",
    "no",
    "yes",
    "on",
    "off",
    "y",
    "N",
    "1.10",
    "0x10",
    "0o17",
    "1e3",
    "012",
    "1_000",
    ".inf",
    "-.INF",
    ".nan",
    "12:30",
    "12:30:45",
    "2026-11-21",
    "2026-11-21T10:00:00Z",
    "- a: b # c",
    "a: b",
    "a #b",
    "#a",
    "a:",
    ":a",
    "a\tb",
    "\ta",
    "a ",
    " a",
    "a\n",
    "\na",
    "a\n\n",
    "a\r\nb",
    "a\rb",
    "a\n b",
    "a\n\nb\n",
    " a\nb",
    "a \nb",
    "a\n\tb",
    "|",
    ">",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a`",
    "\"",
    "'",
    "\\",
    "<<",
    "=",
    "---",
    "...",
    "$file",
    "{a}",
    "[a]",
    "a, b",
];

fn loaded(text: &str) -> Value {
    let tree = MemoryTree::default().with("a.yaml", text);
    let library = Library::new(&tree);
    let parsed = library.parsed(&RelativePath::parse("a.yaml").unwrap()).unwrap();
    let (_, findings) = library.finish();
    assert_eq!(findings.iter().map(|finding| &finding.message).collect::<Vec<_>>(), [""; 0], "{text}");
    assert_eq!(parsed.documents.len(), 1, "{text}");
    json_of(&parsed.documents[0])
}

fn json_of(node: &Node) -> Value {
    match &node.value {
        Loaded::Null => Value::Null,
        Loaded::Bool(value) => json!(value),
        Loaded::Number(number) => Value::Number(number.clone()),
        Loaded::Text(text) => json!(text),
        Loaded::List(items) => items.iter().map(json_of).collect(),
        Loaded::Mapping(mapping) => {
            Value::Object(mapping.members.iter().map(|(key, member)| (key.clone(), json_of(&member.value))).collect())
        }
        Loaded::Secret(_) | Loaded::Unknown => panic!("nothing of the kind is written"),
    }
}

fn is_read_back(value: &Value) {
    let text = document(&Item::of(value));
    assert_eq!(loaded(&text), *value, "{text}");
    let second: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(second, *value, "{text}");
    let line = flow(&Item::of(value));
    assert!(!line.contains('\n'), "{line}");
    assert_eq!(loaded(&format!("a: {line}\n"))["a"], *value, "{line}");
}

#[test]
fn texts_that_yaml_twists_are_read_back_as_keys_and_as_values() {
    for text in ODD {
        is_read_back(&json!({ text: text, "b": [text, { text: [[text], { text: {} }] }] }));
    }
    let long = "<p>line</p>\r\n  <b>\"indented\"</b>\r\n\r\n".repeat(3000);
    is_read_back(&json!({"html": long, "in a list": [long, {"a": long}]}));
    is_read_back(
        &json!({"emoji": "a 😀 b", "e\u{301}": "\u{85}\u{2028}\u{feff}\u{0}\u{7f}\u{200f}\u{fffe}", "n": [[], {}, [[]]]}),
    );
}

#[test]
fn what_a_person_would_write_plainly_is_written_plainly() {
    for (value, expected) in [
        (json!({"title": "Contoso Firewall"}), "title: Contoso Firewall\n"),
        (json!({"url": "https://contoso.example/a?b=c&d"}), "url: https://contoso.example/a?b=c&d\n"),
        (json!({"a": "5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11"}), "a: 5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11\n"),
        (json!({"regions": ["DE", "NO", "US"]}), "regions: [DE, \"NO\", US]\n"),
        (
            json!({"1.10.0": true, "1.10": 0.1, "4core": 2, "0e1": 3}),
            "1.10.0: true\n\"1.10\": 0.1\n4core: 2\n\"0e1\": 3\n",
        ),
        (json!({"a": "one\n\n  two\n", "b": "one\ntwo"}), "a: |\n  one\n\n    two\nb: |-\n  one\n  two\n"),
        (json!({"a": [{"b": 1, "c": [{"d": []}]}]}), "a:\n  - b: 1\n    c:\n      - d: []\n"),
        (json!({"a": "tab\there"}), "a: \"tab\\there\"\n"),
        (json!({"a": "<p>Big, \"small\"</p>", "b": ["x, y"]}), "a: <p>Big, \"small\"</p>\nb: [\"x, y\"]\n"),
        (
            json!({"a": "word: ".repeat(20) + "end"}),
            "a: >-\n  word: word: word: word: word: word: word: word: word: word: word: word: word: word: word: word:\n  word: word: word: word: end\n",
        ),
        (json!({"a": "Grüße, 世界"}), "a: Grüße, 世界\n"),
        (json!({}), "{}\n"),
    ] {
        assert_eq!(document(&Item::of(&value)), expected);
    }
    let file = Item::inline("$file", Item::text("fw/description.html"));
    let secret = Item::inline("$secret", Item::inline("env", Item::text("NAME")));
    let written = document(&Item::Map(vec![
        ("<<".to_owned(), Item::Merge(Box::new(file.clone()))),
        ("a".to_owned(), file),
        ("$$b".to_owned(), secret),
    ]));
    let expected =
        "<<: { $file: fw/description.html }\na: { $file: fw/description.html }\n$$b: { $secret: { env: NAME } }\n";
    assert_eq!(written, expected);
}

#[test]
fn long_lists_and_quoted_texts_are_broken_into_lines() {
    let words: Vec<String> = (0..30).map(|number| format!("word{number}")).collect();
    let text = document(&Item::of(&json!({"a": words, "b": ["x\ny"]})));
    assert!(text.starts_with("a:\n  - word0\n  - word1\n") && text.ends_with("b:\n  - |-\n    x\n    y\n"), "{text}");
    let text = document(&Item::of(&json!({"a": "<p>a</p>\r\n  <p>b</p>\r\n".repeat(20)})));
    assert!(text.starts_with("a: \"<p>a</p>\\r\\n\\\n  \\  <p>b</p>\\r\\n\\\n  <p>a</p>"), "{text}");
}

fn text() -> BoxedStrategy<String> {
    let odd = select(&ODD[..]).prop_map(str::to_owned);
    let characters = select(
        &[
            'a', ' ', '\n', '\t', '\r', ':', '#', '-', '"', '\'', '\\', '{', ',', '|', '\u{2028}', '😀', '0', '.', '$',
            '\u{0}',
        ][..],
    );
    let long = vec(select(&["word", "-", "#a", "a:", "\"", "", "---", "é", "\n", "longer"][..]), 0..40)
        .prop_map(|all| all.join(" "));
    prop_oneof![odd, vec(characters, 0..12).prop_map(|all| all.into_iter().collect()), long, any::<String>()].boxed()
}

fn value() -> BoxedStrategy<Value> {
    let number = select(&["0", "-1", "1.10", "1e3", "9007199254740993", "0.1"][..]);
    let leaf = prop_oneof![
        6 => text().prop_map(Value::from),
        1 => number.prop_map(|text| serde_json::from_str(text).unwrap()),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((text(), inner), 0..5).prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
    .boxed()
}

/// The second reader keeps digits otherwise; numbers are for the first.
fn is_read_back_by_the_loader(value: &Value) {
    let text = document(&Item::of(value));
    assert_eq!(loaded(&text), *value, "{text}");
    let line = flow(&Item::of(value));
    assert_eq!(loaded(&format!("a: {line}\n"))["a"], *value, "{line}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn everything_is_read_back(value in value()) {
        is_read_back_by_the_loader(&json!({ "a": value }));
    }

    #[test]
    fn texts_are_read_back_by_the_second_reader(texts in vec((text(), text()), 1..4)) {
        let value = Value::Object(texts.into_iter().map(|(key, text)| (key, json!([text, {"x": text}]))).collect());
        is_read_back(&value);
    }
}

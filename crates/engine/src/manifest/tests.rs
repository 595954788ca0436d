//! Tables of texts and what they come to, or what is found in them.

use serde_json::{Value as Json, json};

use super::{Composer, Environment, Library, Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{MemoryTree, RelativePath, Sources, Span};

/// One variable.
#[derive(Debug)]
pub(crate) struct OneVariable;

impl Environment for OneVariable {
    fn variable(&self, name: &str) -> Option<String> {
        (name == "SUPPORT").then(|| "help@contoso.example".to_owned())
    }
}

/// Findings as one line each: place, code, message, other places, help.
pub(crate) fn summaries(findings: &Diagnostics, sources: &Sources) -> Vec<String> {
    findings.iter().map(|finding| line(finding, sources)).collect()
}

fn line(finding: &Diagnostic, sources: &Sources) -> String {
    let place = |span: Span| {
        let (line, column) = sources.line_column(span);
        format!("{}:{line}:{column}", sources.name(span.source))
    };
    let at = finding.primary.as_ref().map_or("-".to_owned(), |label| place(label.span));
    let mut text = format!("{at} {}: {}", finding.code, finding.message);
    for label in &finding.related {
        text = format!("{text} [{} {}]", place(label.span), label.text);
    }
    if let Some(help) = &finding.help {
        text = format!("{text} ({help})");
    }
    text
}

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
        Value::Secret(reference) => json!(format!("secret {reference}")),
    }
}

/// The composed documents of `name` in `tree`, and what was found.
fn compose(tree: &MemoryTree, name: &str) -> (Vec<Json>, Vec<String>) {
    let library = Library::new(tree);
    let path = RelativePath::parse(name).unwrap();
    let parsed = library.parsed(&path).unwrap();
    let mut composer = Composer::new(&library, &OneVariable);
    let documents =
        parsed.documents.iter().map(|document| json_of(&composer.compose(document.clone(), &path).0)).collect();
    let (sources, findings) = library.finish();
    (documents, summaries(&findings, &sources))
}

fn read(name: &str, text: impl Into<Vec<u8>>) -> (Vec<Json>, Vec<String>) {
    compose(&MemoryTree::default().with(name, text), name)
}

/// Checks what documents a YAML text holds, without a finding.
#[track_caller]
fn assert_reads(text: &str, documents: &[Json]) {
    assert_eq!(read("a.yaml", text), (documents.to_vec(), Vec::new()), "{text}");
}

/// Checks what is found in a file.
#[track_caller]
fn assert_finds(name: &str, text: impl Into<Vec<u8>>, expected: &[&str]) {
    assert_eq!(read(name, text).1, expected);
}

#[test]
fn norway_is_text_and_a_key_is_its_own_text() {
    assert_reads("regions: [NO, DZ, on, y]", &[json!({"regions": ["NO", "DZ", "on", "y"]})]);
    assert_reads(
        "1.10: a\n1: b\ntrue: c\n~: d\n0x1F: e\n'': f\n2026-11-21: g",
        &[json!({"1.10": "a", "1": "b", "true": "c", "~": "d", "0x1F": "e", "": "f", "2026-11-21": "g"})],
    );
}

#[test]
fn numbers_are_exact() {
    let (documents, findings) =
        read("a.yaml", "[9007199254740993, 123456789012345678901234567890, 1.10, 0o17, 0x1F, -0.50]");
    assert_eq!(findings, [""; 0]);
    assert_eq!(documents[0].to_string(), "[9007199254740993,123456789012345678901234567890,1.10,15,31,-0.50]");
    assert_finds(
        "a.yaml",
        "a: .inf\nb: [.nan]",
        &[
            "a.yaml:1:4 yaml-number: JSON has no infinity and no `.nan`",
            "a.yaml:2:5 yaml-number: JSON has no infinity and no `.nan`",
        ],
    );
}

#[test]
fn a_file_holds_several_documents_and_empty_ones_do_not_count() {
    assert_reads("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n", &[json!({"a": 1}), json!({"b": 2})]);
    assert_reads("a:\nb: ~\nc: ''\n", &[json!({"a": null, "b": null, "c": ""})]);
}

#[test]
fn an_empty_file_is_told_so() {
    for text in ["", "\n\n", "# only a comment\n", "---\n---\n", "\u{feff}", "\u{feff}\n"] {
        assert_finds("a.yaml", text, &["a.yaml:1:1 empty-file: the file is empty"]);
    }
    assert_finds("a.json", " \n", &["a.json:1:1 empty-file: the file is empty"]);
}

#[test]
fn bytes_that_are_no_text_are_told_so() {
    assert_finds(
        "a.yaml",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        &["a.yaml:1:1 not-text: the file is binary: it holds a NUL byte"],
    );
    assert_finds("a.yaml", b"\xff\xfea\0:\0", &["a.yaml:1:1 not-text: the file is UTF-16 text (save it as UTF-8)"]);
    assert_finds(
        "a.yaml",
        b"a: 1\nb: caf\xe9\n",
        &["a.yaml:2:7 not-text: the file is not UTF-8 text: byte 0xe9 (save it as UTF-8)"],
    );
    assert_finds("a.yaml", "a: 1\nb: \u{1b}[31m", &["a.yaml:2:4 not-text: control character U+001B"]);
    assert_reads("\u{feff}a: é", &[json!({"a": "é"})]);
}

#[test]
fn a_tab_for_indentation_is_named() {
    let tab = "yaml-tab: a tab is used for indentation (indent with spaces)";
    assert_finds("a.yaml", "a:\n\tb: 1\n", &[&format!("a.yaml:2:1 {tab}")]);
    assert_finds("a.yaml", "a:\n  b: 1\n \tc: 2\n", &[&format!("a.yaml:3:2 {tab}")]);
    assert_reads("a: b\t\nc: [1,\t2]\t# tab\n", &[json!({"a": "b", "c": [1, 2]})]);
    assert_finds(
        "a.yaml",
        "a:\tb",
        &[
            "a.yaml:1:4 yaml-syntax: invalid YAML: ':' must be followed by a valid YAML whitespace (write a space, not a tab)",
        ],
    );
}

#[test]
fn a_key_that_is_there_twice_is_shown_at_both_places() {
    assert_finds(
        "a.yaml",
        "a: 1\nb:\n  c: 1\n  'c': 2\n\"a\": 2\n",
        &[
            "a.yaml:4:3 duplicate-key: duplicate key `c` [a.yaml:3:3 first here]",
            "a.yaml:5:1 duplicate-key: duplicate key `a` [a.yaml:1:1 first here]",
        ],
    );
    assert_finds(
        "a.json",
        r#"{"a": 1, "\u0061": 2}"#,
        &["a.json:1:10 duplicate-key: duplicate key `a` [a.json:1:2 first here]"],
    );
    assert_finds(
        "a.yaml",
        "<<: {a: 1}\n<<: {b: 1}\n",
        &["a.yaml:2:1 duplicate-key: duplicate key `<<` [a.yaml:1:1 first here]"],
    );
}

#[test]
fn unknown_tags_are_errors_and_those_of_the_core_schema_count() {
    assert_reads(
        "[!!str 1, !!int '2', !!float 1.5, !!bool 'true', !!null '', ! 3, !!seq [], !<tag:yaml.org,2002:str> 4]",
        &[json!(["1", 2, 1.5, true, null, "3", [], "4"])],
    );
    let help = "(values come from elsewhere with `$file`, `$env` or `$secret`, not with tags)";
    assert_finds(
        "a.yaml",
        "a: !secret X\nb: !!set {x}\nc: !!timestamp 2026-01-01\n",
        &[
            &format!("a.yaml:1:12 yaml-tag: unknown tag `!secret` {help}"),
            &format!("a.yaml:2:4 yaml-tag: unknown tag `tag:yaml.org,2002:!set` {help}"),
            &format!("a.yaml:3:16 yaml-tag: unknown tag `tag:yaml.org,2002:!timestamp` {help}"),
        ],
    );
    assert_finds("a.yaml", "!!int x", &["a.yaml:1:7 yaml-number: this is not a number, as its tag says"]);
}

#[test]
fn keys_are_text() {
    assert_finds(
        "a.yaml",
        "? [a, b]\n: 1\n? {c: d}\n: 2\n: 3\n",
        &[
            "a.yaml:1:3 yaml-key: a key must be text",
            "a.yaml:3:3 yaml-key: a key must be text",
            "a.yaml:5:1 yaml-key: a key is missing here",
        ],
    );
}

#[test]
fn aliases_and_merges_are_put_in() {
    assert_reads("a: &x {k: [1]}\nb: *x\nc: [*x]\n", &[json!({"a": {"k": [1]}, "b": {"k": [1]}, "c": [{"k": [1]}]})]);
    assert_reads("&k key: &v value\nb: *v\nc: {*k : 1}\n", &[json!({"key": "value", "b": "value", "c": {"key": 1}})]);
}

#[test]
fn what_is_written_wins_over_what_is_merged() {
    assert_reads(
        "- &x {a: 1, b: 1}\n- &y {b: 2, c: 2}\n- <<: *x\n  a: 0\n- <<: [*x, *y]\n- {c: 3, <<: {c: 4, d: 4}}\n",
        &[json!([{"a": 1, "b": 1}, {"b": 2, "c": 2}, {"a": 0, "b": 1}, {"a": 1, "b": 1, "c": 2}, {"c": 3, "d": 4}])],
    );
    assert_reads("- &x {a: 1, <<: {b: 2}}\n- {<<: *x}", &[json!([{"a": 1, "b": 2}, {"a": 1, "b": 2}])]);
    assert_reads("'<<': 1", &[json!({"<<": 1})]);
    assert_finds("a.yaml", "<<: 1", &["a.yaml:1:5 merge-key: `<<` takes a mapping or a list of mappings"]);
    assert_finds("a.yaml", "<<: [{}, 1]", &["a.yaml:1:5 merge-key: `<<` takes a mapping or a list of mappings"]);
    assert_finds("a.yaml", "a: 1\n<<:\n", &["a.yaml:2:4 merge-key: `<<` takes a mapping or a list of mappings"]);
}

#[test]
fn an_alias_bomb_is_an_error() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = format!("*a{}, ", level - 1).repeat(10);
        text = format!("{text}a{level}: &a{level} [{inner}]\n");
    }
    let (_, findings) = read("a.yaml", text);
    assert_eq!(findings, ["a.yaml:6:35 yaml-alias: aliases make this file grow beyond all bounds"]);
    assert_finds(
        "a.yaml",
        "&a [*a]",
        &["a.yaml:1:5 yaml-alias: the alias stands inside of its own anchor, or in another document"],
    );
    assert_finds(
        "a.yaml",
        "--- &a 1\n--- *a\n",
        &["a.yaml:2:5 yaml-alias: the alias stands inside of its own anchor, or in another document"],
    );
    assert_finds("a.yaml", "*a", &["a.yaml:1:1 yaml-syntax: invalid YAML: while parsing node, found unknown anchor"]);
}

#[test]
fn three_thousand_nested_brackets_are_an_error() {
    let too_deep = "too-deep: more than 64 levels of nesting";
    for (name, text, at) in [
        // The parser looks ahead, and gives up first.
        ("a.yaml", "[".repeat(3000), "1:256"),
        ("a.json", "[".repeat(3000), "1:65"),
        ("a.yaml", "{a: ".repeat(3000), "1:1021"),
        ("a.yaml", "- ".repeat(3000), "1:129"),
        ("a.yaml", "[\n".repeat(3000), "256:1"),
        ("a.yaml", (0..3000).map(|level| " ".repeat(level) + "a:\n").collect(), "65:65"),
    ] {
        assert_finds(name, text, &[&format!("{name}:{at} {too_deep}")]);
    }
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(read("a.yaml", nested(64)).1, [""; 0]);
    assert_eq!(read("a.json", nested(64)).1, [""; 0]);
    assert_finds("a.yaml", format!("- &a {}\n- [[*a]]\n", nested(62)), &[&format!("a.yaml:2:5 {too_deep}")]);
}

#[test]
fn broken_yaml_is_told_with_its_place() {
    for (text, expected) in [
        (
            "a: b: c\n",
            "a.yaml:1:5 yaml-syntax: invalid YAML: mapping values are not allowed in this context (text that contains `: ` needs quotes; also check the indentation)",
        ),
        ("é: [1, 2\nb: 3\n", "a.yaml:2:2 yaml-syntax: invalid YAML: illegal placement of ':' indicator"),
        (
            "é: 'abc\n",
            "a.yaml:1:4 yaml-syntax: invalid YAML: while scanning a quoted scalar, found unexpected end of stream",
        ),
        ("\u{feff}a: @b", "a.yaml:1:5 yaml-syntax: invalid YAML: unexpected character: `@'"),
        (
            r#"a: "\ud83d\ude00""#,
            r"a.yaml:1:4 yaml-syntax: invalid YAML: while parsing a quoted scalar, found invalid Unicode character escape code (write the character itself; surrogate pairs like `\ud83d\ude00` work only in `.json` files)",
        ),
    ] {
        assert_finds("a.yaml", text, &[expected]);
    }
}

#[test]
fn json_is_read_strictly_and_with_its_escapes() {
    let (documents, findings) = read(
        "a.json",
        "\u{feff}{\"a\": \"\\ud83d\\ude00\\/\\u00e9\\n\",\r\n\t\"b\": [1e5, -0.0, 12345678901234567890123], \"<<\": {}}",
    );
    assert_eq!(findings, [""; 0]);
    assert_eq!(documents[0].to_string(), r#"{"a":"😀/é\n","b":[1e+5,-0.0,12345678901234567890123],"<<":{}}"#);
    for (text, expected) in [
        ("{a: 1}", "1:2 json-syntax: invalid JSON: expected a key in double quotes"),
        ("[1,]", "1:4 json-syntax: invalid JSON: expected a value"),
        ("[1 2]", "1:4 json-syntax: invalid JSON: expected `,` or `]`"),
        ("{\"a\" 1}", "1:6 json-syntax: invalid JSON: expected `:`"),
        ("{\"a\": 1", "1:8 json-syntax: invalid JSON: expected `,` or `}`"),
        ("[\n  # no\n]", "2:3 json-syntax: invalid JSON: expected a value (JSON has no comments; YAML files have)"),
        ("[01]", "1:2 json-syntax: invalid JSON: this is not a number"),
        ("[NO]", "1:2 json-syntax: invalid JSON: expected a value"),
        ("[nullx]", "1:6 json-syntax: invalid JSON: expected `,` or `]`"),
        ("\"a\nb\"", "1:3 json-syntax: invalid JSON: a line break or control character in a text"),
        ("\"abc", "1:5 json-syntax: invalid JSON: the text is not closed"),
        (r#""\ud83d!""#, "1:2 json-syntax: invalid JSON: incomplete surrogate pair"),
        (r#""\ude00""#, "1:2 json-syntax: invalid JSON: incomplete surrogate pair"),
        (r#""\u00g0""#, "1:2 json-syntax: invalid JSON: expected four hexadecimal digits"),
        (r#""\u+0a1""#, "1:2 json-syntax: invalid JSON: expected four hexadecimal digits"),
        (r#""\x""#, "1:2 json-syntax: invalid JSON: unknown escape"),
        ("{} {}", "1:4 json-syntax: invalid JSON: text after the end of the document"),
        ("{\"é\": ", "1:7 json-syntax: invalid JSON: unexpected end of file"),
    ] {
        assert_finds("a.json", text, &[&format!("a.json:{expected}")]);
    }
}

#[test]
fn a_file_with_too_much_in_it_is_told_so() {
    for (name, text, at) in [
        ("a.yaml", format!("[{}1]", "1,".repeat(500_001)), "1:999996 too-large: more than 500000 values in one file"),
        ("a.json", format!("[{}1]", "1,".repeat(500_001)), "1:1000000 too-large: more than 500000 values in one file"),
        ("a.yaml", "--- a\n".repeat(1001), "1001:1 too-large: more than 1000 documents in one file"),
    ] {
        assert_finds(name, text, &[&format!("{name}:{at}")]);
    }
    assert_eq!(read("a.yaml", "a: 1\n".repeat(1000)).1.len(), 101);
    let twice: Vec<&str> = std::iter::repeat_n(r#""a": 1"#, 1000).collect();
    assert_eq!(read("a.json", format!("{{{}}}", twice.join(","))).1.len(), 102);
}

#[test]
fn a_file_of_ten_megabytes_is_read() {
    let line = "- {name: é, text: \"some more text that is not too short\", number: 12, list: [a, b, c]}\n";
    let (documents, findings) = read("a.yaml", line.repeat(10_000_000 / line.len() / 20));
    assert_eq!(findings, [""; 0]);
    assert!(documents[0].as_array().is_some_and(|list| list.len() > 5000));
    let long = format!("[{}\"{}\"]", "\"é\", ".repeat(50_000), "é".repeat(5_000_000));
    assert_eq!(read("a.yaml", long.clone()).1, [""; 0]);
    assert_eq!(read("a.json", long).1, [""; 0]);
}

fn repository() -> MemoryTree {
    MemoryTree::default()
        .with("offers/text.html", "\u{feff}<p>é</p>\r\n<p>b</p>\r\n")
        .with("offers/binary.html", b"a\0b")
        .with(
            "offers/parts/contact.yaml",
            "name: Support\nmail: { $env: SUPPORT }\nterms: { $file: ../../legal/terms.txt }\n",
        )
        .with("offers/parts/part.json", r#"{"$schema": "x", "a": {"$secret": {"env": "KEY"}}}"#)
        .with("offers/parts/two.yaml", "a\n---\nb\n")
        .with("offers/parts/broken.yaml", "a: [")
        .with("offers/parts/self.yaml", "x: { $file: self.yaml }")
        .with("offers/parts/ping.yaml", "{ $file: pong.yaml }")
        .with("offers/parts/pong.yaml", "[{ $file: ping.yaml }]")
        .with("legal/terms.txt", "no warranty")
}

fn compose_in_repository(text: &str) -> (Vec<Json>, Vec<String>) {
    compose(&repository().with("offers/a.yaml", text), "offers/a.yaml")
}

#[test]
fn values_come_from_files_and_the_environment() {
    for (text, expected) in [
        ("{ $file: text.html }", json!("<p>é</p>\n<p>b</p>")),
        ("$file: ./../legal/terms.txt", json!("no warranty")),
        ("{ $env: SUPPORT }", json!("help@contoso.example")),
        (
            "a: { $file: parts/contact.yaml }",
            json!({"a": {"name": "Support", "mail": "help@contoso.example", "terms": "no warranty"}}),
        ),
        (
            "<<: { $file: parts/contact.yaml }\nname: Me\nmail: x\nterms: ~",
            json!({"name": "Me", "mail": "x", "terms": null}),
        ),
        ("$file: parts/part.json", json!({"a": "secret env KEY"})),
        ("$secret: { env: KEY, version: 1.10 }", json!("secret env KEY (version 1.10)")),
        ("$secret: { file: ../legal/../keys/sas.txt, version: two }", json!("secret file keys/sas.txt (version two)")),
    ] {
        assert_eq!(compose_in_repository(text), (vec![expected], Vec::new()), "{text}");
    }
}

#[test]
fn directives_that_cannot_be_carried_out_are_told() {
    for (text, expected) in [
        (
            "{ $file: text.html, other: 1 }",
            "1:3 directive: `$file` must be the only key in its mapping (move the other keys)",
        ),
        (
            "{ $file: text.html, <<: {} }",
            "1:3 directive: `$file` must be the only key in its mapping (move the other keys)",
        ),
        ("{ $fiel: text.html }", "1:3 directive: unknown directive `$fiel` (did you mean `$file`?)"),
        (
            "{ $elephant: 1 }",
            "1:3 directive: unknown directive `$elephant` (known are `$file`, `$env`, `$secret`, `$sas`)",
        ),
        ("{ $file: [a] }", "1:10 directive: expected a path, not a list"),
        ("{ $file: '' }", "1:10 directive: expected a path, not text"),
        ("{ $file: none.html }", "1:10 unreadable-file: `offers/none.html` does not exist"),
        ("{ $file: none.yaml }", "1:10 unreadable-file: `offers/none.yaml` does not exist"),
        ("{ $file: ../../etc/passwd }", "1:10 unreadable-file: `../../etc/passwd` is outside of the repository `.`"),
        ("{ $file: /etc/passwd }", "1:10 unreadable-file: `/etc/passwd` is outside of the repository `.`"),
        (
            "{ $file: 'parts\\x.html' }",
            "1:10 unreadable-file: `parts\\x.html` is not a portable path: use `/` between folders",
        ),
        ("{ $env: NOT_SET }", "1:9 env-not-set: the environment variable `NOT_SET` is not set"),
        ("{ $env: 'A B' }", "1:9 directive: expected the name of an environment variable"),
        ("{ $env: 1 }", "1:9 directive: expected the name of an environment variable"),
        (
            "{ $secret: KEY }",
            "1:12 directive: `$secret` takes a mapping, not text (write `{ $secret: { env: NAME } }` or `{ $secret: { file: PATH } }`)",
        ),
        ("{ $secret: {} }", "1:12 directive: `$secret` takes either `env` or `file`"),
        ("{ $secret: { env: A, file: b } }", "1:12 directive: `$secret` takes either `env` or `file`"),
        (
            "{ $secret: { environment: A } }",
            "1:14 directive: `$secret` has no key `environment` (known are `env`, `file` and `version`)",
        ),
        ("{ $secret: { env: A, version: [] } }", "1:31 directive: a version must be text or a number, not a list"),
        ("{ $secret: { file: ../../x } }", "1:20 unreadable-file: `../../x` is outside of the repository `.`"),
        ("{ $file: parts/self.yaml }", "directive: `offers/parts/self.yaml` includes itself"),
        ("{ $file: a.yaml }", "1:10 directive: `offers/a.yaml` includes itself"),
        ("{ $file: parts/ping.yaml }", "directive: `offers/parts/ping.yaml` includes itself"),
        (
            "{ $file: parts/two.yaml }",
            "1:10 directive: `offers/parts/two.yaml` contains several documents, so it cannot be included here [offers/parts/two.yaml:3:1 the second]",
        ),
        ("{ $file: parts/broken.yaml }", "offers/parts/broken.yaml:1:5 yaml-syntax: invalid YAML"),
    ] {
        let (documents, findings) = compose_in_repository(text);
        assert_eq!(documents.len(), 1, "{text}");
        assert!(findings.len() == 1 && findings[0].contains(expected), "{text}: {findings:#?}");
    }
    assert_eq!(
        compose_in_repository("{ $file: binary.html }").1,
        [
            "offers/a.yaml:1:10 directive: `offers/binary.html` cannot be included here",
            "offers/binary.html:1:1 not-text: the file is binary: it holds a NUL byte",
        ]
    );
}

#[test]
fn files_in_files_are_bounded() {
    let mut tree = MemoryTree::default();
    for level in 0..20 {
        tree = tree.with(&format!("{level}.yaml"), format!("[{{ $file: {}.yaml }}]", level + 1));
    }
    let (_, findings) = compose(&tree.with("20.yaml", "end"), "0.yaml");
    assert_eq!(findings, ["15.yaml:1:11 too-deep: more than 16 files include each other"]);

    let mut tree = MemoryTree::default();
    for level in 0..12 {
        let next = format!("{{ $file: {}.yaml }}, ", level + 1).repeat(10);
        tree = tree.with(&format!("{level}.yaml"), format!("[{next}]"));
    }
    let (_, findings) = compose(&tree.with("12.yaml", "end"), "0.yaml");
    assert!(findings.iter().all(|finding| finding.contains("too-large: the document becomes too large")));
    assert!(!findings.is_empty());

    let nested = |levels: usize| format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
    let tree =
        MemoryTree::default().with("b.yaml", nested(40)).with("a.yaml", nested(40).replace('x', "{ $file: b.yaml }"));
    let (_, findings) = compose(&tree, "a.yaml");
    assert_eq!(findings, ["b.yaml:1:25 too-deep: more than 64 levels of nesting"]);
}

#[test]
fn a_template_is_told_apart_from_broken_yaml() {
    for (name, text, place) in [
        ("a.yaml", "id: {{ offer_id }}\n", "1:5"),
        ("a.yaml", "a: 1\n{% if x %}\nb: 2\n{% endif %}\n", "2:1"),
        ("a.yaml", "a:\n  - {{ item }}\n", "2:5"),
        ("a.json", "{\n  \"id\": {{ id }}\n}", "2:9"),
    ] {
        let found = read(name, text).1;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("{name}:{place} template: ")), "{found:?}");
    }
    // In quotes, in a block or inside of plain text it is text.
    assert_reads(
        "a: '{{x}}'\nb: Node {{x}}\nc: |\n  {{x}}\n",
        &[json!({"a": "{{x}}", "b": "Node {{x}}", "c": "{{x}}\n"})],
    );
    // A flow mapping in a flow mapping needs no space.
    assert_reads("a: [{b: {}}]\n", &[json!({"a": [{"b": {}}]})]);
}

#[test]
fn a_bracket_too_many_is_said() {
    for (name, text) in [
        ("a.yaml", "{ \"a\": { \"b\": \"}{\" } } }\n"),
        ("a.yaml", "a: { b: [1] } } # {\n"),
        ("a.json", "{ \"a\": { \"b\": \"{\" } } }\n"),
        ("a.json", "[1]]"),
    ] {
        let found = read(name, text).1;
        let bracket = if text.ends_with(']') { ']' } else { '}' };
        assert!(found.iter().any(|one| one.contains(&format!("unmatched `{bracket}`"))), "{text}: {found:?}");
    }
    let found = read("a.yaml", "a: [1, 2}\n").1;
    assert!(!found.iter().any(|one| one.contains("too many")), "{found:?}");
}

#[test]
fn a_credential_of_the_machine_is_read_by_no_file() {
    for name in [
        "OFFERFORM_TOKEN",
        "AZURE_CLIENT_SECRET",
        "GITHUB_TOKEN",
        "gh_token",
        "SYSTEM_ACCESSTOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ENDPOINT_AUTH_azure",
        "GIT_CONFIG_VALUE_0",
    ] {
        for text in [format!("a: {{ $env: {name} }}"), format!("a: {{ $secret: {{ env: {name} }} }}")] {
            let found = read("a.yaml", text.as_str()).1;
            assert!(found.len() == 1 && found[0].contains(" credential-variable: "), "{text}: {found:?}");
        }
    }
    let found = read("a.yaml", "a: { $env: AZURE_STORAGE_CONNECTION_STRING }").1;
    assert!(found[0].contains(" credential-variable: "), "{found:?}");
    assert_eq!(read("a.yaml", "a: { $secret: { env: AZURE_STORAGE_CONNECTION_STRING } }").1, [""; 0]);
}

#[test]
fn nothing_below_a_git_folder_is_a_secret() {
    for path in [".git/config", "../.GIT/config", "sub/.git/config"] {
        let text = format!("a: {{ $secret: {{ file: {path} }} }}");
        let tree = MemoryTree::default().with("offers/a.yaml", text.as_str());
        let found = compose(&tree, "offers/a.yaml").1;
        assert!(found.len() == 1 && found[0].contains(" unreadable-file: "), "{path}: {found:?}");
    }
}

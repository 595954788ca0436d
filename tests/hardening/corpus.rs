//! Where inputs begin: the shipped examples, what the sandbox's portal holds, and words that mean something to the loader.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

/// A file: its path, as offers mention it, and its bytes.
pub(crate) type File = (String, Vec<u8>);

/// Every file of `examples/offers`.
pub(crate) static EXAMPLES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/offers");
    let entries = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            (path, std::fs::read(entry.path()).unwrap())
        })
        .collect()
});

/// Offers as the service returns them.
pub(crate) static OFFERS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/simulator/src/seed");
    let names = ["data-stream", "firewall", "legacy-scanner", "linux-images"];
    let seeds = names.iter().map(|name| std::fs::read(root.join(format!("{name}.json"))).unwrap());
    seeds.map(|seed| serde_json::from_slice::<Value>(&seed).unwrap()["draft"].take()).collect()
});

/// Texts the loader has something to say about.
pub(crate) const SNIPPETS: [&str; 16] = [
    "a: &a [*a]\n",
    "--- &a 1\n--- *a\n...\n",
    "publisherId: p\nid: o\nofferTypeId: t\ndefinition: {offer: {t: {a: 1}, t.a: 2}, plans: [{planId: a}, {planId: A}]}\n",
    "publisherId: p\nid: o\nofferTypeId: t\ndefinition: {plans: [{planId: a, diskGenerations: [{planId: b}]}]}\nreconcile: {release: live}\n",
    "<<: [{$file: parts/contacts.yaml}, {$file: a.yaml}]\nid: {$env: A}\nx: {$secret: {env: B, version: 1}}\n",
    "? [a, b]\n: !!binary aGVsbG8=\n? {c: d}\n: !unknown e\n",
    "a: |2-\n   x\n  y\nb: >+\n\n  z\n\nc: \"\\x41\\u00e9\\U0001f600\\\n  d\"\n",
    "1.10: 0x1F\n~: .inf\n12345678901234567890123: -0.0\n1e999: 1e-999\nNO: on\n",
    "\u{feff}# comment\r\na: 'b''c'\r\n\td: e\u{85}f\u{2028}g\n",
    "{\"a\": \"\\ud83d\\ude00\", \"b\": [1e5, -0.0], \"$schema\": \"x\", \"<<\": {}}",
    "https://x.blob.core.windows.net/vhds/a.vhd?sv=2019&sr=c&sp=rl&st=2026-01-01T00:00:00Z&se=2027-01-01&sig=AbC%2F1%3D\n",
    "reconcile:\n  ignore: [/definition/plans/*/regions, {path: /x, until: 2027-02-30}]\n  allow: [{code: a, target: b, reason: c}]\n",
    "a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: l}}}}}}}}}}\n",
    "- - - - - - - - - - a\n",
    "%YAML 1.2\n%TAG ! tag:x,2000:\n---\n!a b\n...\n",
    "a: b\n---\n---\n- c\n---\nd\n",
];

/// What is put into texts.
pub(crate) const WORDS: [&str; 64] = [
    "&a ",
    "*a",
    "<<: ",
    "---\n",
    "...\n",
    "!!str ",
    "!!binary ",
    "!x ",
    "$file",
    "$env",
    "$secret",
    "{$file: a.yaml}",
    "{$file: ../x}",
    "{$secret: {env: A}}",
    "\t",
    "\r",
    "\r\n",
    "\n",
    "\n\n",
    "  ",
    ": ",
    "- ",
    "? ",
    "# ",
    "|",
    ">",
    "|2-\n",
    "'",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "é",
    "😀",
    "~",
    "null",
    "true",
    "0x",
    "1e",
    "-",
    ".inf",
    "1.10",
    "18446744073709551616",
    "planId: a\n",
    "microsoft-azure-marketplace",
    ".title",
    "definition: ",
    "sig=",
    "?sv=1&sig=",
    "%3D",
    "%",
    "//",
    "@",
];

/// Texts that once did harm, each with what they did.
pub(crate) const FOUND: [(&str, &str); 3] = [
    (
        "a signature was shown: the ampersand is escaped as in JSON by .NET",
        r"https://x/a.vhd?sv=1\u0026sig=jtNlnLWkmYMtRcMYRwrl",
    ),
    ("a second look found a signature in the fragment", "/a#x1&sig=?sv=1&sig=?sv=1&sig=?s"),
    (
        "aliases that merge took a second and half a gigabyte",
        "a: &a {k: v}\nb: &b {a: *a, b: *a, <<: [*a, *a]}\nc: {a: *b, <<: [*b, *b]}\n",
    ),
];

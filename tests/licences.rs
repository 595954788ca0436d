//! What we build on may be built on: every package in the tree has a licence from the list below and comes from
//! crates.io.
//!
//! Works without a network, from what `cargo` has already downloaded. For this reason it sees the packages of the
//! platform it runs on only; public CI runs it on three. It knows nothing of security advisories: those need their
//! database, see `docs/decisions/dependencies.md`.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::process::Command;

use serde_json::Value;

/// Licences that ask for no more than their notice, and why each is here.
///
/// A package that offers a choice needs one of these; one that joins licences with `AND` needs them all.
const ALLOWED: [(&str, &str); 10] = [
    ("0BSD", "asks for nothing"),
    ("Apache-2.0", "one of our own two"),
    ("BSD-2-Clause", "notice only"),
    ("BSD-3-Clause", "notice only; parts of aws-lc and of the encoding tables"),
    ("ISC", "notice only; the TLS stack"),
    ("MIT", "one of our own two"),
    ("MIT-0", "asks for nothing"),
    ("Unicode-3.0", "notice only; the tables of the Unicode Consortium"),
    ("Unlicense", "public domain"),
    ("Zlib", "notice only in source form"),
];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_dependency_has_a_licence_we_accept_and_comes_from_crates_io() {
    let metadata = metadata();
    let used: Vec<&str> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert!(used.len() > 100, "{} packages: this is not the whole tree", used.len());

    let findings: Vec<String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| used.contains(&package["id"].as_str().unwrap()))
        .filter(|package| !package["manifest_path"].as_str().unwrap().starts_with(env!("CARGO_MANIFEST_DIR")))
        .filter_map(finding)
        .collect();
    assert!(findings.is_empty(), "not accepted:\n{}", findings.join("\n"));
}

/// What is wrong with one package of the metadata, if anything.
fn finding(package: &Value) -> Option<String> {
    let name = format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
    if package["source"] != CRATES_IO {
        return Some(format!("{name}: comes from {}", package["source"]));
    }
    match package["license"].as_str() {
        None => Some(format!("{name}: names no licence")),
        Some(licence) if !accepted(licence) => Some(format!("{name}: {licence}")),
        Some(_) => None,
    }
}

/// The dependency tree for this platform, as `cargo` sees it.
fn metadata() -> Value {
    let rustc = std::option_env!("RUSTC").unwrap_or("rustc");
    let version = Command::new(rustc).arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether an SPDX expression can be met from [`ALLOWED`]. `/` is the old way to write `OR`.
fn accepted(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut tokens = spaced.split_whitespace().peekable();
    let met = any_of(&mut tokens);
    met && tokens.next().is_none()
}

type Tokens<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(tokens: &mut Tokens<'_>) -> bool {
    let mut met = all_of(tokens);
    while tokens.next_if_eq(&"OR").is_some() {
        met |= all_of(tokens);
    }
    met
}

fn all_of(tokens: &mut Tokens<'_>) -> bool {
    let mut met = one(tokens);
    while tokens.next_if_eq(&"AND").is_some() {
        met &= one(tokens);
    }
    met
}

fn one(tokens: &mut Tokens<'_>) -> bool {
    match tokens.next() {
        Some("(") => {
            let met = any_of(tokens);
            let closed = tokens.next() == Some(")");
            met && closed
        }
        Some(id) => {
            let plain = tokens.next_if_eq(&"WITH").is_none_or(|_| {
                tokens.next();
                false // no exception is on the list; a choice beside it may be
            });
            plain && ALLOWED.iter().any(|(allowed, _)| *allowed == id)
        }
        None => false,
    }
}

#[test]
fn the_list_for_cargo_deny_is_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
    let (_, licences) = text.split_once("[licenses]").unwrap();
    let (_, list) = licences.split_once("allow = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    let listed: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(listed, ALLOWED.map(|(licence, _)| licence));
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("MIT/Apache-2.0", true),
        ("(GPL-3.0-only OR MIT) AND BSD-3-Clause", true),
        ("MIT OR GPL-3.0-only AND GPL-2.0-only", true),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("(GPL-3.0-only) OR MIT", true),
        ("(MIT", false),
        ("MIT MIT", false),
        ("", false),
    ] {
        assert_eq!(accepted(expression), expected, "{expression}");
    }
}

//! The recorded pitfalls of offer files: each is told, within a second, and none makes the program fall over.

use std::time::Duration;

use offerform::desired::{self, NoVariables};
use offerform::source::MemoryTree;

use crate::timed;

/// An offer with this in its listing.
fn offer(members: &str) -> String {
    format!("publisherId: p\nid: o\nofferTypeId: t\ndefinition:\n  offer:\n{members}\n")
}

/// The codes of what is found in a file, each once, and how long that takes.
fn found(name: &str, text: String) -> (Vec<&'static str>, Duration) {
    let tree = MemoryTree::default().with("up/text.html", "x").with(name, text);
    let mut codes = Vec::new();
    let took = timed(|| {
        let loaded = desired::load(&tree, &[name.to_owned()], &NoVariables);
        codes = loaded.diagnostics.iter().map(|finding| finding.code).collect();
    });
    codes.dedup();
    (codes, took)
}

/// Aliases that would grow to 10^12 values.
fn laughs() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = format!("*a{}, ", level - 1).repeat(10);
        text = format!("{text}a{level}: &a{level} [{inner}]\n");
    }
    text
}

/// The same with merges, in the dotted keys of an offer.
fn merged_laughs() -> String {
    let mut text = "x0: &m0 {k: v}\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        text = format!("{text}x{level}: &m{level} {{a: *m{below}, b: *m{below}, <<: [*m{below}, *m{below}]}}\n");
    }
    text
}

#[test]
fn every_pitfall_is_told_within_a_second() {
    let ten_megabytes = || format!("    t: {{ text: \"{}\" }}", "some text, ".repeat(1_000_000));
    let many_findings = || "    {a: b: c}\n".repeat(100_000);
    for (what, name, text, expected) in [
        ("tabs", "a.yaml", offer("\tt.a: 1"), vec!["yaml-tab"]),
        ("3,000 nested brackets", "a.yaml", offer(&format!("    t.a: {}", "[".repeat(3000))), vec!["too-deep"]),
        ("3,000 nested brackets in JSON", "a.json", "[".repeat(3000), vec!["too-deep"]),
        ("a million brackets", "a.yaml", "[".repeat(1_000_000), vec!["too-deep"]),
        ("a million questions", "a.yaml", "? ".repeat(1_000_000), vec!["too-deep"]),
        ("a billion laughs", "a.yaml", laughs(), vec!["yaml-alias"]),
        ("a billion laughs by merging", "a.yaml", merged_laughs(), vec!["yaml-alias"]),
        ("10 MB in one value", "a.yaml", offer(&ten_megabytes()), vec![]),
        ("17 MB", "a.yaml", " ".repeat(17 << 20), vec!["unreadable-file"]),
        ("100,000 mistakes", "a.yaml", offer(&many_findings()), vec!["yaml-syntax"]),
        ("a file outside", "up/a.yaml", offer("    t.a: { $file: ../../etc/passwd }"), vec!["unreadable-file"]),
        ("an absolute file", "a.yaml", offer("    t.a: { $file: /etc/passwd }"), vec!["unreadable-file"]),
        ("a variable that is not set", "a.yaml", offer("    t.a: { $env: NOT_SET }"), vec!["env-not-set"]),
        (
            "an id that is there twice",
            "a.yaml",
            offer("    {}\n  plans: [{planId: a}, {planId: a}]"),
            vec!["duplicate-plan"],
        ),
        ("control characters", "a.yaml", offer("    t.a: \u{7}"), vec!["not-text"]),
        ("a key with spaces", "a.yaml", offer("    t.b: { \"osVhdUrl  \": x }"), vec![]),
        ("Norway, and 1.10", "a.yaml", offer("    t.c: { 1.10: [NO] }"), vec![]),
    ] {
        let (codes, took) = found(name, text);
        assert_eq!(codes, expected, "{what}");
        // A debug build on a busy machine gets more time than the program has: what explodes takes longer than that.
        let wait_limits = if cfg!(debug_assertions) { 60 } else { 1 };
        assert!(took < Duration::from_secs(wait_limits), "{what} took {took:?}");
    }
}

use super::*;

#[test]
fn characters_that_deceive_are_written_out() {
    for (text, expected) in [
        ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
        ("a\u{202e}b\u{9b}2J", "a\\u{202e}b\\u{9b}2J"),
        ("line\nbreak", "line\\u{a}break"),
        ("ordinary – ünïcode ✓", "ordinary – ünïcode ✓"),
    ] {
        assert_eq!(escaped(text), expected);
    }
}

#[test]
fn characters_that_look_like_others_have_names() {
    for (text, expected) in [
        ("a\u{a0}b", "a[U+00A0 no-break space]b"),
        ("a\u{200b}b", "a[U+200B zero width space]b"),
        ("\u{202e}b", "[U+202E right-to-left override]b"),
        ("\u{2003}b", "[U+2003]b"),
        ("a b\n\tc", "a b\n\tc"),
    ] {
        assert_eq!(named(text), expected);
        assert_eq!(differ_unseen(text, "a b"), text != expected, "{text:?}");
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(&'static str, #[source] Option<Box<Failure>>);

#[test]
fn a_chain_says_each_thing_once() {
    let cause = |words, cause: Option<Failure>| Failure(words, cause.map(Box::new));
    assert_eq!(chain(&cause("reading", Some(cause("no such file", None)))), "reading: no such file");
    assert_eq!(chain(&cause("reading: no such file", Some(cause("no such file", None)))), "reading: no such file");
}

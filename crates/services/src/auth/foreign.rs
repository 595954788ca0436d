//! Text that came from elsewhere (a server, a library, a tool), made fit to be shown to people.
//!
//! Such text is untrusted: it may hold terminal escapes, invisible characters that turn a line around, pages of HTML,
//! or a secret. Everything here returns one line of bounded length without any of them.

use std::error::Error;
use std::fmt;

use crate::secret::redact;
use crate::text::{html, plain_character};

/// How much of a text is looked at, in bytes: enough for any message, little enough for any answer.
const READ_LIMIT: usize = 64 * 1024;

/// How long a reason may get, in characters: Entra's longest messages have about 500.
const REASON_LIMIT: usize = 1000;

/// `text` on one line, without control and invisible characters, secrets redacted, cut after `limit` characters.
#[must_use]
pub fn plain(text: &str, limit: usize) -> String {
    // Most texts are words and ids of the service: in them is nothing to look for.
    if text.len() <= limit && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return text.to_owned();
    }
    let visible: String = head(text).chars().filter_map(plain_character).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&redact(&line), limit)
}

/// The words of an HTML page or fragment, as [`plain`] text: tags, comments, scripts and styles are left out.
#[must_use]
pub fn plain_html(html: &str, limit: usize) -> String {
    plain(&html::words(head(html)), limit)
}

/// The part of `text` that is looked at.
fn head(text: &str) -> &str {
    let mut end = text.len().min(READ_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

/// The reason a library gave, as plain text: what its chain of errors says, each thing once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// A reason in words.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(plain(text, REASON_LIMIT))
    }

    /// The messages of `error` and of what caused it. A message that only repeats what was said is left out.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let mut said: Vec<String> = Vec::new();
        let mut next = Some(error);
        while let Some(error) = next {
            let message = plain(&error.to_string(), REASON_LIMIT);
            if !message.is_empty() && !said.iter().any(|earlier| earlier.contains(&message)) {
                said.push(message);
            }
            next = error.source();
        }
        Self(shorten(&said.join(": "), REASON_LIMIT))
    }

    /// The text of the error, without secrets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Reason {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_invisible_characters_never_get_through() {
        let cases = [
            ("plain", "plain"),
            ("a\r\n\tb   c", "a b c"),
            ("\u{1b}[31mred\u{1b}[0m", "[31mred[0m"),
            ("\u{9b}2Jx\u{7}", "2Jx"),
            ("user\u{202e}txt.exe", "usertxt.exe"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("si\u{200b}g=abc&x", "sig=(redacted)&x"),
            ("größe ✓", "größe ✓"),
        ];
        for (text, shown) in cases {
            assert_eq!(plain(text, 100), shown, "{text:?}");
        }
    }

    #[test]
    fn length_is_bounded_in_characters() {
        assert_eq!(plain("äöüß", 2), "äö…");
        assert_eq!(plain("äö", 2), "äö");
        assert!(plain(&"ß".repeat(READ_LIMIT), usize::MAX).len() <= READ_LIMIT);
    }

    #[test]
    fn an_html_page_becomes_its_words() {
        let page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title><STYLE>b{}</STYLE>\
                    <script>var x = '<b>';</script></head><body><!-- no > --><h1>Proxy</h1>a &lt;b&gt; &amp;lt;</body>";
        assert_eq!(plain_html(page, 200), "502 Bad Gateway Proxy a <b> &lt;");
        assert_eq!(plain_html("no tags", 200), "no tags");
        assert_eq!(plain_html("<script>never closed", 200), "");
        assert_eq!(plain_html("broken <b", 200), "broken");
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_is_one_harmless_line(text in ".*", html in "(<[a-z!/-]{0,8}|[^a]|sig=|>|&lt;)*") {
            for shown in [plain(&text, 50), plain_html(&text, 50), plain(&html, 50), plain_html(&html, 50)] {
                assert!(shown.chars().count() <= 51);
                assert!(!shown.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')), "{shown:?}");
            }
        }
    }

    #[test]
    fn a_reason_says_each_thing_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer: inner words")]
        struct Outer(#[source] Middle);
        #[derive(Debug, thiserror::Error)]
        #[error("inner words")]
        struct Middle(#[source] std::io::Error);
        let error = Outer(Middle(std::io::Error::other("disk\ngone")));
        assert_eq!(Reason::of(&error).as_str(), "outer: inner words: disk gone");
    }
}

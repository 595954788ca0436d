//! Taking out of text what looks like a signature, a key, a token or a password.
//!
//! A second line of defence: what is secret is decided by fields and declarations. What is taken out here can be seen to be missing.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::{REDACTED, token};

/// Whether a text holds something that looks like a signature, a token, a key or a password.
#[must_use]
pub fn looks_secret(text: &str) -> bool {
    redact(text) != text
}

/// `text` with every signature, key, token and password in it replaced, as far as they can be recognized.
///
/// Works on any text, not only on URLs: error messages, HTML, JSON with escaped ampersands. It is a second line of defence: what is
/// secret is decided by fields and declarations. What it takes out can be seen to be missing.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    replaced(text, |_, look| look.map_or_else(|| REDACTED.to_owned(), |look| format!("{OPENING}: looks like {look})")))
}

/// How what stands in place of a secret begins.
const OPENING: &str = "(redacted";

/// `text` with a star in place of each byte of a secret, so that positions in the text stay the same.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    replaced(text, |secret, _| stars(secret))
}

/// As many stars as `secret` has bytes; lines stay lines.
#[must_use]
pub fn stars(secret: &str) -> String {
    let star = |c: char| if matches!(c, '\n' | '\r') { c.to_string() } else { "*".repeat(c.len_utf8()) };
    secret.chars().map(star).collect()
}

/// What a signature's name may be followed by: an equals sign, as it is or escaped for JSON, HTML or another address.
const EQUALS: [(&str, Ends); 6] = [
    ("=", ends_parameter),
    ("\\u003d", ends_parameter),
    ("&#61;", ends_parameter),
    ("&#x3d;", ends_parameter),
    ("%3d", ends_escaped),
    ("%253d", ends_escaped),
];

/// Says of a character whether it ends a secret.
type Ends = fn(char) -> bool;

/// What to write for a secret, given what it looks like if that does not show from what stands before it.
type Replacement = fn(&str, Option<&str>) -> String;

fn replaced(text: &str, replacement: Replacement) -> Cow<'_, str> {
    if !is_marked(text) {
        return Cow::Borrowed(text);
    }
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some(Found { mark, length, look }) = secret_at(&lower, at) {
            // What stands before a password, such as the name of a user, may hold a signature itself.
            let before = &text[at..at + mark];
            if before.len() < text.len() {
                out.push_str(&replaced(before, replacement));
            } else {
                out.push_str(before);
            }
            let value = &text[at + mark..];
            // Text may pass here more than once; what was redacted before stays as it is.
            let before = value.strip_prefix(OPENING).and_then(|rest| rest.find(')')).map(|end| OPENING.len() + end + 1);
            match before {
                Some(before) => out.push_str(&value[..before]),
                None => out.push_str(&replacement(&value[..length], look)),
            }
            at += mark + before.unwrap_or(length);
        } else {
            let next = text[at..].chars().next().map_or(1, char::len_utf8);
            out.push_str(&text[at..at + next]);
            at += next;
        }
    }
    Cow::Owned(out)
}

/// Text without any of these holds nothing that is recognized.
const MARKS: [&str; 12] =
    ["sig", "%67", "%73", "%69", "%53", "%49", "%47", "bearer ", "key=", "code=", "://", ":\\/\\/"];

/// Whether `text` holds a mark, in upper or lower case. Every text and key of every offer is asked, and few have one: so each of
/// their bytes is looked at once, and compared only with the marks that it begins.
fn is_marked(text: &str) -> bool {
    static BY_FIRST_BYTE: LazyLock<[Vec<&'static [u8]>; 256]> = LazyLock::new(|| {
        let marks = || MARKS.iter().chain(token::MARKS).map(|mark| mark.as_bytes());
        std::array::from_fn(|byte| marks().filter(|mark| usize::from(mark[0]) == byte).collect())
    });
    let by_first_byte = &*BY_FIRST_BYTE;
    let begins_with =
        |text: &[u8], mark: &[u8]| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| {
        let marks = &by_first_byte[usize::from(byte.to_ascii_lowercase())];
        marks.iter().any(|mark| begins_with(&bytes[at..], mark))
    })
}

/// Names that stand before a key in a connection string.
const KEYS: [&str; 3] = ["accountkey=", "sharedaccesskey=", "accesskey="];

/// Shorter texts behind `code=` are vouchers and the like; the keys of functions are longer.
const SHORTEST_CODE: usize = 20;

/// A secret behind a mark.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// The length of the mark, which is shown.
    mark: usize,
    /// The length of the secret.
    length: usize,
    /// What it looks like, if no mark tells.
    look: Option<&'static str>,
}

/// The secret that begins at `at`, with its mark.
fn secret_at(lower: &str, at: usize) -> Option<Found> {
    let rest = &lower[at..];
    if begins_word(lower, at)
        && let Some((length, look)) = token::at(rest)
    {
        return Some(Found { mark: 0, length, look: Some(look) });
    }
    marked(lower, at).map(|(mark, length)| Found { mark, length, look: None })
}

/// If a secret begins behind a mark at `at`: the lengths of the mark and of the secret.
fn marked(lower: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &lower[at..];
    let behind = |mark: usize, ends: Ends| (mark, length(&rest[mark..], ends));
    if let Some(name) = signature_name(rest) {
        let (equals, ends) = EQUALS.iter().find(|(equals, _)| rest[name..].starts_with(equals))?;
        // In an escaped address the letter before belongs to an escape, whose beginning may be anywhere.
        let is_escaped = equals.starts_with('%');
        let found = behind(name + equals.len(), *ends);
        return (found.1 > 0 && (is_escaped || begins_word(lower, at))).then_some(found);
    }
    if let Some(key) = KEYS.iter().find(|key| rest.starts_with(*key)) {
        return begins_word(lower, at).then(|| behind(key.len(), ends_parameter)).filter(|found| found.1 > 0);
    }
    if let Some(code) = ["?code=", "&code="].iter().find(|code| rest.starts_with(*code)) {
        return Some(behind(code.len(), ends_parameter)).filter(|found| found.1 >= SHORTEST_CODE);
    }
    if let Some(slashes) = ["://", ":\\/\\/"].iter().find(|slashes| rest.starts_with(*slashes)) {
        return password(&rest[slashes.len()..]).map(|(mark, length)| (slashes.len() + mark, length));
    }
    let token = rest.strip_prefix("bearer ").filter(|_| begins_word(lower, at))?;
    // "the bearer token is missing" is a sentence, not a secret: tokens are long.
    let length = token.find(ends_token).unwrap_or(token.len());
    (length >= 16).then_some(("bearer ".len(), length))
}

/// The length of the name of a signature's parameter at the start of `text`, each letter as it is or escaped.
fn signature_name(text: &str) -> Option<usize> {
    let letters = [("s", "%73", "%53"), ("i", "%69", "%49"), ("g", "%67", "%47")];
    letters.into_iter().try_fold(0, |at, (letter, lower, upper)| {
        let found = [letter, lower, upper].into_iter().find(|spelling| text[at..].starts_with(spelling))?;
        Some(at + found.len())
    })
}

/// The password in `user:password@host`: how far it is to it, and how long it is.
fn password(authority: &str) -> Option<(usize, usize)> {
    let end =
        authority.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '\\'));
    let user = authority[..end.unwrap_or(authority.len())].rsplit_once('@')?.0;
    let (name, password) = user.split_once(':').filter(|(_, password)| !password.is_empty())?;
    Some((name.len() + 1, password.len()))
}

/// Whether a word can begin at `at`: behind no letter or digit, or behind those of an escape (`\u0026`, `%26`).
fn begins_word(lower: &str, at: usize) -> bool {
    let before = &lower.as_bytes()[..at];
    let is_escape = |mark: &[u8], digits: usize| {
        let (start, last) = before.split_at(before.len().saturating_sub(digits));
        start.ends_with(mark) && last.iter().all(u8::is_ascii_hexdigit)
    };
    before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric()) || is_escape(b"\\u", 4) || is_escape(b"%", 2)
}

/// How long the secret at the start of `value` is. JSON escapes a few of the characters that signatures have.
fn length(value: &str, ends: Ends) -> usize {
    let mut at = 0;
    while let Some(found) = value[at..].find(ends) {
        at += found;
        let rest = &value.as_bytes()[at..];
        let is =
            |escape: &&str| rest.get(..escape.len()).is_some_and(|start| start.eq_ignore_ascii_case(escape.as_bytes()));
        match ["\\u002b", "\\u002f", "\\u003d", "\\u0025", "\\/"].into_iter().find(is) {
            Some(escape) => at += escape.len(),
            None => return at,
        }
    }
    value.len()
}

fn ends_parameter(c: char) -> bool {
    c.is_whitespace() || matches!(c, '&' | '"' | '\'' | '<' | '>' | '#' | '\\' | ')' | '`' | ',' | ';')
}

fn ends_token(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '='))
}

/// Inside an escaped address ("%26sig%3D…%26") only what cannot be part of one ends the secret.
fn ends_escaped(c: char) -> bool {
    !c.is_ascii_alphanumeric() && c != '%' && c != '-' && c != '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_and_tokens_are_taken_out_of_any_text() {
        assert_eq!(
            redact("see https://x/y?sv=1&sig=AbC%2F1%3D&se=2 now"),
            "see https://x/y?sv=1&sig=(redacted)&se=2 now"
        );
        assert_eq!(redact("{\"u\":\"https://x?sig=abc\"}"), "{\"u\":\"https://x?sig=(redacted)\"}");
        assert_eq!(
            redact("Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi.x-y_z"),
            "Authorization: Bearer (redacted)"
        );
        assert_eq!(redact("the bearer token is missing"), "the bearer token is missing");
        assert_eq!(redact("a design=3"), "a design=3", "`sig` inside a word is no parameter");
        assert_eq!(redact("u=https%3A%2F%2Fx%3Fsv%3D1%26sig%3Dabc12"), "u=https%3A%2F%2Fx%3Fsv%3D1%26sig%3D(redacted)");
        assert_eq!(redact("é ünd sig=ß&x"), "é ünd sig=(redacted)&x");
        assert_eq!(redact("a redesig=3 x%sig"), "a redesig=3 x%sig");
    }

    /// A .NET service writes `&` and `+` like this, and a page holds entities.
    #[test]
    fn signatures_are_found_in_escaped_text() {
        for (text, expected) in [
            (r"https://x?sv=1\u0026sig=ab\u002Bc%3D\u0026se=2", r"https://x?sv=1\u0026sig=(redacted)\u0026se=2"),
            (r"https:\/\/x?sv=1&sig=ab\/c\u003d&se=2", r"https:\/\/x?sv=1&sig=(redacted)&se=2"),
            (r"sv\u003d1\u0026SIG\u003Dabc", r"sv\u003d1\u0026SIG\u003D(redacted)"),
            ("x?sv&#61;1&amp;sig&#61;abc&amp;se&#x3D;2", "x?sv&#61;1&amp;sig&#61;(redacted)&amp;se&#x3D;2"),
            ("sv%3D1%26sig=abc def", "sv%3D1%26sig=(redacted) def"),
            ("u%3D%253Fsig%253Dabc%252Bd end", "u%3D%253Fsig%253D(redacted) end"),
        ] {
            assert_eq!(redact(text), expected);
            assert_eq!(redact(&redact(text)), expected);
            assert_eq!(mask(text).len(), text.len());
        }
    }

    #[test]
    fn keys_tokens_and_passwords_are_taken_out_too() {
        for (text, expected) in [
            (
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=ab+c/d==;EndpointSuffix=x",
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=(redacted);EndpointSuffix=x",
            ),
            ("SharedAccessKey=abc x", "SharedAccessKey=(redacted) x"),
            ("at https://user:pass@host/x", "at https://user:(redacted)@host/x"),
            (r#""https:\/\/user:pass@host\/x""#, r#""https:\/\/user:(redacted)@host\/x""#),
            ("https://host:8080/a@b", "https://host:8080/a@b"),
            ("mail to a:b@c", "mail to a:b@c"),
            ("https://f/api?code=0123456789abcdefghij==", "https://f/api?code=(redacted)"),
            ("https://shop?code=SUMMER20", "https://shop?code=SUMMER20"),
            ("https://x/y?sv=1&si%67=abc&se=2", "https://x/y?sv=1&si%67=(redacted)&se=2"),
            ("https://x/y?%53%49%47=abc", "https://x/y?%53%49%47=(redacted)"),
            ("a eyJ0eXAiOiJK.eyJhdWQiOiJ4.abc-_1 b", "a (redacted: looks like a web token) b"),
            (
                "push with ghp_0123456789abcdefABCDEF0123456789abcd now",
                "push with (redacted: looks like a GitHub token) now",
            ),
            (
                "https://ghs_0123456789abcdefABCDEF0123456789abcd@x/y",
                "https://(redacted: looks like a GitHub token)@x/y",
            ),
            ("gho_0123456789abcdefABCDEF0123456789abcd.", "(redacted: looks like a GitHub token)."),
            ("=github_pat_11ABCDEFG0abcdefghij_0123456789", "=(redacted: looks like a GitHub token)"),
            ("ghp_ and github_pat_ begin tokens", "ghp_ and github_pat_ begin tokens"),
            ("xghp_0123456789abcdefABCDEF0123456789abcd", "xghp_0123456789abcdefABCDEF0123456789abcd"),
            ("s: abc8Q~0123456789abcdefghij.KLMNOPQRST-_123", "s: (redacted: looks like a client secret of Entra)"),
            ("ask: 8Q~short", "ask: 8Q~short"),
            ("sig=ghp_0123456789abcdefABCDEF0123456789abcd", "sig=(redacted)"),
            ("Bearer ghp_0123456789abcdefABCDEF0123456789abcd", "Bearer (redacted)"),
            ("eyJustAWord and a sig= that is empty", "eyJustAWord and a sig= that is empty"),
        ] {
            assert_eq!(redact(text), expected);
            assert_eq!(redact(&redact(text)), expected);
            assert_eq!(mask(text).len(), text.len());
            assert_eq!(looks_secret(text), text != expected);
        }
    }

    #[test]
    fn a_mark_hides_nothing_behind_it() {
        for text in ["x sig=(redacted)and more", "sig=(redacted: looks like a GitHub token) and more", "a (redacted) b"]
        {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn redacting_twice_changes_nothing_more() {
        for text in ["see (https://x?sig=abc) x", "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi.x-y_z", "sig=", "sig%3Dabc%26x"] {
            let once = redact(text);
            assert_eq!(redact(&once), once, "{text}");
        }
    }

    #[test]
    fn a_masked_text_is_as_long_as_it_was() {
        for (text, expected) in [
            ("a sig=é1&b", "a sig=***&b"),
            ("https://x?sv=1&sig=abc\" x", "https://x?sv=1&sig=***\" x"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(mask(text), expected);
            assert_eq!(text.len(), expected.len());
        }
        assert_eq!(stars("ab\nü"), "**\n**");
    }
}

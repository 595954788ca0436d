//! Values that must never be seen: a type that cannot print them, references to them, and the redaction of
//! SAS signatures in text that comes from elsewhere.
//!
//! A manifest holds [`SecretReference`]s only. Values are read by a [`SecretSource`] as late as possible: when a
//! request body is made. [`redact`] is for text we did not write (URLs, messages of the service): it takes
//! the signature out and leaves the rest readable.

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

/// What stands where a secret was taken out.
pub const REDACTED: &str = "(redacted)";

/// A secret value: neither `Debug` nor `Display` shows it, and its memory is cleared when dropped.
#[derive(Clone)]
pub struct SecretText(SecretString);

impl SecretText {
    /// Seals a value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretString::from(value.into()))
    }

    /// The value itself, for the one moment it is put into a request or compared.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Where a secret comes from: `{ $secret: { env: NAME } }` or `{ $secret: { file: PATH } }` in a manifest.
///
/// A reference is not a secret: it is printed, compared and hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SecretReference {
    /// The place that holds the value.
    pub location: SecretLocation,
    /// The `version:` of the declaration; raising it says that the value was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The kinds of places that can hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretLocation {
    /// An environment variable, by name.
    Env(String),
    /// A file, by its path relative to the repository's root; or one of the machine, by its absolute path. One trailing newline is
    /// not part of the value.
    File(String),
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            SecretLocation::Env(name) => write!(f, "env {name}")?,
            SecretLocation::File(path) => write!(f, "file {path}")?,
        }
        match &self.version {
            Some(version) => write!(f, " (version {version})"),
            None => Ok(()),
        }
    }
}

/// Reads secret values.
pub trait SecretSource: fmt::Debug + Send + Sync {
    /// The value behind `reference`, or `None` if it is not set here.
    fn value(&self, reference: &SecretReference) -> Option<SecretText>;
}

/// Knows no secret: for documents of the service, which hold no references to any.
#[derive(Debug, Clone, Copy)]
pub struct NoSecrets;

impl SecretSource for NoSecrets {
    fn value(&self, _: &SecretReference) -> Option<SecretText> {
        None
    }
}

/// The query parameters that make up a shared access signature.
///
/// Source: "Create a service SAS", learn.microsoft.com/rest/api/storageservices/create-service-sas.
const SAS_PARAMETERS: [&str; 24] = [
    "sv", "sr", "sig", "se", "sp", "st", "spr", "sip", "si", "ss", "srt", "tn", "spk", "srk", "epk", "erk", "skoid",
    "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid",
];

/// `url` without the parameters of a shared access signature; any other query (`?v=2`) stays.
///
/// Text that is not, as a whole, a web address with a signature is returned as it is.
#[must_use]
pub fn without_sas(url: &str) -> Cow<'_, str> {
    // What looks like a query behind a `#` is none.
    let (address, fragment) = url.split_once('#').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let Some((head, query)) = address.split_once('?') else {
        return Cow::Borrowed(url);
    };
    if !query.split('&').any(is_signature) || !is_address(url) {
        return Cow::Borrowed(url);
    }
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_sas_parameter(pair)).collect();
    let mut out = head.to_owned();
    if !kept.is_empty() {
        out.push('?');
        out.push_str(&kept.join("&"));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    Cow::Owned(out)
}

/// Whether a text is a web address and nothing else.
fn is_address(text: &str) -> bool {
    let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_plain && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The name of a parameter as the service reads it: `si%67` is `sig`.
fn parameter_name(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or(pair);
    let mut out = Vec::with_capacity(name.len());
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = [ahead.next(), ahead.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        match digits {
            [Some(high), Some(low)] if byte == b'%' => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(byte));
                bytes = ahead;
            }
            _ => out.push(byte.to_ascii_lowercase()),
        }
    }
    String::from_utf8_lossy(&out).to_ascii_lowercase()
}

fn is_signature(pair: &str) -> bool {
    pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()) && parameter_name(pair) == "sig"
}

fn is_sas_parameter(pair: &str) -> bool {
    SAS_PARAMETERS.contains(&parameter_name(pair).as_str())
}

/// Whether a text holds something that looks like a signature, a token, a key or a password.
#[must_use]
pub fn looks_secret(text: &str) -> bool {
    redact(text) != text
}

/// Whether a text holds a signature or a token, and so must not be in a file.
#[must_use]
pub fn is_signed(text: &str) -> bool {
    without_sas(text) != text || redact(text) != text
}

/// `text` with every signature, key, token and password in it replaced, as far as they can be recognized.
///
/// Works on any text, not only on URLs: error messages, HTML, JSON with escaped ampersands. It is a second line of defence: what is
/// secret is decided by fields and declarations. What it takes out can be seen to be missing.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    replaced(text, |_| REDACTED.to_owned())
}

/// The same with stars in place of each byte, so that positions in `text` stay what they are.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    replaced(text, stars)
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

fn replaced(text: &str, replacement: fn(&str) -> String) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    if !MARKS.iter().any(|mark| lower.contains(mark)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some((mark, length)) = secret_at(&lower, at) {
            // What stands before a password, such as the name of a user, may hold a signature itself.
            let before = &text[at..at + mark];
            if before.len() < text.len() {
                out.push_str(&replaced(before, replacement));
            } else {
                out.push_str(before);
            }
            let value = &text[at + mark..];
            // Text may pass here more than once; what was redacted before stays as it is.
            let length = if value.starts_with(REDACTED) { REDACTED.len() } else { length };
            out.push_str(&replacement(&value[..length]));
            at += mark + length;
        } else {
            let next = text[at..].chars().next().map_or(1, char::len_utf8);
            out.push_str(&text[at..at + next]);
            at += next;
        }
    }
    Cow::Owned(out)
}

/// Text without any of these holds nothing that is recognized.
const MARKS: [&str; 13] =
    ["sig", "%67", "%73", "%69", "%53", "%49", "%47", "bearer ", "key=", "code=", "://", ":\\/\\/", "eyj"];

/// Names that stand before a key in a connection string.
const KEYS: [&str; 3] = ["accountkey=", "sharedaccesskey=", "accesskey="];

/// Shorter texts behind `code=` are vouchers and the like; the keys of functions are longer.
const SHORTEST_CODE: usize = 20;

/// If a secret begins behind a mark at `at`: the lengths of the mark and of the secret.
fn secret_at(lower: &str, at: usize) -> Option<(usize, usize)> {
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
    if rest.starts_with("eyj") && begins_word(lower, at) {
        return web_token(rest).map(|length| (0, length));
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

/// The length of a JSON web token: three parts of letters and digits, of which the first two begin like `{"`.
fn web_token(text: &str) -> Option<usize> {
    let length =
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let mut parts = text[..length].split('.');
    let (head, body, signature) = (parts.next()?, parts.next()?, parts.next()?);
    (head.len() > 8 && body.starts_with("eyj") && !signature.is_empty()).then_some(length)
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
    fn sas_parameters_go_and_the_rest_of_the_query_stays() {
        assert_eq!(without_sas("https://x/y?v=2&sv=1&sr=b&sig=abc%3D&se=2030&sp=r"), "https://x/y?v=2");
        assert_eq!(without_sas("https://x/y?sv=1&sig=a"), "https://x/y");
        assert_eq!(without_sas("https://x/y?v=2"), "https://x/y?v=2");
        assert_eq!(without_sas("https://x/y?sv=2"), "https://x/y?sv=2", "no signature, so not a SAS");
        assert_eq!(without_sas("https://x/y?sig=a#part"), "https://x/y#part");
        assert_eq!(without_sas("https://x/y?v=2#a?b&sig=c"), "https://x/y?v=2#a?b&sig=c", "that is no query");
    }

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
    fn only_a_whole_address_loses_its_signature() {
        for text in [
            "Contoso Firewall?sig=1&sv=CLICK https://evil.example NOW",
            "see https://x/y?sv=1&sig=a now",
            "https://x/y?sig=a\u{a0}b",
            "x?sig=1&sv=2",
            "ftp://x/y?sig=1",
            "https://x/y?sig&sv=CLICK",
            "https://x/y?sig=&sv=CLICK",
        ] {
            assert_eq!(without_sas(text), text);
        }
        assert_eq!(without_sas("https://x/y?v=2&si%67=abc&s%76=1"), "https://x/y?v=2", "escaped names");
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
            ("a eyJ0eXAiOiJK.eyJhdWQiOiJ4.abc-_1 b", "a (redacted) b"),
            ("eyJustAWord and a sig= that is empty", "eyJustAWord and a sig= that is empty"),
        ] {
            assert_eq!(redact(text), expected);
            assert_eq!(redact(&redact(text)), expected);
            assert_eq!(mask(text).len(), text.len());
            assert_eq!(looks_secret(text), text != expected);
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

    #[test]
    fn a_secret_prints_nothing() {
        let secret = SecretText::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "(redacted) (redacted)");
        assert_eq!(secret.expose(), "hunter2");
    }
}

//! Shapes of tokens that are recognised without their context.
//!
//! Sources: docs.github.com "About authentication to GitHub" (the prefixes of tokens), RFC 7519 (JSON web tokens), and for the client
//! secrets of Entra the rules of secret scanners, which agree on `Q~` behind a digit at the fifth character.

/// A text without any of these, in lower case, holds no such token.
pub(super) const MARKS: &[&str] = &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "eyj", "q~"];

/// Shorter texts behind the prefix of a token of GitHub are none.
const SHORTEST_OF_GITHUB: usize = 20;

/// How long the part of a client secret behind `Q~` is at least.
const SHORTEST_OF_ENTRA: usize = 31;

/// The length of the token that begins `text`, which is in lower case, and what it looks like.
pub(super) fn at(text: &str) -> Option<(usize, &'static str)> {
    github(text)
        .map(|length| (length, "a GitHub token"))
        .or_else(|| web_token(text).map(|length| (length, "a web token")))
        .or_else(|| client_secret(text).map(|length| (length, "a client secret of Entra")))
}

fn github(text: &str) -> Option<usize> {
    let prefix = MARKS[..6].iter().find(|prefix| text.starts_with(*prefix))?;
    let length = run(&text[prefix.len()..], |c| c.is_ascii_alphanumeric() || c == '_');
    (length >= SHORTEST_OF_GITHUB).then_some(prefix.len() + length)
}

/// A JSON web token: three parts of letters and digits, of which the first two begin like `{"`.
fn web_token(text: &str) -> Option<usize> {
    text.starts_with("eyj").then_some(())?;
    let length = run(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let mut parts = text[..length].split('.');
    let (head, body, signature) = (parts.next()?, parts.next()?, parts.next()?);
    (head.len() > 8 && body.starts_with("eyj") && !signature.is_empty()).then_some(length)
}

/// Three characters, a digit, `Q~`, and the rest.
fn client_secret(text: &str) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '~' | '-');
    let start = text.get(..6)?;
    let is_start = start.ends_with("q~") && start.as_bytes()[3].is_ascii_digit() && start.chars().all(is_part);
    let length = run(text.get(6..)?, is_part);
    (is_start && length >= SHORTEST_OF_ENTRA).then_some(6 + length)
}

/// How many bytes at the start of `text` are such characters, which are all of one byte.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

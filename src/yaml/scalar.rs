//! Scalars and keys.

use std::fmt::Write as _;

use serde_json::Value;

use crate::text::is_deceptive;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes, such as `firewall`.
    Plain,
    /// In double quotes, with escapes where YAML needs them.
    Quoted,
    /// As a literal block, line by line.
    Literal,
    /// As a folded block: one line of text over several, broken between words.
    Folded,
}

/// What stands around a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// The end of the line.
    Line,
    /// Brackets and commas, or a colon.
    Marks,
}

/// What some reader of YAML 1.1 or 1.2 takes for something else than text, in lower case.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A value without parts on one line, for the inside of brackets.
#[must_use]
pub fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text, Around::Marks) => text.clone(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A key. A key is its own text to us, and to other readers as well.
#[must_use]
pub fn key(text: &str) -> String {
    // Of keys that begin with a dollar, directives are ours to write, and all others have two.
    let dollar = text.strip_prefix('$').is_some_and(|rest| is_plain(rest.trim_start_matches('$'), Around::Marks));
    let version = text.split('.').count() > 2 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let named = text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_alphabetic());
    let sized = named && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !is_number_like(text);
    if dollar || (is_plain(text, Around::Marks) && text.len() <= 128) || (version && !text.ends_with('.')) || sized {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Whether letters in it could make a number: hexadecimal digits, exponents, radix marks.
fn is_number_like(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'o' | b'O' | b'_'))
}

/// Text in double quotes, on one line. Also JSON, but for characters that JSON leaves as they are and some readers do not.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    text.chars().for_each(|character| escape(character, &mut out));
    out.push('"');
    out
}

/// One character as it stands between double quotes.
pub(super) fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        other if is_harmless(other) => out.push(other),
        other => {
            let mut units = [0; 2];
            for unit in other.encode_utf16(&mut units) {
                // Writing to a text cannot fail. Nothing above U+FFFF comes here.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

/// Whether every reader and every editor leaves the character as it is. Those above U+FFFF are: pictures and letters.
fn is_harmless(character: char) -> bool {
    let above = u32::from(character) > 0xffff;
    above || !(is_deceptive(character) || matches!(character, '\u{fff0}'..='\u{ffff}'))
}

/// The style in which a text of a block is written, if so many characters are free on its line.
#[must_use]
pub(super) fn style(text: &str, free: usize) -> Style {
    if text.chars().count() > free && is_foldable(text) {
        Style::Folded
    } else if is_plain(text, Around::Line) {
        Style::Plain
    } else if is_literal(text) {
        Style::Literal
    } else {
        Style::Quoted
    }
}

/// Whether a text can stand as it is: a pattern, not a search for what could go wrong.
pub(super) fn is_plain(text: &str, around: Around) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let tag = around == Around::Line && first == '<' && !text.starts_with("<<");
    let starts = first.is_alphabetic() || matches!(first, '/' | '_') || is_guid(text) || tag;
    let in_line = |c: char| around == Around::Line && matches!(c, ',' | '<' | '>' | '"');
    let marks =
        |c: char| matches!(c, '-' | '_' | '.' | '/' | '+' | '@' | '(' | ')' | '&' | '%' | '=' | ';' | '\'' | '?' | '!');
    let allowed = |c: char| c.is_alphanumeric() || marks(c) || matches!(c, ' ' | ':') || in_line(c);
    // Inside of brackets some readers stumble over marks that begin a word.
    let words = around == Around::Line
        || text.split(' ').all(|word| word.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '(')));
    let spaced = text.ends_with(' ') || text.contains("  ");
    // A colon is one only inside of a word that goes on with something else than a mark: `https://x`.
    let colon = text.ends_with(':') || text.contains(": ") || text.contains("::");
    starts
        && words
        && text.chars().all(|c| allowed(c) && is_harmless(c))
        && !spaced
        && !colon
        && !WORDS.contains(&text.to_lowercase().as_str())
        // A letter and then a colon can be a time or a drive; a scheme has more.
        && (!text.contains(':') || text.contains("://"))
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]);
    lengths && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a text of one line stays what it is as a folded block, whose line breaks are spaces.
pub(super) fn is_foldable(text: &str) -> bool {
    let words = text.contains(' ') && !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ');
    words && text.chars().all(is_harmless)
}

/// Whether a text of several lines stays what it is as a literal block, also after an editor took away spaces at ends of
/// lines.
pub(super) fn is_literal(text: &str) -> bool {
    let lines = || text.split('\n');
    let clean = |line: &str| line.chars().all(is_harmless) && !line.ends_with(' ') && !line.ends_with('\u{a0}');
    text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && lines().all(clean)
        && lines().any(|line| !line.is_empty())
}

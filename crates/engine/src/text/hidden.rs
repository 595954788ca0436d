//! Characters that do something to a terminal or a reader instead of being read.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character prints nothing, or deceives: control characters, line separators, characters without width, and those
/// that change the direction of the text around them.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every deceptive character written out as an escape, such as `\u{1b}`.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    replaced(text, is_deceptive, |character, out| out.extend(character.escape_unicode()))
}

/// `text` with the characters for which `is_meant` holds replaced by what `replace` writes.
pub fn replaced(
    text: &str,
    is_meant: impl Fn(char) -> bool,
    mut replace: impl FnMut(char, &mut String),
) -> Cow<'_, str> {
    if !text.chars().any(&is_meant) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_meant(character) {
            replace(character, &mut out);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// A character for text that is laid out anew: a space for every kind of white space, and `None` for what is deceptive.
#[must_use]
pub fn plain_character(character: char) -> Option<char> {
    if character.is_whitespace() { Some(' ') } else { (!is_deceptive(character)).then_some(character) }
}

/// Whether a character looks like another one, or like nothing: spaces of other kinds, characters without width,
/// and those that change directions. Control characters are not among them.
fn is_hidden(character: char) -> bool {
    !character.is_control() && (is_deceptive(character) || (character.is_whitespace() && character != ' '))
}

/// Whether two texts hold different hidden characters, so that a difference between them cannot be seen.
#[must_use]
pub fn differ_unseen(one: &str, other: &str) -> bool {
    let hidden = |text: &'_ str| text.chars().filter(|character| is_hidden(*character)).collect::<String>();
    hidden(one) != hidden(other)
}

/// `text` with the names of its hidden characters: `a[U+00A0 no-break space]b`.
#[must_use]
pub fn named(text: &str) -> Cow<'_, str> {
    replaced(text, is_hidden, |character, out| {
        // Writing to a string cannot fail.
        let _ = match name(character) {
            Some(name) => write!(out, "[U+{:04X} {name}]", u32::from(character)),
            None => write!(out, "[U+{:04X}]", u32::from(character)),
        };
    })
}

/// The names of the characters that are met most often. Source: Unicode, NamesList.txt.
fn name(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{3000}' => "ideographic space",
        '\u{feff}' => "byte order mark",
        _ => return None,
    })
}

//! Makes text from elsewhere harmless on a terminal.

use std::borrow::Cow;

/// `text` with everything that a terminal or a reader could be fooled by written out as an escape: control characters,
/// direction overrides, invisible characters, line separators.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_deceptive) {
        let mut out = String::with_capacity(text.len() + 16);
        for character in text.chars() {
            if is_deceptive(character) {
                out.extend(character.escape_unicode());
            } else {
                out.push(character);
            }
        }
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_moves_it_or_hides() {
        assert_eq!(visible("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(visible("a\u{202e}b\u{9b}2J"), "a\\u{202e}b\\u{9b}2J");
        assert_eq!(visible("line\nbreak"), "line\\u{a}break");
        assert_eq!(visible("ordinary – ünïcode ✓"), "ordinary – ünïcode ✓");
    }
}

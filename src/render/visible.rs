//! Makes text from elsewhere harmless on a terminal, and is the last place where a signature is taken out of it: one can stand
//! where nobody expects it, such as in the id of a SKU.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::secret::redact;
use crate::text::{escaped, is_deceptive};

/// `text` with everything that a terminal or a reader could be fooled by written out as an escape: control characters,
/// direction overrides, invisible characters, line separators. Signatures and tokens are taken out.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    match redact(text) {
        Cow::Borrowed(text) => escaped(text),
        Cow::Owned(clean) => Cow::Owned(escaped(&clean).into_owned()),
    }
}

/// `json` with the same characters in its strings as `\u` escapes: as data it is the same.
#[must_use]
pub(super) fn visible_json(json: &str) -> Cow<'_, str> {
    // The line breaks between the members are ours, and inside of strings JSON allows no ASCII control character.
    replaced(json, |character, out| {
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// `text`, laid out and perhaps coloured already, with a mark for each such character, so that columns stay where they are.
#[must_use]
pub(super) fn marked(text: &str) -> Cow<'_, str> {
    replaced(text, |_, out| out.push(char::REPLACEMENT_CHARACTER))
}

/// Replaces what deceives; ASCII stays as it is.
fn replaced(text: &str, replace: impl Fn(char, &mut String)) -> Cow<'_, str> {
    crate::text::replaced(text, |character| !character.is_ascii() && is_deceptive(character), replace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_moves_it_or_hides() {
        assert_eq!(visible("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(visible("a\u{202e}b\u{9b}2J"), "a\\u{202e}b\\u{9b}2J");
        assert_eq!(visible("line\nbreak"), "line\\u{a}break");
        assert_eq!(marked("\u{1b}[1ma\u{9b}2J\u{202e}b"), "\u{1b}[1ma\u{fffd}2J\u{fffd}b");
        assert_eq!(visible("sku?sig=abc\u{7}"), "sku?sig=(redacted)");
        assert_eq!(visible("a\u{7} sig=abc"), "a\\u{7} sig=(redacted)");
        assert_eq!(visible("ordinary – ünïcode ✓"), "ordinary – ünïcode ✓");
    }

    #[test]
    fn in_json_hidden_characters_are_escapes_that_mean_the_same() {
        let value = serde_json::json!({ "a\u{9b}": "b\u{202e}\u{e0041}\n", "c": "ünïcode ✓" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let shown = visible_json(&text);
        assert!(shown.contains(r"a\u009b") && shown.contains(r"b\u202e\udb40\udc41\n") && shown.contains("ünïcode ✓"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}

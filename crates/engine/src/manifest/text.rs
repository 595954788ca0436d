//! From the bytes of a file to its text.

use crate::diagnostic::Diagnostic;
use crate::source::SourceId;

/// The mark that some editors put in front of UTF-8 text. It is no part of the content.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotText {
    Utf16,
    Binary,
    /// The readable beginning, and the byte after it.
    NotUtf8(String, u8),
}

/// The bytes as text. A byte order mark is still there; NUL is not.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(NotText::Utf16);
    }
    if bytes.contains(&0) {
        return Err(NotText::Binary);
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        NotText::NotUtf8(String::from_utf8_lossy(&bytes[..valid]).into_owned(), bytes[valid])
    })
}

impl NotText {
    /// What can be shown of the file, which is the source `id`, and what is wrong with it.
    pub(super) fn report(self, id: SourceId) -> (String, Diagnostic) {
        const CODE: &str = "not-text";
        let (shown, message, help) = match self {
            Self::Utf16 => (String::new(), "the file is UTF-16 text".to_owned(), Some("save it as UTF-8")),
            Self::Binary => (String::new(), "the file is binary: it holds a NUL byte".to_owned(), None),
            Self::NotUtf8(shown, byte) => {
                (shown, format!("the file is not UTF-8 text: byte 0x{byte:02x}"), Some("save it as UTF-8"))
            }
        };
        let end = shown.len();
        let diagnostic = Diagnostic::error(CODE, message).at(id.span(end..end), "");
        (shown, Diagnostic { help: help.map(str::to_owned), ..diagnostic })
    }
}

/// Where the first character is that YAML and JSON do not allow anywhere.
pub(super) fn control_character(text: &str) -> Option<(usize, char)> {
    let at = text.bytes().position(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'))?;
    Some((at, char::from(text.as_bytes()[at])))
}

/// The value of a text file: line ends are LF, and neither a byte order mark nor one final line break counts.
///
/// Editors end a file with a line break and git may write CR LF; neither says anything about the text.
#[must_use]
pub fn content(text: &str) -> String {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() };
    match text.strip_suffix('\n') {
        Some(shorter) => shorter.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_told_apart() {
        assert_eq!(decode(b"a\xff\xfe".to_vec()), Err(NotText::NotUtf8("a".into(), 0xff)));
        assert_eq!(decode(b"caf\xe9: 1".to_vec()), Err(NotText::NotUtf8("caf".into(), 0xe9)));
        assert_eq!(decode(b"\xff\xfea\0".to_vec()), Err(NotText::Utf16));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0".to_vec()), Err(NotText::Binary));
        assert_eq!(decode("\u{feff}é".into()), Ok("\u{feff}é".into()));
        assert_eq!(control_character("a\tb\r\n\u{1b}c"), Some((5, '\u{1b}')));
        assert_eq!(control_character("é\u{85}"), None);
    }

    #[test]
    fn the_last_line_break_of_a_text_file_does_not_count() {
        for (file, value) in [
            ("<p>a</p>\n", "<p>a</p>"),
            ("<p>a</p>", "<p>a</p>"),
            ("a\r\nb\r\n", "a\nb"),
            ("a\n\n", "a\n"),
            ("\u{feff}a", "a"),
            ("", ""),
            ("\n", ""),
            ("a\rb", "a\rb"),
        ] {
            assert_eq!(content(file), value, "{file:?}");
        }
    }
}

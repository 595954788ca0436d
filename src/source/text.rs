//! The texts that were read, and places in them.
//!
//! A place is a [`Span`] of bytes; lines and columns are worked out here and nowhere else, and only when they are
//! asked for.

use std::ops::Range;
use std::sync::OnceLock;

/// Names one text in a [`Sources`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// The text with this number in the order in which texts were added, from 0.
    #[must_use]
    pub fn numbered(number: u32) -> Self {
        Self(number)
    }

    /// Its number in the order in which texts were added, from 0.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// The place from byte `start` to byte `end`, which have to lie between characters.
    #[must_use]
    pub fn span(self, range: Range<usize>) -> Span {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { source: self, start: at(range.start), end: at(range.end) }
    }
}

/// A range of bytes in one text; `start` and `end` lie between characters.
///
/// Four bytes are enough for each: no text is larger than [`FILE_LIMIT`](super::FILE_LIMIT).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that contains the span.
    pub source: SourceId,
    /// The offset of the first byte.
    pub start: u32,
    /// The offset of the byte after the last one.
    pub end: u32,
}

impl Span {
    /// The range in bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the start of this to the end of `other`, which is later in the same text.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { end: other.end.max(self.start), ..self }
    }
}

/// Every text that was read, under the name people know it by.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
}

impl Sources {
    /// Keeps `text` under `name`. A file that is no text is kept as the empty text, so that it can be named.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source { name: name.into(), text: text.into(), line_starts: OnceLock::new() });
        id
    }

    /// Gives a text that was added before its content was known its content.
    pub fn set(&mut self, id: SourceId, text: impl Into<String>) {
        if let Some(source) = self.0.get_mut(id.0 as usize) {
            source.text = text.into();
            source.line_starts = OnceLock::new();
        }
    }

    /// What people call the texts, in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|source| source.name.as_str())
    }

    /// What people call the text: its path, relative to where they are.
    #[must_use]
    pub fn name(&self, id: SourceId) -> &str {
        self.source(id).map_or("", |source| &source.name)
    }

    /// The text that people call by this name.
    #[must_use]
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|source| source.name == name).map(|source| source.text.as_str())
    }

    /// The whole text with this id.
    #[must_use]
    pub fn text(&self, id: SourceId) -> &str {
        self.source(id).map_or("", |source| &source.text)
    }

    /// The place in `id` from byte `start` to byte `end`, moved to where characters begin.
    #[must_use]
    pub fn span(&self, id: SourceId, range: Range<usize>) -> Span {
        let text = self.text(id);
        let at = |offset: usize| u32::try_from(text.floor_char_boundary(offset)).unwrap_or(u32::MAX);
        Span { source: id, start: at(range.start), end: at(range.end.max(range.start)) }
    }

    /// The text at `span`.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.range()).unwrap_or("")
    }

    /// The line and the column where `span` starts, both from 1; the column counts characters.
    #[must_use]
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let Some(source) = self.source(span.source) else { return (1, 1) };
        let starts = source.line_starts();
        let offset = source.text.floor_char_boundary(span.start as usize);
        let line = starts.partition_point(|start| *start <= offset);
        let start = starts.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        (line.max(1), source.text[start..offset].chars().count() + 1)
    }

    /// The text of line `line` (from 1), without its line break; `None` after the last line.
    #[must_use]
    pub fn line(&self, id: SourceId, line: usize) -> Option<&str> {
        let source = self.source(id)?;
        let starts = source.line_starts();
        let start = *starts.get(line.checked_sub(1)?)?;
        let end = starts.get(line).copied().unwrap_or(source.text.len());
        Some(source.text[start..end].trim_end_matches(['\n', '\r']))
    }

    fn source(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }
}

impl Source {
    /// Where each line starts. A line ends with LF, CR LF, or CR alone, as YAML has it.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let breaks = bytes.iter().enumerate().filter(|(at, byte)| match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            });
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_has_a_line_and_a_column_in_characters() {
        let mut sources = Sources::default();
        let id = sources.add("x.yaml", "a: é\nb: ü: c\r\nlast\rend");
        for (text, expected) in
            [("a", (1, 1)), ("é", (1, 4)), ("b", (2, 1)), ("c", (2, 7)), ("last", (3, 1)), ("end", (4, 1))]
        {
            let start = sources.text(id).find(text).unwrap();
            let span = sources.span(id, start..start + text.len());
            assert_eq!(sources.line_column(span), expected, "{text}");
            assert_eq!(sources.slice(span), text);
        }
    }

    #[test]
    fn lines_come_without_their_breaks() {
        let mut sources = Sources::default();
        let id = sources.add("x.yaml", "one\r\n\ntwo\rthree");
        let lines: Vec<_> = (0..6).map(|line| sources.line(id, line)).collect();
        assert_eq!(lines, [None, Some("one"), Some(""), Some("two"), Some("three"), None]);
    }

    #[test]
    fn places_outside_of_a_text_do_no_harm() {
        let mut sources = Sources::default();
        let id = sources.add("x.yaml", "é");
        let inside = Span { source: id, start: 1, end: 1 };
        let beyond = Span { source: id, start: 90, end: 99 };
        assert_eq!((sources.slice(inside), sources.line_column(inside)), ("", (1, 1)));
        assert_eq!((sources.slice(beyond), sources.line_column(beyond)), ("", (1, 2)));
        assert_eq!(sources.span(id, 1..90), Span { source: id, start: 0, end: 2 });
        let unknown = Span { source: SourceId(7), start: 0, end: 1 };
        assert_eq!((sources.slice(unknown), sources.line_column(unknown)), ("", (1, 1)));
    }
}

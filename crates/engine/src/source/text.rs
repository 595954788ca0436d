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
    /// Where every [`STRIDE`]th line starts. All of them would take as much memory as a third of the text.
    marks: OnceLock<Box<[u32]>>,
}

/// How many lines lie between two places that are remembered of a text; the lines between them are counted.
const STRIDE: usize = 64;

impl Sources {
    /// Keeps `text` under `name`. A file that is no text is kept as the empty text, so that it can be named.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source { name: name.into(), text: text.into(), marks: OnceLock::new() });
        id
    }

    /// Gives a text that was added before its content was known its content.
    pub fn set(&mut self, id: SourceId, text: impl Into<String>) {
        if let Some(source) = self.0.get_mut(id.0 as usize) {
            source.text = text.into();
            source.marks = OnceLock::new();
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
        let offset = source.text.floor_char_boundary(span.start as usize);
        let (line, start) = source.line_around(offset);
        (line, source.text[start..offset].chars().count() + 1)
    }

    /// The text of line `line` (from 1), without its line break; `None` after the last line.
    #[must_use]
    pub fn line(&self, id: SourceId, line: usize) -> Option<&str> {
        let source = self.source(id)?;
        let (start, mut following) = source.lines_from(line.checked_sub(1)?)?;
        let end = following.next().unwrap_or(source.text.len());
        Some(source.text[start..end].trim_end_matches(['\n', '\r']))
    }

    fn source(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }
}

impl Source {
    /// Where the lines start that start behind byte `from`, which is where one starts. A line ends with LF, CR LF, or CR alone, as
    /// YAML has it.
    fn starts_behind(&self, from: usize) -> impl Iterator<Item = usize> {
        let bytes = self.text.as_bytes();
        let breaks = bytes[from..].iter().zip(from + 1..).filter(|(byte, behind)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(*behind) != Some(&b'\n'),
            _ => false,
        });
        breaks.map(|(_, behind)| behind)
    }

    fn marks(&self) -> &[u32] {
        self.marks.get_or_init(|| {
            let starts = std::iter::once(0).chain(self.starts_behind(0)).step_by(STRIDE);
            starts.map(|start| u32::try_from(start).unwrap_or(u32::MAX)).collect()
        })
    }

    /// The number, from 1, and the start of the line that the byte at `offset` is in.
    fn line_around(&self, offset: usize) -> (usize, usize) {
        let before = self.marks().partition_point(|mark| *mark as usize <= offset).saturating_sub(1);
        let mark = self.marks().get(before).map_or(0, |mark| *mark as usize);
        let starts = std::iter::once(mark).chain(self.starts_behind(mark)).take_while(|start| *start <= offset);
        starts.zip(before * STRIDE + 1..).last().map_or((1, 0), |(start, line)| (line, start))
    }

    /// Where the line with this number, from 0, starts, and where those behind it do; `None` if there are not so many lines.
    fn lines_from(&self, number: usize) -> Option<(usize, impl Iterator<Item = usize>)> {
        let mark = *self.marks().get(number / STRIDE)? as usize;
        let mut starts = std::iter::once(mark).chain(self.starts_behind(mark)).skip(number % STRIDE);
        Some((starts.next()?, starts))
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
    fn lines_far_behind_are_found_however_they_end() {
        let mut sources = Sources::default();
        let (mut text, mut expected) = (String::new(), Vec::new());
        for number in 1..=1_000 {
            expected.push((number, text.len()));
            text += "é ";
            text += &number.to_string();
            text += ["\n", "\r\n", "\r"][number % 3];
        }
        let id = sources.add("x.yaml", text);
        for (number, start) in expected {
            assert_eq!(sources.line(id, number), Some(format!("é {number}").as_str()));
            for (at, column) in [(start, 1), (start + 3, 3)] {
                assert_eq!(sources.line_column(sources.span(id, at..at + 1)), (number, column));
            }
        }
        assert_eq!((sources.line(id, 1_001), sources.line(id, 1_002)), (Some(""), None));
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

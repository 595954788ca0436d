//! Long texts compared word by word, and HTML read as text.

use similar::{ChangeTag, TextDiff};

use super::{Style, visible};
use crate::offer::markup::DESCRIPTION_TAGS;
use crate::text::html::{Piece, StartTag, pieces};

/// How many unchanged words are shown on each side of a change.
const CONTEXT: usize = 6;

/// A moment in the service's words, to the minute; as it is if it cannot be read. One without a zone is in UTC.
pub(super) fn moment(text: &str) -> String {
    let zoned = text.parse::<jiff::Timestamp>().map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).datetime());
    match zoned.or_else(|_| text.parse::<jiff::civil::DateTime>()) {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// The words of a name such as `waitingForPublisherReview`.
pub(super) fn of_name(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
        before = letter;
    }
    words
}

/// The differences of two texts as lines of at most `width` columns: `[-gone-]` and `{+new+}` among unchanged words,
/// with `…` for those left out.
pub(super) fn compare(before: &str, after: &str, style: Style, width: usize) -> Vec<String> {
    let mut line = String::new();
    for run in runs(before, after) {
        match run {
            Run::Same(words) => push_after_gap(&mut line, &visible_lines(&words)),
            Run::Omitted => line = gap_after(&line),
            Run::Removed(words) => line.push_str(&marked(&words, ("[-", "-]"), |text| style.removed(text).to_string())),
            Run::Added(words) => line.push_str(&marked(&words, ("{+", "+}"), |text| style.added(text).to_string())),
        }
    }
    wrapped(&line, width)
}

/// The differences of two texts as pairs of old and new, each with a few unchanged words around it and `…` for those left out.
pub(super) fn hunks(before: &str, after: &str) -> Vec<(String, String)> {
    let mut hunks = Vec::new();
    let (mut old, mut new, mut differs) = (String::new(), String::new(), false);
    for run in runs(before, after) {
        match run {
            Run::Same(words) => {
                let words = visible_lines(&words);
                push_after_gap(&mut old, &words);
                push_after_gap(&mut new, &words);
            }
            Run::Removed(words) => {
                old.push_str(&visible_lines(&words));
                differs = true;
            }
            Run::Added(words) => {
                new.push_str(&visible_lines(&words));
                differs = true;
            }
            Run::Omitted => {
                if differs {
                    hunks.push((gap_after(&old).trim_end().to_owned(), gap_after(&new).trim_end().to_owned()));
                }
                (old, new, differs) = (gap_after(""), gap_after(""), false);
            }
        }
    }
    if differs {
        hunks.push((old, new));
    }
    hunks
}

/// A text with the sign behind it that words are left out.
fn gap_after(text: &str) -> String {
    let text = text.trim_end_matches(' ');
    let space = if text.is_empty() || text.ends_with('\n') { "" } else { " " };
    format!("{text}{space}… ")
}

/// Adds words; behind the sign that words are left out there is one space.
fn push_after_gap(line: &mut String, words: &str) {
    line.push_str(if line.ends_with("… ") { words.trim_start_matches(' ') } else { words });
}

/// `text` broken into lines of at most `width` columns; line feeds stay line feeds.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = options(width);
    text.lines()
        .flat_map(|line| {
            textwrap::wrap(line, &options).into_iter().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>()
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// Lines are broken between words only: an address that is broken cannot be copied.
fn options<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width.max(20)).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// One line broken into lines of at most `width` columns, those after the first set in two columns further than it.
pub(super) fn hanging(line: &str, width: usize) -> Vec<String> {
    let start = line.len() - line.trim_start().len();
    let (first, rest) = (&line[..start], format!("{}  ", &line[..start]));
    let options = options(width).initial_indent(first).subsequent_indent(&rest);
    textwrap::wrap(&line[start..], &options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// A path broken into lines of at most `width` columns, at its slashes only.
pub(super) fn path(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in text.split_inclusive('/') {
        match lines.last_mut() {
            Some(line) if textwrap::core::display_width(line) + textwrap::core::display_width(part) <= width => {
                line.push_str(part);
            }
            Some(_) => lines.push(format!("    {part}")),
            None => lines.push(part.to_owned()),
        }
    }
    lines
}

/// Marks each line of a run on its own, so that a mark never spans lines. A blank run is shown by its marks alone.
fn marked(words: &str, (open, close): (&str, &str), paint: impl Fn(String) -> String) -> String {
    let lines: Vec<String> = words
        .split('\n')
        .map(|line| if line.is_empty() { String::new() } else { paint(format!("{open}{}{close}", visible(line))) })
        .collect();
    let text = lines.join("\n");
    if text.trim().is_empty() { format!("{}{words}", paint(format!("{open}{}{close}", "↵"))) } else { text }
}

fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

enum Run {
    Same(String),
    Omitted,
    Removed(String),
    Added(String),
}

fn runs(before: &str, after: &str) -> Vec<Run> {
    let diff = TextDiff::from_words(before, after);
    let changes: Vec<(ChangeTag, &str)> =
        diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let mut out = Vec::new();
    let mut rest = changes.as_slice();
    while !rest.is_empty() {
        let first = rest.len() == changes.len();
        let same = rest.iter().take_while(|(tag, _)| *tag == ChangeTag::Equal).count();
        if same > 0 {
            let words: Vec<&str> = rest[..same].iter().map(|(_, word)| *word).collect();
            omit(&words, first, same == rest.len(), &mut out);
        }
        let (removed, added, length) = changed(&rest[same..]);
        out.extend((!removed.is_empty()).then_some(Run::Removed(removed)));
        out.extend((!added.is_empty()).then_some(Run::Added(added)));
        rest = &rest[same + length..];
    }
    out
}

/// The words that go and come until the next unchanged word, and how many changes that are. A space between two changed words is
/// unchanged, and still part of one change to whoever reads it.
fn changed(changes: &[(ChangeTag, &str)]) -> (String, String, usize) {
    let (mut removed, mut added, mut length) = (String::new(), String::new(), 0);
    while let Some((tag, word)) = changes.get(length) {
        let next_changes = changes.get(length + 1).is_some_and(|(tag, _)| *tag != ChangeTag::Equal);
        match tag {
            ChangeTag::Delete => removed.push_str(word),
            ChangeTag::Insert => added.push_str(word),
            ChangeTag::Equal if length > 0 && word.trim_matches(' ').is_empty() && next_changes => {
                removed.push_str(word);
                added.push_str(word);
            }
            ChangeTag::Equal => break,
        }
        length += 1;
    }
    (removed, added, length)
}

/// Keeps the words next to a change and leaves out the rest. Spaces count as words, hence the doubling.
fn omit(words: &[&str], first: bool, last: bool, out: &mut Vec<Run>) {
    let (head, tail) = (if first { 0 } else { CONTEXT * 2 }, if last { 0 } else { CONTEXT * 2 });
    if words.len() <= head + tail + 4 {
        out.push(Run::Same(words.concat()));
        return;
    }
    if head > 0 {
        out.push(Run::Same(words[..head].concat()));
    }
    out.push(Run::Omitted);
    if tail > 0 {
        out.push(Run::Same(words[words.len() - tail..].concat()));
    }
}

/// HTML read as text: the tags that descriptions may have are left out, and blocks end lines. Everything else stays as it is
/// written, tags with attributes and comments among it, so that no change of it passes unseen.
pub(super) fn html_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        let (name, source) = match &piece {
            Piece::Text(text) => {
                push_text(&mut out, text);
                continue;
            }
            Piece::Code(source) | Piece::Other(source) => ("", *source),
            Piece::Start(tag) if !tag.attributes.is_empty() => ("", tag.source),
            Piece::Start(StartTag { name, source, .. }) | Piece::End { name, source } => (name.as_str(), *source),
        };
        match name {
            "p" | "br" | "li" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => end_line(&mut out),
            name if DESCRIPTION_TAGS.contains(&name) => {}
            _ => push_text(&mut out, source),
        }
    }
    out.trim_end().to_owned()
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_whitespace() && character != '\u{a0}' {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Colour;

    fn plain(before: &str, after: &str) -> Vec<String> {
        compare(before, after, Style { colour: Colour::Off, width: 100 }, 60)
    }

    #[test]
    fn changed_words_are_marked_and_far_ones_left_out() {
        assert_eq!(plain("a quick fox", "a slow fox"), ["a [-quick-]{+slow+} fox"]);
        assert_eq!(plain("one two three", "uno dos three"), ["[-one two-]{+uno dos+} three"]);
        let long = |word: &str| format!("{} {word} {}", "same ".repeat(40).trim(), "end ".repeat(40).trim());
        let lines = plain(&long("old"), &long("new"));
        assert_eq!(lines.join(" ").matches('…').count(), 2, "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= 60));
    }

    #[test]
    fn moments_and_names_of_the_service_read_as_words() {
        for (text, expected) in [
            ("2022-06-02T12:25:56.6510482Z", "2022-06-02 12:25 UTC"),
            ("2022-06-02T12:25:56.651", "2022-06-02 12:25 UTC"),
            ("2022-06-02T14:25:56+02:00", "2022-06-02 12:25 UTC"),
            ("yesterday", "yesterday"),
        ] {
            assert_eq!(moment(text), expected);
        }
        assert_eq!(of_name("waitingForPublisherReview"), "waiting for publisher review");
        assert_eq!(of_name("complete"), "complete");
    }

    #[test]
    fn a_line_break_that_comes_or_goes_is_seen() {
        assert_eq!(plain("a\n\nb", "a\nb").join("|"), "a[-↵-]|{+↵+}|b", "a run of breaks is one word");
    }

    #[test]
    fn hostile_words_are_harmless() {
        assert_eq!(plain("a", "a \u{1b}[2J"), ["a{+ \\u{1b}[2J+}"]);
    }

    #[test]
    fn html_reads_as_text() {
        let html = "<p>One &amp; <b>two</b></p>\n<ul><li>three</li><li>four</li></ul> 1 &lt; 2 < 3";
        assert_eq!(html_text(html), "One & two\nthree\nfour\n1 < 2 < 3");
        for kept in
            ["<a href=\"https://x.example\">", "<p title=\"a>b\">", "<!-- seen -->", "<script>x()</script>", "</ p>"]
        {
            assert_eq!(html_text(&format!("<p>One {kept}two</p>")), format!("One {kept}two"));
        }
    }
}

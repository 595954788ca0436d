//! Where the files declare a change: the line that a reader of the plan goes to.

use super::Origin;
use crate::desired::{Desired, Places};
use crate::diff::{Change, RedactedValue};
use crate::offer::fields::FieldTable;
use crate::offer::locate::innermost;
use crate::source::{Sources, Span};
use crate::text::html::words;

/// A `$file` directive is shorter than this.
const DIRECTIVE: usize = 2000;

/// The line that declares a change: of the value itself; for a removal, of the nearest thing around it. A text in a file of its
/// own is declared there, at the first line that differs.
pub(super) fn origin(desired: &Desired, places: &Places, sources: &Sources, change: &Change) -> Origin {
    let declared = change.edit.value.as_ref();
    let origin = if let Some(at) = declared {
        places.nearest(at)
    } else {
        let table = FieldTable::of(&desired.offer_type);
        places.nearest(&innermost(table, desired.document.content(), &change.identity).0.pointer)
    };
    if declared.is_some()
        && let Some(origin) = in_text_file(sources, origin.value, change)
    {
        return origin;
    }
    let span = origin.key.unwrap_or(origin.value);
    let (line, _) = sources.line_column(span);
    Origin { file: sources.name(span.source).to_owned(), line }
}

/// The first line that differs in the text file that a `$file` directive at `span` names; `None` if there is no such directive.
fn in_text_file(sources: &Sources, span: Span, change: &Change) -> Option<Origin> {
    let text =
        |side: &Option<RedactedValue>| side.as_ref().and_then(|sealed| sealed.value().as_str().map(str::to_owned));
    let directive = Some(sources.slice(span)).filter(|slice| slice.len() < DIRECTIVE)?;
    let path = named_file(directive)?;
    let after = text(&change.after)?;
    let file = beside(sources.name(span.source), path);
    Some(Origin { file, line: first_difference(&text(&change.before).unwrap_or_default(), &after) })
}

/// The path in a `$file` directive, written in braces or on a line of its own, with or without quotes.
fn named_file(directive: &str) -> Option<&str> {
    let inside = directive.trim().trim_start_matches('{').trim_end_matches('}').trim();
    let key = inside.trim_start_matches(['"', '\'']).strip_prefix("$file")?;
    let value = key.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim();
    let value = value.lines().next()?;
    let value = value.split(" #").next()?.trim().trim_matches(['"', '\'']);
    (!value.is_empty() && !value.contains('\\')).then_some(value)
}

/// A path relative to a file's folder, as a path from where that file is named.
fn beside(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// The first line of `after`, from 1, whose text `before` does not have; the service writes markup and line breaks in its own way.
/// If all of them are there, the line after which the texts part.
fn first_difference(before: &str, after: &str) -> usize {
    let old = words(before);
    let new_line = after.lines().position(|line| {
        let line = words(line);
        !line.is_empty() && !old.contains(&line)
    });
    if let Some(position) = new_line {
        return position + 1;
    }
    let same = before.chars().zip(after.chars()).take_while(|(one, two)| one == two).map(|(one, _)| one);
    let lines = after.lines().count().max(1);
    (same.filter(|character| *character == '\n').count() + 1).min(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_names_its_file_however_it_is_written() {
        for (directive, expected) in [
            ("{ $file: fw/description.html }", Some("fw/description.html")),
            ("{$file: \"a b.html\"}", Some("a b.html")),
            ("$file: parts/terms.html # shared", Some("parts/terms.html")),
            ("{ \"$file\": \"x.txt\" }", Some("x.txt")),
            ("plain text with $file: in it", None),
            ("{ $env: NAME }", None),
            ("{ $file: \"a\\u0020b\" }", None),
        ] {
            assert_eq!(named_file(directive), expected, "{directive}");
        }
    }

    #[test]
    fn a_file_stands_beside_the_one_that_names_it() {
        for (file, path, expected) in [
            ("offers/firewall.yaml", "firewall/description.html", "offers/firewall/description.html"),
            ("offers/firewall.yaml", "../texts/./a.html", "texts/a.html"),
            ("../firewall.yaml", "../a.html", "../../a.html"),
            ("firewall.yaml", "a.html", "a.html"),
        ] {
            assert_eq!(beside(file, path), expected, "{file} {path}");
        }
    }

    #[test]
    fn the_line_is_the_first_one_with_words_of_its_own() {
        let old = "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>\n";
        for (before, after, expected) in [
            (old, "<p>One.</p>\n<p>Two.</p>\n<p>Four.</p>\n", 3),
            ("<p>One.<br />Two.</p><p>Three.</p>", "<p>One.<br>Two.</p>\n<p>Three!</p>\n", 2),
            (old, "<p>One.</p>\n<p>Three.</p>\n", 2),
            ("", "<p>One.</p>\n", 1),
        ] {
            assert_eq!(first_difference(before, after), expected, "{after}");
        }
    }
}

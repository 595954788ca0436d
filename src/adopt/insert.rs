//! New members in front of others, where a mapping has an order that counts for people.

use std::ops::Range;

use super::file::File;

/// Where a new member is put in front of the one that is written at `next`, and its whole text; `None` if that one does not begin its
/// line, so that there is no safe place. In brackets, a comma goes behind it.
pub(super) fn in_front(file: &File, next: &Range<usize>, text: &str, in_brackets: bool) -> Option<(usize, String)> {
    let begins_line = file.begins_line(next.start);
    if !begins_line {
        return in_brackets.then(|| (next.start, format!("{text}, ")));
    }
    let at = with_its_comments(file, next.start);
    let indent = " ".repeat(file.column(next.start));
    let text = if in_brackets { format!("{indent}{text},\n") } else { format!("{text}\n") };
    Some((at, file.with_line_breaks(&text)))
}

/// Where the lines of a member begin: comments directly above it, indented like it, are about it.
fn with_its_comments(file: &File, start: usize) -> usize {
    let column = file.column(start);
    let mut at = file.line_start(start);
    while at > 0 {
        let above = file.line_start(at - 1);
        let line = file.text[above..at].trim_start_matches('\u{feff}');
        let is_its =
            line.trim_start_matches(' ').starts_with('#') && line.len() - line.trim_start_matches(' ').len() == column;
        if !is_its {
            break;
        }
        at = above;
    }
    at
}

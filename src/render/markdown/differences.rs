//! The differences of an offer in the form of a patch, which GitHub colours: a line for the place, the old lines, the new lines.

use serde_json::Value;

use crate::diff::{Change, ChangeKind};
use crate::plan::PlannedChange;
use crate::render::human::{self, Newer, Sides, label, readable, remarks};
use crate::render::outline::Group;
use crate::render::{visible, words};

/// Texts longer than this are compared word by word.
const LONG_TEXT: usize = 40;

/// How wide a line may be before it is broken.
const WIDTH: usize = 110;

/// The lines of a patch for groups of differences that are declared in `file`.
pub(super) fn patch(groups: &[Group<'_>], file: &str, newer: Newer) -> String {
    let mut lines = Vec::new();
    for group in groups {
        if let Some(heading) = group.heading().filter(|_| group.whole().is_none()) {
            lines.push(format!("@@ {} @@", visible(&heading)));
        }
        for planned in &group.changes {
            let remarks = remarks(file, planned, newer).join(", ");
            let remarks = if remarks.is_empty() { remarks } else { format!("  # {remarks}") };
            lines.push(format!("  {}{remarks}", label(&planned.change, &group.place)));
            lines.extend(values(planned, newer));
        }
    }
    lines.join("\n")
}

fn values(planned: &PlannedChange, newer: Newer) -> Vec<String> {
    let change = &planned.change;
    let sides = Sides::of(change, newer);
    if let (Some(Value::String(old)), Some(Value::String(new))) = (&sides.before, &sides.after)
        && (change.kind == ChangeKind::Html || old.chars().count().min(new.chars().count()) > LONG_TEXT)
    {
        return texts(change, old, new);
    }
    let lines = |value: Option<Value>| value.map_or_else(Vec::new, |value| of_value(readable(change, value)));
    // Each line ends with a line feed: else a last line differs from the same line with others below it.
    let text = |value| lines(value).into_iter().map(|line| line + "\n").collect::<String>();
    let (old, new) = (text(sides.before), text(sides.after));
    let diff = similar::TextDiff::from_lines(&old, &new);
    let signed = |part: similar::Change<&str>| match part.tag() {
        similar::ChangeTag::Delete => signed("- ", part.value()),
        similar::ChangeTag::Insert => signed("+ ", part.value()),
        similar::ChangeTag::Equal => Vec::new(),
    };
    diff.iter_all_changes().flat_map(signed).collect()
}

fn of_value(value: Value) -> Vec<String> {
    match value {
        Value::String(text) if text.contains('\n') && is_told_by_lines(&text) => {
            text.lines().map(|line| visible(line).into_owned()).collect()
        }
        other => human::value_lines(&other),
    }
}

/// Whether the lines of a text say all of it: none is blank, and none ends otherwise than with a line feed.
fn is_told_by_lines(text: &str) -> bool {
    text.split('\n').all(|line| !line.trim().is_empty()) && !text.contains('\r')
}

/// Two long texts: what changes with a few words around it, old and new below each other.
fn texts(change: &Change, old: &str, new: &str) -> Vec<String> {
    let (old_text, new_text) = match change.kind {
        ChangeKind::Html => (words::html_text(old), words::html_text(new)),
        ChangeKind::Value | ChangeKind::File | ChangeKind::Secret => (old.to_owned(), new.to_owned()),
    };
    let mut lines = Vec::new();
    let hunks = if old_text == new_text {
        lines.push("  (the text is the same; only its markup differs)".to_owned());
        words::hunks(old, new)
    } else {
        words::hunks(&old_text, &new_text)
    };
    for (old, new) in hunks {
        let diff = similar::TextDiff::from_lines(&old, &new);
        for part in diff.iter_all_changes() {
            let sign = match part.tag() {
                similar::ChangeTag::Delete => "- ",
                similar::ChangeTag::Insert => "+ ",
                similar::ChangeTag::Equal => "  ",
            };
            lines.extend(signed(sign, part.value()));
        }
    }
    lines
}

fn signed(sign: &str, text: &str) -> Vec<String> {
    let lines = text.trim_end_matches('\n').lines();
    lines.flat_map(|line| words::hanging(line, WIDTH)).map(|line| format!("{sign}{line}")).collect()
}

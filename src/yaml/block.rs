//! Lists and mappings: indented blocks, and brackets where all fits on a line.

use serde_json::Value;

use super::scalar::{Around, Style, escape, is_foldable, is_literal, is_plain, key, one_line, quoted, style};
use super::{Item, WIDTH};

/// Lines of double-quoted text are broken where the text breaks, if it is longer than this.
const LONG: usize = 200;

/// The whole of a file, without comments: a block mapping, ending with a line break.
#[must_use]
pub fn document(item: &Item) -> String {
    let mut out = String::new();
    match item {
        Item::Map(members) if !members.is_empty() => block_map(members, 0, &mut out),
        other => {
            value(other, 0, 0, &mut out);
            out = out.trim_start().to_owned();
        }
    }
    out
}

/// What follows a key's colon, or a list's dash, of a value whose parts are indented by `indent`: either ` value` on the same line or
/// a line break and a block. Ends with a line break. `column` is where it starts.
#[must_use]
pub fn nested(item: &Item, indent: usize, column: usize) -> String {
    let mut out = String::new();
    value(item, indent, column, &mut out);
    out
}

/// An element of a list whose dash is indented by `column`, without a line break at its end.
#[must_use]
pub fn element(item: &Item, column: usize) -> String {
    let mut out = format!("{}-", " ".repeat(column));
    list_element(item, column + 2, &mut out);
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// A text in the style that is preferred, if that can hold it; lines of a block are indented by `indent`. Begins where it is put, without
/// a line break at its end.
#[must_use]
pub fn styled(text: &str, preferred: Option<Style>, indent: usize) -> String {
    let mut out = String::new();
    match preferred {
        Some(Style::Plain) if is_plain(text, Around::Line) => text.clone_into(&mut out),
        Some(Style::Literal | Style::Folded) if is_literal(text) => literal(text, indent, &mut out),
        Some(Style::Literal | Style::Folded) if is_foldable(text) => folded(text, indent, &mut out),
        None | Some(_) => out = quoted(text),
    }
    out.trim_start().to_owned()
}

/// The value on one line, with brackets.
#[must_use]
pub fn flow(item: &Item) -> String {
    match item {
        Item::Scalar(value) => one_line(value),
        Item::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Item::Map(members) | Item::Inline(members) if members.is_empty() => "{}".to_owned(),
        Item::Map(members) | Item::Inline(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, item)| format!("{}: {}", written_key(name, item), flow(item))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Item::Merge(item) => flow(item),
    }
}

fn written_key(name: &str, item: &Item) -> String {
    if matches!(item, Item::Merge(_)) { name.to_owned() } else { key(name) }
}

fn value(item: &Item, indent: usize, column: usize, out: &mut String) {
    match item {
        Item::Scalar(Value::String(text)) => scalar(text, indent, column, out),
        Item::Map(members) if !members.is_empty() => {
            out.push('\n');
            block_map(members, indent, out);
        }
        Item::List(items) if !items.is_empty() && !fits(items, column) => {
            out.push('\n');
            for item in items {
                push_spaces(indent, out);
                out.push('-');
                list_element(item, indent + 2, out);
            }
        }
        other => {
            out.push(' ');
            out.push_str(&flow(other));
            out.push('\n');
        }
    }
}

fn block_map(members: &[(String, Item)], indent: usize, out: &mut String) {
    for (name, item) in members {
        push_spaces(indent, out);
        member(name, item, indent, out);
    }
}

fn member(name: &str, item: &Item, indent: usize, out: &mut String) {
    let key = written_key(name, item);
    out.push_str(&key);
    out.push(':');
    value(item, indent + 2, indent + key.chars().count() + 1, out);
}

/// An element: the first member of a mapping stands beside the dash.
fn list_element(item: &Item, indent: usize, out: &mut String) {
    match item {
        Item::Map(members) if !members.is_empty() => {
            out.push(' ');
            let (first, others) = (&members[0], &members[1..]);
            member(&first.0, &first.1, indent, out);
            block_map(others, indent, out);
        }
        other => value(other, indent, indent, out),
    }
}

/// Whether a list is short enough for one line: scalars only.
fn fits(items: &[Item], column: usize) -> bool {
    let is_scalar =
        |item: &Item| matches!(item, Item::Scalar(value) if !value.as_str().is_some_and(|text| text.contains('\n')));
    if !items.iter().all(is_scalar) {
        return false;
    }
    let width: usize = items.iter().map(|item| flow(item).chars().count() + 2).sum();
    column + width < WIDTH
}

fn scalar(text: &str, indent: usize, column: usize, out: &mut String) {
    match style(text, WIDTH.saturating_sub(column + 1)) {
        Style::Plain => {
            out.push(' ');
            out.push_str(text);
        }
        Style::Literal => literal(text, indent, out),
        Style::Folded => folded(text, indent, out),
        Style::Quoted if text.len() > LONG && text.contains('\n') => continued(text, indent, out),
        Style::Quoted => {
            out.push(' ');
            out.push_str(&quoted(text));
        }
    }
    out.push('\n');
}

fn literal(text: &str, indent: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { " |" } else { " |-" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            push_spaces(indent.max(2), out);
            out.push_str(line);
        }
    }
}

/// One line of text over several, none wider than it has to be.
fn folded(text: &str, indent: usize, out: &mut String) {
    out.push_str(" >-");
    let indent = indent.max(2);
    let mut column = usize::MAX;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column.saturating_add(1 + width) > WIDTH {
            out.push('\n');
            push_spaces(indent, out);
            column = indent + width;
        } else {
            out.push(' ');
            column += 1 + width;
        }
        out.push_str(word);
    }
}

/// Double quotes over several lines: each ends, escaped, where the text has a line break.
fn continued(text: &str, indent: usize, out: &mut String) {
    out.push_str(" \"");
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        // Spaces at the beginning of a continued line would be taken for indentation.
        let escaped = usize::from(spaces > 0 && !out.ends_with('"'));
        if escaped > 0 {
            out.push('\\');
        }
        line.chars().for_each(|character| escape(character, out));
        if lines.peek().is_some() {
            out.push_str("\\\n");
            push_spaces(indent.max(2), out);
        }
    }
    out.push('"');
}

fn push_spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

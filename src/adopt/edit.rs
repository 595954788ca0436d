//! From one difference to an edit of the text it is written in.
//!
//! An edit touches the value it is about and nothing else: not its comment, not its quotes, not its neighbours. Where that cannot be
//! done safely it says so. What comes of it is read again anyway, before anything is written.
//!
//! Keys of the values that come here are escaped: a key that begins with one dollar is that of a directive.

use std::cmp::Reverse;
use std::ops::Range;

use serde_json::Value as Json;

use super::Why;
use super::file::{File, Stop, members, written};
use super::insert;
use crate::manifest::is_namespace;
use crate::manifest::{self, Node, Value};
use crate::yaml::{self, Item, Style};
/// Lines of brackets do not become longer than this.
const WIDTH: usize = 100;

/// A piece of a file's text, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How deep it is, and then which it is: what ends first comes first of what is put in at one place.
    pub(super) order: (Reverse<usize>, usize),
    pub(super) text: String,
}

impl Edit {
    fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { start: range.start, end: range.end, order: (Reverse(0), 0), text: text.into() }
    }
}

/// The value as an item. A short directive stays on its line.
fn item(value: &Json) -> Item {
    match value {
        Json::Object(all) => {
            let members = all.iter().map(|(key, member)| (key.clone(), item(member))).collect();
            if is_short_directive(value) || is_variable(value) { Item::Inline(members) } else { Item::Map(members) }
        }
        Json::Array(elements) => Item::List(elements.iter().map(item).collect()),
        scalar => Item::Scalar(scalar.clone()),
    }
}

/// Whether a value names a variable, as a part of a directive.
fn is_variable(value: &Json) -> bool {
    value.as_object().is_some_and(|members| members.len() == 1 && members.get("env").is_some_and(Json::is_string))
}

/// Whether a value is a directive that names one thing, such as a variable.
fn is_short_directive(value: &Json) -> bool {
    let only = |value: &'_ Json| value.as_object().is_some_and(|members| members.len() == 1);
    let Some((key, inner)) = value.as_object().filter(|_| only(value)).and_then(|members| members.iter().next()) else {
        return false;
    };
    key.starts_with('$') && !key.starts_with("$$") && (only(inner) || inner.is_string())
}

/// The value on one line.
fn line(file: &File, value: &Json) -> String {
    if file.is_json() { value.to_string() } else { yaml::flow(&item(value)) }
}

fn written_key(file: &File, key: &str) -> String {
    let key = manifest::escaped(key);
    if file.is_json() { Json::from(key).to_string() } else { yaml::key(&key) }
}

/// A block whose first line begins where it is put, and whose others are indented by `column`.
fn block(value: &Json, column: usize) -> String {
    let text = yaml::nested(&item(value), column, WIDTH);
    let text = text.trim_end_matches('\n');
    text.strip_prefix('\n').map_or_else(|| text.trim_start().to_owned(), |text| text.trim_start_matches(' ').to_owned())
}

/// The value at the end of `way` becomes `value`.
pub(super) fn replace(file: &File, way: &[Stop<'_>], value: &Json) -> Result<Edit, Why> {
    let stop = way.last().ok_or(Why::NoPlace)?;
    let range = stop.node.span.range();
    if file.is_json() || file.is_inside_brackets(way) {
        return Ok(Edit::new(range, line(file, value)));
    }
    if is_empty(value) && !file.is_bracketed(stop.node) && file.begins_line(range.start) {
        return emptied(file, way);
    }
    let column = stop.key.map_or_else(|| file.column(range.start), |(_, start, _)| file.column(start));
    if range.is_empty() {
        // Nothing is written there: the key stands alone.
        return Ok(Edit::new(range, format!(" {}", line(file, value))));
    }
    // The header of a block stands before it.
    let range = if matches!(stop.node.value, Value::Text(_)) { header(file, &range)?..range.end } else { range };
    // Spaces at the end of a block belong to it.
    let is_block = file.text[range.start..].starts_with(['|', '>']) && file.ends_line(range.end);
    let range = if is_block { range.start..file.line_end(range.end) } else { range };
    let slice = &file.text[range.clone()];
    let text = match value {
        Json::String(text) => scalar(slice, text, column + 2, file.ends_line(range.end)),
        Json::Array(_) | Json::Object(_) => {
            let one = line(file, value);
            let indented = file.begins_line(range.start);
            if !file.is_bracketed(stop.node)
                && matches!(stop.node.value, Value::List(_) | Value::Mapping(_))
                && slice.contains('#')
            {
                // A comment would be lost.
                return Err(Why::ByHand);
            }
            match stop.key {
                _ if indented && !file.is_bracketed(stop.node) => block(value, file.column(range.start)),
                Some((_, _, end)) if one.chars().count() + column > WIDTH && file.ends_line(range.end) => {
                    let text = yaml::nested(&item(value), column + 2, WIDTH);
                    let colon = file.text[end..range.start].find(':').map_or(range.start, |colon| end + colon + 1);
                    let whole = file.with_line_breaks(text.trim_end_matches('\n'));
                    return Ok(Edit::new(colon..range.end, whole));
                }
                _ => one,
            }
        }
        _ => line(file, value),
    };
    Ok(Edit::new(range, file.with_line_breaks(&text)))
}

/// Where a text begins, together with the header of its block if it is one.
fn header(file: &File, range: &Range<usize>) -> Result<usize, Why> {
    if !file.begins_line(range.start) {
        return Ok(range.start);
    }
    let before = file.text[..range.start].trim_end();
    let start = before.rfind([' ', '\n', ':']).map_or(0, |space| space + 1);
    let word = &before[start..];
    let is_header = word.starts_with(['|', '>']) && word[1..].chars().all(|c| matches!(c, '+' | '-' | '1'..='9'));
    // Something else in between is a comment behind the header, or behind the key of a text on a line of its own.
    let line = &file.text[file.line_start(start)..before.len()];
    match (is_header, line.contains('#')) {
        (true, false) => Ok(start),
        (false, false) => Ok(range.start),
        (_, true) => Err(Why::ByHand),
    }
}

/// A text in the style of the text it takes the place of, where that can hold it.
fn scalar(old: &str, text: &str, indent: usize, alone: bool) -> String {
    let style = match old.as_bytes().first() {
        Some(b'"') => Some(Style::Quoted),
        Some(b'\'') if is_single_quotable(text) => return format!("'{}'", text.replace('\'', "''")),
        Some(b'|') => Some(Style::Literal),
        Some(b'>') => Some(Style::Folded),
        Some(b'\'') => None,
        _ => Some(Style::Plain),
    };
    let block = matches!(style, Some(Style::Literal | Style::Folded));
    let indent = if block { content_indent(old).unwrap_or(indent) } else { indent };
    yaml::styled(text, style.filter(|_| alone || !block), indent)
}

/// How far the lines of a block are indented.
fn content_indent(old: &str) -> Option<usize> {
    let first = old.lines().skip(1).find(|line| !line.trim().is_empty())?;
    Some(first.len() - first.trim_start_matches(' ').len())
}

fn is_single_quotable(text: &str) -> bool {
    text.chars().all(|c| c >= ' ' && (c.is_ascii() || c.is_alphanumeric()) && c != '\u{7f}')
}

/// The value at the end of `way` goes, with its key or its dash.
///
/// `head` elements at the beginning of its list go together with it.
pub(super) fn remove(file: &File, way: &[Stop<'_>], head: usize) -> Result<Edit, Why> {
    let (Some(stop), Some(around)) = (way.last(), way.len().checked_sub(2).and_then(|at| way.get(at))) else {
        return Err(Why::NoPlace);
    };
    let siblings = siblings(around.node)?;
    if siblings.len() == 1 {
        let way = &way[..way.len() - 1];
        let namespace = around.key.is_some_and(|(key, ..)| is_namespace(key, ""));
        return if namespace { remove(file, way, 0) } else { emptied(file, way) };
    }
    let start = stop.key.map_or(stop.node.span.range().start, |(_, start, _)| start);
    let position = siblings.iter().position(|sibling| sibling.start == start).ok_or(Why::NoPlace)?;
    if file.is_json() || file.is_inside_brackets(way) {
        return remove_bracketed(file, &siblings, position, head);
    }
    let end = file.extent(stop.node, stop.node.span.range().start.max(start));
    let after =
        stop.key.map_or(end, |(_, _, key_end)| if written(stop.node, key_end).is_some() { end } else { key_end });
    let next_line = next_line(file, after);
    match stop.key {
        Some(_) if file.begins_line(start) => Ok(Edit::new(file.line_start(start)..next_line, "")),
        // The first member stands behind a dash; the next one takes its place there.
        Some(_) => {
            let next = siblings.get(position + 1).ok_or(Why::ByHand)?.start;
            let same = file.column(next) == file.column(start) && file.begins_line(next);
            let clean = file.text[next_line..next].trim().is_empty();
            if same && clean { Ok(Edit::new(start..next, "")) } else { Err(Why::ByHand) }
        }
        None => {
            let dash = dash(file, stop.node)?;
            if !file.begins_line(dash) {
                return Err(Why::ByHand);
            }
            Ok(Edit::new(file.line_start(dash)..next_line, ""))
        }
    }
}

/// The dash before an element. In between are an anchor, a tag, or the header of a block.
fn dash(file: &File, element: &Node) -> Result<usize, Why> {
    let range = element.span.range();
    let start = if matches!(element.value, Value::Text(_)) { header(file, &range)? } else { range.start };
    let mut before = file.text[..start].trim_end_matches(' ');
    loop {
        let word = before.rfind([' ', '\n', '\u{feff}']).map_or(before, |space| before[space..].trim_start());
        match word.chars().next() {
            Some('-') if word.len() == 1 => return Ok(before.len() - 1),
            Some('&' | '!') => before = before[..before.len() - word.len()].trim_end_matches(' '),
            _ => return Err(Why::ByHand),
        }
    }
}

fn next_line(file: &File, at: usize) -> usize {
    file.text[at..].find('\n').map_or(file.text.len(), |found| at + found + 1)
}

/// What stands beside each other in a list or a mapping: from the key, or the element, to the end of the value.
fn siblings(node: &Node) -> Result<Vec<Range<usize>>, Why> {
    let siblings: Vec<Range<usize>> = match &node.value {
        Value::List(items) => items.iter().map(|item| item.span.range()).collect(),
        Value::Mapping(mapping) => {
            let range = |(_, key, value): (&str, Range<usize>, &Node)| {
                key.start..written(value, key.end).map_or(key.end, |value| value.end)
            };
            members(mapping).map(range).collect()
        }
        _ => Vec::new(),
    };
    // What an alias means stands elsewhere.
    let in_order = siblings.windows(2).all(|pair| pair[0].end <= pair[1].start);
    if in_order { Ok(siblings) } else { Err(Why::ByHand) }
}

fn is_empty(value: &Json) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// The last one goes: what is left is an empty list, or an empty mapping.
fn emptied(file: &File, way: &[Stop<'_>]) -> Result<Edit, Why> {
    let stop = way.last().ok_or(Why::NoPlace)?;
    let empty = if matches!(stop.node.value, Value::List(_)) {
        Json::Array(Vec::new())
    } else {
        Json::Object(serde_json::Map::new())
    };
    let start = stop.node.span.range().start;
    let end = file.extent(stop.node, start);
    if file.text[start..end].contains('#') {
        // A comment would be lost.
        return Err(Why::ByHand);
    }
    let brackets = line(file, &empty);
    // Behind the colon, if nothing else stands between.
    let colon = stop.key.and_then(|(_, _, key)| Some(key + file.text.get(key..start)?.find(':')? + 1));
    match colon.filter(|colon| file.begins_line(start) && file.text[*colon..start].trim().is_empty()) {
        Some(colon) => Ok(Edit::new(colon..end, format!(" {brackets}"))),
        None => Ok(Edit::new(start..end, brackets)),
    }
}

fn remove_bracketed(file: &File, siblings: &[Range<usize>], position: usize, head: usize) -> Result<Edit, Why> {
    let own = &siblings[position];
    let (range, between) = match (position.checked_sub(1), siblings.get(position + 1)) {
        (Some(before), _) if position >= head => {
            let before = &siblings[before];
            (before.end..own.end, before.end..own.start)
        }
        (_, Some(next)) => (own.start..next.start, own.end..next.start),
        _ => return Err(Why::ByHand),
    };
    let between = file.text.get(between).ok_or(Why::ByHand)?;
    let clean = between.chars().filter(|c| !c.is_whitespace()).eq([',']);
    if clean { Ok(Edit::new(range, "")) } else { Err(Why::ByHand) }
}

/// The mapping at the end of `way` gets one more member: in front of the one with the key `next`, or as the last one.
pub(super) fn add_member(
    file: &File,
    way: &[Stop<'_>],
    (key, next): (&str, Option<&str>),
    value: &Json,
) -> Result<Edit, Why> {
    let stop = way.last().ok_or(Why::NoPlace)?;
    let siblings = siblings(stop.node)?;
    let key = written_key(file, key);
    let next = stop.node.as_mapping().into_iter().flat_map(members).find(|(name, ..)| Some(*name) == next);
    let in_front = |text: &str, in_brackets| {
        let (at, text) = insert::in_front(file, &next.as_ref()?.1, text, in_brackets)?;
        Some(Edit::new(at..at, text))
    };
    if file.is_json() || file.is_bracketed(stop.node) || file.is_inside_brackets(way) {
        let colon = format!("{key}: {}", line(file, value));
        let last = || add_bracketed(file, stop.node, &siblings, siblings.len(), &colon);
        return in_front(&colon, true).map_or_else(last, Ok);
    }
    let first = siblings.first().ok_or(Why::ByHand)?;
    let column = file.column(first.start);
    let start = stop.node.span.range().start;
    let one_line = format!("{}{key}: {}", " ".repeat(column), line(file, value));
    let text = if is_written_in_brackets(file, stop.node, value) && one_line.chars().count() <= WIDTH {
        one_line
    } else {
        let text = yaml::nested(&item(value), column + 2, column + key.chars().count() + 1);
        format!("{}{key}:{}", " ".repeat(column), text.trim_end_matches('\n'))
    };
    Ok(in_front(&text, false).unwrap_or_else(|| lines_after(file, file.extent(stop.node, start), &text)))
}

/// Whether the last of the mappings beside a new one is written in brackets: then so is the new one.
fn is_written_in_brackets(file: &File, around: &Node, value: &Json) -> bool {
    let beside = around.as_mapping().into_iter().flat_map(members).map(|(_, _, node)| node);
    let last = beside.filter(|node| matches!(node.value, Value::Mapping(_))).last();
    value.is_object() && last.is_some_and(|node| file.is_bracketed(node))
}

/// The list at the end of `way` gets one more element, the `position`th. The first `head` elements go.
pub(super) fn add_element(
    file: &File,
    way: &[Stop<'_>],
    (position, head): (usize, usize),
    value: &Json,
) -> Result<Edit, Why> {
    let stop = way.last().ok_or(Why::NoPlace)?;
    let Value::List(items) = &stop.node.value else { return Err(Why::NoPlace) };
    let siblings = siblings(stop.node)?;
    if file.is_json() || file.is_bracketed(stop.node) || file.is_inside_brackets(way) {
        let text = line(file, value);
        return match siblings.get(position) {
            // What goes takes the comma behind it along.
            Some(next) if position <= head => Ok(Edit::new(next.start..next.start, format!("{text}, "))),
            _ => add_bracketed(file, stop.node, &siblings, position, &text),
        };
    }
    let near = items.get(position.saturating_sub(1)).ok_or(Why::ByHand)?;
    let start = near.span.range().start;
    let dash = dash(file, near)?;
    let column = file.column(dash);
    let text = yaml::element(&item(value), column);
    if position == 0 {
        if !file.begins_line(dash) {
            return Err(Why::ByHand);
        }
        let at = file.line_start(dash);
        return Ok(Edit::new(at..at, file.with_line_breaks(&format!("{text}\n"))));
    }
    Ok(lines_after(file, file.extent(near, start), &text))
}

/// New lines behind the line of a place.
fn lines_after(file: &File, at: usize, text: &str) -> Edit {
    let at = next_line(file, at);
    let text = if file.text[..at].ends_with('\n') { format!("{text}\n") } else { format!("\n{text}") };
    Edit::new(at..at, file.with_line_breaks(&text))
}

fn add_bracketed(
    file: &File,
    node: &Node,
    siblings: &[Range<usize>],
    position: usize,
    text: &str,
) -> Result<Edit, Why> {
    if siblings.is_empty() {
        let range = node.span.range();
        let (open, close) = if matches!(node.value, Value::List(_)) { ('[', ']') } else { ('{', '}') };
        let space = if open == '{' { " " } else { "" };
        return Ok(Edit::new(range, format!("{open}{space}{text}{space}{close}")));
    }
    let before = position.checked_sub(1).and_then(|before| siblings.get(before)).ok_or(Why::ByHand)?;
    let gap = if file.begins_line(before.start) {
        format!("\n{}", " ".repeat(file.column(before.start)))
    } else {
        " ".to_owned()
    };
    let text = file.with_line_breaks(&format!(",{gap}{text}"));
    Ok(Edit::new(before.end..before.end, text))
}

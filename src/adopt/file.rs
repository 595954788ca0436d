//! One file as it is written: its text, and the tree of what stands where, before parts are put in and namespaces are written out.

use std::ops::Range;

use crate::manifest::{Mapping, Node, Value};
use crate::source::RelativePath;

/// A YAML or JSON file that is edited.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: RelativePath,
    pub(super) text: String,
    pub(super) documents: Vec<Node>,
}

/// A value on the way from a document to one of its values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop<'f> {
    pub(super) node: &'f Node,
    /// Where its key is, if it is a member.
    pub(super) key: Option<(&'f str, usize, usize)>,
}

/// Where a member of a mapping or an element of a list is written; `None` for an alias: what it means stands elsewhere.
pub(super) fn written(node: &Node, after: usize) -> Option<Range<usize>> {
    let range = node.span.range();
    (range.start >= after).then_some(range)
}

impl File {
    /// Whether it is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.path.extension() == "json"
    }

    /// The way to the value that is written at `range`.
    pub(super) fn find(&self, range: &Range<usize>) -> Option<Vec<Stop<'_>>> {
        self.documents.iter().find_map(|document| {
            let mut way = vec![Stop { node: document, key: None }];
            search(&mut way, range).then_some(way)
        })
    }

    /// What stands at a value.
    pub(super) fn slice(&self, node: &Node) -> &str {
        self.text.get(node.span.range()).unwrap_or_default()
    }

    /// Whether the last stop stands inside of brackets.
    pub(super) fn is_inside_brackets(&self, way: &[Stop<'_>]) -> bool {
        way[..way.len().saturating_sub(1)].iter().any(|stop| self.is_bracketed(stop.node))
    }

    /// Whether a list or a mapping is written with brackets.
    pub(super) fn is_bracketed(&self, node: &Node) -> bool {
        matches!(node.value, Value::List(_) | Value::Mapping(_)) && self.slice(node).starts_with(['{', '['])
    }

    /// Where the line of a place begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    /// Where the line of a place ends, without its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |found| at + found);
        if self.text[..end].ends_with('\r') && end > at { end - 1 } else { end }
    }

    /// How many characters stand before a place on its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].trim_start_matches('\u{feff}').chars().count()
    }

    /// Whether nothing but spaces stands before a place on its line.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        self.text[self.line_start(at)..at].trim_start_matches('\u{feff}').chars().all(|c| c == ' ')
    }

    /// Whether nothing but spaces stands behind a place on its line.
    pub(super) fn ends_line(&self, at: usize) -> bool {
        self.text[at..self.line_end(at)].chars().all(|c| c == ' ' || c == '\t')
    }

    /// Where the line break of this file is `\r\n`, the text with such.
    pub(super) fn with_line_breaks(&self, text: &str) -> String {
        if self.text.contains("\r\n") { text.replace('\n', "\r\n") } else { text.to_owned() }
    }

    /// Where a value ends that begins at `start`, whatever it holds: what an alias means stands elsewhere.
    pub(super) fn extent(&self, node: &Node, start: usize) -> usize {
        let Some(range) = written(node, start) else { return self.line_end(start) };
        if self.is_bracketed(node) {
            return range.end;
        }
        match &node.value {
            Value::List(items) => items.iter().fold(range.start, |end, item| match written(item, end) {
                Some(item_range) => self.extent(item, item_range.start),
                None => self.text[end..].find('*').map_or(end, |alias| self.line_end(end + alias)),
            }),
            Value::Mapping(mapping) => {
                members(mapping).fold(range.start, |_, (_, key, value)| match written(value, key.end) {
                    Some(value_range) => self.extent(value, value_range.start),
                    None => self.line_end(key.end),
                })
            }
            _ => range.end,
        }
    }
}

/// The members of a mapping in the order they are written, the merge key among them: key, where it is, value.
pub(super) fn members(mapping: &Mapping) -> impl Iterator<Item = (&str, Range<usize>, &Node)> {
    let merged = mapping.merged().map(|member| ("<<", member.key.range(), &member.value));
    let own = mapping.members.iter().map(|(key, member)| (key.as_str(), member.key.range(), &member.value));
    let mut all: Vec<_> = merged.into_iter().chain(own).collect();
    all.sort_by_key(|(_, key, _)| key.start);
    all.into_iter()
}

fn search(way: &mut Vec<Stop<'_>>, range: &Range<usize>) -> bool {
    let Some(here) = way.last().map(|stop| stop.node) else { return false };
    if here.span.range() == *range {
        return true;
    }
    match &here.value {
        Value::List(items) => {
            let mut after = here.span.range().start;
            for node in items {
                let Some(found) = written(node, after) else { continue };
                after = found.end;
                way.push(Stop { node, key: None });
                if search(way, range) {
                    return true;
                }
                way.pop();
            }
        }
        Value::Mapping(mapping) => {
            for (name, key, node) in members(mapping) {
                if written(node, key.end).is_none() {
                    continue;
                }
                way.push(Stop { node, key: Some((name, key.start, key.end)) });
                if search(way, range) {
                    return true;
                }
                way.pop();
            }
        }
        _ => {}
    }
    false
}

//! YAML 1.2 to trees, from the events of `saphyr-parser`.
//!
//! The parser's own loader recurses and loses places, so the tree is built here, on a stack of our own. Hostile
//! input is bounded: nesting, and what aliases may add.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::input::ShortInput;
use super::offsets::Offsets;
use super::text::BYTE_ORDER_MARK;
use super::{DEPTH_LIMIT, DOCUMENT_LIMIT, Mapping, Member, Node, VALUE_LIMIT, Value, layout, scalar};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span};

/// How many bytes of memory copies of anchored values may take, for one file.
const ALIAS_LIMIT: usize = 64 * 1024 * 1024;

/// How many findings one file may have: nobody reads more, and a broken file could have millions.
pub(super) const FINDING_LIMIT: usize = 100;

/// So many members a mapping has room for at once. Its hash table grows to 3, 7, 14 members and so on.
const USUAL_MEMBERS: usize = 7;

/// Stops reading the file: the finding was already reported.
struct Stop;

/// The documents of a YAML file. Documents that are empty are left out; after an error that makes the rest
/// unreadable the documents before it are returned.
pub(super) fn parse(id: SourceId, text: &str, findings: &mut Diagnostics) -> Vec<Node> {
    let base = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let body = &text[base..];
    let mut builder = Builder {
        id,
        base,
        text: body,
        offsets: Offsets::new(body),
        findings,
        anchors: HashMap::new(),
        alias_budget: ALIAS_LIMIT,
        values: 0,
        open: Vec::new(),
        documents: Vec::new(),
    };
    let mut parser = Parser::new(ShortInput::new(body));
    while let Some(event) = parser.next_event() {
        let done = match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => builder.broken(&error),
        };
        if done.is_err() || builder.findings.len() > FINDING_LIMIT {
            break;
        }
    }
    builder.documents
}

/// A list or a mapping that is not complete yet.
struct Open {
    start: usize,
    anchor: usize,
    /// How many levels its deepest member has.
    height: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Mapping(Mapping, Key),
}

/// What was read of the next member of a mapping.
enum Key {
    None,
    Named(String, Span),
    /// The plain key `<<`.
    Merge(Span),
    /// Reported already; its value is read and dropped.
    Unusable,
}

struct Anchor {
    node: Node,
    height: usize,
    /// What it costs to copy it.
    weight: usize,
}

struct Builder<'t, 'd> {
    id: SourceId,
    /// The byte of the file where `text` begins.
    base: usize,
    text: &'t str,
    offsets: Offsets<'t>,
    findings: &'d mut Diagnostics,
    anchors: HashMap<usize, Anchor>,
    alias_budget: usize,
    /// How many values there were, counting the beginnings and ends of documents.
    values: usize,
    open: Vec<Open>,
    documents: Vec<Node>,
}

impl Builder<'_, '_> {
    fn event(&mut self, event: Event<'_>, marks: saphyr_parser::Span) -> Result<(), Stop> {
        let range = self.offsets.byte(marks.start.index())..self.offsets.byte(marks.end.index());
        let is_end = matches!(event, Event::SequenceEnd | Event::MappingEnd);
        self.values += usize::from(!is_end && !self.expects_key());
        if self.values > VALUE_LIMIT {
            let message = format!("more than {VALUE_LIMIT} values in one file");
            return self.stop(Diagnostic::error("too-large", message).at(self.span(range), ""));
        }
        match event {
            Event::DocumentStart(_) if self.documents.len() == DOCUMENT_LIMIT => {
                let message = format!("more than {DOCUMENT_LIMIT} documents in one file");
                return self.stop(Diagnostic::error("too-large", message).at(self.span(range), ""));
            }
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => return self.scalar(text, style, anchor, tag.as_deref(), range),
            Event::Alias(anchor) => return self.alias(anchor, range),
            Event::SequenceStart(anchor, tag) => {
                self.known_tag(tag.as_deref(), "seq", &range);
                return self.begin(Content::List(Vec::new()), anchor, range);
            }
            Event::MappingStart(anchor, tag) => {
                self.known_tag(tag.as_deref(), "map", &range);
                return self.begin(Content::Mapping(Mapping::default(), Key::None), anchor, range);
            }
            Event::SequenceEnd | Event::MappingEnd => return self.end(range),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: Range<usize>,
    ) -> Result<(), Stop> {
        let span = self.scalar_span(range.clone(), &text, style, anchor != 0 || tag.is_some());
        if self.expects_key() {
            if anchor != 0 {
                let value = self.scalar_value(text.clone(), style, tag, span);
                self.remember(anchor, &Node::new(span, value), 0)?;
            }
            self.scalar_key(text, style, tag, span);
        } else {
            let node = Node::new(span, self.scalar_value(text, style, tag, span));
            self.remember(anchor, &node, 0)?;
            self.place(node, 0);
        }
        Ok(())
    }

    fn scalar_value(&mut self, text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        let plain = style == ScalarStyle::Plain;
        let value = match tag.map(core_tag) {
            None if plain => scalar::plain(text),
            None | Some(Some("str")) => Ok(Value::Text(text.into_owned())),
            Some(Some("int" | "float")) => match scalar::number(&text) {
                Some(number) => number.map(Value::Number),
                None => Err("this is not a number, as its tag says"),
            },
            Some(Some(name @ ("bool" | "null"))) => match scalar::plain(text) {
                Ok(value @ Value::Bool(_)) if name == "bool" => Ok(value),
                Ok(Value::Null) if name == "null" => Ok(Value::Null),
                _ => Err("this is not what its tag says"),
            },
            Some(_) => {
                self.unknown_tag(tag, span);
                return Value::Unknown;
            }
        };
        value.unwrap_or_else(|reason| {
            self.findings.push(Diagnostic::error("yaml-number", reason).at(span, ""));
            Value::Unknown
        })
    }

    fn scalar_key(&mut self, text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>, span: Span) {
        let key = match tag.map(core_tag) {
            None if style == ScalarStyle::Plain && text == "<<" => Key::Merge(span),
            None if style == ScalarStyle::Plain && text.is_empty() => self.unusable_key(span, "a key is missing here"),
            None | Some(Some("str" | "int" | "float" | "bool" | "null")) => Key::Named(text.into_owned(), span),
            Some(_) => {
                self.unknown_tag(tag, span);
                Key::Unusable
            }
        };
        self.set_key(key);
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), Stop> {
        let span = self.span(range);
        let Some(found) = self.anchors.get(&anchor) else {
            let message = "the alias stands inside of its own anchor, or in another document";
            return self.stop(Diagnostic::error("yaml-alias", message).at(span, ""));
        };
        if self.open.len() + found.height > DEPTH_LIMIT {
            return self.too_deep(span);
        }
        let Some(left) = self.alias_budget.checked_sub(found.weight) else { return self.too_large(span) };
        self.alias_budget = left;
        let (node, height) = (found.node.clone(), found.height);
        if self.expects_key() {
            let key = match node.as_text() {
                Some(text) => Key::Named(text.to_owned(), span),
                None => self.unusable_key(span, "a key must be text"),
            };
            self.set_key(key);
        } else {
            self.place(node, height);
        }
        Ok(())
    }

    fn begin(&mut self, content: Content, anchor: usize, range: Range<usize>) -> Result<(), Stop> {
        let mut start = range.start + layout::properties(self.text, range.start);
        if matches!(content, Content::List(_)) {
            start = layout::dash_before(self.text, start);
        }
        if self.open.len() >= DEPTH_LIMIT {
            let span = self.span(start..start);
            return self.too_deep(span);
        }
        self.open.push(Open { start, anchor, height: 0, content });
        Ok(())
    }

    /// Keeps a copy of an anchored value. Copies count like aliases: anchors can be nested, too.
    fn remember(&mut self, anchor: usize, node: &Node, height: usize) -> Result<(), Stop> {
        if anchor == 0 {
            return Ok(());
        }
        let weight = weight(node);
        let Some(left) = self.alias_budget.checked_sub(weight) else { return self.too_large(node.span) };
        self.alias_budget = left;
        self.anchors.insert(anchor, Anchor { node: node.clone(), height, weight });
        Ok(())
    }

    fn end(&mut self, range: Range<usize>) -> Result<(), Stop> {
        let Some(closed) = self.open.pop() else { return Ok(()) };
        let (last, value) = match closed.content {
            Content::List(items) => (items.last().map(|item| item.span), Value::List(items)),
            Content::Mapping(mapping, _) => {
                let last = mapping.members.values().next_back().map(|member| member.value.span);
                let merged = mapping.merge.as_ref().map(|merge| merge.value.span);
                (last.max(merged), Value::Mapping(Box::new(mapping)))
            }
        };
        let end = match last {
            // The closing bracket; the parser adds the space after it.
            _ if !range.is_empty() => range.start + 1,
            // A block has none: it ends with its last member, which an alias puts elsewhere.
            Some(last) => (last.end as usize).saturating_sub(self.base).min(range.end),
            None => range.end,
        };
        let node = Node::new(self.span(closed.start..end.max(closed.start)), value);
        let height = closed.height + 1;
        self.remember(closed.anchor, &node, height)?;
        if self.expects_key() {
            let key = self.unusable_key(node.span, "a key must be text");
            self.set_key(key);
        } else {
            self.place(node, height);
        }
        Ok(())
    }

    /// Puts a complete value where it belongs.
    fn place(&mut self, node: Node, height: usize) {
        let Some(open) = self.open.last_mut() else {
            if node.value != Value::Null || !node.span.range().is_empty() {
                self.documents.push(node);
            }
            return;
        };
        open.height = open.height.max(height);
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Mapping(mapping, key) => match std::mem::replace(key, Key::None) {
                Key::Named(text, span) => add_member(mapping, text, span, node, self.findings),
                Key::Merge(span) => match &mapping.merge {
                    Some(first) => self.findings.push(duplicate_key("<<", span, first.key)),
                    None => mapping.merge = Some(Box::new(Member { key: span, value: node })),
                },
                Key::None | Key::Unusable => {}
            },
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping(_, Key::None), .. }))
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Open { content: Content::Mapping(_, key), .. }) = self.open.last_mut() {
            *key = new;
        }
    }

    fn unusable_key(&mut self, span: Span, message: &str) -> Key {
        self.findings.push(Diagnostic::error("yaml-key", message).at(span, ""));
        Key::Unusable
    }

    fn known_tag(&mut self, tag: Option<&Tag>, name: &str, range: &Range<usize>) {
        if tag.is_some_and(|tag| core_tag(tag) != Some(name)) {
            self.unknown_tag(tag, self.span(range.clone()));
        }
    }

    fn unknown_tag(&mut self, tag: Option<&Tag>, span: Span) {
        let tag = tag.map(ToString::to_string).unwrap_or_default();
        let help = "values come from elsewhere with `$file`, `$env` or `$secret`, not with tags";
        self.findings.push(Diagnostic::error("yaml-tag", format!("unknown tag `{tag}`")).at(span, "").help(help));
    }

    fn too_deep(&mut self, span: Span) -> Result<(), Stop> {
        let message = format!("more than {DEPTH_LIMIT} levels of nesting");
        self.stop(Diagnostic::error("too-deep", message).at(span, ""))
    }

    fn too_large(&mut self, span: Span) -> Result<(), Stop> {
        let message = "aliases make this file grow beyond all bounds";
        self.stop(Diagnostic::error("yaml-alias", message).at(span, ""))
    }

    fn stop(&mut self, diagnostic: Diagnostic) -> Result<(), Stop> {
        self.findings.push(diagnostic);
        Err(Stop)
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.id.span(self.base + range.start..self.base + range.end)
    }

    /// The place of a scalar alone. The parser's begins with anchor and tag, that of an absent value lies anywhere
    /// up to the next token, that of a quoted one can end behind a comment, and that of a block ends with the line breaks after it.
    fn scalar_span(&self, range: Range<usize>, text: &str, style: ScalarStyle, has_properties: bool) -> Span {
        let start = range.start + if has_properties { layout::properties(self.text, range.start) } else { 0 };
        let start = start.min(range.end);
        if text.is_empty() && style == ScalarStyle::Plain {
            return self.absent_value().unwrap_or_else(|| self.span(start..start));
        }
        let slice = &self.text[start..range.end];
        let written = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => layout::quoted(slice),
            _ => slice.trim_end_matches(['\n', '\r', ' ', '\t']),
        };
        self.span(start..start + written.len())
    }

    /// Right after the colon of the key whose value is not there.
    fn absent_value(&self) -> Option<Span> {
        let Some(Open { content: Content::Mapping(_, Key::Named(_, key) | Key::Merge(key)), .. }) = self.open.last()
        else {
            return None;
        };
        let after = layout::after_colon(self.text, (key.end as usize).checked_sub(self.base)?)?;
        Some(self.span(after..after))
    }

    fn broken(&mut self, error: &ScanError) -> Result<(), Stop> {
        let at = self.offsets.byte(error.marker().index());
        let span = self.span(at..at + self.text[at..].chars().next().map_or(0, char::len_utf8));
        if error.info() == "recursion limit exceeded" {
            return self.too_deep(span);
        }
        if let Some(tab) = layout::indenting_tab(self.text, at) {
            let finding = Diagnostic::error("yaml-tab", "a tab is used for indentation");
            return self.stop(finding.at(self.span(tab..tab + 1), "").help("indent with spaces"));
        }
        let finding = Diagnostic::error("yaml-syntax", format!("invalid YAML: {}", error.info())).at(span, "");
        let surplus = layout::surplus_bracket(self.text, at).map(|bracket| format!("unmatched `{bracket}`"));
        let help = surplus.or_else(|| layout::advice(error.info()).map(str::to_owned));
        self.stop(Diagnostic { help, ..finding })
    }
}

/// The name of a tag of the core schema. `!` alone says "not resolved": for a scalar that is text.
fn core_tag(tag: &Tag) -> Option<&str> {
    const CORE: &str = "tag:yaml.org,2002:";
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        (CORE, name) => Some(name),
        ("", "!") => Some("str"),
        ("", verbatim) => verbatim.strip_prefix(CORE),
        _ => None,
    }
}

/// Adds a member, or reports that its key was there before.
pub(super) fn add_member(mapping: &mut Mapping, key: String, span: Span, value: Node, findings: &mut Diagnostics) {
    if mapping.members.is_empty() {
        mapping.members.reserve(USUAL_MEMBERS);
    }
    match mapping.members.entry(key) {
        indexmap::map::Entry::Occupied(first) => {
            findings.push(duplicate_key(first.key(), span, first.get().key));
        }
        indexmap::map::Entry::Vacant(free) => {
            free.insert(Member { key: span, value });
        }
    }
}

/// The finding that `key` stands at `second` although it stood at `first` before.
pub(super) fn duplicate_key(key: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error("duplicate-key", format!("duplicate key `{key}`"))
        .at(second, "again here")
        .related(first, "first here")
}

/// How many bytes of memory a copy takes, roughly: as measured, with what the allocator and the hash table add.
fn weight(node: &Node) -> usize {
    const NODE: usize = 64;
    const TEXT: usize = 16;
    const MAPPING: usize = 256;
    const MEMBER: usize = 128;
    NODE + match &node.value {
        Value::Text(text) => TEXT + text.len(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Mapping(mapping) => {
            let merged = mapping.merge.as_ref().map_or(0, |merge| MEMBER + weight(&merge.value));
            let members = mapping.members.iter();
            MAPPING + merged + members.map(|(key, member)| MEMBER + key.len() + weight(&member.value)).sum::<usize>()
        }
        _ => 0,
    }
}

//! JSON (RFC 8259) to trees.
//!
//! A reader of its own, although YAML 1.2 nearly contains JSON: exported files hold escapes in two parts
//! (`"\ud83d\ude00"`), which YAML forbids, and a `.json` file with comments or unquoted text is refused here
//! before another tool stumbles over it.

use std::ops::Range;

use super::text::BYTE_ORDER_MARK;
use super::yaml::{FINDING_LIMIT, add_member};
use super::{DEPTH_LIMIT, Mapping, Node, VALUE_LIMIT, Value, layout};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span};

/// The document of a JSON file; `None` after an error that makes it unreadable.
pub(super) fn parse(id: SourceId, text: &str, findings: &mut Diagnostics) -> Option<Node> {
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut reader = Reader { id, text, at: start, depth: 0, values: 0, findings };
    let document = reader.document();
    match document {
        Ok(node) => Some(node),
        Err(Broken { code, at, message }) => {
            let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
            let span = reader.span(at..end);
            let mut diagnostic = Diagnostic::error(code, message).at(span, "");
            if let Some(bracket) = layout::surplus_bracket(text, at) {
                diagnostic = diagnostic.help(format!("unmatched `{bracket}`"));
            } else if text[at..].starts_with(['#', '/']) {
                diagnostic = diagnostic.help("JSON has no comments; YAML files have");
            }
            findings.push(diagnostic);
            None
        }
    }
}

/// What is wrong, and at which byte.
struct Broken {
    code: &'static str,
    at: usize,
    message: String,
}

struct Reader<'t, 'd> {
    id: SourceId,
    text: &'t str,
    at: usize,
    depth: usize,
    values: usize,
    findings: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Result<Node, Broken> {
        let node = self.value()?;
        self.skip_space();
        if self.at == self.text.len() {
            Ok(node)
        } else {
            self.broken("invalid JSON: text after the end of the document")
        }
    }

    fn value(&mut self) -> Result<Node, Broken> {
        self.skip_space();
        self.values += 1;
        if self.values > VALUE_LIMIT {
            return self.refuse("too-large", format!("more than {VALUE_LIMIT} values in one file"));
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::mapping)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => self.word()?,
            None => return self.broken("invalid JSON: unexpected end of file"),
        };
        Ok(Node::new(self.span(start..self.at), value))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Broken>) -> Result<Value, Broken> {
        if self.depth == DEPTH_LIMIT {
            return self.refuse("too-deep", format!("more than {DEPTH_LIMIT} levels of nesting"));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Value, Broken> {
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            self.expect(b',', "invalid JSON: expected `,` or `]`")?;
        }
    }

    fn mapping(&mut self) -> Result<Value, Broken> {
        let mut mapping = Mapping::default();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Mapping(Box::new(mapping)));
        }
        loop {
            self.skip_space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.broken("invalid JSON: expected a key in double quotes");
            }
            let key = self.string()?;
            let span = self.span(start..self.at);
            self.skip_space();
            self.expect(b':', "invalid JSON: expected `:`")?;
            let value = self.value()?;
            add_member(&mut mapping, key, span, value, self.findings);
            if self.findings.len() > FINDING_LIMIT {
                return self.broken("too many problems in this file");
            }
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Mapping(Box::new(mapping)));
            }
            self.expect(b',', "invalid JSON: expected `,` or `}`")?;
        }
    }

    fn string(&mut self) -> Result<String, Broken> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
            text.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return self.broken("invalid JSON: a line break or control character in a text"),
                None => return self.broken("invalid JSON: the text is not closed"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Broken> {
        let character = match self.text.as_bytes().get(self.at + 1) {
            Some(b'u') => return self.unicode_escape(),
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return self.broken("invalid JSON: unknown escape"),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\u0041`, or two of them that make up one character outside of the first plane.
    fn unicode_escape(&mut self) -> Result<char, Broken> {
        let code = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
        };
        let Some(first) = code(self.at) else { return self.broken("invalid JSON: expected four hexadecimal digits") };
        let units: Vec<u16> = std::iter::once(first).chain(code(self.at + 6)).collect();
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => {
                self.at += 6 * character.len_utf16();
                Ok(character)
            }
            _ => self.broken("invalid JSON: incomplete surrogate pair"),
        }
    }

    fn number(&mut self) -> Result<Value, Broken> {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let written = &rest[..end.unwrap_or(rest.len())];
        match written.parse() {
            Ok(number) => {
                self.at += written.len();
                Ok(Value::Number(number))
            }
            Err(_) => self.broken("invalid JSON: this is not a number"),
        }
    }

    fn word(&mut self) -> Result<Value, Broken> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        let rest = &self.text[self.at..];
        match words.into_iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, value)) => {
                self.at += word.len();
                Ok(value)
            }
            None => self.broken("invalid JSON: expected a value"),
        }
    }

    fn skip_space(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let space = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += space.unwrap_or(rest.len());
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, message: &str) -> Result<(), Broken> {
        if self.take(byte) { Ok(()) } else { self.broken(message) }
    }

    fn broken<T>(&self, message: impl Into<String>) -> Result<T, Broken> {
        self.refuse("json-syntax", message)
    }

    fn refuse<T>(&self, code: &'static str, message: impl Into<String>) -> Result<T, Broken> {
        Err(Broken { code, at: self.at, message: message.into() })
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.id.span(range)
    }
}

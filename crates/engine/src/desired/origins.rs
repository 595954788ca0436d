//! Where each value of a document is written.
//!
//! A thousand offers have millions of values, and few are ever looked up: so the places are kept packed, and unpacked
//! one document at a time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;
use integer_encoding::VarInt;

use crate::manifest::{Node, Value};
use crate::offer::Pointer;
use crate::source::{SourceId, Span};

/// Where one member of a document is written. With `$file`, aliases and merges that can be another file or
/// another part of the file than where the offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The key; `None` for an element of a list and for the whole document.
    pub key: Option<Span>,
    /// The span of the value.
    pub value: Span,
}

/// The places of all values of one document, packed: a few bytes each, most of them the distance from the place before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins(Box<[u8]>);

/// The places of all values of one document, to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    words: Vec<String>,
    /// The values inside of one follow it in the list. There is always the whole document.
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// The word that is the key, and where it is written; `None` for an element of a list and for the whole document.
    key: Option<(u32, Span)>,
    value: Span,
    /// How many places this one and everything inside of it take.
    size: u32,
}

impl Origins {
    /// The places in a composed tree.
    pub(super) fn of(node: &Node) -> Self {
        let mut packer =
            Packer { packed: Vec::with_capacity(USUAL_SIZE), words: HashMap::default(), before: Span::default() };
        packer.place(None, node);
        // A copy: what is only shrunk keeps the room that it was packed in.
        Self(packer.packed.as_slice().into())
    }

    /// The places, to be looked up.
    #[must_use]
    pub fn places(&self) -> Places {
        let places = Vec::with_capacity(self.0.len() / USUAL_SIZE_OF_ONE);
        let mut unpacker = Unpacker { packed: &self.0, before: Span::default(), words: Vec::new(), places };
        unpacker.place();
        Places { words: unpacker.words, places: unpacker.places }
    }
}

impl Places {
    /// Where the value at `pointer` is written; `None` if no file declares it.
    #[must_use]
    pub fn get(&self, pointer: &Pointer) -> Option<Origin> {
        let (found, left) = self.walk(pointer);
        (left == 0).then(|| self.places[found].origin())
    }

    /// Where the value at `pointer` is written, or else the innermost value around it that a file declares.
    #[must_use]
    pub fn nearest(&self, pointer: &Pointer) -> Origin {
        self.places[self.walk(pointer).0].origin()
    }

    /// Where all values are written, each as often as it is used.
    pub fn values(&self) -> impl Iterator<Item = Span> {
        self.places.iter().map(|place| place.value)
    }

    /// How far down `pointer` leads, and how many of its parts are left.
    fn walk(&self, pointer: &Pointer) -> (usize, usize) {
        let mut here = 0;
        let mut tokens = pointer.tokens();
        while let Some(token) = tokens.next() {
            match self.inside(here).enumerate().find(|(index, at)| self.is(*at, &token, *index)) {
                Some((_, next)) => here = next,
                None => return (here, 1 + tokens.count()),
            }
        }
        (here, 0)
    }

    fn is(&self, at: usize, token: &str, index: usize) -> bool {
        match self.places[at].key {
            Some((word, _)) => self.words[word as usize] == token,
            None => token.parse() == Ok(index),
        }
    }

    /// The values directly inside of the one at `outer`.
    fn inside(&self, outer: usize) -> impl Iterator<Item = usize> {
        let end = outer + self.places[outer].size as usize;
        let first = Some(outer + 1).filter(|first| *first < end);
        std::iter::successors(first, move |at| Some(at + self.places[*at].size as usize).filter(|next| *next < end))
    }
}

impl Place {
    fn origin(&self) -> Origin {
        Origin { key: self.key.map(|(_, span)| span), value: self.value }
    }
}

/// Of an offer of 40 KB the packed places take some 10 KB.
const USUAL_SIZE: usize = 16 * 1024;

/// Most places take as many bytes, or more.
const USUAL_SIZE_OF_ONE: usize = 5;

/// What stands instead of a key: that there is none, or that its word follows. A higher number is that of a word that was
/// there before.
const NO_KEY: u32 = 0;
const NEW_WORD: u32 = 1;
const FIRST_WORD: u32 = 2;

/// Writes one place after the other, the values inside of one right after it.
struct Packer<'n> {
    packed: Vec<u8>,
    words: HashMap<&'n str, u32, RandomState>,
    /// The span that was written last.
    before: Span,
}

impl<'n> Packer<'n> {
    fn place(&mut self, key: Option<(&'n str, Span)>, node: &'n Node) {
        match key {
            None => self.push(NO_KEY),
            Some((key, span)) => {
                self.word(key);
                self.span(span, false);
            }
        }
        match &node.value {
            Value::List(items) if !items.is_empty() => {
                self.span(node.span, true);
                self.push(number(items.len()));
                for item in items {
                    self.place(None, item);
                }
            }
            Value::Mapping(mapping) if !mapping.members.is_empty() => {
                self.span(node.span, true);
                self.push(number(mapping.members.len()));
                for (key, member) in &mapping.members {
                    self.place(Some((key, member.key)), &member.value);
                }
            }
            _ => self.span(node.span, false),
        }
    }

    fn word(&mut self, word: &'n str) {
        let next = FIRST_WORD + number(self.words.len());
        match self.words.entry(word) {
            Entry::Occupied(known) => {
                let known = *known.get();
                self.push(known);
            }
            Entry::Vacant(free) => {
                free.insert(next);
                self.push(NEW_WORD);
                self.push(number(word.len()));
                self.packed.extend_from_slice(word.as_bytes());
            }
        }
    }

    /// Whether it is in another text than the span before, and whether there are values inside of it (and then their count follows),
    /// are the last bits of the numbers that there are anyway.
    fn span(&mut self, span: Span, is_filled: bool) {
        let is_elsewhere = span.source != self.before.source;
        self.push(2 * (i64::from(span.start) - i64::from(self.before.start)) + i64::from(is_elsewhere));
        if is_elsewhere {
            self.push(span.source.number());
        }
        self.push(2 * u64::from(span.end.saturating_sub(span.start)) + u64::from(is_filled));
        self.before = span;
    }

    fn push<T: VarInt>(&mut self, value: T) {
        let mut bytes = [0; 10];
        let length = value.encode_var(&mut bytes);
        self.packed.extend_from_slice(&bytes[..length]);
    }
}

/// Counts of values have a limit far below this one.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

struct Unpacker<'p> {
    packed: &'p [u8],
    /// The span that was read last.
    before: Span,
    words: Vec<String>,
    places: Vec<Place>,
}

impl Unpacker<'_> {
    fn place(&mut self) {
        let key = match self.pull::<u32>() {
            NO_KEY => None,
            NEW_WORD => Some(self.new_word()),
            known => Some(known - FIRST_WORD),
        };
        let key = key.map(|word| (word, self.span().0));
        let at = self.places.len();
        let (value, is_filled) = self.span();
        self.places.push(Place { key, value, size: 1 });
        let inside = if is_filled { self.pull::<u32>() } else { 0 };
        for _ in 0..inside {
            self.place();
        }
        self.places[at].size = number(self.places.len() - at);
    }

    fn new_word(&mut self) -> u32 {
        let length = self.pull::<u32>() as usize;
        let (text, rest) = self.packed.split_at(length);
        self.packed = rest;
        self.words.push(String::from_utf8_lossy(text).into_owned());
        number(self.words.len() - 1)
    }

    /// A span, and whether there are values inside of it.
    fn span(&mut self) -> (Span, bool) {
        let start: i64 = self.pull();
        let is_elsewhere = start & 1 == 1;
        let start = u32::try_from(i64::from(self.before.start) + (start >> 1)).unwrap_or(u32::MAX);
        let source = if is_elsewhere { SourceId::numbered(self.pull()) } else { self.before.source };
        let length: u64 = self.pull();
        let end = start.saturating_add(u32::try_from(length >> 1).unwrap_or(u32::MAX));
        self.before = Span { source, start, end };
        (self.before, length & 1 == 1)
    }

    fn pull<T: VarInt>(&mut self) -> T {
        let (value, length) = T::decode_var(self.packed).expect("invariant: places are unpacked as they were packed");
        self.packed = &self.packed[length..];
        value
    }
}

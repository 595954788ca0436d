//! Bends inputs: bytes as bytes, and JSON as JSON.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::corpus::WORDS;
use crate::pointers::pointers;

/// No input grows beyond this; large files are among the pitfalls.
const LIMIT: usize = 64 * 1024;

/// One of `all`.
pub(crate) fn one_of<'a, T>(random: &mut Rng, all: &'a [T]) -> &'a T {
    &all[random.usize(..all.len())]
}

/// A word of those that mean something.
fn word(random: &mut Rng) -> &'static str {
    WORDS[random.usize(..WORDS.len())]
}

/// Bends bytes a few times; `others` lend pieces.
pub(crate) fn bytes(random: &mut Rng, start: &[u8], others: &[&[u8]]) -> Vec<u8> {
    let mut bytes = start.to_vec();
    for _ in 0..random.usize(1..=8) {
        bend(random, &mut bytes, others);
        bytes.truncate(LIMIT);
    }
    bytes
}

fn bend(random: &mut Rng, bytes: &mut Vec<u8>, others: &[&[u8]]) {
    let at = random.usize(..=bytes.len());
    let at_most = 1 << random.usize(..10);
    let length = random.usize(..=at_most.min(bytes.len() - at));
    match random.u8(..9) {
        0 => drop(bytes.drain(at..at + length)),
        1 => {
            let piece = bytes[at..at + length].repeat(random.usize(1..20));
            insert(bytes, at, &piece);
        }
        2 | 3 => insert(bytes, at, word(random).as_bytes()),
        4 => insert(bytes, at, word(random).repeat(random.usize(1..400)).as_bytes()),
        5 => {
            let other = *one_of(random, others);
            let from = random.usize(..=other.len());
            let until = random.usize(from..=other.len());
            insert(bytes, at, &other[from..until]);
        }
        6 if at < bytes.len() => bytes[at] = random.u8(..),
        7 => bytes.truncate(at),
        _ => lines(random, bytes),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}

/// Moves, doubles or indents a line.
fn lines(random: &mut Rng, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let from = random.usize(..lines.len());
    let to = random.usize(..lines.len());
    match random.u8(..3) {
        0 => lines.swap(from, to),
        1 => lines.insert(to, lines[from].clone()),
        _ => lines[from].splice(0..0, b" ".repeat(random.usize(..5))).for_each(drop),
    }
    *bytes = lines.concat();
}

/// Bends what is in a JSON value a few times; `others` lend values. It stays a mapping, as every document is that was read.
pub(crate) fn value(random: &mut Rng, start: &Value, others: &[Value]) -> Value {
    let mut value = start.clone();
    for _ in 0..random.usize(1..=6) {
        let places = pointers(&value, "");
        let place = one_of(random, &places);
        let lent = lent(random, others);
        if place.is_empty() {
            continue;
        }
        if let Some(here) = value.pointer_mut(place) {
            bend_value(random, here, lent);
        }
    }
    value
}

/// A value out of one of `others`, or a small one.
fn lent(random: &mut Rng, others: &[Value]) -> Value {
    let other = one_of(random, others);
    let places = pointers(other, "");
    match random.u8(..4) {
        0 => one_of(
            random,
            &[
                json!(null),
                json!(true),
                json!(0),
                json!(-0.0),
                json!(1e300),
                json!(""),
                json!([]),
                json!({}),
                json!([[]]),
            ],
        )
        .clone(),
        1 => json!(word(random)),
        _ => {
            let place = one_of(random, &places);
            other.pointer(place).cloned().unwrap_or_default()
        }
    }
}

fn bend_value(random: &mut Rng, here: &mut Value, lent: Value) {
    match (random.u8(..6), &mut *here) {
        (0, Value::Array(elements)) if !elements.is_empty() => {
            let copy = one_of(random, elements).clone();
            elements.insert(random.usize(..=elements.len()), copy);
        }
        (1, Value::Array(elements)) => random.shuffle(elements),
        (2, Value::Array(elements)) => elements.push(lent),
        (0, Value::Object(members)) => {
            members.insert(word(random).to_owned(), lent);
        }
        (1, Value::Object(members)) => rename(random, members),
        (2, Value::Object(members)) if !members.is_empty() => {
            let key = members.keys().nth(random.usize(..members.len())).unwrap().clone();
            members.shift_remove(&key);
        }
        (3, Value::String(text)) => text.insert_str(0, word(random)),
        (4, _) => *here = json!([here.take()]),
        _ => *here = lent,
    }
}

/// Gives one member the name of another.
fn rename(random: &mut Rng, members: &mut Map<String, Value>) {
    if members.len() > 1 {
        let keys: Vec<String> = members.keys().cloned().collect();
        let value = members.shift_remove(one_of(random, &keys)).unwrap();
        members.insert(one_of(random, &keys).clone(), value);
    }
}

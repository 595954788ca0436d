//! Two documents, as JSON texts with a line of `---` between them, what is declared and what is live, as `tests/hardening` checks
//! pairs of them.

#![no_main]
#![allow(dead_code, reason = "the tests make inputs of their own")]

#[path = "../../tests/hardening/corpus.rs"]
mod corpus;
#[path = "../../tests/hardening/mutate.rs"]
mod mutate;
#[path = "../../tests/hardening/pairs.rs"]
mod pairs;

use std::fmt;

type Tell<'a> = &'a dyn Fn(fmt::Arguments<'_>);

libfuzzer_sys::fuzz_target!(|text: &str| {
    let read = |text: &str| serde_json::from_str(text).ok().filter(serde_json::Value::is_object);
    let found: Option<Vec<serde_json::Value>> = text.split("\n---\n").take(2).map(read).collect();
    if let Some([declared, live]) = found.as_deref() {
        pairs::check_all(text.len(), declared, live);
    }
});

//! Any two or three documents, as JSON texts with a line of `---` between them, as `tests/hardening` checks them.

#![no_main]
#![allow(dead_code, reason = "the tests make inputs of their own")]

#[path = "../../tests/hardening/corpus.rs"]
mod corpus;
#[path = "../../tests/hardening/documents.rs"]
mod documents;
#[path = "../../tests/hardening/mutate.rs"]
mod mutate;

use std::fmt;

type Tell<'a> = &'a dyn Fn(fmt::Arguments<'_>);

libfuzzer_sys::fuzz_target!(|text: &str| {
    let read = |text: &str| serde_json::from_str(text).ok().filter(serde_json::Value::is_object);
    let found: Option<Vec<serde_json::Value>> = text.split("\n---\n").take(3).map(read).collect();
    if let Some([desired, live, rest @ ..]) = found.as_deref() {
        documents::check_all(text.len(), desired.clone(), live.clone(), rest.first().unwrap_or(live).clone());
    }
});

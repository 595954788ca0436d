//! Any text where an address could be, as `tests/hardening` checks it.

#![no_main]
#![allow(dead_code, reason = "the tests make inputs of their own")]

#[path = "../../tests/hardening/addresses.rs"]
mod addresses;
#[path = "../../tests/hardening/corpus.rs"]
mod corpus;
#[path = "../../tests/hardening/mutate.rs"]
mod mutate;

use std::fmt;

type Tell<'a> = &'a dyn Fn(fmt::Arguments<'_>);

libfuzzer_sys::fuzz_target!(|text: &str| addresses::check(text));

//! Any bytes where an offer file should be, as `tests/hardening` checks them. The first byte says which kind of file.

#![no_main]
#![allow(dead_code, reason = "the tests make inputs of their own")]

#[path = "../../tests/hardening/corpus.rs"]
mod corpus;
#[path = "../../tests/hardening/loader.rs"]
mod loader;
#[path = "../../tests/hardening/mutate.rs"]
mod mutate;

use std::fmt;

use offerform::source::MemoryTree;

type Tell<'a> = &'a dyn Fn(fmt::Arguments<'_>);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let tree = MemoryTree::default().with("part.yaml", "a: {b: [c]}\n").with("text.html", "<p>x</p>\n");
    loader::check_in(tree, if kind % 4 == 0 { "a.json" } else { "a.yaml" }, bytes);
});

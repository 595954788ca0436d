//! Hostile input: what is read is taken from good files, and then bent, cut, doubled and mixed; nothing may panic, hang,
//! point outside of a file, or show a signature.
//!
//! `OFFERFORM_HARDENING_CASES` says how many inputs each target gets (100 unless it is set), `OFFERFORM_HARDENING_CASE`
//! (such as `loader:17`) repeats one and shows it. What was found, and how long it ran: docs/hardening.md.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod addresses;
mod corpus;
mod documents;
mod loader;
mod mutate;
mod pairs;
mod pitfalls;
#[path = "../support/pointers.rs"]
mod pointers;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

/// What is tried: a name, and how one input is made from a number, told, and tried.
struct Target {
    name: &'static str,
    attempt: fn(u64, Tell<'_>),
}

/// Is told an input before it is tried.
type Tell<'a> = &'a dyn Fn(fmt::Arguments<'_>);

const TARGETS: [Target; 4] = [
    Target { name: "loader", attempt: loader::attempt },
    Target { name: "documents", attempt: documents::attempt },
    Target { name: "addresses", attempt: addresses::attempt },
    Target { name: "pairs", attempt: pairs::attempt },
];

/// How many inputs a target gets unless the environment says otherwise.
const CASES: u64 = 100;

/// One input may take this long in a debug build on a busy machine; most take a thousandth of it.
const PATIENCE: Duration = Duration::from_mins(1);

#[expect(clippy::disallowed_methods, reason = "a test has no settings to read it from")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How long `work` takes.
#[expect(clippy::disallowed_methods, reason = "this is about real time")]
fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// What is wrong with the input `case` of a target, if anything is.
fn failure(target: &Target, case: u64) -> Option<String> {
    let mut took = Duration::ZERO;
    let outcome = catch_unwind(AssertUnwindSafe(|| took = timed(|| (target.attempt)(case, &|_| ()))));
    let again = format!("repeat it with OFFERFORM_HARDENING_CASE={}:{case} cargo test --test hardening", target.name);
    match outcome {
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
            Some(format!("{text}\n{again}"))
        }
        Ok(()) if took > PATIENCE => Some(format!("it took {took:?}\n{again}")),
        Ok(()) => None,
    }
}

/// Tries inputs on all processors until one fails.
fn first_failure(target: &Target, cases: u64) -> Option<String> {
    let next = AtomicU64::new(0);
    let work = || {
        loop {
            let case = next.fetch_add(1, Ordering::SeqCst);
            if case >= cases {
                return None;
            }
            if let Some(failure) = failure(target, case) {
                next.store(cases, Ordering::SeqCst);
                return Some(failure);
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().find_map(|worker| worker.join().unwrap())
    })
}

#[test]
fn no_input_does_harm() {
    if let Some(one) = variable("OFFERFORM_HARDENING_CASE") {
        let (name, case) = one.split_once(':').unwrap();
        let target = TARGETS.iter().find(|target| target.name == name).unwrap();
        (target.attempt)(case.parse().unwrap(), &|input| println!("{input}"));
        return;
    }
    let cases = variable("OFFERFORM_HARDENING_CASES").map_or(CASES, |text| text.parse().unwrap());
    for target in &TARGETS {
        let failure = first_failure(target, cases);
        assert!(failure.is_none(), "{}: {}", target.name, failure.unwrap_or_default());
    }
}

/// Tries inputs of one target, one after the other, for as long as `OFFERFORM_HARDENING_SECONDS` says (a minute).
#[test]
#[ignore = "takes as long as it is given"]
fn no_input_does_harm_for_as_long_as_is_given() {
    let given = variable("OFFERFORM_HARDENING_SECONDS").map_or(60, |text| text.parse().unwrap());
    let name = variable("OFFERFORM_HARDENING_TARGET").unwrap_or_else(|| "pairs".to_owned());
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let mut took = Duration::ZERO;
    let first = variable("OFFERFORM_HARDENING_FIRST").map_or(0, |text| text.parse().unwrap());
    let mut failures = 0;
    for case in first.. {
        took += timed(|| {
            if let Some(failure) = failure(target, case) {
                println!("{failure}");
                failures += 1;
            }
        });
        if took >= Duration::from_secs(given) || failures == 20 {
            println!("{name}: {} inputs in {} s, {failures} that fail", case - first + 1, took.as_secs());
            break;
        }
    }
    assert_eq!(failures, 0);
}

/// Inputs that failed once: see docs/hardening.md.
#[test]
fn what_once_did_harm_does_none_any_more() {
    for (_, text) in corpus::FOUND {
        for file in ["a.yaml", "a.json"] {
            loader::check(file, text.as_bytes());
        }
        addresses::check(text);
        let shown = offerform::render::visible(text);
        assert!(!shown.contains("jtNlnLWkmYMtRcMYRwrl"), "{shown}");
    }
    let nothing = || json!({});
    documents::check_all(0, nothing(), json!({ "definition": [] }), nothing());
    // A line feed before or behind a text was not to be seen in Markdown.
    pairs::attempt(13_620, &|_| ());
    pairs::check_all(0, &json!({ "definition": { "offer": {} } }), &nothing());
}

/// A check that never fails checks nothing.
#[test]
fn a_failure_is_noticed() {
    let panics = Target { name: "panics", attempt: |case, _| assert!(case < 40, "case {case} is too much") };
    let found = first_failure(&panics, 100).unwrap();
    assert!(found.contains("is too much") && found.contains("OFFERFORM_HARDENING_CASE=panics:4"), "{found}");
    assert_eq!(first_failure(&panics, 40), None);
}

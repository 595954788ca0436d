//! Schedules made from seeds: a portal that others edit, a network that loses things, processes that are killed, and two
//! runs at once; all in one process, in time that takes none.
//!
//! `OFFERFORM_SIMULATION_SEEDS` says how many seeds are played (200 unless it is set), `OFFERFORM_SIMULATION_FROM` the first of
//! them, and `OFFERFORM_SIMULATION_SEED` plays a single one and tells its story. What is promised, and what is left out: docs/simulation.md.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod agreement;
mod by_hand;
mod declared;
mod process;
mod promises;
mod releases;
mod requests;
mod sabotage;
mod schedule;
mod story;
mod wire;
mod world;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sabotage::Sabotage;
use story::{play, play_plain};

/// Seeds whose plain stories once found something: each is played in every run.
const REGRESSIONS: [u64; 15] =
    [24, 34, 111, 976, 4012, 5233, 9855, 15419, 39909, 48756, 49870, 59697, 62555, 75607, 96200];

/// The same for stories with everything in them.
const REGRESSIONS_OF_VARIED: [u64; 15] =
    [0, 14, 63, 142, 230, 771, 912, 1001, 1674, 2075, 11056, 55998, 58114, 61386, 80604];

/// How many seeds are played unless the environment says otherwise.
const SEEDS: u64 = 200;

#[expect(clippy::disallowed_methods, reason = "a test has no settings to read it from")]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Plays `seeds` on all processors, and tells what the smallest failing one broke.
fn first_failure(seeds: Range<u64>, sabotage: Sabotage) -> Option<(u64, String)> {
    let next = AtomicU64::new(seeds.start);
    let least = AtomicU64::new(u64::MAX);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut failures: Vec<(u64, String)> = thread::scope(|scope| {
        let work = || {
            loop {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= seeds.end || seed > least.load(Ordering::SeqCst) {
                    return None;
                }
                if let Err(broken) = play(seed, sabotage).result {
                    least.fetch_min(seed, Ordering::SeqCst);
                    return Some((seed, broken));
                }
            }
        };
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().filter_map(|worker| worker.join().unwrap()).collect()
    });
    failures.sort();
    failures.into_iter().next()
}

#[test]
fn every_schedule_keeps_every_promise() {
    if let Some(seed) = number("OFFERFORM_SIMULATION_SEED") {
        let told = play(seed, Sabotage::None);
        let lines = told.lines.join("\n");
        assert_eq!(told.result, Ok(()), "the story of seed {seed}:\n{lines}");
        println!("{lines}");
        return;
    }
    let from = number("OFFERFORM_SIMULATION_FROM").unwrap_or_default();
    let seeds = number("OFFERFORM_SIMULATION_SEEDS").unwrap_or(SEEDS);
    if let Some((seed, broken)) = first_failure(from..from + seeds, Sabotage::None) {
        panic!("seed {seed}: {broken}\nrepeat it with OFFERFORM_SIMULATION_SEED={seed} cargo test --test simulation");
    }
}

#[test]
fn seeds_that_once_found_something_find_nothing_any_more() {
    for seed in REGRESSIONS {
        assert_eq!(play_plain(seed).result, Ok(()), "seed {seed}");
    }
    for seed in REGRESSIONS_OF_VARIED {
        assert_eq!(play(seed, Sabotage::None).result, Ok(()), "seed {seed}");
    }
}

#[test]
fn a_seed_tells_the_same_story_every_time() {
    for seed in 0..20 {
        assert_eq!(play(seed, Sabotage::None).lines, play(seed, Sabotage::None).lines, "seed {seed}");
    }
}

#[test]
fn every_sabotage_is_caught() {
    for (sabotage, seeds) in Sabotage::CAUGHT_WITHIN {
        let caught = first_failure(0..seeds, sabotage);
        assert!(caught.is_some(), "{sabotage:?} is not caught within {seeds} seeds");
        let (seed, broken) = caught.unwrap();
        println!("{sabotage:?} is caught by seed {seed}: {broken}");
    }
}

//! Schedules made from seeds: a portal that others edit, a network that loses things, processes that are killed, and two
//! runs at once; all in one process, in time that takes none.
//!
//! `OFFERFORM_SIMULATION_SEEDS` says how many seeds are played (200 unless it is set), `OFFERFORM_SIMULATION_FROM` the first of
//! them, and `OFFERFORM_SIMULATION_SEED` plays a single one and tells its story. What is promised, and what is left out: docs/simulation.md.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod agreement;
mod by_hand;
mod declared;
mod jobs;
mod process;
mod products;
mod promises;
mod releases;
mod requests;
mod sabotage;
mod schedule;
mod story;
mod vocabulary;
mod wire;
mod world;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use jobs::Window;
use sabotage::Sabotage;
use story::{Told, play, play_plain, play_products};

/// As in the program: stories allocate many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seeds whose plain stories once found something: each is played in every run.
const REGRESSIONS: [u64; 15] =
    [24, 34, 111, 976, 4012, 5233, 9855, 15419, 39909, 48756, 49870, 59697, 62555, 75607, 96200];

/// The same for stories with everything in them.
const REGRESSIONS_OF_VARIED: [u64; 15] =
    [0, 14, 63, 142, 230, 771, 912, 1001, 1674, 2075, 11056, 55998, 58114, 61386, 80604];

/// The same for stories with offers of the Product Ingestion API.
const REGRESSIONS_OF_PRODUCTS: [u64; 18] =
    [2, 18, 34, 45, 53, 96, 118, 126, 163, 274, 341, 567, 573, 579, 595, 1162, 2108, 2187];

/// How many seeds are played unless the environment says otherwise.
const SEEDS: u64 = 200;

#[expect(clippy::disallowed_methods, reason = "a test has no settings to read it from")]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// How a seed is played.
type Player = fn(u64, Sabotage) -> Told;

/// Plays `seeds` on all processors, and tells what the smallest failing one broke; and what was lost in all because there is no lock.
fn play_all(player: Player, seeds: Range<u64>, sabotage: Sabotage) -> (Option<(u64, String)>, Window) {
    let next = AtomicU64::new(seeds.start);
    let least = AtomicU64::new(u64::MAX);
    let window = Mutex::new(Window::default());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut failures: Vec<(u64, String)> = thread::scope(|scope| {
        let work = || {
            loop {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= seeds.end || seed > least.load(Ordering::SeqCst) {
                    return None;
                }
                let told = player(seed, sabotage);
                window.lock().unwrap().add(told.window);
                if let Err(broken) = told.result {
                    least.fetch_min(seed, Ordering::SeqCst);
                    return Some((seed, broken));
                }
            }
        };
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().filter_map(|worker| worker.join().unwrap()).collect()
    });
    failures.sort();
    (failures.into_iter().next(), window.into_inner().unwrap())
}

#[test]
fn every_schedule_keeps_every_promise() {
    println!("{}", kept_promises(play));
}

#[test]
fn every_schedule_of_products_keeps_every_promise() {
    println!("{}", kept_promises(play_products));
}

/// Plays the seeds that the environment names, and returns the story of a single one, or what was lost because there is no lock.
fn kept_promises(player: Player) -> String {
    if let Some(seed) = number("OFFERFORM_SIMULATION_SEED") {
        let told = player(seed, Sabotage::None);
        let lines = told.lines.join("\n");
        assert_eq!(told.result, Ok(()), "the story of seed {seed}:\n{lines}");
        return lines;
    }
    let from = number("OFFERFORM_SIMULATION_FROM").unwrap_or_default();
    let seeds = number("OFFERFORM_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let (failure, window) = play_all(player, from..from + seeds, Sabotage::None);
    if let Some((seed, broken)) = failure {
        panic!("seed {seed}: {broken}\nrepeat it with OFFERFORM_SIMULATION_SEED={seed} cargo test --test simulation");
    }
    window.to_string()
}

#[test]
fn seeds_that_once_found_something_find_nothing_any_more() {
    for seed in REGRESSIONS {
        assert_eq!(play_plain(seed).result, Ok(()), "seed {seed}");
    }
    for seed in REGRESSIONS_OF_VARIED {
        assert_eq!(play(seed, Sabotage::None).result, Ok(()), "seed {seed}");
    }
    for seed in REGRESSIONS_OF_PRODUCTS {
        assert_eq!(play_products(seed, Sabotage::None).result, Ok(()), "seed {seed} with products");
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
    println!("{}", caught(play, &Sabotage::CAUGHT_BY));
}

#[test]
fn every_sabotage_of_products_is_caught() {
    println!("{}", caught(play_products, &Sabotage::CAUGHT_BY_PRODUCTS));
}

/// Plays the known seed of each sabotage, and a few times as many seeds if that one no longer catches it. Returns what broke.
fn caught(player: Player, sabotages: &[(Sabotage, u64)]) -> String {
    let mut lines = Vec::new();
    for (sabotage, known) in sabotages.iter().copied() {
        let seeds = 3 * (known + 100);
        let caught = play_all(player, known..known + 1, sabotage).0;
        let caught = caught.or_else(|| play_all(player, 0..seeds, sabotage).0);
        assert!(caught.is_some(), "{sabotage:?} is not caught within {seeds} seeds");
        let (seed, broken) = caught.unwrap();
        lines.push(format!("{sabotage:?} is caught by seed {seed}: {broken}"));
    }
    lines.join("\n")
}

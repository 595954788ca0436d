//! The engine against the simulator, in one process: what happens when the world does not hold still.
//!
//! Expectations are written by hand from the rules of the tool; nothing here asks the engine what it should do.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod bench;
#[path = "../support/clock.rs"]
mod clock;
mod collisions;
#[path = "../support/engine.rs"]
mod engine;
#[path = "../support/environment.rs"]
mod environment;
mod guards;
#[path = "../support/in_process.rs"]
mod in_process;
mod losses;
mod plan_files;
mod release_dialects;
mod release_faults;
mod releases;
mod rewrites;
mod secrets;
mod shell;
mod unseen;
mod weak_lock;

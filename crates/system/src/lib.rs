//! What the program needs of the machine it runs on: time and files.
//!
//! The engine and the simulator both use this package, and nothing else in common.

pub mod clock;
pub mod file;

//! The command line as people and scripts see it: exit code, standard output, standard error, whole, in a sealed
//! environment.
//!
//! After an intended change: `INSTA_UPDATE=always cargo test --test cli`, and read what `git diff` shows.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod account_keys;
mod adopt;
mod apply;
mod artifacts;
mod browser;
mod colour;
#[cfg(unix)]
mod doctor;
mod files;
mod help;
mod hostile;
mod image;
mod import;
mod ingestion;
mod init;
#[cfg(unix)]
mod interrupt;
mod keyboard;
#[cfg(unix)]
mod keys;
mod links;
mod manual;
#[cfg(target_os = "linux")]
mod network;
mod pages;
mod plan;
mod record;
mod release;
mod sandbox;
mod sarif;
mod sealed;
mod service;
mod settings;
mod stand_in;
mod status;
mod tape;
#[cfg(unix)]
mod tokens;
mod trust;
mod usage;
mod validate;
mod whoami;

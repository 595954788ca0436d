//! The trace on stderr that `-v` asks for. What it writes is redacted once more on the way out.

use std::io::{self, Write};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use super::commands::Broken;
use crate::render::Colour;
use crate::secret::redact;

/// Starts the trace: nothing, what is done (`-v`), every request (`-vv`). Only this program's own events: libraries may write
/// headers.
pub(super) fn start(verbose: u8, colour: Colour) {
    let level = match verbose {
        0 => LevelFilter::OFF,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(Redacting).with_ansi(colour == Colour::On);
    let own = Targets::new().with_target("offerform", level);
    let subscriber = tracing_subscriber::registry().with(own).with(lines);
    // Only the first subscriber of a process counts, and this is it.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

#[derive(Debug, Clone, Copy)]
struct Redacting;

impl Write for Redacting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Each event comes in one piece.
        let text = String::from_utf8_lossy(bytes);
        let mut out = Broken::new(io::stderr().lock());
        out.write_all(redact(&text).as_bytes())?;
        out.finish()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

impl<'a> MakeWriter<'a> for Redacting {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

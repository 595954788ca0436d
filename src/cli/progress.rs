//! Progress on stderr: moving on a terminal, a line for each finished offer in a pipe.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{self, Narration};
use crate::apply::{Progress, Silent};
use crate::offer::OfferAddress;
use crate::render::visible;

/// How many offers show their own line; the bar counts them all.
const LINES: usize = 12;

/// Progress of reading: a bar on a terminal, nothing in a pipe.
pub(super) fn reading(narration: Narration, offers: usize) -> Arc<dyn Progress> {
    match narration {
        Narration::Live => Arc::new(Live::new(offers, "reading")),
        Narration::Lines | Narration::Quiet => Arc::new(Silent),
    }
}

/// Progress of writing.
pub(super) fn writing(narration: Narration, offers: usize) -> Arc<dyn Progress> {
    match narration {
        Narration::Live => Arc::new(Live::new(offers, "applying")),
        Narration::Lines => Arc::new(Lines),
        Narration::Quiet => Arc::new(Silent),
    }
}

#[derive(Debug)]
struct Lines;

impl Progress for Lines {
    fn started(&self, _: &OfferAddress) {}

    fn step(&self, address: &OfferAddress, step: &str) {
        tracing::info!(%address, step);
    }

    fn finished(&self, address: &OfferAddress, words: &str) {
        output::narrate(|out| writeln!(out, "{}: {words}", visible(&address.to_string())));
    }
}

#[derive(Debug)]
struct Live {
    lines: MultiProgress,
    total: ProgressBar,
    running: Mutex<BTreeMap<OfferAddress, ProgressBar>>,
}

impl Live {
    fn new(offers: usize, what: &'static str) -> Self {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(15));
        let total = lines.add(ProgressBar::new(offers as u64));
        total.set_style(style("{spinner} {msg} {pos} of {len} offers, {elapsed}"));
        total.set_message(what);
        total.enable_steady_tick(Duration::from_millis(120));
        Self { lines, total, running: Mutex::default() }
    }
}

impl Progress for Live {
    fn started(&self, address: &OfferAddress) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.len() < LINES {
            let line = self.lines.add(ProgressBar::new_spinner());
            line.set_style(style("  {msg}"));
            line.set_message(visible(&address.to_string()).into_owned());
            running.insert(address.clone(), line);
        }
    }

    fn step(&self, address: &OfferAddress, step: &str) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = running.get(address) {
            line.set_message(format!("{}: {step}", visible(&address.to_string())));
        }
    }

    fn finished(&self, address: &OfferAddress, _: &str) {
        let line = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(address);
        if let Some(line) = line {
            line.finish_and_clear();
            self.lines.remove(&line);
        }
        self.total.inc(1);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.total.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

//! Progress on stderr: moving on a terminal, a line for each step of a release in a pipe.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{self, Narration};
use crate::apply::{Progress, Sight, Silent};
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

/// Progress of writing, and a way to say something meanwhile.
pub(super) fn writing(narration: Narration, offers: usize) -> (Arc<dyn Progress>, Aside) {
    match narration {
        Narration::Live => {
            let live = Live::new(offers, "applying");
            let aside = Aside(Some(live.lines.clone()));
            (Arc::new(live), aside)
        }
        Narration::Lines => (Arc::new(Lines::default()), Aside(None)),
        Narration::Quiet => (Arc::new(Silent), Aside(None)),
    }
}

/// Says something while progress is shown: above what moves, which would be drawn over it otherwise.
#[derive(Debug, Clone)]
pub(super) struct Aside(Option<MultiProgress>);

impl Aside {
    pub(super) fn say(&self, line: &str) {
        let say = || output::narrate(|out| writeln!(out, "{line}"));
        match &self.0 {
            Some(lines) => lines.suspend(say),
            None => say(),
        }
    }

    /// Says the last thing there is to say: nothing moves any more.
    pub(super) fn say_last(&self, line: &str) {
        if let Some(lines) = &self.0 {
            // A display that cannot be cleared is no reason to keep silent.
            let _ = lines.clear();
            lines.set_draw_target(ProgressDrawTarget::hidden());
        }
        output::narrate(|out| writeln!(out, "{line}"));
    }
}

#[derive(Debug, Default)]
struct Lines {
    /// The step of the service that was named last, by offer.
    seen: Mutex<BTreeMap<OfferAddress, String>>,
}

impl Progress for Lines {
    fn started(&self, _: &OfferAddress) {}

    fn step(&self, address: &OfferAddress, step: &str) {
        tracing::info!(%address, step);
    }

    /// One line for each change of step: whoever reads a log days later wants to know when what began.
    fn watched(&self, address: &OfferAddress, sight: &Sight) {
        let step = format!("{}: {}", sight.kind, sight.step);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.insert(address.clone(), step.clone()).as_ref() == Some(&step) {
            tracing::info!(%address, %sight);
            return;
        }
        output::narrate(|out| writeln!(out, "{}: {}", visible(&address.to_string()), visible(&sight.to_string())));
    }

    /// The report says how each offer ended, in the same log.
    fn finished(&self, address: &OfferAddress, words: &str) {
        tracing::info!(%address, words);
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
        total.set_style(style("{spinner} {msg} offers: {pos} of {len}, {elapsed}"));
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
            // Cut at the edge: a line that wraps would be drawn over itself.
            line.set_style(style("  {wide_msg}"));
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

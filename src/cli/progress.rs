//! Progress on stderr: moving on a terminal, a line for each step of a release in a pipe.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};

use super::output::{self, Narration};
use crate::apply::{Progress, Sight, Silent, words_of};
use crate::clock::{Clock as _, SystemClock};
use crate::offer::OfferAddress;
use crate::render::visible;

/// How many offers show their own line; the bar counts them all.
const LINES: usize = 12;

/// Progress of reading: a bar on a terminal, and in a pipe a line for what takes its time.
pub(super) fn reading(narration: Narration, offers: usize) -> Arc<dyn Progress> {
    match narration {
        Narration::Live => Arc::new(Live::new(offers, "reading")),
        Narration::Lines => Lines::start("reading"),
        Narration::Quiet => Arc::new(Silent),
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
        Narration::Lines => (Lines::start("applying"), Aside(None)),
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

/// How often a line is logged for something that still runs.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// How long something runs before a line is logged.
const NOTABLE: SignedDuration = SignedDuration::from_secs(30);

#[derive(Debug, Default)]
struct Lines {
    /// What is done with an offer before it has come to a step.
    what: &'static str,
    /// The step of the service that was named last, by offer.
    seen: Mutex<BTreeMap<OfferAddress, String>>,
    /// What each offer is at, and since when.
    steps: Mutex<BTreeMap<OfferAddress, (String, Timestamp)>>,
}

impl Lines {
    fn start(what: &'static str) -> Arc<Self> {
        let lines = Arc::new(Self { what, ..Self::default() });
        let weak = Arc::downgrade(&lines);
        tokio::spawn(async move {
            loop {
                SystemClock.sleep(TELL_EVERY).await;
                let Some(lines) = weak.upgrade() else { return };
                for line in lines.slow(SystemClock.now()) {
                    output::narrate(|out| writeln!(out, "{line}"));
                }
            }
        });
        lines
    }

    /// A line for each offer whose step takes its time.
    fn slow(&self, now: Timestamp) -> Vec<String> {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let slow = steps.iter().filter_map(|(address, (step, since))| {
            let time = now.duration_since(*since);
            let so_far = words_of(Duration::try_from(time).unwrap_or_default());
            (time >= NOTABLE).then(|| visible(&format!("{address}: {step}, {so_far} so far")).into_owned())
        });
        slow.collect()
    }

    fn at(&self, address: &OfferAddress, step: Option<&str>) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        match step {
            Some(step) => drop(steps.insert(address.clone(), (step.to_owned(), SystemClock.now()))),
            None => drop(steps.remove(address)),
        }
    }
}

impl Progress for Lines {
    fn started(&self, address: &OfferAddress) {
        self.at(address, Some(self.what));
    }

    fn step(&self, address: &OfferAddress, step: &str) {
        tracing::info!(%address, step);
        self.at(address, Some(step));
    }

    fn waiting(&self, address: &OfferAddress, words: &str) {
        self.at(address, Some(words));
        output::narrate(|out| writeln!(out, "{}: {}", visible(&address.to_string()), visible(words)));
    }

    /// One line for each change of step: whoever reads a log days later wants to know when what began.
    fn watched(&self, address: &OfferAddress, sight: &Sight) {
        // It takes days, and its lines tell how long.
        self.at(address, None);
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
        self.at(address, None);
        tracing::info!(%address, words);
    }
}

/// Bars on a terminal, from the first offer that is begun to the end of the last one: beside them a question can be asked, and other
/// bars can be shown.
#[derive(Debug)]
struct Live {
    lines: MultiProgress,
    offers: u64,
    what: &'static str,
    bars: Mutex<Bars>,
}

#[derive(Debug, Default)]
struct Bars {
    /// Counts the offers, while there is something to count.
    total: Option<ProgressBar>,
    running: BTreeMap<OfferAddress, ProgressBar>,
}

impl Live {
    fn new(offers: usize, what: &'static str) -> Self {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(15));
        Self { lines, offers: offers as u64, what, bars: Mutex::default() }
    }

    fn total(&self) -> ProgressBar {
        let total = self.lines.insert(0, ProgressBar::new(self.offers));
        total.set_style(style("{spinner} {msg} offers: {pos} of {len}, {elapsed}"));
        total.set_message(self.what);
        total.enable_steady_tick(Duration::from_millis(120));
        total
    }

    fn bars(&self) -> MutexGuard<'_, Bars> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, address: &OfferAddress, words: &str) -> Option<ProgressBar> {
        let line = self.bars().running.get(address).cloned()?;
        line.set_message(format!("{}: {}", visible(&address.to_string()), visible(words)));
        Some(line)
    }
}

impl Progress for Live {
    fn started(&self, address: &OfferAddress) {
        let mut bars = self.bars();
        if bars.total.is_none() {
            bars.total = Some(self.total());
        }
        if bars.running.len() < LINES {
            let line = self.lines.add(ProgressBar::new_spinner());
            // Cut at the edge: a line that wraps would be drawn over itself.
            line.set_style(style("  {wide_msg} {elapsed:>4}"));
            line.enable_steady_tick(Duration::from_secs(1));
            line.set_message(visible(&address.to_string()).into_owned());
            bars.running.insert(address.clone(), line);
        }
    }

    fn step(&self, address: &OfferAddress, step: &str) {
        if let Some(line) = self.say(address, step) {
            line.reset_elapsed();
        }
    }

    /// What is watched says itself how long it has taken.
    fn watched(&self, address: &OfferAddress, sight: &Sight) {
        self.say(address, &sight.to_string());
    }

    fn finished(&self, address: &OfferAddress, _: &str) {
        let mut bars = self.bars();
        if let Some(line) = bars.running.remove(address) {
            line.finish_and_clear();
            self.lines.remove(&line);
        }
        let Some(total) = &bars.total else { return };
        total.inc(1);
        if total.position() >= self.offers {
            total.finish_and_clear();
            self.lines.remove(total);
            bars.total = None;
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(total) = self.bars().total.take() {
            total.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_told_what_takes_its_time() {
        let lines = Lines::default();
        let (slow, fast) = (OfferAddress::new("contoso", "slow"), OfferAddress::new("contoso", "fast"));
        lines.step(&slow, "writing");
        let later = SystemClock.now() + SignedDuration::from_secs(90);
        lines.steps.lock().unwrap().insert(fast, ("reading".to_owned(), later));
        assert_eq!(lines.slow(later), ["contoso/slow: writing, 1 min 30 s so far"]);
        lines.at(&slow, None);
        assert_eq!(lines.slow(later), [""; 0]);
    }

    #[test]
    fn a_log_is_told_that_reading_takes_its_time() {
        let lines = Lines { what: "reading", ..Lines::default() };
        let offer = OfferAddress::new("contoso", "firewall");
        lines.started(&offer);
        let later = SystemClock.now() + SignedDuration::from_secs(150);
        assert_eq!(lines.slow(later), ["contoso/firewall: reading, 2 min 30 s so far"]);
        lines.finished(&offer, "read");
        assert_eq!(lines.slow(later), [""; 0]);
    }

    #[test]
    fn bars_are_there_only_while_something_is_done() {
        let live = Live::new(2, "reading");
        let (one, two) = (OfferAddress::new("contoso", "one"), OfferAddress::new("contoso", "two"));
        let shows = |live: &Live| live.bars().total.is_some();
        assert!(!shows(&live), "nothing has begun");
        live.started(&one);
        live.started(&two);
        live.finished(&one, "read");
        assert!(shows(&live));
        live.finished(&two, "read");
        assert!(!shows(&live), "what is shown next has the terminal for itself");
        live.started(&one);
        assert!(shows(&live), "it is read once more");
    }
}

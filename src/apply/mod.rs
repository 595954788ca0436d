//! What a run reports: the outcome of every offer, and the steps that led there.
//!
//! What the answer to one request means is decided by the backend; the order of attempts is in `reconcile`.

mod error_message;
mod release;
mod report;

pub use error_message::{ErrorMessage, Verdict};
pub use release::{ReleaseReport, StepOutcome, StepReport};
pub use report::{OfferReport, Outcome, Remark, RemarkKind, Report};

use std::fmt::Debug;
use std::time::Duration;

use crate::backend::OperationKind;
use crate::offer::OfferAddress;

/// Receives the progress of a run, to display it.
pub trait Progress: Debug + Send + Sync {
    /// Work on an offer began.
    fn started(&self, address: &OfferAddress);

    /// An offer has come to a step, named for people.
    fn step(&self, address: &OfferAddress, step: &str);

    /// An operation of the service was looked at. The default tells it as a step.
    fn watched(&self, address: &OfferAddress, sight: &Sight) {
        self.step(address, &sight.to_string());
    }

    /// Something is waited for that shows no progress; `words` say what, and how long at most. The default tells it as a step.
    fn waiting(&self, address: &OfferAddress, words: &str) {
        self.step(address, words);
    }

    /// Work on an offer is over; `words` say how it ended.
    fn finished(&self, address: &OfferAddress, words: &str);
}

/// Where an operation of the service stands, as somebody who waits for it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The step of the release.
    pub kind: OperationKind,
    /// The service's name of the step it is at; empty if it does not say.
    pub step: String,
    /// How far that step is, from 0 to 100.
    pub percent: Option<u8>,
    /// How long that step usually takes, in the service's words.
    pub estimate: Option<String>,
    /// How long it has been watched.
    pub elapsed: Duration,
}

impl std::fmt::Display for Sight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.kind)?;
        if !self.step.is_empty() {
            write!(f, ": {}", self.step)?;
        }
        if let Some(percent) = self.percent {
            write!(f, " {percent} %")?;
        }
        write!(f, ", {}", words_of(self.elapsed))?;
        self.estimate.iter().try_for_each(|estimate| write!(f, " (usually {estimate})"))
    }
}

/// A duration in its two largest units, such as `2 d 3 h`.
#[must_use]
pub fn words_of(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// A progress that shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _: &OfferAddress) {}
    fn step(&self, _: &OfferAddress, _: &str) {}
    fn finished(&self, _: &OfferAddress, _: &str) {}
}

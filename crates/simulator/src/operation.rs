//! Long-running operations: their steps, how long those take, and where one stands at a moment.
//!
//! An operation does nothing by itself: where it stands follows from its start, its pace and the present moment.
//! Steps and their estimates: cloud-partner-portal-api-retrieve-offer-status.md.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long the steps of a release take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// Before an operation that was accepted starts.
    pub queue: Duration,
    /// Validation of prerequisites.
    pub prerequisites: Duration,
    /// Certification.
    pub certification: Duration,
    /// Provisioning.
    pub provisioning: Duration,
    /// Packaging and registration for leads.
    pub packaging: Duration,
    /// From go-live to the customers.
    pub live: Duration,
    /// A cancellation that is not immediate.
    pub cancelling: Duration,
    /// One resource of a job of the Product Ingestion API.
    pub resource: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self::sandbox()
    }
}

impl Pace {
    /// As slow as the service: about five days to the preview, three more to the customers.
    #[must_use]
    pub fn real() -> Self {
        Self {
            queue: Duration::from_mins(1),
            prerequisites: Duration::from_mins(14),
            certification: Duration::from_hours(60),
            provisioning: Duration::from_hours(22),
            packaging: Duration::from_mins(45),
            live: Duration::from_hours(72),
            cancelling: Duration::from_mins(30),
            resource: Duration::from_secs(3),
        }
    }

    /// A release in seconds.
    #[must_use]
    pub fn sandbox() -> Self {
        Self {
            queue: Duration::ZERO,
            prerequisites: Duration::from_secs(1),
            certification: Duration::from_secs(3),
            provisioning: Duration::from_secs(2),
            packaging: Duration::from_secs(1),
            live: Duration::from_secs(3),
            cancelling: Duration::from_secs(2),
            resource: Duration::from_millis(50),
        }
    }

    /// The steps up to the publisher's sign-off.
    pub(super) fn to_preview(self) -> [Duration; 4] {
        [self.prerequisites, self.certification, self.provisioning, self.packaging]
    }
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Publish,
    GoLive,
    /// Made only when a cancellation takes time; it is no submission.
    Cancel,
}

/// How a publish or a go-live fails, as a fault script has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The id of the step that ends a publish; a go-live has only its last.
    #[serde(default = "certification_step")]
    pub step: String,
    /// How that step ends.
    #[serde(default)]
    pub ending: StepEnding,
    /// The message for the publisher, as HTML.
    pub messages: Vec<String>,
    /// Whether the operation fails with its step or goes on to call itself running.
    #[serde(default)]
    pub operation: FailedOperation,
}

fn certification_step() -> String {
    "displaycertify".to_owned()
}

/// How a step ends that does not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepEnding {
    /// `blocked`.
    #[default]
    Blocked,
    /// `rejected`.
    Rejected,
    /// `failed`.
    Failed,
}

/// What an operation says of itself when one of its steps did not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailedOperation {
    /// `failed`.
    #[default]
    Fails,
    /// `running`, as in the sample of cloud-partner-portal-api-retrieve-operations.md.
    StaysRunning,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Completed,
    Failed,
    Canceled,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    NotStarted,
    Running,
    /// The preview waits for the publisher.
    PreviewReady,
    Ended(Ending),
}

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepState {
    NotStarted,
    /// With the percentage that is done.
    InProgress(u8),
    WaitingForPublisher,
    Ended(StepEnding),
    Canceled,
    Complete,
}

/// One operation of an offer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// The 64-bit version of the submission.
    pub(super) submission: u64,
    pub(super) started: Timestamp,
    pub(super) pace: Pace,
    pub(super) metadata: Value,
    pub(super) offer_version: u64,
    pub(super) publishing_version: u64,
    pub(super) failure: Option<Failure>,
    /// What is on its way, as it was when the operation started.
    pub(super) content: Value,
    /// When the content reached the preview.
    pub(super) previewed: Option<Timestamp>,
    /// When a cancellation that was asked for takes effect.
    pub(super) cancel_at: Option<Timestamp>,
    pub(super) ended: Option<(Timestamp, Ending)>,
}

/// The index of the publisher's sign-off among the steps; the one after it is the last.
const SIGN_OFF: usize = 4;

impl Operation {
    /// Where the operation stands at `now`.
    pub(super) fn state(&self, now: Timestamp) -> State {
        match (self.ended, self.kind) {
            (Some((_, ending)), _) => State::Ended(ending),
            (None, Kind::Publish | Kind::GoLive) if self.elapsed(now).is_none() => State::NotStarted,
            (None, Kind::Publish) if self.step_at(now) >= SIGN_OFF => State::PreviewReady,
            _ => State::Running,
        }
    }

    /// Whether a go-live would do.
    pub(super) fn waits_for_publisher(&self, now: Timestamp) -> bool {
        self.state(now) == State::PreviewReady && self.cancel_at.is_none()
    }

    /// Whether the operation still does something or waits for somebody.
    pub(super) fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// When the operation comes to its next turn by itself: the preview, its end, or a failure.
    pub(super) fn turn(&self) -> Option<(Timestamp, Turn)> {
        if !self.is_open() {
            return None;
        }
        let own = self.own_turn();
        let cancelled = self.cancel_at.map(|at| (at, Turn::End(self.cancelled_ending())));
        match (own, cancelled) {
            (Some(own), Some(cancelled)) => Some(if own.0 <= cancelled.0 { own } else { cancelled }),
            (own, cancelled) => own.or(cancelled),
        }
    }

    fn cancelled_ending(&self) -> Ending {
        if self.kind == Kind::Cancel { Ending::Completed } else { Ending::Canceled }
    }

    fn own_turn(&self) -> Option<(Timestamp, Turn)> {
        match self.kind {
            Kind::Cancel => None,
            Kind::GoLive => {
                let turn = match self.failure.as_ref().map(|failure| failure.operation) {
                    None => Turn::Live,
                    Some(FailedOperation::Fails) => Turn::End(Ending::Failed),
                    Some(FailedOperation::StaysRunning) => return None,
                };
                Some((self.after(self.pace.live), turn))
            }
            Kind::Publish => {
                let durations = self.pace.to_preview();
                if let Some((failure, index)) = self.failure.as_ref().zip(self.failing_step()) {
                    let at = self.after(total(&durations[..=index]));
                    return (failure.operation == FailedOperation::Fails).then_some((at, Turn::End(Ending::Failed)));
                }
                self.previewed.is_none().then(|| (self.after(total(&durations)), Turn::Preview))
            }
        }
    }

    fn after(&self, duration: Duration) -> Timestamp {
        later(self.started, self.pace.queue.saturating_add(duration))
    }

    /// The time since the operation left the queue; `None` while it is in there.
    fn elapsed(&self, now: Timestamp) -> Option<Duration> {
        let from = later(self.started, self.pace.queue);
        Duration::try_from(now.duration_since(from)).ok()
    }

    fn failing_step(&self) -> Option<usize> {
        let failure = self.failure.as_ref()?;
        Some(STEPS.iter().position(|step| step.id == failure.step).unwrap_or(1).min(SIGN_OFF - 1))
    }

    /// The index of the step a publish is at, and never beyond one that fails.
    fn step_at(&self, now: Timestamp) -> usize {
        let elapsed = self.elapsed(now).unwrap_or_default();
        let mut end = Duration::ZERO;
        let passed = self.pace.to_preview().into_iter().take_while(|duration| {
            end = end.saturating_add(*duration);
            elapsed >= end
        });
        let index = passed.count();
        self.failing_step().map_or(index, |failing| index.min(failing))
    }

    /// Where each of the six steps stands at `now`.
    pub(super) fn steps(&self, now: Timestamp) -> [StepState; 6] {
        let moment = self.ended.map_or(now, |(at, _)| at);
        match self.kind {
            Kind::Publish => self.publish_steps(moment),
            Kind::GoLive => {
                let mut steps = [StepState::Complete; 6];
                steps[SIGN_OFF + 1] = match self.ended {
                    Some((_, Ending::Completed)) => StepState::Complete,
                    Some((_, Ending::Canceled)) => StepState::Canceled,
                    _ => self.live_step(moment),
                };
                steps
            }
            Kind::Cancel => [StepState::Canceled; 6],
        }
    }

    fn live_step(&self, moment: Timestamp) -> StepState {
        let elapsed = self.elapsed(moment).unwrap_or_default();
        match &self.failure {
            Some(failure) if elapsed >= self.pace.live => StepState::Ended(failure.ending),
            _ => StepState::InProgress(percent(elapsed, self.pace.live)),
        }
    }

    fn publish_steps(&self, moment: Timestamp) -> [StepState; 6] {
        let mut steps = [StepState::NotStarted; 6];
        if self.elapsed(moment).is_none() {
            return steps;
        }
        let current = self.step_at(moment);
        steps[..current].fill(StepState::Complete);
        steps[current] = match self.ended {
            Some((_, Ending::Completed)) => StepState::Complete,
            Some((_, Ending::Canceled)) => StepState::Canceled,
            _ => self.open_step(current, moment),
        };
        steps
    }

    fn open_step(&self, index: usize, moment: Timestamp) -> StepState {
        if index == SIGN_OFF {
            return StepState::WaitingForPublisher;
        }
        let durations = self.pace.to_preview();
        let before = total(&durations[..index]);
        let within = self.elapsed(moment).unwrap_or_default().saturating_sub(before);
        match &self.failure {
            Some(failure) if self.failing_step() == Some(index) && within >= durations[index] => {
                StepState::Ended(failure.ending)
            }
            _ => StepState::InProgress(percent(within, durations[index])),
        }
    }
}

/// What an operation does by itself when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Its content reaches the preview.
    Preview,
    /// Its content reaches the customers, and it is complete.
    Live,
    End(Ending),
}

/// `from` after `duration`.
pub(super) fn later(from: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| from.checked_add(duration).ok())
        .unwrap_or(Timestamp::MAX)
}

pub(super) fn total(durations: &[Duration]) -> Duration {
    durations.iter().fold(Duration::ZERO, |sum, duration| sum.saturating_add(*duration))
}

fn percent(part: Duration, whole: Duration) -> u8 {
    let percent = part.as_millis() * 100 / whole.as_millis().max(1);
    u8::try_from(percent.min(99)).unwrap_or(99)
}

/// A step as the service describes it.
pub(super) struct Step {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) estimate: Option<&'static str>,
}

/// The steps of a virtual machine offer, which the simulator plays for every type.
pub(super) const STEPS: [Step; 6] = [
    Step {
        id: "displaydummycertify",
        name: "Validate Pre-Requisites",
        description: "The settings of the offer are checked.",
        estimate: Some("< 15 min"),
    },
    Step {
        id: "displaycertify",
        name: "Certification",
        description: "The certification systems look for issues.",
        estimate: Some("~2-3 days"),
    },
    Step {
        id: "displayprovision",
        name: "Provisioning",
        description: "Images are copied to the production systems.",
        estimate: Some("< 1 day"),
    },
    Step {
        id: "displaypackage",
        name: "Packaging and Lead Generation Registration",
        description: "The offer is packaged, and lead systems are connected.",
        estimate: Some("< 1 hour"),
    },
    Step {
        id: "publisher-signoff",
        name: "Publisher signoff",
        description: "The preview can be looked at, and waits for a go-live.",
        estimate: None,
    },
    Step { id: "live", name: "Live", description: "The offer can be bought.", estimate: Some("~2-5 days") },
];

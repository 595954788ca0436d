//! What became of the steps of a release.

use jiff::Timestamp;

use super::error_message::{ErrorMessage, Verdict};
use crate::backend::{FailedStep, OperationKind};
use crate::offer::Revision;
use crate::plan::release::Level;

/// How the release of an offer went. The default is: none was wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleaseReport {
    /// The level that the declared draft was released to before the run.
    pub from: Level,
    /// The level that the run was to release the draft to.
    pub to: Level,
    /// The steps, in order.
    pub steps: Vec<StepReport>,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// What was to be done.
    pub kind: OperationKind,
    /// How the step ended.
    pub outcome: StepOutcome,
    /// The operation of the service that does it.
    pub operation: Option<String>,
    /// When work on it began; `None` if it did not.
    pub started: Option<Timestamp>,
    /// When this run turned away from it.
    pub finished: Option<Timestamp>,
    /// Whether this run asked the service for anything, or may have.
    pub asked: bool,
    /// The revision of the draft that this run published, if it did and the service names one.
    pub published: Option<Revision>,
}

/// How a step ended, as far as this run followed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// The service has done it.
    Done,
    /// The service has begun it; this run does not wait.
    Started,
    /// The service was at it already; this run does not wait.
    Running,
    /// It comes after a step that takes its time: the next run goes on with it.
    Later,
    /// It was still running when the time to wait was over.
    TimedOut,
    /// The service gave it up.
    Failed(Vec<FailedStep>),
    /// The operation was cancelled.
    Canceled,
    /// It was not begun, because the offer is not as the plan has it.
    Refused(String),
    /// The service did not take it.
    Rejected(ErrorMessage),
    /// Whether it was begun, or how it ended, is not known.
    Unknown(ErrorMessage),
    /// It is done, and what it brought is not what is declared.
    Mismatch(String),
    /// It was not begun: the run was interrupted, or something before it went wrong.
    NotStarted,
}

impl StepOutcome {
    /// How this outcome counts for the exit code.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Done | Self::Started | Self::Running | Self::Later => Verdict::Good,
            Self::Refused(_) => Verdict::Refused,
            Self::TimedOut
            | Self::Failed(_)
            | Self::Canceled
            | Self::Rejected(_)
            | Self::Unknown(_)
            | Self::Mismatch(_)
            | Self::NotStarted => Verdict::Bad,
        }
    }

    /// The outcome in a word or two, which scripts read too.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Started => "started",
            Self::Running => "running",
            Self::Later => "later",
            Self::TimedOut => "timed_out",
            Self::Failed(_) => "failed",
            Self::Canceled => "canceled",
            Self::Refused(_) => "refused",
            Self::Rejected(_) => "rejected",
            Self::Unknown(_) => "unknown",
            Self::Mismatch(_) => "mismatch",
            Self::NotStarted => "not_started",
        }
    }

    /// The outcome for people.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Started => "started",
            Self::Running => "already running",
            Self::Later => "comes next",
            Self::TimedOut => "still running after the time limit",
            Self::Failed(_) => "failed",
            Self::Canceled => "was cancelled",
            Self::Refused(_) => "refused, not started",
            Self::Rejected(_) => "refused by the service",
            Self::Unknown(_) => "outcome unknown",
            Self::Mismatch(_) => "done, but the result differs from the files",
            Self::NotStarted => "not started",
        }
    }

    /// What to do next, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Done | Self::Started | Self::Running | Self::NotStarted => None,
            Self::Later => Some("run the same command again later: it continues from there"),
            Self::TimedOut => Some("run the same command again: it waits for the running operation"),
            Self::Failed(_) => Some(
                "correct what the messages name and apply again; if the offer itself was right, --retry-publish starts the same \
                 draft once more",
            ),
            Self::Canceled => Some("find out who cancelled it; run the same command again to restart it"),
            Self::Refused(_) => Some("run plan again and review it"),
            Self::Rejected(failure) | Self::Unknown(failure) => failure.hint.as_deref(),
            Self::Mismatch(_) => Some("somebody else released this offer; run plan again and review it"),
        }
    }

    /// What went wrong, if something did.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Refused(reason) | Self::Mismatch(reason) => Some(reason),
            Self::Rejected(failure) | Self::Unknown(failure) => Some(&failure.message),
            _ => None,
        }
    }
}

impl ReleaseReport {
    /// As good as its worst step.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = || self.steps.iter().map(|step| step.outcome.verdict());
        // What follows a refused step is not begun because of it.
        if verdicts().any(|verdict| verdict == Verdict::Refused) {
            return if self.asked() { Verdict::Bad } else { Verdict::Refused };
        }
        if verdicts().any(|verdict| verdict == Verdict::Bad) { Verdict::Bad } else { Verdict::Good }
    }

    /// Whether the service was asked for anything, or may have been.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.steps.iter().any(|step| step.asked)
    }
}

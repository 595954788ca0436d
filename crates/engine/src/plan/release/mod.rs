//! How far an offer is to be released, and which steps that still takes.
//!
//! Decided from the offer itself: its slots, and what the service has under way. Nothing is remembered between runs, so
//! a run that died is picked up by the next one. The steps hold all that carrying them out needs to know; what a
//! [`Situation`] is read from is not known here.

mod content;
mod decide;
mod note;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

pub use content::{Draft, differences, is_same};
pub use decide::{GoLive, decide, go_live};
pub(super) use note::{notes, stored_otherwise};

pub use crate::manifest::Release as Level;

use crate::backend::{FailedOperation, OperationKind, OperationName, Situation, VersionContent};
use crate::offer::{Document, IdentityPath};

/// What a run is asked to do about releases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReleaseRequest {
    /// The level to which offers are released.
    pub aim: Aim,
    /// What is done if the service is busy with an older draft.
    pub if_publishing: IfPublishing,
    /// What is done if a release of this same draft has failed.
    pub after_failure: AfterFailure,
}

/// The level to which offers are released.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aim {
    /// As far as their files say.
    #[default]
    Declared,
    /// At least as far as this.
    AtLeast(Level),
    /// Not in this run.
    Nothing,
}

/// What is done if the service is busy releasing something else than the draft.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfPublishing {
    /// The plan is refused.
    #[default]
    Fail,
    /// It is left alone, and the draft is not released in this run.
    Skip,
    /// The run waits until that is over.
    Wait,
    /// It is cancelled.
    Cancel,
}

/// What is done if a release of this same draft has failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is reported, and fails the run: without a change it would fail again.
    #[default]
    Report,
    /// It is started again.
    Retry,
}

impl ReleaseRequest {
    /// How far an offer is to be released whose file says `declared`.
    #[must_use]
    pub fn level(self, declared: Level) -> Level {
        match self.aim {
            Aim::Declared => declared,
            Aim::AtLeast(level) => declared.max(level),
            Aim::Nothing => Level::Draft,
        }
    }
}

/// How a step begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// It is started.
    Now,
    /// The service is at it already, with this same content: it is followed, and no second one is started.
    Attach(OperationName),
    /// The service is busy with an older draft. Once that is over, the step is started.
    AfterWaiting(OperationName),
    /// The service is busy with an older draft. That is cancelled first.
    AfterCancelling(OperationName),
}

impl Start {
    /// Its stable name, in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Now => "start",
            Self::Attach(_) => "attach",
            Self::AfterWaiting(_) => "after_waiting",
            Self::AfterCancelling(_) => "after_cancelling",
        }
    }
}

/// One step of a release, with everything it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseStep {
    /// What is done.
    pub kind: OperationKind,
    /// How it begins.
    pub start: Start,
    /// How long it usually takes, in the service's words.
    pub estimate: Option<String>,
}

/// Why the steps are not there though the offer is not released as far as wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The service is busy with something else than this draft, and nobody said what to do about it.
    Busy(OperationName),
    /// A release of this same draft has failed.
    Failed(FailedOperation),
    /// The draft would have values that no file of this branch declares: edits in the portal that are kept, conflicts, or what was
    /// applied from elsewhere. Their paths.
    Unsettled(Vec<IdentityPath>),
}

/// What is planned for the release of one offer. The default is: nothing, as for a draft that stays one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleasePlan {
    /// The level to which the content of the draft after the write is released already.
    pub from: Level,
    /// The level to which the content is released after the steps.
    pub to: Level,
    /// What is missing, in order.
    pub steps: Vec<ReleaseStep>,
    /// Why nothing is done about it.
    pub obstacle: Option<Obstacle>,
    /// What the service has under way meanwhile, if that is left alone.
    pub passed_over: Option<OperationName>,
    /// Whether it is released though a slot holds the same: for a secret, which shows in none.
    pub renews: bool,
    /// The last release, if it failed, of something else than this draft; but the draft may have been read just before
    /// somebody edited it and released that.
    pub failed_otherwise: Option<FailedOperation>,
    /// What is done if it turns out that a release of this same draft has failed.
    pub after_failure: AfterFailure,
    /// The ids of all operations that were there when this was decided. If there is another one, it may have to be
    /// decided otherwise.
    pub known: BTreeSet<String>,
}

impl ReleasePlan {
    /// The version of the offer that was published last, if it has to be read before the same may be published again: the slot may hold
    /// it otherwise.
    #[must_use]
    pub fn version_to_read(&self, situation: &Situation) -> Option<u64> {
        let publishes = self.steps.first().is_some_and(|step| step.start == Start::Now);
        let arrived = situation.arrived.as_ref().filter(|_| publishes && self.from == Level::Draft)?;
        arrived.version.filter(|_| matches!(arrived.content, VersionContent::NotRead))
    }

    /// Whether there is nothing to do and nothing in the way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.obstacle.is_none()
    }

    /// A text that is equal for releases that do the same. Whether a step is started or one that runs is followed makes no
    /// difference to a reviewer; that something is cancelled does.
    pub(super) fn fingerprint(&self) -> Option<String> {
        if self.to == Level::Draft {
            return None;
        }
        let step = |step: &ReleaseStep| match step.start {
            Start::Now | Start::Attach(_) | Start::AfterWaiting(_) => step.kind.name().to_owned(),
            Start::AfterCancelling(_) => format!("cancel {}", step.kind.name()),
        };
        let steps: Vec<String> = self.steps.iter().map(step).collect();
        let obstacle = match &self.obstacle {
            None => "",
            Some(Obstacle::Busy(_)) => "busy",
            Some(Obstacle::Failed(_)) => "failed",
            Some(Obstacle::Unsettled(_)) => "unsettled",
        };
        Some(format!("{:?} {steps:?} {obstacle}", self.to))
    }
}

/// What the draft will be, as the measure of what the service has.
#[derive(Clone, Copy)]
pub struct Next<'a> {
    /// Whether a document holds the same.
    pub is_in: &'a dyn Fn(&Document) -> bool,
    /// Whether it is the draft that this program published last: the service names the same revision.
    pub was_published: bool,
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("was_published", &self.was_published).finish_non_exhaustive()
    }
}

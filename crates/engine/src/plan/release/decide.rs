//! Which steps are missing. Pure: what the service shows in, a plan out.

use super::{AfterFailure, IfPublishing, Level, Next, Obstacle, ReleasePlan, ReleaseRequest, ReleaseStep, Start};
use crate::backend::{FailedOperation, FailedRelease, OperationKind, OperationName, Phase, Situation, Underway};
use crate::offer::Document;

/// Plans the release of a draft up to `level`.
#[must_use]
pub fn decide(level: Level, release_request: ReleaseRequest, situation: &Situation, next: Next<'_>) -> ReleasePlan {
    if level == Level::Draft {
        return ReleasePlan::default();
    }
    let holds = |content: &Option<Document>| content.as_ref().is_some_and(next.is_in);
    // The service may store a slot otherwise than the draft, in fields that nobody knows. What it has published of this same
    // draft is published all the same, or it would be published again for ever. Where nobody knows what it publishes, it is
    // this draft if this program published it last; where that is known, somebody else may have published since.
    let is_this_draft = |content: Option<&Document>| content.map_or(next.was_published, next.is_in);
    let arrived = |kind| {
        situation
            .arrived
            .as_ref()
            .is_some_and(|arrived| arrived.kind == kind && is_this_draft(arrived.content.document()))
    };
    // What customers have is done, even if the preview answers with 404 or holds something else meanwhile.
    let from = if holds(&situation.production) || situation.production.is_some() && arrived(OperationKind::GoLive) {
        Level::Live
    } else if holds(&situation.preview) || situation.preview.is_some() && arrived(OperationKind::Publish) {
        Level::Preview
    } else {
        Level::Draft
    };
    let decision = Decision { level, release_request, situation, from };
    match &situation.underway {
        _ if from >= level => decision.done(),
        None => decision
            .nothing_runs(situation.failure.as_ref().map(|failure| (failure, is_this_draft(failure.content.as_ref())))),
        Some(underway) => decision.busy(underway, is_this_draft(underway.content.as_ref())),
    }
}

/// What can be done to bring the preview to customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoLive {
    /// The steps of this release can be started.
    Steps(ReleasePlan),
    /// Nothing: customers have it already.
    Done,
    /// Nothing now: the service is busy with something else.
    Busy(OperationName),
    /// Nothing: no preview waits for it.
    NoPreview,
}

/// Plans the go-live of what stands in the preview, whatever the draft is; `is_preview` tells whether a document holds the same.
#[must_use]
pub fn go_live(situation: &Situation, is_preview: &dyn Fn(&Document) -> bool) -> GoLive {
    let known = situation.operation_ids();
    let plan =
        |from, steps| ReleasePlan { from, to: Level::Live, steps, known: known.clone(), ..ReleasePlan::default() };
    let step = |start| {
        vec![ReleaseStep {
            kind: OperationKind::GoLive,
            start,
            estimate: situation.estimates.of(OperationKind::GoLive),
        }]
    };
    match &situation.underway {
        Some(Underway { phase: Phase::PreviewReady, .. }) => GoLive::Steps(plan(Level::Preview, step(Start::Now))),
        Some(Underway { operation, phase: Phase::Running, .. }) if operation.kind == Some(OperationKind::GoLive) => {
            GoLive::Steps(plan(Level::Preview, step(Start::Attach(operation.clone()))))
        }
        Some(Underway { operation, .. }) => GoLive::Busy(operation.clone()),
        None if situation.production.as_ref().is_some_and(is_preview) => GoLive::Done,
        None => GoLive::NoPreview,
    }
}

struct Decision<'a> {
    level: Level,
    release_request: ReleaseRequest,
    situation: &'a Situation,
    from: Level,
}

impl Decision<'_> {
    fn plan(&self, steps: Vec<ReleaseStep>) -> ReleasePlan {
        let known = self.situation.operation_ids();
        let after_failure = self.release_request.after_failure;
        ReleasePlan { from: self.from, to: self.level, steps, after_failure, known, ..ReleasePlan::default() }
    }

    fn done(&self) -> ReleasePlan {
        ReleasePlan { to: self.from, ..self.plan(Vec::new()) }
    }

    fn obstacle(&self, obstacle: Obstacle) -> ReleasePlan {
        ReleasePlan { obstacle: Some(obstacle), ..self.plan(Vec::new()) }
    }

    fn step(&self, kind: OperationKind, start: Start) -> ReleaseStep {
        ReleaseStep { kind, start, estimate: self.situation.estimates.of(kind) }
    }

    /// A publish that begins as `start` says, and what comes after it.
    fn publish(&self, start: Start) -> ReleasePlan {
        let mut steps = vec![self.step(OperationKind::Publish, start)];
        if self.level == Level::Live {
            steps.push(self.step(OperationKind::GoLive, Start::Now));
        }
        self.plan(steps)
    }

    /// A preview that is there and does not wait any more cannot go live: then it takes another publish.
    /// `failure` comes with whether it was a release of this draft.
    fn nothing_runs(&self, failure: Option<(&FailedRelease, bool)>) -> ReleasePlan {
        match failure.map(|(failure, is_this_draft)| (failure.failed.clone(), is_this_draft)) {
            Some((failed, true)) if self.release_request.after_failure == AfterFailure::Report => {
                self.obstacle(Obstacle::Failed(failed))
            }
            Some((failed, false)) => ReleasePlan { failed_otherwise: Some(failed), ..self.publish(Start::Now) },
            _ => self.publish(Start::Now),
        }
    }

    fn busy(&self, underway: &Underway, is_this_draft: bool) -> ReleasePlan {
        let name = || underway.operation.clone();
        match (&underway.phase, underway.operation.kind) {
            // The slot itself says what waits there; a version number could be wrong.
            (Phase::PreviewReady, _) if self.from == Level::Preview => {
                self.plan(vec![self.step(OperationKind::GoLive, Start::Now)])
            }
            (Phase::PreviewReady, _)
                if underway.can_be_cancelled && self.release_request.if_publishing == IfPublishing::Cancel =>
            {
                self.publish(Start::AfterCancelling(name()))
            }
            // Waiting for the publisher is how a release to the preview rests: the next one takes its place.
            (Phase::PreviewReady, _) => self.publish(Start::Now),
            (Phase::Stuck(steps), _) if is_this_draft => match self.release_request.after_failure {
                AfterFailure::Retry => self.publish(Start::AfterCancelling(name())),
                AfterFailure::Report => {
                    self.obstacle(Obstacle::Failed(FailedOperation { operation: name(), steps: steps.clone() }))
                }
            },
            // What is stuck would be waited for in vain.
            (Phase::Stuck(_), _) if self.release_request.if_publishing == IfPublishing::Wait => {
                self.obstacle(Obstacle::Busy(name()))
            }
            (Phase::Running, Some(OperationKind::Publish)) if is_this_draft => self.publish(Start::Attach(name())),
            (Phase::Running, Some(OperationKind::GoLive)) if is_this_draft => self.going_live(name()),
            (Phase::Running | Phase::Stuck(_), _) => self.by_wish(name()),
        }
    }

    /// This very draft is on its way to customers, so it has been in the preview.
    fn going_live(&self, name: OperationName) -> ReleasePlan {
        if self.level == Level::Preview {
            return ReleasePlan { from: Level::Preview, passed_over: Some(name), ..self.plan(Vec::new()) };
        }
        ReleasePlan { from: Level::Preview, ..self.plan(vec![self.step(OperationKind::GoLive, Start::Attach(name))]) }
    }

    fn by_wish(&self, name: OperationName) -> ReleasePlan {
        match self.release_request.if_publishing {
            IfPublishing::Fail => self.obstacle(Obstacle::Busy(name)),
            IfPublishing::Skip => ReleasePlan { passed_over: Some(name), ..self.done() },
            IfPublishing::Wait => self.publish(Start::AfterWaiting(name)),
            IfPublishing::Cancel => self.publish(Start::AfterCancelling(name)),
        }
    }
}

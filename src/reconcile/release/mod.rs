//! Carries out the steps of a release: starts what has to be started, and follows it as long as is wanted.
//!
//! Nothing is chosen here: a step says how it begins. Just before a POST the offer is looked at once more, and if it is not
//! as the step takes it to be, nothing is sent. [`start`] sends and settles lost answers, [`watch`] waits.

mod cancel;
mod start;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Interrupt;
use crate::apply::{Progress, StepOutcome, StepReport};
use crate::backend::{FailedOperation, FailedStep, Handle, LiveDocument, OperationKind, OperationName, Reader, Writer};
use crate::clock::Clock;
use crate::offer::{OfferAddress, Revision};
use crate::plan::release::{Obstacle, ReleasePlan, ReleaseStep, Start};

/// Carries out releases.
#[derive(Debug, Clone)]
pub struct Releasing {
    /// Starts and cancels operations.
    pub client: Arc<dyn Writer>,
    /// Whether the run waits for the operations that it starts.
    pub following: Following,
    /// The addresses that the service notifies.
    pub notify: Vec<String>,
    /// Follows operations until they end.
    pub watching: Watching,
}

/// Waits for operations of the service. It can only read.
#[derive(Debug, Clone)]
pub struct Watching {
    /// Reads the state of operations.
    pub client: Arc<dyn Reader>,
    /// The clock by which the run waits.
    pub clock: Arc<dyn Clock>,
    /// How long the run waits for an operation, and how often it asks.
    pub wait_limits: WaitLimits,
    /// Shows the progress of the run.
    pub progress: Arc<dyn Progress>,
    /// Whether a person interrupted the run.
    pub interrupt: Interrupt,
}

/// Whether what is started is followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Following {
    /// The run starts the operation and returns; a later run continues.
    #[default]
    Return,
    /// The run waits until the release ends.
    ToTheEnd,
}

/// How long something is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitLimits {
    /// How long in all, for one offer.
    pub timeout: Duration,
    /// The longest pause between two looks. Pauses begin with a second and double up to this.
    pub longest_pause: Duration,
}

impl Default for WaitLimits {
    fn default() -> Self {
        Self {
            // Up to 16 days in all for a virtual machine. Source: cpp-publish-offer.md.
            timeout: Duration::from_hours(16 * 24),
            // A step that takes days is seen to end within five minutes, and five days take some 1,500 requests.
            longest_pause: Duration::from_mins(5),
        }
    }
}

/// What may be released: decides, without looking at anything else, whether it is what was asked for.
pub trait Expected: Send + Sync {
    /// Why this draft, or this preview, must not be released; `None` if it is what was asked for.
    fn objection(&self, live: LiveDocument) -> Option<String>;
}

/// What became of a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancelled {
    /// The operation that ran is cancelled.
    Done,
    /// There was nothing to cancel any more: it had ended by itself, so.
    Ended(StepOutcome),
    /// The service has taken it on, and it still runs.
    Accepted,
    /// It is not cancelled, or nobody knows.
    Not(StepOutcome),
}

/// For what releases nothing.
struct Anything;

impl Expected for Anything {
    fn objection(&self, _: LiveDocument) -> Option<String> {
        None
    }
}

/// One offer that is looked at again and again.
struct Watch<'a> {
    watching: &'a Watching,
    address: &'a OfferAddress,
    began: Timestamp,
    /// The moment at which waiting ends: one for all steps of an offer.
    deadline: Timestamp,
}

/// One offer's release under way.
struct Run<'a> {
    releasing: &'a Releasing,
    watch: Watch<'a>,
    expected: &'a dyn Expected,
    /// The plan that it carries out.
    plan: &'a ReleasePlan,
    /// Whether the service was asked for anything.
    asked: bool,
    /// The release that failed last, if any is known: of this same draft it is not started again by itself.
    failed: Option<FailedOperation>,
    /// Whether the step follows what somebody else has begun, instead of something of its own.
    joined: bool,
    /// The revision of the draft that was looked at last, just before it was published.
    seen: Option<Revision>,
    /// The revision of the preview that was looked at last, just before it goes live.
    preview: Option<Revision>,
    /// The revision of the draft that was published.
    published: Option<Revision>,
}

impl Releasing {
    /// Carries out the steps of a release, in order; what comes after one that is not done waits for the next run.
    pub async fn carry_out(
        &self,
        address: &OfferAddress,
        plan: &ReleasePlan,
        expected: &dyn Expected,
    ) -> Vec<StepReport> {
        if let Some(Obstacle::Failed(failed)) = &plan.obstacle {
            return vec![told_again(failed)];
        }
        let mut reports = Vec::new();
        let mut next = None;
        let deadline = self.watching.deadline();
        let within = self.within(deadline);
        for step in &plan.steps {
            let report = if let Some(outcome) = &next {
                not_begun(step.kind, StepOutcome::clone(outcome))
            } else {
                let run = within.run((address, deadline), plan, expected);
                within.step(run, step).await
            };
            next = next.or(match report.outcome {
                StepOutcome::Done => None,
                StepOutcome::Started | StepOutcome::Running => Some(StepOutcome::Later),
                _ => Some(StepOutcome::NotStarted),
            });
            reports.push(report);
        }
        reports
    }

    /// Cancels what is under way, if it is still `name`, and waits until that is over if releases are followed.
    pub async fn cancel(&self, address: &OfferAddress, name: &OperationName) -> Cancelled {
        let plan = ReleasePlan::default();
        let deadline = self.watching.deadline();
        match self.within(deadline).run((address, deadline), &plan, &Anything).cancelled(name, self.following).await {
            Ok(cancelled) => cancelled,
            Err(outcome) => Cancelled::Not(outcome),
        }
    }

    /// A copy that repeats failed requests until `deadline` at most.
    fn within(&self, deadline: Timestamp) -> Self {
        let bounds = self.watching.interrupt.bounds(Some(deadline));
        Self {
            client: self.client.bounded(bounds),
            watching: self.watching.within(deadline),
            following: self.following,
            notify: self.notify.clone(),
        }
    }

    fn run<'a>(
        &'a self,
        (address, deadline): (&'a OfferAddress, Timestamp),
        plan: &'a ReleasePlan,
        expected: &'a dyn Expected,
    ) -> Run<'a> {
        Run {
            releasing: self,
            watch: self.watching.at(address, deadline),
            expected,
            plan,
            asked: false,
            failed: plan.failed_otherwise.clone(),
            joined: false,
            seen: None,
            preview: None,
            published: None,
        }
    }

    /// The steps of a release that is not begun.
    pub(super) fn not_begun(plan: &ReleasePlan) -> Vec<StepReport> {
        plan.steps.iter().map(|step| not_begun(step.kind, StepOutcome::NotStarted)).collect()
    }

    /// The steps of a release that must not begin.
    pub(super) fn refused(plan: &ReleasePlan, reason: &str) -> Vec<StepReport> {
        let outcome = |first: bool| {
            if first { StepOutcome::Refused(reason.to_owned()) } else { StepOutcome::NotStarted }
        };
        plan.steps.iter().enumerate().map(|(index, step)| not_begun(step.kind, outcome(index == 0))).collect()
    }

    async fn step(&self, mut run: Run<'_>, step: &ReleaseStep) -> StepReport {
        if self.watching.interrupt.is_raised() {
            return not_begun(step.kind, StepOutcome::NotStarted);
        }
        let (outcome, operation) = run.step(step).await;
        StepReport {
            kind: step.kind,
            outcome,
            operation,
            started: Some(run.watch.began),
            finished: Some(self.watching.clock.now()),
            asked: run.asked,
            published: run.published,
        }
    }
}

impl Watching {
    /// Waits for an operation to end; one without an id is followed by the offer's status alone.
    pub async fn wait(&self, address: &OfferAddress, kind: OperationKind, id: Option<String>) -> StepOutcome {
        let deadline = self.deadline();
        self.within(deadline).at(address, deadline).until_over(&mut Handle::new(kind, id)).await
    }

    fn at<'a>(&'a self, address: &'a OfferAddress, deadline: Timestamp) -> Watch<'a> {
        Watch { watching: self, address, began: self.clock.now(), deadline }
    }

    /// A copy that repeats failed requests until `deadline` at most.
    fn within(&self, deadline: Timestamp) -> Self {
        Self {
            client: self.client.bounded(self.interrupt.bounds(Some(deadline))),
            clock: Arc::clone(&self.clock),
            wait_limits: self.wait_limits,
            progress: Arc::clone(&self.progress),
            interrupt: self.interrupt.clone(),
        }
    }

    /// The moment at which waiting ends, if it begins now.
    fn deadline(&self) -> Timestamp {
        later(self.clock.now(), self.wait_limits.timeout)
    }
}

impl Run<'_> {
    async fn step(&mut self, step: &ReleaseStep) -> (StepOutcome, Option<String>) {
        let begun = match &step.start {
            Start::Attach(name) => Ok(Handle::new(step.kind, name.id.clone())),
            Start::Now => self.begin(step.kind).await,
            Start::AfterWaiting(name) | Start::AfterCancelling(name) => match self.free_for(step, name).await {
                Ok(None) => self.begin(step.kind).await,
                Ok(Some(handle)) => return self.attached(handle).await,
                Err(outcome) => return (outcome, name.id.clone()),
            },
        };
        let mut handle = match begun {
            Ok(handle) => handle,
            Err(outcome @ StepOutcome::Failed(_)) => {
                return (outcome, self.failed.as_ref().and_then(|failed| failed.operation.id.clone()));
            }
            Err(outcome) => return (outcome, None),
        };
        if self.joined || matches!(step.start, Start::Attach(_)) {
            return self.attached(handle).await;
        }
        if self.releasing.following == Following::Return {
            return (StepOutcome::Started, handle.id);
        }
        let outcome = self.follow(&mut handle).await;
        (outcome, handle.id)
    }

    /// Follows what the service is at already, if releases are followed.
    async fn attached(&mut self, mut handle: Handle) -> (StepOutcome, Option<String>) {
        let outcome = match self.releasing.following {
            Following::Return => StepOutcome::Running,
            Following::ToTheEnd => self.follow(&mut handle).await,
        };
        (outcome, handle.id)
    }

    /// Waits for, or cancels, what keeps the service busy. It may be of this very draft after all, which no plan can see if it does not
    /// know what the service makes of what is declared: then it is left to run.
    async fn free_for(&mut self, step: &ReleaseStep, name: &OperationName) -> Result<Option<Handle>, StepOutcome> {
        let handle = named(name);
        let may_be_it = handle.kind == step.kind || handle.kind == OperationKind::GoLive;
        if may_be_it && self.is_of_this_draft(name).await? {
            // What goes live is in the preview already: that is what the publish was for, and it is not taken back.
            return if handle.kind == step.kind { Ok(Some(handle)) } else { Err(StepOutcome::Done) };
        }
        match step.start {
            Start::AfterCancelling(_) => self.until_cancelled(name).await?,
            _ => self.until_over(name).await?,
        }
        Ok(None)
    }

    /// Starts a step, and remembers the draft that it publishes.
    async fn begin(&mut self, step: OperationKind) -> Result<Handle, StepOutcome> {
        let handle = self.start(step).await?;
        self.published = self.seen.take().filter(|_| step == OperationKind::Publish);
        Ok(handle)
    }

    /// Waits until the service is not busy with an older draft any more, however that ends.
    async fn until_over(&mut self, name: &OperationName) -> Result<(), StepOutcome> {
        let mut handle = named(name);
        match self.watch.until_over(&mut handle).await {
            StepOutcome::Failed(steps) => self.remember_failed(name, steps),
            StepOutcome::Done | StepOutcome::Canceled => {}
            StepOutcome::Running => return Err(StepOutcome::NotStarted),
            other => return Err(other),
        }
        Ok(())
    }

    /// Cancels what runs, and waits until that is over: it may have failed before.
    async fn until_cancelled(&mut self, name: &OperationName) -> Result<(), StepOutcome> {
        self.cancelled(name, Following::ToTheEnd).await?;
        let mut handle = named(name);
        if let Some(StepOutcome::Failed(steps)) = self.watch.ended(&mut handle).await? {
            self.remember_failed(name, steps);
        }
        Ok(())
    }

    /// Whether that was of this same draft is asked just before a publish.
    fn remember_failed(&mut self, name: &OperationName, steps: Vec<FailedStep>) {
        self.failed = Some(FailedOperation { operation: name.clone(), steps });
    }

    fn tell(&self, words: &str) {
        self.watch.watching.progress.step(self.watch.address, words);
    }
}

impl Watch<'_> {
    /// Whether the time for waiting is over.
    fn is_late(&self) -> bool {
        self.watching.clock.now() >= self.deadline
    }

    fn elapsed(&self) -> Duration {
        Duration::try_from(self.watching.clock.now().duration_since(self.began)).unwrap_or_default()
    }
}

/// The handle of an operation. One whose kind is not known is followed as a publish.
fn named(name: &OperationName) -> Handle {
    Handle::new(name.kind.unwrap_or(OperationKind::Publish), name.id.clone())
}

fn later(moment: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn not_begun(kind: OperationKind, outcome: StepOutcome) -> StepReport {
    StepReport { kind, outcome, operation: None, started: None, finished: None, asked: false, published: None }
}

/// A failure of this same draft: it is reported again, and nothing is sent.
fn told_again(failed: &FailedOperation) -> StepReport {
    StepReport {
        operation: failed.operation.id.clone(),
        ..not_begun(failed.operation.kind.unwrap_or(OperationKind::Publish), StepOutcome::Failed(failed.steps.clone()))
    }
}

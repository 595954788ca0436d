//! Starts operations, and finds out what became of a request whose answer was lost.
//!
//! A second publish or go-live would count. So the ids of all operations are noted before a request is sent, and
//! after a lost answer only a new one of the right kind says that it was begun; only if none appears over some time is the
//! request sent again.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Run, StepOutcome};
use crate::apply::{ErrorMessage, words_of};
use crate::backend::{
    self, Activity, Ending, ErrorKind, FailedStep, Handle, ListedOperation, LiveDocument, OperationKind, OperationName,
    OperationState, Phase, StartOutcome, StatusLocation,
};
use crate::offer::{Document, Slot};
use crate::plan::release::{AfterFailure, is_same};
use crate::record::Rewrites;
use crate::secret::NoSecrets;

/// How often one request is sent at most, all its answers being lost.
pub(super) const ATTEMPTS: u32 = 3;

/// The pauses between the looks for what a lost request began: two minutes in all, many times what the service takes to
/// list what it has begun.
pub(super) const LOOKS: [u64; 6] = [2, 4, 8, 16, 32, 60];

/// The pauses, in milliseconds, before the looks for what a job has begun. After them, the job names the operation until the list does.
const BEGINNING: [u64; 5] = [250, 1_000, 3_000, 10_000, 30_000];

/// The ids of the operations that were there before anything was sent.
type Before = BTreeSet<String>;

/// What stood in a slot, and what has failed, at the last look.
struct Past {
    /// What was released last, in the preview or in production; `None` if the draft may be the same.
    released: Vec<LiveDocument>,
    failed: Option<(LiveDocument, Vec<FailedStep>)>,
}

impl Run<'_> {
    /// Starts a step, if the offer is as the step takes it to be.
    pub(super) async fn start(&mut self, step: OperationKind) -> Result<Handle, StepOutcome> {
        let before: Before = self.operations().await?.into_iter().map(|operation| operation.id).collect();
        let mut lost = None;
        // What came before, such as a cancellation, counts whatever comes of this.
        let asked = self.asked;
        for _ in 0..ATTEMPTS {
            let found = self.may_start(step, &before, lost.is_some()).await;
            if let Some(handle) = found.map_err(|outcome| doubtful(outcome, lost.as_ref()))? {
                return Ok(handle);
            }
            self.tell(&format!("starting to {step}"));
            self.asked = true;
            let notify = &self.releasing.notify;
            let of = match step {
                OperationKind::Publish => self.seen.clone(),
                OperationKind::GoLive => self.preview.take(),
            };
            match self.releasing.client.start(self.watch.address, step, of.as_ref(), notify).await {
                StartOutcome::Started(handle) if handle.id.is_some() => {
                    return self.as_listed(handle, &before).await;
                }
                StartOutcome::Started(handle) => {
                    // It runs for certain, so it is followed by the offer's status if the list does not name it.
                    return Ok(self.look_for(step, &before).await?.unwrap_or(handle));
                }
                StartOutcome::Refused(error) => {
                    self.asked = asked || lost.is_some();
                    let refused = self.refused(step, &before, lost.is_some(), error).await;
                    return refused.map_err(|outcome| doubtful(outcome, lost.as_ref()));
                }
                StartOutcome::Unknown(error) => {
                    let found = match self.look_for(step, &before).await? {
                        Some(handle) => self.if_declared(handle).await.map(Some),
                        None => Ok(None),
                    };
                    if let Some(handle) = found.map_err(|outcome| doubtful(outcome, Some(&error)))? {
                        return Ok(handle);
                    }
                    lost = Some(error);
                    if self.watch.watching.interrupt.is_raised() || self.watch.is_late() {
                        break;
                    }
                }
            }
        }
        Err(StepOutcome::Unknown(lost.as_ref().map_or_else(nothing_known, unsettled)))
    }

    /// Looks at the offer just before the request. An operation that appeared meanwhile was started by this run if a request
    /// was lost before.
    async fn may_start(
        &mut self,
        step: OperationKind,
        before: &Before,
        after_a_loss: bool,
    ) -> Result<Option<Handle>, StepOutcome> {
        let reading = self.watch.watching.client.clone();
        let Activity { running, operations, .. } = self.activity().await?;
        if let Some(handle) = self.appeared(step, &operations, before, after_a_loss).await? {
            return Ok(Some(handle));
        }
        let waits = running.as_ref().is_some_and(|running| running.phase == Phase::PreviewReady);
        let running = running.filter(|_| !waits);
        let busy = running
            .as_ref()
            .map(|running| StepOutcome::Refused(format!("another operation is running now: {}", running.operation)));
        match step {
            OperationKind::Publish => {
                // A preview that waits no more is enough for a release that ends there. One that is to go live needs another.
                let goes_live = self.plan.steps.iter().any(|step| step.kind == OperationKind::GoLive);
                let slots: &[Slot] = match (waits, goes_live) {
                    (true, _) => &[Slot::Preview],
                    (false, true) => &[Slot::Production],
                    (false, false) => &[Slot::Preview, Slot::Production],
                };
                let past = self.past(slots, &operations).await?;
                // Looking into the past took its time: somebody may have published this draft meanwhile.
                let operations = self.operations().await?;
                if let Some(handle) = self.appeared(step, &operations, before, after_a_loss).await? {
                    return Ok(Some(handle));
                }
                match (self.may_publish(past).await, busy) {
                    // It may be what has failed that keeps the service busy, and the failure tells more.
                    (Err(failed @ StepOutcome::Failed(_)), _) => return Err(failed),
                    (_, Some(busy)) => return Err(busy),
                    (may, None) => may?,
                }
            }
            OperationKind::GoLive => {
                if let (Some(busy), Some(running)) = (busy, running) {
                    return self.going_live(&running.operation, &running.phase).await?.map(Some).ok_or(busy);
                }
                if !waits {
                    let production = reading.slot(self.watch.address, Slot::Production).await;
                    let production = production.map_err(|error| unread(&error))?;
                    let is_there = production.is_some_and(|live| self.expected.objection(live).is_none());
                    let none = || StepOutcome::Refused("no preview is waiting for a go-live".to_owned());
                    return Err(if is_there { StepOutcome::Done } else { none() });
                }
                let preview = reading.slot(self.watch.address, Slot::Preview).await.map_err(|error| unread(&error))?;
                self.preview = preview.as_ref().and_then(|preview| preview.revision.clone());
                self.is_as_declared(preview, "preview")?;
            }
        }
        Ok(None)
    }

    /// A go-live that somebody else has begun, if it brings what is declared to customers: it is followed as this run's own would be.
    async fn going_live(&mut self, name: &OperationName, phase: &Phase) -> Result<Option<Handle>, StepOutcome> {
        if name.kind != Some(OperationKind::GoLive) || *phase != Phase::Running {
            return Ok(None);
        }
        let reading = self.watch.watching.client.clone();
        let preview = reading.slot(self.watch.address, Slot::Preview).await.map_err(|error| unread(&error))?;
        self.is_as_declared(preview, "preview")?;
        self.joined = true;
        Ok(Some(Handle::new(OperationKind::GoLive, name.id.clone())))
    }

    /// What was begun meanwhile: after a lost request it is what that began. What was published otherwise since the plan was
    /// made may be this very draft: the plan does not hold any more.
    async fn appeared(
        &mut self,
        step: OperationKind,
        operations: &[ListedOperation],
        before: &Before,
        after_a_loss: bool,
    ) -> Result<Option<Handle>, StepOutcome> {
        if after_a_loss && let Some(handle) = begun(step, operations, before) {
            return self.if_declared(handle).await.map(Some);
        }
        let news = operations.iter().find(|operation| !self.plan.known.contains(&operation.id));
        match (step, news) {
            (OperationKind::Publish, Some(news)) => {
                let name = OperationName { id: Some(news.id.clone()), kind: news.kind };
                let message = format!("another operation was started after the plan was made: {name}");
                Err(StepOutcome::Refused(message))
            }
            _ => Ok(None),
        }
    }

    /// What a publish must not repeat.
    async fn past(&self, slots: &[Slot], operations: &[ListedOperation]) -> Result<Past, StepOutcome> {
        let reading = &self.watch.watching.client;
        let mut released = Vec::new();
        // A changed secret is released though a slot holds the same.
        for slot in slots.iter().filter(|_| !self.plan.renews) {
            released.extend(reading.slot(self.watch.address, *slot).await.map_err(|error| unread(&error))?);
        }
        let failed = match &self.failed {
            Some(failed) if self.plan.after_failure == AfterFailure::Report => {
                let content = self.content_of(failed.operation.id.as_deref(), operations).await?;
                content.map(|content| (content, failed.steps.clone()))
            }
            _ => None,
        };
        Ok(Past { released, failed })
    }

    /// Whether the draft is what is declared, and neither released already nor what has failed. When the plan was made it was
    /// not; but the draft may have been read just before somebody edited it and published that. The draft is read last: it is
    /// what is published.
    async fn may_publish(&mut self, past: Past) -> Result<(), StepOutcome> {
        let Past { released, failed } = past;
        let draft = self.watch.watching.client.draft(self.watch.address).await.map_err(|error| unread(&error))?;
        self.seen = draft.as_ref().and_then(|draft| draft.revision.clone());
        let is_draft =
            |other: &LiveDocument| draft.as_ref().is_some_and(|draft| same(&draft.document, &other.document));
        let is_released = released.iter().any(is_draft);
        let failed = failed.filter(|(content, _)| is_draft(content));
        self.is_as_declared(draft, "draft")?;
        match failed {
            // A write may bring the draft back to what was released before, or leave it as that.
            _ if is_released => Err(StepOutcome::Done),
            Some((_, steps)) => Err(StepOutcome::Failed(steps)),
            None => Ok(()),
        }
    }

    fn is_as_declared(&self, live: Option<LiveDocument>, what: &str) -> Result<(), StepOutcome> {
        let Some(live) = live else { return Err(StepOutcome::Refused(format!("the {what} no longer exists"))) };
        match self.expected.objection(live) {
            None => Ok(()),
            Some(reason) => Err(StepOutcome::Refused(format!("the {what} differs from the files: {reason}"))),
        }
    }

    /// Whether an operation is on its way with the draft as it is now, and that is what is declared.
    pub(super) async fn is_of_this_draft(&self, name: &OperationName) -> Result<bool, StepOutcome> {
        let reading = &self.watch.watching.client;
        let Activity { running, operations, .. } = self.activity().await?;
        // What is stuck is to be done with, whatever it is of.
        let is_going_through =
            |running: backend::Running| running.operation.id == name.id && !matches!(running.phase, Phase::Stuck(_));
        if name.id.is_none() || !running.is_some_and(is_going_through) {
            return Ok(false);
        }
        let released = match name.kind {
            // Whatever version its row names: what goes live is the preview.
            Some(OperationKind::GoLive) => {
                reading.slot(self.watch.address, Slot::Preview).await.map_err(|error| unread(&error))?
            }
            Some(OperationKind::Publish) | None => self.content_of(name.id.as_deref(), &operations).await?,
        };
        let Some(released) = released else { return Ok(false) };
        let draft = reading.draft(self.watch.address).await.map_err(|error| unread(&error))?;
        let is_released = |draft: &LiveDocument| same(&draft.document, &released.document);
        Ok(draft.filter(is_released).is_some_and(|draft| self.expected.objection(draft).is_none()))
    }

    /// What a submission is to release, or was; `None` if the service does not tell.
    async fn content_of(
        &self,
        id: Option<&str>,
        rows: &[ListedOperation],
    ) -> Result<Option<LiveDocument>, StepOutcome> {
        let Some(row) = rows.iter().find(|row| Some(row.id.as_str()) == id) else { return Ok(None) };
        let reading = &self.watch.watching.client;
        reading.released_by(self.watch.address, row).await.map_err(|error| unread(&error))
    }

    /// The service said no. If something like it was begun meanwhile, somebody else was faster, or it was this run's own lost request.
    async fn refused(
        &mut self,
        step: OperationKind,
        before: &Before,
        after_a_loss: bool,
        error: backend::Error,
    ) -> Result<Handle, StepOutcome> {
        if error.kind() == ErrorKind::WrongState {
            let operations = self.operations().await?;
            match begun(step, &operations, before) {
                Some(handle) if after_a_loss => return self.if_declared(handle).await,
                Some(Handle { id, .. }) => {
                    let name = OperationName { id, kind: Some(step) };
                    return Err(StepOutcome::Refused(format!(
                        "it was started by somebody else at the same time: {name}"
                    )));
                }
                None => {}
            }
        }
        Err(StepOutcome::Rejected(ErrorMessage::from(&error)))
    }

    /// The handle with the id that the list of operations has. A service may name an operation in the answer to the request otherwise
    /// than in its list, and people find it by the list. If the list does not tell, the id of the answer stays.
    async fn as_listed(&self, handle: Handle, before: &Before) -> Result<Handle, StepOutcome> {
        if matches!(&handle.location, StatusLocation::Named(job) if Some(job) == handle.id.as_ref()) {
            return self.as_begun(handle, before).await;
        }
        let Ok(operations) = self.operations().await else { return Ok(handle) };
        if operations.iter().any(|row| Some(&row.id) == handle.id.as_ref()) {
            return Ok(handle);
        }
        let mut new = operations.into_iter().filter(|row| !before.contains(&row.id) && row.kind == Some(handle.kind));
        Ok(match (new.next(), new.next()) {
            (Some(row), None) => Handle { id: Some(row.id), ..handle },
            _ => handle,
        })
    }

    /// The handle of an operation of which only a job is known so far, once the service lists what the job began. A job can also end
    /// without having begun anything: because something is missing, or because somebody else was faster.
    async fn as_begun(&self, handle: Handle, before: &Before) -> Result<Handle, StepOutcome> {
        for milliseconds in BEGINNING {
            let goes_on = self.watch.pause(Duration::from_millis(milliseconds)).await;
            let mut followed = handle.clone();
            let Ok(status) = self.watch.watching.client.operation(self.watch.address, &mut followed).await else {
                return Ok(handle);
            };
            if let Some(Ending::Failed(steps)) = status.ending(handle.kind) {
                return Err(StepOutcome::Failed(steps));
            }
            let is_new = followed.id.as_ref().is_some_and(|id| !before.contains(id));
            if followed.id != handle.id && is_new || status.state != OperationState::Running {
                return Ok(followed);
            }
            if !goes_on {
                break;
            }
        }
        Ok(handle)
    }

    /// Looks over some time for what a request has begun.
    async fn look_for(&self, step: OperationKind, before: &Before) -> Result<Option<Handle>, StepOutcome> {
        let most = Duration::from_secs(LOOKS.iter().sum()).min(self.watch.watching.wait_limits.timeout);
        self.wait_for(&format!(
            "no clear answer; checking for {} whether the service started to {step}",
            words_of(most)
        ));
        let mut unseen = None;
        for seconds in [0].into_iter().chain(LOOKS) {
            let goes_on = seconds == 0 || self.watch.pause(Duration::from_secs(seconds)).await;
            match self.watch.watching.client.operations(self.watch.address).await {
                Ok(operations) => {
                    unseen = None;
                    if let Some(handle) = begun(step, &operations, before) {
                        return Ok(Some(handle));
                    }
                }
                Err(error) => unseen = Some(error),
            }
            if !goes_on {
                break;
            }
        }
        // As long as the list cannot be read, nobody knows; sending again could make two.
        unseen.map_or(Ok(None), |error| Err(StepOutcome::Unknown(unsettled(&error))))
    }

    /// What appeared after a lost request is what that began only if it releases what is declared: somebody else may have come
    /// first with something else.
    async fn if_declared(&mut self, handle: Handle) -> Result<Handle, StepOutcome> {
        // It may have begun before the draft was looked at, so it is not known which revision it publishes.
        self.seen = None;
        let operations = self.operations().await?;
        let released = self.content_of(handle.id.as_deref(), &operations).await?;
        match released.and_then(|live| self.expected.objection(live)) {
            None => Ok(handle),
            Some(reason) => {
                let name = OperationName { id: handle.id, kind: Some(handle.kind) };
                Err(StepOutcome::Refused(format!("somebody else started {name} in the meantime: {reason}")))
            }
        }
    }

    async fn operations(&self) -> Result<Vec<ListedOperation>, StepOutcome> {
        self.watch.watching.client.operations(self.watch.address).await.map_err(|error| unread(&error))
    }

    pub(super) async fn activity(&self) -> Result<Activity, StepOutcome> {
        self.watch.watching.client.activity(self.watch.address).await.map_err(|error| unread(&error))
    }

    /// Says what is waited for.
    pub(super) fn wait_for(&self, words: &str) {
        self.watch.watching.progress.waiting(self.watch.address, words);
    }
}

/// The operation of this kind that was not there before.
fn begun(step: OperationKind, operations: &[ListedOperation], before: &Before) -> Option<Handle> {
    let row = operations.iter().find(|row| !before.contains(&row.id) && row.kind == Some(step))?;
    Some(Handle::new(step, Some(row.id.clone())))
}

fn same(draft: &Document, other: &Document) -> bool {
    is_same(draft.field_table(), draft, other, &Rewrites::default(), &NoSecrets)
}

/// Before anything was sent, an error means that nothing was done.
pub(super) fn unread(error: &backend::Error) -> StepOutcome {
    StepOutcome::Rejected(ErrorMessage::from(error))
}

/// What is found wrong after a request was lost does not tell what became of that.
fn doubtful(outcome: StepOutcome, lost: Option<&backend::Error>) -> StepOutcome {
    let Some(lost) = lost else { return outcome };
    let mut failure = unsettled(lost);
    if let Some(message) = outcome.message() {
        failure.message = format!("{}; then: {message}", failure.message);
    }
    StepOutcome::Unknown(failure)
}

fn unsettled(error: &backend::Error) -> ErrorMessage {
    ErrorMessage::from(error)
        .with_hint(Some("`offerform operations list OFFER` shows the operations that the service started".to_owned()))
}

pub(super) fn nothing_known() -> ErrorMessage {
    ErrorMessage {
        message: "the service gave no clear answer".to_owned(),
        hint: Some("`offerform status OFFER` shows the state of the offer".to_owned()),
        correlation_id: None,
    }
}

//! Starts operations, and finds out what became of a request whose answer was lost.
//!
//! A second publish or go-live would count. So the ids of all submissions are noted before a request is sent, and
//! after a lost answer only a new one of the right kind says that it was begun; only if none appears over some time is the
//! request sent again.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Handle, Run, StepOutcome, trouble};
use crate::api::{self, LiveDocument, OperationLocation, Started, Submission};
use crate::apply::{Trouble, words_of};
use crate::offer::{Document, Slot};
use crate::plan::release::{AfterFailure, OperationName, Phase, StepKind, StepTrouble, is_same};
use crate::reconcile::situation::{kind, underway};
use crate::record::Rewrites;
use crate::secret::NoSecrets;

/// How often one request is sent at most, all its answers being lost.
pub(super) const ATTEMPTS: u32 = 3;

/// The pauses between the looks for what a lost request began: two minutes in all, many times what the service takes to
/// list what it has begun.
pub(super) const LOOKS: [u64; 6] = [2, 4, 8, 16, 32, 60];

/// The submissions that were there before anything was sent.
type Before = BTreeSet<String>;

/// What stood in a slot, and what has failed, at the last look.
struct Past {
    /// What was released last, in the preview or in production; `None` if the draft may be the same.
    released: Vec<LiveDocument>,
    failed: Option<(LiveDocument, Vec<StepTrouble>)>,
}

/// What became of a request.
enum Sent {
    Begun(Started),
    Refused(api::Error),
    Lost(api::Error),
}

impl Run<'_> {
    /// Starts a step, if the offer is as the step takes it to be.
    pub(super) async fn start(&mut self, step: StepKind) -> Result<Handle, StepOutcome> {
        let before: Before = self.submissions().await?.into_iter().map(|submission| submission.id).collect();
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
            match self.send(step).await {
                Sent::Begun(Started { operation: Some(place) }) => {
                    return Ok(Handle { kind: step, id: Some(place.id()), place: Some(place) });
                }
                Sent::Begun(Started { operation: None }) => {
                    // It runs for certain, so it is followed by the offer's status if the list does not name it.
                    let found = self.look_for(step, &before).await?;
                    return Ok(found.unwrap_or(Handle { kind: step, id: None, place: None }));
                }
                Sent::Refused(error) => {
                    self.asked = asked || lost.is_some();
                    let refused = self.refused(step, &before, lost.is_some(), error).await;
                    return refused.map_err(|outcome| doubtful(outcome, lost.as_ref()));
                }
                Sent::Lost(error) => {
                    let found = match self.look_for(step, &before).await? {
                        Some(handle) => self.if_ours(handle).await.map(Some),
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

    async fn send(&self, step: StepKind) -> Sent {
        let client = &self.releasing.client;
        let answer = match step {
            StepKind::Publish => client.publish(self.watch.address, &self.releasing.notify).await,
            StepKind::GoLive => client.go_live(self.watch.address).await,
        };
        match answer {
            Ok(started) => Sent::Begun(started),
            Err(error) if error.is_ambiguous() => Sent::Lost(error),
            Err(error) => Sent::Refused(error),
        }
    }

    /// Looks at the offer just before the request. An operation that appeared meanwhile is ours if a request was lost before.
    async fn may_start(
        &mut self,
        step: StepKind,
        before: &Before,
        after_a_loss: bool,
    ) -> Result<Option<Handle>, StepOutcome> {
        let reading = self.watch.watching.client.clone();
        let status = reading.status(self.watch.address).await.map_err(|error| unread(&error))?;
        let submissions = self.submissions().await?;
        if let Some(handle) = self.appeared(step, &submissions, before, after_a_loss).await? {
            return Ok(Some(handle));
        }
        let underway = underway(&status, &submissions);
        let waits = matches!(&underway, Some((_, Phase::PreviewReady, _)));
        let running = underway.filter(|_| !waits);
        let busy =
            running.as_ref().map(|(name, ..)| StepOutcome::Refused(format!("meanwhile the service is busy: {name}")));
        match step {
            StepKind::Publish => {
                // A preview that waits no more is enough for a release that ends there. One that is to go live needs another.
                let goes_live = self.plan.steps.iter().any(|step| step.kind == StepKind::GoLive);
                let slots: &[Slot] = match (waits, goes_live) {
                    (true, _) => &[Slot::Preview],
                    (false, true) => &[Slot::Production],
                    (false, false) => &[Slot::Preview, Slot::Production],
                };
                let past = self.past(slots, &submissions).await?;
                // Looking into the past took its time: somebody may have published this draft meanwhile.
                let submissions = self.submissions().await?;
                if let Some(handle) = self.appeared(step, &submissions, before, after_a_loss).await? {
                    return Ok(Some(handle));
                }
                match (self.may_publish(past).await, busy) {
                    // It may be what has failed that keeps the service busy, and the failure tells more.
                    (Err(failed @ StepOutcome::Failed(_)), _) => return Err(failed),
                    (_, Some(busy)) => return Err(busy),
                    (may, None) => may?,
                }
            }
            StepKind::GoLive => {
                if let (Some(busy), Some((name, phase, _))) = (busy, running) {
                    return self.going_live(&name, &phase).await?.map(Some).ok_or(busy);
                }
                if !waits {
                    let production = reading.slot(self.watch.address, Slot::Production).await;
                    let production = production.map_err(|error| unread(&error))?;
                    let is_there = production.is_some_and(|live| self.expected.objection(live).is_none());
                    let none = || StepOutcome::Refused("there is no preview that waits for a go-live".to_owned());
                    return Err(if is_there { StepOutcome::Done } else { none() });
                }
                let preview = reading.slot(self.watch.address, Slot::Preview).await.map_err(|error| unread(&error))?;
                self.is_as_declared(preview, "preview")?;
            }
        }
        Ok(None)
    }

    /// A go-live that somebody else has begun, if it brings what is declared to customers: it is followed as this run's own would be.
    async fn going_live(&mut self, name: &OperationName, phase: &Phase) -> Result<Option<Handle>, StepOutcome> {
        if name.kind != Some(StepKind::GoLive) || *phase != Phase::Running {
            return Ok(None);
        }
        let reading = self.watch.watching.client.clone();
        let preview = reading.slot(self.watch.address, Slot::Preview).await.map_err(|error| unread(&error))?;
        self.is_as_declared(preview, "preview")?;
        self.joined = true;
        Ok(Some(Handle::of(self.watch.address, StepKind::GoLive, name.id.clone())))
    }

    /// What was begun meanwhile: after a lost request it is what that began. What was published otherwise since the plan was
    /// made may be this very draft: the plan does not hold any more.
    async fn appeared(
        &mut self,
        step: StepKind,
        submissions: &[Submission],
        before: &Before,
        after_a_loss: bool,
    ) -> Result<Option<Handle>, StepOutcome> {
        if after_a_loss && let Some(handle) = self.begun(step, submissions, before) {
            return self.if_ours(handle).await.map(Some);
        }
        let news = submissions.iter().find(|submission| !self.plan.known.contains(&submission.id));
        match (step, news) {
            (StepKind::Publish, Some(news)) => {
                let name = OperationName { id: Some(news.id.clone()), kind: kind(&news.kind) };
                let message = format!("since the plan was made, somebody has started another one: {name}");
                Err(StepOutcome::Refused(message))
            }
            _ => Ok(None),
        }
    }

    /// What a publish must not repeat.
    async fn past(&self, slots: &[Slot], submissions: &[Submission]) -> Result<Past, StepOutcome> {
        let reading = &self.watch.watching.client;
        let mut released = Vec::new();
        // A changed secret is released though a slot holds the same.
        for slot in slots.iter().filter(|_| !self.plan.renews) {
            released.extend(reading.slot(self.watch.address, *slot).await.map_err(|error| unread(&error))?);
        }
        let failed = match &self.failed {
            Some(failed) if self.plan.after_failure == AfterFailure::Report => {
                let content = self.content_of(failed.operation.id.as_deref(), submissions).await?;
                content.map(|content| (content, failed.troubles.clone()))
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
        let draft = self.watch.watching.client.offer(self.watch.address).await.map_err(|error| unread(&error))?;
        self.seen = draft.as_ref().and_then(|draft| draft.revision.clone());
        let is_draft =
            |other: &LiveDocument| draft.as_ref().is_some_and(|draft| same(&draft.document, &other.document));
        let is_released = released.iter().any(is_draft);
        let failed = failed.filter(|(content, _)| is_draft(content));
        self.is_as_declared(draft, "draft")?;
        match failed {
            // A write may bring the draft back to what was released before, or leave it as that.
            _ if is_released => Err(StepOutcome::Done),
            Some((_, troubles)) => Err(StepOutcome::Failed(troubles)),
            None => Ok(()),
        }
    }

    fn is_as_declared(&self, live: Option<LiveDocument>, what: &str) -> Result<(), StepOutcome> {
        let Some(live) = live else { return Err(StepOutcome::Refused(format!("the {what} is gone"))) };
        match self.expected.objection(live) {
            None => Ok(()),
            Some(reason) => Err(StepOutcome::Refused(format!("the {what} is not what is declared: {reason}"))),
        }
    }

    /// Whether an operation is on its way with the draft as it is now, and that is what is declared.
    pub(super) async fn is_of_this_draft(&self, name: &OperationName) -> Result<bool, StepOutcome> {
        let reading = &self.watch.watching.client;
        let status = reading.status(self.watch.address).await.map_err(|error| unread(&error))?;
        let submissions = self.submissions().await?;
        // What is stuck is to be done with, whatever it is of.
        let is_it = |(running, phase, _): &(OperationName, Phase, _)| {
            running.id == name.id && !matches!(phase, Phase::Stuck(_))
        };
        if name.id.is_none() || !underway(&status, &submissions).as_ref().is_some_and(is_it) {
            return Ok(false);
        }
        let released = match name.kind {
            // Whatever version its row names: what goes live is the preview.
            Some(StepKind::GoLive) => {
                reading.slot(self.watch.address, Slot::Preview).await.map_err(|error| unread(&error))?
            }
            Some(StepKind::Publish) | None => self.content_of(name.id.as_deref(), &submissions).await?,
        };
        let Some(released) = released else { return Ok(false) };
        let draft = reading.offer(self.watch.address).await.map_err(|error| unread(&error))?;
        let is_it = |draft: &LiveDocument| same(&draft.document, &released.document);
        Ok(draft.filter(is_it).is_some_and(|draft| self.expected.objection(draft).is_none()))
    }

    /// What a submission is to release, or was; `None` if the service does not tell.
    async fn content_of(&self, id: Option<&str>, rows: &[Submission]) -> Result<Option<LiveDocument>, StepOutcome> {
        let row = rows.iter().find(|row| Some(row.id.as_str()) == id);
        let Some(version) = row.and_then(|row| row.offer_version) else { return Ok(None) };
        let reading = &self.watch.watching.client;
        reading.version(self.watch.address, version).await.map_err(|error| unread(&error))
    }

    /// The service said no. If something like it was begun meanwhile, somebody else was faster, or it was this run's own lost request.
    async fn refused(
        &mut self,
        step: StepKind,
        before: &Before,
        after_a_loss: bool,
        error: api::Error,
    ) -> Result<Handle, StepOutcome> {
        if error.is_bad_request() || error.is_conflict() {
            let submissions = self.submissions().await?;
            match self.begun(step, &submissions, before) {
                Some(handle) if after_a_loss => return self.if_ours(handle).await,
                Some(Handle { id, .. }) => {
                    let name = OperationName { id, kind: Some(step) };
                    return Err(StepOutcome::Refused(format!("somebody else has started it at the same time: {name}")));
                }
                None => {}
            }
        }
        let trouble = trouble(&error);
        let hint = trouble.hint.clone().or_else(|| self.refused_hint(step, &error));
        Err(StepOutcome::Rejected(trouble.with_hint(hint)))
    }

    /// What may help after a refusal that does not say it.
    fn refused_hint(&self, step: StepKind, error: &api::Error) -> Option<String> {
        if step != StepKind::Publish || !(error.is_bad_request() || error.is_conflict()) {
            return None;
        }
        let mut hint = "if a preview still waits for the publisher, --if-publishing cancel ends that first".to_owned();
        if self.releasing.notify.is_empty() && error.is_bad_request() {
            hint.push_str(
                "; if the service asks for notification e-mails, set `notification_emails` in offerform.yaml",
            );
        }
        Some(hint)
    }

    /// Looks over some time for what a request has begun.
    async fn look_for(&self, step: StepKind, before: &Before) -> Result<Option<Handle>, StepOutcome> {
        let most = Duration::from_secs(LOOKS.iter().sum()).min(self.watch.watching.patience.timeout);
        self.wait_for(&format!(
            "no clear answer; looking for {} whether the service has begun to {step}",
            words_of(most)
        ));
        let mut unseen = None;
        for seconds in [0].into_iter().chain(LOOKS) {
            let goes_on = seconds == 0 || self.watch.pause(Duration::from_secs(seconds)).await;
            match self.watch.watching.client.submissions(self.watch.address).await {
                Ok(submissions) => {
                    unseen = None;
                    if let Some(handle) = self.begun(step, &submissions, before) {
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

    fn begun(&self, step: StepKind, submissions: &[Submission], before: &Before) -> Option<Handle> {
        let new = |row: &&Submission| !before.contains(&row.id) && kind(&row.kind) == Some(step);
        let row = submissions.iter().find(new)?;
        Some(Handle { place: OperationLocation::of(self.watch.address, &row.id), kind: step, id: Some(row.id.clone()) })
    }

    /// What appeared after a lost request is what that began only if it releases what is declared: somebody else may have come
    /// first with something else.
    async fn if_ours(&mut self, handle: Handle) -> Result<Handle, StepOutcome> {
        // It may have begun before the draft was looked at, so it is not known which revision it publishes.
        self.seen = None;
        let submissions = self.submissions().await?;
        let released = self.content_of(handle.id.as_deref(), &submissions).await?;
        match released.and_then(|live| self.expected.objection(live)) {
            None => Ok(handle),
            Some(reason) => {
                let name = OperationName { id: handle.id, kind: Some(handle.kind) };
                Err(StepOutcome::Refused(format!("somebody else has started {name} meanwhile: {reason}")))
            }
        }
    }

    pub(super) async fn submissions(&self) -> Result<Vec<Submission>, StepOutcome> {
        self.watch.watching.client.submissions(self.watch.address).await.map_err(|error| unread(&error))
    }

    /// Says what is waited for.
    pub(super) fn wait_for(&self, words: &str) {
        self.watch.watching.progress.waiting(self.watch.address, words);
    }
}

fn same(draft: &Document, other: &Document) -> bool {
    is_same(draft.field_table(), draft, other, &Rewrites::default(), &NoSecrets)
}

/// Before anything was sent, an error means that nothing was done.
pub(super) fn unread(error: &api::Error) -> StepOutcome {
    StepOutcome::Rejected(trouble(error))
}

/// What is found wrong after a request was lost does not tell what became of that.
fn doubtful(outcome: StepOutcome, lost: Option<&api::Error>) -> StepOutcome {
    let Some(lost) = lost else { return outcome };
    let mut trouble = unsettled(lost);
    if let Some(message) = outcome.message() {
        trouble.message = format!("{}; then: {message}", trouble.message);
    }
    StepOutcome::Unknown(trouble)
}

fn unsettled(error: &api::Error) -> Trouble {
    trouble(error).with_hint(Some("`offerform operations list OFFER` shows what the service has begun".to_owned()))
}

pub(super) fn nothing_known() -> Trouble {
    Trouble {
        message: "the service gave no clear answer".to_owned(),
        hint: Some("`offerform status OFFER` shows how the offer stands".to_owned()),
        correlation_id: None,
    }
}

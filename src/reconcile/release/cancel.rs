//! Cancels what is under way, and finds out what became of a request to cancel whose answer was lost.

use std::time::Duration;

use super::start::{ATTEMPTS, LOOKS, nothing_known, unread};
use super::{Cancelled, Following, Run, StepOutcome, later, trouble};
use crate::api::Cancellation;
use crate::apply::words_of;
use crate::plan::release::OperationName;
use crate::reconcile::situation::underway;

/// How long an accepted cancellation is waited for: what takes much longer was not understood, or never taken on.
const CANCELLING: Duration = Duration::from_hours(2);

impl Run<'_> {
    /// Cancels what runs, if it is still what the plan says, and waits until that is over.
    pub(super) async fn cancelled(
        &mut self,
        name: &OperationName,
        following: Following,
    ) -> Result<Cancelled, StepOutcome> {
        let mut lost = false;
        for _ in 0..ATTEMPTS {
            if !self.still_runs(name).await? {
                return self.over(name).await;
            }
            self.tell("cancelling");
            self.asked = true;
            match self.releasing.client.cancel(self.watch.address, &self.releasing.notify).await {
                // That it was accepted proves nothing: it may have ended just before.
                Ok(Cancellation::Running(_)) if following == Following::Return => {
                    return if self.still_runs(name).await? { Ok(Cancelled::Accepted) } else { self.over(name).await };
                }
                Ok(Cancellation::Done | Cancellation::Running(_)) => return self.until_gone(name).await,
                Err(error) if error.is_ambiguous() => {
                    // A cancellation shows in no list. Whether it took effect shows in what it was to cancel.
                    if self.gone_soon(name).await? {
                        return self.over(name).await;
                    }
                    lost = true;
                    if self.watch.watching.interrupt.is_raised() || self.watch.is_late() {
                        break;
                    }
                }
                Err(error) => {
                    if lost && self.is_being_cancelled().await? {
                        return self.until_gone(name).await;
                    }
                    self.asked = lost;
                    let over = !self.still_runs(name).await?;
                    return if over { self.over(name).await } else { Err(StepOutcome::Rejected(trouble(&error))) };
                }
            }
        }
        Err(StepOutcome::Unknown(nothing_known()))
    }

    /// What became of an operation that does not run any more. Without an id, nothing tells whether it was cancelled or ended.
    async fn over(&self, name: &OperationName) -> Result<Cancelled, StepOutcome> {
        if name.id.is_none() {
            return Ok(Cancelled::Done);
        }
        Ok(match self.watch.ended(&mut self.named(name)).await? {
            None | Some(StepOutcome::Canceled) => Cancelled::Done,
            Some(ending) => Cancelled::Ended(ending),
        })
    }

    /// Whether that same operation is under way. Another one is not ours to cancel.
    async fn still_runs(&self, name: &OperationName) -> Result<bool, StepOutcome> {
        let status = self.watch.watching.client.status(self.watch.address).await.map_err(|error| unread(&error))?;
        let submissions = self.submissions().await?;
        match underway(&status, &submissions) {
            None => Ok(false),
            Some((now, ..)) if now.id == name.id => Ok(true),
            Some((now, ..)) => Err(StepOutcome::Refused(format!("meanwhile the service is at something else: {now}"))),
        }
    }

    /// Whether the service says that a cancellation was asked for. Only the word `canCancel` is public; what is looked for is
    /// the word "request".
    async fn is_being_cancelled(&self) -> Result<bool, StepOutcome> {
        let status = self.watch.watching.client.status(self.watch.address).await.map_err(|error| unread(&error))?;
        Ok(status.cancellation.is_some_and(|word| word.to_ascii_lowercase().contains("request")))
    }

    async fn until_gone(&mut self, name: &OperationName) -> Result<Cancelled, StepOutcome> {
        let mut pause = Duration::from_secs(1);
        let most = CANCELLING.min(self.watch.watching.patience.timeout);
        let end = later(self.watch.watching.clock.now(), most);
        let mut told = false;
        while self.still_runs(name).await? {
            if !told {
                self.wait_for(&format!(
                    "the cancellation is accepted; waiting up to {} until it shows",
                    words_of(most)
                ));
                told = true;
            }
            let goes_on = self.watch.watching.clock.now() < end && self.watch.pause(pause).await;
            if !goes_on {
                let interrupted = self.watch.watching.interrupt.is_raised();
                return Err(if interrupted { StepOutcome::Running } else { StepOutcome::TimedOut });
            }
            pause = (pause * 2).min(self.watch.watching.patience.longest_pause);
        }
        self.over(name).await
    }

    async fn gone_soon(&self, name: &OperationName) -> Result<bool, StepOutcome> {
        self.wait_for("no clear answer; looking whether it is cancelled");
        for seconds in LOOKS {
            if !self.still_runs(name).await? {
                return Ok(true);
            }
            if !self.watch.pause(Duration::from_secs(seconds)).await {
                break;
            }
        }
        Ok(!self.still_runs(name).await?)
    }
}

//! Cancels what is under way, and finds out what became of a request to cancel whose answer was lost.

use std::time::Duration;

use super::start::{ATTEMPTS, LOOKS, nothing_known};
use super::{Cancelled, Following, Run, StepOutcome, later, named};
use crate::apply::{ErrorMessage, words_of};
use crate::backend::{CancelOutcome, OperationName};

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
                CancelOutcome::Accepted { is_going_on: true } if following == Following::Return => {
                    return if self.still_runs(name).await? { Ok(Cancelled::Accepted) } else { self.over(name).await };
                }
                CancelOutcome::Accepted { .. } => return self.until_gone(name).await,
                CancelOutcome::Unknown(_) => {
                    // A cancellation shows in no list. Whether it took effect shows in what it was to cancel.
                    if self.gone_soon(name).await? {
                        return self.over(name).await;
                    }
                    lost = true;
                    if self.watch.watching.interrupt.is_raised() || self.watch.is_late() {
                        break;
                    }
                }
                CancelOutcome::Refused(error) => {
                    if lost && self.is_being_cancelled().await? {
                        return self.until_gone(name).await;
                    }
                    self.asked = lost;
                    let over = !self.still_runs(name).await?;
                    return if over {
                        self.over(name).await
                    } else {
                        Err(StepOutcome::Rejected(ErrorMessage::from(&error)))
                    };
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
        Ok(match self.watch.ended(&mut named(name)).await? {
            None | Some(StepOutcome::Canceled) => Cancelled::Done,
            Some(ending) => Cancelled::Ended(ending),
        })
    }

    /// Whether that same operation is under way. Another one is not ours to cancel.
    async fn still_runs(&self, name: &OperationName) -> Result<bool, StepOutcome> {
        match self.activity().await?.running {
            None => Ok(false),
            Some(now) if now.operation.id == name.id => Ok(true),
            Some(now) => {
                let message = format!("another operation is running now: {}", now.operation);
                Err(StepOutcome::Refused(message))
            }
        }
    }

    async fn is_being_cancelled(&self) -> Result<bool, StepOutcome> {
        Ok(self.activity().await?.is_cancelling)
    }

    async fn until_gone(&mut self, name: &OperationName) -> Result<Cancelled, StepOutcome> {
        let mut pause = Duration::from_secs(1);
        let most = CANCELLING.min(self.watch.watching.wait_limits.timeout);
        let end = later(self.watch.watching.clock.now(), most);
        let mut is_announced = false;
        while self.still_runs(name).await? {
            if !is_announced {
                self.wait_for(&format!(
                    "cancellation accepted; waiting up to {} for it to take effect",
                    words_of(most)
                ));
                is_announced = true;
            }
            let goes_on = self.watch.watching.clock.now() < end && self.watch.pause(pause).await;
            if !goes_on {
                let interrupted = self.watch.watching.interrupt.is_raised();
                return Err(if interrupted { StepOutcome::Running } else { StepOutcome::TimedOut });
            }
            pause = (pause * 2).min(self.watch.watching.wait_limits.longest_pause);
        }
        self.over(name).await
    }

    async fn gone_soon(&self, name: &OperationName) -> Result<bool, StepOutcome> {
        self.wait_for("no clear answer; checking whether the operation is cancelled");
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

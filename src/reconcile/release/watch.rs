//! Waits for an operation of the service, backing off, and says how it ended.

use std::time::Duration;

use super::{Run, StepOutcome, Watch};
use crate::apply::{ErrorMessage, Sight};
use crate::backend::{self, Ending, ErrorKind, Handle, OperationKind, OperationStatus};
use crate::offer::Slot;

/// The first pause between two looks: the sandbox is done in seconds, and a refusal comes within seconds, too.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// So many looks in a row may fail. Each was tried several times already, so this is an outage of the better part of an hour.
const MISSES: u32 = 10;

/// The longest pause that the service may ask for. A longer one ends the waiting: the next run goes on from there.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// What a look showed.
enum Look {
    Over(StepOutcome),
    GoesOn(Sight),
}

impl Run<'_> {
    /// Follows an operation to its end, and looks at what it brought.
    pub(super) async fn follow(&mut self, handle: &mut Handle) -> StepOutcome {
        loop {
            let outcome = self.watch.until_over(handle).await;
            if outcome != StepOutcome::Done {
                return outcome;
            }
            let slot = match handle.kind {
                OperationKind::Publish => Slot::Preview,
                OperationKind::GoLive => Slot::Production,
            };
            let objection = match self.watch.watching.client.slot(self.watch.address, slot).await {
                Ok(Some(live)) => self.expected.objection(live),
                Ok(None) => Some(format!("the {slot} does not contain the offer")),
                Err(error) => return StepOutcome::Unknown(ErrorMessage::from(&error)),
            };
            match objection {
                None => return StepOutcome::Done,
                // Without a name it may be a former operation that was seen to be done.
                Some(_) if handle.id.is_none() && self.watch.pause(FIRST_PAUSE).await => {}
                Some(reason) => return StepOutcome::Mismatch(reason),
            }
        }
    }
}

impl Watch<'_> {
    /// Looks at an operation until it is over, or the time for waiting is.
    pub(super) async fn until_over(&self, handle: &mut Handle) -> StepOutcome {
        let mut pause = FIRST_PAUSE.min(self.watching.wait_limits.longest_pause);
        let mut missed = 0;
        loop {
            let mut asked_for = Duration::ZERO;
            match self.look(handle).await {
                Ok(Look::Over(outcome)) => return outcome,
                Ok(Look::GoesOn(sight)) => {
                    missed = 0;
                    self.watching.progress.watched(self.address, &sight);
                }
                Err(error) => {
                    missed += 1;
                    if missed > MISSES || error.kind() == ErrorKind::NotPermitted {
                        return StepOutcome::Unknown(ErrorMessage::from(&error));
                    }
                    asked_for = error.retry_after().unwrap_or_default();
                    if asked_for > LONGEST_ASKED {
                        return StepOutcome::Unknown(ErrorMessage::from(&error));
                    }
                    if missed == 1 {
                        let words = format!("the service did not return the status ({error}); trying again");
                        self.watching.progress.waiting(self.address, &words);
                    }
                }
            }
            if self.watching.interrupt.is_raised() {
                return StepOutcome::Running;
            }
            let shortest = self.watching.client.shortest_pause(self.address);
            if !self.pause(pause.max(asked_for).max(shortest)).await {
                return if self.watching.interrupt.is_raised() { StepOutcome::Running } else { StepOutcome::TimedOut };
            }
            pause = (pause * 2).min(self.watching.wait_limits.longest_pause);
        }
    }

    /// Sleeps, but not beyond the end of waiting, and not after somebody asked to end. `false` if there is no time left.
    pub(super) async fn pause(&self, wanted: Duration) -> bool {
        let left = self.deadline.duration_since(self.watching.clock.now());
        let left = Duration::try_from(left).unwrap_or_default();
        if left.is_zero() {
            return false;
        }
        tokio::select! {
            () = self.watching.clock.sleep(wanted.min(left)) => true,
            () = self.watching.interrupt.raised() => false,
        }
    }

    /// How an operation ended, if it has.
    pub(super) async fn ended(&self, handle: &mut Handle) -> Result<Option<StepOutcome>, StepOutcome> {
        match self.look(handle).await {
            Ok(Look::Over(outcome)) => Ok(Some(outcome)),
            Ok(Look::GoesOn(_)) => Ok(None),
            Err(error) => Err(StepOutcome::Rejected(ErrorMessage::from(&error))),
        }
    }

    async fn look(&self, handle: &mut Handle) -> Result<Look, backend::Error> {
        let status = self.watching.client.operation(self.address, handle).await?;
        Ok(match status.ending(handle.kind) {
            Some(Ending::Succeeded) => Look::Over(StepOutcome::Done),
            Some(Ending::Cancelled) => Look::Over(StepOutcome::Canceled),
            Some(Ending::Failed(steps)) => Look::Over(StepOutcome::Failed(steps)),
            None => Look::GoesOn(self.sight(handle, &status)),
        })
    }

    fn sight(&self, handle: &Handle, status: &OperationStatus) -> Sight {
        let step = status.current_step();
        Sight {
            kind: handle.kind,
            step: step.map(|step| step.name.clone()).unwrap_or_default(),
            percent: step.and_then(|step| step.percent),
            estimate: step.and_then(|step| step.estimate.clone()),
            elapsed: self.elapsed(),
        }
    }
}

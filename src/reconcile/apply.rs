//! Carries out an approved plan.
//!
//! Offers go side by side, the steps of one offer in order: read, write under the revision just read, read back. A write
//! whose answer was lost is settled by reading before anything else is sent.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use super::learn::{Read, Repeat, learn, record};
use super::readback::{ReadBack, ReadRevision};
use super::release::{Expected, Following, Releasing, WaitLimits, Watching};
use super::settle::{self, Replanned, is_the_planned, lost_between, same_unsigned, settled};
use super::unchanged::{self, KeptValue};
use super::{Interrupt, Planner};
use crate::apply::{
    ErrorMessage, OfferReport, Outcome, Progress, ReleaseReport, Remark, RemarkKind, StepOutcome, Verdict,
};
use crate::backend::{self, LiveDocument, Precondition, Production, WriteAnswer, WriteOutcome, Writer};
use crate::clock::Clock;
use crate::desired::Desired;
use crate::diff::{Cause, Change, ChangeKind};
use crate::offer::fields::FieldTable;
use crate::offer::locate::locate;
use crate::offer::{Document, IdentityPath, Revision};
use crate::plan::{Action, ApprovedPlan, OfferPlan, PlannedChange};
use crate::secret::SecretSource;

/// How often one offer is begun anew, because somebody else wrote it or an answer was lost. Somebody who edits in the
/// portal saves now and then; five collisions in a row are not chance.
const ATTEMPTS: usize = 5;

/// What carrying out a plan needs.
#[derive(Debug)]
pub struct Applying {
    /// Plans an offer again that changed since the plan was made.
    pub planner: Arc<Planner>,
    /// Writes to the service.
    pub client: Arc<dyn Writer>,
    /// The values of the secrets that requests contain.
    pub secrets: Arc<dyn SecretSource>,
    /// The number of offers that are written at the same time.
    pub parallelism: usize,
    /// Shows the progress of the run.
    pub progress: Arc<dyn Progress>,
    /// Whether a person interrupted the run.
    pub interrupt: Interrupt,
    /// The clock by which the run waits.
    pub clock: Arc<dyn Clock>,
    /// Whether the run waits for the releases that it starts.
    pub following: Following,
    /// How long the run waits for a release, and how often it asks.
    pub wait_limits: WaitLimits,
    /// The addresses that the service notifies about releases.
    pub notify: Vec<String>,
}

/// What is declared for an offer: the measure of what may be released.
struct DeclaredOffer<'a> {
    planner: &'a Planner,
    desired: &'a Arc<Desired>,
}

impl Expected for DeclaredOffer<'_> {
    fn objection(&self, live: LiveDocument) -> Option<String> {
        self.planner.objection(self.desired, live)
    }
}

/// Carries out a plan; the reports are in the order of its offers.
pub async fn apply(applying: Arc<Applying>, approved: &ApprovedPlan) -> Vec<OfferReport> {
    let offers: Vec<OfferPlan> = approved.offers().to_vec();
    let jobs = offers.into_iter().map(|offer| {
        let applying = Arc::clone(&applying);
        let fallback = offer.clone();
        async move {
            let job = tokio::spawn(async move { applying.one(offer).await });
            job.await.unwrap_or_else(|panic| report(&fallback, Outcome::Unknown(ErrorMessage::of(&panic)), Vec::new()))
        }
    });
    stream::iter(jobs).buffered(applying.parallelism.max(1)).collect().await
}

/// How one attempt ended.
enum Attempt {
    Over(Ended),
    Again,
}

impl Attempt {
    fn over(outcome: Outcome) -> Self {
        Self::Over(Ended::with(outcome, Vec::new(), None))
    }
}

/// How the writing of an offer ended.
struct Ended {
    outcome: Outcome,
    remarks: Vec<Remark>,
    revision: Option<Revision>,
    /// What the portal had before the write and has still, taken for the service's form of what is declared.
    kept: Vec<KeptValue>,
}

impl Ended {
    fn with(outcome: Outcome, remarks: Vec<Remark>, revision: Option<Revision>) -> Self {
        Self { outcome, remarks, revision, kept: Vec::new() }
    }
}

impl Applying {
    async fn one(&self, offer: OfferPlan) -> OfferReport {
        if offer.action() == Action::None
            && let Some(applied) = offer.verified_record()
        {
            self.planner.memory.applied(offer.address(), applied.clone());
        }
        if offer.is_quiet() {
            return report(&offer, Outcome::Unchanged, Vec::new());
        }
        if self.interrupt.is_raised() {
            return report(&offer, Outcome::NotStarted, Vec::new());
        }
        self.progress.started(offer.address());
        let ended = match offer.action() {
            Action::None => Ended::with(Outcome::Unchanged, Vec::new(), None),
            Action::Create | Action::Update => self.attempts(&offer).await,
        };
        let mut report = report(&offer, ended.outcome, ended.remarks);
        report.revision_after = ended.revision.map(|revision| revision.as_str().to_owned());
        report.release = self.release(&offer, &report.outcome, &ended.kept).await;
        self.progress.finished(offer.address(), &words(&report));
        report
    }

    /// Releases what was written. A draft that is not as declared goes nowhere.
    async fn release(&self, offer: &OfferPlan, written: &Outcome, kept: &[KeptValue]) -> ReleaseReport {
        let plan = offer.release();
        let reading = self.client.reader();
        let steps = if let Some(reason) = unchanged::objection(reading.as_ref(), offer.address(), plan, kept).await {
            Releasing::refused(plan, &reason)
        } else if written.verdict() == Verdict::Good {
            let releasing = Releasing {
                client: Arc::clone(&self.client),
                following: self.following,
                notify: self.notify.clone(),
                watching: Watching {
                    client: self.client.reader(),
                    clock: Arc::clone(&self.clock),
                    wait_limits: self.wait_limits,
                    progress: Arc::clone(&self.progress),
                    interrupt: self.interrupt.clone(),
                },
            };
            let expected = DeclaredOffer { planner: &self.planner, desired: offer.desired() };
            let steps = releasing.carry_out(offer.address(), plan, &expected).await;
            for revision in steps.iter().filter_map(|step| step.published.as_ref()) {
                self.planner.memory.published(offer.address(), revision.as_str());
            }
            steps
        } else {
            Releasing::not_begun(plan)
        };
        ReleaseReport { from: plan.from, to: plan.to, steps }
    }

    async fn attempts(&self, offer: &OfferPlan) -> Ended {
        for _ in 0..ATTEMPTS {
            match self.attempt(offer).await {
                Attempt::Over(ended) => return ended,
                Attempt::Again if self.interrupt.is_raised() => {
                    return Ended::with(Outcome::NotStarted, Vec::new(), None);
                }
                Attempt::Again => self.progress.step(offer.address(), "reading again"),
            }
        }
        let message = format!(
            "the offer could not be written in {ATTEMPTS} attempts: each time somebody else wrote it first, or the answer was lost"
        );
        let hint = Some("run plan to see the offer as it is now; try again when nobody is editing it".to_owned());
        Ended::with(Outcome::Failed(ErrorMessage { message, hint, correlation_id: None }), Vec::new(), None)
    }

    /// Reads, writes if the plan still holds, and reads back.
    async fn attempt(&self, approved: &OfferPlan) -> Attempt {
        let address = approved.address();
        self.progress.step(address, "reading");
        let live = match self.client.reader().draft(address).await {
            Ok(live) => live,
            Err(error) => return Attempt::over(Outcome::Failed(ErrorMessage::from(&error))),
        };
        let current = match self.still_holds(approved, live).await {
            Ok(current) => current,
            Err(outcome) => return Attempt::over(outcome),
        };
        let Some(put) = current.put() else { return Attempt::over(Outcome::AlreadyDone) };
        let body = match put.proposal.document.body(self.secrets.as_ref()) {
            Ok(body) => body,
            Err(error) => return Attempt::over(Outcome::Failed(ErrorMessage::of(&error))),
        };
        self.progress.step(address, "writing");
        match self.client.write_draft(address, body, &put.precondition).await {
            WriteOutcome::Accepted(answer) => self.read_back(&current, &answer, Repeat::Once).await,
            WriteOutcome::Refused(error) => Attempt::over(Outcome::Failed(ErrorMessage::from(&error))),
            WriteOutcome::Overtaken(error) => self.overtaken(&current, &error).await,
            WriteOutcome::Stopped(error) => self.stopped(&current, &put.precondition, &error).await,
            WriteOutcome::Unknown(error) => self.settle(&current, &put.precondition, &error).await,
        }
    }

    /// The plan for what is live now, if that is what was approved.
    async fn still_holds(&self, approved: &OfferPlan, live: Option<LiveDocument>) -> Result<OfferPlan, Outcome> {
        let Some(put) = approved.put() else { return Err(Outcome::Unchanged) };
        if is_the_planned(approved, &put.precondition, live.as_ref()) {
            return Ok(approved.clone());
        }
        let now = self.judged_anew(approved, live).await.map_err(Outcome::Failed)?;
        match settle::compare(approved, &now) {
            Replanned::AsPlanned => Ok(now),
            Replanned::Done => {
                if let Some(applied) = now.verified_record() {
                    self.planner.memory.applied(now.address(), applied.clone());
                }
                Err(Outcome::AlreadyDone)
            }
            Replanned::Moved(reason) => Err(Outcome::Conflict { reason }),
        }
    }

    /// A plan for what is live now, with the guards it has if customers still have what they had.
    fn plan_anew(&self, approved: &OfferPlan, live: Option<LiveDocument>) -> Result<OfferPlan, ErrorMessage> {
        let production = approved.production().clone();
        self.planner.plan_anew(approved.desired(), live, production).map_err(|error| ErrorMessage::of(&error))
    }

    /// A plan for what is live now, with the guards for what customers have now: an offer that changed may have been published since.
    async fn judged_anew(&self, approved: &OfferPlan, live: Option<LiveDocument>) -> Result<OfferPlan, ErrorMessage> {
        let now = self.plan_anew(approved, live.clone())?;
        if now.put().is_none() || *approved.production() == Production::NotAsked {
            return Ok(now);
        }
        let production = super::production(self.client.reader().as_ref(), approved.address()).await;
        self.planner.plan_anew(approved.desired(), live, production).map_err(|error| ErrorMessage::of(&error))
    }

    /// Somebody else was faster, or the service refused a create with the same words.
    async fn overtaken(&self, current: &OfferPlan, error: &backend::Error) -> Attempt {
        if current.action() != Action::Create {
            return Attempt::Again;
        }
        match self.client.reader().draft(current.address()).await {
            Ok(Some(_)) => Attempt::Again,
            Ok(None) => Attempt::over(Outcome::Failed(ErrorMessage::from(error))),
            Err(unread) => Attempt::over(Outcome::Failed(ErrorMessage::from(&unread))),
        }
    }

    /// The service stopped in the middle of a write. What arrived before stays, and is reported.
    async fn stopped(&self, current: &OfferPlan, precondition: &Precondition, error: &backend::Error) -> Attempt {
        let failed = ErrorMessage::from(error);
        let failed_with = |what: String| {
            let message = format!("{}; {what}", failed.message);
            let hint = Some("correct what the service names, and run plan to see what is left to write".to_owned());
            Attempt::over(Outcome::Failed(ErrorMessage { message, hint, ..failed.clone() }))
        };
        let live = match self.client.reader().draft(current.address()).await {
            Ok(live) => live,
            Err(unread) => {
                let message = format!("{}; reading the offer again failed too: {unread}", failed.message);
                return Attempt::over(Outcome::Unknown(ErrorMessage { message, ..failed }));
            }
        };
        if is_the_planned(current, precondition, live.as_ref()) {
            return failed_with("nothing was written".to_owned());
        }
        let planned = current.changes().len();
        match self.plan_anew(current, live) {
            Ok(now) => {
                let left: Vec<String> =
                    now.changes().iter().map(|left| format!("`{}`", left.change.identity)).collect();
                let named = left.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
                if left.len() >= planned {
                    return failed_with(format!("none of the {planned} changes was written"));
                }
                failed_with(format!("a part was written: {} of {planned} changes are left ({named})", left.len()))
            }
            Err(failure) => failed_with(format!("it is unknown what was written: {}", failure.message)),
        }
    }

    /// The answer of a write was lost: only reading tells what it did.
    async fn settle(&self, current: &OfferPlan, precondition: &Precondition, error: &backend::Error) -> Attempt {
        let address = current.address();
        self.progress.step(address, "answer lost, checking whether the write was done");
        let live = match self.client.reader().draft(address).await {
            Ok(live) => live,
            Err(unread) => {
                let mut failure = ErrorMessage::from(error);
                failure.message = format!("{}; reading it again failed too: {unread}", failure.message);
                return Attempt::over(Outcome::Unknown(failure));
            }
        };
        if is_the_planned(current, precondition, live.as_ref()) {
            return self.again(precondition, error);
        }
        let Some(live) = live else {
            return Attempt::over(Outcome::Conflict { reason: "the offer no longer exists".to_owned() });
        };
        let (document, revision) = (live.document.clone(), live.revision.clone());
        let now = match self.plan_anew(current, Some(live)) {
            Ok(now) => now,
            Err(failure) => return Attempt::over(Outcome::Unknown(failure)),
        };
        match settled(current, &now, &document) {
            Replanned::AsPlanned => self.again(precondition, error),
            Replanned::Done => {
                record(&self.planner, &now, &document);
                let text = "the answer was lost; reading the offer showed that the write was done".to_owned();
                let remark = Remark { kind: RemarkKind::Settled, path: IdentityPath::root(), text };
                Attempt::Over(Ended::with(written(current), vec![remark], revision))
            }
            Replanned::Moved(reason) => {
                let message = format!("{error}; and {reason}");
                let hint = Some("run plan again to see the offer as it is now".to_owned());
                Attempt::over(Outcome::Unknown(ErrorMessage { message, hint, correlation_id: None }))
            }
        }
    }

    /// Begins anew after a write of which nothing can be seen. Under the weak lock nothing is sent twice: the first one may
    /// still be on its way, and no revision would stop it or the second.
    fn again(&self, precondition: &Precondition, error: &backend::Error) -> Attempt {
        let is_weak = match precondition {
            Precondition::SameContent => true,
            Precondition::Revision(revision) => revision.is_computed(),
            Precondition::Absent => false,
        };
        let hint = match (is_weak, self.interrupt.is_raised()) {
            (true, _) => {
                "without a lock of the service nothing is sent twice; run plan again to see the offer as it is now"
            }
            (_, true) => "the run was interrupted; run plan again to see the offer as it is now",
            (_, false) => return Attempt::Again,
        };
        let mut failure = ErrorMessage::from(error).with_hint(Some(hint.to_owned()));
        failure.message = format!("{}; the offer is unchanged", failure.message);
        Attempt::over(Outcome::Unknown(failure))
    }

    /// Reads the offer until the write shows, and looks at what the service made of it.
    async fn read_back(&self, current: &OfferPlan, answer: &WriteAnswer, repeat: Repeat) -> Attempt {
        let reader = self.client.reader();
        let reading = ReadBack {
            client: reader.as_ref(),
            clock: self.clock.as_ref(),
            interrupt: &self.interrupt,
            progress: self.progress.as_ref(),
        };
        let (live, seen) = match reading.after(current, answer).await {
            Ok(found) => found,
            Err(failure) => return Attempt::over(Outcome::Unknown(failure)),
        };
        let (after, revision) = (live.document.clone(), live.revision.clone());
        let remark = |text: String| Remark { kind: RemarkKind::NotVerified, path: IdentityPath::root(), text };
        let now = self.plan_anew(current, Some(live));
        if let (ReadRevision::Unversioned, Repeat::Once, Ok(now)) = (seen, repeat, &now)
            && let Some(attempt) = self.repeated(current, now).await
        {
            return attempt;
        }
        let (mut remarks, kept) = match now {
            Err(failure) => (vec![remark(failure.message)], Vec::new()),
            Ok(now) => learn(&self.planner, current, &now, &after, &Read { revision: revision.as_ref(), seen, repeat }),
        };
        // What else changed may be the doing of whoever wrote it right after.
        let before = current.live().filter(|_| seen != ReadRevision::Later);
        let is_certain = seen != ReadRevision::Unversioned;
        if seen == ReadRevision::Later {
            remarks.push(remark("somebody wrote the offer right after this run".to_owned()));
        }
        if let Some(before) = before {
            let lost = lost_between(current, before, &after);
            remarks.extend(lost.into_iter().map(|path| {
                if is_certain {
                    let text = format!("`{path}` changed, though it is not declared");
                    return Remark { kind: RemarkKind::Lost, path, text };
                }
                let text = format!(
                    "`{path}` changed during the write, though it is not declared; it is unknown whether the service or somebody else changed it"
                );
                Remark { kind: RemarkKind::NotVerified, path, text }
            }));
        }
        let broken = |remark: &Remark| matches!(remark.kind, RemarkKind::NotApplied | RemarkKind::Lost);
        let outcome = if remarks.iter().any(broken) { Outcome::Incomplete } else { written(current) };
        Attempt::Over(Ended { outcome, remarks, revision, kept })
    }

    /// Writes once more what was sent and is not there, where the service has no revisions: either the service makes what was there before
    /// of what is declared, or somebody else wrote that right after. What a second write does not change is the doing of the service.
    ///
    /// `None` if there is nothing of the kind, or something else is there than the approved plan showed; that must not be overwritten.
    async fn repeated(&self, current: &OfferPlan, now: &OfferPlan) -> Option<Attempt> {
        let table = FieldTable::of(current.offer_type());
        let at = |live: Option<&Document>, path: &IdentityPath| {
            live.and_then(|live| locate(table, live.content(), path).map(|(_, value)| value.clone()))
        };
        let is_approved = |change: &Change| {
            let was_planned =
                |planned: &PlannedChange| planned.change.identity == change.identity && planned.change.is_written();
            let was_there = at(current.live(), &change.identity);
            let is_planned = current.live().is_none() || current.changes().iter().any(was_planned);
            is_planned && same_unsigned(was_there.as_ref(), at(now.live(), &change.identity).as_ref())
        };
        let left = || now.changes().iter().map(|planned| &planned.change).filter(|change| change.is_written());
        let is_visible = |change: &Change| {
            !matches!(change.cause, Cause::Undetermined(_))
                && !matches!(change.kind, ChangeKind::Secret | ChangeKind::File)
        };
        let put = now.put().filter(|_| left().any(is_visible) && left().all(is_approved))?;
        if self.interrupt.is_raised() {
            return None;
        }
        let body = put.proposal.document.body(self.secrets.as_ref()).ok()?;
        self.progress.step(current.address(), "writing what is not there yet");
        match self.client.write_draft(current.address(), body, &put.precondition).await {
            WriteOutcome::Accepted(answer) => {
                let attempt = Box::pin(self.read_back(now, &answer, Repeat::Never)).await;
                // What the report says is about the whole write.
                Some(match attempt {
                    Attempt::Over(ended) if ended.outcome == Outcome::Updated => {
                        Attempt::Over(Ended { outcome: written(current), ..ended })
                    }
                    other => other,
                })
            }
            WriteOutcome::Unknown(error) => Some(self.settle(now, &put.precondition, &error).await),
            // The first write was carried out, and is judged alone.
            _ => None,
        }
    }
}

/// How an offer ended, in a few words.
fn words(report: &OfferReport) -> String {
    let mut words = vec![report.outcome.name().to_owned()];
    if report.outcome == Outcome::Unchanged && !report.release.steps.is_empty() {
        words.clear();
    }
    let steps = report.release.steps.iter().filter(|step| step.outcome != StepOutcome::NotStarted);
    words.extend(steps.map(|step| format!("{} {}", step.kind, step.outcome.words())));
    words.join(", ")
}

fn written(plan: &OfferPlan) -> Outcome {
    if plan.action() == Action::Create { Outcome::Created } else { Outcome::Updated }
}

fn report(offer: &OfferPlan, outcome: Outcome, remarks: Vec<Remark>) -> OfferReport {
    let release = ReleaseReport {
        from: offer.release().from,
        to: offer.release().to,
        steps: Releasing::not_begun(offer.release()),
    };
    OfferReport::of(offer, outcome, remarks, release)
}

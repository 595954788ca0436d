//! Lets time pass: jobs handle one resource after the other, and submissions end, each when its time has come.

use jiff::Timestamp;

use super::answer::Reason;
use super::catalogue::Kind;
use super::configure::subject;
use super::dialect::AfterFailure;
use super::state::{Ending, Ingestion, Item, Job, JobResult, Target};
use crate::operation::later;

impl Ingestion {
    /// Does everything that is due at `now`, in the order of time.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while self.settle_next(now).is_some() {}
    }

    /// Does the first thing that is due at `now`: one resource of a job is handled, or one submission ends. Returns when it was due and the
    /// id of the job.
    pub(crate) fn settle_next(&mut self, now: Timestamp) -> Option<(Timestamp, String)> {
        let (at, id) = self.next_event().filter(|(at, _)| *at <= now)?;
        // Taken out while it acts on everything else.
        let mut job = self.jobs.remove(&id)?;
        self.advance(&mut job, at);
        if job.ended.is_some() {
            self.open.remove(&id);
        }
        self.jobs.insert(id.clone(), job);
        Some((at, id))
    }

    fn next_event(&self) -> Option<(Timestamp, String)> {
        let jobs = self.open.iter().filter_map(|id| self.jobs.get(id));
        let events = jobs.map(|job| {
            let release = job
                .releases
                .as_ref()
                .and_then(|(product, position)| Some(self.products.get(product)?.submissions.get(*position)?.ends));
            (release.unwrap_or(job.ready), &job.id)
        });
        events.min().map(|(at, id)| (at, id.clone()))
    }

    fn advance(&mut self, job: &mut Job, at: Timestamp) {
        if let Some((product, position)) = job.releases.take() {
            self.end_submission(job, &product, position);
        } else if let Some(item) = job.items.get(job.handled).cloned() {
            job.handled += 1;
            // After a failure, nothing is released.
            let is_skipped = item.kind == "submission" && !job.errors.is_empty();
            if !is_skipped && let Err(error) = self.handle_item(job, &item, at) {
                job.errors.push(error);
            }
        }
        job.ready = later(at, job.pace.resource);
        let is_stopped = !job.errors.is_empty() && self.dialect.after_failure == AfterFailure::Stop;
        if job.releases.is_none() && (is_stopped || job.handled >= job.items.len()) {
            let result = if job.errors.is_empty() { JobResult::Succeeded } else { JobResult::Failed };
            job.ended = Some((at, result));
            job.items.clear();
        }
    }

    fn handle_item(&mut self, job: &mut Job, item: &Item, at: Timestamp) -> Result<(), Reason> {
        let kind = Kind::named(&item.kind).ok_or_else(|| Reason::invalid("notSupported", "Unknown type."))?;
        let about = || subject(kind, &item.body);
        if let Some(flaw) = item.flaw.clone() {
            let is_shape = flaw.code == "schemaValidationError";
            let reason = if is_shape { Reason::new("badRequest", "Invalid resource").because(flaw) } else { flaw };
            return Err(reason.about(about()));
        }
        if let Some(failure) = job.resource_failure.take_if(|failure| failure.resource == item.kind) {
            return Err(Reason::new("internalServerError", "Operation failed")
                .because(Reason::new("invalidResource", failure.message))
                .about(about()));
        }
        let outcome = if item.kind == "submission" {
            self.start_submission(job, item, at)
        } else {
            self.write_resource(job, kind, item, at)
        };
        outcome.map_err(|error| if error.resource_id.is_some() { error } else { error.about(about()) })
    }

    fn end_submission(&mut self, job: &mut Job, guid: &str, position: usize) {
        let Some(product) = self.products.get_mut(guid) else { return };
        let Some(submission) = product.submissions.get_mut(position) else { return };
        if let Some(failure) = &submission.failure {
            submission.ending = Some(Ending::Failed);
            job.errors.push(failed_certification(guid, submission.number, &failure.messages));
            return;
        }
        submission.ending = Some(Ending::Succeeded);
        let content = Some(std::mem::take(&mut submission.content));
        match submission.target {
            Target::Preview => product.preview = content,
            Target::Live => product.live = content,
        }
    }
}

/// Three levels, the reason innermost (recorded answer of a public client).
fn failed_certification(product: &str, number: u64, messages: &[String]) -> Reason {
    let mut certification = Reason::new("invalidState", "Certification");
    certification.details = match messages {
        [] => vec![Reason::new("invalidState", "Issues found during Certification.")],
        messages => messages.iter().map(|message| Reason::new("invalidState", message)).collect(),
    };
    Reason::new("internalServerError", "Operation failed")
        .because(certification)
        .about(Some(serde_json::json!(format!("submission/{product}/{number}"))))
}

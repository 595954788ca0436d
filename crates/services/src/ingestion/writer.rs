//! Writes to the service.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::changes::{self, Request, differing, schema};
use super::client::{Connection, Reading, Writing};
use super::directory::{self, StartedJob};
use super::error::{Problem, meaning};
use super::job::{Job, JobState};
use super::reader::{Draft, IngestionReader, may_repeat};
use crate::api::Action;
use crate::api::retry::Safety;
use crate::backend::{
    CancelOutcome, Error, ErrorKind, Handle, OperationKind, Phase, Precondition, Reader, StartOutcome, StatusLocation,
    WriteAnswer, WriteOutcome, Writer,
};
use crate::clock::Bounds;
use crate::offer::{OfferAddress, RequestBody, Revision};

/// How often a draft is sent at most, each time after it was read again. A request is sent again only if it certainly did nothing.
const ATTEMPTS: usize = 5;

/// The pauses between looks at a job that edits a draft, or at the draft if the answer that names the job was lost: ten minutes in all, many times what public clients wait for.
const JOB_PAUSES: [u64; 15] = [1, 2, 4, 8, 15, 30, 60, 60, 60, 60, 60, 60, 60, 60, 60];

/// Writes drafts and starts releases through the Product Ingestion API.
///
/// The service has no lock. So a draft is read again right before it is written, and is written only if its content is that of the
/// revision that is asked for. Only resources that change are sent: an edit that somebody makes between this read and the write is lost
/// only if it is to the same resource.
#[derive(Debug, Clone)]
pub struct IngestionWriter {
    writing: Writing,
    reader: IngestionReader,
}

impl IngestionWriter {
    /// A writer that sends its requests over `connection`.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { writing: Writing::new(connection.clone()), reader: IngestionReader::new(connection) }
    }

    fn reading(&self) -> &Reading {
        &self.writing.reading
    }

    async fn sleep(&self, pause: Duration) {
        self.reading().clock().sleep(pause).await;
    }

    fn is_stopped(&self) -> bool {
        self.reading().connection.http.bounds.stop.is_cancelled()
    }

    /// The request that makes the draft what is wanted, right after reading it; or why there is none.
    async fn prepared(
        &self,
        address: &OfferAddress,
        wanted: &Value,
        precondition: &Precondition,
    ) -> Result<(Option<Draft>, Request), WriteOutcome> {
        let draft = self.reader.read_draft(address).await.map_err(WriteOutcome::Refused)?;
        let pins = &self.reading().connection.pins;
        let unwritable = |error| WriteOutcome::Refused(Error::new(ErrorKind::Failed, error));
        let overtaken = |problem| WriteOutcome::Overtaken(Error::new(ErrorKind::WrongState, problem));
        match (precondition, draft) {
            (Precondition::Absent, None) => Ok((None, changes::creation(wanted, pins).map_err(unwritable)?)),
            (Precondition::Absent, Some(_)) => Err(overtaken(Problem::Exists)),
            (_, None) => Err(overtaken(Problem::NoProduct)),
            (Precondition::Revision(planned), Some(draft)) if draft.revision != *planned => {
                Err(overtaken(Problem::Moved(differing(draft.document.content(), wanted))))
            }
            // Every draft has a revision here, so nobody asks for a comparison instead.
            (Precondition::SameContent, Some(draft)) => {
                Err(overtaken(Problem::Moved(differing(draft.document.content(), wanted))))
            }
            (Precondition::Revision(_), Some(draft)) => {
                let before = draft.document.content();
                match changes::update(&draft.tree, before, wanted, pins).map_err(unwritable)? {
                    Some(request) => Ok((Some(draft), request)),
                    None => Err(WriteOutcome::Accepted(WriteAnswer { revision: Some(draft.revision) })),
                }
            }
        }
    }

    async fn write(&self, address: &OfferAddress, body: RequestBody, precondition: &Precondition) -> WriteOutcome {
        let Ok(wanted) = serde_json::from_slice::<Value>(&body.clone().into_bytes()) else {
            return WriteOutcome::Refused(Error::new(ErrorKind::Failed, changes::Unwritable::NoDocument));
        };
        let words = if *precondition == Precondition::Absent { "creating offer" } else { "writing offer" };
        for attempt in 1..=ATTEMPTS {
            let (before, request) = match self.prepared(address, &wanted, precondition).await {
                Ok(prepared) => prepared,
                Err(outcome) => return outcome,
            };
            let sent = body.with_bytes(request.body.to_string().into_bytes());
            let action = Action::on(words, address);
            match self.writing.configure(action, &request.version, sent, Safety::Unguarded).await {
                Ok(job) => return self.follow(address, &body, job).await,
                Err(error) if may_repeat(&error) && attempt < ATTEMPTS && !self.is_stopped() => {
                    let asked = error.retry_after().unwrap_or(Duration::from_secs(1 << attempt));
                    self.sleep(asked.min(Duration::from_mins(2))).await;
                }
                Err(error) if error.is_ambiguous() => return self.lost(address, before, meaning(error)).await,
                Err(error) => return WriteOutcome::Refused(meaning(error)),
            }
        }
        WriteOutcome::Refused(Error::new(ErrorKind::Failed, Problem::Lost))
    }

    /// Waits for the job of a write. What the service says of it does not repeat the secrets of `body`.
    async fn follow(&self, address: &OfferAddress, body: &RequestBody, mut job: Job) -> WriteOutcome {
        let mut pauses = JOB_PAUSES.iter();
        let mut misses = 0;
        loop {
            match &job.state {
                JobState::Succeeded => return self.written(address).await,
                JobState::Failed(reasons) => {
                    let reasons = reasons.iter().map(|reason| body.redact(reason)).collect();
                    let problem = Problem::Stopped { job: job.id.clone(), reasons };
                    return WriteOutcome::Stopped(Error::new(ErrorKind::Failed, problem));
                }
                JobState::Cancelled => {
                    return WriteOutcome::Stopped(Error::new(ErrorKind::Failed, Problem::Cancelled(job.id)));
                }
                JobState::Open => {}
            }
            let Some(pause) = pauses.next().filter(|_| !self.is_stopped()) else {
                return WriteOutcome::Unknown(Error::new(ErrorKind::Ambiguous, Problem::NotEnded(job.id)));
            };
            self.sleep(Duration::from_secs(*pause)).await;
            match self.reading().job(address, &job.id).await {
                Ok(now) => job = now,
                // The job goes on whether or not its status can be read.
                Err(_) if misses < JOB_PAUSES.len() => misses += 1,
                Err(error) => return WriteOutcome::Unknown(meaning(error)),
            }
        }
    }

    /// The draft after a job that succeeded.
    async fn written(&self, address: &OfferAddress) -> WriteOutcome {
        let revision = match self.reader.read_draft(address).await {
            Ok(draft) => draft.map(|draft| draft.revision),
            // Whoever asked reads again, and reports that.
            Err(_) => None,
        };
        WriteOutcome::Accepted(WriteAnswer { revision })
    }

    /// The answer was lost. A job that was accepted shows after a while; whoever asked then reads what it did.
    async fn lost(&self, address: &OfferAddress, before: Option<Draft>, error: Error) -> WriteOutcome {
        let before = before.map(|draft| draft.revision);
        for pause in JOB_PAUSES {
            self.sleep(Duration::from_secs(pause)).await;
            match self.reader.read_draft(address).await {
                Ok(now) if now.as_ref().map(|draft| &draft.revision) != before.as_ref() => break,
                _ if self.is_stopped() => break,
                _ => {}
            }
        }
        WriteOutcome::Unknown(error)
    }

    /// The submission that starts a release.
    async fn submission(
        &self,
        address: &OfferAddress,
        kind: OperationKind,
        of: Option<&Revision>,
    ) -> Result<Request, Error> {
        let wrong = |problem| Error::new(ErrorKind::WrongState, problem);
        let pins = &self.reading().connection.pins;
        let unknown = || wrong(Problem::NoPreview);
        let (configure, version) = (pins.written("configure", None), pins.written("submission", None));
        let (configure, version) = (configure.ok_or_else(unknown)?, version.ok_or_else(unknown)?);
        if let (OperationKind::Publish, Some(of)) = (kind, of) {
            // What is published is the draft as it is then: nobody is to have edited it since it was looked at.
            let draft = self.reader.read_draft(address).await?;
            if draft.is_none_or(|draft| draft.revision != *of) {
                return Err(wrong(Problem::Edited));
            }
        }
        // After the draft was read, which confirms the id without another request.
        let found = self.reader.directory.certain(self.reading(), address).await.map_err(meaning)?;
        let guid = found.ok_or_else(|| Error::new(ErrorKind::NotFound, Problem::NoProduct))?.guid;
        let mut resource = json!({
            "$schema": schema("submission", &version),
            "product": format!("product/{guid}"),
            "target": { "targetType": "preview" },
        });
        if kind == OperationKind::GoLive {
            let submissions = self.reader.submissions(address).await?;
            let waiting = submissions.waiting().ok_or_else(unknown)?.number.clone();
            if let Some(of) = of.filter(|of| of.as_str() != waiting) {
                let expected = of.as_str().to_owned();
                return Err(wrong(Problem::OtherPreview { expected, found: Some(waiting) }));
            }
            resource["id"] = json!(format!("submission/{guid}/{waiting}"));
            resource["target"] = json!({ "targetType": "live" });
        }
        let body = json!({ "$schema": schema("configure", &configure), "resources": [resource] });
        Ok(Request { body, version: configure.max(version).as_str().to_owned() })
    }
}

#[async_trait]
impl Writer for IngestionWriter {
    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(self.reader.clone())
    }

    fn bounded(&self, bounds: Bounds) -> Arc<dyn Writer> {
        let connection = self.reading().bounded(bounds);
        let directory = Arc::clone(&self.reader.directory);
        let reader = IngestionReader { reading: Reading::new(connection.clone()), directory };
        Arc::new(Self { writing: Writing::new(connection), reader })
    }

    async fn write_draft(
        &self,
        address: &OfferAddress,
        body: RequestBody,
        precondition: &Precondition,
    ) -> WriteOutcome {
        self.write(address, body, precondition).await
    }

    async fn start(
        &self,
        address: &OfferAddress,
        kind: OperationKind,
        of: Option<&Revision>,
        _notify: &[String],
    ) -> StartOutcome {
        let request = match self.submission(address, kind, of).await {
            Ok(request) => request,
            Err(error) => return StartOutcome::Refused(error),
        };
        let words = if kind == OperationKind::Publish { "publishing offer" } else { "going live with offer" };
        let body = RequestBody::plain(request.body.to_string().into_bytes().into());
        match self.writing.configure(Action::on(words, address), &request.version, body, Safety::Submitting).await {
            Ok(job) => {
                let started = StartedJob { id: job.id.clone(), of: of.map(|of| of.as_str().to_owned()) };
                directory::remember_job(self.reading(), address, kind.name(), &started);
                if let JobState::Failed(reasons) = job.state {
                    let problem = Problem::Stopped { job: job.id, reasons };
                    return StartOutcome::Refused(Error::new(ErrorKind::WrongState, problem));
                }
                StartOutcome::Started(Handle {
                    kind,
                    id: Some(job.id.clone()),
                    location: StatusLocation::Named(job.id),
                })
            }
            Err(error) if error.is_ambiguous() => StartOutcome::Unknown(meaning(error)),
            Err(error) => StartOutcome::Refused(meaning(error)),
        }
    }

    async fn cancel(&self, address: &OfferAddress, _notify: &[String]) -> CancelOutcome {
        let submissions = match self.reader.submissions(address).await {
            Ok(submissions) => submissions,
            Err(error) => return CancelOutcome::Refused(error),
        };
        let running = submissions.running();
        if running.as_ref().is_some_and(|running| running.phase == Phase::PreviewReady) {
            return CancelOutcome::Refused(Error::new(ErrorKind::WrongState, Problem::Waiting));
        }
        let kind = running.and_then(|running| running.operation.kind);
        let job = kind.and_then(|kind| directory::job(self.reading(), address, kind.name()));
        let Some(job) = job else { return CancelOutcome::Refused(Error::new(ErrorKind::Failed, Problem::NoJob)) };
        match self.writing.cancel(address, &job.id).await {
            Ok(Some(Job { state: JobState::Open, .. }) | None) => CancelOutcome::Accepted { is_going_on: true },
            Ok(Some(_)) => CancelOutcome::Accepted { is_going_on: false },
            Err(error) if error.is_ambiguous() => CancelOutcome::Unknown(meaning(error)),
            Err(error) => CancelOutcome::Refused(meaning(error)),
        }
    }
}

//! Reads from the service.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::client::{Connection, Reading, Target};
use super::directory::{self, Directory};
use super::error::{Problem, meaning};
use super::job::{Job, JobState};
use super::submission::{Submission, SubmissionState, Submissions, failed_step};
use super::tree::Tree;
use crate::api;
use crate::backend::{
    Activity, Arrived, Error, ErrorKind, Estimates, FailedOperation, FailedRelease, Handle, ListedOperation,
    LiveDocument, OperationKind, OperationName, OperationState, OperationStatus, Phase, Publisher, Reader, Releases,
    Running, Situation, StatusLocation, Underway, VersionContent,
};
use crate::clock::Bounds;
use crate::offer::canonical::View;
use crate::offer::{Api, Document, OfferAddress, PublisherId, Revision, Slot};
use crate::record::hex;

/// Reads from the service.
#[derive(Debug, Clone)]
pub struct IngestionReader {
    pub(super) reading: Reading,
    pub(super) directory: Arc<Directory>,
}

/// A product as the service has it.
pub(super) struct Draft {
    pub(super) tree: Tree,
    pub(super) document: Document,
    pub(super) revision: Revision,
}

impl IngestionReader {
    /// A reader that sends its requests over `connection`.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { reading: Reading::new(connection), directory: Arc::default() }
    }

    /// All resources of a product; `None` if there is no such product. The external id in them confirms which product it is.
    async fn tree(&self, address: &OfferAddress, target: Target) -> Result<Option<Tree>, api::Error> {
        let Some(known) = self.directory.product(&self.reading, address).await? else { return Ok(None) };
        match self.reading.tree(address, &known.guid, target).await {
            Ok(tree) => {
                self.directory.learn(&self.reading, address, &known.guid);
                Ok(Some(tree))
            }
            Err(error) => match self.directory.corrected(&self.reading, address, known, error).await? {
                Some(guid) => self.reading.tree(address, &guid, target).await.map(Some),
                None => Ok(None),
            },
        }
    }

    /// The draft with all its resources; `None` if there is no such product.
    pub(super) async fn read_draft(&self, address: &OfferAddress) -> Result<Option<Draft>, Error> {
        let Some(tree) = self.tree(address, Target::Draft).await.map_err(meaning)? else { return Ok(None) };
        let document = document(&tree, address)?;
        let revision = Revision::computed(&fingerprint(&document));
        Ok(Some(Draft { tree, document, revision }))
    }

    pub(super) async fn submissions(&self, address: &OfferAddress) -> Result<Submissions, Error> {
        let directory = &self.directory;
        let known = directory.product(&self.reading, address).await.map_err(meaning)?.ok_or_else(no_product)?;
        let read = match self.reading.submissions(address, &known.guid).await {
            Ok(read) => Ok(read),
            Err(error) => {
                let found = directory.corrected(&self.reading, address, known, error).await.map_err(meaning)?;
                self.reading.submissions(address, &found.ok_or_else(no_product)?).await
            }
        };
        read.map(Submissions).map_err(meaning)
    }

    /// What customers or the preview audience see. The service refuses the question about a target that has nothing, in the same way as
    /// a question that is wrong in itself; the list of submissions tells which it is.
    async fn target(&self, address: &OfferAddress, target: Target) -> Result<Option<LiveDocument>, Error> {
        match self.tree(address, target).await {
            Ok(Some(tree)) => {
                let document = document(&tree, address)?;
                let revision = tree.submission.as_deref().and_then(|id| id.rsplit('/').next()).map(Revision::new);
                Ok(Some(LiveDocument { document, revision }))
            }
            Ok(None) => Err(no_product()),
            Err(error) if error.is_bad_request() || error.is_not_found() => {
                let submissions = self.submissions(address).await?;
                let kind = if target == Target::Preview { OperationKind::Publish } else { OperationKind::GoLive };
                let has_arrived =
                    submissions.0.iter().any(|one| one.kind == kind && one.state == SubmissionState::Succeeded);
                if has_arrived { Err(meaning(error)) } else { Ok(None) }
            }
            Err(error) => Err(meaning(error)),
        }
    }

    /// Why a submission failed, as far as its job is known.
    async fn reasons(&self, address: &OfferAddress, failed: &Submission) -> Vec<String> {
        if let Some(job) = directory::job(&self.reading, address, failed.kind.name())
            && let Ok(Job { state: JobState::Failed(reasons), .. }) = self.reading.job(address, &job.id).await
        {
            return reasons;
        }
        vec![NO_REASON.to_owned()]
    }

    async fn status_of(
        &self,
        address: &OfferAddress,
        submissions: &Submissions,
        of: Option<&Submission>,
    ) -> OperationStatus {
        let reasons = match of {
            Some(failed) if failed.state == SubmissionState::Failed => self.reasons(address, failed).await,
            _ => Vec::new(),
        };
        submissions.status(of, reasons)
    }

    /// What a job tells of a release that the list of submissions does not show.
    async fn status_of_job(&self, address: &OfferAddress, id: &str) -> Result<OperationStatus, Error> {
        let job = self.reading.job(address, id).await.map_err(meaning)?;
        let none = Submissions(Vec::new()).status(None, Vec::new());
        let state = match job.state {
            JobState::Open => OperationState::Running,
            JobState::Succeeded => OperationState::Succeeded,
            JobState::Cancelled => OperationState::Cancelled,
            JobState::Failed(reasons) => OperationState::Failed(vec![crate::backend::FailedStep {
                step: String::new(),
                status: job.word.clone(),
                messages: reasons,
            }]),
        };
        Ok(OperationStatus { state, word: job.word, ..none })
    }
}

/// What is said of a failure whose job is not known.
const NO_REASON: &str =
    "the service names the reason only in the job of the release, which is not recorded here; Partner Center shows it";

fn no_product() -> Error {
    Error::new(ErrorKind::NotFound, Problem::NoProduct)
}

/// The document of an offer.
pub(super) fn document(tree: &Tree, address: &OfferAddress) -> Result<Document, Error> {
    tree.document(address).map(Document::new).map_err(|error| Error::new(ErrorKind::Failed, error))
}

/// A hash of what a draft holds, without signatures, which are others in each answer.
pub(super) fn fingerprint(document: &Document) -> String {
    let text = View::new(document.field_table().root(), document.content()).unsigned_json();
    hex(&Sha256::digest(text.as_bytes()))
}

#[async_trait]
impl Reader for IngestionReader {
    fn bounded(&self, bounds: Bounds) -> Arc<dyn Reader> {
        let reading = Reading::new(self.reading.bounded(bounds));
        Arc::new(Self { reading, directory: Arc::clone(&self.directory) })
    }

    /// The reference asks not to look more often than once a minute. A simulator on this machine is not spared.
    fn shortest_pause(&self, _address: &OfferAddress) -> Duration {
        let is_here = self.reading.connection.endpoint.origin().is_of_this_machine();
        if is_here { Duration::ZERO } else { Duration::from_mins(1) }
    }

    /// No request names a publisher: the token belongs to one account.
    async fn publishers(&self) -> Result<Vec<Publisher>, Error> {
        Ok(Vec::new())
    }

    async fn time(&self) -> Result<Option<Timestamp>, Error> {
        self.reading.time().await.map_err(meaning)
    }

    async fn offers(&self, publisher: &PublisherId, _api: Api) -> Result<Vec<OfferAddress>, Error> {
        let products = self.reading.products().await.map_err(meaning)?;
        let addresses = products.into_iter().map(|product| {
            let address = OfferAddress::new(publisher.as_str(), product.external_id).through(Api::ProductIngestion);
            self.directory.note(&self.reading, &address, &product.guid);
            address
        });
        Ok(addresses.collect())
    }

    async fn draft(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        let draft = self.read_draft(address).await?;
        Ok(draft.map(|draft| LiveDocument { document: draft.document, revision: Some(draft.revision) }))
    }

    async fn slot(&self, address: &OfferAddress, slot: Slot) -> Result<Option<LiveDocument>, Error> {
        match slot {
            Slot::Draft => self.draft(address).await,
            Slot::Preview => self.target(address, Target::Preview).await,
            Slot::Production => self.target(address, Target::Live).await,
        }
    }

    /// The service keeps no versions.
    async fn version(&self, _address: &OfferAddress, _number: u64) -> Result<Option<LiveDocument>, Error> {
        Ok(None)
    }

    /// A preview and what is live name the submission that brought them. The content of one that runs or has failed is known only if this
    /// program started it and the draft has not changed since.
    async fn released_by(
        &self,
        address: &OfferAddress,
        operation: &ListedOperation,
    ) -> Result<Option<LiveDocument>, Error> {
        let submissions = self.submissions(address).await?;
        let Some(submission) = submissions.by_id(&operation.id) else { return Ok(None) };
        let is_it = |live: &LiveDocument| live.revision.as_ref().is_some_and(|of| of.as_str() == submission.number);
        for target in [Target::Preview, Target::Live] {
            // A go-live brings the preview of its number; a publish that has not arrived is in no slot.
            if submission.kind == OperationKind::Publish && submission.state != SubmissionState::Succeeded {
                break;
            }
            if let Some(live) = self.target(address, target).await?.filter(is_it) {
                return Ok(Some(live));
            }
        }
        let document = self.not_arrived(address, submission).await?;
        Ok(document.map(|document| LiveDocument { document, revision: None }))
    }

    async fn releases(&self, address: &OfferAddress) -> Result<Releases, Error> {
        // Slots come last: what is under way may reach them meanwhile, and then they tell more.
        let submissions = self.submissions(address).await?;
        let preview = self.target(address, Target::Preview).await?.map(|live| live.document);
        let production = self.target(address, Target::Live).await?.map(|live| live.document);
        let underway = match submissions.running() {
            Some(Running { operation, phase, .. }) => {
                let content = match submissions.running_submission() {
                    // What goes live is the preview.
                    Some(running) if running.kind == OperationKind::GoLive => preview.clone(),
                    Some(running) => self.not_arrived(address, running).await?,
                    None => None,
                };
                let can_be_cancelled = phase != Phase::PreviewReady;
                Some(Underway { operation, phase, content, can_be_cancelled })
            }
            None => None,
        };
        let failure = match submissions.failed() {
            Some(failed) => Some(self.failure(address, failed).await?),
            None => None,
        };
        // What was released before does not hold this draft if its own publish came to nothing. A cancelled one is no longer listed.
        let came_to_nothing =
            self.ours(address, |job| *job == JobState::Cancelled || job.has_failed()).await?.is_some();
        let arrived = if failure.is_some() || came_to_nothing { None } else { arrived(&submissions) };
        let status = self.status_of(address, &submissions, submissions.current()).await;
        let operations = submissions.listed();
        let estimates = Estimates::default();
        let situation = Situation { preview, production, underway, failure, arrived, estimates, operations };
        Ok(Releases { situation, status })
    }

    async fn activity(&self, address: &OfferAddress) -> Result<Activity, Error> {
        let submissions = self.submissions(address).await?;
        Ok(Activity { running: submissions.running(), is_cancelling: false, operations: submissions.listed() })
    }

    async fn operations(&self, address: &OfferAddress) -> Result<Vec<ListedOperation>, Error> {
        Ok(self.submissions(address).await?.listed())
    }

    async fn operation(&self, address: &OfferAddress, handle: &mut Handle) -> Result<OperationStatus, Error> {
        let submissions = self.submissions(address).await?;
        let listed = handle.id.as_deref().and_then(|id| submissions.by_id(id));
        match (listed, &handle.location) {
            (Some(listed), _) => Ok(self.status_of(address, &submissions, Some(listed)).await),
            // What is cancelled or has failed is no longer listed, and its job tells how it ended.
            (None, StatusLocation::Named(job)) => {
                let status = self.status_of_job(address, job).await?;
                if status.state == OperationState::Running {
                    // The answer to the request named a job; the list shows the submission that it became a moment later. A job that has
                    // failed became none: then it is another one that runs.
                    let became = submissions.of_job(handle.kind);
                    handle.id = became.map(Submission::operation_id).or(handle.id.take());
                }
                Ok(status)
            }
            (None, StatusLocation::OfId | StatusLocation::Offer) => {
                if let Some(job) = directory::job(&self.reading, address, handle.kind.name()) {
                    return self.status_of_job(address, &job.id).await;
                }
                handle.location = StatusLocation::Offer;
                Ok(self.status_of(address, &submissions, submissions.current()).await)
            }
        }
    }

    async fn operation_by_id(&self, address: &OfferAddress, id: &str) -> Result<OperationStatus, Error> {
        let submissions = self.submissions(address).await?;
        match submissions.by_id(id) {
            Some(listed) => Ok(self.status_of(address, &submissions, Some(listed)).await),
            None => Err(Error::new(ErrorKind::NotFound, Problem::NoOperation(id.to_owned()))),
        }
    }

    async fn status(&self, address: &OfferAddress) -> Result<OperationStatus, Error> {
        let submissions = self.submissions(address).await?;
        Ok(self.status_of(address, &submissions, submissions.current()).await)
    }
}

impl IngestionReader {
    async fn failure(&self, address: &OfferAddress, failed: &Submission) -> Result<FailedRelease, Error> {
        let operation = OperationName { id: Some(failed.operation_id()), kind: Some(failed.kind) };
        let steps = vec![failed_step(failed, self.reasons(address, failed).await)];
        let content = self.not_arrived(address, failed).await?;
        Ok(FailedRelease { failed: FailedOperation { operation, steps }, content })
    }

    /// What a publish that runs or has failed was to bring to the preview, as far as this program knows.
    async fn not_arrived(&self, address: &OfferAddress, submission: &Submission) -> Result<Option<Document>, Error> {
        match (submission.kind, submission.state) {
            (OperationKind::Publish, SubmissionState::Running) => self.ours(address, JobState::is_open).await,
            (OperationKind::Publish, SubmissionState::Failed) => self.ours(address, JobState::has_failed).await,
            _ => Ok(None),
        }
    }

    /// The draft, if the last publish that this program started is of it and its job is in such a state. The service does not show what a
    /// submission holds; but only one runs at a time, so one whose job is open is the one that runs.
    async fn ours(&self, address: &OfferAddress, is_it: fn(&JobState) -> bool) -> Result<Option<Document>, Error> {
        let Some(job) = directory::job(&self.reading, address, OperationKind::Publish.name()) else { return Ok(None) };
        let Ok(now) = self.reading.job(address, &job.id).await else { return Ok(None) };
        if !is_it(&now.state) {
            return Ok(None);
        }
        let draft = self.read_draft(address).await?;
        Ok(draft.filter(|draft| job.of.as_deref() == Some(draft.revision.as_str())).map(|draft| draft.document))
    }
}

/// The last release, if it came to where it was to be brought.
fn arrived(submissions: &Submissions) -> Option<Arrived> {
    let kind = match submissions.running() {
        Some(running) if running.phase == Phase::PreviewReady => OperationKind::Publish,
        Some(_) => return None,
        None => submissions.live().map(|_| OperationKind::GoLive)?,
    };
    Some(Arrived { kind, version: None, content: VersionContent::Missing })
}

/// Whether a request certainly did nothing and may be sent again after a pause.
pub(super) fn may_repeat(error: &api::Error) -> bool {
    !error.is_ambiguous()
        && (error.status() == Some(429)
            || matches!(error.failure(), Some(api::Failure::Transport(api::TransportError::NotSent(_)))))
}

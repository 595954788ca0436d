//! Submissions: what is on its way to the preview or to customers, and what has arrived there.

use jiff::Timestamp;
use serde_json::Value;

use crate::auth::foreign::plain;
use crate::backend::{
    FailedStep, ListedOperation, OperationKind, OperationName, OperationState, OperationStatus, Phase, Running,
};

/// A submission that the service lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Submission {
    /// The last part of its id. A preview that goes live keeps it.
    pub(super) number: String,
    /// What it does: a submission to the preview publishes, one to live goes live.
    pub(super) kind: OperationKind,
    pub(super) state: SubmissionState,
    /// Its state in the words of the service.
    word: String,
    created: Option<Timestamp>,
}

/// What the state of a submission means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubmissionState {
    /// It is on its way. A word that is not known means the same.
    Running,
    Succeeded,
    Failed,
}

impl Submission {
    /// Reads an entry of the list; `Some(None)` for the entry of the draft, and for targets that are no release.
    #[expect(clippy::option_option, reason = "unreadable, no release, or one")]
    pub(super) fn read(entry: &Value) -> Option<Option<Self>> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_ascii_lowercase);
        let target = entry.get("target")?.get("targetType")?.as_str()?.to_ascii_lowercase();
        let kind = match target.as_str() {
            "preview" => OperationKind::Publish,
            "live" => OperationKind::GoLive,
            _ => return Some(None),
        };
        let number = plain(entry.get("id")?.as_str()?.trim().rsplit('/').next()?, 100);
        let (status, result) = (text("status").unwrap_or_default(), text("result").unwrap_or_default());
        let state = match (status.as_str(), result.as_str()) {
            ("completed", "succeeded") => SubmissionState::Succeeded,
            ("completed", "failed") => SubmissionState::Failed,
            _ => SubmissionState::Running,
        };
        let word = if state == SubmissionState::Running { &status } else { &result };
        let created = entry.get("created").and_then(Value::as_str).and_then(|created| created.parse().ok());
        Some(Some(Self { number, kind, state, word: plain(word, 100), created }))
    }

    /// The id of the operation. A submission to live has the number of the preview that goes live, and is another operation.
    pub(super) fn operation_id(&self) -> String {
        operation_id(self.kind, &self.number)
    }

    /// The row in the list of operations.
    pub(super) fn listed(&self) -> ListedOperation {
        ListedOperation {
            id: self.operation_id(),
            kind: Some(self.kind),
            kind_word: self.kind.name().to_owned(),
            status: Some(self.word.clone()),
            offer_version: None,
            publishing_version: None,
            changed: self.created,
        }
    }

    fn name(&self) -> OperationName {
        OperationName { id: Some(self.operation_id()), kind: Some(self.kind) }
    }
}

/// The id of the operation that a submission is.
pub(super) fn operation_id(kind: OperationKind, number: &str) -> String {
    let target = match kind {
        OperationKind::Publish => "preview",
        OperationKind::GoLive => "live",
    };
    format!("{target}/{number}")
}

/// What the submissions of a product say together.
#[derive(Debug, Clone)]
pub(super) struct Submissions(pub(super) Vec<Submission>);

impl Submissions {
    fn last(&self, kind: OperationKind, state: SubmissionState) -> Option<&Submission> {
        let found = self.0.iter().filter(|one| one.kind == kind && one.state == state);
        // Numbers grow; a longer one is greater.
        found.max_by(|one, two| (one.number.len(), &one.number).cmp(&(two.number.len(), &two.number)))
    }

    pub(super) fn running_submission(&self) -> Option<&Submission> {
        self.0.iter().find(|one| one.state == SubmissionState::Running)
    }

    /// The preview that waits for a go-live. One that is live already, or was overtaken by a later one that is, waits no more.
    pub(super) fn waiting(&self) -> Option<&Submission> {
        let preview = self.last(OperationKind::Publish, SubmissionState::Succeeded)?;
        let live = self.0.iter().filter(|one| one.kind == OperationKind::GoLive);
        let is_newer = |live: &Submission| (live.number.len(), &live.number) < (preview.number.len(), &preview.number);
        live.into_iter().filter(|live| live.state != SubmissionState::Failed).all(is_newer).then_some(preview)
    }

    /// The last submission that went live: what customers have.
    pub(super) fn live(&self) -> Option<&Submission> {
        self.last(OperationKind::GoLive, SubmissionState::Succeeded)
    }

    /// The operation that is not over.
    pub(super) fn running(&self) -> Option<Running> {
        if let Some(running) = self.running_submission() {
            return Some(Running { operation: running.name(), phase: Phase::Running, version: None });
        }
        let waiting = self.waiting()?;
        Some(Running { operation: waiting.name(), phase: Phase::PreviewReady, version: None })
    }

    /// The last release, if it failed. One that failed before a later success is history.
    pub(super) fn failed(&self) -> Option<&Submission> {
        if self.running_submission().is_some() {
            return None;
        }
        let failed = self.0.iter().filter(|one| one.state == SubmissionState::Failed);
        let failed = failed.max_by(|one, two| (one.number.len(), &one.number).cmp(&(two.number.len(), &two.number)))?;
        let is_later = |other: &&Submission| {
            other.state == SubmissionState::Succeeded
                && (other.number.len(), &other.number) > (failed.number.len(), &failed.number)
        };
        (!self.0.iter().any(|other| is_later(&other))).then_some(failed)
    }

    /// The submission that an operation id names.
    pub(super) fn by_id(&self, id: &str) -> Option<&Submission> {
        // While a preview goes live there are two entries for live; one with this number is enough.
        self.0.iter().rev().find(|one| one.operation_id() == id)
    }

    /// The submission of this kind that runs; one at a time can.
    pub(super) fn of_job(&self, kind: OperationKind) -> Option<&Submission> {
        self.running_submission().filter(|running| running.kind == kind)
    }

    /// The rows of the list of operations, the oldest first.
    pub(super) fn listed(&self) -> Vec<ListedOperation> {
        let mut rows: Vec<ListedOperation> = self.0.iter().map(Submission::listed).collect();
        rows.sort_by(|one, two| (one.changed, &one.id).cmp(&(two.changed, &two.id)));
        rows.dedup_by(|one, two| one.id == two.id);
        rows
    }

    /// The status of the last release, in terms of a single operation.
    pub(super) fn status(&self, of: Option<&Submission>, reasons: Vec<String>) -> OperationStatus {
        let waiting = self.waiting();
        let Some(of) = of else { return nothing() };
        let state = match of.state {
            SubmissionState::Running => OperationState::Running,
            SubmissionState::Succeeded
                if waiting.is_some_and(|waiting| waiting.number == of.number && waiting.kind == of.kind) =>
            {
                OperationState::PreviewReady
            }
            SubmissionState::Succeeded => OperationState::Succeeded,
            SubmissionState::Failed => OperationState::Failed(vec![failed_step(of, reasons)]),
        };
        OperationStatus { state, word: of.word.clone(), ..nothing() }
    }

    /// The submission that the status of the offer as a whole tells about.
    pub(super) fn current(&self) -> Option<&Submission> {
        self.running_submission().or_else(|| self.failed()).or_else(|| self.waiting()).or_else(|| self.live())
    }
}

/// The step of a failed submission. The list of submissions gives no reason; that of the job does, if it is known.
pub(super) fn failed_step(of: &Submission, reasons: Vec<String>) -> FailedStep {
    FailedStep { step: String::new(), status: of.word.clone(), messages: reasons }
}

/// The status of an offer that was never released.
fn nothing() -> OperationStatus {
    OperationStatus {
        state: OperationState::Running,
        word: "neverPublished".to_owned(),
        steps: Vec::new(),
        current: None,
        preview_links: Vec::new(),
        live_links: Vec::new(),
        offer_version: None,
        publishing_version: None,
    }
}

//! Operations of the service: what they do, what they are known by, and how they stand.

use std::fmt;

use jiff::Timestamp;

/// What an operation does, and so what a step of a release asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationKind {
    /// Bring the draft to the preview.
    Publish,
    /// Bring the preview to customers.
    GoLive,
}

impl OperationKind {
    /// The stable name, in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::GoLive => "go_live",
        }
    }
}

/// For people.
impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Publish => "publish",
            Self::GoLive => "go live",
        })
    }
}

/// What an operation of the service is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationName {
    /// Its id; `None` if the service shows that something runs, and not what.
    pub id: Option<String>,
    /// The kind of the operation; `None` if that is not known.
    pub kind: Option<OperationKind>,
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.id) {
            (Some(kind), Some(id)) => write!(f, "{kind} `{id}`"),
            (None, Some(id)) => write!(f, "operation `{id}`"),
            (Some(kind), None) => write!(f, "{kind}"),
            (None, None) => f.write_str("operation"),
        }
    }
}

/// An operation that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedOperation {
    /// Which operation failed.
    pub operation: OperationName,
    /// The steps of the operation that failed.
    pub steps: Vec<FailedStep>,
}

/// A step of an operation that failed, in the words of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStep {
    /// The step's name for people; empty for what is said about the whole.
    pub step: String,
    /// The status of the step in the word of the service, such as `blocked`.
    pub status: String,
    /// The messages to the publisher, as plain text.
    pub messages: Vec<String>,
}

/// One row of the list of the operations that were ever started for an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOperation {
    /// The id of the operation.
    pub id: String,
    /// What the operation does; `None` for a kind that this program does not know.
    pub kind: Option<OperationKind>,
    /// The kind in the word of the service, as plain text.
    pub kind_word: String,
    /// The status in the word of the service, as plain text; `None` if the service names none.
    pub status: Option<String>,
    /// The version of the offer that the operation releases.
    pub offer_version: Option<u64>,
    /// The number of the publishing.
    pub publishing_version: Option<u64>,
    /// When the row last changed.
    pub changed: Option<Timestamp>,
}

/// What is needed to ask the service about an operation again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle {
    /// The kind of the operation.
    pub kind: OperationKind,
    /// The id of the operation; `None` if the service named none: then only the offer as a whole can be asked about.
    pub id: Option<String>,
    /// Where the service is asked about the operation.
    pub location: StatusLocation,
}

/// Where a service is asked about an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusLocation {
    /// Where the id of the operation leads.
    OfId,
    /// At the place that the service named, in a form that only the backend reads.
    Named(String),
    /// Nowhere: the service does not know the operation (any more). The status of the offer as a whole answers.
    Offer,
}

impl Handle {
    /// The handle of the operation with this id.
    #[must_use]
    pub fn new(kind: OperationKind, id: Option<String>) -> Self {
        Self { kind, id, location: StatusLocation::OfId }
    }
}

/// The status of an operation, or of the release of an offer as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationStatus {
    /// The state that the status of the service means.
    pub state: OperationState,
    /// The status in the word of the service, as plain text.
    pub word: String,
    /// The steps, in the order of the service.
    pub steps: Vec<OperationStep>,
    /// The position in [`steps`](Self::steps) of the step that is under way or has failed.
    pub current: Option<usize>,
    /// The addresses at which the preview can be seen.
    pub preview_links: Vec<String>,
    /// The addresses at which the live offer can be seen.
    pub live_links: Vec<String>,
    /// The version of the offer that is released.
    pub offer_version: Option<u64>,
    /// The number of the publishing.
    pub publishing_version: Option<u64>,
}

impl OperationStatus {
    /// The step that is under way or has failed.
    #[must_use]
    pub fn current_step(&self) -> Option<&OperationStep> {
        self.steps.get(self.current?)
    }

    /// How the operation ended; `None` if it is still going on.
    #[must_use]
    pub fn ending(&self, kind: OperationKind) -> Option<Ending> {
        match &self.state {
            OperationState::Failed(steps) => Some(Ending::Failed(steps.clone())),
            OperationState::Cancelled => Some(Ending::Cancelled),
            OperationState::Succeeded => Some(Ending::Succeeded),
            // A publish has done its work once the preview waits for the publisher.
            OperationState::PreviewReady if kind == OperationKind::Publish => Some(Ending::Succeeded),
            OperationState::PreviewReady | OperationState::Running => None,
        }
    }
}

/// What the status of an operation means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationState {
    /// The operation is going on or has not started yet. A status that this program does not know means the same: nothing else may be
    /// started on the strength of it.
    Running,
    /// The preview is there and waits for the publisher.
    PreviewReady,
    /// The operation is over and did what it was started for.
    Succeeded,
    /// The operation was cancelled.
    Cancelled,
    /// These steps failed; the operation does not go on by itself.
    Failed(Vec<FailedStep>),
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It did what it was started for.
    Succeeded,
    /// The operation was cancelled.
    Cancelled,
    /// These steps failed.
    Failed(Vec<FailedStep>),
}

/// One step of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationStep {
    /// The name of the step for people.
    pub name: String,
    /// The status in the word of the service; empty if the service names none.
    pub status: String,
    /// The progress in percent, from 0 to 100.
    pub percent: Option<u8>,
    /// How long the step usually takes, in the words of the service, such as `~2-3 days`.
    pub estimate: Option<String>,
    /// The messages about the step, as plain text.
    pub messages: Vec<String>,
}

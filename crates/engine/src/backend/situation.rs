//! What the service shows of an offer's releases.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{FailedOperation, FailedStep, ListedOperation, OperationKind, OperationName, Production};
use crate::offer::Document;

/// What the service shows of the releases of an offer. The default is an offer that does not exist yet.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    /// The document in the preview.
    pub preview: Option<Document>,
    /// The document in production.
    pub production: Option<Document>,
    /// The operation that is under way.
    pub underway: Option<Underway>,
    /// The last release, if it failed.
    pub failure: Option<FailedRelease>,
    /// The last release, if it succeeded.
    pub arrived: Option<Arrived>,
    /// How long steps usually take.
    pub estimates: Estimates,
    /// The operations that were ever started, in the order of the service.
    pub operations: Vec<ListedOperation>,
}

impl Situation {
    /// The ids of all operations that were ever started.
    #[must_use]
    pub fn operation_ids(&self) -> BTreeSet<String> {
        self.operations.iter().map(|operation| operation.id.clone()).collect()
    }

    /// What customers have, as evidence for guards.
    #[must_use]
    pub fn what_customers_have(&self) -> Production {
        match &self.production {
            Some(document) => Production::Is(Arc::new(document.clone())),
            None => Production::of_empty_slot(&self.operations),
        }
    }
}

/// An operation that is not over.
#[derive(Debug, Clone)]
pub struct Underway {
    /// The id and the kind of the operation.
    pub operation: OperationName,
    /// The phase that the operation is in.
    pub phase: Phase,
    /// What it releases; `None` if that is not known.
    pub content: Option<Document>,
    /// Whether the service can cancel it. A preview that waits for the publisher may only be replaceable, by the next publish.
    pub can_be_cancelled: bool,
}

/// The phase of an operation that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The operation goes on by itself.
    Running,
    /// The preview is there and waits for the publisher.
    PreviewReady,
    /// These steps failed; the operation does not go on by itself.
    Stuck(Vec<FailedStep>),
}

/// A release that failed.
#[derive(Debug, Clone)]
pub struct FailedRelease {
    /// The operation and its failed steps.
    pub failed: FailedOperation,
    /// What it was to release; `None` if that is not known.
    pub content: Option<Document>,
}

/// A release that succeeded: to the preview, or to production.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// The kind of the release.
    pub kind: OperationKind,
    /// The version of the offer that it brought there.
    pub version: Option<u64>,
    /// The draft as it was then.
    pub content: VersionContent,
}

/// The content of a version of an offer.
#[derive(Debug, Clone, Default)]
pub enum VersionContent {
    /// The content was not read.
    #[default]
    NotRead,
    /// The service does not show it.
    Missing,
    /// The content is this document.
    Is(Document),
}

impl VersionContent {
    /// The content, if it was read and is there.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        if let Self::Is(document) = self { Some(document) } else { None }
    }
}

/// How long steps usually take, in the service's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estimates {
    /// How long a release to the preview usually takes.
    pub publish: Option<String>,
    /// How long it usually takes from the preview to customers.
    pub go_live: Option<String>,
}

impl Estimates {
    /// How long an operation of this kind usually takes.
    #[must_use]
    pub fn of(&self, kind: OperationKind) -> Option<String> {
        match kind {
            OperationKind::Publish => self.publish.clone(),
            OperationKind::GoLive => self.go_live.clone(),
        }
    }
}

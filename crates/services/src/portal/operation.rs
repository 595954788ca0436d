//! What submissions and statuses of operations mean.

use crate::api::{self, Operation, State, Submission, SubmissionKind};
use crate::backend::{FailedStep, ListedOperation, OperationKind, OperationState, OperationStatus, OperationStep};

/// What a submission asks for; `None` if this program does not know its kind.
pub(super) fn kind(kind: &SubmissionKind) -> Option<OperationKind> {
    match kind {
        SubmissionKind::Publish => Some(OperationKind::Publish),
        SubmissionKind::GoLive => Some(OperationKind::GoLive),
        SubmissionKind::Other(_) => None,
    }
}

/// A row of the list of submissions.
pub(super) fn listed(row: &Submission) -> ListedOperation {
    let kind_word = match &row.kind {
        SubmissionKind::Publish => OperationKind::Publish.name().to_owned(),
        SubmissionKind::GoLive => OperationKind::GoLive.name().to_owned(),
        SubmissionKind::Other(word) => word.clone(),
    };
    ListedOperation {
        id: row.id.clone(),
        kind: kind(&row.kind),
        kind_word,
        status: row.status.as_ref().map(ToString::to_string),
        offer_version: row.offer_version,
        publishing_version: row.publishing_version,
        changed: row.changed,
    }
}

/// The status of an operation, or of an offer.
pub(super) fn status(operation: &Operation) -> OperationStatus {
    OperationStatus {
        state: state(operation),
        word: operation.status.to_string(),
        steps: operation.steps.iter().map(step).collect(),
        current: operation
            .steps
            .iter()
            .position(|step| step.status.as_ref().is_some_and(|status| status.is_open() || status.is_failure())),
        preview_links: operation.preview_links.clone(),
        live_links: operation.live_links.clone(),
        offer_version: operation.offer_version,
        publishing_version: operation.publishing_version,
    }
}

fn state(operation: &Operation) -> OperationState {
    let failed = failed_steps(operation);
    if !failed.is_empty() {
        return OperationState::Failed(failed);
    }
    match operation.status.state() {
        State::Canceled => OperationState::Cancelled,
        State::Succeeded | State::Published => OperationState::Succeeded,
        _ if operation.is_preview_ready() => OperationState::PreviewReady,
        _ => OperationState::Running,
    }
}

fn step(step: &api::Step) -> OperationStep {
    OperationStep {
        name: step.name.clone(),
        status: step.status.as_ref().map(ToString::to_string).unwrap_or_default(),
        percent: step.progress,
        estimate: step.estimate.clone(),
        messages: texts(&step.messages),
    }
}

fn texts(messages: &[api::Message]) -> Vec<String> {
    messages.iter().map(|message| message.text.clone()).collect()
}

/// The steps that failed, with the message for the publisher. A failure of the operation as a whole is a step without a name.
pub(super) fn failed_steps(operation: &Operation) -> Vec<FailedStep> {
    let mut failed: Vec<FailedStep> = operation
        .failed_steps()
        .map(|step| FailedStep {
            step: step.name.clone(),
            status: step.status.as_ref().map(ToString::to_string).unwrap_or_default(),
            messages: texts(&step.messages),
        })
        .collect();
    let about_all: Vec<api::Message> =
        operation.messages.iter().filter(|message| message.is_error()).cloned().collect();
    if operation.status.is_failure() && (failed.is_empty() || !about_all.is_empty()) {
        failed.push(FailedStep {
            step: String::new(),
            status: operation.status.to_string(),
            messages: texts(&about_all),
        });
    }
    failed
}

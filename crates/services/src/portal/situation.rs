//! Reads what the service shows of the releases of an offer.
//!
//! The list of submissions says what was asked for, the offer's status how far it is. Neither alone is enough: a waiting
//! preview shows in the steps only, in one of the readings of the service, and what kind of operation runs in the list only.

use super::operation::{failed_steps, kind, listed, status as status_of};
use crate::api::{self, Operation, ReadOnlyClient, State, Submission};
use crate::backend::{
    Activity, Arrived, Estimates, FailedOperation, FailedRelease, OperationKind, OperationName, Phase, Releases,
    Running, Situation, Underway, VersionContent,
};
use crate::offer::{Document, OfferAddress, Slot};

/// How often a status that does not fit the list is read again.
const LOOKS: usize = 3;

/// The operation that is under way for an offer, and all that were ever started.
pub(super) async fn activity(client: &ReadOnlyClient, address: &OfferAddress) -> Result<Activity, api::Error> {
    let status = client.status(address).await?;
    let submissions = client.submissions(address).await?;
    Ok(Activity {
        running: running(&status, &submissions),
        is_cancelling: is_cancelling(&status),
        operations: submissions.iter().map(listed).collect(),
    })
}

/// Whether the service says that a cancellation was asked for. Only the word `canCancel` is public; what is looked for is
/// the word "request".
fn is_cancelling(status: &Operation) -> bool {
    status.cancellation.as_ref().is_some_and(|word| word.to_ascii_lowercase().contains("request"))
}

/// The status of an offer, as far as it tells of the operation with this id. The offer's status tells of its last operation, which
/// may be another one by now: the row of the list tells then that the operation is over.
pub(super) async fn status_by_row(
    client: &ReadOnlyClient,
    address: &OfferAddress,
    id: Option<&str>,
) -> Result<Operation, api::Error> {
    let mut status = client.status(address).await?;
    if let Some(id) = id {
        let rows = client.submissions(address).await?;
        if let Some(row) = rows.into_iter().find(|row| row.id == *id)
            && !row.is_open()
            && let Some(word) = row.status
        {
            status.status = word;
        }
    }
    Ok(status)
}

/// Everything that the service shows of the releases of an offer that exists.
pub(super) async fn releases(client: &ReadOnlyClient, address: &OfferAddress) -> Result<Releases, api::Error> {
    // Slots come last: what is under way may reach them meanwhile, and then they tell more.
    let mut status = client.status(address).await?;
    let mut submissions = client.submissions(address).await?;
    for _ in 0..LOOKS {
        if !may_be_of_another(&status, &submissions) {
            break;
        }
        let before = submissions;
        (status, submissions) = (client.status(address).await?, client.submissions(address).await?);
        // Between two lists that say the same, the status is of what they say.
        if seen(&before).eq(seen(&submissions)) {
            break;
        }
    }
    let preview = slot(client, address, Slot::Preview).await?;
    let production = slot(client, address, Slot::Production).await?;
    let (publish, go_live) = status.estimates();
    let reading = Reading { client, address, status: &status };
    let (underway, failure) = match running(&status, &submissions) {
        Some(Running { operation, phase, version }) => {
            // What waits for the publisher stands in the preview.
            let content = if phase == Phase::PreviewReady { None } else { reading.content(version).await? };
            (Some(Underway { operation, phase, content, can_be_cancelled: true }), None)
        }
        None => (None, reading.failure(&submissions).await?),
    };
    let estimates = Estimates { publish, go_live };
    let arrived = arrived(&submissions, underway.as_ref());
    let operations = submissions.iter().map(listed).collect();
    let situation = Situation { preview, production, underway, failure, arrived, estimates, operations };
    Ok(Releases { situation, status: status_of(&status) })
}

async fn slot(client: &ReadOnlyClient, address: &OfferAddress, slot: Slot) -> Result<Option<Document>, api::Error> {
    Ok(client.slot(address, slot).await?.map(|live| live.document))
}

/// What is under way, where it stands, and the version of the offer it releases.
fn running(status: &Operation, submissions: &[Submission]) -> Option<Running> {
    let open = submissions.iter().find(|submission| submission.is_open());
    if open.is_none() && !status.status.is_open() {
        return None;
    }
    let operation = OperationName {
        id: open.map(|submission| submission.id.clone()),
        kind: open.and_then(|submission| kind(&submission.kind)),
    };
    let waits = status.is_preview_ready()
        || open
            .and_then(|open| open.status.as_ref())
            .is_some_and(|word| word.state() == State::WaitingForPublisherReview);
    let stuck = failed_steps(status);
    let phase = match operation.kind {
        _ if !stuck.is_empty() => Phase::Stuck(stuck),
        Some(OperationKind::Publish) | None if waits => Phase::PreviewReady,
        _ => Phase::Running,
    };
    let version = open.and_then(|submission| submission.offer_version).or(status.offer_version);
    Some(Running { operation, phase, version })
}

/// The last submission. The order of the list is not promised; the number of the publishing grows.
fn last(submissions: &[Submission]) -> Option<&Submission> {
    submissions.iter().max_by_key(|submission| (submission.publishing_version, submission.changed))
}

/// The last release, if it came to where it was to be brought. Its content is not read here: it is seldom asked for.
fn arrived(submissions: &[Submission], underway: Option<&Underway>) -> Option<Arrived> {
    let last = last(submissions)?;
    let is_ready = underway.is_some_and(|underway| underway.phase == Phase::PreviewReady);
    let is_over = last.status.as_ref().is_some_and(|word| matches!(word.state(), State::Succeeded | State::Published));
    let kind = kind(&last.kind).filter(|_| is_ready || is_over && underway.is_none())?;
    Some(Arrived { kind, version: last.offer_version, content: VersionContent::NotRead })
}

/// Whether the status may tell of another operation than the last of the list, because something began or ended between the
/// two reads: what came to its end would neither run nor have failed, and what has just begun would be ready already.
fn may_be_of_another(status: &Operation, submissions: &[Submission]) -> bool {
    last(submissions).is_some_and(|last| if last.is_open() { status.is_preview_ready() } else { is_to_go_on(status) })
}

/// What was ever asked for, and whether it is over.
fn seen(submissions: &[Submission]) -> impl Iterator<Item = (&str, bool)> {
    submissions.iter().map(|submission| (submission.id.as_str(), submission.is_open()))
}

fn is_to_go_on(status: &Operation) -> bool {
    status.status.is_open() || status.status.state() == State::NotStarted
}

struct Reading<'a> {
    client: &'a ReadOnlyClient,
    address: &'a OfferAddress,
    status: &'a Operation,
}

impl Reading<'_> {
    async fn content(&self, version: Option<u64>) -> Result<Option<Document>, api::Error> {
        let Some(version) = version else { return Ok(None) };
        Ok(self.client.version(self.address, version).await?.map(|live| live.document))
    }

    /// The last release, if it failed.
    async fn failure(&self, submissions: &[Submission]) -> Result<Option<FailedRelease>, api::Error> {
        if !self.status.status.is_failure() {
            return Ok(None);
        }
        let last = last(submissions);
        let operation = OperationName {
            id: last.map(|submission| submission.id.clone()),
            kind: last.and_then(|submission| kind(&submission.kind)),
        };
        let version = last.and_then(|submission| submission.offer_version).or(self.status.offer_version);
        let content = self.content(version).await?;
        Ok(Some(FailedRelease { failed: FailedOperation { operation, steps: failed_steps(self.status) }, content }))
    }
}

//! Reads what the service shows of an offer's releases, and puts it into the plan's words.
//!
//! The list of submissions says what was asked for, the offer's status how far it is. Neither alone is enough: a waiting
//! preview shows in the steps only, in one of the readings of the service, and what kind of operation runs in the list only.

use crate::api::{self, LiveDocument, Operation, ReadOnlyClient, State, Submission, SubmissionKind};
use crate::contents::Slots;
use crate::offer::{Document, OfferAddress, Slot};
use crate::plan::Production;
use crate::plan::release::{
    Arrived, Estimates, Failed, FailedRelease, Level, OperationName, Phase, Situation, StepKind, StepTrouble, Underway,
    VersionContent,
};

/// How often a status that does not fit the list is read again.
const LOOKS: usize = 3;

/// Everything the service shows of an offer.
#[derive(Debug)]
pub struct Overview {
    /// The draft.
    pub draft: LiveDocument,
    /// How its release stands, in the service's words.
    pub status: Operation,
    /// What was ever asked for.
    pub submissions: Vec<Submission>,
    /// The same in the plan's words.
    pub situation: Situation,
    /// How far the draft is released.
    pub released: Level,
    /// Whether the preview holds the draft.
    pub preview_is_draft: bool,
    /// Whether customers have the draft.
    pub production_is_draft: bool,
}

impl Overview {
    /// What the slots hold.
    #[must_use]
    pub fn slots(&self) -> Slots<'_> {
        Slots {
            draft: Some(&self.draft.document),
            preview: self.situation.preview.as_ref(),
            production: self.situation.production.as_ref(),
        }
    }
}

/// Everything the service shows of an offer; `None` if it has none of this name. How far it is released is not measured yet.
pub(super) async fn overview(client: &ReadOnlyClient, address: &OfferAddress) -> Result<Option<Overview>, api::Error> {
    let Some(draft) = client.offer(address).await? else { return Ok(None) };
    let (situation, status, submissions) = read(client, address).await?;
    let (preview_is_draft, production_is_draft) = (false, false);
    let released = Level::Draft;
    Ok(Some(Overview { draft, status, submissions, situation, released, preview_is_draft, production_is_draft }))
}

/// What the service shows of the releases of an offer that exists.
pub async fn situation(client: &ReadOnlyClient, address: &OfferAddress) -> Result<Situation, api::Error> {
    Ok(read(client, address).await?.0)
}

async fn read(
    client: &ReadOnlyClient,
    address: &OfferAddress,
) -> Result<(Situation, Operation, Vec<Submission>), api::Error> {
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
        if standing(&before).eq(standing(&submissions)) {
            break;
        }
    }
    let preview = slot(client, address, Slot::Preview).await?;
    let production = slot(client, address, Slot::Production).await?;
    let (publish, go_live) = status.estimates();
    let seen = Reading { client, address, status: &status };
    let (underway, failure) = match underway(&status, &submissions) {
        Some((operation, phase, version)) => {
            // What waits for the publisher stands in the preview.
            let content = if phase == Phase::PreviewReady { None } else { seen.content(version).await? };
            (Some(Underway { operation, phase, content }), None)
        }
        None => (None, seen.failure(&submissions).await?),
    };
    let estimates = Estimates { publish, go_live };
    let known = submissions.iter().map(|submission| submission.id.clone()).collect();
    let went_live = went_live(&submissions);
    let arrived = arrived(&submissions, underway.as_ref());
    let situation =
        Situation { preview, production, underway, failure, arrived, estimates, submissions: known, went_live };
    Ok((situation, status, submissions))
}

/// What customers have if the production slot is empty.
pub(super) fn nothing_in_production(submissions: &[Submission]) -> Production {
    let submissions_seen = submissions.iter().map(|submission| submission.id.clone()).collect();
    let went_live = went_live(submissions);
    Situation { submissions: submissions_seen, went_live, ..Situation::default() }.what_customers_have()
}

/// Whether a go-live was ever asked for, as far as the kinds of submissions are known.
fn went_live(submissions: &[Submission]) -> bool {
    submissions.iter().any(|submission| submission.kind != SubmissionKind::Publish)
}

async fn slot(client: &ReadOnlyClient, address: &OfferAddress, slot: Slot) -> Result<Option<Document>, api::Error> {
    Ok(client.slot(address, slot).await?.map(|live| live.document))
}

/// What is under way, where it stands, and the version of the offer it releases.
pub(super) fn underway(status: &Operation, submissions: &[Submission]) -> Option<(OperationName, Phase, Option<u64>)> {
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
    let stuck = troubles(status);
    let phase = match operation.kind {
        _ if !stuck.is_empty() => Phase::Stuck(stuck),
        Some(StepKind::Publish) | None if waits => Phase::PreviewReady,
        _ => Phase::Running,
    };
    let version = open.and_then(|submission| submission.offer_version).or(status.offer_version);
    Some((operation, phase, version))
}

/// The step of a release that a submission asks for.
pub(super) fn kind(kind: &SubmissionKind) -> Option<StepKind> {
    match kind {
        SubmissionKind::Publish => Some(StepKind::Publish),
        SubmissionKind::GoLive => Some(StepKind::GoLive),
        SubmissionKind::Other(_) => None,
    }
}

/// The steps that ended badly, with what the publisher is told.
#[must_use]
pub fn troubles(operation: &Operation) -> Vec<StepTrouble> {
    let texts = |messages: &[api::Message]| messages.iter().map(|message| message.text.clone()).collect::<Vec<_>>();
    let mut troubles: Vec<StepTrouble> = operation
        .failed_steps()
        .map(|step| StepTrouble {
            step: step.name.clone(),
            status: step.status.as_ref().map(ToString::to_string).unwrap_or_default(),
            messages: texts(&step.messages),
        })
        .collect();
    let about_all: Vec<api::Message> =
        operation.messages.iter().filter(|message| message.is_error()).cloned().collect();
    if operation.status.is_failure() && (troubles.is_empty() || !about_all.is_empty()) {
        troubles.push(StepTrouble {
            step: String::new(),
            status: operation.status.to_string(),
            messages: texts(&about_all),
        });
    }
    troubles
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
fn standing(submissions: &[Submission]) -> impl Iterator<Item = (&str, bool)> {
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
        Ok(Some(FailedRelease { failed: Failed { operation, troubles: troubles(self.status) }, content }))
    }
}

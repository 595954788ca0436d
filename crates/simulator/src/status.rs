//! Operations, steps and submissions in the words of the wire.
//!
//! Sources: cloud-partner-portal-api-retrieve-offer-status.md and cloud-partner-portal-api-retrieve-operations.md;
//! letter case and the second words are what clients had to cope with. The words for a cancellation that is under
//! way or not possible are an assumption: only `canCancel` is public.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::dialect::{CancelAfterGoLive, Dialect, EmailKey, PreviewReady, SubmissionOffer, Words};
use super::operation::{Ending, Kind, Operation, STEPS, State, Step, StepEnding, StepState};
use super::portal::{Migration, Offer};
use super::stamp::{Random, Stamp};
use super::word::{Word, spell};

/// The step at which the publisher looks at the preview, as clients know it by id or by name.
const SIGN_OFF: &str = "publisher-signoff";

/// The key under which a request names whom the service writes to.
const NOTIFICATION_EMAILS: &str = "notification-emails";

/// The word for where an operation stands; `not started` is two words in one of the readings.
pub(super) fn operation_word(state: State, dialect: &Dialect) -> String {
    let word = match state {
        State::NotStarted if dialect.words == Words::Alternative => return "not started".to_owned(),
        State::NotStarted => Word::NotStarted,
        State::PreviewReady if dialect.preview_ready == PreviewReady::OwnStatus => Word::WaitingForPublisherReview,
        State::Running | State::PreviewReady => Word::Running,
        State::Ended(Ending::Completed) => Word::Completed,
        State::Ended(Ending::Failed) => Word::Failed,
        State::Ended(Ending::Canceled) => Word::Canceled,
    };
    spell(word, dialect)
}

/// The answer to a GET of the offer's status.
pub(super) fn offer_status(offer: &Offer, now: Timestamp, dialect: &Dialect) -> Value {
    let word = spell(offer.status(now, dialect), dialect);
    let mut status = match offer.last_release() {
        Some(operation) => operation_status(offer, operation, now, dialect),
        None => json!({
            "status": word, "messages": [], "steps": untouched_steps(dialect), "previewLinks": [], "liveLinks": [],
            "publishingVersion": offer.publishing_version, "offerVersion": offer.draft.version,
        }),
    };
    status["status"] = json!(word);
    status
}

/// The answer to a GET of one operation.
pub(super) fn operation_status(offer: &Offer, operation: &Operation, now: Timestamp, dialect: &Dialect) -> Value {
    let states = operation.steps(now);
    let steps: Vec<Value> =
        STEPS.iter().zip(states).map(|(step, state)| step_status(step, state, operation, dialect)).collect();
    let mut answer = json!({
        "id": operation.id,
        "status": operation_word(operation.state(now), dialect),
        "messages": [],
        "steps": steps,
        "previewLinks": [],
        "liveLinks": [],
        "publishingVersion": operation.publishing_version,
        "offerVersion": operation.offer_version,
        "cancellationRequestState": cancellation_word(operation, dialect),
    });
    if offer.migration == Migration::None {
        answer["notificationEmails"] =
            operation.metadata.get(NOTIFICATION_EMAILS).cloned().unwrap_or_else(|| json!(""));
    }
    answer
}

fn cancellation_word(operation: &Operation, dialect: &Dialect) -> &'static str {
    let refused = operation.kind == Kind::GoLive && dialect.cancel_after_go_live == CancelAfterGoLive::Refused;
    match (operation.is_open(), operation.cancel_at) {
        (true, Some(_)) => "cancelRequested",
        (true, None) if !refused && operation.kind != Kind::Cancel => "canCancel",
        _ => "cannotCancel",
    }
}

fn untouched_steps(dialect: &Dialect) -> Vec<Value> {
    STEPS.iter().map(|step| step_value(step, (&spell(Word::NotStarted, dialect), 0), &[], dialect)).collect()
}

fn step_status(step: &Step, state: StepState, operation: &Operation, dialect: &Dialect) -> Value {
    let (word, percent) = match state {
        StepState::NotStarted => (Word::NotStarted, 0),
        StepState::InProgress(percent) => (Word::InProgress, percent),
        StepState::WaitingForPublisher => (Word::WaitingForPublisherReview, 0),
        StepState::Ended(StepEnding::Blocked) => (Word::Blocked, 0),
        StepState::Ended(StepEnding::Rejected) => (Word::Rejected, 0),
        StepState::Ended(StepEnding::Failed) => (Word::Failed, 0),
        StepState::Canceled => (Word::Canceled, 0),
        StepState::Complete => (Word::Complete, 100),
    };
    step_value(step, (&spell(word, dialect), percent), &messages(state, operation, dialect), dialect)
}

fn messages(state: StepState, operation: &Operation, dialect: &Dialect) -> Vec<Value> {
    let timestamp = Stamp::at(operation.ended.map_or(operation.started, |(at, _)| at)).text_in(dialect.time_form);
    let message = |text: &str, level: &str| json!({ "messageHtml": text, "level": level, "timestamp": timestamp });
    match (state, &operation.failure) {
        (StepState::Ended(_), Some(failure)) => failure.messages.iter().map(|text| message(text, "error")).collect(),
        (StepState::Complete, _) => vec![message("Step completed.", "information")],
        _ => Vec::new(),
    }
}

fn step_value(step: &Step, (word, percent): (&str, u8), messages: &[Value], dialect: &Dialect) -> Value {
    let by_name = dialect.preview_ready == PreviewReady::SignOffName && step.id == SIGN_OFF;
    let (id, name) = if by_name { ("displaysignoff", SIGN_OFF) } else { (step.id, step.name) };
    let mut value = json!({
        "id": id,
        "stepName": name,
        "description": step.description,
        "status": word,
        "messages": messages,
        "progressPercentage": percent,
    });
    if let Some(estimate) = step.estimate {
        value["estimatedTimeFrame"] = json!(estimate);
    }
    value
}

/// One row of the list of submissions; a cancellation is none.
pub(super) fn submission(offer: &Offer, operation: &Operation, now: Timestamp, dialect: &Dialect) -> Option<Value> {
    let kind = match operation.kind {
        Kind::Publish => "publish",
        Kind::GoLive => "golive",
        Kind::Cancel => return None,
    };
    let changed = operation.ended.map(|(at, _)| at).or(operation.previewed).unwrap_or(operation.started);
    let offer_id = match dialect.submission_offer {
        SubmissionOffer::Id => offer.id.clone(),
        SubmissionOffer::Guid => guid_of(offer),
    };
    let mut metadata = operation.metadata.clone();
    if dialect.email_key == EmailKey::Emails
        && let Some(members) = metadata.as_object_mut()
        && let Some(emails) = members.shift_remove(NOTIFICATION_EMAILS)
    {
        members.insert("emails".to_owned(), emails);
    }
    Some(json!({
        "id": operation.id,
        "offerId": offer_id,
        "offerVersion": operation.offer_version,
        "offerTypeId": offer.draft.document.get("offerTypeId"),
        "publisherId": offer.publisher,
        "submissionType": kind,
        "submissionState": operation_word(operation.state(now), dialect),
        "publishingVersion": operation.publishing_version,
        "slot": "staging",
        "version": operation.submission,
        "definition": { "metadata": metadata },
        "changedTime": Stamp::at(changed).text_in(dialect.time_form),
    }))
}

/// The name that a migrated offer has in Partner Center: always the same for one offer.
fn guid_of(offer: &Offer) -> String {
    let seed = offer.publisher.bytes().chain([b'/']).chain(offer.id.bytes());
    Random::new(seed.fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))).guid()
}

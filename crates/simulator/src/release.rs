//! Publish, go-live and cancel: they start operations, one at a time.
//!
//! Sources: cloud-partner-portal-api-publish-offer.md, -go-live.md, -cancel-operations.md. What is validated
//! before a publish is what the tables of the reference call required; the real list is longer.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, LOCATION};
use http::{Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Outcome, Refusal, empty_answer};
use super::dialect::{
    Busy, Cancel, CancelAfterGoLive, CancelNothing, EtagOnPublish, Notification, OperationAddress, OperationHeader,
    PublishAtSignOff,
};
use super::operation::{Ending, Failure, Kind, Operation, State, later};
use super::portal::{Content, Migration, Offer};
use super::route::Address;
use super::service::Service;
use super::stamp::Stamp;

impl Service {
    pub(super) fn publish(
        &mut self,
        address: &Address,
        request: &Request<Bytes>,
        now: Timestamp,
        failure: Option<&Failure>,
    ) -> Outcome {
        let key = address.key();
        self.offer(&key)?;
        let metadata = metadata(request.body(), self.dialect.notification)?;
        self.refuse_while_busy(&key, now)?;
        let offer = self.offer_mut(&key)?;
        validate(&offer.draft.document)?;
        offer.end_waiting(now, Ending::Completed);
        offer.draft.version = next_version(offer);
        let content = offer.draft.clone();
        offer.versions.insert(content.version, content.clone());
        offer.answer = None;
        if self.dialect.etag_on_publish == EtagOnPublish::Changes {
            let changed = self.next_stamp();
            self.offer_mut(&key)?.draft.changed = changed;
        }
        let mut operation = self.new_operation(&key, Kind::Publish, &content, now)?;
        operation.metadata = metadata;
        operation.failure = failure.cloned();
        self.start(&key, operation)
    }

    pub(super) fn go_live(&mut self, address: &Address, now: Timestamp, failure: Option<&Failure>) -> Outcome {
        let key = address.key();
        let offer = self.offer_mut(&key)?;
        let waiting = offer.last_release().filter(|operation| operation.waits_for_publisher(now)).cloned();
        let Some(waiting) = waiting else {
            return Err(Refusal::bad_request("The offer has no preview that waits for the publisher."));
        };
        offer.end_waiting(now, Ending::Completed);
        offer.answer = None;
        let content = Content { document: waiting.content, version: waiting.offer_version, changed: Stamp::at(now) };
        let mut operation = self.new_operation(&key, Kind::GoLive, &content, now)?;
        operation.metadata = waiting.metadata;
        operation.failure = failure.cloned();
        self.start(&key, operation)
    }

    pub(super) fn cancel(&mut self, address: &Address, request: &Request<Bytes>, now: Timestamp) -> Outcome {
        let key = address.key();
        self.offer(&key)?;
        let metadata = metadata(request.body(), self.dialect.notification)?;
        let (way, nothing, pace) = (self.dialect.cancel, self.dialect.cancel_nothing, self.pace);
        let after_live = self.dialect.cancel_after_go_live;
        let offer = self.offer_mut(&key)?;
        let open =
            offer.operations.iter_mut().rev().find(|operation| operation.is_open() && operation.kind != Kind::Cancel);
        let Some(open) = open.filter(|operation| operation.cancel_at.is_none()) else {
            if nothing == CancelNothing::Accepted {
                return Ok(empty_answer(StatusCode::ACCEPTED));
            }
            return Err(Refusal::bad_request("The offer has no operation that can be canceled."));
        };
        if open.kind == Kind::GoLive && after_live == CancelAfterGoLive::Refused {
            return Err(Refusal::bad_request("The offer is going live: this cannot be canceled."));
        }
        offer.answer = None;
        if way == Cancel::Immediate {
            offer.end_open(now, Ending::Canceled);
            return Ok(empty_answer(StatusCode::OK));
        }
        let at = later(now, pace.cancelling);
        if let Some(operation) = open_release(offer) {
            operation.cancel_at = Some(at);
        }
        let content = offer.draft.clone();
        let mut cancelling = self.new_operation(&key, Kind::Cancel, &content, now)?;
        cancelling.cancel_at = Some(at);
        cancelling.metadata = metadata;
        self.start(&key, cancelling)
    }

    /// Only one operation can run on an offer at a time.
    fn refuse_while_busy(&self, key: &str, now: Timestamp) -> Result<(), Refusal> {
        let busy = self.offer(key)?.operations.iter().any(|operation| match operation.state(now) {
            State::NotStarted | State::Running => true,
            State::PreviewReady => {
                operation.cancel_at.is_some() || self.dialect.publish_at_sign_off == PublishAtSignOff::Refused
            }
            State::Ended(_) => false,
        });
        let status = match self.dialect.busy {
            Busy::BadRequest => StatusCode::BAD_REQUEST,
            Busy::Conflict => StatusCode::CONFLICT,
        };
        let message = "Another operation is in progress for the offer.";
        if busy { Err(Refusal::new(status, "OperationInProgress", message)) } else { Ok(()) }
    }

    fn new_operation(
        &mut self,
        key: &str,
        kind: Kind,
        content: &Content,
        now: Timestamp,
    ) -> Result<Operation, Refusal> {
        let submission = self.next_stamp().large_number();
        let (id, pace) = (self.random.guid(), self.pace);
        let offer = self.offer_mut(key)?;
        offer.publishing_version += 1;
        Ok(Operation {
            id,
            kind,
            submission,
            started: now,
            pace,
            metadata: Value::Null,
            offer_version: content.version,
            publishing_version: offer.publishing_version,
            failure: None,
            content: content.document.clone(),
            previewed: None,
            cancel_at: None,
            ended: None,
        })
    }

    /// Files the operation and answers with the relative path of its address.
    fn start(&mut self, key: &str, operation: Operation) -> Outcome {
        let offer = self.offer(key)?;
        let migrated = match self.dialect.operation_address {
            OperationAddress::ByMigration => offer.migration == Migration::Migrated,
            OperationAddress::NotMigrated => false,
            OperationAddress::Migrated => true,
        };
        let path = if migrated {
            format!("/api/publishers/{}/offers/{}/operations/{}", offer.publisher, offer.id, operation.id)
        } else {
            format!("/api/operations/{}", offer.key_of(&operation))
        };
        self.offer_mut(key)?.operations.push(operation);
        Ok(self.accepted(&format!("{path}?api-version=2017-10-31")))
    }

    fn accepted(&self, location: &str) -> Response<Bytes> {
        let mut answer = empty_answer(StatusCode::ACCEPTED);
        let name = match self.dialect.operation_header {
            OperationHeader::Location => LOCATION,
            OperationHeader::OperationLocation => HeaderName::from_static("operation-location"),
        };
        if let Ok(value) = HeaderValue::from_str(location) {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

fn open_release(offer: &mut Offer) -> Option<&mut Operation> {
    offer.operations.iter_mut().rev().find(|operation| operation.is_open() && operation.kind != Kind::Cancel)
}

/// The first publish of an offer that nobody published is version 1; each further one is one more.
fn next_version(offer: &Offer) -> u64 {
    if offer.versions.is_empty() { offer.draft.version } else { offer.draft.version + 1 }
}

impl Offer {
    /// Ends the publish whose preview waited for the publisher.
    fn end_waiting(&mut self, now: Timestamp, ending: Ending) {
        for operation in &mut self.operations {
            if operation.state(now) == State::PreviewReady {
                operation.ended = Some((now, ending));
            }
        }
    }

    fn end_open(&mut self, now: Timestamp, ending: Ending) {
        for operation in self.operations.iter_mut().filter(|operation| operation.is_open()) {
            operation.ended = Some((now, ending));
        }
    }
}

/// The metadata of a publish or a cancel. Whom it names must have an address.
fn metadata(body: &[u8], notification: Notification) -> Result<Value, Refusal> {
    if body.trim_ascii().is_empty() && notification == Notification::Optional {
        return Ok(json!({}));
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("The request body is not valid JSON: {error}")))?;
    let metadata = body.get("metadata").cloned().unwrap_or_default();
    match metadata.get("notification-emails").and_then(Value::as_str) {
        None if notification == Notification::Optional => Ok(metadata),
        Some(emails) if emails.split(',').all(|email| email.contains('@')) => Ok(metadata),
        _ => Err(Refusal::bad_request("The argument cannot be null or empty: metadata.notification-emails")),
    }
}

const REQUIRED_OF_LISTING: [&str; 7] = [
    "title",
    "summary",
    "longSummary",
    "description",
    "offerMarketingUrlIdentifier",
    "privacyURL",
    "supportContactEmail",
];

/// The validation before a publish: 422 with everything that is missing.
fn validate(document: &Value) -> Result<(), Refusal> {
    let mut findings = Vec::new();
    let offer_type = document.get("offerTypeId").and_then(Value::as_str).unwrap_or_default();
    if text(document, "/definition/displayText").is_none() {
        findings.push("The offer needs a displayText.".to_owned());
    }
    if matches!(offer_type, "microsoft-azure-virtualmachines" | "microsoft-azure-applications") {
        for name in REQUIRED_OF_LISTING {
            let key = format!("microsoft-azure-marketplace.{name}");
            if text(document, &format!("/definition/offer/{key}")).is_none() {
                findings.push(format!("The offer needs a value for {key}."));
            }
        }
    }
    let plans = document.pointer("/definition/plans").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if plans.is_empty() {
        findings.push("The offer needs at least one plan.".to_owned());
    }
    findings.extend(plans.iter().filter_map(|plan| missing_content(plan, offer_type)));
    if findings.is_empty() {
        return Ok(());
    }
    let mut refusal =
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "ValidationFailed", "The offer cannot be published as it is.");
    refusal.details = findings;
    Err(refusal)
}

fn text<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    document.pointer(pointer).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// A plan that has nothing to sell: no image, no package.
fn missing_content(plan: &Value, offer_type: &str) -> Option<String> {
    let id = plan.get("planId").and_then(Value::as_str).unwrap_or_default();
    let filled = |key: &str| plan.get(key).and_then(Value::as_object).is_some_and(|members| !members.is_empty());
    let (present, what) = match offer_type {
        "microsoft-azure-virtualmachines" => {
            (filled("microsoft-azure-virtualmachines.vmImages"), "virtual machine image")
        }
        "microsoft-azure-corevm" => {
            let generations =
                plan.get("diskGenerations").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
            (filled("microsoft-azure-corevm.vmImagesPublicAzure") || generations, "virtual machine image")
        }
        "microsoft-azure-applications" => (filled("microsoft-azure-applications.package"), "package"),
        _ => return None,
    };
    (!present).then(|| format!("No {what} was found for the plan {id}."))
}

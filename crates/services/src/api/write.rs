//! The client that changes things.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::Action;
use super::endpoint::{OperationLocation, Path};
use super::error::Error;
use super::exchange::{Connection, Writer};
use super::read::{ReadOnlyClient, is_about_no_other, live_document, revision};
use super::retry::Safety;
use crate::clock::Bounds;
use crate::offer::{Document, OfferAddress, RequestBody, Revision};

/// Reads from the service and writes to it.
///
/// Nothing is sent twice that may have been done once: see [`retry`](super::retry).
#[derive(Debug, Clone)]
pub struct Client {
    reading: ReadOnlyClient,
    writer: Writer,
}

/// What must be so for a PUT to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// There is no such offer. Sent without `If-Match`: if there is one meanwhile, the service refuses with 400 or 409.
    Create,
    /// The offer is at this revision; otherwise the service refuses with 412.
    Match(Revision),
    /// The offer is at any revision (`If-Match: *`). Only for a service that names none, just after comparing.
    Weak,
}

/// The answer to a PUT that was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct PutAnswer {
    /// The offer as the service has it now, if the answer holds it.
    pub document: Option<Document>,
    /// Its revision now, if the answer names it.
    pub revision: Option<Revision>,
    /// Whether the offer is new.
    pub created: bool,
}

/// An operation that a POST started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Where to ask how it stands. Without it, the offer's submissions tell.
    pub operation: Option<OperationLocation>,
}

/// The outcome of a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancellation {
    /// The operation is cancelled.
    Done,
    /// The service accepted the cancellation and carries it out as an operation of its own.
    Running(Started),
}

impl Client {
    /// Creates a client that reads and writes over `connection`.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        let connection = Arc::new(connection);
        Self { reading: ReadOnlyClient::sharing(Arc::clone(&connection)), writer: Writer::new(connection) }
    }

    /// This client, which repeats failed requests within `bounds` only.
    #[must_use]
    pub fn bounded(&self, bounds: Bounds) -> Self {
        Self::new(self.reading.connection(bounds))
    }

    /// The part of it that cannot change anything.
    #[must_use]
    pub fn reading(&self) -> &ReadOnlyClient {
        &self.reading
    }

    /// Creates an offer, or replaces its whole draft.
    ///
    /// Source: cloud-partner-portal-api-creating-offer.md.
    pub async fn put(
        &self,
        address: &OfferAddress,
        body: RequestBody,
        precondition: &Precondition,
    ) -> Result<PutAnswer, Error> {
        let words = if *precondition == Precondition::Create { "creating offer" } else { "writing offer" };
        let action = Action::on(words, address);
        let (if_match, safety) = match precondition {
            Precondition::Create => (None, Safety::Guarded),
            Precondition::Weak => (Some(HeaderValue::from_static("*")), Safety::Unguarded),
            Precondition::Match(revision) => match HeaderValue::from_bytes(revision.as_str().as_bytes()) {
                Ok(value) => (Some(value), Safety::Guarded),
                Err(_) => return Err(Error::Unaddressable { action }),
            },
        };
        let answer = self.writer.put(action.clone(), Path::offer(address), body, if_match, safety).await?;
        // The pages say 201. Clients that take nothing but 200 and 202 for a success created offers all the same.
        let created = answer.status == StatusCode::CREATED || *precondition == Precondition::Create;
        if answer.body.is_null() {
            return Ok(PutAnswer { document: None, revision: revision(&answer.headers, &answer.body), created });
        }
        let live = is_about_no_other(&answer, address).and_then(|()| live_document(answer));
        let live = live.map_err(|failure| Error::Ambiguous { action, failure: Box::new(failure) })?;
        Ok(PutAnswer { document: Some(live.document), revision: live.revision, created })
    }

    /// Starts publishing the draft of an offer to its preview. `notify` are the addresses that the service writes to. Without
    /// any, the request has no body, as the newest pages show it.
    ///
    /// Source: cloud-partner-portal-api-publish-offer.md.
    pub async fn publish(&self, address: &OfferAddress, notify: &[String]) -> Result<Started, Error> {
        let (_, operation) = self.post("publishing offer", "publish", address, notification(notify)).await?;
        Ok(Started { operation })
    }

    /// Starts bringing the preview of an offer to customers.
    ///
    /// Source: cloud-partner-portal-api-go-live.md.
    pub async fn go_live(&self, address: &OfferAddress) -> Result<Started, Error> {
        let (_, operation) = self.post("going live with offer", "golive", address, Bytes::new()).await?;
        Ok(Started { operation })
    }

    /// Cancels the operation that runs on an offer.
    ///
    /// Source: cloud-partner-portal-api-cancel-operations.md.
    pub async fn cancel(&self, address: &OfferAddress, notify: &[String]) -> Result<Cancellation, Error> {
        let words = "cancelling the operation on offer";
        let (status, operation) = self.post(words, "cancel", address, notification(notify)).await?;
        if status == StatusCode::ACCEPTED {
            return Ok(Cancellation::Running(Started { operation }));
        }
        Ok(Cancellation::Done)
    }

    async fn post(
        &self,
        words: &str,
        verb: &str,
        address: &OfferAddress,
        body: Bytes,
    ) -> Result<(StatusCode, Option<OperationLocation>), Error> {
        let path = Path::offer(address).map(|path| path.then(verb));
        let (answer, operation) = self.writer.post(Action::on(words, address), path, body).await?;
        Ok((answer.status, operation))
    }
}

/// The body that names whom the service writes to; none if that is nobody.
fn notification(notify: &[String]) -> Bytes {
    if notify.is_empty() {
        return Bytes::new();
    }
    json!({"metadata": {"notification-emails": notify.join(",")}}).to_string().into()
}

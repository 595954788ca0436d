//! Writes to the Cloud Partner Portal.

use std::sync::Arc;

use async_trait::async_trait;

use super::PortalReader;
use super::error::meaning;
use crate::api::{self, Cancellation, Client, Started};
use crate::backend::{
    CancelOutcome, Error, Handle, OperationKind, Precondition, Reader, StartOutcome, StatusLocation, WriteAnswer,
    WriteOutcome, Writer,
};
use crate::clock::Bounds;
use crate::offer::{OfferAddress, RequestBody, Revision};

/// Writes to the Cloud Partner Portal.
#[derive(Debug, Clone)]
pub struct PortalWriter(Client);

impl PortalWriter {
    /// A writer that sends through `client`.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait]
impl Writer for PortalWriter {
    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(PortalReader::new(self.0.reading().clone()))
    }

    fn bounded(&self, bounds: Bounds) -> Arc<dyn Writer> {
        Arc::new(Self(self.0.bounded(bounds)))
    }

    async fn write_draft(
        &self,
        address: &OfferAddress,
        body: RequestBody,
        precondition: &Precondition,
    ) -> WriteOutcome {
        let condition = match precondition {
            Precondition::Absent => api::Precondition::Create,
            Precondition::Revision(revision) => api::Precondition::Match(revision.clone()),
            Precondition::SameContent => api::Precondition::Weak,
        };
        match self.0.put(address, body, &condition).await {
            Ok(answer) => WriteOutcome::Accepted(WriteAnswer { revision: answer.revision }),
            Err(error) if error.is_ambiguous() => WriteOutcome::Unknown(meaning(error)),
            Err(error) if error.is_precondition_failed() => WriteOutcome::Overtaken(meaning(error)),
            // Somebody created the offer meanwhile, or the request is wrong: the service uses the same answers for both, and
            // reading tells which.
            Err(error) if *precondition == Precondition::Absent && (error.is_bad_request() || error.is_conflict()) => {
                WriteOutcome::Overtaken(meaning(error))
            }
            Err(error) => WriteOutcome::Refused(meaning(error)),
        }
    }

    async fn start(
        &self,
        address: &OfferAddress,
        kind: OperationKind,
        _of: Option<&Revision>,
        notify: &[String],
    ) -> StartOutcome {
        let answer = match kind {
            OperationKind::Publish => self.0.publish(address, notify).await,
            OperationKind::GoLive => self.0.go_live(address).await,
        };
        match answer {
            Ok(Started { operation }) => StartOutcome::Started(Handle {
                kind,
                id: operation.as_ref().map(api::OperationLocation::id),
                location: operation
                    .map_or(StatusLocation::Offer, |place| StatusLocation::Named(place.as_str().to_owned())),
            }),
            Err(error) if error.is_ambiguous() => StartOutcome::Unknown(meaning(error)),
            Err(error) => StartOutcome::Refused(refused(kind, notify, error)),
        }
    }

    async fn cancel(&self, address: &OfferAddress, notify: &[String]) -> CancelOutcome {
        match self.0.cancel(address, notify).await {
            Ok(answer) => CancelOutcome::Accepted { is_going_on: matches!(answer, Cancellation::Running(_)) },
            Err(error) if error.is_ambiguous() => CancelOutcome::Unknown(meaning(error)),
            Err(error) => CancelOutcome::Refused(meaning(error)),
        }
    }
}

/// A refusal to start an operation, with what may help if the service does not say it.
fn refused(kind: OperationKind, notify: &[String], error: api::Error) -> Error {
    let is_about_publishing = kind == OperationKind::Publish && (error.is_bad_request() || error.is_conflict());
    let may_want_addresses = notify.is_empty() && error.is_bad_request();
    let error = meaning(error);
    if error.hint().is_some() || !is_about_publishing {
        return error;
    }
    let mut hint = "if a preview is still waiting for a go-live, --if-publishing cancel cancels it first".to_owned();
    if may_want_addresses {
        hint.push_str("; if the service asks for notification e-mails, set `notification_emails` in offerform.yaml");
    }
    error.with_hint(Some(hint))
}

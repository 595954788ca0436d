//! Single operations of the service: which there were, how one stands, and which one is under way.

use super::{overview_of, trouble};
use crate::api::{self, Operation, OperationLocation, ReadOnlyClient, Submission, SubmissionKind};
use crate::apply::Trouble;
use crate::offer::OfferAddress;
use crate::plan::release::StepKind;
use crate::record::Rewrites;

/// An operation that was looked up. At least one of the two is there.
#[derive(Debug)]
pub struct FoundOperation {
    /// What the list says of it.
    pub row: Option<Submission>,
    /// How it stands.
    pub operation: Option<Operation>,
}

/// What is under way for an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    /// What it does.
    pub kind: StepKind,
    /// Its id.
    pub id: String,
}

/// What was ever asked of the service for an offer, newest first.
pub async fn submissions(client: &ReadOnlyClient, address: &OfferAddress) -> Result<Vec<Submission>, api::Error> {
    let mut rows = match client.submissions(address).await {
        Err(error) if error.is_not_found() => Vec::new(),
        rows => rows?,
    };
    rows.sort_by_key(|row| std::cmp::Reverse((row.publishing_version, row.changed)));
    Ok(rows)
}

/// The operation of that id, or the last one; `None` if nothing was ever published.
pub async fn operation(
    client: &ReadOnlyClient,
    address: &OfferAddress,
    id: Option<&str>,
) -> Result<Option<FoundOperation>, Trouble> {
    let rows = client.submissions(address).await.map_err(|error| trouble(&error))?;
    let Some(id) = id else {
        let status = client.status(address).await.map_err(|error| trouble(&error))?;
        let last = rows.into_iter().max_by_key(|row| (row.publishing_version, row.changed));
        return Ok(last.map(|row| FoundOperation { row: Some(row), operation: Some(status) }));
    };
    let place = OperationLocation::of(address, id).ok_or_else(|| Trouble {
        message: format!("`{id}` is not an id of an operation"),
        hint: None,
        correlation_id: None,
    })?;
    let operation = client.operation(address, &place).await.map_err(|error| {
        let hint = "`offerform operations list OFFER` shows the ids that the service knows";
        let trouble = trouble(&error);
        if error.is_not_found() { trouble.with_hint(Some(hint.to_owned())) } else { trouble }
    })?;
    let row = rows.into_iter().find(|row| row.id == id);
    Ok(Some(FoundOperation { row, operation: Some(operation) }))
}

/// The operation of that id, or the one that is under way. The outer `None` means that the portal has no such offer, the inner that
/// nothing is under way.
pub async fn under(
    client: &ReadOnlyClient,
    address: &OfferAddress,
    id: Option<String>,
) -> Result<Option<Option<Under>>, Trouble> {
    let Some(overview) = overview_of(client, address, &Rewrites::default()).await? else { return Ok(None) };
    let named = overview.submissions.iter().find(|row| Some(&row.id) == id.as_ref());
    let underway = overview.situation.underway;
    let kind = match named.map(|row| &row.kind) {
        Some(SubmissionKind::GoLive) => StepKind::GoLive,
        Some(_) => StepKind::Publish,
        None => underway.as_ref().and_then(|underway| underway.operation.kind).unwrap_or(StepKind::Publish),
    };
    Ok(Some(id.or_else(|| underway?.operation.id).map(|id| Under { kind, id })))
}

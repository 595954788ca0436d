//! Single operations of the service: which there were, how one stands, and which one is under way.

use std::collections::BTreeMap;

use super::{overview_of, trouble};
use crate::api::{self, Operation, OperationLocation, ReadOnlyClient, Submission, SubmissionKind};
use crate::apply::Trouble;
use crate::offer::{Content, Document, OfferAddress, Slot};
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
    /// The id by which the service finds the operation.
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

/// What stands in a slot of an offer, or in a version of it; `None` if there is nothing.
pub async fn content(
    client: &ReadOnlyClient,
    address: &OfferAddress,
    content: Content,
) -> Result<Option<Document>, api::Error> {
    let live = match content {
        Content::Slot(Slot::Draft) => client.offer(address).await?,
        Content::Slot(slot) => client.slot(address, slot).await?,
        Content::Version(number) => client.version(address, number).await?,
    };
    Ok(live.map(|live| live.document))
}

/// The versions of an offer that its slots hold or that were published once, the newest first, each with the slots that hold it.
/// `None` if the portal has no such offer. The service lists no others.
pub async fn known_versions(
    client: &ReadOnlyClient,
    address: &OfferAddress,
) -> Result<Option<Vec<(u64, Vec<Slot>)>>, Trouble> {
    let Some(overview) = overview_of(client, address, &Rewrites::default()).await? else { return Ok(None) };
    let mut known: BTreeMap<u64, Vec<Slot>> = BTreeMap::new();
    let situation = &overview.situation;
    let slots = [
        (Slot::Draft, Some(&overview.draft.document)),
        (Slot::Preview, situation.preview.as_ref()),
        (Slot::Production, situation.production.as_ref()),
    ];
    for (slot, document) in slots {
        if let Some(number) = document.and_then(Document::version) {
            known.entry(number).or_default().push(slot);
        }
    }
    for number in overview.submissions.iter().filter_map(|row| row.offer_version) {
        known.entry(number).or_default();
    }
    Ok(Some(known.into_iter().rev().collect()))
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
    // An offer that was not moved to Partner Center has operations with ids of their own: the number of the publishing names the row.
    let number = operation.publishing_version;
    let same = rows.iter().filter(|row| number.is_some() && row.publishing_version == number).count() == 1;
    let row = rows.into_iter().find(|row| row.id == id || same && row.publishing_version == number);
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

//! Single operations of the service: which there were, how one stands, and which one is under way.

use std::collections::BTreeMap;

use super::overview_of;
use crate::apply::ErrorMessage;
use crate::backend::{self, ErrorKind, ListedOperation, OperationKind, OperationStatus, Reader};
use crate::offer::{Content, Document, OfferAddress, Slot};
use crate::record::Rewrites;

/// An operation that was looked up.
#[derive(Debug)]
pub struct FoundOperation {
    /// What the list of operations says; `None` if the list does not name the operation.
    pub row: Option<ListedOperation>,
    /// The status of the operation.
    pub status: OperationStatus,
}

/// What is under way for an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    /// The kind of the operation.
    pub kind: OperationKind,
    /// The id by which the service finds the operation.
    pub id: String,
}

/// The operations that were ever started for an offer, newest first.
pub async fn operations(client: &dyn Reader, address: &OfferAddress) -> Result<Vec<ListedOperation>, backend::Error> {
    let mut rows = match client.operations(address).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        rows => rows?,
    };
    rows.sort_by_key(|row| std::cmp::Reverse((row.publishing_version, row.changed)));
    Ok(rows)
}

/// What stands in a slot of an offer, or in a version of it; `None` if there is nothing.
pub async fn content(
    client: &dyn Reader,
    address: &OfferAddress,
    content: Content,
) -> Result<Option<Document>, backend::Error> {
    let live = match content {
        Content::Slot(slot) => client.slot(address, slot).await?,
        Content::Version(number) => client.version(address, number).await?,
    };
    Ok(live.map(|live| live.document))
}

/// The versions of an offer that its slots hold or that were published once, the newest first, each with the slots that hold it.
/// `None` if the portal has no such offer. The service lists no others.
pub async fn known_versions(
    client: &dyn Reader,
    address: &OfferAddress,
) -> Result<Option<Vec<(u64, Vec<Slot>)>>, ErrorMessage> {
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
    for number in situation.operations.iter().filter_map(|row| row.offer_version) {
        known.entry(number).or_default();
    }
    Ok(Some(known.into_iter().rev().collect()))
}

/// The operation of that id, or the last one; `None` if nothing was ever published.
pub async fn operation(
    client: &dyn Reader,
    address: &OfferAddress,
    id: Option<&str>,
) -> Result<Option<FoundOperation>, ErrorMessage> {
    let rows = client.operations(address).await.map_err(|error| ErrorMessage::from(&error))?;
    let Some(id) = id else {
        let status = client.status(address).await.map_err(|error| ErrorMessage::from(&error))?;
        let last = rows.into_iter().max_by_key(|row| (row.publishing_version, row.changed));
        return Ok(last.map(|row| FoundOperation { row: Some(row), status }));
    };
    let status = client.operation_by_id(address, id).await.map_err(|error| {
        let hint = "`offerform operations list OFFER` shows the ids that the service knows";
        let failure = ErrorMessage::from(&error);
        if error.kind() == ErrorKind::NotFound { failure.with_hint(Some(hint.to_owned())) } else { failure }
    })?;
    // A service may name an operation otherwise than its list does: the number of the publishing names the row then.
    let number = status.publishing_version;
    let same = rows.iter().filter(|row| number.is_some() && row.publishing_version == number).count() == 1;
    let row = rows.into_iter().find(|row| row.id == id || same && row.publishing_version == number);
    Ok(Some(FoundOperation { row, status }))
}

/// The operation of that id, or the one that is under way. The outer `None` means that the portal has no such offer, the inner that
/// no operation is running.
pub async fn under(
    client: &dyn Reader,
    address: &OfferAddress,
    id: Option<String>,
) -> Result<Option<Option<Under>>, ErrorMessage> {
    let Some(overview) = overview_of(client, address, &Rewrites::default()).await? else { return Ok(None) };
    let named = overview.situation.operations.iter().find(|row| Some(&row.id) == id.as_ref());
    let underway = overview.situation.underway;
    let kind = match named.map(|row| row.kind) {
        Some(Some(OperationKind::GoLive)) => OperationKind::GoLive,
        Some(_) => OperationKind::Publish,
        None => underway.as_ref().and_then(|underway| underway.operation.kind).unwrap_or(OperationKind::Publish),
    };
    Ok(Some(id.or_else(|| underway?.operation.id).map(|id| Under { kind, id })))
}

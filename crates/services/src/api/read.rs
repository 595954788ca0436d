//! The client that cannot change anything.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, header};
use jiff::{Timestamp, fmt::rfc2822};
use serde_json::Value;

use super::endpoint::{Endpoint, OperationLocation, Path};
use super::error::{Error, Failure};
use super::exchange::{Answer, Connection, Reader};
use super::seen::SeenTypes;
use super::{Action, OfferSummary, Operation, PublisherSummary, Submission};
use crate::auth::foreign::plain;
use crate::backend::LiveDocument;
use crate::clock::Bounds;
use crate::offer::{Document, OfferAddress, PublisherId, Revision, Slot};

/// Reads from the service. Its only way to the network sends GET requests, and no writing client can be had from it.
#[derive(Debug, Clone)]
pub struct ReadOnlyClient {
    reader: Reader,
}

/// Reads an answer that must hold an offer. Its revision is the `ETag` header, else the `eTag` of the body, in any letter case.
pub(super) fn live_document(answer: Answer) -> Result<LiveDocument, Failure> {
    if !answer.body.is_object() {
        return Err(answer.unreadable("expected a JSON object"));
    }
    // Taken for no revision, it would be overwritten whoever edited it meanwhile.
    if answer.headers.get(header::ETAG).is_some_and(|etag| std::str::from_utf8(etag.as_bytes()).is_err()) {
        return Err(answer.unreadable("its `ETag` is not text, so it cannot be sent back"));
    }
    let revision = revision(&answer.headers, &answer.body);
    Ok(LiveDocument { document: Document::new(answer.body), revision })
}

/// The revision an answer names, byte for byte.
pub(super) fn revision(headers: &HeaderMap, body: &Value) -> Option<Revision> {
    let header = headers.get(header::ETAG).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let from_body = || body.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case("etag"))?.1.as_str();
    header.filter(|text| is_revision(text)).or_else(|| from_body().filter(|text| is_revision(text))).map(Revision::new)
}

/// Whether a text can be sent back as a revision. `*` cannot: it would stand for any revision.
fn is_revision(text: &str) -> bool {
    !matches!(text.trim(), "" | "*") && HeaderValue::from_bytes(text.as_bytes()).is_ok()
}

impl ReadOnlyClient {
    /// Creates a client that reads over `connection`.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { reader: Reader::new(Arc::new(connection)) }
    }

    /// This client, which repeats failed requests within `bounds` only.
    #[must_use]
    pub fn bounded(&self, bounds: Bounds) -> Self {
        Self::new(self.reader.bounded(bounds))
    }

    pub(super) fn connection(&self, bounds: Bounds) -> Connection {
        self.reader.bounded(bounds)
    }

    pub(super) fn sharing(connection: Arc<Connection>) -> Self {
        Self { reader: Reader::new(connection) }
    }

    /// The endpoint of the service.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.reader.endpoint()
    }

    /// The publisher accounts that the signed-in principal can see.
    pub async fn publishers(&self) -> Result<Vec<PublisherSummary>, Error> {
        let action = Action::general("reading the list of publishers");
        let answer = self.reader.get(action.clone(), Some(Path::api().then("publishers")), &[]).await?;
        rows(action, &answer, PublisherSummary::read)
    }

    /// What the service's clock shows, as an answer of it says; `None` if it does not say.
    pub async fn time(&self) -> Result<Option<Timestamp>, Error> {
        let action = Action::general("reading the time of the service");
        let answer = self.reader.get(action, Some(Path::api().then("publishers")), &[]).await?;
        let date = answer.headers.get(header::DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok()))
    }

    /// The offers of a publisher.
    pub async fn offers(&self, publisher: &PublisherId) -> Result<Vec<OfferSummary>, Error> {
        let action = Action::general(&format!("reading the offers of publisher `{publisher}`"));
        let path = Path::api().then("publishers").id(publisher.as_str()).map(|path| path.then("offers"));
        let answer = self.reader.get(action.clone(), path, &[]).await?;
        rows(action, &answer, |row| OfferSummary::read(row, publisher))
    }

    /// The draft of an offer; `None` if there is no such offer.
    pub async fn offer(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        self.document(Action::on("reading offer", address), address, (Path::offer(address), &[])).await
    }

    /// The draft of an offer with the prices that the service computed.
    ///
    /// Source: cloud-partner-portal-azure-private-skus.md.
    pub async fn offer_with_pricing(&self, address: &OfferAddress) -> Result<Option<LiveDocument>, Error> {
        let action = Action::on("reading the prices of offer", address);
        self.document(action, address, (Path::offer(address), &[("includeAllPricing", "true")])).await
    }

    /// A version of an offer; `None` if there is no such version.
    pub async fn version(&self, address: &OfferAddress, version: u64) -> Result<Option<LiveDocument>, Error> {
        let action = Action::on(&format!("reading version {version} of offer"), address);
        let path = Path::offer(address).map(|path| path.then("versions").then(&version.to_string()));
        self.document(action, address, (path, &[])).await
    }

    /// What stands in a slot of an offer; `None` if the offer never reached it.
    pub async fn slot(&self, address: &OfferAddress, slot: Slot) -> Result<Option<LiveDocument>, Error> {
        let action = Action::on(&format!("reading the {slot} of offer"), address);
        let path = Path::offer(address).map(|path| path.then("slot").then(slot.as_str()));
        self.document(action, address, (path, &[])).await
    }

    /// How the release of an offer stands.
    pub async fn status(&self, address: &OfferAddress) -> Result<Operation, Error> {
        let action = Action::on("reading the status of offer", address);
        let path = Path::offer(address).map(|path| path.then("status"));
        let answer = self.reader.get(action.clone(), path, &[]).await?;
        one(action, &answer, Operation::read)
    }

    /// Everything that was ever submitted for an offer.
    ///
    /// Asks without a filter: the pages call its parameter `status`, clients `submissionState`. An unknown parameter would be
    /// ignored, a misunderstood one would hide a running submission, and then a second one would be started. The rows are few; callers
    /// pick out theirs.
    pub async fn submissions(&self, address: &OfferAddress) -> Result<Vec<Submission>, Error> {
        let action = Action::on("reading the submissions of offer", address);
        // The pages write the slash at the end.
        let path = Path::offer(address).map(|path| path.then("submissions").then(""));
        let answer = self.reader.get(action.clone(), path, &[]).await?;
        rows(action, &answer, Submission::read)
    }

    /// An operation on an offer, at the place the service named or one made from its id.
    pub async fn operation(&self, address: &OfferAddress, place: &OperationLocation) -> Result<Operation, Error> {
        let action = Action::on(&format!("reading operation `{}` of offer", place.id()), address);
        let answer = self.reader.get_operation(action.clone(), place).await?;
        one(action, &answer, Operation::read)
    }

    /// The offer types. Their shape is not documented, so it is returned as it is.
    pub async fn offer_types(&self) -> Result<Value, Error> {
        let action = Action::general("reading the offer types");
        Ok(self.reader.get(action, Some(Path::api().then("offerTypes")), &[]).await?.body)
    }

    async fn document(
        &self,
        action: Action,
        address: &OfferAddress,
        (path, query): (Option<Path>, &[(&str, &str)]),
    ) -> Result<Option<LiveDocument>, Error> {
        match self.reader.get(action.clone(), path, query).await {
            Ok(answer) => {
                let known = self.reader.types();
                let read = is_about(&answer, address)
                    .and_then(|()| has_its_type(&answer, address, known))
                    .and_then(|()| live_document(answer));
                read.map(Some).map_err(|failure| failed(action, failure))
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether an answer is about the offer that was asked for. Another offer's document would be taken for what is live, and
/// everything in it for a change.
fn is_about(answer: &Answer, address: &OfferAddress) -> Result<(), Failure> {
    if answer.body.get("id").and_then(Value::as_str).is_none() {
        return Err(answer.unreadable("it has no `id`, so it is unknown which offer it describes"));
    }
    is_about_no_other(answer, address)
}

/// Whether an answer is about no other offer, as far as it says which.
pub(super) fn is_about_no_other(answer: &Answer, address: &OfferAddress) -> Result<(), Failure> {
    let asked = [("publisherId", address.publisher.as_str()), ("id", address.offer.as_str())];
    for (key, asked) in asked {
        let found = answer.body.get(key).and_then(Value::as_str).filter(|found| !found.eq_ignore_ascii_case(asked));
        if let Some(found) = found {
            let problem = format!("it describes another offer: its `{key}` is `{}`", plain(found, 100));
            return Err(answer.unreadable(&problem));
        }
    }
    Ok(())
}

/// Whether an answer has the type that the offer had in earlier answers. The type of an offer never changes, so the document of
/// a slot or a version that has another one is not this offer's.
fn has_its_type(answer: &Answer, address: &OfferAddress, seen: &SeenTypes) -> Result<(), Failure> {
    let Some(found) = answer.body.get("offerTypeId").and_then(Value::as_str) else { return Ok(()) };
    match seen.first(address, found) {
        Some(first) => Err(answer.unreadable(&format!(
            "it describes another offer: its `offerTypeId` is `{}`, and that of the offer is `{}`",
            plain(found, 100),
            plain(&first, 100)
        ))),
        None => Ok(()),
    }
}

fn failed(action: Action, failure: Failure) -> Error {
    Error::Failed { action, failure: Box::new(failure) }
}

fn one<T>(action: Action, answer: &Answer, read: impl Fn(&Value) -> Option<T>) -> Result<T, Error> {
    read(&answer.body).ok_or_else(|| failed(action, answer.unreadable("expected an operation with a status")))
}

/// Every element of a list. One that cannot be read is an error and not left out: what is not in a list is taken not to exist.
fn rows<T>(action: Action, answer: &Answer, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, Error> {
    let rows = answer.body.as_array().and_then(|rows| rows.iter().map(read).collect());
    rows.ok_or_else(|| failed(action, answer.unreadable("expected a list of objects with ids")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_revision_is_the_header_or_else_the_body_and_never_a_wildcard() {
        let weak = "W/\"datetime'2017-06-07T06%3A15%3A40.4771399Z'\"";
        for (header, body, expected) in [
            (Some(weak), json!({"eTag": "other"}), Some(weak)),
            (None, json!({"eTag": weak}), Some(weak)),
            (None, json!({"ETag": weak}), Some(weak)),
            (None, json!({"Etag": weak}), Some(weak)),
            (None, json!({"etag": weak}), Some(weak)),
            (None, json!({}), None),
            (None, json!({"eTag": null}), None),
            (None, json!({"eTag": 5}), None),
            (Some("*"), json!({}), None),
            (Some(" * "), json!({"eTag": "*"}), None),
            (Some(""), json!({"eTag": "a"}), Some("a")),
            (None, json!({"eTag": "a\r\nIf-None-Match: b"}), None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(header::ETAG, HeaderValue::from_str(header).unwrap());
            }
            assert_eq!(revision(&headers, &body), expected.map(Revision::new), "{header:?} {body}");
        }
    }
}

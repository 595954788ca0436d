//! PUT of an offer: creates it, or replaces its whole draft, under a precondition.
//!
//! Sources: cloud-partner-portal-api-creating-offer.md, cloud-partner-portal-api-concurrency-control.md; a 409
//! `InvalidResourceId` instead of the documented 400 as a client saw it.

use bytes::Bytes;
use http::header::{HeaderValue, IF_MATCH};
use http::{Request, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::accept::accept;
use super::answer::{Outcome, Refusal, json_bytes};
use super::dialect::{Create, Dialect, MissingIfMatch};
use super::portal::{Offer, View, strip_server_owned};
use super::read::{document_body, with_etag};
use super::route::Address;
use super::service::Service;

impl Service {
    pub(super) fn put_offer(&mut self, address: &Address, request: &Request<Bytes>, now: Timestamp) -> Outcome {
        let key = address.key();
        let existing = self.portal.offers.get(&key);
        let draft = existing.map(|offer| &offer.draft.document);
        let mut document = accept(request.body(), address, draft, self.dialect.legacy_keys)?;
        let if_match = request.headers().get(IF_MATCH).map(HeaderValue::as_bytes);
        check_precondition(existing, if_match, &self.dialect)?;
        let status = match (existing, self.dialect.create) {
            (None, Create::Created) => StatusCode::CREATED,
            _ => StatusCode::OK,
        };

        if !self.portal.has_publisher(&address.publisher) {
            let definition = json!({ "displayText": address.publisher });
            self.add_publisher(json!({ "id": address.publisher, "version": 1, "definition": definition }));
        }
        strip_server_owned(&mut document);
        let changed = self.next_stamp();
        let offer = self
            .portal
            .offers
            .entry(key.clone())
            .or_insert_with(|| Offer::new(&address.publisher, &address.offer, document.clone(), changed));
        offer.given = self.rewrites.apply(&mut document, address, &mut offer.fingerprints).into_iter().collect();
        offer.replace_draft(document, changed);

        let place = self.dialect.etag_on_put;
        let offer = self.offer(&key)?;
        let body = document_body(offer, &offer.draft, &View { etag: place, ..self.view(now) }, false);
        Ok(with_etag(json_bytes(status, body), changed, place))
    }
}

/// Lets a PUT through only if it knows what it replaces.
fn check_precondition(existing: Option<&Offer>, if_match: Option<&[u8]>, dialect: &Dialect) -> Result<(), Refusal> {
    match (existing, if_match) {
        (None, None) | (_, Some(b"*")) => Ok(()),
        (Some(offer), Some(etag)) if etag == offer.draft.changed.etag().as_bytes() => Ok(()),
        (_, Some(_)) => Err(Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            "The ETag in the If-Match header is not that of the offer.",
        )),
        (Some(offer), None) => Err(match dialect.missing_if_match {
            MissingIfMatch::Conflict => Refusal::new(
                StatusCode::CONFLICT,
                "InvalidResourceId",
                format!("An offer with the id '{}' already exists.", offer.id),
            ),
            MissingIfMatch::BadRequest => Refusal::bad_request("The If-Match header must be given to update an offer."),
        }),
    }
}

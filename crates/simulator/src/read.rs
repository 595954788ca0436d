//! The endpoints that change nothing.
//!
//! Sources: cloud-partner-portal-api-retrieve-offers.md, -retrieve-specific-offer.md, -retrieve-offer-status.md and
//! -retrieve-operations.md; the list of publishers as devigned/pub parses it. The shape of `/offerTypes` is not
//! documented: what is answered here is an assumption.

use bytes::Bytes;
use http::header::{ETAG, HeaderValue};
use http::{Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Outcome, Refusal, json_answer, json_bytes};
use super::dialect::{ArtifactSignature, ChangedTime, EtagPlace, OperationBody};
use super::operation::Operation;
use super::portal::{Content, Offer, View};
use super::price::include_all_prices;
use super::route::Address;
use super::service::{Service, query};
use super::stamp::Stamp;
use super::status::{offer_status, operation_status, operation_word, submission};
use super::word::spell;

impl Service {
    pub(super) fn list_publishers(&self) -> Response<Bytes> {
        json_answer(StatusCode::OK, &Value::Array(self.portal.publishers.clone()))
    }

    pub(super) fn list_offer_types() -> Response<Bytes> {
        let types = ["microsoft-azure-virtualmachines", "microsoft-azure-corevm", "microsoft-azure-applications"];
        json_answer(StatusCode::OK, &types.iter().map(|id| json!({ "id": id })).collect())
    }

    pub(super) fn list_offers(&self, publisher: &str, request: &Request<Bytes>, now: Timestamp) -> Outcome {
        let wanted = match query(request, "$filter") {
            None => None,
            Some(filter) => Some(
                wanted_offer_type(&filter)
                    .ok_or_else(|| Refusal::bad_request("The filter is not supported: use offerTypeId eq '<id>'."))?,
            ),
        };
        let summaries = self
            .portal
            .offers
            .values()
            .filter(|offer| offer.publisher == publisher)
            .filter(|offer| wanted.as_deref().is_none_or(|wanted| offer.offer_type() == wanted))
            .map(|offer| self.summary(offer, now))
            .collect();
        Ok(json_answer(StatusCode::OK, &summaries))
    }

    fn summary(&self, offer: &Offer, now: Timestamp) -> Value {
        let changed = offer.draft.changed.text_in(self.dialect.time_form);
        let mut summary = json!({
            "offerTypeId": offer.offer_type(),
            "publisherId": offer.publisher,
            "status": spell(offer.status(now, &self.dialect), &self.dialect),
            "id": offer.id,
            "version": offer.draft.version,
            "definition": { "displayText": offer.draft.document.pointer("/definition/displayText") },
        });
        match self.dialect.changed_time {
            ChangedTime::TopLevel => summary["changedTime"] = json!(changed),
            ChangedTime::InDefinition => summary["definition"]["changedTime"] = json!(changed),
        }
        summary
    }

    pub(super) fn get_offer(&mut self, address: &Address, request: &Request<Bytes>, now: Timestamp) -> Outcome {
        let priced = wants_prices(request);
        let etag = self.dialect.etag_on_get;
        let fresh = self.fresh_signature();
        let cacheable = !priced && fresh.is_none();
        let offer = self.offer(&address.key())?;
        if let Some(body) = offer.answer.as_ref().filter(|_| cacheable) {
            return Ok(with_etag(json_bytes(StatusCode::OK, body.clone()), offer.draft.changed, etag));
        }
        let view = View { etag, signed: fresh, ..self.view(now) };
        let body = document_body(offer, &offer.draft, &view, priced);
        let answer = with_etag(json_bytes(StatusCode::OK, body.clone()), offer.draft.changed, etag);
        if cacheable && !offer.is_moving() {
            self.offer_mut(&address.key())?.answer = Some(body);
        }
        Ok(answer)
    }

    /// A moment of its own for each answer, if the dialect signs hosted artifacts anew each time.
    fn fresh_signature(&mut self) -> Option<Stamp> {
        (self.dialect.artifact_signature == ArtifactSignature::PerAnswer).then(|| self.next_stamp())
    }

    pub(super) fn get_version(
        &self,
        address: &Address,
        version: &str,
        request: &Request<Bytes>,
        now: Timestamp,
    ) -> Outcome {
        let offer = self.offer(&address.key())?;
        let number: u64 =
            version.parse().map_err(|_| Refusal::bad_request(format!("'{version}' is not a version.")))?;
        let current = (number == offer.draft.version).then_some(&offer.draft);
        let content = offer
            .versions
            .get(&number)
            .or(current)
            .ok_or_else(|| Refusal::not_found(format!("The offer '{}' has no version {number}.", address.key())))?;
        Ok(json_bytes(StatusCode::OK, document_body(offer, content, &self.view(now), wants_prices(request))))
    }

    pub(super) fn get_slot(
        &mut self,
        address: &Address,
        slot: &str,
        request: &Request<Bytes>,
        now: Timestamp,
    ) -> Outcome {
        let offer = self.offer(&address.key())?;
        let content = match slot.to_ascii_lowercase().as_str() {
            "draft" => return self.get_offer(address, request, now),
            "preview" => offer.preview.as_ref(),
            "production" => offer.production.as_ref(),
            _ => return Err(Refusal::bad_request(format!("'{slot}' is not a slot."))),
        };
        let content = content
            .ok_or_else(|| Refusal::not_found(format!("The offer '{}' has nothing in slot {slot}.", address.key())))?;
        Ok(json_bytes(StatusCode::OK, document_body(offer, content, &self.view(now), wants_prices(request))))
    }

    pub(super) fn get_status(&self, address: &Address, now: Timestamp) -> Outcome {
        Ok(json_answer(StatusCode::OK, &offer_status(self.offer(&address.key())?, now, &self.dialect)))
    }

    pub(super) fn list_submissions(&self, address: &Address, request: &Request<Bytes>, now: Timestamp) -> Outcome {
        let offer = self.offer(&address.key())?;
        let wanted = query(request, "status").or_else(|| query(request, "submissionState"));
        let rows = offer
            .operations
            .iter()
            .rev()
            .filter(|operation| {
                let word = operation_word(operation.state(now), &self.dialect);
                wanted.as_ref().is_none_or(|wanted| word.eq_ignore_ascii_case(wanted))
            })
            .filter_map(|operation| submission(offer, operation, now, &self.dialect))
            .collect();
        Ok(json_answer(StatusCode::OK, &rows))
    }

    pub(super) fn get_operation(&self, address: &Address, id: &str, now: Timestamp) -> Outcome {
        let offer = self.offer(&address.key())?;
        let operation = offer.operations.iter().find(|operation| operation.id == id || offer.key_of(operation) == id);
        self.operation_answer(offer, operation, now)
    }

    pub(super) fn get_operation_of_offer(&self, key: &str, now: Timestamp) -> Outcome {
        let mut parts = key.split('$');
        let (publisher, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let offer = self.offer(&format!("{publisher}/{id}"))?;
        self.operation_answer(offer, offer.operations.iter().find(|operation| offer.key_of(operation) == key), now)
    }

    fn operation_answer(&self, offer: &Offer, operation: Option<&Operation>, now: Timestamp) -> Outcome {
        let operation = operation.ok_or_else(|| Refusal::not_found("The operation does not exist."))?;
        let status = operation_status(offer, operation, now, &self.dialect);
        let body = match self.dialect.operation_body {
            OperationBody::Object => status,
            OperationBody::Array => json!([status]),
        };
        Ok(json_answer(StatusCode::OK, &body))
    }
}

impl Offer {
    pub(super) fn offer_type(&self) -> &str {
        self.draft.document.get("offerTypeId").and_then(Value::as_str).unwrap_or_default()
    }

    /// The name of an operation of an offer that was not migrated.
    pub(super) fn key_of(&self, operation: &Operation) -> String {
        format!("{}${}${}$preview", self.publisher, self.id, operation.publishing_version)
    }
}

/// The offer type in `offerTypeId eq '…'`.
fn wanted_offer_type(filter: &str) -> Option<String> {
    let mut words = filter.split_whitespace();
    let (Some("offerTypeId"), Some("eq"), Some(value), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return None;
    };
    Some(value.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())
}

fn wants_prices(request: &Request<Bytes>) -> bool {
    query(request, "includeAllPricing").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A document as bytes, ready to go.
pub(super) fn document_body(offer: &Offer, content: &Content, view: &View<'_>, priced: bool) -> Bytes {
    let mut document = offer.compose(content, view);
    if priced {
        include_all_prices(&mut document);
    }
    Bytes::from(serde_json::to_vec(&document).expect("invariant: a tree can be written"))
}

/// Adds the ETag header, where the dialect has one.
pub(super) fn with_etag(mut answer: Response<Bytes>, changed: Stamp, place: EtagPlace) -> Response<Bytes> {
    if matches!(place, EtagPlace::Header | EtagPlace::HeaderAndBody)
        && let Ok(value) = HeaderValue::from_str(&changed.etag())
    {
        answer.headers_mut().insert(ETAG, value);
    }
    answer
}

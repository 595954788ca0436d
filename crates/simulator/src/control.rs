//! What a person does to a served sandbox while it is served: edits in the portal, a look at the log, faults.
//!
//! It stands beside the API, below `/sandbox/`, and is no part of what is played. Like the API it takes any token; a page in a
//! browser cannot send one without asking first, and is not answered then.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::{empty_answer, json_answer};
use super::edit::{Edit, EditError};
use super::fault::FaultRule;
use super::service::{Service, has_token};

/// Where edits are sent to.
pub const EDIT: &str = "/sandbox/edit";
/// Where the log is read.
pub const LOG: &str = "/sandbox/log";
/// Where faults are read and set.
pub const FAULTS: &str = "/sandbox/faults";

/// An edit of an offer in the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditOrder {
    /// Which offer: `publisher/offer`.
    pub offer: String,
    /// What is edited.
    pub edit: Edit,
}

/// The answer to an edit that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// Which offer.
    pub edited: String,
}

/// Answers what is meant for the sandbox itself; `None` if the request is one to the API.
pub(super) fn answer(service: &mut Service, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let path = request.uri().path();
    if !path.starts_with("/sandbox/") {
        return None;
    }
    if !has_token(request) {
        return Some(empty_answer(StatusCode::UNAUTHORIZED));
    }
    Some(match (request.method(), path) {
        (&Method::POST, EDIT) => edit(service, request.body()),
        (&Method::GET, LOG) => json_answer(StatusCode::OK, &json!(service.log().collect::<Vec<_>>())),
        (&Method::GET, FAULTS) => json_answer(StatusCode::OK, &json!(service.faults())),
        (&Method::PUT, FAULTS) => match serde_json::from_slice::<Vec<FaultRule>>(request.body()) {
            Ok(rules) => {
                service.set_faults(rules);
                json_answer(StatusCode::OK, &json!(service.faults()))
            }
            Err(error) => refused(&error.to_string()),
        },
        _ => empty_answer(StatusCode::NOT_FOUND),
    })
}

fn edit(service: &mut Service, body: &[u8]) -> Response<Bytes> {
    let order = match serde_json::from_slice::<EditOrder>(body) {
        Ok(order) => order,
        Err(error) => return refused(&error.to_string()),
    };
    match service.edit(&order.offer, &order.edit) {
        Ok(()) => json_answer(StatusCode::OK, &json!(Edited { edited: order.offer })),
        // What there is helps only somebody who named another offer.
        Err(error @ EditError::UnknownOffer(_)) => {
            let (offers, products): (Vec<&str>, Vec<&str>) = (service.offers().collect(), service.products().collect());
            let refusal = json!({ "message": error.to_string(), "offers": offers, "products": products });
            json_answer(StatusCode::BAD_REQUEST, &refusal)
        }
        Err(error) => refused(&error.to_string()),
    }
}

fn refused(message: &str) -> Response<Bytes> {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "message": message }))
}

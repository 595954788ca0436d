//! A sandbox that another process serves: what `sandbox edit`, `log` and `faults` ask of it.

use bytes::Bytes;
use http::{Method, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::CliError;
use crate::api::{Endpoint, HttpTransport, Limits, Transport as _, TransportError};
use crate::apply::ErrorMessage;
use crate::auth::foreign::plain;
use crate::simulator::control::{self, EditOrder, Edited};
use crate::simulator::{FaultRule, LogEntry};

/// A served sandbox.
#[derive(Debug)]
pub(super) struct Served {
    endpoint: Endpoint,
    transport: HttpTransport,
}

impl Served {
    /// The one at `endpoint`. No request is made yet.
    pub(super) fn at(endpoint: Endpoint) -> Result<Self, CliError> {
        let transport = HttpTransport::new(&endpoint, Limits::default()).map_err(|error| CliError::from(&error))?;
        Ok(Self { endpoint, transport })
    }

    /// Edits an offer as somebody would in the portal.
    pub(super) async fn edit(&self, order: &EditOrder) -> Result<(), CliError> {
        let body = serde_json::to_vec(order).map_err(|error| CliError::from(&error))?;
        self.ask::<Edited>(Method::POST, control::EDIT, body).await.map(drop)
    }

    /// The requests that it got since it is served.
    pub(super) async fn log(&self) -> Result<Vec<LogEntry>, CliError> {
        self.ask(Method::GET, control::LOG, Vec::new()).await
    }

    /// The faults that it plays, set anew first if `wanted` are given.
    pub(super) async fn faults(&self, wanted: Option<Vec<FaultRule>>) -> Result<Vec<FaultRule>, CliError> {
        match wanted {
            None => self.ask(Method::GET, control::FAULTS, Vec::new()).await,
            Some(rules) => {
                let body = serde_json::to_vec(&rules).map_err(|error| CliError::from(&error))?;
                self.ask(Method::PUT, control::FAULTS, body).await
            }
        }
    }

    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Vec<u8>) -> Result<T, CliError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header("authorization", "Bearer sandbox")
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .map_err(|error| CliError::from(&error))?;
        let answer = self.transport.send(request).await.map_err(|error| self.none(Some(&error)))?;
        let value = serde_json::from_slice::<Value>(answer.body()).ok();
        if answer.status().is_success() {
            return value.and_then(|value| T::deserialize(value).ok()).ok_or_else(|| self.none(None));
        }
        let Some(message) = value.as_ref().and_then(|value| value.get("message")?.as_str()) else {
            return Err(self.none(None));
        };
        let names = |key: &str| {
            let names = value.as_ref().and_then(|value| value.get(key)?.as_array()).into_iter().flatten();
            names.filter_map(Value::as_str).collect::<Vec<_>>()
        };
        let (offers, products) = (names("offers"), names("products"));
        let hint = (!offers.is_empty() || !products.is_empty()).then(|| known(&offers, &products));
        Err(CliError::failed(plain(message, 500)).maybe_hint(hint))
    }

    fn none(&self, cause: Option<&TransportError>) -> CliError {
        let cause = cause.map(|error| format!(": {}", ErrorMessage::of(error).message)).unwrap_or_default();
        CliError::failed(format!("no sandbox is served at `{}`; nothing was changed{cause}", self.endpoint))
            .hint("start one with `offerform sandbox serve`, or pass --sandbox for the sandbox of this repository")
    }
}

/// What the two APIs have, as a hint for somebody who named another offer.
pub(super) fn known(offers: &[&str], products: &[&str]) -> String {
    let offers = format!("the portal has {}", offers.join(", "));
    if products.is_empty() {
        offers
    } else {
        format!("{offers}; only the Product Ingestion API has {}", products.join(", "))
    }
}

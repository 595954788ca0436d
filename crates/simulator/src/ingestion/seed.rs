//! Products of a new sandbox that exist in this API only: what a client would have sent to create and to publish them.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::configure::Fate;
use super::route::BASE;
use super::state::{Ingestion, JobResult};
use crate::operation::Pace;

const PRODUCTS: [(&str, &str); 2] = [
    ("container.json", include_str!("../seed/product-ingestion/container.json")),
    ("saas.json", include_str!("../seed/product-ingestion/saas.json")),
];

/// A shipped product that the simulated service does not take.
#[derive(Debug, thiserror::Error)]
#[error("`{file}` of the seed was not accepted")]
pub struct SeedError {
    /// The file's name.
    pub file: String,
}

/// Nothing takes any time.
const AT_ONCE: Pace = Pace {
    queue: Duration::ZERO,
    prerequisites: Duration::ZERO,
    certification: Duration::ZERO,
    provisioning: Duration::ZERO,
    packaging: Duration::ZERO,
    live: Duration::ZERO,
    cancelling: Duration::ZERO,
    resource: Duration::ZERO,
};

impl Ingestion {
    /// Creates and publishes the shipped products.
    pub(crate) fn fill(&mut self, now: Timestamp) -> Result<(), SeedError> {
        for (file, text) in PRODUCTS {
            self.create(text, now).ok_or_else(|| SeedError { file: file.to_owned() })?;
        }
        Ok(())
    }

    fn create(&mut self, text: &str, now: Timestamp) -> Option<()> {
        let body: Value = serde_json::from_str(text).ok()?;
        let name = body.pointer("/resources/0/identity/externalId")?.as_str()?.to_owned();
        self.carry_out(&body, now)?;
        let submission = |id: Option<String>, target: &str| {
            let mut resource = json!({
                "$schema": "https://schema.mp.microsoft.com/schema/submission/2022-03-01-preview2",
                "product": {"externalId": name},
                "target": {"targetType": target},
            });
            if let Some(id) = id {
                resource["id"] = json!(id);
            }
            json!({"$schema": body["$schema"], "resources": [resource]})
        };
        self.carry_out(&submission(None, "preview"), now)?;
        let preview = self.product_named(&name)?.submissions.last()?.number;
        let guid = &self.product_named(&name)?.guid;
        self.carry_out(&submission(Some(format!("submission/{guid}/{preview}")), "live"), now)
    }

    /// Does what a request asks for, at once and without a trace.
    fn carry_out(&mut self, body: &Value, now: Timestamp) -> Option<()> {
        let request = Request::builder().method(Method::POST).uri(format!("{BASE}/configure"));
        let request = request.body(Bytes::from(body.to_string())).ok()?;
        self.configure(&request, now, AT_ONCE, Fate::default()).ok()?;
        let id = self.open.last()?.clone();
        self.settle(now);
        let job = self.jobs.remove(&id)?;
        (job.ended?.1 == JobResult::Succeeded).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Ingestion;
    use crate::ingestion::Dialect;

    #[test]
    fn every_shipped_product_is_taken_and_goes_live() {
        for dialect in [Dialect::default(), Dialect::reference(), Dialect::reports()] {
            let mut ingestion = Ingestion::new(Dialect { retired_versions: Vec::new(), ..dialect }, 1);
            ingestion.fill("2026-11-29T10:00:00Z".parse().unwrap()).unwrap();
            assert!(ingestion.products.values().all(|product| product.live.is_some()));
            assert!(ingestion.jobs.is_empty() && ingestion.open.is_empty());
        }
    }
}

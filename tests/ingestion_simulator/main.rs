//! The simulated Product Ingestion API, held to what its reference and public clients say about it. Time is a clock that moves when a
//! test says so.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod dialects;
mod faults;
mod jobs;
mod keeping;
mod over_http;
mod portal;
mod reading;
mod recorded;
mod refusals;
mod schemas;
#[path = "../support/service_schemas.rs"]
mod service_schemas;
mod submissions;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use offerform::clock::ManualClock;
use offerform::simulator::ingestion::Dialect;
use offerform::simulator::{Fault, FaultRule, Pace, Reply, Service, When, seed};
use serde_json::{Value, json};

const BASE: &str = "/rp/product-ingestion";
const HOST: &str = "https://schema.mp.microsoft.com/schema";

/// The shipped portal and products, at the pace of the real service.
pub(crate) struct Bench {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) service: Service,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// `Null` if the body is not JSON.
    pub(crate) json: Value,
}

impl Seen {
    /// The message of an HTTP error.
    pub(crate) fn message(&self) -> &str {
        self.json["error"]["message"].as_str().unwrap_or_default()
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::speaking(Dialect::default())
    }

    pub(crate) fn speaking(dialect: Dialect) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-29T10:00:00Z".parse().unwrap()));
        let mut service =
            Service::new(clock.clone(), offerform::simulator::Dialect::default(), 7).with_pace(Pace::real());
        seed::fill(&mut service).unwrap();
        service.ingestion_mut().set_dialect(dialect);
        Self { clock, service }
    }

    pub(crate) fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// What becomes of a request that carries a token.
    pub(crate) fn reply(&mut self, method: &str, path: &str, body: &str) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(format!("{BASE}/{path}"))
            .header("authorization", "Bearer token")
            .header("content-type", "application/json");
        self.service.handle(&request.body(Bytes::from(body.to_owned())).unwrap())
    }

    /// The answer to such a request; no fault may be in its way.
    pub(crate) fn call(&mut self, method: &str, path: &str, body: &str) -> Seen {
        let Reply::Answer(answer) = self.reply(method, path, body) else { panic!("{method} {path}: no answer") };
        Seen {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            json: serde_json::from_slice(answer.body()).unwrap_or_default(),
        }
    }

    /// The body of a GET that succeeds.
    pub(crate) fn get(&mut self, path: &str) -> Value {
        let seen = self.call("GET", path, "");
        assert_eq!(seen.status, 200, "{path}: {}", seen.json);
        seen.json
    }

    /// The GUID of a product.
    pub(crate) fn product(&mut self, external_id: &str) -> String {
        let found = self.get(&format!("product?externalId={external_id}"));
        found["value"][0]["id"].as_str().unwrap().strip_prefix("product/").unwrap().to_owned()
    }

    /// The GUID of a plan.
    pub(crate) fn plan(&mut self, product: &str, external_id: &str) -> String {
        let found = self.get(&format!("plan?product=product/{product}&externalId={external_id}"));
        found["value"][0]["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// Sends resources.
    pub(crate) fn post(&mut self, resources: &[Value]) -> Seen {
        let body = json!({ "$schema": format!("{HOST}/configure/2022-03-01-preview2"), "resources": resources });
        self.call("POST", "configure", &body.to_string())
    }

    /// Sends resources that are accepted; the id of their job.
    pub(crate) fn start(&mut self, resources: &[Value]) -> String {
        let seen = self.post(resources);
        assert_eq!(seen.status, 202, "{}", seen.json);
        seen.json["jobId"].as_str().unwrap().to_owned()
    }

    pub(crate) fn status(&mut self, job: &str) -> Value {
        self.get(&format!("configure/{job}/status"))
    }

    /// Sends resources and waits for ten minutes; the last status of their job.
    pub(crate) fn done(&mut self, resources: &[Value]) -> Value {
        let job = self.start(resources);
        self.wait(Duration::from_mins(10));
        let status = self.status(&job);
        assert_eq!(status["jobStatus"], "completed", "{status}");
        status
    }

    /// The same for resources that are taken.
    pub(crate) fn write(&mut self, resources: &[Value]) {
        let status = self.done(resources);
        assert_eq!(status["jobResult"], "succeeded", "{status}");
    }

    /// Publishes the whole draft to the preview, to the end; its status.
    pub(crate) fn publish(&mut self, product: &str) -> Value {
        let job = self.start(&[submission(product, "preview", None)]);
        self.wait(Duration::from_hours(24 * 6));
        self.status(&job)
    }

    /// Brings a preview live, to the end; the status of the job.
    pub(crate) fn go_live(&mut self, product: &str, preview: &str) -> Value {
        let job = self.start(&[submission(product, "live", Some(preview))]);
        self.wait(Duration::from_hours(24 * 6));
        self.status(&job)
    }

    /// The entries of the submissions with this target, as id, status and result.
    pub(crate) fn entries(&mut self, product: &str, target: &str) -> Vec<(String, String, String)> {
        let list = self.get(&format!("submission/{product}?targetType={target}"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut entries: Vec<_> = list["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| (text(&entry["id"]), text(&entry["status"]), text(&entry["result"])))
            .collect();
        entries.sort();
        entries
    }

    /// Has the next requests that fit go wrong.
    pub(crate) fn fault(&mut self, method: &str, path: &str, fault: Fault) {
        let when = When { method: method.to_owned(), path: path.to_owned(), nth: 1 };
        self.service.set_faults(vec![FaultRule { when, times: 1, fault }]);
    }
}

/// A resource with its schema: `kind/preview3`.
pub(crate) fn resource(schema: &str, body: Value) -> Value {
    let (kind, version) = schema.split_once('/').unwrap();
    let version = if version.starts_with("preview") { format!("2022-03-01-{version}") } else { version.to_owned() };
    let Value::Object(body) = body else { panic!("not an object") };
    let mut resource = json!({ "$schema": format!("{HOST}/{kind}/{version}") });
    resource.as_object_mut().unwrap().extend(body);
    resource
}

pub(crate) fn submission(product: &str, target: &str, id: Option<&str>) -> Value {
    let mut body = json!({ "product": format!("product/{product}"), "target": { "targetType": target } });
    if let Some(id) = id {
        body["id"] = json!(id);
    }
    resource("submission/preview2", body)
}

/// A resource of a tree or a list as it can be sent back: with the new host of schemas, and without its id.
pub(crate) fn sendable(read: &Value) -> Value {
    let mut resource = read.clone();
    let schema =
        read["$schema"].as_str().unwrap().replace("product-ingestion.azureedge.net", "schema.mp.microsoft.com");
    resource["$schema"] = json!(schema);
    resource.as_object_mut().unwrap().remove("id");
    resource
}

/// The resources of a tree of one type.
pub(crate) fn of_kind<'t>(tree: &'t Value, kind: &str) -> Vec<&'t Value> {
    let resources = tree["resources"].as_array().unwrap().iter();
    resources.filter(|one| one["id"].as_str().unwrap().split('/').next() == Some(kind)).collect()
}

/// The messages of an error, outermost first.
pub(crate) fn messages(error: &Value) -> Vec<String> {
    let mut found = vec![error["message"].as_str().unwrap_or_default().to_owned()];
    for detail in error["details"].as_array().into_iter().flatten() {
        found.extend(messages(detail));
    }
    found
}

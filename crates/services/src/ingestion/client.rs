//! The requests to the service.

use std::sync::Arc;

use http::header;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::job::Job;
use super::submission::Submission;
use super::tree::Tree;
use super::version::Pins;
use crate::api::retry::Safety;
use crate::api::{self, Action, Answer, Error, Failure, HttpReader, HttpWriter};
use crate::auth::foreign::plain;
use crate::backend::Ledger;
use crate::clock::{Bounds, Clock};
use crate::offer::{OfferAddress, RequestBody};

/// How many pages of a list are read at most.
const PAGES: usize = 1000;

/// What a client of this API needs.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The base address of the Product Ingestion API.
    pub endpoint: Endpoint,
    /// Carries, signs and repeats requests. Its endpoint is the origin of [`endpoint`](Self::endpoint).
    pub http: api::Connection,
    /// The schema versions that are written.
    pub pins: Pins,
    /// Remembers ids between runs that write.
    pub ledger: Arc<dyn Ledger>,
    /// Remembers the ids of products between all runs, on this machine only. It may be lost or wrong at any time.
    pub cache: Arc<dyn Ledger>,
}

/// Which state of a product is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Draft,
    Preview,
    Live,
}

impl Target {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Preview => "preview",
            Self::Live => "live",
        }
    }
}

/// A product in the list of products.
#[derive(Debug, Clone)]
pub(super) struct Product {
    /// The part of its durable id behind `product/`.
    pub(super) guid: String,
    /// The id that the publisher gave.
    pub(super) external_id: String,
}

/// Sends GET requests only.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) connection: Arc<Connection>,
    http: HttpReader,
}

impl Reading {
    pub(super) fn new(connection: Connection) -> Self {
        let http = HttpReader::new(Arc::new(connection.http.clone()));
        Self { connection: Arc::new(connection), http }
    }

    pub(super) fn bounded(&self, bounds: Bounds) -> Connection {
        Connection { http: self.http.bounded(bounds), ..Connection::clone(&self.connection) }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.connection.http.clock.as_ref()
    }

    async fn get(&self, action: Action, path: &str, query: &[(&str, &str)]) -> Result<Answer, Error> {
        let ceiling = self.connection.pins.ceiling();
        let query: Vec<(&str, &str)> = query.iter().copied().chain([("$version", ceiling.as_str())]).collect();
        let Some(uri) = self.connection.endpoint.uri(path, &query) else { return Err(Error::Unaddressable { action }) };
        self.http.get_uri(action, uri).await
    }

    /// The products with this id; the service has one at most.
    pub(super) async fn product(&self, address: &OfferAddress) -> Result<Option<Product>, Error> {
        let action = Action::on("looking up product", address);
        let answer = self.get(action.clone(), "product", &[("externalId", address.offer.as_str())]).await?;
        let rows = rows(&action, &answer)?;
        let products = rows.iter().map(product).collect::<Option<Vec<_>>>();
        let products = products.ok_or_else(|| unreadable(action, &answer, "expected a list of products with ids"))?;
        Ok(products.into_iter().find(|found| found.external_id.eq_ignore_ascii_case(address.offer.as_str())))
    }

    /// All products of the account.
    pub(super) async fn products(&self) -> Result<Vec<Product>, Error> {
        let action = Action::general("reading the list of products");
        let mut all = Vec::new();
        let mut answer = self.get(action.clone(), "product", &[]).await?;
        for _ in 0..PAGES {
            for row in rows(&action, &answer)? {
                let read = product(row);
                all.push(read.ok_or_else(|| unreadable(action.clone(), &answer, "a product has no id"))?);
            }
            let Some(link) = answer.body.get("@nextLink").and_then(Value::as_str) else { return Ok(all) };
            let next = self.connection.endpoint.next("product", link);
            let next = next.ok_or_else(|| unreadable(action.clone(), &answer, "its `@nextLink` is no address"))?;
            answer = self.http.get_uri(action.clone(), next).await?;
        }
        Err(unreadable(action, &answer, "the list has no end"))
    }

    /// What the clock of the service shows; `None` if the answer does not say.
    pub(super) async fn time(&self) -> Result<Option<Timestamp>, Error> {
        let answer =
            self.get(Action::general("reading the time of the service"), "product", &[("$maxpagesize", "1")]).await?;
        let date = answer.headers.get(header::DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok()))
    }

    /// All resources of a product.
    pub(super) async fn tree(&self, address: &OfferAddress, guid: &str, target: Target) -> Result<Tree, Error> {
        let action = Action::on(&format!("reading the {} of offer", target.as_str()), address);
        let path = format!("resource-tree/product/{guid}");
        let answer = self.get(action.clone(), &path, &[("targetType", target.as_str())]).await?;
        let tree = Tree::read(&answer.body).map_err(|error| unreadable(action.clone(), &answer, &error.to_string()))?;
        match tree.external_id() {
            Some(found) if found.eq_ignore_ascii_case(address.offer.as_str()) => Ok(tree),
            found => {
                let found = plain(found.unwrap_or("none"), 100);
                Err(unreadable(action, &answer, &format!("it describes another product: its external id is `{found}`")))
            }
        }
    }

    /// The active submissions of a product, without the entry for the draft.
    pub(super) async fn submissions(&self, address: &OfferAddress, guid: &str) -> Result<Vec<Submission>, Error> {
        let action = Action::on("reading the submissions of offer", address);
        let answer = self.get(action.clone(), &format!("submission/{guid}"), &[]).await?;
        let read = rows(&action, &answer)?.iter().map(Submission::read).collect::<Option<Vec<_>>>();
        let read = read.ok_or_else(|| unreadable(action, &answer, "expected submissions with an id and a target"))?;
        Ok(read.into_iter().flatten().collect())
    }

    /// Reads the state of a configure job with `GET configure/{id}/status`.
    pub(super) async fn job(&self, address: &OfferAddress, id: &str) -> Result<Job, Error> {
        let action = Action::on(&format!("reading job `{id}` of offer"), address);
        let answer = self.get(action.clone(), &format!("configure/{id}/status"), &[]).await?;
        Job::read(&answer.body).ok_or_else(|| unreadable(action, &answer, "expected the status of a job"))
    }
}

/// A connection that also sends `POST configure`. Only the writer has one.
#[derive(Debug, Clone)]
pub(super) struct Writing {
    pub(super) reading: Reading,
    http: HttpWriter,
}

impl Writing {
    pub(super) fn new(connection: Connection) -> Self {
        let http = HttpWriter::new(Arc::new(connection.http.clone()));
        Self { reading: Reading::new(connection), http }
    }

    /// Hands in resources; the job that carries them out.
    pub(super) async fn configure(
        &self,
        action: Action,
        version: &str,
        body: RequestBody,
        safety: Safety,
    ) -> Result<Job, Error> {
        let endpoint = &self.reading.connection.endpoint;
        let Some(uri) = endpoint.uri("configure", &[("$version", version)]) else {
            return Err(Error::Unaddressable { action });
        };
        let answer = self.http.post_uri(action.clone(), uri, body, safety).await?;
        Job::read(&answer.body).ok_or_else(|| {
            let failure = answer.unreadable("expected the status of a job with its id");
            Error::Ambiguous { action, failure: Box::new(failure) }
        })
    }

    /// Asks to cancel a job.
    pub(super) async fn cancel(&self, address: &OfferAddress, job: &str) -> Result<Option<Job>, Error> {
        let action = Action::on(&format!("cancelling job `{job}` of offer"), address);
        let ceiling = self.reading.connection.pins.ceiling();
        let uri = self.reading.connection.endpoint.uri(&format!("configure/{job}/cancel"), &[("$version", &ceiling)]);
        let Some(uri) = uri else { return Err(Error::Unaddressable { action }) };
        let answer = self.http.post_uri(action, uri, RequestBody::default(), Safety::Submitting).await?;
        Ok(Job::read(&answer.body))
    }
}

fn product(row: &Value) -> Option<Product> {
    let guid = row.get("id")?.as_str()?.trim().strip_prefix("product/")?.to_owned();
    let identity = row.get("identity")?;
    let external_id = ["externalId", "externalID"].iter().find_map(|name| identity.get(name)?.as_str())?.to_owned();
    Some(Product { guid, external_id })
}

fn rows<'a>(action: &Action, answer: &'a Answer) -> Result<&'a [Value], Error> {
    let rows = answer.body.get("value").and_then(Value::as_array).map(Vec::as_slice);
    rows.ok_or_else(|| unreadable(action.clone(), answer, "expected a list under `value`"))
}

fn unreadable(action: Action, answer: &Answer, problem: &str) -> Error {
    let failure: Failure = answer.unreadable(problem);
    Error::Failed { action, failure: Box::new(failure) }
}

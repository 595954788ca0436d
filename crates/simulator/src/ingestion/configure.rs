//! `POST configure`: what is checked at once, and the job that an accepted request starts. And what is said about jobs.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Request, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::{Outcome, Reason, Refusal, ok, spell};
use super::catalogue::{Kind, MACHINE, Scope};
use super::dialect::{
    Accepted, CancelSubmission, EarlyResult, FailedResult, FirstStatus, JobEnd, MachineVersion, OldHost, PlanScopedId,
    SchemaFailure, VersionParameter,
};
use super::route::query;
use super::schema::findings;
use super::show::View;
use super::state::{Ingestion, Item, Job, JobResult, ResourceFailure};
use super::version::{SchemaUrl, Version, schema_url};
use crate::answer::json_answer;
use crate::operation::{Failure, Pace, later};
use crate::stamp::Stamp;

/// Versions in which a request can be written.
const ENVELOPES: [&str; 3] = ["2022-03-01-preview2", "2022-03-01-preview3", "2022-07-01"];

/// What a fault script has in store for a job.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// How its submission fails.
    pub(crate) submission: Option<Failure>,
    /// How one of its resources fails.
    pub(crate) resource: Option<ResourceFailure>,
}

impl Ingestion {
    pub(super) fn configure(&mut self, request: &Request<Bytes>, now: Timestamp, pace: Pace, fate: Fate) -> Outcome {
        let body: Value = serde_json::from_slice(request.body())
            .map_err(|error| Refusal::bad_request(format!("The request body is not valid JSON: {error}")))?;
        let ceiling = query(request, "$version").and_then(|text| Version::parse(&text));
        let envelope = self.schema_of(&body)?;
        if envelope.kind != "configure" || !ENVELOPES.contains(&envelope.version.text()) {
            return Err(inaccessible(&body));
        }
        let resources = body.get("resources").and_then(Value::as_array).filter(|resources| !resources.is_empty());
        let resources = resources.ok_or_else(|| {
            let url = schema_url(false, "configure", envelope.version.text());
            invalid(&[(Reason::new(
                "schemaValidationError",
                failed(&url, &["#/resources: Too few items;".to_owned()]),
            ))])
        })?;
        let mut items = Vec::new();
        let mut flaws = Vec::new();
        for resource in resources {
            let item = self.item(resource, ceiling.as_ref())?;
            if let Some(flaw) = item.flaw.clone().filter(|flaw| flaw.code == "schemaValidationError") {
                flaws.push(flaw);
            }
            items.push(item);
        }
        if !flaws.is_empty() && self.dialect.schema_failure == SchemaFailure::Request {
            return Err(invalid(&flaws));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = items.iter().filter_map(|item| name_of(&item.body)).find(|name| !names.insert(*name)) {
            return Err(Refusal::bad_request(format!("The resource name '{twice}' is used more than once.")));
        }
        items.sort_by_key(|item| Kind::named(&item.kind).map_or(0, Kind::rank));
        let id = self.random.guid();
        let job = Job {
            id: id.clone(),
            started: now,
            ready: later(now, pace.queue.saturating_add(pace.resource)),
            pace,
            items,
            handled: 0,
            names: BTreeMap::new(),
            written: Vec::new(),
            releases: None,
            failure: fate.submission,
            resource_failure: fate.resource,
            errors: Vec::new(),
            ended: None,
        };
        let mut status = self.status(&job, now);
        let first = match self.dialect.first_status {
            FirstStatus::NotStarted => "notStarted",
            FirstStatus::Running => "running",
        };
        status["jobStatus"] = json!(spell(first, &self.dialect));
        self.open.insert(id.clone());
        self.jobs.insert(id, job);
        let code = match self.dialect.accepted {
            Accepted::Accepted => StatusCode::ACCEPTED,
            Accepted::Ok => StatusCode::OK,
        };
        Ok(json_answer(code, &status))
    }

    /// Refuses `$version` where a reading asks for that.
    pub(super) fn check_version(&self, request: &Request<Bytes>) -> Result<(), Refusal> {
        match query(request, "$version") {
            None if self.dialect.version_parameter == VersionParameter::Required => {
                Err(Refusal::bad_request("The query parameter '$version' is required."))
            }
            Some(version) if self.dialect.retired_versions.contains(&version) => {
                Err(Refusal::bad_request(format!("\"{version}\" is a deprecated schema")))
            }
            Some(version) if Version::parse(&version).is_none() => {
                Err(Refusal::bad_request(format!("The value '{version}' of '$version' is not valid.")))
            }
            _ => Ok(()),
        }
    }

    fn schema_of(&self, value: &Value) -> Result<SchemaUrl, Refusal> {
        let parsed = value.get("$schema").and_then(Value::as_str).and_then(SchemaUrl::parse);
        match parsed {
            Some(url) if !url.is_old || self.dialect.old_host == OldHost::Accepted => Ok(url),
            _ => Err(inaccessible(value)),
        }
    }

    fn item(&self, resource: &Value, ceiling: Option<&Version>) -> Result<Item, Refusal> {
        let url = self.schema_of(resource)?;
        let version = url.version.text();
        let kind = Kind::named(&url.kind).ok_or_else(|| inaccessible(resource))?;
        let is_announced = kind.announced.contains(&version);
        if !is_announced && !kind.has(&url.version) {
            return Err(inaccessible(resource));
        }
        if let Some(ceiling) = ceiling.filter(|ceiling| **ceiling < url.version) {
            let message = format!("The schema version {version} of '{}' is above '{}'.", kind.name, ceiling.text());
            return Err(Refusal::bad_request(message));
        }
        let mut body = resource.as_object().cloned().unwrap_or_default();
        body.shift_remove("$schema");
        let flaw = if is_announced {
            let message = format!("{} schema could not be found", schema_url(false, kind.name, version));
            Some(Reason::new("badRequest", message))
        } else {
            self.flaw(kind, version, &body)
        };
        self.sealer.seal_all(&mut body);
        Ok(Item { kind: kind.name.to_owned(), version: version.to_owned(), body, flaw })
    }

    fn flaw(&self, kind: &Kind, version: &str, body: &Map<String, Value>) -> Option<Reason> {
        let found = findings(kind, version, body);
        if !found.is_empty() {
            let message = failed(&schema_url(false, kind.name, version), &found);
            return Some(Reason::new("schemaValidationError", message).about(subject(kind, body)));
        }
        let is_below_plan = matches!(kind.scope, Scope::OfPlan | Scope::PlanListing);
        if is_below_plan && body.contains_key("id") && self.dialect.plan_scoped_id == PlanScopedId::Refused {
            return Some(
                Reason::invalid("invalidId", "The id of the resource is not valid.").about(subject(kind, body)),
            );
        }
        let is_newest = kind.versions.last().is_none_or(|newest| *newest == version);
        (kind.name == MACHINE && !is_newest && self.dialect.machine_version == MachineVersion::Newest).then(|| {
            let message = format!("The version {version} of the resource is not supported.");
            Reason::invalid("notSupported", message).about(subject(kind, body))
        })
    }

    pub(super) fn job_status(&self, id: &str, now: Timestamp) -> Outcome {
        Ok(ok(&self.status(self.job(id)?, now)))
    }

    /// What a job came to: the resources that it wrote, as they are now.
    pub(super) fn job_result(&self, id: &str, view: &View<'_>) -> Outcome {
        let job = self.job(id)?;
        match job.ended {
            None => {
                let message = format!("The job '{id}' has not completed.");
                return Err(match self.dialect.early_result {
                    EarlyResult::BadRequest => Refusal::bad_request(message),
                    EarlyResult::NotFound => Refusal::not_found(message),
                });
            }
            Some((_, JobResult::Succeeded)) => {}
            Some(_) if self.dialect.failed_result == FailedResult::Handled => {}
            Some(_) => return Err(Refusal::not_found(format!("The job '{id}' has no result."))),
        }
        let resources: Vec<Value> = job.written.iter().filter_map(|id| self.written(id, view)).collect();
        Ok(ok(&json!({
            "$schema": view.schema("configure-detail", "2022-03-01-preview2"),
            "resources": resources,
        })))
    }

    fn written(&self, id: &str, view: &View<'_>) -> Option<Value> {
        let product = self.products.get(id.split('/').nth(1)?)?;
        if let Some((_, number)) = id.strip_prefix("submission/").and_then(|rest| rest.split_once('/')) {
            let number: u64 = number.parse().ok()?;
            let submission = product.submissions.iter().rev().find(|one| one.number == number)?;
            return Some(view.submission(&product.guid, submission, view.now));
        }
        Some(view.resource(id, product.draft.get(id)?))
    }

    pub(super) fn cancel_job(&mut self, id: &str, now: Timestamp) -> Outcome {
        let too_late = || Refusal::bad_request("Cannot cancel job, job has already completed.");
        let job = self.job(id)?;
        if job.ended.is_some() {
            return Err(too_late());
        }
        if let Some((guid, position)) = job.releases.clone() {
            let product = self.products.get(&guid);
            let certified = product.and_then(|product| Some(product.submissions.get(position)?.certified));
            let is_far = certified.is_some_and(|certified| certified <= now);
            if is_far && self.dialect.cancel_submission == CancelSubmission::BeforeProvisioning {
                return Err(too_late());
            }
            if let Some(product) = self.products.get_mut(&guid) {
                // A cancelled submission is no longer active (an assumption). It is the last one: there is one at a time.
                product.submissions.truncate(position);
            }
        }
        self.open.remove(id);
        if let Some(job) = self.jobs.get_mut(id) {
            job.releases = None;
            job.ended = Some((now, JobResult::Cancelled));
        }
        Ok(ok(&self.status(self.job(id)?, now)))
    }

    fn job(&self, id: &str) -> Result<&Job, Refusal> {
        self.jobs.get(id).ok_or_else(|| Refusal::not_found(format!("The job '{id}' was not found.")))
    }

    fn status(&self, job: &Job, now: Timestamp) -> Value {
        let (status, result) = match job.ended {
            None if now < later(job.started, job.pace.queue) => ("notStarted", "pending"),
            None => ("running", "pending"),
            Some((_, JobResult::Succeeded)) => ("completed", "succeeded"),
            Some((_, JobResult::Failed)) => ("completed", "failed"),
            Some((_, JobResult::Cancelled)) => ("completed", "cancelled"),
        };
        let mut shown = json!({
            "$schema": schema_url(false, "configure-status", "2022-03-01-preview2"),
            "jobId": job.id,
            "jobStatus": spell(status, &self.dialect),
            "jobResult": spell(result, &self.dialect),
            "jobStart": Stamp::at(job.started).text(),
        });
        match (job.ended, self.dialect.job_end) {
            (Some((at, _)), _) => shown["jobEnd"] = json!(Stamp::at(at).text()),
            (None, JobEnd::Midnight) => shown["jobEnd"] = json!("0001-01-01T00:00:00"),
            (None, JobEnd::Date) => shown["jobEnd"] = json!("0001-01-01"),
            (None, JobEnd::Absent) => {}
        }
        if matches!(job.ended, Some((_, JobResult::Succeeded))) {
            // On another host than the API (page).
            shown["resourceUri"] = json!(format!("https://product-ingestion.mp.microsoft.com/configure/{}", job.id));
        }
        shown["errors"] = job.errors.iter().map(|error| error.show(&self.dialect)).collect();
        shown
    }
}

/// The name that a request gives to a resource.
fn name_of(body: &Map<String, Value>) -> Option<&str> {
    body.get("resourceName")?.as_str()
}

/// How an error names a resource: by its id, by its name in the request, or by the external id of what it is or belongs to.
pub(super) fn subject(kind: &Kind, body: &Map<String, Value>) -> Option<Value> {
    let id = body.get("id").cloned();
    let name = || name_of(body).map(|name| json!({ "resourceName": name }));
    let identity = || body.get("identity").filter(|_| matches!(kind.scope, Scope::Product | Scope::Plan)).cloned();
    let owner = || body.get("plan").or_else(|| body.get("product")).cloned();
    id.or_else(name).or_else(identity).or_else(owner)
}

fn inaccessible(value: &Value) -> Refusal {
    let url = value.get("$schema").and_then(Value::as_str).unwrap_or_default();
    Refusal::bad_request(format!("Schema {} could not be accessed", url.trim())).bare()
}

fn failed(url: &str, findings: &[String]) -> String {
    format!("Schema validation failed for schema {url}: {}", findings.concat())
}

fn invalid(flaws: &[Reason]) -> Refusal {
    let mut refusal = Refusal::bad_request("One or more resources are not valid.");
    refusal.reason.details = flaws.to_vec();
    refusal
}

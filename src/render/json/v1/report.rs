//! The report of a run as JSON: the audit trail.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::FORMAT_VERSION;
use super::plan::{ErrorMessage, level};
use crate::apply::{self, Outcome, StepOutcome, StepReport, Verdict};
use crate::backend::RequestRecord;
use crate::diff::RedactedValue;
use crate::plan::{Action, Guard, PlannedChange};

/// The schema of this document.
pub const REPORT_SCHEMA: &str = include_str!("../../../../schemas/apply-report.schema.json");

/// Writes the report. It holds no secret and no signature.
pub fn report(report: &apply::Report, out: &mut dyn Write) -> io::Result<()> {
    super::write(&Report::from(report), out)
}

#[derive(Serialize)]
struct Report<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    started: String,
    finished: String,
    endpoint: &'a str,
    identity: &'a str,
    commit: Option<&'a str>,
    dirty: bool,
    digest: &'a str,
    interrupted: bool,
    result: &'static str,
    offers: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    address: String,
    file: &'a str,
    planned: &'static str,
    /// How the write and the release ended together.
    result: &'static str,
    outcome: &'static str,
    message: Option<&'a str>,
    hint: Option<&'a str>,
    correlation_id: Option<&'a str>,
    revision_before: Option<&'a str>,
    revision_after: Option<&'a str>,
    changes: Vec<Change<'a>>,
    not_made: Vec<Change<'a>>,
    left: Vec<Change<'a>>,
    not_compared: Vec<Change<'a>>,
    allowed: Vec<Allowed<'a>>,
    remarks: Vec<Remark<'a>>,
    release: Release<'a>,
    requests: Vec<Request<'a>>,
}

#[derive(Serialize)]
struct Release<'a> {
    from: &'static str,
    to: &'static str,
    steps: Vec<Step<'a>>,
}

/// What became of a step of a release.
#[derive(Serialize)]
pub(super) struct Step<'a> {
    name: &'static str,
    outcome: &'static str,
    operation: Option<&'a str>,
    message: Option<&'a str>,
    pub(super) hint: Option<&'a str>,
    #[serde(rename = "troubles")]
    failed_steps: Vec<ErrorMessage<'a>>,
    started: Option<String>,
    finished: Option<String>,
}

#[derive(Serialize)]
struct Change<'a> {
    path: &'a str,
    op: &'static str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    sensitive: bool,
}

/// A guard that was allowed. Without a file, the yes was given on the command line.
#[derive(Serialize)]
struct Allowed<'a> {
    code: &'static str,
    target: &'a str,
    reason: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<usize>,
}

impl<'a> From<&'a Guard> for Allowed<'a> {
    fn from(guard: &'a Guard) -> Self {
        let consent = guard.consent.as_ref();
        Self {
            code: guard.code,
            target: &guard.target,
            reason: consent.map(|consent| consent.reason.as_str()),
            file: consent.map(|consent| consent.origin.file.as_str()),
            line: consent.map(|consent| consent.origin.line),
        }
    }
}

#[derive(Serialize)]
struct Remark<'a> {
    kind: &'static str,
    path: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Request<'a> {
    method: &'a str,
    path: &'a str,
    attempt: u32,
    status: Option<u16>,
    correlation_id: Option<&'a str>,
    started: String,
    milliseconds: u128,
}

impl<'a> From<&'a apply::Report> for Report<'a> {
    fn from(report: &'a apply::Report) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            offerform_version: env!("CARGO_PKG_VERSION"),
            started: report.started.to_string(),
            finished: report.finished.to_string(),
            endpoint: &report.endpoint,
            identity: &report.identity,
            commit: report.commit.as_deref(),
            dirty: report.dirty,
            digest: &report.digest,
            interrupted: report.interrupted,
            result: result(report.verdict()),
            offers: report.offers.iter().map(Offer::from).collect(),
        }
    }
}

/// How something ended, in a word.
pub(super) fn result(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "done",
        Verdict::Refused => "refused",
        Verdict::Bad => "failed",
    }
}

impl<'a> From<&'a apply::OfferReport> for Offer<'a> {
    fn from(offer: &'a apply::OfferReport) -> Self {
        let failure = match &offer.outcome {
            Outcome::Failed(failure) | Outcome::Unknown(failure) => Some(failure),
            _ => None,
        };
        let message = match &offer.outcome {
            Outcome::Conflict { reason } => Some(reason.as_str()),
            _ => failure.map(|failure| failure.message.as_str()),
        };
        Self {
            address: offer.address.to_string(),
            file: &offer.file,
            planned: match offer.planned {
                Action::Create => "create",
                Action::Update => "update",
                Action::None => "none",
            },
            result: result(offer.verdict()),
            outcome: offer.outcome.name(),
            message,
            hint: failure.and_then(|failure| failure.hint.as_deref()),
            correlation_id: failure.and_then(|failure| failure.correlation_id.as_deref()),
            revision_before: offer.revision_before.as_deref(),
            revision_after: offer.revision_after.as_deref(),
            changes: offer.changes.iter().map(Change::from).collect(),
            not_made: offer.not_made.iter().map(Change::from).collect(),
            left: offer.left.iter().map(Change::from).collect(),
            not_compared: offer.not_compared.iter().map(Change::from).collect(),
            allowed: offer.allowed.iter().map(Allowed::from).collect(),
            remarks: offer.remarks.iter().map(Remark::from).collect(),
            release: Release {
                from: level(offer.release.from),
                to: level(offer.release.to),
                steps: offer.release.steps.iter().map(Step::from).collect(),
            },
            requests: offer.requests.iter().map(Request::from).collect(),
        }
    }
}

impl<'a> From<&'a StepReport> for Step<'a> {
    fn from(step: &'a StepReport) -> Self {
        let failed_steps = match &step.outcome {
            StepOutcome::Failed(steps) => steps.iter().map(ErrorMessage::from).collect(),
            _ => Vec::new(),
        };
        Self {
            name: step.kind.name(),
            outcome: step.outcome.name(),
            operation: step.operation.as_deref(),
            message: step.outcome.message(),
            hint: step.outcome.hint(),
            failed_steps,
            started: step.started.map(|time| time.to_string()),
            finished: step.finished.map(|time| time.to_string()),
        }
    }
}

impl<'a> From<&'a PlannedChange> for Change<'a> {
    fn from(planned: &'a PlannedChange) -> Self {
        let change = &planned.change;
        Self {
            path: planned.path.as_str(),
            op: change.operation.name(),
            before: change.before.as_ref().map(RedactedValue::value),
            after: change.after.as_ref().map(RedactedValue::value),
            sensitive: change.is_sensitive(),
        }
    }
}

impl<'a> From<&'a apply::Remark> for Remark<'a> {
    fn from(remark: &'a apply::Remark) -> Self {
        Self { kind: remark.kind.name(), path: remark.path.as_str(), text: &remark.text }
    }
}

impl<'a> From<&'a RequestRecord> for Request<'a> {
    fn from(request: &'a RequestRecord) -> Self {
        Self {
            method: &request.method,
            path: &request.path,
            attempt: request.attempt,
            status: request.status,
            correlation_id: request.correlation_id.as_deref(),
            started: request.started.to_string(),
            milliseconds: request.duration.as_millis(),
        }
    }
}

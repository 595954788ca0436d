//! Jobs: what became of resources that were handed in.

use serde_json::Value;

use crate::api::said;
use crate::auth::foreign::plain;

/// How long the message of a job may get.
const MESSAGE_LIMIT: usize = 2000;

/// The state of a configure job, as the service tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) state: JobState,
    /// The status in the words of the service.
    pub(super) word: String,
}

/// What the status of a job means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JobState {
    /// It is not over. A word that is not known means the same.
    Open,
    Succeeded,
    Cancelled,
    /// It stopped, for these reasons. What it had written before stays.
    Failed(Vec<String>),
}

impl JobState {
    pub(super) fn is_open(&self) -> bool {
        *self == Self::Open
    }

    pub(super) fn has_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl Job {
    /// Reads the status of a job; `None` if it names no id.
    pub(super) fn read(body: &Value) -> Option<Self> {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(|word| plain(word, 100));
        let id = text("jobId").or_else(|| text("jobID")).filter(|id| !id.is_empty())?;
        let (status, result) = (text("jobStatus").unwrap_or_default(), text("jobResult").unwrap_or_default());
        let state = match (status.to_ascii_lowercase().as_str(), result.to_ascii_lowercase().as_str()) {
            ("completed", "succeeded") => JobState::Succeeded,
            ("completed", "cancelled" | "canceled") => JobState::Cancelled,
            ("completed", "failed") => JobState::Failed(reasons(body)),
            _ => JobState::Open,
        };
        let word = if state == JobState::Open { status } else { result };
        Some(Self { id, state, word })
    }
}

/// Why a job failed. The outermost message says little; the reasons are in the details.
fn reasons(body: &Value) -> Vec<String> {
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    let reason = |error: &Value| {
        let about = error.get("resourceId").map(name_of).filter(|name| !name.is_empty());
        let said = plain(&said(error), MESSAGE_LIMIT);
        about.map_or_else(|| said.clone(), |about| format!("{about}: {said}"))
    };
    let reasons: Vec<String> = errors.map(reason).collect();
    if reasons.is_empty() { vec!["the service gives no reason".to_owned()] } else { reasons }
}

/// The name of the resource that an error is about: its type and what follows, or the name in the request.
fn name_of(reference: &Value) -> String {
    let of_object = || ["resourceName", "externalId"].iter().find_map(|name| reference.get(name)?.as_str());
    plain(reference.as_str().or_else(of_object).unwrap_or_default(), 200)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_read_in_any_letter_case_and_unknown_ones_mean_open() {
        for (status, result, expected) in [
            ("notStarted", "pending", JobState::Open),
            ("Running", "Pending", JobState::Open),
            ("completed", "succeeded", JobState::Succeeded),
            ("Completed", "Succeeded", JobState::Succeeded),
            ("completed", "cancelled", JobState::Cancelled),
            ("completed", "new word", JobState::Open),
            ("completed", "failed", JobState::Failed(vec!["the service gives no reason".to_owned()])),
        ] {
            let job = Job::read(&json!({"jobId": "j", "jobStatus": status, "jobResult": result})).unwrap();
            assert_eq!(job.state, expected, "{status} {result}");
        }
        assert_eq!(Job::read(&json!({"jobStatus": "running"})), None);
    }

    #[test]
    fn the_reasons_of_a_failure_come_from_the_innermost_details() {
        let job = json!({"jobId": "j", "jobStatus": "completed", "jobResult": "failed", "errors": [{
            "resourceId": "submission/p", "code": "internalServerError", "message": "Operation failed",
            "details": [{"code": "invalidState", "message": "Certification",
                "details": [{"code": "invalidState", "message": "Issues found during Certification."}]}],
        }]});
        let expected = "submission/p: Operation failed; Certification; Issues found during Certification.";
        assert_eq!(Job::read(&job).unwrap().state, JobState::Failed(vec![expected.to_owned()]));
    }
}

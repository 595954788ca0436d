//! What the service tells about a release under way: status, steps, messages, submissions.
//!
//! `GET …/status`, `GET …/operations/{id}` and the operation of a migrated offer have one shape.
//! Sources: cloud-partner-portal-api-retrieve-offer-status.md, cloud-partner-portal-api-retrieve-operations.md.

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::json::{integer, list, moment, number, status, text, texts};
use super::{State, Status};
use crate::auth::foreign::{plain, plain_html};

/// The step at which the publisher looks at the preview, in letters only: the service writes `publisher-signoff` as its id, and
/// writes the same, or "Publisher signoff", as its name.
const SIGN_OFF: &str = "publishersignoff";

/// How a release of an offer stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The status of the operation as a whole.
    pub status: Status,
    /// The messages about the operation as a whole.
    pub messages: Vec<Message>,
    /// The steps, in the service's order.
    pub steps: Vec<Step>,
    /// Where the preview can be seen.
    pub preview_links: Vec<String>,
    /// Where the live offer can be seen.
    pub live_links: Vec<String>,
    /// The number of this publishing.
    pub publishing_version: Option<u64>,
    /// The version of the offer that is published.
    pub offer_version: Option<u64>,
    /// Whether it can be cancelled, in the service's word, such as `canCancel`.
    pub cancellation: Option<String>,
}

/// One step of a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The service's id of it, such as `displaycertify`.
    pub id: String,
    /// The name of the step for people, such as `Certification`.
    pub name: String,
    /// How it stands; `None` if the service does not say.
    pub status: Option<Status>,
    /// How long it usually takes, in the service's words, such as "~2-3 days".
    pub estimate: Option<String>,
    /// How far it is, from 0 to 100.
    pub progress: Option<u8>,
    /// What there is to say about it.
    pub messages: Vec<Message>,
}

/// A message of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The message as plain text; the service writes HTML.
    pub text: String,
    /// Its weight, such as `error`, in the service's word.
    pub level: String,
    /// The time of the message.
    pub at: Option<Timestamp>,
}

impl Message {
    fn read(value: &Value) -> Self {
        Self {
            // A message of a certification can hold the whole report of a test run.
            text: plain_html(&text(value, "messageHtml").unwrap_or_default(), 10_000),
            level: plain(&text(value, "level").unwrap_or_default(), 50),
            at: moment(value, "timestamp"),
        }
    }

    fn all(value: &Value) -> Vec<Self> {
        list(value, "messages").iter().map(Self::read).collect()
    }

    /// Whether it tells of an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level.eq_ignore_ascii_case("error")
    }
}

impl Step {
    fn read(value: &Value) -> Self {
        let word = |name: &str| text(value, name).map(|text| plain(&text, 200));
        let id = word("id").unwrap_or_default();
        Self {
            name: word("stepName").unwrap_or_else(|| id.clone()),
            id,
            status: status(value, "status"),
            estimate: word("estimatedTimeFrame"),
            progress: integer(value, "progressPercentage").and_then(|percent| u8::try_from(percent.min(100)).ok()),
            messages: Message::all(value),
        }
    }

    fn is_in(&self, state: State) -> bool {
        self.status.as_ref().is_some_and(|status| status.state() == state)
    }

    /// Whether it is the step at which the publisher looks at the preview. The pages know it by its id; public clients know it by
    /// its name, in answers whose id may be another.
    fn is_sign_off(&self) -> bool {
        [&self.id, &self.name].into_iter().any(|text| {
            let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            letters.to_ascii_lowercase().contains(SIGN_OFF)
        })
    }
}

impl Operation {
    /// Reads an operation, bare or as the only element of a list. `None` if it is neither.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let value = match value {
            Value::Array(elements) if elements.len() == 1 => &elements[0],
            other => other,
        };
        Some(Self {
            status: status(value, "status")?,
            messages: Message::all(value),
            steps: list(value, "steps").iter().map(Step::read).collect(),
            preview_links: texts(value, "previewLinks"),
            live_links: texts(value, "liveLinks"),
            publishing_version: integer(value, "publishingVersion"),
            offer_version: integer(value, "offerVersion"),
            cancellation: text(value, "cancellationRequestState").map(|text| plain(&text, 100)),
        })
    }

    /// Whether the preview is ready and the publisher's go is awaited. The service shows it in two ways: by the whole's
    /// own word, or by that of the sign-off step while the whole is still running.
    #[must_use]
    pub fn is_preview_ready(&self) -> bool {
        let waiting = State::WaitingForPublisherReview;
        let signs_off = |step: &Step| step.is_sign_off() && step.is_in(waiting);
        match self.status.state() {
            State::WaitingForPublisherReview => true,
            State::Running => self.steps.iter().any(signs_off),
            _ => false,
        }
    }

    /// How long it usually takes up to the preview, and from there to customers, in the service's words.
    #[must_use]
    pub fn estimates(&self) -> (Option<String>, Option<String>) {
        let sign_off = self.steps.iter().position(Step::is_sign_off);
        let sign_off = sign_off.unwrap_or(self.steps.len());
        let together = |steps: &[Step]| {
            let words: Vec<&str> = steps.iter().filter_map(|step| step.estimate.as_deref()).collect();
            (!words.is_empty()).then(|| words.join(" + "))
        };
        (together(&self.steps[..sign_off]), together(&self.steps[(sign_off + 1).min(self.steps.len())..]))
    }

    /// The step it is at: the first one that is neither over nor yet to come.
    #[must_use]
    pub fn current_step(&self) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.status.as_ref().is_some_and(|status| status.is_open() || status.is_failure()))
    }

    /// The steps that ended badly, with the messages somebody has to read.
    pub fn failed_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.status.as_ref().is_some_and(Status::is_failure))
    }
}

/// One row of the list of an offer's submissions: something that was asked of the service.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Its id, which also names the operation.
    pub id: String,
    /// The kind of the submission: a publish or a go-live.
    pub kind: SubmissionKind,
    /// How it stands; `None` if the service does not say.
    pub status: Option<Status>,
    /// The version of the offer that was submitted.
    pub offer_version: Option<u64>,
    /// The number of the publishing.
    pub publishing_version: Option<u64>,
    /// The slot it is for, in the service's word, such as `staging`.
    pub slot: Option<String>,
    /// The row's own version: larger than 2^53, and exact.
    pub version: Option<Number>,
    /// The time of the last change of the submission.
    pub changed: Option<Timestamp>,
}

/// What a submission asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmissionKind {
    /// To publish to the preview.
    Publish,
    /// To go live.
    GoLive,
    /// Something else, in the service's word.
    Other(String),
}

impl SubmissionKind {
    fn read(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "publish" => Self::Publish,
            "golive" => Self::GoLive,
            _ => Self::Other(plain(text, 100)),
        }
    }
}

impl Submission {
    /// Whether it is not over: it runs, waits for somebody, or waits for its turn. What the service does not say counts as over;
    /// the offer's own status tells then.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.is_open() || status.state() == State::NotStarted)
    }

    /// Reads a row. `None` without an id: a row without an id cannot be distinguished from others.
    pub(super) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            id: text(value, "id")?,
            kind: SubmissionKind::read(&text(value, "submissionType").unwrap_or_default()),
            status: status(value, "submissionState").or_else(|| status(value, "status")),
            offer_version: integer(value, "offerVersion"),
            publishing_version: integer(value, "publishingVersion"),
            slot: text(value, "slot").map(|slot| plain(&slot, 100)),
            version: number(value, "version"),
            changed: moment(value, "changedTime"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn operation(status: &str, sign_off: &str) -> Operation {
        let steps = json!([{"id": "Publisher-SignOff", "stepName": "Publisher signoff", "status": sign_off}]);
        Operation::read(&json!({"status": status, "steps": steps})).unwrap()
    }

    #[test]
    fn a_ready_preview_shows_in_two_ways() {
        for (status, sign_off, ready) in [
            ("waitingForPublisherReview", "notStarted", true),
            ("WAITINGFORPUBLISHERREVIEW", "complete", true),
            ("running", "waitingForPublisherReview", true),
            ("Running", "WaitingForPublisherReview", true),
            ("running", "inProgress", false),
            ("running", "complete", false),
            ("failed", "waitingForPublisherReview", false),
            ("canceled", "waitingForPublisherReview", false),
        ] {
            assert_eq!(operation(status, sign_off).is_preview_ready(), ready, "{status}, {sign_off}");
        }
    }

    #[test]
    fn the_sign_off_is_known_by_its_id_or_by_its_name() {
        for (id, name, ready) in [
            ("publisher-signoff", "Publisher signoff", true),
            ("PublisherSignOff", "", true),
            ("step-5", "publisher-signoff", true),
            ("step-5", "Publisher Sign-Off", true),
            ("step-5", "Waiting: publisher sign off", true),
            ("step-5", "Sign-off", false),
            ("publisher", "signoff", false),
        ] {
            let steps = json!([{"id": id, "stepName": name, "status": "waitingForPublisherReview"}]);
            let operation = Operation::read(&json!({"status": "running", "steps": steps})).unwrap();
            assert_eq!(operation.is_preview_ready(), ready, "{id}, {name}");
        }
    }

    #[test]
    fn an_operation_may_stand_in_a_list_of_one() {
        let bare = json!({"status": "running", "steps": null, "messages": []});
        assert_eq!(Operation::read(&json!([bare.clone()])), Operation::read(&bare));
        for other in [json!([]), json!([bare.clone(), bare]), json!({}), json!("running"), json!(null)] {
            assert_eq!(Operation::read(&other), None, "{other}");
        }
    }

    #[test]
    fn steps_and_messages_are_read_as_plain_text() {
        let operation = Operation::read(&json!({
            "status": "failed",
            "steps": [
                {"id": "displaycertify", "status": "rejected", "progressPercentage": 250, "estimatedTimeFrame": "~2-3 days",
                 "messages": [{"messageHtml": "<p>Disk <b>size</b>\u{1b}[2J</p>", "level": "Error", "timestamp": "2018-01-16T18:57:38.7184322Z"}]},
                {"id": "live", "progressPercentage": "7"}
            ],
            "previewLinks": ["https://preview.example"], "offerVersion": 3, "cancellationRequestState": "canCancel"
        }))
        .unwrap();
        let failed: Vec<_> = operation.failed_steps().collect();
        assert_eq!(failed.len(), 1);
        assert_eq!((failed[0].name.as_str(), failed[0].progress), ("displaycertify", Some(100)));
        assert_eq!(failed[0].messages[0].text, "Disk size [2J");
        assert!(failed[0].messages[0].is_error());
        assert_eq!(operation.steps[1].progress, Some(7));
        assert_eq!((operation.offer_version, operation.cancellation.as_deref()), (Some(3), Some("canCancel")));
    }

    #[test]
    fn the_version_of_a_submission_is_exact() {
        let row: Value = serde_json::from_str(
            r#"{"id": "s-1", "submissionType": "goLive", "submissionState": "Running", "version": 9223372036854775783,
                "offerVersion": 4, "slot": "staging", "changedTime": "2018-01-16T18:57:38.7184322"}"#,
        )
        .unwrap();
        let submission = Submission::read(&row).unwrap();
        assert_eq!(submission.version.unwrap().to_string(), "9223372036854775783");
        assert_eq!((submission.kind, submission.offer_version), (SubmissionKind::GoLive, Some(4)));
        assert_eq!(submission.status.unwrap().state(), State::Running);
        assert_eq!(Submission::read(&json!({"submissionType": "publish"})), None);
    }
}

//! The service's words for how something stands.

use std::fmt;

use crate::auth::foreign::plain;

/// How an offer, an operation, a submission or a step stands.
///
/// The service writes these words in any letter case, with or without spaces, and has words that its pages do not list.
/// So the original text is kept beside what was understood of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    state: State,
    text: String,
}

/// What is understood of a [`Status`]. Offers, operations and steps share the words, so they share this.
///
/// Sources: cloud-partner-portal-api-retrieve-offer-status.md, cloud-partner-portal-api-retrieve-operations.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `neverPublished`.
    NeverPublished,
    /// `notStarted`.
    NotStarted,
    /// `running`, and `inProgress` of a step.
    Running,
    /// `waitingForPublisherReview`: the preview is ready, the publisher's go is awaited.
    WaitingForPublisherReview,
    /// `waitingForApproval`, of a step: somebody at Microsoft has to agree.
    WaitingForApproval,
    /// `blocked`, of a step.
    Blocked,
    /// `rejected`, of a step.
    Rejected,
    /// `succeeded`, `completed` and `complete`.
    Succeeded,
    /// `published`, of an offer.
    Published,
    /// `canceled`.
    Canceled,
    /// `failed`.
    Failed,
    /// A word that is not known; its text tells.
    Unknown,
}

impl Status {
    /// Understands a word of the service.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let state = match letters.to_ascii_lowercase().as_str() {
            "neverpublished" => State::NeverPublished,
            "notstarted" => State::NotStarted,
            "running" | "inprogress" => State::Running,
            "waitingforpublisherreview" => State::WaitingForPublisherReview,
            "waitingforapproval" => State::WaitingForApproval,
            "blocked" => State::Blocked,
            "rejected" => State::Rejected,
            "succeeded" | "completed" | "complete" => State::Succeeded,
            "published" => State::Published,
            "canceled" | "cancelled" => State::Canceled,
            "failed" => State::Failed,
            _ => State::Unknown,
        };
        Self { state, text: plain(text, 100) }
    }

    /// What is understood of it.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The service's own word, as plain text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether something is still going on, or waited for. A word that is not known counts as going on: nothing new may be
    /// started on the strength of it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        use State::{Running, Unknown, WaitingForApproval, WaitingForPublisherReview};
        matches!(self.state, Running | WaitingForPublisherReview | WaitingForApproval | Unknown)
    }

    /// Whether it ended in a way that somebody has to look at.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self.state, State::Blocked | State::Rejected | State::Failed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_in_any_letter_case_and_kept_as_they_are() {
        for (text, state) in [
            ("neverPublished", State::NeverPublished),
            ("NOTSTARTED", State::NotStarted),
            ("not started", State::NotStarted),
            ("Running", State::Running),
            ("inProgress", State::Running),
            ("waitingforpublisherreview", State::WaitingForPublisherReview),
            ("WaitingForApproval", State::WaitingForApproval),
            ("Blocked", State::Blocked),
            ("rejected", State::Rejected),
            ("complete", State::Succeeded),
            ("Completed", State::Succeeded),
            ("succeeded", State::Succeeded),
            ("published", State::Published),
            ("Canceled", State::Canceled),
            ("FAILED", State::Failed),
            ("somethingNew", State::Unknown),
            ("", State::Unknown),
        ] {
            let status = Status::read(text);
            assert_eq!((status.state(), status.as_str()), (state, text));
        }
    }

    #[test]
    fn an_unknown_word_counts_as_going_on() {
        assert!(Status::read("verifying").is_open());
        assert!(!Status::read("succeeded").is_open());
        assert!(!Status::read("notStarted").is_open());
    }
}

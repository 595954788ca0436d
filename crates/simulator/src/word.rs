//! The words for how something stands, in every spelling.

use super::dialect::{Dialect, Letters, Words};

/// A status word before it is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    NeverPublished,
    NotStarted,
    WaitingForPublisherReview,
    Running,
    InProgress,
    /// Of an offer.
    Succeeded,
    /// Of an operation.
    Completed,
    /// Of a step.
    Complete,
    Canceled,
    Failed,
    Blocked,
    Rejected,
}

/// The word as the dialect writes it.
pub(super) fn spell(word: Word, dialect: &Dialect) -> String {
    let text = match (word, dialect.words) {
        (Word::NeverPublished, _) => "neverPublished",
        (Word::NotStarted, _) => "notStarted",
        (Word::WaitingForPublisherReview, _) => "waitingForPublisherReview",
        (Word::Running, _) | (Word::InProgress, Words::Alternative) => "running",
        (Word::InProgress, Words::Common) => "inProgress",
        (Word::Succeeded, Words::Common) | (Word::Completed, Words::Alternative) => "succeeded",
        (Word::Succeeded, Words::Alternative) => "published",
        (Word::Completed, Words::Common) | (Word::Complete, Words::Alternative) => "completed",
        (Word::Complete, Words::Common) => "complete",
        (Word::Canceled, _) => "canceled",
        (Word::Failed, _) => "failed",
        (Word::Blocked, _) => "blocked",
        (Word::Rejected, _) => "rejected",
    };
    match dialect.letters {
        Letters::Camel => text.to_owned(),
        Letters::Lower => text.to_ascii_lowercase(),
        Letters::Pascal => text[..1].to_ascii_uppercase() + &text[1..],
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Letters, Word, Words, spell};

    #[test]
    fn a_word_is_spelt_as_the_dialect_asks() {
        for (word, letters, words, expected) in [
            (Word::WaitingForPublisherReview, Letters::Camel, Words::Common, "waitingForPublisherReview"),
            (Word::WaitingForPublisherReview, Letters::Pascal, Words::Common, "WaitingForPublisherReview"),
            (Word::WaitingForPublisherReview, Letters::Lower, Words::Common, "waitingforpublisherreview"),
            (Word::Succeeded, Letters::Camel, Words::Alternative, "published"),
            (Word::InProgress, Letters::Camel, Words::Common, "inProgress"),
            (Word::InProgress, Letters::Pascal, Words::Alternative, "Running"),
            (Word::Complete, Letters::Camel, Words::Common, "complete"),
            (Word::Complete, Letters::Camel, Words::Alternative, "completed"),
            (Word::Completed, Letters::Camel, Words::Common, "completed"),
            (Word::Completed, Letters::Camel, Words::Alternative, "succeeded"),
        ] {
            let dialect = Dialect { letters, words, ..Dialect::default() };
            assert_eq!(spell(word, &dialect), expected);
        }
    }
}

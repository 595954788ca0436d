//! What a reader of the plan should know about a release.

use super::{ReleasePlan, Start, StepKind};
use crate::offer::Document;
use crate::plan::Note;

/// The notes on a release of the draft `next`.
pub(in crate::plan) fn notes(release: &ReleasePlan, next: Option<&Document>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(operation) = &release.passed_over {
        let text =
            format!("the service is busy ({operation}); that is left alone, and nothing is released in this run");
        notes.push(Note { code: "busy-left-alone", text });
    }
    let publishes = release.steps.iter().any(|step| step.kind == StepKind::Publish && step.start_is_ours());
    if publishes && next.is_some_and(is_migrated) {
        let text = "the offer was moved to Partner Center: the service ignores notification e-mails, and writes to the \
                    seller contact of the account";
        notes.push(Note { code: "notification-ignored", text: text.to_owned() });
    }
    notes
}

impl super::ReleaseStep {
    /// Whether this run starts it.
    fn start_is_ours(&self) -> bool {
        !matches!(self.start, Start::Attach(_))
    }
}

/// Source: cloud-partner-portal-api-overview.md; the word for an offer that was not moved is `none`.
fn is_migrated(draft: &Document) -> bool {
    let word = draft.content().get("pcMigrationStatus").and_then(serde_json::Value::as_str);
    word.is_some_and(|word| !word.is_empty() && !word.eq_ignore_ascii_case("none"))
}

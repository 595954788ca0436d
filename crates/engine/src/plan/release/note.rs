//! What a reader of the plan should know about a release.

use super::{Level, ReleasePlan, Start, differences};
use crate::backend::{OperationKind, Situation};
use crate::offer::Document;
use crate::offer::layout::is_migrated;
use crate::plan::Note;

/// The notes on a release of the draft `next`.
pub(in crate::plan) fn notes(release: &ReleasePlan, next: Option<&Document>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(operation) = &release.passed_over {
        let text = format!(
            "another operation is running ({operation}); it is left alone, and nothing is released in this run"
        );
        notes.push(Note { code: "busy-left-alone", text });
    }
    let publishes = release.steps.iter().any(|step| step.kind == OperationKind::Publish && step.is_started_by_run());
    if publishes && next.is_some_and(|next| is_migrated(next.content())) {
        let text = "the offer was moved to Partner Center: the service ignores notification e-mails, and writes to the \
                    seller contact of the account";
        notes.push(Note { code: "notification-ignored", text: text.to_owned() });
    }
    notes
}

/// The note that a slot counts as this draft though it holds something else.
pub(in crate::plan) fn stored_otherwise(
    release: &ReleasePlan,
    situation: &Situation,
    next: Option<&Document>,
    is_in: &dyn Fn(&Document) -> bool,
) -> Option<Note> {
    let (slot, held) = match release.from {
        Level::Draft => return None,
        Level::Preview => ("preview", situation.preview.as_ref()),
        Level::Live => ("production", situation.production.as_ref()),
    };
    let (next, held) = next.zip(held).filter(|(_, held)| !is_in(held))?;
    let changes = differences(next.field_table(), next, held);
    let paths: Vec<String> = changes.iter().take(3).map(|planned| format!("`{}`", planned.change.identity)).collect();
    let more = changes.len().saturating_sub(paths.len());
    let named = if more == 0 { paths.join(", ") } else { format!("{} and {more} more", paths.join(", ")) };
    let text = format!(
        "the service released this draft before and stores it differently in the {slot}: {named}; it is not released again"
    );
    Some(Note { code: "stored-otherwise", text })
}

impl super::ReleaseStep {
    /// Whether this run starts the step, rather than following an operation that is running.
    fn is_started_by_run(&self) -> bool {
        !matches!(self.start, Start::Attach(_))
    }
}

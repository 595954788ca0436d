//! What rules find in a file, judged by what a plan writes.

use super::{Action, Note, OfferPlan};
use crate::diagnostic::{Diagnostic, Severity};
use crate::offer::fields::FieldTable;
use crate::offer::locate::innermost;
use crate::offer::{IdentityPath, Pointer};
use crate::rules::{self, Finding};
use crate::secret::NoSecrets;

impl OfferPlan {
    /// Tells errors in values that the plan writes, which stop it, from those in values that stay, which are pointed out.
    pub(super) fn judge_findings(&mut self, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        let written = written(self);
        let severity = |finding: &Finding| {
            let is_brought = self.action == Action::Create || written.iter().any(|place| finding.is_brought_by(place));
            finding.severity_in_plan(is_brought)
        };
        let (brought, rest): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| severity(finding) == Severity::Error);
        let shown = |finding: &&Finding| Diagnostic {
            severity: severity(finding),
            ..rules::diagnostic(finding, &self.desired)
        };
        let errors = brought.iter().map(shown).collect();
        // What holds only until something is published says nothing about a value that may be published already.
        let already = rest.iter().filter(|finding| finding.rule.stops_plans()).map(shown).collect();
        (self.errors, self.already) = (errors, already);
    }
}

/// The places in the declared document that a plan writes; of what it removes, the place where it would be declared.
fn written(plan: &OfferPlan) -> Vec<Pointer> {
    let changes = plan.changes.iter().map(|planned| &planned.change).filter(|change| change.is_written());
    changes.map(|change| change.edit.value.clone().unwrap_or_else(|| removed(plan, &change.identity))).collect()
}

fn removed(plan: &OfferPlan, path: &IdentityPath) -> Pointer {
    let desired = plan.desired.document.opened();
    let (nearest, missing) = innermost(FieldTable::of(plan.offer_type()), desired.content(), path);
    missing.iter().fold(nearest.pointer, |at, key| at.key(key))
}

/// A note of what the offer would lack after the write. The draft takes it all the same, and a publish may not.
pub(super) fn incomplete(plan: &OfferPlan) -> Option<Note> {
    let proposed = &plan.put.as_ref()?.proposal.document;
    let silences = &plan.desired.reconcile.silence;
    // That something is missing does not depend on secrets.
    let values = rules::Values { document: proposed, secrets: &NoSecrets };
    let mut ids: Vec<&str> = rules::missing(proposed)
        .iter()
        .filter(|finding| !rules::is_silenced(finding, silences, values))
        .map(|finding| finding.rule.id)
        .collect();
    ids.dedup();
    let text = match ids.as_slice() {
        [] => return None,
        [id] => format!("a publish may be refused: {id} (`offerform explain {id}`)"),
        [id, ..] => format!("a publish may be refused: {} (`offerform explain {id}` and so on)", ids.join(", ")),
    };
    Some(Note { code: "incomplete", text })
}

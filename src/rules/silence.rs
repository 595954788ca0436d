//! Silences: which findings the file of an offer takes away, and which of its silences take none away.

use serde_json::Value;

use super::finding::Finding;
use super::{Basis, Rule, all};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::manifest::Silence;
use crate::offer::{Document, Pointer};

/// The finding about a silence that silences nothing, or a rule that does not exist.
pub const UNUSED_SILENCE: &str = "unused-silence";

/// Whether an offer's file silences a finding about its document.
#[must_use]
pub fn is_silenced(finding: &Finding, silences: &[Silence], document: &Document) -> bool {
    silences.iter().any(|silence| silences_it(silence, finding, document.content()))
}

/// What silences leave.
pub(super) struct Silenced {
    /// The findings that none of them is about.
    pub(super) findings: Vec<Finding>,
    /// What is wrong with the silences.
    pub(super) silences: Diagnostics,
}

/// Takes away what is silenced. A silence of a rule that was not applied here may be needed elsewhere, and is not reported.
pub(super) fn silenced(
    mut findings: Vec<Finding>,
    silences: &[Silence],
    document: &Document,
    is_applied: impl Fn(Basis) -> bool,
) -> Silenced {
    let content = document.content();
    let mut used = vec![false; silences.len()];
    findings.retain(|finding| match silences.iter().position(|silence| silences_it(silence, finding, content)) {
        Some(number) => {
            used[number] = true;
            false
        }
        None => true,
    });
    let idle = silences
        .iter()
        .zip(used)
        .filter(|(silence, used)| !used && Rule::of(&silence.rule.text).is_none_or(|rule| is_applied(rule.basis)));
    let silences = idle.map(|(silence, _)| idle_silence(silence)).collect();
    Silenced { findings, silences }
}

fn silences_it(silence: &Silence, finding: &Finding, content: &Value) -> bool {
    silence.rule.text == finding.rule.id
        && silence.path.as_ref().is_none_or(|path| is_below(path, &finding.spot.pointer, content))
}

/// Whether a place is at or below a path, in which `*` stands for any one part, and a SKU may be named by its id.
fn is_below(path: &Pointer, place: &Pointer, content: &Value) -> bool {
    let mut here = Some(content);
    let mut tokens = place.tokens();
    path.tokens().all(|wanted| {
        let Some(token) = tokens.next() else { return false };
        let next = here.and_then(|value| match value {
            Value::Array(elements) => elements.get(token.parse::<usize>().ok()?),
            _ => value.get(&token),
        });
        let id = next.filter(|_| here.is_some_and(Value::is_array)).and_then(|element| element.get("planId"));
        here = next;
        wanted == token || wanted == "*" || id.and_then(Value::as_str) == Some(wanted.as_str())
    })
}

fn idle_silence(silence: &Silence) -> Diagnostic {
    let id = &silence.rule.text;
    if Rule::of(id).is_some() {
        let message = format!("this silences nothing: `{id}` finds nothing here");
        return Diagnostic::warning(UNUSED_SILENCE, message).at(silence.span, "").help("remove it");
    }
    let help = nearest(id, all().map(|rule| rule.id)).map_or_else(
        || "`offerform explain` lists all rules".to_owned(),
        |near| format!("did you mean `{near}`? `offerform explain` lists all rules"),
    );
    Diagnostic::error(UNUSED_SILENCE, format!("there is no rule `{id}`")).at(silence.rule.span, "").help(help)
}

//! Silences for what the rules call an error in an offer that the service has: it took the value once, so that `validate` has to
//! pass on what was imported. Each holds for this one value only.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::variables::{AsShown, Variable};
use super::{Unfit, check};
use crate::desired::Desired;
use crate::diagnostic::Severity;
use crate::rules::{self, Circumstances, Finding, Silencing, Values};
use crate::source::Sources;
use crate::yaml::Item;

/// Why the rule is not applied.
const REASON: &str = "in the portal when this was imported";

/// What the rules call an error in the file of an offer.
#[derive(Debug, Default)]
pub(super) struct Errors {
    /// The content of the file with a silence for each error in it; `None` if there is none to silence.
    pub(super) silenced: Option<Item>,
    /// Those that nothing can silence.
    pub(super) unfit: Vec<Unfit>,
}

/// Judges the file of an offer. Values that come from variables are judged as the service shows them, since `validate` judges them
/// where the variables are set.
pub(super) fn errors(files: &BTreeMap<String, String>, file: &str, root: &Item, variables: &[Variable]) -> Errors {
    let loaded = check::load(files, file);
    let Some(desired) = loaded.desired.first() else { return Errors::default() };
    let secrets = AsShown(variables);
    // No rule that says error looks at the time.
    let circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, secrets: &secrets };
    let found = rules::findings(desired, circumstances);
    let document = desired.document.opened();
    let values = Values { document: &document, secrets: &secrets };
    let errors = found.iter().filter(|finding| finding.rule.severity == Severity::Error);
    let (to_silence, rest): (Vec<&Finding>, Vec<&Finding>) = errors.partition(|finding| finding.rule.can_be_silenced());
    let unfit = rest.into_iter().filter_map(|finding| unfit(finding, desired, &loaded.sources)).collect();
    let mut entries: Vec<Item> = Vec::new();
    for entry in to_silence.into_iter().map(|finding| entry(rules::silencing(finding, values))) {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    let silenced = match root {
        Item::Map(members) if !entries.is_empty() => {
            // Behind everything else, so that no line moves.
            let reconcile = Item::Map(vec![("silence".to_owned(), Item::List(entries))]);
            Some(Item::Map(members.iter().cloned().chain([("reconcile".to_owned(), reconcile)]).collect()))
        }
        _ => None,
    };
    Errors { silenced, unfit }
}

fn unfit(finding: &Finding, desired: &Desired, sources: &Sources) -> Option<Unfit> {
    let span = rules::diagnostic(finding, desired).primary?.span;
    let (line, column) = sources.line_column(span);
    let file = sources.name(span.source).to_owned();
    Some(Unfit { rule: finding.rule.id, file, line, column, message: finding.message.clone() })
}

fn entry(silencing: Silencing) -> Item {
    let rule = ("rule".to_owned(), Item::text(silencing.rule));
    let path = ("path".to_owned(), Item::text(silencing.path.as_str()));
    let value = silencing.value.map(|value| ("value".to_owned(), Item::Scalar(value)));
    let reason = ("reason".to_owned(), Item::text(REASON));
    Item::Map([rule, path].into_iter().chain(value).chain([reason]).collect())
}

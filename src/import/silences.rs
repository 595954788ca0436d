//! Silences for what the rules call an error in an offer that the service has: it took the value once, so that `validate` has to
//! pass on what was imported. Each holds for this one value only.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::check;
use crate::diagnostic::Severity;
use crate::rules::{self, Circumstances, Silencing};
use crate::secret::NoSecrets;
use crate::yaml::Item;

/// Why the rule is not applied.
const REASON: &str = "in the portal when this was imported";

/// The content of an offer's file with a silence for each error in it; `None` if there is none.
pub(super) fn silenced(files: &BTreeMap<String, String>, file: &str, root: &Item) -> Option<Item> {
    let loaded = check::load(files, file);
    let desired = loaded.desired.first()?;
    // No rule that says error looks at the time.
    let circumstances = Circumstances { now: Timestamp::UNIX_EPOCH, secrets: &NoSecrets };
    let found = rules::findings(desired, circumstances);
    let document = desired.document.opened();
    let errors =
        found.iter().filter(|finding| finding.rule.severity == Severity::Error && finding.rule.can_be_silenced());
    let mut entries: Vec<Item> = Vec::new();
    for entry in errors.map(|finding| entry(rules::silencing(finding, &document))) {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    let Item::Map(members) = root else { return None };
    if entries.is_empty() {
        return None;
    }
    let reconcile = Item::Map(vec![("silence".to_owned(), Item::List(entries))]);
    Some(Item::Map(members.iter().cloned().chain([("reconcile".to_owned(), reconcile)]).collect()))
}

fn entry(silencing: Silencing) -> Item {
    let rule = ("rule".to_owned(), Item::text(silencing.rule));
    let path = ("path".to_owned(), Item::text(silencing.path.as_str()));
    let value = silencing.value.map(|value| ("value".to_owned(), Item::Scalar(value)));
    let reason = ("reason".to_owned(), Item::text(REASON));
    Item::Map([rule, path].into_iter().chain(value).chain([reason]).collect())
}

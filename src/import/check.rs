//! The proof that what is written is what is live: it is loaded as a plan would load it, and compared.

use std::collections::BTreeMap;

use super::variables::{AsShown, Variable};
use crate::desired::{self, Loaded, NoVariables};
use crate::diagnostic::Severity;
use crate::diff::{Comparison, compare};
use crate::offer::{Document, OfferAddress};
use crate::secret::{SecretSource, is_signed};
use crate::source::MemoryTree;

/// Reads the offer of a file, as a plan would.
pub(super) fn load(files: &BTreeMap<String, String>, file: &str) -> Loaded {
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, content)| tree.with(path, content.as_str()));
    desired::load(&tree, &[file.to_owned()], &NoVariables)
}

/// What is wrong with the files of an offer; `None` if a plan of them is empty and nothing in them is secret.
pub(super) fn fault(
    files: &BTreeMap<String, String>,
    file: &str,
    (address, live): (&OfferAddress, &Document),
    variables: &[Variable],
) -> Option<String> {
    if let Some((path, _)) = files.iter().find(|(_, content)| is_signed(content)) {
        return Some(format!("`{path}` would contain a signature"));
    }
    let loaded = load(files, file);
    if let Some(finding) = loaded.diagnostics.iter().next() {
        return Some(finding.message.clone());
    }
    differs(&loaded, address, live, &AsShown(variables))
}

/// What is wrong with the files of an offer whose secrets come from `secrets`; `None` if a plan of them is empty.
#[must_use]
pub fn fault_of(
    files: &BTreeMap<String, String>,
    file: &str,
    (address, live): (&OfferAddress, &Document),
    secrets: &dyn SecretSource,
) -> Option<String> {
    let loaded = load(files, file);
    let errors = loaded.diagnostics.iter().find(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.message.clone()).or_else(|| differs(&loaded, address, live, secrets))
}

fn differs(loaded: &Loaded, address: &OfferAddress, live: &Document, secrets: &dyn SecretSource) -> Option<String> {
    let Some(desired) = loaded.desired.first().filter(|desired| desired.address == *address) else {
        return Some("it would be another offer".to_owned());
    };
    let comparison = Comparison::plain(live.field_table(), &desired.document, live);
    let changes = compare(Comparison { secrets, ..comparison });
    changes.changes.first().map(|change| format!("`{}` would be read as a different value", change.identity))
}

//! The proof that what is written is what is live: it is loaded as a plan would load it, and compared.

use std::collections::BTreeMap;

use super::tree::is_signed;
use super::variables::{AsShown, Variable};
use crate::desired::{self, Environment};
use crate::diff::{Base, Comparison, Ownership, Secrecy, Unmanaged, compare};
use crate::offer::{Document, OfferAddress};
use crate::record::Rewrites;
use crate::source::MemoryTree;

#[derive(Debug)]
struct NoVariables;

impl Environment for NoVariables {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

/// What is wrong with the files of an offer; `None` if a plan of them is empty and nothing in them is secret.
pub(super) fn fault(
    files: &BTreeMap<String, String>,
    file: &str,
    (address, live): (&OfferAddress, &Document),
    variables: &[Variable],
) -> Option<String> {
    if let Some((path, _)) = files.iter().find(|(_, content)| is_signed(content)) {
        return Some(format!("`{path}` would hold a signature"));
    }
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, content)| tree.with(path, content.as_str()));
    let loaded = desired::load(&tree, &[file.to_owned()], &NoVariables);
    if let Some(finding) = loaded.diagnostics.iter().next() {
        return Some(finding.message.clone());
    }
    let Some(desired) = loaded.desired.first().filter(|desired| desired.address == *address) else {
        return Some("it would be another offer".to_owned());
    };
    let changes = compare(Comparison {
        table: live.field_table(),
        desired: &desired.document,
        base: Base::Live,
        live: Some(live),
        rewrites: &Rewrites::default(),
        secrets: &AsShown(variables),
        unmanaged: Unmanaged::Skipped,
        secrecy: Secrecy::Kept,
        ownership: Ownership::Declared,
    });
    changes.changes.first().map(|change| format!("`{}` would be read as something else", change.identity))
}

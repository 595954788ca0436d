//! Loads what the files declared at another commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::CliError;
use super::context::Context;
use super::findings::{Chosen, Workspace};
use super::output::{self, Narration};
use crate::desired::{self, Desired};
use crate::offer::OfferAddress;
use crate::plan::BaseCommit;
use crate::reconcile::Base;
use crate::render::diagnostics;
use crate::source::{GitTree, Naming, Tree};

/// Reads the offers of `workspace` as they were at `revision`. What is wrong with those old files is narrated and stops
/// nothing: it was accepted once.
pub(super) fn load(
    context: &Context,
    chosen: &Chosen,
    workspace: &Workspace,
    revision: &str,
) -> Result<Base, CliError> {
    let tree = GitTree::open(&workspace.tree, revision, Naming::WithCommit)
        .map_err(|error| CliError::from(&error).maybe_hint(error.hint().map(ToOwned::to_owned)))?;
    let wanted: BTreeSet<&OfferAddress> = workspace.all.iter().collect();
    let paths: Vec<String> = if chosen.paths.is_empty() { context.offers_at(&tree)? } else { chosen.paths.clone() };
    // What is not there yet at that commit cannot be read from it, and need not be.
    let paths: Vec<String> = paths.into_iter().filter(|path| exists(&tree, path)).collect();
    let mut declared = BTreeMap::new();
    if !paths.is_empty() {
        let loaded = desired::load(&tree, &paths, &context.environment);
        if !loaded.diagnostics.is_empty() && context.terminal.narration != Narration::Quiet {
            output::narrate(|out| {
                writeln!(out, "the files at {} have findings of their own; what can be read is used:", short(&tree))?;
                diagnostics::diagnostics(&loaded.diagnostics, &loaded.sources, out, context.terminal.stderr)
            });
        }
        insert(&mut declared, loaded.desired);
    }
    let gone = |address: &&OfferAddress| !wanted.contains(*address);
    let no_longer_managed = declared
        .keys()
        .filter(gone)
        .filter(|address| chosen.may_mean(address))
        .map(|address| (address.clone(), declared[address].file.clone()))
        .collect();
    if wanted.iter().any(|address| !declared.contains_key(*address)) {
        elsewhere(context, &tree, &wanted, &mut declared);
    }
    let commit = BaseCommit { commit: tree.commit().to_owned(), no_longer_managed };
    Ok(Base::At { commit, desired: Arc::new(declared), earlier: BTreeSet::new() })
}

/// Looks for offers in all files of the commit: a renamed or moved file declares the same offer.
fn elsewhere(
    context: &Context,
    tree: &GitTree,
    wanted: &BTreeSet<&OfferAddress>,
    declared: &mut BTreeMap<OfferAddress, Arc<Desired>>,
) {
    let root = context.root().display().to_string();
    let found = desired::load(tree, &[root], &context.environment).desired;
    let new = found.into_iter().filter(|offer| wanted.contains(&offer.address)).collect();
    insert(declared, new);
}

fn insert(declared: &mut BTreeMap<OfferAddress, Arc<Desired>>, offers: Vec<Desired>) {
    for offer in offers {
        declared.entry(offer.address.clone()).or_insert_with(|| Arc::new(offer));
    }
}

fn exists(tree: &GitTree, path: &str) -> bool {
    // A glob is not looked up: that it matches nothing is found out by loading.
    path.contains(['*', '?', '[', '{']) || tree.locate(path).is_ok_and(|path| tree.kind(&path).is_some())
}

fn short(tree: &GitTree) -> &str {
    tree.commit().get(..10).unwrap_or(tree.commit())
}

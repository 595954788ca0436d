//! What was applied last, as the files at hand and their history tell it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::arguments::Fetching;
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::plan::{How, artifacts, planner, secrets};
use super::{CliError, output};
use crate::api::LiveDocument;
use crate::offer::{Document, OfferAddress};
use crate::plan::{Checkout, OnDrift, Policy, Purpose};
use crate::reconcile::{Base, Memory};
use crate::record::LastApplied;
use crate::source::{GitTree, Standing};

/// Writes what the run recorded. What cannot be written is a warning.
pub(super) fn keep(context: &Context, memory: &Memory) {
    if let Err(error) = memory.keep() {
        let consequence = "; the next plan may take what was applied for edits in the portal";
        output::warning(context.terminal.narration, &CliError::from(&error), consequence);
    }
}

/// Records offers whose files were just written from the portal (`lives`) as applied: what they declare and the portal has is the
/// same, wherever the two are equal.
pub(super) fn record(
    context: &Context,
    chosen: &Chosen,
    endpoint: &str,
    lives: Vec<(OfferAddress, Document)>,
) -> Result<(), CliError> {
    let workspace = findings::load(context, chosen)?;
    let policy = Policy { purpose: Purpose::Drift, on_drift: OnDrift::Revert, ..Policy::default() };
    let how = How {
        artifacts: artifacts(context, Fetching { no_fetch: true })?,
        base: Base::Unknown,
        policy,
        recording: Some(checkout(&workspace)),
    };
    let secrets = Arc::new(secrets(context, &workspace));
    let planner = planner(context, &workspace, secrets, endpoint, how);
    for (address, document) in lives {
        let Some(desired) = planner.desired().iter().find(|desired| desired.address == address) else { continue };
        let live = LiveDocument { document, revision: None };
        let plan = planner.plan(Arc::clone(desired), Some(live)).map_err(|error| CliError::from(&error))?;
        if let Some(applied) = plan.verified_record() {
            planner.memory.applied(&address, applied.clone());
        }
    }
    keep(context, &planner.memory);
    Ok(())
}

/// Which commit is checked out, and whether the files of the workspace are as committed.
pub(super) fn checkout(workspace: &Workspace) -> Checkout {
    let Ok(commit) = GitTree::resolve(&workspace.tree, "HEAD") else { return Checkout { commit: None, dirty: true } };
    let names: BTreeSet<&str> = workspace.sources.names().collect();
    let matters =
        |(standing, file): &(Standing, String)| *standing == Standing::Edited || names.contains(file.as_str());
    let uncommitted = GitTree::uncommitted(&workspace.tree).ok();
    let dirty = uncommitted.is_none_or(|uncommitted| uncommitted.iter().any(matters));
    Checkout { commit: Some(commit), dirty }
}

/// The base, knowing which of the commits that were applied last are in its history.
pub(super) fn with_history(base: Base, workspace: &Workspace, memory: &Memory) -> Base {
    let Base::At { commit, desired, .. } = base else { return base };
    let applied = workspace.desired.iter().filter_map(|offer| {
        let rewrites = memory.rewrites(&offer.address);
        rewrites.last_applied().and_then(LastApplied::clean_commit).map(ToOwned::to_owned)
    });
    let applied: BTreeSet<String> = applied.collect();
    let is_earlier = |one: &String| *one == commit.commit || GitTree::is_before(&workspace.tree, one, &commit.commit);
    let earlier = applied.into_iter().filter(is_earlier).collect();
    Base::At { commit, desired, earlier }
}

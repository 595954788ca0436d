//! Which commit was applied last, offer by offer.
//!
//! If the apply of one commit failed and the next one is compared with it, what the first one removed is forgotten, and what it
//! changed looks like an edit in the portal. So the commit is remembered with the record, and looked at when it matters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::CliError;
use super::context::Context;
use super::findings::{Chosen, Workspace};
use super::output::{self, Narration};
use crate::desired::{self, Desired};
use crate::offer::OfferAddress;
use crate::plan::{Note, Plan};
use crate::reconcile::{Base, Memory, Planner};
use crate::source::{GitTree, Naming, Standing};

/// Remembers the commit at hand as the one that was applied, for these offers. Nothing is remembered if the files are not as
/// committed. What cannot be written is a warning.
pub(super) fn remember<'a>(
    context: &Context,
    workspace: &Workspace,
    memory: &Memory,
    offers: impl IntoIterator<Item = &'a OfferAddress>,
) {
    if let Some(commit) = committed(workspace) {
        for address in offers {
            memory.applied(address, &commit);
        }
    }
    if let Err(error) = memory.keep() {
        let consequence = "; the next plan may show what the service rewrote";
        output::warning(context.terminal.narration, &CliError::from(&error), consequence);
    }
}

/// The commit that the files at hand are of, if they are of one.
fn committed(workspace: &Workspace) -> Option<String> {
    let commit = GitTree::resolve(&workspace.tree, "HEAD").ok()?;
    let names: BTreeSet<&str> = workspace.sources.names().collect();
    let matters =
        |(standing, file): &(Standing, String)| *standing == Standing::Edited || names.contains(file.as_str());
    (!GitTree::uncommitted(&workspace.tree).ok()?.iter().any(matters)).then_some(commit)
}

/// What was declared when an offer was applied last, for the offers for which that was before `commit` and something else.
///
/// A commit that this clone does not have is left out, and said.
fn earlier(
    context: &Context,
    chosen: &Chosen,
    workspace: &Workspace,
    memory: &Memory,
    commit: &str,
) -> BTreeMap<OfferAddress, (String, Arc<Desired>)> {
    let mut offers: BTreeMap<String, Vec<&OfferAddress>> = BTreeMap::new();
    for desired in &workspace.desired {
        if let Some(applied) = memory.rewrites(&desired.address).applied().filter(|applied| *applied != commit) {
            offers.entry(applied.to_owned()).or_default().push(&desired.address);
        }
    }
    let mut found = BTreeMap::new();
    for (applied, addresses) in offers {
        match at(context, chosen, workspace, (&applied, commit)) {
            Ok(declared) => {
                let of_this = declared.into_iter().filter(|offer| addresses.contains(&&offer.address));
                found.extend(of_this.map(|offer| (offer.address.clone(), (applied.clone(), Arc::new(offer)))));
            }
            Err(_) if context.terminal.narration == Narration::Quiet => {}
            Err(_) => output::narrate(|out| {
                let (count, short) = (addresses.len(), short(&applied));
                writeln!(
                    out,
                    "warning: {count} of the offers were last applied at {short}, which this clone does not have;"
                )?;
                writeln!(out, "         fetch more of the history to see what was never applied")
            }),
        }
    }
    found
}

/// What the files declared at `applied`, if that is before `commit`.
fn at(
    context: &Context,
    chosen: &Chosen,
    workspace: &Workspace,
    (applied, commit): (&str, &str),
) -> Result<Vec<Desired>, CliError> {
    let failed = |error: &crate::source::GitError| CliError::from(error);
    let tree = GitTree::open(&workspace.tree, applied, Naming::WithCommit).map_err(|error| failed(&error))?;
    if !GitTree::is_before(&workspace.tree, applied, commit) {
        return Ok(Vec::new());
    }
    let paths = if chosen.paths.is_empty() { context.offers_at(&tree)? } else { chosen.paths.clone() };
    Ok(desired::load(&tree, &paths, &context.environment).desired)
}

/// Notes in a plan that its base is newer than what was applied, where that makes a difference.
pub(super) fn note(context: &Context, chosen: &Chosen, workspace: &Workspace, planner: &Planner, plan: &mut Plan) {
    let Base::At { commit, desired } = &planner.base else { return };
    let found = earlier(context, chosen, workspace, &planner.memory, &commit.commit);
    for (address, (applied, before)) in found {
        let same = desired.get(&address).is_some_and(|base| base.document == before.document);
        if same {
            continue;
        }
        let (base, applied) = (short(&commit.commit), short(&applied));
        let text = format!(
            "what was committed between {applied} and {base} was never applied here: plan with --base {applied} to see it as what it is"
        );
        plan.note(&address, &Note { code: "not-applied", text });
    }
}

/// The base of a drift run: what was applied last, where that is known, and else what is committed. Then what was committed
/// and never applied is told apart from what was edited.
pub(super) fn base(context: &Context, chosen: &Chosen, workspace: &Workspace, planner: &Planner) -> Base {
    let Base::At { commit, desired } = &planner.base else { return planner.base.clone() };
    let mut desired: BTreeMap<_, _> = (**desired).clone();
    for (address, (_, before)) in earlier(context, chosen, workspace, &planner.memory, &commit.commit) {
        desired.insert(address, before);
    }
    Base::At { commit: commit.clone(), desired: Arc::new(desired) }
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

//! `offerform drift`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::arguments::DriftArguments;
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::pages::{self, Page};
use super::plan::{How, artifacts, make, planner, report_failures, secrets, today};
use super::service::Service;
use super::{CliError, Exit, output};
use crate::plan::{BaseCommit, OnDrift, Policy, Purpose};
use crate::reconcile::{self, Base};
use crate::render::drift::Drift;
use crate::source::{GitError, GitTree, Naming, Standing};

pub(super) async fn run(context: &Context, arguments: DriftArguments) -> Result<Exit, CliError> {
    let chosen = Chosen::of(context, &arguments.declared);
    let (workspace, base) = committed(context, &chosen)?;
    let secrets = secrets(context, &workspace);
    let service = Service::connect(context).await?;
    let policy =
        Policy { purpose: Purpose::Drift, on_drift: OnDrift::Revert, today: Some(today(context)), ..Policy::default() };
    let how = How { artifacts: artifacts(context, arguments.fetching)?, base, policy, recording: None };
    let planner = planner(context, &workspace, Arc::new(secrets), &service.name(), how);
    let planning = make(context, &service, Arc::new(planner), arguments.parallelism).await;
    let unknown = reconcile::unknown(&service.reading(), &workspace.all).await;
    let endpoint = service.name();
    service.close().await?;
    let paths = if chosen.paths.is_empty() { context.offers() } else { chosen.paths.clone() };
    let uncommitted = if planning.plan.base().is_some() { uncommitted(&workspace, &paths) } else { Vec::new() };
    let drift = Drift { endpoint, plan: planning.plan, unknown: unknown?, uncommitted };
    pages::show(context, Page::Drift(&drift), arguments.print.format, &arguments.files.pages)?;
    pages::write(Page::Drift(&drift), &arguments.files)?;
    if !planning.failures.is_empty() {
        report_failures(context, &planning.failures);
        return Err(CliError::failed("not every offer could be read"));
    }
    Ok(if drift.is_empty() { Exit::Done } else { Exit::Changes })
}

/// The offers as committed, with themselves as the base: then every difference is an edit in the portal. Outside of git, the
/// files as they are.
fn committed(context: &Context, chosen: &Chosen) -> Result<(Workspace, Base), CliError> {
    let tree = context.tree(&chosen.paths)?;
    let head = match GitTree::open(&tree, "HEAD", Naming::Plain) {
        Ok(head) => head,
        // Nothing is committed yet.
        Err(GitError::NoRepository(_) | GitError::NoCommit { .. }) => {
            return Ok((findings::load(context, chosen)?, Base::Unknown));
        }
        Err(error @ (GitError::Program(_) | GitError::Refused(_))) => {
            let consequence = "; the files are compared as they are, committed or not";
            output::warning(context.terminal.narration, &CliError::from(&error), consequence);
            return Ok((findings::load(context, chosen)?, Base::Unknown));
        }
        Err(error) => return Err(CliError::from(&error).maybe_hint(error.hint().map(ToOwned::to_owned))),
    };
    let workspace = findings::load_at(context, chosen, &head, tree)?;
    let desired: BTreeMap<_, _> =
        workspace.desired.iter().map(|desired| (desired.address.clone(), Arc::clone(desired))).collect();
    let commit = BaseCommit { commit: head.commit().to_owned(), no_longer_managed: Vec::new() };
    Ok((workspace, Base::At { commit, desired: Arc::new(desired), earlier: BTreeSet::new() }))
}

/// Files that are part of what would be compared if they were committed: tracked ones that were edited, and new ones among the
/// offers. A plan or a page that a pipeline has written is neither.
fn uncommitted(workspace: &Workspace, paths: &[String]) -> Vec<String> {
    let is_among_offers = |file: &String| {
        let is_below = |path: &String| {
            let folder = path.split(['*', '?', '[', '{']).next().unwrap_or_default().trim_end_matches('/');
            file == folder || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || folder.is_empty())
        };
        paths.iter().any(is_below)
    };
    GitTree::uncommitted(&workspace.tree)
        .unwrap_or_default()
        .into_iter()
        .filter(|(standing, file)| *standing == Standing::Edited || is_among_offers(file))
        .map(|(_, file)| file)
        .filter(|file| !file.contains(".offerform/"))
        .collect()
}

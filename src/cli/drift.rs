//! `offerform drift`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arguments::DriftArguments;
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::pages::{self, Page};
use super::plan::{How, artifacts, make, planner, report_failures, secrets, today};
use super::service::Service;
use super::{CliError, Exit, applied};
use crate::plan::{BaseCommit, Policy, Purpose};
use crate::reconcile::{self, Base};
use crate::render::drift::Drift;
use crate::source::{GitError, GitTree, Naming};

pub(super) async fn run(context: &Context, arguments: DriftArguments) -> Result<Exit, CliError> {
    let chosen = Chosen::of(context, &arguments.declared);
    let (workspace, base) = committed(context, &chosen)?;
    let secrets = secrets(context, &workspace);
    let service = Service::connect(context).await?;
    let policy = Policy { purpose: Purpose::Drift, today: Some(today(context)), ..Policy::default() };
    let how = How { artifacts: artifacts(context, arguments.fetching)?, base, policy };
    let mut planner = planner(context, &workspace, Arc::new(secrets), &service.name(), how);
    planner.base = applied::base(context, &chosen, &workspace, &planner);
    let planning = make(context, &service, Arc::new(planner), arguments.parallelism).await;
    let unknown = reconcile::unknown(&service.reading(), &workspace.all).await;
    let endpoint = service.name();
    service.close().await?;
    let uncommitted = if planning.plan.base().is_some() { uncommitted(&workspace) } else { Vec::new() };
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
        Err(GitError::NoRepository(_) | GitError::Program(_)) => {
            return Ok((findings::load(context, chosen)?, Base::Unknown));
        }
        Err(error) => return Err(CliError::from(&error).maybe_hint(error.hint().map(ToOwned::to_owned))),
    };
    let workspace = findings::load_at(context, chosen, &head, tree)?;
    let desired: BTreeMap<_, _> =
        workspace.desired.iter().map(|desired| (desired.address.clone(), Arc::clone(desired))).collect();
    let commit = BaseCommit { commit: head.commit().to_owned(), no_longer_managed: Vec::new() };
    Ok((workspace, Base::At { commit, desired: Arc::new(desired) }))
}

/// Files that could hold offers or their parts; what else is uncommitted is nobody's business here.
fn uncommitted(workspace: &Workspace) -> Vec<String> {
    let files = GitTree::uncommitted(&workspace.tree).unwrap_or_default().into_iter().map(|(_, file)| file);
    files.filter(|file| !file.contains(".offerform/")).collect()
}

//! `offerform drift`.

use std::sync::Arc;

use super::arguments::DriftArguments;
use super::context::Context;
use super::pages::{self, Page};
use super::service::Service;
use super::{CliError, Exit, findings, output, start};
use crate::reconcile::Drifted;
use crate::render::drift::Drift;
use crate::text::chain;
use crate::workspace::Committed;

pub(super) async fn run(context: &Context, arguments: DriftArguments) -> Result<Exit, CliError> {
    let selection = findings::selection(context, &arguments.declared);
    let committed = context.repository.committed(&selection).map_err(|error| findings::failed(context, error))?;
    let Committed { workspace, base, not_asked } = committed;
    if let Some(error) = &not_asked {
        let consequence = "; the files are compared as they are, including changes that are not committed";
        output::warning(context.terminal.narration, &CliError::from(error), consequence);
    }
    let workspace = findings::opened(context, Ok(workspace))?;
    let service = Service::connect(context).await?;
    let secrets = Arc::new(start::secrets(context, &workspace));
    let with = (secrets as _, arguments.fetching, arguments.parallelism);
    let over = start::over(context, &service, (selection, workspace), with)?;
    let drifted = over.drift(base).await;
    let endpoint = service.name();
    service.close().await?;
    let Drifted { mut planned, unknown, uncommitted } = drifted?;
    let git_failure = not_asked.as_ref().map(|error| chain(error));
    let drift = Drift { endpoint, plan: planned.take_plan(), unknown, uncommitted, git_failure };
    pages::deliver(context, Page::Drift(&drift), (arguments.print.format, &arguments.files))?;
    start::complete(context, (&planned, None), "not every offer could be read")?;
    Ok(if drift.is_empty() { Exit::Done } else { Exit::Changes })
}

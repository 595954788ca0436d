//! `offerform plan`.

use std::sync::Arc;

use super::arguments::{PageFormat, PlanArguments};
use super::context::Context;
use super::output::{self, Narration};
use super::pages::{self, Page};
use super::service::Service;
use super::{CliError, Exit, findings, plan_file, start};
use crate::diff::Unmanaged;
use crate::reconcile::Recording;

pub(super) async fn run(context: &Context, arguments: PlanArguments) -> Result<Exit, CliError> {
    let selection = findings::selection(context, &arguments.declared);
    let workspace = findings::opened(context, context.repository.open_judged(&selection, context.clock.now()))?;
    let service = Service::connect(context).await?;
    let comparing = &arguments.comparing;
    let unmanaged = if arguments.show_unmanaged { Unmanaged::Listed } else { Unmanaged::Skipped };
    let allow = &arguments.allowances.allow;
    let choices = start::choices(context, comparing, (arguments.release, unmanaged, allow));
    let secrets = Arc::new(start::secrets(context, &workspace));
    let with = (secrets as _, comparing.fetching, arguments.parallelism);
    let over = start::over(context, &service, (selection, workspace), with)?;
    let planned = over.plan(&choices, Recording::Off).await;
    let endpoint = service.name();
    service.close().await?;
    let planned = planned?;
    let saved = plan_file::Saved {
        plan: &planned.plan,
        endpoint: &endpoint,
        chosen: &over.selection,
        compared: &planned.compared_secrets,
        allow,
        comparing,
        drift: choices.on_drift,
        release: arguments.release,
    };
    let base = comparing.base.as_deref();
    let complete = start::complete(context, (&planned, base), "the plan is incomplete; no plan file was written");
    let page = Page::Plan(&saved);
    let format = arguments.print.format;
    match &complete {
        Ok(()) => pages::deliver(context, page, (format, &arguments.files))?,
        // What could be planned is worth seeing, but it is neither a plan file nor a reason to say that nothing is to do.
        Err(_) if format == PageFormat::Human && !planned.plan.is_empty() => {
            pages::print(context, page, format, &arguments.files.pages)?;
        }
        Err(_) => {}
    }
    complete?;
    findings::of_plan(context, &planned.plan, &over.workspace.sources)?;
    if let Some(path) = &arguments.out {
        output::file(path, |out| saved.write(out))?;
    }
    if let Some(path) = &arguments.out
        && context.terminal.narration != Narration::Quiet
    {
        output::narrate(|out| writeln!(out, "saved; `offerform apply {}` applies exactly this plan", path.display()));
    }
    Ok(match planned.plan.summary() {
        _ if !arguments.detailed_exitcode => Exit::Done,
        summary if summary.blocked > 0 => Exit::Refused,
        _ if planned.plan.is_empty() => Exit::Done,
        _ => Exit::Changes,
    })
}

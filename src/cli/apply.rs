//! `offerform apply`.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use super::arguments::ApplyArguments;
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::output;
use super::plan::{make, planner, report_failures, secrets};
use super::plan_file::{PlanFile, Saved};
use super::secrets::{AsReviewed, Secrets};
use super::service::Service;
use super::{CliError, Exit, progress};
use crate::api::Requests;
use crate::apply::{Report, Verdict};
use crate::diff::Unmanaged;
use crate::plan::{self, Allowance, ApprovedPlan, Plan};
use crate::reconcile::{self, Applying, Interrupt};
use crate::render::json::v1;
use crate::render::{human, visible};
use crate::secret::SecretSource;

pub(super) async fn run(context: &Context, arguments: ApplyArguments) -> Result<Exit, CliError> {
    let reviewed = reviewed(&arguments)?;
    let publisher = context.settings.publisher.clone();
    let chosen = reviewed.as_ref().map_or_else(
        || Chosen { paths: arguments.paths.clone(), offers: arguments.selection.offers.clone(), publisher },
        PlanFile::chosen,
    );
    let workspace = findings::load(context, &chosen)?;
    let secrets = secrets(context, &workspace);
    let service = Service::connect(context).await?;
    let result =
        plan_and_apply(context, &arguments, reviewed.as_ref(), (&chosen, &workspace, &secrets), &service).await;
    // The sandbox keeps what happened even if the run failed.
    let closed = service.close().await;
    let exit = result?;
    closed?;
    Ok(exit)
}

/// The plan file, if one is given; nothing else goes with it.
fn reviewed(arguments: &ApplyArguments) -> Result<Option<PlanFile>, CliError> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        files.extend(PlanFile::read(Path::new(path))?);
    }
    if files.is_empty() {
        return Ok(None);
    }
    if arguments.paths.len() > 1 || !arguments.selection.offers.is_empty() {
        return Err(CliError::failed("a plan file goes alone: what it is about stands in it")
            .hint("leave out other paths and --offer, or plan again with them"));
    }
    Ok(files.pop())
}

async fn plan_and_apply(
    context: &Context,
    arguments: &ApplyArguments,
    reviewed: Option<&PlanFile>,
    (chosen, workspace, secrets): (&Chosen, &Workspace, &Secrets),
    service: &Service,
) -> Result<Exit, CliError> {
    if let Some(reviewed) = reviewed.filter(|reviewed| reviewed.endpoint != service.name()) {
        let message =
            format!("the plan was made for `{}`, and this is `{}`", visible(&reviewed.endpoint), service.name());
        return Err(CliError::refused(message));
    }
    let comparing: Arc<dyn SecretSource> = match reviewed {
        Some(reviewed) => {
            Arc::new(AsReviewed { secrets: secrets.clone(), compared: reviewed.compared_secrets.clone() })
        }
        None => Arc::new(secrets.clone()),
    };
    let started = context.clock.now();
    let new_planner = || planner(context, workspace, Arc::clone(&comparing), &service.name(), Unmanaged::Skipped);
    let planning = make(context, service, new_planner(), arguments.parallelism).await;
    if !planning.failures.is_empty() {
        report_failures(context, &planning.failures);
        return Err(CliError::failed("not every offer could be read; nothing was written"));
    }
    let allowances = allowances(arguments, reviewed)?;
    let plan = plan::allow(planning.plan, &allowances);
    if let Some(reviewed) = reviewed {
        let saved =
            Saved { plan: &plan, endpoint: &reviewed.endpoint, chosen, compared: &BTreeSet::new(), allow: &allowances };
        same_as_reviewed(reviewed, &plan, &saved)?;
    }
    output::data(|out| human::plan(&plan, out, context.terminal.stdout))?;
    if plan.is_empty() {
        return Ok(Exit::Done);
    }
    secrets_are_there(&plan, secrets)?;
    let approved = approve(plan, &allowances)?;
    confirm(context, arguments, service)?;
    let applying = Applying {
        planner: Arc::new(new_planner()),
        client: service.writing(),
        secrets: Arc::new(secrets.clone()),
        parallelism: arguments.parallelism.map_or(context.settings.parallelism, usize::from),
        progress: progress::writing(
            context.terminal.narration,
            approved.plan().summary().create + approved.plan().summary().update,
        ),
        interrupt: on_ctrl_c(),
    };
    let interrupt = applying.interrupt.clone();
    let mut offers = reconcile::apply(Arc::new(applying), &approved).await;
    assign_requests(&mut offers, &service.requests);
    let report = Report {
        started,
        finished: context.clock.now(),
        endpoint: service.name(),
        identity: service.tokens.describe().to_string(),
        commit: commit(context),
        digest: approved.plan().digest().to_string(),
        interrupted: interrupt.is_raised(),
        offers,
    };
    output::data(|out| {
        writeln!(out)?;
        human::report(&report, out, context.terminal.stdout)
    })?;
    if let Some(path) = &arguments.report {
        output::file(path, |out| v1::report(&report, out))?;
    }
    Ok(match report.verdict() {
        Verdict::Good => Exit::Done,
        Verdict::Refused => Exit::Refused,
        Verdict::Bad => Exit::Error,
    })
}

/// The allowances of the command line, and those the plan was reviewed with.
fn allowances(arguments: &ApplyArguments, reviewed: Option<&PlanFile>) -> Result<Vec<Allowance>, CliError> {
    let mut all = arguments.allow.clone();
    for text in reviewed.iter().flat_map(|reviewed| &reviewed.allow) {
        all.push(text.parse().map_err(|error| CliError::from(&error))?);
    }
    Ok(all)
}

fn same_as_reviewed(reviewed: &PlanFile, plan: &Plan, saved: &Saved<'_>) -> Result<(), CliError> {
    if plan.digest().as_str() == reviewed.digest {
        return Ok(());
    }
    let differences = reviewed.differences(plan, saved);
    output::narrate(|out| {
        writeln!(out, "the plan made now is not the one that was reviewed:")?;
        differences.iter().try_for_each(|line| writeln!(out, "  {}", visible(line)))
    });
    Err(CliError::refused("the reviewed plan does not hold any more; nothing was written")
        .hint("plan again, and review that"))
}

/// Every secret that will be sent must be there before the first write of the run.
fn secrets_are_there(plan: &Plan, secrets: &Secrets) -> Result<(), CliError> {
    let puts = plan.offers().iter().filter_map(|offer| offer.put.as_ref());
    let needed = puts.flat_map(|put| put.proposal.document.sealed().values());
    let missing: BTreeSet<String> =
        needed.filter(|reference| secrets.value(reference).is_none()).map(ToString::to_string).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing.into_iter().collect();
    Err(CliError::failed(format!("secrets are not set: {}; nothing was written", names.join(", ")))
        .hint("they go into every write of these offers, because the service erases what is left out"))
}

fn approve(plan: Plan, allowances: &[Allowance]) -> Result<ApprovedPlan, CliError> {
    plan::approve(plan, allowances).map_err(|refusal| {
        let names: Vec<String> = refusal.guards.iter().map(|guard| visible(&guard.name()).into_owned()).collect();
        CliError::refused(format!("guards are not allowed: {}; nothing was written", names.join(", ")))
            .hint("the plan above says why, and which of them --allow can allow")
    })
}

/// Asks for a yes.
fn confirm(context: &Context, arguments: &ApplyArguments, service: &Service) -> Result<(), CliError> {
    if arguments.auto_approve {
        return Ok(());
    }
    if !context.terminal.is_interactive {
        return Err(CliError::failed("there is nobody to ask; nothing was written")
            .hint("review the plan, then run apply with --auto-approve"));
    }
    output::narrate(|out| write!(out, "\nApply this to {}? Only `yes` is taken as a yes: ", service.name()));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| CliError::from(&error))?;
    if answer.trim() == "yes" { Ok(()) } else { Err(CliError::refused("not approved; nothing was written")) }
}

/// The first Ctrl-C asks the run to end, the second one ends the program.
fn on_ctrl_c() -> Interrupt {
    let interrupt = Interrupt::default();
    let raised = interrupt.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        raised.raise();
        output::narrate(|out| writeln!(out, "interrupted: finishing what is in flight; Ctrl-C again stops at once"));
        if tokio::signal::ctrl_c().await.is_ok() {
            output::narrate(|out| writeln!(out, "stopped; run plan to see how the offers stand"));
            super::exit::now(Exit::Error);
        }
    });
    interrupt
}

/// Gives every offer the requests that were made about it.
fn assign_requests(offers: &mut [crate::apply::OfferReport], requests: &Requests) {
    for request in requests.all() {
        let Some(offer) = offers.iter_mut().find(|offer| Some(&offer.address) == request.address.as_ref()) else {
            continue;
        };
        offer.requests.push(request);
    }
}

/// The commit whose files are applied: as the build system says, or else as git says.
fn commit(context: &Context) -> Option<String> {
    let named = ["GITHUB_SHA", "BUILD_SOURCEVERSION"].into_iter().find_map(|name| context.environment.get(name));
    if let Some(commit) = named {
        return Some(commit.to_owned());
    }
    let output = Command::new("git").arg("-C").arg(context.root()).args(["rev-parse", "HEAD"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let commit = text.trim();
    (output.status.success() && commit.len() >= 40).then(|| commit.to_owned())
}

//! `offerform apply`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{ApplyArguments, RunFormat};
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::output;
use super::pages::{self, Page};
use super::plan::{
    How, allowances_are_meant, artifacts, base, check_findings, make, planner, policy, report_failures, secrets,
};
use super::plan_file::{PlanFile, Saved};
use super::secrets::{AsReviewed, Secrets};
use super::service::Service;
use super::{CliError, Exit, applied, interrupt, progress, question, release};
use crate::api::Requests;
use crate::apply::{Report, Verdict};
use crate::diff::Unmanaged;
use crate::git::Git;
use crate::plan::release::Obstacle;
use crate::plan::{self, ApprovedPlan, Plan, Refusal};
use crate::reconcile::{self, Applying, Planner};
use crate::render::json::v1;
use crate::render::{human, visible};
use crate::secret::SecretSource;

pub(super) async fn run(context: &Context, arguments: ApplyArguments) -> Result<Exit, CliError> {
    let reviewed = reviewed(&arguments)?;
    let chosen = reviewed.as_ref().map_or_else(|| Chosen::of(context, &arguments.declared), PlanFile::chosen);
    let workspace = findings::load_valid(context, &chosen)?;
    let secrets = secrets(context, &workspace);
    let service = Service::connect(context).await?;
    let result =
        plan_and_apply(context, &arguments, reviewed.as_ref(), (&chosen, &workspace, &secrets), &service).await;
    service.close_after(result).await
}

/// The plan file, if one is given; nothing else goes with it.
fn reviewed(arguments: &ApplyArguments) -> Result<Option<PlanFile>, CliError> {
    let mut files = Vec::new();
    for path in &arguments.declared.paths {
        files.extend(PlanFile::read(Path::new(path))?);
    }
    if files.is_empty() {
        return Ok(None);
    }
    let others = arguments.declared.paths.len() > 1 || !arguments.declared.selection.offers.is_empty();
    if others || !arguments.comparing.is_default() || !arguments.release.is_default() {
        return Err(CliError::failed("a plan file goes alone: what it is about stands in it")
            .hint("leave out other paths, --offer, --base with its options and what is said about releases, or plan again with them"));
    }
    Ok(files.pop())
}

/// What an apply is about: what was chosen, what was read, and the secrets of this run.
type Subject<'a> = (&'a Chosen, &'a Workspace, &'a Secrets);

async fn plan_and_apply(
    context: &Context,
    arguments: &ApplyArguments,
    reviewed: Option<&PlanFile>,
    subject: Subject<'_>,
    service: &Service,
) -> Result<Exit, CliError> {
    let secrets = subject.2;
    let started = context.clock.now();
    let (plan, planner) = plan_again(context, arguments, reviewed, subject, service).await?;
    let checkout = planner.recording.clone().unwrap_or_default();
    if checkout.dirty && checkout.commit.is_some() && context.terminal.narration != output::Narration::Quiet {
        output::narrate(|out| writeln!(out, "warning: the files are not as committed; they are applied as they are"));
    }
    output::data(|out| human::plan(&plan, out, context.terminal.stdout))?;
    check_findings(context, &plan, &subject.1.sources)?;
    let idle = plan.is_empty();
    let approved = if idle {
        approve(plan)?
    } else {
        secrets_are_there(&plan, secrets)?;
        release::say_if_nobody_is_notified(context, &plan);
        approve(confirm(context, arguments, service, plan)?)?
    };
    let (progress, aside) = progress::writing(context.terminal.narration, approved.plan().writes());
    let applying = Applying {
        planner: Arc::clone(&planner),
        client: service.writing(),
        secrets: Arc::new(secrets.clone()),
        parallelism: arguments.parallelism.or(context.settings.parallelism),
        progress,
        interrupt: interrupt::on_signal(aside),
        clock: Arc::clone(&context.clock),
        following: arguments.wait.following(),
        patience: arguments.wait.patience.patience(),
        notify: release::notify(context),
    };
    let ended = applying.interrupt.clone();
    let mut offers = reconcile::apply(Arc::new(applying), &approved).await;
    assign_requests(&mut offers, &service.requests);
    applied::keep(context, &planner.memory);
    let report = Report {
        started,
        finished: context.clock.now(),
        endpoint: service.name(),
        identity: service.tokens.describe().to_string(),
        commit: checkout.commit.or_else(|| commit(context)),
        dirty: checkout.dirty,
        digest: approved.plan().digest().to_string(),
        interrupted: ended.is_raised(),
        offers,
    };
    if !idle {
        output::data(|out| {
            writeln!(out)?;
            human::report(&report, out, context.terminal.stdout)
        })?;
    }
    write(context, arguments, &report)?;
    Ok(match report.verdict() {
        Verdict::Good => Exit::Done,
        Verdict::Refused => Exit::Refused,
        Verdict::Bad => Exit::Error,
    })
}

/// Plans from what the files and the service say now; a reviewed plan must come out the same. Guards are marked as allowed.
async fn plan_again(
    context: &Context,
    arguments: &ApplyArguments,
    reviewed: Option<&PlanFile>,
    (chosen, workspace, secrets): Subject<'_>,
    service: &Service,
) -> Result<(Plan, Arc<Planner>), CliError> {
    if let Some(reviewed) = reviewed.filter(|reviewed| reviewed.endpoint != service.name()) {
        let made_for = visible(&reviewed.endpoint);
        return Err(CliError::refused(format!("the plan was made for `{made_for}`, and this is `{}`", service.name())));
    }
    let comparing: Arc<dyn SecretSource> = match reviewed {
        Some(reviewed) => {
            Arc::new(AsReviewed { secrets: secrets.clone(), compared: reviewed.compared_secrets.clone() })
        }
        None => Arc::new(secrets.clone()),
    };
    let flags = reviewed.map_or_else(|| arguments.comparing.clone(), PlanFile::comparing);
    let how = How {
        artifacts: artifacts(context, flags.fetching)?,
        base: base(context, chosen, workspace, &flags)?,
        policy: policy(context, workspace, &flags, Unmanaged::Skipped)?,
        recording: Some(applied::checkout(workspace)),
    };
    let drift = how.policy.on_drift;
    let release = reviewed.map_or(arguments.release, PlanFile::release);
    let how = how.releasing(release);
    let planner = Arc::new(planner(context, workspace, comparing, &service.name(), how));
    let planning = make(context, service, Arc::clone(&planner), arguments.parallelism).await;
    if !planning.failures.is_empty() {
        report_failures(context, &planning.failures);
        return Err(CliError::failed("not every offer could be read; nothing was written"));
    }
    let mut plan = planning.plan;
    if let Some(reviewed) = reviewed {
        let allow = reviewed.allowances()?;
        plan = plan::allow(plan, &allow);
        let (endpoint, compared) = (&reviewed.endpoint, &reviewed.compared_secrets);
        let saved = Saved { plan: &plan, endpoint, chosen, compared, allow: &allow, comparing: &flags, drift, release };
        same_as_reviewed(reviewed, &plan, &saved)?;
    }
    let plan = plan::allow(plan, &arguments.allowances.allow);
    allowances_are_meant(&plan, &arguments.allowances.allow)?;
    Ok((plan, planner))
}

/// Writes the report wherever it is wanted: also that nothing was to be done, for what comes after in a pipeline reads it.
fn write(context: &Context, arguments: &ApplyArguments, report: &Report) -> Result<(), CliError> {
    if let Some(path) = &arguments.report {
        output::file(path, |out| v1::report(report, out))?;
    }
    let page = Page::Run(report);
    pages::write_pages(page, &arguments.pages)?;
    if arguments.print.format == RunFormat::Github {
        pages::annotate(context, page, &arguments.pages)?;
        output::data(|out| writeln!(out, "{}", page.last_line()))?;
    }
    Ok(())
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

/// The guards of the plan are marked as allowed already.
fn approve(plan: Plan) -> Result<ApprovedPlan, CliError> {
    plan::approve(plan, &[]).map_err(|refusal| refused(&refusal))
}

fn refused(refusal: &Refusal) -> CliError {
    let mut reasons = Vec::new();
    if !refusal.guards.is_empty() {
        let names: Vec<String> = refusal.guards.iter().map(|guard| visible(&guard.name()).into_owned()).collect();
        reasons.push(format!("guards are not allowed: {}", names.join(", ")));
    }
    if !refusal.conflicts.is_empty() {
        reasons.push(format!("{} values were changed here and in the portal", refusal.conflicts.len()));
    }
    if !refusal.drift.is_empty() {
        reasons.push(format!("{} values were edited in the portal", refusal.drift.len()));
    }
    if !refusal.unsettled.is_empty() {
        let names: Vec<String> = refusal.unsettled.iter().map(|(address, _)| address.to_string()).collect();
        reasons.push(format!(
            "the drafts of {} hold values that no file declares, so they are not released",
            names.join(", ")
        ));
    }
    if !refusal.busy.is_empty() {
        let names = refusal.busy.iter().map(|(address, operation)| format!("{address} ({operation})"));
        let names: Vec<String> = names.map(|name| visible(&name).into_owned()).collect();
        reasons.push(format!("the service is busy with an older draft of {}", names.join(", ")));
    }
    CliError::refused(format!("{}; nothing was written", reasons.join(", and "))).hint(
        "the plan says why; a guard is allowed with --allow, a conflict is settled in the files or with --overwrite-conflicts, \
         an edit in the portal with `offerform adopt` or --drift revert, --if-publishing says what to do while the service is busy",
    )
}

/// Asks for a yes. Somebody who sees the plan and says yes also says yes to overwriting its conflicts; guards have to be allowed by
/// name, so there is nothing to ask if one is not.
fn confirm(context: &Context, arguments: &ApplyArguments, service: &Service, plan: Plan) -> Result<Plan, CliError> {
    let busy = |offer: &plan::OfferPlan| matches!(offer.release.obstacle, Some(Obstacle::Busy(_)));
    let guarded = plan.offers().iter().any(|offer| busy(offer) || offer.guards.iter().any(plan::Guard::refuses));
    if arguments.consent.auto_approve || guarded {
        return Ok(plan);
    }
    if !context.terminal.is_interactive {
        // What would be refused anyway says so first.
        approve(plan)?;
        return Err(CliError::failed("stdin is not a terminal, so nobody can confirm; nothing was written")
            .hint("review the plan, then run apply with --auto-approve"));
    }
    let conflicts: usize = plan.offers().iter().map(|offer| offer.conflicts().count()).sum();
    output::narrate(|out| {
        writeln!(out)?;
        if conflicts > 0 {
            writeln!(out, "{conflicts} values were changed here and in the portal; a yes overwrites the portal's.")?;
        }
        Ok(())
    });
    question::yes(context, &format!("Apply this to {}?", service.name()), "run apply with --auto-approve")?;
    Ok(plan::overwrite_conflicts(plan))
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
    Git::around(context.root()).line(&["rev-parse", "HEAD"]).ok().filter(|commit| commit.len() >= 40)
}

//! `offerform apply`.

use std::path::Path;
use std::sync::Arc;

use super::account_keys;
use super::arguments::{ApplyArguments, RunFormat};
use super::context::Context;
use super::output;
use super::pages::{self, Page};
use super::plan_file::{PlanFile, Saved};
use super::secrets::{AsReviewed, Secrets};
use super::service::Service;
use super::{CliError, Exit, findings, interrupt, progress, question, release, start};
use crate::apply::{Report, Verdict};
use crate::diff::Unmanaged;
use crate::git::Git;
use crate::plan::{self, ApprovedPlan, Plan, Refusal};
use crate::reconcile::{About, Applied, Applying, Planned, Recording, Run, missing_secrets};
use crate::render::json::v1;
use crate::render::{human, visible};
use crate::secret::SecretSource;
use crate::text::counted;

pub(super) async fn run(context: &Context, arguments: ApplyArguments) -> Result<Exit, CliError> {
    let started = context.clock.now();
    let reviewed = reviewed(&arguments)?;
    let selection = match &reviewed {
        Some(reviewed) => reviewed.chosen(),
        None => findings::selection(context, &arguments.declared),
    };
    let workspace = findings::opened(context, context.repository.open_judged(&selection, context.clock.now()))?;
    let secrets = start::secrets(context, &workspace);
    let service = Service::connect(context).await?;
    let subject = Subject { arguments: &arguments, reviewed: reviewed.as_ref(), secrets: &secrets, started };
    let result = plan_and_apply(context, &service, subject, (selection, workspace)).await;
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
        return Err(CliError::failed(
            "a plan file cannot be combined with other paths or options: the file contains them",
        )
        .hint(
            "remove other paths, --offer, --base with its options and the release options, or plan again with them",
        ));
    }
    Ok(files.pop())
}

/// What an apply is asked for.
#[derive(Clone, Copy)]
struct Subject<'a> {
    arguments: &'a ApplyArguments,
    reviewed: Option<&'a PlanFile>,
    secrets: &'a Secrets,
    started: jiff::Timestamp,
}

async fn plan_and_apply(
    context: &Context,
    service: &Service,
    subject: Subject<'_>,
    (selection, workspace): (crate::workspace::Selection, crate::workspace::Workspace),
) -> Result<Exit, CliError> {
    let Subject { arguments, secrets, .. } = subject;
    let over = started(context, service, subject, (selection, workspace))?;
    let mut planned = planned(context, subject, &over).await?;
    if planned.is_dirty() && context.terminal.narration != output::Narration::Quiet {
        output::narrate(|out| {
            writeln!(out, "warning: the files have changes that are not committed; they are applied as they are")
        });
    }
    let plan = planned.take_plan();
    let is_asked = context.terminal.is_interactive && !arguments.consent.auto_approve;
    let terminal = context.terminal;
    match arguments.print.format {
        // Standard output is for the report; whoever is asked sees what about.
        RunFormat::Json if is_asked => output::narrate(|out| human::plan(&plan, out, terminal.stderr)),
        RunFormat::Json => {}
        RunFormat::Human | RunFormat::Github => output::data(|out| human::plan(&plan, out, terminal.stdout))?,
    }
    findings::of_plan(context, &plan, &over.workspace.sources)?;
    let idle = plan.is_empty();
    let approved = if idle {
        approve(plan)?
    } else {
        if let Some(refusal) = plan::refusal(&plan).filter(|refusal| !is_asked || !refusal.yields_to_a_yes()) {
            return Err(refused(&refusal));
        }
        account_keys::fetch(context, &plan, secrets).await?;
        secrets_are_there(&plan, secrets)?;
        release::say_if_nobody_is_notified(context, &plan);
        approve(confirm(context, arguments, service, plan)?)?
    };
    let applying = applying(context, service, subject, (&planned, approved.plan().writes()));
    let about = About {
        requests: Arc::clone(&service.requests),
        identity: service.tokens(context.settings.api()).describe().to_string(),
        started: subject.started,
    };
    let Applied { mut report, not_recorded } = planned.carry_out(&approved, applying, about).await;
    start::not_recorded(context, not_recorded);
    report.commit = report.commit.or_else(|| commit(context));
    match arguments.print.format {
        RunFormat::Json => output::data(|out| v1::report(&report, out))?,
        RunFormat::Human | RunFormat::Github if idle => {}
        RunFormat::Human | RunFormat::Github => output::data(|out| {
            writeln!(out)?;
            human::report(&report, out, terminal.stdout)
        })?,
    }
    write(context, arguments, &report)?;
    Ok(match report.verdict() {
        Verdict::Good => Exit::Done,
        Verdict::Refused => Exit::Refused,
        Verdict::Bad => Exit::Error,
    })
}

/// The run, over the files and with the secrets that count: of a reviewed plan, those that were compared then.
fn started<'c>(
    context: &'c Context,
    service: &Service,
    subject: Subject<'_>,
    files: (crate::workspace::Selection, crate::workspace::Workspace),
) -> Result<Run<'c>, CliError> {
    let Subject { arguments, reviewed, secrets, .. } = subject;
    if let Some(reviewed) = reviewed.filter(|reviewed| reviewed.endpoint != service.name()) {
        let made_for = visible(&reviewed.endpoint);
        return Err(CliError::refused(format!("the plan was made for `{made_for}`, and this is `{}`", service.name())));
    }
    let (comparing, fetching): (Arc<dyn SecretSource>, _) = match reviewed {
        Some(reviewed) => {
            let compared = reviewed.compared_secrets.clone();
            (Arc::new(AsReviewed { secrets: secrets.clone(), compared }), reviewed.comparing().fetching)
        }
        None => (Arc::new(secrets.clone()), arguments.comparing.fetching),
    };
    start::over(context, service, files, (comparing, fetching, arguments.parallelism))
}

/// Plans from what the files and the service say now; a reviewed plan must come out the same. Guards are marked as allowed.
async fn planned(context: &Context, subject: Subject<'_>, over: &Run<'_>) -> Result<Planned, CliError> {
    let Subject { arguments, reviewed, .. } = subject;
    let comparing = reviewed.map_or_else(|| arguments.comparing.clone(), PlanFile::comparing);
    let release = reviewed.map_or(arguments.release, PlanFile::release);
    let choices = start::choices(context, &comparing, (release, Unmanaged::Skipped, &[]));
    let mut planned = over.plan(&choices, Recording::On).await?;
    let base = comparing.base.as_deref();
    start::complete(context, (&planned, base), "not every offer could be read; nothing was written")?;
    if let Some(reviewed) = reviewed {
        let allow = &reviewed.allowances()?;
        planned.plan = plan::allow(planned.take_plan(), allow);
        let (endpoint, compared) = (&reviewed.endpoint, &reviewed.compared_secrets);
        let (chosen, plan, drift) = (&over.selection, &planned.plan, choices.on_drift);
        let saved = Saved { plan, endpoint, chosen, compared, allow, comparing: &comparing, drift, release };
        same_as_reviewed(reviewed, plan, &saved)?;
        // Only now: if the plan is another one, that is what to say, and not that a yes in it is idle.
        planned.allow(allow)?;
    }
    planned.allow(&arguments.allowances.allow)?;
    Ok(planned)
}

/// What it takes to carry out a plan that does something to `offers` offers.
fn applying(
    context: &Context,
    service: &Service,
    subject: Subject<'_>,
    (planned, offers): (&Planned, usize),
) -> Applying {
    let arguments = subject.arguments;
    let (progress, aside) = progress::writing(context.terminal.narration, offers);
    let interrupt = interrupt::on_signal(aside);
    Applying {
        planner: planned.planner(),
        client: service.writing().bounded(interrupt.bounds(None)),
        secrets: Arc::new(subject.secrets.clone()),
        parallelism: arguments.parallelism.or(context.settings.parallelism),
        progress,
        interrupt,
        clock: Arc::clone(&context.clock),
        following: arguments.wait.following(),
        wait_limits: arguments.wait.wait_limits.wait_limits(),
        notify: release::notify(context),
    }
}

/// Writes the report wherever it is wanted: also that nothing was to be done, for what comes after in a pipeline reads it.
fn write(context: &Context, arguments: &ApplyArguments, report: &Report) -> Result<(), CliError> {
    if let Some(path) = &arguments.report {
        output::file(path, |out| v1::report(report, out))?;
    }
    let page = Page::Run(report);
    pages::write_pages(context, page, &arguments.pages)?;
    if arguments.print.format == RunFormat::Github {
        pages::annotate(context, page, &arguments.pages)?;
        output::data(|out| writeln!(out, "{}", page.last_line()))?;
    }
    Ok(())
}

fn same_as_reviewed(reviewed: &PlanFile, plan: &Plan, saved: &Saved<'_>) -> Result<(), CliError> {
    let same = plan.digest().as_str() == reviewed.digest;
    let differences = if same { reviewed.clone().misshown(saved) } else { reviewed.differences(plan, saved) };
    if differences.is_empty() {
        return Ok(());
    }
    output::narrate(|out| {
        writeln!(out, "the plan made now is not the one that was reviewed:")?;
        differences.iter().try_for_each(|line| writeln!(out, "  {}", visible(line)))
    });
    let message = if same {
        "the plan file was edited: it shows something else than it would do; nothing was written"
    } else {
        "the reviewed plan is out of date; nothing was written"
    };
    Err(CliError::refused(message).hint("plan again, and review that"))
}

/// Every secret that will be sent must be there before the first write of the run.
fn secrets_are_there(plan: &Plan, secrets: &Secrets) -> Result<(), CliError> {
    let missing = missing_secrets(plan, secrets);
    if missing.is_empty() {
        return Ok(());
    }
    Err(CliError::failed(format!("secrets are not set: {}; nothing was written", missing.join(", ")))
        .hint("every write of these offers must contain them, because the service erases fields that are left out"))
}

/// The guards of the plan are marked as allowed already.
fn approve(plan: Plan) -> Result<ApprovedPlan, CliError> {
    plan::approve(plan, &[]).map_err(|refusal| refused(&refusal))
}

const VALUES: (&str, &str) = ("value was", "values were");

fn refused(refusal: &Refusal) -> CliError {
    let mut reasons = Vec::new();
    if !refusal.guards.is_empty() {
        let names: Vec<String> = refusal.guards.iter().map(|guard| visible(&guard.name()).into_owned()).collect();
        reasons.push(format!("guards are not allowed: {}", names.join(", ")));
    }
    if !refusal.conflicts.is_empty() {
        reasons.push(format!("{} changed in the files and in the portal", counted(refusal.conflicts.len(), VALUES)));
    }
    if !refusal.drift.is_empty() {
        reasons.push(format!("{} edited in the portal", counted(refusal.drift.len(), VALUES)));
    }
    if !refusal.unsettled.is_empty() {
        let names: Vec<String> = refusal.unsettled.iter().map(|(address, _)| address.to_string()).collect();
        reasons.push(format!(
            "the drafts of {} have values that no file declares, so they are not released",
            names.join(", ")
        ));
    }
    if !refusal.busy.is_empty() {
        let names = refusal.busy.iter().map(|(address, operation)| format!("{address} ({operation})"));
        let names: Vec<String> = names.map(|name| visible(&name).into_owned()).collect();
        reasons.push(format!("the service is busy with an older draft of {}", names.join(", ")));
    }
    CliError::refused(format!("{}; nothing was written", reasons.join(", and "))).hint(
        "the plan shows the reasons; allow a guard with --allow, resolve a conflict in the files or with --overwrite-conflicts, and an edit in the portal with `offerform adopt` or --drift revert; --if-publishing says what to do while the service is busy",
    )
}

/// Asks for a yes, unless it was given beforehand. Somebody who sees the plan and says yes also says yes to overwriting its conflicts.
fn confirm(context: &Context, arguments: &ApplyArguments, service: &Service, plan: Plan) -> Result<Plan, CliError> {
    if arguments.consent.auto_approve {
        return Ok(plan);
    }
    if !context.terminal.is_interactive {
        return Err(CliError::failed("stdin is not a terminal, so nobody can confirm; nothing was written")
            .hint("review the plan, then run apply with --auto-approve"));
    }
    let conflicts: usize = plan.offers().iter().map(|offer| offer.conflicts().count()).sum();
    output::narrate(|out| {
        writeln!(out)?;
        if conflicts > 0 {
            let values = counted(conflicts, VALUES);
            writeln!(out, "{values} changed in the files and in the portal; `yes` overwrites the portal's.")?;
        }
        Ok(())
    });
    question::yes(context, &format!("Apply this to {}?", service.name()), "run apply with --auto-approve")?;
    Ok(plan::overwrite_conflicts(plan))
}

/// The commit whose files are applied: as the build system says, or else as git says.
fn commit(context: &Context) -> Option<String> {
    let named = ["GITHUB_SHA", "BUILD_SOURCEVERSION"].into_iter().find_map(|name| context.environment.get(name));
    if let Some(commit) = named {
        return Some(commit.to_owned());
    }
    Git::around(context.root()).line(&["rev-parse", "HEAD"]).ok().filter(|commit| commit.len() >= 40)
}

//! `offerform plan`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::arguments::{Comparing, Fetching, PageFormat, Parallelism, PlanArguments};
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::limit::Limit;
use super::output::{self, Narration};
use super::pages::{self, Page};
use super::release::ReleaseFlags;
use super::secrets::{Secrets, StandIns, Values};
use super::service::Service;
use super::settings::RecordPlace;
use super::{CliError, Exit, applied, plan_file, progress};
use crate::artifact::{Artifacts, HttpFetch, Limits, Reach};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::diff::{Secrecy, Unmanaged};
use crate::plan::{self, Allowance, Checkout, OnConflict, OnDrift, Plan, Policy, Purpose, Wish};
use crate::reconcile::{self, Base, Memory, Planner, Planning};
use crate::record::{self, Store};
use crate::render::{diagnostics, human, visible};
use crate::secret::SecretSource;
use crate::source::Sources;

pub(super) async fn run(context: &Context, arguments: PlanArguments) -> Result<Exit, CliError> {
    let chosen = Chosen::of(context, &arguments.declared);
    let workspace = findings::load_valid(context, &chosen)?;
    let secrets = secrets(context, &workspace);
    let service = Service::connect(context).await?;
    let unmanaged = if arguments.show_unmanaged { Unmanaged::Listed } else { Unmanaged::Skipped };
    let comparing = &arguments.comparing;
    let how = How {
        artifacts: artifacts(context, comparing.fetching)?,
        base: base(context, &chosen, &workspace, comparing)?,
        policy: policy(context, &workspace, comparing, unmanaged)?,
        recording: None,
    };
    let drift = how.policy.on_drift;
    let how = how.releasing(arguments.release);
    let planner = Arc::new(planner(context, &workspace, Arc::new(secrets.clone()), &service.name(), how));
    let planning = make(context, &service, Arc::clone(&planner), arguments.parallelism).await;
    let endpoint = service.name();
    service.close().await?;
    let plan = plan::allow(planning.plan, &arguments.allowances.allow);
    if planning.failures.is_empty() {
        allowances_are_meant(&plan, &arguments.allowances.allow)?;
    }
    let compared = compared(&workspace, &secrets);
    let saved = plan_file::Saved {
        plan: &plan,
        endpoint: &endpoint,
        chosen: &chosen,
        compared: &compared,
        allow: &arguments.allowances.allow,
        comparing,
        drift,
        release: arguments.release,
    };
    if !planning.failures.is_empty() {
        // What could be planned is worth seeing, but it is neither a plan file nor a reason to say that nothing is to do.
        if arguments.print.format == PageFormat::Human && !plan.is_empty() {
            pages::show(context, Page::Plan(&saved), arguments.print.format, &arguments.files.pages)?;
        }
        report_failures(context, &planning.failures);
        return Err(CliError::failed("the plan is incomplete; no plan file was written"));
    }
    pages::show(context, Page::Plan(&saved), arguments.print.format, &arguments.files.pages)?;
    check_findings(context, &plan, &workspace.sources)?;
    if let Some(path) = &arguments.out {
        output::file(path, |out| saved.write(out))?;
    }
    pages::write(Page::Plan(&saved), &arguments.files)?;
    if let Some(path) = &arguments.out
        && context.terminal.narration != Narration::Quiet
    {
        output::narrate(|out| writeln!(out, "saved; `offerform apply {}` applies exactly this plan", path.display()));
    }
    Ok(exit(&plan, arguments.detailed_exitcode))
}

fn exit(plan: &Plan, detailed: bool) -> Exit {
    if !detailed {
        Exit::Done
    } else if plan.summary().blocked > 0 {
        Exit::Refused
    } else if plan.is_empty() {
        Exit::Done
    } else {
        Exit::Changes
    }
}

/// Where the secrets of this run come from.
pub(super) fn secrets(context: &Context, workspace: &Workspace) -> Secrets {
    let sandbox = || Values::Placeholders(StandIns::of(&context.sandbox_folder(), &context.clock));
    let values = if context.settings.sandbox { sandbox() } else { Values::Real };
    Secrets { environment: context.environment.clone(), root: workspace.tree.root().to_path_buf(), values }
}

/// The secrets whose values are there, by reference: what a comparison can make use of.
fn compared(workspace: &Workspace, secrets: &Secrets) -> BTreeSet<String> {
    let sealed = workspace.desired.iter().flat_map(|desired| desired.document.sealed().values());
    sealed.filter(|reference| secrets.value(reference).is_some()).map(ToString::to_string).collect()
}

/// What single offers are planned with.
pub(super) fn planner(
    context: &Context,
    workspace: &Workspace,
    secrets: Arc<dyn SecretSource>,
    endpoint: &str,
    how: How,
) -> Planner {
    let memory = memory(context, workspace.tree.root(), endpoint);
    let base = applied::with_history(how.base, workspace, &memory);
    Planner {
        desired: workspace.desired.clone(),
        sources: Arc::clone(&workspace.sources),
        secrets,
        memory: Arc::new(memory),
        artifacts: how.artifacts,
        base,
        policy: how.policy,
        recording: how.recording,
        findings: workspace.findings.clone(),
    }
}

/// What is compared with what, and who wins.
#[derive(Debug, Clone)]
pub(super) struct How {
    pub(super) artifacts: Arc<Artifacts>,
    pub(super) base: Base,
    pub(super) policy: Policy,
    /// Which files are at hand, if what is found to be applied is to be recorded.
    pub(super) recording: Option<Checkout>,
}

impl How {
    /// The same, with what is asked for about releases.
    pub(super) fn releasing(mut self, flags: ReleaseFlags) -> Self {
        self.policy.release = flags.wish();
        self
    }
}

/// The files behind addresses: fetched where that is needed, unless nobody wants it or the portal is played.
pub(super) fn artifacts(context: &Context, fetching: Fetching) -> Result<Arc<Artifacts>, CliError> {
    if fetching.no_fetch || context.settings.sandbox {
        return Ok(Arc::new(Artifacts::unseen()));
    }
    let fetch = HttpFetch::new(Reach::Public, Limits::default()).map_err(|error| CliError::from(&error))?;
    Ok(Arc::new(Artifacts::fetched_by(Arc::new(fetch))))
}

/// The base that is asked for.
pub(super) fn base(
    context: &Context,
    chosen: &Chosen,
    workspace: &Workspace,
    comparing: &Comparing,
) -> Result<Base, CliError> {
    match &comparing.base {
        Some(revision) => super::base::load(context, chosen, workspace, revision),
        None => Ok(Base::Unknown),
    }
}

/// The day, for what the files limit in time.
pub(super) fn today(context: &Context) -> jiff::civil::Date {
    context.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Who wins, as it is asked for.
pub(super) fn policy(
    context: &Context,
    workspace: &Workspace,
    comparing: &Comparing,
    unmanaged: Unmanaged,
) -> Result<Policy, CliError> {
    let limit = Limit::of(context, workspace, comparing)?;
    Ok(Policy {
        max_changed_percent: limit.percent,
        declared_offers: limit.offers,
        purpose: Purpose::Apply,
        today: Some(today(context)),
        on_drift: comparing.drift.map_or(context.settings.drift, OnDrift::from),
        on_conflict: if comparing.overwrite_conflicts { OnConflict::Overwrite } else { OnConflict::Refuse },
        secrecy: if comparing.rotate_secrets { Secrecy::Rotated } else { Secrecy::Kept },
        unmanaged,
        release: Wish::default(),
    })
}

/// What is remembered of the service's rewrites; less than there was is a warning.
pub(super) fn memory(context: &Context, root: &Path, endpoint: &str) -> Memory {
    let Some(store) = store(context, root) else { return Memory::empty(endpoint) };
    let (memory, troubles) = Memory::open(endpoint, store);
    for trouble in &troubles {
        let consequence = "; known rewrites of the service may be shown as changes";
        output::warning(context.terminal.narration, &CliError::from(trouble), consequence);
    }
    memory
}

/// Where the record is kept, if it is. That of the sandbox is its own.
pub(super) fn store(context: &Context, root: &Path) -> Option<Store> {
    if context.settings.sandbox {
        return Some(Store::File(record::File::new(context.sandbox_folder().join("record.json"))));
    }
    match context.settings.record {
        RecordPlace::File => Some(Store::File(record::File::new(root.join(".offerform").join("record.json")))),
        RecordPlace::GitNotes => Some(Store::Notes(record::Notes::new(root))),
        RecordPlace::None => None,
    }
}

/// Fetches and plans.
pub(super) async fn make(
    context: &Context,
    service: &Service,
    planner: Arc<Planner>,
    parallelism: Parallelism,
) -> Planning {
    let progress = progress::reading(context.terminal.narration, planner.desired().len());
    let parallelism = parallelism.or(context.settings.parallelism);
    let artifacts = Arc::clone(&planner.artifacts);
    let planning = reconcile::plan(planner, service.reading(), parallelism, progress).await;
    let counts = artifacts.counts();
    tracing::info!(fetched = counts.fetched, failed = counts.failed, "files looked at to compare hosted copies");
    planning
}

/// Shows what rules find in the files: an error in a value that the plan writes fails the command.
pub(super) fn check_findings(context: &Context, plan: &Plan, sources: &Sources) -> Result<(), CliError> {
    let terminal = &context.terminal;
    let mut found = Diagnostics::default();
    for offer in plan.offers() {
        found.append(offer.errors.clone());
        found.append(offer.already.iter().map(already).collect());
        found.append(offer.idle_allowances.clone());
    }
    let errors = found.has_errors();
    found.arrange(sources);
    if errors || (!found.is_empty() && terminal.narration != Narration::Quiet) {
        output::narrate(|out| diagnostics::diagnostics(&found, sources, out, terminal.stderr));
    }
    if errors {
        return Err(CliError::failed("the plan would write values that have errors; nothing was sent"));
    }
    Ok(())
}

/// A finding about a value that stays as it is in the portal.
fn already(finding: &Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        message: format!("{}; it is already so in the portal", finding.message),
        ..finding.clone()
    }
}

/// Says which offers could not be planned, and why.
pub(super) fn report_failures(context: &Context, failures: &[(crate::offer::OfferAddress, crate::apply::Trouble)]) {
    output::narrate(|out| human::failures(failures, out, context.terminal.stderr));
}

/// A yes to something that is not in the plan is a mistake: perhaps it was meant for something else that is.
pub(super) fn allowances_are_meant(plan: &Plan, allowances: &[Allowance]) -> Result<(), CliError> {
    let idle: Vec<String> = plan::unmatched(plan, allowances).iter().map(ToString::to_string).collect();
    if idle.is_empty() {
        return Ok(());
    }
    let message = format!("--allow {}: no guard of this plan has this name; nothing was sent", idle.join(", "));
    Err(CliError::failed(visible(&message))
        .hint("write each guard that is meant as the plan names it, or leave the flag out"))
}

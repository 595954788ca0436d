//! `offerform publish`, `go-live` and `cancel`: single steps by hand.
//!
//! What is released is the draft, or the preview, as the service has it. What files declare of the offer counts all the same: by
//! what they allow, and because a draft that somebody edited past them is not released.

use std::sync::Arc;

use super::arguments::{CancelArguments, Fetching, GoLiveArguments, Parallelism, PatienceFlags, PublishArguments};
use super::context::Context;
use super::offers::address;
use super::release::{nobody_is_notified, releasing};
use super::service::Service;
use super::{CliError, Exit, findings, output, progress, question};
use crate::apply::{StepOutcome, StepReport, Verdict};
use crate::offer::OfferAddress;
use crate::plan::release::{Obstacle, StepKind};
use crate::plan::{Allowance, Guard};
use crate::reconcile::{self, Cancelled, Following, Ground, Manual, ManualStep, Overview, Prepared, Run, StepRefusal};
use crate::record::Rewrites;
use crate::render::standing::SlotDifference;
use crate::render::{human, visible};
use crate::workspace::Selection;

pub(super) async fn publish(context: &Context, arguments: PublishArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.asked.offer.address)?;
    let step = ManualStep::Publish(arguments.obstacles.wish(crate::plan::release::Aim::Declared));
    let how = Carrying {
        auto_approve: arguments.asked.consent.auto_approve,
        allow: &arguments.allowances.allow,
        following: arguments.wait.following(),
        patience: arguments.wait.patience,
        done: "the preview has the draft already",
    };
    run(context, &address, step, how).await
}

pub(super) async fn go_live(context: &Context, arguments: GoLiveArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.asked.offer.address)?;
    let how = Carrying {
        auto_approve: arguments.asked.consent.auto_approve,
        allow: &arguments.allowances.allow,
        following: arguments.wait.following(),
        patience: arguments.wait.patience,
        done: "customers have the preview already",
    };
    run(context, &address, ManualStep::GoLive, how).await
}

pub(super) async fn cancel(context: &Context, arguments: CancelArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.asked.offer.address)?;
    let service = Service::connect(context).await?;
    let result = cancelled(context, &service, &address, &arguments).await;
    service.close_after(result).await
}

/// How a step by hand is carried out.
struct Carrying<'a> {
    auto_approve: bool,
    allow: &'a [Allowance],
    following: Following,
    patience: PatienceFlags,
    /// What to say if there is nothing to do.
    done: &'static str,
}

async fn run(context: &Context, address: &OfferAddress, step: ManualStep, how: Carrying<'_>) -> Result<Exit, CliError> {
    let workspace = findings::declared(context)?;
    let service = Service::connect(context).await?;
    let over = match workspace {
        Some(workspace) => {
            let secrets = Arc::new(super::start::secrets(context, &workspace));
            let with = (secrets as _, Fetching { no_fetch: true }, Parallelism::default());
            Some(super::start::over(context, &service, (Selection::default(), workspace), with)?)
        }
        None => None,
    };
    let result = carried_out(context, &service, (address, over.as_ref()), (step, how)).await;
    service.close_after(result).await
}

async fn carried_out(
    context: &Context,
    service: &Service,
    (address, over): (&OfferAddress, Option<&Run<'_>>),
    (step, how): (ManualStep, Carrying<'_>),
) -> Result<Exit, CliError> {
    let memory = match over {
        Some(over) => Arc::clone(&over.surroundings.memory),
        None => Arc::new(super::start::memory(context, context.root(), &service.name())),
    };
    let prepared = if let Some(over) = over {
        over.prepare(address, step).await?
    } else {
        let rewrites = memory.rewrites(address);
        let ground = Ground { address, rewrites: &rewrites, declared: None };
        reconcile::prepare(&service.reading(), ground, step).await?
    };
    let manual = match prepared {
        Prepared::Ready(manual) => manual,
        Prepared::Done => {
            output::data(|out| writeln!(out, "{address}: {}", how.done))?;
            return Ok(Exit::Done);
        }
        Prepared::Busy(operation) => {
            let message = format!("the service is busy with `{address}` ({operation}); nothing was sent");
            return Err(CliError::refused(visible(&message).into_owned())
                .hint("`offerform status OFFER` shows how far it is; publish has --if-publishing wait and cancel"));
        }
        Prepared::NoPreview => {
            let message = format!("no preview of `{address}` is waiting to go live; nothing was sent");
            return Err(CliError::refused(message).hint(
                "`offerform publish OFFER` publishes the draft to the preview; `offerform status OFFER` shows where it is",
            ));
        }
        Prepared::NoOffer => return Err(CliError::failed(format!("the portal has no offer `{address}`"))),
    };
    let manual = manual.allowing(how.allow);
    // A failure is told below, with what to do about it.
    if !matches!(manual.plan.obstacle, Some(Obstacle::Failed(_))) {
        show(context, service, address, &manual)?;
    }
    if manual.sends() {
        manual.refusal(how.allow).map_or(Ok(()), |refusal| Err(refused(&refusal)))?;
        nobody_is_notified(context);
        if !how.auto_approve {
            let question = format!("Do this at {}?", service.name());
            question::yes(context, &question, "look at what it would do, then run it with --auto-approve")?;
        }
    }
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let releasing = releasing(context, service, (how.following, how.patience.patience()), (progress, interrupt));
    releasing.watching.progress.started(address);
    let reports = manual.carry_out(address, &releasing, &memory).await;
    super::start::keep(context, &memory);
    let words: Vec<&str> = reports.iter().map(|report| report.outcome.words()).collect();
    releasing.watching.progress.finished(address, &words.join(", "));
    let interrupted = releasing.watching.interrupt.is_raised();
    drop(releasing);
    told(context, &reports, interrupted)
}

/// Why a step is refused, and what can be done about it.
fn refused(refusal: &StepRefusal) -> CliError {
    match refusal {
        StepRefusal::IdleAllowance(idle) => {
            CliError::failed(format!("--allow {idle} names no guard of this step; nothing was sent"))
                .hint("the guards are listed above, by code and target")
        }
        StepRefusal::Unsettled(places) => CliError::refused(format!("{}; nothing was sent", human::unsettled(places)))
            .hint(
                "`offerform adopt` takes these values into the files; `offerform apply --drift revert` replaces them",
            ),
        StepRefusal::Guards(guards) => {
            let names: Vec<String> = guards.iter().map(|guard| visible(&guard.name()).into_owned()).collect();
            CliError::refused(format!("guards are not allowed: {}; nothing was sent", names.join(", ")))
                .hint("allow each by code and target with --allow, or in the offer's file under `reconcile.allow`")
        }
    }
}

/// Shows what would become of the slot, by which steps, and what needs a yes.
fn show(context: &Context, service: &Service, address: &OfferAddress, manual: &Manual) -> Result<(), CliError> {
    let difference = SlotDifference {
        endpoint: service.name(),
        address: address.clone(),
        from: manual.slots.1,
        to: manual.slots.0,
        from_is_empty: manual.changes.is_none(),
        changes: manual.changes.clone().unwrap_or_default(),
    };
    output::data(|out| {
        human::slot_difference(&difference, out, context.terminal.stdout)?;
        human::release_plan(&manual.plan, out, context.terminal.stdout)?;
        let guards: Vec<Guard> = manual.guards.clone();
        human::guards_of(&guards, out, context.terminal.stdout)?;
        writeln!(out)
    })
}

/// How the offer stands; an offer that the portal does not have is an error.
async fn overview(service: &Service, address: &OfferAddress) -> Result<Overview, CliError> {
    let found = reconcile::overview_of(&service.reading(), address, &Rewrites::default()).await?;
    found.ok_or_else(|| CliError::failed(format!("the portal has no offer `{address}`")))
}

async fn cancelled(
    context: &Context,
    service: &Service,
    address: &OfferAddress,
    arguments: &CancelArguments,
) -> Result<Exit, CliError> {
    let overview = overview(service, address).await?;
    let Some(underway) = overview.situation.underway else {
        output::data(|out| writeln!(out, "{address}: nothing is under way"))?;
        return Ok(Exit::Done);
    };
    let name = underway.operation;
    output::data(|out| writeln!(out, "{address}: {name} is under way, and would be cancelled"))?;
    nobody_is_notified(context);
    if !arguments.asked.consent.auto_approve {
        let question = format!("Cancel it at {}?", service.name());
        question::yes(context, &question, "to cancel it without being asked, add --auto-approve")?;
    }
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let how = (arguments.wait.following(), arguments.wait.patience.patience());
    let releasing = releasing(context, service, how, (progress, interrupt));
    releasing.watching.progress.started(address);
    let outcome = releasing.cancel(address, &name).await;
    releasing.watching.progress.finished(address, "asked to cancel");
    let interrupted = releasing.watching.interrupt.is_raised();
    drop(releasing);
    let words = match outcome {
        Cancelled::Done => "cancelled".to_owned(),
        Cancelled::Ended(ending) => {
            format!("nothing was under way any more; it had ended before it could be cancelled: {}", ending.words())
        }
        Cancelled::Accepted => {
            format!("the service accepted the cancellation; `offerform status {address}` shows when it is over")
        }
        Cancelled::Not(outcome) => {
            let kind = name.kind.unwrap_or(StepKind::Publish);
            return tell(context, kind, outcome, (name.id, interrupted));
        }
    };
    output::data(|out| writeln!(out, "{address}: {words}"))?;
    Ok(Exit::Done)
}

/// Shows how a single operation ended, and draws the exit code from it.
pub(super) fn tell(
    context: &Context,
    kind: StepKind,
    outcome: StepOutcome,
    (operation, interrupted): (Option<String>, bool),
) -> Result<Exit, CliError> {
    let (started, finished) = (None, None);
    told(
        context,
        &[StepReport { kind, outcome, operation, started, finished, asked: false, published: None }],
        interrupted,
    )
}

fn told(context: &Context, reports: &[StepReport], interrupted: bool) -> Result<Exit, CliError> {
    output::data(|out| reports.iter().try_for_each(|report| human::step_report(report, out, context.terminal.stdout)))?;
    let worst = |wanted: Verdict| reports.iter().any(|report| report.outcome.verdict() == wanted);
    let asked = reports.iter().any(|report| report.asked);
    Ok(if interrupted || worst(Verdict::Bad) || worst(Verdict::Refused) && asked {
        Exit::Error
    } else if worst(Verdict::Refused) {
        Exit::Refused
    } else {
        Exit::Done
    })
}

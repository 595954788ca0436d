//! `offerform publish`, `go-live` and `cancel`: single steps by hand.
//!
//! What is released is the draft, or the preview, as the service has it. What files declare of the offer counts all the same: by
//! what they allow, and because a draft that somebody edited past them is not released.

use std::io::Write;
use std::sync::Arc;

use super::arguments::{
    CancelArguments, Fetching, Format, GoLiveArguments, Parallelism, PublishArguments, WaitLimitFlags,
};
use super::context::Context;
use super::offers::address;
use super::release::{nobody_is_notified, releasing};
use super::service::Service;
use super::{CliError, Exit, findings, output, progress, question};
use crate::apply::{ErrorMessage, StepOutcome, StepReport, Verdict};
use crate::backend::OperationKind;
use crate::offer::{Content, OfferAddress};
use crate::plan::Allowance;
use crate::plan::release::Obstacle;
use crate::reconcile::{self, Cancelled, Following, Ground, Manual, ManualStep, Overview, Prepared, Run, StepRefusal};
use crate::record::Rewrites;
use crate::render::by_hand::{ByHand, Request};
use crate::render::json::v1;
use crate::render::status::SlotDifference;
use crate::render::{human, visible};
use crate::workspace::Selection;

pub(super) async fn publish(context: &Context, arguments: PublishArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.step.offer.address)?;
    let step = ManualStep::Publish(arguments.obstacles.release_request(crate::plan::release::Aim::Declared));
    let how = Carrying {
        request: Request::Publish,
        format: arguments.print.format,
        auto_approve: arguments.step.consent.auto_approve,
        allow: &arguments.allowances.allow,
        following: arguments.wait.following(),
        wait_limits: arguments.wait.wait_limits,
        done: "the preview already has the draft",
    };
    run(context, &address, step, how).await
}

pub(super) async fn go_live(context: &Context, arguments: GoLiveArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.step.offer.address)?;
    let how = Carrying {
        request: Request::GoLive,
        format: arguments.print.format,
        auto_approve: arguments.step.consent.auto_approve,
        allow: &arguments.allowances.allow,
        following: arguments.wait.following(),
        wait_limits: arguments.wait.wait_limits,
        done: "customers already have the preview",
    };
    run(context, &address, ManualStep::GoLive, how).await
}

pub(super) async fn cancel(context: &Context, arguments: CancelArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.step.offer.address)?;
    let service = Service::connect(context).await?;
    // The Product Ingestion API cancels by the id of a job, which only the record knows.
    super::start::memory(context, context.root(), &service);
    let mut by_hand = ByHand::new(service.name(), &address, Request::Cancel);
    let result = cancelled((context, &service), &arguments, &mut by_hand).await;
    let result = finish(arguments.print.format, by_hand, result);
    service.close_after(result).await
}

/// How a step by hand is carried out and shown.
#[derive(Clone, Copy)]
struct Carrying<'a> {
    request: Request,
    format: Format,
    auto_approve: bool,
    allow: &'a [Allowance],
    following: Following,
    wait_limits: WaitLimitFlags,
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
    let mut by_hand = ByHand::new(service.name(), address, how.request);
    let result = carried_out((context, &service), over.as_ref(), (step, how), &mut by_hand).await;
    let result = finish(how.format, by_hand, result);
    service.close_after(result).await
}

async fn carried_out(
    (context, service): (&Context, &Service),
    over: Option<&Run<'_>>,
    (step, how): (ManualStep, Carrying<'_>),
    by_hand: &mut ByHand,
) -> Result<Exit, CliError> {
    let address = &by_hand.address.clone();
    let memory = match over {
        Some(over) => Arc::clone(&over.surroundings.memory),
        None => super::start::memory(context, context.root(), service),
    };
    let reading = progress::reading(context.terminal.narration, 1);
    reading.started(address);
    let prepared = if let Some(over) = over {
        over.prepare(address, step).await?
    } else {
        let rewrites = memory.rewrites(address);
        let ground = Ground { address, rewrites: &rewrites, declared: None };
        reconcile::prepare(service.reading().as_ref(), ground, step).await?
    };
    reading.finished(address, "read");
    let manual = match prepared {
        Prepared::Ready(manual) => manual,
        Prepared::Done => return nothing(how.format, by_hand, how.done),
        prepared => return Err(not_ready(address, &prepared, step)),
    };
    let manual = manual.allowing(how.allow);
    show(context, how, &manual, by_hand)?;
    if manual.sends() {
        manual.refusal(how.allow).map_or(Ok(()), |refusal| Err(refused(&refusal)))?;
        nobody_is_notified(context);
        if !how.auto_approve {
            let question = format!("Do this at {}?", service.name());
            question::yes(context, &question, "review what it would do, then run it with --auto-approve")?;
        }
    }
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let releasing = releasing(context, service, (how.following, how.wait_limits.wait_limits()), (progress, interrupt));
    releasing.watching.progress.started(address);
    by_hand.steps = manual.carry_out(address, &releasing, &memory).await;
    super::start::keep(context, &memory);
    let words: Vec<&str> = by_hand.steps.iter().map(|report| report.outcome.words()).collect();
    releasing.watching.progress.finished(address, &words.join(", "));
    let interrupted = releasing.watching.interrupt.is_raised();
    drop(releasing);
    steps((context, how.format), &by_hand.steps, interrupted)
}

/// Why a step cannot be shown.
fn not_ready(address: &OfferAddress, prepared: &Prepared, step: ManualStep) -> CliError {
    match prepared {
        Prepared::Busy(operation) => {
            let message = format!("the service is busy with `{address}` ({operation}); nothing was sent");
            let or_cancels = match step {
                ManualStep::Publish(_) => "; `--if-publishing` waits for it, or cancels it, and then publishes",
                ManualStep::GoLive => "",
            };
            CliError::refused(visible(&message).into_owned())
                .hint(format!("`offerform operations wait {address}` waits for its end{or_cancels}"))
        }
        Prepared::NoPreview => {
            let message = format!("no preview of `{address}` is waiting to go live; nothing was sent");
            CliError::refused(message).hint(format!(
                "`offerform publish {address}` publishes the draft to the preview; `offerform status {address}` shows its state"
            ))
        }
        Prepared::NoOffer | Prepared::Ready(_) | Prepared::Done => no_offer(address),
    }
}

fn no_offer(address: &OfferAddress) -> CliError {
    CliError::failed(format!("the portal has no offer `{address}`"))
        .hint("check the id; `offerform whoami` shows which publishers can be seen")
}

/// Why a step is refused, and what can be done about it.
fn refused(refusal: &StepRefusal) -> CliError {
    match refusal {
        StepRefusal::IdleAllowance(idle) => {
            CliError::failed(format!("--allow {idle}: this step has no such guard; nothing was sent"))
                .hint("the guards are listed above, by code and target")
        }
        StepRefusal::Unsettled(places) => CliError::refused(format!("{}; nothing was sent", human::unsettled(places)))
            .hint(
                "`offerform adopt` writes these values into the files; `offerform apply --drift revert` replaces them",
            ),
        StepRefusal::Guards(guards) => {
            let names: Vec<String> = guards.iter().map(|guard| visible(&guard.name()).into_owned()).collect();
            CliError::refused(format!("guards are not allowed: {}; nothing was sent", names.join(", ")))
                .hint("allow each by code and target with --allow, or in the offer's file under `reconcile.allow`")
        }
    }
}

/// Shows what would become of the slot, by which steps, and what needs a yes.
fn show(context: &Context, how: Carrying<'_>, manual: &Manual, by_hand: &mut ByHand) -> Result<(), CliError> {
    let difference = SlotDifference {
        endpoint: by_hand.endpoint.clone(),
        address: by_hand.address.clone(),
        from: Content::Slot(manual.slots.1),
        to: Content::Slot(manual.slots.0),
        from_is_empty: manual.changes.is_none(),
        changes: manual.changes.clone().unwrap_or_default(),
    };
    by_hand.guards.clone_from(&manual.guards);
    // A failure is shown at the end, with what to do about it.
    let is_shown = !matches!(manual.plan.obstacle, Some(Obstacle::Failed(_)));
    let write = |out: &mut dyn Write, style| {
        human::slot_difference(&difference, out, style)?;
        human::release_plan(&manual.plan, out, style)?;
        human::guards_of(&manual.guards, out, style)?;
        writeln!(out)
    };
    match how.format {
        Format::Human if is_shown => output::data(|out| write(out, context.terminal.stdout))?,
        // Standard output is for the document; whoever is asked sees what about.
        Format::Json if is_shown && !how.auto_approve && context.terminal.is_interactive => {
            output::narrate(|out| write(out, context.terminal.stderr));
        }
        Format::Human | Format::Json => {}
    }
    by_hand.difference = Some(difference);
    Ok(())
}

/// How the offer stands; an offer that the portal does not have is an error.
async fn overview(service: &Service, address: &OfferAddress) -> Result<Overview, CliError> {
    let found = reconcile::overview_of(service.reading().as_ref(), address, &Rewrites::default()).await?;
    found.ok_or_else(|| no_offer(address))
}

async fn cancelled(
    (context, service): (&Context, &Service),
    arguments: &CancelArguments,
    by_hand: &mut ByHand,
) -> Result<Exit, CliError> {
    let (address, format) = (&by_hand.address.clone(), arguments.print.format);
    let Some(underway) = overview(service, address).await?.situation.underway else {
        return nothing(format, by_hand, "no operation is running");
    };
    let name = underway.operation;
    say(format, &format!("{address}: {name} is running"))?;
    nobody_is_notified(context);
    if !arguments.step.consent.auto_approve {
        let question = format!("Cancel {name} at {}?", service.name());
        question::yes(context, &visible(&question), "to cancel it without being asked, add --auto-approve")?;
    }
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let how = (arguments.wait.following(), arguments.wait.wait_limits.wait_limits());
    let releasing = releasing(context, service, how, (progress, interrupt));
    releasing.watching.progress.started(address);
    let outcome = releasing.cancel(address, &name).await;
    releasing.watching.progress.finished(address, "cancellation requested");
    let interrupted = releasing.watching.interrupt.is_raised();
    drop(releasing);
    let (outcome, words) = match outcome {
        Cancelled::Done => (StepOutcome::Canceled, "cancelled".to_owned()),
        Cancelled::Ended(ending) => {
            let words = ending.words();
            let words = format!("the operation had ended before it could be cancelled: {words}");
            (ending, words)
        }
        Cancelled::Accepted => {
            let words = "the service accepted the cancellation; `offerform status";
            (StepOutcome::Running, format!("{words} {address}` shows when it is over"))
        }
        Cancelled::Not(outcome) => {
            by_hand.steps = only(name.kind.unwrap_or(OperationKind::Publish), outcome, name.id);
            return steps((context, format), &by_hand.steps, interrupted);
        }
    };
    by_hand.steps = only(name.kind.unwrap_or(OperationKind::Publish), outcome, name.id);
    by_hand.failure = Some(ErrorMessage { message: words.clone(), hint: None, correlation_id: None });
    say(format, &format!("{address}: {words}"))?;
    Ok(Exit::Done)
}

/// Says a line, unless all is said in one document.
pub(super) fn say(format: Format, line: &str) -> Result<(), CliError> {
    match format {
        Format::Human => output::data(|out| writeln!(out, "{}", visible(line))),
        Format::Json => Ok(()),
    }
}

/// Says that there is nothing to do, and why.
pub(super) fn nothing(format: Format, by_hand: &mut ByHand, why: &str) -> Result<Exit, CliError> {
    by_hand.failure = Some(ErrorMessage { message: why.to_owned(), hint: None, correlation_id: None });
    say(format, &format!("{}: {why}", by_hand.address))?;
    Ok(Exit::Done)
}

/// The report of a single operation.
pub(super) fn only(kind: OperationKind, outcome: StepOutcome, operation: Option<String>) -> Vec<StepReport> {
    let (started, finished) = (None, None);
    vec![StepReport { kind, outcome, operation, started, finished, asked: false, published: None }]
}

/// Shows how steps ended, and draws the exit code from it.
pub(super) fn steps(
    (context, format): (&Context, Format),
    reports: &[StepReport],
    interrupted: bool,
) -> Result<Exit, CliError> {
    if format == Format::Human {
        let style = context.terminal.stdout;
        output::data(|out| reports.iter().try_for_each(|report| human::step_report(report, out, style)))?;
    }
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

/// Prints the document, if one is wanted, whatever came of the step.
pub(super) fn finish(format: Format, mut by_hand: ByHand, result: Result<Exit, CliError>) -> Result<Exit, CliError> {
    if format == Format::Json {
        let exit = result.as_ref().map_or_else(CliError::exit, |exit| *exit);
        by_hand.verdict = match exit {
            Exit::Done | Exit::Changes => Verdict::Good,
            Exit::Refused => Verdict::Refused,
            Exit::Error => Verdict::Bad,
        };
        if let Err(error) = &result {
            by_hand.failure = Some(error.failure().clone());
        }
        output::data(|out| v1::by_hand(&by_hand, out))?;
    }
    result
}

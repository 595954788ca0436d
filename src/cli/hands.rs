//! `offerform publish`, `go-live` and `cancel`: single steps by hand, for what the portal has.
//!
//! No file takes part: what is released is the draft, or the preview, as it is shown before the question.

use std::sync::Arc;

use super::arguments::{CancelArguments, GoLiveArguments, PublishArguments};
use super::context::Context;
use super::release::{PatienceFlags, nobody_is_notified, releasing};
use super::service::Service;
use super::standing::address;
use super::{CliError, Exit, output, progress, question};
use crate::api::LiveDocument;
use crate::apply::{StepOutcome, StepReport, Verdict};
use crate::offer::fields::FieldTable;
use crate::offer::{Document, OfferAddress, Slot};
use crate::plan::release::{
    Aim, Level, Next, Obstacle, ReleasePlan, Start, StepKind, decide, differences, go_live as plan_go_live, holds_same,
};
use crate::reconcile::{self, Cancelled, Expected, Following, Overview};
use crate::render::human;
use crate::render::standing::SlotDifference;

pub(super) async fn publish(context: &Context, arguments: PublishArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.asked.offer.address)?;
    let service = Service::connect(context).await?;
    let result = published(context, &service, &address, &arguments).await;
    service.close_after(result).await
}

pub(super) async fn go_live(context: &Context, arguments: GoLiveArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.asked.offer.address)?;
    let service = Service::connect(context).await?;
    let result = gone_live(context, &service, &address, &arguments).await;
    service.close_after(result).await
}

pub(super) async fn cancel(context: &Context, arguments: CancelArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.asked.offer.address)?;
    let service = Service::connect(context).await?;
    let result = cancelled(context, &service, &address, &arguments).await;
    service.close_after(result).await
}

/// What was shown, and nothing else, may be released.
struct AsShown {
    table: &'static FieldTable,
    document: Arc<Document>,
}

impl Expected for AsShown {
    fn objection(&self, live: LiveDocument) -> Option<String> {
        let same = holds_same(self.table, Arc::clone(&self.document))(&live.document);
        (!same).then(|| "it has changed since it was shown".to_owned())
    }
}

async fn overview(service: &Service, address: &OfferAddress) -> Result<Overview, CliError> {
    let found = reconcile::overview(&service.reading(), address).await?;
    found.ok_or_else(|| CliError::failed(format!("the portal has no offer `{address}`")))
}

async fn published(
    context: &Context,
    service: &Service,
    address: &OfferAddress,
    arguments: &PublishArguments,
) -> Result<Exit, CliError> {
    let overview = overview(service, address).await?;
    let draft = Arc::new(overview.draft.document);
    let table = draft.field_table();
    let wish = arguments.obstacles.wish(Aim::AtLeast(Level::Preview));
    let is_in = holds_same(table, Arc::clone(&draft));
    let plan = decide(Level::Preview, wish, &overview.situation, Next { is_in: &is_in, was_published: false });
    let preview = overview.situation.preview.as_ref();
    let shown = Shown { address, slots: (Slot::Draft, Slot::Preview), from: &draft, to: preview, plan: &plan };
    let done = "the preview has the draft already";
    let expected = AsShown { table, document: Arc::clone(&draft) };
    let asked = (arguments.asked.consent.auto_approve, (arguments.wait.following(), arguments.wait.patience));
    carried_out(context, service, &shown, (done, &expected), asked).await
}

async fn gone_live(
    context: &Context,
    service: &Service,
    address: &OfferAddress,
    arguments: &GoLiveArguments,
) -> Result<Exit, CliError> {
    let overview = overview(service, address).await?;
    let none = || {
        CliError::refused(format!("no preview of `{address}` waits for a go-live; nothing was sent")).hint(
            "`offerform publish OFFER` brings the draft to the preview; `offerform status OFFER` shows how it stands",
        )
    };
    let preview = Arc::new(overview.situation.preview.clone().ok_or_else(none)?);
    let table = preview.field_table();
    let plan = plan_go_live(&overview.situation, &holds_same(table, Arc::clone(&preview))).ok_or_else(none)?;
    let production = overview.situation.production.as_ref();
    let shown =
        Shown { address, slots: (Slot::Preview, Slot::Production), from: &preview, to: production, plan: &plan };
    let done = "customers have the preview already";
    let expected = AsShown { table, document: Arc::clone(&preview) };
    let asked = (arguments.asked.consent.auto_approve, (arguments.wait.following(), arguments.wait.patience));
    carried_out(context, service, &shown, (done, &expected), asked).await
}

/// What is shown before the question.
struct Shown<'a> {
    address: &'a OfferAddress,
    slots: (Slot, Slot),
    from: &'a Document,
    to: Option<&'a Document>,
    plan: &'a ReleasePlan,
}

async fn carried_out(
    context: &Context,
    service: &Service,
    shown: &Shown<'_>,
    (done, expected): (&str, &AsShown),
    (auto_approve, (following, patience)): (bool, (Following, PatienceFlags)),
) -> Result<Exit, CliError> {
    let Shown { address, plan, .. } = shown;
    if plan.is_empty() {
        let busy = plan.passed_over.as_ref().map(|name| format!("the service is busy ({name}), which is left alone"));
        output::data(|out| writeln!(out, "{address}: {}", busy.as_deref().unwrap_or(done)))?;
        return Ok(Exit::Done);
    }
    // A failure is told below, with what to do about it.
    if !matches!(plan.obstacle, Some(Obstacle::Failed(_))) {
        show(context, service, shown, expected.table)?;
    }
    if let Some(Obstacle::Busy(_)) = plan.obstacle {
        return Err(CliError::refused("the service is busy with something else than this draft; nothing was sent")
            .hint("--if-publishing says what to do: wait, skip or cancel"));
    }
    let sends = plan.steps.iter().any(|step| !matches!(step.start, Start::Attach(_)));
    if sends {
        nobody_is_notified(context);
        if !auto_approve {
            let question = format!("Do this at {}?", service.name());
            question::yes(context, &question, "look at what it would do, then run it with --auto-approve")?;
        }
    }
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let releasing = releasing(context, service, (following, patience.patience()), (progress, interrupt));
    releasing.watching.progress.started(address);
    let reports = releasing.carry_out(address, plan, expected).await;
    let words: Vec<&str> = reports.iter().map(|report| report.outcome.words()).collect();
    releasing.watching.progress.finished(address, &words.join(", "));
    let interrupted = releasing.watching.interrupt.is_raised();
    drop(releasing);
    told(context, &reports, interrupted)
}

/// Shows what would become of the slot, and by which steps.
fn show(context: &Context, service: &Service, shown: &Shown<'_>, table: &'static FieldTable) -> Result<(), CliError> {
    let changes = shown.to.map_or_else(Vec::new, |to| differences(table, shown.from, to));
    let difference = SlotDifference {
        endpoint: service.name(),
        address: shown.address.clone(),
        from: shown.slots.1,
        to: shown.slots.0,
        from_is_empty: shown.to.is_none(),
        changes,
    };
    output::data(|out| {
        human::slot_difference(&difference, out, context.terminal.stdout)?;
        human::release_plan(shown.plan, out, context.terminal.stdout)?;
        writeln!(out)
    })
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

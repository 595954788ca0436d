//! `offerform status` and `offerform operations`: how offers stand with the service.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::arguments::{Format, OperationsArguments, OperationsCommand, StatusArguments, WaitLimitFlags};
use super::context::Context;
use super::offers::{address, addresses};
use super::pages::{self, Page};
use super::release::watching;
use super::service::Service;
use super::{CliError, Exit, manual, output, progress, start};
use crate::apply::{StepOutcome, Verdict};
use crate::backend::{self, ListedOperation, OperationKind, OperationStatus, Phase, Reader};
use crate::offer::{Document, OfferAddress};
use crate::reconcile::{self, FoundOperation, Overview, Under};
use crate::record::Rewrites;
use crate::render::by_hand::{ByHand, Request};
use crate::render::human;
use crate::render::json::v1;
use crate::render::status::{
    Found, OfferOperations, OfferStatus, Ongoing, OperationDetails, Operations, SlotStatus, Statuses,
};

pub(super) async fn status(context: &Context, arguments: StatusArguments) -> Result<Exit, CliError> {
    let addresses = addresses(context, &arguments.named.offers)?;
    let service = Service::connect(context).await?;
    let result = show_statuses(context, &service, &addresses, &arguments).await;
    service.close_after(result).await
}

async fn show_statuses(
    context: &Context,
    service: &Service,
    addresses: &[OfferAddress],
    arguments: &StatusArguments,
) -> Result<Exit, CliError> {
    let mut exit = Exit::Done;
    if arguments.watch {
        exit = watched(context, service, addresses, arguments.wait_limits).await?;
    }
    let memory = start::memory(context, context.root(), service);
    let with = (memory.as_ref(), context.settings.parallelism);
    let overviews = reconcile::overviews(service.reading().as_ref(), addresses, with).await?;
    let status =
        |(address, overview): (OfferAddress, Option<Overview>)| OfferStatus { address, found: overview.map(found) };
    let offers = overviews.into_iter().map(status).collect();
    let statuses = Statuses { endpoint: service.name(), offers };
    pages::deliver(context, Page::Status(&statuses), (arguments.print.format, &arguments.files))?;
    Ok(exit)
}

/// Follows whatever is under way until it is over or waits for somebody.
async fn watched(
    context: &Context,
    service: &Service,
    addresses: &[OfferAddress],
    wait_limits: WaitLimitFlags,
) -> Result<Exit, CliError> {
    let (progress, aside) = progress::writing(context.terminal.narration, addresses.len());
    let interrupt = super::interrupt::on_signal(aside);
    let watching = watching(context, service, wait_limits.wait_limits(), (progress, interrupt));
    let client = service.reading();
    let outcomes: Vec<StepOutcome> = stream::iter(addresses.to_vec())
        .map(|address| {
            let (watching, client) = (watching.clone(), client.clone());
            async move {
                watching.progress.started(&address);
                let underway = match reconcile::overview_of(client.as_ref(), &address, &Rewrites::default()).await? {
                    Some(overview) => overview.situation.underway,
                    None => None,
                };
                let outcome = match underway {
                    Some(underway) if underway.phase == Phase::Running => {
                        let kind = underway.operation.kind.unwrap_or(OperationKind::Publish);
                        watching.wait(&address, kind, underway.operation.id).await
                    }
                    _ => StepOutcome::Done,
                };
                watching.progress.finished(&address, outcome.words());
                Ok::<_, crate::apply::ErrorMessage>(outcome)
            }
        })
        .buffer_unordered(addresses.len().max(1))
        .try_collect()
        .await?;
    let bad = outcomes.iter().any(|outcome| outcome.verdict() == Verdict::Bad);
    Ok(if bad || watching.interrupt.is_raised() { Exit::Error } else { Exit::Done })
}

pub(super) fn found(overview: Overview) -> Found {
    let Overview { draft, status, situation, released, preview_is_draft, production_is_draft } = overview;
    let draft = draft.document;
    let preview = situation.preview.as_ref().map(|document| slot(document, preview_is_draft));
    let production = situation.production.as_ref().map(|document| slot(document, production_is_draft));
    let step = status.current_step().cloned();
    Found {
        offer_type: draft.offer_type().map(|offer_type| offer_type.to_string()).unwrap_or_default(),
        released,
        word: status.word.clone(),
        draft: slot(&draft, true),
        preview,
        production,
        underway: situation.underway.map(|underway| Ongoing {
            operation: underway.operation,
            phase: underway.phase,
            step,
        }),
        failed: situation.failure.map(|failure| failure.failed),
        preview_links: status.preview_links,
        live_links: status.live_links,
    }
}

fn slot(document: &Document, is_the_draft: bool) -> SlotStatus {
    let changed = document.changed_time().map(ToOwned::to_owned);
    SlotStatus { version: document.version(), changed, is_the_draft }
}

pub(super) async fn operations(context: &Context, arguments: OperationsArguments) -> Result<Exit, CliError> {
    match arguments.command {
        OperationsCommand::Cancel(arguments) => manual::cancel(context, arguments).await,
        command => {
            let service = Service::connect(context).await?;
            // The reason of a failed release of the Product Ingestion API is in a job, whose id only the record knows.
            start::memory(context, context.root(), &service);
            let result = looked_at(context, &service, command).await;
            service.close_after(result).await
        }
    }
}

async fn looked_at(context: &Context, service: &Service, command: OperationsCommand) -> Result<Exit, CliError> {
    let client = service.reading();
    match command {
        OperationsCommand::List { named, print } => {
            let addresses = addresses(context, &named.offers)?;
            let offers = stream::iter(addresses)
                .map(|address| listed(client.as_ref(), address))
                .buffered(context.settings.parallelism)
                .try_collect()
                .await?;
            show(context, &Operations { endpoint: service.name(), offers }, print.format)?;
        }
        OperationsCommand::Show { offer, id, print } => {
            let address = address(context, &offer.address)?;
            let operations = vec![one(client.as_ref(), &address, id).await?];
            let offers = vec![OfferOperations { address, operations }];
            show(context, &Operations { endpoint: service.name(), offers }, print.format)?;
        }
        OperationsCommand::Wait { offer, id, wait_limits, print } => {
            let address = address(context, &offer.address)?;
            let mut by_hand = ByHand::new(service.name(), &address, Request::Wait);
            let ended = waited((context, service), print.format, (id, wait_limits), &mut by_hand).await;
            return manual::finish(print.format, by_hand, ended);
        }
        OperationsCommand::Cancel(_) => {}
    }
    Ok(Exit::Done)
}

/// What was ever asked of the service for an offer, newest first.
async fn listed(client: &dyn Reader, address: OfferAddress) -> Result<OfferOperations, backend::Error> {
    let rows = reconcile::operations(client, &address).await?;
    let operations = rows.iter().map(|row| of_row(row, None)).collect();
    Ok(OfferOperations { address, operations })
}

fn show(context: &Context, operations: &Operations, format: Format) -> Result<(), CliError> {
    output::data(|out| match format {
        Format::Human => human::operations(operations, out, context.terminal.stdout),
        Format::Json => v1::operations(operations, out),
    })
}

/// The operation of that id, or the last one.
async fn one(client: &dyn Reader, address: &OfferAddress, id: Option<String>) -> Result<OperationDetails, CliError> {
    let found = reconcile::operation(client, address, id.as_deref()).await?;
    let found = found.ok_or_else(|| nothing_published(address))?;
    let FoundOperation { row, status } = found;
    Ok(row.map_or_else(|| unlisted(id, &status), |row| of_row(&row, Some(&status))))
}

/// An operation that the list of operations does not name.
fn unlisted(id: Option<String>, status: &OperationStatus) -> OperationDetails {
    OperationDetails {
        id,
        name: None,
        status: Some(status.word.clone()),
        offer_version: status.offer_version,
        publishing_version: status.publishing_version,
        changed: None,
        steps: Some(status.steps.clone()),
    }
}

fn nothing_published(address: &OfferAddress) -> CliError {
    CliError::failed(format!("the service lists no operations of `{address}`"))
        .hint(format!("`offerform status {address}` shows how far it is released"))
}

fn of_row(row: &ListedOperation, status: Option<&OperationStatus>) -> OperationDetails {
    OperationDetails {
        id: Some(row.id.clone()),
        name: Some(row.kind_word.clone()),
        status: row.status.clone(),
        offer_version: row.offer_version,
        publishing_version: row.publishing_version,
        changed: row.changed,
        steps: status.map(|status| status.steps.clone()),
    }
}

async fn waited(
    (context, service): (&Context, &Service),
    format: Format,
    (id, wait_limits): (Option<String>, WaitLimitFlags),
    by_hand: &mut ByHand,
) -> Result<Exit, CliError> {
    let address = &by_hand.address.clone();
    let missing = || {
        CliError::failed(format!("the portal has no offer `{address}`"))
            .hint("check the id; `offerform whoami` shows which publishers can be seen")
    };
    let under = reconcile::under(service.reading().as_ref(), address, id).await?.ok_or_else(missing)?;
    let Some(Under { kind, id }) = under else {
        return manual::nothing(format, by_hand, "no operation is running");
    };
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let watching = watching(context, service, wait_limits.wait_limits(), (progress, interrupt));
    watching.progress.started(address);
    let outcome = watching.wait(address, kind, Some(id.clone())).await;
    watching.progress.finished(address, outcome.words());
    let interrupted = watching.interrupt.is_raised();
    drop(watching);
    manual::say(format, &address.to_string())?;
    by_hand.steps = manual::only(kind, outcome, Some(id));
    manual::steps((context, format), &by_hand.steps, interrupted)
}

//! `offerform status` and `offerform operations`: how offers stand with the service.

use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::arguments::{Format, OperationsArguments, OperationsCommand, StatusArguments};
use super::context::Context;
use super::findings::{self, Chosen};
use super::pages::{self, Page};
use super::plan::memory;
use super::release::{PatienceFlags, watching};
use super::service::Service;
use super::{CliError, Exit, manual, output, progress};
use crate::api::{self, Operation, OperationLocation, ReadOnlyClient, Submission, SubmissionKind};
use crate::apply::{StepOutcome, Verdict};
use crate::offer::{Document, OfferAddress};
use crate::plan::release::{Draft, Phase, StepKind};
use crate::reconcile::{self, Memory, Overview};
use crate::record::Rewrites;
use crate::render::human;
use crate::render::json::v1;
use crate::render::standing::{
    Found, OfferOperations, Ongoing, OperationStanding, Operations, SlotStanding, Standing, Standings, StepStanding,
};
use crate::secret::NoSecrets;

pub(super) async fn status(context: &Context, arguments: StatusArguments) -> Result<Exit, CliError> {
    let addresses = addresses(context, &arguments.offers)?;
    let service = Service::connect(context).await?;
    let result = told(context, &service, &addresses, &arguments).await;
    service.close_after(result).await
}

/// The offers that are named, or else those in the files.
fn addresses(context: &Context, named: &[String]) -> Result<Vec<OfferAddress>, CliError> {
    let mut addresses = if named.is_empty() {
        if let Some(error) = no_files(context) {
            return Err(error);
        }
        let chosen = Chosen { publisher: context.settings.publisher.clone(), ..Chosen::default() };
        findings::load(context, &chosen)?.desired.iter().map(|desired| desired.address.clone()).collect()
    } else {
        named.iter().map(|text| address(context, text)).collect::<Result<Vec<_>, _>>()?
    };
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

/// The error that there are no offer files to take offers from, if that is so.
fn no_files(context: &Context) -> Option<CliError> {
    let paths = context.offers();
    let is_missing = |path: &String| !path.contains(['*', '?', '[', '{']) && !std::path::Path::new(path).exists();
    let missing = paths.iter().find(|path| is_missing(path)).filter(|_| paths.iter().all(is_missing))?;
    let error = CliError::failed(format!("there are no offer files: `{missing}` does not exist"));
    Some(error.hint("name an offer as `publisher/offer`, or run `offerform import --all` to write the files"))
}

/// An offer as it is named on the command line: `publisher/offer`, or its id alone if the publisher is set or one file declares it.
pub(super) fn address(context: &Context, text: &str) -> Result<OfferAddress, CliError> {
    if text.is_empty() || text.contains('/') {
        return text.parse().map_err(|error| CliError::from(&error).hint("write it as `publisher/offer`"));
    }
    if let Some(publisher) = &context.settings.publisher {
        return Ok(OfferAddress::new(publisher.as_str(), text));
    }
    let unknown = || {
        CliError::failed(format!("the publisher of `{text}` is not known"))
            .hint("write `publisher/offer`, or name the publisher with --publisher")
    };
    if no_files(context).is_some() {
        return Err(unknown());
    }
    let declared = findings::load(context, &Chosen { offers: vec![text.to_owned()], ..Chosen::default() })
        .map_err(|_| unknown())?
        .desired;
    match declared.as_slice() {
        [one] => Ok(one.address.clone()),
        [] => Err(unknown()),
        several => {
            let names: Vec<String> = several.iter().map(|one| format!("`{}`", one.address)).collect();
            Err(CliError::failed(format!("`{text}` names several offers: {}", names.join(", ")))
                .hint("write `publisher/offer`"))
        }
    }
}

async fn told(
    context: &Context,
    service: &Service,
    addresses: &[OfferAddress],
    arguments: &StatusArguments,
) -> Result<Exit, CliError> {
    let mut exit = Exit::Done;
    if arguments.watch {
        exit = watched(context, service, addresses, arguments.patience).await?;
    }
    let client = service.reading();
    let memory = Arc::new(memory(context, context.root(), &service.name()));
    let offers = stream::iter(addresses.to_vec())
        .map(|address| standing(client.clone(), address, Arc::clone(&memory)))
        .buffered(context.settings.parallelism)
        .try_collect()
        .await?;
    let standings = Standings { endpoint: service.name(), offers };
    let page = Page::Status(&standings);
    pages::show(context, page, arguments.print.format, &arguments.files.pages)?;
    pages::write(page, &arguments.files)?;
    Ok(exit)
}

/// Follows whatever is under way until it is over or waits for somebody.
async fn watched(
    context: &Context,
    service: &Service,
    addresses: &[OfferAddress],
    patience: PatienceFlags,
) -> Result<Exit, CliError> {
    let (progress, aside) = progress::writing(context.terminal.narration, addresses.len());
    let interrupt = super::interrupt::on_signal(aside);
    let watching = watching(context, service, patience.patience(), (progress, interrupt));
    let client = service.reading();
    let outcomes: Vec<StepOutcome> = stream::iter(addresses.to_vec())
        .map(|address| {
            let (watching, client) = (watching.clone(), client.clone());
            async move {
                watching.progress.started(&address);
                let underway = match reconcile::overview_of(&client, &address, &Rewrites::default()).await? {
                    Some(overview) => overview.situation.underway,
                    None => None,
                };
                let outcome = match underway {
                    Some(underway) if underway.phase == Phase::Running => {
                        let kind = underway.operation.kind.unwrap_or(StepKind::Publish);
                        watching.wait(&address, kind, underway.operation.id).await
                    }
                    _ => StepOutcome::Done,
                };
                watching.progress.finished(&address, outcome.words());
                Ok::<_, crate::apply::Trouble>(outcome)
            }
        })
        .buffer_unordered(addresses.len().max(1))
        .try_collect()
        .await?;
    let bad = outcomes.iter().any(|outcome| outcome.verdict() == Verdict::Bad);
    Ok(if bad || watching.interrupt.is_raised() { Exit::Error } else { Exit::Done })
}

async fn standing(
    client: ReadOnlyClient,
    address: OfferAddress,
    memory: Arc<Memory>,
) -> Result<Standing, crate::apply::Trouble> {
    let rewrites = memory.rewrites(&address);
    let found = reconcile::overview_of(&client, &address, &rewrites).await?.map(|overview| found(overview, &rewrites));
    Ok(Standing { address, found })
}

fn found(overview: Overview, rewrites: &Rewrites) -> Found {
    let Overview { draft, status, situation, submissions: _, released } = overview;
    let draft = draft.document;
    let measure = Draft { document: &draft, revision: None, rewrites, secrets: &NoSecrets, hides_a_secret: false };
    let slot = |document: &Document| slot(document, measure.is_in(document));
    let preview = situation.preview.as_ref().map(slot);
    let production = situation.production.as_ref().map(slot);
    let step = status.current_step().map(step);
    Found {
        offer_type: draft.offer_type().map(|offer_type| offer_type.to_string()).unwrap_or_default(),
        released,
        word: status.status.to_string(),
        draft: self::slot(&draft, true),
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

fn slot(document: &Document, is_the_draft: bool) -> SlotStanding {
    let changed = document.changed_time().map(ToOwned::to_owned);
    SlotStanding { version: document.version(), changed, is_the_draft }
}

fn step(step: &api::Step) -> StepStanding {
    StepStanding {
        name: step.name.clone(),
        status: step.status.as_ref().map(ToString::to_string).unwrap_or_default(),
        percent: step.progress,
        estimate: step.estimate.clone(),
        messages: step.messages.iter().map(|message| message.text.clone()).collect(),
    }
}

pub(super) async fn operations(context: &Context, arguments: OperationsArguments) -> Result<Exit, CliError> {
    match arguments.command {
        OperationsCommand::Cancel(arguments) => manual::cancel(context, arguments).await,
        command => {
            let service = Service::connect(context).await?;
            let result = looked_at(context, &service, command).await;
            service.close_after(result).await
        }
    }
}

async fn looked_at(context: &Context, service: &Service, command: OperationsCommand) -> Result<Exit, CliError> {
    let client = service.reading();
    match command {
        OperationsCommand::List { offers, print } => {
            let addresses = addresses(context, &offers)?;
            let offers = stream::iter(addresses)
                .map(|address| listed(client.clone(), address))
                .buffered(context.settings.parallelism)
                .try_collect()
                .await?;
            show(context, &Operations { endpoint: service.name(), offers }, print.format)?;
        }
        OperationsCommand::Show { offer, id, print } => {
            let address = address(context, &offer.address)?;
            let operations = vec![one(&client, &address, id).await?];
            let offers = vec![OfferOperations { address, operations }];
            show(context, &Operations { endpoint: service.name(), offers }, print.format)?;
        }
        OperationsCommand::Wait { offer, id, patience } => {
            let address = address(context, &offer.address)?;
            return waited(context, service, &address, (id, patience)).await;
        }
        OperationsCommand::Cancel(_) => {}
    }
    Ok(Exit::Done)
}

/// What was ever asked of the service for an offer, newest first.
async fn listed(client: ReadOnlyClient, address: OfferAddress) -> Result<OfferOperations, api::Error> {
    let mut rows = match client.submissions(&address).await {
        Err(error) if error.is_not_found() => Vec::new(),
        rows => rows?,
    };
    rows.sort_by_key(|row| std::cmp::Reverse((row.publishing_version, row.changed)));
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
async fn one(
    client: &ReadOnlyClient,
    address: &OfferAddress,
    id: Option<String>,
) -> Result<OperationStanding, CliError> {
    let rows = client.submissions(address).await?;
    let Some(id) = id else {
        let status = client.status(address).await?;
        let last = rows.iter().max_by_key(|row| (row.publishing_version, row.changed));
        let row = last.ok_or_else(|| CliError::failed(format!("nothing was ever published of `{address}`")))?;
        return Ok(of_row(row, Some(&status)));
    };
    let place = OperationLocation::of(address, &id)
        .ok_or_else(|| CliError::failed(format!("`{id}` is not an id of an operation")))?;
    let operation = client.operation(address, &place).await.map_err(|error| {
        let missing = error.is_not_found();
        let error = CliError::from(error);
        if missing {
            error.hint("`offerform operations list OFFER` shows the ids that the service knows")
        } else {
            error
        }
    })?;
    let standing = match rows.iter().find(|row| row.id == id) {
        Some(row) => of_row(row, Some(&operation)),
        None => OperationStanding {
            id: Some(id),
            name: None,
            status: Some(operation.status.to_string()),
            offer_version: operation.offer_version,
            publishing_version: operation.publishing_version,
            changed: None,
            steps: Some(operation.steps.iter().map(step).collect()),
        },
    };
    Ok(standing)
}

fn of_row(row: &Submission, operation: Option<&Operation>) -> OperationStanding {
    let name = match &row.kind {
        SubmissionKind::Publish => StepKind::Publish.name().to_owned(),
        SubmissionKind::GoLive => StepKind::GoLive.name().to_owned(),
        SubmissionKind::Other(word) => word.clone(),
    };
    OperationStanding {
        id: Some(row.id.clone()),
        name: Some(name),
        status: row.status.as_ref().map(ToString::to_string),
        offer_version: row.offer_version,
        publishing_version: row.publishing_version,
        changed: row.changed,
        steps: operation.map(|operation| operation.steps.iter().map(step).collect()),
    }
}

async fn waited(
    context: &Context,
    service: &Service,
    address: &OfferAddress,
    (id, patience): (Option<String>, PatienceFlags),
) -> Result<Exit, CliError> {
    let missing = || CliError::failed(format!("the portal has no offer `{address}`"));
    let overview = reconcile::overview_of(&service.reading(), address, &Rewrites::default()).await?;
    let overview = overview.ok_or_else(missing)?;
    let named = overview.submissions.iter().find(|row| Some(&row.id) == id.as_ref());
    let underway = overview.situation.underway;
    let kind = match named.map(|row| &row.kind) {
        Some(SubmissionKind::GoLive) => StepKind::GoLive,
        Some(_) => StepKind::Publish,
        None => underway.as_ref().and_then(|underway| underway.operation.kind).unwrap_or(StepKind::Publish),
    };
    let Some(id) = id.or_else(|| underway?.operation.id) else {
        output::data(|out| writeln!(out, "{address}: nothing is under way"))?;
        return Ok(Exit::Done);
    };
    let (progress, aside) = progress::writing(context.terminal.narration, 1);
    let interrupt = super::interrupt::on_signal(aside);
    let watching = watching(context, service, patience.patience(), (progress, interrupt));
    watching.progress.started(address);
    let outcome = watching.wait(address, kind, Some(id.clone())).await;
    watching.progress.finished(address, outcome.words());
    let interrupted = watching.interrupt.is_raised();
    drop(watching);
    manual::tell(context, kind, outcome, (Some(id), interrupted))
}

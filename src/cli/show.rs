//! `offerform show`: what matters of one offer, on one screen.

use super::arguments::{Format, ShowArguments};
use super::context::Context;
use super::offers::address;
use super::service::Service;
use super::status::found;
use super::{CliError, Exit, output, start};
use crate::reconcile;
use crate::render::json::v1;
use crate::render::show::{self, Card};
use crate::render::status::OfferStatus;

pub(super) async fn run(context: &Context, arguments: &ShowArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.offer.address)?;
    let service = Service::connect(context).await?;
    let memory = start::memory(context, context.root(), &service);
    let overview = reconcile::overview_of(service.reading().as_ref(), &address, &memory.rewrites(&address)).await;
    let overview = overview.map_err(CliError::from);
    let endpoint = service.name();
    let overview = service.close_after(overview).await?.ok_or_else(|| {
        CliError::failed(format!("the portal has no offer `{address}`"))
            .hint("`offerform plan` shows what apply would create")
    })?;
    let slot = arguments.slot;
    let shown = overview.slots().contents(&address, slot).ok_or_else(|| {
        CliError::failed(format!("the {slot} of `{address}` is empty"))
            .hint("`offerform status OFFER` shows what each slot holds")
    })?;
    let gaps = overview.slots().gaps();
    let status = OfferStatus { address, found: Some(found(overview)) };
    let card = Card { endpoint, status, slot, content: shown, gaps };
    output::data(|out| match arguments.print.format {
        Format::Human => show::card(&card, out, context.terminal.stdout),
        Format::Json => v1::card(&card, out),
    })?;
    Ok(Exit::Done)
}

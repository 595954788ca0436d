//! `offerform diff`: the change from one slot of an offer to another.

use super::arguments::{DiffArguments, Format};
use super::context::Context;
use super::offers::address;
use super::service::Service;
use super::{CliError, Exit, output};
use crate::api::ReadOnlyClient;
use crate::offer::{Document, OfferAddress, Slot};
use crate::plan::release::differences;
use crate::render::human;
use crate::render::json::v1;
use crate::render::standing::SlotDifference;

pub(super) async fn run(context: &Context, arguments: DiffArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.offer.address)?;
    let service = Service::connect(context).await?;
    let client = service.reading();
    let from = content(&client, &address, arguments.from).await;
    let to = content(&client, &address, arguments.to).await;
    let endpoint = service.name();
    service.close().await?;
    let missing = || {
        CliError::failed(format!("the {} of `{address}` is empty", arguments.to))
            .hint("`offerform status OFFER` shows what each slot holds")
    };
    let (from, to) = (from?, to?.ok_or_else(missing)?);
    let changes = from.as_ref().map_or_else(Vec::new, |from| differences(to.field_table(), &to, from));
    let difference = SlotDifference {
        endpoint,
        address,
        from: arguments.from,
        to: arguments.to,
        from_is_empty: from.is_none(),
        changes,
    };
    output::data(|out| match arguments.print.format {
        Format::Human => human::slot_difference(&difference, out, context.terminal.stdout),
        Format::Json => v1::slot_difference(&difference, out),
    })?;
    Ok(Exit::Done)
}

async fn content(
    client: &ReadOnlyClient,
    address: &OfferAddress,
    slot: Slot,
) -> Result<Option<Document>, crate::api::Error> {
    let live = match slot {
        Slot::Draft => client.offer(address).await?,
        Slot::Preview | Slot::Production => client.slot(address, slot).await?,
    };
    Ok(live.map(|live| live.document))
}

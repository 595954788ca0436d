//! `offerform diff`: the change from one slot or version of an offer to another.

use super::arguments::{DiffArguments, Format};
use super::context::Context;
use super::offers::address;
use super::service::Service;
use super::{CliError, Exit, output};
use crate::backend::Reader;
use crate::offer::{Content, OfferAddress};
use crate::plan::release::differences;
use crate::reconcile;
use crate::render::human;
use crate::render::json::v1;
use crate::render::status::SlotDifference;

pub(super) async fn run(context: &Context, arguments: DiffArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.offer.address)?;
    let service = Service::connect(context).await?;
    let difference = difference(&service, address, (arguments.from, arguments.to)).await;
    let difference = service.close_after(difference).await?;
    output::data(|out| match arguments.print.format {
        Format::Human => human::slot_difference(&difference, out, context.terminal.stdout),
        Format::Json => v1::slot_difference(&difference, out),
    })?;
    Ok(Exit::Done)
}

async fn difference(
    service: &Service,
    address: OfferAddress,
    (from, to): (Content, Content),
) -> Result<SlotDifference, CliError> {
    let client = service.reading();
    let old = reconcile::content(client.as_ref(), &address, from).await?;
    let new = reconcile::content(client.as_ref(), &address, to).await?;
    // An empty slot is an answer where it is the old side. A version that does not exist never is.
    if old.is_none() && matches!(from, Content::Version(_)) {
        return Err(missing(client.as_ref(), &address, from).await);
    }
    let Some(new) = new else { return Err(missing(client.as_ref(), &address, to).await) };
    let changes = old.as_ref().map_or_else(Vec::new, |old| differences(new.field_table(), &new, old));
    let from_is_empty = old.is_none();
    Ok(SlotDifference { endpoint: service.name(), address, from, to, from_is_empty, changes })
}

/// Why there is nothing to compare, and what could be compared instead.
async fn missing(client: &dyn Reader, address: &OfferAddress, content: Content) -> CliError {
    let known = match reconcile::known_versions(client, address).await {
        Ok(Some(known)) => known,
        Ok(None) => return CliError::failed(format!("the portal has no offer `{address}`")),
        Err(error) => return error.into(),
    };
    let message = match content {
        Content::Slot(slot) => format!("the {slot} of `{address}` is empty"),
        Content::Version(number) => format!("the portal has no version {number} of `{address}`"),
    };
    let named = known.iter().map(|(number, slots)| match slots.as_slice() {
        [] => format!("v{number}"),
        slots => format!("v{number} ({})", slots.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    });
    let named: Vec<String> = named.collect();
    CliError::failed(message).hint(match named.as_slice() {
        [] => "`offerform status OFFER` shows what each slot holds".to_owned(),
        named => format!("the slots and past publishes hold {}; the service lists no other versions", named.join(", ")),
    })
}

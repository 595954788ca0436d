//! `offerform show`: what matters of one offer, on one screen.

use super::arguments::{Format, ShowArguments};
use super::context::Context;
use super::offers::address;
use super::service::Service;
use super::standing::found;
use super::{CliError, Exit, output, start};
use crate::image::{self, Sides};
use crate::offer::layout::{Layout, PLAN_ID, REGIONS, SKU_TITLE, SUMMARY, TITLE, offer, skus};
use crate::offer::{Document, Slot};
use crate::plan::guard::prices_of;
use crate::plan::release::differences;
use crate::reconcile::{self, Overview};
use crate::render::json::v1;
use crate::render::show::{self, Card, Content, Gap, Sku};
use crate::render::standing::Standing;
use crate::secret::NoSecrets;

pub(super) async fn run(context: &Context, arguments: &ShowArguments) -> Result<Exit, CliError> {
    let address = address(context, &arguments.offer.address)?;
    let service = Service::connect(context).await?;
    let memory = start::memory(context, context.root(), &service.name());
    let overview = reconcile::overview_of(&service.reading(), &address, &memory.rewrites(&address)).await;
    let overview = overview.map_err(CliError::from);
    let endpoint = service.name();
    let overview = service.close_after(overview).await?.ok_or_else(|| {
        CliError::failed(format!("the portal has no offer `{address}`"))
            .hint("`offerform plan` shows what apply would create")
    })?;
    let slot = arguments.slot;
    let document = document(&overview, slot).ok_or_else(|| {
        CliError::failed(format!("the {slot} of `{address}` is empty"))
            .hint("`offerform status OFFER` shows what each slot holds")
    })?;
    let shown = content(&address, document, &overview);
    let gaps = gaps(&overview);
    let standing = Standing { address, found: Some(found(overview)) };
    let card = Card { endpoint, standing, slot, content: shown, gaps };
    output::data(|out| match arguments.print.format {
        Format::Human => show::card(&card, out, context.terminal.stdout),
        Format::Json => v1::card(&card, out),
    })?;
    Ok(Exit::Done)
}

fn document(overview: &Overview, slot: Slot) -> Option<&Document> {
    match slot {
        Slot::Draft => Some(&overview.draft.document),
        Slot::Preview => overview.situation.preview.as_ref(),
        Slot::Production => overview.situation.production.as_ref(),
    }
}

/// What a slot shows to whoever sees it.
fn content(address: &crate::offer::OfferAddress, document: &Document, overview: &Overview) -> Content {
    let offer_type = document.offer_type().unwrap_or_else(|| crate::offer::OfferTypeId::new(""));
    let whole = document.content();
    let layout = Layout::of_document(&offer_type, whole);
    let text = |field| offer(whole).and_then(|offer| layout.get(offer, field)?.as_str()).map(ToOwned::to_owned);
    let list = skus(whole).and_then(serde_json::Value::as_array).into_iter().flatten();
    let sku = |sku: &serde_json::Value| Sku {
        id: sku.get(PLAN_ID).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
        title: layout.get(sku, SKU_TITLE).and_then(|title| title.as_str()).map(ToOwned::to_owned),
        markets: layout.get(sku, REGIONS).and_then(serde_json::Value::as_array).map(Vec::len),
        prices: prices_of(sku),
    };
    let sides = Sides {
        file: None,
        asked: true,
        draft: Some(&overview.draft.document),
        preview: overview.situation.preview.as_ref(),
        production: overview.situation.production.as_ref(),
    };
    Content {
        title: text(TITLE),
        summary: text(SUMMARY),
        skus: list.map(sku).collect(),
        images: image::images((address, &offer_type), sides, &NoSecrets).rows,
    }
}

/// What the slots differ in, each from the one before customers to the one after.
fn gaps(overview: &Overview) -> Vec<Gap> {
    let pairs = [(Slot::Production, Slot::Preview), (Slot::Production, Slot::Draft), (Slot::Preview, Slot::Draft)];
    let gap = |(from, to): (Slot, Slot)| {
        let (old, new) = (document(overview, from)?, document(overview, to)?);
        let changes = differences(new.field_table(), new, old);
        let places = changes.iter().filter(|planned| planned.change.is_determined());
        Some(Gap { from, to, places: places.map(|planned| planned.change.identity.clone()).collect() })
    };
    pairs.into_iter().filter_map(gap).collect()
}

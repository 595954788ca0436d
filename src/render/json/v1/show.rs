//! What matters of one offer, as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use super::image::ImageVersion as Image;
use super::status::OfferStatus;
use crate::contents;
use crate::render::show;

/// The schema of this document.
pub const SHOW_SCHEMA: &str = include_str!("../../../../schemas/show.schema.json");

/// Writes an offer with what its slots hold and differ in. It holds no secret and no signature.
pub fn card(card: &show::Card, out: &mut dyn Write) -> io::Result<()> {
    let content = &card.content;
    let document = Card {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &card.endpoint,
        status: OfferStatus::from(&card.status),
        slot: card.slot.as_str(),
        title: content.title.as_deref(),
        summary: content.summary.as_deref(),
        skus: content.skus.iter().map(Sku::from).collect(),
        images: content.images.iter().map(Image::from).collect(),
        differences: card
            .gaps
            .iter()
            .map(|gap| Gap {
                from: gap.from.as_str(),
                to: gap.to.as_str(),
                paths: gap.places.iter().map(crate::offer::IdentityPath::as_str).collect(),
            })
            .collect(),
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Card<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    #[serde(rename = "standing")]
    status: OfferStatus<'a>,
    slot: &'static str,
    title: Option<&'a str>,
    summary: Option<&'a str>,
    skus: Vec<Sku<'a>>,
    images: Vec<Image<'a>>,
    differences: Vec<Gap<'a>>,
}

#[derive(Serialize)]
struct Sku<'a> {
    id: &'a str,
    title: Option<&'a str>,
    markets: Option<usize>,
    prices: Vec<Price<'a>>,
}

#[derive(Serialize)]
struct Price<'a> {
    market: Option<&'a str>,
    unit: &'a str,
    currency: Option<&'a str>,
    amount: &'a serde_json::Number,
}

#[derive(Serialize)]
struct Gap<'a> {
    from: &'static str,
    to: &'static str,
    paths: Vec<&'a str>,
}

impl<'a> From<&'a contents::Sku> for Sku<'a> {
    fn from(sku: &'a contents::Sku) -> Self {
        let price = |price: &'a crate::plan::guard::Price| Price {
            market: price.market.as_deref(),
            unit: &price.unit,
            currency: price.currency.as_deref(),
            amount: &price.amount,
        };
        Self {
            id: &sku.id,
            title: sku.title.as_deref(),
            markets: sku.markets,
            prices: sku.prices.iter().map(price).collect(),
        }
    }
}

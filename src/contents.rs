//! What stands in the slots of an offer: for whom, at which prices, with which images, and in what the slots differ.

use serde_json::Value;

use crate::image::{self, Row, Sides};
use crate::offer::layout::{PLAN_ID, REGIONS, SKU_TITLE, SUMMARY, TITLE, offer, skus};
use crate::offer::{Document, IdentityPath, OfferAddress, OfferTypeId, Slot, listing};
use crate::plan::guard::{Price, prices_of};
use crate::plan::release::differences;
use crate::secret::NoSecrets;

/// What a slot shows to whoever sees it.
#[derive(Debug)]
pub struct Contents {
    /// The title of the listing.
    pub title: Option<String>,
    /// The summary of the offer.
    pub summary: Option<String>,
    /// The SKUs, in their order.
    pub skus: Vec<Sku>,
    /// The image versions of all slots, by SKU, the newest first.
    pub images: Vec<Row>,
}

/// A SKU as a slot shows it.
#[derive(Debug)]
pub struct Sku {
    /// The id of the SKU, `planId` of the document.
    pub id: String,
    /// The title of the SKU; `None` if it has none.
    pub title: Option<String>,
    /// In how many markets the SKU is sold; `None` if the document names none.
    pub markets: Option<usize>,
    /// All prices of the SKU, in every market.
    pub prices: Vec<Price>,
}

/// What two slots differ in.
#[derive(Debug)]
pub struct Gap {
    /// The slot with the old values.
    pub from: Slot,
    /// The slot with the new values.
    pub to: Slot,
    /// The paths of the values that differ.
    pub places: Vec<IdentityPath>,
}

/// What the slots of an offer hold; `None` for one that is empty.
#[derive(Debug, Clone, Copy)]
pub struct Slots<'a> {
    /// The document in the draft slot, if there is one.
    pub draft: Option<&'a Document>,
    /// The document in the preview slot, if there is one.
    pub preview: Option<&'a Document>,
    /// The document in the production slot, if there is one.
    pub production: Option<&'a Document>,
}

impl<'a> Slots<'a> {
    /// What a slot holds; `None` if it is empty.
    fn document(self, slot: Slot) -> Option<&'a Document> {
        match slot {
            Slot::Draft => self.draft,
            Slot::Preview => self.preview,
            Slot::Production => self.production,
        }
    }

    /// What a slot shows to whoever sees it; `None` if it is empty.
    #[must_use]
    pub fn contents(self, address: &OfferAddress, slot: Slot) -> Option<Contents> {
        let document = self.document(slot)?;
        let offer_type = document.offer_type().unwrap_or_else(|| OfferTypeId::new(""));
        let (layout, whole) = listing::shown(&offer_type, document.content());
        let whole = whole.as_ref();
        let text = |field| offer(whole).and_then(|offer| layout.get(offer, field)?.as_str()).map(ToOwned::to_owned);
        let list = skus(whole).and_then(Value::as_array).into_iter().flatten();
        let sku = |sku: &Value| Sku {
            id: sku.get(PLAN_ID).and_then(Value::as_str).unwrap_or_default().to_owned(),
            title: layout.get(sku, SKU_TITLE).and_then(|title| title.as_str()).map(ToOwned::to_owned),
            markets: layout.get(sku, REGIONS).and_then(Value::as_array).map(Vec::len),
            prices: prices_of(sku),
        };
        let sides =
            Sides { file: None, asked: true, draft: self.draft, preview: self.preview, production: self.production };
        Some(Contents {
            title: text(TITLE),
            summary: text(SUMMARY),
            skus: list.map(sku).collect(),
            images: image::images((address, &offer_type), sides, &NoSecrets).rows,
        })
    }

    /// What the slots differ in, each from the one that customers see to the one that they will.
    #[must_use]
    pub fn gaps(self) -> Vec<Gap> {
        let pairs = [(Slot::Production, Slot::Preview), (Slot::Production, Slot::Draft), (Slot::Preview, Slot::Draft)];
        let gap = |(from, to): (Slot, Slot)| {
            let (old, new) = (self.document(from)?, self.document(to)?);
            let changes = differences(new.field_table(), new, old);
            let places = changes.iter().filter(|planned| planned.change.is_determined());
            Some(Gap { from, to, places: places.map(|planned| planned.change.identity.clone()).collect() })
        };
        pairs.into_iter().filter_map(gap).collect()
    }
}

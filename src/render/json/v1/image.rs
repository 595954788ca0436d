//! Versions of images as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::image::{Listing, Presence, Row, Until};
use crate::render::image::{Change, Deed, Kept, WrittenVersion};

/// The schema of an edit of images.
pub const IMAGE_SCHEMA: &str = include_str!("../../../../schemas/image.schema.json");
/// The schema of a list of images.
pub const IMAGE_LIST_SCHEMA: &str = include_str!("../../../../schemas/image-list.schema.json");

/// Writes what was done in the files.
pub fn image_change(change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let document = Edit {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        action: match change.deed {
            Deed::Added => "add",
            Deed::Pruned => "prune",
            Deed::Deprecated => "deprecate",
        },
        address: change.address.to_string(),
        written: change.written,
        images: change.images.iter().map(Written::from).collect(),
        kept: change.kept.iter().map(Left::from).collect(),
        files: &change.files,
        commit: change.commit.as_deref(),
    };
    super::write(&document, out)
}

/// Writes where each version stands. It holds no address and no signature.
pub fn images(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    let offers = listing.offers.iter().map(|offer| Subject {
        address: offer.address.to_string(),
        offer_type_id: offer.offer_type.as_str(),
        exists: offer.is_in_portal,
        images: offer.rows.iter().map(ImageVersion::from).collect(),
    });
    let document = List {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: listing.endpoint.as_deref(),
        offers: offers.collect(),
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Edit<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    action: &'static str,
    address: String,
    written: bool,
    images: Vec<Written<'a>>,
    kept: Vec<Left<'a>>,
    files: &'a [String],
    commit: Option<&'a str>,
}

#[derive(Serialize)]
struct Written<'a> {
    sku: &'a str,
    generation: Option<&'a str>,
    version: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
}

impl<'a> From<&'a WrittenVersion> for Written<'a> {
    fn from(place: &'a WrittenVersion) -> Self {
        Self {
            sku: &place.holder.sku,
            generation: place.holder.generation.as_deref(),
            version: &place.version,
            file: place.at.as_ref().map(|(file, _)| file.as_str()),
            line: place.at.as_ref().map(|(_, line)| *line),
        }
    }
}

#[derive(Serialize)]
struct Left<'a> {
    sku: &'a str,
    generation: Option<&'a str>,
    version: &'a str,
    why: &'a str,
    guard: Option<&'a str>,
}

impl<'a> From<&'a Kept> for Left<'a> {
    fn from(kept: &'a Kept) -> Self {
        Self {
            sku: &kept.holder.sku,
            generation: kept.holder.generation.as_deref(),
            version: &kept.version,
            why: &kept.why,
            guard: kept.guard.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct List<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: Option<&'a str>,
    offers: Vec<Subject<'a>>,
}

#[derive(Serialize)]
struct Subject<'a> {
    address: String,
    offer_type_id: &'a str,
    exists: Option<bool>,
    images: Vec<ImageVersion<'a>>,
}

#[derive(Serialize)]
pub(super) struct ImageVersion<'a> {
    sku: &'a str,
    generation: Option<&'a str>,
    version: &'a str,
    file: Option<bool>,
    draft: Option<bool>,
    preview: Option<bool>,
    production: Option<bool>,
    signature_until: Option<String>,
    deprecated: bool,
}

impl<'a> From<&'a Row> for ImageVersion<'a> {
    fn from(row: &'a Row) -> Self {
        let is_there = |presence: Presence| match presence {
            Presence::There => Some(true),
            Presence::Absent => Some(false),
            Presence::Unknown => None,
        };
        Self {
            sku: &row.holder.sku,
            generation: row.holder.generation.as_deref(),
            version: &row.version,
            file: is_there(row.file),
            draft: is_there(row.draft),
            preview: is_there(row.preview),
            production: is_there(row.production),
            signature_until: match row.until {
                Until::Day(day) => Some(day.to_string()),
                Until::WhenSent | Until::Unknown => None,
            },
            deprecated: row.deprecated,
        }
    }
}

//! The record as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::record::Record;

/// The schema of this document.
pub const RECORD_SCHEMA: &str = include_str!("../../../../schemas/record.schema.json");

/// Writes what is remembered, and where. It holds no value.
pub fn record(record: &Record, place: &str, out: &mut dyn Write) -> io::Result<()> {
    let offers = record.entries().map(|(endpoint, address, known)| Offer {
        endpoint,
        address,
        applied: known.applied(),
        rewrites: known.paths().map(crate::offer::IdentityPath::as_str).collect(),
    });
    super::write(&Document { format_version: FORMAT_VERSION, place, offers: offers.collect() }, out)
}

#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    place: &'a str,
    offers: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    endpoint: &'a str,
    address: &'a str,
    applied: Option<&'a str>,
    rewrites: Vec<&'a str>,
}

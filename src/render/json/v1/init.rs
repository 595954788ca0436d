//! What `init` made and what it left, as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::render::init::Setup;

/// The schema of this document.
pub const INIT_SCHEMA: &str = include_str!("../../../../schemas/init.schema.json");

/// Writes what became of each file, and what to do next.
pub fn setup(setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let file = |file: &crate::render::init::SetupFile| File { path: file.path, outcome: file.outcome.name() };
    let document = Document {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        folder: &setup.folder,
        files: setup.files.iter().map(file).collect(),
        next: &setup.next,
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    folder: &'a str,
    files: Vec<File>,
    next: &'a [String],
}

#[derive(Serialize)]
struct File {
    path: &'static str,
    outcome: &'static str,
}

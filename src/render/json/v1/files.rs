//! Files that were written from the portal, as JSON: imported offers, adopted edits, migrated offers.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::adopt::{Adopted, Adoption, Left, Why};
use crate::apply::ErrorMessage;
use crate::offer::OfferAddress;
use crate::render::adoption::Written;
use crate::render::imported::{self, VariableKind};
use crate::render::migrated;

/// The schema of an import.
pub const IMPORT_SCHEMA: &str = include_str!("../../../../schemas/import.schema.json");
/// The schema of an adoption.
pub const ADOPT_SCHEMA: &str = include_str!("../../../../schemas/adopt.schema.json");
/// The schema of a migration.
pub const MIGRATE_SCHEMA: &str = include_str!("../../../../schemas/migrate.schema.json");

/// Writes which offers are in which files, and what has to be set. It holds no secret and no signature.
pub fn imported(import: &imported::Import, out: &mut dyn Write) -> io::Result<()> {
    let document = Import {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &import.endpoint,
        result: if import.failed.is_empty() && import.to_correct() == 0 { "done" } else { "failed" },
        offers: import.offers.iter().map(Offer::from).collect(),
        failed: import.failed.iter().map(|(address, failure)| Failed::new(address, failure)).collect(),
        files: &import.files,
    };
    super::write(&document, out)
}

/// Writes what became of edits in the portal. It holds no values: the files and `drift` have them.
pub fn adoption(
    adoption: &Adoption,
    (endpoint, files): (&str, &[String]),
    written: Written,
    out: &mut dyn Write,
) -> io::Result<()> {
    let conflicts = adoption.left.iter().filter(|left| left.why == Why::Conflict).count();
    let document = Adopt {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint,
        written: written == Written::Really && !files.is_empty(),
        summary: Summary { adopted: adoption.adopted.len(), left: adoption.left.len() - conflicts, conflicts },
        adopted: adoption.adopted.iter().map(Place::from).collect(),
        left: adoption.left.iter().map(NotAdopted::from).collect(),
        files,
    };
    super::write(&document, out)
}

/// Writes which files take the place of old ones, and what they kept and lost. It holds no secret and no signature.
pub fn migration(migration: &migrated::Migration, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<&str> =
        migration.migrated().flat_map(|(_, file)| file.texts.iter().chain([&file.path])).map(String::as_str).collect();
    files.sort_unstable();
    files.dedup();
    let document = Migrate {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &migration.endpoint,
        result: if migration.failed().next().is_none() { "done" } else { "failed" },
        written: migration.is_written && !files.is_empty(),
        offers: migration.migrated().map(|(address, file)| MigratedOffer::new(address, file)).collect(),
        failed: migration.failed().map(|(address, failure)| Failed::new(address, failure)).collect(),
        files,
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Migrate<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    result: &'static str,
    written: bool,
    offers: Vec<MigratedOffer<'a>>,
    failed: Vec<Failed<'a>>,
    files: Vec<&'a str>,
}

#[derive(Serialize)]
struct MigratedOffer<'a> {
    address: String,
    file: &'a str,
    texts: &'a [String],
    kept: &'a [String],
    lost: &'a [String],
    variables: Vec<Variable<'a>>,
}

impl<'a> MigratedOffer<'a> {
    fn new(address: &OfferAddress, file: &'a migrated::File) -> Self {
        let migrated::File { path, texts, kept, lost, variables } = file;
        let variables = variables.iter().map(Variable::from).collect();
        Self { address: address.to_string(), file: path, texts, kept, lost, variables }
    }
}

#[derive(Serialize)]
struct Import<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    result: &'static str,
    offers: Vec<Offer<'a>>,
    failed: Vec<Failed<'a>>,
    files: &'a [String],
}

#[derive(Serialize)]
struct Offer<'a> {
    address: String,
    file: &'a str,
    texts: &'a [String],
    left_out: Vec<LeftOut<'a>>,
    variables: Vec<Variable<'a>>,
    differs_from_production: Option<usize>,
    to_correct: Vec<Correction<'a>>,
}

#[derive(Serialize)]
struct Correction<'a> {
    rule: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    path: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Variable<'a> {
    name: &'a str,
    kind: &'static str,
    path: &'a str,
}

#[derive(Serialize)]
struct Failed<'a> {
    address: String,
    message: &'a str,
    hint: Option<&'a str>,
    correlation_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Adopt<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    written: bool,
    summary: Summary,
    adopted: Vec<Place<'a>>,
    left: Vec<NotAdopted<'a>>,
    files: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    adopted: usize,
    left: usize,
    conflicts: usize,
}

#[derive(Serialize)]
struct Place<'a> {
    address: String,
    path: &'a str,
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct NotAdopted<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    why: &'static str,
    message: String,
}

impl<'a> From<&'a imported::Offer> for Offer<'a> {
    fn from(offer: &'a imported::Offer) -> Self {
        Self {
            address: offer.address.to_string(),
            file: &offer.file,
            texts: &offer.texts,
            left_out: offer.left_out.iter().map(|(place, message)| LeftOut { path: place.as_str(), message }).collect(),
            variables: offer.variables.iter().map(Variable::from).collect(),
            differs_from_production: offer.ahead,
            to_correct: offer.to_correct.iter().map(Correction::from).collect(),
        }
    }
}

impl<'a> From<&'a imported::Correction> for Correction<'a> {
    fn from(correction: &'a imported::Correction) -> Self {
        let imported::Correction { rule, file, line, column, message } = correction;
        Self { rule, file, line: *line, column: *column, message }
    }
}

impl<'a> From<&'a imported::Variable> for Variable<'a> {
    fn from(variable: &'a imported::Variable) -> Self {
        let kind = match variable.kind {
            VariableKind::Secret => "secret",
            VariableKind::SignedAddress => "signed_address",
        };
        Self { name: &variable.name, kind, path: variable.place.as_str() }
    }
}

impl<'a> Failed<'a> {
    fn new(address: &OfferAddress, failure: &'a ErrorMessage) -> Self {
        Self {
            address: address.to_string(),
            message: &failure.message,
            hint: failure.hint.as_deref(),
            correlation_id: failure.correlation_id.as_deref(),
        }
    }
}

impl<'a> From<&'a Adopted> for Place<'a> {
    fn from(adopted: &'a Adopted) -> Self {
        Self {
            address: adopted.address.to_string(),
            path: adopted.place.as_str(),
            file: &adopted.file,
            line: adopted.line,
        }
    }
}

impl<'a> From<&'a Left> for NotAdopted<'a> {
    fn from(left: &'a Left) -> Self {
        let (file, line) = &left.at;
        let place = Place { address: left.address.to_string(), path: left.place.as_str(), file, line: *line };
        Self { place, why: left.why.name(), message: left.why.to_string() }
    }
}

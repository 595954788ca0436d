//! Migrated offers: which files were replaced, what they kept and lost, what has to be set.

use std::io::{self, Write};

use super::imported::Variable;
use super::visible;
use crate::apply::ErrorMessage;
use crate::offer::OfferAddress;

/// What came of a migration.
#[derive(Debug)]
pub struct Migration {
    /// The service that the new files are for.
    pub endpoint: String,
    /// Whether the files were written; a dry run writes none.
    pub is_written: bool,
    /// The offers, in the order of their addresses.
    pub offers: Vec<Offer>,
}

/// An offer of the old API.
#[derive(Debug)]
pub struct Offer {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The new file, or why there is none.
    pub result: Result<File, ErrorMessage>,
}

/// The file that takes the place of the old one.
#[derive(Debug)]
pub struct File {
    /// The file, relative to the root of the repository.
    pub path: String,
    /// New files with its texts, in the same form.
    pub texts: Vec<String>,
    /// What the old file handed over, in words.
    pub kept: Vec<String>,
    /// What it did not hand over, in words.
    pub lost: Vec<String>,
    /// What has to be set and the old file did not name.
    pub variables: Vec<Variable>,
}

impl Migration {
    /// The offers that have a new file.
    pub fn migrated(&self) -> impl Iterator<Item = (&OfferAddress, &File)> {
        self.offers.iter().filter_map(|offer| Some((&offer.address, offer.result.as_ref().ok()?)))
    }

    /// The offers that have none, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&OfferAddress, &ErrorMessage)> {
        self.offers.iter().filter_map(|offer| Some((&offer.address, offer.result.as_ref().err()?)))
    }
}

/// Writes what became of each offer, and a last line that counts.
pub fn migration(migration: &Migration, out: &mut dyn Write) -> io::Result<()> {
    migration.offers.iter().try_for_each(|one| offer(one, out))?;
    let verb = if migration.is_written { "migrated" } else { "would be migrated" };
    writeln!(out, "\nMigrate: {} {verb}, {} not migrated.", migration.migrated().count(), migration.failed().count())
}

fn offer(offer: &Offer, out: &mut dyn Write) -> io::Result<()> {
    let address = offer.address.to_string();
    match &offer.result {
        Ok(file) => {
            writeln!(out, "{}: {}", visible(&address), visible(&file.path))?;
            file.kept.iter().try_for_each(|kept| writeln!(out, "  kept  {}", visible(kept)))?;
            for Variable { name, place, .. } in &file.variables {
                writeln!(out, "  set   {} for {}", visible(name), visible(place.as_str()))?;
            }
            file.lost.iter().try_for_each(|lost| writeln!(out, "  lost  {}", visible(lost)))
        }
        Err(trouble) => {
            writeln!(out, "{}: not migrated: {}", visible(&address), visible(&trouble.message))?;
            trouble.hint.iter().try_for_each(|hint| writeln!(out, "  hint: {}", visible(hint)))
        }
    }
}

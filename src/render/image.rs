//! Versions of images: what was done in the files, and where each version stands.

use std::io::{self, Write};

use super::{Style, visible, words};
use crate::image::{Holder, Image, Listing, OfferImages, Presence, Row, Until};
use crate::offer::OfferAddress;
use crate::text::counted;

/// The kind of edit of image versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Versions were added.
    Added,
    /// Versions were removed.
    Pruned,
    /// Versions were hidden from new customers.
    Deprecated,
}

/// An edit of images in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The kind of the edit.
    pub deed: Deed,
    /// The address of the offer.
    pub address: OfferAddress,
    /// The versions.
    pub images: Vec<WrittenVersion>,
    /// What was left as it is, and why.
    pub kept: Vec<Kept>,
    /// The files, as the user knows them.
    pub files: Vec<String>,
    /// Whether they are written, or would be.
    pub written: bool,
    /// The commit that was made.
    pub commit: Option<String>,
}

impl Change {
    /// An edit of an offer that does nothing yet.
    #[must_use]
    pub fn default_of(address: &OfferAddress) -> Self {
        Self {
            deed: Deed::Added,
            address: address.clone(),
            images: Vec::new(),
            kept: Vec::new(),
            files: Vec::new(),
            written: false,
            commit: None,
        }
    }
}

/// A version, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenVersion {
    /// The SKU or disk generation.
    pub holder: Holder,
    /// The image version, such as `1.10.0`.
    pub version: String,
    /// The file and the line.
    pub at: Option<(String, usize)>,
}

impl WrittenVersion {
    /// The place of an image.
    #[must_use]
    pub fn of(image: &Image, at: Option<(String, usize)>) -> Self {
        Self { holder: image.holder.clone(), version: image.version.clone(), at }
    }
}

/// Something that was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The SKU or disk generation.
    pub holder: Holder,
    /// The image version, such as `1.10.0`.
    pub version: String,
    /// Why, and what to do.
    pub why: String,
    /// The guard that refuses it, as it is allowed.
    pub guard: Option<String>,
}

impl Kept {
    /// A version that a guard keeps.
    #[must_use]
    pub fn guarded(image: &Image, guard: &str) -> Self {
        let why = "customers have it, and a guard refuses the removal".to_owned();
        Self { holder: image.holder.clone(), version: image.version.clone(), why, guard: Some(guard.to_owned()) }
    }

    /// A version that stays for another reason.
    #[must_use]
    pub fn because(image: &Image, why: &str) -> Self {
        Self { holder: image.holder.clone(), version: image.version.clone(), why: why.to_owned(), guard: None }
    }

    /// A disk generation that does not get a version of its SKU.
    #[must_use]
    pub fn without(holder: &Holder, version: &str) -> Self {
        let why = match &holder.generation {
            Some(id) => format!("this disk generation has no {version} yet; `--generation {id}` adds it there, too"),
            None => format!("the SKU has no {version} yet; `--sku {}` adds it there, too", holder.sku),
        };
        Self { holder: holder.clone(), version: version.to_owned(), why, guard: None }
    }
}

/// The subject of a commit of an edit.
#[must_use]
pub fn subject(change: &Change) -> String {
    let mut versions: Vec<&str> = change.images.iter().map(|place| place.version.as_str()).collect();
    versions.dedup();
    let mut holders: Vec<&str> = change.images.iter().map(|place| place.holder.id()).collect();
    holders.dedup();
    let (word, joint) = match change.deed {
        Deed::Added => ("Add", "to"),
        Deed::Pruned => ("Remove", "from"),
        Deed::Deprecated => ("Deprecate", "of"),
    };
    let what = if versions.len() == 1 { "image" } else { "images" };
    format!("{word} {what} {} {joint} {} ({})", versions.join(", "), change.address, holders.join(", "))
}

/// Writes what was done: a line for each version, what was left, and a last line that counts.
pub fn change(change: &Change, out: &mut dyn Write, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.strong(visible(&change.address.to_string())))?;
    for place in &change.images {
        let at = place.at.as_ref().map_or_else(String::new, |(file, line)| format!("  {}:{line}", visible(file)));
        let line = format!("{} {}", visible(&place.holder.to_string()), visible(&place.version));
        match change.deed {
            Deed::Added => writeln!(out, "  {} {line}{}", style.added("+"), style.faint(at))?,
            Deed::Pruned => writeln!(out, "  {} {line}{}", style.removed("-"), style.faint(at))?,
            Deed::Deprecated => writeln!(out, "  {} {line}{}", style.changed("~"), style.faint(at))?,
        }
    }
    for kept in &change.kept {
        writeln!(out, "  {} {} {}", style.changed("!"), visible(&kept.holder.to_string()), visible(&kept.version))?;
        wrapped(&kept.why, out, style)?;
        if let Some(guard) = &kept.guard {
            wrapped("allow it in the file under `reconcile.allow`, or with the plan:", out, style)?;
            writeln!(out, "      --allow {}", visible(guard))?;
        }
    }
    writeln!(out)?;
    let word = match (change.deed, change.written) {
        (Deed::Added, true) => "added to",
        (Deed::Added, false) => "would be added to",
        (Deed::Pruned, _) if change.images.is_empty() => "removed from",
        (Deed::Pruned, true) => "removed from",
        (Deed::Pruned, false) => "would be removed from",
        (Deed::Deprecated, true) => "deprecated in",
        (Deed::Deprecated, false) => "would be deprecated in",
    };
    let versions = counted(change.images.len(), ("version", "versions"));
    let files = counted(change.files.len(), ("file", "files"));
    let place = if change.images.is_empty() { "the files".to_owned() } else { files };
    let kept = if change.deed == Deed::Pruned { format!(", {} kept", change.kept.len()) } else { String::new() };
    let commit = change
        .commit
        .as_deref()
        .map_or_else(String::new, |commit| format!(", committed as {}", commit.get(..10).unwrap_or(commit)));
    writeln!(out, "Image: {versions} {word} {place}{kept}{commit}.")
}

fn wrapped(text: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let lines = words::wrapped(&visible(text), style.width.saturating_sub(6));
    lines.into_iter().try_for_each(|line| writeln!(out, "      {}", style.faint(line)))
}

/// Writes where each version stands, as one table for each offer.
pub fn listing(listing: &Listing, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for (position, offer) in listing.offers.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        table(offer, out, style)?;
    }
    Ok(())
}

fn table(offer: &OfferImages, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let address = visible(&offer.address.to_string()).into_owned();
    match offer.is_in_portal {
        Some(false) => writeln!(out, "{}: not in the portal", style.strong(address))?,
        Some(true) => writeln!(out, "{}", style.strong(address))?,
        None => writeln!(out, "{}: only the files were checked", style.strong(address))?,
    }
    if offer.rows.is_empty() {
        return writeln!(out, "  no images");
    }
    let width = offer.rows.iter().map(|row| row.version.chars().count() + 4).max().unwrap_or_default().max(14);
    let head = format!("  {:width$}{}", "", "file  draft  preview  production  signature until");
    writeln!(out, "{}", style.faint(head.trim_end()))?;
    let mut last: Option<&Holder> = None;
    for row in &offer.rows {
        if last != Some(&row.holder) {
            writeln!(out, "  {}", visible(&row.holder.to_string()))?;
        }
        last = Some(&row.holder);
        write_row(row, width, out, style)?;
    }
    Ok(())
}

fn write_row(row: &Row, width: usize, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mark = |presence: Presence| match presence {
        Presence::There => "yes",
        Presence::Absent => "-",
        Presence::Unknown => "?",
    };
    let until = match row.until {
        Until::Day(day) => day.to_string(),
        Until::WhenSent => "signed when sent".to_owned(),
        Until::Unknown => "-".to_owned(),
    };
    let deprecated = if row.deprecated { "deprecated" } else { "" };
    let line = format!(
        "    {:<width$}{:<6}{:<7}{:<9}{:<12}{until:<17}{}",
        visible(&row.version),
        mark(row.file),
        mark(row.draft),
        mark(row.preview),
        mark(row.production),
        style.changed(deprecated),
        width = width - 2
    );
    writeln!(out, "{}", line.trim_end())
}

//! What is in a ZIP archive: the names of its files, and the JSON among them, within bounds.
//!
//! Archives come from addresses in offers, so nothing here trusts what one says about itself: it is unpacked up to a limit, and what
//! goes beyond is left alone.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// The most files of an archive: each costs some memory before a byte of it is unpacked.
const FILES: usize = 10_000;

/// The most bytes that are unpacked, of one archive. Templates have kilobytes.
const UNPACKED: usize = 16_000_000;

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, with `/` between the parts.
    pub name: String,
    /// How long it is unpacked, as the archive says.
    pub size: u64,
}

/// What is in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    entries: Vec<Entry>,
    /// The contents of files in JSON, by name; `None` if one cannot be unpacked.
    texts: BTreeMap<String, Option<Vec<u8>>>,
    is_complete: bool,
}

/// A file that cannot be unpacked: it is damaged, or encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

/// Why an archive cannot be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is something else, or damaged.
    #[error("it is not a ZIP archive")]
    NotAnArchive,
    /// It has too many files.
    #[error("it has more than {FILES} files")]
    TooMany,
}

impl Archive {
    /// Looks into an archive.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        // Each file has a header in the directory, which begins like this; the count that an archive gives can be wrong.
        if bytes.windows(4).filter(|window| window == b"PK\x01\x02").count() > FILES {
            return Err(Unreadable::TooMany);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::NotAnArchive)?;
        let mut read = Self { entries: Vec::new(), texts: BTreeMap::new(), is_complete: true };
        let mut left = UNPACKED;
        for index in 0..archive.len() {
            let Ok(entry) = archive.by_index_raw(index) else {
                read.is_complete = false;
                continue;
            };
            let Ok(name) = entry.name().map(|name| name.replace('\\', "/")) else {
                read.is_complete = false;
                continue;
            };
            if entry.is_dir() {
                continue;
            }
            read.entries.push(Entry { name: name.clone(), size: entry.size() });
            drop(entry);
            if name.to_ascii_lowercase().ends_with(".json") {
                read.unpack(&mut archive, index, name, &mut left);
            }
        }
        Ok(read)
    }

    fn unpack(&mut self, archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, name: String, left: &mut usize) {
        let mut content = Vec::new();
        let read =
            archive.by_index(index).ok().and_then(|file| file.take(*left as u64 + 1).read_to_end(&mut content).ok());
        match read {
            Some(length) if length > *left => {
                *left = 0;
                self.is_complete = false;
            }
            Some(length) => {
                *left -= length;
                self.texts.insert(name, Some(content));
            }
            None => drop(self.texts.insert(name, None)),
        }
    }

    /// All files, in the order of the archive.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether it has a file of exactly this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The file that is called like this but for its letters or its folder.
    pub(super) fn nearly(&self, name: &str) -> Option<&str> {
        let is_near =
            |entry: &&Entry| entry.name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name));
        self.entries.iter().find(is_near).map(|entry| entry.name.as_str())
    }

    /// The content of a file in JSON, if there is one of this name.
    pub(super) fn text(&self, name: &str) -> Option<Result<&[u8], Damaged>> {
        self.texts.get(name).map(|content| content.as_deref().ok_or(Damaged))
    }

    /// The contents of all files in JSON that could be unpacked.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.texts.values().filter_map(Option::as_deref)
    }

    /// Whether all files in JSON are there.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete && self.texts.values().all(Option::is_some)
    }
}

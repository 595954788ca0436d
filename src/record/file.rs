//! The record in a file: `.offerform/record.json`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Record;

/// A record that lives in a file.
#[derive(Debug, Clone)]
pub struct File {
    path: PathBuf,
}

/// The record could not be read or written. Both are warnings to the caller: the record is never needed for safety.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file exists and cannot be read.
    #[error("reading the record `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not a record.
    #[error("understanding the record `{path}`")]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The file cannot be written.
    #[error("writing the record `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl File {
    /// Names the file; it need not exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Reads the record; an absent file is an empty record.
    pub fn load(&self) -> Result<Record, Error> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Record::default()),
            Err(source) => return Err(Error::Read { path: self.path.clone(), source }),
        };
        serde_json::from_slice(&bytes).map_err(|source| Error::Parse { path: self.path.clone(), source })
    }

    /// Writes the record in one step: readers see the old or the new one, never a half.
    pub fn save(&self, record: &Record) -> Result<(), Error> {
        self.replace(record).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    fn replace(&self, record: &Record) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let temporary = self.path.with_extension(format!("tmp{}", std::process::id()));
        let mut file = std::fs::File::create(&temporary)?;
        serde_json::to_writer_pretty(&mut file, record)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&temporary, &self.path)
    }
}

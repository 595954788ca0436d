//! The record in a file: `.offerform/record.json`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Error, Record};

/// A record that lives in a file.
#[derive(Debug, Clone)]
pub struct File {
    path: PathBuf,
}

impl File {
    /// Names the file; it need not exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the record; an absent file is an empty record.
    pub(super) fn load(&self) -> Result<Record, Error> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Record::default()),
            Err(source) => return Err(Error::Read { path: self.path.clone(), source }),
        };
        Record::parse(&bytes).map_err(|source| Error::Parse { place: self.path.display().to_string(), source })
    }

    /// Changes the record while no other run does. One that cannot be understood is put aside, and begun anew.
    pub(super) fn update(&self, change: &dyn Fn(&mut Record)) -> Result<(), Error> {
        let failed = |source| Error::Write { path: self.path.clone(), source };
        let _lock = self.lock().map_err(failed)?;
        let mut record = match self.load() {
            Ok(record) => record,
            Err(Error::Parse { .. }) => {
                std::fs::rename(&self.path, self.path.with_extension("json.broken")).map_err(failed)?;
                Record::default()
            }
            Err(unreadable) => return Err(unreadable),
        };
        change(&mut record);
        self.replace(&record).map_err(failed)
    }

    /// Held until it is dropped; the file of its own stays, so that nobody locks one that is gone.
    fn lock(&self) -> io::Result<std::fs::File> {
        std::fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
        let file = std::fs::File::create(self.path.with_extension("lock"))?;
        file.lock()?;
        Ok(file)
    }

    /// Writes the record in one step: readers see the old or the new one, never a half.
    fn replace(&self, record: &Record) -> io::Result<()> {
        let temporary = self.path.with_extension(format!("tmp{}", std::process::id()));
        let mut file = std::fs::File::create(&temporary)?;
        serde_json::to_writer_pretty(&mut file, record)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&temporary, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::OfferAddress;

    #[test]
    fn many_that_write_at_once_lose_nothing_and_a_broken_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/record.json");
        let file = File::new(&path);
        std::thread::scope(|scope| {
            for number in 0..8 {
                let file = &file;
                let offer = OfferAddress::new("contoso", format!("offer-{number}"));
                scope.spawn(move || file.update(&|record| record.set_applied("service", &offer, "commit")).unwrap());
            }
        });
        assert_eq!(file.load().unwrap().entries().count(), 8);
        std::fs::write(&path, "{ half").unwrap();
        assert!(matches!(file.load(), Err(Error::Parse { .. })));
        file.update(&|record| record.set_applied("service", &OfferAddress::new("contoso", "a"), "commit")).unwrap();
        assert_eq!(file.load().unwrap().entries().count(), 1);
        assert_eq!(std::fs::read(path.with_extension("json.broken")).unwrap(), b"{ half");
    }
}

//! The record in a file: `.offerform/record.json`.

use std::path::{Path, PathBuf};

use super::{Error, Record};
use crate::file;
use crate::git::{self, Git};
use crate::text::chain;

/// No record is as large as this; whatever is, is none.
const LIMIT: usize = 64 * 1024 * 1024;

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

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fails if git tracks the file, or refuses to say: then whoever can propose a change to the repository can write it, and could
    /// have an edit in the portal pass for what was applied.
    fn trusted(&self) -> Result<(), Error> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let name = Path::new(self.path.file_name().unwrap_or_default());
        let untrusted = |problem: String| Error::Untrusted { path: self.path.clone(), problem };
        match Git::around(folder).tracks(name) {
            Ok(true) => Err(untrusted("git tracks it, so a change to the repository can change it (`git rm -r --cached .offerform` ends that)".to_owned())),
            Err(error @ git::Error::Program(_)) if folder.ancestors().any(|folder| folder.join(".git").exists()) => {
                Err(untrusted(format!("git cannot say whether it tracks it: {}", chain(&error))))
            }
            Err(git::Error::Refused(problem)) => Err(untrusted(problem)),
            Ok(false) | Err(git::Error::NoRepository(_) | git::Error::Program(_)) => Ok(()),
        }
    }

    /// Reads the record; an absent file is an empty record.
    pub(super) fn load(&self) -> Result<Record, Error> {
        let failed = |error: file::Error| Error::Read { path: self.path.clone(), source: error.into() };
        let Some(bytes) = file::read_own(&self.path, LIMIT).map_err(failed)? else { return Ok(Record::default()) };
        self.trusted()?;
        Record::parse(&bytes).map_err(|source| Error::Parse { place: self.path.display().to_string(), source })
    }

    /// Changes the record while no other run does. One that cannot be understood is put aside, and begun anew.
    pub(super) fn update(&self, change: &dyn Fn(&mut Record)) -> Result<(), Error> {
        let failed = |error: file::Error| Error::Write { path: self.path.clone(), source: error.into() };
        // On a file of its own: this one is replaced.
        let _lock = file::Lock::wait(&self.path.with_extension("lock")).map_err(failed)?;
        let mut record = match self.load() {
            Ok(record) => record,
            Err(Error::Parse { .. }) => {
                file::put_aside(&self.path, &self.path.with_extension("json.broken")).map_err(failed)?;
                Record::default()
            }
            Err(unreadable) => return Err(unreadable),
        };
        change(&mut record);
        let mut text = serde_json::to_vec_pretty(&record)
            .map_err(|source| Error::Parse { place: self.path.display().to_string(), source })?;
        text.push(b'\n');
        file::write(&self.path, &text).map_err(failed)
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
                scope.spawn(move || file.update(&|record| record.set_published("service", &offer, "etag")).unwrap());
            }
        });
        assert_eq!(file.load().unwrap().entries().count(), 8);
        std::fs::write(&path, "{ half").unwrap();
        assert!(matches!(file.load(), Err(Error::Parse { .. })));
        file.update(&|record| record.set_published("service", &OfferAddress::new("contoso", "a"), "etag")).unwrap();
        assert_eq!(file.load().unwrap().entries().count(), 1);
        assert_eq!(std::fs::read(path.with_extension("json.broken")).unwrap(), b"{ half");
    }
}

//! Locks between processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::place::{open_own, refuse_links};
use super::{Error, make_folder};

/// A lock that this process holds until it is dropped. The system releases it when the process ends, however it ends.
///
/// The lock is on a file of its own, which stays: removing it would let two processes lock two files of one name.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until no other process holds the lock.
    pub fn wait(path: &Path) -> Result<Self, Error> {
        let file = open(path)?;
        file.lock().map_err(Error::system("lock", path))?;
        Ok(Self { _file: file })
    }

    /// Takes the lock; `None` if another process holds it.
    pub fn take(path: &Path) -> Result<Option<Self>, Error> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(Error::system("lock", path)(source)),
        }
    }
}

/// Opens the file of a lock. Nothing is written to it, so what somebody put in its place keeps its content.
fn open(path: &Path) -> Result<File, Error> {
    if let Some(folder) = path.parent() {
        make_folder(folder, None)?;
    }
    refuse_links(path, None)?;
    open_own(path, OpenOptions::new().write(true))
}

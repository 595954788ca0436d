//! Reading a file whole.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::path::Path;

use super::place::{is_same, occupant, refuse_links};
use super::{Error, place};

/// The bytes of a regular file, at most `limit` of them; a larger file is an error. Symbolic links are followed: who must not
/// be led away resolves them first, or uses [`read_own`].
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    let failed = || Error::system("read", path);
    // Asked before opening: opening a pipe would wait for a writer.
    let before = path.metadata().map_err(failed())?;
    if !before.is_file() {
        return Err(Error::NotAFile(path.to_owned()));
    }
    let file = File::open(path).map_err(failed())?;
    // Something else may stand there by now.
    if !is_same(&before, &file.metadata().map_err(failed())?) {
        return Err(Error::NotAFile(path.to_owned()));
    }
    bounded(file, path, limit, before.len())
}

/// Reads a file that this program wrote, up to `limit` bytes; `None` if there is no such file. A symbolic link in the place of the
/// file or of its folder is an error.
pub fn read_own(path: &Path, limit: usize) -> Result<Option<Vec<u8>>, Error> {
    refuse_links(path, None)?;
    let Some(found) = occupant(path)? else { return Ok(None) };
    let file = place::open_own(path, OpenOptions::new().read(true))?;
    bounded(file, path, limit, found.len()).map(Some)
}

fn bounded(file: File, path: &Path, limit: usize, expected: u64) -> Result<Vec<u8>, Error> {
    // Its size can change while it is read; room for one byte more spares the last growth.
    let expected = usize::try_from(expected).unwrap_or(limit).min(limit);
    let mut bytes = Vec::with_capacity(expected + 1);
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(Error::system("read", path))?;
    if bytes.len() > limit {
        return Err(Error::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

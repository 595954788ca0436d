//! Where files are written, and links on the way there.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::{Error, OWN_FOLDER};

/// Refuses a path on which a symbolic link leads away.
///
/// A relative path is looked at from its first part on, and an absolute one from below `base`. Without a base the folders of an
/// absolute path are what somebody chose on this machine; but the program's own folder, and what is in it, is never a link.
pub(super) fn refuse_links(path: &Path, base: Option<&Path>) -> Result<(), Error> {
    let parts: Vec<Component<'_>> = path.components().collect();
    let trusted = if path.is_absolute() { trusted(path, &parts, base) } else { 0 };
    let mut at = PathBuf::new();
    for (position, part) in parts.into_iter().enumerate() {
        at.push(part);
        if position >= trusted && at.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            return Err(Error::Link(at));
        }
    }
    Ok(())
}

/// How many parts at the start of an absolute path are not looked at. The last one always is.
fn trusted(path: &Path, parts: &[Component<'_>], base: Option<&Path>) -> usize {
    let own = parts.iter().rposition(|part| part.as_os_str() == OWN_FOLDER);
    let below = base.filter(|base| path.starts_with(base)).map(|base| base.components().count());
    let last = parts.len().saturating_sub(1);
    own.unwrap_or(last).min(below.unwrap_or(last)).min(last)
}

/// What stands in the place of a file that is to be written: a regular file, or nothing.
pub(super) fn occupant(path: &Path) -> Result<Option<Metadata>, Error> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => Err(Error::Link(path.to_owned())),
        Ok(found) if !found.is_file() => Err(Error::NotAFile(path.to_owned())),
        Ok(found) => Ok(Some(found)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::system("look at", path)(source)),
    }
}

/// Opens a file as `options` say, making it if it is not there. What is opened is a regular file at this very place.
pub(super) fn open_own(path: &Path, options: &OpenOptions) -> Result<File, Error> {
    let failed = || Error::system("open", path);
    for _ in 0..3 {
        let before = occupant(path)?;
        let mut options = options.clone();
        // A file is made only where nothing is, not even a link that leads nowhere.
        options.create_new(before.is_none());
        let file = match options.open(path) {
            // Somebody else made it, or removed it, in between.
            Err(source) if matches!(source.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {
                if path.parent().is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir()) {
                    continue;
                }
                return Err(failed()(source));
            }
            opened => opened.map_err(failed())?,
        };
        let opened = file.metadata().map_err(failed())?;
        if before.is_none_or(|before| is_same(&before, &opened)) {
            return Ok(file);
        }
    }
    Err(failed()(io::ErrorKind::ResourceBusy.into()))
}

/// Whether both speak of the same file.
#[cfg(unix)]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether both speak of the same file, as far as the standard library can tell.
#[cfg(not(unix))]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.is_file() == other.is_file()
}

//! Writing files whole.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, TempPath};

use super::place::{occupant, open_own, refuse_links};
use super::{Error, OWN_FOLDER};

/// How the names of temporary files begin and end. The first dot hides them from everything that looks for offers.
const PREFIX: &str = ".offerform-";
const SUFFIX: &str = ".tmp";

/// A temporary file is there for moments. One this much older than another was left by a process that was killed.
const LEFT_OVER_AFTER: Duration = Duration::from_mins(10);

/// Writes a file whole, in a folder that is there. Who may read it stays as it was.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut batch = Batch::default();
    batch.stage(path, content)?;
    batch.commit()
}

/// Files that are written together: each beside its place first, and renamed when all are there. Without
/// [`commit`](Self::commit) nothing changes. Those of the default are in folders that are there.
#[derive(Debug, Default)]
pub struct Batch {
    base: Option<PathBuf>,
    staged: Vec<(TempPath, PathBuf)>,
    folders: BTreeSet<PathBuf>,
}

impl Batch {
    /// Files below `base`: folders are made where they are missing, and none of them may be a symbolic link.
    #[must_use]
    pub fn below(base: &Path) -> Self {
        Self { base: Some(base.to_owned()), ..Self::default() }
    }

    /// Writes a file beside its place.
    pub fn stage(&mut self, path: &Path, content: &[u8]) -> Result<(), Error> {
        let folder = folder_of(path);
        if self.base.is_some() {
            make_folder(folder, self.base.as_deref())?;
        }
        refuse_links(path, self.base.as_deref())?;
        let before = occupant(path)?;
        let failed = || Error::system("write", path);
        let mut file = beside(folder).map_err(failed())?;
        file.write_all(content).map_err(failed())?;
        if let Some(before) = before {
            fs::set_permissions(file.path(), before.permissions()).map_err(failed())?;
        }
        file.as_file().sync_all().map_err(failed())?;
        if self.folders.insert(folder.to_owned()) {
            remove_left_over(folder, file.as_file());
        }
        self.staged.push((file.into_temp_path(), path.to_owned()));
        Ok(())
    }

    /// Puts every file in its place.
    pub fn commit(self) -> Result<(), Error> {
        for (temporary, path) in self.staged {
            temporary.persist(&path).map_err(|error| Error::system("write", &path)(error.error))?;
        }
        for folder in &self.folders {
            // The names are in the folder. Not every system can be asked to keep a folder; the files are whole either way.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// Adds to the end of a file, and makes it where it is missing.
pub fn append(path: &Path, content: &[u8]) -> Result<(), Error> {
    refuse_links(path, None)?;
    let mut file = open_own(path, OpenOptions::new().append(true))?;
    file.write_all(content).map_err(Error::system("write", path))
}

/// Removes a file, if it is there.
pub fn remove(path: &Path) -> Result<(), Error> {
    refuse_links(folder_of(path), None)?;
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::system("remove", path)(source)),
        _ => Ok(()),
    }
}

/// Gives a file another name in its folder.
pub fn put_aside(path: &Path, aside: &Path) -> Result<(), Error> {
    refuse_links(path, None)?;
    fs::rename(path, aside).map_err(Error::system("rename", path))
}

/// Makes a folder and those above it, where they are missing. Below `base` none of them may be a symbolic link.
///
/// The folder of this program, [`OWN_FOLDER`], tells git to leave it alone when it is made: a record that comes from a commit is not trusted.
pub fn make_folder(folder: &Path, base: Option<&Path>) -> Result<(), Error> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    refuse_links(folder, base)?;
    let own = folder.ancestors().find(|at| at.file_name().is_some_and(|name| name == OWN_FOLDER));
    let new = own.filter(|own| !own.exists());
    fs::create_dir_all(folder).map_err(Error::system("make", folder))?;
    if let Some(own) = new {
        // Where this fails, `.gitignore` above has to name the folder, as `init` writes it.
        let _ = fs::write(own.join(".gitignore"), "*\n");
    }
    Ok(())
}

/// The folder that holds a file; the current one for a bare name.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new temporary file in a folder, readable as any new file is.
fn beside(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(10);
    #[cfg(unix)]
    builder.permissions({
        use std::os::unix::fs::PermissionsExt as _;
        fs::Permissions::from_mode(0o666)
    });
    // Without the name of the temporary file, which means nothing to anybody.
    builder.tempfile_in(folder).map_err(|error| folder.metadata().err().unwrap_or_else(|| error.kind().into()))
}

/// Removes temporary files that are much older than `new`. They are of no use to anybody, so failing to is no failure.
fn remove_left_over(folder: &Path, new: &File) {
    let Ok(now) = new.metadata().and_then(|new| new.modified()) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_temporary = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if !is_temporary {
            continue;
        }
        let found = entry.metadata().ok().filter(fs::Metadata::is_file);
        let age = found.and_then(|found| now.duration_since(found.modified().ok()?).ok());
        if age.is_some_and(|age| age > LEFT_OVER_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

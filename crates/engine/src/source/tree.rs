//! The files of one repository.
//!
//! [`WorkTree`] is the only code that touches the file system. It finds the root, keeps every read inside it and
//! bounded, and knows how to name a file so that the person at the keyboard recognises it.

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::{Error, RelativePath};
use crate::file;

/// How many bytes of one file are read at most: no offer comes near it.
pub const FILE_LIMIT: usize = 16 * 1024 * 1024;

/// How many files of one folder are listed at most.
const FILES_LIMIT: usize = 100_000;

/// What makes a folder the root of a repository.
const ROOT_MARKS: [&str; 2] = ["offerform.yaml", ".git"];

/// The kind of the entry at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// The files of one repository at one moment. Reads never leave the root, not through symbolic links either.
pub trait Tree: fmt::Debug + Send + Sync {
    /// The bytes of a file, at most `limit` of them; a larger file is an error.
    fn read(&self, path: &RelativePath, limit: usize) -> Result<Vec<u8>, Error>;

    /// Every file below `folder`, sorted; files and folders whose name starts with a dot are left out.
    fn files(&self, folder: &RelativePath) -> Result<Vec<RelativePath>, Error>;

    /// What `path` names; `None` if nothing.
    fn kind(&self, path: &RelativePath) -> Option<EntryKind>;

    /// The path that a person means by `text`, which is relative to where they are, or absolute.
    fn locate(&self, text: &str) -> Result<RelativePath, Error>;

    /// The path as a person would write it: relative to where they are.
    fn shown(&self, path: &RelativePath) -> String;
}

/// The files as they are on disk.
#[derive(Debug, Clone)]
pub struct WorkTree {
    /// Absolute, without symbolic links.
    root: PathBuf,
    /// Where the person is; absolute, without symbolic links. Not always inside the root.
    current: PathBuf,
}

impl WorkTree {
    /// The repository around the folder `current`: the nearest folder upwards with an `offerform.yaml` or a `.git`,
    /// else `current` itself.
    pub fn discover(current: &Path) -> Result<Self, Error> {
        let current = canonical(current)?;
        Ok(Self { root: root_of(&current), current })
    }

    /// The repository that the paths or globs in `selection` belong to, for a person in the folder `current`.
    ///
    /// That is the repository around `current`, unless the paths lie outside of it. Fails if they belong to two.
    pub fn open(current: &Path, selection: &[String]) -> Result<Self, Error> {
        let here = Self::discover(current)?;
        let mut root: Option<PathBuf> = None;
        for text in selection {
            let of_this = here.root_for(text);
            match &root {
                Some(first) if *first != of_this => {
                    return Err(Error::TwoRoots { first: slashed(first), second: slashed(&of_this) });
                }
                _ => root = Some(of_this),
            }
        }
        Ok(Self { root: root.unwrap_or(here.root), current: here.current })
    }

    /// The root of the repository: absolute, without symbolic links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The root of the repository that a path or glob written in the current folder belongs to.
    fn root_for(&self, text: &str) -> PathBuf {
        let literal = text.split(['*', '?', '[', '{']).next().unwrap_or(text);
        let path = normal(&self.current.join(if literal == text { text } else { folder_part(literal) }));
        if path.starts_with(&self.root) {
            return self.root.clone();
        }
        let path = path.canonicalize().unwrap_or(path);
        if path.starts_with(&self.root) {
            return self.root.clone();
        }
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
        root_of(folder)
    }

    /// Where a file really is; refuses what symbolic links lead out of the root.
    fn real(&self, path: &RelativePath) -> Result<PathBuf, Error> {
        let real = self.absolute(path).canonicalize().map_err(|source| self.failed_to_read(path, source))?;
        let Ok(below) = real.strip_prefix(&self.root) else {
            return Err(Error::Outside { path: self.shown(path), root: slashed(&self.root) });
        };
        if below.components().any(|part| is_git_folder(&part.as_os_str().to_string_lossy())) {
            return Err(Error::GitFolder { path: self.shown(path) });
        }
        Ok(real)
    }

    fn absolute(&self, path: &RelativePath) -> PathBuf {
        let mut absolute = self.root.clone();
        absolute.extend(path.parts());
        absolute
    }

    fn failed_to_read(&self, path: &RelativePath, source: io::Error) -> Error {
        // A file was listed that is not there by this name: its real one is no text.
        let is_misnamed = path.as_str().contains('\u{fffd}') && source.kind() == io::ErrorKind::NotFound;
        let path = self.shown(path);
        if is_misnamed {
            Error::Misnamed { path }
        } else if source.kind() == io::ErrorKind::NotFound {
            Error::Missing { path }
        } else {
            Error::Read { path, source }
        }
    }

    fn relative(&self, absolute: &Path) -> Option<RelativePath> {
        RelativePath::parse(&slashed(absolute.strip_prefix(&self.root).ok()?)).ok()
    }
}

impl Tree for WorkTree {
    fn read(&self, path: &RelativePath, limit: usize) -> Result<Vec<u8>, Error> {
        let real = self.real(path)?;
        file::read(&real, limit).map_err(|error| match error {
            file::Error::TooLarge { limit, .. } => Error::TooLarge { path: self.shown(path), limit },
            file::Error::Link(_) | file::Error::NotAFile(_) => Error::NotAFile { path: self.shown(path) },
            file::Error::System { source, .. } => self.failed_to_read(path, source),
        })
    }

    fn files(&self, folder: &RelativePath) -> Result<Vec<RelativePath>, Error> {
        self.real(folder)?;
        let visible = |name: &std::ffi::OsStr| !name.as_encoded_bytes().starts_with(b".");
        let mut files = Vec::new();
        for entry in WalkDir::new(self.absolute(folder))
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name()))
        {
            let entry = entry.map_err(|error| Error::List {
                path: self.shown(folder),
                source: io::Error::other(error.to_string()),
            })?;
            let kind = entry.file_type();
            let is_file = kind.is_file() || (kind.is_symlink() && entry.path().is_file());
            let below = entry.path().strip_prefix(&self.root).ok().filter(|_| is_file);
            files.extend(below.and_then(|below| RelativePath::of_bytes(&slashed_bytes(below))));
            if files.len() > FILES_LIMIT {
                return Err(Error::TooMany { path: self.shown(folder), limit: FILES_LIMIT });
            }
        }
        files.sort();
        Ok(files)
    }

    fn kind(&self, path: &RelativePath) -> Option<EntryKind> {
        let metadata = self.absolute(path).metadata().ok()?;
        Some(if metadata.is_dir() { EntryKind::Folder } else { EntryKind::File })
    }

    fn locate(&self, text: &str) -> Result<RelativePath, Error> {
        let path = normal(&self.current.join(text));
        self.relative(&path)
            .or_else(|| self.relative(&path.canonicalize().ok()?))
            .ok_or_else(|| Error::Outside { path: text.to_owned(), root: slashed(&self.root) })
    }

    fn shown(&self, path: &RelativePath) -> String {
        let absolute = self.absolute(path);
        if let Ok(below) = absolute.strip_prefix(&self.current) {
            return if below.as_os_str().is_empty() { ".".to_owned() } else { slashed(below) };
        }
        let shared =
            self.current.ancestors().find(|folder| absolute.starts_with(folder) && self.root.starts_with(folder));
        match shared.filter(|_| self.current.starts_with(&self.root)) {
            Some(shared) => {
                let up = self.current.components().count() - shared.components().count();
                let rest = absolute.strip_prefix(shared).map(slashed).unwrap_or_default();
                let path = format!("{}{rest}", "../".repeat(up));
                path.strip_suffix('/').unwrap_or(&path).to_owned()
            }
            None => slashed(&absolute),
        }
    }
}

fn canonical(folder: &Path) -> Result<PathBuf, Error> {
    folder.canonicalize().map_err(|source| Error::List { path: slashed(folder), source })
}

fn root_of(folder: &Path) -> PathBuf {
    let marked = |folder: &&Path| ROOT_MARKS.iter().any(|mark| folder.join(mark).exists());
    folder.ancestors().find(marked).unwrap_or(folder).to_path_buf()
}

/// Whether a folder of this name belongs to git, as git itself sees it: some file systems do not tell upper from lower case.
pub(crate) fn is_git_folder(name: &str) -> bool {
    name.eq_ignore_ascii_case(".git")
}

/// What stands before the last `/` of `text`.
fn folder_part(text: &str) -> &str {
    text.rfind(['/', std::path::MAIN_SEPARATOR]).map_or("", |slash| &text[..=slash])
}

/// The path without `.` and `..`, worked out from its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// The path as text with `/` on every platform.
fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// The bytes of a path with `/` on every platform.
fn slashed_bytes(path: &Path) -> Vec<u8> {
    let separator = |byte: &u8| if char::from(*byte) == std::path::MAIN_SEPARATOR { b'/' } else { *byte };
    path.as_os_str().as_encoded_bytes().iter().map(separator).collect()
}

#[cfg(test)]
mod tests;

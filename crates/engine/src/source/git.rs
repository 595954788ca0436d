//! The files of a repository as they were at a commit, read through the `git` program: no checkout, and a bare clone
//! will do.
//!
//! The commit's list of files is read once; contents come from one process that stays open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::tree::{EntryKind, Tree, WorkTree};
use super::{Error, RelativePath};
use crate::git::{self, Git, Objects};

/// How many symbolic links are followed from one path.
const LINKS: usize = 8;

/// Why a commit cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The `git` program cannot be run.
    #[error("running `git`")]
    Program(#[source] std::io::Error),
    /// The folder is in no git repository.
    #[error("`{}` is not in a git repository", .0.display())]
    NoRepository(PathBuf),
    /// There is a repository, and `git` refuses to read it: it belongs to somebody else, or it is damaged.
    #[error("git cannot read this repository: {0}")]
    Refused(String),
    /// There is no such commit, as far as this clone knows.
    #[error("this clone has no commit `{revision}`")]
    NoCommit {
        /// What was asked for.
        revision: String,
        /// Whether the clone lacks older commits.
        shallow: bool,
    },
    /// The commit is there, and its files cannot be read.
    #[error("reading commit `{revision}`: {problem}")]
    Failed {
        /// What was asked for.
        revision: String,
        /// What `git` said.
        problem: String,
    },
}

impl GitError {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Program(_) => Some("install git, or leave out --base"),
            Self::NoRepository(_) => Some("run inside a git repository, or leave out --base"),
            Self::NoCommit { shallow: true, .. } => Some(
                "the clone is shallow: fetch more of the history first (`git fetch --unshallow`; `fetch-depth: 0` in actions/checkout)",
            ),
            Self::NoCommit { shallow: false, .. } => Some("check the name, or fetch it first: `git fetch origin`"),
            Self::Refused(problem) if problem.contains("safe.directory") => Some(
                "the repository belongs to another user; if you trust it: `git config --global --add safe.directory PATH`",
            ),
            Self::Refused(_) | Self::Failed { .. } => None,
        }
    }

    /// Whether there is no repository, so that there is nothing to ask git about.
    #[must_use]
    pub fn is_no_repository(&self) -> bool {
        matches!(self, Self::NoRepository(_))
    }
}

impl From<git::Error> for GitError {
    fn from(error: git::Error) -> Self {
        match error {
            git::Error::Program(source) => Self::Program(source),
            git::Error::NoRepository(folder) => Self::NoRepository(folder),
            git::Error::Refused(problem) => Self::Refused(problem),
        }
    }
}

/// The files at one commit. Paths are named as in the work tree they belong to.
#[derive(Debug)]
pub struct GitTree {
    names: WorkTree,
    commit: String,
    files: BTreeMap<RelativePath, Entry>,
    folders: BTreeSet<String>,
    objects: Mutex<Objects>,
    naming: Naming,
}

/// The status of a file that differs from its committed version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// The file is tracked, and its content was edited.
    Edited,
    /// The file is not tracked.
    Untracked,
}

/// How files are named to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// With the commit, so that nobody takes them for the files at hand.
    WithCommit,
    /// As if they were the files at hand: for the commit that people think of as what they have.
    Plain,
}

#[derive(Debug, Clone)]
struct Entry {
    object: String,
    size: usize,
    is_link: bool,
    /// Its name is no text, so that `path` only resembles it.
    is_misnamed: bool,
}

impl GitTree {
    /// The files of `tree`'s repository at `revision`: anything git understands, such as `HEAD`, a branch or a commit id.
    pub fn open(tree: &WorkTree, revision: &str, naming: Naming) -> Result<Self, GitError> {
        let git = Git::around(tree.root());
        let commit = commit(&git, revision)?;
        let failed = |error: git::Error| match error {
            git::Error::Refused(problem) => GitError::Failed { revision: revision.to_owned(), problem },
            other => other.into(),
        };
        let prefix = git.line(&["rev-parse", "--show-prefix"]).unwrap_or_default();
        let listing = git.ask(&["ls-tree", "-r", "-l", "-z", "--full-tree", &commit]).map_err(failed)?;
        let mut files = BTreeMap::new();
        let mut folders = BTreeSet::from([String::new()]);
        for row in listing.split(|byte| *byte == 0).filter(|row| !row.is_empty()) {
            let Some((path, entry)) = parse_row(row, &prefix) else { continue };
            let mut folder = path.parent();
            while folders.insert(folder.as_str().to_owned()) {
                folder = folder.parent();
            }
            files.insert(path, entry);
        }
        let objects = Mutex::new(git.objects()?);
        Ok(Self { names: tree.clone(), commit, files, folders, objects, naming })
    }

    /// The id of the commit.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The id of the commit that `revision` names.
    pub fn resolve(tree: &WorkTree, revision: &str) -> Result<String, GitError> {
        commit(&Git::around(tree.root()), revision)
    }

    /// Whether the commit `earlier` is in the history of `later`.
    #[must_use]
    pub fn is_before(tree: &WorkTree, earlier: &str, later: &str) -> bool {
        let asked = ["merge-base", "--is-ancestor", "--end-of-options", earlier, later];
        Git::around(tree.root()).ask(&asked).is_ok()
    }

    /// Whether this clone lacks older commits. `None` where git cannot tell.
    #[must_use]
    pub fn is_shallow(tree: &WorkTree) -> Option<bool> {
        let said = Git::around(tree.root()).line(&["rev-parse", "--is-shallow-repository"]);
        said.ok().map(|said| said == "true")
    }

    /// The files that are not in the work tree as they are at `HEAD`: edited, added or removed.
    pub fn uncommitted(tree: &WorkTree) -> Result<Vec<(FileStatus, String)>, GitError> {
        let git = Git::around(tree.root());
        let rows = git.ask(&["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", "."])?;
        let prefix = git.line(&["rev-parse", "--show-prefix"])?;
        let files = rows.split(|byte| *byte == 0).filter_map(|row| {
            let path = named(row.get(3..)?, &prefix)?;
            let status = if row.starts_with(b"??") { FileStatus::Untracked } else { FileStatus::Edited };
            Some((status, tree.shown(&path)))
        });
        Ok(files.collect())
    }

    /// The entry behind a path, symbolic links followed inside the commit.
    fn entry(&self, path: &RelativePath) -> Result<&Entry, Error> {
        let mut path = path.clone();
        for _ in 0..LINKS {
            let Some(entry) = self.files.get(&path) else { break };
            if !entry.is_link {
                return Ok(entry);
            }
            let target = self.blob(entry).map_err(|source| Error::Read { path: self.shown(&path), source })?;
            path = path.parent().join(&String::from_utf8_lossy(&target))?;
        }
        Err(Error::Missing { path: self.shown(&path) })
    }

    fn blob(&self, entry: &Entry) -> std::io::Result<Vec<u8>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).read(&entry.object)
    }
}

impl Tree for GitTree {
    fn read(&self, path: &RelativePath, limit: usize) -> Result<Vec<u8>, Error> {
        let entry = self.entry(path)?;
        if entry.is_misnamed {
            return Err(Error::Misnamed { path: self.shown(path) });
        }
        if entry.size > limit {
            return Err(Error::TooLarge { path: self.shown(path), limit });
        }
        self.blob(entry).map_err(|source| Error::Read { path: self.shown(path), source })
    }

    fn files(&self, folder: &RelativePath) -> Result<Vec<RelativePath>, Error> {
        if self.kind(folder) != Some(EntryKind::Folder) {
            return Err(Error::Missing { path: self.shown(folder) });
        }
        let depth = folder.parts().count();
        let below = |path: &RelativePath| path.parts().take(depth).eq(folder.parts());
        let hidden = |path: &RelativePath| path.parts().skip(depth).any(|part| part.starts_with('.'));
        Ok(self.files.keys().filter(|path| below(path) && !hidden(path)).cloned().collect())
    }

    fn kind(&self, path: &RelativePath) -> Option<EntryKind> {
        if self.folders.contains(path.as_str()) {
            return Some(EntryKind::Folder);
        }
        self.files.contains_key(path).then_some(EntryKind::File)
    }

    fn locate(&self, text: &str) -> Result<RelativePath, Error> {
        self.names.locate(text)
    }

    fn shown(&self, path: &RelativePath) -> String {
        let name = self.names.shown(path);
        match self.naming {
            Naming::Plain => name,
            Naming::WithCommit => format!("{name} (at {})", self.commit.get(..10).unwrap_or(&self.commit)),
        }
    }
}

/// The commit id behind a name.
fn commit(git: &Git, revision: &str) -> Result<String, GitError> {
    let name = format!("{revision}^{{commit}}");
    match git.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]) {
        Ok(commit) if commit.len() >= 40 => return Ok(commit),
        // That there is no such commit is said by saying nothing.
        Ok(_) => {}
        Err(git::Error::Refused(_)) => drop(git.ask(&["rev-parse", "--git-dir"])?),
        Err(error) => return Err(error.into()),
    }
    let shallow = git.line(&["rev-parse", "--is-shallow-repository"])? == "true";
    Err(GitError::NoCommit { revision: revision.to_owned(), shallow })
}

/// `mode type object size<TAB>path`, with `size` padded. Only files below `prefix`, named relative to it.
fn parse_row(row: &[u8], prefix: &str) -> Option<(RelativePath, Entry)> {
    let tab = row.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&row[..tab]).ok()?;
    let mut parts = head.split_ascii_whitespace();
    let (mode, kind, object, size) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let path = named(&row[tab + 1..], prefix)?;
    let entry = Entry {
        object: object.to_owned(),
        size: size.parse().ok()?,
        is_link: mode == "120000",
        is_misnamed: RelativePath::is_misnamed(&row[tab + 1..]),
    };
    (kind == "blob").then_some((path, entry))
}

/// The path of a file below `prefix`, relative to it.
fn named(path: &[u8], prefix: &str) -> Option<RelativePath> {
    RelativePath::of_bytes(path.strip_prefix(prefix.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::*;

    fn run(folder: &Path, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{arguments:?}");
    }

    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["init", "-q"]);
        write(folder.path(), "offers/a.yaml", "first\n");
        write(folder.path(), "offers/.hidden/b.yaml", "hidden\n");
        write(folder.path(), "odd näme/c d.yaml", "c\n");
        run(folder.path(), &["add", "."]);
        run(folder.path(), &["commit", "-qm", "one"]);
        write(folder.path(), "offers/a.yaml", "second, longer\n");
        std::fs::remove_dir_all(folder.path().join("odd näme")).unwrap();
        run(folder.path(), &["add", "-A"]);
        run(folder.path(), &["commit", "-qm", "two"]);
        folder
    }

    fn path(text: &str) -> RelativePath {
        RelativePath::parse(text).unwrap()
    }

    #[test]
    fn files_are_read_as_they_were_at_the_commit() {
        let folder = repository();
        let tree = WorkTree::discover(folder.path()).unwrap();
        write(folder.path(), "offers/a.yaml", "not committed");
        for (revision, text) in [("HEAD~1", "first\n"), ("HEAD", "second, longer\n"), ("main", "second, longer\n")] {
            let git = GitTree::open(&tree, revision, Naming::Plain).unwrap();
            assert_eq!(git.read(&path("offers/a.yaml"), 100).unwrap(), text.as_bytes(), "{revision}");
        }
        let old = GitTree::open(&tree, "HEAD~1", Naming::Plain).unwrap();
        assert_eq!(old.files(&path("offers")).unwrap(), [path("offers/a.yaml")]);
        assert_eq!(old.read(&path("odd näme/c d.yaml"), 100).unwrap(), b"c\n");
        assert_eq!(old.kind(&path("odd näme")), Some(EntryKind::Folder));
        assert!(matches!(old.read(&path("offers/a.yaml"), 3), Err(Error::TooLarge { .. })));
        assert!(matches!(old.read(&path("no.yaml"), 3), Err(Error::Missing { .. })));
    }

    #[test]
    fn a_settings_file_below_the_top_makes_that_folder_the_root() {
        let folder = repository();
        write(folder.path(), "sub/offerform.yaml", "");
        write(folder.path(), "sub/offers/x.yaml", "x\n");
        run(folder.path(), &["add", "-A"]);
        run(folder.path(), &["commit", "-qm", "three"]);
        let tree = WorkTree::discover(&folder.path().join("sub/offers")).unwrap();
        let git = GitTree::open(&tree, "HEAD", Naming::Plain).unwrap();
        assert_eq!(git.read(&path("offers/x.yaml"), 100).unwrap(), b"x\n");
        assert_eq!(git.kind(&path("offers/a.yaml")), None);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_the_commit_and_not_out_of_it() {
        let folder = repository();
        std::os::unix::fs::symlink("a.yaml", folder.path().join("offers/link.yaml")).unwrap();
        std::os::unix::fs::symlink("../../secret", folder.path().join("offers/out.yaml")).unwrap();
        run(folder.path(), &["add", "-A"]);
        run(folder.path(), &["commit", "-qm", "links"]);
        let tree = WorkTree::discover(folder.path()).unwrap();
        let git = GitTree::open(&tree, "HEAD", Naming::Plain).unwrap();
        assert_eq!(git.read(&path("offers/link.yaml"), 100).unwrap(), b"second, longer\n");
        assert!(git.read(&path("offers/out.yaml"), 100).is_err());
    }

    #[test]
    fn what_cannot_be_read_says_what_to_do() {
        let folder = repository();
        let tree = WorkTree::discover(folder.path()).unwrap();
        for revision in ["nowhere", "--help", ""] {
            let error = GitTree::open(&tree, revision, Naming::Plain).unwrap_err();
            assert!(matches!(error, GitError::NoCommit { shallow: false, .. }), "{revision}: {error:?}");
        }
        let clone = tempfile::tempdir().unwrap();
        let from = format!("file://{}", folder.path().display());
        run(clone.path(), &["clone", "-q", "--depth", "1", &from, "."]);
        let tree = WorkTree::discover(clone.path()).unwrap();
        let error = GitTree::open(&tree, "HEAD~1", Naming::Plain).unwrap_err();
        assert!(error.hint().unwrap().contains("shallow"), "{error}");
        let nowhere = tempfile::tempdir().unwrap();
        let tree = WorkTree::discover(nowhere.path()).unwrap();
        assert!(matches!(GitTree::open(&tree, "HEAD", Naming::Plain).unwrap_err(), GitError::NoRepository(_)));
    }

    #[test]
    fn a_bare_clone_will_do() {
        let folder = repository();
        let clone = tempfile::tempdir().unwrap();
        run(clone.path(), &["clone", "-q", "--bare", &folder.path().display().to_string(), "."]);
        let tree = WorkTree::discover(clone.path()).unwrap();
        let git = GitTree::open(&tree, "HEAD~1", Naming::Plain).unwrap();
        assert_eq!(git.read(&path("offers/a.yaml"), 100).unwrap(), b"first\n");
    }
}

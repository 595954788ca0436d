//! The files of a repository as they were at a commit, read through the `git` program: no checkout, and a bare clone
//! will do.
//!
//! The commit's list of files is read once; contents come from one `git cat-file --batch` that stays open.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::tree::{Kind, Tree, WorkTree};
use super::{Error, RelativePath};

/// How many symbolic links are followed from one path.
const LINKS: usize = 8;

/// Why a commit cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The `git` program cannot be run.
    #[error("running `git`")]
    Program(#[source] std::io::Error),
    /// The folder is in no git repository.
    #[error("`{0}` is not in a git repository")]
    NoRepository(String),
    /// There is no such commit, as far as this clone knows.
    #[error("there is no commit `{revision}` in this clone")]
    NoCommit {
        /// What was asked for.
        revision: String,
        /// Whether the clone lacks older commits.
        shallow: bool,
    },
    /// `git` said something that cannot be understood, or an error.
    #[error("reading commit `{revision}`: {problem}")]
    Failed {
        /// What was asked for.
        revision: String,
        /// What `git` said.
        problem: String,
    },
}

impl GitError {
    /// What to do next, where that can be told.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Program(_) => Some("install git, or leave out --base"),
            Self::NoRepository(_) => Some("run inside a git repository, or leave out --base"),
            Self::NoCommit { shallow: true, .. } => Some(
                "the clone is shallow: fetch more of the history first (`git fetch --unshallow`; `fetch-depth: 0` in actions/checkout)",
            ),
            Self::NoCommit { shallow: false, .. } => Some("check the name, or fetch it first: `git fetch origin`"),
            Self::Failed { .. } => None,
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
    blobs: Mutex<Blobs>,
    naming: Naming,
}

/// How a file that is not as committed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// git knows it otherwise.
    Edited,
    /// git does not know it.
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
}

impl GitTree {
    /// The files of `tree`'s repository at `revision`: anything git understands, such as `HEAD`, a branch or a commit id.
    pub fn open(tree: &WorkTree, revision: &str, naming: Naming) -> Result<Self, GitError> {
        let root = tree.root();
        let commit = commit(root, revision)?;
        let failed = |problem: String| GitError::Failed { revision: revision.to_owned(), problem };
        let prefix = git(root, &["rev-parse", "--show-prefix"])?.text().unwrap_or_default();
        let listing = git(root, &["ls-tree", "-r", "-l", "-z", "--full-tree", &commit])?;
        let listing = listing.output().map_err(failed)?;
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
        let blobs = Mutex::new(Blobs::start(root)?);
        Ok(Self { names: tree.clone(), commit, files, folders, blobs, naming })
    }

    /// The id of the commit.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The id of the commit that `revision` names.
    pub fn resolve(tree: &WorkTree, revision: &str) -> Result<String, GitError> {
        commit(tree.root(), revision)
    }

    /// Whether the commit `earlier` is in the history of `later`.
    #[must_use]
    pub fn is_before(tree: &WorkTree, earlier: &str, later: &str) -> bool {
        let said = git(tree.root(), &["merge-base", "--is-ancestor", "--end-of-options", earlier, later]);
        said.is_ok_and(|said| said.output().is_ok())
    }

    /// Whether this clone lacks older commits. `None` where git cannot tell.
    #[must_use]
    pub fn is_shallow(tree: &WorkTree) -> Option<bool> {
        Some(git(tree.root(), &["rev-parse", "--is-shallow-repository"]).ok()?.text()? == "true")
    }

    /// The files that are not in the work tree as they are at `HEAD`: edited, added or removed. `None` where git cannot tell, as
    /// where there is no work tree.
    #[must_use]
    pub fn uncommitted(tree: &WorkTree) -> Option<Vec<(Standing, String)>> {
        let said =
            git(tree.root(), &["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", "."]);
        let said = said.ok()?;
        let prefix =
            git(tree.root(), &["rev-parse", "--show-prefix"]).ok().and_then(|said| said.text()).unwrap_or_default();
        let rows = said.output().ok()?.split(|byte| *byte == 0);
        let files = rows.filter_map(|row| {
            let path = std::str::from_utf8(row.get(3..)?).ok()?.strip_prefix(prefix.as_str())?;
            let standing = if row.starts_with(b"??") { Standing::Untracked } else { Standing::Edited };
            Some((standing, tree.shown(&RelativePath::parse(path).ok()?)))
        });
        Some(files.collect())
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
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner).read(&entry.object)
    }
}

impl Tree for GitTree {
    fn read(&self, path: &RelativePath, limit: usize) -> Result<Vec<u8>, Error> {
        let entry = self.entry(path)?;
        if entry.size > limit {
            return Err(Error::TooLarge { path: self.shown(path), limit });
        }
        self.blob(entry).map_err(|source| Error::Read { path: self.shown(path), source })
    }

    fn files(&self, folder: &RelativePath) -> Result<Vec<RelativePath>, Error> {
        if self.kind(folder) != Some(Kind::Folder) {
            return Err(Error::Missing { path: self.shown(folder) });
        }
        let depth = folder.parts().count();
        let below = |path: &RelativePath| path.parts().take(depth).eq(folder.parts());
        let hidden = |path: &RelativePath| path.parts().skip(depth).any(|part| part.starts_with('.'));
        Ok(self.files.keys().filter(|path| below(path) && !hidden(path)).cloned().collect())
    }

    fn kind(&self, path: &RelativePath) -> Option<Kind> {
        if self.folders.contains(path.as_str()) {
            return Some(Kind::Folder);
        }
        self.files.contains_key(path).then_some(Kind::File)
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
fn commit(root: &Path, revision: &str) -> Result<String, GitError> {
    let name = format!("{revision}^{{commit}}");
    let found = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
    if let Some(commit) = found.text().filter(|text| text.len() >= 40) {
        return Ok(commit);
    }
    if git(root, &["rev-parse", "--git-dir"])?.text().is_none() {
        return Err(GitError::NoRepository(root.display().to_string()));
    }
    let shallow = git(root, &["rev-parse", "--is-shallow-repository"])?.text().as_deref() == Some("true");
    Err(GitError::NoCommit { revision: revision.to_owned(), shallow })
}

/// `mode type object size<TAB>path`, with `size` padded. Only files below `prefix`, named relative to it.
fn parse_row(row: &[u8], prefix: &str) -> Option<(RelativePath, Entry)> {
    let row = std::str::from_utf8(row).ok()?;
    let (head, path) = row.split_once('\t')?;
    let mut parts = head.split_ascii_whitespace();
    let (mode, kind, object, size) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let path = RelativePath::parse(path.strip_prefix(prefix)?).ok()?;
    let entry = Entry { object: object.to_owned(), size: size.parse().ok()?, is_link: mode == "120000" };
    (kind == "blob").then_some((path, entry))
}

/// What a run of `git` said.
struct Said(std::process::Output);

impl Said {
    fn output(&self) -> Result<&[u8], String> {
        if self.0.status.success() {
            Ok(&self.0.stdout)
        } else {
            Err(String::from_utf8_lossy(&self.0.stderr).trim().to_owned())
        }
    }

    /// One line of text; `None` if it failed.
    fn text(&self) -> Option<String> {
        Some(String::from_utf8_lossy(self.output().ok()?).trim_end_matches(['\n', '\r']).to_owned())
    }
}

fn program(root: &Path) -> Command {
    let mut git = Command::new("git");
    // Neither the user's own commands nor a lock for refreshing the index: this only reads.
    git.arg("-C").arg(root).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    git
}

fn git(root: &Path, arguments: &[&str]) -> Result<Said, GitError> {
    program(root).args(arguments).output().map(Said).map_err(GitError::Program)
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
struct Blobs {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Blobs {
    fn start(root: &Path) -> Result<Self, GitError> {
        let mut command = program(root);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(GitError::Program)?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or_else(|| GitError::Program(std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(Self { process, input, output: BufReader::new(output) })
    }

    /// The bytes of a blob. The answer is `object type size`, a line feed, the bytes, a line feed.
    fn read(&mut self, object: &str) -> std::io::Result<Vec<u8>> {
        let unexpected = || std::io::Error::other("git gave no such file");
        let input = self.input.as_mut().ok_or_else(unexpected)?;
        writeln!(input, "{object}")?;
        input.flush()?;
        let mut head = String::new();
        self.output.read_line(&mut head)?;
        let size =
            head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok()).ok_or_else(unexpected)?;
        let mut bytes = vec![0; size + 1];
        self.output.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It ends by itself when its input closes; then it has to be waited for.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(old.kind(&path("odd näme")), Some(Kind::Folder));
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

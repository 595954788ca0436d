//! The record in git notes: `refs/notes/offerform`, on one fixed object, so that it is at hand whatever is checked out.
//!
//! Written with plumbing alone: no hook of the user runs, git does not ask for passwords, the work tree is not touched. What two
//! runs write at once is merged; nothing is ever pushed by force.

use std::path::PathBuf;

use super::{Error, Loaded, Record};
use crate::git::{self, Git};

/// Where the record is.
pub(super) const NOTES: &str = "refs/notes/offerform";

/// Where the record of the remote repository is put when it is fetched.
const FETCHED: &str = "refs/offerform/notes/offerform";

/// The content of the object that carries the note.
const ANCHOR: &[u8] = b"offerform record\n";

/// How often a write is begun anew because somebody else was faster.
const ATTEMPTS: usize = 5;

/// No record is as large as this; whatever is, is none.
const LIMIT: usize = 64 * 1024 * 1024;

/// A record that lives in the notes of a repository.
#[derive(Debug, Clone)]
pub struct Notes {
    root: PathBuf,
}

impl Notes {
    /// The notes of the repository around `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Fetches, and reads what is there.
    pub(super) fn load(&self) -> Loaded {
        let mut loaded = Loaded::default();
        let fetched = self.remote().and_then(|remote| remote.map_or(Ok(()), |remote| self.fetch(&remote)));
        loaded.errors.extend(fetched.err());
        for place in self.latest() {
            match self.read(place) {
                Ok(record) => loaded.record.merge(record),
                Err(error) => loaded.errors.push(error),
            }
        }
        loaded
    }

    /// Changes the record and pushes it. Where it cannot be pushed it is kept here, for the next run to push.
    pub(super) fn update(&self, change: &dyn Fn(&mut Record)) -> Result<(), Error> {
        let remote = self.remote()?;
        let mut rejected = None;
        for _ in 0..ATTEMPTS {
            let fetched = remote.as_ref().map_or(Ok(()), |remote| self.fetch(remote));
            if !self.write(change)? {
                continue;
            }
            fetched?;
            let Some(remote) = &remote else { return Ok(()) };
            match self.push(remote) {
                Ok(()) => return Ok(()),
                Err(refused) => rejected = Some(refused),
            }
        }
        Err(rejected.unwrap_or(Error::Git { task: "writing", problem: "others write it all the time".to_owned() }))
    }

    /// Fetches, and asks the remote repository whether it would take a push, without pushing anything. `false` if there is none.
    pub(super) fn rehearse(&self) -> Result<bool, Error> {
        let Some(remote) = self.remote()? else { return Ok(false) };
        self.fetch(&remote)?;
        // To a name that does not exist, so that nothing but the right to push is asked for.
        let place = format!("HEAD:{NOTES}-rehearsal");
        self.git("pushing", &["push", "--dry-run", "--quiet", "--no-verify", &remote, &place], b"")?;
        Ok(true)
    }

    /// Writes to this clone; `false` if somebody else did at the same moment.
    fn write(&self, change: &dyn Fn(&mut Record)) -> Result<bool, Error> {
        let (own, theirs) = (self.tip(NOTES)?, self.tip(FETCHED)?);
        // What cannot be understood stays in the history of the notes.
        let mut record = Record::default();
        for place in self.latest() {
            record.merge(self.read(place).unwrap_or_default());
        }
        change(&mut record);
        let text =
            serde_json::to_vec_pretty(&record).map_err(|source| Error::Parse { place: NOTES.to_owned(), source })?;
        let task = "writing";
        let note = self.git(task, &["hash-object", "-w", "--stdin"], &text)?;
        let anchor = self.git(task, &["hash-object", "-w", "--stdin"], ANCHOR)?;
        let tree = self.git(task, &["mktree"], format!("100644 blob {note}\t{anchor}\n").as_bytes())?;
        let mut arguments = vec!["commit-tree", &tree, "-m", "What the service makes of what it is sent"];
        let mut parents: Vec<&str> = [&own, &theirs].into_iter().flatten().map(String::as_str).collect();
        parents.dedup();
        for parent in &parents {
            arguments.extend(["-p", parent]);
        }
        let commit = self.git(task, &arguments, b"")?;
        let before = own.clone().unwrap_or_else(|| "0".repeat(commit.len()));
        match self.git(task, &["update-ref", NOTES, &commit, &before], b"") {
            Ok(_) => Ok(true),
            Err(refused) if self.tip(NOTES)? == own => Err(refused),
            Err(_) => Ok(false),
        }
    }

    /// The places that hold something the other does not know: what was forgotten in one must not come back from the other.
    fn latest(&self) -> Vec<&'static str> {
        let knows = |one, other| self.git("reading", &["merge-base", "--is-ancestor", other, one], b"").is_ok();
        match (knows(FETCHED, NOTES), knows(NOTES, FETCHED)) {
            (true, _) => vec![FETCHED],
            (false, true) => vec![NOTES],
            (false, false) => vec![NOTES, FETCHED],
        }
    }

    /// The remote repository that shares the record: `origin`, or the only one.
    fn remote(&self) -> Result<Option<String>, Error> {
        let names = self.git("looking for", &["remote"], b"")?;
        let names: Vec<&str> = names.lines().collect();
        Ok(match names.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            several => several.iter().find(|name| **name == "origin").map(|name| (*name).to_owned()),
        })
    }

    fn fetch(&self, remote: &str) -> Result<(), Error> {
        // A pattern: that there are no notes yet is no error then.
        let notes = "+refs/notes/*:refs/offerform/notes/*";
        self.git("fetching", &["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, notes], b"").map(drop)
    }

    fn push(&self, remote: &str) -> Result<(), Error> {
        let notes = format!("{NOTES}:{NOTES}");
        self.git("pushing", &["push", "--quiet", "--no-verify", remote, &notes], b"").map(drop)
    }

    fn tip(&self, name: &str) -> Result<Option<String>, Error> {
        let said = self.git("reading", &["for-each-ref", "--format=%(objectname)", name], b"")?;
        Ok(Some(said).filter(|said| !said.is_empty()))
    }

    fn read(&self, place: &str) -> Result<Record, Error> {
        if self.tip(place)?.is_none() {
            return Ok(Record::default());
        }
        let anchor = self.git("reading", &["hash-object", "--stdin"], ANCHOR)?;
        let note = format!("{place}:{anchor}");
        let size = self.git("reading", &["cat-file", "-s", &note], b"")?;
        if size.parse::<usize>().map_or(true, |size| size > LIMIT) {
            return Err(Error::Git { task: "reading", problem: format!("{size} bytes are not a record") });
        }
        let text = self.git("reading", &["cat-file", "blob", &note], b"")?;
        Record::parse(text.as_bytes()).map_err(|source| Error::Parse { place: place.to_owned(), source })
    }

    /// What a run of `git` writes, without the line break at its end.
    fn git(&self, task: &'static str, arguments: &[&str], input: &[u8]) -> Result<String, Error> {
        Git::around(&self.root).tell(arguments, input).map_err(|error| match error {
            git::Error::Program(source) => Error::Program(source),
            git::Error::NoRepository(_) => Error::Git { task, problem: error.to_string() },
            git::Error::Refused(problem) => Error::Git { task, problem },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Stdio};

    use serde_json::json;

    use super::super::{Rewrites, Store};
    use super::*;
    use crate::offer::{IdentityPath, OfferAddress};

    fn run(folder: &Path, arguments: &[&str]) {
        let settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(settings).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(git.status().unwrap().success(), "{arguments:?}");
    }

    /// A bare repository and clones of it.
    struct Origin(tempfile::TempDir);

    impl Origin {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            run(folder.path(), &["init", "-q", "--bare"]);
            Self(folder)
        }

        fn clone(&self) -> tempfile::TempDir {
            let folder = tempfile::tempdir().unwrap();
            run(folder.path(), &["clone", "-q", &self.0.path().display().to_string(), "."]);
            folder
        }
    }

    fn offer(name: &str) -> OfferAddress {
        OfferAddress::new("contoso", name)
    }

    /// Learns that a text at `path` of an offer came back as another.
    fn learn(notes: &Notes, name: &str, path: &str) -> Result<(), Error> {
        Store::Notes(notes.clone()).update(&|record| {
            let mut rewrites: Rewrites = record.rewrites("service", &offer(name));
            rewrites.learn(
                IdentityPath::parse(path).unwrap(),
                Some(&json!("what was declared")),
                Some(&json!("what it became")),
            );
            record.set("service", &offer(name), rewrites);
        })
    }

    /// `offer path` of everything that is remembered, and how many errors there were.
    fn known(notes: &Notes) -> (Vec<String>, usize) {
        let loaded = Store::Notes(notes.clone()).load();
        let entries = loaded.record.entries().flat_map(|(_, offer, rewrites)| {
            rewrites.paths().map(|path| format!("{offer} {path}")).collect::<Vec<_>>()
        });
        (entries.collect(), loaded.errors.len())
    }

    #[test]
    fn what_one_clone_learns_the_others_know() {
        let origin = Origin::new();
        let (one, two) = (origin.clone(), origin.clone());
        let (one, two) = (Notes::new(one.path()), Notes::new(two.path()));
        assert_eq!(known(&one), (vec![], 0), "there are no notes yet, which is fine");
        learn(&one, "a", "/x").unwrap();
        assert_eq!(known(&two), (vec!["contoso/a /x".into()], 0));
        // Neither has seen what the other writes next.
        learn(&two, "a", "/y").unwrap();
        learn(&one, "b", "/z").unwrap();
        let all = vec!["contoso/a /x".into(), "contoso/a /y".into(), "contoso/b /z".into()];
        assert_eq!(known(&one), (all.clone(), 0));
        assert_eq!(known(&two), (all.clone(), 0));
        let late = origin.clone();
        assert_eq!(known(&Notes::new(late.path())), (all, 0), "a fresh clone knows it too");
    }

    #[test]
    fn two_that_write_in_the_same_moment_lose_nothing() {
        let origin = Origin::new();
        let clones: Vec<_> = (0..3).map(|_| origin.clone()).collect();
        std::thread::scope(|scope| {
            for (number, clone) in clones.iter().enumerate() {
                scope.spawn(move || {
                    let notes = Notes::new(clone.path());
                    // Nobody can be unlucky for ever: each rejected push means that another one went through.
                    while learn(&notes, "a", &format!("/{number}")).is_err() {}
                });
            }
        });
        let expected: Vec<String> = (0..3).map(|number| format!("contoso/a /{number}")).collect();
        assert_eq!(known(&Notes::new(origin.clone().path())), (expected, 0));
    }

    #[test]
    fn what_was_forgotten_does_not_come_back() {
        let origin = Origin::new();
        let (one, two) = (origin.clone(), origin.clone());
        let (one, two) = (Notes::new(one.path()), Notes::new(two.path()));
        learn(&one, "a", "/x").unwrap();
        learn(&two, "b", "/y").unwrap();
        Store::Notes(two.clone()).update(&|record| record.retain(|offer| offer != "contoso/a")).unwrap();
        assert_eq!(known(&one), (vec!["contoso/b /y".into()], 0));
        learn(&one, "b", "/z").unwrap();
        assert_eq!(known(&two), (vec!["contoso/b /y".into(), "contoso/b /z".into()], 0));
    }

    #[cfg(unix)]
    #[test]
    fn no_hook_runs() {
        use std::os::unix::fs::PermissionsExt as _;
        let origin = Origin::new();
        let clone = origin.clone();
        for hook in ["reference-transaction", "pre-push"] {
            let path = clone.path().join(".git/hooks").join(hook);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "#!/bin/sh\nexit 1\n").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        learn(&Notes::new(clone.path()), "a", "/x").unwrap();
        assert_eq!(known(&Notes::new(origin.clone().path())), (vec!["contoso/a /x".into()], 0));
    }

    #[test]
    fn without_a_remote_it_stays_here() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["init", "-q"]);
        let notes = Notes::new(folder.path());
        learn(&notes, "a", "/x").unwrap();
        learn(&notes, "a", "/y").unwrap();
        assert_eq!(known(&notes), (vec!["contoso/a /x".into(), "contoso/a /y".into()], 0));
    }

    #[test]
    fn a_remote_that_is_gone_is_an_error_and_what_was_learned_is_pushed_later() {
        let origin = Origin::new();
        let clone = origin.clone();
        let notes = Notes::new(clone.path());
        let away = origin.0.path().with_extension("away");
        std::fs::rename(origin.0.path(), &away).unwrap();
        assert!(learn(&notes, "a", "/x").is_err());
        assert_eq!(known(&notes), (vec!["contoso/a /x".into()], 1), "it is known here");
        std::fs::rename(&away, origin.0.path()).unwrap();
        learn(&notes, "a", "/y").unwrap();
        let all = vec!["contoso/a /x".into(), "contoso/a /y".into()];
        assert_eq!(known(&Notes::new(origin.clone().path())), (all, 0));
    }

    #[test]
    fn a_note_that_is_no_record_is_an_error_until_the_next_write() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["init", "-q"]);
        let notes = Notes::new(folder.path());
        learn(&notes, "a", "/x").unwrap();
        let anchor = notes.git("testing", &["hash-object", "--stdin"], ANCHOR).unwrap();
        run(folder.path(), &["notes", "--ref=offerform", "add", "-f", "-m", "scribble", &anchor]);
        assert_eq!(known(&notes), (vec![], 1));
        learn(&notes, "b", "/y").unwrap();
        assert_eq!(known(&notes), (vec!["contoso/b /y".into()], 0));
        let nowhere = tempfile::tempdir().unwrap();
        assert_eq!(known(&Notes::new(nowhere.path())).0, Vec::<String>::new());
    }
}

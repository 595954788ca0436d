//! Running the `git` program: one way to ask it, and one to tell what it refused.
//!
//! git is asked about the repository around a folder and no other: variables such as `GIT_DIR`, which would lead it elsewhere,
//! are not handed on. No hook of the user runs, git asks for no password, and nothing is locked for refreshing the index.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

/// Variables that make git look at another repository, or at another state of this one.
const ELSEWHERE: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
];

/// Why git did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The `git` program cannot be run.
    #[error("running `git`")]
    Program(#[source] io::Error),
    /// The folder is in no git repository.
    #[error("`{}` is not in a git repository", .0.display())]
    NoRepository(PathBuf),
    /// git refused, in its own words; empty if it gave none.
    #[error("git refused: {0}")]
    Refused(String),
}

/// The repository around a folder, as git sees it.
#[derive(Debug, Clone)]
pub struct Git {
    folder: PathBuf,
}

impl Git {
    /// The repository around `folder`. git is not asked yet.
    #[must_use]
    pub fn around(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// What git prints for `arguments`.
    pub fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let output = self.command(arguments).stdin(Stdio::null()).output().map_err(Error::Program)?;
        self.answer(output)
    }

    /// A line of text that git prints for `arguments`.
    pub fn line(&self, arguments: &[&str]) -> Result<String, Error> {
        self.ask(arguments).map(|answer| text(&answer))
    }

    /// What git prints when it is given `input`, as text without the line break at its end.
    pub fn tell(&self, arguments: &[&str], input: &[u8]) -> Result<String, Error> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(Error::Program)?;
        if let Some(mut pipe) = process.stdin.take() {
            // A process that reads nothing may have ended already, and says why by itself.
            let _ = pipe.write_all(input);
        }
        let output = process.wait_with_output().map_err(Error::Program)?;
        self.answer(output).map(|answer| text(&answer))
    }

    /// Whether git tracks the file at `path`, which is below the folder.
    pub fn tracks(&self, path: &Path) -> Result<bool, Error> {
        let mut command = self.command(&["ls-files", "-z", "--cached", "--"]);
        let output = command.arg(path).stdin(Stdio::null()).output().map_err(Error::Program)?;
        self.answer(output).map(|answer| !answer.is_empty())
    }

    /// Whether a file differs from the commit at hand, or is not in it.
    pub fn is_changed(&self, path: &Path) -> Result<bool, Error> {
        let mut command = self.command(&["status", "--porcelain", "-z", "--untracked-files=all", "--"]);
        let output = command.arg(path).stdin(Stdio::null()).output().map_err(Error::Program)?;
        self.answer(output).map(|answer| !answer.is_empty())
    }

    /// Commits these files as they are, and nothing else that may be staged; gives the id of the commit. It is made in the name
    /// that git is set up with, or else in that of this program.
    pub fn commit(&self, message: &str, paths: &[PathBuf]) -> Result<String, Error> {
        let commit = || {
            let mut command = self.command(&["-c", "commit.gpgSign=false", "commit", "--quiet", "-m", message, "--"]);
            if self.line(&["config", "user.email"]).is_ok_and(|email| !email.is_empty()) {
                for who in ["AUTHOR", "COMMITTER"] {
                    command.env_remove(format!("GIT_{who}_NAME")).env_remove(format!("GIT_{who}_EMAIL"));
                }
            }
            command.args(paths).stdin(Stdio::null()).output().map_err(Error::Program)
        };
        let output = commit()?;
        self.answer(output)?;
        self.line(&["rev-parse", "HEAD"])
    }

    /// A process that hands out objects, one after the other.
    pub fn objects(&self) -> Result<Objects, Error> {
        let mut command = self.command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(Error::Program)?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or_else(|| Error::Program(io::ErrorKind::BrokenPipe.into()))?;
        Ok(Objects { process, input, output: BufReader::new(output) })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.folder);
        git.args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"]);
        // A dead connection ends.
        git.args(["-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=20", "-c", "credential.interactive=false"]);
        git.args(arguments);
        for name in ELSEWHERE {
            git.env_remove(name);
        }
        // Its words are looked at, so they are in one language.
        git.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        // A name with `*` or `[` in it is that of a file.
        git.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_LITERAL_PATHSPECS", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "offerform").env(format!("GIT_{who}_EMAIL"), "offerform@localhost");
        }
        git
    }

    fn answer(&self, output: Output) -> Result<Vec<u8>, Error> {
        if output.status.success() {
            return Ok(output.stdout);
        }
        let problem = String::from_utf8_lossy(&output.stderr);
        if problem.contains("not a git repository") {
            return Err(Error::NoRepository(self.folder.clone()));
        }
        let lines: Vec<&str> = problem.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Err(Error::Refused(lines.join("; ")))
    }
}

fn text(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).trim_end_matches(['\n', '\r']).to_owned()
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub struct Objects {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Objects {
    /// The bytes of an object. The answer is `object type size`, a line feed, the bytes, a line feed.
    pub fn read(&mut self, object: &str) -> io::Result<Vec<u8>> {
        let unexpected = || io::Error::other("git gave no such file");
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

impl Drop for Objects {
    fn drop(&mut self) {
        // It ends by itself when its input closes; then it has to be waited for.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

//! A folder of its own, an environment with nothing in it, and the program run there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A repository in a temporary folder.
pub(crate) struct Sealed {
    folder: TempDir,
}

/// How a run ended and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    root: String,
}

impl Sealed {
    /// An empty repository.
    pub(crate) fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir_all(folder.path().join("repository/.git")).unwrap();
        Self { folder }
    }

    /// One with the shipped examples in `offers`.
    pub(crate) fn with_examples() -> Self {
        let sealed = Self::empty();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/offers");
        for entry in walkdir::WalkDir::new(&examples).into_iter().map(Result::unwrap) {
            let target = sealed.path("offers").join(entry.path().strip_prefix(&examples).unwrap());
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(target).unwrap();
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
        sealed
    }

    /// One with a single small offer in `offers/small.yaml`, that the portal does not have.
    pub(crate) fn with_small_offer() -> Self {
        let sealed = Self::empty();
        sealed.write("offers/small.yaml", &offer("small", "title: Small"));
        sealed
    }

    /// The root of the repository.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        String::from_utf8(std::fs::read(self.path(path)).unwrap()).unwrap()
    }

    /// Replaces `old`, which must be there, in a file.
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} does not hold {old}");
        self.write(path, &text.replacen(old, new, 1));
    }

    /// The program with `line` split at spaces as its arguments, and nothing in its environment.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_offerform"));
        command.args(line.split_whitespace()).current_dir(self.root()).env_clear().stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        self.finish(self.command(line))
    }

    pub(crate) fn run_with(&self, variables: &[(&str, &str)], line: &str) -> Ran {
        let mut command = self.command(line);
        command.envs(variables.iter().copied());
        self.finish(command)
    }

    pub(crate) fn finish(&self, mut command: Command) -> Ran {
        let output = command.output().unwrap();
        Ran {
            exit: output.status.code().expect("no signal ended it"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            root: std::fs::canonicalize(self.root()).unwrap().display().to_string(),
        }
    }

    /// A file as if a run had printed it.
    pub(crate) fn file(&self, text: String) -> Ran {
        let root = std::fs::canonicalize(self.root()).unwrap().display().to_string();
        Ran { exit: 0, stdout: text, stderr: String::new(), root }
    }

    /// Starts the program with both outputs in pipes.
    pub(crate) fn start(&self, line: &str, variables: &[(&str, &str)]) -> Child {
        let mut command = self.command(line);
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

impl Ran {
    /// All of it, with a line for the exit code, and without what is different each time.
    pub(crate) fn whole(&self) -> String {
        let mut out = format!("exit {}\n", self.exit);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(out, "--- {name} ---\n{}", text.replace(&self.root, "[root]")).unwrap();
            }
        }
        out
    }

    /// The last line of stdout.
    pub(crate) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

/// Several runs in one snapshot, each below its command line.
#[derive(Debug, Default)]
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// Adds a run of the program with these arguments.
    pub(crate) fn add(&mut self, line: &str, ran: &Ran) {
        writeln!(self.text, "===== offerform {}\n{}", line.trim(), ran.whole()).unwrap();
    }

    /// All runs, in the order in which they were added.
    pub(crate) fn whole(&self) -> String {
        self.text.clone()
    }
}

/// A small offer of an unknown type; `definition` stands below `microsoft-azure-invented`.
pub(crate) fn offer(id: &str, definition: &str) -> String {
    format!(
        "publisherId: contoso\nid: {id}\nofferTypeId: microsoft-azure-invented\ndefinition:\n  offer:\n    \
         microsoft-azure-invented:\n      {definition}\n"
    )
}

/// Compares the whole of a run with the file of this name in `snapshots`.
macro_rules! whole {
    ($name:expr, $ran:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
        settings.add_filter(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]");
        settings.add_filter(r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC", "[time]");
        settings.add_filter(r"sha256:[0-9a-f]{64}", "sha256:[digest]");
        settings.add_filter(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[uuid]");
        settings.add_filter(r#"("revision(?:_before|_after)?": )"[^\n]*""#, "$1\"[revision]\"");
        settings.add_filter(r#"("milliseconds": )\d+"#, "$1[number]");
        settings.add_filter(&$crate::sealed::regex_literal(env!("CARGO_PKG_VERSION")), "[version]");
        settings.bind(|| insta::assert_snapshot!($name, $ran.whole()));
    }};
}
pub(crate) use whole;

/// `text` as a pattern that means nothing else.
pub(crate) fn regex_literal(text: &str) -> String {
    format!(r"\b{}\b", text.replace('.', r"\."))
}

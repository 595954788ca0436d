//! What `init` made and what it left, for people.

use std::io::{self, Write};

/// What became of the files that a repository begins with.
#[derive(Debug)]
pub struct Setup {
    /// The folder that was set up.
    pub folder: String,
    /// The files, relative to the folder.
    pub files: Vec<SetupFile>,
    /// What to do next, a sentence for each step.
    pub next: Vec<String>,
}

/// A file that a repository begins with.
#[derive(Debug)]
pub struct SetupFile {
    /// The path of the file, with slashes.
    pub path: &'static str,
    /// Whether the file was created, extended or left as it is.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was missing, and was made.
    Made,
    /// It was there, and a line was added. Only `.gitignore` is.
    Added(&'static str),
    /// It was there with the same content.
    Same,
    /// It was there with another content, and stays as it is.
    Other,
}

impl Outcome {
    /// The name of the outcome in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Added(_) => "added_to",
            Self::Same => "same",
            Self::Other => "other",
        }
    }
}

/// Writes a line for each file, and what to do next.
pub fn human(setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    for SetupFile { path, outcome } in &setup.files {
        match outcome {
            Outcome::Made => writeln!(out, "created {path}"),
            Outcome::Added(line) => writeln!(out, "added   {line} to {path}"),
            Outcome::Same => writeln!(out, "left    {path}  (exists)"),
            Outcome::Other => writeln!(out, "left    {path}  (exists with other content)"),
        }?;
    }
    writeln!(out, "\nWhat to do next:")?;
    let mut steps = setup.next.iter().enumerate();
    steps.try_for_each(|(position, step)| writeln!(out, "  {}. {step}", position + 1))
}

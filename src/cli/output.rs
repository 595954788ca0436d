//! The only place that writes to the terminal: data to stdout, narration to stderr.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::CliError;
use super::arguments::ColourChoice;
use super::commands::Broken;
use crate::file;
use crate::render::{Colour, Style, visible};

/// How wide a terminal is taken to be if it does not say, and everything that is no terminal.
const DEFAULT_WIDTH: usize = 100;

/// What is known of the terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    /// How stdout is written.
    pub(super) stdout: Style,
    /// How stderr is written.
    pub(super) stderr: Style,
    /// Whether somebody can be asked.
    pub(super) is_interactive: bool,
    /// Whether narration is wanted.
    pub(super) narration: Narration,
}

/// How much is printed besides the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Narration {
    /// Errors only.
    Quiet,
    /// What is done, line by line.
    Lines,
    /// What is done, moving.
    Live,
}

impl Terminal {
    /// Looks at the terminal. `NO_COLOR`, `CLICOLOR_FORCE` and `--color` are honoured, in this order of strength: the flag, then
    /// the variables, then whether it is a terminal at all.
    pub(super) fn new(choice: ColourChoice, quiet: bool, environment: &super::environment::Environment) -> Self {
        let live = io::stderr().is_terminal() && environment.get("CI").is_none();
        let narration = match (quiet, live) {
            (true, _) => Narration::Quiet,
            (false, true) => Narration::Live,
            (false, false) => Narration::Lines,
        };
        Self {
            stdout: style(choice, io::stdout().is_terminal(), environment),
            stderr: style(choice, io::stderr().is_terminal(), environment),
            is_interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            narration,
        }
    }
}

fn colour(choice: ColourChoice, terminal: bool, environment: &super::environment::Environment) -> Colour {
    let set = |name: &str| environment.get(name).is_some_and(|value| !value.is_empty() && value != "0");
    let on = match choice {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto if environment.get("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        ColourChoice::Auto if set("CLICOLOR_FORCE") => true,
        ColourChoice::Auto => terminal && environment.get("TERM").is_none_or(|term| term != "dumb"),
    };
    if on { Colour::On } else { Colour::Off }
}

/// As wide as the terminal; where there is none, as `COLUMNS` says.
fn style(choice: ColourChoice, terminal: bool, environment: &super::environment::Environment) -> Style {
    let width = if terminal { terminal_width() } else { None };
    let width = width.or_else(|| environment.get("COLUMNS")?.parse().ok());
    Style { colour: colour(choice, terminal, environment), width: width.unwrap_or(DEFAULT_WIDTH).clamp(40, 240) }
}

/// Writes data to stdout. A reader that has gone away has read enough.
pub(super) fn data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    let mut out = Broken::new(io::BufWriter::new(io::stdout().lock()));
    read_enough(write(&mut out).and_then(|()| out.finish()))
}

/// Writes to stdout what is ours to the last byte and not to be read by a build system: a script.
pub(super) fn script(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    read_enough(out.write_all(bytes).and_then(|()| out.flush()))
}

fn read_enough(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| CliError::from(&error)),
    }
}

/// Where something is written.
#[derive(Debug)]
pub(super) enum Destination<'a> {
    /// stdout, for whoever reads it.
    Stdout,
    /// stdout, to the last byte: commands for a build system.
    Log,
    /// The end of the summary of a step. That it cannot be written is a warning.
    Summary(PathBuf),
    /// A file of its own.
    File(&'a Path),
}

/// A rendering of the result in one format, and where it goes.
#[derive(Debug)]
pub(super) struct Rendered<'a> {
    destination: Destination<'a>,
    bytes: Vec<u8>,
}

impl<'a> Rendered<'a> {
    /// Renders the whole output, so that an error leaves no half of it.
    pub(super) fn new(
        destination: Destination<'a>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Self, CliError> {
        let mut bytes = Vec::new();
        write(&mut bytes).map_err(|error| CliError::from(&error))?;
        Ok(Self { destination, bytes })
    }
}

/// Writes outputs, in order.
pub(super) fn deliver(narration: Narration, outputs: &[Rendered<'_>]) -> Result<(), CliError> {
    for Rendered { destination, bytes } in outputs {
        match destination {
            Destination::Stdout => data(|out| out.write_all(bytes))?,
            Destination::Log => script(bytes)?,
            Destination::File(path) => file(path, |out| out.write_all(bytes))?,
            Destination::Summary(path) => {
                if let Err(source) = file::append(path, bytes) {
                    let error = CliError::failed(format!("writing the step summary: {}", io::Error::from(source)));
                    warning(narration, &error, "; there is none");
                }
            }
        }
    }
    Ok(())
}

/// Writes narration to stderr.
pub(super) fn narrate(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let mut out = Broken::new(io::BufWriter::new(io::stderr().lock()));
    // There is nowhere left to say that stderr is gone.
    let _ = write(&mut out).and_then(|()| out.finish());
}

/// Writes to stderr that something less important did not work, and what comes of it; not if nobody wants to know.
pub(super) fn warning(narration: Narration, error: &CliError, consequence: &str) {
    if narration != Narration::Quiet {
        narrate(|out| writeln!(out, "warning: {}{consequence}", visible(&error.failure().message)));
    }
}

/// Writes an error to stderr.
pub(super) fn error(error: &CliError) {
    let failure = error.failure();
    narrate(|out| {
        writeln!(out, "error: {}", visible(&failure.message))?;
        if let Some(id) = failure.correlation_id.as_deref().filter(|id| !failure.message.contains(*id)) {
            writeln!(out, "correlation id: {}", visible(id))?;
        }
        failure.hint.iter().try_for_each(|hint| writeln!(out, "hint: {}", visible(hint)))
    });
}

/// Writes a file in one step: readers see the old or the new one, never a half.
pub(super) fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(|source| CliError::failed(format!("writing `{}`: {source}", path.display())))?;
    file::write(path, &bytes).map_err(|error| not_written(path, error))
}

/// Writes files so that all of them are there in the end, or none of them changed. Folders are made where they are missing;
/// none below `base` may be a link.
pub(super) fn files(base: &Path, files: &[(PathBuf, &str)]) -> Result<(), CliError> {
    let mut batch = file::Batch::below(base);
    for (path, content) in files {
        batch.stage(path, content.as_bytes()).map_err(|error| not_written(path, error))?;
    }
    batch.commit().map_err(|error| not_written(base, error))
}

/// A path as it is shown: from the folder in which the program was started, if it is below that.
pub(super) fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    visible(&path.strip_prefix(&current).unwrap_or(path).display().to_string()).into_owned()
}

/// The error that a file cannot be written.
pub(super) fn not_written(path: &Path, error: file::Error) -> CliError {
    let is_link = matches!(error, file::Error::Link(_));
    let error = CliError::failed(format!("writing `{}`: {}", path.display(), io::Error::from(error)));
    if is_link { error.hint("give the target of the link, or remove the link") } else { error }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

//! What plan and drift print and write, in each format.

use std::io::{self, Write};

use super::CliError;
use super::arguments::{PageFiles, PageFormat};
use super::context::Context;
use super::output;
use super::plan_file::Saved;
use crate::render::drift::Drift;
use crate::render::json::v1;
use crate::render::markdown::{self, Medium};
use crate::render::{Style, html, human, workflow};

/// What is to be shown.
#[derive(Clone, Copy)]
pub(super) enum Page<'a> {
    /// A plan, as it would be saved.
    Plan(&'a Saved<'a>),
    /// What a drift run found.
    Drift(&'a Drift),
}

impl Page<'_> {
    fn human(self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        match self {
            Self::Plan(saved) => human::plan(saved.plan, out, style),
            Self::Drift(drift) => human::drift(drift, out, style),
        }
    }

    fn json(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => saved.write(out),
            Self::Drift(drift) => v1::drift(drift, out),
        }
    }

    fn markdown(self, medium: Medium, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => markdown::plan(saved.plan, medium, out),
            Self::Drift(drift) => markdown::drift(drift, medium, out),
        }
    }

    fn html(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => html::plan(saved.plan, out),
            Self::Drift(drift) => html::drift(drift, out),
        }
    }

    fn annotations(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => workflow::plan(saved.plan, out),
            Self::Drift(drift) => workflow::drift(drift, out),
        }
    }

    fn last_line(self) -> String {
        match self {
            Self::Plan(saved) => human::last_line(saved.plan.summary()),
            Self::Drift(drift) => human::drift_line(drift),
        }
    }
}

/// Prints it.
pub(super) fn show(context: &Context, page: Page<'_>, format: PageFormat) -> Result<(), CliError> {
    match format {
        PageFormat::Human => output::data(|out| page.human(out, context.terminal.stdout)),
        PageFormat::Json => output::data(|out| page.json(out)),
        PageFormat::Markdown => output::data(|out| page.markdown(Medium::Comment, out)),
        PageFormat::Html => output::data(|out| page.html(out)),
        PageFormat::Github => github(context, page),
    }
}

/// The whole to unfold, annotations, and the line that counts, which others parse.
fn github(context: &Context, page: Page<'_>) -> Result<(), CliError> {
    output::script(b"::group::All of it\n")?;
    output::data(|out| page.human(out, context.terminal.stdout))?;
    // These lines are commands on purpose, and what they hold is escaped.
    let mut commands = b"::endgroup::\n".to_vec();
    page.annotations(&mut commands).map_err(|error| CliError::from(&error))?;
    output::script(&commands)?;
    summary(context, |out| page.markdown(Medium::Summary, out));
    output::data(|out| writeln!(out, "{}", page.last_line()))
}

/// Adds a page to the summary of the step of GitHub Actions that this runs in, if it does.
pub(super) fn summary(context: &Context, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let Some(path) = context.environment.get("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return };
    let appended = || {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        bytes.push(b'\n');
        file.write_all(&bytes)
    };
    if let Err(source) = appended() {
        let error = CliError::failed(format!("writing the summary of the step: {source}"));
        output::warning(context.terminal.narration, &error, "; there is none");
    }
}

/// Writes the files that were asked for.
pub(super) fn write(page: Page<'_>, files: &PageFiles) -> Result<(), CliError> {
    if let Some(path) = &files.json {
        output::file(path, |out| page.json(out))?;
    }
    if let Some(path) = &files.markdown {
        output::file(path, |out| page.markdown(Medium::Comment, out))?;
    }
    if let Some(path) = &files.html {
        output::file(path, |out| page.html(out))?;
    }
    Ok(())
}

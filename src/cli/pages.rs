//! What plan, apply, drift, status and validate print and write, in each format.

use std::io::{self, Write};
use std::path::Path;

use super::CliError;
use super::arguments::{Files, PageFormat, Pages};
use super::context::Context;
use super::output;
use super::plan_file::Saved;
use crate::apply::Report;
use crate::file;
use crate::render::drift::Drift;
use crate::render::json::v1;
use crate::render::markdown::{self, Medium};
use crate::render::standing::Standings;
use crate::render::validation::{self, Validation};
use crate::render::{Style, html, human, workflow};

/// What is to be shown.
#[derive(Clone, Copy)]
pub(super) enum Page<'a> {
    /// A plan, as it would be saved.
    Plan(&'a Saved<'a>),
    /// What a drift run found.
    Drift(&'a Drift),
    /// What became of a run.
    Run(&'a Report),
    /// How offers stand.
    Status(&'a Standings),
    /// What is wrong with the files.
    Findings(&'a Validation<'a>),
}

impl Page<'_> {
    fn human(self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        match self {
            Self::Plan(saved) => human::plan(saved.plan, out, style),
            Self::Drift(drift) => human::drift(drift, out, style),
            Self::Run(report) => human::report(report, out, style),
            Self::Status(standings) => human::standings(standings, out, style),
            Self::Findings(found) => validation::human(found, out, style),
        }
    }

    fn json(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => saved.write(out),
            Self::Drift(drift) => v1::drift(drift, out),
            Self::Run(report) => v1::report(report, out),
            Self::Status(standings) => v1::standings(standings, out),
            Self::Findings(found) => v1::validation(found, out),
        }
    }

    fn markdown(self, medium: Medium<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => markdown::plan(saved.plan, medium, out),
            Self::Drift(drift) => markdown::drift(drift, medium, out),
            Self::Run(report) => markdown::report(report, medium, out),
            Self::Status(standings) => markdown::standings(standings, medium, out),
            Self::Findings(found) => markdown::validation(found, medium, out),
        }
    }

    fn html(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => html::plan(saved.plan, out),
            Self::Drift(drift) => html::drift(drift, out),
            Self::Run(report) => html::report(report, out),
            Self::Status(standings) => html::standings(standings, out),
            Self::Findings(found) => html::validation(found, out),
        }
    }

    fn annotations(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => workflow::plan(saved.plan, out),
            Self::Drift(drift) => workflow::drift(drift, out),
            Self::Run(report) => workflow::report(report, out),
            Self::Status(standings) => workflow::standings(standings, out),
            Self::Findings(found) => validation::annotations(found, out),
        }
    }

    pub(super) fn last_line(self) -> String {
        match self {
            Self::Plan(saved) => human::last_line(saved.plan.summary()),
            Self::Drift(drift) => human::drift_line(drift),
            Self::Run(report) => human::report_line(report),
            Self::Status(standings) => human::standings_line(standings),
            Self::Findings(found) => found.summary(),
        }
    }
}

/// Prints it.
pub(super) fn show(context: &Context, page: Page<'_>, format: PageFormat, pages: &Pages) -> Result<(), CliError> {
    match format {
        PageFormat::Human => output::data(|out| page.human(out, context.terminal.stdout)),
        PageFormat::Json => output::data(|out| page.json(out)),
        PageFormat::Markdown => output::data(|out| page.markdown(pages.comment(), out)),
        PageFormat::Html => output::data(|out| page.html(out)),
        PageFormat::Github => github(context, page, pages),
    }
}

/// The whole to unfold, annotations, and the line that counts, which others parse.
fn github(context: &Context, page: Page<'_>, pages: &Pages) -> Result<(), CliError> {
    output::script(b"::group::Details\n")?;
    output::data(|out| page.human(out, context.terminal.stdout))?;
    output::script(b"::endgroup::\n")?;
    annotate(context, page, pages)?;
    output::data(|out| writeln!(out, "{}", page.last_line()))
}

/// Annotations for the log, and the page for the summary of the step.
pub(super) fn annotate(context: &Context, page: Page<'_>, pages: &Pages) -> Result<(), CliError> {
    // These lines are commands on purpose, and what they hold is escaped.
    let mut commands = Vec::new();
    page.annotations(&mut commands).map_err(|error| CliError::from(&error))?;
    output::script(&commands)?;
    let medium = Medium { room: Medium::GITHUB_SUMMARY, html: pages.html_url.as_deref() };
    summary(context, |out| page.markdown(medium, out));
    Ok(())
}

/// Adds a page to the summary of the step of GitHub Actions that this runs in, if it does.
fn summary(context: &Context, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let Some(path) = context.environment.get("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return };
    let appended = || -> io::Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        bytes.push(b'\n');
        Ok(file::append(Path::new(path), &bytes)?)
    };
    if let Err(source) = appended() {
        let error = CliError::failed(format!("writing the summary of the step: {source}"));
        output::warning(context.terminal.narration, &error, "; there is none");
    }
}

/// Writes the files that were asked for.
pub(super) fn write(page: Page<'_>, files: &Files) -> Result<(), CliError> {
    if let Some(path) = &files.json {
        output::file(path, |out| page.json(out))?;
    }
    write_pages(page, &files.pages)
}

/// Writes the pages that were asked for.
pub(super) fn write_pages(page: Page<'_>, pages: &Pages) -> Result<(), CliError> {
    if let Some(path) = &pages.markdown {
        output::file(path, |out| page.markdown(pages.comment(), out))?;
    }
    if let Some(path) = &pages.html {
        output::file(path, |out| page.html(out))?;
    }
    Ok(())
}

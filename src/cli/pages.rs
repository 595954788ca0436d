//! What plan, apply, drift, status and validate print and write, in each format.

use std::io::{self, Write};

use super::CliError;
use super::arguments::{Files, PageFormat, Pages};
use super::context::Context;
use super::output::{self, Destination, Rendered};
use super::plan_file::Saved;
use crate::apply::Report;
use crate::render::drift::Drift;
use crate::render::json::v1;
use crate::render::markdown::{self, Medium};
use crate::render::status::Statuses;
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
    Status(&'a Statuses),
    /// What is wrong with the files.
    Findings(&'a Validation<'a>),
}

impl Page<'_> {
    fn human(self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        match self {
            Self::Plan(saved) => human::plan(saved.plan, out, style),
            Self::Drift(drift) => human::drift(drift, out, style),
            Self::Run(report) => human::report(report, out, style),
            Self::Status(statuses) => human::statuses(statuses, out, style),
            Self::Findings(found) => validation::human(found, out, style),
        }
    }

    fn json(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => saved.write(out),
            Self::Drift(drift) => v1::drift(drift, out),
            Self::Run(report) => v1::report(report, out),
            Self::Status(statuses) => v1::statuses(statuses, out),
            Self::Findings(found) => v1::validation(found, out),
        }
    }

    fn markdown(self) -> io::Result<markdown::Page> {
        match self {
            Self::Plan(saved) => Ok(markdown::plan(saved.plan)),
            Self::Drift(drift) => markdown::drift(drift),
            Self::Run(report) => markdown::report(report),
            Self::Status(statuses) => markdown::statuses(statuses),
            Self::Findings(found) => Ok(markdown::validation(found)),
        }
    }

    fn html(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => html::plan(saved.plan, out),
            Self::Drift(drift) => html::drift(drift, out),
            Self::Run(report) => html::report(report, out),
            Self::Status(statuses) => html::statuses(statuses, out),
            Self::Findings(found) => html::validation(found, out),
        }
    }

    fn annotations(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Plan(saved) => workflow::plan(saved.plan, out),
            Self::Drift(drift) => workflow::drift(drift, out),
            Self::Run(report) => workflow::report(report, out),
            Self::Status(statuses) => workflow::statuses(statuses, out),
            Self::Findings(found) => validation::annotations(found, out),
        }
    }

    pub(super) fn last_line(self) -> String {
        match self {
            Self::Plan(saved) => human::last_line(saved.plan.summary()),
            Self::Drift(drift) => human::drift_line(drift),
            Self::Run(report) => human::report_line(report),
            Self::Status(statuses) => human::statuses_line(statuses),
            Self::Findings(found) => found.summary(),
        }
    }
}

/// Prints it, and writes the files that were asked for.
pub(super) fn deliver(
    context: &Context,
    page: Page<'_>,
    (format, files): (PageFormat, &Files),
) -> Result<(), CliError> {
    let mut outputs = printed(context, page, format, &files.pages)?;
    outputs.extend(written(page, files)?);
    output::deliver(context.terminal.narration, &outputs)
}

/// Prints it, and writes no file.
pub(super) fn print(context: &Context, page: Page<'_>, format: PageFormat, pages: &Pages) -> Result<(), CliError> {
    output::deliver(context.terminal.narration, &printed(context, page, format, pages)?)
}

/// Annotations for the log of GitHub Actions, and the page for the summary of the step.
pub(super) fn annotate(context: &Context, page: Page<'_>, pages: &Pages) -> Result<(), CliError> {
    output::deliver(context.terminal.narration, &annotated(context, page, pages)?)
}

/// Writes the files that were asked for.
pub(super) fn write(context: &Context, page: Page<'_>, files: &Files) -> Result<(), CliError> {
    output::deliver(context.terminal.narration, &written(page, files)?)
}

/// Writes the Markdown and HTML files that were asked for.
pub(super) fn write_pages(context: &Context, page: Page<'_>, pages: &Pages) -> Result<(), CliError> {
    output::deliver(context.terminal.narration, &written_pages(page, pages)?)
}

/// What is printed.
fn printed<'a>(
    context: &'a Context,
    page: Page<'_>,
    format: PageFormat,
    pages: &Pages,
) -> Result<Vec<Rendered<'a>>, CliError> {
    let human = |out: &mut dyn Write| page.human(out, context.terminal.stdout);
    let of = |write: &dyn Fn(&mut dyn Write) -> io::Result<()>| Ok(vec![Rendered::new(Destination::Stdout, write)?]);
    match format {
        PageFormat::Human => of(&human),
        PageFormat::Json => of(&|out| page.json(out)),
        PageFormat::Markdown => of(&|out| page.markdown()?.write(pages.comment(), out)),
        PageFormat::Html => of(&|out| page.html(out)),
        // The whole to unfold, annotations, and the line that counts, which others parse.
        PageFormat::Github => {
            let mut outputs = vec![
                Rendered::new(Destination::Log, |out| out.write_all(b"::group::Details\n"))?,
                Rendered::new(Destination::Stdout, human)?,
                Rendered::new(Destination::Log, |out| out.write_all(b"::endgroup::\n"))?,
            ];
            outputs.extend(annotated(context, page, pages)?);
            outputs.push(Rendered::new(Destination::Stdout, |out| writeln!(out, "{}", page.last_line()))?);
            Ok(outputs)
        }
    }
}

/// Annotations for the log, and the page for the summary of the step of GitHub Actions that this runs in, if it does.
fn annotated<'a>(context: &'a Context, page: Page<'_>, pages: &Pages) -> Result<Vec<Rendered<'a>>, CliError> {
    // These lines are commands on purpose, and what they hold is escaped.
    let mut outputs = vec![Rendered::new(Destination::Log, |out| page.annotations(out))?];
    let summary = context.environment.get("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
    if let Some(path) = summary {
        let medium = Medium { room: Medium::GITHUB_SUMMARY, html: pages.html_url.as_deref() };
        let write = |out: &mut dyn Write| {
            page.markdown()?.write(medium, out)?;
            writeln!(out)
        };
        outputs.push(Rendered::new(Destination::Summary(path.into()), write)?);
    }
    Ok(outputs)
}

/// The files that were asked for.
fn written<'a>(page: Page<'_>, files: &'a Files) -> Result<Vec<Rendered<'a>>, CliError> {
    let mut outputs = Vec::new();
    if let Some(path) = &files.json {
        outputs.push(Rendered::new(Destination::File(path), |out| page.json(out))?);
    }
    outputs.extend(written_pages(page, &files.pages)?);
    Ok(outputs)
}

/// The pages that were asked for.
fn written_pages<'a>(page: Page<'_>, pages: &'a Pages) -> Result<Vec<Rendered<'a>>, CliError> {
    let mut outputs = Vec::new();
    if let Some(path) = &pages.markdown {
        outputs.push(Rendered::new(Destination::File(path), |out| page.markdown()?.write(pages.comment(), out))?);
    }
    if let Some(path) = &pages.html {
        outputs.push(Rendered::new(Destination::File(path), |out| page.html(out))?);
    }
    Ok(outputs)
}

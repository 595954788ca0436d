//! `offerform validate`: what is wrong with the files, without asking the service.

use std::sync::Arc;

use super::arguments::{PageFormat, Report, ValidateArguments};
use super::context::Context;
use super::findings::{self, Chosen};
use super::output::Narration;
use super::pages::{self, Page};
use super::{CliError, Exit, output};
use crate::artifact::{Fetch, HttpFetch, Limits, Reach};
use crate::diagnostic::Severity;
use crate::render::validation::{self, Validation};

pub(super) async fn run(context: &Context, arguments: &ValidateArguments) -> Result<Exit, CliError> {
    let chosen = Chosen::of(context, &arguments.declared);
    let fetch: Option<Arc<dyn Fetch>> = if arguments.online {
        Some(Arc::new(HttpFetch::new(Reach::Public, Limits::default()).map_err(|error| CliError::from(&error))?))
    } else {
        None
    };
    let examined = findings::examine(context, &chosen, fetch).await?;
    let validation = Validation { found: &examined.found, sources: &examined.sources, offers: examined.offers };
    let page = Page::Findings(&validation);
    match arguments.print.format {
        Report::Human => pages::show(context, page, PageFormat::Human, &arguments.files.pages)?,
        Report::Json => pages::show(context, page, PageFormat::Json, &arguments.files.pages)?,
        Report::Markdown => pages::show(context, page, PageFormat::Markdown, &arguments.files.pages)?,
        Report::Html => pages::show(context, page, PageFormat::Html, &arguments.files.pages)?,
        // People read the annotations where they belong; the log needs nothing else.
        Report::Github => pages::annotate(context, page, &arguments.files.pages)?,
        Report::Sarif => output::data(|out| validation::sarif(&validation, out))?,
        Report::Junit => output::data(|out| validation::junit(&validation, out))?,
    }
    pages::write(page, &arguments.files)?;
    if let Some(path) = &arguments.sarif {
        output::file(path, |out| validation::sarif(&validation, out))?;
    }
    if let Some(path) = &arguments.junit {
        output::file(path, |out| validation::junit(&validation, out))?;
    }
    if arguments.print.format != Report::Human && context.terminal.narration != Narration::Quiet {
        output::narrate(|out| writeln!(out, "{}", validation.summary()));
    }
    let worst = examined.found.iter().map(|finding| finding.severity).min();
    Ok(match worst {
        Some(Severity::Error) => Exit::Error,
        Some(Severity::Warning) if arguments.strict => Exit::Error,
        _ => Exit::Done,
    })
}

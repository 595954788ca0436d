//! `offerform validate`: what is wrong with the files, without asking the service.

use std::sync::Arc;

use super::arguments::{PageFormat, Report, ValidateArguments};
use super::context::Context;
use super::output::Narration;
use super::pages::{self, Page};
use super::{CliError, Exit, account_keys, findings, output};
use crate::artifact::{Fetch, HttpFetch, Limits, Reach};
use crate::diagnostic::Severity;
use crate::reconcile;
use crate::render::validation::{self, Validation};
use crate::render::visible;
use crate::rules::CheckedContent;
use crate::text::counted;
use crate::workspace::{Examined, Selection};

pub(super) async fn run(context: &Context, arguments: &ValidateArguments) -> Result<Exit, CliError> {
    let selection = findings::selection(context, &arguments.declared);
    let examined = if arguments.online {
        examined_with_files(context, &selection).await?
    } else {
        context.repository.examine(&selection, context.clock.now())?
    };
    let validation = Validation { found: &examined.found, sources: &examined.sources, offers: examined.offers };
    let page = Page::Findings(&validation);
    let pages = &arguments.files.pages;
    match arguments.print.format {
        Report::Human => pages::print(context, page, PageFormat::Human, pages)?,
        Report::Json => pages::print(context, page, PageFormat::Json, pages)?,
        Report::Markdown => pages::print(context, page, PageFormat::Markdown, pages)?,
        Report::Html => pages::print(context, page, PageFormat::Html, pages)?,
        // People read the annotations where they belong; the log needs nothing else.
        Report::Github => pages::annotate(context, page, pages)?,
        Report::Sarif => output::data(|out| validation::sarif(&validation, out))?,
        Report::Junit => output::data(|out| validation::junit(&validation, out))?,
    }
    pages::write(context, page, &arguments.files)?;
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

/// Also looks at the files that offers name; what is too large to be looked at is reported.
async fn examined_with_files(context: &Context, selection: &Selection) -> Result<Examined, CliError> {
    let fetch: Arc<dyn Fetch> =
        Arc::new(HttpFetch::new(Reach::Public, Limits::default()).map_err(|error| CliError::from(&error))?);
    let fetched = context.repository.examine_with_files(selection, context.clock.now())?;
    account_keys::fetch_to_look(context, account_keys::left_to_azure(fetched.secrets())).await;
    let wanted = fetched.wanted();
    let is_told = context.terminal.narration != Narration::Quiet;
    if is_told {
        output::narrate(|out| writeln!(out, "Fetching {}", counted(wanted.len(), ("file", "files"))));
    }
    let files = reconcile::files(fetch, wanted).await;
    let unseen = files.iter().filter(|(_, seen)| matches!(seen, Ok(CheckedContent::NotFetched(_))));
    for (wanted, _) in unseen.filter(|_| is_told) {
        let address = wanted.address.to_string();
        output::narrate(|out| writeln!(out, "Too large to check: {}", visible(&address)));
    }
    Ok(fetched.examine(&files))
}

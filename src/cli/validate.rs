//! `offerform validate`: what is wrong with the files, without asking the service.

use std::io::{self, Write};
use std::sync::Arc;

use super::arguments::{Report, ValidateArguments};
use super::context::Context;
use super::findings::{self, Chosen};
use super::output::Narration;
use super::{CliError, Exit, output, pages};
use crate::artifact::{Fetch, HttpFetch, Limits, Reach};
use crate::diagnostic::Severity;
use crate::render::json::v1;
use crate::render::markdown::{self, Medium};
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
    match arguments.print.format {
        // These lines are commands on purpose, and what they hold is escaped.
        Report::Github => {
            let mut commands = Vec::new();
            validation::annotations(&validation, &mut commands).map_err(|error| CliError::from(&error))?;
            output::script(&commands)?;
        }
        format => output::data(|out| write(context, format, &validation, out))?,
    }
    let files = [(&arguments.json, Report::Json), (&arguments.sarif, Report::Sarif), (&arguments.junit, Report::Junit)];
    for (path, format) in files {
        if let Some(path) = path {
            output::file(path, |out| write(context, format, &validation, out))?;
        }
    }
    if let Some(path) = &arguments.markdown {
        output::file(path, |out| markdown::validation(&validation, Medium::Comment, out))?;
    }
    if arguments.print.format == Report::Github {
        pages::summary(context, |out| markdown::validation(&validation, Medium::Summary, out));
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

fn write(context: &Context, format: Report, validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Report::Human => validation::human(validation, out, context.terminal.stdout),
        Report::Json => v1::validation(validation, out),
        Report::Sarif => validation::sarif(validation, out),
        Report::Junit => validation::junit(validation, out),
        Report::Github => validation::annotations(validation, out),
    }
}

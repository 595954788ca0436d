//! Shows what is wrong with files, and ends the command if they cannot be used.

use super::CliError;
use super::arguments::Declared;
use super::context::Context;
use super::output::{self, Narration};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::plan::Plan;
use crate::render::diagnostics;
use crate::source::Sources;
use crate::workspace::{self, Findings, Selection, Workspace};

/// The offers that are asked for on the command line and in the settings.
pub(super) fn selection(context: &Context, declared: &Declared) -> Selection {
    Selection {
        paths: declared.paths.clone(),
        offers: declared.selection.offers.clone(),
        publisher: context.settings.publisher.clone(),
    }
}

/// The workspace, once what was found in its files is shown; errors among it end the command.
pub(super) fn opened(context: &Context, opened: Result<Workspace, workspace::Error>) -> Result<Workspace, CliError> {
    match opened {
        Ok(workspace) => {
            print(context, &workspace.found, &workspace.sources);
            Ok(workspace)
        }
        Err(error) => Err(failed(context, error)),
    }
}

/// The offers in the files, whatever publisher the settings name; `None` if there are no files. Files that cannot be used end the
/// command: what they say counts, also about an offer that is named.
pub(super) fn declared(context: &Context) -> Result<Option<Workspace>, CliError> {
    if context.repository.missing_offers().is_some() {
        return Ok(None);
    }
    match context.repository.open(&Selection::default()) {
        Err(workspace::Error::NoMatch(0)) => Ok(None),
        found => opened(context, found).map(Some),
    }
}

/// The error of files that cannot be used, once what was found in them is shown.
pub(super) fn failed(context: &Context, error: workspace::Error) -> CliError {
    if let workspace::Error::Unusable(findings) = &error {
        print(context, &findings.found, &findings.sources);
    }
    CliError::from(error)
}

/// Shows what is wrong with the files of the base, which stops nothing.
pub(super) fn of_base(context: &Context, revision: Option<&str>, findings: Option<&Findings>) {
    let Some(Findings { found, sources }) = findings else { return };
    if context.terminal.narration != Narration::Quiet {
        let revision = crate::render::visible(revision.unwrap_or("HEAD")).into_owned();
        output::narrate(|out| {
            writeln!(out, "the files at {revision} have findings; the readable ones are used:")?;
            diagnostics::diagnostics(found, sources, out, context.terminal.stderr)
        });
    }
}

/// Shows what rules find in the files: an error in a value that the plan writes ends the command.
pub(super) fn of_plan(context: &Context, plan: &Plan, sources: &Sources) -> Result<(), CliError> {
    let mut found = Diagnostics::default();
    for offer in plan.offers() {
        found.append(offer.errors().clone());
        found.append(offer.already().iter().map(already).collect());
        found.append(offer.idle_allowances().clone());
    }
    found.arrange(sources);
    print(context, &found, sources);
    if found.has_errors() {
        return Err(CliError::failed("the plan would write values with errors; nothing was sent"));
    }
    Ok(())
}

/// A finding about a value that stays as it is in the portal.
fn already(finding: &Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        message: format!("{}; the portal already has this value", finding.message),
        ..finding.clone()
    }
}

/// Errors are shown always, and what is no error if narration is wanted.
fn print(context: &Context, found: &Diagnostics, sources: &Sources) {
    let terminal = &context.terminal;
    if found.has_errors() || (!found.is_empty() && terminal.narration != Narration::Quiet) {
        output::narrate(|out| diagnostics::diagnostics(found, sources, out, terminal.stderr));
    }
}

//! Releases for people: what a plan will do, and what became of it.

use std::io::{self, Write};

use crate::apply::{ReleaseReport, StepOutcome, StepReport};
use crate::backend::{FailedOperation, FailedStep};
use crate::offer::IdentityPath;
use crate::plan::release::{Level, Obstacle, ReleasePlan, ReleaseStep, Start};
use crate::render::{Style, visible, words};

/// Writes the release of an offer in a plan; nothing if none is to do.
pub fn plan(release: &ReleasePlan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    if release.is_empty() {
        return Ok(());
    }
    let way = format!("release: {} -> {}", level(release.from), level(release.to));
    writeln!(out, "    {}", style.strong(way))?;
    release.steps.iter().try_for_each(|step| writeln!(out, "      {}", planned(step, style)))?;
    match &release.obstacle {
        None => Ok(()),
        Some(Obstacle::Busy(operation)) => {
            let head = format!("! the service is busy with another draft: {operation}");
            writeln!(out, "      {}", style.removed(visible(&head)))?;
            writeln!(out, "        --if-publishing says what to do: wait, skip or cancel")
        }
        Some(Obstacle::Failed(failed)) => failure(failed, out, style),
        Some(Obstacle::Unsettled(places)) => {
            writeln!(out, "      {}", style.removed(format!("! {}", unsettled(places))))?;
            writeln!(
                out,
                "        `offerform adopt` writes these values into the files; `--drift revert` replaces them"
            )
        }
    }
}

/// Why an offer is not released whose draft holds values that no file declares.
#[must_use]
pub fn unsettled(places: &[IdentityPath]) -> String {
    let named: Vec<String> = places.iter().take(3).map(|place| visible(place.as_str()).into_owned()).collect();
    let more = if places.len() > 3 { format!(" and {} more", places.len() - 3) } else { String::new() };
    format!("not released: the draft has values that no file declares: {}{more}", named.join(", "))
}

/// How far something is released.
pub(in crate::render) fn level(level: Level) -> &'static str {
    match level {
        Level::Draft => "draft",
        Level::Preview => "preview",
        Level::Live => "live",
    }
}

fn planned(step: &ReleaseStep, style: Style) -> String {
    let start = match &step.start {
        Start::Now => String::new(),
        Start::Attach(operation) => format!(", already running ({operation})"),
        Start::AfterWaiting(operation) => format!(", after the service has finished an older draft ({operation})"),
        Start::AfterCancelling(operation) => format!(", after cancelling the running operation ({operation})"),
    };
    let usually = step.estimate.as_ref().map_or(String::new(), |estimate| format!("  # usually {estimate}"));
    let head = format!("> {}{}", step.kind, visible(&start));
    format!("{}{}", style.changed(head), style.faint(visible(&usually).into_owned()))
}

fn failure(failed: &FailedOperation, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let head = format!("! {} of this draft failed; pass --retry-publish to start it again", failed.operation);
    writeln!(out, "      {}", style.removed(visible(&head)))?;
    failed_steps(&failed.steps, "        ", out, style)
}

/// Writes what the service says about steps that went wrong: its own words, as text.
pub(super) fn failed_steps(steps: &[FailedStep], indent: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let space = style.width.saturating_sub(indent.len() + 2);
    for failed in steps {
        let step = if failed.step.is_empty() { "the whole" } else { failed.step.as_str() };
        writeln!(out, "{indent}{}", style.strong(visible(&format!("{step}: {}", failed.status))))?;
        for message in &failed.messages {
            let lines = message.lines().flat_map(|line| words::wrapped(&visible(line), space));
            lines.into_iter().try_for_each(|line| writeln!(out, "{indent}  {line}"))?;
        }
    }
    Ok(())
}

/// Writes what became of a release.
pub(super) fn report(release: &ReleaseReport, out: &mut dyn Write, style: Style) -> io::Result<()> {
    release.steps.iter().try_for_each(|step| step_report(step, out, style))
}

/// Writes what became of one step of a release.
pub fn step_report(step: &StepReport, out: &mut dyn Write, style: Style) -> io::Result<()> {
    use crate::apply::Verdict;
    let words = step.outcome.words();
    let said = match step.outcome.verdict() {
        Verdict::Good => style.added(words),
        Verdict::Refused => style.changed(words),
        Verdict::Bad => style.removed(words),
    };
    let operation = step.operation.as_deref().map_or(String::new(), |id| format!(" ({})", visible(id)));
    writeln!(out, "  {}: {said}{}", step.kind, style.faint(operation))?;
    let space = style.width.saturating_sub(6);
    let paragraph = |text: &str, out: &mut dyn Write| {
        words::wrapped(&visible(text), space).into_iter().try_for_each(|line| writeln!(out, "    {line}"))
    };
    if let StepOutcome::Failed(found) = &step.outcome {
        failed_steps(found, "    ", out, style)?;
    }
    if let Some(message) = step.outcome.message() {
        paragraph(message, out)?;
    }
    match step.outcome.hint() {
        Some(hint) => paragraph(&format!("hint: {hint}"), out),
        None => Ok(()),
    }
}

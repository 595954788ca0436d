//! The report of a run for people.

use std::io::{self, Write};

use super::release;
use crate::apply::{ErrorMessage, OfferReport, Outcome, Report, StepOutcome, Verdict};
use crate::offer::OfferAddress;
use crate::render::outcome::lists;
use crate::render::{Style, visible, words};

/// Writes what became of every offer, and a last line that counts.
pub fn report(report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for offer in report.offers.iter().filter(|offer| offer.is_busy()) {
        write_offer(offer, out, style)?;
    }
    if report.interrupted {
        writeln!(
            out,
            "{}",
            style.changed("interrupted: requests in flight were finished, and nothing else was started")
        )?;
    }
    releases(report, out)?;
    writeln!(out, "{}", last_line(report))
}

/// Writes how many steps of releases ended how; nothing if there were none.
fn releases(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let steps: Vec<&StepOutcome> =
        report.offers.iter().flat_map(|offer| &offer.release.steps).map(|step| &step.outcome).collect();
    if steps.is_empty() {
        return Ok(());
    }
    let count = |wanted: &[&str]| steps.iter().filter(|outcome| wanted.contains(&outcome.name())).count();
    let (done, running) = (count(&["done"]), count(&["started", "running", "timed_out"]));
    let (later, rest) = (count(&["later"]), steps.len());
    writeln!(
        out,
        "Release: {done} done, {running} running, {later} to come, {} not done.",
        rest - done - running - later
    )
}

/// Writes why offers could not be planned.
pub fn failures(failures: &[(OfferAddress, ErrorMessage)], out: &mut dyn Write, style: Style) -> io::Result<()> {
    for (address, failure) in failures {
        let address = visible(&address.to_string()).into_owned();
        writeln!(out, "{}: {}", style.strong(address), style.removed("could not be read"))?;
        write_failure(failure, out, style)?;
    }
    Ok(())
}

fn write_offer(offer: &OfferReport, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let address = visible(&offer.address.to_string()).into_owned();
    let words = ended(offer);
    let words = match offer.verdict() {
        Verdict::Good => style.added(words),
        Verdict::Refused => style.changed(words),
        Verdict::Bad => style.removed(words),
    };
    writeln!(out, "{}: {words}", style.strong(address))?;
    let space = style.width.saturating_sub(4);
    match &offer.outcome {
        Outcome::Failed(failure) | Outcome::Unknown(failure) => write_failure(failure, out, style)?,
        Outcome::Conflict { reason } => {
            paragraph(&visible(reason), "  ", space, out)?;
            writeln!(out, "  {} run plan again and review it", style.strong("hint:"))?;
        }
        _ => {}
    }
    for remark in &offer.remarks {
        let text = format!("{}: {}", remark.kind.name().replace('_', " "), visible(&remark.text));
        paragraph(&text, "  ", space, out)?;
    }
    for text in lists(offer) {
        paragraph(&visible(&text), "  ", space, out)?;
    }
    release::report(&offer.release, out, style)
}

/// Writes what went wrong, and what to do next.
fn write_failure(failure: &ErrorMessage, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let space = style.width.saturating_sub(4);
    paragraph(&visible(&failure.message), "  ", space, out)?;
    if let Some(id) = failure.correlation_id.as_deref().filter(|id| !failure.message.contains(*id)) {
        writeln!(out, "  correlation id: {}", visible(id))?;
    }
    if let Some(hint) = &failure.hint {
        paragraph(&format!("hint: {}", visible(hint)), "  ", space, out)?;
    }
    Ok(())
}

fn paragraph(text: &str, indent: &str, space: usize, out: &mut dyn Write) -> io::Result<()> {
    words::wrapped(text, space).into_iter().try_for_each(|line| writeln!(out, "{indent}{line}"))
}

/// How an offer ended: the write and the release together. An offer whose release failed has failed.
pub(in crate::render) fn ended(offer: &OfferReport) -> String {
    match (offer.verdict(), offer.outcome.verdict()) {
        (Verdict::Bad, Verdict::Good) => format!("failed ({})", said(offer)),
        (Verdict::Refused, Verdict::Good) => format!("refused ({})", said(offer)),
        _ => said(offer).to_owned(),
    }
}

/// What became of the draft of an offer, in a few words.
fn said(offer: &OfferReport) -> &'static str {
    match &offer.outcome {
        Outcome::Unchanged if !offer.release.steps.is_empty() => "nothing to write",
        Outcome::Unchanged => "no changes",
        Outcome::AlreadyDone => "already as declared",
        Outcome::Created => "created",
        Outcome::Updated => "updated",
        Outcome::Incomplete => "written, but the portal differs from the files",
        Outcome::Conflict { .. } => "conflict, not written",
        Outcome::Failed(_) => "failed, not written",
        Outcome::Unknown(_) => "unknown whether it was written",
        Outcome::NotStarted => "not started",
    }
}

/// The last line of what apply says.
#[must_use]
pub fn last_line(report: &Report) -> String {
    let good = |wanted: &[&str]| {
        let fits = |offer: &&OfferReport| offer.verdict() == Verdict::Good && wanted.contains(&offer.outcome.name());
        report.offers.iter().filter(fits).count()
    };
    let count = |verdict: Verdict| report.offers.iter().filter(|offer| offer.verdict() == verdict).count();
    format!(
        "Apply: {} created, {} updated, {} unchanged, {} refused, {} failed.",
        good(&["created"]),
        good(&["updated"]),
        good(&["unchanged", "already_done"]),
        count(Verdict::Refused),
        count(Verdict::Bad),
    )
}

//! Commands of GitHub Actions, which a step writes to its output. Source: docs.github.com "Workflow commands for GitHub Actions".
//!
//! Of each kind and step ten annotations are shown: write the worst first.

use std::io::{self, Write};

use super::drift::Drift;
use super::human::{under_way, unsettled};
use super::status::{OfferStatus, Statuses};
use super::visible;
use crate::apply::{Outcome, Report, StepOutcome, Verdict};
use crate::backend::{FailedStep, Phase};
use crate::plan::release::Obstacle;
use crate::plan::{Guard, OfferPlan, Plan};
use crate::text::counted;

/// How loud an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Volume {
    Error,
    Warning,
    Notice,
}

/// An annotation at a place of a file, or of none.
pub(super) struct Annotation {
    pub(super) volume: Volume,
    /// `file=…,line=…` and the like, made with [`property`].
    pub(super) properties: Vec<String>,
    pub(super) title: String,
    pub(super) message: String,
}

impl Annotation {
    fn at(volume: Volume, file: &str, line: usize, title: &str, message: String) -> Self {
        let properties = vec![format!("file={}", property(file)), format!("line={line}")];
        Self { volume, properties, title: title.to_owned(), message }
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let command = match self.volume {
            Volume::Error => "error",
            Volume::Warning => "warning",
            Volume::Notice => "notice",
        };
        let mut properties = self.properties.clone();
        properties.push(format!("title={}", property(&self.title)));
        writeln!(out, "::{command} {}::{}", properties.join(","), message(&self.message))
    }
}

/// The value of a property, which a colon or a comma would end.
pub(super) fn property(text: &str) -> String {
    unmarked(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

/// A message: line breaks stay, and are no end of the command.
fn message(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| unmarked(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// Text without what begins a command of the older notation, or one of Azure Pipelines, anywhere in a line.
fn unmarked(text: &str) -> String {
    let text = visible(text);
    let lower = text.to_ascii_lowercase();
    if lower.contains("##[") || lower.contains("##vso[") { text.replace("##", "#\\u0023") } else { text.into_owned() }
}

/// Writes what a plan needs somebody for: guards, conflicts, and what is in the way of a release.
pub fn plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let mut annotations: Vec<Annotation> = plan.offers().iter().flat_map(of_offer).collect();
    let whole = plan.guards().iter().map(|guard| Annotation { properties: Vec::new(), ..of_guard("", guard) });
    annotations.extend(whole);
    annotations.sort_by_key(|annotation| annotation.volume);
    annotations.iter().try_for_each(|annotation| annotation.write(out))
}

/// Writes a warning for each offer that is not as declared.
pub fn drift(drift: &Drift, out: &mut dyn Write) -> io::Result<()> {
    drift.drifted().try_for_each(|offer| {
        let count = offer.changes().iter().filter(|planned| planned.change.is_determined()).count();
        let message = format!(
            "{}: the portal differs from what is in git in {}",
            offer.address(),
            counted(count, ("place", "places"))
        );
        let line = offer.changes().iter().find_map(|planned| planned.origin.as_ref()).map_or(1, |origin| origin.line);
        let file =
            offer.changes().iter().find_map(|planned| planned.origin.as_ref()).map(|origin| origin.file.as_str());
        Annotation::at(Volume::Warning, file.unwrap_or(&offer.desired().file), line, "drift", message).write(out)
    })
}

/// Writes an error for each offer of a run that came to no good, and a warning for each that was refused.
pub fn report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut annotations = Vec::new();
    for offer in &report.offers {
        let volume = match offer.verdict() {
            Verdict::Good => continue,
            Verdict::Refused => Volume::Warning,
            Verdict::Bad => Volume::Error,
        };
        let steps = offer.release.steps.iter().filter(|step| step.outcome.verdict() != Verdict::Good);
        let steps = steps.map(|step| {
            let message = match &step.outcome {
                StepOutcome::Failed(steps) => messages(steps),
                outcome => outcome.message().unwrap_or_default().to_owned(),
            };
            format!("{}: {}\n{message}", step.kind, step.outcome.words())
        });
        let failure = match &offer.outcome {
            Outcome::Failed(failure) | Outcome::Unknown(failure) => failure.message.clone(),
            Outcome::Conflict { reason } => reason.clone(),
            other => other.name().replace('_', " "),
        };
        let message = std::iter::once(failure).chain(steps).collect::<Vec<_>>().join("\n");
        annotations.push(Annotation { volume, properties: Vec::new(), title: offer.address.to_string(), message });
    }
    annotations.sort_by_key(|annotation| annotation.volume);
    annotations.iter().try_for_each(|annotation| annotation.write(out))
}

/// Writes an error for each offer whose release failed, and a notice for each preview that waits for somebody.
pub fn statuses(statuses: &Statuses, out: &mut dyn Write) -> io::Result<()> {
    let mut annotations: Vec<Annotation> = statuses.offers.iter().flat_map(of_status).collect();
    annotations.sort_by_key(|annotation| annotation.volume);
    annotations.iter().try_for_each(|annotation| annotation.write(out))
}

fn of_status(status: &OfferStatus) -> Vec<Annotation> {
    let of =
        |volume, message| Annotation { volume, properties: Vec::new(), title: status.address.to_string(), message };
    let Some(found) = &status.found else { return vec![of(Volume::Warning, "not in the portal".to_owned())] };
    let mut annotations = Vec::new();
    annotations.extend(found.underway.iter().filter_map(|ongoing| match &ongoing.phase {
        Phase::Running => None,
        Phase::PreviewReady => Some(of(Volume::Notice, under_way(ongoing))),
        Phase::Stuck(steps) => Some(of(Volume::Error, format!("{} is stuck\n{}", ongoing.operation, messages(steps)))),
    }));
    annotations.extend(
        found
            .failed
            .iter()
            .map(|failed| of(Volume::Error, format!("{} failed\n{}", failed.operation, messages(&failed.steps)))),
    );
    annotations
}

/// What the service says about steps that went wrong.
fn messages(steps: &[FailedStep]) -> String {
    let lines = steps.iter().flat_map(|failed| {
        let head = format!("{}: {}", failed.step, failed.status);
        std::iter::once(head).chain(failed.messages.iter().cloned())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn of_offer(offer: &OfferPlan) -> Vec<Annotation> {
    let file = offer.desired().file.as_str();
    let mut annotations: Vec<Annotation> = offer.guards().iter().map(|guard| of_guard(file, guard)).collect();
    annotations.extend(offer.conflicts().map(|planned| {
        let (file, line) = planned.origin.as_ref().map_or((file, 1), |origin| (origin.file.as_str(), origin.line));
        let message = format!("{}: changed in the files and in the portal", planned.change.identity);
        Annotation::at(Volume::Error, file, line, "conflict", message)
    }));
    match &offer.release().obstacle {
        None => {}
        Some(Obstacle::Busy(operation)) => {
            let message = format!("{}: the service is busy with another draft: {operation}", offer.address());
            annotations.push(Annotation::at(Volume::Error, file, 1, "busy", message));
        }
        Some(Obstacle::Failed(failed)) => {
            let message = format!("{}: {} of this draft failed", offer.address(), failed.operation);
            annotations.push(Annotation::at(Volume::Error, file, 1, "failed release", message));
        }
        Some(Obstacle::Unsettled(places)) => {
            let message = format!("{}: {}", offer.address(), unsettled(places));
            annotations.push(Annotation::at(Volume::Error, file, 1, "unsettled", message));
        }
    }
    annotations
}

fn of_guard(file: &str, guard: &Guard) -> Annotation {
    let volume = if guard.refuses() { Volume::Error } else { Volume::Warning };
    let detail = if guard.detail.is_empty() { String::new() } else { format!("{}\n", guard.detail) };
    let message = format!("{}\n{detail}{}", guard.target, guard.reason);
    Annotation::at(volume, file, 1, guard.code, message)
}

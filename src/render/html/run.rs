//! What became of every offer of a run, as a page.

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{Markup, html};

use super::sheet::{self, Sheet};
use super::{failed_steps, offer, text};
use crate::apply::{ErrorMessage, OfferReport, Outcome, Report, StepOutcome, StepReport, Verdict};
use crate::backend::RequestRecord;
use crate::render::human::{Newer, ended, report_line};
use crate::render::outcome::lists;
use crate::render::outline::Outline;

const KINDS: &[(&str, &str)] =
    &[("good", "went well"), ("refused", "refused"), ("bad", "went wrong"), ("release", "with a release")];

/// Writes what became of every offer: how it ended, what was planned, its release, and every request about it.
pub fn report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (busy, quiet): (Vec<&OfferReport>, Vec<&OfferReport>) = report.offers.iter().partition(|offer| offer.is_busy());
    let head = html! {
        p { strong { (report_line(report)) } }
        @if report.interrupted { p.warn { "Interrupted: requests in flight were finished, and nothing else was started." } }
        p.faint { "At " code { (text(&report.endpoint)) } ", as " (text(&report.identity)) ", from " (report.started) " to " (report.finished) "." }
        @if let Some(commit) = &report.commit {
            p.faint { "Commit " code { (text(commit)) } @if report.dirty { ", with files that were not as committed" } }
        }
        p.faint { "Digest " code { (text(&report.digest)) } }
    };
    let body = html! {
        h2 { "Offers" }
        @for offer in busy { (section(offer)) }
        (sheet::quiet(quiet.iter().map(|offer| offer.address.to_string())))
    };
    Sheet { name: "Apply", of: "offers", kinds: KINDS, head, body, foot: html! {}, hosts: BTreeSet::new() }.write(out)
}

fn section(report: &OfferReport) -> Markup {
    let verdict = report.verdict();
    let summary = html! {
        strong { (text(&report.address.to_string())) } ": "
        (judged(verdict, &ended(report)))
        @for step in &report.release.steps { ", " (step.kind) ": " (judged(step.outcome.verdict(), step.outcome.words())) }
        " " span.faint { "from " code { (text(&report.file)) } }
    };
    let body = html! {
        @match &report.outcome {
            Outcome::Failed(failure) | Outcome::Unknown(failure) => (failure_of(failure)),
            Outcome::Conflict { reason } => {
                p { (text(reason)) }
                p.faint { "Run plan again and review it." }
            },
            _ => {},
        }
        @for remark in &report.remarks { p { (remark.kind.name().replace('_', " ")) ": " (text(&remark.text)) } }
        @for list in lists(report) { p.faint { (text(&list)) } }
        @if !report.release.steps.is_empty() {
            h3 { "Release" }
            @for step in &report.release.steps { (release_step(step)) }
        }
        (offer::outline(&report.file, &Outline::of(&report.changes, &[]), Newer::Files))
        (requests(&report.requests))
    };
    let kind = match verdict {
        Verdict::Good => "good",
        Verdict::Refused => "refused",
        Verdict::Bad => "bad",
    };
    let release = (!report.release.steps.is_empty()).then_some("release");
    sheet::section(&[Some(kind), release].into_iter().flatten().collect::<Vec<_>>(), &summary, &body)
}

/// Words that stand out if something went wrong.
fn judged(verdict: Verdict, words: &str) -> Markup {
    html! { @if verdict == Verdict::Good { (words) } @else { span.warn { (words) } } }
}

fn failure_of(failure: &ErrorMessage) -> Markup {
    html! {
        div.value { (text(&failure.message)) }
        @if let Some(id) = &failure.correlation_id { p.faint { "Correlation id " code { (text(id)) } } }
        @if let Some(hint) = &failure.hint { p { "Hint: " (text(hint)) } }
    }
}

fn release_step(step: &StepReport) -> Markup {
    html! {
        p {
            (step.kind) ": " (judged(step.outcome.verdict(), step.outcome.words()))
            @if let Some(id) = &step.operation { " " code.faint { (text(id)) } }
        }
        @if let StepOutcome::Failed(steps) = &step.outcome { (failed_steps(steps)) }
        @if let Some(message) = step.outcome.message() { div.value { (text(message)) } }
        @if let Some(hint) = step.outcome.hint() { p.faint { "Hint: " (text(hint)) } }
    }
}

/// The requests, by which Microsoft's support finds what happened.
fn requests(requests: &[RequestRecord]) -> Markup {
    if requests.is_empty() {
        return html! {};
    }
    html! {
        details {
            summary { (requests.len()) " requests" }
            div.wide { table {
                thead { tr { @for head in ["request", "try", "status", "milliseconds", "correlation id"] { th scope="col" { (head) } } } }
                tbody { @for request in requests { tr {
                    td { code { (text(&request.method)) " " (text(&request.path)) } }
                    td.number { (request.attempt) }
                    td.number { @match request.status { Some(status) => (status), None => "no answer" } }
                    td.number { (request.duration.as_millis()) }
                    td { code { (text(request.correlation_id.as_deref().unwrap_or_default())) } }
                } } }
            } }
        }
    }
}

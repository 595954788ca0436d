//! Plans, drift, reports, findings and how offers stand as Markdown: for the comment on a pull request, an issue, the summary of a run.
//!
//! GitHub takes comments of up to 65,536 characters, and drops a larger one whole. So what does not fit is left out at the end
//! of a line or of an offer, and counted. Text from elsewhere stands in code only, where it can be no markup, no address of a
//! person and no HTML.

mod differences;
mod fit;
mod page;
mod part;
mod plan;

use std::io;

pub use page::Page;
use page::code;
pub use plan::plan;

use super::drift::Drift;
use super::human::{self, drift_line, level, report_line, statuses_line, under_way, word};
use super::status::{OfferStatus, Statuses};
use super::validation::Validation;
use super::{Style, outline};
use crate::apply::{OfferReport, Report};
use crate::plan::OfferPlan;

/// How much a page may hold, and what it refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Medium<'a> {
    /// How many characters there is room for.
    pub room: usize,
    /// Where the HTML report of the same run can be read, if that is known.
    pub html: Option<&'a str>,
}

impl Medium<'_> {
    /// How many characters a comment or an issue of GitHub takes; a longer one is dropped whole. Source: docs.github.com "Issue
    /// comments".
    pub const GITHUB_COMMENT: usize = 65_536;

    /// How many characters the summary of a step may have: GitHub takes 1 MiB for all that a step writes, and a character is up
    /// to four bytes. Source: docs.github.com "Workflow commands for GitHub Actions".
    pub const GITHUB_SUMMARY: usize = 200_000;
}

/// Marks the comment with a plan, so that a later run finds and updates it.
const PLAN_MARKER: &str = "<!-- offerform:plan -->";

/// Marks the comment with drift.
const DRIFT_MARKER: &str = "<!-- offerform:drift -->";

/// Marks the comment with the report of an apply.
const APPLY_MARKER: &str = "<!-- offerform:apply -->";

/// Marks the comment with the status of offers.
const STATUS_MARKER: &str = "<!-- offerform:status -->";

/// Marks the comment with findings.
const VALIDATE_MARKER: &str = "<!-- offerform:validate -->";

/// A page that begins with its last line, and with the address of the HTML report; `command` shows all of it.
fn begin(marker: &str, command: &'static str, last: &str) -> Page {
    let mut page = Page::new(marker, command);
    page.paragraph(&format!("**{last}**"));
    page.report();
    page
}

/// A link to the HTML report; empty if nobody said where it is. Only a web address becomes one.
fn report_at(medium: Medium<'_>) -> String {
    let address = medium.html.and_then(|address| url::Url::parse(address).ok());
    let address = address.filter(|address| matches!(address.scheme(), "https" | "http"));
    address.map_or_else(String::new, |address| {
        let address = address.as_str().replace('(', "%28").replace(')', "%29");
        format!("[HTML report]({address})")
    })
}

/// What a drift run found. Fails only if its text cannot be made.
pub fn drift(drift: &Drift) -> io::Result<Page> {
    let last = drift_line(drift);
    let mut page = begin(DRIFT_MARKER, "offerform drift", &last);
    let rows: Vec<[String; 4]> = drift.drifted().map(row_of_offer).collect();
    page.table(["offer", "to bring it back", "changes", "release"], &rows);
    let mut text = Vec::new();
    human::drift(drift, &mut text, Style::plain())?;
    page.unfold_all(&last, &text);
    Ok(page)
}

/// What became of every offer of a run. Fails only if its text cannot be made.
pub fn report(report: &Report) -> io::Result<Page> {
    let last = report_line(report);
    let mut page = begin(APPLY_MARKER, "offerform apply", &last);
    let rows: Vec<[String; 4]> = report.offers.iter().filter(|offer| offer.is_busy()).map(row_of_report).collect();
    page.table(["offer", "outcome", "changes", "release"], &rows);
    let mut text = Vec::new();
    human::report(report, &mut text, Style::plain())?;
    page.unfold_all(&last, &text);
    Ok(page)
}

fn row_of_report(offer: &OfferReport) -> [String; 4] {
    let steps: Vec<String> =
        offer.release.steps.iter().map(|step| format!("{}: {}", step.kind, step.outcome.words())).collect();
    let outcome = human::ended(offer);
    [
        code(&offer.address.to_string()),
        outcome,
        outline::change_count(&offer.changes).to_string(),
        code(&steps.join(", ")),
    ]
}

/// How offers stand. Fails only if their text cannot be made.
pub fn statuses(statuses: &Statuses) -> io::Result<Page> {
    let last = statuses_line(statuses);
    let mut page = begin(STATUS_MARKER, "offerform status", &last);
    let rows: Vec<[String; 4]> = statuses.offers.iter().map(row_of_status).collect();
    page.table(["offer", "how it stands", "under way", "failed"], &rows);
    let mut text = Vec::new();
    human::statuses(statuses, &mut text, Style::plain())?;
    page.unfold_all(&last, &text);
    Ok(page)
}

fn row_of_status(status: &OfferStatus) -> [String; 4] {
    let address = code(&status.address.to_string());
    let Some(found) = &status.found else {
        return [address, "not in the portal".to_owned(), String::new(), String::new()];
    };
    let ongoing = found.underway.as_ref().map(under_way).unwrap_or_default();
    let failed = found.failed.as_ref().map(|failed| failed.operation.to_string()).unwrap_or_default();
    [address, human::reached(found).to_owned(), code(&ongoing), code(&failed)]
}

/// Findings, errors first.
#[must_use]
pub fn validation(found: &Validation<'_>) -> Page {
    let last = found.summary();
    let mut page = begin(VALIDATE_MARKER, "offerform validate", &last);
    let mut findings: Vec<_> = found.found.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let rows: Vec<[String; 4]> = findings
        .into_iter()
        .map(|finding| {
            let place = found.place(finding).map(|place| format!("{}:{}", place.file, place.start.0));
            [
                finding.severity.word().to_owned(),
                code(finding.code),
                code(&place.unwrap_or_default()),
                code(&finding.message),
            ]
        })
        .collect();
    page.table(["severity", "id", "where", "what"], &rows);
    page
}

fn row_of_offer(offer: &OfferPlan) -> [String; 4] {
    let steps = offer.release().steps.len();
    let release = match (level(offer.release().from), level(offer.release().to)) {
        (from, to) if steps > 0 => format!("{from} → {to}"),
        _ => String::new(),
    };
    [
        code(&offer.address().to_string()),
        word(offer).to_owned(),
        outline::change_count(offer.changes()).to_string(),
        release,
    ]
}

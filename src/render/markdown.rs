//! Plans, drift, reports, findings and how offers stand as Markdown: for the comment on a pull request, an issue, the summary of a run.
//!
//! GitHub takes comments of up to 65,536 characters, and drops a larger one whole. So what does not fit is left out at the end
//! of a line or of an offer, and counted. Text from elsewhere stands in code only, where it can be no markup, no address of a
//! person and no HTML.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::drift::Drift;
use super::human::{self, drift_line, last_line, level, report_line, standings_line, under_way, word};
use super::standing::{Standing, Standings};
use super::validation::Validation;
use super::{Style, visible};
use crate::apply::{OfferReport, Report};
use crate::plan::{Guard, OfferPlan, Plan};

/// Where a page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A comment or an issue of GitHub: 65,536 characters, of which a little is left for whoever puts something before or behind
    /// it. Source: docs.github.com "Issue comments".
    Comment,
    /// The summary of a step: 1 MiB for all that a step writes. Source: docs.github.com "Workflow commands for GitHub Actions".
    Summary,
}

impl Medium {
    /// In characters, which take up to four bytes.
    fn room(self) -> usize {
        match self {
            Self::Comment => 65_000,
            Self::Summary => 200_000,
        }
    }
}

/// Room for the note that lines are left out.
const NOTE: usize = 60;

/// What finds the comment of an earlier run again, so that it is changed and no second one is made.
const PLAN_MARKER: &str = "<!-- offerform:plan -->";

/// The same for what a drift run found.
const DRIFT_MARKER: &str = "<!-- offerform:drift -->";

/// The same for what an apply did.
const APPLY_MARKER: &str = "<!-- offerform:apply -->";

/// The same for how offers stand.
const STATUS_MARKER: &str = "<!-- offerform:status -->";

/// The same for findings.
const VALIDATE_MARKER: &str = "<!-- offerform:validate -->";

/// Writes a plan: a line that counts, what needs a yes, a table of the offers, and each offer with its changes to unfold.
pub fn plan(plan: &Plan, medium: Medium, out: &mut dyn Write) -> io::Result<()> {
    let last = last_line(plan.summary());
    let mut page = Page::new(PLAN_MARKER, &last, medium);
    let guards: Vec<&Guard> = all_guards(plan).collect();
    let refusing = guards.iter().filter(|guard| guard.refuses()).count();
    let blocked = plan.summary().blocked;
    page.paragraph(&match (refusing, blocked) {
        (_, 0) => format!("**{last}**"),
        (0, _) => {
            format!("**{last}**\n\n`apply` would refuse this: {blocked} of the offers cannot be applied as they are.")
        }
        _ => format!("**{last}**\n\n`apply` would refuse this: {refusing} of its changes need a yes."),
    });
    let rows: Vec<[String; 4]> = guards.iter().map(|guard| row_of_guard(guard)).collect();
    page.table(["needs a yes", "for", "level", "what"], &rows);
    let busy = || plan.offers().iter().filter(|offer| !offer.changes.is_empty() || !offer.release.is_empty());
    let rows: Vec<[String; 4]> = busy().map(row_of_offer).collect();
    page.table(["offer", "action", "changes", "release"], &rows);
    for offer in busy() {
        let mut text = Vec::new();
        human::offer(offer, &mut text, Style::plain())?;
        let summary = format!("{}: {}", html(&offer.address().to_string()), word(offer));
        page.unfold(&summary, &String::from_utf8_lossy(&text));
    }
    out.write_all(page.finish("offerform plan").as_bytes())
}

/// Writes what a drift run found.
pub fn drift(drift: &Drift, medium: Medium, out: &mut dyn Write) -> io::Result<()> {
    let last = drift_line(drift);
    let mut page = Page::new(DRIFT_MARKER, &last, medium);
    page.paragraph(&format!("**{last}**"));
    let rows: Vec<[String; 4]> = drift.drifted().map(row_of_offer).collect();
    page.table(["offer", "to bring it back", "changes", "release"], &rows);
    let mut text = Vec::new();
    human::drift(drift, &mut text, Style::plain())?;
    page.unfold_all(&last, &text);
    out.write_all(page.finish("offerform drift").as_bytes())
}

/// Writes what became of every offer of a run.
pub fn report(report: &Report, medium: Medium, out: &mut dyn Write) -> io::Result<()> {
    let last = report_line(report);
    let mut page = Page::new(APPLY_MARKER, &last, medium);
    page.paragraph(&format!("**{last}**"));
    let rows: Vec<[String; 4]> = report.offers.iter().filter(|offer| offer.is_busy()).map(row_of_report).collect();
    page.table(["offer", "outcome", "changes", "release"], &rows);
    let mut text = Vec::new();
    human::report(report, &mut text, Style::plain())?;
    page.unfold_all(&last, &text);
    out.write_all(page.finish("offerform apply").as_bytes())
}

fn row_of_report(offer: &OfferReport) -> [String; 4] {
    let steps: Vec<String> =
        offer.release.steps.iter().map(|step| format!("{}: {}", step.kind, step.outcome.words())).collect();
    let outcome = offer.outcome.name().replace('_', " ");
    [code(&offer.address.to_string()), outcome, offer.changes.len().to_string(), code(&steps.join(", "))]
}

/// Writes how offers stand.
pub fn standings(standings: &Standings, medium: Medium, out: &mut dyn Write) -> io::Result<()> {
    let last = standings_line(standings);
    let mut page = Page::new(STATUS_MARKER, &last, medium);
    page.paragraph(&format!("**{last}**"));
    let rows: Vec<[String; 4]> = standings.offers.iter().map(row_of_standing).collect();
    page.table(["offer", "how it stands", "under way", "failed"], &rows);
    let mut text = Vec::new();
    human::standings(standings, &mut text, Style::plain())?;
    page.unfold_all(&last, &text);
    out.write_all(page.finish("offerform status").as_bytes())
}

fn row_of_standing(standing: &Standing) -> [String; 4] {
    let address = code(&standing.address.to_string());
    let Some(found) = &standing.found else {
        return [address, "not in the portal".to_owned(), String::new(), String::new()];
    };
    let ongoing = found.underway.as_ref().map(under_way).unwrap_or_default();
    let failed = found.failed.as_ref().map(|failed| failed.operation.to_string()).unwrap_or_default();
    [address, human::reached(found).to_owned(), code(&ongoing), code(&failed)]
}

/// Writes findings, errors first.
pub fn validation(found: &Validation<'_>, medium: Medium, out: &mut dyn Write) -> io::Result<()> {
    let last = found.summary();
    let mut page = Page::new(VALIDATE_MARKER, &last, medium);
    page.paragraph(&format!("**{last}**"));
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
    out.write_all(page.finish("offerform validate").as_bytes())
}

fn all_guards(plan: &Plan) -> impl Iterator<Item = &Guard> {
    plan.guards().iter().chain(plan.offers().iter().flat_map(|offer| &offer.guards))
}

fn row_of_guard(guard: &Guard) -> [String; 4] {
    let state = if guard.refuses() { "" } else { " (allowed)" };
    [format!("{}{state}", code(guard.code)), code(&guard.target), guard.level.to_string(), code(&guard.detail)]
}

fn row_of_offer(offer: &OfferPlan) -> [String; 4] {
    let steps = offer.release.steps.len();
    let release = match (level(offer.release.from), level(offer.release.to)) {
        (from, to) if steps > 0 => format!("{from} -> {to}"),
        _ => String::new(),
    };
    [code(&offer.address().to_string()), word(offer).to_owned(), offer.changes.len().to_string(), release]
}

/// A page that is filled up to the size of a comment.
struct Page {
    text: String,
    last: String,
    /// How many characters are left, with room kept for the end.
    left: usize,
    left_out: usize,
}

impl Page {
    fn new(marker: &str, last: &str, medium: Medium) -> Self {
        let mut page = Self { text: String::new(), last: last.to_owned(), left: medium.room(), left_out: 0 };
        page.left -= last.chars().count() + 200;
        page.paragraph(marker);
        page
    }

    /// Adds a part whole, or says that it did not fit.
    fn add(&mut self, part: &str) -> bool {
        let size = part.chars().count();
        let fits = size <= self.left;
        if fits {
            self.left -= size;
            self.text.push_str(part);
        }
        fits
    }

    fn paragraph(&mut self, text: &str) {
        self.add(&format!("{text}\n\n"));
    }

    /// A table, with as many rows as fit; none without rows.
    fn table(&mut self, heads: [&str; 4], rows: &[[String; 4]]) {
        if rows.is_empty() || !self.add(&format!("| {} |\n|---|---|---|---|\n", heads.join(" | "))) {
            return;
        }
        let written = rows.iter().take_while(|row| self.add(&format!("| {} |\n", row.join(" | ")))).count();
        if written < rows.len() {
            self.add(&format!("\n{} more rows are left out.\n", rows.len() - written));
        }
        self.add("\n");
    }

    /// Adds what people read on a terminal, if that is more than its last line.
    fn unfold_all(&mut self, last: &str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        if text.trim() != last {
            self.unfold("All of it", &text);
        }
    }

    /// Text to unfold, with as many lines as fit; counted as left out if that is none.
    fn unfold(&mut self, summary: &str, text: &str) {
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        let (head, foot) =
            (format!("<details><summary>{summary}</summary>\n\n{fence}text\n"), format!("{fence}\n\n</details>\n\n"));
        let around = head.chars().count() + foot.chars().count() + NOTE;
        if self.left < around + 200 {
            self.left_out += 1;
            return;
        }
        let mut room = self.left - around;
        let lines: Vec<&str> = text.trim_end().lines().collect();
        let fits = |line: &&&str| {
            let size = line.chars().count() + 1;
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        };
        let kept: Vec<&str> = lines.iter().take_while(fits).copied().collect();
        let mut body = kept.join("\n");
        body.push('\n');
        if kept.len() < lines.len() {
            // Writing to a string cannot fail.
            let _ = writeln!(body, "… {} more lines are left out", lines.len() - kept.len());
        }
        self.add(&format!("{head}{body}{foot}"));
    }

    fn finish(mut self, command: &str) -> String {
        if self.left_out > 0 {
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{} offers are left out here; `{command}` shows them.\n\n", self.left_out);
        }
        self.text.push_str(&self.last);
        self.text.push('\n');
        self.text
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Text as code within a line, also of a table.
fn code(text: &str) -> String {
    let text = visible(text).replace('\n', " ").replace('|', "\\|");
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text as HTML code.
fn html(text: &str) -> String {
    let escaped: String = visible(text)
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '@' | '`' | '*' | '_' | '[' | ']' | '#' | '\n' => format!("&#{};", u32::from(c)),
            other => other.to_string(),
        })
        .collect();
    format!("<code>{escaped}</code>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_cannot_be_left() {
        for (text, expected) in [
            ("contoso/firewall", "`contoso/firewall`"),
            ("a ` b", "``a ` b``"),
            ("`@everybody`", "`` `@everybody` ``"),
            ("a|b\n# c", "`a\\|b\\u{a}# c`"),
            ("", ""),
        ] {
            assert_eq!(code(text), expected);
        }
        assert_eq!(html("<b>@me</b>`"), "<code>&lt;b&gt;&#64;me&lt;/b&gt;&#96;</code>");
    }

    #[test]
    fn what_does_not_fit_is_left_out_at_the_end_of_a_line_and_counted() {
        let mut page = Page::new(PLAN_MARKER, "Plan: it.", Medium::Comment);
        let long = "0123456789\n".repeat(10_000);
        page.unfold("one", &long);
        page.unfold("two", &long);
        page.unfold("three", &long);
        let text = page.finish("offerform plan");
        assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
        let kept = text.matches("0123456789\n").count();
        assert!(kept > 5_000 && text.contains(&format!("… {} more lines are left out\n```\n", 10_000 - kept)));
        assert!(text.ends_with("2 offers are left out here; `offerform plan` shows them.\n\nPlan: it.\n"));
    }

    #[test]
    fn a_fence_is_longer_than_every_run_in_the_text() {
        let mut page = Page::new(PLAN_MARKER, "Plan: it.", Medium::Comment);
        page.unfold("one", "a\n````\n</details>\n");
        assert!(page.finish("").contains("\n`````text\na\n````\n</details>\n`````\n"));
    }

    #[test]
    fn rows_that_do_not_fit_are_counted() {
        let mut page = Page::new(PLAN_MARKER, "Plan: it.", Medium::Comment);
        let row = ["x".repeat(1000), String::new(), String::new(), String::new()];
        page.table(["a", "b", "c", "d"], &vec![row; 100]);
        let text = page.finish("");
        assert!(text.contains(" more rows are left out.\n") && text.chars().count() < 65_536);
    }
}

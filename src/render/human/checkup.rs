//! A check-up for people.

use std::io::{self, Write};

use crate::render::checkup::{Checkup, Finding};
use crate::render::style::Style;
use crate::render::{visible, words};
use crate::text::counted;

/// The columns before the text of a check: those of what came of it, and of what was checked.
const INDENT: usize = 20;

/// Writes each check with what to do about it, and a last line that counts.
pub fn checkup(checkup: &Checkup, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for check in &checkup.checks {
        let result = visible(&check.text).into_owned();
        let advice = check.advice.iter().map(|advice| format!("to do: {}", visible(advice)));
        let mut start = format!("{:<9}{:<11}", check.finding.word(), check.of);
        for text in [result].into_iter().chain(advice) {
            for line in words::wrapped(&text, style.width.saturating_sub(INDENT)) {
                writeln!(out, "{start}{line}")?;
                start = " ".repeat(INDENT);
            }
        }
    }
    let [good, warnings, failed] =
        [Finding::Ok, Finding::Warning, Finding::Failed].map(|finding| checkup.count(finding));
    writeln!(out, "Doctor: {good} ok, {}, {failed} failed.", counted(warnings, ("warning", "warnings")))
}

//! A check-up for people.

use std::io::{self, Write};

use crate::render::checkup::{Checkup, Finding};
use crate::render::visible;
use crate::text::counted;

/// Writes each check with what to do about it, and a last line that counts.
pub fn checkup(checkup: &Checkup, out: &mut dyn Write) -> io::Result<()> {
    for check in &checkup.checks {
        writeln!(out, "{:<9}{:<11}{}", check.finding.word(), check.of, visible(&check.text))?;
        check.advice.iter().try_for_each(|advice| writeln!(out, "{:20}to do: {}", "", visible(advice)))?;
    }
    let [good, warnings, failed] =
        [Finding::Ok, Finding::Warning, Finding::Failed].map(|finding| checkup.count(finding));
    writeln!(out, "Doctor: {good} ok, {}, {failed} failed.", counted(warnings, ("warning", "warnings")))
}

//! A check-up as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::render::checkup::{self, Finding};

/// The schema of this document.
pub const DOCTOR_SCHEMA: &str = include_str!("../../../../schemas/doctor.schema.json");

/// Writes what a check-up found. It holds no secret and no token.
pub fn checkup(checkup: &checkup::Checkup, out: &mut dyn Write) -> io::Result<()> {
    let document = Checkup {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        summary: Summary {
            ok: checkup.count(Finding::Ok),
            warnings: checkup.count(Finding::Warning),
            failed: checkup.count(Finding::Failed),
        },
        checks: checkup.checks.iter().map(Check::from).collect(),
    };
    super::write(&document, out)
}

#[derive(Serialize)]
struct Checkup<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    summary: Summary,
    checks: Vec<Check<'a>>,
}

#[derive(Serialize)]
struct Summary {
    ok: usize,
    warnings: usize,
    failed: usize,
}

#[derive(Serialize)]
struct Check<'a> {
    name: &'static str,
    result: &'static str,
    text: &'a str,
    advice: Option<&'a str>,
}

impl<'a> From<&'a checkup::Check> for Check<'a> {
    fn from(check: &'a checkup::Check) -> Self {
        let result = match check.finding {
            Finding::Ok => "ok",
            Finding::Warning => "warning",
            Finding::Failed => "failed",
        };
        Self { name: check.of, result, text: &check.text, advice: check.advice.as_deref() }
    }
}

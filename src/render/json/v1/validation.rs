//! The findings about files as JSON.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::render::validation::Validation;
use crate::render::visible;
use crate::rules::Rule;

/// The schema of this document.
pub const VALIDATE_SCHEMA: &str = include_str!("../../../../schemas/validate.schema.json");

/// Writes everything that was found.
pub fn validation(validation: &Validation<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format_version: FORMAT_VERSION,
        summary: Summary {
            offers: validation.offers,
            errors: validation.count(Severity::Error),
            warnings: validation.count(Severity::Warning),
        },
        findings: validation.found.iter().map(|found| finding(validation, found)).collect(),
    };
    super::write(&document, out)
}

fn finding<'a>(validation: &Validation<'a>, found: &'a Diagnostic) -> Finding<'a> {
    Finding {
        id: found.code,
        severity: match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: visible(&found.message),
        place: found.primary.as_ref().map(|label| place(validation, label)),
        related: found.related.iter().map(|label| place(validation, label)).collect(),
        hint: found.help.as_deref().map(visible),
        source: Rule::of(found.code).map(|rule| rule.source),
    }
}

fn place<'a>(validation: &Validation<'a>, label: &'a Label) -> Place<'a> {
    let region = validation.region(label.span);
    Place {
        file: region.file,
        line: region.start.0,
        column: region.start.1,
        end_line: region.end.0,
        end_column: region.end.1,
        text: Some(visible(&label.text)).filter(|text| !text.is_empty()),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    summary: Summary,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Summary {
    offers: usize,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'static str,
    severity: &'static str,
    message: Cow<'a, str>,
    place: Option<Place<'a>>,
    related: Vec<Place<'a>>,
    hint: Option<Cow<'a, str>>,
    source: Option<&'static str>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: Option<Cow<'a, str>>,
}

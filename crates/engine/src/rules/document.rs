//! Rules about documents and lists: manuals, audiences and workbooks of prices.

use super::archive::Archive;
use super::file::{File, Purpose};
use super::subject::OfferKind;
use super::{Found, Rule, Types};

pub(super) const RULES: &[Rule] = &[
    Rule::of_files("td-user-manual", Types::LISTED, manual).warns().text(
        "the user manual of a test drive is a PDF with a name of at most 255 characters",
        "save it as PDF",
        "articles/marketplace/test-drive-technical-configuration.md",
    ),
    Rule::of_files("audience-csv", Types::LISTED, audience).text(
        "the file of an audience has the columns `type,id,description`, and at most 20,000 rows, 10,000 for an application",
        "write the three names into the first line",
        "articles/marketplace/cloud-partner-portal-orig/cloud-partner-portal-azure-private-skus.md; articles/marketplace/azure-app-managed.md",
    ),
    Rule::of_files("price-spreadsheet", Types::VIRTUAL_MACHINE, spreadsheet).warns().text(
        "a spreadsheet of prices is an `.xlsx` file",
        "export it from the portal, and fill it in",
        "articles/marketplace/cloud-partner-portal-api-setting-price.md",
    ),
];

fn manual(file: &File<'_>, found: &mut Found) {
    if file.purpose != Purpose::UserManual {
        return;
    }
    if file.bytes().is_some_and(|content| !content.starts_with(b"%PDF-")) {
        file.say(found, "the user manual is not a PDF");
    }
    let length = file.name.chars().count();
    if length > 255 {
        file.say(found, format!("the name of the file has {length} characters, and at most 255 are allowed"));
    }
}

fn audience(file: &File<'_>, found: &mut Found) {
    let (Some(content), Purpose::Audience) = (file.bytes(), file.purpose) else { return };
    let text = String::from_utf8_lossy(content);
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    let names = lines.next().unwrap_or_default().to_ascii_lowercase();
    let names: Vec<&str> = names.split(',').map(|name| name.trim().trim_matches('"')).collect();
    if names != ["type", "id", "description"] {
        file.say(found, "the first line of the audience is not `type,id,description`");
    }
    let most = if file.kind == OfferKind::Application { 10_000 } else { 20_000 };
    let rows = lines.count();
    if rows > most {
        file.say(found, format!("the audience has {rows} rows, and at most {most} are allowed"));
    }
}

/// A workbook is a ZIP archive with a part of this name, as every program writes it. Source: ECMA-376, parts 1 and 2.
const WORKBOOK: &str = "xl/workbook.xml";

fn spreadsheet(file: &File<'_>, found: &mut Found) {
    let is_workbook =
        |archive: &Archive| archive.entries().iter().any(|entry| entry.name.eq_ignore_ascii_case(WORKBOOK));
    match file.archive().filter(|_| file.purpose == Purpose::Spreadsheet) {
        Some(Ok(archive)) if !is_workbook(archive) => {
            file.say(found, format!("the spreadsheet is not an `.xlsx` file: it has no `{WORKBOOK}`"));
        }
        Some(Err(why)) => {
            file.say(found, format!("the spreadsheet is not an `.xlsx` file: {why}"));
        }
        _ => {}
    }
}

//! How offers stand, for people.

use std::io::{self, Write};

use super::changes::{Differences, Newer};
use super::release::failed_steps;
use crate::backend::{FailedStep, OperationStep, Phase};
use crate::plan::release::Level;
use crate::render::outline::Outline;
use crate::render::status::{
    Found, OfferOperations, OfferStatus, Ongoing, OperationDetails, Operations, SlotDifference, SlotStatus, Statuses,
};
use crate::render::{Style, visible, words};

/// Writes how offers stand.
pub fn statuses(statuses: &Statuses, out: &mut dyn Write, style: Style) -> io::Result<()> {
    statuses.offers.iter().try_for_each(|status| write_status(status, out, style))?;
    writeln!(out, "{}", last_line(statuses))
}

/// The last line of what status says.
#[must_use]
pub fn last_line(statuses: &Statuses) -> String {
    let count = |fits: &dyn Fn(&OfferStatus) -> bool| statuses.offers.iter().filter(|status| fits(status)).count();
    let has = |fits: fn(&Found) -> bool| count(&|status: &OfferStatus| status.found.as_ref().is_some_and(fits));
    format!(
        "Status: {} live, {} in preview, {} not published, {} not in the portal, {} under way, {} failed.",
        has(|found| found.released == Level::Live),
        has(|found| found.released == Level::Preview),
        has(|found| found.released == Level::Draft),
        count(&|status| status.found.is_none()),
        has(Found::is_under_way),
        has(Found::is_failed),
    )
}

fn write_status(status: &OfferStatus, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let address = visible(&status.address.to_string()).into_owned();
    let Some(found) = &status.found else {
        return writeln!(out, "{}: not in the portal", style.strong(address));
    };
    writeln!(out, "{}: {}", style.strong(address), reached(found))?;
    for row in rows(found) {
        writeln!(out, "  {:<12}{}", row.name, visible(&row.text))?;
        failed_steps(row.failed_steps, "    ", out, style)?;
    }
    Ok(())
}

/// A line about an offer.
pub(in crate::render) struct Row<'a> {
    pub(in crate::render) name: &'static str,
    /// What is there; text from elsewhere.
    pub(in crate::render) text: String,
    /// What the service says about steps that went wrong.
    pub(in crate::render) failed_steps: &'a [FailedStep],
}

/// What there is to say of an offer, line by line.
pub(in crate::render) fn rows(found: &Found) -> Vec<Row<'_>> {
    let plain = |name: &'static str, text: String| Row { name, text, failed_steps: &[] };
    let mut rows = vec![
        plain("draft", slot(Some(&found.draft), Draft::Itself)),
        plain("preview", slot(found.preview.as_ref(), Draft::Another)),
        plain("production", slot(found.production.as_ref(), Draft::Another)),
    ];
    // The Product Ingestion API knows neither the version nor the time of a draft.
    rows.retain(|row| !row.text.is_empty());
    rows.extend(found.underway.iter().map(|ongoing| {
        let failed_steps = if let Phase::Stuck(stuck) = &ongoing.phase { stuck.as_slice() } else { &[] };
        Row { failed_steps, ..plain("under way", under_way(ongoing)) }
    }));
    rows.extend(found.failed.iter().map(|failed| {
        let text = failed.operation.to_string();
        Row { failed_steps: &failed.steps, ..plain("failed", text) }
    }));
    rows.extend(found.preview_links.iter().map(|link| plain("preview at", link.clone())));
    rows.extend(found.live_links.iter().map(|link| plain("live at", link.clone())));
    rows
}

/// How far the draft is released, in a sentence.
pub(in crate::render) fn reached(found: &Found) -> &'static str {
    match found.released {
        Level::Draft => "the draft is not published",
        Level::Preview => "the draft is in the preview",
        Level::Live => "customers have the draft",
    }
}

#[derive(Clone, Copy)]
enum Draft {
    Itself,
    Another,
}

fn slot(status: Option<&SlotStatus>, which: Draft) -> String {
    let Some(status) = status else { return "nothing".to_owned() };
    let mut parts = Vec::new();
    parts.extend(status.version.map(|version| format!("version {version}")));
    parts.extend(status.changed.as_ref().map(|changed| format!("changed {}", words::moment(changed))));
    match which {
        Draft::Itself => {}
        Draft::Another => parts.push(if status.is_the_draft { "the draft" } else { "not the draft" }.to_owned()),
    }
    parts.join(", ")
}

/// What the service is at, and how far.
pub(in crate::render) fn under_way(ongoing: &Ongoing) -> String {
    match &ongoing.phase {
        Phase::PreviewReady => format!("{}: the preview is ready and waits for a go-live", ongoing.operation),
        Phase::Running | Phase::Stuck(_) => {
            let step = ongoing.step.as_ref().map_or(String::new(), |step| format!(": {}", step_words(step)));
            format!("{}{step}", ongoing.operation)
        }
    }
}

fn step_words(step: &OperationStep) -> String {
    let percent = step.percent.map_or(String::new(), |percent| format!(" {percent} %"));
    let usually = step.estimate.as_ref().map_or(String::new(), |estimate| format!(" (usually {estimate})"));
    format!("{}{percent}, {}{usually}", step.name, words::of_name(&step.status))
}

/// Writes operations of offers.
pub fn operations(operations: &Operations, out: &mut dyn Write, style: Style) -> io::Result<()> {
    operations.offers.iter().try_for_each(|offer| of_offer(offer, out, style))
}

fn of_offer(operations: &OfferOperations, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let address = visible(&operations.address.to_string()).into_owned();
    if operations.operations.is_empty() {
        return writeln!(out, "{}: no operations", style.strong(address));
    }
    writeln!(out, "{}", style.strong(address))?;
    operations.operations.iter().try_for_each(|operation| write_operation(operation, out, style))
}

fn write_operation(operation: &OperationDetails, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut parts = vec![operation.name.as_deref().unwrap_or("operation").replace('_', " ")];
    parts.extend(operation.status.as_deref().map(words::of_name));
    parts.extend(operation.offer_version.map(|version| format!("version {version}")));
    parts.extend(operation.changed.map(|changed| format!("changed {}", words::moment(&changed.to_string()))));
    let id = operation.id.as_deref().unwrap_or("(no id)");
    writeln!(out, "  {}  {}", visible(id), visible(&parts.join(", ")))?;
    for step in operation.steps.iter().flatten() {
        writeln!(out, "    {}", visible(&step_words(step)))?;
        let space = style.width.saturating_sub(8);
        for line in step.messages.iter().flat_map(|message| message.lines()) {
            words::wrapped(&visible(line), space).into_iter().try_for_each(|line| writeln!(out, "      {line}"))?;
        }
    }
    Ok(())
}

/// Writes what two slots differ in.
pub fn slot_difference(difference: &SlotDifference, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let (from, to) = (difference.from, difference.to);
    let address = visible(&difference.address.to_string()).into_owned();
    if difference.from_is_empty {
        return writeln!(out, "{}: {from} is empty, so everything in {to} is new", style.strong(address));
    }
    let count = difference.changes.iter().filter(|planned| planned.change.is_determined()).count();
    let says = match count {
        0 => format!("no changes from {from} to {to}"),
        1 => format!("1 change from {from} to {to}"),
        many => format!("{many} changes from {from} to {to}"),
    };
    writeln!(out, "{}: {says}", style.strong(address))?;
    let mut differences = Differences { out, style, file: "", newer: Newer::Files };
    differences.outline(&Outline::of(&difference.changes, &[]))
}

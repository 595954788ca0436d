//! `offerform record`: what is remembered, and forgetting what nobody declares any more. Asks no service.

use std::collections::BTreeSet;

use super::arguments::{Format, RecordCommand, RecordShowArguments};
use super::context::Context;
use super::start::store;
use super::{CliError, Exit, findings, output};
use crate::record::{Record, Store};
use crate::render::json::v1;
use crate::render::visible;
use crate::text::counted;
use crate::workspace::Selection;

pub(super) fn run(context: &Context, command: &RecordCommand) -> Result<Exit, CliError> {
    match command {
        RecordCommand::Show(arguments) => show(context, arguments),
        RecordCommand::Prune => prune(context),
    }
}

fn show(context: &Context, arguments: &RecordShowArguments) -> Result<Exit, CliError> {
    let store = kept(context)?;
    let (record, place) = (load(context, &store), store.place());
    output::data(|out| match arguments.print.format {
        Format::Json => v1::record(&record, &place, out),
        Format::Human => people(&record, &place, out),
    })?;
    Ok(Exit::Done)
}

fn people(record: &Record, place: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let (mut offers, mut rewrites) = (0, 0);
    for (endpoint, offer, known) in record.entries() {
        writeln!(out, "{} at {}", visible(offer), visible(endpoint))?;
        if let Some(commit) = known.applied() {
            writeln!(out, "  applied last: commit {}", visible(commit))?;
        }
        for path in known.paths() {
            writeln!(out, "  rewritten: {}", visible(path.as_str()))?;
            rewrites += 1;
        }
        offers += 1;
    }
    writeln!(
        out,
        "Record: {}, {}, in {}.",
        counted(offers, ("offer", "offers")),
        counted(rewrites, ("rewrite", "rewrites")),
        visible(place)
    )
}

/// What is remembered; what is in the way of reading it is a warning.
fn load(context: &Context, store: &Store) -> Record {
    let loaded = store.load();
    for error in &loaded.errors {
        output::warning(context.terminal.narration, &CliError::from(error), "");
    }
    loaded.record
}

/// Looks at all files, always: an offer in a file that was not looked at would be forgotten.
fn prune(context: &Context) -> Result<Exit, CliError> {
    let store = kept(context)?;
    let workspace = findings::opened(context, context.repository.open(&Selection::default()))?;
    let declared: BTreeSet<String> = workspace.all.iter().map(|address| address.to_string().to_lowercase()).collect();
    let is_gone = |offer: &str| !declared.contains(&offer.to_lowercase());
    let record = load(context, &store);
    let gone: Vec<_> = record.entries().filter(|(_, offer, _)| is_gone(offer)).collect();
    if !gone.is_empty() {
        store.update(&|record| record.retain(|offer| !is_gone(offer))).map_err(|error| CliError::from(&error))?;
    }
    output::data(|out| {
        for (endpoint, offer, _) in &gone {
            writeln!(out, "removed: {} at {}", visible(offer), visible(endpoint))?;
        }
        writeln!(out, "Record: {} removed, {} kept.", gone.len(), record.entries().count() - gone.len())
    })?;
    Ok(Exit::Done)
}

fn kept(context: &Context) -> Result<Store, CliError> {
    let tree = context.repository.tree(&[])?;
    store(context, tree.root()).ok_or_else(|| {
        CliError::failed("no record is kept: the settings say `record: none`")
            .hint("use `record: file` or `record: git-notes`")
    })
}

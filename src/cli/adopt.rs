//! `offerform adopt`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::arguments::{AdoptArguments, Format};
use super::context::Context;
use super::output::Narration;
use super::service::Service;
use super::{CliError, Exit, findings, output, start};
use crate::adopt::Conflicts;
use crate::offer::{OfferPart, Pointer};
use crate::reconcile::{Adopting, Run, Wanted};
use crate::render::Style;
use crate::render::adoption::{self, Written};
use crate::render::json::v1;
use crate::source::{FILE_LIMIT, RelativePath, Tree as _};
use crate::workspace::{Everything, Workspace};

pub(super) async fn run(context: &Context, arguments: AdoptArguments) -> Result<Exit, CliError> {
    let selection = findings::selection(context, &arguments.declared);
    let wanted = Wanted {
        place: arguments.path.as_deref().map(pointer).transpose()?,
        conflicts: if arguments.overwrite_conflicts { Conflicts::Taken } else { Conflicts::Left },
        base: arguments.base.clone(),
        force: arguments.force,
    };
    let everything = context.repository.open_everything(&selection);
    let Everything { workspace, offers, paths } = everything.map_err(|error| findings::failed(context, error))?;
    let workspace = findings::opened(context, Ok(workspace))?;
    let service = Service::connect(context).await?;
    let secrets = Arc::new(start::secrets(context, &workspace));
    let with = (secrets as _, arguments.fetching, arguments.parallelism);
    let over = start::over(context, &service, (selection, workspace), with)?;
    let adopting = over.adopt((&offers, &paths), &wanted).await;
    let endpoint = service.name();
    service.close().await?;
    let adopting = adopting?;
    let base = wanted.base.as_deref();
    start::complete(context, (&adopting.planned, base), "not every offer could be read; nothing was written")?;
    let adoption = &adopting.adoption;
    let style = context.terminal.stdout;
    let written = if arguments.dry_run { Written::Hypothetically } else { Written::Really };
    let format = arguments.print.format;
    if written == Written::Really {
        write(context, &over, &adopting)?;
    } else if format == Format::Human {
        output::data(|out| differences(&over.workspace, &adoption.files, style, out))?;
    }
    let files: Vec<String> = adoption.files.keys().map(|path| over.workspace.tree.shown(path)).collect();
    output::data(|out| match format {
        Format::Human => adoption::adoption(adoption, written, out, style),
        Format::Json => v1::adoption(adoption, (&endpoint, &files), written, out),
    })?;
    let wrote = !adoption.files.is_empty();
    if wrote && !arguments.dry_run && context.terminal.narration != Narration::Quiet {
        output::narrate(|out| writeln!(out, "next: review with `git diff`, and commit"));
    }
    Ok(match (!adoption.left.is_empty(), wrote) {
        (false, _) => Exit::Done,
        (true, false) => Exit::Refused,
        (true, true) => Exit::Error,
    })
}

/// Writes all files, or none, and records what was adopted as applied.
fn write(context: &Context, over: &Run<'_>, adopting: &Adopting) -> Result<(), CliError> {
    let targets = over.workspace.targets(&adopting.adoption.files)?;
    output::files(over.workspace.tree.root(), &targets)?;
    let lives = adopting.lives();
    if lives.is_empty() { Ok(()) } else { start::record(context, over.selection.clone(), &over.surroundings, lives) }
}

/// The place that is meant, in the form of the API or below a namespace.
fn pointer(text: &str) -> Result<Pointer, CliError> {
    let wrong = || {
        CliError::failed(format!("--path `{text}` is not a JSON pointer"))
            .hint(format!("write it like {}", OfferPart::Offer.pointer()))
    };
    Pointer::parse(text).ok_or_else(wrong)
}

/// What would be written, as a patch.
pub(super) fn differences(
    workspace: &Workspace,
    files: &BTreeMap<RelativePath, String>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (path, text) in files {
        let old = workspace.tree.read(path, FILE_LIMIT).unwrap_or_default();
        adoption::patch(&workspace.tree.shown(path), &String::from_utf8_lossy(&old), text, out, style)?;
    }
    if files.is_empty() { Ok(()) } else { writeln!(out) }
}

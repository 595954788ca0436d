//! `offerform import`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::arguments::{Format, ImportArguments};
use super::context::Context;
use super::offers::address;
use super::output::{self, Narration};
use super::service::Service;
use super::{CliError, Exit, progress, secrets, start};
use crate::apply::ErrorMessage;
use crate::import::{Import, Imported, Manner, Purpose, Sharing, Unfit, import};
use crate::offer::{Api, OfferAddress};
use crate::reconcile::{self, Drafts};
use crate::render::imported::{self, Import as Report};
use crate::render::json::v1;
use crate::text::counted;
use crate::workspace::Selection;

/// What an editor is asked to look for, at the root of the repository.
const SCHEMA: &str = "offer.schema.json";

pub(super) async fn run(context: &Context, arguments: ImportArguments) -> Result<Exit, CliError> {
    if arguments.offers.is_empty() && !arguments.all {
        return Err(CliError::failed("no offer was given").hint("give offers as `publisher/offer`, or pass --all"));
    }
    let folder = arguments.dir.clone().unwrap_or_else(|| context.root().join("offers"));
    let service = Service::connect(context).await?;
    let read = read(context, &service, &arguments).await;
    let secrets = std::sync::Arc::new(start::secrets_of(context, context.root()));
    let surroundings = start::surroundings(context, &service, context.root(), secrets);
    let ahead = match &read {
        Ok(drafts) => {
            let parallelism = arguments.parallelism.or(context.settings.parallelism);
            reconcile::ahead_of_production(&service.reading(), &drafts.offers, parallelism).await
        }
        Err(_) => BTreeMap::new(),
    };
    let service_name = service.name();
    service.close().await?;
    let Drafts { offers, failures } = read?;
    let manner = Manner {
        schema: &schema(context, &folder),
        sharing: if arguments.share { Sharing::Shared } else { Sharing::Apart },
    };
    let import = import(&offers, manner);
    let base = if folder.starts_with(context.root()) { context.root() } else { &folder };
    let declared = declared_elsewhere(context, &folder, &import)?;
    write((base, &folder), &import.files, arguments.force, &declared)?;
    if context.settings.sandbox {
        // What somebody would set by hand, so that a plan of the files can be tried at once.
        let shown = import.offers.iter().flat_map(|imported| &imported.variables);
        let shown = shown.filter_map(|variable| Some((variable.name.clone(), variable.value.as_ref()?)));
        secrets::StandIns::remember(&context.sandbox_folder(), shown)?;
    }
    let outcome = report_of(&folder, service_name, (&import, &ahead), failures);
    report(context, &folder, arguments.print.format, &outcome)?;
    let written = |address: &OfferAddress| import.offers.iter().any(|imported| imported.address == *address);
    let lives: BTreeMap<_, _> = offers.into_iter().filter(|(address, _)| written(address)).collect();
    if !lives.is_empty() {
        let selection = Selection { paths: vec![folder.display().to_string()], ..Selection::default() };
        start::record(context, selection, &surroundings, lives)?;
    }
    if !outcome.failed.is_empty() {
        output::narrate(|out| imported::failures(&outcome.failed, out));
        return Err(CliError::failed("not every offer could be imported"));
    }
    match outcome.to_correct() {
        0 => Ok(Exit::Done),
        count => Err(does_not_validate(count)),
    }
}

fn does_not_validate(count: usize) -> CliError {
    let values = counted(count, ("value of a kind", "values of kinds"));
    let message = format!(
        "the files were written, but `validate` refuses them: the portal has {values} that a field does not accept"
    );
    CliError::failed(message).hint(
        "correct each place in the file, for example with quotes around text; `plan` then shows the corrections, and `apply` writes them to the portal",
    )
}

/// The drafts of the offers that are asked for.
async fn read(context: &Context, service: &Service, arguments: &ImportArguments) -> Result<Drafts, CliError> {
    let client = service.reading();
    if arguments.all && context.settings.api() == Api::ProductIngestion && context.settings.publisher.is_none() {
        let error = CliError::failed("`import --all` needs the publisher: the Product Ingestion API does not name one");
        return Err(error.hint("add `--publisher ID`: the new files name that publisher"));
    }
    let addresses = if arguments.all {
        reconcile::all_offers(client.as_ref(), context.settings.publisher.as_deref(), context.settings.api()).await?
    } else {
        arguments.offers.iter().map(|text| address(context, text)).collect::<Result<_, _>>()?
    };
    if addresses.is_empty() {
        let error = CliError::failed("there are no offers to import");
        return Err(error.hint("`offerform whoami` shows which publishers can be seen"));
    }
    let parallelism = arguments.parallelism.or(context.settings.parallelism);
    let progress = progress::reading(context.terminal.narration, addresses.len());
    Ok(reconcile::drafts(&client, addresses, parallelism, progress).await)
}

/// Where the schema is, seen from the folder: at the root of the repository.
fn schema(context: &Context, folder: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let absolute = current.join(folder);
    let below = absolute.strip_prefix(context.root()).map_or(1, |below| below.components().count());
    format!("{}{SCHEMA}", "../".repeat(below))
}

/// Offers that other files in the folder declare already, with those files: written once more they would be declared twice.
fn declared_elsewhere(
    context: &Context,
    folder: &Path,
    import: &Import,
) -> Result<Vec<(OfferAddress, String)>, CliError> {
    let declared = if folder.is_dir() { context.repository.declared_in(folder)? } else { Vec::new() };
    let mut found = Vec::new();
    for (address, file) in declared {
        let same = |imported: &&Imported| {
            imported.address.to_string().eq_ignore_ascii_case(&address.to_string())
                && Path::new(&file).file_name() != Path::new(&imported.file).file_name()
        };
        found.extend(import.offers.iter().find(same).map(|imported| (imported.address.clone(), file.clone())));
    }
    Ok(found)
}

/// Writes all files, or none.
fn write(
    (base, folder): (&Path, &Path),
    files: &BTreeMap<String, String>,
    force: bool,
    declared: &[(OfferAddress, String)],
) -> Result<(), CliError> {
    if let Some((address, file)) = declared.first() {
        let message = format!("`{address}` is already declared in `{file}`; nothing was written");
        return Err(CliError::refused(message).hint("remove it there, or import into another folder with --dir"));
    }
    let targets: Vec<(PathBuf, &str)> =
        files.iter().map(|(path, content)| (folder.join(path), content.as_str())).collect();
    let existing: Vec<&PathBuf> =
        targets.iter().map(|(path, _)| path).filter(|path| path.symlink_metadata().is_ok()).collect();
    if let (Some(first), false) = (existing.first(), force) {
        let message = match existing.len() - 1 {
            0 => format!("`{}` already exists; nothing was written", first.display()),
            others => format!("`{}` and {others} more already exist; nothing was written", first.display()),
        };
        return Err(CliError::refused(message).hint("pass --force to overwrite, or --dir to write to another folder"));
    }
    for (path, _) in &targets {
        refuse_links(folder, path)?;
    }
    output::files(base, &targets)
}

/// Refuses a path on which something leads away: a link in the place of a folder, or of the file.
fn refuse_links(folder: &Path, path: &Path) -> Result<(), CliError> {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let mut at = folder.to_path_buf();
    for part in below.components() {
        at.push(part);
        match at.symlink_metadata() {
            Ok(found) if found.is_symlink() || (at == path) != found.is_file() => {
                let message = format!("`{}` is in the way; nothing was written", at.display());
                return Err(CliError::refused(message).hint("move it away, or import into another folder with --dir"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Says what was written, what to set, and what to do next.
fn report(context: &Context, folder: &Path, format: Format, import: &Report) -> Result<(), CliError> {
    output::data(|out| match format {
        Format::Human => imported::import(import, out),
        Format::Json => v1::imported(import, out),
    })?;
    if !import.offers.is_empty() && import.to_correct() == 0 && context.terminal.narration != Narration::Quiet {
        let shown = output::shown(folder);
        output::narrate(|out| writeln!(out, "next: `offerform plan {shown}` has nothing to do; then commit the files"));
    }
    Ok(())
}

/// A variable as a report shows it.
pub(super) fn variable(variable: &crate::import::Variable) -> imported::Variable {
    imported::Variable {
        name: variable.name.clone(),
        kind: match variable.purpose {
            Purpose::Disk | Purpose::Address => imported::VariableKind::SignedAddress,
            Purpose::Secret => imported::VariableKind::Secret,
        },
        place: variable.place.clone(),
    }
}

/// The report of an import, with the names of files as a user writes them.
fn report_of(
    folder: &Path,
    endpoint: String,
    (import, ahead): (&Import, &BTreeMap<OfferAddress, usize>),
    failures: Vec<(OfferAddress, ErrorMessage)>,
) -> Report {
    let name = |file: &str| output::shown(&folder.join(file));
    let correction = |unfit: &Unfit| imported::Correction {
        rule: unfit.rule,
        file: name(&unfit.file),
        line: unfit.line,
        column: unfit.column,
        message: unfit.message.clone(),
    };
    let offer = |offer: &Imported| imported::Offer {
        address: offer.address.clone(),
        file: name(&offer.file),
        texts: offer.texts.iter().map(|file| name(file)).collect(),
        left_out: offer.left_out.iter().map(|left| (left.place.clone(), left.why.to_string())).collect(),
        variables: offer.variables.iter().map(variable).collect(),
        ahead: ahead.get(&offer.address).copied(),
        to_correct: offer.unfit.iter().map(correction).collect(),
    };
    let refused = import.refused.iter().map(|(address, why)| (address.clone(), ErrorMessage::of(why)));
    Report {
        endpoint,
        offers: import.offers.iter().map(offer).collect(),
        failed: failures.into_iter().chain(refused).collect(),
        refused: import.refused.len(),
        files: import.files.keys().map(|file| name(file)).collect(),
    }
}

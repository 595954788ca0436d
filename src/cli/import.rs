//! `offerform import`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::arguments::ImportArguments;
use super::context::Context;
use super::offers::address;
use super::output::{self, Narration};
use super::service::Service;
use super::{CliError, Exit, progress, secrets, start};
use crate::apply::Trouble;
use crate::import::{Import, Imported, Manner, Purpose, Sharing, import};
use crate::offer::OfferAddress;
use crate::reconcile::{self, Drafts};
use crate::render::visible;
use crate::workspace::Selection;

/// What an editor is told to look for, at the root of the repository.
const SCHEMA: &str = "offer.schema.json";

pub(super) async fn run(context: &Context, arguments: ImportArguments) -> Result<Exit, CliError> {
    if arguments.offers.is_empty() && !arguments.all {
        return Err(CliError::failed("no offer is named").hint("name offers as `publisher/offer`, or pass --all"));
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
    report(context, &folder, (&import, &ahead))?;
    let written = |address: &OfferAddress| import.offers.iter().any(|imported| imported.address == *address);
    let lives: BTreeMap<_, _> = offers.into_iter().filter(|(address, _)| written(address)).collect();
    if !lives.is_empty() {
        let selection = Selection { paths: vec![folder.display().to_string()], ..Selection::default() };
        start::record(context, selection, &surroundings, lives)?;
    }
    let refused = import.refused.iter().map(|(address, why)| (address.clone(), Trouble::of(why)));
    let failures: Vec<_> = failures.into_iter().chain(refused).collect();
    if failures.is_empty() {
        return Ok(Exit::Done);
    }
    output::narrate(|out| failures.iter().try_for_each(|failure| not_imported(failure, out)));
    Err(CliError::failed("not every offer could be imported"))
}

/// The drafts of the offers that are asked for.
async fn read(context: &Context, service: &Service, arguments: &ImportArguments) -> Result<Drafts, CliError> {
    let client = service.reading();
    let addresses = if arguments.all {
        reconcile::all_offers(&client, context.settings.publisher.as_deref()).await?
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
        let message = format!("`{address}` is declared in `{file}` already; nothing was written");
        return Err(CliError::refused(message).hint("take it out there, or import into another folder with --dir"));
    }
    let targets: Vec<(PathBuf, &str)> =
        files.iter().map(|(path, content)| (folder.join(path), content.as_str())).collect();
    let existing: Vec<&PathBuf> =
        targets.iter().map(|(path, _)| path).filter(|path| path.symlink_metadata().is_ok()).collect();
    if let (Some(first), false) = (existing.first(), force) {
        let others = if existing.len() == 1 { String::new() } else { format!(" and {} more", existing.len() - 1) };
        let message = format!("`{}`{others} exists already; nothing was written", first.display());
        return Err(CliError::refused(message).hint("--force overwrites; --dir names another folder"));
    }
    for (path, _) in &targets {
        is_ours(folder, path)?;
    }
    output::files(base, &targets)
}

/// Refuses a path on which something leads away: a link in the place of a folder, or of the file.
fn is_ours(folder: &Path, path: &Path) -> Result<(), CliError> {
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
fn report(
    context: &Context,
    folder: &Path,
    (import, ahead): (&Import, &BTreeMap<OfferAddress, usize>),
) -> Result<(), CliError> {
    output::data(|out| {
        for imported in &import.offers {
            offer(folder, imported, out)?;
            if let Some(count) = ahead.get(&imported.address) {
                let address = visible(&imported.address.to_string()).into_owned();
                writeln!(out, "  the draft differs from production in {}:", counted(*count, "field"))?;
                writeln!(out, "    offerform diff {address} --from production --to draft")?;
            }
        }
        variables(import, out)?;
        let (offers, files) = (counted(import.offers.len(), "offer"), counted(import.files.len(), "file"));
        writeln!(out, "Import: {offers} in {files}, {} refused.", import.refused.len())
    })?;
    if !import.offers.is_empty() && context.terminal.narration != Narration::Quiet {
        let shown = shown(folder);
        output::narrate(|out| writeln!(out, "next: `offerform plan {shown}` has nothing to do; then commit the files"));
    }
    Ok(())
}

fn not_imported((address, trouble): &(OfferAddress, Trouble), out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: not imported: {}", visible(&address.to_string()), visible(&trouble.message))?;
    trouble.hint.iter().try_for_each(|hint| writeln!(out, "  hint: {}", visible(hint)))
}

fn offer(folder: &Path, imported: &Imported, out: &mut dyn Write) -> io::Result<()> {
    let file = shown(&folder.join(&imported.file));
    let texts = match imported.texts.len() {
        0 => String::new(),
        count => format!(", and {} beside it", counted(count, "file")),
    };
    writeln!(out, "{}: {file}{texts}", visible(&imported.address.to_string()))?;
    for left in &imported.left_out {
        writeln!(out, "  not written: {}: {}", visible(left.place.as_str()), visible(&left.why.to_string()))?;
    }
    Ok(())
}

/// The variables by name, each once.
fn variables(import: &Import, out: &mut dyn Write) -> io::Result<()> {
    let mut all = BTreeMap::new();
    for imported in &import.offers {
        for variable in &imported.variables {
            all.entry(&variable.name).or_insert((imported, variable));
        }
    }
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\nSet these variables where `apply` runs. `plan` needs none of them, and `apply` needs a signed address"
    )?;
    writeln!(out, "only when it sends a new image or a changed address:")?;
    for (name, (imported, variable)) in all {
        let what = match variable.purpose {
            Purpose::Disk | Purpose::Address => "signed address",
            Purpose::Secret => "secret",
        };
        let (address, place) = (imported.address.to_string(), variable.place.as_str());
        writeln!(out, "  {name}\n      {what} of {}: {}", visible(&address), visible(place))?;
    }
    writeln!(out)
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    visible(&path.strip_prefix(&current).unwrap_or(path).display().to_string()).into_owned()
}

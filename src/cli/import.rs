//! `offerform import`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};

use super::arguments::ImportArguments;
use super::context::Context;
use super::findings::Chosen;
use super::output::{self, Narration};
use super::service::Service;
use super::standing::address;
use super::{CliError, Exit, applied, progress, secrets};
use crate::api::ReadOnlyClient;
use crate::apply::Trouble;
use crate::import::{Import, Imported, Manner, Purpose, Sharing, import};
use crate::offer::{Document, OfferAddress, PublisherId};
use crate::render::visible;

/// What an editor is told to look for, at the root of the repository.
const SCHEMA: &str = "offer.schema.json";

pub(super) async fn run(context: &Context, arguments: ImportArguments) -> Result<Exit, CliError> {
    if arguments.offers.is_empty() && !arguments.all {
        return Err(CliError::failed("no offer is named").hint("name offers as `publisher/offer`, or pass --all"));
    }
    let folder = arguments.dir.clone().unwrap_or_else(|| context.root().join("offers"));
    let service = Service::connect(context).await?;
    let read = read(context, &service, &arguments).await;
    let endpoint = service.name();
    service.close().await?;
    let (offers, failures) = read?;
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
    report(context, &folder, &import)?;
    let written = |address: &OfferAddress| import.offers.iter().any(|imported| imported.address == *address);
    let lives: Vec<_> = offers.into_iter().filter(|(address, _)| written(address)).collect();
    if !lives.is_empty() {
        let chosen = Chosen { paths: vec![folder.display().to_string()], ..Chosen::default() };
        applied::record(context, &chosen, &endpoint, lives)?;
    }
    let refused = import.refused.iter().map(|(address, why)| (address.clone(), Trouble::of(why)));
    let failures: Vec<_> = failures.into_iter().chain(refused).collect();
    if failures.is_empty() {
        return Ok(Exit::Done);
    }
    output::narrate(|out| failures.iter().try_for_each(|failure| not_imported(failure, out)));
    Err(CliError::failed("not every offer could be imported"))
}

type Failures = Vec<(OfferAddress, Trouble)>;

/// The drafts of the offers that are asked for, by address, and those that could not be read.
async fn read(
    context: &Context,
    service: &Service,
    arguments: &ImportArguments,
) -> Result<(Vec<(OfferAddress, Document)>, Failures), CliError> {
    let client = service.reading();
    let mut addresses = if arguments.all {
        listed(context, &client).await?
    } else {
        arguments.offers.iter().map(|text| address(context, text)).collect::<Result<_, _>>()?
    };
    addresses.sort();
    addresses.dedup();
    let parallelism = arguments.parallelism.or(context.settings.parallelism);
    let progress = progress::reading(context.terminal.narration, addresses.len());
    let mut answers: Vec<_> = stream::iter(addresses)
        .map(|address| {
            let (client, progress) = (client.clone(), std::sync::Arc::clone(&progress));
            async move {
                progress.started(&address);
                let answer = client.offer(&address).await;
                progress.finished(&address, if answer.is_ok() { "read" } else { "failed" });
                (address, answer)
            }
        })
        .buffer_unordered(parallelism.max(1))
        .collect()
        .await;
    answers.sort_by(|one, two| one.0.cmp(&two.0));
    let (mut offers, mut failures) = (Vec::new(), Vec::new());
    for (address, answer) in answers {
        match answer {
            Ok(Some(live)) => offers.push((address, live.document)),
            Ok(None) => {
                let message = "the portal has no such offer".to_owned();
                failures.push((address, Trouble { message, hint: None, correlation_id: None }));
            }
            Err(error) => failures.push((address, Trouble::of(&error).with_hint(error.hint()))),
        }
    }
    Ok((offers, failures))
}

/// All offers of the publisher, or of all visible publishers.
async fn listed(context: &Context, client: &ReadOnlyClient) -> Result<Vec<OfferAddress>, CliError> {
    let publishers = match &context.settings.publisher {
        Some(publisher) => vec![PublisherId::new(publisher.as_str())],
        None => client.publishers().await?.into_iter().map(|publisher| publisher.id).collect(),
    };
    let mut addresses = Vec::new();
    for publisher in publishers {
        addresses.extend(client.offers(&publisher).await?.into_iter().map(|row| row.address));
    }
    if addresses.is_empty() {
        let error = CliError::failed("there are no offers to import");
        return Err(error.hint("`offerform whoami` shows which publishers can be seen"));
    }
    Ok(addresses)
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
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let selection = [folder.display().to_string()];
    let tree = context.tree(&selection)?;
    let loaded = crate::desired::load(&tree, &selection, &context.environment);
    let mut found = Vec::new();
    for desired in loaded.desired {
        let same = |imported: &&Imported| {
            imported.address.to_string().eq_ignore_ascii_case(&desired.address.to_string())
                && Path::new(&desired.file).file_name() != Path::new(&imported.file).file_name()
        };
        found.extend(import.offers.iter().find(same).map(|imported| (imported.address.clone(), desired.file.clone())));
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
fn report(context: &Context, folder: &Path, import: &Import) -> Result<(), CliError> {
    output::data(|out| {
        for imported in &import.offers {
            offer(folder, imported, out)?;
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

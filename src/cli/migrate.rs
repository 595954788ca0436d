//! `offerform migrate`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{Format, MigrateArguments};
use super::context::Context;
use super::output::{self, Narration};
use super::service::Service;
use super::{CliError, Exit, findings, import, secrets, start};
use crate::backend::{ErrorKind, Reader};
use crate::desired::Desired;
use crate::diff::{Comparison, compare};
use crate::ingestion::OTHER_TYPES;
use crate::manifest::Reconcile;
use crate::migrate::{Migrated, Old, is_migratable, migrate};
use crate::offer::{Api, Document, OfferAddress};
use crate::record::Rewrites;
use crate::render::json::v1;
use crate::render::migrated::{self, File, Migration, Offer};
use crate::source::{RelativePath, Tree as _};
use crate::workspace::{Selection, Workspace};

/// An offer that was migrated, or why it was not.
struct Outcome {
    desired: Arc<Desired>,
    file: RelativePath,
    result: Result<(Migrated, Document), CliError>,
}

pub(super) async fn run(context: &Context, arguments: MigrateArguments) -> Result<Exit, CliError> {
    let selection = Selection { paths: arguments.paths.clone(), ..Selection::default() };
    let workspace = findings::opened(context, context.repository.open(&selection))?;
    let service = Service::connect(context).await?;
    let secrets = Arc::new(start::secrets_of(context, context.root()));
    let surroundings = start::surroundings(context, &service, context.root(), secrets);
    let reader = service.reading();
    let mut outcomes = Vec::new();
    for desired in workspace.desired.iter().filter(|desired| is_migratable(&desired.address)) {
        let file = file_of(&workspace, desired);
        match file {
            Ok(file) => {
                let rewrites = surroundings.memory.rewrites(&desired.address);
                let result = one(&workspace, (desired, &file), reader.as_ref(), &rewrites).await;
                outcomes.push(Outcome { desired: Arc::clone(desired), file, result });
            }
            Err(error) => outcomes.push(Outcome {
                desired: Arc::clone(desired),
                file: RelativePath::default(),
                result: Err(error),
            }),
        }
    }
    let service_name = service.ingestion_name();
    service.close().await?;
    if outcomes.is_empty() {
        return Err(CliError::failed("no file here declares an offer of the Cloud Partner Portal API"));
    }
    let has_unused_includes = report_unused_includes(context, &workspace, &mut outcomes)?;
    let is_dry = arguments.dry_run;
    let mut lives = BTreeMap::new();
    let mut files = Vec::new();
    for outcome in &outcomes {
        if let Ok((migrated, product)) = &outcome.result {
            let path = workspace.tree.root().join(outcome.file.as_str());
            let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
            files.extend(migrated.texts.iter().map(|(name, text)| (folder.join(name), text.clone())));
            files.push((path, migrated.file.clone()));
            lives.insert(outcome.desired.address.clone().through(Api::ProductIngestion), product.clone());
        }
    }
    if !is_dry {
        let targets: Vec<(PathBuf, &str)> = files.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
        output::files(workspace.tree.root(), &targets)?;
    }
    let migration = report_of(&service_name, &outcomes, is_dry);
    report(context, &migration, arguments.print.format, has_unused_includes)?;
    if context.settings.sandbox {
        let variables =
            outcomes.iter().filter_map(|outcome| Some(&outcome.result.as_ref().ok()?.0.variables)).flatten();
        let shown = variables.filter_map(|variable| Some((variable.name.clone(), variable.value.as_ref()?)));
        secrets::StandIns::remember(&context.sandbox_folder(), shown)?;
    }
    if !is_dry && !lives.is_empty() {
        // Only the new files: a part that no file uses any longer is read as an offer otherwise.
        let of_offer =
            |outcome: &Outcome| outcome.result.is_ok().then(|| workspace.tree.root().join(outcome.file.as_str()));
        let paths = outcomes.iter().filter_map(of_offer).map(|path| path.display().to_string()).collect();
        start::record(context, Selection { paths, ..Selection::default() }, &surroundings, lives)?;
    }
    let failed = outcomes.iter().filter(|outcome| outcome.result.is_err()).count();
    if failed > 0 { Err(CliError::failed("not every offer could be migrated")) } else { Ok(Exit::Done) }
}

/// The file that declares an offer, and no other one.
fn file_of(workspace: &Workspace, desired: &Desired) -> Result<RelativePath, CliError> {
    let others = workspace.desired.iter().filter(|other| other.file == desired.file).count();
    if others > 1 {
        return Err(CliError::refused(format!("`{}` declares several offers", desired.file))
            .hint("move each offer to a file of its own first"));
    }
    let path = workspace.tree.locate(&desired.file).map_err(|error| CliError::from(&error))?;
    if path.extension() == "json" {
        return Err(CliError::refused(format!("`{}` is not a YAML file", desired.file)));
    }
    Ok(path)
}

async fn one(
    workspace: &Workspace,
    (desired, file): (&Arc<Desired>, &RelativePath),
    reader: &dyn Reader,
    rewrites: &Rewrites,
) -> Result<(Migrated, Document), CliError> {
    let address = desired.address.clone().through(Api::ProductIngestion);
    let product = match reader.draft(&address).await {
        Ok(Some(product)) => product,
        Ok(None) => {
            return Err(CliError::failed("the Product Ingestion API has no product with this id").hint(OTHER_TYPES));
        }
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            let offer_type = &desired.offer_type;
            let message = format!(
                "offers of type `{offer_type}` cannot be migrated: the Product Ingestion API does not manage them"
            );
            return Err(CliError::failed(message).hint(OTHER_TYPES));
        }
        Err(error) => return Err(error.into()),
    };
    let draft = reader.draft(&desired.address).await?.map(|live| live.document);
    let folder = file.parent();
    let text = read(workspace, file)?;
    let mut texts = BTreeMap::new();
    for path in workspace.tree.files(&folder).map_err(|error| CliError::from(&error))? {
        let name = path.as_str().strip_prefix(folder.as_str()).unwrap_or(path.as_str()).trim_start_matches('/');
        let is_text = !matches!(path.extension().as_str(), "yaml" | "yml" | "json");
        if is_text && let Ok(content) = read(workspace, &path) {
            texts.insert(name.to_owned(), content);
        }
    }
    let depth = folder.parts().count().max(1);
    let schema = format!("{}offer.schema.json", "../".repeat(depth));
    let schema = modeline(&text).unwrap_or(schema);
    let has_own_settings = settings(workspace, desired).iter().all(|file| *file == desired.file);
    let old = Old { desired, text: &text, texts: &texts, draft: draft.as_ref(), has_own_settings };
    let mut migrated = migrate(old, &product.document, &schema).map_err(|why| {
        let message = match &why {
            crate::migrate::Why::InTheWay(_) => format!("{why}; move it away first"),
            _ => why.to_string(),
        };
        CliError::failed(message)
    })?;
    migrated.lost.extend(draft.as_ref().and_then(|draft| unapplied(desired, draft, rewrites)));
    Ok((migrated, product.document))
}

/// Names the values of the file that differ from the draft in the portal: they were not applied, or edited in the portal. The new file
/// has what the product has, so they are not in it.
fn unapplied(desired: &Desired, draft: &Document, rewrites: &Rewrites) -> Option<String> {
    let plain = Comparison::plain(draft.field_table(), &desired.document, draft);
    let changes = compare(Comparison { rewrites, ..plain }).changes;
    let places: Vec<String> =
        changes.iter().filter(|change| change.is_determined()).map(|change| format!("`{}`", change.identity)).collect();
    let values = if places.len() == 1 { "value that differs" } else { "values that differ" };
    let listed = places.join(", ");
    (!places.is_empty())
        .then(|| format!("{} {values} from the portal; the new file has those of the portal: {listed}", places.len()))
}

/// Tells of the included YAML and JSON files that no offer of the repository uses after the migration. Once no file
/// includes them, they would be read as offer files. Returns whether there are such files.
fn report_unused_includes(
    context: &Context,
    workspace: &Workspace,
    outcomes: &mut [Outcome],
) -> Result<bool, CliError> {
    let repository = findings::opened(context, context.repository.open(&Selection::default()))?;
    let migrated: BTreeSet<&OfferAddress> =
        outcomes.iter().filter(|outcome| outcome.result.is_ok()).map(|outcome| &outcome.desired.address).collect();
    let remaining = repository.desired.iter().filter(|desired| !migrated.contains(&desired.address));
    let used: BTreeSet<String> = remaining.flat_map(|desired| includes(&repository, desired)).collect();
    let mut has_unused = false;
    for outcome in outcomes {
        if let Ok((migrated, _)) = &mut outcome.result {
            let included = includes(workspace, &outcome.desired).into_iter();
            let unused: Vec<String> =
                included.filter(|file| !used.contains(file) && *file != outcome.desired.file).collect();
            has_unused |= !unused.is_empty();
            migrated.lost.extend(unused.iter().map(|file| format!("`{file}` is no longer used; remove it")));
        }
    }
    Ok(has_unused)
}

/// The YAML and JSON files that values and settings of an offer come from, its own file included.
fn includes(workspace: &Workspace, desired: &Desired) -> BTreeSet<String> {
    let places = desired.origins.places();
    let mut files: BTreeSet<&str> = places.values().map(|span| workspace.sources.name(span.source)).collect();
    files.extend(settings(workspace, desired));
    let is_offer_format = |file: &&str| [".yaml", ".yml", ".json"].iter().any(|extension| file.ends_with(extension));
    files.into_iter().filter(is_offer_format).map(str::to_owned).collect()
}

/// The files that the settings in the `reconcile` block of an offer come from.
fn settings<'w>(workspace: &'w Workspace, desired: &Desired) -> BTreeSet<&'w str> {
    let Reconcile { release, ownership, ignore, allow, silence } = &desired.reconcile;
    let spans = release.span.into_iter().chain(ownership.span);
    let spans = spans.chain(ignore.iter().map(|one| one.span)).chain(allow.iter().map(|one| one.span));
    let spans = spans.chain(silence.iter().map(|one| one.span));
    spans.map(|span| workspace.sources.name(span.source)).collect()
}

/// The schema that the file names for editors.
fn modeline(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.contains("yaml-language-server:"))?;
    line.split_once("$schema=").map(|(_, schema)| schema.trim().to_owned())
}

fn read(workspace: &Workspace, file: &RelativePath) -> Result<String, CliError> {
    let bytes = workspace.tree.read(file, crate::source::FILE_LIMIT).map_err(|error| CliError::from(&error))?;
    String::from_utf8(bytes).map_err(|_| CliError::failed(format!("`{file}` is not UTF-8 text")))
}

/// The report of a migration.
fn report_of(endpoint: &str, outcomes: &[Outcome], is_dry: bool) -> Migration {
    let file = |outcome: &Outcome, migrated: &Migrated| {
        let folder = outcome.file.parent();
        let text = |name: &String| if folder.as_str().is_empty() { name.clone() } else { format!("{folder}/{name}") };
        File {
            path: outcome.desired.file.clone(),
            texts: migrated.texts.keys().map(text).collect(),
            kept: migrated.carried.clone(),
            lost: migrated.lost.clone(),
            variables: migrated.variables.iter().map(import::variable).collect(),
        }
    };
    let offer = |outcome: &Outcome| Offer {
        address: outcome.desired.address.clone(),
        result: match &outcome.result {
            Ok((migrated, _)) => Ok(file(outcome, migrated)),
            Err(error) => Err(error.failure().clone()),
        },
    };
    let endpoint = endpoint.to_owned();
    Migration { endpoint, is_written: !is_dry, offers: outcomes.iter().map(offer).collect() }
}

fn report(context: &Context, migration: &Migration, format: Format, has_unused_includes: bool) -> Result<(), CliError> {
    output::data(|out| match format {
        Format::Human => migrated::migration(migration, out),
        Format::Json => v1::migration(migration, out),
    })?;
    let has_files = migration.is_written && migration.migrated().next().is_some();
    if has_files && context.terminal.narration != Narration::Quiet {
        let next = if has_unused_includes {
            "remove the files that are no longer used, because `offerform plan` reads them as offer files; then review and commit"
        } else {
            "review the files and commit them; `offerform plan` has nothing to do for these offers"
        };
        output::narrate(|out| writeln!(out, "next: {next}"));
    }
    Ok(())
}

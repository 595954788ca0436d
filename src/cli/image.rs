//! `offerform image`: versions of images in offer files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::adopt::differences;
use super::arguments::{
    AddArguments, DeprecateArguments, Disk, Fetching, Format, ImageCommand, ListArguments, Parallelism, PruneArguments,
    Writing,
};
use super::context::Context;
use super::offers::address;
use super::output::{self, Narration};
use super::service::Service;
use super::{CliError, Exit, findings, start};
use crate::desired::Desired;
use crate::diagnostic::nearest;
use crate::git::Git;
use crate::image::{self, Image, Listing, Order, Pruned, Refusal, Sides, Source, Texts};
use crate::offer::{Document, OfferAddress};
use crate::plan::Plan;
use crate::reconcile::{self, Choices, Editing, Keeps, NewTexts, Overview, Recording};
use crate::render::Style;
use crate::render::image::{self as pages, Change, Deed, Kept, WrittenVersion};
use crate::render::json::v1;
use crate::secret::{
    AccountKey, AccountPlace, NoSecrets, SecretLocation, SecretReference, SecretSource, SignedBlob, USUAL,
};
use crate::source::{GitTree, Naming, Tree as _};
use crate::workspace::{Selection, Workspace};

pub(super) async fn run(context: &Context, command: ImageCommand) -> Result<Exit, CliError> {
    match command {
        ImageCommand::Add(arguments) => add(context, &arguments),
        ImageCommand::List(arguments) => list(context, arguments).await,
        ImageCommand::Prune(arguments) => prune(context, arguments).await,
        ImageCommand::Deprecate(arguments) => deprecate(context, &arguments),
    }
}

fn refused(refusal: &Refusal) -> CliError {
    CliError::refused(format!("{refusal}; nothing was written")).hint(refusal.hint())
}

/// The edit of an offer's file.
fn editing<'c>(context: &'c Context, offer: &str) -> Result<Editing<'c>, CliError> {
    let address = address(context, offer)?;
    let files = context.repository.open_everything(&Selection::default());
    let files = files.map_err(|error| findings::failed(context, error))?;
    Editing::of(&context.repository, files, &address).map_err(|files| {
        let known: Vec<String> = files.workspace.all.iter().map(ToString::to_string).collect();
        let near = nearest(&address.to_string(), known.iter().map(String::as_str)).map(ToOwned::to_owned);
        CliError::failed(format!("no file declares `{address}`")).hint(near.map_or_else(
            || "`offerform import OFFER` writes the file of an offer in the portal".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ))
    })
}

/// The new texts of the files for the offer to declare `document`.
fn texts(edit: &Editing<'_>, document: Document) -> Result<NewTexts, CliError> {
    edit.texts(document).map_err(|obstacles| {
        let why: Vec<String> = obstacles.iter().map(ToString::to_string).collect();
        CliError::refused(format!("{}; nothing was written", why.join("; ")))
            .hint("edit the file by hand, and check it with `offerform plan`")
    })
}

fn add(context: &Context, arguments: &AddArguments) -> Result<Exit, CliError> {
    let edit = editing(context, &arguments.offer.address)?;
    let order = order(context, &edit.desired, arguments)?;
    let added = image::add(&edit.desired, &order).map_err(|refusal| refused(&refusal))?;
    let texts = texts(&edit, added.document)?;
    let mut places = edit.new_places(&texts, &added.images).into_iter().flatten();
    let change = Change {
        deed: Deed::Added,
        address: edit.desired.address.clone(),
        images: added.images.iter().map(|image| WrittenVersion::of(image, places.next())).collect(),
        kept: added.without.iter().map(|holder| Kept::without(holder, &order.version)).collect(),
        ..Change::default_of(&edit.desired.address)
    };
    finish(context, &edit, change, &texts, &arguments.writing)
}

fn order(context: &Context, desired: &Desired, arguments: &AddArguments) -> Result<Order, CliError> {
    let key = key(desired, arguments);
    let disk = |named: &Disk| disk(named, key.as_ref());
    let AddArguments { disk: main, .. } = arguments;
    let source = match (&main.vhd_env, &main.blob, &main.gallery) {
        (Some(name), ..) => Source::Disk(disk(&Disk::Variable(name.clone()))?),
        (None, Some(blob), _) => Source::Disk(disk(&Disk::Blob(blob.clone()))?),
        (None, None, gallery) => Source::Gallery {
            tenant: arguments.gallery_tenant.clone().unwrap_or_default(),
            resource: gallery.clone().unwrap_or_default(),
        },
    };
    let own = |(id, own): &(String, Option<Disk>)| Ok((id.clone(), own.as_ref().map(disk).transpose()?));
    let numbered = |(number, named): &(u8, Disk)| Ok((*number, disk(named)?));
    Ok(Order {
        version: arguments.version.clone(),
        skus: arguments.skus.clone(),
        generations: arguments.generations.iter().map(own).collect::<Result<_, CliError>>()?,
        source,
        data_disks: arguments.data_disks.iter().map(numbered).collect::<Result<_, CliError>>()?,
        from: arguments.from.clone(),
        texts: Texts {
            label: arguments.label.clone(),
            description: arguments.description.clone(),
            media_name: arguments.media_name.clone(),
            date: arguments.date,
        },
        today: context.today(),
    })
}

/// The key that disks are signed with, and how long: what is asked for, or else as for the disks that are declared already.
fn key(desired: &Desired, arguments: &AddArguments) -> Option<(AccountKey, u16)> {
    let asked = arguments.key_env.clone().map(AccountKey::Key);
    let asked = asked.or_else(|| arguments.connection_string_env.clone().map(AccountKey::ConnectionString));
    let asked = asked.or_else(|| arguments.key_from.map(|_| AccountKey::Azure(AccountPlace::default())));
    let mut declared = desired.document.sealed().values().filter_map(|reference| match &reference.location {
        SecretLocation::Sas(blob) => Some((blob.key.clone(), blob.valid)),
        SecretLocation::Env(_) | SecretLocation::File(_) => None,
    });
    let declared = declared.next_back();
    let days = declared.as_ref().map_or(USUAL, |(_, days)| *days);
    asked.map(|key| (key, days)).or(declared)
}

/// The reference to a disk.
fn disk(named: &Disk, key: Option<&(AccountKey, u16)>) -> Result<SecretReference, CliError> {
    let location = match named {
        Disk::Variable(name) => SecretLocation::Env(name.clone()),
        Disk::Blob(address) => {
            let Some((key, days)) = key else {
                let message = "no version is signed with the key of a storage account yet; nothing was written";
                let hint =
                    "pass the variable with the key in --key-env or --connection-string-env, or pass --key-from azure";
                return Err(CliError::refused(message).hint(hint));
            };
            let blob = SignedBlob::at(address, key.clone()).map_err(|error| {
                // An address that is signed is not repeated.
                let shown = crate::secret::redact(address).into_owned();
                CliError::refused(format!("the address `{shown}` cannot be signed: {error}; nothing was written"))
                    .hint("pass the address of the disk in its container, without a signature")
            })?;
            SecretLocation::Sas(Box::new(SignedBlob { valid: *days, ..blob }))
        }
    };
    Ok(SecretReference { location, version: None })
}

fn deprecate(context: &Context, arguments: &DeprecateArguments) -> Result<Exit, CliError> {
    let edit = editing(context, &arguments.offer.address)?;
    let Pruned { document, images } =
        image::deprecate(&edit.desired, &arguments.version, &arguments.skus).map_err(|refusal| refused(&refusal))?;
    let texts = texts(&edit, document)?;
    let change = Change {
        deed: Deed::Deprecated,
        images: images.iter().map(|image| WrittenVersion::of(image, Some(edit.place(image)))).collect(),
        ..Change::default_of(&edit.desired.address)
    };
    finish(context, &edit, change, &texts, &arguments.writing)
}

async fn prune(context: &Context, arguments: PruneArguments) -> Result<Exit, CliError> {
    let edit = editing(context, &arguments.offer.address)?;
    let keep = usize::from(arguments.keep);
    let all = image::prune(&edit.desired, keep, &BTreeSet::new()).map_err(|refusal| refused(&refusal))?;
    let texts_of_all = texts(&edit, all.document)?;
    let kept = if all.images.is_empty() {
        Vec::new()
    } else {
        reconcile::kept(&planned(context, edit.workspace(&texts_of_all)).await?, &all.images)
    };
    let protected: BTreeSet<Image> = kept.iter().map(|(image, _)| image.clone()).collect();
    let pruned = image::prune(&edit.desired, keep, &protected).map_err(|refusal| refused(&refusal))?;
    let texts = if protected.is_empty() { texts_of_all } else { texts(&edit, pruned.document)? };
    let kept = kept.iter().map(|(image, why)| told_kept(image, why)).collect();
    let change = Change {
        deed: Deed::Pruned,
        images: pruned.images.iter().map(|image| WrittenVersion::of(image, Some(edit.place(image)))).collect(),
        kept,
        ..Change::default_of(&edit.desired.address)
    };
    let nothing_but_refusals = pruned.images.is_empty() && !protected.is_empty();
    let end = finish(context, &edit, change, &texts, &arguments.writing)?;
    Ok(if nothing_but_refusals { Exit::Refused } else { end })
}

fn told_kept(image: &Image, why: &Keeps) -> Kept {
    match why {
        Keeps::Guard(name) => Kept::guarded(image, name),
        Keeps::Edit => Kept::because(image, "it was edited in the portal: `offerform drift` shows the edit"),
        Keeps::NotApplied => Kept::because(
            image,
            "the draft in the portal has it, and there is no record that it was applied from here: declare `null` in its place to remove it",
        ),
    }
}

/// The plan of edited files.
async fn planned(context: &Context, workspace: Workspace) -> Result<Plan, CliError> {
    let is_committed = GitTree::open(&workspace.tree, "HEAD", Naming::WithCommit).is_ok();
    let choices = Choices { base: is_committed.then(|| "HEAD".to_owned()), ..Choices::default() };
    let service = Service::connect(context).await?;
    let secrets = Arc::new(start::secrets(context, &workspace));
    let with = (secrets as _, Fetching { no_fetch: true }, Parallelism::default());
    let over = start::over(context, &service, (Selection::default(), workspace), with)?;
    let planned = over.plan(&choices, Recording::Off).await;
    service.close().await?;
    let mut planned = planned?;
    start::complete(context, (&planned, None), "guards can only be checked with the service; nothing was written")?;
    Ok(planned.take_plan())
}

/// Writes the files, commits them if that is asked for, and tells.
fn finish(
    context: &Context,
    edit: &Editing<'_>,
    mut change: Change,
    texts: &NewTexts,
    writing: &Writing,
) -> Result<Exit, CliError> {
    let workspace = &edit.files.workspace;
    let style = context.terminal.stdout;
    change.files = texts.keys().map(|path| workspace.tree.shown(path)).collect();
    change.written = !writing.dry_run && !texts.is_empty();
    if writing.dry_run && writing.print.format == Format::Human {
        output::data(|out| differences(workspace, texts, style, out))?;
    }
    if change.written {
        let git = Git::around(workspace.tree.root());
        let paths: Vec<_> = texts.keys().map(|path| workspace.tree.root().join(path.as_str())).collect();
        if writing.commit {
            committable(&git, &paths)?;
        }
        output::files(workspace.tree.root(), &workspace.targets(texts)?)?;
        if writing.commit {
            let commit = git.commit(&pages::subject(&change), &paths);
            change.commit = Some(
                commit.map_err(|error| CliError::from(&error).hint("the files are written; commit them by hand"))?,
            );
        }
    }
    output::data(|out| match writing.print.format {
        Format::Human => pages::change(&change, out, style),
        Format::Json => v1::image_change(&change, out),
    })?;
    if change.written && context.terminal.narration != Narration::Quiet {
        output::narrate(|out| writeln!(out, "next: `offerform plan` shows what it changes in the portal"));
    }
    Ok(Exit::Done)
}

/// A commit holds the edit and nothing else, so nothing else may be in the files.
fn committable(git: &Git, paths: &[std::path::PathBuf]) -> Result<(), CliError> {
    for path in paths {
        if git
            .is_changed(path)
            .map_err(|error| CliError::from(&error).hint("run inside a git repository, or leave out --commit"))?
        {
            let message = format!("`{}` has edits that are not committed; nothing was written", path.display());
            return Err(CliError::refused(message).hint("commit them first, or leave out --commit"));
        }
    }
    Ok(())
}

async fn list(context: &Context, arguments: ListArguments) -> Result<Exit, CliError> {
    let named = arguments.named.offers.iter().map(|text| address(context, text)).collect::<Result<Vec<_>, _>>()?;
    let workspace = findings::declared(context)?;
    let declared: Vec<Arc<Desired>> = workspace.iter().flat_map(|workspace| workspace.desired.clone()).collect();
    let mut addresses = named;
    if addresses.is_empty() {
        let publisher = context.settings.publisher.as_deref();
        let is_meant = |desired: &&Arc<Desired>| {
            publisher.is_none_or(|id| id.eq_ignore_ascii_case(desired.address.publisher.as_str()))
                && image::has_images(desired)
        };
        addresses.extend(declared.iter().filter(is_meant).map(|desired| desired.address.clone()));
    }
    addresses.sort();
    addresses.dedup();
    let (endpoint, overviews) = match asked(context, &addresses).await {
        Ok((endpoint, overviews)) => (Some(endpoint), overviews),
        Err(error) => {
            output::warning(context.terminal.narration, &error, "; only what the files declare is listed");
            (None, BTreeMap::new())
        }
    };
    let secrets: Arc<dyn SecretSource> = match &workspace {
        Some(workspace) => Arc::new(start::secrets(context, workspace)),
        None => Arc::new(NoSecrets),
    };
    let mut offers = Vec::new();
    for address in &addresses {
        let file = declared.iter().find(|desired| desired.address == *address);
        let found = overviews.get(address);
        let offer_type = file
            .map(|desired| desired.offer_type.clone())
            .or_else(|| found?.draft.document.offer_type())
            .ok_or_else(|| CliError::failed(format!("`{address}` is neither in a file nor in the portal")))?;
        let sides = Sides {
            file: file.map(AsRef::as_ref),
            asked: endpoint.is_some(),
            draft: found.map(|found| &found.draft.document),
            preview: found.and_then(|found| found.situation.preview.as_ref()),
            production: found.and_then(|found| found.situation.production.as_ref()),
        };
        offers.push(image::images((address, &offer_type), sides, secrets.as_ref()));
    }
    print_listing(&Listing { endpoint, offers }, arguments.print.format, context.terminal.stdout)?;
    Ok(Exit::Done)
}

fn print_listing(listing: &Listing, format: Format, style: Style) -> Result<(), CliError> {
    output::data(|out| match format {
        Format::Human => pages::listing(listing, out, style),
        Format::Json => v1::images(listing, out),
    })
}

/// What the service has of the offers.
async fn asked(
    context: &Context,
    addresses: &[OfferAddress],
) -> Result<(String, BTreeMap<OfferAddress, Overview>), CliError> {
    let service = Service::connect(context).await?;
    let name = service.name();
    let memory = start::memory(context, context.root(), &service);
    let with = (memory.as_ref(), context.settings.parallelism);
    let overviews = reconcile::overviews(service.reading().as_ref(), addresses, with).await.map_err(CliError::from);
    let overviews = service.close_after(overviews).await?;
    Ok((name, overviews.into_iter().filter_map(|(address, found)| Some((address, found?))).collect()))
}

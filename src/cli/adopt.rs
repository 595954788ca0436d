//! `offerform adopt`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::TextDiff;

use super::arguments::AdoptArguments;
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::output::Narration;
use super::plan::{How, artifacts, make, planner, report_failures, secrets, today};
use super::service::Service;
use super::{CliError, Exit, applied, base, output};
use crate::adopt::{Adoption, Declared, Subject, adopt};
use crate::desired::{self, Desired};
use crate::diff::Cause;
use crate::manifest;
use crate::offer::{Document, Pointer};
use crate::plan::{Action, OfferPlan, PlannedChange, Policy, Purpose};
use crate::reconcile::Base;
use crate::render::{Style, visible};
use crate::source::{FILE_LIMIT, GitError, GitTree, Naming, RelativePath, Tree as _, WorkTree};

pub(super) async fn run(context: &Context, arguments: AdoptArguments) -> Result<Exit, CliError> {
    let chosen = Chosen::of(context, &arguments.declared);
    let place = arguments.path.as_deref().map(pointer).transpose()?;
    let files = Files::load(context, &chosen)?;
    let workspace = &files.workspace;
    let base = before(context, &chosen, workspace, arguments.base.as_deref())?;
    let two_ways = matches!(base, Base::Unknown);
    let secrets = secrets(context, workspace);
    let service = Service::connect(context).await?;
    let policy = Policy { purpose: Purpose::Drift, today: Some(today(context)), ..Policy::default() };
    let how = How { artifacts: artifacts(context, arguments.fetching)?, base, policy };
    let mut planner = planner(context, workspace, Arc::new(secrets), &service.name(), how);
    if arguments.base.is_none() {
        planner.base = applied::base(context, &chosen, workspace, &planner);
    }
    let planning = make(context, &service, Arc::new(planner), arguments.parallelism).await;
    service.close().await?;
    if !planning.failures.is_empty() {
        report_failures(context, &planning.failures);
        return Err(CliError::failed("not every offer could be read; nothing was written"));
    }
    let wish = Wish {
        two_ways,
        place,
        conflicts: if arguments.overwrite_conflicts { Conflicts::Taken } else { Conflicts::Left },
    };
    let offers: Vec<Wanted<'_>> = planning.plan.offers().iter().filter_map(|offer| Wanted::of(offer, &wish)).collect();
    let adoption = files.adopted(context, &offers);
    if arguments.dry_run {
        output::data(|out| differences(workspace, &adoption, context.terminal.stdout, out))?;
    } else {
        write(workspace, &adoption)?;
    }
    let words = if arguments.dry_run { "would be written" } else { "written" };
    let page = Page { adoption: &adoption, offers: &offers, words, style: context.terminal.stdout };
    output::data(|out| report(page, out))?;
    let wrote = !adoption.files.is_empty();
    if wrote && !arguments.dry_run && context.terminal.narration != Narration::Quiet {
        output::narrate(|out| writeln!(out, "next: look at it with `git diff`, and commit it like any other change"));
    }
    let refused = !adoption.left.is_empty() || offers.iter().any(|offer| !offer.conflicts.is_empty());
    Ok(match (refused, wrote) {
        (false, _) => Exit::Done,
        (true, false) => Exit::Refused,
        (true, true) => Exit::Error,
    })
}

/// The place that is meant, in the form of the API or below a namespace.
fn pointer(text: &str) -> Result<Pointer, CliError> {
    let wrong =
        || CliError::failed(format!("--path `{text}` is no JSON pointer")).hint("write it like /definition/offer");
    Pointer::parse(text).ok_or_else(wrong)
}

/// The chosen offers, and everything else that the files declare: what one of them shares with others has to be known.
#[derive(Debug)]
struct Files {
    workspace: Workspace,
    everything: Vec<Arc<Desired>>,
    /// The paths that all of it was loaded by.
    selection: Vec<String>,
}

impl Files {
    fn load(context: &Context, chosen: &Chosen) -> Result<Self, CliError> {
        let workspace = findings::load(context, chosen)?;
        let mut selection = Vec::new();
        // Files of another repository share nothing with those of this one.
        if workspace.tree.root() == context.root() {
            let is_there = |path: &String| path.contains(['*', '?', '[', '{']) || Path::new(path).exists();
            selection.extend(context.offers().into_iter().filter(is_there));
        }
        selection.extend(chosen.paths.iter().cloned());
        let loaded = desired::load(&workspace.tree, &selection, &context.environment);
        if loaded.diagnostics.has_errors() {
            let error =
                CliError::failed("offer files that may share parts with these have errors; nothing was written");
            return Err(error.hint("`offerform validate` shows them"));
        }
        let everything: Vec<_> = loaded.desired.into_iter().map(Arc::new).collect();
        let wanted = |desired: &&Arc<Desired>| workspace.desired.iter().any(|one| one.address == desired.address);
        let desired = everything.iter().filter(wanted).cloned().collect();
        let workspace = Workspace { desired, sources: Arc::new(loaded.sources), ..workspace };
        Ok(Self { workspace, everything, selection })
    }

    fn adopted(&self, context: &Context, offers: &[Wanted<'_>]) -> Adoption {
        let subjects: Vec<Subject<'_>> = offers
            .iter()
            .filter(|offer| !offer.changes.is_empty())
            .map(|offer| Subject {
                desired: Arc::clone(&offer.offer.desired),
                live: offer.live,
                changes: offer.changes.iter().map(|planned| &planned.change).collect(),
            })
            .collect();
        let declared = Declared {
            tree: &self.workspace.tree,
            offers: &self.everything,
            sources: &self.workspace.sources,
            selection: &self.selection,
            environment: &context.environment,
        };
        adopt(declared, &subjects)
    }
}

const CONFLICT: &str = "changed here, too: decide by hand; --overwrite-conflicts takes the portal's";

/// What is wanted of the differences.
struct Wish {
    /// Whether nothing is known of what was declared before: then every difference is an edit.
    two_ways: bool,
    /// Only what is here, or below.
    place: Option<Pointer>,
    conflicts: Conflicts,
}

/// What becomes of a value that was changed here and in the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conflicts {
    /// It stays as the files have it.
    Left,
    /// It becomes what the portal has.
    Taken,
}

/// An offer that was edited in the portal.
struct Wanted<'a> {
    offer: &'a OfferPlan,
    live: &'a Document,
    /// What is to be written back.
    changes: Vec<&'a PlannedChange>,
    /// What was changed here as well, and is left.
    conflicts: Vec<&'a PlannedChange>,
}

impl<'a> Wanted<'a> {
    /// What of an offer is wanted; `None` if nothing.
    fn of(offer: &'a OfferPlan, wish: &Wish) -> Option<Self> {
        let live = offer.live.as_deref().filter(|_| offer.action == Action::Update)?;
        let place = wish.place.as_ref().map(|place| manifest::dotted(place, offer.offer_type().as_str()));
        let meant = |planned: &PlannedChange| {
            place.as_ref().is_none_or(|place| planned.change.identity.is_within(place) || planned.path.is_within(place))
        };
        let (mut changes, mut conflicts) = (Vec::new(), Vec::new());
        for planned in offer.changes.iter().filter(|planned| planned.change.is_determined() && meant(planned)) {
            match planned.change.cause {
                Cause::Declared if wish.two_ways => changes.push(planned),
                Cause::Drift if !wish.two_ways => changes.push(planned),
                Cause::Conflict if wish.conflicts == Conflicts::Taken => changes.push(planned),
                Cause::Conflict => conflicts.push(planned),
                _ => {}
            }
        }
        (!changes.is_empty() || !conflicts.is_empty()).then_some(Self { offer, live, changes, conflicts })
    }
}

/// What the files declared before: the commit that is named, or else the one at hand. Outside of git nothing is known.
fn before(context: &Context, chosen: &Chosen, workspace: &Workspace, named: Option<&str>) -> Result<Base, CliError> {
    if named.is_none()
        && let Err(GitError::NoRepository(_) | GitError::Program(_)) =
            GitTree::open(&workspace.tree, "HEAD", Naming::WithCommit)
    {
        return Ok(Base::Unknown);
    }
    base::load(context, chosen, workspace, named.unwrap_or("HEAD"))
}

/// Writes all files, or none. One that was changed meanwhile is not touched.
fn write(workspace: &Workspace, adoption: &Adoption) -> Result<(), CliError> {
    let tree = &workspace.tree;
    let mut targets = Vec::new();
    for (path, text) in &adoption.files {
        let now = tree.read(path, FILE_LIMIT).map_err(|error| CliError::from(&error))?;
        let loaded = workspace.sources.text_of(&tree.shown(path));
        if loaded.is_some_and(|loaded| loaded.as_bytes() != now) {
            let message = format!("`{}` was changed while this ran; nothing was written", tree.shown(path));
            return Err(CliError::refused(message).hint("run it again"));
        }
        targets.push((file(tree, path)?, text.as_str()));
    }
    output::files(&targets)
}

/// Where a file is on disk. A link on the way is refused: what it leads to may be somebody else's, too.
fn file(tree: &WorkTree, path: &RelativePath) -> Result<PathBuf, CliError> {
    let mut at = tree.root().to_path_buf();
    for part in path.parts() {
        at.push(part);
        if at.is_symlink() {
            let message = format!("`{}` is a link, or in a folder that is one; nothing was written", tree.shown(path));
            return Err(CliError::refused(message).hint("change the file that it leads to by hand"));
        }
    }
    Ok(at)
}

/// What would be written, as a patch.
fn differences(workspace: &Workspace, adoption: &Adoption, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for (path, text) in &adoption.files {
        let old = workspace.tree.read(path, FILE_LIMIT).unwrap_or_default();
        let (old, name) = (String::from_utf8_lossy(&old), workspace.tree.shown(path));
        let patch = TextDiff::from_lines(old.as_ref(), text.as_str());
        let patch = patch.unified_diff().header(&name, &name).to_string();
        patch.lines().try_for_each(|line| patch_line(line, style, out))?;
    }
    if adoption.files.is_empty() { Ok(()) } else { writeln!(out) }
}

/// One line of a patch. The file's own text does nothing to the terminal.
fn patch_line(line: &str, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let text = visible(line);
    match line.as_bytes() {
        [b'+', b'+', ..] | [b'-', b'-', ..] => writeln!(out, "{}", style.strong(text)),
        [b'+', ..] => writeln!(out, "{}", style.added(text)),
        [b'-', ..] => writeln!(out, "{}", style.removed(text)),
        [b'@', ..] => writeln!(out, "{}", style.faint(text)),
        _ => writeln!(out, "{text}"),
    }
}

/// What became of everything that was wanted, by offer, and a last line that counts.
fn report(page: Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Page { adoption, offers, style, .. } = page;
    for wanted in offers {
        let address = wanted.offer.address();
        writeln!(out, "{}", style.strong(visible(&address.to_string())))?;
        for one in adoption.adopted.iter().filter(|one| one.address == *address) {
            writeln!(out, "  {}:{}  {}", visible(&one.file), one.line, visible(one.place.as_str()))?;
        }
        for left in adoption.left.iter().filter(|left| left.address == *address) {
            let (file, line) = &left.at;
            page.left(&format!("{}:{line}", visible(file)), &left.place, "left", &left.why.to_string(), out)?;
        }
        for planned in &wanted.conflicts {
            let at = planned.origin.as_ref().map_or_else(
                || visible(&wanted.offer.desired.file).into_owned(),
                |at| format!("{}:{}", visible(&at.file), at.line),
            );
            page.left(&at, &planned.change.identity, "conflict", CONFLICT, out)?;
        }
    }
    if !offers.is_empty() {
        writeln!(out)?;
    }
    let changes = |count: usize| if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
    let files = if adoption.files.len() == 1 { "1 file".to_owned() } else { format!("{} files", adoption.files.len()) };
    let conflicts: usize = offers.iter().map(|offer| offer.conflicts.len()).sum();
    let (adopted, words) = (changes(adoption.adopted.len()), page.words);
    writeln!(out, "Adopt: {adopted} {words} to {files}, {} left, {conflicts} in conflict.", adoption.left.len())
}

/// What is told.
#[derive(Clone, Copy)]
struct Page<'a> {
    adoption: &'a Adoption,
    offers: &'a [Wanted<'a>],
    words: &'a str,
    style: Style,
}

impl Page<'_> {
    fn left(self, at: &str, place: &Pointer, what: &str, why: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  {at}  {}  {}", visible(place.as_str()), self.style.changed(what))?;
        writeln!(out, "      {}", self.style.faint(why))
    }
}

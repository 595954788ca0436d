//! `offerform adopt`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::AdoptArguments;
use super::context::Context;
use super::findings::{self, Chosen, Workspace};
use super::output::Narration;
use super::plan::{How, artifacts, make, planner, report_failures, secrets, today};
use super::service::Service;
use super::{CliError, Exit, applied, base, output};
use crate::adopt::{self, Adoption, Before, Choice, Conflicts, Declared, Lead, Subject, Wish, adopt};
use crate::desired::{self, Desired};
use crate::diff::Change;
use crate::offer::Pointer;
use crate::plan::{Action, KnownBase, OfferPlan, OnDrift, Plan, PlannedChange, Policy, Purpose};
use crate::reconcile::Base;
use crate::render::Style;
use crate::render::adoption::{self, Written};
use crate::source::{FILE_LIMIT, GitError, GitTree, Naming, RelativePath, Tree as _, WorkTree};

pub(super) async fn run(context: &Context, arguments: AdoptArguments) -> Result<Exit, CliError> {
    let chosen = Chosen::of(context, &arguments.declared);
    let place = arguments.path.as_deref().map(pointer).transpose()?;
    let files = Files::load(context, &chosen)?;
    let workspace = &files.workspace;
    let base = before(context, &chosen, workspace, &arguments)?;
    let secrets = secrets(context, workspace);
    let service = Service::connect(context).await?;
    let policy =
        Policy { purpose: Purpose::Drift, on_drift: OnDrift::Revert, today: Some(today(context)), ..Policy::default() };
    let how = How { artifacts: artifacts(context, arguments.fetching)?, base, policy, recording: None };
    let planner = planner(context, workspace, Arc::new(secrets), &service.name(), how);
    let planning = make(context, &service, Arc::new(planner), arguments.parallelism).await;
    let endpoint = service.name();
    service.close().await?;
    if !planning.failures.is_empty() {
        report_failures(context, &planning.failures);
        return Err(CliError::failed("not every offer could be read; nothing was written"));
    }
    if let Some(place) = &place {
        leads_somewhere(place, planning.plan.offers())?;
    }
    let wish = Wish {
        before: Before::Known,
        place,
        conflicts: if arguments.overwrite_conflicts { Conflicts::Taken } else { Conflicts::Left },
    };
    let subjects: Vec<Subject<'_>> = planning.plan.offers().iter().filter_map(|offer| subject(offer, &wish)).collect();
    let adoption = adopt(files.declared(context), &subjects);
    let style = context.terminal.stdout;
    let written = if arguments.dry_run { Written::Hypothetically } else { Written::Really };
    match written {
        Written::Hypothetically => output::data(|out| differences(workspace, &adoption, style, out))?,
        Written::Really => {
            write(workspace, &adoption)?;
            record(context, &chosen, &endpoint, (&planning.plan, &adoption))?;
        }
    }
    output::data(|out| adoption::adoption(&adoption, written, out, style))?;
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

/// What was adopted is from now on what was applied last.
fn record(
    context: &Context,
    chosen: &Chosen,
    endpoint: &str,
    (plan, adoption): (&Plan, &Adoption),
) -> Result<(), CliError> {
    let is_adopted = |offer: &&OfferPlan| adoption.adopted.iter().any(|adopted| adopted.address == *offer.address());
    let lives: Vec<_> = plan
        .offers()
        .iter()
        .filter(is_adopted)
        .filter_map(|offer| Some((offer.address().clone(), offer.live.as_ref()?.working_copy())))
        .collect();
    if lives.is_empty() { Ok(()) } else { applied::record(context, chosen, endpoint, lives) }
}

/// The place that is meant, in the form of the API or below a namespace.
fn pointer(text: &str) -> Result<Pointer, CliError> {
    let wrong =
        || CliError::failed(format!("--path `{text}` is not a JSON pointer")).hint("write it like /definition/offer");
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

    fn declared<'a>(&'a self, context: &'a Context) -> Declared<'a> {
        Declared {
            tree: &self.workspace.tree,
            offers: &self.everything,
            sources: &self.workspace.sources,
            selection: &self.selection,
            environment: &context.environment,
        }
    }
}

/// Fails if a place leads to nothing in any of the offers: then it is mistyped, and "0 changes" would be no answer.
fn leads_somewhere(place: &Pointer, offers: &[OfferPlan]) -> Result<(), CliError> {
    let wish = Wish { before: Before::Known, place: Some(place.clone()), conflicts: Conflicts::Left };
    let differs = |offer: &OfferPlan| {
        offer.changes.iter().any(|planned| wish.means(offer.offer_type(), &planned.change, &planned.path))
    };
    let leads: Vec<Lead> = offers.iter().map(|offer| adopt::lead(&offer.desired, place)).collect();
    if leads.contains(&Lead::There) || offers.iter().any(differs) {
        return Ok(());
    }
    let near = leads.into_iter().find_map(|lead| if let Lead::Nowhere(near) = lead { near } else { None });
    let error = CliError::failed(format!("--path `{place}`: nothing is declared there, and nothing differs"));
    Err(error.hint(near.map_or_else(
        || "`offerform drift` names the places that differ".to_owned(),
        |near| format!("did you mean `{near}`?"),
    )))
}

/// What of an offer is wanted; `None` if nothing.
fn subject<'a>(offer: &'a OfferPlan, wish: &Wish) -> Option<Subject<'a>> {
    let live = offer.live.as_deref().filter(|_| offer.action == Action::Update)?;
    let before = if offer.base == KnownBase::Nothing { Before::Unknown } else { Before::Known };
    let wish = Wish { before, ..wish.clone() };
    let chosen = |wanted: Choice| -> Vec<&Change> {
        let is_chosen =
            |planned: &&PlannedChange| wish.choice(offer.offer_type(), &planned.change, &planned.path) == wanted;
        offer.changes.iter().filter(is_chosen).map(|planned| &planned.change).collect()
    };
    let (changes, conflicts) = (chosen(Choice::Adopt), chosen(Choice::Conflict));
    let desired = Arc::clone(&offer.desired);
    (!changes.is_empty() || !conflicts.is_empty()).then_some(Subject { desired, live, changes, conflicts })
}

/// What the files declared before: the commit that is named, or else the one at hand. Outside of git nothing is known.
fn before(
    context: &Context,
    chosen: &Chosen,
    workspace: &Workspace,
    arguments: &AdoptArguments,
) -> Result<Base, CliError> {
    if let Some(named) = &arguments.base {
        return base::load(context, chosen, workspace, named);
    }
    match GitTree::open(&workspace.tree, "HEAD", Naming::WithCommit) {
        // Nothing is committed yet.
        Err(GitError::NoRepository(_) | GitError::NoCommit { .. }) => Ok(Base::Unknown),
        Err(GitError::Program(_) | GitError::Refused(_)) if arguments.force => Ok(Base::Unknown),
        Err(error @ (GitError::Program(_) | GitError::Refused(_))) => {
            let problem = CliError::from(&error).trouble().message.clone();
            let message = format!("git cannot say which edits are not committed, so nothing was written: {problem}");
            let hint = error.hint().map_or(String::new(), |hint| format!("{hint}; or "));
            Err(CliError::refused(message).hint(format!("{hint}--force writes over edits that are not committed")))
        }
        _ => base::load(context, chosen, workspace, "HEAD"),
    }
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
    output::files(tree.root(), &targets)
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
        adoption::patch(&workspace.tree.shown(path), &String::from_utf8_lossy(&old), text, out, style)?;
    }
    if adoption.files.is_empty() { Ok(()) } else { writeln!(out) }
}

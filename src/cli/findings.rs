//! Loads the offer files, and stops on findings that make them unusable.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::CliError;
use super::arguments::Declared;
use super::context::Context;
use super::output::{self, Narration};
use super::secrets::Secrets;
use crate::artifact::Fetch;
use crate::desired::{self, Desired, Loaded};
use crate::diagnostic::{Diagnostic, Diagnostics, SECRET_IN_CLEAR_TEXT, Severity, nearest};
use crate::offer::OfferAddress;
use crate::plan::Remedy;
use crate::plan::guard::{KINDS, Kind};
use crate::reconcile;
use crate::render::{diagnostics, visible};
use crate::rules::{self, Circumstances, Files, Rule, Seen, Wanted};
use crate::secret::{NoSecrets, SecretSource};
use crate::source::{GitTree, Sources, WorkTree};

/// The code of findings about entries of `allow`.
const BAD_ALLOWANCE: &str = "bad-allowance";

/// The offers that a command is about, and the texts they were read from.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) desired: Vec<Arc<Desired>>,
    /// The addresses of all offers in the files, chosen or not.
    pub(super) all: Vec<OfferAddress>,
    pub(super) sources: Arc<Sources>,
    pub(super) tree: WorkTree,
}

/// Which offers a command is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Files, folders and globs; none means what the settings say.
    pub(super) paths: Vec<String>,
    /// Globs of addresses; none means all.
    pub(super) offers: Vec<String>,
    /// Only this publisher's.
    pub(super) publisher: Option<String>,
}

impl Chosen {
    /// What is asked for on the command line and in the settings.
    pub(super) fn of(context: &Context, declared: &Declared) -> Self {
        Self {
            paths: declared.paths.clone(),
            offers: declared.selection.offers.clone(),
            publisher: context.settings.publisher.clone(),
        }
    }
}

/// Whether the rules about the content of offers are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    Applied,
    /// For commands that write nothing of what the files say.
    NotApplied,
}

/// Reads the chosen offers. Findings go to stderr; errors among them end the command.
pub(super) fn load(context: &Context, chosen: &Chosen) -> Result<Workspace, CliError> {
    let (loaded, tree) = read(context, chosen, Rules::NotApplied)?;
    usable(context, chosen, loaded, tree)
}

/// Reads the chosen offers and applies the rules about what stands in them. What the service would certainly refuse ends the
/// command.
pub(super) fn load_valid(context: &Context, chosen: &Chosen) -> Result<Workspace, CliError> {
    let (loaded, tree) = read(context, chosen, Rules::Applied)?;
    usable(context, chosen, loaded, tree)
}

/// Everything there is to say about the chosen offers.
#[derive(Debug)]
pub(super) struct Examined {
    /// What was found, in the order of files and places.
    pub(super) found: Diagnostics,
    /// The texts that the places are in.
    pub(super) sources: Sources,
    /// How many offers were judged.
    pub(super) offers: usize,
}

/// Reads the chosen offers and applies the rules about what stands in them, and about the files they name if those are to be
/// fetched. Nothing that is found ends anything.
pub(super) async fn examine(
    context: &Context,
    chosen: &Chosen,
    fetch: Option<Arc<dyn Fetch>>,
) -> Result<Examined, CliError> {
    let rules = if fetch.is_some() { Rules::NotApplied } else { Rules::Applied };
    let (mut loaded, tree) = read(context, chosen, rules)?;
    let globs = globs(&chosen.offers)?;
    let is_chosen: Vec<bool> = loaded.desired.iter().map(|offer| matches(chosen, &globs, &offer.address)).collect();
    if !is_chosen.is_empty() && !is_chosen.contains(&true) {
        return Err(none_matches(is_chosen.len()));
    }
    let mut chosen = is_chosen.into_iter();
    loaded.desired.retain(|_| chosen.next().unwrap_or_default());
    let mut found = std::mem::take(&mut loaded.diagnostics);
    found.append(about_files(&loaded.desired));
    found.append(match fetch {
        Some(fetch) => {
            let values = Secrets::real(context, tree.root());
            let circumstances = circumstances(context, &values);
            let files = files(context, &loaded.desired, circumstances, fetch).await;
            rules::judge_all(&loaded.desired, circumstances, Some(&files))
        }
        None => std::mem::take(&mut loaded.judgements),
    });
    found.arrange(&loaded.sources);
    Ok(Examined { found, offers: loaded.desired.len(), sources: loaded.sources })
}

/// Reads all offers, and judges the chosen ones if the rules are to be applied.
fn read(context: &Context, chosen: &Chosen, rules: Rules) -> Result<(Loaded, WorkTree), CliError> {
    let paths = if chosen.paths.is_empty() { context.offers() } else { chosen.paths.clone() };
    let tree = context.tree(&paths)?;
    let globs = globs(&chosen.offers)?;
    let loaded = match rules {
        Rules::NotApplied => desired::load(&tree, &paths, &context.environment),
        Rules::Applied => {
            let values = Secrets::real(context, tree.root());
            let circumstances = circumstances(context, &values);
            desired::load_judged(&tree, &paths, &context.environment, &|offer| {
                if matches(chosen, &globs, &offer.address) {
                    rules::judge(offer, circumstances, None)
                } else {
                    Diagnostics::default()
                }
            })
        }
    };
    Ok((loaded, tree))
}

/// What these offers say to offerform, and secrets that stand in the open.
fn about_files(offers: &[Desired]) -> Diagnostics {
    let mut found = Diagnostics::default();
    for offer in offers {
        allowances(offer, &mut found);
        clear_text_secrets(offer, &mut found);
    }
    found
}

/// What was seen of the files that the offers name; what is too large to be looked at is told.
async fn files(
    context: &Context,
    offers: &[Desired],
    circumstances: Circumstances<'_>,
    fetch: Arc<dyn Fetch>,
) -> Files {
    let wanted = |offer: &Desired| rules::wanted(&offer.document.working_copy(), circumstances);
    let wanted: BTreeSet<Wanted> = offers.iter().flat_map(wanted).collect();
    let is_told = context.terminal.narration != Narration::Quiet;
    if is_told {
        output::narrate(|out| writeln!(out, "Fetching {} files", wanted.len()));
    }
    let files = reconcile::files(fetch, wanted).await;
    let unseen = files.iter().filter(|(_, seen)| matches!(seen, Ok(Seen::NotFetched(_))));
    for (wanted, _) in unseen.filter(|_| is_told) {
        let address = wanted.address.to_string();
        output::narrate(|out| writeln!(out, "Too large to be looked at: {}", visible(&address)));
    }
    files
}

/// What is judged besides the files; in the sandbox no secret is set.
fn circumstances<'a>(context: &Context, values: &'a Secrets) -> Circumstances<'a> {
    let secrets: &dyn SecretSource = if context.settings.sandbox { &NoSecrets } else { values };
    Circumstances { now: context.clock.now(), secrets }
}

/// Reads the chosen offers as they are at a commit of the repository `tree`.
pub(super) fn load_at(
    context: &Context,
    chosen: &Chosen,
    commit: &GitTree,
    tree: WorkTree,
) -> Result<Workspace, CliError> {
    let paths = if chosen.paths.is_empty() { context.offers_at(commit)? } else { chosen.paths.clone() };
    let loaded = desired::load(commit, &paths, &context.environment);
    usable(context, chosen, loaded, tree)
}

/// Narrates the findings, and picks the chosen offers if no finding is an error. Of what the rules find only errors are
/// told: a plan is about changes.
fn usable(context: &Context, chosen: &Chosen, loaded: Loaded, tree: WorkTree) -> Result<Workspace, CliError> {
    let globs = globs(&chosen.offers)?;
    let wanted = |desired: &Desired| matches(chosen, &globs, &desired.address);
    let mut found = loaded.diagnostics;
    found.append(about_files(&loaded.desired));
    let all: Vec<OfferAddress> = loaded.desired.iter().map(|desired| desired.address.clone()).collect();
    let desired: Vec<_> = loaded.desired.into_iter().filter(wanted).collect();
    // Only rules know what stops a plan; a silence that names none is an error without one.
    let stops =
        |finding: &&Diagnostic| Rule::of(finding.code).map_or(finding.severity == Severity::Error, Rule::stops_plans);
    found.append(loaded.judgements.iter().filter(stops).cloned().collect());
    found.arrange(&loaded.sources);
    let shown = found.iter().any(|finding| finding.severity == Severity::Error)
        || (!found.is_empty() && context.terminal.narration != Narration::Quiet);
    if shown {
        output::narrate(|out| diagnostics::diagnostics(&found, &loaded.sources, out, context.terminal.stderr));
    }
    if found.has_errors() {
        return Err(CliError::failed("the offer files cannot be used like this; nothing was sent"));
    }
    if desired.is_empty() {
        return Err(none_matches(all.len()));
    }
    let desired = desired.into_iter().map(Arc::new).collect();
    Ok(Workspace { desired, all, sources: Arc::new(loaded.sources), tree })
}

fn none_matches(count: usize) -> CliError {
    CliError::failed(format!("none of the {count} offers in the files matches --offer or --publisher"))
        .hint("an offer is matched by `publisher/offer` or by its id alone")
}

impl Chosen {
    /// Whether an offer is among the chosen ones, as far as its address tells.
    pub(super) fn may_mean(&self, address: &OfferAddress) -> bool {
        globs(&self.offers).is_ok_and(|globs| matches(self, &globs, address))
    }
}

fn matches(chosen: &Chosen, globs: &GlobSet, address: &OfferAddress) -> bool {
    let publisher = chosen.publisher.as_deref().is_none_or(|id| id.eq_ignore_ascii_case(address.publisher.as_str()));
    publisher && (globs.is_empty() || globs.is_match(address.to_string()) || globs.is_match(address.offer.as_str()))
}

fn globs(patterns: &[String]) -> Result<GlobSet, CliError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
        set.add(glob.map_err(|error| CliError::failed(format!("--offer `{pattern}`: {}", error.kind())))?);
    }
    set.build().map_err(|error| CliError::from(&error))
}

/// What a file allows has to be something that this offer can be allowed.
fn allowances(offer: &Desired, found: &mut Diagnostics) {
    for allow in &offer.reconcile.allow {
        let (code, target) = (&allow.code.text, &allow.target.text);
        let Some(kind) = Kind::of(code) else {
            let near = nearest(code, KINDS.iter().map(|kind| kind.code));
            let help = near.map_or_else(
                || "`offerform explain` lists all guards".to_owned(),
                |near| format!("did you mean `{near}`? `offerform explain` lists all guards"),
            );
            let finding = Diagnostic::error(BAD_ALLOWANCE, format!("there is no guard `{code}`"));
            found.push(finding.at(allow.code.span, "").help(help));
            continue;
        };
        let address = offer.address.to_string();
        let is_ours = target.strip_prefix(&address).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !is_ours {
            let message = format!("`{target}` is nothing of `{address}`, so it cannot be allowed here");
            let help = format!("a target is written as the plan names it: `{address}` and what lies below it");
            found.push(Diagnostic::error(BAD_ALLOWANCE, message).at(allow.target.span, "").help(help));
        }
        if kind.remedy() == Remedy::None {
            let finding = Diagnostic::error(BAD_ALLOWANCE, format!("`{code}` cannot be allowed"));
            found.push(finding.at(allow.code.span, "").help(format!("`offerform explain {code}` tells why")));
        }
    }
}

/// A secret that stands in the file in clear text is in git for ever.
fn clear_text_secrets(offer: &Desired, found: &mut Diagnostics) {
    for pointer in &offer.clear_text_secrets {
        let origin = offer.origins.places().nearest(pointer);
        let key = pointer.tokens().last().unwrap_or_default();
        let message = format!("`{key}` is a secret and stands here in clear text");
        let help = "write `{ $secret: { env: NAME } }`, set NAME where apply runs, and change the secret: it has been in a file";
        found.push(Diagnostic::error(SECRET_IN_CLEAR_TEXT, message).at(origin.value, "").help(help));
    }
}

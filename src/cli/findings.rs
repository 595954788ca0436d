//! Loads the offer files, and stops on findings that make them unusable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::CliError;
use super::arguments::Declared;
use super::context::Context;
use super::output::{self, Narration};
use super::secrets::Secrets;
use crate::artifact::Fetch;
use crate::desired::{self, Desired, Loaded, Suspicion};
use crate::diagnostic::{Diagnostic, Diagnostics, SECRET_IN_CLEAR_TEXT, Severity, nearest};
use crate::offer::OfferAddress;
use crate::plan::Remedy;
use crate::plan::guard::{KINDS, Kind};
use crate::reconcile;
use crate::render::{diagnostics, visible};
use crate::rules::{self, Circumstances, Files, Finding, Seen, Wanted};
use crate::source::{GitTree, Sources, WorkTree};

/// The code of findings about entries of `allow`.
const BAD_ALLOWANCE: &str = "bad-allowance";

/// The offers that a command is about, and the texts they were read from.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) desired: Vec<Arc<Desired>>,
    /// The addresses of all offers in the files, chosen or not.
    pub(super) all: Vec<OfferAddress>,
    /// Whether the files are those that the settings name, and no paths were given.
    pub(super) is_as_set: bool,
    pub(super) sources: Arc<Sources>,
    pub(super) tree: WorkTree,
    /// The errors that rules find in what the chosen offers declare, by offer: whether they matter depends on what a plan writes.
    pub(super) findings: BTreeMap<OfferAddress, Vec<Finding>>,
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

/// Reads the chosen offers. Findings go to stderr; errors among them end the command.
pub(super) fn load(context: &Context, chosen: &Chosen) -> Result<Workspace, CliError> {
    let reading = Reading::of(context, chosen)?;
    let loaded = reading.each(&Judged::unjudged);
    reading.usable(loaded)
}

/// Reads the chosen offers and applies the rules about what stands in them. What they find is kept for the plan, which judges
/// what it would write.
pub(super) fn load_valid(context: &Context, chosen: &Chosen) -> Result<Workspace, CliError> {
    let reading = Reading::of(context, chosen)?;
    let values = Secrets::real(context, reading.tree.root());
    let circumstances = circumstances(context, &values);
    let loaded = reading.each(&|offer| {
        let is_chosen = reading.is_chosen(&offer.address);
        if !is_chosen {
            return Judged::unjudged(offer);
        }
        let rules::Judgement { findings, silences } = rules::judged(&offer, circumstances, None);
        let is_error = |finding: &Finding| {
            let severities = [finding.severity_in_plan(true), finding.rule.severity];
            severities.contains(&Severity::Error)
        };
        let findings = findings.into_iter().filter(is_error).collect();
        let errors = silences.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
        Judged { findings, silences: errors, ..Judged::unjudged(offer) }
    });
    reading.usable(loaded)
}

/// Reads the chosen offers as they are at a commit of the repository `tree`.
pub(super) fn load_at(
    context: &Context,
    chosen: &Chosen,
    commit: &GitTree,
    tree: WorkTree,
) -> Result<Workspace, CliError> {
    let paths = if chosen.paths.is_empty() { context.offers_at(commit)? } else { chosen.paths.clone() };
    let loaded = desired::load_each(commit, &paths, &context.environment, &Judged::unjudged);
    Reading { context, chosen, globs: globs(&chosen.offers)?, paths, tree }.usable(loaded)
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
    let reading = Reading::of(context, chosen)?;
    let values = Secrets::real(context, reading.tree.root());
    let circumstances = circumstances(context, &values);
    let mut examined = match fetch {
        None => reading.examine(circumstances)?,
        Some(fetch) => reading.examine_with_files(circumstances, fetch).await?,
    };
    examined.found.arrange(&examined.sources);
    Ok(examined)
}

/// An offer, packed, and what the rules found in it.
struct Judged {
    offer: Desired,
    /// The errors among it.
    findings: Vec<Finding>,
    /// Silences that name no rule.
    silences: Diagnostics,
}

impl Judged {
    fn unjudged(offer: Desired) -> Self {
        Self { offer: offer.packed(), findings: Vec::new(), silences: Diagnostics::default() }
    }
}

/// The files that a command reads, and which of the offers in them it is about.
struct Reading<'a> {
    context: &'a Context,
    chosen: &'a Chosen,
    globs: GlobSet,
    paths: Vec<String>,
    tree: WorkTree,
}

impl<'a> Reading<'a> {
    fn of(context: &'a Context, chosen: &'a Chosen) -> Result<Self, CliError> {
        let paths = if chosen.paths.is_empty() { context.offers() } else { chosen.paths.clone() };
        let tree = context.tree(&paths)?;
        Ok(Self { context, chosen, globs: globs(&chosen.offers)?, paths, tree })
    }

    fn is_chosen(&self, address: &OfferAddress) -> bool {
        matches(self.chosen, &self.globs, address)
    }

    fn each<T: Send>(&self, keep: &(dyn Fn(Desired) -> T + Sync)) -> Loaded<T> {
        desired::load_each(&self.tree, &self.paths, &self.context.environment, keep)
    }

    /// Keeps nothing of an offer but what is found.
    fn examine(&self, circumstances: Circumstances<'_>) -> Result<Examined, CliError> {
        let loaded = self.each(&|offer| {
            self.is_chosen(&offer.address).then(|| {
                let mut found = about_file(&offer);
                found.append(rules::judge(&offer, circumstances, None));
                found
            })
        });
        let judged = some_of(loaded.desired)?;
        let (mut found, offers) = (loaded.diagnostics, judged.len());
        for judgement in judged {
            found.append(judgement);
        }
        Ok(Examined { found, sources: loaded.sources, offers })
    }

    /// The offers are kept until the files that they name are there.
    async fn examine_with_files(
        &self,
        circumstances: Circumstances<'_>,
        fetch: Arc<dyn Fetch>,
    ) -> Result<Examined, CliError> {
        let loaded = self.each(&|offer| {
            self.is_chosen(&offer.address).then(|| (rules::wanted(&offer.document, circumstances), offer.packed()))
        });
        let (wanted, offers): (Vec<_>, Vec<_>) = some_of(loaded.desired)?.into_iter().unzip();
        let files = files(self.context, wanted.into_iter().flatten().collect(), fetch).await;
        let mut found = loaded.diagnostics;
        for offer in &offers {
            found.append(about_file(offer));
        }
        found.append(rules::judge_all(&offers, circumstances, Some(&files)));
        Ok(Examined { found, sources: loaded.sources, offers: offers.len() })
    }

    /// Narrates what makes the files unusable, and picks the chosen offers if nothing does. What rules find is judged with the
    /// plan.
    fn usable(self, loaded: Loaded<Judged>) -> Result<Workspace, CliError> {
        let mut findings = BTreeMap::new();
        let terminal = &self.context.terminal;
        let mut found = loaded.diagnostics;
        let mut all = Vec::with_capacity(loaded.desired.len());
        let mut desired = Vec::new();
        for judged in loaded.desired {
            found.append(about_file(&judged.offer));
            found.append(judged.silences);
            all.push(judged.offer.address.clone());
            if self.is_chosen(&judged.offer.address) {
                if !judged.findings.is_empty() {
                    findings.insert(judged.offer.address.clone(), judged.findings);
                }
                desired.push(Arc::new(judged.offer));
            }
        }
        found.arrange(&loaded.sources);
        let shown = found.iter().any(|finding| finding.severity == Severity::Error)
            || (!found.is_empty() && terminal.narration != Narration::Quiet);
        if shown {
            output::narrate(|out| diagnostics::diagnostics(&found, &loaded.sources, out, terminal.stderr));
        }
        if found.has_errors() {
            return Err(CliError::failed("the offer files cannot be used like this; nothing was sent"));
        }
        if desired.is_empty() {
            return Err(none_matches(all.len()));
        }
        let is_as_set = self.chosen.paths.is_empty();
        Ok(Workspace { desired, all, is_as_set, sources: Arc::new(loaded.sources), tree: self.tree, findings })
    }
}

/// What was kept of the chosen offers, if there are any among those in the files.
fn some_of<T>(kept: Vec<Option<T>>) -> Result<Vec<T>, CliError> {
    let all = kept.len();
    let chosen: Vec<T> = kept.into_iter().flatten().collect();
    if chosen.is_empty() && all > 0 { Err(none_matches(all)) } else { Ok(chosen) }
}

/// What an offer says to offerform, and secrets that stand in the open.
fn about_file(offer: &Desired) -> Diagnostics {
    let mut found = Diagnostics::default();
    allowances(offer, &mut found);
    clear_text_secrets(offer, &mut found);
    found
}

/// What was seen of files; what is too large to be looked at is told.
async fn files(context: &Context, wanted: BTreeSet<Wanted>, fetch: Arc<dyn Fetch>) -> Files {
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

/// What is judged besides the files: the time, and the secrets that are set here, in the sandbox, too.
fn circumstances<'a>(context: &Context, values: &'a Secrets) -> Circumstances<'a> {
    Circumstances { now: context.clock.now(), secrets: values }
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
    for secret in &offer.clear_text_secrets {
        let origin = offer.origins.places().nearest(&secret.at);
        let key = secret.at.tokens().last().unwrap_or_default();
        let (message, help) = match secret.why {
            Suspicion::Field => (
                format!("`{key}` is a secret and stands here in clear text"),
                "write `{ $secret: { env: NAME } }`, set NAME where apply runs, and change the secret: it has been in a file",
            ),
            Suspicion::Look => (
                format!(
                    "`{key}` holds something that looks like a signature, a key, a token or a password, and everybody can read this field"
                ),
                "take it out, and change it if it is a real secret; if it is none, write it in other words: a text that is not \
                 shown whole cannot be reviewed",
            ),
        };
        found.push(Diagnostic::error(SECRET_IN_CLEAR_TEXT, message).at(origin.value, "").help(help));
    }
}

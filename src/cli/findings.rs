//! Loads the offer files, and stops on findings that make them unusable.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::CliError;
use super::context::Context;
use super::output::{self, Narration};
use crate::desired::{self, Desired, Loaded};
use crate::diagnostic::{Diagnostic, Diagnostics, SECRET_IN_CLEAR_TEXT, Severity, nearest};
use crate::offer::OfferAddress;
use crate::plan::Remedy;
use crate::plan::guard::{KINDS, Kind};
use crate::render::diagnostics;
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

/// Reads the chosen offers. Findings go to stderr; errors among them end the command.
pub(super) fn load(context: &Context, chosen: &Chosen) -> Result<Workspace, CliError> {
    let paths = if chosen.paths.is_empty() { context.offers() } else { chosen.paths.clone() };
    let tree = context.tree(&paths)?;
    let loaded = desired::load(&tree, &paths, &context.environment);
    usable(context, chosen, loaded, tree)
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

/// Narrates the findings, and picks the chosen offers if no finding is an error.
fn usable(context: &Context, chosen: &Chosen, loaded: Loaded, tree: WorkTree) -> Result<Workspace, CliError> {
    let globs = globs(&chosen.offers)?;
    let mut found = loaded.diagnostics;
    for offer in &loaded.desired {
        unsupported(offer, &mut found);
        allowances(offer, &mut found);
        clear_text_secrets(offer, &mut found);
    }
    found.arrange(&loaded.sources);
    let shown = found.iter().any(|finding| finding.severity == Severity::Error)
        || (!found.is_empty() && context.terminal.narration != Narration::Quiet);
    if shown {
        output::narrate(|out| diagnostics::diagnostics(&found, &loaded.sources, out, context.terminal.stderr));
    }
    if found.has_errors() {
        return Err(CliError::failed("the offer files cannot be used like this; nothing was sent"));
    }
    let all: Vec<OfferAddress> = loaded.desired.iter().map(|desired| desired.address.clone()).collect();
    let wanted = |desired: &Desired| matches(chosen, &globs, &desired.address);
    let desired: Vec<_> = loaded.desired.into_iter().filter(wanted).map(Arc::new).collect();
    if desired.is_empty() {
        let message = format!("none of the {} offers in the files matches --offer or --publisher", all.len());
        return Err(CliError::failed(message).hint("an offer is matched by `publisher/offer` or by its id alone"));
    }
    Ok(Workspace { desired, all, sources: Arc::new(loaded.sources), tree })
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

/// Keys that are read and checked, and that nothing acts on yet: an error, lest somebody believes they work.
fn unsupported(offer: &Desired, found: &mut Diagnostics) {
    let reconcile = &offer.reconcile;
    let mut refuse = |span, what: &str, help: &str| {
        let finding = Diagnostic::error("not-supported-yet", format!("{what} is not supported yet"));
        found.push(finding.at(span, "").help(help));
    };
    if let Some(silence) = reconcile.silence.first() {
        refuse(silence.span, "`silence`", "leave it out: there is no validation to silence yet");
    }
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

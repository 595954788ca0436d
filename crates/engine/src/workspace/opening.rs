//! Reads the chosen offers, and applies the rules that need nothing but the files.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::selection::Matcher;
use super::{Error, Findings, Repository, Selection, Workspace};
use crate::desired::{self, Desired, Loaded, Suspicion};
use crate::diagnostic::{Diagnostic, Diagnostics, SECRET_IN_CLEAR_TEXT, Severity, nearest};
use crate::offer::OfferAddress;
use crate::plan::Remedy;
use crate::plan::guard::{GuardKind, KINDS};
use crate::rules::{self, Circumstances, Finding};
use crate::source::{GitTree, WorkTree};

/// The code of findings about entries of `allow`.
const BAD_ALLOWANCE: &str = "bad-allowance";

impl Repository {
    /// Reads the chosen offers. No rules are applied.
    pub fn open(&self, selection: &Selection) -> Result<Workspace, Error> {
        let reading = self.reading(selection)?;
        let loaded = reading.each(&Judged::unjudged);
        reading.usable(loaded)
    }

    /// Reads the chosen offers and applies the rules about what stands in them at the time `now`. What the rules find is kept for the
    /// plan, which judges what it would write.
    pub fn open_judged(&self, selection: &Selection, now: Timestamp) -> Result<Workspace, Error> {
        let reading = self.reading(selection)?;
        let secrets = self.machine.secrets(reading.tree.root());
        let circumstances = Circumstances { now, secrets: secrets.as_ref() };
        let loaded = reading.each(&|offer| reading.judged(offer, circumstances));
        reading.usable(loaded)
    }

    /// Reads the chosen offers as they are at a commit of the work tree `tree`.
    pub(super) fn open_at(&self, selection: &Selection, commit: &GitTree, tree: WorkTree) -> Result<Workspace, Error> {
        let paths = if selection.paths.is_empty() { self.offers_at(commit)? } else { selection.paths.clone() };
        let loaded = desired::load_each(commit, &paths, self.environment(), &Judged::unjudged);
        let is_as_set = selection.paths.is_empty();
        Reading { repository: self, matcher: selection.matcher()?, paths, is_as_set, tree }.usable(loaded)
    }

    pub(super) fn reading(&self, selection: &Selection) -> Result<Reading<'_>, Error> {
        let paths = if selection.paths.is_empty() { self.offers() } else { selection.paths.clone() };
        let tree = self.tree(&paths)?;
        let is_as_set = selection.paths.is_empty();
        Ok(Reading { repository: self, matcher: selection.matcher()?, paths, is_as_set, tree })
    }
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

/// The files that are read, and which of the offers in them are chosen.
pub(super) struct Reading<'a> {
    pub(super) repository: &'a Repository,
    matcher: Matcher,
    paths: Vec<String>,
    is_as_set: bool,
    pub(super) tree: WorkTree,
}

impl Reading<'_> {
    pub(super) fn is_chosen(&self, address: &OfferAddress) -> bool {
        self.matcher.includes(address)
    }

    pub(super) fn each<T: Send>(&self, keep: &(dyn Fn(Desired) -> T + Sync)) -> Loaded<T> {
        desired::load_each(&self.tree, &self.paths, self.repository.environment(), keep)
    }

    fn judged(&self, offer: Desired, circumstances: Circumstances<'_>) -> Judged {
        if !self.is_chosen(&offer.address) {
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
    }

    /// Picks the chosen offers, unless something makes the files unusable. What rules find is judged with the plan.
    fn usable(self, loaded: Loaded<Judged>) -> Result<Workspace, Error> {
        let mut findings = BTreeMap::new();
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
        if found.has_errors() {
            return Err(Error::Unusable(Box::new(Findings { found, sources: loaded.sources })));
        }
        if desired.is_empty() {
            return Err(Error::NoMatch(all.len()));
        }
        let (sources, tree) = (Arc::new(loaded.sources), self.tree);
        Ok(Workspace { desired, all, is_as_set: self.is_as_set, sources, tree, found, findings })
    }
}

/// What an offer says to offerform, and secrets that stand in the open.
pub(super) fn about_file(offer: &Desired) -> Diagnostics {
    let mut found = Diagnostics::default();
    allowances(offer, &mut found);
    clear_text_secrets(offer, &mut found);
    found
}

/// What a file allows has to be something that this offer can be allowed.
fn allowances(offer: &Desired, found: &mut Diagnostics) {
    for allow in &offer.reconcile.allow {
        let (code, target) = (&allow.code.text, &allow.target.text);
        let Some(kind) = GuardKind::of(code) else {
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
        let is_in_offer = target.strip_prefix(&address).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !is_in_offer {
            let message = format!("`{target}` is not part of `{address}`, so it cannot be allowed here");
            let help = format!("write the target as the plan shows it: `{address}`, or a path below it");
            found.push(Diagnostic::error(BAD_ALLOWANCE, message).at(allow.target.span, "").help(help));
        }
        if kind.remedy() == Remedy::None {
            let finding = Diagnostic::error(BAD_ALLOWANCE, format!("`{code}` cannot be allowed"));
            found.push(finding.at(allow.code.span, "").help(format!("`offerform explain {code}` shows the reason")));
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
                format!("`{key}` is a secret in clear text"),
                "write `{ $secret: { env: NAME } }`, set NAME where apply runs, and change the secret, because it was in a file",
            ),
            Suspicion::Look => (
                format!("`{key}` looks like a signature, a key, a token or a password, and this field is public"),
                "remove it, and change the secret if it is real; otherwise use another text, because a text that is not shown completely cannot be reviewed",
            ),
        };
        found.push(Diagnostic::error(SECRET_IN_CLEAR_TEXT, message).at(origin.value, "").help(help));
    }
}

//! How many offers one run may update: the share that the settings allow, and how many offers it is a share of.

use std::collections::BTreeSet;

use super::CliError;
use super::arguments::Comparing;
use super::context::Context;
use super::findings::Workspace;
use super::settings;
use crate::desired;
use crate::offer::OfferAddress;
use crate::source::{GitTree, Naming, Tree};

/// The limit of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// The share, in percent; `None` is no limit.
    pub(super) percent: Option<u8>,
    /// How many offers there are.
    pub(super) offers: usize,
}

impl Limit {
    /// The limit that the settings declare, or that of the base if it is stricter: it still holds in the change that loosens it.
    ///
    /// All offers of the repository count, whatever paths and `--offer` select: those below the `offers` of the settings, and those
    /// in the given paths. With a base, an offer that is not selected counts if the base has it, so that a change cannot add
    /// offers only to be counted, nor take any away.
    pub(super) fn of(context: &Context, workspace: &Workspace, comparing: &Comparing) -> Result<Self, CliError> {
        let base = match &comparing.base {
            Some(revision) => Some(
                GitTree::open(&workspace.tree, revision, Naming::WithCommit)
                    .map_err(|error| CliError::from(&error).maybe_hint(error.hint().map(ToOwned::to_owned)))?,
            ),
            None => None,
        };
        let before = base.as_ref().map(settings::max_changed_percent_at).transpose()?.flatten();
        let percent = [context.settings.max_changed_percent, before].into_iter().flatten().min();
        let offers = match percent {
            None => workspace.all.len(),
            Some(_) => all(context, workspace, base.as_ref())?.len(),
        };
        Ok(Self { percent, offers })
    }
}

fn all(context: &Context, workspace: &Workspace, base: Option<&GitTree>) -> Result<BTreeSet<OfferAddress>, CliError> {
    let mut offers: BTreeSet<OfferAddress> = workspace.all.iter().cloned().collect();
    if !workspace.is_as_set {
        offers.extend(as_set(context)?);
    }
    let Some(base) = base else { return Ok(offers) };
    let paths = context.offers_at(base)?;
    // What is wrong with the old files was accepted once: what can be read of them counts.
    let before: BTreeSet<OfferAddress> =
        desired::load_each(base, &paths, &context.environment, &|offer| offer.address).desired.into_iter().collect();
    let chosen = workspace.desired.iter().map(|offer| offer.address.clone());
    Ok(if before.is_empty() { offers } else { before.into_iter().chain(chosen).collect() })
}

/// The offers in the files that the settings name. If some cannot be read, nobody knows how many there are.
fn as_set(context: &Context) -> Result<BTreeSet<OfferAddress>, CliError> {
    let paths = context.offers();
    let tree = context.tree(&paths)?;
    let is_there = |path: &String| tree.locate(path).is_ok_and(|path| tree.kind(&path).is_some());
    if context.settings.offers.is_empty() && !paths.iter().any(is_there) {
        return Ok(BTreeSet::new());
    }
    let loaded = desired::load_each(&tree, &paths, &context.environment, &|offer| offer.address);
    if loaded.diagnostics.has_errors() {
        let message = "the settings limit how many offers one run may update, and not all offer files can be read";
        return Err(CliError::failed(message).hint("`offerform validate` says what is wrong with them"));
    }
    Ok(loaded.desired.into_iter().collect())
}

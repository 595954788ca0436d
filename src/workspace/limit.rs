//! How many offers one run may update: the share that the settings allow, and how many offers it is a share of.

use std::collections::BTreeSet;

use super::{Error, Repository, RepositorySettings, Workspace};
use crate::desired;
use crate::offer::OfferAddress;
use crate::source::{GitTree, Naming, Tree as _};

/// The limit of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The share, in percent; `None` is no limit.
    pub percent: Option<u8>,
    /// How many offers there are.
    pub offers: usize,
}

impl Repository {
    /// The limit that the settings at hand declare (`percent`), or that of the commit `base` if it is stricter: it still holds in the
    /// change that loosens it.
    ///
    /// All offers of the repository count, whatever paths and `--offer` select: those below the `offers` of the settings, and those
    /// in the given paths. With a base, an offer that is not selected counts if the base has it, so that a change cannot add
    /// offers only to be counted, nor take any away.
    pub fn limit(&self, workspace: &Workspace, base: Option<&str>, percent: Option<u8>) -> Result<Limit, Error> {
        let base = base.map(|revision| GitTree::open(&workspace.tree, revision, Naming::WithCommit)).transpose()?;
        let settings = base.as_ref().map(RepositorySettings::at).transpose()?;
        let before = match &settings {
            Some(settings) => settings.max_changed_percent("the settings of the base")?,
            None => None,
        };
        let percent = [percent, before].into_iter().flatten().min();
        let offers = match percent {
            None => workspace.all.len(),
            Some(_) => self.all_offers(workspace, base.as_ref())?.len(),
        };
        Ok(Limit { percent, offers })
    }

    fn all_offers(&self, workspace: &Workspace, base: Option<&GitTree>) -> Result<BTreeSet<OfferAddress>, Error> {
        let mut offers: BTreeSet<OfferAddress> = workspace.all.iter().cloned().collect();
        if !workspace.is_as_set {
            offers.extend(self.as_set()?);
        }
        let Some(base) = base else { return Ok(offers) };
        let paths = self.offers_at(base)?;
        // What is wrong with the old files was accepted once: what can be read of them counts.
        let loaded = desired::load_each(base, &paths, self.environment(), &|offer| offer.address);
        let before: BTreeSet<OfferAddress> = loaded.desired.into_iter().collect();
        let chosen = workspace.desired.iter().map(|offer| offer.address.clone());
        Ok(if before.is_empty() { offers } else { before.into_iter().chain(chosen).collect() })
    }

    /// The offers in the files that the settings name. If some cannot be read, nobody knows how many there are.
    fn as_set(&self) -> Result<BTreeSet<OfferAddress>, Error> {
        let paths = self.offers();
        let tree = self.tree(&paths)?;
        let is_there = |path: &String| tree.locate(path).is_ok_and(|path| tree.kind(&path).is_some());
        if self.offers.is_empty() && !paths.iter().any(is_there) {
            return Ok(BTreeSet::new());
        }
        let loaded = desired::load_each(&tree, &paths, self.environment(), &|offer| offer.address);
        if loaded.diagnostics.has_errors() {
            return Err(Error::Uncounted);
        }
        Ok(loaded.desired.into_iter().collect())
    }
}

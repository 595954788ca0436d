//! How many offers one run may update: the share that the settings allow, and how many offers it is a share of.

use std::collections::BTreeSet;

use super::{Error, Repository, RepositorySettings, Workspace};
use crate::desired;
use crate::offer::OfferAddress;
use crate::plan::{Counted, Limit};
use crate::source::{GitTree, Naming, Tree as _};

impl Repository {
    /// The limit that the settings at hand declare (`percent`), or that of the commit `base` if it is stricter: it still holds in the
    /// change that loosens it. `None` if there is none.
    ///
    /// All offers of the repository count, whatever paths and `--offer` select: those below the `offers` of the settings, and those
    /// in the given paths. An offer that is not selected is known to exist only if the base has it, or if `is_recorded` says that it
    /// was applied: a change can neither add offers only to be counted, nor take any away from those of the base. Without a base, the
    /// offers that a change deleted are in no file, and the limit holds for any number of offers.
    pub fn limit(
        &self,
        workspace: &Workspace,
        base: Option<&str>,
        percent: Option<u8>,
        is_recorded: &dyn Fn(&OfferAddress) -> bool,
    ) -> Result<Option<Limit>, Error> {
        let base = base.map(|revision| GitTree::open(&workspace.tree, revision, Naming::WithCommit)).transpose()?;
        let settings = base.as_ref().map(RepositorySettings::at).transpose()?;
        let before = match &settings {
            Some(settings) => settings.max_changed_percent("the settings of the base")?,
            None => None,
        };
        let Some(percent) = [percent, before].into_iter().flatten().min() else { return Ok(None) };
        let counted = if base.is_some() { Counted::WithBase } else { Counted::AtHand };
        let here = self.all_here(workspace)?;
        let before = base.map(|base| self.all_at(&base)).transpose()?.unwrap_or_default();
        let planned: BTreeSet<String> = workspace.desired.iter().map(|offer| name(&offer.address)).collect();
        let recorded = here.iter().filter(|address| is_recorded(address)).map(name);
        let known: BTreeSet<String> = before.iter().map(name).chain(recorded).collect();
        let declared: BTreeSet<String> = before.iter().chain(&here).map(name).collect();
        Ok(Some(Limit { percent, known: known.difference(&planned).count(), declared: declared.len(), counted }))
    }

    /// The offers in the files at hand.
    fn all_here(&self, workspace: &Workspace) -> Result<BTreeSet<OfferAddress>, Error> {
        let mut offers: BTreeSet<OfferAddress> = workspace.all.iter().cloned().collect();
        if !workspace.is_as_set {
            offers.extend(self.as_set()?);
        }
        Ok(offers)
    }

    /// The offers in the files of a commit. What is wrong with them was accepted once: what can be read of them counts.
    fn all_at(&self, base: &GitTree) -> Result<BTreeSet<OfferAddress>, Error> {
        let paths = self.offers_at(base)?;
        let loaded = desired::load_each(base, &paths, self.environment(), &|offer| offer.address);
        Ok(loaded.desired.into_iter().collect())
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

/// The service does not tell upper from lower case in ids, so an offer in other letters is not another one.
fn name(address: &OfferAddress) -> String {
    address.to_string().to_ascii_lowercase()
}

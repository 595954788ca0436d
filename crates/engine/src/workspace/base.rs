//! What the files declared at another commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Error, Findings, Repository, Selection, Workspace, exists_at};
use crate::desired::{self, Desired};
use crate::offer::OfferAddress;
use crate::plan::BaseCommit;
use crate::source::{GitTree, Naming};

/// What the files declared at another commit.
#[derive(Debug, Clone, Default)]
pub enum Base {
    /// No base is known: without `--base` and without git.
    #[default]
    Unknown,
    /// The base is a commit that was read.
    At {
        /// The commit that was read, and the offers that it declares and the files do not any more.
        commit: BaseCommit,
        /// What it declares, by offer.
        desired: Arc<BTreeMap<OfferAddress, Arc<Desired>>>,
        /// The commits that values were applied from and that are in the history of this one or are this one.
        earlier: Arc<BTreeSet<String>>,
    },
}

impl Base {
    /// The commit, if it is known.
    #[must_use]
    pub fn commit(&self) -> Option<&BaseCommit> {
        match self {
            Self::Unknown => None,
            Self::At { commit, .. } => Some(commit),
        }
    }

    /// The base, knowing which of the commits in `applied` are in its history.
    #[must_use]
    pub fn with_history(self, workspace: &Workspace, applied: BTreeSet<String>) -> Self {
        let Self::At { commit, desired, .. } = self else { return self };
        let is_earlier =
            |one: &String| *one == commit.commit || GitTree::is_before(&workspace.tree, one, &commit.commit);
        let earlier = Arc::new(applied.into_iter().filter(is_earlier).collect());
        Self::At { commit, desired, earlier }
    }
}

/// A base as it was read.
#[derive(Debug)]
pub struct BaseFiles {
    /// The offers that the commit declares.
    pub base: Base,
    /// What is wrong with those old files, if anything is: it was accepted once, and stops nothing.
    pub findings: Option<Findings>,
}

impl BaseFiles {
    /// No base: nothing is known about an earlier declaration.
    #[must_use]
    pub fn unknown() -> Self {
        Self { base: Base::Unknown, findings: None }
    }
}

impl Repository {
    /// Reads the offers of `workspace` as they were at `revision`.
    pub fn base(&self, selection: &Selection, workspace: &Workspace, revision: &str) -> Result<BaseFiles, Error> {
        let tree = GitTree::open(&workspace.tree, revision, Naming::WithCommit)?;
        let wanted: BTreeSet<&OfferAddress> = workspace.all.iter().collect();
        let paths = if selection.paths.is_empty() { self.offers_at(&tree)? } else { selection.paths.clone() };
        // What is not there yet at that commit cannot be read from it, and need not be.
        let paths: Vec<String> = paths.into_iter().filter(|path| exists_at(&tree, path)).collect();
        let mut declared = BTreeMap::new();
        let mut findings = None;
        if !paths.is_empty() {
            let loaded = desired::load(&tree, &paths, self.environment());
            if !loaded.diagnostics.is_empty() {
                findings = Some(Findings { found: loaded.diagnostics, sources: loaded.sources });
            }
            insert(&mut declared, loaded.desired);
        }
        // An offer whose file names another API now is still the same offer.
        let names: BTreeSet<String> = wanted.iter().map(ToString::to_string).collect();
        let no_longer_managed = declared
            .keys()
            .filter(|address| !names.contains(&address.to_string()) && selection.includes(address))
            .map(|address| (address.clone(), declared[address].file.clone()))
            .collect();
        if wanted.iter().any(|address| !declared.contains_key(*address)) {
            self.find_elsewhere(&tree, &wanted, &mut declared);
        }
        let commit = BaseCommit { commit: tree.commit().to_owned(), no_longer_managed };
        let base = Base::At { commit, desired: Arc::new(declared), earlier: Arc::default() };
        Ok(BaseFiles { base, findings })
    }

    /// Looks for offers in all files of the commit: a renamed or moved file declares the same offer.
    fn find_elsewhere(
        &self,
        tree: &GitTree,
        wanted: &BTreeSet<&OfferAddress>,
        declared: &mut BTreeMap<OfferAddress, Arc<Desired>>,
    ) {
        let root = self.root.display().to_string();
        let found = desired::load(tree, &[root], self.environment()).desired;
        insert(declared, found.into_iter().filter(|offer| wanted.contains(&offer.address)).collect());
    }
}

fn insert(declared: &mut BTreeMap<OfferAddress, Arc<Desired>>, offers: Vec<Desired>) {
    for offer in offers {
        declared.entry(offer.address.clone()).or_insert_with(|| Arc::new(offer));
    }
}

//! The files that a run is about: which offers are chosen, what rules find in them, and what was declared before.
//!
//! A [`Repository`] says where the files are. From it a [`Workspace`] is opened, of the files at hand or of those of a commit; it does
//! not change afterwards. Nothing in this room asks the service, and nothing writes to the terminal: what is found in files is part of
//! the values.

mod base;
mod error;
mod examine;
mod history;
mod limit;
mod naming;
mod opening;
mod selection;
mod settings;
mod sharing;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use base::{Base, BaseFiles};
pub use error::{Error, Findings};
pub use examine::{Examined, Fetched};
pub use history::Committed;
pub use naming::NameError;
pub use selection::Selection;
pub use settings::{FILE_NAME, RecordPlace, RepositorySettings, SettingsError, Timeouts};
pub use sharing::Everything;

use crate::desired::{self, Desired};
use crate::diagnostic::Diagnostics;
use crate::manifest::Environment;
use crate::offer::OfferAddress;
use crate::rules::Finding;
use crate::secret::SecretSource;
use crate::source::{GitTree, Sources, Tree as _, WorkTree};

/// What the machine gives to files that refer to it.
pub trait Machine: fmt::Debug + Send + Sync {
    /// The variables that files may refer to by `$env`.
    fn environment(&self) -> &dyn Environment;

    /// The real values that files refer to by `$secret`; paths among them are below `root`.
    fn secrets(&self, root: &Path) -> Arc<dyn SecretSource>;
}

/// Where the files of a run are.
#[derive(Debug, Clone)]
pub struct Repository {
    current: PathBuf,
    root: PathBuf,
    offers: Vec<String>,
    machine: Arc<dyn Machine>,
}

impl Repository {
    /// The repository with the root `root` around the folder `current`. `offers` are the paths of offer files that the settings name,
    /// relative to the root; none means the folder `offers`.
    #[must_use]
    pub fn new(current: PathBuf, root: PathBuf, offers: Vec<String>, machine: Arc<dyn Machine>) -> Self {
        Self { current, root, offers, machine }
    }

    /// The root of the repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The work tree that `paths` belong to, which may be another repository's.
    pub fn tree(&self, paths: &[String]) -> Result<WorkTree, Error> {
        Ok(WorkTree::open(&self.current, paths)?)
    }

    /// The paths of the offer files, as the settings name them.
    #[must_use]
    pub fn offers(&self) -> Vec<String> {
        self.in_root(&self.offers)
    }

    /// The path of a folder of offer files that is missing, if none of the paths in the settings leads anywhere. The folder `offers`
    /// counts as missing, too, if the settings name no paths and no offer file is in it.
    #[must_use]
    pub fn missing_offers(&self) -> Option<String> {
        let offers = self.offers();
        let is_there = |path: &String| exists(path) && (!self.offers.is_empty() || self.holds_files(path));
        if offers.iter().any(is_there) { None } else { offers.into_iter().next() }
    }

    /// Whether there is an offer file below a folder. If that is unknown, loading says why.
    fn holds_files(&self, folder: &str) -> bool {
        let Ok(tree) = self.tree(&[folder.to_owned()]) else { return true };
        let files = tree.locate(folder).and_then(|folder| tree.files(&folder));
        files.map_or(true, |files| files.iter().any(desired::may_be_an_offer))
    }

    /// The variables that files may refer to.
    #[must_use]
    pub fn environment(&self) -> &dyn Environment {
        self.machine.environment()
    }

    /// The paths of the offer files, as the settings of a commit name them.
    fn offers_at(&self, commit: &GitTree) -> Result<Vec<String>, Error> {
        Ok(self.in_root(&RepositorySettings::at(commit)?.offers))
    }

    /// Settings name paths relative to the root, wherever in it the person is.
    fn in_root(&self, offers: &[String]) -> Vec<String> {
        let path = |path: &str| self.root.join(path).display().to_string();
        if offers.is_empty() { vec![path("offers")] } else { offers.iter().map(|offer| path(offer)).collect() }
    }
}

/// Whether a path or glob leads anywhere. What a glob matches is found out by loading.
fn exists(path: &str) -> bool {
    is_glob(path) || Path::new(path).exists()
}

/// Whether a path or glob leads anywhere in the files of a commit.
fn exists_at(tree: &GitTree, path: &str) -> bool {
    is_glob(path) || tree.locate(path).is_ok_and(|path| tree.kind(&path).is_some())
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The chosen offers, and the texts that they were read from.
#[derive(Debug)]
pub struct Workspace {
    /// The offers that paths and `--offer` select, sorted by address.
    pub desired: Vec<Arc<Desired>>,
    /// The addresses of all offers in the files that were read, chosen or not.
    pub all: Vec<OfferAddress>,
    /// Whether the files are those that the settings name, and no paths were given.
    pub is_as_set: bool,
    /// The texts of the files, for findings and places.
    pub sources: Arc<Sources>,
    /// The work tree that the files belong to.
    pub tree: WorkTree,
    /// What is noteworthy about the files; no errors.
    pub found: Diagnostics,
    /// The errors that rules find in what the chosen offers declare, by offer. Whether they matter depends on what a plan writes.
    pub findings: BTreeMap<OfferAddress, Vec<Finding>>,
}

impl Workspace {
    /// What the files declare of an offer. The service does not tell upper from lower case in ids, so another spelling is no way past
    /// the file.
    #[must_use]
    pub fn declared(&self, address: &OfferAddress) -> Option<&Arc<Desired>> {
        let name = address.to_string();
        self.desired.iter().find(|one| one.address.to_string().eq_ignore_ascii_case(&name))
    }
}

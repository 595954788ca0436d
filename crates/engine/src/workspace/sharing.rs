//! The chosen offers together with everything that they may share parts with, for commands that write files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Error, Repository, Selection, Workspace, exists};
use crate::desired::{self, Desired};
use crate::offer::OfferAddress;
use crate::source::{FILE_LIMIT, RelativePath, Tree as _, WorkTree};

/// The chosen offers, and everything else that the files declare: what one of them shares with others has to be known before a file is
/// changed.
#[derive(Debug)]
pub struct Everything {
    /// The offers that paths and `--offer` select.
    pub workspace: Workspace,
    /// All offers of the repository, including those that are not selected.
    pub offers: Vec<Arc<Desired>>,
    /// The paths that all of it was read from.
    pub paths: Vec<String>,
}

impl Repository {
    /// Reads the chosen offers, and all others of the repository.
    pub fn open_everything(&self, selection: &Selection) -> Result<Everything, Error> {
        let workspace = self.open(selection)?;
        let mut paths = Vec::new();
        // Files of another repository share nothing with those of this one.
        if workspace.tree.root() == self.root {
            paths.extend(self.offers().into_iter().filter(|path| exists(path)));
        }
        paths.extend(selection.paths.iter().cloned());
        let loaded = desired::load(&workspace.tree, &paths, self.environment());
        if loaded.diagnostics.has_errors() {
            return Err(Error::SharedParts);
        }
        let offers: Vec<_> = loaded.desired.into_iter().map(Arc::new).collect();
        let wanted = |desired: &&Arc<Desired>| workspace.desired.iter().any(|one| one.address == desired.address);
        let desired = offers.iter().filter(wanted).cloned().collect();
        let workspace = Workspace { desired, sources: Arc::new(loaded.sources), ..workspace };
        Ok(Everything { workspace, offers, paths })
    }
}

impl Repository {
    /// The offers that files in a folder declare, with those files. What is wrong with the files does not matter.
    pub fn declared_in(&self, folder: &Path) -> Result<Vec<(OfferAddress, String)>, Error> {
        let paths = [folder.display().to_string()];
        let tree = self.tree(&paths)?;
        let loaded = desired::load(&tree, &paths, self.environment());
        Ok(loaded.desired.into_iter().map(|desired| (desired.address, desired.file)).collect())
    }
}

impl Workspace {
    /// Where the files `changed` are on disk, with their new texts. Fails if one of them was changed since it was read, or is reached
    /// through a link: what that leads to may be somebody else's, too.
    pub fn targets<'t>(
        &self,
        changed: impl IntoIterator<Item = (&'t RelativePath, &'t String)>,
    ) -> Result<Vec<(PathBuf, &'t str)>, Error> {
        let mut targets = Vec::new();
        for (path, text) in changed {
            let now = self.tree.read(path, FILE_LIMIT)?;
            let loaded = self.sources.text_of(&self.tree.shown(path));
            if loaded.is_some_and(|loaded| loaded.as_bytes() != now) {
                return Err(Error::Overtaken(self.tree.shown(path)));
            }
            targets.push((on_disk(&self.tree, path)?, text.as_str()));
        }
        Ok(targets)
    }
}

fn on_disk(tree: &WorkTree, path: &RelativePath) -> Result<PathBuf, Error> {
    let mut at = tree.root().to_path_buf();
    for part in path.parts() {
        at.push(part);
        if at.is_symlink() {
            return Err(Error::Link(tree.shown(path)));
        }
    }
    Ok(at)
}

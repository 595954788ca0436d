//! What git tells of the files: which commit is checked out, and which of them are not as committed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Base, BaseFiles, Error, Repository, Selection, Workspace, error};
use crate::plan::{BaseCommit, Checkout};
use crate::source::{FileStatus, GitError, GitTree, Naming};

/// The offers as committed, with themselves as the base: every difference is then an edit in the portal.
#[derive(Debug)]
pub struct Committed {
    /// The chosen offers as they are at HEAD, or as the files are where git cannot tell.
    pub workspace: Workspace,
    /// The same offers as the base of the comparison.
    pub base: Base,
    /// Why the files are taken as they are, committed or not, although there may be a repository.
    pub not_asked: Option<GitError>,
}

impl Repository {
    /// Reads the chosen offers as they are at HEAD. Outside of git, before the first commit, or where git cannot be asked, the files as
    /// they are.
    pub fn committed(&self, selection: &Selection) -> Result<Committed, Error> {
        let tree = self.tree(&selection.paths)?;
        let head = match GitTree::open(&tree, "HEAD", Naming::Plain) {
            Ok(head) => head,
            Err(
                error @ (GitError::NoRepository(_)
                | GitError::NoCommit { .. }
                | GitError::Program(_)
                | GitError::Refused(_)),
            ) => {
                let is_plain = matches!(error, GitError::NoRepository(_) | GitError::NoCommit { .. });
                let not_asked = if is_plain { None } else { Some(error) };
                return Ok(Committed { workspace: self.open(selection)?, base: Base::Unknown, not_asked });
            }
            Err(error) => return Err(error.into()),
        };
        let workspace = self.open_at(selection, &head, tree)?;
        let desired: BTreeMap<_, _> =
            workspace.desired.iter().map(|desired| (desired.address.clone(), Arc::clone(desired))).collect();
        let commit = BaseCommit { commit: head.commit().to_owned(), no_longer_managed: Vec::new() };
        let base = Base::At { commit, desired: Arc::new(desired), earlier: Arc::default() };
        Ok(Committed { workspace, base, not_asked: None })
    }

    /// What the files declared before they were edited: at the commit that is named, or else at HEAD. Outside of git and before the
    /// first commit nothing is known. If git cannot be asked, nobody knows which edits would be lost: then it is an error, unless
    /// `force` is given.
    pub fn before(
        &self,
        selection: &Selection,
        workspace: &Workspace,
        (named, force): (Option<&str>, bool),
    ) -> Result<BaseFiles, Error> {
        if let Some(named) = named {
            return self.base(selection, workspace, named);
        }
        match GitTree::open(&workspace.tree, "HEAD", Naming::WithCommit) {
            Err(GitError::NoRepository(_) | GitError::NoCommit { .. }) => Ok(BaseFiles::unknown()),
            Err(GitError::Program(_) | GitError::Refused(_)) if force => Ok(BaseFiles::unknown()),
            Err(refused @ (GitError::Program(_) | GitError::Refused(_))) => {
                Err(Error::Uncommitted(error::GitErrorChain(refused)))
            }
            _ => self.base(selection, workspace, "HEAD"),
        }
    }
}

impl Workspace {
    /// Which commit is checked out, and whether the files of the workspace are as committed.
    #[must_use]
    pub fn checkout(&self) -> Checkout {
        let Ok(commit) = GitTree::resolve(&self.tree, "HEAD") else { return Checkout { commit: None, dirty: true } };
        let names: BTreeSet<&str> = self.sources.names().collect();
        let matters =
            |(status, file): &(FileStatus, String)| *status == FileStatus::Edited || names.contains(file.as_str());
        let uncommitted = GitTree::uncommitted(&self.tree).ok();
        let dirty = uncommitted.is_none_or(|uncommitted| uncommitted.iter().any(matters));
        Checkout { commit: Some(commit), dirty }
    }

    /// Files that are part of what would be compared if they were committed: tracked ones that were edited, and new ones below `paths`.
    /// A plan or a page that a pipeline has written is neither.
    #[must_use]
    pub fn uncommitted(&self, paths: &[String]) -> Vec<String> {
        let is_among_offers = |file: &String| {
            let is_below = |path: &String| {
                let folder = path.split(['*', '?', '[', '{']).next().unwrap_or_default().trim_end_matches('/');
                file == folder
                    || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || folder.is_empty())
            };
            paths.iter().any(is_below)
        };
        GitTree::uncommitted(&self.tree)
            .unwrap_or_default()
            .into_iter()
            .filter(|(status, file)| *status == FileStatus::Edited || is_among_offers(file))
            .map(|(_, file)| file)
            .filter(|file| !file.contains(".offerform/"))
            .collect()
    }
}

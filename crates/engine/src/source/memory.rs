//! Files that are not on disk.

use std::collections::BTreeMap;

use super::{EntryKind, Error, RelativePath, Tree};

/// A tree held in memory: for tests, and for files that come from somewhere else than the disk.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree(BTreeMap<RelativePath, Vec<u8>>);

impl MemoryTree {
    /// The tree with one more file. `path` is relative to the root; a path that is not usable is left out.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        if let Ok(path) = RelativePath::parse(path) {
            self.0.insert(path, bytes.into());
        }
        self
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &RelativePath, limit: usize) -> Result<Vec<u8>, Error> {
        match self.0.get(path) {
            Some(bytes) if bytes.len() > limit => Err(Error::TooLarge { path: self.shown(path), limit }),
            Some(bytes) => Ok(bytes.clone()),
            None => Err(Error::Missing { path: self.shown(path) }),
        }
    }

    fn files(&self, folder: &RelativePath) -> Result<Vec<RelativePath>, Error> {
        let visible = |path: &&RelativePath| {
            path.parts().take(folder.parts().count()).eq(folder.parts())
                && !path.parts().skip(folder.parts().count()).any(|part| part.starts_with('.'))
        };
        Ok(self.0.keys().filter(visible).cloned().collect())
    }

    fn kind(&self, path: &RelativePath) -> Option<EntryKind> {
        if self.0.contains_key(path) {
            return Some(EntryKind::File);
        }
        let below = self.0.keys().any(|file| file.parts().take(path.parts().count()).eq(path.parts()));
        below.then_some(EntryKind::Folder)
    }

    fn locate(&self, text: &str) -> Result<RelativePath, Error> {
        RelativePath::parse(text)
    }

    fn shown(&self, path: &RelativePath) -> String {
        path.to_string()
    }
}

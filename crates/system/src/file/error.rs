//! Why a file is not read or written.

use std::io;
use std::path::{Path, PathBuf};

/// A file that cannot be read or written, or must not be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file, or a folder on the way to it, is a symbolic link where none is followed.
    #[error("`{}` is a symbolic link", .0.display())]
    Link(PathBuf),
    /// It is a folder, a device, a pipe or a socket.
    #[error("`{}` is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It is larger than what is read.
    #[error("`{}` is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The path of the file that is too large.
        path: PathBuf,
        /// How many bytes are read at most.
        limit: usize,
    },
    /// The operating system reported an error.
    #[error("could not {action} `{}`", path.display())]
    System {
        /// What was being done.
        action: &'static str,
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// Whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::System { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    pub(super) fn system(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::System { action, path, source }
    }
}

impl From<Error> for io::Error {
    /// What the system said, or why it was not asked: for callers that name the file themselves.
    fn from(error: Error) -> Self {
        match error {
            Error::System { source, .. } => source,
            refused => Self::other(refused),
        }
    }
}

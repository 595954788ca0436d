//! What can go wrong between us and the files.

use std::io;

/// A failure to find or read a file. Every variant names the path as people would write it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused to open or read the file.
    #[error("cannot read `{path}`")]
    Read {
        /// The path of the file, relative to the root of the repository.
        path: String,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// The system refused to list the folder.
    #[error("cannot list the folder `{path}`")]
    List {
        /// The path of the folder, relative to the root of the repository.
        path: String,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// There is nothing of that name.
    #[error("`{path}` does not exist")]
    Missing {
        /// The file or folder.
        path: String,
    },
    /// It is there, but it is a folder, a device or a pipe.
    #[error("`{path}` is not a file")]
    NotAFile {
        /// What was meant to be a file.
        path: String,
    },
    /// The file is larger than we read.
    #[error("`{path}` is larger than {limit} bytes")]
    TooLarge {
        /// The path of the file, relative to the root of the repository.
        path: String,
        /// The size limit, in bytes.
        limit: usize,
    },
    /// The folder holds more files than we list.
    #[error("more than {limit} files below `{path}`")]
    TooMany {
        /// The path of the folder, relative to the root of the repository.
        path: String,
        /// The highest number of files that is listed.
        limit: usize,
    },
    /// The path leaves the repository: by `..`, by being absolute, or through a symbolic link.
    #[error("`{path}` is outside of the repository `{root}`")]
    Outside {
        /// The path as it was written.
        path: String,
        /// The root of the repository.
        root: String,
    },
    /// The path cannot name a file of a repository on every platform.
    #[error("`{path}` is not a portable path: use `/` between folders")]
    Unusable {
        /// The path as it was written.
        path: String,
    },
    /// The name of a file is not UTF-8, or holds a backslash.
    #[error("`{path}`: the name of this file is not UTF-8 text, or it contains a backslash; rename the file")]
    Misnamed {
        /// The path, with a replacement character for each byte that is no text.
        path: String,
    },
    /// The path lies in the folder of git, which holds tokens and everything that was ever committed.
    #[error("`{path}` is in a `.git` folder, which offers cannot read")]
    GitFolder {
        /// The path as it was written.
        path: String,
    },
    /// The paths given belong to two repositories.
    #[error("`{first}` and `{second}` are different repositories: run the command once for each")]
    TwoRoots {
        /// The root of one.
        first: String,
        /// The root of the other.
        second: String,
    },
}

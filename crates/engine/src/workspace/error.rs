//! Why files cannot be used.

use std::fmt;

use super::SettingsError;
use crate::diagnostic::Diagnostics;
use crate::source::{self, GitError, Sources};

/// What is wrong with files, and the texts that it points into.
#[derive(Debug)]
pub struct Findings {
    /// What was found, in the order of files and places.
    pub found: Diagnostics,
    /// The texts of the files that the findings are about.
    pub sources: Sources,
}

/// Why files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Files cannot be found or read.
    #[error(transparent)]
    Files(#[from] source::Error),
    /// A commit cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The settings file of the repository, or of a commit of it, cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A pattern of addresses is none.
    #[error("--offer `{pattern}`: {problem}")]
    Pattern {
        /// The pattern as the user wrote it.
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The files have errors.
    #[error("the offer files have errors; nothing was sent")]
    Unusable(Box<Findings>),
    /// The files declare offers, and none of them is chosen.
    #[error("none of the {0} offers in the files matches --offer or --publisher")]
    NoMatch(usize),
    /// Files that may share parts with the chosen ones have errors.
    #[error("other offer files that may share parts with these have errors; nothing was written")]
    SharedParts,
    /// A share of the offers is allowed, and nobody knows how many there are.
    #[error("the settings limit how many offers one run may update, and not all offer files can be read")]
    Uncounted,
    /// Git cannot say which edits are not committed, so they cannot be kept.
    #[error("git cannot say which edits are not committed, so nothing was written: {0}")]
    Uncommitted(GitErrorChain),
    /// A file was changed since it was read.
    #[error("`{0}` was changed during this run; nothing was written")]
    Overtaken(String),
    /// A link stands in the place of a file or of a folder on the way to it.
    #[error("`{0}` is a symbolic link, or in a folder that is one; nothing was written")]
    Link(String),
}

/// An error of git, in one line with its causes.
#[derive(Debug)]
pub struct GitErrorChain(pub GitError);

impl fmt::Display for GitErrorChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::chain(&self.0))
    }
}

impl Error {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Files(_) | Self::Pattern { .. } | Self::Unusable(_) => return None,
            Self::Git(error) => return error.hint().map(ToOwned::to_owned),
            Self::Settings(error) => return error.hint(),
            Self::NoMatch(_) => "an offer is matched by `publisher/offer` or by its id alone",
            Self::SharedParts => "`offerform validate` shows them",
            Self::Uncounted => "`offerform validate` shows the errors",
            Self::Uncommitted(error) => {
                let hint = error.0.hint().map_or(String::new(), |hint| format!("{hint}; or "));
                return Some(format!("{hint}--force overwrites edits that are not committed"));
            }
            Self::Overtaken(_) => "run it again",
            Self::Link(_) => "change the target of the link by hand",
        };
        Some(hint.to_owned())
    }

    /// Whether nothing failed, and writing was refused to keep what somebody else wrote.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Uncommitted(_) | Self::Overtaken(_) | Self::Link(_))
    }
}

//! The user's files: where they come from, what they are called, and places in their text.
//!
//! A [`Tree`] is the set of files of one repository, be it the work tree or (later) a git revision; nothing above
//! this room opens a file. [`Sources`] keeps every text that was read, so that a [`Span`] can be shown to people.

mod error;
mod git;
mod memory;
mod path;
mod pattern;
mod text;
mod tree;

pub use error::Error;
pub use git::{FileStatus, GitError, GitTree, Naming};
pub use memory::MemoryTree;
pub use path::RelativePath;
pub use pattern::{Pattern, PatternError};
pub use text::{SourceId, Sources, Span};
pub(crate) use tree::is_git_folder;
pub use tree::{EntryKind, FILE_LIMIT, Tree, WorkTree};

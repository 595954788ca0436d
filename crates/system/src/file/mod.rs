//! Reading and writing files of this machine: one door in, one door out.
//!
//! What is read is a regular file of bounded size. What is written is written whole: into a temporary file beside its place,
//! which is then renamed, so that a reader sees the old file or the new one. Nothing is written through a symbolic link: a
//! repository is somebody else's work, and a link in it could lead anywhere.

mod error;
mod lock;
mod place;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use error::Error;
pub use lock::Lock;
pub use read::{read, read_own};
pub use write::{Batch, append, make_folder, put_aside, remove, write};

/// The folder at the root of a repository that holds the files of this program.
pub const OWN_FOLDER: &str = ".offerform";

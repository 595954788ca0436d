//! Finished values in, text out.
//!
//! A renderer gets a value and a writer. It knows no network, no clock and no settings; what it needs to know about the
//! terminal is in [`Style`]. Text from elsewhere goes through [`visible`] on its way out.

pub mod adoption;
pub mod by_hand;
pub mod checkup;
pub mod diagnostics;
pub mod drift;
pub mod html;
pub mod human;
pub mod image;
pub mod imported;
pub mod init;
pub mod json;
pub mod markdown;
pub mod migrated;
mod outcome;
mod outline;
pub mod show;
pub mod status;
mod style;
pub mod validation;
mod visible;
mod words;
pub mod workflow;

pub use style::{Colour, Style};
pub use visible::visible;

//! Plans and reports for people.

mod plan;
mod report;
mod value;

pub use plan::plan;
pub use report::{failures, report};

//! Plans and reports for people.

mod drift;
mod plan;
mod report;
mod value;

pub use drift::drift;
pub use plan::plan;
pub use report::{failures, report};

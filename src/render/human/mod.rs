//! Plans and reports for people.

mod drift;
mod guards;
mod plan;
mod prices;
mod release;
mod report;
mod value;

pub use drift::drift;
pub use guards::{guard, guards};
pub use plan::plan;
pub use report::{failures, report};

//! Plans and reports for people.

mod drift;
mod guards;
mod plan;
mod prices;
mod release;
mod report;
mod rules;
mod standing;
mod value;

pub use drift::drift;
pub(super) use drift::last_line as drift_line;
pub use guards::{guard, guards};
pub use plan::plan;
pub(super) use plan::{last_line, offer};
pub(super) use release::level;
pub use release::{plan as release_plan, step_report};
pub use report::{failures, report};
pub use rules::{rule, rules};
pub use standing::{operations, slot_difference, standings};

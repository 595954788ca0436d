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

pub use drift::{drift, last_line as drift_line};
pub use guards::{guard, guards};
pub(super) use plan::{label, offer, remarks, word};
pub use plan::{last_line, plan};
pub(super) use release::level;
pub use release::{plan as release_plan, step_report};
pub use report::{failures, last_line as report_line, report};
pub use rules::{rule, rules};
pub use standing::{operations, slot_difference, standings};

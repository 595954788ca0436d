//! Plans and reports for people.

mod changes;
mod checkup;
mod drift;
mod guards;
mod plan;
mod prices;
mod release;
mod report;
mod rules;
mod status;
mod value;
mod verdict;

pub(super) use changes::{Newer, Sides, label, readable, remarks};
pub use checkup::checkup;
pub use drift::{drift, last_line as drift_line};
pub use guards::{guard, guards};
pub(super) use plan::word;
pub use plan::{guards_of, last_line, plan};
pub(super) use release::level;
pub use release::{plan as release_plan, step_report, unsettled};
pub(super) use report::ended;
pub use report::{failures, last_line as report_line, report};
pub use rules::{rule, rules};
pub use status::{last_line as statuses_line, operations, slot_difference, statuses};
pub(super) use status::{reached, rows as status_rows, under_way};
pub(in crate::render) use value::lines as value_lines;

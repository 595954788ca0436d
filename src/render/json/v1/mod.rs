//! Version 1.0 of the JSON outputs.

mod drift;
mod plan;
mod report;

use std::io::{self, Write};

use serde::Serialize;

pub use drift::{DRIFT_SCHEMA, drift};
pub use plan::{PLAN_SCHEMA, PlanContext, plan};
pub use report::{REPORT_SCHEMA, report};

/// The version these structures follow.
pub const FORMAT_VERSION: &str = "1.0";

fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}

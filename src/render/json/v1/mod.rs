//! Version 1.0 of the JSON outputs.

mod drift;
mod plan;
mod record;
mod report;
mod standing;
mod whoami;

use std::io::{self, Write};

use serde::Serialize;

use crate::render::visible::visible_json;
use crate::secret::redact;

pub use drift::{DRIFT_SCHEMA, drift};
pub use plan::{PLAN_SCHEMA, PlanContext, plan};
pub use record::{RECORD_SCHEMA, record};
pub use report::{REPORT_SCHEMA, report};
pub use standing::{DIFF_SCHEMA, OPERATIONS_SCHEMA, STATUS_SCHEMA, operations, slot_difference, standings};
pub use whoami::{Publisher, WHOAMI_SCHEMA, Whoami, whoami};

/// The version these structures follow.
pub const FORMAT_VERSION: &str = "1.0";

fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    // A signature can stand where nobody expects it, such as in the id of a SKU. It ends before any quote or escape.
    out.write_all(visible_json(&redact(&text)).as_bytes())?;
    out.write_all(b"\n")
}

//! Version 1.0 of the JSON outputs.

mod by_hand;
mod checkup;
mod drift;
mod files;
mod image;
mod init;
mod plan;
mod record;
mod report;
mod show;
mod status;
mod validation;
mod whoami;

use super::write;

pub use by_hand::{RELEASE_SCHEMA, by_hand};
pub use checkup::{DOCTOR_SCHEMA, checkup};
pub use drift::{DRIFT_SCHEMA, drift};
pub use files::{ADOPT_SCHEMA, IMPORT_SCHEMA, MIGRATE_SCHEMA, adoption, imported, migration};
pub use image::{IMAGE_LIST_SCHEMA, IMAGE_SCHEMA, image_change, images};
pub use init::{INIT_SCHEMA, setup};
pub use plan::{PLAN_SCHEMA, PlanContext, plan};
pub use record::{RECORD_SCHEMA, record};
pub use report::{REPORT_SCHEMA, report};
pub use show::{SHOW_SCHEMA, card};
pub use status::{DIFF_SCHEMA, OPERATIONS_SCHEMA, STATUS_SCHEMA, operations, slot_difference, statuses};
pub use validation::{VALIDATE_SCHEMA, validation};
pub use whoami::{Publisher, WHOAMI_SCHEMA, Whoami, whoami};

/// The version these structures follow.
pub const FORMAT_VERSION: &str = "1.0";

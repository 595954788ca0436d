//! The JSON others script against, one module a version. These structures are frozen: they follow
//! `schemas/` and never the program's own types.

pub mod v1;

use std::io::{self, Write};

use serde::Serialize;

use super::visible::visible_json;
use crate::secret::redact;

/// Writes a document, and a line break behind it.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    // A signature can stand where nobody expects it, such as in the id of a SKU. It ends before any quote or escape.
    out.write_all(visible_json(&redact(&text)).as_bytes())?;
    out.write_all(b"\n")
}

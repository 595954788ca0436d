//! A node of another kind than it should be.

use super::node::{Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Reports that `what` should be of another kind.
pub(super) fn wrong_kind(node: &Node, what: &str, expected: &str, findings: &mut Diagnostics) {
    if node.value == Value::Unknown {
        return;
    }
    let mut finding = Diagnostic::error("wrong-kind", format!("{what} must be {expected}, not {}", node.kind()));
    if expected == "text" && matches!(node.value, Value::Number(_) | Value::Bool(_)) {
        finding = finding.help("put it in quotes");
    }
    findings.push(finding.at(node.span, ""));
}

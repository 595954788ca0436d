//! Ids of offers, publishers and plans, and lists of plans.

use std::collections::HashMap;

use super::kind::wrong_kind;
use super::named::Named;
use super::{Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

fn belongs_in_id(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '/' | '\\' | '?' | '#' | '%'))
}

/// Whether a text can be the id of an offer, a publisher or a SKU in a file.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && text.chars().all(belongs_in_id)
}

/// An id that can stand in an address of the service.
pub(super) fn identifier(node: &Node, key: &str, findings: &mut Diagnostics) -> Option<Named> {
    let Some(text) = node.as_text() else {
        wrong_kind(node, &format!("`{key}`"), "text", findings);
        return None;
    };
    let bad = text.chars().find(|c| !belongs_in_id(*c));
    let message = match bad {
        Some(character) => format!("`{key}` must not contain {}", shown(character)),
        None if text.is_empty() => format!("`{key}` is empty"),
        None if text == "." || text == ".." => format!("`{key}` must not be `{text}`"),
        None => return Some(Named { text: text.to_owned(), span: node.span }),
    };
    findings.push(Diagnostic::error("bad-id", message).at(node.span, ""));
    None
}

fn shown(character: char) -> String {
    if character.is_whitespace() || character.is_control() {
        format!("white space or control characters (U+{:04X})", u32::from(character))
    } else {
        format!("`{character}`")
    }
}

/// Checks a list of plans, or of disk generations: each has a `planId` of its own.
pub(super) fn check_plans(list: &Node, what: &str, findings: &mut Diagnostics) {
    let Value::List(plans) = &list.value else {
        wrong_kind(list, what, "a list", findings);
        return;
    };
    let mut seen: HashMap<String, Span> = HashMap::new();
    for plan in plans {
        let Some(mapping) = plan.as_mapping() else {
            wrong_kind(plan, &format!("an element of {what}"), "a mapping", findings);
            continue;
        };
        if let Some(generations) = mapping.get("diskGenerations") {
            check_plans(&generations.value, "`diskGenerations`", findings);
        }
        let Some(member) = mapping.get("planId") else {
            let first = mapping.members.values().next().map_or(plan.span, |member| member.key);
            let message = format!("an element of {what} has no `planId`");
            findings.push(Diagnostic::error("missing-key", message).at(first, "this one"));
            continue;
        };
        let Some(id) = identifier(&member.value, "planId", findings) else { continue };
        match seen.get(&id.text.to_ascii_lowercase()) {
            Some(first) => {
                let message = format!("duplicate `planId` `{}` in {what}", id.text);
                findings.push(
                    Diagnostic::error("duplicate-plan", message)
                        .at(id.span, "again here")
                        .related(*first, "first here"),
                );
            }
            None => drop(seen.insert(id.text.to_ascii_lowercase(), id.span)),
        }
    }
}

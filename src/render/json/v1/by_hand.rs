//! A step that was asked for by hand, as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::FORMAT_VERSION;
use super::plan::{Change, Guard};
use super::report::{Step, result};
use crate::apply::StepOutcome;
use crate::render::by_hand::{self, Request};

/// The schema of this document.
pub const RELEASE_SCHEMA: &str = include_str!("../../../../schemas/release.schema.json");

/// Writes what a step would change and need, and what became of it. It holds no secret and no signature.
pub fn by_hand(by_hand: &by_hand::ByHand, out: &mut dyn Write) -> io::Result<()> {
    let difference = by_hand.difference.as_ref();
    let failure = by_hand.failure.as_ref();
    let document = ByHand {
        format_version: FORMAT_VERSION,
        offerform_version: env!("CARGO_PKG_VERSION"),
        endpoint: &by_hand.endpoint,
        address: by_hand.address.to_string(),
        action: match by_hand.request {
            Request::Publish => "publish",
            Request::GoLive => "go_live",
            Request::Cancel => "cancel",
            Request::Wait => "wait",
        },
        result: result(by_hand.verdict),
        message: failure.map(|failure| failure.message.as_str()),
        hint: failure.and_then(|failure| failure.hint.as_deref()),
        correlation_id: failure.and_then(|failure| failure.correlation_id.as_deref()),
        from: difference.map(|difference| difference.from.to_string()),
        to: difference.map(|difference| difference.to.to_string()),
        from_is_empty: difference.map(|difference| difference.from_is_empty),
        changes: difference.iter().flat_map(|difference| &difference.changes).map(Change::from).collect(),
        guards: by_hand.guards.iter().map(Guard::from).collect(),
        steps: steps(by_hand),
    };
    super::write(&document, out)
}

/// What became of it. A cancellation that was asked for needs no advice.
fn steps(by_hand: &by_hand::ByHand) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for report in &by_hand.steps {
        let mut step = Step::from(report);
        if by_hand.request == Request::Cancel && report.outcome == StepOutcome::Canceled {
            step.hint = None;
        }
        steps.push(step);
    }
    steps
}

#[derive(Serialize)]
struct ByHand<'a> {
    format_version: &'static str,
    offerform_version: &'static str,
    endpoint: &'a str,
    address: String,
    action: &'static str,
    result: &'static str,
    message: Option<&'a str>,
    hint: Option<&'a str>,
    correlation_id: Option<&'a str>,
    from: Option<String>,
    to: Option<String>,
    from_is_empty: Option<bool>,
    changes: Vec<Change<'a>>,
    guards: Vec<Guard<'a>>,
    steps: Vec<Step<'a>>,
}

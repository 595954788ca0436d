//! Carrying out and following releases, with what the command line and the settings say about them.

use std::sync::Arc;

use super::context::Context;
use super::output::{self, Narration};
use super::service::Service;
use crate::apply::Progress;
use crate::plan::Plan;
use crate::plan::release::Start;
use crate::reconcile::{Following, Interrupt, Releasing, WaitLimits, Watching};

/// What carries out releases.
pub(super) fn releasing(
    context: &Context,
    service: &Service,
    (following, wait_limits): (Following, WaitLimits),
    shown: (Arc<dyn Progress>, Interrupt),
) -> Releasing {
    let watching = watching(context, service, wait_limits, shown);
    Releasing { client: service.writing(), following, notify: notify(context), watching }
}

/// What waits for what is under way.
pub(super) fn watching(
    context: &Context,
    service: &Service,
    wait_limits: WaitLimits,
    (progress, interrupt): (Arc<dyn Progress>, Interrupt),
) -> Watching {
    Watching { client: service.reading(), clock: Arc::clone(&context.clock), wait_limits, progress, interrupt }
}

/// Whom the service writes to.
pub(super) fn notify(context: &Context) -> Vec<String> {
    context.settings.notification_emails.clone()
}

/// Says so if a plan starts releases and nobody is notified of them.
pub(super) fn say_if_nobody_is_notified(context: &Context, plan: &Plan) {
    let steps = || plan.offers().iter().flat_map(|offer| &offer.release().steps);
    if steps().any(|step| !matches!(step.start, Start::Attach(_))) {
        nobody_is_notified(context);
    }
}

/// Says so if the service has nobody to write to. The sandbox writes to nobody anyway.
pub(super) fn nobody_is_notified(context: &Context) {
    if notify(context).is_empty() && !context.settings.sandbox && context.terminal.narration != Narration::Quiet {
        output::narrate(|out| {
            writeln!(out, "note: no `notification_emails` are set, so the service notifies nobody of this release")
        });
    }
}

//! Whether apply will run a plan, and what to do if it will not.

use std::io::{self, Write};

use crate::plan::release::Obstacle;
use crate::plan::{Guard, OfferPlan, Plan, PlannedChange, Remedy};
use crate::render::outline;
use crate::render::{Style, visible};

/// Writes why apply would refuse the plan or fail on it; that there is nothing to do, if that is so; otherwise nothing.
pub(super) fn write(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let of_offers = plan.offers().iter().flat_map(|offer| offer.guards.iter().map(move |guard| (Some(offer), guard)));
    let guards = plan.guards().iter().map(|guard| (None, guard)).chain(of_offers);
    let refusing: Vec<(Option<&OfferPlan>, &Guard)> = guards.filter(|(_, guard)| guard.refuses()).collect();
    let conflicts: Vec<(&OfferPlan, &PlannedChange)> =
        plan.offers().iter().flat_map(|offer| offer.conflicts().map(move |planned| (offer, planned))).collect();
    let obstacles: Vec<(&OfferPlan, &Obstacle)> =
        plan.offers().iter().filter_map(|offer| Some((offer, offer.release.obstacle.as_ref()?))).collect();
    if refusing.is_empty() && conflicts.is_empty() && obstacles.is_empty() {
        return if plan.is_empty() { writeln!(out, "{}", nothing(plan)) } else { Ok(()) };
    }
    let busy = obstacles.iter().any(|(_, obstacle)| matches!(obstacle, Obstacle::Busy(_)));
    let refused = busy || !refusing.is_empty() || !conflicts.is_empty();
    let head = if refused { "apply will refuse this plan:" } else { "apply will fail on this plan:" };
    writeln!(out, "{}", style.removed(head))?;
    for (offer, guard) in refusing {
        let name = visible(&guard.name()).into_owned();
        writeln!(out, "  {name}")?;
        ways(offer, guard).iter().try_for_each(|way| writeln!(out, "    {}", visible(way)))?;
    }
    for (offer, planned) in conflicts {
        let place = format!("conflict: {} {}", offer.address(), planned.change.identity);
        writeln!(out, "  {}", visible(&place))?;
        writeln!(out, "    change the file or the portal so that they agree, or pass --overwrite-conflicts")?;
    }
    for (offer, obstacle) in obstacles {
        let (what, remedy) = match obstacle {
            Obstacle::Busy(_) => ("busy", "pass --if-publishing wait, skip or cancel"),
            Obstacle::Failed(_) => ("failed release", "correct the offer, or pass --retry-publish"),
        };
        writeln!(out, "  {what}: {}", visible(&offer.address().to_string()))?;
        writeln!(out, "    {remedy}")?;
    }
    writeln!(out)
}

/// How somebody gets past a guard: a line for each way. A line is never broken, so that it can be copied.
fn ways(offer: Option<&OfferPlan>, guard: &Guard) -> Vec<String> {
    match (guard.remedy, offer) {
        (Remedy::None, _) => vec!["cannot be allowed".to_owned()],
        (Remedy::NotNeeded, _) => Vec::new(),
        (Remedy::Allow, None) => vec![format!("allow it with --allow {}", guard.name())],
        (Remedy::Allow, Some(offer)) => vec![
            format!("allow it with --allow {}", guard.name()),
            format!("or under `reconcile.allow` in {}, with a reason", offer.desired.file),
        ],
    }
}

/// What is said of a plan that does nothing.
fn nothing(plan: &Plan) -> &'static str {
    if plan.offers().iter().any(outline::is_in_doubt) {
        "No changes in what could be compared."
    } else {
        "No changes: the portal has what the files declare."
    }
}

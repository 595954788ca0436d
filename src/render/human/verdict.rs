//! Whether apply will run a plan, and what to do if it will not.

use std::io::{self, Write};

use crate::plan::release::Obstacle;
use crate::plan::{Guard, OfferPlan, Plan, PlannedChange, Remedy};
use crate::render::{Style, outline, visible, words};
use crate::text::counted;

/// Writes why apply would refuse the plan or fail on it; that there is nothing to do, if that is so; otherwise nothing.
pub(super) fn write(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let of_offers = plan.offers().iter().flat_map(|offer| offer.guards().iter().map(move |guard| (Some(offer), guard)));
    let guards = plan.guards().iter().map(|guard| (None, guard)).chain(of_offers);
    let refusing: Vec<(Option<&OfferPlan>, &Guard)> = guards.filter(|(_, guard)| guard.refuses()).collect();
    let conflicts: Vec<(&OfferPlan, &PlannedChange)> =
        plan.offers().iter().flat_map(|offer| offer.conflicts().map(move |planned| (offer, planned))).collect();
    let obstacles: Vec<(&OfferPlan, &Obstacle)> =
        plan.offers().iter().filter_map(|offer| Some((offer, offer.release().obstacle.as_ref()?))).collect();
    let drift: Vec<(&OfferPlan, &PlannedChange)> =
        plan.offers().iter().flat_map(|offer| offer.refused_drift().map(move |planned| (offer, planned))).collect();
    if refusing.is_empty() && conflicts.is_empty() && obstacles.is_empty() && drift.is_empty() {
        if plan.is_empty() {
            writeln!(out, "{}", nothing(plan))?;
        }
        return left(plan, out, style);
    }
    let waits = obstacles.iter().any(|(_, obstacle)| matches!(obstacle, Obstacle::Busy(_) | Obstacle::Unsettled(_)));
    let refused = waits || !refusing.is_empty() || !conflicts.is_empty() || !drift.is_empty();
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
    for (offer, planned) in drift {
        let place = format!("edited in the portal: {} {}", offer.address(), planned.change.identity);
        writeln!(out, "  {}", visible(&place))?;
        writeln!(out, "    run `offerform adopt`, or pass --drift keep or --drift revert")?;
    }
    for (offer, obstacle) in obstacles {
        let (what, remedy) = match obstacle {
            Obstacle::Unsettled(_) => (
                "not released, because the draft has values that no file declares",
                "run `offerform adopt`, or pass --drift revert",
            ),
            Obstacle::Busy(_) => ("busy", "pass --if-publishing wait, skip or cancel"),
            Obstacle::Failed(_) => ("failed release", "correct the offer, or pass --retry-publish"),
        };
        writeln!(out, "  {what}: {}", visible(&offer.address().to_string()))?;
        writeln!(out, "    {remedy}")?;
    }
    left(plan, out, style)?;
    writeln!(out)
}

const VALUES: (&str, &str) = ("value was", "values were");

/// Writes how many values are left as they are, and how to settle them.
fn left(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let refused = plan.offers().iter().any(|offer| offer.refused_drift().next().is_some());
    let kept = if refused { 0 } else { plan.summary().kept };
    let mut sentences = Vec::new();
    if kept > 0 {
        let it = if kept == 1 { "it" } else { "them" };
        sentences.push(format!(
            "{} edited in the portal and left there. To resolve {it}: `offerform adopt` writes {it} into the files, `--drift revert` replaces {it}.",
            counted(kept, VALUES)
        ));
    }
    let behind: usize = plan.offers().iter().map(|offer| offer.behind().count()).sum();
    if behind > 0 {
        sentences.push(format!(
            "{} applied from elsewhere since this branch started, and left alone. Update your branch.",
            counted(behind, VALUES)
        ));
    }
    for sentence in sentences {
        for line in words::wrapped(&sentence, style.width) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// How somebody gets past a guard: a line for each way. A line is never broken, so that it can be copied.
fn ways(offer: Option<&OfferPlan>, guard: &Guard) -> Vec<String> {
    match (guard.remedy, offer) {
        (Remedy::None, _) => vec!["cannot be allowed".to_owned()],
        (Remedy::NotNeeded, _) => Vec::new(),
        (Remedy::Allow, None) => vec![format!("allow it with --allow {}", guard.name())],
        (Remedy::Allow, Some(offer)) => vec![
            format!("allow it with --allow {}", guard.name()),
            format!("or under `reconcile.allow` in {}, with a reason", offer.desired().file),
        ],
    }
}

/// What is said of a plan that does nothing.
fn nothing(plan: &Plan) -> &'static str {
    if plan.offers().iter().any(|offer| !offer.unsettled().is_empty()) {
        "No changes to apply."
    } else if plan.offers().iter().any(outline::is_in_doubt) {
        "No changes in what could be compared."
    } else {
        "No changes: the portal has what the files declare."
    }
}

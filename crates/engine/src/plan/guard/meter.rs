//! Guards of what SaaS offers and containers are billed by: meters and free trials.

use serde_json::Value;

use super::catalogue::{METER_CHANGED, TRIAL_REMOVED};
use super::evidence::{Evidence, Findings, Sides, members, same};
use super::ingestion::{METERS, TRIAL};
use crate::offer::resource::SAAS;

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    let meters = evidence.offer().member(METERS);
    for (id, _) in members(meters.before) {
        let meter = meters.member(id);
        if meter.changes() {
            let target = format!("{}/{id}", evidence.address());
            findings.trip(&METER_CHANGED, meter.published, target, changed(meter));
        }
    }
    // Only the page on SaaS offers says that a trial stays.
    let skus = if evidence.step.type_name == SAAS { evidence.skus() } else { Vec::new() };
    for sku in skus {
        let trial = sku.sides.member(TRIAL);
        let is_one = trial.after.is_some_and(Value::is_object);
        if trial.changes() && trial.live.is_some() && trial.before.is_some() && !is_one {
            findings.trip(&TRIAL_REMOVED, trial.published, &sku.target, String::new());
        }
    }
}

/// The members of a meter that change; empty if it goes away.
fn changed(meter: Sides<'_>) -> String {
    let Some(after) = meter.after else { return String::new() };
    let names = members(meter.before).chain(members(Some(after))).map(|(name, _)| name.as_str());
    let mut changed: Vec<&str> =
        names.filter(|name| !same(meter.member(name).before, meter.member(name).after)).collect();
    changed.sort_unstable();
    changed.dedup();
    changed.join(", ")
}

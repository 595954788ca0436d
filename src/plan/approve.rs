//! The only way from a plan to one that can be run.

use super::release::{Obstacle, OperationName};
use super::{Allowance, Guard, OfferPlan, OnConflict, Plan, Remedy};
use crate::offer::{OfferAddress, Pointer};

/// A plan that somebody said yes to, with every guard allowed. Only [`approve`] makes one.
#[derive(Debug)]
pub struct ApprovedPlan(Plan);

impl ApprovedPlan {
    /// The offers to write, sorted by address.
    #[must_use]
    pub fn offers(&self) -> &[OfferPlan] {
        self.0.offers()
    }

    /// The plan as it was shown.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}

/// Why a plan may not be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The guards that nobody allowed, or that nobody can allow.
    pub guards: Vec<Guard>,
    /// The places that were changed here and in the portal, by offer.
    pub conflicts: Vec<(OfferAddress, Pointer)>,
    /// The offers that cannot be released now, because the service is busy with an older draft of them.
    pub busy: Vec<(OfferAddress, OperationName)>,
}

/// A yes to overwriting what was changed here and in the portal, given by somebody who saw the plan.
#[must_use]
pub fn overwrite_conflicts(mut plan: Plan) -> Plan {
    for offer in &mut plan.offers {
        offer.on_conflict = OnConflict::Overwrite;
    }
    plan
}

/// Approves `plan` if every guard in it is allowed by code and target. All guards of all offers are looked at before
/// anything is written.
pub fn approve(plan: Plan, allowances: &[Allowance]) -> Result<ApprovedPlan, Refusal> {
    let plan = allow(plan, allowances);
    let all = plan.guards.iter().chain(plan.offers.iter().flat_map(|offer| &offer.guards));
    let guards: Vec<Guard> = all.filter(|guard| guard.refuses()).cloned().collect();
    let conflicts: Vec<(OfferAddress, Pointer)> = plan
        .offers
        .iter()
        .flat_map(|offer| offer.conflicts().map(|planned| (offer.address().clone(), planned.change.identity.clone())))
        .collect();
    let busy: Vec<(OfferAddress, OperationName)> = plan
        .offers
        .iter()
        .filter_map(|offer| match &offer.release.obstacle {
            Some(Obstacle::Busy(operation)) => Some((offer.address().clone(), operation.clone())),
            // Fails its own offer and no other one.
            Some(Obstacle::Failed(_)) | None => None,
        })
        .collect();
    if guards.is_empty() && conflicts.is_empty() && busy.is_empty() {
        Ok(ApprovedPlan(plan))
    } else {
        Err(Refusal { guards, conflicts, busy })
    }
}

/// The allowances that name no guard of `plan`.
#[must_use]
pub fn unmatched<'a>(plan: &Plan, allowances: &'a [Allowance]) -> Vec<&'a Allowance> {
    let all = || plan.guards.iter().chain(plan.offers.iter().flat_map(|offer| &offer.guards));
    allowances.iter().filter(|allowance| !all().any(|guard| allowance.names(guard))).collect()
}

/// Marks the guards that `allowances` name. One that cannot be allowed stays as it is.
#[must_use]
pub fn allow(mut plan: Plan, allowances: &[Allowance]) -> Plan {
    let of_offers = plan.offers.iter_mut().flat_map(|offer| &mut offer.guards);
    for guard in plan.guards.iter_mut().chain(of_offers) {
        let named = allowances.iter().any(|allowance| allowance.names(guard));
        guard.allowed |= named && guard.remedy == Remedy::Allow;
    }
    plan
}

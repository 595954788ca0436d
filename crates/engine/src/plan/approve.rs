//! The only way from a plan to one that can be run.

use super::release::Obstacle;
use super::{Allowance, Guard, OfferPlan, OnConflict, Plan, PlannedChange, Remedy};
use crate::backend::OperationName;
use crate::offer::{IdentityPath, OfferAddress};

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
    /// The offers of which values with errors would be written.
    pub errors: Vec<OfferAddress>,
    /// The guards that nobody allowed, or that nobody can allow.
    pub guards: Vec<Guard>,
    /// The places that were changed here and in the portal, by offer.
    pub conflicts: Vec<(OfferAddress, IdentityPath)>,
    /// The places that were edited in the portal, by offer, if that is to be refused.
    pub drift: Vec<(OfferAddress, IdentityPath)>,
    /// The offers that cannot be released because their draft would have values that no file declares, with those places.
    pub unsettled: Vec<(OfferAddress, Vec<IdentityPath>)>,
    /// The offers that cannot be released now, because the service is busy with an older draft of them.
    pub busy: Vec<(OfferAddress, OperationName)>,
}

impl Refusal {
    /// Whether somebody who sees the plan can say yes to it all the same: only values that were changed here and in the portal are in
    /// the way.
    #[must_use]
    pub fn yields_to_a_yes(&self) -> bool {
        Self { conflicts: Vec::new(), ..self.clone() }.is_none()
    }

    /// Whether nothing speaks against the plan.
    fn is_none(&self) -> bool {
        let Self { errors, guards, conflicts, drift, unsettled, busy } = self;
        errors.is_empty()
            && guards.is_empty()
            && conflicts.is_empty()
            && drift.is_empty()
            && unsettled.is_empty()
            && busy.is_empty()
    }
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
pub fn approve(plan: Plan, allowances: &[Allowance]) -> Result<ApprovedPlan, Box<Refusal>> {
    let plan = allow(plan, allowances);
    match refusal(&plan) {
        None => Ok(ApprovedPlan(plan)),
        Some(refusal) => Err(refusal),
    }
}

/// Why `plan` may not be run as it stands; `None` if nothing speaks against it.
#[must_use]
pub fn refusal(plan: &Plan) -> Option<Box<Refusal>> {
    let all = plan.guards.iter().chain(plan.offers.iter().flat_map(|offer| &offer.guards));
    let guards: Vec<Guard> = all.filter(|guard| guard.refuses()).cloned().collect();
    let place = |offer: &OfferPlan, planned: &PlannedChange| (offer.address().clone(), planned.change.identity.clone());
    let conflicts: Vec<(OfferAddress, IdentityPath)> =
        plan.offers.iter().flat_map(|offer| offer.conflicts().map(|planned| place(offer, planned))).collect();
    let drift: Vec<(OfferAddress, IdentityPath)> =
        plan.offers.iter().flat_map(|offer| offer.refused_drift().map(|planned| place(offer, planned))).collect();
    let unsettled: Vec<(OfferAddress, Vec<IdentityPath>)> = plan
        .offers
        .iter()
        .filter_map(|offer| match &offer.release.obstacle {
            Some(Obstacle::Unsettled(places)) => Some((offer.address().clone(), places.clone())),
            _ => None,
        })
        .collect();
    let busy: Vec<(OfferAddress, OperationName)> = plan
        .offers
        .iter()
        .filter_map(|offer| match &offer.release.obstacle {
            Some(Obstacle::Busy(operation)) => Some((offer.address().clone(), operation.clone())),
            // Fails its own offer and no other one.
            Some(Obstacle::Failed(_) | Obstacle::Unsettled(_)) | None => None,
        })
        .collect();
    let errors = plan.offers.iter().filter(|offer| !offer.errors.is_empty());
    let errors = errors.map(|offer| offer.address().clone()).collect();
    let refusal = Refusal { errors, guards, conflicts, drift, unsettled, busy };
    (!refusal.is_none()).then(|| Box::new(refusal))
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
    allow_guards(&mut plan.guards, allowances);
    for offer in &mut plan.offers {
        allow_guards(&mut offer.guards, allowances);
    }
    plan
}

/// Marks the guards that `allowances` name as allowed.
pub fn allow_guards(guards: &mut [Guard], allowances: &[Allowance]) {
    for guard in guards {
        let named = allowances.iter().any(|allowance| allowance.names(guard));
        guard.allowed |= named && guard.remedy == Remedy::Allow;
    }
}

//! In every state, plan, drift, status and a release by hand say the same of what differs, what is released and what is under way;
//! and it is what the portal has.

use std::collections::BTreeSet;
use std::sync::Arc;

use offerform::apply::Silent;
use offerform::backend::{OperationKind, Reader, Writer};
use offerform::diff::{Cause, ChangeKind};
use offerform::plan::release::{Level, Start};
use offerform::plan::{BaseCommit, OfferPlan, OnDrift, Plan, Policy, Purpose};
use offerform::reconcile::{self, Base, Ground, ManualStep, Planner, Prepared};
use offerform::simulator::{ReleaseState, Slot};

use super::declared;
use super::process::{Checkout, Process, client, planner};
use super::world::World;

/// Asks all of them about every offer.
pub(crate) async fn all_say_the_same(world: &Arc<World>, process: &Arc<Process>, checkout: &Checkout) {
    let client = client(world, process, checkout);
    let planner = Arc::new(planner(&process.run, checkout));
    let plans = made(Arc::clone(&planner), client.reader()).await;
    let drift = made(Arc::new(watching(&planner, checkout)), client.reader()).await;
    for (plan, drift) in plans.offers().iter().zip(drift.offers()) {
        let offer = plan.address().to_string();
        if world.held(&offer, Slot::Draft).is_none() {
            continue;
        }
        let (one, other) = (differing(plan), differing(drift));
        if one != other {
            world.broken(format!("plan says that of {offer} {one:?} differ, and drift says {other:?}"));
        }
        what_differs_is_so(world, process, (&offer, plan));
        released_and_under_way(world, (&offer, plan), &client, (&planner, checkout)).await;
    }
}

async fn made(planner: Arc<Planner>, client: Arc<dyn Reader>) -> Plan {
    reconcile::plan(planner, client, 1, Arc::new(Silent)).await.plan
}

/// As `drift` compares: what is committed with itself as the base.
fn watching(planner: &Planner, checkout: &Checkout) -> Planner {
    let desired = planner.desired.iter().map(|offer| (offer.address.clone(), Arc::clone(offer))).collect();
    let commit = BaseCommit { commit: format!("{:040}", checkout.commit.number), no_longer_managed: Vec::new() };
    Planner {
        desired: planner.desired.clone(),
        sources: Arc::clone(&planner.sources),
        secrets: Arc::clone(&planner.secrets),
        artifacts: Arc::clone(&planner.artifacts),
        memory: Arc::clone(&planner.memory),
        base: Base::At { commit, desired: Arc::new(desired), earlier: Arc::default() },
        policy: Policy { purpose: Purpose::Drift, on_drift: OnDrift::Revert, ..Policy::default() },
        findings: planner.findings.clone(),
        recording: None,
    }
}

/// The places that differ for certain and can be seen to.
fn differing(plan: &OfferPlan) -> BTreeSet<String> {
    let is_seen = |cause: &Cause| !matches!(cause, Cause::Unmanaged | Cause::Undetermined(_));
    let changes = plan.changes().iter().map(|planned| &planned.change);
    let seen = changes.filter(|change| is_seen(&change.cause) && change.kind != ChangeKind::Secret);
    seen.map(|change| change.identity.to_string()).collect()
}

/// What is said to differ does, and nothing else does.
fn what_differs_is_so(world: &World, process: &Process, (offer, plan): (&str, &OfferPlan)) {
    let Some(draft) = world.held(offer, Slot::Draft) else { return };
    let said: BTreeSet<String> = plan.changes().iter().map(|planned| planned.path.to_string()).collect();
    for pointer in world.vocabulary(offer).managed() {
        let Some(declared) = process.commit.field(offer, &pointer) else { continue };
        let stored = world.habits.stored(declared);
        let differs = draft.pointer(&pointer).and_then(serde_json::Value::as_str) != Some(&stored);
        let is_said = said.iter().any(|path| pointer == *path || pointer.starts_with(&format!("{path}/")));
        if differs && !is_said {
            world.broken(format!("{offer} {pointer} is not what is declared, and the plan does not say so"));
        }
        // What the service rewrites looks different as long as that is not known.
        if is_said && !differs && stored == *declared {
            world.broken(format!("{offer} {pointer} is what is declared, and the plan says that it differs"));
        }
    }
}

async fn released_and_under_way(
    world: &World,
    (offer, plan): (&str, &OfferPlan),
    client: &Arc<dyn Writer>,
    (planner, checkout): (&Planner, &Checkout),
) {
    let address = plan.address();
    let rewrites = checkout.memory.rewrites(address);
    let Ok(Some(overview)) = reconcile::overview_of(client.reader().as_ref(), address, &rewrites).await else {
        return world.broken(format!("{offer} cannot be read"));
    };
    let ours = |state| matches!(state, ReleaseState::Running | ReleaseState::PreviewReady | ReleaseState::Stuck);
    let is_under_way = world.releases(offer).iter().any(|release| ours(release.state));
    // The list of submissions may lag.
    if world.listed_releases(offer) < world.release_count(offer) {
        return;
    }
    if overview.situation.underway.is_some() != is_under_way {
        world.broken(format!("status says of {offer} that {:?} is under way", overview.situation.underway));
    }
    let held = |slot: Slot| world.held(offer, slot).map(declared::ordered);
    let (draft, preview, production) = (held(Slot::Draft), held(Slot::Preview), held(Slot::Production));
    let truth = if draft == production {
        Level::Live
    } else if draft == preview {
        Level::Preview
    } else {
        Level::Draft
    };
    if overview.released != truth && !is_under_way {
        world.broken(format!("{offer} is released to {truth:?}, and status says {:?}", overview.released));
    }
    if plan.put().is_none() && plan.release().obstacle.is_none() && plan.release().from != overview.released {
        world.broken(format!("{offer}: plan says {:?}, status {:?}", plan.release().from, overview.released));
    }
    let desired = planner.desired().iter().find(|desired| desired.address == *address);
    let ground = Ground { address, rewrites: &rewrites, declared: desired.map(|desired| (planner, desired)) };
    match reconcile::prepare(
        client.reader().as_ref(),
        ground,
        ManualStep::Publish(offerform::plan::ReleaseRequest::default()),
    )
    .await
    {
        Ok(Prepared::Ready(manual)) => {
            let starts =
                manual.plan.steps.iter().any(|step| step.kind == OperationKind::Publish && step.start == Start::Now);
            if starts && overview.released >= Level::Preview {
                world.broken(format!("publish would start for {offer}, which is released to {:?}", overview.released));
            }
            let (one, other): (BTreeSet<_>, BTreeSet<_>) =
                (manual.unsettled.iter().collect(), plan.unsettled().into_iter().collect());
            if one != other.iter().collect() {
                world.broken(format!("publish says that of {offer} {one:?} are unsettled, and plan {other:?}"));
            }
        }
        Ok(Prepared::Done) if overview.released < Level::Preview => {
            world.broken(format!("publish says that {offer} is released, and status does not"));
        }
        Ok(Prepared::Busy(_)) if !is_under_way => {
            world.broken(format!("publish says that the service is busy with {offer}, and no operation is running"));
        }
        Ok(_) => {}
        Err(trouble) => world.broken(format!("{offer}: {}", trouble.message)),
    }
}

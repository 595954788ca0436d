//! One step of a release by hand as a process: `publish` and `go-live`, for what the portal has.

use std::sync::Arc;

use offerform::apply::Silent;
use offerform::backend::{LiveDocument, OperationKind};
use offerform::plan::{Allowance, Guard};
use offerform::reconcile::{Expected, Ground, Interrupt, Manual, ManualStep, Prepared, Releasing, Watching, prepare};
use serde_json::Value;

use super::process::{Checkout, Ending, Fields, Process, client, clock, known, planner};
use super::promises;
use super::sabotage::Sabotage;
use super::schedule::{Base, Run};
use super::vocabulary::Vocabulary;
use super::world::World;

/// What was shown, and nothing else, may be released.
struct AsShown<'a>(&'a Manual);

impl Expected for AsShown<'_> {
    fn objection(&self, live: LiveDocument) -> Option<String> {
        self.0.objection(&live)
    }
}

/// Publishes, or goes live with, the first offer of the commit.
pub(crate) async fn carry_out(
    world: Arc<World>,
    process: Arc<Process>,
    checkout: Checkout,
    step: OperationKind,
) -> Ending {
    let client = client(&world, &process, &checkout);
    let run = Run { base: Base::Unknown, overwrite: false, ..process.run.clone() };
    *process.known.lock().unwrap() = known(&run, &checkout);
    let planner = planner(&run, &checkout);
    let desired = Arc::clone(&planner.desired()[0]);
    let address = desired.address.clone();
    let rewrites = checkout.memory.rewrites(&address);
    let ground = Ground { address: &address, rewrites: &rewrites, declared: Some((&planner, &desired)) };
    let asked = match step {
        OperationKind::Publish => ManualStep::Publish(process.run.release_request),
        OperationKind::GoLive => ManualStep::GoLive,
    };
    let manual = match prepare(client.reader().as_ref(), ground, asked).await {
        Ok(Prepared::Ready(manual)) => manual,
        Ok(_) => return Ending::Idle,
        Err(_) => return Ending::Unread,
    };
    let names: Vec<Allowance> = if process.run.allows || checkout.sabotage == Sabotage::PassesGuards {
        manual.guards.iter().map(|guard| guard.name().parse().unwrap()).collect()
    } else {
        Vec::new()
    };
    let manual = manual.allowing(&names);
    if manual.sends() && (!manual.unsettled.is_empty() || manual.guards.iter().any(Guard::refuses)) {
        return Ending::Refused;
    }
    let brought = fields(manual.document.content());
    if manual.sends() {
        promises::nothing_unsettled_is_brought(&world, &process, &address.to_string(), &brought);
    }
    *process.brought.lock().unwrap() = Some(brought);
    // Somebody reads it before he says yes.
    world.clock.advance(std::time::Duration::from_mins(1));
    if process.run.edits > 0 {
        world.edit();
    }
    if process.run.releases_by_others > 0 {
        world.hand();
    }
    let releasing = Releasing {
        client: Arc::clone(&client),
        following: process.run.following,
        notify: Vec::new(),
        watching: Watching {
            client: client.reader(),
            clock: clock(&world, &process),
            wait_limits: process.run.wait_limits,
            progress: Arc::new(Silent),
            interrupt: Interrupt::default(),
        },
    };
    let steps = releasing.carry_out(&address, &manual.plan, &AsShown(&manual)).await;
    for revision in steps.iter().filter_map(|step| step.published.as_ref()) {
        checkout.memory.published(&address, revision.as_str());
    }
    Ending::Stepped(steps)
}

/// The fields that commits may declare, as a document has them.
pub(crate) fn fields(document: &Value) -> Fields {
    let vocabulary = Vocabulary::of_document(document);
    let pointers = vocabulary.managed().into_iter().chain([vocabulary.markets.to_owned()]);
    pointers
        .map(|pointer| {
            let value = document.pointer(&pointer).cloned();
            (pointer, value)
        })
        .collect()
}

//! The flow: one short function for each thing the program can do.
//!
//! ```text
//! files ─ load ─▶ desired ┐
//!                         ├─ compare ─▶ changes ─ build ─▶ plan ─ approve ─▶ approved plan ─ apply ─▶ report
//! service ─ fetch ─▶ live ┘
//! record ───────────────────┘
//! ```

mod adoption;
mod apply;
mod carry_out;
mod drafts;
mod drift;
mod editing;
mod file_contents;
mod form;
mod learn;
mod manual;
mod memory;
mod needs;
mod operations;
mod overview;
mod planner;
mod readback;
mod release;
mod run;
mod settle;
mod unchanged;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use adoption::{Adopting, Wanted};
pub use apply::{Applying, apply};
pub use carry_out::{About, Applied, missing_secrets};
pub use drafts::{Drafts, ahead_of_production, all_offers, drafts};
pub use drift::Drifted;
pub use editing::{Editing, Keeps, NewTexts, kept};
pub use file_contents::files;
pub use manual::{Ground, Manual, ManualStep, Prepared, StepRefusal, prepare};
pub use memory::Memory;
pub use operations::{FoundOperation, Under, content, known_versions, operation, operations, under};
pub use overview::{Overview, overview_of, overviews};
pub use planner::{PlanError, Planner};
pub use release::{Cancelled, Expected, Following, Releasing, WaitLimits, Watching};
pub use run::{Choices, Error, Planned, Recording, Run, Surroundings};

use crate::apply::{ErrorMessage, Progress};
use crate::backend::{self, Production, Reader, Situation};
use crate::clock::Bounds;
use crate::live::{self, Fetcher};
use crate::offer::{OfferAddress, Slot};
use crate::plan::release::{Draft, Level, ReleasePlan};
use crate::plan::{Plan, ReleaseRequest};
pub use crate::workspace::Base;

/// A plan, and the offers for which none could be made.
#[derive(Debug)]
pub struct Planning {
    /// The plan of the offers that could be read.
    pub plan: Plan,
    /// Why the others have none, by offer.
    pub failures: Vec<(OfferAddress, ErrorMessage)>,
}

/// Fetches every offer and plans it, with at most `parallelism` requests at once. Reads only: that is the type of `client`.
pub async fn plan(
    planner: Arc<Planner>,
    client: Arc<dyn Reader>,
    parallelism: usize,
    progress: Arc<dyn Progress>,
) -> Planning {
    let fetcher = Arc::new(Fetcher::new(client));
    let requests = Arc::new(Semaphore::new(parallelism.max(1)));
    let desired = planner.desired().to_vec();
    let shared = Arc::clone(&planner);
    let jobs = desired.into_iter().map(|desired| {
        let (planner, fetcher, progress) = (Arc::clone(&shared), Arc::clone(&fetcher), Arc::clone(&progress));
        let requests = Arc::clone(&requests);
        let address = desired.address.clone();
        // A task of its own each: comparing keeps a processor busy, and they are to share all of them.
        let job = tokio::spawn(async move {
            let permit = requests.acquire().await;
            progress.started(&desired.address);
            let live = fetcher.fetch(&desired.address).await;
            drop(permit);
            let result = match live {
                Ok(live) => needs::plan(&planner, fetcher.client(), (&desired, live), &requests).await,
                Err(error) => Err(unread(&error)),
            };
            progress.finished(&desired.address, if result.is_ok() { "read" } else { "failed" });
            result
        });
        async move { (address, job.await) }
    });
    // Some are compared while others are on their way.
    let results: Vec<_> = stream::iter(jobs).buffer_unordered(parallelism.max(1) * 2).collect().await;
    let mut planning = Planning { plan: Plan::default(), failures: Vec::new() };
    let mut offers = Vec::with_capacity(results.len());
    for (address, result) in results {
        match result {
            Ok(Ok(offer)) => offers.push(offer),
            Ok(Err(failure)) => planning.failures.push((address, failure)),
            Err(panic) => planning.failures.push((address, ErrorMessage::of(&panic))),
        }
    }
    planning.failures.sort_by(|one, two| one.0.cmp(&two.0));
    planning.plan = Plan::new(offers).with_base(planner.base.commit().cloned()).with_limit(planner.policy.limit);
    planning
}

/// Which steps are missing for a draft, measured by all that the service shows.
async fn decided(
    client: &dyn Reader,
    address: &OfferAddress,
    (draft, level, release_request): (&Draft<'_>, Level, ReleaseRequest),
    situation: &mut Situation,
) -> Result<ReleasePlan, ErrorMessage> {
    let plan = draft.decide(level, release_request, situation);
    let Some(version) = plan.version_to_read(situation) else { return Ok(plan) };
    needs::read_version(client, address, version, situation).await?;
    Ok(draft.decide(level, release_request, situation))
}

/// The offers of these publishers that `known` lacks, sorted.
pub async fn unknown(client: &dyn Reader, known: &[OfferAddress]) -> Result<Vec<OfferAddress>, backend::Error> {
    let publishers: BTreeSet<_> = known.iter().map(|address| (&address.publisher, address.api)).collect();
    let lower = |address: &OfferAddress| address.to_string().to_lowercase();
    let mut seen: BTreeSet<String> = known.iter().map(lower).collect();
    let mut unknown = Vec::new();
    for (publisher, api) in publishers {
        let rows = client.offers(publisher, api).await?;
        // Both APIs list an offer that they both have: it is one offer.
        unknown.extend(rows.into_iter().filter(|address| seen.insert(lower(address))));
    }
    unknown.sort();
    Ok(unknown)
}

/// What customers have. That it cannot be read stops nothing: then everything is taken to be published.
async fn production(client: &dyn Reader, address: &OfferAddress) -> Production {
    match client.slot(address, Slot::Production).await {
        Ok(Some(published)) => Production::Is(Arc::new(published.document)),
        // A version that has grown may come from publishes that never went live: only the list tells.
        Ok(None) => match client.operations(address).await {
            Ok(operations) => Production::of_empty_slot(&operations),
            Err(_) => Production::Absent,
        },
        Err(_) => Production::Unknown,
    }
}

/// Whether somebody asked the run to end. What is in flight is finished; nothing new is begun.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(CancellationToken);

impl Interrupt {
    /// Asks the run to end.
    pub fn raise(&self) {
        self.0.cancel();
    }

    /// Whether the run was asked to end.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.is_cancelled()
    }

    /// The bounds of requests in such a run: nothing is tried again after that, nor after a moment.
    #[must_use]
    pub fn bounds(&self, until: Option<Timestamp>) -> Bounds {
        Bounds { stop: self.0.clone(), until }
    }

    /// Returns once the run was asked to end.
    pub async fn raised(&self) {
        self.0.cancelled().await;
    }
}

/// Why an offer could not be read, as it is shown.
fn unread(error: &live::Error) -> ErrorMessage {
    let message = ErrorMessage::of(error).with_hint(error.hint());
    ErrorMessage { correlation_id: error.correlation_id().map(ToOwned::to_owned), ..message }
}

//! Finds out what a plan needs to know, until it can be made.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Planner, planner, production};
use crate::apply::ErrorMessage;
use crate::backend::{LiveDocument, Reader, Situation, VersionContent};
use crate::desired::Desired;
use crate::offer::OfferAddress;
use crate::plan::{Built, Known, Lookup, Need, OfferPlan};

/// Plans one offer. What the plan needs to know is asked of the service, within the bound of `requests`.
pub(super) async fn plan(
    planner: &Planner,
    client: &dyn Reader,
    (desired, live): (&Arc<Desired>, Option<LiveDocument>),
    requests: &Semaphore,
) -> Result<OfferPlan, ErrorMessage> {
    // Before anything else is read: what another run publishes meanwhile may be remembered, and not be seen.
    let rewrites = planner.memory.rewrites(&desired.address);
    let (live, mut known) = (live.map(planner::draft), planner.nothing_asked());
    loop {
        let built =
            planner.build(desired, live.clone(), (&rewrites, &known)).map_err(|error| ErrorMessage::of(&error))?;
        match built {
            Built::Plan(plan) => return Ok(*plan),
            Built::Needs(Need::Files(files)) => known.files = Lookup::Done(planner.fetch(&files).await),
            Built::Needs(need) => {
                let _permit = requests.acquire().await;
                answer(client, &desired.address, need, &mut known).await?;
            }
        }
    }
}

async fn answer(
    client: &dyn Reader,
    address: &OfferAddress,
    need: Need,
    known: &mut Known,
) -> Result<(), ErrorMessage> {
    match need {
        Need::Releases => {
            let read = client.releases(address).await;
            let releases = read.map_err(|error| ErrorMessage::from(&error))?;
            known.releases = Lookup::Done(releases.situation);
        }
        Need::Production => known.production = Lookup::Done(production(client, address).await),
        Need::Version(version) => {
            if let Lookup::Done(situation) = &mut known.releases {
                read_version(client, address, version, situation).await?;
            }
        }
        Need::Files(_) => {}
    }
    Ok(())
}

/// Reads the version of the offer that was published last.
pub(super) async fn read_version(
    client: &dyn Reader,
    address: &OfferAddress,
    version: u64,
    situation: &mut Situation,
) -> Result<(), ErrorMessage> {
    let read = client.version(address, version).await;
    let read = read.map_err(|error| ErrorMessage::from(&error))?;
    if let Some(arrived) = &mut situation.arrived {
        arrived.content = read.map_or(VersionContent::Missing, |live| VersionContent::Is(live.document));
    }
    Ok(())
}

//! The drafts that the service has, for reading them into files.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::apply::{ErrorMessage, Progress};
use crate::backend::{self, Reader};
use crate::offer::{Api, Document, OfferAddress, PublisherId, Slot};
use crate::plan::release::differences;

/// The drafts of several offers.
#[derive(Debug, Default)]
pub struct Drafts {
    /// Those that could be read, sorted by address.
    pub offers: Vec<(OfferAddress, Document)>,
    /// Why the others could not, sorted by address.
    pub failures: Vec<(OfferAddress, ErrorMessage)>,
}

/// All offers that `api` has of a publisher, or else of all visible publishers, sorted.
pub async fn all_offers(
    client: &dyn Reader,
    publisher: Option<&str>,
    api: Api,
) -> Result<Vec<OfferAddress>, backend::Error> {
    let publishers = match publisher {
        Some(publisher) => vec![PublisherId::new(publisher)],
        None => client.publishers().await?.into_iter().map(|publisher| publisher.id).collect(),
    };
    let mut addresses = Vec::new();
    for publisher in publishers {
        addresses.extend(client.offers(&publisher, api).await?);
    }
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

/// In how many fields each draft differs from what customers have. An offer that customers do not have, or whose production cannot be
/// read, is not among them.
pub async fn ahead_of_production(
    client: &Arc<dyn Reader>,
    offers: &[(OfferAddress, Document)],
    parallelism: usize,
) -> BTreeMap<OfferAddress, usize> {
    let compared = |(address, draft): &(OfferAddress, Document)| {
        let (client, address, draft) = (client.clone(), address.clone(), draft.working_copy());
        async move {
            let production = client.slot(&address, Slot::Production).await.ok()??;
            let changes = differences(draft.field_table(), &draft, &production.document);
            let count = changes.iter().filter(|planned| planned.change.is_determined()).count();
            (count > 0).then_some((address, count))
        }
    };
    let jobs: Vec<_> = offers.iter().map(compared).collect();
    stream::iter(jobs).buffer_unordered(parallelism.max(1)).filter_map(|found| async move { found }).collect().await
}

/// Reads the drafts of offers, with at most `parallelism` requests at once.
pub async fn drafts(
    client: &Arc<dyn Reader>,
    mut addresses: Vec<OfferAddress>,
    parallelism: usize,
    progress: Arc<dyn Progress>,
) -> Drafts {
    addresses.sort();
    addresses.dedup();
    let jobs = addresses.into_iter().map(|address| {
        let (client, progress) = (client.clone(), Arc::clone(&progress));
        async move {
            progress.started(&address);
            let answer = client.draft(&address).await;
            progress.finished(&address, if answer.is_ok() { "read" } else { "failed" });
            (address, answer)
        }
    });
    let mut answers: Vec<_> = stream::iter(jobs).buffer_unordered(parallelism.max(1)).collect().await;
    answers.sort_by(|one, two| one.0.cmp(&two.0));
    let mut drafts = Drafts::default();
    for (address, answer) in answers {
        match answer {
            Ok(Some(live)) => drafts.offers.push((address, live.document)),
            Ok(None) => {
                let message = "the portal has no such offer".to_owned();
                drafts.failures.push((address, ErrorMessage { message, hint: None, correlation_id: None }));
            }
            Err(error) => drafts.failures.push((address, ErrorMessage::from(&error))),
        }
    }
    drafts
}

//! Everything that the service shows of an offer.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Memory, decided};
use crate::apply::ErrorMessage;
use crate::backend::{self, LiveDocument, OperationStatus, Reader, Releases, Situation};
use crate::contents::Slots;
use crate::offer::{Document, OfferAddress, Revision};
use crate::plan::ReleaseRequest;
use crate::plan::release::{Draft, Level};
use crate::record::Rewrites;
use crate::secret::NoSecrets;

/// Everything that the service shows of an offer.
#[derive(Debug)]
pub struct Overview {
    /// The draft.
    pub draft: LiveDocument,
    /// The status of the last release.
    pub status: OperationStatus,
    /// What is in the slots, and what is under way.
    pub situation: Situation,
    /// How far the draft is released.
    pub released: Level,
    /// Whether the preview holds the draft.
    pub preview_is_draft: bool,
    /// Whether production holds the draft.
    pub production_is_draft: bool,
}

impl Overview {
    /// The documents in the slots.
    #[must_use]
    pub fn slots(&self) -> Slots<'_> {
        Slots {
            draft: Some(&self.draft.document),
            preview: self.situation.preview.as_ref(),
            production: self.situation.production.as_ref(),
        }
    }
}

/// Reads an offer and its releases; `None` if the service has no such offer. How far the draft is released is not measured yet.
async fn read(client: &dyn Reader, address: &OfferAddress) -> Result<Option<Overview>, backend::Error> {
    let Some(draft) = client.draft(address).await? else { return Ok(None) };
    let Releases { situation, status } = client.releases(address).await?;
    let (preview_is_draft, production_is_draft) = (false, false);
    let released = Level::Draft;
    Ok(Some(Overview { draft, status, situation, released, preview_is_draft, production_is_draft }))
}

/// Everything the service shows of an offer, and how far its draft is released; `None` if it has none of this name.
pub async fn overview_of(
    client: &dyn Reader,
    address: &OfferAddress,
    rewrites: &Rewrites,
) -> Result<Option<Overview>, ErrorMessage> {
    let Some(mut overview) = read(client, address).await.map_err(|error| ErrorMessage::from(&error))? else {
        return Ok(None);
    };
    let revision = overview.draft.revision.as_ref().map(Revision::as_str);
    let document = &overview.draft.document;
    let draft = Draft { document, revision, rewrites, secrets: &NoSecrets, hides_a_secret: false };
    let measured =
        decided(client, address, (&draft, Level::Live, ReleaseRequest::default()), &mut overview.situation).await?;
    let holds = |slot: &Option<Document>| slot.as_ref().is_some_and(|slot| draft.is_in(slot));
    let held = (holds(&overview.situation.preview), holds(&overview.situation.production));
    (overview.preview_is_draft, overview.production_is_draft) = held;
    overview.released = measured.from;
    Ok(Some(overview))
}

/// The overviews of several offers, in the order of `addresses`; at most `parallelism` offers are read at once.
pub async fn overviews(
    client: &dyn Reader,
    addresses: &[OfferAddress],
    (memory, parallelism): (&Memory, usize),
) -> Result<Vec<(OfferAddress, Option<Overview>)>, ErrorMessage> {
    let read = |address: OfferAddress| async move {
        let overview = overview_of(client, &address, &memory.rewrites(&address)).await?;
        Ok((address, overview))
    };
    stream::iter(addresses.to_vec()).map(read).buffered(parallelism.max(1)).try_collect().await
}

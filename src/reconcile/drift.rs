//! What differs between the files as committed and the portal.

use super::run::{Planned, Run};
use crate::backend;
use crate::offer::OfferAddress;
use crate::workspace::Base;

/// What a drift run found.
#[derive(Debug)]
pub struct Drifted {
    /// The plan that would bring the portal back; its changes are the drift.
    pub planned: Planned,
    /// Offers of the same publishers that no file declares, sorted.
    pub unknown: Vec<OfferAddress>,
    /// Files that are not as committed, and were not looked at.
    pub uncommitted: Vec<String>,
}

impl Run<'_> {
    /// Compares the portal with the files. `base` is what the files declare themselves, if they are those of a commit.
    pub async fn drift(&self, base: Base) -> Result<Drifted, backend::Error> {
        let is_committed = base.commit().is_some();
        let planned = self.differences(base, None).await;
        let unknown = super::unknown(self.surroundings.client.as_ref(), &self.workspace.all).await?;
        let paths = &self.selection.paths;
        let paths = if paths.is_empty() { self.repository.offers() } else { paths.clone() };
        let uncommitted = if is_committed { self.workspace.uncommitted(&paths) } else { Vec::new() };
        Ok(Drifted { planned, unknown, uncommitted })
    }
}

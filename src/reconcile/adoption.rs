//! Edits in the portal on their way into the files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::run::{Error, Planned, Run};
use crate::adopt::{self, Adoption, Before, Choice, Conflicts, Declared, Filter, Lead, Subject};
use crate::desired::Desired;
use crate::diff::Change;
use crate::offer::{Document, OfferAddress, Pointer};
use crate::plan::{Action, KnownBase, OfferPlan, Plan, PlannedChange};
use crate::workspace::BaseFiles;

/// Which edits in the portal are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Only those at or below this place, in the form of the API or below a namespace.
    pub place: Option<Pointer>,
    /// Whether the portal wins where the files were changed as well.
    pub conflicts: Conflicts,
    /// The commit that tells edits in the portal from changes of the files; HEAD if none is named.
    pub base: Option<String>,
    /// Whether files are written although git cannot tell which edits are not committed.
    pub force: bool,
}

/// The files as they would be with the edits of the portal.
#[derive(Debug)]
pub struct Adopting {
    /// What is written back, what is left, and the new texts.
    pub adoption: Adoption,
    /// What was compared. If an offer could not be read, nothing is adopted.
    pub planned: Planned,
}

impl Run<'_> {
    /// Compares the portal with the files, and edits their texts in memory. `offers` are all offers of the repository, read from
    /// `paths`: what the chosen ones share with others is left. Nothing is written.
    pub async fn adopt(
        &self,
        (offers, paths): (&[Arc<Desired>], &[String]),
        wanted: &Wanted,
    ) -> Result<Adopting, Error> {
        let before = (wanted.base.as_deref(), wanted.force);
        let BaseFiles { base, findings, .. } = self.repository.before(&self.selection, &self.workspace, before)?;
        let planned = self.differences(base, findings).await;
        if !planned.failures.is_empty() {
            return Ok(Adopting { adoption: Adoption::default(), planned });
        }
        if let Some(place) = &wanted.place {
            leads_somewhere(place, planned.plan.offers())?;
        }
        let filter = Filter { before: Before::Known, place: wanted.place.clone(), conflicts: wanted.conflicts };
        let subjects: Vec<Subject<'_>> =
            planned.plan.offers().iter().filter_map(|offer| subject(offer, &filter)).collect();
        let declared = Declared {
            tree: &self.workspace.tree,
            offers,
            sources: &self.workspace.sources,
            selection: paths,
            environment: self.repository.environment(),
        };
        let adoption = adopt::adopt(declared, &subjects);
        Ok(Adopting { adoption, planned })
    }
}

impl Adopting {
    /// What the portal has of the offers that were adopted: from now on that is what was applied last.
    #[must_use]
    pub fn lives(&self) -> BTreeMap<OfferAddress, Document> {
        let plan: &Plan = &self.planned.plan;
        let is_adopted =
            |offer: &&OfferPlan| self.adoption.adopted.iter().any(|adopted| adopted.address == *offer.address());
        let live = |offer: &OfferPlan| Some((offer.address().clone(), offer.live()?.working_copy()));
        plan.offers().iter().filter(is_adopted).filter_map(live).collect()
    }
}

/// A place that leads to nothing in any of the offers is mistyped, and "0 changes" would be no answer.
fn leads_somewhere(place: &Pointer, offers: &[OfferPlan]) -> Result<(), Error> {
    let filter = Filter { before: Before::Known, place: Some(place.clone()), conflicts: Conflicts::Left };
    let differs = |offer: &OfferPlan| {
        offer.changes().iter().any(|planned| filter.means(offer.offer_type(), &planned.change, &planned.path))
    };
    let leads: Vec<Lead> = offers.iter().map(|offer| adopt::lead(offer.desired(), place)).collect();
    if leads.contains(&Lead::There) || offers.iter().any(differs) {
        return Ok(());
    }
    let near = leads.into_iter().find_map(|lead| if let Lead::Nowhere(near) = lead { near } else { None });
    Err(Error::Nowhere { place: place.clone(), near })
}

/// What of an offer is wanted; `None` if nothing.
fn subject<'a>(offer: &'a OfferPlan, filter: &Filter) -> Option<Subject<'a>> {
    let live = offer.live().filter(|_| offer.action() == Action::Update)?;
    let before = if offer.base() == KnownBase::Nothing { Before::Unknown } else { Before::Known };
    let filter = Filter { before, ..filter.clone() };
    let chosen = |wanted: Choice| -> Vec<&Change> {
        let is_chosen =
            |planned: &&PlannedChange| filter.choice(offer.offer_type(), &planned.change, &planned.path) == wanted;
        offer.changes().iter().filter(is_chosen).map(|planned| &planned.change).collect()
    };
    let (changes, conflicts) = (chosen(Choice::Adopt), chosen(Choice::Conflict));
    let desired = Arc::clone(offer.desired());
    (!changes.is_empty() || !conflicts.is_empty()).then_some(Subject { desired, live, changes, conflicts })
}

//! Single steps of a release by hand: publishing the draft as the portal has it, and bringing the preview to customers.
//!
//! What a step would make public is judged by the same guards as a plan, and how far the offer is released is asked of the same
//! measure, so a step by hand cannot do what a plan refuses.

use std::sync::Arc;

use super::run::Run;
use super::{Expected, Memory, Overview, Planner, Releasing, overview_of};
use crate::apply::{ErrorMessage, StepReport};
use crate::backend::{LiveDocument, OperationName, Production, Reader};
use crate::desired::Desired;
use crate::offer::{Document, IdentityPath, OfferAddress, Slot};
use crate::plan::guard::judge_release;
use crate::plan::release::{Aim, Draft, GoLive, Level, Obstacle, ReleasePlan, Start, differences, go_live};
use crate::plan::{Allowance, Guard, PlannedChange, ReleaseRequest};
use crate::record::Rewrites;
use crate::secret::NoSecrets;

/// Which step is asked for.
#[derive(Debug, Clone, Copy)]
pub enum ManualStep {
    /// Publish the draft.
    Publish(ReleaseRequest),
    /// Bring the preview to customers.
    GoLive,
}

/// What a step by hand is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The address of the offer.
    pub address: &'a OfferAddress,
    /// What is known of how the service rewrites it, and of what was published.
    pub rewrites: &'a Rewrites,
    /// What the files declare of it, if they declare it.
    pub declared: Option<(&'a Planner, &'a Arc<Desired>)>,
}

/// A step that is ready to be shown.
#[derive(Debug)]
pub struct Manual {
    /// The slot that is brought over, and the one whose place it takes.
    pub slots: (Slot, Slot),
    /// The document that the step releases.
    pub document: Arc<Document>,
    /// What changes in the slot; `None` if nothing is in it.
    pub changes: Option<Vec<PlannedChange>>,
    /// The steps of the service that it takes, or why there are none.
    pub plan: ReleasePlan,
    /// The risks that a person must allow.
    pub guards: Vec<Guard>,
    /// The places where what is brought over differs from what the files declare by an edit in the portal or a conflict.
    pub unsettled: Vec<IdentityPath>,
    rewrites: Rewrites,
}

/// What there is to do.
#[derive(Debug)]
pub enum Prepared {
    /// The step can be shown and carried out.
    Ready(Box<Manual>),
    /// Nothing: the slot has it already.
    Done,
    /// Nothing now: the service is busy with something else.
    Busy(OperationName),
    /// Nothing: no preview waits for a go-live.
    NoPreview,
    /// Nothing: the portal has no such offer.
    NoOffer,
}

impl Manual {
    /// Why a document must not be released instead of the one that was shown; `None` if it is the same.
    #[must_use]
    pub fn objection(&self, live: &LiveDocument) -> Option<String> {
        let shown = Draft {
            document: &self.document,
            revision: None,
            rewrites: &self.rewrites,
            secrets: &NoSecrets,
            hides_a_secret: false,
        };
        (!shown.is_in(&live.document)).then(|| "it changed after it was shown".to_owned())
    }

    /// The same step with the guards that `allowances` name marked as allowed.
    #[must_use]
    pub fn allowing(mut self, allowances: &[Allowance]) -> Self {
        crate::plan::allow_guards(&mut self.guards, allowances);
        self
    }

    /// Whether the service is asked for anything, and not only followed.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.plan.steps.iter().any(|step| !matches!(step.start, Start::Attach(_)))
    }
}

/// Why a step is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepRefusal {
    /// A guard is allowed that the step does not have.
    IdleAllowance(Allowance),
    /// What would be released has values at these places that no file declares.
    Unsettled(Vec<IdentityPath>),
    /// These guards are not allowed.
    Guards(Vec<Guard>),
}

impl Manual {
    /// Why the step is not carried out; `None` if nothing speaks against it. What a plan would refuse is refused.
    #[must_use]
    pub fn refusal(&self, allow: &[Allowance]) -> Option<StepRefusal> {
        if let Some(idle) = allow.iter().find(|allowance| !self.guards.iter().any(|guard| allowance.names(guard))) {
            return Some(StepRefusal::IdleAllowance(idle.clone()));
        }
        if !self.unsettled.is_empty() {
            return Some(StepRefusal::Unsettled(self.unsettled.clone()));
        }
        let guards: Vec<Guard> = self.guards.iter().filter(|guard| guard.refuses()).cloned().collect();
        (!guards.is_empty()).then_some(StepRefusal::Guards(guards))
    }

    /// Carries out the step. What was shown, and nothing else, is released; what was published is remembered, to be kept with
    /// [`Memory::keep`].
    pub async fn carry_out(&self, address: &OfferAddress, releasing: &Releasing, memory: &Memory) -> Vec<StepReport> {
        let reports = releasing.carry_out(address, &self.plan, &AsShown(self)).await;
        for revision in reports.iter().filter_map(|step| step.published.as_ref()) {
            memory.published(address, revision.as_str());
        }
        reports
    }
}

/// What was shown, and nothing else, may be released.
struct AsShown<'a>(&'a Manual);

impl Expected for AsShown<'_> {
    fn objection(&self, live: LiveDocument) -> Option<String> {
        self.0.objection(&live)
    }
}

impl Run<'_> {
    /// Prepares a step by hand. What the files of this run declare of the offer counts: by what they allow, and because a draft that
    /// somebody edited past them is not released.
    pub async fn prepare(&self, address: &OfferAddress, step: ManualStep) -> Result<Prepared, ErrorMessage> {
        let planner = self.measure();
        let rewrites = self.surroundings.memory.rewrites(address);
        let declared = self.workspace.declared(address).map(|desired| (&planner, desired));
        prepare(self.surroundings.client.as_ref(), Ground { address, rewrites: &rewrites, declared }, step).await
    }
}

/// Reads how the offer stands, and what the step would make public. Reads only: that is the type of `client`.
pub async fn prepare(client: &dyn Reader, ground: Ground<'_>, step: ManualStep) -> Result<Prepared, ErrorMessage> {
    let overview = overview_of(client, ground.address, ground.rewrites).await?;
    let Some(overview) = overview else { return Ok(Prepared::NoOffer) };
    match step {
        ManualStep::Publish(release_request) => publish(client, ground, (overview, release_request)).await,
        ManualStep::GoLive => going_live(client, ground, overview).await,
    }
}

async fn publish(
    client: &dyn Reader,
    ground: Ground<'_>,
    (mut overview, release_request): (Overview, ReleaseRequest),
) -> Result<Prepared, ErrorMessage> {
    let release_request = ReleaseRequest { aim: Aim::AtLeast(Level::Preview), ..release_request };
    let live = overview.draft;
    let revision = live.revision.as_ref().map(crate::offer::Revision::as_str);
    let draft = Draft {
        document: &live.document,
        revision,
        rewrites: ground.rewrites,
        secrets: &NoSecrets,
        hides_a_secret: false,
    };
    let plan =
        super::decided(client, ground.address, (&draft, Level::Preview, release_request), &mut overview.situation)
            .await?;
    match (&plan.obstacle, &plan.passed_over) {
        (Some(Obstacle::Busy(operation)), _) | (None, Some(operation)) => return Ok(Prepared::Busy(operation.clone())),
        (None, None) if plan.steps.is_empty() => return Ok(Prepared::Done),
        _ => {}
    }
    let situation = overview.situation;
    let shown = Shown { slots: (Slot::Draft, Slot::Preview), replaced: situation.preview.clone(), plan };
    ready(ground, shown, (live, situation.what_customers_have())).await
}

async fn going_live(client: &dyn Reader, ground: Ground<'_>, overview: Overview) -> Result<Prepared, ErrorMessage> {
    let situation = overview.situation;
    if situation.preview.is_none() {
        return Ok(Prepared::NoPreview);
    }
    // Read again with its revision, as every document that is judged.
    let preview = client.slot(ground.address, Slot::Preview).await.map_err(|error| ErrorMessage::from(&error))?;
    let Some(preview) = preview else { return Ok(Prepared::NoPreview) };
    let measure = Draft {
        document: &preview.document,
        revision: None,
        rewrites: ground.rewrites,
        secrets: &NoSecrets,
        hides_a_secret: false,
    };
    let plan = match go_live(&situation, &|slot| measure.is_in(slot)) {
        GoLive::Steps(plan) => plan,
        GoLive::Done => return Ok(Prepared::Done),
        GoLive::Busy(operation) => return Ok(Prepared::Busy(operation)),
        GoLive::NoPreview => return Ok(Prepared::NoPreview),
    };
    let shown = Shown { slots: (Slot::Preview, Slot::Production), replaced: situation.production.clone(), plan };
    ready(ground, shown, (preview, situation.what_customers_have())).await
}

/// What is shown of a step.
struct Shown {
    slots: (Slot, Slot),
    replaced: Option<Document>,
    plan: ReleasePlan,
}

async fn ready(
    ground: Ground<'_>,
    shown: Shown,
    (live, production): (LiveDocument, Production),
) -> Result<Prepared, ErrorMessage> {
    let Shown { slots, replaced, plan } = shown;
    let document = Arc::new(live.document.clone());
    let table = document.field_table();
    let changes = replaced.as_ref().map(|replaced| differences(table, &document, replaced));
    let offer_type = document.offer_type().unwrap_or_else(|| crate::offer::OfferTypeId::new(""));
    let mut guards = judge_release(ground.address, &offer_type, &production, &document);
    let mut unsettled = Vec::new();
    if let Some((planner, desired)) = ground.declared {
        let declared = planner.plan_fetching(desired, Some(live)).await;
        let declared = declared.map_err(|error| ErrorMessage::of(&error))?;
        unsettled = declared.unsettled();
        declared.consent_to(&mut guards);
    }
    let rewrites = ground.rewrites.clone();
    Ok(Prepared::Ready(Box::new(Manual { slots, document, changes, plan, guards, unsettled, rewrites })))
}

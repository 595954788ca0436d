//! The plan: the frozen list of what a run would do, with the conditions under which it may.
//!
//! The plan decides and the executor does not. It is made by [`build`], proven by [`check`], shown by `render`, bound
//! to a review by its [`digest`](Plan::digest), and can be run only after [`approve`].

mod approve;
mod artifact;
mod build;
mod check;
mod digest;
mod findings;
pub mod guard;
mod ignore;
mod known;
mod limit;
mod place;

mod propose;
pub mod release;
mod signature;
mod total;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use approve::{ApprovedPlan, Refusal, allow, allow_guards, approve, overwrite_conflicts, refusal, unmatched};
pub use build::{BuildError, Built, Fork, Inputs, Live, OnConflict, OnDrift, Policy, build};
pub use check::{Breach, check};
pub use digest::Digest;
pub use guard::{Allowance, Consent, Guard, Level, Price, PriceChange, Remedy, judge_release, prices_of};
pub use ignore::Purpose;
pub use known::{Known, Lookup, Need};
pub use limit::{Counted, Limit};
pub use propose::{Proposal, ProposeError};
pub use release::{Level as ReleaseLevel, ReleasePlan, ReleaseRequest};
pub use total::{BaseCommit, Plan, Summary};

use crate::backend::{Precondition, Production, Situation};
use crate::desired::Desired;
use crate::diagnostic::Diagnostics;
use crate::diff::{Cause, Change, Doubt, Left, Ownership};
use crate::manifest;
use crate::offer::{Document, IdentityPath, OfferAddress, OfferTypeId, Pointer, Revision};
use crate::record::{LastApplied, Rewrites, Unsettled};
use crate::secret::{SecretSource, SecretText};

/// What happens to an offer's draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It does not exist and will.
    Create,
    /// It is replaced by one with the changes laid over it.
    Update,
    /// The offer is not written.
    None,
}

/// One remote action: replace the draft.
#[derive(Debug, Clone)]
pub struct PutStep {
    /// What is sent, and how it comes from what is live.
    pub proposal: Proposal,
    /// When it may be sent.
    pub precondition: Precondition,
}

impl PutStep {
    fn packed(mut self) -> Self {
        self.proposal.document = self.proposal.document.packed();
        self
    }
}

/// Where in the user's files something is said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file, as the user knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A change with the places where a reader finds it.
#[derive(Debug, Clone)]
pub struct PlannedChange {
    /// The difference between the live and the declared value.
    pub change: Change,
    /// Its place in the live document; for an addition, in the proposed one.
    pub path: Pointer,
    /// The line that declares it.
    pub origin: Option<Origin>,
}

/// What distinguishes a new declaration from an edit in the portal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KnownBase {
    /// Nothing: every difference counts as declared.
    #[default]
    Nothing,
    /// What the files declared at another commit.
    Fork,
    /// What was applied last.
    LastApplied,
}

/// What this run wrote before it read a document.
#[derive(Debug, Clone, Copy)]
pub enum Written<'a> {
    /// The run wrote nothing before.
    Nothing,
    /// The plan was written.
    Plan {
        /// The service made something else of the values at these places.
        learned: &'a [IdentityPath],
        /// At these places is something else than was sent, and it is not known whether the service or somebody else changed it.
        doubtful: &'a [IdentityPath],
    },
}

/// The state of the work tree that a plan was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The commit that is checked out; `None` outside of git.
    pub commit: Option<String>,
    /// Whether files differ from the commit, or git cannot say.
    pub dirty: bool,
}

/// Something a reader of the plan should know and need not act on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The stable name of the kind of note.
    pub code: &'static str,
    /// The note as one sentence, lower case, without a full stop.
    pub text: String,
}

/// The plan for one offer.
#[derive(Debug, Clone)]
pub struct OfferPlan {
    /// The offer as the files declare it.
    desired: Arc<Desired>,
    /// A text that is equal for documents that declare the same.
    declared: String,
    /// What was live when the plan was made; kept only if something will be written or may be released.
    live: Option<Arc<Document>>,
    /// The revision that was live.
    revision: Option<Revision>,
    /// What happens to the draft.
    action: Action,
    /// What differs, in the order in which it is written.
    changes: Vec<PlannedChange>,
    /// The risks that a person must allow.
    guards: Vec<Guard>,
    /// What is good to know.
    notes: Vec<Note>,
    /// The prices that change, by SKU.
    prices: Vec<PriceChange>,
    /// What customers have, as far as it was asked for. The guards were decided with it.
    production: Production,
    /// The addresses of disks that come from secrets and are known, without signatures, by their place in what is sent.
    disks: BTreeMap<Pointer, SecretText>,
    /// What the offer's file allows.
    consents: Vec<guard::Consent>,
    /// Whether asking for it may change the guards.
    hinges_on_production: bool,
    /// What will be sent; `None` if nothing.
    put: Option<PutStep>,
    /// What is done about conflicts.
    on_conflict: OnConflict,
    /// What is done about edits in the portal.
    on_drift: OnDrift,
    /// The level to which the draft is to be released, and how obstacles are handled.
    release_request: (ReleaseLevel, ReleaseRequest),
    /// What is missing for that.
    release: ReleasePlan,
    /// Errors in values that it writes, as they are shown. It cannot be run as long as there are any.
    errors: Diagnostics,
    /// Errors in values that stay as they are in the portal.
    already: Diagnostics,
    /// Findings about entries of the file's `allow` that allow nothing in this plan.
    idle_allowances: Diagnostics,
    /// What the files were compared with besides the portal.
    base: KnownBase,
    /// What is to be recorded as applied if nothing has to be written.
    verified: Option<LastApplied>,
}

impl OfferPlan {
    /// The address of the offer.
    #[must_use]
    pub fn address(&self) -> &OfferAddress {
        &self.desired.address
    }

    /// The offer as the files declare it.
    #[must_use]
    pub fn desired(&self) -> &Arc<Desired> {
        &self.desired
    }

    /// What was live when the plan was made; kept only if something will be written or may be released.
    #[must_use]
    pub fn live(&self) -> Option<&Document> {
        self.live.as_deref()
    }

    /// The revision that was live.
    #[must_use]
    pub fn revision(&self) -> Option<&Revision> {
        self.revision.as_ref()
    }

    /// What happens to the draft.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// What differs, in the order in which it is written.
    #[must_use]
    pub fn changes(&self) -> &[PlannedChange] {
        &self.changes
    }

    /// What needs somebody's yes, the most serious first.
    #[must_use]
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// What is good to know.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The prices that change, by SKU.
    #[must_use]
    pub fn prices(&self) -> &[PriceChange] {
        &self.prices
    }

    /// What customers have, as far as it was asked for. The guards were decided with it.
    #[must_use]
    pub fn production(&self) -> &Production {
        &self.production
    }

    /// What will be sent; `None` if nothing.
    #[must_use]
    pub fn put(&self) -> Option<&PutStep> {
        self.put.as_ref()
    }

    /// The level to which the draft is to be released, and how obstacles are handled.
    #[must_use]
    pub fn release_request(&self) -> (ReleaseLevel, ReleaseRequest) {
        self.release_request
    }

    /// What is missing for that.
    #[must_use]
    pub fn release(&self) -> &ReleasePlan {
        &self.release
    }

    /// Errors in values that it writes, as they are shown. It cannot be run as long as there are any.
    #[must_use]
    pub fn errors(&self) -> &Diagnostics {
        &self.errors
    }

    /// Errors in values that stay as they are in the portal.
    #[must_use]
    pub fn already(&self) -> &Diagnostics {
        &self.already
    }

    /// Findings about entries of the file's `allow` that allow nothing in this plan.
    #[must_use]
    pub fn idle_allowances(&self) -> &Diagnostics {
        &self.idle_allowances
    }

    /// What the files were compared with besides the portal.
    #[must_use]
    pub fn base(&self) -> KnownBase {
        self.base
    }

    /// The type of the offer, as declared.
    #[must_use]
    pub fn offer_type(&self) -> &OfferTypeId {
        &self.desired.offer_type
    }

    /// When the live draft changed last, as the service says; known only if something will be written.
    #[must_use]
    pub fn changed_time(&self) -> Option<&str> {
        self.live.as_ref()?.changed_time()
    }

    /// The values that were edited in the portal and are left as they are.
    pub fn kept(&self) -> impl Iterator<Item = &PlannedChange> {
        self.left(&Left::KeptDrift)
    }

    /// The values that were applied from elsewhere since this branch began, and are left as they are.
    pub fn behind(&self) -> impl Iterator<Item = &PlannedChange> {
        self.left(&Left::Behind)
    }

    /// The places where the draft will have what no file of this branch declares. It is not released as long as there are any.
    #[must_use]
    pub fn unsettled(&self) -> Vec<IdentityPath> {
        let unsettled = self.kept().chain(self.behind()).chain(self.conflicts());
        unsettled.map(|planned| planned.change.identity.clone()).collect()
    }

    /// What is to be recorded as applied if nothing has to be written; `None` if nobody asked for it.
    #[must_use]
    pub fn verified_record(&self) -> Option<&LastApplied> {
        self.verified.as_ref()
    }

    /// What is to be recorded as applied if this plan was made of `live`.
    #[must_use]
    pub fn applied(
        &self,
        live: &Document,
        rewrites: &Rewrites,
        written: Written<'_>,
        checkout: &Checkout,
    ) -> LastApplied {
        let (learned, doubtful) = match written {
            Written::Nothing => (&[][..], &[][..]),
            Written::Plan { learned, doubtful } => (learned, doubtful),
        };
        let (mut kept, mut unknown) = (Vec::new(), Vec::new());
        for change in self.changes.iter().map(|planned| &planned.change) {
            let is_settled = learned.contains(&change.identity) || doubtful.contains(&change.identity);
            // A secret was sent with everything else, and shows nowhere.
            let sent = change.left.is_none() && change.kind == crate::diff::ChangeKind::Secret;
            if change.cause == Cause::Unmanaged || is_settled || sent {
                continue;
            }
            let list = match &change.cause {
                // Of a hosted copy only the declaration is compared, and that is not known to have arrived.
                Cause::Undetermined(Doubt::Hosted | Doubt::Dropped) => &mut kept,
                Cause::Undetermined(Doubt::SecretNotSet(_)) => &mut unknown,
                _ if matches!(written, Written::Plan { .. }) && change.left.is_none() => &mut unknown,
                _ => &mut kept,
            };
            list.push(change.identity.clone());
        }
        let desired = self.desired.document.opened();
        let checkout = (checkout.commit.clone(), checkout.dirty);
        let places = Unsettled { kept: &kept, unknown: &unknown, doubtful };
        LastApplied::after(rewrites.last_applied(), (&desired, live), places, checkout)
    }

    fn left<'a>(&'a self, why: &'a Left) -> impl Iterator<Item = &'a PlannedChange> {
        self.changes.iter().filter(move |planned| planned.change.left.as_ref() == Some(why))
    }

    /// The edits in the portal because of which the plan is refused.
    pub fn refused_drift(&self) -> impl Iterator<Item = &PlannedChange> {
        let refused = self.on_drift == OnDrift::Refuse;
        self.kept().filter(move |_| refused)
    }

    /// Whether apply would refuse it as it stands.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        let guarded = self.guards.iter().any(Guard::refuses)
            || self.conflicts().next().is_some()
            || self.refused_drift().next().is_some()
            || !self.errors.is_empty();
        guarded || self.release.obstacle.is_some()
    }

    /// Whether apply has nothing to do.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.action == Action::None && self.release.is_empty()
    }

    /// Whether it is released less far than wanted, and the service is not at it.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        match (&self.release.obstacle, self.release.steps.first()) {
            (Some(release::Obstacle::Failed(_)), _) => true,
            (Some(release::Obstacle::Busy(_) | release::Obstacle::Unsettled(_)), _) | (None, None) => false,
            (None, Some(step)) => step.start == release::Start::Now,
        }
    }

    /// What the draft will be.
    #[must_use]
    pub fn next(&self) -> Option<&Document> {
        self.put.as_ref().map(|put| &put.proposal.document).or(self.live.as_deref())
    }

    /// Decides the steps that its release takes if the service shows `situation`.
    fn decide_release(&mut self, situation: &Situation, rewrites: &Rewrites, secrets: &dyn SecretSource) {
        let Some(next) = self.next().map(Document::working_copy) else { return };
        let (level, release_request) = self.release_request;
        // A changed secret shows in no slot. It is released if somebody says so.
        let secret = self
            .changes
            .iter()
            .any(|planned| planned.change.kind == crate::diff::ChangeKind::Secret && planned.change.is_determined());
        let revision = self.revision.as_ref().map(Revision::as_str).filter(|_| self.action == Action::None);
        let hides_a_secret = secret && matches!(release_request.aim, release::Aim::AtLeast(_));
        let draft = release::Draft { document: &next, revision, rewrites, secrets, hides_a_secret };
        let is_in = |slot: &Document| draft.is_in(slot);
        self.release = draft.decide(level, release_request, situation);
        let unsettled = self.unsettled();
        if !unsettled.is_empty() && !self.release.steps.is_empty() {
            let obstacle = Some(release::Obstacle::Unsettled(unsettled));
            self.release = ReleasePlan { steps: Vec::new(), obstacle, ..std::mem::take(&mut self.release) };
        }
        self.notes.extend(release::stored_otherwise(&self.release, situation, Some(&next), &is_in));
        self.notes.extend(release::notes(&self.release, Some(&next)));
        if secret && self.release.is_empty() && level > ReleaseLevel::Draft {
            let text =
                "a changed secret is not visible in any slot, so it does not cause a publish; --publish releases it";
            self.notes.push(Note { code: "secret-not-released", text: text.to_owned() });
        }
        self.notes.sort();
        self.notes.dedup();
    }

    /// The places that were changed here and in the portal, if that is not to be overwritten.
    pub fn conflicts(&self) -> impl Iterator<Item = &PlannedChange> {
        let refused = self.on_conflict == OnConflict::Refuse;
        self.changes.iter().filter(move |planned| refused && planned.change.cause == Cause::Conflict)
    }

    /// Marks the guards that the offer's file allows.
    pub fn consent_to(&self, guards: &mut [Guard]) {
        guard::consent(guards, &self.consents);
    }

    /// Decides the guards that it has if customers have `production`.
    fn know(&mut self, production: Production) {
        self.production = production;
        let kept = Arc::clone(&self.desired);
        self.desired = kept.opened();
        let judgement = guard::judge(self);
        self.desired = kept;
        self.live = self.live.take().map(|live| Arc::new(Arc::unwrap_or_clone(live).packed()));
        self.put = self.put.take().map(PutStep::packed);
        self.guards = judgement.guards;
        self.guard_release();
        let idle = guard::consent(&mut self.guards, &self.consents);
        self.prices = judgement.prices;
        self.hinges_on_production = judgement.hinges_on_production;
        self.notes.retain(|note| !guard::is_guard_note(note));
        self.notes.extend(judgement.notes);
        self.notes.extend(idle.iter().map(guard::Consent::note));
        self.idle_allowances = idle.iter().map(guard::Consent::finding).collect();
        self.notes.sort();
        self.notes.dedup();
    }

    /// Guards what the release would make public: also what somebody else changed in the draft before.
    fn guard_release(&mut self) {
        let sends = self.release.steps.iter().any(|step| !matches!(step.start, release::Start::Attach(_)));
        let Some(next) = self.next().filter(|_| sends) else { return };
        let next = Document::new(guard::revealed(next.content(), &self.disks).into_owned());
        let found = guard::judge_release(self.address(), self.offer_type(), &self.production, &next);
        let is_new = |guard: &Guard| !self.guards.iter().any(|known| known.name() == guard.name());
        let new: Vec<Guard> = found.into_iter().filter(is_new).collect();
        self.guards.extend(new);
        self.guards.sort_by(|one, two| (one.level, one.code, &one.target).cmp(&(two.level, two.code, &two.target)));
    }

    /// A text that is equal for plans that do the same to this offer, whatever its revision.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        digest::of_offer(self)
    }
}

/// Who owns what the file does not mention.
fn ownership(desired: &Desired) -> Ownership {
    match desired.reconcile.ownership.value {
        manifest::Ownership::Declared => Ownership::Declared,
        manifest::Ownership::Exact => Ownership::Exact,
    }
}

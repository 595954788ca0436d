//! Makes the plan of one offer from what is declared and what is live.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::artifact::files_in_doubt;
use super::findings::incomplete;
use super::known::{Known, Lookup, Need};
use super::place::origin;
use super::propose::{propose, sendable};
use super::{
    Action, Allowance, Breach, Checkout, Consent, KnownBase, Limit, Note, OfferPlan, Origin, PlannedChange,
    ProposeError, Purpose, PutStep, ReleaseLevel, ReleasePlan, ReleaseRequest, Written, check, digest, ignore,
    ownership, signature,
};
use crate::backend::{Precondition, Production, Situation};
use crate::desired::Desired;
use crate::diagnostic::Diagnostics;
use crate::diff::{Applied, Base, Cause, Change, ChangeSet, Comparison, Doubt, Left, Secrecy, Unmanaged, compare};
use crate::manifest::Allow;
use crate::offer::fields::{self, FieldTable};
use crate::offer::locate::locate;
use crate::offer::{Api, Document, IdentityPath, Pointer, Revision};
use crate::record::Rewrites;
use crate::rules::Finding;
use crate::secret::{SecretSource, SecretText, without_sas};
use crate::source::Sources;
use crate::text::counted;

/// What the plan of one offer is made of.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The offer as the files declare it.
    pub desired: Arc<Desired>,
    /// The texts it was read from.
    pub sources: &'a Sources,
    /// What the service has; `None` if the offer does not exist.
    pub live: Option<Live>,
    /// What is known of the service's rewrites.
    pub rewrites: &'a Rewrites,
    /// Where the values of comparable secrets come from.
    pub secrets: &'a dyn SecretSource,
    /// What the files declared where the branch began; `None` if that is not known, or if they did not declare this offer.
    pub fork: Option<Fork>,
    /// What is done about what the comparison finds.
    pub policy: Policy,
    /// The errors that rules find in what is declared.
    pub findings: &'a [Finding],
    /// Which files are at hand, if what is found to be applied already is to be recorded.
    pub checkout: Option<&'a Checkout>,
    /// What was found out besides.
    pub known: &'a Known,
}

impl<'a> Inputs<'a> {
    /// The inputs of a plan for an offer that does not exist, with nothing known and nobody to ask.
    #[must_use]
    pub fn of(
        desired: Arc<Desired>,
        sources: &'a Sources,
        rewrites: &'a Rewrites,
        secrets: &'a dyn SecretSource,
    ) -> Self {
        let policy = Policy::default();
        Self {
            desired,
            sources,
            live: None,
            rewrites,
            secrets,
            fork: None,
            policy,
            findings: &[],
            checkout: None,
            known: &NOTHING,
        }
    }
}

static NOTHING: Known = Known::NOTHING;

/// What becomes of the inputs of a plan.
#[derive(Debug)]
pub enum Built {
    /// The finished plan of the offer.
    Plan(Box<OfferPlan>),
    /// Something that has to be found out first. Whoever finds it out builds again.
    Needs(Need),
}

impl Built {
    /// The plan, if nothing has to be found out.
    #[must_use]
    pub fn plan(self) -> Option<OfferPlan> {
        if let Self::Plan(plan) = self { Some(*plan) } else { None }
    }
}

/// What is done about what a comparison finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// About edits in the portal.
    pub on_drift: OnDrift,
    /// About values that were changed here and in the portal.
    pub on_conflict: OnConflict,
    /// How declared secrets are compared.
    pub secrecy: Secrecy,
    /// What happens to values that no file declares.
    pub unmanaged: Unmanaged,
    /// What the comparison is for.
    pub purpose: Purpose,
    /// The day, for what the files limit in time; `None` if it does not matter.
    pub today: Option<Date>,
    /// The level to which offers are released.
    pub release: ReleaseRequest,
    /// How many of the offers one run may update; `None` if there is no limit.
    pub limit: Option<Limit>,
}

/// What the files declared where the branch began.
#[derive(Debug, Clone)]
pub struct Fork {
    /// The offer as it was declared there.
    pub desired: Arc<Desired>,
    /// The commits that values were applied from and that are older than that, or are it.
    pub earlier: Arc<BTreeSet<String>>,
}

/// What is done about edits in the portal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDrift {
    /// They are left as they are and shown; the offer is not released.
    #[default]
    Keep,
    /// The values in the files replace the edits.
    Revert,
    /// The plan is refused if there is an edit.
    Refuse,
}

impl OnDrift {
    /// All choices, in the order of the help.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Revert, Self::Refuse];

    /// The word for it in settings, flags and plan files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Revert => "revert",
            Self::Refuse => "refuse",
        }
    }
}

/// What is done about values that were changed here and in the portal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// The plan is refused if there is an edit.
    #[default]
    Refuse,
    /// The values in the files replace the portal's.
    Overwrite,
}

/// A live document and its revision.
#[derive(Debug, Clone)]
pub struct Live {
    /// The document in the draft slot.
    pub document: Arc<Document>,
    /// Its revision; `None` if the service named none.
    pub revision: Option<Revision>,
}

/// Why no plan could be made: a defect of this program, found before anything was sent.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The changes do not fit the live document.
    #[error("planning `{offer}`")]
    Propose {
        /// The address of the offer.
        offer: String,
        /// Why the proposed document could not be built.
        #[source]
        source: ProposeError,
    },
    /// The plan contradicts itself.
    #[error("planning failed its own check; nothing was sent")]
    Check(#[source] Breach),
}

/// What a comparison found, and with what besides the portal the files were compared.
struct Compared {
    set: ChangeSet,
    base: KnownBase,
    /// What the file says is to be ignored.
    ignored: Vec<Note>,
}

/// Compares what is declared with what is live, and says of each difference why it is there and whether it is left.
fn compared(
    desired: &Desired,
    live: Option<&Document>,
    fork: Option<&Fork>,
    (rewrites, secrets, policy): (&Rewrites, &dyn SecretSource, Policy),
) -> Compared {
    let applied = rewrites.last_applied();
    // Whoever watches the portal asks what changed since it was applied; no branch takes part.
    let fork = fork.filter(|_| policy.purpose == Purpose::Apply || applied.is_none());
    let fork = fork.map(|fork| (fork.desired.document.working_copy(), &fork.earlier));
    let forked = fork.as_ref().map(|(document, _)| document);
    let remembered = applied.map(|applied| applied.base(&desired.document, live, forked));
    let comparison = Comparison {
        table: FieldTable::of(&desired.offer_type),
        desired: &desired.document,
        base: remembered.as_ref().or(forked).map_or(Base::Live, Base::Declared),
        live,
        rewrites,
        secrets,
        unmanaged: policy.unmanaged,
        secrecy: policy.secrecy,
        ownership: ownership(desired),
    };
    let mut set = compare(comparison);
    if let (Some(applied), Some((fork, earlier)), Some(_)) = (applied, &fork, live) {
        let is_earlier = |commit: Option<&str>| commit.is_some_and(|commit| earlier.contains(commit));
        let age = |place: &IdentityPath| {
            let is_older = applied.commits_at(place).into_iter().all(is_earlier);
            if is_older { Applied::BeforeTheBranch } else { Applied::Elsewhere }
        };
        set.leave_untouched(&desired.document, fork, &age);
    }
    let ignored = ignore::leave_out(&mut set, desired, policy.purpose, policy.today);
    if policy.on_drift != OnDrift::Revert {
        set.leave(&Cause::Drift, &Left::KeptDrift);
    }
    set.settle();
    let base = match (&remembered, forked) {
        (Some(_), _) => KnownBase::LastApplied,
        (None, Some(_)) => KnownBase::Fork,
        (None, None) => KnownBase::Nothing,
    };
    Compared { set, base, ignored }
}

/// Compares, proposes, decides the release, finds guards, and proves the result; or says what has to be known for that.
///
/// Fails only by a defect of this program, before anything was sent.
pub fn build(inputs: &Inputs<'_>) -> Result<Built, BuildError> {
    let (known, live) = (inputs.known, inputs.live.as_ref());
    let copies = known.files.result().map(|copies| inputs.rewrites.clone().with_copies(copies.clone()));
    let rewrites = copies.as_ref().unwrap_or(inputs.rewrites);
    let mut offer = drafted(inputs, rewrites)?;
    if let (Lookup::Pending, Some(live)) = (&known.files, live) {
        let files = files_in_doubt(&offer, &live.document);
        if !files.is_empty() {
            return Ok(Built::Needs(Need::Files(files)));
        }
    }
    if let (Some(checkout), Some(live)) = (inputs.checkout, live) {
        let applied = offer.applied(&live.document.opened(), rewrites, Written::Nothing, checkout);
        offer.verified = Some(applied);
    }
    if inputs.policy.purpose == Purpose::Apply {
        offer.notes.extend(incomplete(&offer));
        offer.judge_findings(inputs.findings);
    }
    offer.know(Production::NotAsked);
    let new = Situation::default();
    let situation = match &known.releases {
        _ if offer.release_request.0 == ReleaseLevel::Draft => None,
        Lookup::Skipped => None,
        // An offer that does not exist has no releases.
        Lookup::Pending if offer.action == Action::Create => Some(&new),
        Lookup::Pending => return Ok(Built::Needs(Need::Releases)),
        Lookup::Done(situation) => Some(situation),
    };
    if let Some(situation) = situation {
        offer.decide_release(situation, rewrites, inputs.secrets);
        if let Some(version) = offer.release.version_to_read(situation) {
            return Ok(Built::Needs(Need::Version(version)));
        }
        if offer.hinges_on_production || !offer.release.steps.is_empty() {
            offer.know(situation.what_customers_have());
        }
    } else if let Lookup::Done(production) = &known.production {
        offer.know(production.clone());
    } else if matches!(known.production, Lookup::Pending)
        && offer.hinges_on_production
        && inputs.policy.purpose == Purpose::Apply
    {
        // Most plans do without: one request an offer. Whoever only looks for drift needs no guards.
        return Ok(Built::Needs(Need::Production));
    }
    Ok(Built::Plan(Box::new(offer)))
}

/// The plan as far as the files and the draft tell: what differs, and what would be sent.
fn drafted(inputs: &Inputs<'_>, rewrites: &Rewrites) -> Result<OfferPlan, BuildError> {
    let Inputs { desired: kept, sources, live, secrets, fork, policy, .. } = inputs;
    let (live, policy) = (live.clone(), *policy);
    // Trees take much memory: those of what is kept go when the plan is made.
    let mut desired = kept.working_copy();
    let table = FieldTable::of(&desired.offer_type);
    desired.document = sendable(table, desired.document);
    let desired = Arc::new(desired);
    let (document, revision) = live.map_or((None, None), |live| (Some(live.document), live.revision));
    let Compared { set, base, ignored } =
        compared(&desired, document.as_deref(), fork.as_ref(), (rewrites, *secrets, policy));
    let action = match &document {
        None => Action::Create,
        Some(_) if set.is_update() => Action::Update,
        Some(_) => Action::None,
    };
    let put = match action {
        Action::None => None,
        Action::Create | Action::Update => {
            let proposal = propose(table, &desired.document, document.as_deref(), &set.changes)
                .map_err(|source| BuildError::Propose { offer: desired.address.to_string(), source })?;
            Some(PutStep { proposal, precondition: precondition(document.as_deref(), revision.as_ref()) })
        }
    };
    let mut notes = notes(&desired, &set.changes, put.as_ref());
    notes.extend(ignored);
    if base == KnownBase::Nothing {
        notes.extend(unknown_base(&set.changes, action));
    }
    // A plan that writes sends what is declared; only `drift` reports what runs out there.
    if let (Purpose::Drift, Some(today), Some(live)) = (policy.purpose, policy.today, &document) {
        notes.extend(signature::notes(table, &desired.document, live, *secrets, today));
    }
    let proposed = put.as_ref().map(|put| put.proposal.document.content());
    let places = if set.changes.is_empty() { None } else { Some(desired.origins.places()) };
    let changes = set.changes.into_iter().map(|change| {
        let path = proposed
            .filter(|_| change.before.is_none())
            .and_then(|proposed| locate(table, proposed, &change.identity))
            .map_or_else(|| change.edit.target.clone(), |(path, _)| path);
        let origin = places.as_ref().map(|places| origin(&desired, places, sources, &change));
        PlannedChange { change, path, origin }
    });
    let changes = changes.collect();
    let level = policy.release.level(desired.reconcile.release.value);
    let live = document.filter(|_| put.is_some() || level > ReleaseLevel::Draft);
    let offer = OfferPlan {
        declared: digest::of_declared(table, &desired.document),
        desired,
        live,
        revision,
        action,
        changes,
        guards: Vec::new(),
        notes,
        prices: Vec::new(),
        production: Production::NotAsked,
        disks: put.as_ref().map_or_else(BTreeMap::new, |put| disks(table, &put.proposal.document, *secrets)),
        consents: consents(kept, sources),
        hinges_on_production: false,
        put,
        on_conflict: policy.on_conflict,
        on_drift: policy.on_drift,
        release_request: (level, policy.release),
        release: ReleasePlan::default(),
        base,
        errors: Diagnostics::default(),
        already: Diagnostics::default(),
        idle_allowances: Diagnostics::default(),
        verified: None,
    };
    check(&offer, rewrites).map_err(BuildError::Check)?;
    Ok(OfferPlan { desired: Arc::clone(kept), ..offer })
}

fn precondition(live: Option<&Document>, revision: Option<&Revision>) -> Precondition {
    match (live, revision) {
        (None, _) => Precondition::Absent,
        (Some(_), Some(revision)) => Precondition::Revision(revision.clone()),
        (Some(_), None) => Precondition::SameContent,
    }
}

/// The addresses of disks that are filled in from secrets, without their signatures, as far as the secrets are known.
fn disks(table: &'static FieldTable, proposed: &Document, secrets: &dyn SecretSource) -> BTreeMap<Pointer, SecretText> {
    let signed = proposed
        .sealed()
        .iter()
        .filter(|(at, _)| table.place(at.tokens()).field().comparison == fields::Comparison::SignedUrl);
    let known = signed.filter_map(|(at, reference)| {
        let address = secrets.comparable(reference)?;
        Some((at.clone(), SecretText::new(without_sas(address.expose()))))
    });
    known.collect()
}

/// What the offer's file allows, with the places where it does.
fn consents(desired: &Desired, sources: &Sources) -> Vec<Consent> {
    let consent = |allow: &Allow| {
        let (line, _) = sources.line_column(allow.span);
        Consent {
            allowance: Allowance::new(&allow.code.text, &allow.target.text),
            reason: allow.reason.text.clone(),
            origin: Origin { file: sources.name(allow.span.source).to_owned(), line },
            span: allow.span,
        }
    };
    desired.reconcile.allow.iter().map(consent).collect()
}

/// What becomes of a value in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Then {
    Sent,
    Left,
}

/// One note for all values for which the same is unknown.
fn undetermined(changes: &[Change], written: bool) -> Vec<Note> {
    let mut groups: BTreeMap<(String, Then), usize> = BTreeMap::new();
    let sent = if written { Then::Sent } else { Then::Left };
    for change in changes {
        let Cause::Undetermined(doubt) = &change.cause else { continue };
        let why = match doubt {
            Doubt::Hosted => ("cannot be compared, because the service stores its own copies".to_owned(), sent),
            Doubt::Dropped => ("declared, but the service is known to drop it".to_owned(), sent),
            Doubt::SecretNotSet(reference) => {
                (format!("cannot be compared, because secret {reference} is not set"), Then::Left)
            }
        };
        *groups.entry(why).or_default() += 1;
    }
    let note = |((why, then), count): ((String, Then), usize)| {
        let fields = counted(count, ("field is", "fields are"));
        let fields = if why.starts_with("cannot") { fields.replace(" is", "").replace(" are", "") } else { fields };
        let then = if then == Then::Sent { "what is declared is sent along" } else { "left as it is" };
        Note { code: "undetermined", text: format!("{fields} {why}; {then}") }
    };
    groups.into_iter().map(note).collect()
}

/// Without a base nobody can tell a new declaration from an edit in the portal, so the files win.
fn unknown_base(changes: &[Change], action: Action) -> Option<Note> {
    let replaces = |change: &&Change| change.is_determined() && change.before.is_some();
    let count = changes.iter().filter(replaces).count();
    let (text, values) = match count {
        _ if action != Action::Update => return None,
        0 => return None,
        1 => ("1 value of the portal is", "it was"),
        _ => ("values of the portal are", "they were"),
    };
    let text = if count > 1 { format!("{count} {text}") } else { text.to_owned() };
    let text = format!(
        "no base is known (this offer was never applied from here, and --base was not given): {text} replaced, whether or not {values} edited there"
    );
    Some(Note { code: "no-base", text })
}

/// Whether the service keeps to itself what is declared here.
fn is_never_returned(desired: &Desired, at: &Pointer) -> bool {
    FieldTable::of(&desired.offer_type).place(at.tokens()).field().comparison == fields::Comparison::Secret
}

fn notes(desired: &Desired, changes: &[Change], put: Option<&PutStep>) -> Vec<Note> {
    let mut notes = undetermined(changes, put.is_some());
    if let Some(put) = put {
        let weak = match &put.precondition {
            Precondition::SameContent => Some("the service returned no revision; the offer"),
            Precondition::Revision(revision) if revision.is_computed() => Some("the service has no lock; the offer"),
            Precondition::Absent | Precondition::Revision(_) => None,
        };
        if let Some(why) = weak {
            let text = format!("lock: weak ({why} is read again right before it is written)");
            notes.push(Note { code: "weak-lock", text });
        }
        let sent: BTreeSet<String> = put.proposal.document.sealed().values().map(ToString::to_string).collect();
        if !sent.is_empty() {
            let sent: Vec<String> = sent.into_iter().collect();
            notes.push(Note { code: "secrets-sent", text: format!("sends secrets: {}", sent.join(", ")) });
        }
        for place in &put.proposal.outdated {
            let text = format!("{place} is left out: the service computes it from the declared values");
            notes.push(Note { code: "outdated", text });
        }
    } else if desired.document.sealed().keys().any(|at| is_never_returned(desired, at)) {
        let text = match desired.offer_type.api() {
            Api::CloudPartnerPortal => "secrets are not compared; they are sent with the next change",
            Api::ProductIngestion => "secrets are not compared; they are sent when their resource changes",
        };
        notes.push(Note { code: "secrets-not-compared", text: text.to_owned() });
    }
    notes.sort();
    notes.dedup();
    notes
}

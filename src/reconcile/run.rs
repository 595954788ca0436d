//! One run: the files it is about, the service, and what is remembered, brought together once for every command.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Memory, Planner, plan};
use crate::apply::{ErrorMessage, Progress};
use crate::artifact::Artifacts;
use crate::backend::{LiveDocument, Reader};
use crate::diff::{Secrecy, Unmanaged};
use crate::offer::{Document, OfferAddress, Pointer};
use crate::plan::{self as planning, Allowance, OnConflict, OnDrift, Plan, Policy, Purpose, ReleaseRequest};
use crate::record::LastApplied;
use crate::secret::SecretSource;
use crate::workspace::{self, Base, BaseFiles, Findings, Repository, Selection, Workspace};

/// Why a run came to nothing before anything was sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Files cannot be used.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// No plan could be made.
    #[error(transparent)]
    Plan(#[from] super::PlanError),
    /// A guard is allowed that the plan does not have: perhaps another one was meant.
    #[error("--allow {0}: no guard of this plan has this name; nothing was sent")]
    IdleAllowances(String),
    /// A place that is asked for leads to nothing in any of the offers.
    #[error("--path `{place}`: nothing is declared there, and nothing differs")]
    Nowhere {
        /// The place that was asked for, in the form of the API.
        place: Pointer,
        /// A place that is declared and spelled alike.
        near: Option<Pointer>,
    },
}

impl Error {
    /// What the user can do next; `None` if that is unknown.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Workspace(error) => error.hint(),
            Self::Plan(_) => None,
            Self::Nowhere { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Nowhere { near: None, .. } => Some("`offerform drift` lists the places that differ".to_owned()),
            Self::IdleAllowances(_) => Some("name each guard exactly as the plan does, or omit the flag".to_owned()),
        }
    }

    /// Whether nothing failed, and writing was refused to keep what somebody else wrote.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Workspace(error) if error.is_refusal())
    }
}

/// What a run has besides files.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The service's name in plans, reports and the record.
    pub endpoint: String,
    /// Reads from the service.
    pub client: Arc<dyn Reader>,
    /// Where the values of comparable secrets come from.
    pub secrets: Arc<dyn SecretSource>,
    /// What is remembered of offers between runs.
    pub memory: Arc<Memory>,
    /// The files behind addresses.
    pub artifacts: Arc<Artifacts>,
    /// How many offers are read at once.
    pub parallelism: usize,
    /// Receives the progress.
    pub progress: Arc<dyn Progress>,
    /// The day, for what the files limit in time.
    pub today: Date,
}

/// What is compared with what, and who wins: what a person can choose about a plan.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The commit that is named as the base.
    pub base: Option<String>,
    /// About edits in the portal.
    pub on_drift: OnDrift,
    /// About values that were changed here and in the portal.
    pub on_conflict: OnConflict,
    /// Which declared secrets are written.
    pub secrecy: Secrecy,
    /// About values that no file declares.
    pub unmanaged: Unmanaged,
    /// How far offers are to be released.
    pub release: ReleaseRequest,
    /// How many percent of the offers one run may update, as the settings at hand say.
    pub max_changed_percent: Option<u8>,
    /// The guards that are allowed.
    pub allow: Vec<Allowance>,
}

/// What becomes of what is found to be applied already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// Nothing: the run only looks.
    Off,
    /// It is recorded as applied.
    On,
}

/// A plan as a run made it.
#[derive(Debug)]
pub struct Planned {
    /// The plan of the offers that could be read.
    pub plan: Plan,
    /// Why the others have none, by offer.
    pub failures: Vec<(OfferAddress, ErrorMessage)>,
    /// What is wrong with the files of the base; it stops nothing.
    pub base_findings: Option<Findings>,
    /// The secrets whose values were there to be compared, by reference.
    pub compared_secrets: BTreeSet<String>,
    pub(super) planner: Arc<Planner>,
}

/// One run over the chosen offers of a repository.
#[derive(Debug)]
pub struct Run<'r> {
    /// Where the files are.
    pub repository: &'r Repository,
    /// The selection of offers on the command line.
    pub selection: Selection,
    /// The chosen offers.
    pub workspace: Workspace,
    /// The service, and what this machine gives.
    pub surroundings: Surroundings,
}

impl Run<'_> {
    /// Compares the files with the service. Guards that `choices` allow are marked as allowed; one that is allowed and not there is an
    /// error, unless an offer could not be read and may be the one that has it.
    pub async fn plan(&self, choices: &Choices, recording: Recording) -> Result<Planned, Error> {
        let BaseFiles { base, findings } = match &choices.base {
            Some(revision) => self.repository.base(&self.selection, &self.workspace, revision)?,
            None => BaseFiles::unknown(),
        };
        let (named, percent) = (choices.base.as_deref(), choices.max_changed_percent);
        let is_recorded = |address: &OfferAddress| self.surroundings.memory.was_applied(address);
        let policy = Policy {
            limit: self.repository.limit(&self.workspace, named, percent, &is_recorded)?,
            purpose: Purpose::Apply,
            today: Some(self.surroundings.today),
            on_drift: choices.on_drift,
            on_conflict: choices.on_conflict,
            secrecy: choices.secrecy,
            unmanaged: choices.unmanaged,
            release: choices.release,
        };
        let mut planned = self.planned(self.planner(base, policy, recording), findings).await;
        planned.plan = planning::allow(planned.plan, &choices.allow);
        if planned.failures.is_empty() {
            all_are_meant(&planned.plan, &choices.allow)?;
        }
        Ok(planned)
    }

    /// Plans what would bring the portal back to what the files declare: its changes are the edits in the portal.
    pub(super) async fn differences(&self, base: Base, findings: Option<Findings>) -> Planned {
        self.planned(self.planner(base, self.looking(), Recording::Off), findings).await
    }

    async fn planned(&self, planner: Planner, base_findings: Option<Findings>) -> Planned {
        let Surroundings { client, parallelism, progress, .. } = &self.surroundings;
        let planner = Arc::new(planner);
        let planning = plan(Arc::clone(&planner), client.clone(), *parallelism, Arc::clone(progress)).await;
        let counts = planner.artifacts.counts();
        tracing::info!(fetched = counts.fetched, failed = counts.failed, "files looked at to compare hosted copies");
        Planned {
            plan: planning.plan,
            failures: planning.failures,
            base_findings,
            compared_secrets: self.compared_secrets(),
            planner,
        }
    }

    fn looking(&self) -> Policy {
        let today = Some(self.surroundings.today);
        Policy { purpose: Purpose::Drift, on_drift: OnDrift::Revert, today, ..Policy::default() }
    }

    fn planner(&self, base: Base, policy: Policy, recording: Recording) -> Planner {
        let Surroundings { secrets, memory, artifacts, .. } = &self.surroundings;
        let applied = self.workspace.desired.iter().flat_map(|offer| {
            let rewrites = memory.rewrites(&offer.address);
            let commits = rewrites.last_applied().into_iter().flat_map(LastApplied::clean_commits);
            commits.map(ToOwned::to_owned).collect::<Vec<_>>()
        });
        let base = base.with_history(&self.workspace, applied.collect());
        Planner {
            desired: self.workspace.desired.clone(),
            sources: Arc::clone(&self.workspace.sources),
            secrets: Arc::clone(secrets),
            memory: Arc::clone(memory),
            artifacts: Arc::clone(artifacts),
            base,
            policy,
            recording: (recording == Recording::On).then(|| self.workspace.checkout()),
            findings: self.workspace.findings.clone(),
        }
    }

    /// Plans for steps by hand: what files declare of an offer is compared with what would be released.
    pub(super) fn measure(&self) -> Planner {
        let policy = Policy { on_drift: OnDrift::Keep, today: Some(self.surroundings.today), ..Policy::default() };
        self.planner(Base::Unknown, policy, Recording::Off)
    }

    fn compared_secrets(&self) -> BTreeSet<String> {
        let sealed = self.workspace.desired.iter().flat_map(|desired| desired.document.sealed().values());
        let is_there = |reference: &&_| self.surroundings.secrets.comparable(reference).is_some();
        sealed.filter(is_there).map(ToString::to_string).collect()
    }

    /// Records offers whose files were just written from the portal (`lives`) as applied: what they declare and the portal has is the
    /// same, wherever the two are equal. It is kept with [`Memory::keep`].
    pub fn record_as_applied(&self, lives: BTreeMap<OfferAddress, Document>) -> Result<(), Error> {
        let planner = self.planner(Base::Unknown, self.looking(), Recording::On);
        for (address, document) in lives {
            let Some(desired) = planner.desired().iter().find(|desired| desired.address == address) else { continue };
            let live = LiveDocument { document, revision: None };
            let plan = planner.plan(desired, Some(live))?;
            if let Some(applied) = plan.verified_record() {
                planner.memory.applied(&address, applied.clone());
            }
        }
        Ok(())
    }
}

/// A yes to something that is not in the plan is a mistake: perhaps it was meant for something else that is.
pub(super) fn all_are_meant(plan: &Plan, allowances: &[Allowance]) -> Result<(), Error> {
    let idle: Vec<String> = planning::unmatched(plan, allowances).iter().map(ToString::to_string).collect();
    if idle.is_empty() { Ok(()) } else { Err(Error::IdleAllowances(idle.join(", "))) }
}

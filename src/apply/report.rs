//! The report of a run: the audit trail.

use jiff::Timestamp;

use super::error_message::{ErrorMessage, Verdict};
use super::release::ReleaseReport;
use crate::backend::RequestRecord;
use crate::diff::Cause;
use crate::offer::{IdentityPath, OfferAddress};
use crate::plan::{Action, Guard, OfferPlan, PlannedChange};

/// How the run ended for an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There was nothing to do.
    Unchanged,
    /// Somebody brought the portal to what is declared before this run could.
    AlreadyDone,
    /// The offer was created.
    Created,
    /// Its draft was replaced.
    Updated,
    /// It was written, and the service did not take all of it.
    Incomplete,
    /// The portal has moved away from what the plan showed; nothing was written.
    Conflict {
        /// What moved, in words.
        reason: String,
    },
    /// The offer was not written.
    Failed(ErrorMessage),
    /// Whether it was written is not known.
    Unknown(ErrorMessage),
    /// The run was interrupted before anything was written.
    NotStarted,
}

impl Outcome {
    /// How this outcome counts for the exit code.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Unchanged | Self::AlreadyDone | Self::Created | Self::Updated => Verdict::Good,
            Self::Conflict { .. } => Verdict::Refused,
            Self::Incomplete | Self::Failed(_) | Self::Unknown(_) | Self::NotStarted => Verdict::Bad,
        }
    }

    /// Whether the offer was written, or may have been.
    #[must_use]
    pub fn wrote(&self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Incomplete | Self::Unknown(_))
    }

    /// The outcome in a word or two, which scripts read too.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::AlreadyDone => "already_done",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Incomplete => "incomplete",
            Self::Conflict { .. } => "conflict",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::NotStarted => "not_started",
        }
    }
}

/// What the read-back after a write showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkKind {
    /// The service made something else of the value; that is remembered from now on.
    Rewritten,
    /// The service left the value as it was before.
    NotApplied,
    /// A value that nobody declared is gone.
    Lost,
    /// The read-back did not come about, or shows somebody else's revision.
    NotVerified,
    /// The answer was lost, and reading settled that the write was done.
    Settled,
}

impl RemarkKind {
    /// The remark's stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rewritten => "rewritten",
            Self::NotApplied => "not_applied",
            Self::Lost => "lost",
            Self::NotVerified => "not_verified",
            Self::Settled => "settled",
        }
    }
}

/// Something the service did differently, or that could not be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The kind of the remark.
    pub kind: RemarkKind,
    /// The path of the value that the remark is about; the root if it is about the whole offer.
    pub path: IdentityPath,
    /// One sentence.
    pub text: String,
}

/// What happened to one offer.
#[derive(Debug, Clone)]
pub struct OfferReport {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The file that declares it.
    pub file: String,
    /// The action that was planned for the offer.
    pub planned: Action,
    /// The changes that were made.
    pub changes: Vec<PlannedChange>,
    /// The planned changes that were not made, or are not known to be.
    pub not_made: Vec<PlannedChange>,
    /// The values that differ and were left as they are: edits in the portal, what was applied from elsewhere, what the file ignores.
    pub left: Vec<PlannedChange>,
    /// The values that could not be compared.
    pub not_compared: Vec<PlannedChange>,
    /// The guards that were allowed, with where the yes came from.
    pub allowed: Vec<Guard>,
    /// How the run ended for the offer.
    pub outcome: Outcome,
    /// The remarks about values that the service did not keep as they were sent.
    pub remarks: Vec<Remark>,
    /// The revision before the write.
    pub revision_before: Option<String>,
    /// The revision the write gave.
    pub revision_after: Option<String>,
    /// The report of the release of the offer.
    pub release: ReleaseReport,
    /// Every request about this offer.
    pub requests: Vec<RequestRecord>,
}

impl OfferReport {
    /// Reports a planned offer that ended with `outcome`: what of the plan came about, and what did not.
    #[must_use]
    pub fn of(offer: &OfferPlan, outcome: Outcome, remarks: Vec<Remark>, release: ReleaseReport) -> Self {
        let made = matches!(outcome, Outcome::Created | Outcome::Updated | Outcome::Incomplete);
        let is_refused =
            |path: &IdentityPath| remarks.iter().any(|it| it.kind == RemarkKind::NotApplied && it.path == *path);
        let (mut changes, mut not_made) = (Vec::new(), Vec::new());
        let (mut left, mut not_compared) = (Vec::new(), Vec::new());
        for planned in offer.changes() {
            let change = &planned.change;
            let list = match (&change.left, &change.cause) {
                (Some(_), _) => &mut left,
                (None, Cause::Undetermined(_)) => &mut not_compared,
                (None, Cause::Unmanaged) => continue,
                (None, _) if made && !is_refused(&change.identity) => &mut changes,
                (None, _) if outcome == Outcome::AlreadyDone => continue,
                (None, _) => &mut not_made,
            };
            list.push(planned.clone());
        }
        Self {
            address: offer.address().clone(),
            file: offer.desired().file.clone(),
            planned: offer.action(),
            changes,
            not_made,
            left,
            not_compared,
            allowed: offer.guards().iter().filter(|guard| guard.allowed).cloned().collect(),
            outcome,
            remarks,
            revision_before: offer.revision().map(|revision| revision.as_str().to_owned()),
            revision_after: None,
            release,
            requests: Vec::new(),
        }
    }

    /// How good it is: the write and the release together.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = [self.outcome.verdict(), self.release.verdict()];
        let any = |wanted: Verdict| verdicts.contains(&wanted);
        if any(Verdict::Bad) || any(Verdict::Refused) && self.wrote() {
            Verdict::Bad
        } else if any(Verdict::Refused) {
            Verdict::Refused
        } else {
            Verdict::Good
        }
    }

    /// Whether there is anything to tell of it.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.outcome != Outcome::Unchanged || !self.release.steps.is_empty()
    }

    /// Whether anything was changed at the service, or may have been.
    #[must_use]
    pub fn wrote(&self) -> bool {
        self.outcome.wrote() || self.release.asked()
    }
}

/// What happened in a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// The time at which the run started.
    pub started: Timestamp,
    /// The time at which the run ended.
    pub finished: Timestamp,
    /// The service it spoke to.
    pub endpoint: String,
    /// Who it was signed in as.
    pub identity: String,
    /// The commit that was checked out, where that is known.
    pub commit: Option<String>,
    /// Whether the files were not as committed.
    pub dirty: bool,
    /// The digest of the plan it ran.
    pub digest: String,
    /// Whether a person interrupted the run.
    pub interrupted: bool,
    /// The offers, sorted by address.
    pub offers: Vec<OfferReport>,
}

impl Report {
    /// Good only if every offer is; refused only if nothing was written and nothing went wrong otherwise.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = || self.offers.iter().map(OfferReport::verdict);
        let wrote = self.offers.iter().any(OfferReport::wrote);
        if self.interrupted || verdicts().any(|verdict| verdict == Verdict::Bad) {
            Verdict::Bad
        } else if verdicts().any(|verdict| verdict == Verdict::Refused) {
            if wrote { Verdict::Bad } else { Verdict::Refused }
        } else {
            Verdict::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: Vec<Outcome>, interrupted: bool) -> Report {
        let offer = |outcome| OfferReport {
            address: OfferAddress::new("p", "o"),
            file: String::new(),
            planned: Action::Update,
            changes: Vec::new(),
            not_made: Vec::new(),
            left: Vec::new(),
            not_compared: Vec::new(),
            allowed: Vec::new(),
            outcome,
            remarks: Vec::new(),
            revision_before: None,
            revision_after: None,
            release: ReleaseReport::default(),
            requests: Vec::new(),
        };
        Report {
            started: Timestamp::UNIX_EPOCH,
            finished: Timestamp::UNIX_EPOCH,
            endpoint: String::new(),
            identity: String::new(),
            commit: None,
            dirty: false,
            digest: String::new(),
            interrupted,
            offers: outcomes.into_iter().map(offer).collect(),
        }
    }

    #[test]
    fn refused_is_said_only_if_nothing_was_written() {
        let conflict = || Outcome::Conflict { reason: String::new() };
        let failed = || Outcome::Failed(ErrorMessage { message: String::new(), hint: None, correlation_id: None });
        for (outcomes, interrupted, expected) in [
            (vec![Outcome::Unchanged, Outcome::Created], false, Verdict::Good),
            (vec![conflict(), Outcome::Unchanged], false, Verdict::Refused),
            (vec![conflict(), Outcome::Updated], false, Verdict::Bad),
            (vec![conflict(), failed()], false, Verdict::Bad),
            (vec![Outcome::Incomplete], false, Verdict::Bad),
            (vec![Outcome::Updated], true, Verdict::Bad),
            (vec![], false, Verdict::Good),
        ] {
            assert_eq!(report(outcomes.clone(), interrupted).verdict(), expected, "{outcomes:?}");
        }
    }
}

//! A saved plan: what `plan --out` writes and `apply FILE` reads.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;

use super::CliError;
use super::arguments::{Comparing, DriftChoice, Fetching, ReleaseFlags, ReleaseInFile};
use crate::file;
use crate::plan::{Allowance, OnDrift, Plan};
use crate::render::json::v1;
use crate::workspace::Selection;

/// A plan with what is needed to make it again.
#[derive(Debug)]
pub(super) struct Saved<'a> {
    pub(super) plan: &'a Plan,
    pub(super) endpoint: &'a str,
    pub(super) chosen: &'a Selection,
    pub(super) compared: &'a BTreeSet<String>,
    pub(super) allow: &'a [Allowance],
    pub(super) comparing: &'a Comparing,
    pub(super) drift: OnDrift,
    pub(super) release: ReleaseFlags,
}

impl Saved<'_> {
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let context = v1::PlanContext {
            endpoint: self.endpoint,
            paths: &self.chosen.paths,
            offers: &self.chosen.offers,
            publisher: self.chosen.publisher.as_deref(),
            compared_secrets: self.compared,
            allow: self.allow.iter().map(ToString::to_string).collect(),
            drift: self.drift.word(),
            overwrite_conflicts: self.comparing.overwrite_conflicts,
            rotate_secrets: self.comparing.rotate_secrets,
            no_fetch: self.comparing.fetching.no_fetch,
            release: serde_json::to_value(ReleaseInFile::from(self.release))?,
        };
        v1::plan(self.plan, &context, out)
    }
}

/// A plan file as it was read. Only what is needed to plan again: the plan itself is made anew and must come to the same digest.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PlanFile {
    pub(super) format_version: String,
    pub(super) digest: String,
    pub(super) endpoint: String,
    base: Option<String>,
    drift: DriftChoice,
    #[serde(default)]
    overwrite_conflicts: bool,
    #[serde(default)]
    rotate_secrets: bool,
    #[serde(default)]
    no_fetch: bool,
    #[serde(default)]
    release: ReleaseInFile,
    selection: SelectionInFile,
    pub(super) compared_secrets: BTreeSet<String>,
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    pub(super) offers: Vec<OfferInFile>,
}

#[derive(Debug, Clone, Deserialize)]
struct SelectionInFile {
    paths: Vec<String>,
    offers: Vec<String>,
    publisher: Option<String>,
}

/// An offer in a plan file, for telling what differs.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OfferInFile {
    pub(super) address: String,
    pub(super) action: String,
    #[serde(default)]
    pub(super) changes: Vec<ChangeInFile>,
    #[serde(default)]
    pub(super) guards: Vec<GuardInFile>,
    #[serde(default)]
    release: OfferReleaseInFile,
}

/// The release of an offer in a plan file, for telling what differs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct OfferReleaseInFile {
    to: String,
    steps: Vec<StepInFile>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct StepInFile {
    name: String,
    #[serde(default)]
    begins: String,
}

impl OfferReleaseInFile {
    fn words(&self) -> String {
        let cancels = |step: &StepInFile| if step.begins == "after_cancelling" { "cancel, " } else { "" };
        let steps: Vec<String> = self.steps.iter().map(|step| format!("{}{}", cancels(step), step.name)).collect();
        if steps.is_empty() { "nothing".to_owned() } else { steps.join(", ") }
    }
}

/// A guard in a plan file, for telling what differs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct GuardInFile {
    code: String,
    target: String,
}

/// A change in a plan file, for telling what differs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct ChangeInFile {
    pub(super) path: String,
    pub(super) op: String,
    pub(super) before: Option<serde_json::Value>,
    pub(super) after: Option<serde_json::Value>,
    /// Whether it is made; what is left as it is in the portal is no part of what was reviewed.
    #[serde(default = "yes")]
    applied: bool,
}

fn yes() -> bool {
    true
}

/// How much of a value is shown when two plans differ in it, in characters.
const VALUE: usize = 80;

impl ChangeInFile {
    /// What happens to the value, with both sides.
    fn words(&self) -> String {
        let value = |value: &Option<serde_json::Value>| {
            let text = value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
            match text.char_indices().nth(VALUE) {
                Some((end, _)) => format!("{} …", &text[..end]),
                None => text,
            }
        };
        match self.op.as_str() {
            "add" => format!("added {}", value(&self.after)),
            "remove" => format!("removed {}", value(&self.before)),
            _ => format!("{} -> {}", value(&self.before), value(&self.after)),
        }
    }
}

const INCOMPARABLE: &str = "the plan made now cannot be compared";

/// How many bytes a plan file has at most: a plan for some thousand offers has a tenth of it.
const LARGEST: usize = 256 * 1024 * 1024;

impl PlanFile {
    /// Reads `path` if it is a plan file: JSON with `format_version` and `digest`. `None` if it is something else.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, CliError> {
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = file::read(path, LARGEST).map_err(|error| CliError::from(&error))?;
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(None) };
        if value.get("format_version").is_none() || value.get("digest").is_none() {
            return Ok(None);
        }
        let plan: Self = serde_json::from_value(value).map_err(|error| {
            CliError::failed(format!("`{}` is not a valid plan file: {error}", path.display()))
                .hint("make the plan again: an edited plan file cannot be applied")
        })?;
        if plan.format_version.split('.').next() != v1::FORMAT_VERSION.split('.').next() {
            let message = format!(
                "`{}` has format version {}, but this version of offerform reads version {}",
                path.display(),
                plan.format_version,
                v1::FORMAT_VERSION
            );
            return Err(CliError::failed(message).hint("make the plan again with this version of offerform"));
        }
        Ok(Some(plan))
    }

    /// The guards that were allowed when it was reviewed.
    pub(super) fn allowances(&self) -> Result<Vec<Allowance>, CliError> {
        self.allow.iter().map(|text| text.parse().map_err(|error| CliError::from(&error))).collect()
    }

    /// What was compared with what.
    pub(super) fn comparing(&self) -> Comparing {
        Comparing {
            base: self.base.clone(),
            drift: Some(self.drift),
            overwrite_conflicts: self.overwrite_conflicts,
            rotate_secrets: self.rotate_secrets,
            fetching: Fetching { no_fetch: self.no_fetch },
        }
    }

    /// How far offers were to be released.
    pub(super) fn release(&self) -> ReleaseFlags {
        self.release.into()
    }

    /// Which offers it is about.
    pub(super) fn chosen(&self) -> Selection {
        let SelectionInFile { paths, offers, publisher } = &self.selection;
        Selection { paths: paths.clone(), offers: offers.clone(), publisher: publisher.clone() }
    }

    /// What differs between the reviewed plan and one made now, line by line.
    pub(super) fn differences(&self, now: &Plan, saved: &Saved<'_>) -> Vec<String> {
        let Some(reread) = Self::reread(saved) else { return vec![INCOMPARABLE.to_owned()] };
        let mut lines = compared(&self.offers, &reread.offers);
        if lines.is_empty() {
            let reason = if now.digest().as_str() == self.digest {
                "nothing"
            } else {
                "the declared values, or the plan file itself"
            };
            lines.push(format!("changed since the review: {reason}"));
        }
        lines
    }

    /// What the file shows otherwise than a plan of the same digest: whoever read it did not see what would be done. What a value was
    /// before, and what is left as it is, may have moved since.
    pub(super) fn misshown(mut self, saved: &Saved<'_>) -> Vec<String> {
        let Some(mut reread) = Self::reread(saved) else { return vec![INCOMPARABLE.to_owned()] };
        for offer in self.offers.iter_mut().chain(&mut reread.offers) {
            offer.changes.retain(|change| change.applied);
            offer.changes.iter_mut().for_each(|change| change.before = None);
        }
        compared(&self.offers, &reread.offers)
    }

    fn reread(saved: &Saved<'_>) -> Option<Self> {
        let mut bytes = Vec::new();
        saved.write(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// What two plans show otherwise, line by line.
fn compared(reviewed: &[OfferInFile], now: &[OfferInFile]) -> Vec<String> {
    let mut lines = Vec::new();
    for offer in reviewed {
        match now.iter().find(|other| other.address == offer.address) {
            None => lines.push(format!("{}: no longer declared", offer.address)),
            Some(other) => differing(offer, other, &mut lines),
        }
    }
    for other in now.iter().filter(|other| reviewed.iter().all(|offer| offer.address != other.address)) {
        lines.push(format!("{}: was not in the reviewed plan", other.address));
    }
    lines
}

fn differing(reviewed: &OfferInFile, now: &OfferInFile, lines: &mut Vec<String>) {
    if reviewed.action != now.action {
        lines.push(format!("{}: action reviewed as {}, now {}", reviewed.address, reviewed.action, now.action));
    }
    if reviewed.release.words() != now.release.words() {
        lines.push(format!(
            "{}: release reviewed as {}, now {}",
            reviewed.address,
            reviewed.release.words(),
            now.release.words()
        ));
    }
    for change in &reviewed.changes {
        match now.changes.iter().find(|other| other.path == change.path) {
            Some(other) if other != change => lines.push(format!(
                "{}: {}: reviewed as {}, now {}",
                reviewed.address,
                change.path,
                change.words(),
                other.words()
            )),
            Some(_) => {}
            None => lines.push(format!(
                "{}: {}: reviewed as {}, now unchanged",
                reviewed.address,
                change.path,
                change.words()
            )),
        }
    }
    let is_new = |change: &&ChangeInFile| reviewed.changes.iter().all(|other| other.path != change.path);
    for change in now.changes.iter().filter(is_new) {
        lines.push(format!("{}: {}: not in the reviewed plan, now {}", reviewed.address, change.path, change.words()));
    }
    for guard in reviewed.guards.iter().filter(|guard| !now.guards.contains(guard)) {
        lines.push(format!("{}: guard {}:{} no longer applies", reviewed.address, guard.code, guard.target));
    }
    for guard in now.guards.iter().filter(|guard| !reviewed.guards.contains(guard)) {
        lines.push(format!("{}: guard {}:{} was not in the reviewed plan", reviewed.address, guard.code, guard.target));
    }
}

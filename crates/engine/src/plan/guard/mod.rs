//! Reasons why a plan needs somebody's yes.
//!
//! Guards belong to the plan: they are found from documents, shown with everything else, and refused by apply until they
//! are allowed by code *and* target. The kinds are in [`catalogue`](KINDS), what they are decided from in `evidence`, and
//! the decisions in one file for each theme.

mod catalogue;
mod evidence;
mod identity;
mod image;
mod ingestion;
mod kind;
mod listing;
mod meter;
mod package;
mod price;
mod price_block;
mod removal;
#[cfg(test)]
mod tests;
mod visibility;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

pub use catalogue::KINDS;
pub(super) use catalogue::TOO_MANY_CHANGES;
use catalogue::{LAST_IMAGE_REMOVAL, PRODUCTION_UNREADABLE};
use evidence::{Evidence, Findings, Published, Step, Vocabulary};
use ingestion::Translation;
pub use kind::{GuardKind, Publication, Scope, SourceAgreement};
pub use price::{Price, PriceChange, prices_of};

use super::{Action, Note, OfferPlan, Origin, release};
use crate::backend::Production;
use crate::diagnostic::Diagnostic;
use crate::offer::fields::FieldTable;
use crate::offer::layout::Layout;
use crate::offer::{Document, OfferAddress, OfferTypeId, Pointer};
use crate::secret::SecretText;
use crate::source::Span;

/// How serious a guard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The service refuses it, or it cannot be expressed. Nobody can allow it, unless the sources disagree.
    Block,
    /// Accepted once, it cannot be undone.
    OneWay,
    /// It touches people who already bought.
    Customer,
    /// It costs a round of certification, or a wait. It only warns.
    Time,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "BLOCK",
            Self::OneWay => "ONE-WAY",
            Self::Customer => "CUSTOMER",
            Self::Time => "TIME",
        })
    }
}

/// How somebody gets past a guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The guard only warns.
    NotNeeded,
    /// The guard can be allowed by code and target.
    Allow,
    /// The guard cannot be allowed.
    None,
}

/// A guard of one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The stable name of its kind.
    pub code: &'static str,
    /// How serious it is.
    pub level: Level,
    /// What it is about: `publisher/offer`, and a SKU, a version, a field or a market behind it.
    pub target: String,
    /// What exactly happens here, with names and counts; empty if the target says it all. Holds text of the service.
    pub detail: String,
    /// Why it needs a yes.
    pub reason: &'static str,
    /// Where that is said, publicly.
    pub source: &'static str,
    /// How somebody gets past it.
    pub remedy: Remedy,
    /// Whether it was allowed.
    pub allowed: bool,
    /// Where and why, if an offer file allows it.
    pub consent: Option<Consent>,
}

/// A yes to one guard that stands in an offer file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// What it is a yes to.
    pub allowance: Allowance,
    /// Why, in the words of whoever wrote it.
    pub reason: String,
    /// Where it is written.
    pub origin: Origin,
    /// The span of the entry in its file.
    pub span: Span,
}

impl Consent {
    /// What is said about an entry that allows nothing.
    fn idle(&self) -> String {
        format!("`{}` is allowed here, and no guard of this plan has this name", self.allowance)
    }

    /// The finding about an entry that allows nothing: perhaps it was meant for something else.
    pub(super) fn finding(&self) -> Diagnostic {
        Diagnostic::warning(ALLOW_UNUSED, self.idle())
            .at(self.span, "")
            .help("take the entry away if it was applied; otherwise write code and target as the plan names them")
    }

    /// The note of the plan about an entry that allows nothing.
    pub(super) fn note(&self) -> Note {
        let Origin { file, line } = &self.origin;
        Note { code: ALLOW_UNUSED, text: format!("{file}:{line}: {}", self.idle()) }
    }
}

impl Guard {
    pub(super) fn new(kind: &GuardKind, target: String, detail: String) -> Self {
        let GuardKind { code, level, reason, source, .. } = *kind;
        Self { code, level, target, detail, reason, source, remedy: kind.remedy(), allowed: false, consent: None }
    }

    /// Whether apply refuses because of it.
    #[must_use]
    pub fn refuses(&self) -> bool {
        !self.allowed && self.remedy != Remedy::NotNeeded
    }

    /// Whether it is about taking away an image, by the target of the image and that of its SKU: if no image of the SKU would be left, one
    /// guard of the SKU stands for all of them.
    #[must_use]
    pub fn is_about_image(&self, image: &str, sku: &str) -> bool {
        self.target == image || self.target == sku && self.code == LAST_IMAGE_REMOVAL.code
    }

    /// `code:target`, as it is given to `--allow`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.code, self.target)
    }
}

/// Somebody's yes to one guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    code: String,
    target: String,
}

impl Allowance {
    /// A yes to the guard `code` of `target`, whether or not there is such a guard.
    pub(super) fn new(code: impl Into<String>, target: impl Into<String>) -> Self {
        Self { code: code.into(), target: target.into() }
    }

    /// Whether it is a yes to `guard`.
    #[must_use]
    pub fn names(&self, guard: &Guard) -> bool {
        self.code == guard.code && self.target == guard.target
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.code, self.target)
    }
}

/// The text is not of the form `CODE:TARGET`, or there is no such code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAllowanceError {
    /// There is no colon, or nothing on one side of it.
    #[error("`{0}` is not of the form `CODE:TARGET`, such as `sku-removal:contoso/firewall/standard`")]
    Form(String),
    /// No guard has this code.
    #[error("there is no guard `{0}`")]
    Code(String),
}

impl FromStr for Allowance {
    type Err = ParseAllowanceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((code, target)) if !code.is_empty() && !target.is_empty() => {
                if GuardKind::of(code).is_some() {
                    Ok(Self { code: code.to_owned(), target: target.to_owned() })
                } else {
                    Err(ParseAllowanceError::Code(code.to_owned()))
                }
            }
            _ => Err(ParseAllowanceError::Form(text.to_owned())),
        }
    }
}

/// What was found out about a plan.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// The guards, the most serious first.
    pub(super) guards: Vec<Guard>,
    /// Guards that are none because nothing was published yet, and what else is good to know.
    pub(super) notes: Vec<Note>,
    /// The prices that change, by SKU.
    pub(super) prices: Vec<PriceChange>,
    /// Whether what customers have may make a difference.
    pub(super) hinges_on_production: bool,
}

/// Judges a plan that updates an offer; any other has nothing to be guarded.
pub(super) fn judge(plan: &OfferPlan) -> Judgement {
    let (Action::Update, Some(live), Some(put)) = (plan.action, &plan.live, &plan.put) else {
        return Judgement::default();
    };
    let after = revealed(put.proposal.document.content(), &plan.disks);
    let (address, declared) = (plan.address().to_string(), Some(&plan.desired.document));
    let translation = Translation::of(address.clone(), declared, [live.content(), &after], &plan.production);
    let step = translation.as_ref().map_or_else(
        || Step {
            address,
            vocabulary: Vocabulary::Portal,
            offer_type: plan.offer_type(),
            type_name: plan.offer_type().as_str(),
            declared,
            live: live.content(),
            after: &after,
            changes: plan.changes.iter().map(|planned| &planned.change).collect(),
            production: &plan.production,
        },
        Translation::step,
    );
    let evidence = Evidence::new(step);
    let (mut findings, prices) = found(&evidence);
    if evidence.published == Published::Assumed && findings.hinge_on_production {
        let text = match plan.production {
            Production::Absent => {
                "the service shows nothing in production, and yet says that the offer was published; everything is \
                 taken to be published"
            }
            _ => "what customers have could not be read; everything is taken to be published",
        };
        if plan.production != Production::NotAsked {
            findings.notes.push(Note { code: PRODUCTION_UNKNOWN, text: text.to_owned() });
        }
    }
    let asked = !matches!(plan.production, Production::NotAsked);
    let hinges_on_production = findings.hinge_on_production && !asked;
    let Findings { guards, notes, .. } = findings;
    Judgement { guards, notes, prices, hinges_on_production }
}

/// Judges a release: `becoming`, a document of the service, takes the place of what customers have.
///
/// The guards are those of a plan that would make the one document the other, so a removal in the portal that no file declares
/// is found as well. If customers may have something and it cannot be read, that is a guard of its own.
#[must_use]
pub fn judge_release(
    address: &OfferAddress,
    offer_type: &OfferTypeId,
    production: &Production,
    becoming: &Document,
) -> Vec<Guard> {
    let becoming = becoming.opened();
    let Production::Is(before) = production else {
        let mut findings = Findings::default();
        if Published::of(becoming.content(), production) != Published::Never {
            findings.trip(&PRODUCTION_UNREADABLE, Published::Assumed, address.to_string(), String::new());
        }
        return findings.guards;
    };
    let before = before.opened();
    let documents = [before.content(), becoming.content()];
    if let Some(translation) = Translation::of(address.to_string(), None, documents, production) {
        return found(&Evidence::new(translation.step())).0.guards;
    }
    let changes = release::differences(FieldTable::of(offer_type), &becoming, &before);
    let step = Step {
        address: address.to_string(),
        vocabulary: Vocabulary::Portal,
        offer_type,
        type_name: offer_type.as_str(),
        declared: None,
        live: before.content(),
        after: becoming.content(),
        changes: changes.iter().map(|planned| &planned.change).collect(),
        production,
    };
    found(&Evidence::new(step)).0.guards
}

/// All that is found, the most serious first.
fn found(evidence: &Evidence<'_>) -> (Findings, Vec<PriceChange>) {
    let mut findings = Findings::default();
    identity::find(evidence, &mut findings);
    removal::find(evidence, &mut findings);
    let prices = price::find(evidence, &mut findings);
    visibility::find(evidence, &mut findings);
    for layout in Layout::all(evidence.step.offer_type) {
        listing::find(&evidence.listed(layout), &mut findings);
    }
    image::find(evidence, &mut findings);
    package::find(evidence, &mut findings);
    meter::find(evidence, &mut findings);
    for guard in &mut findings.guards {
        guard.source = GuardKind::of(guard.code).map_or(guard.source, |kind| kind.source_for(evidence.step.type_name));
    }
    findings.guards.sort_by(|one, two| (one.level, one.code, &one.target).cmp(&(two.level, two.code, &two.target)));
    findings.guards.dedup();
    (findings, prices)
}

/// The document with the addresses of disks that come from secrets, as far as they are known.
pub(super) fn revealed<'a>(document: &'a Value, disks: &BTreeMap<Pointer, SecretText>) -> Cow<'a, Value> {
    if disks.is_empty() {
        return Cow::Borrowed(document);
    }
    let mut document = document.clone();
    for (at, address) in disks {
        if let Some(place) = document.pointer_mut(at.as_str()) {
            *place = Value::String(address.expose().to_owned());
        }
    }
    Cow::Owned(document)
}

/// Marks the guards that the offer's file allows, and tells which of its entries allow nothing.
pub(super) fn consent(guards: &mut [Guard], consents: &[Consent]) -> Vec<Consent> {
    let mut idle = Vec::new();
    for consent in consents {
        let mut named = guards.iter_mut().filter(|guard| consent.allowance.names(guard)).peekable();
        if named.peek().is_none() {
            idle.push(consent.clone());
        }
        for guard in named.filter(|guard| guard.remedy == Remedy::Allow) {
            guard.allowed = true;
            guard.consent = Some(consent.clone());
        }
    }
    idle
}

/// The code of what says that an entry of `allow` allows nothing.
const ALLOW_UNUSED: &str = "allow-unused";

/// The code of the note that says that publication is not known.
const PRODUCTION_UNKNOWN: &str = "production-unknown";

/// Whether a note was made by judging guards, which replaces such notes when it runs again.
pub(super) fn is_guard_note(note: &Note) -> bool {
    [PRODUCTION_UNKNOWN, ALLOW_UNUSED, image::IMAGE_NOT_COMPARED].contains(&note.code)
        || GuardKind::of(note.code).is_some()
}

//! What guards are decided from: a document as it is, as it would be, and what customers have.
//!
//! A guard is tripped by what a step changes, measured by what is *published*: a draft that already moved away from it is not
//! this step's doing, and a step that leads back to it does no harm. What cannot be read is taken for the worst.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ingestion::Availability;
use super::kind::Publication;
use super::{Guard, GuardKind};
use crate::backend::Production;
use crate::diff::{Cause, Change, Doubt};
use crate::offer::canonical::{canonical_json, text};
use crate::offer::layout::{self, Field, Layout};
use crate::offer::{Document, IdentityPath, OfferPart, OfferTypeId};
use crate::plan::Note;

/// Whether customers have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    Yes,
    Never,
    /// The draft says so, and nobody asked for what customers have.
    NeverByDraft,
    /// Not known, so it is taken to be published.
    Assumed,
}

impl Published {
    /// Whether an offer is published, from everything that says something about it.
    pub(super) fn of(draft: &Value, production: &Production) -> Self {
        match (production, Claim::of(draft)) {
            (Production::Is(_), _) => Self::Yes,
            (Production::NeverLive, _) | (Production::Absent, Claim::Never | Claim::Nothing) => Self::Never,
            (Production::NotAsked, Claim::Never) => Self::NeverByDraft,
            _ => Self::Assumed,
        }
    }

    fn is_never(self) -> bool {
        matches!(self, Self::Never | Self::NeverByDraft)
    }
}

/// What a draft says about whether it was ever published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Never,
    Nothing,
    Published,
}

/// Words of a status that tell of the last operation, not whether one before it succeeded. Source:
/// cloud-partner-portal-api-retrieve-offer-status.md.
const TELLS_NOTHING: [&str; 7] =
    ["notstarted", "running", "inprogress", "waitingforpublisherreview", "failed", "canceled", "cancelled"];

impl Claim {
    fn of(draft: &Value) -> Self {
        // The version grows with each publishing, and is 1 for an offer that was never published.
        let grown = match draft.get("version") {
            None | Some(Value::Null) => false,
            Some(version) => version.as_u64().is_none_or(|version| version > 1),
        };
        match draft.get("status") {
            _ if grown => Self::Published,
            None | Some(Value::Null) => Self::Nothing,
            Some(Value::String(word)) => match word.to_ascii_lowercase().as_str() {
                "neverpublished" => Self::Never,
                word if TELLS_NOTHING.contains(&word) => Self::Nothing,
                _ => Self::Published,
            },
            Some(_) => Self::Published,
        }
    }
}

/// In which words the service describes an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// Those of the Cloud Partner Portal.
    Portal,
    /// Those of the Product Ingestion API; its documents were brought into the form of the other one.
    Ingestion,
}

/// What is judged: a step that makes one document another.
#[derive(Debug, Clone)]
pub(super) struct Step<'a> {
    pub(super) address: String,
    pub(super) vocabulary: Vocabulary,
    /// The type that the offer is to have, whose layout the documents have.
    pub(super) offer_type: &'a OfferTypeId,
    /// The type of the offer in the words of the service.
    pub(super) type_name: &'a str,
    /// What is declared; `None` for a release, which sends no document.
    pub(super) declared: Option<&'a Document>,
    /// The document before the step.
    pub(super) live: &'a Value,
    /// The document after it.
    pub(super) after: &'a Value,
    pub(super) changes: Vec<&'a Change>,
    pub(super) production: &'a Production,
}

/// The documents, and the SKUs in them side by side.
#[derive(Debug, Clone)]
pub(super) struct Evidence<'a> {
    pub(super) step: Step<'a>,
    pub(super) layout: Layout,
    /// Whether the offer as a whole is published.
    pub(super) published: Published,
    production: Option<&'a Value>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(step: Step<'a>) -> Self {
        let published = Published::of(step.live, step.production);
        let production = match step.production {
            Production::Is(document) => Some(document.content()),
            _ => None,
        };
        Self { layout: Layout::of(step.offer_type), step, published, production }
    }

    /// This evidence with the listing in the namespace of `layout`.
    pub(super) fn listed(&self, layout: Layout) -> Self {
        Self { layout, ..self.clone() }
    }

    pub(super) fn address(&self) -> &str {
        &self.step.address
    }

    /// The members of `definition.offer`: live, published (as far as known) and proposed.
    pub(super) fn offer(&self) -> Sides<'a> {
        let live = layout::offer(self.step.live);
        Sides {
            live,
            before: self.production.map_or(live, layout::offer),
            after: layout::offer(self.step.after),
            published: self.published,
        }
    }

    /// A field of the offer as a whole.
    pub(super) fn offer_field(&self, field: Field) -> Sides<'a> {
        self.offer().member(&self.layout.key(field))
    }

    /// A field of a SKU.
    pub(super) fn field(&self, sku: &Sku<'a>, field: Field) -> Sides<'a> {
        sku.sides.member(&self.layout.key(field))
    }

    /// Whether a document of the API that sends whole resources will have no more of this key of the offer.
    pub(super) fn drops(&self, key: &str) -> bool {
        self.step.vocabulary == Vocabulary::Ingestion && self.offer().member(key).after.is_none()
    }

    /// The lists of SKUs.
    pub(super) fn lists(&self) -> Sides<'a> {
        let live = layout::skus(self.step.live);
        Sides {
            live,
            before: self.production.map_or(live, layout::skus),
            after: layout::skus(self.step.after),
            published: self.published,
        }
    }

    /// The SKUs that the offer will have and that the draft or customers have already.
    pub(super) fn skus(&self) -> Vec<Sku<'a>> {
        let skus = elements(layout::skus(self.step.after));
        skus.filter_map(|(id, after)| {
            let sides = self.sides(id, Some(after));
            sides.before.is_some().then(|| self.sku(id, sides))
        })
        .collect()
    }

    /// The SKUs that the draft sells and will sell no more, or only up to a date.
    pub(super) fn removed_skus(&self) -> Vec<Sku<'a>> {
        let skus = elements(layout::skus(self.step.live));
        let all = skus.map(|(id, _)| self.sku(id, self.sides(id, element(layout::skus(self.step.after), id))));
        all.filter(|sku| sku.sides.is_lost()).collect()
    }

    /// The SKUs that neither the draft nor, as far as is known, customers have.
    pub(super) fn new_skus(&self) -> Vec<(&'a str, &'a Value)> {
        let skus = elements(layout::skus(self.step.after));
        skus.filter(|(id, _)| self.sides(id, None).before.is_none()).collect()
    }

    fn sku(&self, id: &'a str, sides: Sides<'a>) -> Sku<'a> {
        let at = OfferPart::Sku(id.to_owned()).path();
        Sku { id, target: format!("{}/{id}", self.address()), at, sides }
    }

    fn sides(&self, id: &str, after: Option<&'a Value>) -> Sides<'a> {
        let find = |document: &'a Value| element(layout::skus(document), id);
        let live = find(self.step.live);
        let production = self.production.map_or(Found::Unread, |document| Found::Read(find(document)));
        self.measured(live, production, after)
    }

    /// Puts the sides of an element together.
    pub(super) fn measured(
        &self,
        live: Option<&'a Value>,
        production: Found<'a>,
        after: Option<&'a Value>,
    ) -> Sides<'a> {
        let (before, published) = match production {
            Found::Read(Some(published)) => (Some(published), Published::Yes),
            Found::Read(None) => (live, Published::Never),
            Found::Unread => (live, self.published),
        };
        Sides { live, before, after, published }
    }

    /// The changes that are certain.
    pub(super) fn determined(&self) -> impl Iterator<Item = &'a Change> {
        self.step.changes.iter().copied().filter(|change| change.is_determined())
    }

    /// Whether something at or below a path changes for certain.
    pub(super) fn changes_within(&self, at: &IdentityPath) -> bool {
        self.determined().any(|change| touches(change, at))
    }

    /// How far it is known that a file at or below a path changes. A write sends a declared address in place of
    /// the service's copy also if nobody could compare the two files. In a release both addresses are the service's own, and the
    /// copies of one file have many.
    pub(super) fn file_change(&self, at: &IdentityPath) -> Option<FileChange> {
        if self.changes_within(at) {
            return Some(FileChange::Certain);
        }
        let unseen = |change: &&Change| change.cause == Cause::Undetermined(Doubt::Hosted) && change.left.is_none();
        let mut sent = self.step.changes.iter().filter(|change| self.step.declared.is_some() && unseen(change));
        sent.any(|change| touches(change, at)).then_some(FileChange::NotCompared)
    }
}

fn touches(change: &Change, at: &IdentityPath) -> bool {
    change.identity.is_within(at) || at.is_within(&change.identity)
}

/// How far it is known that a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileChange {
    Certain,
    /// Its address is another one than that of the service's copy, and nobody could compare the two.
    NotCompared,
}

impl FileChange {
    /// What a guard says besides.
    pub(super) fn detail(self) -> String {
        let text = match self {
            Self::Certain => "",
            Self::NotCompared => {
                "the declared address is not that of the copy in the portal, and the two files could not be compared: make both available for download, pass --base if the address is unchanged, or declare the portal's address"
            }
        };
        text.to_owned()
    }
}

/// What was found at a place of what customers have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    /// It was not read.
    Unread,
    /// This, or nothing.
    Read(Option<&'a Value>),
}

impl<'a> Found<'a> {
    pub(super) fn map(self, part: impl FnOnce(Option<&'a Value>) -> Option<&'a Value>) -> Self {
        match self {
            Self::Unread => Self::Unread,
            Self::Read(value) => Self::Read(part(value)),
        }
    }
}

/// The same part of three documents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides<'a> {
    /// As it stands before the step.
    pub(super) live: Option<&'a Value>,
    /// As customers have it; as it stands before the step, if customers have none or it is not known.
    pub(super) before: Option<&'a Value>,
    /// As it will stand after the step.
    pub(super) after: Option<&'a Value>,
    pub(super) published: Published,
}

impl<'a> Sides<'a> {
    /// The sides of the member with exactly this key.
    pub(super) fn member(self, key: &str) -> Self {
        self.map(|value| layout::member(value, key))
    }

    /// The same part of each side.
    pub(super) fn map(self, part: impl Fn(&'a Value) -> Option<&'a Value>) -> Self {
        let part = |value: Option<&'a Value>| value.and_then(&part);
        Self { live: part(self.live), before: part(self.before), after: part(self.after), published: self.published }
    }

    /// Whether this step changes it, to something that customers do not have.
    pub(super) fn changes(self) -> bool {
        !same(self.live, self.after) && !same(self.before, self.after)
    }

    /// Whether this step takes away what the draft and customers have, or sets a date for that.
    pub(super) fn is_lost(self) -> bool {
        let [live, before, after] = [self.live, self.before, self.after].map(Availability::marked);
        Availability::is_lost(live, before, after)
    }

    /// What customers have, the draft has, and the step takes away, of three sets. `of` gets what there is, `left` what there
    /// will be: what cannot be read counts as there before and as gone after.
    pub(super) fn lost<T: Ord + Clone>(
        self,
        of: impl Fn(Option<&'a Value>) -> BTreeSet<T>,
        left: impl Fn(Option<&'a Value>) -> BTreeSet<T>,
    ) -> Loss<T> {
        let (live, before, after) = (of(self.live), of(self.before), left(self.after));
        // What cannot be read and stays as it is takes nothing away.
        if live == of(self.after) && left(self.live) == after {
            return Loss { gone: Vec::new(), of: before.len() };
        }
        let gone = before.iter().filter(|one| !after.contains(*one) && (self.live.is_none() || live.contains(*one)));
        Loss { gone: gone.cloned().collect(), of: before.len() }
    }
}

/// What goes away from a set.
#[derive(Debug)]
pub(super) struct Loss<T> {
    pub(super) gone: Vec<T>,
    of: usize,
}

impl<T> Loss<T> {
    /// `2 of 13 markets lost: NO, SE`
    pub(super) fn words(&self, name: impl Fn(&T) -> &str, (one, many): (&str, &str)) -> String {
        let word = if self.of == 1 { one } else { many };
        let names: Vec<&str> = self.gone.iter().map(name).collect();
        format!("{} of {} {word} lost: {}", self.gone.len(), self.of, names.join(", "))
    }
}

/// A SKU on all sides.
#[derive(Debug)]
pub(super) struct Sku<'a> {
    pub(super) id: &'a str,
    pub(super) target: String,
    /// The path of the SKU.
    pub(super) at: IdentityPath,
    pub(super) sides: Sides<'a>,
}

/// Guards and notes as they are found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) guards: Vec<Guard>,
    pub(super) notes: Vec<Note>,
    /// Whether what customers have may make a difference to the guards.
    pub(super) hinge_on_production: bool,
}

impl Findings {
    /// Finds a guard: a note, if it is about published content and nothing is published.
    pub(super) fn trip(&mut self, kind: &GuardKind, published: Published, target: impl Into<String>, detail: String) {
        let target = target.into();
        let matters = kind.publication == Publication::Matters;
        self.hinge_on_production |= matters && matches!(published, Published::Assumed | Published::NeverByDraft);
        if matters && published.is_never() {
            let text = format!("{target}: {}; it was never published, so the change is allowed", kind.reason);
            self.notes.push(Note { code: kind.code, text });
            return;
        }
        self.guards.push(Guard::new(kind, target, detail));
    }
}

/// The elements of a list that have a `planId`. Of several with the same the first counts.
pub(super) fn elements(list: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let identified = list.iter().filter_map(|element| Some((element.get(layout::PLAN_ID)?.as_str()?, element)));
    identified.filter(move |(id, _)| seen.insert(*id))
}

/// The element of a list with this `planId`.
pub(super) fn element<'a>(list: Option<&'a Value>, id: &str) -> Option<&'a Value> {
    elements(list).find(|(other, _)| *other == id).map(|(_, element)| element)
}

/// Whether the elements of a list can be distinguished by `planId`. A missing list counts as one that can.
pub(super) fn is_identified(list: Option<&Value>) -> bool {
    match list {
        None => true,
        Some(Value::Array(all)) => elements(list).count() == all.len(),
        Some(_) => false,
    }
}

/// The elements of a list, each by its text; none if it is not a list.
pub(super) fn texts(list: Option<&Value>) -> BTreeSet<String> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|element| text(element).into_owned()).collect()
}

/// The elements of a list, each by its text. A value that is not a list counts as its only element.
pub(super) fn texts_or_text(list: Option<&Value>) -> BTreeSet<String> {
    match list {
        None | Some(Value::Array(_)) => texts(list),
        Some(other) => BTreeSet::from([text(other).into_owned()]),
    }
}

/// The members of an object that are not `null`; none if it is something else.
pub(super) fn members(object: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    object.and_then(Value::as_object).into_iter().flat_map(Map::iter).filter(|(_, value)| !value.is_null())
}

/// Whether a flag is set. Absent means that it is not; what is neither `true` nor `false` cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Clear,
    Set,
    Unreadable,
}

impl Flag {
    pub(super) fn of(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null | Value::Bool(false)) => Self::Clear,
            Some(Value::Bool(true)) => Self::Set,
            Some(_) => Self::Unreadable,
        }
    }
}

pub(super) fn same(one: Option<&Value>, two: Option<&Value>) -> bool {
    // Most are the same to the letter.
    one == two || one.map(canonical_json) == two.map(canonical_json)
}

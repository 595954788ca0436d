//! What guards are decided from: the draft as it is, as it would be, and what customers have.
//!
//! A guard is tripped by what *this plan* changes in the draft, measured by what is *published*: a draft that already
//! moved away from it is not this plan's doing, and a plan that leads back to it does no harm.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::catalogue::Publication;
use super::{Guard, Kind};
use crate::desired::Desired;
use crate::diff::Change;
use crate::offer::canonical::canonical_json;
use crate::offer::{Document, Pointer};
use crate::plan::{Note, PlannedChange};

/// What customers have of an offer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Production {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// Nothing: it was never published.
    Absent,
    /// This.
    Is(Arc<Document>),
    /// It was asked for and could not be read: everything is taken to be published.
    Unknown,
}

/// Whether customers have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    Yes,
    Never,
    /// Not known, so it is taken to be published.
    Assumed,
}

/// The documents, and the SKUs in them side by side.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Document,
    pub(super) after: &'a Value,
    pub(super) changes: &'a [PlannedChange],
    pub(super) address: String,
    /// Whether the offer as a whole is published.
    pub(super) published: Published,
    production: Option<&'a Value>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(
        desired: &'a Desired,
        live: &'a Document,
        after: &'a Value,
        changes: &'a [PlannedChange],
        production: &'a Production,
    ) -> Self {
        let status = live.content().get("status").and_then(Value::as_str).unwrap_or_default();
        let published = match production {
            Production::Is(_) => Published::Yes,
            Production::Absent => Published::Never,
            _ if status.eq_ignore_ascii_case("neverPublished") => Published::Never,
            Production::NotAsked | Production::Unknown => Published::Assumed,
        };
        let production = match production {
            Production::Is(document) => Some(document.content()),
            _ => None,
        };
        Self { desired, live, after, changes, address: desired.address.to_string(), published, production }
    }

    /// The members of `definition.offer`: live, published (as far as known) and proposed.
    pub(super) fn offer(&self) -> Sides<'a> {
        let part = |document: &'a Value| document.pointer("/definition/offer");
        let live = part(self.live.content());
        Sides { live, before: self.production.map_or(live, part), after: part(self.after), published: self.published }
    }

    /// The SKUs that the offer will have and that the draft or customers have already.
    pub(super) fn skus(&self) -> Vec<Sku<'a>> {
        let skus = elements(self.after.pointer("/definition/plans"));
        skus.filter_map(|(id, after)| {
            let sides = self.sides(id, Some(after));
            sides.before.is_some().then(|| self.sku(id, sides))
        })
        .collect()
    }

    /// The SKUs that the draft has and will have no more.
    pub(super) fn removed_skus(&self) -> Vec<Sku<'a>> {
        let left: BTreeSet<&str> = elements(self.after.pointer("/definition/plans")).map(|(id, _)| id).collect();
        let skus = elements(self.live.content().pointer("/definition/plans"));
        skus.filter(|(id, _)| !left.contains(id)).map(|(id, _)| self.sku(id, self.sides(id, None))).collect()
    }

    /// The SKUs that neither the draft nor, as far as is known, customers have.
    pub(super) fn new_skus(&self) -> Vec<(&'a str, &'a Value)> {
        let skus = elements(self.after.pointer("/definition/plans"));
        skus.filter(|(id, _)| self.sides(id, None).before.is_none()).collect()
    }

    fn sku(&self, id: &'a str, sides: Sides<'a>) -> Sku<'a> {
        let at = Pointer::root().key("definition").key("plans").key(id);
        Sku { id, target: format!("{}/{id}", self.address), at, sides }
    }

    fn sides(&self, id: &str, after: Option<&'a Value>) -> Sides<'a> {
        let find = |document: &'a Value| element(document.pointer("/definition/plans"), id);
        let live = find(self.live.content());
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
        self.changes.iter().map(|planned| &planned.change).filter(|change| change.is_determined())
    }

    /// Whether something at or below a path through identities changes for certain.
    pub(super) fn changes_within(&self, at: &Pointer) -> bool {
        self.determined().any(|change| change.identity.is_within(at) || at.is_within(&change.identity))
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
    /// As it stands in the draft.
    pub(super) live: Option<&'a Value>,
    /// As customers have it; as it stands in the draft, if customers have none or it is not known.
    pub(super) before: Option<&'a Value>,
    /// As it will stand in the draft.
    pub(super) after: Option<&'a Value>,
    pub(super) published: Published,
}

impl<'a> Sides<'a> {
    /// The sides of a member, whatever namespace its key has.
    pub(super) fn member(self, name: &str) -> Self {
        let part = |value: Option<&'a Value>| value.and_then(|value| member(value, name));
        Self { live: part(self.live), before: part(self.before), after: part(self.after), published: self.published }
    }

    /// Whether this plan changes it, to something that customers do not have.
    pub(super) fn changes(self) -> bool {
        !same(self.live, self.after) && !same(self.before, self.after)
    }

    /// What customers have, the draft has, and the plan takes away, of three sets made by `of`.
    pub(super) fn lost(self, of: impl Fn(Option<&'a Value>) -> BTreeSet<String>) -> Loss {
        let (live, before, after) = (of(self.live), of(self.before), of(self.after));
        let gone = before.iter().filter(|one| !after.contains(*one) && (self.live.is_none() || live.contains(*one)));
        Loss { gone: gone.cloned().collect(), of: before.len() }
    }
}

/// What goes away from a set.
#[derive(Debug)]
pub(super) struct Loss {
    pub(super) gone: Vec<String>,
    of: usize,
}

impl Loss {
    /// `2 of 13 markets lost: NO, SE`
    pub(super) fn words(&self, (one, many): (&str, &str)) -> String {
        let word = if self.of == 1 { one } else { many };
        format!("{} of {} {word} lost: {}", self.gone.len(), self.of, self.gone.join(", "))
    }
}

/// A SKU on all sides.
#[derive(Debug)]
pub(super) struct Sku<'a> {
    pub(super) id: &'a str,
    pub(super) target: String,
    /// Its path through identities.
    pub(super) at: Pointer,
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
    pub(super) fn trip(&mut self, kind: &Kind, published: Published, target: impl Into<String>, detail: String) {
        let target = target.into();
        let matters = kind.publication == Publication::Matters;
        if matters && published == Published::Never {
            let text = format!("{target}: {}; it was never published, so nothing stands in the way", kind.reason);
            self.notes.push(Note { code: kind.code, text });
            return;
        }
        self.hinge_on_production |= matters && published == Published::Assumed;
        self.guards.push(Guard::new(kind, target, detail));
    }
}

/// The member of an object with this name, whatever namespace stands before it; `null` is no member.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let members = object.as_object()?;
    members.iter().find(|(key, _)| last(key) == name).map(|(_, value)| value).filter(|value| !value.is_null())
}

/// The last part of a key: what stands behind its namespace.
pub(super) fn last(key: &str) -> &str {
    key.rsplit_once('.').map_or(key, |(_, last)| last)
}

/// The elements of a list that have a `planId`.
pub(super) fn elements(list: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|element| Some((element.get("planId")?.as_str()?, element)))
}

/// The element of a list with this `planId`.
pub(super) fn element<'a>(list: Option<&'a Value>, id: &str) -> Option<&'a Value> {
    elements(list).find(|(other, _)| *other == id).map(|(_, element)| element)
}

/// The texts of a list.
pub(super) fn texts(list: Option<&Value>) -> BTreeSet<String> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The members of an object; none if it is something else.
pub(super) fn members(object: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    object.and_then(Value::as_object).into_iter().flat_map(Map::iter).filter(|(_, value)| !value.is_null())
}

pub(super) fn same(one: Option<&Value>, two: Option<&Value>) -> bool {
    one.map(canonical_json) == two.map(canonical_json)
}

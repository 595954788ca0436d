//! Guards of the image versions of virtual machines, for each SKU and each of its disk generations.

use std::fmt;

use serde_json::Value;

use super::catalogue::{
    DATA_DISKS_CHANGED, IMAGE_CHANGED, IMAGE_NOT_NEWER, IMAGE_REMOVAL, LAST_IMAGE_REMOVAL, SEVERAL_NEW_IMAGES,
};
use super::evidence::{Evidence, Findings, Found, Published, Sides, Sku, Vocabulary, element, elements, members, same};
use super::ingestion::{Availability, BUNDLES, GALLERY};
use crate::offer::IdentityPath;
use crate::offer::disk::{DATA_DISKS, SYSTEM_DISK};
use crate::offer::layout::{DISK_GENERATIONS, GENERATIONS, IMAGES, member};
use crate::plan::Note;
use crate::secret::without_sas;
use crate::text::counted;

/// The parts of a version that are frozen when it is published, each with its name for a reader.
const FROZEN: [(&str, &str); 4] =
    [(SYSTEM_DISK, "system disk"), (DATA_DISKS, "data disks"), (GALLERY, "source"), (CONTENT, "content")];

/// The content of a package, or of a bundle.
const CONTENT: &str = "packageVersion";

pub(super) fn find(evidence: &Evidence<'_>, findings: &mut Findings) {
    for sku in evidence.skus() {
        holder(evidence, (&sku.target, &sku.at), sku.sides, findings);
        for (id, sides) in generations(evidence, &sku) {
            let at = sku.at.key(DISK_GENERATIONS).key(id);
            holder(evidence, (&format!("{}/{id}", sku.target), &at), sides, findings);
        }
        let versions = Versions::of(sku.sides.member(BUNDLES).map(|bundles| Some(bundles).filter(|it| it.is_object())));
        removed(&versions, &sku.target, findings);
        changed(evidence, &versions, (&sku.target, &sku.at.key(BUNDLES)), findings);
    }
}

/// The disk generations that stay or come; those that go are a guard of their own.
fn generations<'a>(evidence: &Evidence<'a>, sku: &Sku<'a>) -> Vec<(&'a str, Sides<'a>)> {
    let all = evidence.field(sku, GENERATIONS);
    let production = if sku.sides.published == Published::Yes { Found::Read(all.before) } else { Found::Unread };
    elements(all.after)
        .map(|(id, after)| {
            let published = production.map(|list| element(list, id));
            let sides = evidence.measured(element(all.live, id), published, Some(after));
            let never = matches!(sku.sides.published, Published::Never | Published::NeverByDraft);
            (id, if never { Sides { published: sku.sides.published, ..sides } } else { sides })
        })
        .collect()
}

/// Judges everything with a map of versions: a SKU or a disk generation.
fn holder(evidence: &Evidence<'_>, (target, at): (&str, &IdentityPath), sides: Sides<'_>, findings: &mut Findings) {
    for key in IMAGES.map(|field| evidence.layout.key(field)) {
        let (live, before, after) = (part(sides.live, &key), part(sides.before, &key), part(sides.after, &key));
        let versions = Versions::of(Sides { live, before, after, published: sides.published });
        let at = at.key(&key);
        removed(&versions, target, findings);
        changed(evidence, &versions, (target, &at), findings);
        added(evidence, &versions, (target, &at), findings);
    }
}

fn part<'a>(side: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    side?.get(key).filter(|value| value.is_object())
}

fn removed(versions: &Versions<'_>, target: &str, findings: &mut Findings) {
    let published = versions.sides.published;
    let gone = versions.gone();
    if versions.left().next().is_none() {
        if !gone.is_empty() {
            findings.trip(&LAST_IMAGE_REMOVAL, published, target, gone.join(", "));
        }
        return;
    }
    for version in gone {
        let after = versions.sides.after.and_then(|side| side.get(version)).filter(|version| version.is_object());
        let detail = Availability::words(after).to_owned();
        findings.trip(&IMAGE_REMOVAL, published, format!("{target}/{version}"), detail);
    }
}

fn changed(
    evidence: &Evidence<'_>,
    versions: &Versions<'_>,
    (target, at): (&str, &IdentityPath),
    findings: &mut Findings,
) {
    for version in versions.kept() {
        let touched: Vec<(&str, Difference)> = FROZEN
            .into_iter()
            .filter(|(part, _)| evidence.changes_within(&at.key(version).key(part)))
            .map(|(part, name)| (name, versions.part_difference(version, part)))
            .collect();
        let target = format!("{target}/{version}");
        match touched.iter().map(|(_, difference)| *difference).max().unwrap_or(Difference::None) {
            Difference::None => {}
            Difference::Is => {
                let names = touched.iter().filter(|(_, difference)| *difference == Difference::Is);
                let names: Vec<&str> = names.map(|(name, _)| *name).collect();
                findings.trip(&IMAGE_CHANGED, versions.sides.published, target, names.join(", "));
            }
            Difference::Unknown => findings.notes.push(Note {
                code: IMAGE_NOT_COMPARED,
                text: format!(
                    "{target}: whether this is the image that customers have is compared when its secret is set; \
                     apply needs the secret"
                ),
            }),
        }
    }
}

fn added(
    evidence: &Evidence<'_>,
    versions: &Versions<'_>,
    (target, at): (&str, &IdentityPath),
    findings: &mut Findings,
) {
    let published = versions.sides.published;
    for (version, other) in versions.not_newer() {
        let detail = format!("{other} already exists");
        findings.trip(&IMAGE_NOT_NEWER, published, format!("{target}/{version}"), detail);
    }
    let (added, new) = (versions.added(), versions.unpublished());
    if !added.is_empty() && new.len() > 1 && versions.before().next().is_some() {
        findings.trip(&SEVERAL_NEW_IMAGES, published, target, several(evidence, &new, at));
    }
    for version in added {
        let count = versions.data_disks(version);
        if let Some((other, before)) = versions.others_data_disks().find(|(_, before)| before.may_differ(count)) {
            let detail = format!("{count}, and {before} in {other}");
            findings.trip(&DATA_DISKS_CHANGED, published, format!("{target}/{version}"), detail);
        }
    }
    findings.hinge_on_production |= versions.hinge_on_production();
}

/// The versions, and how to settle that some of them stand in the portal only.
fn several(evidence: &Evidence<'_>, new: &[&str], at: &IdentityPath) -> String {
    let is_declared = |version: &str| {
        let declared = evidence.step.declared;
        declared.is_none_or(|document| declares(document.content(), &at.key(version)))
    };
    let undeclared: Vec<&str> = new.iter().copied().filter(|version| !is_declared(version)).collect();
    let all = new.join(", ");
    let (stand, them) = match undeclared.as_slice() {
        [] => return all,
        [_] => ("stands", "it"),
        _ => ("stand", "them"),
    };
    let undeclared = undeclared.join(", ");
    match evidence.step.vocabulary {
        Vocabulary::Portal => format!(
            "{all}; {undeclared} {stand} in the draft in the portal and in no file: publish {them} first, or declare \
             `null` there to take {them} out"
        ),
        Vocabulary::Ingestion => {
            format!("{all}; {undeclared} {stand} in the draft of the service and in no file: publish {them} first")
        }
    }
}

/// Whether something is declared at a path through the ids of SKUs and generations.
fn declares(document: &Value, at: &IdentityPath) -> bool {
    let mut place = Some(document);
    for token in at.tokens() {
        place = match place {
            Some(Value::Array(_)) => element(place, &token),
            other => other.and_then(|value| value.get(&token)),
        };
    }
    place.is_some()
}

/// The code of the note that says that an image could not be compared.
pub(super) const IMAGE_NOT_COMPARED: &str = "image-not-compared";

/// Whether a version will be another one than customers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Difference {
    None,
    /// A secret that is not set here decides. Nothing is written without it.
    Unknown,
    Is,
}

/// A map of versions on all sides.
#[derive(Debug)]
pub(super) struct Versions<'a> {
    pub(super) sides: Sides<'a>,
}

impl<'a> Versions<'a> {
    pub(super) fn of(sides: Sides<'a>) -> Self {
        Self { sides }
    }

    /// Versions that customers can deploy, now or up to a date.
    fn left(&self) -> impl Iterator<Item = &'a str> {
        let versions = members(self.sides.after).filter(|(_, version)| version.is_object());
        versions.filter(|(_, version)| Availability::marked(Some(version)).is_left()).map(|(name, _)| name.as_str())
    }

    fn after(&self) -> impl Iterator<Item = &'a str> {
        names(self.sides.after)
    }

    fn before(&self) -> impl Iterator<Item = &'a str> {
        names(self.sides.before)
    }

    /// Versions that customers have and the plan takes from the draft.
    fn gone(&self) -> Vec<&'a str> {
        let at = |version: &str| self.sides.map(|side| side.get(version).filter(|version| version.is_object()));
        self.before().filter(|version| at(version).is_lost()).collect()
    }

    /// Versions that were published and that stay, if only as deprecated ones.
    pub(super) fn kept(&self) -> impl Iterator<Item = &'a str> {
        all(self.sides.before).filter(|version| has(self.sides.after, version))
    }

    /// Versions that the plan adds to the draft and that customers do not have.
    fn added(&self) -> Vec<&'a str> {
        self.unpublished().into_iter().filter(|version| !has(self.sides.live, version)).collect()
    }

    /// Versions that customers do not have.
    fn unpublished(&self) -> Vec<&'a str> {
        self.after().filter(|version| !has(self.sides.before, version)).collect()
    }

    /// Whether a version will be another one than customers have, signatures aside.
    pub(super) fn difference(&self, version: &str) -> Difference {
        FROZEN.iter().map(|(part, _)| self.part_difference(version, part)).max().unwrap_or(Difference::None)
    }

    fn part_difference(&self, version: &str, part: &str) -> Difference {
        let of = |side: Option<&'a Value>| side.and_then(|side| side.get(version));
        let (Some(before), Some(after)) = (of(self.sides.before), of(self.sides.after)) else { return Difference::Is };
        let differs = |is| if is { Difference::Is } else { Difference::None };
        match (before.get(part), after.get(part)) {
            (_, Some(Value::Null)) => Difference::Unknown,
            (None | Some(Value::Null), after) => differs(after.is_some_and(|after| !is_empty(after))),
            (Some(before), None) => differs(!is_empty(before)),
            (Some(before), Some(after)) => differs(!alike(before, after)),
        }
    }

    /// Versions that the plan adds, each with one that is not smaller.
    pub(super) fn not_newer(&self) -> Vec<(&'a str, &'a str)> {
        let new = self.unpublished();
        let others: Vec<&str> = self.before().chain(self.after().filter(|version| !new.contains(version))).collect();
        let greater = |version: &str| {
            // What is no version cannot be shown to be newer than any.
            let Some(number) = number(version) else { return others.first().copied() };
            let not_smaller = |other: &&str| self::number(other).is_some_and(|other| other >= number);
            others.iter().copied().filter(not_smaller).max_by_key(|other| self::number(other))
        };
        self.added().into_iter().filter_map(|version| Some((version, greater(version)?))).collect()
    }

    /// Which versions are published makes a difference only to what is added.
    pub(super) fn hinge_on_production(&self) -> bool {
        matches!(self.sides.published, Published::Assumed | Published::NeverByDraft) && !self.added().is_empty()
    }

    fn data_disks(&self, version: &str) -> DataDisks {
        DataDisks::of(self.sides.after.and_then(|side| side.get(version)))
    }

    fn others_data_disks(&self) -> impl Iterator<Item = (&'a String, DataDisks)> {
        let images = members(self.sides.before).filter(|(_, image)| image.is_object());
        images.map(|(version, image)| (version, DataDisks::of(Some(image))))
    }
}

/// The versions that are on sale.
fn names(side: Option<&Value>) -> impl Iterator<Item = &str> {
    all(side)
        .filter(move |version| Availability::marked(side.and_then(|side| side.get(version))) > Availability::Withdrawn)
}

/// The versions, deprecated ones among them.
fn all(side: Option<&Value>) -> impl Iterator<Item = &str> {
    members(side).filter(|(_, version)| version.is_object()).map(|(version, _)| version.as_str())
}

fn has(side: Option<&Value>, version: &str) -> bool {
    side.and_then(|side| side.get(version)).is_some_and(Value::is_object)
}

/// How many data disks an image has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DataDisks {
    Count(usize),
    /// Only the service sees them: the image comes from a gallery.
    NotSeen,
    Unreadable,
}

impl DataDisks {
    fn of(image: Option<&Value>) -> Self {
        match image.and_then(|image| member(image, DATA_DISKS)) {
            None if image.is_some_and(|image| member(image, GALLERY).is_some()) => Self::NotSeen,
            None => Self::Count(0),
            Some(Value::Array(disks)) => Self::Count(disks.len()),
            Some(_) => Self::Unreadable,
        }
    }

    fn may_differ(self, other: Self) -> bool {
        match (self, other) {
            (Self::NotSeen, _) | (_, Self::NotSeen) => false,
            (_, Self::Unreadable) => true,
            (one, other) => one != other,
        }
    }
}

impl fmt::Display for DataDisks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.write_str(&counted(*count, ("data disk", "data disks"))),
            Self::NotSeen => f.write_str("data disks that are not seen"),
            Self::Unreadable => f.write_str("an unreadable number of data disks"),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// Whether two values are the same, signatures aside.
fn alike(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one.iter().all(|(key, value)| two.get(key).is_some_and(|other| alike(value, other)))
        }
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| alike(one, two))
        }
        (Value::String(one), Value::String(two)) => without_sas(one) == without_sas(two),
        (one, two) => same(Some(one), Some(two)),
    }
}

/// A version as numbers: `1.10.0` is greater than `1.9.4`. `None` if it is not a version.
fn number(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

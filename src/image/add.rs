//! Adding a version to SKUs and disk generations.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::Image;
use super::holder::Holder;
use super::holders::holders;
use super::pattern::{DATE, MEDIA_NAME, Named, day_named, day_of, first, like, written};
use super::refusal::Refusal;
use crate::desired::Desired;
use crate::diagnostic::nearest;
use crate::offer::disk::{DATA_DISK_ADDRESSES, DATA_DISK_NUMBERS, DATA_DISKS, SYSTEM_DISK};
use crate::offer::layout::{Layout, SKU_TITLE};
use crate::offer::version::{LENGTH, numbers};
use crate::offer::{Document, Pointer};
use crate::secret::{SecretReference, is_signed, looks_secret};

/// Where a disk is: a reference to its signed address.
pub type Disk = SecretReference;

/// A version that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The image version, such as `1.10.0`.
    pub version: String,
    /// The SKUs and disk generations, by id.
    pub skus: Vec<String>,
    /// The disk generations of those SKUs that get it, too, each with its own disk or with that of the SKU.
    pub generations: Vec<(String, Option<Disk>)>,
    /// The address or the gallery that the image comes from.
    pub source: Source,
    /// The data disks by their numbers.
    pub data_disks: BTreeMap<u8, Disk>,
    /// The version that is the pattern; the newest if none is named.
    pub from: Option<String>,
    /// What the pattern does not decide.
    pub texts: Texts,
    /// The day that it is made, if neither the texts nor the version name one.
    pub today: Date,
}

/// The place that the service copies a new image from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The disk with the operating system.
    Disk(Disk),
    /// An image version in an Azure compute gallery.
    Gallery {
        /// The Entra tenant of the gallery.
        tenant: String,
        /// The resource id of the image version: `/subscriptions/…/galleries/…/images/…/versions/…`.
        resource: String,
    },
}

/// Texts of a version, where they are not those of the pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// The label of the version; `None` copies that of the pattern.
    pub label: Option<String>,
    /// The description of the version; `None` copies that of the pattern.
    pub description: Option<String>,
    /// The media name, under which the service keeps the disk; `None` copies that of the pattern.
    pub media_name: Option<String>,
    /// The publication date; `None` takes it from the version, or today.
    pub date: Option<Date>,
}

impl Texts {
    /// The name of one that is given; `None` if none is.
    pub(super) fn given(&self) -> Option<&'static str> {
        let texts = [
            ("label", self.label.is_some()),
            ("description", self.description.is_some()),
            ("media name", self.media_name.is_some()),
            ("date", self.date.is_some()),
        ];
        texts.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
    }

    /// A secret in one of them would be in the file, in a commit and in the offer.
    fn are_public(&self) -> Result<(), Refusal> {
        let texts = [("label", &self.label), ("description", &self.description), ("media name", &self.media_name)];
        let secret = |text: &&Option<String>| text.as_deref().is_some_and(|text| is_signed(text) || looks_secret(text));
        match texts.iter().find(|(_, text)| secret(text)) {
            Some((name, _)) => Err(Refusal::Secret(name)),
            None => Ok(()),
        }
    }
}

/// What an offer is to declare, and what is new in it.
#[derive(Debug)]
pub struct Added {
    /// What is to be declared.
    pub document: Document,
    /// The new images, in the order of the offer.
    pub images: Vec<Image>,
    /// Disk generations of the same SKUs that do not get the version.
    pub without: Vec<Holder>,
}

/// What an offer is to declare with one more version.
pub(super) fn add(desired: &Desired, order: &Order) -> Result<Added, Refusal> {
    let before = desired.document.working_copy();
    let all = holders(&desired.offer_type, before.content());
    if Layout::of(&desired.offer_type).images().is_none() {
        return Err(Refusal::NoImages(desired.offer_type.clone()));
    }
    if numbers(&order.version).is_none() || order.version.len() > LENGTH {
        return Err(Refusal::NotAVersion(order.version.clone()));
    }
    order.texts.are_public()?;
    let wanted = wanted(&all, order)?;
    gaps(&order.data_disks)?;
    let wanted = wanted.into_iter().map(|(holder, source)| match source {
        Source::Disk(disk) => Ok((holder, disk)),
        Source::Gallery { .. } => Err(Refusal::NoGallery),
    });
    let wanted = wanted.collect::<Result<Vec<(Holder, Disk)>, Refusal>>()?;
    let (mut content, mut sealed) = (before.content().clone(), before.sealed().clone());
    let sorting = usual(&all, before.content());
    for (holder, disk) in &wanted {
        let (image, secrets) = image(desired, before.content(), holder, (order, disk))?;
        let place = holder.images();
        for (at, reference) in secrets {
            sealed.insert(below(&place.key(&order.version), &at), reference);
        }
        put(&mut content, holder, (&order.version, image), sorting)?;
    }
    let is_wanted = |holder: &&Holder| wanted.iter().any(|(one, _)| one == *holder);
    let in_wanted_sku = |holder: &&Holder| wanted.iter().any(|(one, _)| one.sku == holder.sku);
    let without = all.iter().filter(|holder| !is_wanted(holder) && in_wanted_sku(holder)).cloned().collect();
    let images = wanted.into_iter().map(|(holder, _)| Image { holder, version: order.version.clone() }).collect();
    Ok(Added { document: Document::with_sealed(content, sealed), images, without })
}

/// The holders that get the version, in the order of the offer, each with its image.
pub(super) fn wanted(all: &[Holder], order: &Order) -> Result<Vec<(Holder, Source)>, Refusal> {
    let mut chosen: BTreeMap<usize, Source> = BTreeMap::new();
    let mut skus = BTreeSet::new();
    for given in &order.skus {
        let number = find(all, given)?;
        skus.insert(all[number].sku.as_str());
        if chosen.insert(number, order.source.clone()).is_some() {
            return Err(Refusal::Twice(given.clone()));
        }
    }
    for (given, disk) in &order.generations {
        let known = |holder: &Holder| skus.contains(holder.sku.as_str()) && holder.generation.is_some();
        let number = all.iter().position(|holder| known(holder) && holder.id().eq_ignore_ascii_case(given));
        let unknown = || Refusal::UnknownGeneration {
            given: given.clone(),
            skus: skus.iter().map(|sku| format!("`{sku}`")).collect::<Vec<_>>().join(" or "),
            known: all.iter().filter(|holder| known(holder)).map(|holder| holder.id().to_owned()).collect(),
        };
        let disk = disk.clone().map_or_else(|| order.source.clone(), Source::Disk);
        if chosen.insert(number.ok_or_else(unknown)?, disk).is_some() {
            return Err(Refusal::Twice(given.clone()));
        }
    }
    Ok(chosen.into_iter().map(|(number, disk)| (all[number].clone(), disk)).collect())
}

/// The holder of an id; a SKU comes before a disk generation of the same name.
pub(super) fn find(all: &[Holder], given: &str) -> Result<usize, Refusal> {
    let named = |holder: &Holder| holder.id().eq_ignore_ascii_case(given);
    let sku = all.iter().position(|holder| holder.generation.is_none() && named(holder));
    sku.or_else(|| all.iter().position(named)).ok_or_else(|| {
        let known: Vec<String> = all.iter().map(|holder| holder.id().to_owned()).collect();
        let near = nearest(given, known.iter().map(String::as_str)).map(ToOwned::to_owned);
        Refusal::UnknownSku { given: given.to_owned(), near, known }
    })
}

/// Data disks are numbered without a gap, and there are at most 16 of them.
pub(super) fn gaps(disks: &BTreeMap<u8, Disk>) -> Result<(), Refusal> {
    let gap = disks.keys().zip(0u8..).find(|(number, expected)| **number != *expected || **number > 15);
    gap.map_or(Ok(()), |(_, expected)| Err(Refusal::Gap(expected)))
}

/// Secrets by their places in an image.
type Secrets = Vec<(Pointer, SecretReference)>;

/// The new image of a holder, and the secrets in it by their places in it.
fn image(
    desired: &Desired,
    content: &Value,
    holder: &Holder,
    (order, disk): (&Order, &Disk),
) -> Result<(Map<String, Value>, Secrets), Refusal> {
    let versions = holder.versions(content);
    may_follow(holder, &versions, &order.version)?;
    let missing = |version: &str| Refusal::NoVersion {
        holder: holder.to_string(),
        version: version.to_owned(),
        known: versions.iter().map(|(version, _)| (*version).to_owned()).collect(),
    };
    let pattern = match &order.from {
        Some(from) if !versions.is_empty() => {
            Some(versions.iter().find(|(version, _)| version == from).ok_or_else(|| missing(from))?)
        }
        _ => versions.last(),
    };
    let old_day = pattern.and_then(|(_, image)| day_of(image));
    // Where a version is a day, the day is that of the version.
    let is_named = pattern.is_none_or(|(version, _)| day_named(version) == old_day);
    let named = day_named(&order.version).filter(|_| is_named);
    let new = Named { version: &order.version, day: order.texts.date.or(named).or(Some(order.today)) };
    let mut image = if let Some((version, image)) = pattern {
        like(image, Named { version, day: old_day }, new)
    } else {
        let is_core = Layout::of(&desired.offer_type).has_generations();
        first(is_core, (holder.id(), &title(desired, content, holder)), new)
    };
    let texts = [
        ("label", &order.texts.label),
        ("description", &order.texts.description),
        (MEDIA_NAME, &order.texts.media_name),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            image.insert(key.to_owned(), text.as_str().into());
        }
    }
    if let Some(date) = order.texts.date {
        image.insert(DATE.to_owned(), written(date));
    }
    let mut sealed = disks(&mut image, order);
    if let Some(expected) = pattern.map(|(_, image)| count(image)).filter(|count| *count != order.data_disks.len()) {
        return Err(Refusal::DataDisks { holder: holder.to_string(), expected, given: order.data_disks.len() });
    }
    image.insert(SYSTEM_DISK.to_owned(), Value::Null);
    sealed.push((Pointer::root().key(SYSTEM_DISK), disk.clone()));
    Ok((image, sealed))
}

/// Whether a version can come after those that are there.
fn may_follow(holder: &Holder, versions: &[(&str, &Map<String, Value>)], version: &str) -> Result<(), Refusal> {
    let same = |other: &str| numbers(other).is_some() && numbers(other) == numbers(version);
    if versions.iter().any(|(other, _)| *other == version || same(other)) {
        return Err(Refusal::Exists { holder: holder.to_string(), version: version.to_owned() });
    }
    match versions.last() {
        Some((newest, _)) if numbers(newest) > numbers(version) => Err(Refusal::NotNewer {
            holder: holder.to_string(),
            version: version.to_owned(),
            newest: (*newest).to_owned(),
        }),
        _ => Ok(()),
    }
}

/// The title of the SKU that a holder is, or is in.
fn title(desired: &Desired, content: &Value, holder: &Holder) -> String {
    let layout = Layout::of(&desired.offer_type);
    let own = content.pointer(holder.at.as_str()).and_then(|value| layout.get(value, SKU_TITLE)?.as_str());
    own.unwrap_or(holder.id()).to_owned()
}

/// How many data disks an image has.
fn count(image: &Map<String, Value>) -> usize {
    image.get(DATA_DISKS).and_then(Value::as_array).map_or(0, Vec::len)
}

/// Puts the data disks into an image with the keys of its pattern: which keys the service takes is not documented.
fn disks(image: &mut Map<String, Value>, order: &Order) -> Secrets {
    let before = image.get(DATA_DISKS).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut sealed = Vec::new();
    let mut list = Vec::new();
    for (index, (number, disk)) in order.data_disks.iter().enumerate() {
        let mut element = before.get(index).and_then(Value::as_object).cloned().unwrap_or_default();
        let known = |keys: &[&'static str]| keys.iter().copied().find(|key| element.contains_key(*key));
        let (numbered, addressed) = (known(&DATA_DISK_NUMBERS), known(&DATA_DISK_ADDRESSES));
        element.insert(numbered.unwrap_or(DATA_DISK_NUMBERS[0]).to_owned(), json!(number));
        let address = addressed.unwrap_or(DATA_DISK_ADDRESSES[0]);
        element.insert(address.to_owned(), Value::Null);
        sealed.push((Pointer::root().key(DATA_DISKS).index(index).key(address), disk.clone()));
        list.push(Value::Object(element));
    }
    if !list.is_empty() || image.contains_key(DATA_DISKS) {
        image.insert(DATA_DISKS.to_owned(), Value::Array(list));
    }
    sealed
}

/// A place below another one.
fn below(around: &Pointer, at: &Pointer) -> Pointer {
    at.tokens().fold(around.clone(), |around, token| around.key(&token))
}

/// Puts an image into the images of its holder.
fn put(
    content: &mut Value,
    holder: &Holder,
    (version, image): (&str, Map<String, Value>),
    order: Option<Sorting>,
) -> Result<(), Refusal> {
    let wrong = || Refusal::NotAMapping(holder.to_string());
    let around = content.pointer_mut(holder.at.as_str()).and_then(Value::as_object_mut).ok_or_else(wrong)?;
    let images = around.entry(holder.key.clone()).or_insert_with(|| json!({}));
    if images.is_null() {
        *images = json!({});
    }
    let images = images.as_object_mut().ok_or_else(wrong)?;
    let at = place(images, version, order);
    images.shift_insert(at, version.to_owned(), Value::Object(image));
    Ok(())
}

/// In which order versions stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sorting {
    /// The oldest one first.
    Ascending,
    /// The newest one first.
    Descending,
}

/// The order in which a mapping has its versions; `None` if they are in none, or fewer than two.
fn sorting(images: &Map<String, Value>) -> Option<Sorting> {
    let all: Vec<[u64; 3]> = images.keys().filter_map(|version| numbers(version)).collect();
    match all.as_slice() {
        [] | [_] => None,
        all if all.is_sorted_by(|one, two| one < two) => Some(Sorting::Ascending),
        all if all.is_sorted_by(|one, two| one > two) => Some(Sorting::Descending),
        _ => None,
    }
}

/// The order that the other holders of an offer keep, if they keep one.
fn usual(all: &[Holder], content: &Value) -> Option<Sorting> {
    let images = |holder: &Holder| content.pointer(holder.images().as_str())?.as_object();
    let mut found = all.iter().filter_map(images).filter_map(sorting);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The position of a new version: as its order has it, and the last one where there is none.
fn place(images: &Map<String, Value>, version: &str, usual: Option<Sorting>) -> usize {
    let is_unsorted = images.len() > 1 && sorting(images).is_none();
    let order = if is_unsorted { None } else { sorting(images).or(usual) };
    let new = numbers(version);
    let next = images.keys().position(|other| match (order, numbers(other)) {
        (Some(Sorting::Ascending), Some(other)) => Some(other) > new,
        (Some(Sorting::Descending), Some(other)) => Some(other) < new,
        _ => false,
    });
    next.unwrap_or(images.len())
}

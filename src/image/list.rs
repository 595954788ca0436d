//! Which versions there are, and where each of them stands.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::holder::Holder;
use super::holders::holders;
use super::machine;
use super::pattern::SHOWN;
use crate::desired::Desired;
use crate::offer::disk;
use crate::offer::sas::SignedAddress;
use crate::offer::version::numbers;
use crate::offer::{Api, Document, OfferAddress, OfferTypeId};
use crate::secret::{SecretLocation, SecretReference, SecretSource};

/// Where an offer is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sides<'a> {
    /// What the files declare.
    pub file: Option<&'a Desired>,
    /// Whether the service was asked; if not, nothing is known of the slots.
    pub asked: bool,
    /// The document in the draft slot, if there is one.
    pub draft: Option<&'a Document>,
    /// The document in the preview slot, if there is one.
    pub preview: Option<&'a Document>,
    /// The document in the production slot, if there is one.
    pub production: Option<&'a Document>,
}

/// Whether a version is somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The version is there.
    There,
    /// The version is not there.
    Absent,
    /// The service was not asked.
    Unknown,
}

/// How long the signatures of a version's disks are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Until the end of a day: that of the first one to run out.
    Day(Date),
    /// They are made when the offer is sent.
    WhenSent,
    /// There is no signed address that anybody can see here.
    Unknown,
}

/// A version of a SKU or disk generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The SKU or disk generation.
    pub holder: Holder,
    /// The image version, such as `1.10.0`.
    pub version: String,
    /// Whether the files declare the version.
    pub file: Presence,
    /// Whether the draft has the version.
    pub draft: Presence,
    /// Whether the preview has the version.
    pub preview: Presence,
    /// Whether production has the version.
    pub production: Presence,
    /// How long the signatures of its disks are good: those in the draft, or else those that the files name.
    pub until: Until,
    /// Whether new customers do not see it.
    pub deprecated: bool,
}

/// The versions of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferImages {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The type of the offer.
    pub offer_type: OfferTypeId,
    /// Whether the service has the offer; `None` if it was not asked.
    pub is_in_portal: Option<bool>,
    /// The versions by SKU and disk generation, the newest first.
    pub rows: Vec<Row>,
}

/// The versions of all offers that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The service; `None` if it was not asked.
    pub endpoint: Option<String>,
    /// The offers that were asked for, each with its images, sorted by address.
    pub offers: Vec<OfferImages>,
}

/// The versions of an offer, wherever they are.
#[must_use]
pub fn images(
    (address, offer_type): (&OfferAddress, &OfferTypeId),
    sides: Sides<'_>,
    secrets: &dyn SecretSource,
) -> OfferImages {
    let file = sides.file.map(|desired| desired.document.working_copy());
    let places = [file.as_ref(), sides.draft, sides.preview, sides.production];
    let mut all: Vec<Holder> = Vec::new();
    for holder in places.iter().flatten().flat_map(|document| holders(offer_type, document.content())) {
        if !all.iter().any(|known| known.is(&holder)) {
            all.push(holder);
        }
    }
    let mut rows = Vec::new();
    for holder in all {
        let found: Vec<Vec<(String, Map<String, Value>)>> =
            places.iter().map(|document| versions(offer_type, *document, &holder)).collect();
        let mut names: Vec<&str> = found.iter().flatten().map(|(version, _)| version.as_str()).collect();
        names.sort_by_key(|version| std::cmp::Reverse((numbers(version), (*version).to_owned())));
        names.dedup();
        for version in names {
            let image = |place: usize| found[place].iter().find(|(other, _)| other == version).map(|(_, image)| image);
            let slot = |place: usize| match (sides.asked, image(place)) {
                (false, _) => Presence::Unknown,
                (true, Some(_)) => Presence::There,
                (true, None) => Presence::Absent,
            };
            let declared = file.as_ref().map(|document| declared(offer_type, document, &holder, version));
            let declared = declared.unwrap_or_default();
            let until = until(image(1), &declared, secrets);
            let first = image(0).or_else(|| image(1)).or_else(|| image(2)).or_else(|| image(3));
            rows.push(Row {
                holder: holder.clone(),
                version: version.to_owned(),
                file: if image(0).is_some() { Presence::There } else { Presence::Absent },
                draft: slot(1),
                preview: slot(2),
                production: slot(3),
                until,
                deprecated: first.is_some_and(|image| image.get(SHOWN) == Some(&Value::Bool(false))),
            });
        }
    }
    let is_in_portal = sides.asked.then_some(sides.draft.is_some());
    OfferImages { address: address.clone(), offer_type: offer_type.clone(), is_in_portal, rows }
}

/// The references behind the addresses of the disks that the files declare for a version.
fn declared<'a>(
    offer_type: &OfferTypeId,
    document: &'a Document,
    holder: &Holder,
    version: &str,
) -> Vec<&'a SecretReference> {
    let own = holders(offer_type, document.content()).into_iter().find(|own| own.is(holder));
    if offer_type.api() == Api::ProductIngestion {
        let place = own.and_then(|own| machine::image_place(document.content(), &own, version));
        let sealed = document.sealed().iter().filter(|(at, _)| place.as_ref().is_some_and(|place| at.is_within(place)));
        return sealed.map(|(_, reference)| reference).collect();
    }
    let Some(place) = own.map(|own| own.images().key(version)) else { return Vec::new() };
    let image = document.content().pointer(place.as_str()).and_then(Value::as_object);
    let disks = image.map(disk::addresses).unwrap_or_default();
    let places = disks.into_iter().map(|(at, _)| at.tokens().fold(place.clone(), |place, token| place.key(&token)));
    places.filter_map(|at| document.sealed().get(&at)).collect()
}

/// How long the signatures of a version's disks are good, by its image in the draft and by what the files name.
fn until(draft: Option<&Map<String, Value>>, declared: &[&SecretReference], secrets: &dyn SecretSource) -> Until {
    let end = |text: &str| SignedAddress::of(text).day("se");
    let disks = draft.map(disk::addresses).unwrap_or_default();
    let shown = disks.into_iter().filter_map(|(_, value)| end(value.as_str()?)).min();
    let is_made = |reference: &&SecretReference| matches!(reference.location, SecretLocation::Sas(_));
    let given = declared.iter().copied().filter(|reference| !is_made(reference));
    let named = given.filter_map(|reference| end(secrets.value(reference)?.expose())).min();
    match shown.or(named) {
        Some(day) => Until::Day(day),
        None if declared.iter().any(is_made) => Until::WhenSent,
        None => Until::Unknown,
    }
}

/// The versions of a holder in a document, which may have it at another position.
fn versions(
    offer_type: &OfferTypeId,
    document: Option<&Document>,
    holder: &Holder,
) -> Vec<(String, Map<String, Value>)> {
    let Some(content) = document.map(Document::content) else { return Vec::new() };
    let own = holders(offer_type, content).into_iter().find(|own| own.is(holder));
    if offer_type.api() == Api::ProductIngestion {
        return own.map(|own| machine::versions(content, &own)).unwrap_or_default();
    }
    let versions = own.as_ref().map(|own| own.versions(content)).unwrap_or_default();
    versions.into_iter().map(|(version, image)| (version.to_owned(), image.clone())).collect()
}

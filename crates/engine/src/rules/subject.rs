//! What a rule looks at: an offer's document, by the names of its fields.
//!
//! A value that is explicitly `null` is about to be removed, and one that is sealed is not known here: to a rule neither is there.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::{fmt, ptr};

use foldhash::fast::RandomState;
use serde_json::Value;

use super::Circumstances;
use super::place::{Part, Place};
use crate::offer::disk::{DATA_DISK_ADDRESSES, DATA_DISKS, SYSTEM_DISK};
use crate::offer::resource::{PLANS, PRODUCT, RESOURCES};
use crate::offer::{Api, Document};
use crate::secret::SecretReference;
use crate::text::html::{Piece, pieces};

/// The offer types whose keys are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    /// `microsoft-azure-virtualmachines`.
    VirtualMachine,
    /// `microsoft-azure-corevm`.
    CoreVirtualMachine,
    /// `microsoft-azure-applications`.
    Application,
    /// Any other: only what all types have in common is known of it.
    Other,
    /// Any type of the Product Ingestion API, whose documents consist of resources.
    Ingestion,
}

impl OfferKind {
    /// Those of the Cloud Partner Portal API.
    pub const PORTAL: [Self; 4] = [Self::VirtualMachine, Self::CoreVirtualMachine, Self::Application, Self::Other];

    /// The id of the type; `None` for the others.
    #[must_use]
    pub fn id(self) -> Option<&'static str> {
        match self {
            Self::VirtualMachine => Some("microsoft-azure-virtualmachines"),
            Self::CoreVirtualMachine => Some("microsoft-azure-corevm"),
            Self::Application => Some("microsoft-azure-applications"),
            Self::Other | Self::Ingestion => None,
        }
    }

    fn of(id: &str) -> Self {
        Self::PORTAL.into_iter().find(|kind| kind.id() == Some(id)).unwrap_or(Self::Other)
    }
}

impl fmt::Display for OfferKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VirtualMachine => "virtual machine",
            Self::CoreVirtualMachine => "core virtual machine",
            Self::Application => "application",
            Self::Other => "other",
            Self::Ingestion => "Product Ingestion API",
        })
    }
}

/// One offer, as rules see it.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    pub(super) kind: OfferKind,
    pub(super) circumstances: Circumstances<'a>,
    document: &'a Document,
    /// The disks, which many rules look at.
    disks: OnceCell<Vec<Disk<'a>>>,
    /// The HTML of the description, which many rules look at.
    description: OnceCell<Vec<Piece<'a>>>,
    /// Which secret is to stand where, by the address of the value there: its place would have to be spelled out.
    secrets: OnceCell<HashMap<*const Value, &'a SecretReference, RandomState>>,
}

/// A value that is there, and where.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) at: Place<'a>,
    pub(super) value: &'a Value,
}

/// A disk of an image.
#[derive(Debug, Clone)]
pub(super) struct Disk<'a> {
    /// Its address, which may be sealed.
    pub(super) address: Field<'a>,
    pub(super) kind: DiskKind,
    /// The family of operating systems that the image is of.
    pub(super) family: Option<&'a str>,
}

/// What a disk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiskKind {
    System,
    Data,
}

/// An element of `plans`.
#[derive(Debug, Clone)]
pub(super) struct Sku<'a> {
    pub(super) field: Field<'a>,
    namespace: &'static str,
}

/// The resources of the Product Ingestion API that hold the images of a plan.
pub(super) const MACHINES: [&str; 2] =
    ["virtual-machine-plan-technical-configuration", "core-virtual-machine-plan-technical-configuration"];

/// The namespace of what is listed in the marketplace, for every type but one.
const LISTING: &str = "microsoft-azure-marketplace";

impl<'a> Offer<'a> {
    pub(super) fn new(document: &'a Document, circumstances: Circumstances<'a>) -> Self {
        let id = document.content().get("offerTypeId").and_then(Value::as_str).unwrap_or_default();
        Self {
            kind: if document.api() == Api::ProductIngestion { OfferKind::Ingestion } else { OfferKind::of(id) },
            circumstances,
            document,
            disks: OnceCell::new(),
            description: OnceCell::new(),
            secrets: OnceCell::new(),
        }
    }

    pub(super) fn root(&self) -> Field<'a> {
        Field { at: Place::root(), value: self.document.content() }
    }

    fn definition(&self) -> Option<Field<'a>> {
        self.root().member("definition")
    }

    /// The name of the offer in the portal.
    pub(super) fn display_text(&self) -> Option<Field<'a>> {
        if self.kind == OfferKind::Ingestion {
            return self.resource(PRODUCT)?.member("alias");
        }
        self.definition()?.member("displayText")
    }

    /// A member of `definition.offer`, by its whole key.
    pub(super) fn offer(&self, key: &str) -> Option<Field<'a>> {
        self.definition()?.member("offer")?.member(key)
    }

    /// All members of `definition.offer`.
    pub(super) fn offer_fields(&self) -> Vec<(&'a str, Field<'a>)> {
        self.definition()
            .and_then(|definition| definition.member("offer"))
            .map(|offer| offer.members())
            .unwrap_or_default()
    }

    /// A field of the listing, which core virtual machines have in a namespace of their own.
    pub(super) fn listing(&self, key: &str) -> Option<Field<'a>> {
        self.offer(&self.listing_key(key))
    }

    /// The whole key of a field of the listing.
    pub(super) fn listing_key(&self, key: &str) -> String {
        match self.kind {
            OfferKind::CoreVirtualMachine => format!("microsoft-azure-corevm.{key}"),
            _ => format!("{LISTING}.{key}"),
        }
    }

    /// The description, and its text in pieces.
    pub(super) fn description(&self) -> Option<(Field<'a>, &[Piece<'a>])> {
        let field = self.listing("description")?;
        let text = field.text()?;
        Some((field, self.description.get_or_init(|| pieces(text))))
    }

    /// Where a field of the listing is, or would be.
    pub(super) fn listing_place(&self, key: &str) -> Place<'a> {
        super::offer_place(self.listing_key(key))
    }

    /// What an offer of the Product Ingestion API has of a resource type: a resource, or several by language or in a list.
    pub(super) fn resource(&self, name: &str) -> Option<Field<'a>> {
        self.root().member(RESOURCES)?.member(name)
    }

    /// The list of SKUs, if it is declared.
    pub(super) fn plans(&self) -> Option<Field<'a>> {
        if self.kind == OfferKind::Ingestion { self.resource(PLANS) } else { self.definition()?.member("plans") }
    }

    /// The SKUs.
    pub(super) fn skus(&self) -> Vec<Sku<'a>> {
        let namespace = self.kind.id().unwrap_or_default();
        let elements = self.plans().map(|plans| plans.elements()).unwrap_or_default();
        elements.into_iter().filter(|field| field.value.is_object()).map(|field| Sku { field, namespace }).collect()
    }

    /// The key of the versions of images.
    pub(super) fn images_key(&self) -> &'static str {
        if self.kind == OfferKind::CoreVirtualMachine { "vmImagesPublicAzure" } else { "vmImages" }
    }

    /// The disks of all images.
    pub(super) fn disks(&self) -> &[Disk<'a>] {
        self.disks.get_or_init(|| self.find_disks())
    }

    fn find_disks(&self) -> Vec<Disk<'a>> {
        if self.kind == OfferKind::Ingestion {
            return self.disks_of_resources();
        }
        let own = |key: &str| format!("{}.{key}", self.kind.id().unwrap_or_default());
        let (family_key, images_key) = (own("operatingSystemFamily"), own(self.images_key()));
        let mut found = Vec::new();
        for sku in self.skus() {
            let generations = sku.plain("diskGenerations").map(|list| list.elements()).unwrap_or_default();
            let family = sku.own("operatingSystemFamily").and_then(|family| family.text());
            for machine in [sku.field.clone()].iter().chain(&generations) {
                let family = machine.member(&family_key).and_then(|own| own.text()).or(family);
                let images = machine.member(&images_key).map(|map| map.members()).unwrap_or_default();
                for (_, image) in images {
                    let system = image.member_or_null(SYSTEM_DISK).into_iter();
                    found.extend(system.map(|address| Disk { address, kind: DiskKind::System, family }));
                    for disk in image.data_disks() {
                        let addresses = DATA_DISK_ADDRESSES.iter().filter_map(|key| disk.member_or_null(key));
                        found.extend(addresses.map(|address| Disk { address, kind: DiskKind::Data, family }));
                    }
                }
            }
        }
        found
    }

    /// The configurations of machines in an offer of the Product Ingestion API, each with its plan.
    pub(super) fn machines(&self) -> Vec<(Field<'a>, Field<'a>)> {
        let of = |plan: &Sku<'a>| {
            let configs = MACHINES.iter().filter_map(|name| plan.plain(name));
            configs.map(|config| (plan.field.clone(), config)).collect::<Vec<_>>()
        };
        self.skus().iter().flat_map(of).collect()
    }

    fn disks_of_resources(&self) -> Vec<Disk<'a>> {
        let mut found = Vec::new();
        for (_, config) in self.machines() {
            let family = config.below("operatingSystem/family").first().and_then(|family| match family.text()? {
                "linux" => Some("Linux"),
                "windows" => Some("Windows"),
                _ => None,
            });
            let disk = |address, kind| Disk { address, kind, family };
            for source in config.below("vmImageVersions/*/vmImages/*/source") {
                let system = source.member("osDisk").and_then(|system| system.member_or_null("uri"));
                found.extend(system.map(|address| disk(address, DiskKind::System)));
                let data = source.below("dataDisks/*").into_iter().filter_map(|data| data.member_or_null("uri"));
                found.extend(data.map(|address| disk(address, DiskKind::Data)));
            }
        }
        found
    }

    /// The text of a field; that of a sealed one if it is set here.
    pub(super) fn known_text(&self, field: &Field<'a>) -> Option<Cow<'a, str>> {
        match self.secret(field) {
            Some(reference) => Some(self.circumstances.secrets.value(reference)?.expose().to_owned().into()),
            None => field.value.as_str().map(Cow::Borrowed),
        }
    }

    /// Whether the value comes from a secret.
    pub(super) fn is_sealed(&self, field: &Field<'a>) -> bool {
        self.secret(field).is_some()
    }

    fn secret(&self, field: &Field<'a>) -> Option<&'a SecretReference> {
        self.sealed().get(&ptr::from_ref(field.value)).copied()
    }

    /// Whether a value of the document is a secret. It must be borrowed from the document: it is found by its address in memory.
    pub(super) fn is_sealed_value(&self, value: &Value) -> bool {
        self.sealed().contains_key(&ptr::from_ref(value))
    }

    fn sealed(&self) -> &HashMap<*const Value, &'a SecretReference, RandomState> {
        self.secrets.get_or_init(|| {
            let sealed = self.document.sealed().iter();
            sealed.filter_map(|(at, secret)| Some((ptr::from_ref(self.document.get(at)?), secret))).collect()
        })
    }
}

impl<'a> Field<'a> {
    /// A member that is there and not `null`.
    pub(super) fn member(&self, key: &str) -> Option<Self> {
        self.member_or_null(key).filter(|field| !field.value.is_null())
    }

    /// A member that is there, be it `null`, as a sealed one is.
    pub(super) fn member_or_null(&self, key: &str) -> Option<Self> {
        let (key, value) = self.value.as_object()?.get_key_value(key)?;
        Some(Field { at: self.at.key(key), value })
    }

    /// The members of a mapping, without those that are `null`.
    pub(super) fn members(&self) -> Vec<(&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let place = self.at.parts();
        members.map(|(key, value)| (key.as_str(), Field { at: place(Part::Key(key.into())), value })).collect()
    }

    /// The elements of a list.
    pub(super) fn elements(&self) -> Vec<Self> {
        let elements = self.value.as_array().into_iter().flatten().enumerate();
        let place = self.at.parts();
        elements.map(|(index, value)| Field { at: place(Part::Index(index)), value }).collect()
    }

    /// The values at a path of keys below it; `*` stands for every element of a list.
    pub(super) fn below(&self, path: &str) -> Vec<Self> {
        path.split('/').fold(vec![self.clone()], |fields, key| {
            let of = |field: Self| match key {
                "*" => field.elements(),
                key => field.member(key).into_iter().collect(),
            };
            fields.into_iter().flat_map(of).collect()
        })
    }

    /// The data disks of an image.
    pub(super) fn data_disks(&self) -> Vec<Self> {
        self.member(DATA_DISKS).map(|disks| disks.elements()).unwrap_or_default()
    }

    /// The text it is.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Whether it is `true`.
    pub(super) fn is_true(&self) -> bool {
        self.value == &Value::Bool(true)
    }

    /// Whether it says nothing: an empty text, list or mapping.
    pub(super) fn is_empty(&self) -> bool {
        match self.value {
            Value::String(text) => text.trim().is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        }
    }
}

impl<'a> Sku<'a> {
    /// Its `planId`.
    pub(super) fn id(&self) -> Option<Field<'a>> {
        self.plain("planId")
    }

    /// A field without a namespace.
    pub(super) fn plain(&self, key: &str) -> Option<Field<'a>> {
        self.field.member(key)
    }

    /// A field in the namespace of the offer's type.
    pub(super) fn own(&self, key: &str) -> Option<Field<'a>> {
        self.field.member(&format!("{}.{key}", self.namespace))
    }

    /// Where a field in the namespace of the offer's type is, or would be.
    pub(super) fn own_place(&self, key: &str) -> Place<'a> {
        self.field.at.key(format!("{}.{key}", self.namespace))
    }

    /// Whether only some customers see it.
    pub(super) fn is_private(&self) -> bool {
        let sold = self.plain("price-and-availability-plan").and_then(|sold| sold.member("audience"));
        self.plain("restrictedAudience").is_some_and(|audience| !audience.is_empty())
            || sold.is_some_and(|audience| audience.text() == Some("private"))
    }
}

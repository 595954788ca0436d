//! The files behind addresses: which an offer names, how each has to be looked at, and what was seen. Somebody else fetches them.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use super::application::{Sold, sold};
use super::archive::{Archive, Unreadable};
use super::shape::web_address;
use super::subject::{DiskKind, Field, Offer, OfferKind, Sku};
use super::{Circumstances, Finding, Found, Rule, Types, signature};
use crate::offer::layout::PRICE_BLOCKS;
use crate::offer::price::PRICE_SHEET;
use crate::offer::{Document, Pointer};

/// How a file has to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Whole: a picture, a document or a list.
    Whole,
    /// Whole, and larger than those: a ZIP archive.
    Archive,
    /// Its first megabyte and its last 512 bytes: the disk of a system.
    SystemDisk,
    /// Its last 512 bytes: a disk of data.
    DataDisk,
}

/// An address of a file. What could be a signature is never shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(String);

impl Address {
    /// The whole address, for the one moment it is asked.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.split(['?', '#']).next().unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A file that must be downloaded for the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The address of the file.
    pub address: Address,
    /// How to look at it.
    pub look: Look,
}

/// The content of a file that the rules check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckedContent {
    /// The whole file.
    Whole(Vec<u8>),
    /// What is in an archive, or why it cannot be looked into.
    Archive(Result<Archive, Unreadable>),
    /// Parts of a disk.
    Disk(Disk),
    /// Nothing: it is too large, or its host gives no parts of it. Its length in bytes, if that is known.
    NotFetched(Option<u64>),
}

/// What was seen of a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// How long the file is, in bytes.
    pub length: u64,
    /// The kind of blob that a storage account says it is.
    pub blob: Option<String>,
    /// Its first bytes, if they were to be looked at.
    pub start: Vec<u8>,
    /// Its last 512 bytes.
    pub end: Vec<u8>,
}

/// What was seen of the files that offers name, or why nothing was.
pub type Files = BTreeMap<Wanted, Result<CheckedContent, String>>;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    SmallLogo,
    MediumLogo,
    LargeLogo,
    WideLogo,
    HeroLogo,
    Screenshot,
    Thumbnail,
    TestDriveThumbnail,
    UserManual,
    Audience,
    Spreadsheet,
    Package,
    TestDrive,
    SystemDisk,
    DataDisk,
}

impl Purpose {
    fn look(self) -> Look {
        match self {
            Self::Spreadsheet | Self::Package | Self::TestDrive => Look::Archive,
            Self::SystemDisk => Look::SystemDisk,
            Self::DataDisk => Look::DataDisk,
            _ => Look::Whole,
        }
    }

    pub(super) fn is_logo(self) -> bool {
        matches!(self, Self::SmallLogo | Self::MediumLogo | Self::LargeLogo | Self::WideLogo | Self::HeroLogo)
    }
}

/// What stands around the name of a file and tells what has to be so in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Setting<'a> {
    /// What customers get with the SKU.
    pub(super) sold: Option<Sold>,
    /// Whether the publisher asks for access when it is needed.
    pub(super) just_in_time: bool,
    /// The family of the operating system.
    pub(super) family: Option<&'a str>,
}

/// A file that an offer names.
#[derive(Debug)]
struct Named<'a> {
    at: Pointer,
    address: Address,
    purpose: Purpose,
    setting: Setting<'a>,
}

/// A file that an offer names, and what was seen of it.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) at: Pointer,
    pub(super) purpose: Purpose,
    pub(super) kind: OfferKind,
    pub(super) setting: Setting<'a>,
    /// The last part of its address, as it was before it was encoded.
    pub(super) name: String,
    seen: &'a Result<CheckedContent, String>,
}

impl<'a> File<'a> {
    /// All of it, if that was fetched and is no archive.
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Ok(CheckedContent::Whole(bytes)) = self.seen { Some(bytes) } else { None }
    }

    /// What an archive holds, if it was fetched.
    pub(super) fn archive(&self) -> Option<Result<&'a Archive, Unreadable>> {
        if let Ok(CheckedContent::Archive(archive)) = self.seen {
            Some(archive.as_ref().map_err(|why| *why))
        } else {
            None
        }
    }

    /// What was seen of a disk.
    pub(super) fn disk(&self) -> Option<&'a Disk> {
        if let Ok(CheckedContent::Disk(disk)) = self.seen { Some(disk) } else { None }
    }

    /// The length of a file that was not fetched.
    pub(super) fn length(&self) -> Option<u64> {
        if let Ok(CheckedContent::NotFetched(length)) = self.seen { *length } else { None }
    }

    /// Records a finding about it.
    pub(super) fn say<'f>(&self, found: &'f mut Found, message: impl Into<String>) -> &'f mut Finding {
        found.push(self.at.clone(), message)
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule::of_files("asset-url-fetchable", Types::PORTAL, fetchable).text(
        "pictures and files can be downloaded from their addresses without signing in",
        "the service copies the file when the offer is saved or published: publish it where everybody can read it",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json",
    ),
    Rule::warning("asset-url-expired", Types::PORTAL, expired).blocks_when_written().text(
        "the signature in the address of a picture or file has not expired; signatures in the addresses that the service returns do expire",
        "declare the address where you publish the file, not the address of the service's copy",
        "articles/marketplace/cloud-partner-portal-api-creating-offer.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json",
    ),
];

fn expired(offer: &Offer<'_>, found: &mut Found) {
    for field in addresses(offer) {
        let Some(text) = offer.known_text(&field) else { continue };
        if signature::is_over(&text, offer.circumstances.now) {
            found.at(&field, "the signature in this address has expired: the service cannot download the file");
        }
    }
}

/// The files that a document names.
fn named<'a>(offer: &Offer<'a>) -> Vec<Named<'a>> {
    let mut named = Vec::new();
    let mut take = |field: Field<'a>, purpose, setting| {
        let address = offer.known_text(&field).filter(|text| web_address(text).is_some());
        named.extend(address.map(|text| Named {
            at: field.at.pointer(),
            address: Address(text.into_owned()),
            purpose,
            setting,
        }));
    };
    pictures(offer, &mut |field, purpose| take(field, purpose, Setting::default()));
    test_drive(offer, &mut |field, purpose| take(field, purpose, Setting::default()));
    for sku in offer.skus() {
        lists(&sku, &mut |field, purpose| take(field, purpose, Setting::default()));
        packages(&sku, &mut |field, setting| take(field, Purpose::Package, setting));
    }
    for disk in offer.disks() {
        // The signature of a published version runs out, and nobody minds: there is a rule about those that matter.
        let now = offer.circumstances.now;
        if offer.known_text(&disk.address).is_some_and(|text| !signature::is_over(&text, now)) {
            let purpose = match disk.kind {
                DiskKind::System => Purpose::SystemDisk,
                DiskKind::Data => Purpose::DataDisk,
            };
            take(disk.address.clone(), purpose, Setting { family: disk.family, ..Setting::default() });
        }
    }
    named
}

/// The addresses of files other than disks.
pub(super) fn addresses<'a>(offer: &Offer<'a>) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    pictures(offer, &mut |field, _| found.push(field));
    test_drive(offer, &mut |field, _| found.push(field));
    for sku in offer.skus() {
        lists(&sku, &mut |field, _| found.push(field));
        packages(&sku, &mut |field, _| found.push(field));
    }
    found
}

fn pictures<'a>(offer: &Offer<'a>, take: &mut dyn FnMut(Field<'a>, Purpose)) {
    const LOGOS: [(&str, Purpose); 5] = [
        ("smallLogo", Purpose::SmallLogo),
        ("mediumLogo", Purpose::MediumLogo),
        ("largeLogo", Purpose::LargeLogo),
        ("wideLogo", Purpose::WideLogo),
        ("heroLogo", Purpose::HeroLogo),
    ];
    let skus = offer.skus();
    let everywhere = |key: &str| {
        offer.listing(key).into_iter().chain(skus.iter().filter_map(|sku| sku.own(key)).collect::<Vec<_>>())
    };
    for (key, purpose) in LOGOS {
        everywhere(key).for_each(|field| take(field, purpose));
    }
    everywhere("screenshots").flat_map(|list| list.elements()).for_each(|field| take(field, Purpose::Screenshot));
    let videos = everywhere("videos").flat_map(|list| list.elements());
    videos.flat_map(|video| thumbnails(&video)).for_each(|field| take(field, Purpose::Thumbnail));
}

/// The pictures of a video: how an element looks is not documented, so what is called a thumbnail counts.
fn thumbnails<'a>(video: &Field<'a>) -> Vec<Field<'a>> {
    let is_thumbnail = |key: &str| key.to_ascii_lowercase().contains("thumbnail");
    video.members().into_iter().filter(|(key, _)| is_thumbnail(key)).map(|(_, field)| field).collect()
}

fn test_drive<'a>(offer: &Offer<'a>, take: &mut dyn FnMut(Field<'a>, Purpose)) {
    let fields = offer.offer_fields();
    let of_test_drive = fields
        .into_iter()
        .filter_map(|(key, field)| Some((key.strip_prefix("microsoft-azure-marketplace-testdrive.")?, field)));
    for (key, field) in of_test_drive {
        match key {
            "userManual" => take(field, Purpose::UserManual),
            "videos" => {
                for thumbnail in field.elements().iter().flat_map(thumbnails) {
                    take(thumbnail, Purpose::TestDriveThumbnail);
                }
            }
            // The key of the template is not documented, and nothing else of a test drive is an archive.
            _ if field.text().and_then(web_address).is_some_and(|url| url.path().to_lowercase().ends_with(".zip")) => {
                take(field, Purpose::TestDrive);
            }
            _ => {}
        }
    }
}

fn lists<'a>(sku: &Sku<'a>, take: &mut dyn FnMut(Field<'a>, Purpose)) {
    let audience = sku.plain("restrictedAudience").and_then(|audience| audience.member("uploadedCsvUri"));
    if let Some(audience) = audience {
        take(audience, Purpose::Audience);
    }
    for key in PRICE_BLOCKS[0] {
        let sheet = sku.plain(key).and_then(|block| block.member(PRICE_SHEET)?.member("uri"));
        if let Some(sheet) = sheet {
            take(sheet, Purpose::Spreadsheet);
        }
    }
}

fn packages<'a>(sku: &Sku<'a>, take: &mut dyn FnMut(Field<'a>, Setting<'a>)) {
    let versions = sku.own("package").map(|package| package.members()).unwrap_or_default();
    for (_, package) in versions {
        let Some(file) = package.member("packageVersion").and_then(|inner| inner.member("packageFile")) else {
            continue;
        };
        let access = package.member("publisherJitAccessPolicy").and_then(|policy| policy.member("jitAccessEnabled"));
        let just_in_time = access.is_some_and(|enabled| enabled.is_true());
        take(file, Setting { sold: sold(sku), just_in_time, family: None });
    }
}

/// The files that a document names, and how each has to be looked at.
#[must_use]
pub fn wanted(document: &Document, circumstances: Circumstances<'_>) -> Vec<Wanted> {
    let offer = Offer::new(document, circumstances);
    named(&offer).into_iter().map(|named| Wanted { look: named.purpose.look(), address: named.address }).collect()
}

/// Judges what was seen of the files.
pub(super) fn findings(offer: &Offer<'_>, document: &Document, files: &Files) -> Vec<Finding> {
    let mut found = Found::default();
    for Named { at, address, purpose, setting } in named(offer) {
        let name = last_part(&address);
        let Some(seen) = files.get(&Wanted { address, look: purpose.look() }) else { continue };
        let file = File { at, purpose, kind: offer.kind, setting, name, seen };
        for rule in super::all().filter(|rule| rule.types.kinds().contains(&offer.kind)) {
            found.under(rule);
            rule.check_file(&file, &mut found);
        }
    }
    found.into_findings(document)
}

fn last_part(address: &Address) -> String {
    let path = Url::parse(address.expose()).ok().map(|url| url.path().to_owned()).unwrap_or_default();
    percent_decode_str(path.rsplit('/').next().unwrap_or_default()).decode_utf8_lossy().into_owned()
}

fn fetchable(file: &File<'_>, found: &mut Found) {
    if let Err(why) = file.seen {
        file.say(found, format!("the file cannot be downloaded: {why}"));
    }
}
